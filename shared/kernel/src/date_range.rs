//! A range of days, both ends included, and the ranges it is compared with.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::Date;

/// All days from `from` to `to`, both included; never empty.
///
/// ```
/// use kernel::DateRange;
/// let week: DateRange = DateRange::new("2026-11-16".parse()?, "2026-11-22".parse()?)?;
/// assert_eq!(week.days(), 7);
/// assert_eq!(week.previous().map(|r| r.to_string()).as_deref(), Some("2026-11-09..2026-11-15"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Ends", into = "Ends")]
pub struct DateRange {
    from: Date,
    to: Date,
}

/// Why a range was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DateRangeError {
    /// The end lies before the start.
    #[error("a range ends on or after the day it starts: {from} is after {to}")]
    Reversed {
        /// First day given.
        from: Date,
        /// Last day given.
        to: Date,
    },
}

#[derive(Clone, Copy, Serialize, Deserialize)]
struct Ends {
    from: Date,
    to: Date,
}

impl TryFrom<Ends> for DateRange {
    type Error = DateRangeError;
    fn try_from(ends: Ends) -> Result<Self, DateRangeError> {
        DateRange::new(ends.from, ends.to)
    }
}

impl From<DateRange> for Ends {
    fn from(range: DateRange) -> Ends {
        Ends {
            from: range.from,
            to: range.to,
        }
    }
}

impl DateRange {
    /// The days from `from` to `to`, both included.
    pub const fn new(from: Date, to: Date) -> Result<DateRange, DateRangeError> {
        if to.days() < from.days() {
            return Err(DateRangeError::Reversed { from, to });
        }
        Ok(DateRange { from, to })
    }

    /// For ends whose order is already known.
    pub(crate) const fn ordered(from: Date, to: Date) -> DateRange {
        DateRange { from, to }
    }

    /// One day.
    pub const fn day(date: Date) -> DateRange {
        DateRange {
            from: date,
            to: date,
        }
    }

    /// The first day.
    pub const fn from(self) -> Date {
        self.from
    }

    /// The last day.
    pub const fn to(self) -> Date {
        self.to
    }

    /// Number of days, at least 1.
    pub const fn days(self) -> i32 {
        self.to.days() - self.from.days() + 1
    }

    /// Whether the day lies in the range.
    pub const fn contains(self, date: Date) -> bool {
        self.from.days() <= date.days() && date.days() <= self.to.days()
    }

    /// The days in both ranges, if any.
    pub fn intersect(self, other: DateRange) -> Option<DateRange> {
        DateRange::new(self.from.max(other.from), self.to.min(other.to)).ok()
    }

    /// The range that ends on the day before; `None` before 1900. Whole months come after as many whole months, so that
    /// March is compared with February and its month with that month; any other range after one of equal length.
    pub fn previous(self) -> Option<DateRange> {
        let to = self.from.add_days(-1).ok()?;
        let from = match self.whole_months() {
            Some(months) => self.from.add_months(-months),
            None => self.from.add_days(-self.days()),
        };
        Some(DateRange {
            from: from.ok()?,
            to,
        })
    }

    /// How many calendar months it consists of; nothing where it holds a part of one.
    pub fn whole_months(self) -> Option<i32> {
        let month = |date: Date| 12 * date.year() + i32::from(date.month_of_year());
        let is_whole =
            self.from.first_of_month() == self.from && self.to.last_of_month() == self.to;
        is_whole.then(|| month(self.to) - month(self.from) + 1)
    }

    /// The same calendar dates a year earlier; `None` before 1900.
    ///
    /// 29 February becomes 28 February, and the end of February stays the end of February, so that a
    /// whole February is compared with a whole February in either direction.
    pub fn last_year(self) -> Option<DateRange> {
        let from = self.from.add_months(-12).ok()?;
        let to = self.to.add_months(-12).ok()?;
        let is_end_of_february = self.to.month_of_year() == 2 && self.to.last_of_month() == self.to;
        // A single 28 February stays a single day: only a range that spans days is stretched.
        let to = if is_end_of_february && self.days() > 1 {
            to.last_of_month()
        } else {
            to
        };
        Some(DateRange { from, to })
    }

    /// Every day in order.
    pub const fn iter(self) -> Dates {
        Dates {
            next: self.from.days(),
            last: self.to.days(),
        }
    }
}

impl IntoIterator for DateRange {
    type Item = Date;
    type IntoIter = Dates;
    fn into_iter(self) -> Dates {
        self.iter()
    }
}

impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.from, self.to)
    }
}

/// The days of a range, in order.
#[derive(Clone, Debug)]
pub struct Dates {
    next: i32,
    last: i32,
}

impl Iterator for Dates {
    type Item = Date;

    fn next(&mut self) -> Option<Date> {
        if self.next > self.last {
            return None;
        }
        let date = Date::from_days(self.next).ok();
        self.next += 1;
        date
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.last - self.next + 1).unwrap_or(0);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Dates {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn range(from: &str, to: &str) -> DateRange {
        DateRange::new(from.parse().unwrap(), to.parse().unwrap()).unwrap()
    }

    #[test]
    fn last_year_keeps_calendar_dates_and_the_leap_day() {
        for (from, to, last_from, last_to) in [
            ("2026-11-01", "2026-11-23", "2025-11-01", "2025-11-23"),
            ("2024-02-01", "2024-02-29", "2023-02-01", "2023-02-28"),
            ("2025-02-01", "2025-02-28", "2024-02-01", "2024-02-29"),
            ("2024-02-29", "2024-02-29", "2023-02-28", "2023-02-28"),
            ("2025-02-28", "2025-02-28", "2024-02-28", "2024-02-28"),
            ("2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31"),
        ] {
            assert_eq!(
                range(from, to).last_year(),
                Some(range(last_from, last_to)),
                "{from}..{to}"
            );
        }
        assert_eq!(DateRange::day(Date::MIN).last_year(), None);
        assert_eq!(DateRange::day(Date::MIN).previous(), None);
    }

    #[test]
    fn whole_months_follow_whole_months() {
        for (from, to, before_from, before_to) in [
            ("2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"),
            ("2024-03-01", "2024-03-31", "2024-02-01", "2024-02-29"),
            ("2026-01-01", "2026-03-31", "2025-10-01", "2025-12-31"),
            ("2026-01-01", "2026-12-31", "2025-01-01", "2025-12-31"),
            // Not whole: as many days.
            ("2026-03-01", "2026-03-30", "2026-01-30", "2026-02-28"),
            ("2026-03-02", "2026-03-31", "2026-01-31", "2026-03-01"),
            ("2026-11-01", "2026-11-22", "2026-10-10", "2026-10-31"),
        ] {
            assert_eq!(
                range(from, to).previous(),
                Some(range(before_from, before_to)),
                "{from}..{to}"
            );
        }
        assert_eq!(range("2025-11-01", "2026-02-28").whole_months(), Some(4));
        assert_eq!(range("2026-02-01", "2026-02-27").whole_months(), None);
    }

    #[test]
    fn refuses_a_reversed_range() {
        let json = r#"{"from":"2026-11-23","to":"2026-11-22"}"#;
        assert!(serde_json::from_str::<DateRange>(json).is_err());
        let week = range("2026-11-16", "2026-11-22");
        let text = serde_json::to_string(&week).unwrap();
        assert_eq!(text, r#"{"from":"2026-11-16","to":"2026-11-22"}"#);
        assert_eq!(serde_json::from_str::<DateRange>(&text).unwrap(), week);
    }

    proptest! {
        #[test]
        fn previous_touches_and_is_as_long_in_months_or_days(start in -10_000_i32..60_000, length in 0_i32..2_000) {
            let from = Date::from_days(start).unwrap();
            let whole = DateRange::new(from, from.add_days(length).unwrap()).unwrap();
            let previous = whole.previous().unwrap();
            match whole.whole_months() {
                Some(months) => prop_assert_eq!(previous.whole_months(), Some(months)),
                None => prop_assert_eq!(previous.days(), whole.days()),
            }
            prop_assert_eq!(previous.to().add_days(1), Ok(whole.from()));
            prop_assert_eq!(whole.intersect(previous), None);
            prop_assert_eq!(whole.iter().len(), whole.iter().count());
            prop_assert_eq!(whole.iter().last(), Some(whole.to()));
            prop_assert!(whole.iter().all(|day| whole.contains(day)));
        }

        #[test]
        fn an_intersection_holds_what_both_hold(a in 0_i32..100, b in 0_i32..100, c in 0_i32..100, d in 0_i32..100, day in 0_i32..100) {
            let make = |x: i32, y: i32| DateRange::new(Date::from_days(x.min(y)).unwrap(), Date::from_days(x.max(y)).unwrap()).unwrap();
            let (left, right, day) = (make(a, b), make(c, d), Date::from_days(day).unwrap());
            let both = left.intersect(right);
            prop_assert_eq!(both, right.intersect(left));
            prop_assert_eq!(both.is_some_and(|r| r.contains(day)), left.contains(day) && right.contains(day));
        }
    }
}
