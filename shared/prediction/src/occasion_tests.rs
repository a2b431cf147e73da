//! Tests of planted occasions, from a cube to an answer.

use model::metrics::MetricId;
use model::period::Grain;

use crate::sample::{self, day};
use crate::tests::{ask, forecast_in};
use crate::{ForecastAsk, Occasion, Setting};

const TURKIYE: Setting = Setting {
    calendar: model::period::Calendar {
        week_start: kernel::WeekStart::Monday,
        fiscal_year: kernel::FiscalYear::CALENDAR,
    },
    is_in_turkiye: true,
};

/// Two years and more in which public holidays halve what is sold and Black Friday trebles it.
fn moved_cube() -> cube::Cube {
    sample::weekly_cube_with(day("2024-01-01"), day("2026-10-12"), |date, value| {
        let (_, month, of_month) = date.ymd();
        match (month, of_month) {
            (1, 1) | (4, 23) | (5, 1) | (5, 19) | (7, 15) | (8, 30) | (10, 29) => value / 2,
            _ if forecast::Occasion::BlackFriday.falls_on(date) => 3 * value,
            // Days are not all alike, or nothing would be noise.
            _ => value + i64::from(date.days() * 37 % 11 - 5) * 40,
        }
    })
}

fn asked() -> ForecastAsk {
    ForecastAsk {
        explain: true,
        ..ask(Grain::Day, 60)
    }
}

#[test]
fn a_holiday_to_come_is_known_told_and_a_part_of_its_day() {
    let cube = moved_cube();
    let plain = forecast_in(&cube, Setting::default(), &asked()).unwrap();
    let told = forecast_in(&cube, TURKIYE, &asked()).unwrap();
    let of = |told: &crate::Forecasted, name: &str| {
        let at = told.steps.iter().position(|step| step.period == day(name));
        at.map(|at| told.steps[at]).unwrap()
    };
    for (name, times) in [("2026-10-29", 0.5), ("2026-11-27", 3.0)] {
        let usual = sample::weekly_value(day(name)) as f64;
        let (with, without) = (of(&told, name).mean, of(&plain, name).mean);
        assert!(
            (with / usual - times).abs() < 0.15 * times,
            "{name} {with} {usual}"
        );
        assert!((with / usual - times).abs() < (without / usual - times).abs() / 2.0);
    }
    let occasion = |kind| {
        told.occasions
            .iter()
            .find(|it| it.occasion == kind)
            .unwrap()
    };
    let republic = occasion(Occasion::PublicHoliday);
    assert_eq!(
        (republic.from, republic.to),
        (day("2026-10-29"), day("2026-10-29"))
    );
    assert!((republic.share.unwrap() + 0.5).abs() < 0.1, "{republic:?}");
    let friday = occasion(Occasion::BlackFriday);
    assert!((friday.share.unwrap() - 2.0).abs() < 0.4, "{friday:?}");
    // What moves nothing is listed without a share, or with next to none.
    let singles = occasion(Occasion::SinglesDay);
    assert_eq!(
        (singles.from, singles.to),
        (day("2026-11-10"), day("2026-11-11"))
    );
    assert!(singles.share.is_none_or(|share| share.abs() < 0.1));
    let firsts: Vec<_> = told.occasions.iter().map(|it| it.from).collect();
    assert!(firsts.is_sorted());
    let parts = told.parts.as_ref().unwrap();
    for (at, step) in told.steps.iter().enumerate() {
        let seasons: f64 = parts.seasons.iter().map(|it| it.adds[at]).sum();
        let effects: f64 = parts.effects.iter().map(|it| it.adds[at]).sum();
        let sum = parts.level + parts.trend[at] + seasons + effects + parts.rest[at];
        assert!((sum - step.mean).abs() < 1e-6 * step.mean, "{at}");
        let is_holiday = step.period == day("2026-10-29");
        let holiday = parts
            .effects
            .iter()
            .find(|it| it.occasion == Occasion::PublicHoliday);
        assert_eq!(holiday.unwrap().adds[at] < -1_000.0, is_holiday, "{at}");
    }
    assert!(plain.occasions.is_empty() && plain.parts.unwrap().effects.is_empty());
}

#[test]
fn the_calendar_is_asked_for_days_of_sales_alone() {
    let cube = moved_cube();
    let first_day = |setting, ask: &ForecastAsk| {
        let prepared = crate::prepare(&cube, setting, ask).unwrap();
        prepared.job().first_day
    };
    assert_eq!(first_day(TURKIYE, &asked()), Some(day("2024-01-01")));
    assert_eq!(first_day(Setting::default(), &asked()), None);
    for other in [
        ask(Grain::Week, 8),
        ForecastAsk {
            metric: MetricId::AverageOrderValue,
            ..asked()
        },
    ] {
        assert_eq!(first_day(TURKIYE, &other), None);
    }
}

#[test]
fn where_holidays_move_nothing_the_forecast_is_the_plain_one() {
    let cube = sample::weekly_cube_with(day("2025-01-01"), day("2026-10-12"), |date, value| {
        value + i64::from(date.days() * 37 % 11 - 5) * 40
    });
    let plain = forecast_in(&cube, Setting::default(), &asked()).unwrap();
    let told = forecast_in(&cube, TURKIYE, &asked()).unwrap();
    for (a, b) in told.steps.iter().zip(&plain.steps) {
        assert!((a.mean - b.mean).abs() < 0.05 * b.mean, "{a:?} {b:?}");
    }
    let told = told.occasions.iter().filter_map(|it| it.share);
    assert!(told.into_iter().all(|share| share.abs() < 0.08));
}
