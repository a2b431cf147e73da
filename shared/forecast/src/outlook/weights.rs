//! Weights of the models from their errors at past origins, and from nothing else.
//!
//! Weights estimated from a few windows of a short history are noisy, and equal ones a strong rival
//! (Smith and Wallis, "A simple explanation of the forecast combination puzzle", 2009). So the errors
//! are trusted as far as the history is long: with n values a model's weight is its relative error to
//! the power of -[`POWER`] n / (n + [`HALF_TRUST`]), and the shorter the history, the worse a model
//! must have been to be left out.

use super::backtest::Window;
use super::members::Prediction;
use crate::portable::{exp, ln};

/// How sharply the weight falls with the error, where the history is endless.
const POWER: f64 = 4.0;
/// Values at which the errors have half of their say.
const HALF_TRUST: f64 = 200.0;
/// Error above the best model's beyond which a model is left out, where the history is endless.
const TOO_BAD: f64 = 0.5;
/// Windows of average error that every model starts with.
const PRIOR_WINDOWS: f64 = 1.0;

/// One weight per member, adding up to 1; 0 where a member predicts nothing on the whole history.
pub(super) fn from_windows(
    full: &[Option<Prediction>],
    windows: &[Window],
    values: &[f64],
) -> Vec<f64> {
    let mut relative = vec![(PRIOR_WINDOWS, PRIOR_WINDOWS); full.len()];
    for window in windows {
        let errors: Vec<Option<f64>> = window
            .predictions
            .iter()
            .map(|prediction| {
                prediction
                    .as_ref()
                    .map(|p| absolute_error(p, &values[window.origin..]))
            })
            .collect();
        let known = || {
            errors
                .iter()
                .zip(full)
                .filter(|(_, f)| f.is_some())
                .filter_map(|(e, _)| *e)
        };
        let mean = known().sum::<f64>() / known().count().max(1) as f64;
        if mean <= 0.0 || !mean.is_finite() {
            continue;
        }
        for (sum, error) in relative.iter_mut().zip(&errors) {
            if let Some(error) = error {
                *sum = (sum.0 + error / mean, sum.1 + 1.0);
            }
        }
    }
    let errors: Vec<Option<f64>> = relative
        .iter()
        .zip(full)
        .map(|((sum, count), prediction)| prediction.as_ref().map(|_| sum / count))
        .collect();
    let best = errors
        .iter()
        .flatten()
        .fold(f64::INFINITY, |least, error| least.min(*error));
    let trust = values.len() as f64 / (values.len() as f64 + HALF_TRUST);
    // Relative to the best, so that no power overflows; x^-a = exp(-a ln x), see `portable`.
    let share = |error: f64| exp(-POWER * trust * ln((error / best).clamp(1.0, 1e9)));
    let shares: Vec<f64> = errors
        .iter()
        .map(|error| match error {
            Some(error) if trust * (error - best) <= TOO_BAD * best => share(error.max(1e-300)),
            _ => 0.0,
        })
        .collect();
    let total: f64 = shares.iter().sum();
    shares
        .iter()
        .map(|share| if *share > 0.0 { share / total } else { 0.0 })
        .collect()
}

fn absolute_error(prediction: &Prediction, actual: &[f64]) -> f64 {
    let errors = prediction
        .mean
        .iter()
        .zip(actual)
        .map(|(mean, value)| (mean - value).abs());
    errors.sum::<f64>() / prediction.mean.len().max(1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level(mean: f64) -> Option<Prediction> {
        Some(Prediction {
            mean: vec![mean; 2],
            deviation: vec![1.0; 2],
        })
    }

    #[test]
    fn the_better_weighs_more_and_the_bad_nothing() {
        let values = [10.0; 400];
        let windows: Vec<Window> = (4..10)
            .map(|origin| Window {
                origin,
                predictions: vec![level(11.0), level(12.0), level(30.0)],
            })
            .collect();
        let full = vec![level(1.0), level(1.0), level(1.0)];
        let weights = from_windows(&full, &windows, &values);
        assert!(weights[0] > weights[1] && weights[1] > 0.0, "{weights:?}");
        assert_eq!(weights[2], 0.0);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_windows_all_weigh_the_same() {
        assert_eq!(
            from_windows(&[level(1.0), None, level(2.0)], &[], &[]),
            [0.5, 0.0, 0.5]
        );
    }
}
