//! Weights of the models from their errors at past origins, and from nothing else.
//!
//! Weights estimated from a few windows of a short history are noisy, and equal ones a strong rival
//! (Smith and Wallis, "A simple explanation of the forecast combination puzzle", 2009). So every model
//! starts with an average error, and a model's weight is its relative error to a negative power that
//! grows with the history. Found on
//! the training parts of published series, each without its last horizon; it matters little exactly.

use super::backtest::Window;
use super::members::Prediction;
use crate::portable::{exp, ln};

/// How sharply the weight falls with the error, where a seasonal history is short; what is added where it is
/// endless; values at which half of that is added.
const POWER: f64 = 2.0;
const POWER_ADDED: f64 = 5.0;
const HALF_ADDED: f64 = 500.0;
/// The same without a season, where histories are often of a dozen values and windows of a few, which
/// overlap: next to equal weights then.
const POWER_PLAIN: f64 = 14.0;
const HALF_PLAIN: f64 = 400.0;
/// Share of the best model's weight below which a model is left out.
const TOO_LITTLE: f64 = 0.02;
/// Windows of average error that every model starts with.
const PRIOR_WINDOWS: f64 = 1.0;

/// One weight per member, adding up to 1; 0 where a member predicts nothing on the whole history.
/// `priors` are the weights of equally good members, relative to each other.
pub(super) fn from_windows(
    full: &[Option<Prediction>],
    windows: &[Window],
    values: &[f64],
    priors: &[f64],
    seasonal: bool,
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
    let count = values.len() as f64;
    let power = if seasonal {
        POWER + POWER_ADDED * count / (count + HALF_ADDED)
    } else {
        POWER_PLAIN * count / (count + HALF_PLAIN)
    };
    // Relative to the best, so that no power overflows; x^-a = exp(-a ln x), see `portable`.
    let share = |error: f64| exp(-power * ln((error / best).clamp(1.0, 1e9)));
    let shares: Vec<f64> = errors
        .iter()
        .zip(priors)
        .map(|(error, prior)| error.map_or(0.0, |error| prior * share(error.max(1e-300))))
        .map(|share| if share < TOO_LITTLE { 0.0 } else { share })
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
        let weights = from_windows(&full, &windows, &values, &[1.0; 3], true);
        assert!(weights[0] > weights[1] && weights[1] > 0.0, "{weights:?}");
        assert_eq!(weights[2], 0.0);
        assert!((weights.iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn without_windows_all_weigh_the_same() {
        assert_eq!(
            from_windows(&[level(1.0), None, level(2.0)], &[], &[], &[1.0; 3], false),
            [0.5, 0.0, 0.5]
        );
    }
}
