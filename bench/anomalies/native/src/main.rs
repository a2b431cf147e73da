//! Scores the stream detector on the Numenta Anomaly Benchmark and prints a JSON line per detector.
//!
//! Options: `--folder F` (`../shared/data/anomalies/nab` without), `--files` (a line per file too). Beside the
//! product: detectors that know nothing and everything, which check the scorer, and the windowed Gaussian.
//! All have one setting for all files. Out of scope: detecting.

mod detectors;
mod score;
mod streams;

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use score::{Judged, Outcome};
use serde_json::json;
use streams::Stream;

/// Where the streams are, seen from the root of the project.
const FOLDER: &str = "../shared/data/anomalies/nab";
const GAUSSIAN: &str = "windowed gaussian";
/// The product's default, and rates around it.
const DEFAULT_RATE: f64 = 1e-4;
const RATES: [f64; 7] = [1e-2, 1e-3, 5e-4, 2e-4, 1e-4, 5e-5, 1e-5];
/// Deviations from which on the tail of a normal distribution is lost beside 1 in double precision: the
/// threshold that the benchmark publishes for its windowed Gaussian, chosen on more files than are here.
const PUBLISHED_THRESHOLD: f64 = 8.2924;

/// Gives each value of a stream a score.
type Detect = fn(&Stream) -> Vec<f64>;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("{trouble}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> Result<(), String> {
    let mut folder = FOLDER.to_owned();
    let mut each_file = false;
    let mut options = std::env::args().skip(1);
    while let Some(option) = options.next() {
        match option.as_str() {
            "--folder" => folder = options.next().ok_or("--folder needs a value")?,
            "--files" => each_file = true,
            _ => return Err(format!("{option} is unknown: --folder and --files are not")),
        }
    }
    let streams = streams::read(Path::new(&folder))?;
    let swept: [(&str, Detect); 3] = [
        ("null", detectors::null),
        ("perfect", detectors::perfect),
        (GAUSSIAN, detectors::windowed_gaussian),
    ];
    for (name, detect) in swept {
        let judged: Vec<Judged> = streams
            .iter()
            .map(|stream| Judged::new(stream, &detect(stream)))
            .collect();
        let (threshold, outcome) = score::best_threshold(&judged);
        println!("{}", line(name, outcome, json!({ "threshold": threshold })));
        if name == GAUSSIAN {
            let more = json!({ "threshold": PUBLISHED_THRESHOLD, "published": true });
            let outcome = score::at(&judged, PUBLISHED_THRESHOLD);
            println!("{}", line(name, outcome, more));
            if each_file {
                print_files(name, &streams, &judged, PUBLISHED_THRESHOLD);
            }
        }
    }
    for rate in RATES {
        let started = Instant::now();
        let scores: Vec<Vec<f64>> = streams
            .iter()
            .map(|stream| detectors::meschain(stream, rate))
            .collect::<Result<_, _>>()?;
        let seconds = started.elapsed().as_secs_f64();
        let judged: Vec<Judged> = streams
            .iter()
            .zip(&scores)
            .map(|(stream, scores)| Judged::new(stream, scores))
            .collect();
        let values: usize = streams.iter().map(|stream| stream.values.len()).sum();
        let more = json!({
            "false_alarm_rate": rate,
            "is_default": rate == DEFAULT_RATE,
            "microseconds_per_value": (1e7 * seconds / values as f64).round() / 10.0,
        });
        println!("{}", line("meschain", score::at(&judged, 1.0), more));
        if each_file && rate == DEFAULT_RATE {
            print_files("meschain", &streams, &judged, 1.0);
        }
    }
    Ok(())
}

/// A line for each file.
fn print_files(name: &str, streams: &[Stream], judged: &[Judged], threshold: f64) {
    for (stream, judged) in streams.iter().zip(judged) {
        let outcome = score::at(std::slice::from_ref(judged), threshold);
        println!("{}", line(name, outcome, json!({ "file": stream.name })));
    }
}

/// What is printed of a detector.
fn line(name: &str, outcome: Outcome, more: serde_json::Value) -> serde_json::Value {
    let mut line = json!({
        "detector": name,
        "nab_standard": (100.0 * outcome.normalised()).round() / 100.0,
        "raw": (1e4 * outcome.raw).round() / 1e4,
        "windows": outcome.windows,
        "found": outcome.found,
        "false_alarms": outcome.false_alarms,
    });
    if let (Some(line), Some(more)) = (line.as_object_mut(), more.as_object()) {
        line.extend(more.clone());
    }
    line
}
