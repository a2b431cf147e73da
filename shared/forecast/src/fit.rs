//! `Fit -> Fitted: Predict`: what has not been fitted cannot predict.
//!
//! A model takes a [`Series`] without gaps ([`crate::gaps`] fills them) and answers in the units
//! of the series. Models use the shortest season of the series unless they say otherwise.

use crate::Series;

/// Why a model cannot be fitted to a series.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum FitError {
    /// Fewer values than the model has to estimate.
    #[error("{length} values, the model needs {needed}: use a simpler model")]
    TooShort {
        /// Values given.
        length: usize,
        /// Values needed.
        needed: usize,
    },
    /// A missing value.
    #[error("value {index} is missing: fill the gaps first")]
    Gap {
        /// Position of the first gap.
        index: usize,
    },
    /// A multiplicative form on a value that is zero or below.
    #[error("value {index} is {value}, the form needs values above 0: use an additive form")]
    NotPositive {
        /// Position of the value.
        index: usize,
        /// The value.
        value: f64,
    },
    /// The numbers left the range of finite arithmetic.
    #[error("the fit did not stay finite: scale the values")]
    NotFinite,
}

/// A model that has not seen data yet; its fields are its knobs.
pub trait Fit {
    /// What the model becomes.
    type Fitted: Predict;

    /// Estimates the model on a series without gaps.
    fn fit(&self, series: &Series) -> Result<Self::Fitted, FitError>;
}

/// A fitted model.
pub trait Predict {
    /// Point forecasts (means) of the next `horizon` steps.
    fn predict(&self, horizon: usize) -> Vec<f64>;

    /// One-step-ahead forecasts of the values it was fitted on, same length; NaN where the model
    /// had nothing to go on yet.
    fn fitted(&self) -> &[f64];

    /// Standard deviation of the error of each of the next `horizon` steps as the model itself
    /// believes it. A shape to be calibrated by a back-test, not an interval by itself.
    fn deviations(&self, horizon: usize) -> Vec<f64>;

    /// Means and deviations, for models that find both in one go.
    fn outlook(&self, horizon: usize) -> (Vec<f64>, Vec<f64>) {
        (self.predict(horizon), self.deviations(horizon))
    }
}

/// The values, provided that there are `needed` and none is missing.
pub(crate) fn complete(series: &Series, needed: usize) -> Result<&[f64], FitError> {
    let values = series.values();
    if let Some(index) = values.iter().position(|value| value.is_nan()) {
        return Err(FitError::Gap { index });
    }
    if values.len() < needed {
        return Err(FitError::TooShort {
            length: values.len(),
            needed,
        });
    }
    Ok(values)
}

/// The values, provided that all are above zero.
pub(crate) fn positive(values: &[f64]) -> Result<(), FitError> {
    match values.iter().position(|&value| value <= 0.0) {
        Some(index) => Err(FitError::NotPositive {
            index,
            value: values[index],
        }),
        None => Ok(()),
    }
}
