//! Scores the models on files of series and prints a JSON line per file and model.
//!
//! `cargo run --release -p forecast --example score -- [--first N] [--model NAME] FILE.tsv.gz...`; a line of a
//! file is `id TAB season TAB horizon TAB training values TAB values to forecast`.

use std::error::Error;
use std::io::Read;
use std::time::Instant;

use forecast::{
    Arima, Ces, Ets, Fit, Mstl, Naive2, Options, Predict, SeasonalNaive, Series, Theta, forecast,
    score,
};

type Model<'a> = &'a dyn Fn(&Series, usize) -> Outcome;

struct Case {
    series: Series,
    actual: Vec<f64>,
    season: usize,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut first = usize::MAX;
    let mut only = None;
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--first" {
            first = arguments.next().ok_or("--first needs a number")?.parse()?;
        } else if argument == "--model" {
            only = Some(arguments.next().ok_or("--model needs a name")?);
        } else {
            files.push(argument);
        }
    }
    for file in &files {
        let cases = read(file, first)?;
        let naive2 = average(&cases, |series, horizon| point(&Naive2, series, horizon));
        let models: [(&str, Model); 7] = [
            ("seasonal naive", &|s, h| point(&SeasonalNaive, s, h)),
            ("ets", &|s, h| point(&Ets::default(), s, h)),
            ("theta", &|s, h| point(&Theta, s, h)),
            ("ces", &|s, h| point(&Ces::default(), s, h)),
            ("arima", &|s, h| point(&Arima::default(), s, h)),
            ("mstl", &|s, h| point(&Mstl, s, h)),
            ("auto", &|s, h| automatic(s, h)),
        ];
        for (name, model) in models {
            if only.as_ref().is_some_and(|only| only != name) {
                continue;
            }
            let begin = Instant::now();
            let scores = average(&cases, model);
            let millis = begin.elapsed().as_secs_f64() * 1e3 / cases.len() as f64;
            let owa =
                score::owa((scores[0], scores[1]), (naive2[0], naive2[1])).unwrap_or(f64::NAN);
            println!(
                "{{\"file\":\"{file}\",\"model\":\"{name}\",\"n\":{},\"smape\":{:.3},\"mase\":{:.4},\"owa\":{owa:.4},\
                 \"coverage80\":{:.3},\"coverage95\":{:.3},\"msis95\":{:.2},\"ms\":{millis:.3}}}",
                cases.len(),
                scores[0],
                scores[1],
                scores[2],
                scores[3],
                scores[4],
            );
        }
    }
    Ok(())
}

/// Point forecasts and the bounds at 80 and 95 %.
struct Outcome {
    mean: Vec<f64>,
    bounds: [Vec<(f64, f64)>; 2],
}

fn point<M: Fit>(model: &M, series: &Series, horizon: usize) -> Outcome {
    let fitted = model
        .fit(series)
        .map(|fitted| (fitted.predict(horizon), fitted.deviations(horizon)));
    let (mean, deviations) = fitted.unwrap_or_else(|error| {
        eprintln!("{error}");
        let fallback = SeasonalNaive
            .fit(series)
            .expect("no gaps, one value or more");
        (fallback.predict(horizon), fallback.deviations(horizon))
    });
    let bounds = [1.2816, 1.96].map(|z| {
        mean.iter()
            .zip(&deviations)
            .map(|(m, d)| (m - z * d, m + z * d))
            .collect()
    });
    Outcome { mean, bounds }
}

fn automatic(series: &Series, horizon: usize) -> Outcome {
    let options = Options {
        horizon,
        ..Options::default()
    };
    let answer = forecast(series, &options).expect("a valid horizon");
    if answer.steps.is_empty() || answer.steps[0].intervals.is_empty() {
        return point(&SeasonalNaive, series, horizon);
    }
    let bounds = [0, 1].map(|level| {
        let intervals = answer.steps.iter().map(|step| step.intervals[level]);
        intervals
            .map(|interval| (interval.lower, interval.upper))
            .collect()
    });
    Outcome {
        mean: answer.steps.iter().map(|step| step.mean).collect(),
        bounds,
    }
}

/// sMAPE, MASE, coverage at 80 and 95 %, MSIS at 95 %.
fn average(cases: &[Case], model: impl Fn(&Series, usize) -> Outcome) -> [f64; 5] {
    let mut sums = [0.0; 5];
    for case in cases {
        let outcome = model(&case.series, case.actual.len());
        let values = case.series.values();
        let scale = score::naive_scale(values, case.season).unwrap_or(1.0);
        let scores = [
            score::smape(&case.actual, &outcome.mean),
            score::mase(&case.actual, &outcome.mean, scale),
            score::coverage(&case.actual, &outcome.bounds[0]),
            score::coverage(&case.actual, &outcome.bounds[1]),
            score::msis(&case.actual, &outcome.bounds[1], 0.95, scale),
        ];
        for (sum, score) in sums.iter_mut().zip(scores) {
            *sum += score.expect("values to forecast are complete") / cases.len() as f64;
        }
    }
    sums
}

fn read(file: &str, first: usize) -> Result<Vec<Case>, Box<dyn Error>> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(file)?).read_to_string(&mut text)?;
    text.lines().take(first).map(case_of).collect()
}

fn case_of(line: &str) -> Result<Case, Box<dyn Error>> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [_, season, _, training, actual] = fields[..] else {
        return Err(format!("five fields expected: {line:.60}").into());
    };
    let numbers = |text: &str| {
        text.split(',')
            .map(str::parse)
            .collect::<Result<Vec<f64>, _>>()
    };
    let season: usize = season.parse()?;
    let seasons = if season > 1 { vec![season] } else { vec![] };
    Ok(Case {
        series: Series::new(numbers(training)?, seasons)?,
        actual: numbers(actual)?,
        season,
    })
}
