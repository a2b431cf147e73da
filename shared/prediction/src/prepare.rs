//! From a question to a job, and from its outcome to the answer: the side that holds the facts.
//!
//! The current, partial period is never learnt from; where it is among the steps, its forecast is for
//! the whole period.

use cube::query::Query;
use cube::{Cube, QueryError};
use kernel::{Date, DateRange};
use model::metrics::Metric;
use model::period::{Calendar, Grain};
use model::schema::Dimension;
use thiserror::Error;

use crate::{Confidence, ForecastAsk, ForecastStep, Forecasted, Job, Number, Outcome};

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
        })
    }
}

/// Makes the series of a question from the facts of a cube.
pub fn prepare(
    cube: &Cube,
    calendar: Calendar,
    ask: &ForecastAsk,
) -> Result<Prepared, PredictionError> {
    if !(1..=HORIZON_MAX).contains(&ask.horizon) {
        return Err(PredictionError::Horizon {
            horizon: ask.horizon,
        });
    }
    let dimension = dimension_of(ask.grain)?;
    let metric = ask.metric.metric();
    let today = cube.rules().today;
    let learnt_from = history(cube, metric, ask)
        .and_then(|range| calendar.complete_periods(ask.grain, range, today))
        .ok_or(PredictionError::NoPeriod)?;
    let values = series_values(cube, metric, ask, dimension, learnt_from)?;
    let job = Job {
        seasons: seasons(ask.grain, values.len()),
        horizon: ask.horizon,
        coverage: Number(COVERAGE),
        non_negative: values.iter().all(|value| value.is_nan() || *value >= 0.0),
        values: values.into_iter().map(Number).collect(),
    };
    Ok(Prepared {
        ask: ask.clone(),
        learnt_from,
        periods: period_starts(calendar, ask.grain, learnt_from.to(), ask.horizon),
        adds_up: metric.adds_up(),
        job,
    })
}

const fn dimension_of(grain: Grain) -> Result<Dimension, PredictionError> {
    match grain {
        Grain::Day => Ok(Dimension::Day),
        Grain::Week => Ok(Dimension::Week),
        Grain::Month => Ok(Dimension::Month),
        Grain::Quarter | Grain::Year => Err(PredictionError::Grain { grain }),
    }
}

/// The days to learn from: those with facts in every data set that the metric needs, within what was
/// asked for.
fn history(cube: &Cube, metric: &Metric, ask: &ForecastAsk) -> Option<DateRange> {
    let extents = metric
        .data_sets()
        .into_iter()
        .map(|set| cube.extent_of(set));
    let shared = extents.reduce(|a, b| a?.intersect(b?))??;
    match ask.history {
        Some(asked) => shared.intersect(asked),
        None => Some(shared),
    }
}

fn series_values(
    cube: &Cube,
    metric: &Metric,
    ask: &ForecastAsk,
    dimension: Dimension,
    range: DateRange,
) -> Result<Vec<f64>, PredictionError> {
    let query = Query {
        group_by: vec![dimension],
        filters: ask.filters.clone(),
        fill_gaps: true,
        ..Query::of(ask.metric, range)
    };
    let answer = cube.answer(&query)?;
    // A day without a sale is a day of zero sales; a rate of no orders is not known.
    let absent = if metric.adds_up() { 0.0 } else { f64::NAN };
    let value = |row: &cube::query::Row| {
        let value = row.values.first().copied().flatten();
        value.map_or(absent, |value| value.as_f64())
    };
    Ok(answer.rows.iter().map(value).collect())
}

/// Lengths of the seasons in steps. A year is looked for in two years or more.
fn seasons(grain: Grain, steps: usize) -> Vec<usize> {
    let (week, year) = match grain {
        Grain::Day => (Some(7), 365),
        Grain::Week => (None, 52),
        _ => (None, 12),
    };
    let year = Some(year).filter(|year| steps >= 2 * year);
    week.into_iter().chain(year).collect()
}

/// First days of the periods after `last`.
fn period_starts(calendar: Calendar, grain: Grain, last: Date, count: usize) -> Vec<Date> {
    let after = |date: Date| date.add_days(1).ok();
    let next = |start: &Date| after(calendar.period(grain, *start).to());
    std::iter::successors(after(last), next)
        .take(count)
        .collect()
}

fn confidence(score: f64) -> Confidence {
    if score >= 0.75 {
        Confidence::High
    } else if score >= 0.5 {
        Confidence::Medium
    } else {
        Confidence::Low
    }
}
