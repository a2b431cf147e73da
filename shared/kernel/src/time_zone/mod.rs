//! Instants, and the tenant's time zone that turns them into local days.
//!
//! The rules of the zones in `zones.txt` are compiled in from the IANA database, so the same instant is the same day on
//! the phone, at the edge and in a test, whatever the machine has installed.

mod rules;

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::Date;
use rules::Rules;

/// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds. Serialised as the bare integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(i64);

/// Why a zone or a local time was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TimeZoneError {
    /// A zone that is not compiled in.
    #[error("\"{0}\" is no supported time zone; use an IANA name such as Europe/Istanbul")]
    Unknown(String),
    /// An instant outside 1900 to 2200.
    #[error("the instant {0} ms since 1970 lies outside the years 1900 to 2200")]
    OutOfRange(i64),
    /// A time of day that does not exist.
    #[error("{hour:02}:{minute:02}:{second:02} is no time of day")]
    NoSuchTime {
        /// Hour given.
        hour: u8,
        /// Minute given.
        minute: u8,
        /// Second given.
        second: u8,
    },
}

impl Timestamp {
    /// `millis` milliseconds after 1970-01-01T00:00:00Z.
    pub const fn from_millis(millis: i64) -> Timestamp {
        Timestamp(millis)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn millis(self) -> i64 {
        self.0
    }
}

const DAY_SECONDS: i64 = 86_400;

/// A time zone that is compiled in. Serialised as its IANA name.
///
/// ```
/// use kernel::{TimeZone, Timestamp};
/// let istanbul = TimeZone::from_name("Europe/Istanbul")?;
/// // 2026-11-22T22:30:00Z is half past one on the 23rd in Istanbul.
/// let instant = Timestamp::from_millis(1_795_386_600_000);
/// assert_eq!(istanbul.local_date(instant)?.to_string(), "2026-11-23");
/// # Ok::<(), kernel::TimeZoneError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TimeZone(u8);

impl TimeZone {
    /// Finds a zone by its IANA name, exactly as written there.
    pub fn from_name(name: &str) -> Result<TimeZone, TimeZoneError> {
        rules::place(name)
            .map(TimeZone)
            .ok_or_else(|| TimeZoneError::Unknown(name.chars().take(64).collect()))
    }

    /// Every zone that can be chosen, sorted by name.
    pub fn all() -> impl Iterator<Item = TimeZone> {
        (0..rules::COUNT as u8).map(TimeZone)
    }

    /// Coordinated universal time.
    pub fn utc() -> TimeZone {
        TimeZone::from_name("UTC").expect("UTC is in the list")
    }

    /// Türkiye's zone.
    pub fn istanbul() -> TimeZone {
        TimeZone::from_name("Europe/Istanbul").expect("Europe/Istanbul is in the list")
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        rules::name(self.0).unwrap_or("UTC")
    }

    /// The local day of an instant.
    pub fn local_date(self, instant: Timestamp) -> Result<Date, TimeZoneError> {
        let out_of_range = || TimeZoneError::OutOfRange(instant.0);
        let seconds = instant.0.div_euclid(1_000);
        let local = seconds + Rules::of(self.0).offset(seconds);
        let days = i32::try_from(local.div_euclid(DAY_SECONDS)).map_err(|_| out_of_range())?;
        Date::from_days(days).map_err(|_| out_of_range())
    }

    /// The instant of a local time. In the hour that a clock change skips or repeats, the offset of
    /// before the change is taken ("compatible" in RFC 5545 and Temporal).
    pub fn instant(
        self,
        date: Date,
        hour: u8,
        minute: u8,
        second: u8,
    ) -> Result<Timestamp, TimeZoneError> {
        if hour > 23 || minute > 59 || second > 59 {
            return Err(TimeZoneError::NoSuchTime {
                hour,
                minute,
                second,
            });
        }
        let of_day = i64::from(hour) * 3_600 + i64::from(minute) * 60 + i64::from(second);
        let local = i64::from(date.days()) * DAY_SECONDS + of_day;
        Ok(Timestamp(Rules::of(self.0).instant(local) * 1_000))
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for TimeZone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for TimeZone {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        TimeZone::from_name(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names_are_sorted_and_found() {
        let names: Vec<&str> = TimeZone::all().map(TimeZone::name).collect();
        assert!(names.is_sorted());
        for zone in TimeZone::all() {
            assert_eq!(TimeZone::from_name(zone.name()), Ok(zone));
        }
        assert!(TimeZone::from_name("Mars/Olympus").is_err());
    }

    /// Python 3.11, `datetime.fromtimestamp(ms / 1000, ZoneInfo(name)).date()` with tzdata 2025b.
    #[test]
    fn agrees_with_python_zoneinfo() {
        for (name, millis, expected) in [
            ("Europe/Istanbul", 1_456_610_400_000, "2016-02-28"),
            ("Europe/Istanbul", 1_795_467_600_000, "2026-11-24"),
            ("America/New_York", 1_710_054_000_000, "2024-03-10"),
            ("Asia/Kolkata", 1_735_669_800_000, "2025-01-01"),
            ("Europe/London", 1_751_326_200_000, "2025-07-01"),
            ("Australia/Sydney", 1_735_650_000_000, "2025-01-01"),
        ] {
            let zone = TimeZone::from_name(name).unwrap();
            let date = zone.local_date(Timestamp::from_millis(millis)).unwrap();
            assert_eq!(date.to_string(), expected, "{name} {millis}");
        }
    }

    #[test]
    fn refuses_what_cannot_be() {
        let zone = TimeZone::istanbul();
        assert!(zone.local_date(Timestamp::from_millis(i64::MAX)).is_err());
        assert!(
            zone.local_date(Timestamp::from_millis(-10_000_000_000_000))
                .is_err()
        );
        assert!(zone.instant(Date::EPOCH, 24, 0, 0).is_err());
    }

    proptest! {
        #[test]
        fn a_local_time_lies_on_its_own_day(days in -20_000_i32..80_000, zone in 0_usize..39, hour in 4_u8..24) {
            let zone = TimeZone::all().nth(zone).unwrap();
            let date = Date::from_days(days).unwrap();
            let instant = zone.instant(date, hour, 30, 0).unwrap();
            prop_assert_eq!(zone.local_date(instant), Ok(date));
        }
    }
}
