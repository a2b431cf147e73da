//! From a job to its outcome: the side that computes.

use forecast::{
    AnomalyError, ChanceError, CleaningError, Explanation, ForecastError, LaunchError, Options,
    ReconcileError, SeriesError, Weight,
};
use thiserror::Error;

use crate::learnt::learnt;
use crate::occasions::{self, Dated};
use crate::whole::{begin_from_what_is_there, whole};
use crate::{
    BackTest, ForecastWarning, Job, ModelKind, ModelShare, Number, Outcome, OutcomeParts,
    OutcomeStep,
};

/// Why a job is refused.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum ComputeError {
    /// The values are no series.
    #[error(transparent)]
    Series(#[from] SeriesError),
    /// Horizon or coverage are out of range.
    #[error(transparent)]
    Options(#[from] ForecastError),
    /// The series cannot be watched.
    #[error(transparent)]
    Watch(#[from] AnomalyError),
    /// A day that was sold out is none of the series.
    #[error(transparent)]
    Cleaning(#[from] CleaningError),
    /// The beginnings of other products say nothing of this one's.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// There is no chance to tell.
    #[error(transparent)]
    Chance(#[from] ChanceError),
    /// Sums are no tree.
    #[error(transparent)]
    Nodes(#[from] ReconcileError),
}

/// Forecasts the series of a job.
///
/// ```
/// use prediction::{Job, Number, compute};
///
/// let week = [20.0, 21.0, 19.0, 22.0, 30.0, 44.0, 41.0];
/// let job = Job {
///     values: (0..84).map(|day| Number(week[day % 7] + (day * 5 % 3) as f64)).collect(),
///     seasons: vec![7],
///     horizon: 14,
///     coverage: Number(0.8),
///     non_negative: true,
///     ..Job::default()
/// };
/// let outcome = compute(&job)?;
/// assert_eq!(outcome.steps.len(), 14);
/// assert!((outcome.steps[5].mean.0 - 45.0).abs() < 2.0);
/// # Ok::<(), prediction::ComputeError>(())
/// ```
pub fn compute(job: &Job) -> Result<Outcome, ComputeError> {
    let (series, replaced) = learnt(job)?;
    let options = options_of(job);
    let dated = occasions::dated(&series, job.first_day, &options);
    let mut plain = None;
    let (answer, errors) = match &dated {
        Some(dated) => (&dated.regressed.forecast, &dated.regressed.errors),
        None => {
            let (answer, errors) = plain.insert(forecast::forecast_with_errors(&series, &options)?);
            begin_from_what_is_there(job, answer, errors);
            (&*answer, &*errors)
        }
    };
    let running = job.running.as_ref();
    let is_explained = job.explain && !answer.steps.is_empty();
    let parts = || match &dated {
        Some(dated) => OutcomeParts {
            effects: dated.effects(),
            ..parts_of(&forecast::explain_regressed(&dated.regressed))
        },
        None => parts_of(&forecast::explain(&series, answer)),
    };
    let dated = dated.as_ref().filter(|_| is_explained);
    Ok(Outcome {
        parts: is_explained.then(parts),
        occasions: dated.map(Dated::to_come).unwrap_or_default(),
        replaced,
        running: running.and_then(|running| whole(running, &answer.steps, errors)),
        ..outcome(answer)
    })
}

/// What is asked of a job.
pub(crate) fn options_of(job: &Job) -> Options {
    Options {
        horizon: job.horizon,
        levels: vec![job.coverage.0],
        non_negative: job.non_negative,
    }
}

fn parts_of(explanation: &Explanation) -> OutcomeParts {
    let numbers = |values: &[f64]| values.iter().copied().map(Number).collect();
    let seasons = explanation.seasons.iter();
    OutcomeParts {
        level: Number(explanation.level),
        trend: numbers(&explanation.trend),
        seasons: seasons
            .map(|season| (season.length, numbers(&season.values)))
            .collect(),
        effects: Vec::new(),
        rest: numbers(&explanation.rest),
    }
}

fn outcome(answer: &forecast::Forecast) -> Outcome {
    Outcome {
        parts: None,
        occasions: Vec::new(),
        replaced: Vec::new(),
        running: None,
        steps: answer.steps.iter().map(step_of).collect(),
        method: answer.method.members.iter().map(share_of).collect(),
        confidence: answer.confidence,
        back_test: answer.backtest.as_ref().map(|scores| BackTest {
            trials: scores.windows,
            mase: scores.mase,
            smape: scores.smape / 100.0,
            coverage: scores.coverage,
            bias: scores.bias,
            horizon: scores.horizon,
        }),
        warnings: answer.warnings.iter().filter_map(warning_of).collect(),
    }
}

pub(crate) fn step_of(step: &forecast::Step) -> OutcomeStep {
    let interval = step.intervals.last();
    let end = |end: fn(&forecast::Interval) -> f64| Number(interval.map_or(step.mean, end));
    OutcomeStep {
        mean: Number(step.mean),
        median: Number(step.median),
        lower: end(|interval| interval.lower),
        upper: end(|interval| interval.upper),
    }
}

fn share_of(member: &Weight) -> ModelShare {
    let kind = match member.model.split('(').next() {
        Some("ETS") => Some(ModelKind::Ets),
        Some("DOT") => Some(ModelKind::Theta),
        Some("CES") => Some(ModelKind::Ces),
        Some("ARIMA") => Some(ModelKind::Arima),
        Some("damped trend") => Some(ModelKind::DampedTrend),
        Some("temporal hierarchy") => Some(ModelKind::TemporalHierarchy),
        Some("MSTL") => Some(ModelKind::Mstl),
        Some("local and global trend") => Some(ModelKind::LocalGlobalTrend),
        Some("trigonometric seasons") => Some(ModelKind::TrigonometricSeasons),
        Some("MFLES") => Some(ModelKind::Mfles),
        Some("TSB") => Some(ModelKind::RareDemand),
        Some("mean") => Some(ModelKind::Mean),
        Some("naive") => Some(ModelKind::LastValue),
        Some("drift") => Some(ModelKind::Drift),
        Some("seasonal naive") => Some(ModelKind::LastSeason),
        _ => None,
    };
    ModelShare {
        name: member.model.clone(),
        kind,
        share: member.weight,
    }
}

fn warning_of(warning: &forecast::Warning) -> Option<ForecastWarning> {
    use forecast::Warning;
    Some(match *warning {
        // That is a failure: there is nothing to show.
        Warning::NoValues => return None,
        Warning::TooFewValues { observed, needed } => {
            ForecastWarning::TooFewValues { observed, needed }
        }
        Warning::GapsFilled { count } => ForecastWarning::GapsFilled { count },
        Warning::LateStart { count } => ForecastWarning::LateStart { count },
        Warning::OnlyRecent { used } => ForecastWarning::OnlyRecent { used },
        Warning::SeasonUnused { length } => ForecastWarning::SeasonUnused { length },
        Warning::NegativeHistory => ForecastWarning::NegativeHistory,
        Warning::NotBacktested => ForecastWarning::NotBackTested,
        Warning::TestedUpTo { steps } => ForecastWarning::TestedUpTo { steps },
        Warning::ModelsFailed => ForecastWarning::ModelsFailed,
    })
}
