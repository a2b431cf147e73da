//! From a question to a job, and from its outcome to the answer: the side that holds the facts.
//!
//! The current, partial period is never learnt from; where it is among the steps, its forecast is for
//! the whole period.

use cube::{Cube, QueryError};
use kernel::{Date, DateRange};
use model::metrics::{Metric, MetricId};
use model::period::Grain;
use model::schema::DataSet;
use thiserror::Error;

use crate::past::{Past, period_starts, seasons};
use crate::running::{RunningPeriod, running};
use crate::stock::sold_out;
use crate::{
    Cleaning, Confidence, ForecastAsk, ForecastEffect, ForecastOccasion, ForecastParts,
    ForecastRunning, ForecastSeason, ForecastStep, Forecasted, Job, Number, Outcome,
    OutcomeOccasion, OutcomeParts, OutcomeRunning, Setting,
};

/// Most steps of a forecast.
pub const HORIZON_MAX: usize = 400;
/// The share of outcomes that the interval is made for.
pub const COVERAGE: f64 = 0.8;

/// Why a metric cannot be forecast.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum PredictionError {
    /// No step, or more than [`HORIZON_MAX`].
    #[error("a horizon of {horizon} steps; ask for 1 to {HORIZON_MAX}")]
    Horizon {
        /// Steps asked for.
        horizon: usize,
    },
    /// Steps of a length of which there are too few to learn from.
    #[error(
        "forecast days, weeks or months, not by {grain:?}; add up the steps for longer periods"
    )]
    Grain {
        /// The length asked for.
        grain: Grain,
    },
    /// The facts do not hold one whole period.
    #[error("there is no complete period with data to learn from")]
    NoPeriod,
    /// There are periods, and the metric is unknown in all of them.
    #[error("the metric has no value in any complete period")]
    NoValue,
    /// A metric whose values do not add up over products.
    #[error(
        "{metric:?} of parts does not add up to that of the whole; ask for net revenue or units"
    )]
    NotAdded {
        /// The metric.
        metric: MetricId,
    },
    /// The cube refuses the question.
    #[error(transparent)]
    Query(#[from] QueryError),
}

impl PredictionError {
    /// Whether more facts would help, not another question.
    pub const fn is_too_little(&self) -> bool {
        matches!(self, PredictionError::NoPeriod | PredictionError::NoValue)
    }
}

/// A question that is ready to be computed: its series, and what turns an outcome into the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Prepared {
    ask: ForecastAsk,
    learnt_from: DateRange,
    /// First days of the periods to come.
    periods: Vec<Date>,
    running: Option<RunningPeriod>,
    /// Whether values of periods add up.
    adds_up: bool,
    job: Job,
}

impl Prepared {
    /// What is to be computed.
    pub const fn job(&self) -> &Job {
        &self.job
    }

    /// The days learnt from: complete periods only.
    pub const fn learnt_from(&self) -> DateRange {
        self.learnt_from
    }

    /// The answer, from what was computed of [`Prepared::job`].
    pub fn finish(&self, outcome: Outcome) -> Result<Forecasted, PredictionError> {
        if outcome.steps.is_empty() {
            return Err(PredictionError::NoValue);
        }
        let dated = self.periods.iter().zip(&outcome.steps);
        let steps: Vec<ForecastStep> = dated
            .map(|(period, step)| ForecastStep {
                period: *period,
                mean: step.mean.0,
                median: step.median.0,
                lower: step.lower.0,
                upper: step.upper.0,
            })
            .collect();
        let sum = || steps.iter().map(|step| step.mean).sum();
        Ok(Forecasted {
            metric: self.ask.metric,
            grain: self.ask.grain,
            learnt_from: self.learnt_from,
            total: self.adds_up.then(sum),
            steps,
            coverage: self.job.coverage.0,
            method: outcome.method,
            confidence: confidence(outcome.confidence),
            confidence_score: outcome.confidence,
            back_test: outcome.back_test,
            warnings: outcome.warnings,
            parts: outcome.parts.map(plain),
            occasions: self.occasions(&outcome.occasions),
            replaced: outcome.replaced,
            running: self.running(outcome.running),
        })
    }

    fn running(&self, told: Option<OutcomeRunning>) -> Option<ForecastRunning> {
        let (own, told) = self.running.as_ref().zip(told)?;
        let so_far = own.running.so_far.iter().map(|value| value.0);
        Some(ForecastRunning {
            period: own.period,
            known: own.known,
            so_far: so_far.sum(),
            mean: told.whole.mean.0,
            lower: told.whole.lower.0,
            upper: told.whole.upper.0,
            target: own.running.target.map(|target| target.0),
            chance: told.chance,
        })
    }

    fn occasions(&self, told: &[OutcomeOccasion]) -> Vec<ForecastOccasion> {
        let dated = |it: &OutcomeOccasion| {
            Some(ForecastOccasion {
                occasion: it.occasion,
                from: *self.periods.get(it.first)?,
                to: *self.periods.get(it.last)?,
                share: it.share.map(|share| share.0),
            })
        };
        told.iter().filter_map(dated).collect()
    }
}

/// Makes the series of a question from the facts of a cube.
pub fn prepare(
    cube: &Cube,
    setting: Setting,
    ask: &ForecastAsk,
) -> Result<Prepared, PredictionError> {
    let calendar = setting.calendar;
    if !(1..=HORIZON_MAX).contains(&ask.horizon) {
        return Err(PredictionError::Horizon {
            horizon: ask.horizon,
        });
    }
    let past = Past::of(
        cube,
        calendar,
        ask.metric,
        &ask.filters,
        ask.history,
        ask.grain,
    )?;
    let periods = period_starts(calendar, ask.grain, past.days.to(), ask.horizon);
    let running = match periods.first() {
        Some(first) => running(cube, setting, ask, &past, *first)?,
        None => None,
    };
    let Past { days, values } = past;
    let job = Job {
        seasons: seasons(ask.grain, values.len()),
        horizon: ask.horizon,
        coverage: Number(COVERAGE),
        non_negative: values.iter().all(|value| value.is_nan() || *value >= 0.0),
        explain: ask.explain,
        sold_out: sold_out(cube, ask, days)?,
        is_suspecting: ask.cleaning == Cleaning::Suspected,
        running: running.as_ref().map(|it| it.running.clone()),
        analogs: Vec::new(),
        first_day: (ask.grain == Grain::Day && is_moved_by_holidays(setting, ask.metric.metric()))
            .then_some(days.from()),
        values: values.into_iter().map(Number).collect(),
    };
    Ok(Prepared {
        ask: ask.clone(),
        learnt_from: days,
        periods,
        running,
        adds_up: ask.metric.metric().adds_up(),
        job,
    })
}

/// Whether the calendar of Türkiye may tell of the days of a metric.
pub(crate) fn is_moved_by_holidays(setting: Setting, metric: &Metric) -> bool {
    setting.is_in_turkiye && is_of_sales(metric)
}

/// Whether a metric is an amount or a number of what was sold, and of nothing else.
pub(crate) fn is_of_sales(metric: &Metric) -> bool {
    let sets = metric.data_sets();
    metric.is_amount() && sets.len() == 1 && sets.contains(&DataSet::Sales)
}

/// The parts of a forecast as they are told.
fn plain(parts: OutcomeParts) -> ForecastParts {
    let values = |numbers: Vec<Number>| numbers.into_iter().map(|number| number.0).collect();
    ForecastParts {
        level: parts.level.0,
        trend: values(parts.trend),
        seasons: parts
            .seasons
            .into_iter()
            .map(|(length, adds)| ForecastSeason {
                length,
                adds: values(adds),
            })
            .collect(),
        effects: parts
            .effects
            .into_iter()
            .map(|(occasion, adds)| ForecastEffect {
                occasion,
                adds: values(adds),
            })
            .collect(),
        rest: values(parts.rest),
    }
}

fn confidence(score: f64) -> Confidence {
    if score >= 0.85 {
        Confidence::High
    } else if score >= 0.7 {
        Confidence::Medium
    } else {
        Confidence::Low
    }
}
