//! All likely forms at once, weighted by how likely they are.
//!
//! Kolassa, "Combining exponential smoothing forecasts using Akaike weights", International Journal of
//! Forecasting 27 (2011): a form's weight is exp(-AICc / 2). Which form has the lowest criterion is a
//! matter of chance on short histories; the average does not turn on it, and needs no fit to the end.

use super::form::Form;
use super::{FittedEts, search, usable_season, well_above_zero};
use crate::fit::complete;
use crate::nelder_mead::Point;
use crate::portable::exp;
use crate::{Fit, FitError, Predict, Series};

/// Forms with their seasons and where their search ended.
pub(crate) type Kept = Vec<(Form, usize, Point)>;

/// The average of the likely forms on the shortest season of the series.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Average {
    /// What an earlier fit found likely, to be estimated anew; all forms by default.
    pub kept: Option<Kept>,
}

/// A fitted [`Average`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FittedAverage {
    forms: Vec<(FittedEts, f64)>,
    kept: Kept,
    fitted: Vec<f64>,
}

impl Fit for Average {
    type Fitted = FittedAverage;

    fn fit(&self, series: &Series) -> Result<FittedAverage, FitError> {
        let values = complete(series, 4)?;
        let mut candidates = match &self.kept {
            Some(kept) => search::again(values, usable_season(series), kept),
            None => Vec::new(),
        };
        if candidates.is_empty() {
            candidates = search::likely(values, usable_season(series), well_above_zero(values));
        }
        if candidates.is_empty() {
            // With four or five values no form has an AICc: the plainest one then.
            candidates.extend(search::choose(values, None, false));
        }
        let kept = candidates.iter().map(|c| (c.form, c.season, c.point));
        let kept = kept.collect();
        let least = candidates.first().map_or(0.0, |best| best.aicc);
        let fits = candidates.into_iter().filter_map(|candidate| {
            let weight = exp(-0.5 * (candidate.aicc - least));
            Some((FittedEts::from_candidate(values, candidate).ok()?, weight))
        });
        let mut forms: Vec<(FittedEts, f64)> = fits.collect();
        let total: f64 = forms.iter().map(|(_, weight)| weight).sum();
        if forms.is_empty() || !total.is_finite() {
            return Err(FitError::NotFinite);
        }
        forms.iter_mut().for_each(|(_, weight)| *weight /= total);
        let fitted = weighted(&forms, values.len(), |form| form.fitted().to_vec());
        Ok(FittedAverage {
            forms,
            kept,
            fitted,
        })
    }
}

fn weighted(
    forms: &[(FittedEts, f64)],
    length: usize,
    of: impl Fn(&FittedEts) -> Vec<f64>,
) -> Vec<f64> {
    let mut sum = vec![0.0; length];
    for (form, weight) in forms {
        let terms = sum.iter_mut().zip(of(form));
        terms.for_each(|(sum, value)| *sum += weight * value);
    }
    sum
}

impl FittedAverage {
    /// What to keep for later fits.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }
}

impl Predict for FittedAverage {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        weighted(&self.forms, horizon, |form| form.predict(horizon))
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        weighted(&self.forms, horizon, |form| form.deviations(horizon))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_average_is_estimated_anew_and_stays_close() {
        let value = |t: usize| {
            50.0 + 0.3 * t as f64 + [0.0, 6.0, -4.0, 2.0][t % 4] + ((t * t * 7) % 5) as f64
        };
        let series = Series::new((0..60).map(value).collect(), vec![4]).expect("valid");
        let first = Average::default().fit(&series).expect("long enough");
        let total: f64 = first.forms.iter().map(|(_, weight)| weight).sum();
        assert!((total - 1.0).abs() < 1e-12 && first.forms.len() > 1);
        let kept = Some(first.kept().clone());
        let again = Average { kept }.fit(&series).expect("long enough");
        for (a, b) in first.predict(8).iter().zip(again.predict(8)) {
            assert!((a - b).abs() < 1.0, "{a} {b}");
        }
    }
}
