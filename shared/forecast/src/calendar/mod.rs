//! What a date is: public holidays of Türkiye, religious feasts, the days on which everybody buys.
//!
//! [`calendar_regressors`] turns periods into known columns for [`crate::forecast_with_regressors`]: each value is
//! the share of the period's days on which the occasion falls, 0 or 1 where a period is a day. Weekdays are the
//! season of days already; for longer periods the share of weekend days and the length count.
//!
//! Out of scope: holidays of other countries; a seller's own campaigns, prices and ads, which the caller adds as
//! [`Regressor`]s of their own.

mod feasts;

use kernel::{Date, DateRange, Weekday};
use serde::{Deserialize, Serialize};

use crate::Regressor;
use feasts::{Feast, days_into};

/// Why a date is special.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// 1 January, 23 April, 1 May, 19 May, 15 July (from 2017), 30 August, 29 October (law 2429).
    PublicHoliday,
    /// The fast: the 29 days before the feast.
    Ramazan,
    /// The last ten days before Ramazan Bayramı, when presents and clothes are bought; without the eve.
    BeforeRamazanFeast,
    /// Three days, and the eve, a holiday from noon.
    RamazanFeast,
    /// The last ten days before Kurban Bayramı; without the eve.
    BeforeKurbanFeast,
    /// Four days, and the eve, a holiday from noon.
    KurbanFeast,
    /// The week up to 14 February.
    ValentinesDay,
    /// The week up to the second Sunday of May (Anneler Günü), itself included.
    MothersDay,
    /// The week up to the third Sunday of June (Babalar Günü), itself included.
    FathersDay,
    /// 11 November, and the evening before: 10 and 11 November.
    SinglesDay,
    /// The Friday after the fourth Thursday of November.
    BlackFriday,
    /// The rest of that week, Monday to the Monday after.
    BlackWeek,
    /// The last two weeks of the year.
    YearEnd,
    /// Saturday and Sunday; of periods longer than a day.
    Weekend,
    /// The length of the period against the mean month; of periods longer than a week.
    Length,
}

impl Occasion {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::PublicHoliday,
        Self::Ramazan,
        Self::BeforeRamazanFeast,
        Self::RamazanFeast,
        Self::BeforeKurbanFeast,
        Self::KurbanFeast,
        Self::ValentinesDay,
        Self::MothersDay,
        Self::FathersDay,
        Self::SinglesDay,
        Self::BlackFriday,
        Self::BlackWeek,
        Self::YearEnd,
        Self::Weekend,
        Self::Length,
    ];

    /// Its name on the wire, as `black_friday`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::PublicHoliday => "public_holiday",
            Self::Ramazan => "ramazan",
            Self::BeforeRamazanFeast => "before_ramazan_feast",
            Self::RamazanFeast => "ramazan_feast",
            Self::BeforeKurbanFeast => "before_kurban_feast",
            Self::KurbanFeast => "kurban_feast",
            Self::ValentinesDay => "valentines_day",
            Self::MothersDay => "mothers_day",
            Self::FathersDay => "fathers_day",
            Self::SinglesDay => "singles_day",
            Self::BlackFriday => "black_friday",
            Self::BlackWeek => "black_week",
            Self::YearEnd => "year_end",
            Self::Weekend => "weekend",
            Self::Length => "length",
        }
    }

    /// Whether it falls on a day. [`Self::Length`] never does. Religious feasts are known from 2010 to 2040.
    ///
    /// ```
    /// use forecast::Occasion;
    /// let date = |text: &str| text.parse::<kernel::Date>();
    /// assert!(Occasion::BlackFriday.falls_on(date("2026-11-27")?));
    /// assert!(Occasion::RamazanFeast.falls_on(date("2026-03-20")?));
    /// assert!(!Occasion::MothersDay.falls_on(date("2026-05-11")?));
    /// # Ok::<(), kernel::DateError>(())
    /// ```
    pub fn falls_on(self, date: Date) -> bool {
        let (year, month, day) = date.ymd();
        let until = |end: Option<Date>, days: i32| {
            end.is_some_and(|end| (0..days).contains(&end.days_since(date)))
        };
        let into = |feast: Feast, from: i32, to: i32| {
            days_into(feast, date).is_some_and(|days| (from..to).contains(&days))
        };
        match self {
            Self::PublicHoliday => match (month, day) {
                (1, 1) | (4, 23) | (5, 1) | (5, 19) | (8, 30) | (10, 29) => true,
                (7, 15) => year >= 2017,
                _ => false,
            },
            Self::Ramazan => into(Feast::Ramazan, -29, 0),
            Self::BeforeRamazanFeast => into(Feast::Ramazan, -11, -1),
            Self::RamazanFeast => into(Feast::Ramazan, -1, 3),
            Self::BeforeKurbanFeast => into(Feast::Kurban, -11, -1),
            Self::KurbanFeast => into(Feast::Kurban, -1, 4),
            Self::ValentinesDay => until(Date::from_ymd(year, 2, 14).ok(), 7),
            Self::MothersDay => until(nth(year, 5, Weekday::Sunday, 2), 7),
            Self::FathersDay => until(nth(year, 6, Weekday::Sunday, 3), 7),
            Self::SinglesDay => month == 11 && (10..=11).contains(&day),
            Self::BlackFriday => until(black_friday(year), 1),
            Self::BlackWeek => black_friday(year)
                .map(|friday| date.days_since(friday))
                .is_some_and(|days| days != 0 && (-4..=3).contains(&days)),
            Self::YearEnd => month == 12 && day >= 18,
            Self::Weekend => date.weekday().number() >= 6,
            Self::Length => false,
        }
    }
}

/// The n-th weekday of a month.
fn nth(year: i32, month: u8, weekday: Weekday, number: i32) -> Option<Date> {
    let first = Date::from_ymd(year, month, 1).ok()?;
    let ahead = i32::from(weekday.number()) - i32::from(first.weekday().number());
    first.add_days(ahead.rem_euclid(7) + 7 * (number - 1)).ok()
}

fn black_friday(year: i32) -> Option<Date> {
    nth(year, 11, Weekday::Thursday, 4)?.add_days(1).ok()
}

/// First and last year whose religious feasts are known; outside, no day is one.
pub const FEAST_YEARS: (i32, i32) = feasts::YEARS;

/// Mean length of a month, in days.
const MONTH_DAYS: f64 = 30.436_875;

/// One column per occasion for the periods of a history and of the steps to come, in order of time. Columns that
/// are the same for all periods are left out.
///
/// ```
/// use kernel::{Date, DateRange};
/// let start = Date::from_ymd(2026, 11, 20)?;
/// let days = (0..14).filter_map(|day| start.add_days(day).ok()).map(DateRange::day);
/// let columns = forecast::calendar_regressors(&days.collect::<Vec<_>>());
/// let friday = columns.iter().find(|column| column.name == "black_friday").unwrap();
/// assert_eq!(friday.values[7], 1.0);
/// # Ok::<(), kernel::DateError>(())
/// ```
pub fn calendar_regressors(periods: &[DateRange]) -> Vec<Regressor> {
    let longest = periods
        .iter()
        .map(|period| period.days())
        .max()
        .unwrap_or(0);
    let used = |occasion: &Occasion| match occasion {
        Occasion::Weekend => longest > 1,
        Occasion::Length => longest > 7,
        _ => true,
    };
    let column = |occasion: Occasion| Regressor {
        name: occasion.key().into(),
        values: periods
            .iter()
            .map(|&period| share(occasion, period))
            .collect(),
    };
    let columns = Occasion::ALL.into_iter().filter(used).map(column);
    columns
        .filter(|column| column.values.windows(2).any(|pair| pair[0] != pair[1]))
        .collect()
}

fn share(occasion: Occasion, period: DateRange) -> f64 {
    let days = f64::from(period.days());
    if occasion == Occasion::Length {
        return days / MONTH_DAYS - 1.0;
    }
    let count = period
        .iter()
        .filter(|&date| occasion.falls_on(date))
        .count();
    count as f64 / days
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The public holidays by another implementation: holidays 0.109 (PyPI), `country_holidays("TR")`,
    /// 2010 to 2040. Its religious feasts from 2033 on are estimates.
    #[test]
    fn public_holidays_and_feasts_are_those_of_another_calendar() {
        let mut expected = std::collections::BTreeMap::new();
        for line in include_str!("../../tests/golden/holidays.txt").lines() {
            let (date, name) = line.split_once(' ').expect("a date and a name");
            let date: Date = date.parse().expect("a date");
            expected.insert(date, name);
        }
        assert_eq!(expected.len(), 430);
        let first = Date::from_ymd(2010, 1, 1).expect("a date");
        for day in 0..11_323 {
            let date = first.add_days(day).expect("within");
            let name = expected.get(&date).copied().unwrap_or("");
            // The eve is half a holiday, which that list leaves out.
            let eve = |feast: Feast| days_into(feast, date) == Some(-1);
            let ramazan = Occasion::RamazanFeast.falls_on(date) && !eve(Feast::Ramazan);
            let kurban = Occasion::KurbanFeast.falls_on(date) && !eve(Feast::Kurban);
            assert_eq!(ramazan, name.contains("Eid al-Fitr"), "{date} {name}");
            assert_eq!(kurban, name.contains("Eid al-Adha"), "{date} {name}");
            let fixed = name
                .split("; ")
                .any(|name| !name.is_empty() && !name.contains("Eid"));
            assert_eq!(
                Occasion::PublicHoliday.falls_on(date),
                fixed,
                "{date} {name}"
            );
        }
    }

    #[test]
    fn days_of_shopping_fall_where_they_are_known_to() {
        let falls =
            |occasion: Occasion, text: &str| occasion.falls_on(text.parse().expect("a date"));
        for day in ["2023-11-24", "2024-11-29", "2025-11-28", "2026-11-27"] {
            assert!(falls(Occasion::BlackFriday, day) && !falls(Occasion::BlackWeek, day));
        }
        for day in ["2024-05-12", "2025-05-11", "2026-05-10"] {
            assert!(falls(Occasion::MothersDay, day), "{day}");
        }
        for day in ["2024-06-16", "2025-06-15", "2026-06-21"] {
            assert!(falls(Occasion::FathersDay, day), "{day}");
        }
        assert!(
            falls(Occasion::BlackWeek, "2024-12-02") && !falls(Occasion::BlackWeek, "2024-12-03")
        );
        assert!(falls(Occasion::SinglesDay, "2025-11-11"));
        assert!(falls(Occasion::Ramazan, "2026-03-01") && !falls(Occasion::Ramazan, "2026-04-01"));
        assert!(!falls(Occasion::RamazanFeast, "2050-01-01"));
    }

    #[test]
    fn months_have_shares_and_lengths() {
        let month = |month: u8| {
            let first = Date::from_ymd(2026, month, 1).expect("a date");
            DateRange::new(first, first.last_of_month()).expect("in order")
        };
        let columns = calendar_regressors(&(1..=12).map(month).collect::<Vec<_>>());
        let value = |name: &str, month: usize| {
            let column = columns.iter().find(|column| column.name == name);
            column.expect("it varies").values[month - 1]
        };
        assert!((value("length", 2) - (28.0 / MONTH_DAYS - 1.0)).abs() < 1e-12);
        assert!((value("weekend", 11) - 9.0 / 30.0).abs() < 1e-12);
        assert!((value("kurban_feast", 5) - 5.0 / 31.0).abs() < 1e-12);
        assert_eq!(value("black_friday", 10), 0.0);
        assert!(calendar_regressors(&[]).is_empty());
    }
}
