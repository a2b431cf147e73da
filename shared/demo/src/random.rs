//! Seeded pseudo-random numbers: SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, "Fast splittable
//! pseudorandom number generators", OOPSLA 2014).
//!
//! Draws use additions, multiplications and divisions only: functions such as `exp` and `sin` differ in
//! the last bit between platforms, and the demo company must be the same everywhere. Out of scope:
//! anything that must not be guessed.

const GOLDEN_GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// What a sequence of numbers is for. Each purpose has sequences of its own, so that a change in one
/// part of the company leaves the others as they were.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Products = 1,
    Orders = 2,
    Customers = 3,
    Warehouse = 4,
    Ads = 5,
    Fx = 6,
    Targets = 7,
}

/// A sequence of numbers.
#[derive(Clone, Debug)]
pub(crate) struct Random(u64);

impl Random {
    /// The sequence for `purpose` and `index` (a day, a customer) under `seed`.
    pub(crate) fn new(seed: u64, purpose: Purpose, index: u64) -> Random {
        let stream = mix(seed ^ mix((purpose as u64).wrapping_mul(GOLDEN_GAMMA)));
        Random(mix(stream ^ index.wrapping_mul(GOLDEN_GAMMA)))
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN_GAMMA);
        mix(self.0)
    }

    /// A whole number from 0 to `limit` - 1; 0 where the limit is 0.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(limit)) >> 64) as u64
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1).max(1).unsigned_abs()) as i64
    }

    /// A real number from 0 to below 1.
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A real number from `low` to below `high`.
    pub(crate) fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Whether something of this probability happens.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// Nearly normal with mean 0 and deviation 1: twelve uniforms less six (Irwin-Hall).
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A count with this mean: Poisson by multiplication up to 30, its normal approximation above.
    pub(crate) fn poisson(&mut self, mean: f64) -> u64 {
        if mean > 30.0 {
            return (mean + square_root(mean) * self.normal()).round().max(0.0) as u64;
        }
        let threshold = exp_of_negative(mean.max(0.0));
        let (mut count, mut product) = (0, self.unit());
        while product > threshold {
            count += 1;
            product *= self.unit();
        }
        count
    }

    /// An index drawn by weights given as their running sums.
    pub(crate) fn index(&mut self, running_sums: &[f64]) -> usize {
        let total = running_sums.last().copied().unwrap_or(0.0);
        let at = self.uniform(0.0, total);
        running_sums
            .partition_point(|sum| *sum <= at)
            .min(running_sums.len().saturating_sub(1))
    }
}

const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

/// Running sums of weights, for [`Random::index`].
pub(crate) fn running_sums(weights: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut total = 0.0;
    weights
        .into_iter()
        .map(|weight| {
            total += weight;
            total
        })
        .collect()
}

/// e^-x for 0 <= x <= 30, by the series of e^-(x/64) squared six times.
fn exp_of_negative(x: f64) -> f64 {
    let small = -x / 64.0;
    let (mut sum, mut term) = (1.0, 1.0);
    for power in 1..16 {
        term *= small / f64::from(power);
        sum += term;
    }
    (0..6).fold(sum, |value, _| value * value)
}

/// IEEE 754 defines the square root exactly, so this one is the same everywhere.
fn square_root(x: f64) -> f64 {
    x.sqrt()
}

/// `base` to a whole power, by multiplication.
pub(crate) fn power(base: f64, exponent: u32) -> f64 {
    (0..exponent).fold(1.0, |value, _| value * base)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// First outputs of the reference implementation in C (S. Vigna, splitmix64.c) for seed 1234567.
    #[test]
    fn agrees_with_the_reference() {
        let mut random = Random(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
            4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ];
        assert_eq!(expected.map(|_| random.next()), expected);
    }

    #[test]
    fn counts_have_the_mean_and_variance_of_poisson() {
        let mut random = Random::new(7, Purpose::Orders, 0);
        for mean in [0.3, 4.0, 25.0, 60.0] {
            let counts: Vec<f64> = (0..20_000).map(|_| random.poisson(mean) as f64).collect();
            let average = counts.iter().sum::<f64>() / counts.len() as f64;
            let variance =
                counts.iter().map(|c| (c - average).powi(2)).sum::<f64>() / counts.len() as f64;
            assert!(
                (average / mean - 1.0).abs() < 0.03,
                "{mean}: mean {average}"
            );
            assert!(
                (variance / mean - 1.0).abs() < 0.06,
                "{mean}: variance {variance}"
            );
        }
    }

    #[test]
    fn weights_are_followed() {
        let mut random = Random::new(7, Purpose::Products, 1);
        let sums = running_sums([1.0, 0.0, 3.0]);
        let mut seen = [0; 3];
        for _ in 0..8_000 {
            seen[random.index(&sums)] += 1;
        }
        assert_eq!(seen[1], 0);
        assert!((1_850..2_150).contains(&seen[0]), "{seen:?}");
        assert!((exp_of_negative(30.0) / (-30.0_f64).exp() - 1.0).abs() < 1e-12);
        assert_eq!(random.below(0), 0);
        assert!((0..1_000).all(|_| (3..=5).contains(&random.between(3, 5))));
    }
}
