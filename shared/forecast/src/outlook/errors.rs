//! What a forecast missed at past origins: what reconciliation learns from.

use super::history::History;
use super::members::Prediction;

/// Errors of a forecast at its past origins.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PastErrors {
    /// Per origin: the number of values from there to the end of the history, and forecast minus value of each
    /// step ahead, NaN where the value is missing.
    pub windows: Vec<(usize, Vec<f64>)>,
}

impl PastErrors {
    pub(super) fn of(past: &[(usize, Prediction)], history: &History) -> Self {
        let window = |(origin, prediction): &(usize, Prediction)| {
            let actual = history.observed.get(*origin..).unwrap_or_default();
            let errors = prediction.mean.iter().zip(actual);
            let errors = errors.map(|(mean, value)| (mean - value) * history.scale);
            (actual.len(), errors.collect())
        };
        Self {
            windows: past.iter().map(window).collect(),
        }
    }

    /// Errors of several forecasts of the same calendar at the same moments: a row per forecast, a column per
    /// origin and step that any of them was tested at, oldest origin first; NaN where one was not.
    ///
    /// ```
    /// use forecast::PastErrors;
    /// let tested = PastErrors { windows: vec![(2, vec![1.0, -1.0])] };
    /// let rows = PastErrors::aligned(&[tested, PastErrors::default()]);
    /// assert_eq!(rows[0], [1.0, -1.0]);
    /// assert!(rows[1].iter().all(|error| error.is_nan()));
    /// ```
    pub fn aligned(all: &[Self]) -> Vec<Vec<f64>> {
        let mut origins = std::collections::BTreeMap::new();
        for (left, errors) in all.iter().flat_map(|errors| &errors.windows) {
            let steps: &mut usize = origins.entry(*left).or_default();
            *steps = errors.len().max(*steps);
        }
        let row = |own: &Self| {
            let mut row = Vec::new();
            // Most values left: the oldest origin.
            for (left, steps) in origins.iter().rev() {
                let window = own.windows.iter().find(|(own, _)| own == left);
                let errors = window.map_or(&[][..], |(_, errors)| errors);
                row.extend_from_slice(errors);
                row.extend((errors.len()..*steps).map(|_| f64::NAN));
            }
            row
        };
        all.iter().map(row).collect()
    }
}
