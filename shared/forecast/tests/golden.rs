//! Point forecasts against other implementations, on AirPassengers (Box and Jenkins 1976) and on ten
//! series that `golden/make.py` makes, with what statsmodels forecasts for them.
//!
//! ETS: statsmodels 0.15.0, `ETSModel(...).fit(maxiter=5000)`, which like ours looks for the
//! maximum of the likelihood. ARIMA: its `SARIMAX`. Theta: statsforecast 2.1.1,
//! `DynamicOptimizedTheta(season_length=12, decomposition_type="multiplicative")`. STL is compared in `src/stl.rs`. Tolerances are relative.

use forecast::ets::{Choice, ErrorForm, Form, SeasonForm, TrendForm};
use forecast::{Arima, ArimaForm, Ets, Fit, Lgt, Mfles, Predict, Series, Theta};

fn air_passengers() -> Series {
    let text = include_str!("golden/air_passengers.txt");
    let values: Vec<f64> = text
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect();
    assert_eq!(values.len(), 144);
    Series::new(values, vec![12]).expect("valid series")
}

fn check(name: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len());
    for (step, (found, expected)) in found.iter().zip(expected).enumerate() {
        let error = (found / expected - 1.0).abs();
        assert!(
            error < tolerance,
            "{name}, step {step}: {found} for {expected}"
        );
    }
}

fn ets(error: ErrorForm, trend: TrendForm, season: SeasonForm, expected: [f64; 12]) {
    // Our weak prior on the trend moves a damped one by a few thousandths on 144 values.
    let tolerance = if trend == TrendForm::Damped {
        5e-3
    } else {
        1e-3
    };
    let form = Form::new(error, trend, season).expect("a stable form");
    let fitted = Ets {
        choice: Choice::Only(form),
    }
    .fit(&air_passengers())
    .expect("fits");
    check(&form.to_string(), &fitted.predict(12), &expected, tolerance);
}

#[test]
fn ets_without_season() {
    ets(
        ErrorForm::Additive,
        TrendForm::None,
        SeasonForm::None,
        [431.9958; 12],
    );
    ets(
        ErrorForm::Multiplicative,
        TrendForm::None,
        SeasonForm::None,
        [431.9958; 12],
    );
}

#[test]
fn ets_with_additive_season() {
    ets(
        ErrorForm::Additive,
        TrendForm::Additive,
        SeasonForm::Additive,
        [
            451.5785, 427.2599, 464.7042, 500.1046, 508.6638, 567.7172, 647.8995, 632.4648,
            534.3776, 484.9335, 418.4639, 463.1403,
        ],
    );
}

#[test]
fn ets_with_multiplicative_season() {
    ets(
        ErrorForm::Multiplicative,
        TrendForm::None,
        SeasonForm::Multiplicative,
        [
            438.7032, 430.5276, 490.8646, 476.2718, 475.6536, 538.2714, 597.1717, 591.519,
            512.6747, 446.1344, 386.2694, 432.999,
        ],
    );
    ets(
        ErrorForm::Multiplicative,
        TrendForm::Additive,
        SeasonForm::Multiplicative,
        [
            442.7689, 435.8992, 498.8179, 485.9478, 487.5503, 554.0539, 617.4611, 614.169,
            534.2577, 467.0018, 406.2403, 457.3768,
        ],
    );
}

#[test]
fn ets_damped() {
    ets(
        ErrorForm::Multiplicative,
        TrendForm::Damped,
        SeasonForm::Multiplicative,
        [
            441.9115, 434.6612, 496.9289, 483.5203, 484.49, 549.9121, 611.9789, 607.9468, 528.3346,
            461.1243, 400.4949, 450.2436,
        ],
    );
}

#[test]
fn the_automatic_form_is_the_one_with_the_best_criterion() {
    // AICc from the log-likelihoods of statsmodels: (M,A,M) -522.490 with 18 parameters lies 9
    // below (M,Ad,M) and 11 below (M,N,M).
    let fitted = Ets::default().fit(&air_passengers()).expect("fits");
    assert_eq!(fitted.form().to_string(), "ETS(M,A,M)");
}

#[test]
fn dynamic_optimised_theta() {
    let fitted = Theta.fit(&air_passengers()).expect("fits");
    let expected = [
        442.9272, 432.2984, 495.4825, 482.5753, 487.866, 556.1216, 616.223, 616.1097, 538.4027,
        470.4105, 410.999, 463.4772,
    ];
    check("DOT", &fitted.predict(12), &expected, 1e-3);
}

/// A model's name and what it should forecast.
type Expected = (&'static str, Vec<f64>);

/// Each series with what is expected of it.
fn ten() -> Vec<(Series, Vec<Expected>)> {
    let mut found: Vec<(Series, Vec<Expected>)> = Vec::new();
    for line in include_str!("golden/ten.txt").lines() {
        let (name, text) = line.split_once(": ").expect("a name");
        let numbers = text
            .split(' ')
            .map(|number| number.parse().expect("a number"));
        let numbers: Vec<f64> = numbers.collect();
        if name == "values" {
            let series = Series::new(numbers, vec![12]).expect("valid series");
            found.push((series, Vec::new()));
        } else {
            found
                .last_mut()
                .expect("values come first")
                .1
                .push((name, numbers));
        }
    }
    assert_eq!(found.len(), 10);
    found
}

/// The line of a model, with the words behind its name.
fn line_of<'a>(lines: &'a [Expected], model: &str) -> &'a Expected {
    let mut named = lines
        .iter()
        .filter(|line| line.0.split(' ').next() == Some(model));
    let (Some(line), None) = (named.next(), named.next()) else {
        panic!("one line of {model} expected");
    };
    line
}

/// Theta against statsforecast twice: its own search, and its recursion with the weight 1 - 1/theta drawn towards
/// 1/2 as ours is. On series 9 the values hardly say what theta is (0.04 % more squares at a weight of 0.23 than
/// at 0.10), so there the prior moves the forecast by 1.7 thousandths and only the second is the judge.
#[test]
fn theta_on_ten_series() {
    for (index, (series, lines)) in ten().into_iter().enumerate() {
        let found = Theta.fit(&series).expect("fits").predict(12);
        let drawn = &line_of(&lines, "drawn").1;
        check(&format!("{index} drawn"), &found, drawn, 1e-3);
        if index != 9 {
            let own = &line_of(&lines, "dot").1;
            check(&format!("{index} DOT"), &found, own, 1e-3);
        }
    }
}

/// statsmodels 0.15.0, `SARIMAX` as conditional least squares, from starts near 0 and from the best of three. On
/// series 8 the squares have two valleys: our search, begun at 0, ends in the nearer one, at (0.438, -0.274), with
/// 1.4 % more squares than statsmodels finds at (0.814, -0.941). Only the nearer one is the judge there.
#[test]
fn arima_on_ten_series() {
    for (index, (series, lines)) in ten().into_iter().enumerate() {
        let (name, best) = line_of(&lines, "arima");
        let orders = name.split(' ').skip(1).map(|order| order.parse());
        let orders: Vec<usize> = orders.map(|order| order.expect("an order")).collect();
        let [p, d, q, sp, sd, sq] = orders[..] else {
            panic!("six orders expected: {name}");
        };
        let season = if sp + sd + sq > 0 { 12 } else { 1 };
        let form = ArimaForm::new([p, d, q], [sp, sd, sq], season, false).expect("small orders");
        let fitted = Arima { kept: Some(form) }.fit(&series).expect("fits");
        let found = fitted.predict(12);
        let near = &line_of(&lines, "near").1;
        check(&format!("{index} {name}, near"), &found, near, 1e-3);
        if index != 8 {
            check(&format!("{index} {name}"), &found, best, 1e-3);
        }
    }
}

#[test]
fn ets_on_ten_series() {
    for (index, (series, lines)) in ten().into_iter().enumerate() {
        let (name, expected) = line_of(&lines, "ets");
        let kinds: Vec<&str> = name.split(' ').collect();
        let error = [ErrorForm::Additive, ErrorForm::Multiplicative][usize::from(kinds[1] == "M")];
        let trend = [TrendForm::None, TrendForm::Additive][usize::from(kinds[2] == "A")];
        let season = match kinds[3] {
            "A" => SeasonForm::Additive,
            "M" => SeasonForm::Multiplicative,
            _ => SeasonForm::None,
        };
        let form = Form::new(error, trend, season).expect("a stable form");
        let choice = Choice::Only(form);
        let fitted = Ets { choice }.fit(&series).expect("fits");
        check(
            &format!("{index} {name}"),
            &fitted.predict(12),
            expected,
            1e-3,
        );
    }
}

/// Brute force over the priors (`golden/lgt.py`): medians agree within 0.3 of what the parameters leave
/// open, on a dozen years of growth, on a long history without a trend and on one with.
#[test]
fn local_and_global_trend_is_the_average_over_its_priors() {
    let numbers = |text: &str| -> Vec<f64> {
        let values = text.split(',').map(|value| value.parse());
        values.map(|value| value.expect("a number")).collect()
    };
    for line in include_str!("golden/lgt.txt").lines() {
        let parts: Vec<Vec<f64>> = line.split('\t').map(numbers).collect();
        let [values, medians, spreads] = &parts[..] else {
            panic!("three parts expected: {line:.60}");
        };
        let series = Series::new(values.clone(), vec![]).expect("valid series");
        let fitted = Lgt::default().fit(&series).expect("fits");
        for (step, found) in fitted.predict(6).iter().enumerate() {
            let apart = (found - medians[step]) / spreads[step];
            assert!(apart.abs() < 0.3, "step {step}: {found} is {apart} apart");
        }
    }
}

/// statsforecast 2.1.1, `golden/mfles.py`: ten series with one season and two with two.
#[test]
fn boosted_decomposition_on_twelve_series() {
    let numbers = |text: &str| -> Vec<f64> {
        let values = text.split(' ').map(|value| value.parse());
        values.map(|value| value.expect("a number")).collect()
    };
    let expected = include_str!("golden/mfles.txt").lines();
    let mut seen = 0;
    for (line, expected) in include_str!("golden/trig.txt").lines().zip(expected) {
        let parts: Vec<&str> = line.split('\t').collect();
        let length = |pair: &str| -> Option<usize> { pair.split_once('x')?.0.parse().ok() };
        let seasons = parts[0]
            .split(' ')
            .map(|pair| length(pair).expect("a pair"));
        let series = Series::new(numbers(parts[2]), seasons.collect()).expect("valid series");
        let fitted = Mfles.fit(&series).expect("fits");
        check(
            &format!("MFLES {seen}"),
            &fitted.predict(12),
            &numbers(expected),
            1e-5,
        );
        seen += 1;
    }
    assert_eq!(seen, 12);
}
