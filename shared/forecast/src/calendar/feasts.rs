//! The first days of the two religious feasts in Türkiye, 2010 to 2040.
//!
//! Source: the calendar of the Presidency of Religious Affairs (Diyanet), which is computed years ahead and
//! published up to 2032; from 2033 on the same rule, computed with PyEphem 4.2: a month begins on the evening on
//! which the crescent stands more than 5 degrees above the horizon at sunset and more than 8 degrees from the sun
//! somewhere east of 150 degrees west (R. H. van Gent, "The Islamic calendar of Turkey"). Computed and published
//! dates agree on 42 of the 45 feasts to 2032 and are a day apart on 3, so a date from 2033 on may move by a day.

use kernel::Date;

/// First day of the feast after Ramazan (Ramazan Bayramı), three days long.
const RAMAZAN: [(i32, u8, u8); 32] = [
    (2010, 9, 9),
    (2011, 8, 30),
    (2012, 8, 19),
    (2013, 8, 8),
    (2014, 7, 28),
    (2015, 7, 17),
    (2016, 7, 5),
    (2017, 6, 25),
    (2018, 6, 15),
    (2019, 6, 4),
    (2020, 5, 24),
    (2021, 5, 13),
    (2022, 5, 2),
    (2023, 4, 21),
    (2024, 4, 10),
    (2025, 3, 30),
    (2026, 3, 20),
    (2027, 3, 9),
    (2028, 2, 26),
    (2029, 2, 14),
    (2030, 2, 4),
    (2031, 1, 24),
    (2032, 1, 14),
    (2033, 1, 2),
    (2033, 12, 23),
    (2034, 12, 12),
    (2035, 12, 1),
    (2036, 11, 19),
    (2037, 11, 8),
    (2038, 10, 29),
    (2039, 10, 19),
    (2040, 10, 7),
];

/// First day of the feast of sacrifice (Kurban Bayramı), four days long.
const KURBAN: [(i32, u8, u8); 32] = [
    (2010, 11, 16),
    (2011, 11, 6),
    (2012, 10, 25),
    (2013, 10, 15),
    (2014, 10, 4),
    (2015, 9, 24),
    (2016, 9, 12),
    (2017, 9, 1),
    (2018, 8, 21),
    (2019, 8, 11),
    (2020, 7, 31),
    (2021, 7, 20),
    (2022, 7, 9),
    (2023, 6, 28),
    (2024, 6, 16),
    (2025, 6, 6),
    (2026, 5, 27),
    (2027, 5, 16),
    (2028, 5, 5),
    (2029, 4, 24),
    (2030, 4, 13),
    (2031, 4, 2),
    (2032, 3, 22),
    (2033, 3, 11),
    (2034, 3, 1),
    (2035, 2, 18),
    (2036, 2, 7),
    (2037, 1, 26),
    (2038, 1, 16),
    (2039, 1, 5),
    (2039, 12, 26),
    (2040, 12, 14),
];

/// First and last year that the table knows.
pub(super) const YEARS: (i32, i32) = (2010, 2040);

/// Days from the nearest first day of a feast to a date: negative before it. `None` where the table knows none
/// within 60 days.
pub(super) fn days_into(feast: Feast, date: Date) -> Option<i32> {
    let table: &[(i32, u8, u8)] = match feast {
        Feast::Ramazan => &RAMAZAN,
        Feast::Kurban => &KURBAN,
    };
    let days = table
        .iter()
        .filter_map(|&(year, month, day)| Date::from_ymd(year, month, day).ok())
        .map(|first| date.days_since(first));
    days.min_by_key(|days| days.abs())
        .filter(|days| days.abs() <= 60)
}

/// A feast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Feast {
    Ramazan,
    Kurban,
}
