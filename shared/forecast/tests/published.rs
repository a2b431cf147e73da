//! Scores on published series against the published and measured anchors.
//!
//! Reads `m3_monthly.tsv.gz` (the 1,428 monthly series of the M3 competition) from the folder named
//! by `FORECAST_SERIES`, else from `../shared/data/series` beside the project; says so and scores
//! the small built-in series only where there is none. A line: `id TAB season TAB horizon TAB
//! training TAB test`.

use std::io::Read;
use std::path::{Path, PathBuf};

use forecast::{Ets, Fit, Naive2, Options, Predict, SeasonalNaive, Series, Theta, forecast, score};

struct Case {
    series: Series,
    actual: Vec<f64>,
}

fn folder() -> PathBuf {
    std::env::var_os("FORECAST_SERIES").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/series"),
        PathBuf::from,
    )
}

/// The first series of the file; `None`, with a message, where the file is not there.
fn m3_monthly(first: usize) -> Option<Vec<Case>> {
    let path = folder().join("m3_monthly.tsv.gz");
    let Ok(file) = std::fs::File::open(&path) else {
        println!(
            "{} is missing: set FORECAST_SERIES to score the M3 series",
            path.display()
        );
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file)
        .read_to_string(&mut text)
        .expect("a gzip of text");
    let numbers = |text: &str| -> Vec<f64> {
        text.split(',')
            .map(|number| number.parse().expect("a number"))
            .collect()
    };
    let case_of = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let season = fields[1].parse().expect("a season");
        let series = Series::new(numbers(fields[3]), vec![season]).expect("valid series");
        Case {
            series,
            actual: numbers(fields[4]),
        }
    };
    Some(text.lines().take(first).map(case_of).collect())
}

/// Mean sMAPE and MASE.
fn average(cases: &[Case], model: impl Fn(&Series, usize) -> Vec<f64>) -> (f64, f64) {
    let (mut smape, mut mase) = (0.0, 0.0);
    for case in cases {
        let mean = model(&case.series, case.actual.len());
        let scale = score::naive_scale(case.series.values(), 12).expect("moving values");
        smape += score::smape(&case.actual, &mean).expect("values") / cases.len() as f64;
        mase += score::mase(&case.actual, &mean, scale).expect("values") / cases.len() as f64;
    }
    (smape, mase)
}

fn point<M: Fit>(model: &M, series: &Series, horizon: usize) -> Vec<f64> {
    model.fit(series).expect("long enough").predict(horizon)
}

#[test]
fn reference_methods_score_as_published() {
    let Some(cases) = m3_monthly(usize::MAX) else {
        return;
    };
    assert_eq!(cases.len(), 1_428);
    let naive2 = average(&cases, |series, horizon| point(&Naive2, series, horizon));
    // Makridakis and Hibon (2000) publish a sMAPE of 16.9 for Naive2 on the monthly series, with a
    // seasonal adjustment of their own.
    println!(
        "Naive2 on M3 monthly: sMAPE {:.3}, MASE {:.3}",
        naive2.0, naive2.1
    );
    assert!((16.5..17.3).contains(&naive2.0), "{naive2:?}");
    let seasonal = average(&cases, |series, horizon| {
        point(&SeasonalNaive, series, horizon)
    });
    let owa = score::owa(seasonal, naive2).expect("defined");
    assert!(
        (owa - 1.066).abs() < 0.002,
        "seasonal naive: {owa} for 1.066"
    );
    // statsforecast 2.1.1: DynamicOptimizedTheta 0.819.
    let theta = average(&cases, |series, horizon| point(&Theta, series, horizon));
    let owa = score::owa(theta, naive2).expect("defined");
    assert!(
        (owa - 0.819).abs() < 0.005,
        "dynamic Theta: {owa} for 0.819"
    );
}

#[test]
fn the_combination_beats_its_yardsticks() {
    let Some(cases) = m3_monthly(60) else { return };
    let naive2 = average(&cases, |series, horizon| point(&Naive2, series, horizon));
    let owa_of = |model: &dyn Fn(&Series, usize) -> Vec<f64>| {
        score::owa(average(&cases, model), naive2).expect("defined")
    };
    let automatic = owa_of(&|series, horizon| {
        let options = Options {
            horizon,
            ..Options::default()
        };
        let answer = forecast(series, &options).expect("valid options");
        answer.steps.iter().map(|step| step.mean).collect()
    });
    let ets = owa_of(&|series, horizon| point(&Ets::default(), series, horizon));
    println!("first 60 of M3 monthly: auto {automatic:.3}, ETS {ets:.3}");
    assert!(automatic < 0.92, "auto: {automatic}");
    assert!(ets < 0.98, "ETS: {ets}");
}

#[test]
fn intervals_cover_what_they_say() {
    let Some(cases) = m3_monthly(120) else { return };
    let (mut covered, mut count) = ([0.0; 2], 0.0);
    for case in &cases {
        let options = Options {
            horizon: case.actual.len(),
            ..Options::default()
        };
        let answer = forecast(&case.series, &options).expect("valid options");
        for (step, actual) in answer.steps.iter().zip(&case.actual) {
            count += 1.0;
            for (sum, interval) in covered.iter_mut().zip(&step.intervals) {
                *sum += f64::from(u8::from(
                    interval.lower <= *actual && *actual <= interval.upper,
                ));
            }
        }
    }
    let [eighty, ninety_five] = covered.map(|sum| sum / count);
    println!("coverage on 120 series of M3 monthly: {eighty:.3} of 0.8, {ninety_five:.3} of 0.95");
    assert!((0.74..0.90).contains(&eighty), "{eighty}");
    assert!((0.91..0.99).contains(&ninety_five), "{ninety_five}");
}

/// Needs no file: the last year of AirPassengers, from the eleven before.
#[test]
fn the_built_in_series_is_forecast_better_than_by_repeating_it() {
    let text = include_str!("golden/air_passengers.txt");
    let values: Vec<f64> = text
        .lines()
        .map(|line| line.parse().expect("a number"))
        .collect();
    let (known, actual) = values.split_at(132);
    let series = Series::new(known.to_vec(), vec![12]).expect("valid series");
    let options = Options {
        horizon: 12,
        non_negative: true,
        ..Options::default()
    };
    let answer = forecast(&series, &options).expect("valid options");
    let mean: Vec<f64> = answer.steps.iter().map(|step| step.mean).collect();
    let scale = score::naive_scale(known, 12).expect("moving values");
    let automatic = score::mase(actual, &mean, scale).expect("values");
    let naive = score::mase(actual, &point(&SeasonalNaive, &series, 12), scale).expect("values");
    assert!(automatic < 0.6 * naive, "{automatic} against {naive}");
    let bounds = answer
        .steps
        .iter()
        .map(|step| (step.intervals[1].lower, step.intervals[1].upper));
    let bounds: Vec<(f64, f64)> = bounds.collect();
    assert!(score::coverage(actual, &bounds).expect("values") >= 0.75);
}
