//! Rare demand: the size of a sale and the steps between sales, smoothed apart; and demand of longer periods.
//!
//! Croston, "Forecasting and stock control for intermittent demands", Operational Research Quarterly 23 (1972);
//! Syntetos and Boylan, "The accuracy of intermittent demand estimates", International Journal of Forecasting 21
//! (2005), for the correction of its bias (SBA); Nikolopoulos and others, "An aggregate-disaggregate intermittent
//! demand approach (ADIDA)", Journal of the Operational Research Society 62 (2011).

use crate::fit::complete;
use crate::{Fit, FitError, Predict, Series};

/// Smoothing of sizes and intervals: Croston's own.
const SMOOTHING: f64 = 0.1;

/// Croston's method, fixed smoothing of 0.1.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Croston {
    /// True for SBA, which takes out the bias of a quotient of averages.
    pub corrected: bool,
}

/// Simple smoothing of demand summed over periods of the mean interval between sales, by the least squared error.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Adida;

/// A fitted model of rare demand: the same demand at every step to come.
#[derive(Debug, Clone, PartialEq)]
pub struct FittedRare {
    pub(crate) forecast: f64,
    pub(crate) fitted: Vec<f64>,
    pub(crate) deviation: f64,
}

impl FittedRare {
    /// From what was forecast for each value.
    fn of(values: &[f64], forecast: f64, fitted: Vec<f64>) -> Result<Self, FitError> {
        let known = values
            .iter()
            .zip(&fitted)
            .filter(|(_, fitted)| !fitted.is_nan());
        let (squares, count) = known.fold((0.0, 0.0), |(sum, count), (value, fitted)| {
            (sum + (value - fitted) * (value - fitted), count + 1.0)
        });
        let deviation = (squares / f64::max(count - 1.0, 1.0)).sqrt();
        if !(forecast.is_finite() && deviation.is_finite()) {
            return Err(FitError::NotFinite);
        }
        Ok(Self {
            forecast,
            fitted,
            deviation,
        })
    }
}

impl Fit for Croston {
    type Fitted = FittedRare;

    fn fit(&self, series: &Series) -> Result<FittedRare, FitError> {
        let values = complete(series, 2)?;
        let factor = if self.corrected {
            1.0 - SMOOTHING / 2.0
        } else {
            1.0
        };
        // Size and interval after the first sale; before it nothing is known.
        let mut smoothed: Option<(f64, f64)> = None;
        let mut since = 0.0;
        let mut fitted = Vec::with_capacity(values.len());
        let mean =
            |smoothed: Option<(f64, f64)>| smoothed.map(|(size, steps)| factor * size / steps);
        for &value in values {
            fitted.push(mean(smoothed).unwrap_or(f64::NAN));
            since += 1.0;
            if value != 0.0 {
                smoothed = Some(match smoothed {
                    None => (value, since),
                    Some((size, steps)) => (
                        size + SMOOTHING * (value - size),
                        steps + SMOOTHING * (since - steps),
                    ),
                });
                since = 0.0;
            }
        }
        FittedRare::of(values, mean(smoothed).unwrap_or(0.0), fitted)
    }
}

impl Fit for Adida {
    type Fitted = FittedRare;

    fn fit(&self, series: &Series) -> Result<FittedRare, FitError> {
        let values = complete(series, 2)?;
        let sales = values.iter().filter(|value| **value != 0.0).count();
        let length = (values.len() as f64 / sales.max(1) as f64).round() as usize;
        let length = length.clamp(1, values.len());
        // Whole periods that end with the last value.
        let first = values.len() % length;
        let sums: Vec<f64> = values[first..]
            .chunks_exact(length)
            .map(|period| period.iter().sum())
            .collect();
        let tried = (1..=30).map(|step| {
            let rate = f64::from(step) / 100.0;
            (smoothed(&sums, rate, |_| {}).1, rate)
        });
        let (_, rate) = tried
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .ok_or(FitError::NotFinite)?;
        let mut fitted = vec![f64::NAN; first];
        let share = |level: f64| level / length as f64;
        let (level, _) = smoothed(&sums, rate, |level| {
            fitted.extend((0..length).map(|_| share(level)));
        });
        fitted
            .iter_mut()
            .take(first + length)
            .for_each(|value| *value = f64::NAN);
        FittedRare::of(values, share(level), fitted)
    }
}

/// Level after all values, and the squared errors of the levels before them, which `sink` gets.
fn smoothed(values: &[f64], rate: f64, mut sink: impl FnMut(f64)) -> (f64, f64) {
    let mut level = values.first().copied().unwrap_or(0.0);
    let mut squares = 0.0;
    for value in values {
        sink(level);
        squares += (value - level) * (value - level);
        level += rate * (value - level);
    }
    (level, squares)
}

impl Predict for FittedRare {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        vec![self.forecast; horizon]
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        vec![self.deviation; horizon]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forecast(model: &impl Fit<Fitted = FittedRare>, values: &[f64]) -> f64 {
        let series = Series::new(values.to_vec(), vec![]).expect("valid");
        model.fit(&series).expect("long enough").predict(1)[0]
    }

    /// By hand: sizes 2, 2 + 0.1 (5 - 2) = 2.3, 2.3 + 0.1 (3 - 2.3) = 2.37; intervals 2, 2 + 0.1 (1 - 2) = 1.9,
    /// 1.9 + 0.1 (3 - 1.9) = 2.01.
    #[test]
    fn croston_by_hand() {
        let values = [0.0, 2.0, 5.0, 0.0, 0.0, 3.0, 0.0];
        let plain = forecast(&Croston::default(), &values);
        assert!((plain - 2.37 / 2.01).abs() < 1e-12, "{plain}");
        let corrected = forecast(&Croston { corrected: true }, &values);
        assert!(
            (corrected - 0.95 * 2.37 / 2.01).abs() < 1e-12,
            "{corrected}"
        );
    }

    #[test]
    fn steady_rare_demand_is_its_mean() {
        let values: Vec<f64> = (0..60)
            .map(|t| if t % 4 == 3 { 8.0 } else { 0.0 })
            .collect();
        assert!((forecast(&Croston::default(), &values) - 2.0).abs() < 1e-9);
        assert!((forecast(&Adida, &values) - 2.0).abs() < 1e-9);
        assert_eq!(forecast(&Adida, &[0.0; 9]), 0.0);
        assert_eq!(forecast(&Croston::default(), &[0.0; 9]), 0.0);
    }
}
