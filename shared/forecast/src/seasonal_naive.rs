//! Seasonal naive: the value one season ago; without a season the last value.
//!
//! The yardstick of every score. Hyndman and Athanasopoulos, "Forecasting: Principles and
//! Practice", 3rd ed., section 5.2 (method) and 5.5 (deviations).

use crate::fit::complete;
use crate::{Fit, FitError, Predict, Series};

/// Seasonal naive on the shortest season of the series that fits into its values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SeasonalNaive;

/// A fitted [`SeasonalNaive`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedSeasonalNaive {
    last_season: Vec<f64>,
    fitted: Vec<f64>,
    deviation: f64,
}

impl Fit for SeasonalNaive {
    type Fitted = FittedSeasonalNaive;

    fn fit(&self, series: &Series) -> Result<Self::Fitted, FitError> {
        let values = complete(series, 1)?;
        let season = series
            .seasons()
            .first()
            .copied()
            .filter(|&m| m <= values.len())
            .unwrap_or(1);
        let mut fitted = vec![f64::NAN; values.len()];
        let mut squares = 0.0;
        for t in season..values.len() {
            fitted[t] = values[t - season];
            squares += (values[t] - fitted[t]) * (values[t] - fitted[t]);
        }
        let count = (values.len() - season).max(1) as f64;
        Ok(FittedSeasonalNaive {
            last_season: values[values.len() - season..].to_vec(),
            fitted,
            deviation: (squares / count).sqrt(),
        })
    }
}

impl Predict for FittedSeasonalNaive {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        self.last_season
            .iter()
            .copied()
            .cycle()
            .take(horizon)
            .collect()
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let season = self.last_season.len();
        (0..horizon)
            .map(|h| self.deviation * ((h / season + 1) as f64).sqrt())
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeats_the_last_season() {
        let series = Series::new(vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![2]).expect("valid");
        let fitted = SeasonalNaive.fit(&series).expect("long enough");
        assert_eq!(fitted.predict(5), [4.0, 5.0, 4.0, 5.0, 4.0]);
        assert!(fitted.fitted()[1].is_nan());
        assert_eq!(fitted.fitted()[2..], [1.0, 2.0, 3.0]);
        assert_eq!(fitted.deviations(3), [2.0, 2.0, 2.0 * 2.0_f64.sqrt()]);
    }

    #[test]
    fn refuses_gaps_and_nothing() {
        let gap = Series::new(vec![1.0, f64::NAN], vec![]).expect("valid");
        assert_eq!(SeasonalNaive.fit(&gap), Err(FitError::Gap { index: 1 }));
        let empty = Series::new(vec![], vec![]).expect("valid");
        assert_eq!(
            SeasonalNaive.fit(&empty),
            Err(FitError::TooShort {
                length: 0,
                needed: 1
            })
        );
    }
}
