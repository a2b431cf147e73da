//! When people buy: growth, the year, the week, campaigns.
//!
//! Every factor is a multiple of an ordinary day. Months are interpolated between their middles, so that
//! no step shows at the turn of a month.

use kernel::{Date, DateRange, Weekday};

use crate::holidays;
use crate::random::power;

/// Orders of a month against the mean of the year, January to December.
const YEAR: [f64; 12] = [
    0.90, 0.88, 0.94, 0.94, 0.99, 0.95, 0.90, 0.95, 1.05, 1.06, 1.22, 1.18,
];

/// Categories that a campaign is about; see [`crate::products::CATEGORIES`].
pub(crate) const EVERYTHING: &[usize] = &[];

/// A sales campaign of the Turkish calendar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Campaign {
    /// Name of the advertising campaign that goes with it.
    pub(crate) name: &'static str,
    pub(crate) range: DateRange,
    /// Factor on orders.
    pub(crate) lift: f64,
    /// Largest share of the price that the seller gives away.
    pub(crate) discount: f64,
    /// Categories whose share doubles; all alike where empty.
    pub(crate) categories: &'static [usize],
}

/// Factor of the season on orders of a day: year, week, religious season and campaign.
pub(crate) fn demand(date: Date) -> f64 {
    let lift = campaign(date).map_or(1.0, |campaign| campaign.lift);
    interpolate(&YEAR, date) * weekday(date) * holidays::season(date).demand * lift
}

/// A monthly table at a day, straight between the middles of the months.
pub(crate) fn interpolate(months: &[f64; 12], date: Date) -> f64 {
    let at = f64::from(date.month_of_year() - 1);
    let within = (f64::from(date.day_of_month()) - 0.5) / f64::from(date.month().day_count());
    let position = at + within - 0.5 + 12.0;
    let left = position as usize;
    let share = position - left as f64;
    months[left % 12] * (1.0 - share) + months[(left + 1) % 12] * share
}

const fn weekday(date: Date) -> f64 {
    match date.weekday() {
        Weekday::Monday => 1.07,
        Weekday::Tuesday => 1.03,
        Weekday::Wednesday => 1.01,
        Weekday::Thursday => 0.98,
        Weekday::Friday => 0.92,
        Weekday::Saturday => 0.94,
        Weekday::Sunday => 1.05,
    }
}

/// Growth since `first`, at a yearly factor, compounded by month and straight within it.
pub(crate) fn growth(first: Date, date: Date, monthly: f64) -> f64 {
    let days = date.days_since(first).max(0);
    let (months, rest) = (days.unsigned_abs() / 30, f64::from(days % 30) / 30.0);
    power(monthly, months) * (1.0 + (monthly - 1.0) * rest)
}

/// The campaign of a day; the stronger one where two meet.
pub(crate) fn campaign(date: Date) -> Option<Campaign> {
    campaigns(date.year())
        .into_iter()
        .filter(|campaign| campaign.range.contains(date))
        .max_by(|left, right| left.lift.total_cmp(&right.lift))
}

/// The campaigns of a year.
pub(crate) fn campaigns(year: i32) -> Vec<Campaign> {
    let day = |month, day| Date::from_ymd(year, month, day).ok();
    let black_friday = nth_weekday(year, 11, Weekday::Friday, 4);
    let mothers_day = nth_weekday(year, 5, Weekday::Sunday, 2);
    let fathers_day = nth_weekday(year, 6, Weekday::Sunday, 3);
    let before = |end: Option<Date>, days: i32| (end.and_then(|end| end.add_days(-days).ok()), end);
    let after = |date: Option<Date>, days: i32| date.and_then(|date| date.add_days(days).ok());
    [
        (
            "Sevgililer Günü",
            (day(2, 7), day(2, 13)),
            1.25,
            0.10,
            &[2, 3, 5][..],
        ),
        ("Kadınlar Günü", (day(3, 4), day(3, 8)), 1.30, 0.12, &[2, 5]),
        ("23 Nisan", (day(4, 17), day(4, 23)), 1.15, 0.08, &[6, 7]),
        (
            "Anneler Günü",
            before(mothers_day, 8),
            1.38,
            0.12,
            &[1, 2, 5],
        ),
        (
            "Babalar Günü",
            before(fathers_day, 7),
            1.18,
            0.10,
            &[0, 3, 8],
        ),
        (
            "Yaz İndirimi",
            (day(7, 1), day(7, 14)),
            1.15,
            0.18,
            &[2, 3, 4, 8],
        ),
        (
            "Okula Dönüş",
            (day(8, 24), day(9, 14)),
            1.22,
            0.10,
            &[4, 6, 9],
        ),
        ("11.11", (day(11, 8), day(11, 10)), 1.60, 0.18, EVERYTHING),
        ("11.11", (day(11, 11), day(11, 11)), 3.40, 0.24, EVERYTHING),
        (
            "Efsane Cuma",
            (after(black_friday, -3), after(black_friday, -1)),
            1.50,
            0.16,
            EVERYTHING,
        ),
        (
            "Efsane Cuma",
            (black_friday, black_friday),
            2.90,
            0.25,
            EVERYTHING,
        ),
        (
            "Efsane Cuma",
            (after(black_friday, 1), after(black_friday, 3)),
            1.75,
            0.20,
            EVERYTHING,
        ),
        (
            "Yılbaşı",
            (day(12, 18), day(12, 30)),
            1.22,
            0.10,
            &[0, 1, 7],
        ),
    ]
    .into_iter()
    .filter_map(|(name, (from, to), lift, discount, categories)| {
        let range = DateRange::new(from?, to?).ok()?;
        Some(Campaign {
            name,
            range,
            lift,
            discount,
            categories,
        })
    })
    .collect()
}

/// The `nth` given weekday of a month, counted from 1.
fn nth_weekday(year: i32, month: u8, weekday: Weekday, nth: i32) -> Option<Date> {
    let first = Date::from_ymd(year, month, 1).ok()?;
    let ahead = (i32::from(weekday.number()) - i32::from(first.weekday().number())).rem_euclid(7);
    first.add_days(ahead + 7 * (nth - 1)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn moving_days_fall_where_they_should() {
        assert_eq!(
            nth_weekday(2026, 11, Weekday::Friday, 4),
            Some(date("2026-11-27"))
        );
        assert_eq!(
            nth_weekday(2026, 5, Weekday::Sunday, 2),
            Some(date("2026-05-10"))
        );
        assert_eq!(
            nth_weekday(2025, 6, Weekday::Sunday, 3),
            Some(date("2025-06-15"))
        );
        assert_eq!(campaign(date("2026-11-11")).map(|c| c.lift), Some(3.40));
        assert_eq!(
            campaign(date("2025-11-28")).map(|c| c.name),
            Some("Efsane Cuma")
        );
        assert_eq!(campaign(date("2026-10-15")), None);
    }

    #[test]
    fn the_year_has_no_steps() {
        let year = DateRange::new(date("2025-01-01"), date("2025-12-31")).unwrap();
        let values: Vec<f64> = year.iter().map(|day| interpolate(&YEAR, day)).collect();
        assert!(
            values
                .windows(2)
                .all(|pair| (pair[0] - pair[1]).abs() < 0.012)
        );
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        assert!((mean - 1.0).abs() < 0.02, "{mean}");
        assert!(
            (growth(date("2025-01-01"), date("2025-12-27"), 1.02) - power(1.02, 12)).abs() < 1e-9
        );
    }
}
