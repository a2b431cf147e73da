//! Dates as header fields write them: `Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110, 5.6.7). Of the two older forms none
//! is read: whoever sends one has sent no date, which is never fresher than meant.

use kernel::Date;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
const DAY_SECONDS: i64 = 86_400;

/// Reads a date, in seconds since 1970.
pub fn read(text: &str) -> Option<i64> {
    let mut parts = text.get(5..)?.split(' ');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (clock, zone) = (parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|known| *known == month)? + 1;
    let date = Date::from_ymd(
        year.parse().ok()?,
        u8::try_from(month).ok()?,
        day.parse().ok()?,
    )
    .ok()?;
    let mut clock = clock.split(':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    // A leap second is the next second.
    let is_time =
        (0..24).contains(&hour) && (0..60).contains(&minute) && (0..=60).contains(&second);
    let seconds = i64::from(date.days()) * DAY_SECONDS + hour * 3_600 + minute * 60 + second;
    (is_time && zone == "GMT" && parts.next().is_none()).then_some(seconds)
}

/// Writes the beginning of a day.
pub fn of_day(date: Date) -> String {
    let weekday = DAYS.get(usize::from(date.weekday().number()).saturating_sub(1));
    let (year, month, day) = date.ymd();
    let month = MONTHS.get(usize::from(month).saturating_sub(1));
    let (weekday, month) = (
        weekday.copied().unwrap_or_default(),
        month.copied().unwrap_or_default(),
    );
    format!("{weekday}, {day:02} {month} {year:04} 00:00:00 GMT")
}

/// The beginning of a day, in seconds since 1970.
pub fn seconds(date: Date) -> i64 {
    i64::from(date.days()) * DAY_SECONDS
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_examples_of_the_standard_are_read() {
        assert_eq!(read("Sun, 06 Nov 1994 08:49:37 GMT"), Some(784_111_777));
        for other in [
            "",
            "0",
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 24:00:00 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sün, 06 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(days in Date::MIN.days()..=Date::MAX.days()) {
            let date = Date::from_days(days).unwrap();
            prop_assert_eq!(read(&of_day(date)), Some(seconds(date)));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,40}") {
            let _ = read(&text);
        }
    }
}
