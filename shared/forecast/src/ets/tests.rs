use super::*;

fn series(values: Vec<f64>, seasons: Vec<usize>) -> Series {
    Series::new(values, seasons).expect("valid series")
}

#[test]
fn follows_a_line_exactly() {
    let line = series((0..40).map(|t| 10.0 + 3.0 * f64::from(t)).collect(), vec![]);
    let fitted = Ets::default().fit(&line).expect("enough values");
    for (h, forecast) in fitted.predict(10).into_iter().enumerate() {
        let expected = 10.0 + 3.0 * (40 + h) as f64;
        assert!(
            (forecast / expected - 1.0).abs() < 1e-3,
            "{h}: {forecast} for {expected}"
        );
    }
}

#[test]
fn finds_the_season() {
    let shape = [1.0, 2.0, 4.0, 2.0, 1.0, 0.5, 0.5];
    let values = (0..140)
        .map(|t| 100.0 * shape[t % 7] + ((t * 37) % 11) as f64)
        .collect();
    let fitted = Ets::default()
        .fit(&series(values, vec![7]))
        .expect("enough values");
    assert!(fitted.form().has_season(), "{}", fitted.form());
    let forecast = fitted.predict(14);
    for (h, value) in forecast.iter().enumerate() {
        let expected = 100.0 * shape[(140 + h) % 7] + 5.0;
        assert!(
            (value - expected).abs() < 8.0,
            "{h}: {value} for {expected}"
        );
    }
}

#[test]
fn additive_forms_shift_with_the_values() {
    let values: Vec<f64> = (0..60).map(|t| f64::from((t * 17) % 23 + t)).collect();
    let shifted: Vec<f64> = values.iter().map(|v| v + 1_000.0).collect();
    let model = Ets {
        choice: Choice::Additive,
    };
    let here = model
        .fit(&series(values, vec![12]))
        .expect("fits")
        .predict(12);
    let there = model
        .fit(&series(shifted, vec![12]))
        .expect("fits")
        .predict(12);
    for (a, b) in here.iter().zip(&there) {
        assert!((a + 1_000.0 - b).abs() < 0.05, "{a} + 1000 against {b}");
    }
}

#[test]
fn a_multiplicative_form_refuses_zero() {
    let form = Form::new(ErrorForm::Multiplicative, TrendForm::None, SeasonForm::None);
    let model = Ets {
        choice: Choice::Only(form.expect("stable")),
    };
    let result = model.fit(&series(vec![3.0, 0.0, 2.0, 4.0, 1.0, 2.0], vec![]));
    assert_eq!(
        result,
        Err(FitError::NotPositive {
            index: 1,
            value: 0.0
        })
    );
}

#[test]
fn refuses_too_few_values() {
    let result = Ets::default().fit(&series(vec![1.0, 2.0, 3.0], vec![]));
    assert_eq!(
        result,
        Err(FitError::TooShort {
            length: 3,
            needed: 4
        })
    );
}

#[test]
fn deviations_of_simple_smoothing() {
    let form = Form::new(ErrorForm::Additive, TrendForm::None, SeasonForm::None);
    let model = Ets {
        choice: Choice::Only(form.expect("stable")),
    };
    let values = (0..50).map(|t| f64::from((t * 31) % 17)).collect();
    let fitted = model.fit(&series(values, vec![])).expect("fits");
    let alpha = fitted.smoothing()[0];
    let deviations = fitted.deviations(3);
    // Var(h) = sigma^2 (1 + (h - 1) alpha^2).
    let expected = deviations[0] * (1.0 + 2.0 * alpha * alpha).sqrt();
    assert!((deviations[2] / expected - 1.0).abs() < 1e-12);
}

/// A level that wanders a little around where it belongs: the last value says little about tomorrow's hours.
#[test]
fn hours_that_come_back_to_their_day_are_not_led_by_the_last_value() {
    let noise = |t: usize| crate::noise::noise(t);
    let shape = |t: usize| 100.0 + 30.0 * crate::portable::circle(t, 24).0;
    let mut apart = 0.0;
    let values: Vec<f64> = (0..720)
        .map(|t| {
            apart = 0.8 * apart + 8.0 * noise(t);
            shape(t) + apart
        })
        .collect();
    let hours = series(values, vec![24]);
    let fitted = Ets::default().fit(&hours).expect("enough values");
    let likeliest = Ets {
        choice: Choice::Only(fitted.form()),
    };
    let likeliest = likeliest.fit(&hours).expect("enough values");
    let alphas = [fitted.smoothing()[0], likeliest.smoothing()[0]];
    assert!(alphas[0] < 0.1 && alphas[1] > 0.5, "{alphas:?}");
    assert!(fitted.form().has_season());
}
