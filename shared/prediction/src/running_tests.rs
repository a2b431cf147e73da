//! Tests of periods that are not over, from a cube to an answer.

use cube::Cube;
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::period::Grain;

use crate::sample::{self, day};
use crate::tests::{ask, forecast_in};
use crate::{ForecastAsk, ForecastRunning, Forecasted, Job, Setting, compute, prepare};

/// A number from -1 to 1 of a day (SplitMix64), another one of each world.
fn noise(date: Date, world: u64) -> f64 {
    let mut bits = (date.days() as u64).wrapping_add(world << 32);
    bits = bits.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    2.0 * (((bits ^ (bits >> 31)) >> 11) as f64 / (1_u64 << 53) as f64) - 1.0
}

/// What a day brings in a world: months differ, days of a month go together.
fn value(date: Date, world: u64) -> i64 {
    let month = 0.3 * noise(date.first_of_month(), 1_000 + world);
    let times = 1.0 + month + 0.3 * noise(date, world);
    (sample::weekly_value(date) as f64 * times) as i64
}

fn world(from: &str, today: &str) -> Cube {
    sample::weekly_cube_with(day(from), day(today), |date, _| value(date, 0))
}

/// The question with all that there is to tell.
fn explained(ask: &ForecastAsk) -> ForecastAsk {
    ForecastAsk {
        explain: true,
        ..ask.clone()
    }
}

fn told(cube: &Cube, ask: &ForecastAsk) -> (Forecasted, ForecastRunning) {
    let told = forecast_in(cube, Setting::default(), &explained(ask)).unwrap();
    let running = told.running.expect("today is among the steps");
    (told, running)
}

fn sum(from: &str, to: &str) -> f64 {
    let days = DateRange::new(day(from), day(to)).unwrap();
    days.iter().map(|date| value(date, 0)).sum::<i64>() as f64
}

#[test]
fn a_month_half_over_is_told_by_what_is_there_and_the_first_step_is_that() {
    // Today is the 21st: 20 days are known, what today brought is not among them.
    let (mut nearer, mut tried) = (0.0, 0.0);
    for (today, first, last) in [
        ("2026-08-21", "2026-08-01", "2026-08-31"),
        ("2026-09-21", "2026-09-01", "2026-09-30"),
        ("2026-10-21", "2026-10-01", "2026-10-31"),
        ("2026-11-21", "2026-11-01", "2026-11-30"),
    ] {
        let cube = world("2024-01-01", today);
        let months = ask(Grain::Month, 3);
        let (with, running) = told(&cube, &months);
        let whole = sum(first, last);
        let period = DateRange::new(day(first), day(last)).unwrap();
        assert_eq!(running.period, period);
        let known = running.known.unwrap();
        assert_eq!((known.from(), known.days()), (day(first), 20));
        assert_eq!(running.so_far, sum(first, &known.to().to_string()));
        assert_eq!(running.mean, with.steps[0].mean);
        assert!(
            (running.mean - whole).abs() < 0.08 * whole,
            "{running:?} {whole}"
        );
        assert!(running.lower >= running.so_far && running.mean <= running.upper);
        let job = Job {
            running: None,
            ..prepare(&cube, Setting::default(), &months)
                .unwrap()
                .job()
                .clone()
        };
        let without = compute(&job).unwrap().steps[0];
        tried += (without.mean.0 - whole).abs();
        nearer += (running.mean - whole).abs();
        assert_eq!(with.total, Some(with.steps.iter().map(|it| it.mean).sum()));
        assert!((running.upper - running.lower) < (without.upper.0 - without.lower.0));
    }
    assert!(nearer < tried / 2.0, "{nearer} {tried}");
}

#[test]
fn by_days_the_month_is_what_is_there_and_the_steps_that_end_it() {
    let cube = world("2025-06-01", "2026-11-21");
    let (forecast, running) = told(&cube, &ask(Grain::Day, 30));
    assert_eq!(running.period.to(), day("2026-11-30"));
    let left: f64 = forecast.steps[..10].iter().map(|step| step.mean).sum();
    let so_far = sum("2026-11-01", "2026-11-20");
    assert_eq!(running.so_far, so_far);
    assert!((running.mean - so_far - left).abs() < 1e-6 * running.mean);
    let lowest: f64 = forecast.steps[..10].iter().map(|step| step.lower).sum();
    assert!(running.lower > so_far + lowest && running.lower < running.mean);
    // Nine steps do not end it.
    let nine = explained(&ask(Grain::Day, 9));
    let short = forecast_in(&cube, Setting::default(), &nine).unwrap();
    assert_eq!(short.running, None);
    // What the month comes to is for those who look.
    let plain = forecast_in(&cube, Setting::default(), &ask(Grain::Day, 30)).unwrap();
    assert_eq!((plain.running, &plain.steps), (None, &forecast.steps));
    // A mean of orders does not add up over days, orders do.
    let of = |metric| ForecastAsk {
        metric,
        ..ask(Grain::Day, 30)
    };
    let mean = explained(&of(MetricId::AverageOrderValue));
    let mean = forecast_in(&cube, Setting::default(), &mean).unwrap();
    assert_eq!(mean.running, None);
    let (_, orders) = told(&cube, &of(MetricId::Orders));
    assert_eq!(orders.so_far, 20.0);
    assert_eq!((running.target, running.chance), (None, None));
}

#[test]
fn a_week_that_begins_today_has_no_day_yet() {
    let cube = world("2026-01-01", "2026-11-23");
    let (forecast, running) = told(&cube, &ask(Grain::Week, 4));
    assert_eq!((running.known, running.so_far), (None, 0.0));
    assert_eq!(running.mean, forecast.steps[0].mean);
    let (_, later) = told(&world("2026-01-01", "2026-11-27"), &ask(Grain::Week, 4));
    assert_eq!(later.known.unwrap().days(), 4);
    assert!(later.upper - later.lower < running.upper - running.lower);
    // Facts that ended weeks ago say nothing of the week that holds today.
    let mut old = world("2026-01-01", "2026-10-10");
    old.set_rules(cube::CalendarRules {
        today: day("2026-11-23"),
        ..*old.rules()
    });
    let told = forecast_in(&old, Setting::default(), &ask(Grain::Week, 4)).unwrap();
    assert_eq!(told.running, None);
}

#[test]
fn the_chance_of_a_target_is_how_often_it_is_reached() {
    let today = day("2026-11-11");
    let november = DateRange::new(day("2026-11-01"), day("2026-11-30")).unwrap();
    let daily = |date: Date, world: u64| {
        (sample::weekly_value(date) as f64 * (1.0 + 0.4 * noise(date, world))) as i64
    };
    // What the rest of the month brings in a thousand worlds.
    let rest = DateRange::new(today, november.to()).unwrap();
    let rests: Vec<i64> = (100..1_100)
        .map(|world| rest.iter().map(|date| daily(date, world)).sum())
        .collect();
    let (mut told_chances, mut shares, worlds) = ([0.0; 3], [0.0; 3], 12);
    for world in 0..worlds {
        let from = day("2026-01-01");
        let mut cube = sample::weekly_cube_with(from, today, |date, _| daily(date, world));
        let (_, running) = told(&cube, &ask(Grain::Day, 30));
        let mut chances = Vec::new();
        for (at, beyond) in [-8_000, 0, 8_000].into_iter().enumerate() {
            let target = running.mean as i64 + beyond;
            sample::set_target(&mut cube, november, target);
            let (_, running) = told(&cube, &ask(Grain::Day, 30));
            assert_eq!(running.target, Some(target as f64));
            let left = target - running.so_far as i64;
            let reached = rests.iter().filter(|rest| **rest >= left).count();
            shares[at] += reached as f64 / rests.len() as f64;
            chances.push(running.chance.unwrap());
        }
        assert!(chances.is_sorted_by(|a, b| a > b), "{chances:?}");
        let sums = told_chances.iter_mut().zip(chances);
        sums.for_each(|(sum, chance)| *sum += chance);
    }
    for (chance, share) in told_chances.into_iter().zip(shares) {
        let (chance, share) = (chance / worlds as f64, share / worlds as f64);
        assert!((chance - share).abs() < 0.12, "{chance} {share}");
    }
}

#[test]
fn a_target_of_what_is_asked_for_is_held_against_it_and_no_other() {
    let mut cube = world("2025-01-01", "2026-11-21");
    let november = DateRange::new(day("2026-11-01"), day("2026-11-30")).unwrap();
    let (_, running) = told(&cube, &ask(Grain::Day, 30));
    assert_eq!((running.target, running.chance), (None, None));
    // By months the first step itself is held against the target.
    for (target, is_likely) in [(running.so_far * 1.01, true), (running.mean * 2.0, false)] {
        sample::set_target(&mut cube, november, target as i64);
        for grain in [Grain::Day, Grain::Month] {
            let (_, running) = told(&cube, &ask(grain, 30));
            let chance = running.chance.unwrap();
            assert_eq!(chance > 0.95, is_likely, "{grain:?} {chance}");
            assert_eq!(chance < 0.05, !is_likely, "{grain:?} {chance}");
        }
    }
    // There are no targets of products.
    let of_product = ForecastAsk {
        filters: vec![cube::query::Filter::NotIn {
            dimension: model::schema::Dimension::Product,
            members: vec!["b".into()],
        }],
        ..ask(Grain::Day, 30)
    };
    let (_, running) = told(&cube, &of_product);
    assert_eq!((running.target, running.chance), (None, None));
}
