//! The religious holidays of Türkiye, 2024 to 2028: when people buy before, and nobody ships during.
//!
//! Source: the calendar of religious days of the Presidency of Religious Affairs (Diyanet), as published
//! for these years; the dates agree with those of the Python package `holidays` 0.109 (TR). A company
//! that is generated for other years has none.

use kernel::Date;

/// A year's Ramadan and its two feasts: (year, month, day) of the first day of Ramadan, of the Ramadan
/// feast (three days) and of the feast of sacrifice (four days).
type Year = ([u8; 2], [u8; 2], [u8; 2]);

const YEARS: [(i32, Year); 5] = [
    (2024, ([3, 11], [4, 10], [6, 16])),
    (2025, ([3, 1], [3, 30], [6, 6])),
    (2026, ([2, 19], [3, 20], [5, 27])),
    (2027, ([2, 8], [3, 9], [5, 16])),
    (2028, ([1, 28], [2, 26], [5, 5])),
];

const RAMADAN_FEAST_DAYS: i32 = 3;
const SACRIFICE_FEAST_DAYS: i32 = 4;

/// What a religious season does to a day.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Season {
    /// Factor on orders.
    pub(crate) demand: f64,
    /// Whether carriers rest.
    pub(crate) is_closed: bool,
}

const ORDINARY: Season = Season {
    demand: 1.0,
    is_closed: false,
};

/// The religious season of a day.
pub(crate) fn season(date: Date) -> Season {
    let Some((year, (ramadan, feast, sacrifice))) =
        YEARS.iter().find(|(year, _)| *year == date.year())
    else {
        return ORDINARY;
    };
    let days_since = |[month, day]: [u8; 2]| {
        Date::from_ymd(*year, month, day)
            .map(|first| date.days_since(first))
            .unwrap_or(i32::MAX)
    };
    for (since, length) in [
        (days_since(*feast), RAMADAN_FEAST_DAYS),
        (days_since(*sacrifice), SACRIFICE_FEAST_DAYS),
    ] {
        if (0..length).contains(&since) {
            return Season {
                demand: 0.5,
                is_closed: true,
            };
        }
        match since {
            -1 => {
                return Season {
                    demand: 0.7,
                    is_closed: false,
                };
            }
            -12..=-2 => {
                return Season {
                    demand: 1.22,
                    is_closed: false,
                };
            }
            _ => {}
        }
    }
    if days_since(*ramadan) >= 0 && days_since(*feast) < 0 {
        return Season {
            demand: 0.96,
            is_closed: false,
        };
    }
    ORDINARY
}

/// Whether no carrier moves: Sundays and feasts.
pub(crate) fn is_carrier_closed(date: Date) -> bool {
    date.weekday() == kernel::Weekday::Sunday || season(date).is_closed
}

/// The working day `days` working days after `date`; on or after `date` where `days` is 0.
pub(crate) fn add_working_days(date: Date, days: i64) -> Date {
    let mut left = days;
    let mut day = date;
    // Feasts last four days at most, so the loop ends within 7 x days + 7 steps.
    loop {
        if !is_carrier_closed(day) {
            if left == 0 {
                return day;
            }
            left -= 1;
        }
        match day.add_days(1) {
            Ok(next) => day = next,
            Err(_) => return day,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn people_buy_before_a_feast_and_rest_during_it() {
        assert_eq!(season(date("2026-03-19")).demand, 0.7);
        assert!(season(date("2026-03-20")).is_closed && season(date("2026-03-22")).is_closed);
        assert_eq!(season(date("2026-03-23")), ORDINARY);
        assert!(season(date("2025-06-09")).is_closed && !season(date("2025-06-10")).is_closed);
        assert!(season(date("2026-05-20")).demand > 1.2);
        assert_eq!(season(date("2030-01-01")), ORDINARY);
    }

    #[test]
    fn working_days_skip_sundays_and_feasts() {
        // Thursday 2026-03-19; the feast lasts from Friday to Sunday.
        assert_eq!(add_working_days(date("2026-03-19"), 0), date("2026-03-19"));
        assert_eq!(add_working_days(date("2026-03-19"), 1), date("2026-03-23"));
        assert_eq!(add_working_days(date("2026-11-22"), 0), date("2026-11-23"));
        assert_eq!(add_working_days(date("2026-11-20"), 2), date("2026-11-23"));
    }
}
