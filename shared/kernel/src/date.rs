//! The civil date: a day of the proleptic Gregorian calendar, without time or zone.
//!
//! Held as days since 1970-01-01, which is also how facts code a day. Years 1900 to 2200 only: an
//! order of the year 1 is a typing error. The conversion counts in 400-year eras of years that start in
//! March, so that the leap day is the last of its year (E. G. Richards, "Mapping Time", 1998).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::{Month, Weekday};

/// A civil date from 1900-01-01 to 2200-12-31. Serialised as `"2026-11-23"` in formats for people and
/// as days since 1970-01-01 in binary ones.
///
/// ```
/// use kernel::Date;
/// let black_friday: Date = "2026-11-27".parse()?;
/// assert_eq!(black_friday.add_days(3)?.to_string(), "2026-11-30");
/// assert_eq!(Date::from_ymd(2024, 2, 29)?.add_months(12)?, Date::from_ymd(2025, 2, 28)?);
/// # Ok::<(), kernel::DateError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date(i32);

/// Why a date could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DateError {
    /// Not a day of the calendar.
    #[error("{year}-{month}-{day} is not a day of the calendar")]
    NoSuchDay {
        /// The year given.
        year: i32,
        /// The month given.
        month: u8,
        /// The day given.
        day: u8,
    },
    /// Outside 1900 to 2200.
    #[error(
        "a date must lie between {} and {}; {days} days from 1970-01-01 does not",
        Date::MIN,
        Date::MAX
    )]
    OutOfRange {
        /// Days since 1970-01-01.
        days: i64,
    },
    /// Not `YYYY-MM-DD`.
    #[error("\"{0}\" is no date; write it as YYYY-MM-DD")]
    NotIso(String),
}

const DAYS_PER_ERA: i32 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_FROM_MARCH_ZERO: i32 = 719_468;

impl Date {
    /// 1900-01-01.
    pub const MIN: Date = Date(-25_567);
    /// 2200-12-31.
    pub const MAX: Date = Date(84_370);
    /// 1970-01-01.
    pub const EPOCH: Date = Date(0);

    /// The day `days` after 1970-01-01 (before it where negative).
    pub const fn from_days(days: i32) -> Result<Date, DateError> {
        if days < Date::MIN.0 || days > Date::MAX.0 {
            Err(DateError::OutOfRange { days: days as i64 })
        } else {
            Ok(Date(days))
        }
    }

    /// The day `day` (1 to 31) of month `month` (1 to 12) of `year` (1900 to 2200).
    pub const fn from_ymd(year: i32, month: u8, day: u8) -> Result<Date, DateError> {
        if year < 1900 || year > 2200 || day == 0 || day > days_in_month(year, month) {
            return Err(DateError::NoSuchDay { year, month, day });
        }
        let (march_year, march_month) = if month > 2 {
            (year, month as i32 - 3)
        } else {
            (year - 1, month as i32 + 9)
        };
        let (era, year_of_era) = (march_year / 400, march_year % 400);
        // Months from March have 31 30 31 30 31 31 30 31 30 31 31 days: (153 m + 2) / 5 sums them.
        let day_of_year = (153 * march_month + 2) / 5 + day as i32 - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        Ok(Date(
            era * DAYS_PER_ERA + day_of_era - EPOCH_FROM_MARCH_ZERO,
        ))
    }

    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.0
    }

    /// Year, month (1 to 12) and day (1 to 31).
    pub const fn ymd(self) -> (i32, u8, u8) {
        let days = self.0 + EPOCH_FROM_MARCH_ZERO;
        let (era, day_of_era) = (days / DAYS_PER_ERA, days % DAYS_PER_ERA);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let march_month = (5 * day_of_year + 2) / 153;
        let day = (day_of_year - (153 * march_month + 2) / 5 + 1) as u8;
        let month = if march_month < 10 {
            march_month + 3
        } else {
            march_month - 9
        } as u8;
        let year = era * 400 + year_of_era + if month <= 2 { 1 } else { 0 };
        (year, month, day)
    }

    /// The year, 1900 to 2200.
    pub const fn year(self) -> i32 {
        self.ymd().0
    }

    /// The month of the year, 1 to 12.
    pub const fn month_of_year(self) -> u8 {
        self.ymd().1
    }

    /// The day of the month, 1 to 31.
    pub const fn day_of_month(self) -> u8 {
        self.ymd().2
    }

    /// The month that holds this day.
    pub const fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month::from_parts(year, month)
    }

    /// The day of the week.
    pub const fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday, the fourth day counted from Monday = 1.
        Weekday::from_index((self.0 + 3).rem_euclid(7))
    }

    /// The date `days` later (earlier where negative).
    pub const fn add_days(self, days: i32) -> Result<Date, DateError> {
        match self.0.checked_add(days) {
            Some(sum) => Date::from_days(sum),
            None => Err(DateError::OutOfRange {
                days: self.0 as i64 + days as i64,
            }),
        }
    }

    /// The same day `months` later; where that month is too short, its last day.
    pub const fn add_months(self, months: i32) -> Result<Date, DateError> {
        let (year, month, day) = self.ymd();
        let index = year as i64 * 12 + month as i64 - 1 + months as i64;
        let (year, month) = (index.div_euclid(12), (index.rem_euclid(12) + 1) as u8);
        if year < 1900 || year > 2200 {
            // An approximation is enough to say how far off it is.
            return Err(DateError::OutOfRange {
                days: self.0 as i64 + months as i64 * 30,
            });
        }
        let last = days_in_month(year as i32, month);
        Date::from_ymd(year as i32, month, if day > last { last } else { day })
    }

    /// Whole days from `earlier` to this date; negative where it is not earlier.
    pub const fn days_since(self, earlier: Date) -> i32 {
        self.0 - earlier.0
    }

    /// The first day of this date's month.
    pub const fn first_of_month(self) -> Date {
        Date(self.0 - self.day_of_month() as i32 + 1)
    }

    /// The last day of this date's month.
    pub const fn last_of_month(self) -> Date {
        let (year, month, day) = self.ymd();
        Date(self.0 + days_in_month(year, month) as i32 - day as i32)
    }

    /// 1 January of this date's year.
    pub fn first_of_year(self) -> Date {
        match Date::from_ymd(self.year(), 1, 1) {
            Ok(date) => date,
            Err(_) => Date::MIN,
        }
    }

    /// Day of the year: 1 to 366.
    pub fn day_of_year(self) -> u16 {
        (self.0 - self.first_of_year().0 + 1) as u16
    }
}

/// Days in a month; 0 for a month that does not exist.
pub(crate) const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads `YYYY-MM-DD`, exactly ten characters.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let not_iso = || DateError::NotIso(text.chars().take(32).collect());
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| not_iso())?;
        let mut parts = [0_i32; 3];
        let mut part = 0;
        for (at, byte) in bytes.iter().enumerate() {
            match (at, byte) {
                (4 | 7, b'-') => part += 1,
                (4 | 7, _) => return Err(not_iso()),
                (_, b'0'..=b'9') => parts[part] = parts[part] * 10 + i32::from(byte - b'0'),
                _ => return Err(not_iso()),
            }
        }
        let [year, month, day] = parts;
        Date::from_ymd(year, month as u8, day as u8)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // By hand: answers name hundreds of days, and each formatted number costs as much as this.
        let (year, month, day) = self.ymd();
        let digits = |value: u32, ones: u32| b'0' + (value / ones % 10) as u8;
        let (year, month, day) = (year.unsigned_abs(), u32::from(month), u32::from(day));
        let text = [
            digits(year, 1_000),
            digits(year, 100),
            digits(year, 10),
            digits(year, 1),
            b'-',
            digits(month, 10),
            digits(month, 1),
            b'-',
            digits(day, 10),
            digits(day, 1),
        ];
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            serializer.collect_str(self)
        } else {
            serializer.serialize_i32(self.0)
        }
    }
}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(de::Error::custom)
        } else {
            Date::from_days(i32::deserialize(deserializer)?).map_err(de::Error::custom)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil;
    use proptest::prelude::*;

    fn oracle(date: Date) -> civil::Date {
        civil::date(1970, 1, 1)
            .checked_add(jiff::Span::new().days(date.days()))
            .unwrap()
    }

    #[test]
    fn every_day_of_three_centuries_agrees_with_jiff() {
        let mut expected = civil::date(1900, 1, 1);
        for days in Date::MIN.days()..=Date::MAX.days() {
            let date = Date::from_days(days).unwrap();
            let (year, month, day) = date.ymd();
            assert_eq!(
                (year, month as i8, day as i8),
                (expected.year().into(), expected.month(), expected.day())
            );
            assert_eq!(Date::from_ymd(year, month, day), Ok(date));
            assert_eq!(
                date.weekday().number() as i8,
                expected.weekday().to_monday_one_offset()
            );
            assert_eq!(date.day_of_year() as i16, expected.day_of_year());
            if days < Date::MAX.days() {
                expected = expected.tomorrow().unwrap();
            }
        }
        assert_eq!(expected, civil::date(2200, 12, 31));
    }

    #[test]
    fn refuses_what_is_no_date() {
        for text in [
            "",
            "2026-11-2",
            "2026-11-233",
            "2026-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-01-00",
            "0001-01-01",
            "2201-01-01",
            "1899-12-31",
            "2026/11/23",
            "20261-1-23",
            "2026-1a-23",
            "２０２６",
            "2026-11-2\u{660}",
        ] {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        assert!(Date::MAX.add_days(1).is_err());
        assert!(Date::MIN.add_days(i32::MIN).is_err());
        assert!(Date::MAX.add_months(i32::MAX).is_err());
        assert!(Date::MIN.add_months(-1).is_err());
        assert!(Date::from_days(i32::MAX).is_err());
    }

    #[test]
    fn travels_as_iso_text() {
        let date = Date::from_ymd(2026, 11, 23).unwrap();
        assert_eq!(serde_json::to_string(&date).unwrap(), "\"2026-11-23\"");
        assert_eq!(
            serde_json::from_str::<Date>("\"2026-11-23\"").unwrap(),
            date
        );
        assert!(serde_json::from_str::<Date>("\"2026-02-30\"").is_err());
    }

    proptest! {
        #[test]
        fn adding_months_agrees_with_jiff(days in -20_000_i32..80_000, months in -120_i32..120) {
            let date = Date::from_days(days).unwrap();
            let sum = date.add_months(months).unwrap();
            let expected = oracle(date).checked_add(jiff::Span::new().months(months)).unwrap();
            prop_assert_eq!(oracle(sum), expected);
            prop_assert_eq!(oracle(date.first_of_month()), oracle(date).first_of_month());
            prop_assert_eq!(oracle(date.last_of_month()), oracle(date).last_of_month());
            prop_assert_eq!(oracle(date.first_of_year()), oracle(date).first_of_year());
        }

        #[test]
        fn text_and_back(days in -25_567_i32..=84_370) {
            let date = Date::from_days(days).unwrap();
            prop_assert_eq!(date.to_string(), oracle(date).to_string());
            prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
        }
    }
}
