//! The product's detector, and those it is put beside.

use forecast::{Detector, DetectorSettings, News};

use crate::streams::Stream;

/// The product with its seasons by the clock: 1 where an alarm is raised, else 0.
pub fn meschain(stream: &Stream, false_alarm_rate: f64) -> Result<Vec<f64>, String> {
    let settings = DetectorSettings {
        seasons: stream.seasons.clone(),
        false_alarm_rate,
    };
    let at = |error: &dyn std::fmt::Display| format!("{}: {error}", stream.name);
    let mut detector = Detector::new(settings).map_err(|error| at(&error))?;
    let alarm = |&value: &f64| {
        let reading = detector.update(value).map_err(|error| at(&error))?;
        Ok(f64::from(u8::from(matches!(
            reading.news,
            Some(News::Raised(_))
        ))))
    };
    stream.values.iter().map(alarm).collect()
}

/// Knows nothing.
pub fn null(stream: &Stream) -> Vec<f64> {
    vec![0.5; stream.values.len()]
}

/// Knows the windows.
pub fn perfect(stream: &Stream) -> Vec<f64> {
    let mut scores = vec![0.0; stream.values.len()];
    for &(from, _) in &stream.windows {
        scores[from] = 1.0;
    }
    scores
}

/// The benchmark's baseline: how far a value is out in the normal distribution of the 6,400 before it, which
/// move on by 100. The score is the distance in deviations, which
/// orders values as the tail does.
pub fn windowed_gaussian(stream: &Stream) -> Vec<f64> {
    const WINDOW: usize = 6_400;
    const STEP: usize = 100;
    let (mut from, mut to) = (0, 0);
    let (mut mean, mut deviation) = (0.0, 1.0);
    let mut scores = Vec::with_capacity(stream.values.len());
    for (at, value) in stream.values.iter().enumerate() {
        let known = (to > from).then(|| ((value - mean) / deviation).abs());
        scores.push(known.unwrap_or(0.0));
        let grows = at < WINDOW;
        if grows || at + 1 - to >= STEP {
            to = at + 1;
            from = to.saturating_sub(WINDOW);
            let window = &stream.values[from..to];
            let count = window.len() as f64;
            mean = window.iter().sum::<f64>() / count;
            let squares: f64 = window.iter().map(|v| (v - mean) * (v - mean)).sum();
            deviation = (squares / count).sqrt();
            if deviation == 0.0 {
                deviation = 1e-6;
            }
        }
    }
    scores
}
