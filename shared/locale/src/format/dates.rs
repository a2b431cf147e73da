//! Dates, periods, months and weekdays. Days come before months in both languages.

use kernel::{Date, DateRange, FiscalYear, Month, Weekday};
use model::period::Grain;

use crate::Locale;

const MONTHS: [[&str; 12]; 2] = [
    [
        "Ocak", "Şubat", "Mart", "Nisan", "Mayıs", "Haziran", "Temmuz", "Ağustos", "Eylül", "Ekim",
        "Kasım", "Aralık",
    ],
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
];
const MONTHS_SHORT: [[&str; 12]; 2] = [
    [
        "Oca", "Şub", "Mar", "Nis", "May", "Haz", "Tem", "Ağu", "Eyl", "Eki", "Kas", "Ara",
    ],
    [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
];
const WEEKDAYS: [[&str; 7]; 2] = [
    [
        "Pazartesi",
        "Salı",
        "Çarşamba",
        "Perşembe",
        "Cuma",
        "Cumartesi",
        "Pazar",
    ],
    [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
    ],
];
const WEEKDAYS_SHORT: [[&str; 7]; 2] = [
    ["Pzt", "Sal", "Çar", "Per", "Cum", "Cmt", "Paz"],
    ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
];

fn pick<const N: usize>(
    names: &[[&'static str; N]; 2],
    locale: Locale,
    number: u8,
) -> &'static str {
    let [turkish, english] = names;
    let names = match locale {
        Locale::Turkish => turkish,
        Locale::English => english,
    };
    usize::from(number)
        .checked_sub(1)
        .and_then(|at| names.get(at))
        .copied()
        .unwrap_or_default()
}

/// The full name of a month of the year, 1 to 12.
pub fn month_name(month: u8, locale: Locale) -> &'static str {
    pick(&MONTHS, locale, month)
}

/// The full name of a weekday.
pub fn weekday(day: Weekday, locale: Locale) -> &'static str {
    pick(&WEEKDAYS, locale, day.number())
}

/// The short name of a weekday: `Pzt` or `Mon`.
pub fn weekday_short(day: Weekday, locale: Locale) -> &'static str {
    pick(&WEEKDAYS_SHORT, locale, day.number())
}

/// A date in short: `23 Kas 2026` or `23 Nov 2026`.
pub fn date(date: Date, locale: Locale) -> String {
    format!("{} {}", day_of_period(date, locale), date.year())
}

/// A date without its year: `23 Kas` or `23 Nov`.
pub fn day_of_period(date: Date, locale: Locale) -> String {
    let month = pick(&MONTHS_SHORT, locale, date.month_of_year());
    format!("{} {month}", date.day_of_month())
}

/// A date in full: `23 Kasım 2026 Pazartesi` or `Monday, 23 November 2026`.
pub fn date_long(date: Date, locale: Locale) -> String {
    let day = date.day_of_month();
    let month = month_name(date.month_of_year(), locale);
    let (year, weekday) = (date.year(), weekday(date.weekday(), locale));
    match locale {
        Locale::Turkish => format!("{day} {month} {year} {weekday}"),
        Locale::English => format!("{weekday}, {day} {month} {year}"),
    }
}

/// A month with its year: `Kas 2026` or `Nov 2026`.
pub fn month(month: Month, locale: Locale) -> String {
    let first = month.first_day();
    let name = pick(&MONTHS_SHORT, locale, first.month_of_year());
    format!("{name} {}", first.year())
}

/// A range of days without what its ends share: `1–23 Kas 2026`, `28 Eki – 3 Kas 2026`.
pub fn date_range(range: DateRange, locale: Locale) -> String {
    let (from, to) = (range.from(), range.to());
    if from == to {
        date(to, locale)
    } else if from.month() == to.month() {
        format!("{}–{}", from.day_of_month(), date(to, locale))
    } else if from.year() == to.year() {
        format!("{} – {}", day_of_period(from, locale), date(to, locale))
    } else {
        format!("{} – {}", date(from, locale), date(to, locale))
    }
}

/// The name of the period that starts on `first`: a day or the first day of a week (`23 Kas 2026`), a
/// month (`Kas 2026`), a fiscal quarter (`2026 Ç4`, `Q4 2026`) or a fiscal year (`2026`, or `2026/27`
/// where it does not start in January).
pub fn period(grain: Grain, first: Date, fiscal_year: FiscalYear, locale: Locale) -> String {
    match grain {
        Grain::Day | Grain::Week => date(first, locale),
        Grain::Month => month(first.month(), locale),
        Grain::Quarter => {
            let (year, quarter) = (fiscal(first, fiscal_year), fiscal_year.quarter_of(first));
            match locale {
                Locale::Turkish => format!("{year} Ç{quarter}"),
                Locale::English => format!("Q{quarter} {year}"),
            }
        }
        Grain::Year => fiscal(first, fiscal_year),
    }
}

fn fiscal(date: Date, fiscal_year: FiscalYear) -> String {
    let start = fiscal_year.year_start_date(date).year();
    if fiscal_year == FiscalYear::CALENDAR {
        start.to_string()
    } else {
        format!("{start}/{:02}", (start + 1) % 100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{English, Turkish};

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn range(from: &str, to: &str) -> DateRange {
        DateRange::new(day(from), day(to)).expect("a range")
    }

    #[test]
    fn dates_in_both_languages() {
        let monday = day("2026-11-23");
        assert_eq!(date(monday, Turkish), "23 Kas 2026");
        assert_eq!(date(monday, English), "23 Nov 2026");
        assert_eq!(date_long(monday, Turkish), "23 Kasım 2026 Pazartesi");
        assert_eq!(date_long(monday, English), "Monday, 23 November 2026");
        assert_eq!(weekday_short(day("2026-11-28").weekday(), Turkish), "Cmt");
        assert_eq!(weekday_short(day("2026-11-29").weekday(), English), "Sun");
        assert_eq!(month(day("2026-02-14").month(), Turkish), "Şub 2026");
        assert_eq!(month_name(13, English), "");
    }

    #[test]
    fn a_range_says_what_its_ends_share_once() {
        for (from, to, turkish) in [
            ("2026-11-23", "2026-11-23", "23 Kas 2026"),
            ("2026-11-01", "2026-11-23", "1–23 Kas 2026"),
            ("2026-10-28", "2026-11-03", "28 Eki – 3 Kas 2026"),
            ("2025-12-28", "2026-01-03", "28 Ara 2025 – 3 Oca 2026"),
        ] {
            assert_eq!(date_range(range(from, to), Turkish), turkish);
        }
    }

    #[test]
    fn periods_follow_the_fiscal_year() {
        let july = FiscalYear::new(7).expect("a month");
        let name = |grain, first, year, locale| period(grain, day(first), year, locale);
        let calendar = FiscalYear::CALENDAR;
        assert_eq!(name(Grain::Month, "2026-11-01", july, English), "Nov 2026");
        assert_eq!(
            name(Grain::Quarter, "2026-10-01", calendar, Turkish),
            "2026 Ç4"
        );
        assert_eq!(
            name(Grain::Quarter, "2027-01-01", july, English),
            "Q3 2026/27"
        );
        assert_eq!(name(Grain::Year, "2026-01-01", calendar, Turkish), "2026");
        assert_eq!(name(Grain::Year, "2099-07-01", july, English), "2099/00");
        assert_eq!(
            name(Grain::Week, "2026-11-23", july, Turkish),
            "23 Kas 2026"
        );
    }
}
