//! What a tenant chooses about the calendar: where its week and its fiscal year start.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Date, DateError};

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names of the days say it all")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Monday to Sunday.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// From days since Monday, 0 to 6.
    pub(crate) const fn from_index(index: i32) -> Weekday {
        Weekday::ALL[index.rem_euclid(7) as usize]
    }

    /// ISO 8601 number: 1 = Monday to 7 = Sunday.
    pub const fn number(self) -> u8 {
        self as u8 + 1
    }
}

/// The day on which the tenant's week starts.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(rename_all = "kebab-case")]
pub enum WeekStart {
    /// As in Türkiye and by ISO 8601; the default.
    #[default]
    Monday,
    /// As in the United States.
    Sunday,
    /// As in much of the Middle East.
    Saturday,
}

impl WeekStart {
    /// The weekday itself.
    pub const fn weekday(self) -> Weekday {
        match self {
            WeekStart::Monday => Weekday::Monday,
            WeekStart::Sunday => Weekday::Sunday,
            WeekStart::Saturday => Weekday::Saturday,
        }
    }
}

impl Date {
    /// The first day of the week that holds this day. At the very start of the supported range the
    /// week is cut off at [`Date::MIN`].
    ///
    /// ```
    /// use kernel::{Date, WeekStart};
    /// let monday = Date::from_ymd(2026, 11, 23)?;
    /// assert_eq!(monday.week_start_date(WeekStart::Monday), monday);
    /// assert_eq!(monday.week_start_date(WeekStart::Sunday).to_string(), "2026-11-22");
    /// # Ok::<(), kernel::DateError>(())
    /// ```
    pub fn week_start_date(self, start: WeekStart) -> Date {
        let back = (self.weekday() as i32 - start.weekday() as i32).rem_euclid(7);
        match self.add_days(-back) {
            Ok(date) => date,
            Err(_) => Date::MIN,
        }
    }
}

/// Why a calendar setting was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// A month outside 1 to 12.
    #[error("a fiscal year starts in a month from 1 to 12, not {0}")]
    FirstMonth(u8),
}

/// The tenant's fiscal year, named after the calendar year in which it ends.
///
/// With `first_month` 1 it is the calendar year; with 7, fiscal year 2026 runs from 2025-07-01 to
/// 2026-06-30. Serialised as the number of its first month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct FiscalYear {
    first_month: u8,
}

impl FiscalYear {
    /// January to December.
    pub const CALENDAR: FiscalYear = FiscalYear { first_month: 1 };

    /// A fiscal year that starts on the first day of `first_month`, 1 to 12.
    pub const fn new(first_month: u8) -> Result<FiscalYear, CalendarError> {
        if first_month == 0 || first_month > 12 {
            return Err(CalendarError::FirstMonth(first_month));
        }
        Ok(FiscalYear { first_month })
    }

    /// The month in which it starts, 1 to 12.
    pub const fn first_month(self) -> u8 {
        self.first_month
    }

    /// Months since the fiscal year started, 0 to 11.
    const fn months_in(self, month_of_year: u8) -> i32 {
        (month_of_year as i32 - self.first_month as i32).rem_euclid(12)
    }

    /// The fiscal year of a day, named after the calendar year in which it ends.
    pub const fn year_of(self, date: Date) -> i32 {
        let (year, month, _) = date.ymd();
        if self.first_month > 1 && month >= self.first_month {
            year + 1
        } else {
            year
        }
    }

    /// The fiscal quarter of a day, 1 to 4.
    pub const fn quarter_of(self, date: Date) -> u8 {
        (self.months_in(date.month_of_year()) / 3 + 1) as u8
    }

    /// The first day of the fiscal year that holds `date`; cut off at [`Date::MIN`].
    pub fn year_start_date(self, date: Date) -> Date {
        self.back_to(date, self.months_in(date.month_of_year()))
    }

    /// The first day of the fiscal quarter that holds `date`; cut off at [`Date::MIN`].
    pub fn quarter_start_date(self, date: Date) -> Date {
        self.back_to(date, self.months_in(date.month_of_year()) % 3)
    }

    fn back_to(self, date: Date, months: i32) -> Date {
        let moved: Result<Date, DateError> = date.first_of_month().add_months(-months);
        match moved {
            Ok(date) => date,
            Err(_) => Date::MIN,
        }
    }
}

impl Default for FiscalYear {
    fn default() -> Self {
        FiscalYear::CALENDAR
    }
}

impl TryFrom<u8> for FiscalYear {
    type Error = CalendarError;
    fn try_from(first_month: u8) -> Result<Self, CalendarError> {
        FiscalYear::new(first_month)
    }
}

impl From<FiscalYear> for u8 {
    fn from(year: FiscalYear) -> u8 {
        year.first_month
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn fiscal_years_are_named_after_their_end() {
        let july = FiscalYear::new(7).unwrap();
        for (day, year, quarter, start) in [
            ("2025-06-30", 2025, 4, "2024-07-01"),
            ("2025-07-01", 2026, 1, "2025-07-01"),
            ("2026-01-15", 2026, 3, "2025-07-01"),
        ] {
            assert_eq!(july.year_of(date(day)), year, "{day}");
            assert_eq!(july.quarter_of(date(day)), quarter, "{day}");
            assert_eq!(july.year_start_date(date(day)), date(start), "{day}");
        }
        assert_eq!(FiscalYear::CALENDAR.year_of(date("2026-12-31")), 2026);
        assert_eq!(FiscalYear::new(0), Err(CalendarError::FirstMonth(0)));
        assert!(serde_json::from_str::<FiscalYear>("13").is_err());
    }

    proptest! {
        #[test]
        fn a_week_has_seven_days_and_starts_where_asked(days in -25_000_i32..84_000) {
            let day = Date::from_days(days).unwrap();
            for start in [WeekStart::Monday, WeekStart::Sunday, WeekStart::Saturday] {
                let first = day.week_start_date(start);
                prop_assert_eq!(first.weekday(), start.weekday());
                prop_assert!((0..7).contains(&day.days_since(first)));
            }
        }

        #[test]
        fn a_quarter_lies_in_its_year(days in -25_000_i32..84_000, month in 1_u8..=12) {
            let day = Date::from_days(days).unwrap();
            let fiscal = FiscalYear::new(month).unwrap();
            let (year, quarter) = (fiscal.year_start_date(day), fiscal.quarter_start_date(day));
            prop_assert!(year <= quarter && quarter <= day);
            prop_assert_eq!(year.month_of_year(), month);
            prop_assert_eq!(year.add_months(3 * i32::from(fiscal.quarter_of(day) - 1)), Ok(quarter));
            prop_assert!(day < year.add_months(12).unwrap());
            prop_assert_eq!(fiscal.year_of(day), year.add_months(12).unwrap().add_days(-1).unwrap().year());
        }
    }
}
