//! The period that is not over: what there is of it, how past ones went, and what was planned for it. The side that holds
//! the facts.
//!
//! Out of scope: hours. Facts have days, so today is not counted before it is over.

use cube::Cube;
use cube::query::Query;
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::period::Grain;

use crate::past::{Past, days_of};
use crate::{ForecastAsk, Number, PredictionError, Running, Setting};

/// Past periods whose days are looked at.
const PERIODS_MAX: usize = 36;

/// The running period of a question.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RunningPeriod {
    /// All of its days.
    pub period: DateRange,
    /// Those that are known.
    pub known: Option<DateRange>,
    /// What is computed from.
    pub running: Running,
}

/// The running period, where the first step, which begins on `first`, lies in it; `None` for what does not add up over
/// time, and where what is known of it is not all that there is.
pub(crate) fn running(
    cube: &Cube,
    setting: Setting,
    ask: &ForecastAsk,
    past: &Past,
    first: Date,
) -> Result<Option<RunningPeriod>, PredictionError> {
    let (calendar, today) = (setting.calendar, cube.rules().today);
    let are_days = ask.grain == Grain::Day;
    let grain = if are_days { Grain::Month } else { ask.grain };
    let period = calendar.period(grain, first);
    let begins_before = past.days.from() > period.from();
    // A month changes none of the days it is made of: it is for those who look.
    let is_wanted = ask.explain || !are_days;
    let is_open = period.contains(today) && !begins_before;
    if !is_wanted || !is_open || !adds_up_over_time(ask.metric) {
        return Ok(None);
    }
    let last = match are_days {
        true => Some(past.days.to()),
        false => days_of(cube, ask.metric.metric(), ask.history).map(DateRange::to),
    };
    let yesterday = today.add_days(-1).unwrap_or(today);
    let known = last.and_then(|last| DateRange::new(period.from(), last.min(yesterday)).ok());
    let mut running = Running {
        days: period.days().unsigned_abs() as usize,
        by_days: are_days,
        target: target(cube, ask, period)?,
        ..Running::default()
    };
    match known {
        Some(known) if are_days => {
            let days = known.days().unsigned_abs() as usize;
            let from = past.values.len().saturating_sub(days);
            let values = past.values.iter().skip(from);
            running.so_far = values.copied().map(Number).collect();
        }
        Some(known) => read_days(cube, setting, ask, past, known, &mut running)?,
        None => {}
    }
    Ok(Some(RunningPeriod {
        period,
        known,
        running,
    }))
}

/// The days of the running period that are known, and those of whole periods before it.
fn read_days(
    cube: &Cube,
    setting: Setting,
    ask: &ForecastAsk,
    past: &Past,
    known: DateRange,
    running: &mut Running,
) -> Result<(), PredictionError> {
    let calendar = setting.calendar;
    let mut periods = Vec::new();
    let mut start = past.days.from();
    while start < known.from() {
        let period = calendar.period(ask.grain, start);
        periods.push(period);
        start = match period.to().add_days(1) {
            Ok(next) => next,
            Err(_) => return Ok(()),
        };
    }
    let periods = periods.split_off(periods.len().saturating_sub(PERIODS_MAX));
    let from = periods.first().map_or(known.from(), |period| period.from());
    let days = DateRange::new(from, known.to()).ok();
    let (metric, filters) = (ask.metric, &ask.filters);
    let daily = Past::of(cube, calendar, metric, filters, days, Grain::Day)?;
    let values = |days: DateRange| -> Vec<Number> {
        let from = days.from().days_since(daily.days.from()).max(0);
        let values = daily.values.iter().skip(from.unsigned_abs() as usize);
        let values = values.take(days.days().unsigned_abs() as usize);
        values.copied().map(Number).collect()
    };
    running.past = periods.into_iter().map(values).collect();
    running.so_far = values(known);
    Ok(())
}

/// Whether the values of days add up to that of a longer period: an order has one day, so orders do.
fn adds_up_over_time(metric: MetricId) -> bool {
    metric.metric().adds_up() || metric == MetricId::Orders
}

/// What was planned for a period, where something was of what is asked for: there are no targets of products.
fn target(
    cube: &Cube,
    ask: &ForecastAsk,
    period: DateRange,
) -> Result<Option<Number>, PredictionError> {
    let Some(target) = ask.metric.target() else {
        return Ok(None);
    };
    let query = Query {
        filters: ask.filters.clone(),
        ..Query::of(target, period)
    };
    let value = cube.answer(&query)?.total.values.first().copied().flatten();
    let value = value.map(|value| value.as_f64());
    Ok(value.filter(|value| *value > 0.0).map(Number))
}
