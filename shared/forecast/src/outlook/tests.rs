use super::*;

fn answer(values: Vec<f64>, seasons: Vec<usize>, horizon: usize) -> Forecast {
    let series = Series::new(values, seasons).expect("valid series");
    let options = Options {
        horizon,
        ..Options::default()
    };
    forecast(&series, &options).expect("valid options")
}

#[test]
fn refuses_options_out_of_range() {
    let series = Series::new(vec![1.0; 20], vec![]).expect("valid");
    let with = |horizon: usize, levels: Vec<f64>| {
        forecast(
            &series,
            &Options {
                horizon,
                levels,
                non_negative: false,
            },
        )
    };
    assert_eq!(with(0, vec![]), Err(ForecastError::Horizon { horizon: 0 }));
    assert_eq!(with(5, vec![1.0]), Err(ForecastError::Level { level: 1.0 }));
    assert!(matches!(
        with(5, vec![f64::NAN]),
        Err(ForecastError::Level { .. })
    ));
    assert_eq!(
        with(5, vec![0.5; 9]),
        Err(ForecastError::TooManyLevels { count: 9 })
    );
}

#[test]
fn too_little_history_is_a_result() {
    let nothing = answer(vec![f64::NAN; 40], vec![7], 10);
    assert_eq!((nothing.path, nothing.steps.len()), (Path::TooShort, 0));
    assert_eq!(nothing.warnings, [Warning::NoValues]);
    let little = answer(vec![2.0, 4.0], vec![7], 3);
    assert_eq!(little.path, Path::TooShort);
    assert_eq!(
        little
            .steps
            .iter()
            .map(|step| step.mean)
            .collect::<Vec<_>>(),
        [3.0; 3]
    );
    assert_eq!(little.confidence, 0.0);
}

#[test]
fn what_never_moved_stays() {
    let constant = answer(vec![7.25; 50], vec![7], 4);
    assert_eq!(constant.path, Path::Constant);
    assert!(
        constant
            .steps
            .iter()
            .all(|s| s.mean == 7.25 && s.intervals[1].upper == 7.25)
    );
    assert!(constant.confidence > 0.9);
}

#[test]
fn rare_demand_has_a_median_of_zero() {
    let rare = answer(
        (0..120)
            .map(|t| if t % 4 == 1 { 6.0 } else { 0.0 })
            .collect(),
        vec![],
        5,
    );
    assert_eq!(rare.path, Path::Intermittent);
    assert_eq!(rare.steps[0].median, 0.0);
    assert!(
        (rare.steps[0].mean - 1.5).abs() < 0.4,
        "{:?}",
        rare.steps[0]
    );
    assert!(rare.steps[0].intervals[1].upper >= 5.0);
}

#[test]
fn a_better_known_series_has_more_confidence() {
    let noisy = |size: u64| {
        let noise = |t: u64| (t * t * 7_919 % 101) as f64 / 101.0 * size as f64;
        answer(
            (0..200_u64)
                .map(|t| 50.0 + (t % 7) as f64 + noise(t))
                .collect(),
            vec![7],
            14,
        )
    };
    let (calm, wild) = (noisy(2), noisy(90));
    assert!(
        calm.confidence > wild.confidence,
        "{} {}",
        calm.confidence,
        wild.confidence
    );
    let scores = calm.backtest.expect("long enough");
    assert!(scores.windows >= 4 && scores.smape < 3.0, "{scores:?}");
}

#[test]
fn sales_are_never_below_zero() {
    let falling = (0..60).map(|t| f64::from(120 - 2 * t + t % 3)).collect();
    let series = Series::new(falling, vec![]).expect("valid");
    let options = Options {
        horizon: 90,
        non_negative: true,
        ..Options::default()
    };
    let forecast = forecast(&series, &options).expect("valid");
    for step in &forecast.steps {
        assert!(
            step.mean >= 0.0 && step.intervals.iter().all(|i| i.lower >= 0.0),
            "{step:?}"
        );
    }
}
