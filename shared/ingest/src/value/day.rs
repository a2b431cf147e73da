//! Days, as people and programs write them: ISO 8601, numbers in the usual orders, months by name in
//! English and Turkish, and seconds or milliseconds since 1970.

use kernel::{Date, TimeZone, Timestamp};

use crate::{DateOrder, Reason};

/// The first year that a row may be of; before it, it is a typing error.
const YEAR_MIN: i32 = 1990;

/// How dates are read.
#[derive(Clone, Copy, Debug)]
pub struct DateRules {
    /// Order where the year does not come first.
    pub order: DateOrder,
    /// Zone of the company's days, for timestamps with an offset.
    pub time_zone: TimeZone,
    /// Whether seconds since 1970 count a local clock rather than UTC.
    pub epoch_is_local: bool,
    /// The company's day now; a row may be of tomorrow at the latest.
    pub today: Date,
}

/// The company's local day of a date or timestamp.
pub fn date(text: &str, rules: &DateRules) -> Result<Date, Reason> {
    let day = any_date(text, rules).ok_or(Reason::NotADate)?;
    let latest = rules.today.add_days(1).unwrap_or(rules.today);
    if day.ymd().0 < YEAR_MIN || day > latest {
        Err(Reason::DateOutOfRange)
    } else {
        Ok(day)
    }
}

/// The second of the day that a timestamp names as its clock shows it, whatever its offset; 0 where it
/// names none.
pub fn clock_seconds(text: &str) -> u32 {
    let bytes = text.trim().as_bytes();
    let Some(colon) = bytes.iter().position(|byte| *byte == b':') else {
        let is_epoch = bytes.len() >= 9 && bytes.iter().all(u8::is_ascii_digit);
        let digits = bytes.iter().map(|byte| u64::from(byte.wrapping_sub(b'0')));
        let number = digits.fold(0_u64, |number, digit| number.wrapping_mul(10) + digit);
        return if is_epoch {
            (number % 86_400_000) as u32
        } else {
            0
        };
    };
    let two = |at: usize| {
        let digits = bytes.get(at..).unwrap_or_default().iter();
        let digits = digits.take(2).take_while(|byte| byte.is_ascii_digit());
        digits.fold(0, |number, byte| number * 10 + u32::from(byte - b'0'))
    };
    let is_digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let hour_at = if is_digit(colon.checked_sub(2)) {
        colon.saturating_sub(2)
    } else {
        colon.saturating_sub(1)
    };
    let seconds = if bytes.get(colon + 3) == Some(&b':') {
        two(colon + 4)
    } else {
        0
    };
    let is_afternoon = bytes
        .get(colon..)
        .unwrap_or_default()
        .iter()
        .any(|byte| matches!(byte, b'p' | b'P'));
    let hour = match (two(hour_at), is_afternoon) {
        (hour @ 0..=11, true) => hour + 12,
        (hour, _) => hour,
    };
    hour * 3_600 + two(colon + 1) * 60 + seconds
}

fn any_date(text: &str, rules: &DateRules) -> Option<Date> {
    let text = text.trim();
    let bytes = text.as_bytes();
    if bytes.len() >= 10 && bytes[4] == b'-' && bytes[7] == b'-' {
        return iso(text, rules);
    }
    if bytes.len() >= 9 && bytes.iter().all(u8::is_ascii_digit) {
        let number: i64 = text.parse().ok()?;
        let millis = if bytes.len() >= 12 {
            number
        } else {
            number.checked_mul(1_000)?
        };
        if rules.epoch_is_local {
            return Date::from_days(i32::try_from(millis.div_euclid(86_400_000)).ok()?).ok();
        }
        return rules
            .time_zone
            .local_date(Timestamp::from_millis(millis))
            .ok();
    }
    let day_part = text
        .split(['T', ' '])
        .next()
        .filter(|part| part.bytes().any(|byte| matches!(byte, b'/' | b'.' | b'-')));
    match day_part {
        Some(part) if !part.bytes().any(|byte| byte.is_ascii_alphabetic()) => {
            numeric(part, rules.order)
        }
        _ => named_month(text),
    }
}

/// ISO 8601 and its common variants; one with an offset is an instant.
fn iso(text: &str, rules: &DateRules) -> Option<Date> {
    let day: Date = text.get(..10)?.parse().ok()?;
    let time = text.get(10..)?.trim_start_matches(['T', ' ']);
    if time.is_empty() {
        return Some(day);
    }
    let offset_at = time.find(['Z', 'z', '+', '-']);
    let (clock, offset) = match offset_at {
        Some(at) => (time.get(..at)?.trim(), Some(time.get(at..)?)),
        None => (time, None),
    };
    let mut parts = clock.split(':');
    let hour: i64 = parts
        .next()?
        .trim()
        .parse()
        .ok()
        .filter(|hour| (0..=23).contains(hour))?;
    let minute: i64 = parts
        .next()?
        .parse()
        .ok()
        .filter(|minute| (0..=59).contains(minute))?;
    let second: i64 = match parts.next() {
        None => 0,
        Some(second) => second
            .get(..2)?
            .parse()
            .ok()
            .filter(|second| (0..=60).contains(second))?,
    };
    let Some(offset) = offset else {
        return Some(day);
    };
    let offset_minutes = offset_minutes(offset.trim())?;
    let days = i64::from(day.days());
    let seconds = days * 86_400 + hour * 3_600 + minute * 60 + second - offset_minutes * 60;
    rules
        .time_zone
        .local_date(Timestamp::from_millis(seconds * 1_000))
        .ok()
}

/// `Z`, `+03:00`, `+0300`, `+03`; minutes east.
fn offset_minutes(text: &str) -> Option<i64> {
    if text.eq_ignore_ascii_case("z") {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok().filter(|hours| *hours <= 14)?;
    let minutes: i64 = match digits.get(2..4) {
        Some(minutes) => minutes.parse().ok().filter(|minutes| *minutes < 60)?,
        None => 0,
    };
    Some(sign * (hours * 60 + minutes))
}

fn numeric(text: &str, order: DateOrder) -> Option<Date> {
    let mut parts = text.split(['/', '.', '-']).filter(|part| !part.is_empty());
    let [first, second, third] = [parts.next()?, parts.next()?, parts.next()?];
    if parts.next().is_some() {
        return None;
    }
    let number = |part: &str| part.parse::<u16>().ok().filter(|_| part.len() <= 4);
    let (year, month, day) = if first.len() == 4 {
        (first, number(second)?, number(third)?)
    } else {
        match order {
            DateOrder::DayFirst => (third, number(second)?, number(first)?),
            DateOrder::MonthFirst => (third, number(first)?, number(second)?),
        }
    };
    let year = full_year(year)?;
    Date::from_ymd(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).ok()
}

/// Two digits are of 1990 to 2089.
fn full_year(text: &str) -> Option<i32> {
    let year: i32 = text.parse().ok()?;
    match text.len() {
        4 => Some(year),
        2 if year >= 90 => Some(1900 + year),
        2 => Some(2000 + year),
        _ => None,
    }
}

/// The first letters of the months, without marks: English, then Turkish.
const MONTHS: [[&str; 2]; 12] = [
    ["jan", "oca"],
    ["feb", "sub"],
    ["mar", "mart"],
    ["apr", "nis"],
    ["may", "mayi"],
    ["jun", "haz"],
    ["jul", "tem"],
    ["aug", "agu"],
    ["sep", "eyl"],
    ["oct", "eki"],
    ["nov", "kas"],
    ["dec", "ara"],
];

/// `23 Nov 2026`, `November 23, 2026`, `23 Kasım 2026 14:05`.
fn named_month(text: &str) -> Option<Date> {
    let mut month = None;
    let mut numbers = Vec::new();
    for word in text
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(4)
    {
        if word.bytes().all(|byte| byte.is_ascii_digit()) {
            numbers.push(word);
        } else {
            let key = model::member::key_from_text(word);
            month = month.or_else(|| {
                MONTHS
                    .iter()
                    .position(|names| names.iter().any(|name| key.starts_with(name)))
            });
        }
    }
    let (day, year) = match numbers.as_slice() {
        [day, year, ..] if day.len() <= 2 => (day, year),
        [year, day, ..] => (day, year),
        _ => return None,
    };
    Date::from_ymd(
        full_year(year)?,
        u8::try_from(month? + 1).ok()?,
        day.parse().ok()?,
    )
    .ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rules(order: DateOrder) -> DateRules {
        DateRules {
            order,
            time_zone: TimeZone::istanbul(),
            epoch_is_local: false,
            today: "2026-11-23".parse().unwrap(),
        }
    }

    #[test]
    fn dates_in_every_form() {
        for text in [
            "2026-11-03",
            "2026-11-03 09:15",
            "2026-11-03T09:15:00",
            "03.11.2026",
            "3/11/2026 9:15",
            "03-11-26",
            "2026/11/03",
            "3 Kasım 2026",
            "Nov 3, 2026",
            "2026-11-02T22:30:00Z",
            "2026-11-02T22:30:00.123+00:00",
            "1793687400",
            "1793687400000",
        ] {
            let day = date(text, &rules(DateOrder::DayFirst));
            assert_eq!(
                day.map(|day| day.to_string()),
                Ok("2026-11-03".to_owned()),
                "{text}"
            );
        }
        let local = DateRules {
            epoch_is_local: true,
            ..rules(DateOrder::DayFirst)
        };
        // 2026-11-02 22:30 on the clock.
        assert_eq!(
            date("1793658600000", &local).map(|day| day.to_string()),
            Ok("2026-11-02".to_owned())
        );
        assert_eq!(
            date("1793658600000", &rules(DateOrder::DayFirst)).map(|day| day.to_string()),
            Ok("2026-11-03".to_owned())
        );
        let american = date("11/3/2026", &rules(DateOrder::MonthFirst)).unwrap();
        assert_eq!(american.to_string(), "2026-11-03");
    }

    #[test]
    fn clocks_are_read_alike_however_they_are_written() {
        for (text, seconds) in [
            ("12/1/2010 8:26", 30_360),
            ("2010-12-01T08:26:00+03:00", 30_360),
            ("2010-12-01 08:26:05.250", 30_365),
            ("01.12.2010 8:26 PM", 73_560),
            ("2010-12-01", 0),
            ("1793687400", 65_687_400),
            ("", 0),
            (":", 0),
        ] {
            assert_eq!(clock_seconds(text), seconds, "{text}");
        }
    }

    #[test]
    fn what_is_no_day_of_business_is_said() {
        for (text, reason) in [
            ("13/02/2026", Reason::NotADate),
            ("0001-01-01", Reason::NotADate),
            ("1899-12-31", Reason::NotADate),
            ("1960-01-01", Reason::DateOutOfRange),
            ("2026-11-25", Reason::DateOutOfRange),
            ("2026-02-30", Reason::NotADate),
            ("soon", Reason::NotADate),
            ("", Reason::NotADate),
        ] {
            assert_eq!(
                date(text, &rules(DateOrder::MonthFirst)),
                Err(reason),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,30}") {
            let _ = date(&text, &rules(DateOrder::DayFirst));
            let _ = clock_seconds(&text);
        }

        #[test]
        fn every_day_reads_back(days in 7_305_i32..20_700) {
            let day = Date::from_days(days).unwrap();
            let (year, month, number) = day.ymd();
            prop_assert_eq!(date(&format!("{number}.{month}.{year}"), &rules(DateOrder::DayFirst)), Ok(day));
            prop_assert_eq!(date(&format!("{month}/{number}/{year} 8:05"), &rules(DateOrder::MonthFirst)), Ok(day));
        }
    }
}
