//! The past of a metric as a series: values of complete periods, and their dates.

use cube::Cube;
use cube::query::{Filter, Query, Row};
use kernel::{Date, DateRange};
use model::metrics::{Metric, MetricId};
use model::period::{Calendar, Grain};
use model::schema::Dimension;

use crate::PredictionError;

/// Values of complete periods.
pub(crate) struct Past {
    /// Their days.
    pub days: DateRange,
    /// A value each, oldest first; NaN where it is not known.
    pub values: Vec<f64>,
}

impl Past {
    /// The complete periods with facts, within `history` where that is given.
    pub fn of(
        cube: &Cube,
        calendar: Calendar,
        metric: MetricId,
        filters: &[Filter],
        history: Option<DateRange>,
        grain: Grain,
    ) -> Result<Past, PredictionError> {
        let dimension = match grain {
            Grain::Day => Dimension::Day,
            Grain::Week => Dimension::Week,
            Grain::Month => Dimension::Month,
            Grain::Quarter | Grain::Year => return Err(PredictionError::Grain { grain }),
        };
        let today = cube.rules().today;
        let days = days_of(cube, metric.metric(), history)
            .and_then(|range| calendar.complete_periods(grain, range, today))
            .ok_or(PredictionError::NoPeriod)?;
        let query = Query {
            group_by: vec![dimension],
            filters: filters.to_vec(),
            fill_gaps: true,
            ..Query::of(metric, days)
        };
        let answer = cube.answer(&query)?;
        // A day without a sale is a day of zero sales; a rate of no orders is not known.
        let absent = match metric.metric().adds_up() {
            true => 0.0,
            false => f64::NAN,
        };
        let value = |row: &Row| {
            let value = row.values.first().copied().flatten();
            value.map_or(absent, |value| value.as_f64())
        };
        Ok(Past {
            days,
            values: answer.rows.iter().map(value).collect(),
        })
    }
}

/// The days with facts in every data set that the metric needs, within what was asked for.
pub(crate) fn days_of(
    cube: &Cube,
    metric: &Metric,
    history: Option<DateRange>,
) -> Option<DateRange> {
    let extents = metric
        .data_sets()
        .into_iter()
        .map(|set| cube.extent_of(set));
    let shared = extents.reduce(|a, b| a?.intersect(b?))??;
    match history {
        Some(asked) => shared.intersect(asked),
        None => Some(shared),
    }
}

/// Lengths of the seasons in steps. A year is looked for in two years or more.
pub(crate) fn seasons(grain: Grain, steps: usize) -> Vec<usize> {
    let (week, year) = match grain {
        Grain::Day => (Some(7), 365),
        Grain::Week => (None, 52),
        _ => (None, 12),
    };
    let year = Some(year).filter(|year| steps >= 2 * year);
    week.into_iter().chain(year).collect()
}

/// First days of the periods after `last`.
pub(crate) fn period_starts(
    calendar: Calendar,
    grain: Grain,
    last: Date,
    count: usize,
) -> Vec<Date> {
    let after = |date: Date| date.add_days(1).ok();
    let next = |start: &Date| after(calendar.period(grain, *start).to());
    std::iter::successors(after(last), next)
        .take(count)
        .collect()
}
