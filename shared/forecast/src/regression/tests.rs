//! Effects of which the truth is known.

use super::*;
use crate::calendar_regressors;
use crate::forecast;
use crate::noise::noise;
use kernel::{Date, DateRange};

fn options(horizon: usize) -> Options {
    Options {
        horizon,
        non_negative: true,
        ..Options::default()
    }
}

/// Three years of days to the end of October 2026 and the 40 after: feasts halve sales, Black Friday triples
/// them, Ramazan takes a tenth.
fn days() -> (Vec<DateRange>, Vec<f64>) {
    let first = Date::from_ymd(2023, 11, 1).expect("a date");
    let days: Vec<Date> = (0..1_136).filter_map(|t| first.add_days(t).ok()).collect();
    let value = |(t, day): (usize, &Date)| {
        use crate::Occasion as O;
        let week = [0.9, 0.9, 1.0, 1.0, 1.1, 1.2, 0.9][t % 7];
        let share = |occasion: O, effect: f64| if occasion.falls_on(*day) { effect } else { 1.0 };
        let effect = share(O::RamazanFeast, 0.5) * share(O::KurbanFeast, 0.5);
        let effect = effect * share(O::BlackFriday, 3.0) * share(O::Ramazan, 0.9);
        (300.0 + 0.1 * t as f64) * week * effect * (1.0 + 0.1 * noise(t))
    };
    let values = days.iter().enumerate().map(value).collect();
    (
        days.iter().map(|&day| DateRange::day(day)).collect(),
        values,
    )
}

#[test]
fn feasts_and_black_friday_are_found_and_forecast() {
    let (periods, values) = days();
    let known = 1_096;
    let series = Series::new(values[..known].to_vec(), vec![7]).expect("valid");
    let regressors = calendar_regressors(&periods);
    let answer = forecast_with_regressors(&series, &regressors, &options(40)).expect("sound");
    assert!(answer.multiplicative && answer.tested.is_some_and(|ratio| ratio < 1.0));
    let size = |name: &str| {
        let found = answer.effects.iter().find(|effect| effect.name == name);
        found.map_or(0.0, |effect| effect.size)
    };
    for (name, truth) in [
        ("black_friday", 2.0),
        ("ramazan_feast", -0.5),
        ("kurban_feast", -0.5),
    ] {
        assert!((size(name) - truth).abs() < 0.15, "{name}: {}", size(name));
    }
    assert!((size("ramazan") + 0.1).abs() < 0.05, "{}", size("ramazan"));
    // Nothing that is not there is found to be large.
    for effect in &answer.effects {
        let there = ["black_friday", "ramazan_feast", "kurban_feast", "ramazan"];
        assert!(
            there.contains(&effect.name.as_str()) || effect.size.abs() < 0.1,
            "{effect:?}"
        );
    }
    let plain = forecast(&series, &options(40)).expect("sound");
    let missed = |steps: &[Step]| -> f64 {
        let pairs = steps.iter().zip(&values[known..]);
        pairs.map(|(step, value)| (step.mean - value).abs()).sum()
    };
    let (with, without) = (missed(&answer.forecast.steps), missed(&plain.steps));
    assert!(with < 0.8 * without, "{with} {without}");
    for (ahead, step) in answer.forecast.steps.iter().enumerate() {
        let adds: f64 = answer.effects.iter().map(|effect| effect.adds[ahead]).sum();
        assert!((answer.base[ahead] + adds - step.mean).abs() < 1e-6 * step.mean);
        assert!(step.intervals[1].lower <= step.mean && step.mean <= step.intervals[1].upper);
    }
}

#[test]
fn columns_of_noise_are_not_used_and_change_next_to_nothing() {
    let sales = |t: usize| 100.0 + 10.0 * noise(t) + 20.0 * f64::from(u8::from(t % 7 == 5));
    let series = Series::new((0..300).map(sales).collect(), vec![7]).expect("valid");
    let column = |seed: usize| Regressor {
        name: format!("noise {seed}"),
        values: (0..314).map(|t| noise(seed * 10_000 + t)).collect(),
    };
    let columns: Vec<Regressor> = (1..=10).map(column).collect();
    let answer = forecast_with_regressors(&series, &columns, &options(14)).expect("sound");
    assert!(answer.effects.len() <= 2, "{:?}", answer.effects);
    let plain = forecast(&series, &options(14)).expect("sound");
    for (with, without) in answer.forecast.steps.iter().zip(&plain.steps) {
        assert!((with.mean / without.mean - 1.0).abs() < 0.03);
    }
}

#[test]
fn amounts_are_used_where_values_reach_below_zero() {
    let ads = |t: usize| f64::from(u8::from(t % 11 == 3)) * 4.0;
    let profit = |t: usize| -5.0 + 3.0 * noise(t) + 2.5 * ads(t);
    let series = Series::new((0..200).map(profit).collect(), vec![7]).expect("valid");
    let ads = Regressor {
        name: "ads".into(),
        values: (0..210).map(ads).collect(),
    };
    let plain = Options {
        non_negative: false,
        ..options(10)
    };
    let answer = forecast_with_regressors(&series, &[ads], &plain).expect("sound");
    assert!(!answer.multiplicative);
    assert!(
        (answer.effects[0].size - 2.5).abs() < 0.2,
        "{:?}",
        answer.effects
    );
    assert!(answer.effects[0].error < 0.2);
    let with: Vec<f64> = answer.forecast.steps.iter().map(|step| step.mean).collect();
    // 203 has the next ads: 203 = 18 x 11 + 5 has none, 201 = 18 x 11 + 3 has.
    assert!(
        (with[1] - 5.0).abs() < 1.5 && (with[0] + 5.0).abs() < 1.5,
        "{with:?}"
    );
}

#[test]
fn bad_regressors_say_what_is_wrong() {
    let series = Series::new(vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0], vec![]).expect("valid");
    let column = |values: Vec<f64>| Regressor {
        name: "x".into(),
        values,
    };
    let ask = |columns: &[Regressor], horizon: usize| {
        forecast_with_regressors(&series, columns, &options(horizon))
    };
    let short = ask(&[column(vec![0.0; 7])], 2);
    assert!(matches!(
        short,
        Err(RegressionError::Length {
            given: 7,
            needed: 8,
            ..
        })
    ));
    let mut broken = vec![0.0; 8];
    broken[7] = f64::NAN;
    let broken = ask(&[column(broken)], 2);
    assert!(matches!(
        broken,
        Err(RegressionError::NotFinite { index: 7, .. })
    ));
    assert!(matches!(ask(&[], 0), Err(RegressionError::Forecast(_))));
    let many = vec![column(vec![0.0; 8]); REGRESSORS_MAX + 1];
    assert!(matches!(
        ask(&many, 2),
        Err(RegressionError::TooMany { count: 33 })
    ));
    // Too short to try, huge and tiny values, nothing at all: the plain forecast.
    for values in [
        vec![1e308; 30],
        vec![5e-324; 30],
        vec![f64::NAN; 30],
        vec![],
        vec![0.0; 30],
    ] {
        let column = column((0..values.len() + 5).map(|t| 1e300 * noise(t)).collect());
        let series = Series::new(values, vec![7]).expect("valid");
        let answer = forecast_with_regressors(&series, &[column], &options(5)).expect("an answer");
        assert_eq!(
            answer.forecast,
            forecast(&series, &options(5)).expect("an answer")
        );
    }
}
