//! Scores of a model, averaged over the series of a file.

#[cfg(not(target_arch = "wasm32"))]
use std::time::Instant;

use crate::cases::Case;
use crate::models::Model;
use forecast::score;

/// Means over all series.
#[derive(Debug, Default)]
pub struct Average {
    /// sMAPE, MASE, coverage at 80 and 95 %, MSIS at 95 %.
    scores: [f64; 5],
    milliseconds: f64,
}

/// Runs a model on all series, one thread; `seen` gets each one's point forecasts. The browser has no
/// clock here: the page takes the time there.
pub fn average(cases: &[Case], model: Model, mut seen: impl FnMut(&[f64])) -> Average {
    let mut average = Average::default();
    let share = 1.0 / cases.len().max(1) as f64;
    for case in cases {
        #[cfg(not(target_arch = "wasm32"))]
        let begin = Instant::now();
        let outcome = model(&case.series, case.actual.len());
        #[cfg(not(target_arch = "wasm32"))]
        {
            average.milliseconds += begin.elapsed().as_secs_f64() * 1e3 * share;
        }
        seen(&outcome.mean);
        let scale = score::naive_scale(case.series.values(), case.season).unwrap_or(1.0);
        let scores = [
            score::smape(&case.actual, &outcome.mean),
            score::mase(&case.actual, &outcome.mean, scale),
            score::coverage(&case.actual, &outcome.bounds[0]),
            score::coverage(&case.actual, &outcome.bounds[1]),
            score::msis(&case.actual, &outcome.bounds[1], 0.95, scale),
        ];
        for (sum, score) in average.scores.iter_mut().zip(scores) {
            *sum += score.expect("values to forecast are complete") * share;
        }
    }
    average
}

impl Average {
    /// With the time that somebody else took, in milliseconds a series.
    #[cfg(target_arch = "wasm32")]
    pub fn timed(self, milliseconds: f64) -> Self {
        Self {
            milliseconds,
            ..self
        }
    }

    /// The JSON line of a model.
    pub fn line(&self, file: &str, model: &str, count: usize, naive2: &Self) -> String {
        let [smape, mase, coverage80, coverage95, msis95] = self.scores;
        let owa = score::owa((smape, mase), (naive2.scores[0], naive2.scores[1]));
        let owa = owa.unwrap_or(f64::NAN);
        let milliseconds = self.milliseconds;
        format!(
            "{{\"file\":\"{file}\",\"model\":\"{model}\",\"n\":{count},\"smape\":{smape:.3},\
             \"mase\":{mase:.4},\"owa\":{owa:.4},\"coverage80\":{coverage80:.3},\
             \"coverage95\":{coverage95:.3},\"msis95\":{msis95:.2},\"ms_per_series\":{milliseconds:.3}}}"
        )
    }
}
