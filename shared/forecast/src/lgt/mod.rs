//! A local and a global trend at once, averaged over all that its parameters may be.
//!
//! Smyl, Bergmeir, Dokumentov, Long, Wibowo and Schmidt, "Local and global trend Bayesian exponential
//! smoothing models", International Journal of Forecasting 41 (2025): the next value is l + g l^r + k b with
//! l the smoothed level, b its smoothed change, g l^r a trend of the whole history between a line (r = 0) and
//! exponential growth (r = 1); errors follow Student's distribution and grow with a power of the level.
//! Where a dozen values cannot tell such things apart, choosing one set of parameters is a guess; the model
//! averages over all of them, each as likely as the values and the published priors make it: smoothings and
//! powers even, k even in -1..1, g and the size of errors Cauchy with a scale of 1/300 of the largest value.
//!
//! The paper samples by Hamiltonian Monte Carlo. Here the points are fixed ([`points`]) and weighed
//! ([`weigh`]): the same values give the same bits, in a millisecond. The local trend starts at 0, and errors
//! have no second, constant part. A season is tested and taken out first.
//!
//! Out of scope: seasons of its own; histories of more than [`LONGEST`] values, of which it sees the latest.

mod points;
mod weigh;

use points::TRENDS;

use crate::adjustment::Adjustment;
use crate::fit::complete;
use crate::median::weighted_median;
use crate::portable::exp;
use crate::{Fit, FitError, Predict, Series};

/// Local and global trend on the shortest season of the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lgt {
    /// Smoothings of the level that are looked at, 1 to 128: more are exacter and slower.
    pub smoothings: usize,
}

impl Default for Lgt {
    fn default() -> Self {
        Self {
            smoothings: points::ALPHAS,
        }
    }
}

/// A fitted [`Lgt`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedLgt {
    adjustment: Adjustment,
    /// Largest size of the values without a season: the unit of the parts.
    scale: f64,
    parts: Vec<Part>,
    fitted: Vec<f64>,
}

/// Scale of the Cauchy priors, of values whose largest is 1.
const PRIOR: f64 = 1.0 / 300.0;
/// Share of the likeliest point below which a point is left out.
const UNLIKELY: f64 = 1e-4;
/// Latest values that count.
const LONGEST: usize = 400;

/// One set of parameters with its share and where it stands after the last value.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Part {
    alpha: f64,
    beta: f64,
    /// Power of the level in the global trend: an index of [`powers`].
    power: usize,
    global: f64,
    local: f64,
    /// How likely it is against the others, adding up to 1; its logarithm until all are weighed.
    share: f64,
    level: f64,
    trend: f64,
    /// Expected size of the next error.
    deviation: f64,
}

impl Part {
    /// What is expected next.
    fn next(&self, (level, trend): (f64, f64)) -> f64 {
        level + self.global * powers(level)[self.power] + self.local * trend
    }

    /// Level and trend once a value is known.
    fn moved(&self, (level, trend): (f64, f64), value: f64) -> (f64, f64) {
        let next = level + self.alpha * (value - level);
        (next, trend + self.beta * (next - level - trend))
    }
}

/// The size of a level to the powers -1/2 to 1 by quarters.
fn powers(level: f64) -> [f64; TRENDS] {
    let size = level.abs().max(1e-9);
    let half = size.sqrt();
    let quarter = half.sqrt();
    [
        1.0 / half,
        1.0 / quarter,
        1.0,
        quarter,
        half,
        half * quarter,
        size,
    ]
}

impl Fit for Lgt {
    type Fitted = FittedLgt;

    fn fit(&self, series: &Series) -> Result<FittedLgt, FitError> {
        let values = complete(series, 5)?;
        let adjustment = Adjustment::measure(values, series.seasons().first().copied());
        let mut adjusted = adjustment.remove(values);
        let scale = adjusted.iter().fold(0.0_f64, |m, value| m.max(value.abs()));
        if !(scale > 0.0 && scale.is_finite()) {
            return Err(FitError::NotFinite);
        }
        adjusted.iter_mut().for_each(|value| *value /= scale);
        let latest = &adjusted[adjusted.len().saturating_sub(LONGEST)..];
        let is_positive = latest.iter().all(|&value| value > 1e-6);
        let every = points::ALPHAS / self.smoothings.clamp(1, points::ALPHAS);
        let points = points::points().iter().skip(every / 2).step_by(every);
        let mut parts: Vec<Part> = points
            .flat_map(|lanes| weigh::parts(latest, is_positive, lanes))
            .collect();
        let likeliest = parts
            .iter()
            .fold(f64::NEG_INFINITY, |m, part| m.max(part.share));
        for part in &mut parts {
            part.share = exp(part.share - likeliest);
        }
        parts.retain(|part| part.share >= UNLIKELY);
        let total: f64 = parts.iter().map(|part| part.share).sum();
        parts.iter_mut().for_each(|part| part.share /= total);
        if parts.is_empty() {
            return Err(FitError::NotFinite);
        }
        let begin = adjusted.len() - latest.len();
        let mut fitted = vec![f64::NAN; begin];
        fitted.resize(adjusted.len(), 0.0);
        for part in &parts {
            let mut state = (latest[0], 0.0);
            for (value, fitted) in latest.iter().zip(&mut fitted[begin..]).skip(1) {
                *fitted += part.share * scale * part.next(state);
                state = part.moved(state, *value);
            }
        }
        adjustment.restore(0, &mut fitted);
        fitted[begin] = f64::NAN;
        Ok(FittedLgt {
            adjustment,
            scale,
            parts,
            fitted,
        })
    }
}

impl FittedLgt {
    /// Median over the parts and deviation of each step, in units of `scale`.
    fn ahead(&self, horizon: usize) -> Vec<(f64, f64)> {
        let start = |part: &Part| (part.level, part.trend);
        let mut plain: Vec<(f64, f64)> = self.parts.iter().map(start).collect();
        let mut moved = plain.clone();
        let mut variances = vec![0.0; self.parts.len()];
        let mut next = vec![0.0; self.parts.len()];
        let mut ordered = Vec::with_capacity(self.parts.len());
        let mut steps = Vec::with_capacity(horizon);
        for step in 0..horizon {
            ordered.clear();
            for (index, part) in self.parts.iter().enumerate() {
                let value = part.next(plain[index]);
                let other = part.next(moved[index]) + if step == 0 { part.deviation } else { 0.0 };
                plain[index] = part.moved(plain[index], value);
                moved[index] = part.moved(moved[index], other);
                variances[index] += (other - value) * (other - value);
                next[index] = value;
                ordered.push((value, part.share));
            }
            let median = weighted_median(&mut ordered);
            // A part that runs away says no more than that it may go far.
            let far = 3.0 * (median.abs() + 0.1);
            let parts = self.parts.iter().zip(next.iter().zip(&variances));
            let variance: f64 = parts
                .map(|(part, (next, variance))| {
                    let apart = (next - median).clamp(-far, far);
                    part.share * (variance.min(far * far) + apart * apart)
                })
                .sum();
            steps.push((median, variance.sqrt()));
        }
        steps
    }
}

impl Predict for FittedLgt {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        self.outlook(horizon).0
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        self.outlook(horizon).1
    }

    fn outlook(&self, horizon: usize) -> (Vec<f64>, Vec<f64>) {
        let steps = self.ahead(horizon).into_iter();
        let (mut medians, mut deviations): (Vec<f64>, Vec<f64>) = steps
            .map(|(median, size)| (self.scale * median, self.scale * size))
            .unzip();
        let first = self.fitted.len();
        self.adjustment.restore(first, &mut medians);
        self.adjustment.restore_deviations(first, &mut deviations);
        (medians, deviations)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(values: Vec<f64>) -> FittedLgt {
        let series = Series::new(values, vec![]).expect("valid");
        Lgt::default().fit(&series).expect("fits")
    }

    #[test]
    fn growth_goes_on_and_a_fall_stays_above_nothing() {
        let grown: Vec<f64> = (0..16).map(|t| 100.0 * 1.1_f64.powi(t)).collect();
        let fitted = fit(grown.clone());
        let next = fitted.predict(6)[5] / grown[15];
        assert!((1.5..1.9).contains(&next), "{next}");
        let fallen = fit(grown.into_iter().rev().collect());
        assert!(fallen.predict(6).iter().all(|&value| value > 0.0));
    }

    #[test]
    fn one_value_far_off_moves_little() {
        let calm: Vec<f64> = (0..20).map(|t| 50.0 + f64::from(t * 7 % 5)).collect();
        let mut wild = calm.clone();
        wild[8] = 120.0;
        let (calm, wild) = (fit(calm).predict(3), fit(wild).predict(3));
        assert!((calm[2] - wild[2]).abs() < 2.0, "{calm:?} {wild:?}");
    }

    #[test]
    fn deviations_grow_and_fitted_values_follow() {
        let values: Vec<f64> = (0..30).map(|t| 80.0 + f64::from(t * 11 % 17)).collect();
        let fitted = fit(values.clone());
        let deviations = fitted.deviations(8);
        assert!(deviations.windows(2).all(|pair| pair[0] < pair[1]));
        assert!(fitted.fitted()[0].is_nan() && fitted.fitted().len() == values.len());
        let errors = fitted.fitted()[1..].iter().zip(&values[1..]);
        assert!(errors.map(|(f, v)| (f - v).abs()).sum::<f64>() / 29.0 < 8.0);
    }

    #[test]
    fn values_below_zero_and_few_smoothings_are_answered() {
        let values: Vec<f64> = (0..500).map(|t| f64::from(t % 9) - 4.0).collect();
        for smoothings in [0, 1, 16, 1000] {
            let series = Series::new(values.clone(), vec![]).expect("valid");
            let fitted = Lgt { smoothings }.fit(&series).expect("fits");
            assert!(fitted.predict(4).iter().all(|value| value.abs() < 5.0));
        }
    }

    #[test]
    fn below_zero_a_trend_is_a_line() {
        let line: Vec<f64> = (0..20).map(|t| -30.0 + 2.0 * f64::from(t)).collect();
        let ahead = fit(line).predict(6);
        assert!((ahead[5] - 20.0).abs() < 3.0, "{ahead:?}");
    }
}
