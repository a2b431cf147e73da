//! What came of the periods of a forecast, from the facts: read as the history of a forecast is, so that both are
//! counted alike.

use cube::Cube;
use kernel::{Date, DateRange};
use model::period::{Calendar, Grain};

use crate::{Actual, ForecastAsk, PredictionError, Setting, prepare};

/// The values of the periods among `days` that are over and that the facts reach to the end of, oldest first.
/// None where there is not one. `days` are whole periods, as the steps of a forecast are.
pub fn truth(
    cube: &Cube,
    calendar: Calendar,
    ask: &ForecastAsk,
    days: DateRange,
) -> Result<Vec<Actual>, PredictionError> {
    let as_history = ForecastAsk {
        history: Some(days),
        ..ask.clone()
    };
    let setting = Setting {
        calendar,
        ..Setting::default()
    };
    let prepared = match prepare(cube, setting, &as_history) {
        Ok(prepared) => prepared,
        Err(PredictionError::NoPeriod) => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let periods = starts(calendar, ask.grain, prepared.learnt_from());
    let values = prepared.job().values.iter();
    let actual = periods.zip(values).map(|(period, value)| Actual {
        period,
        value: Some(value.0).filter(|value| !value.is_nan()),
    });
    Ok(actual.collect())
}

/// First days of the periods of a range.
fn starts(calendar: Calendar, grain: Grain, range: DateRange) -> impl Iterator<Item = Date> {
    let next = move |start: &Date| {
        let after = calendar.period(grain, *start).to().add_days(1).ok()?;
        (after <= range.to()).then_some(after)
    };
    std::iter::successors(Some(range.from()), next)
}

#[cfg(all(test, feature = "compute"))]
mod tests {
    use model::metrics::MetricId;

    use super::*;
    use crate::sample::{self, day};

    fn range(from: &str, to: &str) -> DateRange {
        DateRange::new(day(from), day(to)).unwrap()
    }

    fn ask(grain: Grain) -> ForecastAsk {
        ForecastAsk {
            metric: MetricId::NetRevenue,
            filters: vec![],
            history: Some(range("2026-06-01", "2026-10-31")),
            grain,
            horizon: 9,
            explain: false,
            cleaning: Default::default(),
        }
    }

    #[test]
    fn what_is_over_is_known_and_what_is_not_is_not() {
        let cube = sample::weekly_cube(day("2026-06-01"), day("2026-11-23"));
        let of = |grain, from: &str, to: &str| {
            truth(&cube, Calendar::default(), &ask(grain), range(from, to)).unwrap()
        };
        let days = of(Grain::Day, "2026-11-20", "2026-11-30");
        let expected = ["2026-11-20", "2026-11-21", "2026-11-22"].map(day);
        assert_eq!(days.len(), expected.len());
        for (told, period) in days.iter().zip(expected) {
            let value = Some(sample::weekly_value(period) as f64);
            assert_eq!(*told, Actual { period, value });
        }
        let weeks = of(Grain::Week, "2026-11-09", "2026-11-29");
        let starts: Vec<Date> = weeks.iter().map(|it| it.period).collect();
        assert_eq!(starts, ["2026-11-09", "2026-11-16"].map(day));
        let sum: i64 = (0..7)
            .map(|at| sample::weekly_value(day("2026-11-16").add_days(at).unwrap()))
            .sum();
        assert_eq!(weeks[1].value, Some(sum as f64));
        assert!(of(Grain::Month, "2026-11-01", "2026-11-30").is_empty());
        assert!(of(Grain::Day, "2026-11-23", "2026-11-30").is_empty());
    }

    #[test]
    fn facts_that_end_early_leave_the_rest_open() {
        // Facts to the 10th alone, asked on the 23rd.
        let mut cube = sample::weekly_cube(day("2026-06-01"), day("2026-11-10"));
        cube.set_rules(cube::CalendarRules {
            today: day("2026-11-23"),
            ..*cube.rules()
        });
        let days = range("2026-11-08", "2026-11-14");
        let told = truth(&cube, Calendar::default(), &ask(Grain::Day), days).unwrap();
        assert_eq!(told.last().unwrap().period, day("2026-11-10"));
        assert_eq!(told.len(), 3);
    }
}
