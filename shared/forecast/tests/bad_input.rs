//! Input that nobody means to send: each has a stated answer or a typed error, and none takes for ever.

use forecast::{
    AnomalyOptions, ForecastError, HORIZON_MAX, Known, LEVELS_MAX, Options, Path, Regressor,
    SEASON_LENGTH_MAX, SEASONS_MAX, Series, SeriesError, VALUES_MAX, Warning, anomalies, clean,
    decompose, explain, forecast, forecast_with_regressors,
};

fn series(values: Vec<f64>, seasons: &[usize]) -> Series {
    Series::new(values, seasons.to_vec()).expect("a valid series")
}

fn options(horizon: usize) -> Options {
    Options {
        horizon,
        ..Options::default()
    }
}

/// Everything that takes a series takes this one, and answers with numbers.
fn is_sound_everywhere(series: &Series, horizon: usize) {
    let answer = forecast(series, &options(horizon)).expect("valid options");
    for step in &answer.steps {
        assert!(step.mean.is_finite() && step.median.is_finite(), "{step:?}");
        for interval in &step.intervals {
            assert!(
                interval.lower <= step.mean && step.mean <= interval.upper,
                "{step:?}"
            );
        }
    }
    assert!((0.0..=1.0).contains(&answer.confidence));
    let parts = explain(series, &answer);
    for step in 0..answer.steps.len() {
        assert!(parts.sum(step).is_some_and(f64::is_finite), "step {step}");
    }
    assert!(
        decompose(series)
            .trend
            .iter()
            .all(|value| value.is_finite())
    );
    assert!(anomalies(series, &AnomalyOptions::default()).is_ok());
    let cleaned = clean(series, &Known::default()).expect("nothing is flagged");
    assert_eq!(cleaned.series.len(), series.len());
    let regressor = Regressor {
        name: "every third".into(),
        values: (0..series.len() + horizon)
            .map(|t| f64::from(u8::from(t % 3 == 0)))
            .collect(),
    };
    let answer = forecast_with_regressors(series, &[regressor], &options(horizon));
    let steps = answer.expect("valid regressors").forecast.steps;
    assert!(steps.iter().all(|step| step.mean.is_finite()));
}

#[test]
fn nothing_has_no_steps_and_one_value_stays() {
    for values in [vec![], vec![f64::NAN; 40]] {
        let series = series(values, &[7]);
        let answer = forecast(&series, &options(5)).expect("valid options");
        assert!(answer.steps.is_empty());
        assert_eq!(answer.path, Path::TooShort);
        assert!(answer.warnings.contains(&Warning::NoValues));
        is_sound_everywhere(&series, 5);
    }
    let one = series(vec![4.0], &[7]);
    let answer = forecast(&one, &options(5)).expect("valid options");
    assert_eq!(answer.path, Path::TooShort);
    assert!(
        answer
            .steps
            .iter()
            .all(|step| step.mean == 4.0 && step.intervals.is_empty())
    );
    assert_eq!((answer.steps.len(), answer.confidence), (5, 0.0));
    is_sound_everywhere(&one, 5);
}

#[test]
fn what_never_moves_stays_where_it_is() {
    for value in [0.0, 7.0, -3.0, 1e300, 5e-324] {
        let still = series(vec![value; 60], &[7]);
        let answer = forecast(&still, &options(9)).expect("valid options");
        assert_eq!(answer.path, Path::Constant, "{value}");
        for step in &answer.steps {
            assert_eq!((step.mean, step.intervals[1].upper), (value, value));
        }
        is_sound_everywhere(&still, 9);
    }
}

#[test]
fn infinite_values_and_impossible_seasons_are_refused() {
    for value in [f64::INFINITY, f64::NEG_INFINITY] {
        let refused = Series::new(vec![1.0, value], vec![]);
        assert_eq!(refused, Err(SeriesError::Infinite { index: 1, value }));
    }
    for length in [0, 1, SEASON_LENGTH_MAX + 1, usize::MAX] {
        let refused = Series::new(vec![1.0; 9], vec![length]);
        assert_eq!(refused, Err(SeriesError::SeasonLength { length }));
    }
    let count = SEASONS_MAX + 1;
    let many = Series::new(vec![], (2..2 + count).collect());
    assert_eq!(many, Err(SeriesError::TooManySeasons { count }));
}

#[test]
fn a_hundred_thousand_values_are_refused_with_what_to_do() {
    let refused = Series::new(vec![1.0; 100_000], vec![7]).expect_err("too many");
    assert_eq!(refused, SeriesError::TooLong { length: 100_000 });
    assert!(refused.to_string().contains("send the most recent ones"));
}

/// The most that is taken, in every length: models see the last 3,000 values.
#[test]
fn the_longest_series_and_horizon_have_an_answer() {
    let value = |t: usize| 50.0 + ((t * 7_919) % 101) as f64 + 20.0 * ((t % 7) as f64);
    let longest = series((0..VALUES_MAX).map(value).collect(), &[7, 365]);
    let answer = forecast(&longest, &options(HORIZON_MAX)).expect("valid options");
    assert_eq!(answer.steps.len(), HORIZON_MAX);
    assert!(
        answer
            .warnings
            .contains(&Warning::OnlyRecent { used: 3_000 })
    );
    assert!(answer.steps.iter().all(|step| step.mean.is_finite()));
}

#[test]
fn horizons_and_levels_out_of_range_are_refused() {
    let some = series(vec![1.0, 3.0, 2.0, 4.0, 3.0, 5.0], &[]);
    for horizon in [0, HORIZON_MAX + 1, usize::MAX] {
        let refused = forecast(&some, &options(horizon));
        assert_eq!(refused, Err(ForecastError::Horizon { horizon }));
    }
    for level in [0.0, 1.0, -0.5, 1.5, f64::INFINITY] {
        let levels = vec![0.8, level];
        let refused = forecast(
            &some,
            &Options {
                levels,
                ..options(3)
            },
        );
        assert_eq!(refused, Err(ForecastError::Level { level }));
    }
    let levels = vec![f64::NAN];
    assert!(
        forecast(
            &some,
            &Options {
                levels,
                ..options(3)
            }
        )
        .is_err()
    );
    let count = LEVELS_MAX + 1;
    let levels = vec![0.5; count];
    let refused = forecast(
        &some,
        &Options {
            levels,
            ..options(3)
        },
    );
    assert_eq!(refused, Err(ForecastError::TooManyLevels { count }));
}

#[test]
fn a_season_longer_than_the_series_is_left_out_and_told() {
    let short = series(
        (0..40).map(|t| f64::from(t % 5)).collect(),
        &[52, SEASON_LENGTH_MAX],
    );
    let answer = forecast(&short, &options(6)).expect("valid options");
    for length in [52, SEASON_LENGTH_MAX] {
        assert!(answer.warnings.contains(&Warning::SeasonUnused { length }));
    }
    is_sound_everywhere(&short, 6);
}

#[test]
fn values_of_any_size_are_numbers_afterwards() {
    let wave = |t: usize| 1.0 + ((t * 5) % 7) as f64 + ((t * 31) % 11) as f64 / 10.0;
    for size in [1e300, -1e300, 1e-300, 1e307, 5e-324] {
        is_sound_everywhere(&series((0..60).map(|t| size * wave(t)).collect(), &[7]), 14);
    }
    let mixed = (0..60).map(|t| match t % 5 {
        0 => f64::MAX,
        1 => -f64::MAX,
        2 => 0.0,
        3 => f64::NAN,
        _ => 5e-324,
    });
    is_sound_everywhere(&series(mixed.collect(), &[7]), 14);
}
