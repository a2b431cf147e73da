//! The periods that a range of days falls into: days, weeks, months, fiscal quarters and years, and
//! weekdays, by the tenant's calendar.

use kernel::{Date, DateRange, FiscalYear};
use model::schema::Dimension;

use crate::query::CalendarRules;

/// The periods of one time dimension over a range, numbered from 0 in order of time. Weekdays are
/// numbered 0 (Monday) to 6.
#[derive(Clone, Debug)]
pub(crate) struct Periods {
    dimension: Dimension,
    /// Number of the period of each day of the range.
    by_day: Vec<u32>,
    /// First day of each period, which may lie before the range; empty for weekdays.
    starts: Vec<Date>,
}

/// The first day of the period that holds a day; the day itself for a weekday.
pub(crate) fn period_start(dimension: Dimension, day: Date, rules: &CalendarRules) -> Date {
    let fiscal = FiscalYear::new(rules.fiscal_first_month).unwrap_or_default();
    match dimension {
        Dimension::Week => day.week_start_date(rules.week_start),
        Dimension::Month => day.first_of_month(),
        Dimension::Quarter => fiscal.quarter_start_date(day),
        Dimension::Year => fiscal.year_start_date(day),
        _ => day,
    }
}

impl Periods {
    pub(crate) fn new(dimension: Dimension, range: DateRange, rules: &CalendarRules) -> Periods {
        let mut by_day = Vec::with_capacity(range.days() as usize);
        let mut starts: Vec<Date> = Vec::new();
        if dimension == Dimension::Weekday {
            by_day.extend(
                range
                    .iter()
                    .map(|day| u32::from(day.weekday().number()) - 1),
            );
        } else {
            for day in range.iter() {
                let start = period_start(dimension, day, rules);
                if starts.last() != Some(&start) {
                    starts.push(start);
                }
                by_day.push(starts.len() as u32 - 1);
            }
        }
        Periods {
            dimension,
            by_day,
            starts,
        }
    }

    /// Number of the period of each day of the range.
    pub(crate) fn by_day(&self) -> &[u32] {
        &self.by_day
    }

    /// Number of periods.
    pub(crate) fn count(&self) -> u32 {
        if self.dimension == Dimension::Weekday {
            7
        } else {
            self.starts.len() as u32
        }
    }

    /// First day of a period; `None` for a weekday.
    pub(crate) fn start(&self, number: u32) -> Option<Date> {
        self.starts.get(number as usize).copied()
    }

    /// The period's key: the ISO date of its first day, or `1` (Monday) to `7`.
    pub(crate) fn key(&self, number: u32) -> String {
        match self.start(number) {
            Some(date) => date.to_string(),
            None => (number + 1).to_string(),
        }
    }

    /// The number of the period with a key; `Some(None)` for a period outside the range, `None` for a
    /// text that names no period.
    pub(crate) fn number(&self, key: &str) -> Option<Option<u32>> {
        if self.dimension == Dimension::Weekday {
            let number: u32 = key.parse().ok().filter(|number| (1..=7).contains(number))?;
            return Some(Some(number - 1));
        }
        Some(self.starting(key.parse().ok()?))
    }

    /// The number of the period that starts on a day.
    pub(crate) fn starting(&self, day: Date) -> Option<u32> {
        let number = self.starts.binary_search(&day).ok()?;
        Some(number as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::WeekStart;

    #[test]
    fn periods_follow_the_tenants_calendar() {
        let rules = CalendarRules {
            week_start: WeekStart::Sunday,
            fiscal_first_month: 7,
            today: "2026-11-23".parse().unwrap(),
        };
        let range =
            DateRange::new("2026-06-25".parse().unwrap(), "2026-07-08".parse().unwrap()).unwrap();
        let keys = |dimension| {
            let periods = Periods::new(dimension, range, &rules);
            (0..periods.count())
                .map(|number| periods.key(number))
                .collect::<Vec<_>>()
        };
        assert_eq!(
            keys(Dimension::Week),
            ["2026-06-21", "2026-06-28", "2026-07-05"]
        );
        assert_eq!(keys(Dimension::Month), ["2026-06-01", "2026-07-01"]);
        assert_eq!(keys(Dimension::Quarter), ["2026-04-01", "2026-07-01"]);
        assert_eq!(keys(Dimension::Year), ["2025-07-01", "2026-07-01"]);
        assert_eq!(
            keys(Dimension::Weekday),
            ["1", "2", "3", "4", "5", "6", "7"]
        );
        let days = Periods::new(Dimension::Day, range, &rules);
        assert_eq!(days.count(), 14);
        assert_eq!(days.number("2026-07-08"), Some(Some(13)));
        assert_eq!(days.number("2026-07-09"), Some(None));
        assert_eq!(days.number("8 July"), None);
        let weekdays = Periods::new(Dimension::Weekday, range, &rules);
        assert_eq!(weekdays.by_day()[..3], [3, 4, 5]);
        assert_eq!(
            (weekdays.number("7"), weekdays.number("8")),
            (Some(Some(6)), None)
        );
    }
}
