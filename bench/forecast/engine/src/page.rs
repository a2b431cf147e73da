//! What the page in the browser calls: one model on all series of a file.
//!
//! Out of scope: the clock. The page takes the time around [`Series::run`].

use wasm_bindgen::prelude::wasm_bindgen;

use crate::cases::{self, Case};
use crate::models;
use crate::scores;

/// The series of a file.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Series {
    cases: Vec<Case>,
}

#[wasm_bindgen]
impl Series {
    /// Reads the text of a file, each `every`-th line.
    #[wasm_bindgen(constructor)]
    pub fn new(text: &str, every: usize) -> Result<Series, String> {
        let cases = cases::of_text(text, every.max(1))?;
        Ok(Series { cases })
    }

    /// Number of series.
    pub fn count(&self) -> usize {
        self.cases.len()
    }

    /// Forecasts all series; the sum of all point forecasts, so that none is left out.
    pub fn run(&self, model: &str) -> Result<f64, String> {
        let model = models::named(model)?;
        let outcomes = self
            .cases
            .iter()
            .map(|case| model(&case.series, case.actual.len()));
        Ok(outcomes
            .map(|outcome| outcome.mean.iter().sum::<f64>())
            .sum())
    }

    /// The JSON line of a model that took so many milliseconds a series.
    pub fn line(&self, file: &str, model: &str, milliseconds: f64) -> Result<String, String> {
        let naive2 = scores::average(&self.cases, models::naive2, |_| ());
        let average = scores::average(&self.cases, models::named(model)?, |_| ());
        Ok(average
            .timed(milliseconds)
            .line(file, model, self.cases.len(), &naive2))
    }
}
