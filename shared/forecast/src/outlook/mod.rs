//! From a series to a forecast: look at the history, combine models, test them on the past, give
//! every step its intervals.
//!
//! 1. [`history`] trims, fills and classifies the values: the [`Path`] says what was done.
//! 2. [`members`] of the combination forecast from several past origins ([`backtest`]); their
//!    errors there, and nothing else, give the weights ([`weights`]).
//! 3. The same errors calibrate the intervals ([`intervals`]) and give scores and confidence.
//!
//! Values are divided by a power of two first, so that size never matters: a series of 1e300 is as
//! good as one of 1.
//!
//! Out of scope: calendars and known regressors ([`crate::forecast_with_regressors`]).

mod answer;
mod backtest;
mod errors;
mod history;
mod intermittent;
mod intervals;
mod members;
mod weights;

pub use answer::{
    BacktestScores, Forecast, ForecastError, HORIZON_MAX, Interval, LEVELS_MAX, Method, Options,
    Path, Step, Warning, Weight,
};
pub use errors::PastErrors;
pub use intermittent::{FittedTsb, Tsb};
pub(crate) use intervals::{normal_quantile, quantile};

use crate::Series;
use answer::round4;
use backtest::{Plan, Window};
use history::History;
use intervals::Calibration;
use members::{Member, Prediction};

/// What was predicted at past origins, latest first: the number of values known there, and the steps.
type Past = Vec<(usize, Prediction)>;

/// Forecasts a series.
///
/// Too little history is not an error: the answer then has the path [`Path::TooShort`]. The only
/// errors are options out of range.
///
/// ```
/// use forecast::{Options, Path, Series, forecast};
///
/// let week = [20.0, 21.0, 19.0, 22.0, 30.0, 44.0, 41.0];
/// let sales = (0..84).map(|day| week[day % 7] + (day * 5 % 3) as f64).collect();
/// let series = Series::new(sales, vec![7])?;
/// let answer = forecast(&series, &Options { horizon: 14, ..Options::default() })?;
/// assert_eq!(answer.path, Path::Regular);
/// assert_eq!(answer.steps.len(), 14);
/// let saturday = &answer.steps[5];
/// assert!((saturday.mean - 45.0).abs() < 2.0);
/// assert!(saturday.intervals[1].lower < saturday.mean);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn forecast(series: &Series, options: &Options) -> Result<Forecast, ForecastError> {
    forecast_with_errors(series, options).map(|(answer, _)| answer)
}

/// As [`forecast()`], with what the forecast missed at each past origin.
pub fn forecast_with_errors(
    series: &Series,
    options: &Options,
) -> Result<(Forecast, PastErrors), ForecastError> {
    let levels = options.checked_levels()?;
    let history = history::look(series, options.non_negative);
    let (mut answer, past) = match history.path {
        Path::TooShort => (too_short(&history, options.horizon), Vec::new()),
        Path::Constant => (constant(&history, options.horizon, &levels), Vec::new()),
        Path::Intermittent => intermittent::outlook(&history, options.horizon, &levels),
        _ => combined(&history, options.horizon, &levels),
    };
    for step in &mut answer.steps {
        step.finish(history.scale, options.non_negative);
    }
    Ok((answer, PastErrors::of(&past, &history)))
}

/// The mean of the few values there are, without intervals; nothing at all without a value.
fn too_short(history: &History, horizon: usize) -> Forecast {
    let count = history.values.len();
    let mean = history
        .values
        .iter()
        .map(|value| value / count as f64)
        .sum();
    let steps = if count == 0 { 0 } else { horizon };
    Forecast {
        steps: vec![
            Step {
                mean,
                median: mean,
                intervals: Vec::new()
            };
            steps
        ],
        method: Method {
            members: vec![Weight {
                model: "mean".into(),
                weight: 1.0,
                error: None,
            }],
        },
        path: history.path,
        confidence: 0.0,
        backtest: None,
        warnings: history.warnings.clone(),
    }
}

/// What has never moved stays; the confidence is that of so many windows without an error.
fn constant(history: &History, horizon: usize, levels: &[f64]) -> Forecast {
    let mean = history.values.last().copied().unwrap_or(0.0);
    let interval = |&level: &f64| Interval {
        level,
        lower: mean,
        upper: mean,
    };
    let intervals: Vec<Interval> = levels.iter().map(interval).collect();
    let plan = Plan::new(history.values.len(), horizon, None);
    Forecast {
        steps: vec![
            Step {
                mean,
                median: mean,
                intervals
            };
            horizon
        ],
        method: Method {
            members: vec![Weight {
                model: "naive".into(),
                weight: 1.0,
                error: None,
            }],
        },
        path: history.path,
        confidence: round4(plan.confidence(1.0, plan.origins.len(), horizon)),
        backtest: None,
        warnings: history.warnings.clone(),
    }
}

/// The combination of models, weighed and calibrated on the past.
fn combined(history: &History, horizon: usize, levels: &[f64]) -> (Forecast, Past) {
    let values = &history.values;
    let mut warnings = history.warnings.clone();
    let mut members = Member::for_history(history);
    // The form of a model is chosen once, on all values; each window estimates it anew.
    let full = members::predictions(&mut members, values, &history.seasons, horizon);
    let plan = Plan::new(values.len(), horizon, history.season());
    let windows: Vec<Window> = plan
        .origins
        .iter()
        .map(|&origin| {
            let known = &values[..origin];
            let predicted =
                members::predictions(&mut members, known, &history.seasons, plan.horizon);
            Window {
                origin,
                predictions: predicted,
            }
        })
        .collect();
    let seasonal = history.season().is_some();
    let priors = members::priors(&members, values.len(), seasonal);
    let weights = weights::from_windows(&full, &windows, values, &priors, seasonal);
    let Some(combination) = members::combine(&full, &weights) else {
        // No model stayed finite: hold the last value.
        warnings.push(Warning::ModelsFailed);
        let short = History {
            warnings,
            path: Path::TooShort,
            ..history.clone()
        };
        return (too_short(&short, horizon), Vec::new());
    };
    let past: Past = windows
        .iter()
        .filter_map(|w| Some((w.origin, members::combine(&w.predictions, &weights)?)))
        .collect();
    if past.is_empty() {
        warnings.push(Warning::NotBacktested);
    } else if plan.horizon < horizon {
        warnings.push(Warning::TestedUpTo {
            steps: plan.horizon,
        });
    }
    let calibration = Calibration::from_past(&past, &history.observed, history.shape());
    let bands = calibration.bands(&combination, levels, values.len());
    let steps = intervals::steps(&combination.mean, &bands, levels);
    let level = levels.last().copied();
    let (backtest, quality) = backtest::scores(&past, history, level, &calibration).unzip();
    let confidence = quality.map_or(0.0, |quality| plan.confidence(quality, past.len(), horizon));
    let errors = backtest::errors(&windows, members.len(), history);
    let answer = Forecast {
        steps,
        method: members::method(&members, &weights, &errors),
        path: history.path,
        confidence: round4(confidence),
        backtest,
        warnings,
    };
    (answer, past)
}

#[cfg(test)]
mod tests;
