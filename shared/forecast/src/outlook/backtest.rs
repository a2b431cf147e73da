//! Rolling origins: what would have been forecast, knowing only what came before.

use super::BacktestScores;
use super::history::History;
use super::intervals::Calibration;
use super::members::Prediction;
use crate::score;

/// Quality of a window before any was tested, and the number of windows that this is worth: a little below what came of
/// forecasts of published years, quarters and months on their training parts.
const TYPICAL: f64 = 0.8;
const TYPICAL_WINDOWS: f64 = 2.0;

/// Origins and reach of a back-test.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    /// Number of values known at each origin, latest first.
    pub origins: Vec<usize>,
    /// Steps ahead that are tested.
    pub horizon: usize,
}

impl Plan {
    /// Up to six origins half a horizon apart; fewer for long series, whose fits take longer and
    /// whose windows say more. The horizon is cut where the history is short.
    pub fn new(count: usize, horizon: usize, season: Option<usize>) -> Self {
        let least = season.map_or(5, |m| 2 * m + 2).max(5);
        let spare = count.saturating_sub(least);
        let tested = horizon.min(spare.div_ceil(2));
        if tested == 0 {
            return Self {
                origins: Vec::new(),
                horizon: 0,
            };
        }
        let windows_max = (3_000 / count).clamp(4, 6);
        let step = (tested / 2).min((spare - tested) / windows_max).max(1);
        let latest = count - tested;
        let origins = (0..windows_max)
            .filter_map(|k| latest.checked_sub(k * step))
            .filter(|&o| o >= least);
        Self {
            origins: origins.collect(),
            horizon: tested,
        }
    }

    /// Confidence from the mean quality of `windows` that were tested: see [`super::Forecast::confidence`]. Few windows
    /// say little, and what they say is drawn towards what is typical.
    pub fn confidence(&self, quality: f64, windows: usize, horizon: usize) -> f64 {
        if windows == 0 {
            return 0.0;
        }
        let told = windows as f64 * self.horizon as f64 / horizon.max(1) as f64;
        (told * quality + TYPICAL_WINDOWS * TYPICAL) / (told + TYPICAL_WINDOWS)
    }

    /// The history's part of the confidence of rare demand: see [`super::Forecast::confidence`].
    pub fn credit(&self, horizon: usize) -> f64 {
        let mut doubt = 1.0;
        self.origins.iter().for_each(|_| doubt *= 0.5);
        (1.0 - doubt) * (1.0 + self.horizon as f64 / horizon.max(1) as f64) / 2.0
    }
}

/// What each member predicted from an origin.
#[derive(Debug, Clone)]
pub(super) struct Window {
    pub origin: usize,
    pub predictions: Vec<Option<Prediction>>,
}

/// Scores of the combination on all windows, and the mean quality of a window: (1 - sMAPE / 200) x (1 - |coverage -
/// level|). Coverage is of windows that the calibration did not see. `None` without a window.
pub(super) fn scores(
    past: &[(usize, Prediction)],
    history: &History,
    level: Option<f64>,
    calibration: &Calibration,
) -> Option<(BacktestScores, f64)> {
    let coverage_level = level.unwrap_or(0.95);
    let mut actual = Vec::new();
    let mut means = Vec::new();
    let mut bounds = Vec::new();
    let (mut qualities, mut judged) = (0.0, 0.0);
    for (index, (origin, prediction)) in past.iter().enumerate() {
        let others = calibration.without(index);
        let bands = others.bands(prediction, &[coverage_level], *origin);
        let first = actual.len();
        for (step, mean) in prediction.mean.iter().enumerate() {
            actual.push(history.observed[origin + step]);
            means.push(*mean);
            bounds.push((mean - bands[0][step], mean + bands[0][step]));
        }
        let smape = score::smape(&actual[first..], &means[first..]);
        let covered = score::coverage(&actual[first..], &bounds[first..]);
        if let (Some(smape), Some(covered)) = (smape, covered) {
            qualities += quality(smape, covered, coverage_level);
            judged += 1.0;
        }
    }
    let scores = BacktestScores {
        mase: score::naive_scale(&history.observed, history.season().unwrap_or(1))
            .and_then(|scale| score::mase(&actual, &means, scale)),
        smape: score::smape(&actual, &means)?,
        coverage: score::coverage(&actual, &bounds)?,
        coverage_level,
        // A bias beyond the range of numbers is shown at its end.
        bias: (score::bias(&actual, &means, 1.0)? * history.scale).clamp(-f64::MAX, f64::MAX),
        windows: past.len(),
        horizon: past
            .first()
            .map_or(0, |(_, prediction)| prediction.mean.len()),
    };
    (judged > 0.0).then(|| (scores, qualities / judged))
}

/// How good a forecast was that missed by so much, and of which so much was covered; 1 at best.
pub(super) fn quality(smape: f64, coverage: f64, level: f64) -> f64 {
    (1.0 - smape / 200.0).clamp(0.0, 1.0) * (1.0 - (coverage - level).abs()).clamp(0.0, 1.0)
}

/// MASE of each of `count` members over all windows; none where it predicted nothing or nothing ever moved.
pub(super) fn errors(windows: &[Window], count: usize, history: &History) -> Vec<Option<f64>> {
    let scale = score::naive_scale(&history.observed, history.season().unwrap_or(1));
    let of = |member: usize| {
        let predicted = windows
            .iter()
            .filter_map(|window| Some((window.origin, window.predictions.get(member)?.as_ref()?)));
        let errors = predicted.filter_map(|(origin, prediction)| {
            score::mase(history.observed.get(origin..)?, &prediction.mean, scale?)
        });
        let (sum, count) =
            errors.fold((0.0, 0.0), |(sum, count), error| (sum + error, count + 1.0));
        (count > 0.0)
            .then(|| sum / count)
            .filter(|error| error.is_finite())
    };
    (0..count).map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_stay_within_the_history() {
        for count in 0..400 {
            for horizon in [1, 6, 18, 90, 3_660] {
                let plan = Plan::new(count, horizon, Some(12));
                assert!(plan.horizon <= horizon);
                for &origin in &plan.origins {
                    assert!(
                        origin >= 26 && origin + plan.horizon <= count,
                        "{count} {horizon}"
                    );
                }
            }
        }
    }

    #[test]
    fn two_years_of_days_are_tested_over_the_whole_horizon() {
        let plan = Plan::new(730, 90, Some(7));
        assert_eq!(plan.origins, [640, 595, 550, 505]);
        assert_eq!(plan.horizon, 90);
        assert_eq!(plan.credit(90), 1.0 - 0.0625);
        assert_eq!(plan.confidence(1.0, 4, 90), (4.0 + 1.6) / 6.0);
        assert_eq!(plan.confidence(0.4, 4, 180), (0.8 + 1.6) / 4.0);
        assert_eq!(plan.confidence(1.0, 0, 90), 0.0);
    }
}
