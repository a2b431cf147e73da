//! Intervals that hold: the models' own deviations, calibrated by errors at past origins.
//!
//! The models' deviations give the shape over the horizon; their size is usually too small, since
//! it leaves out that the model itself is a guess. Errors at past origins in units of those
//! deviations, pooled over the horizon (one quantile per step would rest on a handful of errors
//! and cover far too little), say by how much. As windows overlap, few of them count as little:
//! their quantile is drawn towards that of a distribution with heavier tails than the normal one
//! ([`heavy_quantile`]), widened for what was estimated.
//! Conformal idea: Shafer and Vovk, "A tutorial on conformal prediction", JMLR 9 (2008).

use super::members::Prediction;
use super::{Interval, Step};
use crate::portable::{exp, ln};
use crate::score::naive_scale;

/// Weight of the quantile before any error was seen, in independent errors.
const PRIOR_ERRORS: f64 = 24.0;

/// Excess kurtosis and scale of errors before any was seen, in deviations that the models expect:
/// a combination errs less than its members, but now and then by far. Found on the training parts of
/// published series, each without its last horizons.
const KURTOSIS: f64 = 2.8;
const SCALE: f64 = 0.885;
/// Estimated quantities whose uncertainty grows with the step.
const ESTIMATED: f64 = 10.0;

/// How the deviations of a combination become the shape of its errors.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    /// Power of a deviation relative to that of a middle step: below 1 the shape is flatter than the models expect.
    pub power: f64,
}

impl Shape {
    /// As the models expect.
    pub const EXPECTED: Self = Self { power: 1.0 };
    /// Under one season of a dozen steps and more. Models that agree on the next step are wrong together there, and far
    /// ahead they differ, which their mean profits from: on the training parts of monthly series, two horizons held
    /// out in turn, the expected shape held 0.65 to 0.7 of the next values and 0.87 of the last ones at 80 %.
    pub const FLATTER: Self = Self { power: 0.6 };

    /// The deviations in this shape; that of a middle step of the first `tested` ones stays.
    fn of(self, deviations: &[f64], tested: usize, floor: f64) -> Vec<f64> {
        let floored = deviations.iter().map(|deviation| deviation.max(floor));
        if self.power == 1.0 {
            return floored.collect();
        }
        let tested = tested.clamp(1, deviations.len().max(1));
        let logarithms: Vec<f64> = floored.map(|deviation| ln(deviation.max(1e-300))).collect();
        let middle = logarithms.iter().take(tested).sum::<f64>() / tested as f64;
        let shaped = logarithms
            .iter()
            .map(|logarithm| exp(middle + self.power * (logarithm - middle)).max(floor));
        shaped.collect()
    }
}

/// Least deviation that counts, in mean absolute differences of the history.
const FLOOR_SHARE: f64 = 0.05;

/// Errors at past origins in units of the deviations expected there.
#[derive(Debug, Clone)]
pub(super) struct Calibration {
    /// Per window: absolute errors over deviations.
    ratios: Vec<Vec<f64>>,
    /// The least deviation that counts, so that a perfect fit has intervals as well.
    floor: f64,
    shape: Shape,
    /// Steps of a window; 0 without one.
    tested: usize,
}

impl Calibration {
    /// Compares predictions with what was observed (NaN where missing).
    pub fn from_past(past: &[(usize, Prediction)], observed: &[f64], shape: Shape) -> Self {
        // A model may happen to fit a short history perfectly; steps of its size will come again.
        let floor = FLOOR_SHARE * naive_scale(observed, 1).unwrap_or(1e-9);
        let tested = past
            .first()
            .map_or(0, |(_, prediction)| prediction.mean.len());
        let ratios = past.iter().map(|(origin, prediction)| {
            let actual = &observed[*origin..];
            let deviations = shape.of(&prediction.deviation, tested, floor);
            let steps = actual.iter().zip(prediction.mean.iter().zip(deviations));
            steps
                .filter(|(value, _)| !value.is_nan())
                .map(|(value, (mean, deviation))| (value - mean).abs() / deviation)
                .collect()
        });
        Self {
            ratios: ratios.collect(),
            floor,
            shape,
            tested,
        }
    }

    /// The calibration had it not seen a window.
    pub fn without(&self, window: usize) -> Self {
        let mut others = self.clone();
        if window < others.ratios.len() {
            others.ratios.remove(window);
        }
        others
    }

    /// Half-widths per level and step: never narrower than a step before, nor than a lower level.
    /// `count` is the number of values that the prediction is based on.
    pub fn bands(&self, prediction: &Prediction, levels: &[f64], count: usize) -> Vec<Vec<f64>> {
        let mut pooled: Vec<f64> = self.ratios.iter().flatten().copied().collect();
        pooled.sort_unstable_by(f64::total_cmp);
        // Errors of one window move together: a window counts as the root of its steps.
        let independent: f64 = self
            .ratios
            .iter()
            .map(|ratios| (ratios.len() as f64).sqrt())
            .sum();
        let steps = prediction.deviation.len();
        let tested = if self.tested == 0 { steps } else { self.tested };
        let deviations = self.shape.of(&prediction.deviation, tested, self.floor);
        let mut below = vec![0.0; prediction.mean.len()];
        let mut bands = Vec::with_capacity(levels.len());
        for &level in levels {
            let expected = heavy_quantile(level);
            let own = quantile(&pooled, level);
            let mut widest = 0.0_f64;
            for (step, (half, deviation)) in below.iter_mut().zip(&deviations).enumerate() {
                // Variance of what was estimated from n values, h steps away.
                let steps = (step + 1) as f64;
                let guess = (1.0 + ESTIMATED * steps / count.max(1) as f64).sqrt();
                let prior = expected * guess;
                let factor = own.map_or(prior, |own| {
                    (independent * own + PRIOR_ERRORS * prior) / (independent + PRIOR_ERRORS)
                });
                widest = widest.max(factor * deviation).max(*half);
                *half = widest;
            }
            bands.push(below.clone());
        }
        bands
    }
}

/// Steps from means and half-widths per level.
pub(super) fn steps(means: &[f64], bands: &[Vec<f64>], levels: &[f64]) -> Vec<Step> {
    let step = |(index, &mean): (usize, &f64)| {
        let interval = |(&level, band): (&f64, &Vec<f64>)| Interval {
            level,
            lower: mean - band[index],
            upper: mean + band[index],
        };
        Step {
            mean,
            median: mean,
            intervals: levels.iter().zip(bands).map(interval).collect(),
        }
    };
    means.iter().enumerate().map(step).collect()
}

/// Quantile of ascending values by linear interpolation; `None` of nothing.
pub(crate) fn quantile(ascending: &[f64], probability: f64) -> Option<f64> {
    let last = ascending.len().checked_sub(1)?;
    let position = probability * last as f64;
    let below = position.floor() as usize;
    let share = position - below as f64;
    let above = (below + 1).min(last);
    Some(ascending[below] * (1.0 - share) + ascending[above] * share)
}

/// Half-width of the central interval of `level`, in expected deviations, of a distribution with
/// [`KURTOSIS`] and [`SCALE`]: Cornish and Fisher, "Moments and cumulants in the specification of
/// distributions" (1938), the term of the kurtosis.
fn heavy_quantile(level: f64) -> f64 {
    let z = normal_quantile(0.5 + level / 2.0);
    SCALE * z * (1.0 + (z * z - 3.0) * KURTOSIS / 24.0)
}

/// Quantile of the standard normal distribution; absolute error below 4.5e-4.
///
/// Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.2.23.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    let tail = probability.min(1.0 - probability).max(1e-300);
    let t = (-2.0 * ln(tail)).sqrt();
    let numerator = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let denominator = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let size = t - numerator / denominator;
    if probability < 0.5 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_quantiles_of_the_tables() {
        for (probability, expected) in [(0.5, 0.0), (0.9, 1.2816), (0.975, 1.9600), (0.01, -2.3263)]
        {
            let found = normal_quantile(probability);
            assert!((found - expected).abs() < 5e-4, "{probability}: {found}");
        }
    }

    #[test]
    fn heavy_tails_are_narrower_in_the_middle_and_wider_outside() {
        let levels = [0.1, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999];
        let widths = levels.map(heavy_quantile);
        assert!(
            widths.windows(2).all(|pair| pair[0] < pair[1]),
            "{widths:?}"
        );
        assert!(widths[3] < normal_quantile(0.9) && widths[6] > normal_quantile(0.995));
    }

    #[test]
    fn bands_widen_with_step_and_level() {
        let prediction = Prediction {
            mean: vec![5.0; 4],
            deviation: vec![1.0, 3.0, 2.0, 4.0],
        };
        let past = vec![(0, prediction.clone()), (2, prediction.clone())];
        let observed = [5.5, 1.0, 9.0, 6.0, 5.0, f64::NAN];
        let calibration = Calibration::from_past(&past, &observed, Shape::EXPECTED);
        let bands = calibration.bands(&prediction, &[0.5, 0.8, 0.95], 40);
        for band in &bands {
            assert!(band.windows(2).all(|pair| pair[0] <= pair[1]), "{band:?}");
        }
        for pair in bands.windows(2) {
            assert!(
                pair[0]
                    .iter()
                    .zip(&pair[1])
                    .all(|(narrow, wide)| narrow <= wide)
            );
        }
    }

    #[test]
    fn a_flatter_shape_is_wider_at_first_and_narrower_at_last() {
        let deviations: Vec<f64> = (1..=18).map(f64::from).collect();
        let flat = Shape::FLATTER.of(&deviations, 18, 0.0);
        assert!(flat[0] > 2.0 && flat[17] < 15.0, "{flat:?}");
        assert!(flat.windows(2).all(|pair| pair[0] < pair[1]));
        // Steps that no window tested go on from the tested ones.
        let further = Shape::FLATTER.of(&deviations, 6, 0.0);
        let middle = Shape::FLATTER.of(&deviations[..6], 6, 0.0);
        assert_eq!(further[..6], middle);
        // A perfect fit has the floor.
        assert_eq!(Shape::FLATTER.of(&[0.0; 4], 4, 0.25), [0.25; 4]);
        assert_eq!(Shape::EXPECTED.of(&deviations, 6, 0.0), deviations);
    }

    #[test]
    fn large_past_errors_widen() {
        let prediction = Prediction {
            mean: vec![0.0; 5],
            deviation: vec![1.0; 5],
        };
        let past: Vec<_> = (0..6).map(|origin| (origin, prediction.clone())).collect();
        let width = |size: f64| {
            let calibration = Calibration::from_past(&past, &[size; 11], Shape::EXPECTED);
            calibration.bands(&prediction, &[0.9], 50)[0][0]
        };
        assert!(width(6.0) > 2.0 * width(1.0));
    }
}
