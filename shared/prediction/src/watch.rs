//! From a question about unusual values to a watched series, and from its alarms to the answer: the side that holds
//! the facts.

use cube::Cube;
use kernel::{Date, DateRange};
use model::period::{Calendar, Grain};

use crate::past::{Past, period_starts};
use crate::{Alarm, Number, PredictionError, Unusual, UnusualAsk, UnusualValue, Watch};

/// A question about unusual values that is ready to be computed.
#[derive(Clone, Debug, PartialEq)]
pub struct PreparedWatch {
    ask: UnusualAsk,
    days: DateRange,
    periods: Vec<Date>,
    watch: Watch,
}

impl PreparedWatch {
    /// What is to be looked at.
    pub const fn watch(&self) -> &Watch {
        &self.watch
    }

    /// The answer, from what was found in [`PreparedWatch::watch`].
    pub fn finish(&self, alarms: &[Alarm]) -> Unusual {
        let value = |alarm: &Alarm| {
            Some(UnusualValue {
                period: *self.periods.get(alarm.index)?,
                kind: alarm.kind,
                severity: alarm.severity,
                score: alarm.score,
                value: self.watch.values.get(alarm.index)?.0,
                expected: alarm.expected.0,
                lower: alarm.lower.0,
                upper: alarm.upper.0,
            })
        };
        Unusual {
            metric: self.ask.metric,
            grain: self.ask.grain,
            looked_at: self.days,
            values: alarms.iter().filter_map(value).collect(),
        }
    }
}

/// Makes the series of a question about unusual values from the facts of a cube.
pub fn prepare_watch(
    cube: &Cube,
    calendar: Calendar,
    ask: &UnusualAsk,
) -> Result<PreparedWatch, PredictionError> {
    let Past { days, values } = Past::of(
        cube,
        calendar,
        ask.metric,
        &ask.filters,
        ask.history,
        ask.grain,
    )?;
    let before = days.from().add_days(-1).unwrap_or(days.from());
    Ok(PreparedWatch {
        periods: period_starts(calendar, ask.grain, before, values.len()),
        watch: Watch {
            values: values.into_iter().map(Number).collect(),
            // One trouble is told once in a third of a season: of a year that would be four months.
            seasons: match ask.grain {
                Grain::Day => vec![7],
                _ => vec![],
            },
            sensitivity: ask.sensitivity,
        },
        ask: ask.clone(),
        days,
    })
}
