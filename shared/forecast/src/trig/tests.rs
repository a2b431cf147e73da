use super::*;
use crate::noise::noise;

fn series(values: Vec<f64>, seasons: Vec<usize>) -> Series {
    Series::new(values, seasons).expect("valid series")
}

/// Starting states, errors and forecasts at given parameters, as statsforecast's matrices have them:
/// `tests/golden/trig.py`.
#[test]
fn agrees_with_the_matrices_of_another_implementation() {
    let numbers = |text: &str| -> Vec<f64> {
        let values = text.split(' ').map(|value| value.parse());
        values.map(|value| value.expect("a number")).collect()
    };
    let lines = include_str!("../../tests/golden/trig.txt").lines();
    let mut seen = 0;
    for line in lines {
        let parts: Vec<&str> = line.split('\t').collect();
        let [seasons, smoothing, values, squares, ahead] = parts[..] else {
            panic!("five parts expected: {line:.60}");
        };
        let pair = |text: &str| {
            let (length, count) = text.split_once('x').expect("a pair");
            (
                length.parse().expect("a number"),
                count.parse().expect("a number"),
            )
        };
        let seasons: Vec<(usize, usize)> = seasons.split(' ').map(pair).collect();
        let [alpha, beta, gamma, phi] = numbers(smoothing)[..] else {
            panic!("four parameters expected");
        };
        let smoothing = Smoothing {
            alpha,
            beta,
            gamma,
            phi,
        };
        let values = numbers(values);
        let waves = Waves::new(&seasons);
        let problem = Problem::new(&values, &waves);
        let mut states = problem.start(smoothing).expect("finite");
        let found = problem.run(smoothing, &mut states, |_| ());
        let expected = numbers(squares)[0];
        assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
        for expected in numbers(ahead) {
            let found = states.turn(phi, &waves);
            assert!((found / expected - 1.0).abs() < 1e-4, "{found} {expected}");
        }
        seen += 1;
    }
    assert_eq!(seen, 12);
}

#[test]
fn follows_two_seasons_at_once() {
    let value = |t: usize| {
        let month = 8.0 * crate::portable::circle(t, 30).1;
        100.0 + 0.1 * t as f64 + month + [0.0, 2.0, 5.0, 1.0, -4.0, 7.0, 3.0][t % 7]
    };
    let values = (0..300).map(|t| value(t) + noise(t)).collect();
    let fitted = Trig::default().fit(&series(values, vec![7, 30]));
    let fitted = fitted.expect("long enough");
    for (step, found) in fitted.predict(40).iter().enumerate() {
        let expected = value(300 + step);
        assert!((found - expected).abs() < 3.0, "{step}: {found} {expected}");
    }
    let again = Trig {
        kept: Some(fitted.form().clone()),
    };
    let shorter = series((0..250).map(|t| value(t) + noise(t)).collect(), vec![7, 30]);
    let ahead = again.fit(&shorter).expect("long enough").predict(5);
    for (step, found) in ahead.iter().enumerate() {
        assert!((found - value(250 + step)).abs() < 2.0, "{step}: {found}");
    }
}

#[test]
fn a_season_that_grows_with_the_level_takes_the_logarithm() {
    let value = |t: usize| exp(4.0 + 0.01 * t as f64 + 0.3 * crate::portable::circle(t, 12).0);
    let values = (0..120).map(|t| value(t) * (1.0 + 0.02 * noise(t)));
    let fitted = Trig::default().fit(&series(values.collect(), vec![12]));
    let fitted = fitted.expect("long enough");
    assert!(fitted.form().logarithm);
    for (step, found) in fitted.predict(12).iter().enumerate() {
        let error = found / value(120 + step) - 1.0;
        assert!(error.abs() < 0.05, "{step}: {error}");
    }
}

#[test]
fn every_series_has_an_answer_or_an_error() {
    let shapes: [fn(usize) -> f64; 6] = [
        |_| 0.0,
        |_| 7.0,
        |t| (t % 2) as f64,
        |t| 1e300 * noise(t),
        |t| 5e-324 * (t % 3) as f64,
        |t| if t == 20 { -1e12 } else { noise(t) },
    ];
    for shape in shapes {
        for count in [6, 13, 24, 90] {
            for seasons in [vec![], vec![2], vec![3, 12], vec![7, 40, 1_000]] {
                let values: Vec<f64> = (0..count).map(shape).collect();
                if let Ok(fitted) = Trig::default().fit(&series(values, seasons)) {
                    assert_eq!(fitted.predict(9).len(), 9);
                    assert_eq!(fitted.fitted().len(), count);
                    assert!(fitted.deviations(9).iter().all(|d| !d.is_nan()));
                }
            }
        }
    }
}
