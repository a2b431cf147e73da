//! Naive2: the last value after seasonal adjustment. The denominator of OWA.
//!
//! Makridakis, Spiliotis and Assimakopoulos, "The M4 Competition: 100,000 time series and 61
//! forecasting methods", International Journal of Forecasting 36 (2020), appendix.

use crate::adjustment::Adjustment;
use crate::fit::complete;
use crate::{Fit, FitError, Predict, Series};

/// Naive2 on the shortest season of the series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Naive2;

/// A fitted [`Naive2`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedNaive2 {
    adjustment: Adjustment,
    last: f64,
    fitted: Vec<f64>,
    deviation: f64,
}

impl Fit for Naive2 {
    type Fitted = FittedNaive2;

    fn fit(&self, series: &Series) -> Result<FittedNaive2, FitError> {
        let values = complete(series, 1)?;
        let season = series.seasons().first().copied();
        Ok(Self::after(values, Adjustment::measure(values, season)))
    }
}

impl Naive2 {
    /// The last of some values without a season that was measured before.
    pub(crate) fn after(values: &[f64], adjustment: Adjustment) -> FittedNaive2 {
        let adjusted = adjustment.remove(values);
        let mut fitted = adjusted.clone();
        fitted.rotate_right(1);
        let errors = adjusted
            .iter()
            .zip(&fitted)
            .skip(1)
            .map(|(value, before)| value - before);
        let squares: f64 = errors.map(|error| error * error).sum();
        adjustment.restore(0, &mut fitted);
        fitted[0] = f64::NAN;
        let deviation = (squares / (values.len() - 1).max(1) as f64).sqrt();
        FittedNaive2 {
            adjustment,
            last: adjusted[adjusted.len() - 1],
            fitted,
            deviation,
        }
    }
}

impl Predict for FittedNaive2 {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let mut forecast = vec![self.last; horizon];
        self.adjustment.restore(self.fitted.len(), &mut forecast);
        forecast
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let step = |h: usize| self.deviation * ((h + 1) as f64).sqrt();
        let mut deviations: Vec<f64> = (0..horizon).map(step).collect();
        self.adjustment
            .restore_deviations(self.fitted.len(), &mut deviations);
        deviations
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_naive_without_a_season() {
        let series = Series::new(vec![3.0, 4.0, 6.0], vec![12]).expect("valid");
        let fitted = Naive2.fit(&series).expect("long enough");
        assert_eq!(fitted.predict(2), [6.0, 6.0]);
        assert_eq!(fitted.fitted()[1..], [3.0, 4.0]);
    }

    #[test]
    fn keeps_a_pure_season() {
        let values: Vec<f64> = (0..30).map(|t| [1.0, 5.0, 2.0][t % 3]).collect();
        let fitted = Naive2
            .fit(&Series::new(values, vec![3]).expect("valid"))
            .expect("long enough");
        for (forecast, expected) in fitted.predict(4).iter().zip([1.0, 5.0, 2.0, 1.0]) {
            assert!(
                (forecast - expected).abs() < 1e-12,
                "{forecast} for {expected}"
            );
        }
    }
}
