//! Scores the models on files of series and prints a JSON line per file and model.
//!
//! Options: `--file F.tsv.gz` (several times; all of `../shared/data/series` without), `--model NAME`,
//! `--every N` (each N-th series only). A line of a file is `id TAB season TAB horizon TAB training
//! values TAB values to forecast`. Out of scope: forecasting; other people's models.

mod cases;
mod scores;

use std::path::PathBuf;

use cases::Case;
use forecast::{
    Arima, Ces, Ets, Fit, Mstl, Naive2, Options, Predict, SeasonalNaive, Series, Theta, forecast,
};

/// Where the series are, seen from the root of the project.
const SERIES: &str = "../shared/data/series";

/// Point forecasts and the bounds at 80 and 95 %.
struct Outcome {
    mean: Vec<f64>,
    bounds: [Vec<(f64, f64)>; 2],
}

type Model = fn(&Series, usize) -> Outcome;

const MODELS: [(&str, Model); 8] = [
    ("auto", automatic),
    ("naive2", |s, h| point(&Naive2, s, h)),
    ("seasonal naive", |s, h| point(&SeasonalNaive, s, h)),
    ("ets", |s, h| point(&Ets::default(), s, h)),
    ("theta", |s, h| point(&Theta, s, h)),
    ("ces", |s, h| point(&Ces::default(), s, h)),
    ("arima", |s, h| point(&Arima::default(), s, h)),
    ("mstl", |s, h| point(&Mstl, s, h)),
];

fn main() -> std::process::ExitCode {
    match measure() {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            std::process::ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), String> {
    let mut every = 1;
    let mut only = None;
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or(format!("{option} needs a value"))?;
        match option.as_str() {
            "--file" => files.push(PathBuf::from(value)),
            "--model" => only = Some(value),
            "--every" => {
                let number = value.parse().ok().filter(|&number| number > 0);
                every = number.ok_or("--every needs a number above 0")?;
            }
            _ => {
                return Err(format!(
                    "{option} is unknown: --file, --model and --every are not"
                ));
            }
        }
    }
    if let Some(name) = only
        .as_ref()
        .filter(|name| MODELS.iter().all(|(m, _)| m != name))
    {
        let names = MODELS.map(|(name, _)| name).join(", ");
        return Err(format!("no model is called {name}; there are: {names}"));
    }
    if files.is_empty() {
        files = cases::files_of(&PathBuf::from(SERIES))?;
    }
    for file in &files {
        let cases = cases::read(file, every)?;
        let naive2 = scores::average(&cases, |series, horizon| point(&Naive2, series, horizon));
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        for (model, run) in MODELS {
            if only.as_ref().is_none_or(|only| only == model) {
                let average = scores::average(&cases, run);
                println!("{}", average.line(&name, model, cases.len(), &naive2));
            }
        }
    }
    Ok(())
}

/// A model with the intervals that it believes in; seasonal naive where it cannot be fitted.
fn point<M: Fit>(model: &M, series: &Series, horizon: usize) -> Outcome {
    let (mean, deviations) = match model.fit(series) {
        Ok(fitted) => (fitted.predict(horizon), fitted.deviations(horizon)),
        Err(_) => {
            let fallback = SeasonalNaive.fit(series);
            let fallback = fallback.expect("series of the files have values and no gaps");
            (fallback.predict(horizon), fallback.deviations(horizon))
        }
    };
    let bounds = [1.2816, 1.96].map(|width| {
        let steps = mean.iter().zip(&deviations);
        steps.map(|(m, d)| (m - width * d, m + width * d)).collect()
    });
    Outcome { mean, bounds }
}

/// What the product answers.
fn automatic(series: &Series, horizon: usize) -> Outcome {
    let options = Options {
        horizon,
        ..Options::default()
    };
    let answer = forecast(series, &options).expect("horizons of the files are in range");
    let bounds = [0, 1].map(|level| {
        let intervals = answer.steps.iter().map(|step| step.intervals.get(level));
        let bounds = intervals.zip(&answer.steps).map(|(interval, step)| {
            interval.map_or((step.mean, step.mean), |i| (i.lower, i.upper))
        });
        bounds.collect()
    });
    Outcome {
        mean: answer.steps.iter().map(|step| step.mean).collect(),
        bounds,
    }
}
