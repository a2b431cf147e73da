//! Rare demand: how likely a sale is, and how large, smoothed apart.
//!
//! Teunter, Syntetos and Babai, "Intermittent demand: linking forecasting to inventory
//! obsolescence", European Journal of Operational Research 214 (2011). The probability falls with
//! every step without a sale, so a product that stopped selling is seen to stop. Intervals and
//! median are quantiles of the observed values, brought to the forecast's level: rare demand is
//! skewed, and half a unit either way says nothing about it.

use super::backtest::{Plan, scores};
use super::history::History;
use super::intervals::{Calibration, quantile};
use super::members::Prediction;
use super::{Forecast, Interval, Method, Past, Step, Warning, Weight, round4};
use crate::fit::complete;
use crate::{Fit, FitError, Predict, Series};

/// Teunter-Syntetos-Babai with smoothing parameters by least squared error from a small grid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tsb;

/// A fitted [`Tsb`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTsb {
    forecast: f64,
    fitted: Vec<f64>,
    deviation: f64,
}

/// Smoothing parameters that are tried: slow ones, as rare events ask for.
const GRID: [f64; 4] = [0.02, 0.05, 0.1, 0.2];

impl Fit for Tsb {
    type Fitted = FittedTsb;

    fn fit(&self, series: &Series) -> Result<FittedTsb, FitError> {
        let values = complete(series, 2)?;
        let pairs = GRID
            .iter()
            .flat_map(|&chance| GRID.iter().map(move |&size| (chance, size)));
        let tried =
            pairs.map(|(chance, size)| (smooth(values, chance, size, |_| {}).1, chance, size));
        let (squares, chance, size) = tried
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .ok_or(FitError::NotFinite)?;
        let mut fitted = Vec::with_capacity(values.len());
        let (forecast, _) = smooth(values, chance, size, |forecast| fitted.push(forecast));
        let deviation = (squares / (values.len() - 1) as f64).sqrt();
        Ok(FittedTsb {
            forecast,
            fitted,
            deviation,
        })
    }
}

/// Final forecast and sum of squared one-step errors.
fn smooth(
    values: &[f64],
    chance_rate: f64,
    size_rate: f64,
    mut sink: impl FnMut(f64),
) -> (f64, f64) {
    let demands = values.iter().filter(|value| **value != 0.0).count();
    let mut chance = demands as f64 / values.len() as f64;
    let mut size = values.iter().sum::<f64>() / demands.max(1) as f64;
    let mut squares = 0.0;
    for &value in values {
        let forecast = chance * size;
        sink(forecast);
        squares += (value - forecast) * (value - forecast);
        chance += chance_rate * (f64::from(u8::from(value != 0.0)) - chance);
        if value != 0.0 {
            size += size_rate * (value - size);
        }
    }
    (chance * size, squares)
}

impl Predict for FittedTsb {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        vec![self.forecast; horizon]
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        vec![self.deviation; horizon]
    }
}

/// Forecast of a history of rare demand.
pub(super) fn outlook(history: &History, horizon: usize, levels: &[f64]) -> (Forecast, Past) {
    let plan = Plan::new(history.values.len(), horizon, None);
    let past: Past = plan
        .origins
        .iter()
        .filter_map(|&origin| Some((origin, predict(&history.values[..origin], plan.horizon)?)))
        .collect();
    let mean = predict(&history.values, 1).map_or(0.0, |prediction| prediction.mean[0]);
    let step = step_of(&history.values, mean, levels);
    let calibration = Calibration::from_past(&past, &history.observed);
    let level = levels.last().copied().unwrap_or(0.95);
    let backtest = scores(&past, history, Some(level), &calibration).map(|mut scores| {
        scores.coverage = covered(&past, history, level).unwrap_or(scores.coverage);
        scores
    });
    let mut warnings = history.warnings.clone();
    if past.is_empty() {
        warnings.push(Warning::NotBacktested);
    } else if plan.horizon < horizon {
        warnings.push(Warning::TestedUpTo {
            steps: plan.horizon,
        });
    }
    let confidence = backtest
        .as_ref()
        .map_or(0.0, |scores| scores.confidence(plan.credit(horizon)));
    let answer = Forecast {
        steps: vec![step; horizon],
        method: Method {
            members: vec![Weight {
                model: "TSB".into(),
                weight: 1.0,
                error: None,
            }],
        },
        path: history.path,
        confidence: round4(confidence),
        backtest,
        warnings,
    };
    (answer, past)
}

fn predict(values: &[f64], horizon: usize) -> Option<Prediction> {
    let series = Series::checked(values.to_vec(), Vec::new());
    let fitted = Tsb.fit(&series).ok()?;
    Some(Prediction {
        mean: fitted.predict(horizon),
        deviation: fitted.deviations(horizon),
    })
}

/// Quantiles of the values so far, brought to the level of the forecast (half to double at most).
fn step_of(values: &[f64], mean: f64, levels: &[f64]) -> Step {
    let mut ascending = values.to_vec();
    ascending.sort_unstable_by(f64::total_cmp);
    let average = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let factor = if average > 0.0 {
        (mean / average).clamp(0.5, 2.0)
    } else {
        1.0
    };
    let at = |probability: f64| factor * quantile(&ascending, probability).unwrap_or(mean);
    let interval = |&level: &f64| Interval {
        level,
        // The mean of rare demand may lie beyond its quantiles: the interval reaches to it.
        lower: at(0.5 - level / 2.0).min(mean),
        upper: at(0.5 + level / 2.0).max(mean),
    };
    Step {
        mean,
        median: at(0.5),
        intervals: levels.iter().map(interval).collect(),
    }
}

/// Share of past values within the intervals that would have been given.
fn covered(past: &[(usize, Prediction)], history: &History, level: f64) -> Option<f64> {
    let (mut actual, mut bounds) = (Vec::new(), Vec::new());
    for (origin, prediction) in past {
        let step = step_of(&history.values[..*origin], prediction.mean[0], &[level]);
        for value in history.observed[*origin..]
            .iter()
            .take(prediction.mean.len())
        {
            actual.push(*value);
            bounds.push((step.intervals[0].lower, step.intervals[0].upper));
        }
    }
    crate::score::coverage(&actual, &bounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_a_product_that_stopped_selling() {
        let sold = |t: usize| if t.is_multiple_of(3) { 4.0 } else { 0.0 };
        let alive: Vec<f64> = (0..60).map(sold).collect();
        let stopped: Vec<f64> = (0..60)
            .map(|t| if t < 30 { sold(t) } else { 0.0 })
            .collect();
        let level = |values: Vec<f64>| {
            let series = Series::new(values, vec![]).expect("valid");
            Tsb.fit(&series).expect("long enough").predict(1)[0]
        };
        let alive = level(alive);
        assert!((alive - 4.0 / 3.0).abs() < 0.3, "{alive}");
        assert!(level(stopped) < 0.2 * alive);
    }
}
