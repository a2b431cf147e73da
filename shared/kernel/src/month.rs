//! A calendar month: what facts are partitioned by and targets are set for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::date::days_in_month;
use crate::{Date, DateError, DateRange};

/// A month from 1900-01 to 2200-12. Serialised as `"2026-11"` in formats for people and as
/// [`Month::index`] in binary ones.
///
/// ```
/// use kernel::Month;
/// let month: Month = "2026-11".parse()?;
/// assert_eq!(month.last_day().to_string(), "2026-11-30");
/// assert_eq!(month.add(2)?.to_string(), "2027-01");
/// # Ok::<(), kernel::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month(i32);

impl Month {
    /// Month `month` (1 to 12) of `year` (1900 to 2200).
    pub fn new(year: i32, month: u8) -> Result<Month, DateError> {
        match Date::from_ymd(year, month, 1) {
            Ok(_) => Ok(Month::from_parts(year, month)),
            Err(error) => Err(error),
        }
    }

    /// For parts that are already those of a valid date.
    pub(crate) const fn from_parts(year: i32, month: u8) -> Month {
        Month((year - 1970) * 12 + month as i32 - 1)
    }

    /// The month `index` months after 1970-01.
    pub const fn from_index(index: i32) -> Result<Month, DateError> {
        if index < (1900 - 1970) * 12 || index >= (2201 - 1970) * 12 {
            return Err(DateError::OutOfRange {
                days: index as i64 * 30,
            });
        }
        Ok(Month(index))
    }

    /// Months since 1970-01.
    pub const fn index(self) -> i32 {
        self.0
    }

    /// The year.
    pub const fn year(self) -> i32 {
        1970 + self.0.div_euclid(12)
    }

    /// The month of the year, 1 to 12.
    pub const fn month_of_year(self) -> u8 {
        (self.0.rem_euclid(12) + 1) as u8
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        match Date::from_ymd(self.year(), self.month_of_year(), 1) {
            Ok(date) => date,
            Err(_) => Date::MIN,
        }
    }

    /// The last day.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }

    /// Number of days: 28 to 31.
    pub const fn day_count(self) -> u8 {
        days_in_month(self.year(), self.month_of_year())
    }

    /// All days of the month.
    pub fn range(self) -> DateRange {
        DateRange::ordered(self.first_day(), self.last_day())
    }

    /// The month `months` later (earlier where negative).
    pub const fn add(self, months: i32) -> Result<Month, DateError> {
        Month::from_index(self.0.saturating_add(months))
    }
}

impl FromStr for Month {
    type Err = DateError;

    /// Reads `YYYY-MM`; the first day of a month as a full date is taken too.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_iso = || DateError::NotIso(text.chars().take(32).collect());
        if text.len() == 10 {
            let date: Date = text.parse()?;
            return if date.day_of_month() == 1 {
                Ok(date.month())
            } else {
                Err(not_iso())
            };
        }
        if text.len() != 7 {
            return Err(not_iso());
        }
        format!("{text}-01")
            .parse::<Date>()
            .map(Date::month)
            .map_err(|_| not_iso())
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.month_of_year())
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i32(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            Month::from_index(i32::deserialize(deserializer)?).map_err(de::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_month_holds_its_days() {
        let mut month = Date::MIN.month();
        loop {
            assert_eq!(Month::new(month.year(), month.month_of_year()), Ok(month));
            assert_eq!(month.first_day().month(), month);
            assert_eq!(month.last_day().month(), month);
            assert_eq!(month.range().days(), i32::from(month.day_count()));
            assert_eq!(month.to_string().parse(), Ok(month));
            match month.add(1) {
                Ok(next) => {
                    assert_eq!(month.last_day().add_days(1), Ok(next.first_day()));
                    month = next;
                }
                Err(_) => break,
            }
        }
        assert_eq!(month.to_string(), "2200-12");
    }

    #[test]
    fn refuses_what_is_no_month() {
        for text in [
            "",
            "2026",
            "2026-13",
            "2026-1",
            "2026-11-02",
            "1899-12",
            "2026_11",
        ] {
            assert!(text.parse::<Month>().is_err(), "{text}");
        }
        assert_eq!("2026-11-01".parse::<Month>(), Month::new(2026, 11));
    }
}
