//! Made-up launches of which the truth is known.

use super::*;
use crate::noise::noise;

/// Products of any size and pace: a rise, a peak, a fall to a level.
fn course(product: usize, steps: usize) -> Vec<f64> {
    let size = 20.0 * crate::portable::exp(3.0 * noise(product) + 1.5);
    let peak = 6.0 + 3.0 * noise(product + 500);
    let value = |t: usize| {
        let at = t as f64 / peak;
        let shape = at * crate::portable::exp(1.0 - at) + 0.35 * (1.0 - crate::portable::exp(-at));
        size * shape * (1.0 + 0.25 * noise(10_000 * product + t))
    };
    (0..steps).map(value).collect()
}

fn options(horizon: usize) -> Options {
    Options {
        horizon,
        non_negative: true,
        ..Options::default()
    }
}

#[test]
fn launches_are_foretold_better_from_others_than_from_themselves() {
    let analogs: Vec<Vec<f64>> = (0..8).map(|product| course(product, 30)).collect();
    let (mut with, mut without) = (0.0, 0.0);
    for product in 100..104 {
        let whole = course(product, 16);
        let (sold, actual) = whole.split_at(8);
        let answer = forecast_launch(sold, &analogs, &options(8)).expect("enough analogs");
        let series = Series::new(sold.to_vec(), vec![]).expect("valid");
        let plain = forecast(&series, &options(8)).expect("sound");
        let total: f64 = actual.iter().sum();
        for (step, (own, value)) in answer.steps.iter().zip(plain.steps.iter().zip(actual)) {
            with += (step.mean - value).abs() / total;
            without += (own.mean - value).abs() / total;
        }
        let shares: f64 = answer.analogs.iter().map(|(_, share)| share).sum();
        assert!((shares - 1.0).abs() < 1e-9);
        assert!(
            answer.method.members[0]
                .error
                .is_some_and(|error| error < 0.5)
        );
    }
    assert!(with < 0.7 * without, "{with} {without}");
}

#[test]
fn intervals_of_launches_cover_what_they_say() {
    let analogs: Vec<Vec<f64>> = (0..24).map(|product| course(product, 30)).collect();
    let (mut inside, mut count) = ([0.0; 2], 0.0);
    for product in 100..160 {
        let whole = course(product, 17);
        let (sold, actual) = whole.split_at(5);
        let answer = forecast_launch(sold, &analogs, &options(12)).expect("enough analogs");
        for (step, value) in answer.steps.iter().zip(actual) {
            count += 1.0;
            for (inside, interval) in inside.iter_mut().zip(&step.intervals) {
                let within = interval.lower <= *value && *value <= interval.upper;
                *inside += f64::from(u8::from(within));
            }
        }
    }
    let [eighty, ninety_five] = inside.map(|inside: f64| inside / count);
    assert!((0.72..0.92).contains(&eighty), "{eighty}");
    assert!((0.9..=1.0).contains(&ninety_five), "{ninety_five}");
}

#[test]
fn a_product_of_no_sales_yet_gets_the_mean_of_the_others() {
    let analogs = vec![vec![2.0, 4.0], vec![4.0, 8.0], vec![6.0, 0.0]];
    let answer = forecast_launch(&[], &analogs, &options(2)).expect("three analogs");
    assert!((answer.steps[0].mean - 4.0).abs() < 1e-9 && (answer.steps[1].mean - 4.0).abs() < 1e-9);
    assert!(answer.steps[0].intervals[1].upper > 4.0);
}

#[test]
fn bad_input_says_what_is_wrong() {
    let analogs = vec![vec![1.0; 9]; 3];
    let short = forecast_launch(&[1.0; 4], &analogs, &options(6));
    let few = LaunchError::TooFewAnalogs {
        given: 3,
        long_enough: 0,
        needed: 10,
    };
    assert_eq!(short, Err(few));
    let negative = forecast_launch(&[1.0, -2.0], &analogs, &options(2));
    assert_eq!(
        negative,
        Err(LaunchError::Value {
            index: 1,
            value: -2.0
        })
    );
    assert!(matches!(
        forecast_launch(&[], &analogs, &options(0)),
        Err(LaunchError::Forecast(_))
    ));
    // Nothing sold, and the ends of the range of numbers.
    for (sold, size) in [
        (0.0, 1.0),
        (1e308, 1e308),
        (5e-324, 5e-324),
        (1e308, 1e-308),
    ] {
        let analogs = vec![vec![size; 30]; 4];
        let answer = forecast_launch(&[sold; 8], &analogs, &options(6)).expect("enough");
        for step in answer.steps {
            assert!(
                step.mean.is_finite() && step.mean >= 0.0,
                "{sold} {size}: {step:?}"
            );
            assert!(
                step.intervals
                    .iter()
                    .all(|i| i.lower <= step.mean && step.mean <= i.upper)
            );
        }
    }
}
