//! What holds for any series: no panic, no NaN, ordered intervals, the same answer twice, and
//! forecasts that move with the units of the values.

use forecast::ets::Choice;
use forecast::{
    AnomalyOptions, Ets, Fit, Forecast, Options, Path, Predict, Series, Theta, anomalies,
    decompose, forecast,
};
use proptest::prelude::*;

fn answer(values: &[f64], seasons: &[usize], non_negative: bool) -> Forecast {
    let series = Series::new(values.to_vec(), seasons.to_vec()).expect("valid series");
    let options = Options {
        horizon: 20,
        levels: vec![0.5, 0.8, 0.95],
        non_negative,
    };
    forecast(&series, &options).expect("valid options")
}

fn assert_sound(answer: &Forecast, non_negative: bool) {
    assert!(
        (0.0..=1.0).contains(&answer.confidence),
        "{}",
        answer.confidence
    );
    let mut widths = [0.0_f64; 3];
    for step in &answer.steps {
        assert!(step.mean.is_finite() && step.median.is_finite(), "{step:?}");
        assert!(
            !non_negative || step.mean >= 0.0 && step.median >= 0.0,
            "{step:?}"
        );
        for (index, interval) in step.intervals.iter().enumerate() {
            assert!(
                interval.lower <= step.mean && step.mean <= interval.upper,
                "{step:?}"
            );
            assert!(
                interval.lower.is_finite() && interval.upper.is_finite(),
                "{step:?}"
            );
            assert!(!non_negative || interval.lower >= 0.0, "{step:?}");
            // Halves, because the width of a range of 1e308 is beyond the numbers; a bound cut at
            // 0 or at the end of the numbers may narrow a later step.
            let width = interval.upper / 2.0 - interval.lower / 2.0;
            let cut =
                interval.lower == 0.0 || interval.upper == f64::MAX || interval.lower == -f64::MAX;
            assert!(
                cut || width >= widths[index] * (1.0 - 1e-9) - f64::MIN_POSITIVE,
                "{step:?}"
            );
            widths[index] = if cut { 0.0 } else { width };
        }
        for pair in step.intervals.windows(2) {
            assert!(
                pair[1].lower <= pair[0].lower && pair[0].upper <= pair[1].upper,
                "{step:?}"
            );
        }
    }
    if let Some(scores) = &answer.backtest {
        assert!((0.0..=200.0 + 1e-9).contains(&scores.smape), "{scores:?}");
        assert!(
            (0.0..=1.0).contains(&scores.coverage) && scores.bias.is_finite(),
            "{scores:?}"
        );
        assert!(
            scores.mase.is_none_or(|mase| mase.is_finite()),
            "{scores:?}"
        );
    }
    if answer.path != Path::TooShort {
        let total: f64 = answer
            .method
            .members
            .iter()
            .map(|member| member.weight)
            .sum();
        assert!((total - 1.0).abs() < 1e-9, "{:?}", answer.method);
        assert_eq!(answer.steps.len(), 20);
    }
}

/// Values as they come, and as nobody expects them.
fn any_value() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => -1e4..1e4_f64,
        3 => (0..20_i32).prop_map(f64::from),
        2 => Just(0.0),
        2 => Just(f64::NAN),
        1 => prop_oneof![
            Just(1e308), Just(-1e308), Just(f64::MAX), Just(f64::MIN), Just(5e-324),
            Just(1e-300), Just(-0.0), Just(1e15)
        ],
    ]
}

/// A plausible business series: level, trend, week, noise; all above 0.
fn sales(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<f64>> {
    let noise = prop::collection::vec(0.0..1.0_f64, length);
    (noise, 50.0..500.0_f64, -0.2..0.5_f64, 0.0..40.0_f64).prop_map(
        |(noise, level, slope, week)| {
            let value = |(t, noise): (usize, &f64)| {
                let season = [0.0, 0.1, 0.2, 0.2, 0.5, 1.0, 0.7][t % 7];
                level + slope * t as f64 + week * season + 20.0 * noise
            };
            noise.iter().enumerate().map(value).collect()
        },
    )
}

fn means(answer: &Forecast) -> Vec<f64> {
    answer.steps.iter().map(|step| step.mean).collect()
}

/// A few seconds by default; `PROPTEST_CASES=2000` for a long look.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok())
        .unwrap_or(32)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_series_has_a_sound_answer(
        values in prop::collection::vec(any_value(), 0..90),
        seasons in prop::sample::select(vec![vec![], vec![7], vec![2, 365], vec![12, 40]]),
        non_negative in any::<bool>(),
    ) {
        let first = answer(&values, &seasons, non_negative);
        assert_sound(&first, non_negative);
        prop_assert_eq!(&first, &answer(&values, &seasons, non_negative), "the same twice");
        let series = Series::new(values, seasons).expect("valid series");
        let parts = decompose(&series);
        prop_assert!(parts.trend.iter().all(|value| value.is_finite()));
        prop_assert!(parts.remainder.iter().flatten().all(|value| value.is_finite()));
        for anomaly in anomalies(&series, &AnomalyOptions::default()).expect("valid options") {
            prop_assert!(anomaly.lower <= anomaly.upper && anomaly.score > 0.0, "{:?}", anomaly);
        }
    }

    #[test]
    fn a_short_series_has_a_sound_answer(values in prop::collection::vec(any_value(), 0..11)) {
        assert_sound(&answer(&values, &[7], false), false);
        assert_sound(&answer(&values, &[2], true), true);
    }

    #[test]
    fn a_power_of_two_as_unit_changes_no_bit(values in sales(20..120), power in -40..40_i32) {
        let factor = 2.0_f64.powi(power);
        let scaled: Vec<f64> = values.iter().map(|value| value * factor).collect();
        let (here, there) = (answer(&values, &[7], true), answer(&scaled, &[7], true));
        let expected: Vec<f64> = means(&here).iter().map(|mean| mean * factor).collect();
        prop_assert_eq!(means(&there), expected);
        prop_assert_eq!(here.method, there.method);
        prop_assert_eq!(here.confidence, there.confidence);
    }

    #[test]
    fn any_unit_gives_the_same_forecast_of_a_model(values in sales(30..100), factor in 0.01..100.0_f64) {
        let series = |factor: f64| {
            let values = values.iter().map(|value| value * factor).collect();
            Series::new(values, vec![7]).expect("valid series")
        };
        let (here, there) = (series(1.0), series(factor));
        let theta = |series: &Series| Theta.fit(series).expect("fits").predict(14);
        for (here, there) in theta(&here).iter().zip(theta(&there)) {
            prop_assert!((here * factor / there - 1.0).abs() < 1e-6, "{} {}", here, there);
        }
    }

    #[test]
    fn additive_smoothing_shifts_with_the_values(values in sales(40..100), shift in 10.0..1_000.0_f64) {
        let forecast = |shift: f64| {
            let values = values.iter().map(|value| value + shift).collect();
            let series = Series::new(values, vec![7]).expect("valid series");
            let model = Ets { choice: Choice::Additive };
            let fitted = model.fit(&series).expect("fits");
            (fitted.form(), fitted.predict(7))
        };
        let ((form, here), (shifted_form, there)) = (forecast(0.0), forecast(shift));
        // Two forms may be as good as each other: which one wins is then a matter of rounding.
        prop_assume!(form == shifted_form);
        for (here, there) in here.iter().zip(there) {
            prop_assert!((here + shift - there).abs() < 1.0, "{}: {} {}", form, here, there);
        }
    }

    #[test]
    fn a_constant_stays(value in -1e12..1e12_f64, length in 5..60_usize) {
        let answer = answer(&vec![value; length], &[7], false);
        prop_assert_eq!(answer.path, Path::Constant);
        for step in answer.steps {
            prop_assert_eq!((step.mean, step.intervals[2].lower), (value, value));
        }
    }
}

/// Found by `any_series_has_a_sound_answer`: trend and season of the largest number add up to more.
#[test]
fn the_largest_number_has_an_expected_value() {
    let mut values = vec![0.0; 30];
    values[0] = f64::MAX;
    values[14] = f64::MAX;
    let series = Series::new(values, vec![2]).expect("valid series");
    let parts = decompose(&series);
    assert!((0..30).all(|t| parts.expected(t).expect("within").is_finite()));
    for anomaly in anomalies(&series, &AnomalyOptions::default()).expect("valid options") {
        assert!(anomaly.lower <= anomaly.expected && anomaly.expected <= anomaly.upper);
    }
}

#[test]
fn wire_types_survive_json() {
    let values: Vec<f64> = (0..60)
        .map(|t| if t == 9 { f64::NAN } else { (t % 7) as f64 })
        .collect();
    let series = Series::new(values, vec![7]).expect("valid series");
    let text = serde_json::to_string(&series).expect("serialises");
    let back: Series = serde_json::from_str(&text).expect("parses");
    assert_eq!(
        (back.len(), back.missing(), back.seasons()),
        (60, 1, &[7][..])
    );
    let answer = forecast(&series, &Options::default()).expect("valid options");
    let text = serde_json::to_string(&answer).expect("serialises");
    assert!(text.contains("\"path\":\"regular\""), "{text}");
    assert!(
        text.contains("{\"kind\":\"gaps_filled\",\"count\":1}"),
        "{text}"
    );
    let back: Forecast = serde_json::from_str(&text).expect("parses");
    assert_eq!(back.steps.len(), answer.steps.len());
    let refused = serde_json::from_str::<Series>("{\"values\":[1.0],\"seasons\":[1]}");
    assert!(refused.is_err(), "a season of one step");
}
