//! Growth curves of young products: sales rise, peak and fall as a market is filled.
//!
//! Bass, "A new product growth for model consumer durables", Management Science 15 (1969); Gompertz (1825) and the
//! logistic curve of Verhulst (1838) as Meade and Islam, "Modelling and forecasting the diffusion of innovation",
//! International Journal of Forecasting 22 (2006), use them. Each gives the share of the final total that is sold by
//! a step; what a step sells is the difference. The final total follows by least squares from the two parameters
//! of the shape, which are searched for. Before the peak the total is a guess: it is kept to twenty times what was
//! sold.

use crate::fit::complete;
use crate::nelder_mead::{Budget, Point, minimise};
use crate::portable::{binary_scale, exp, ln};
use crate::{Fit, FitError, Predict, Series};

/// Values needed for a curve.
const VALUES_MIN: usize = 6;
/// Most of what was sold that the final total may be.
const TOTAL_MAX: f64 = 20.0;

/// The shape of a growth curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Curve {
    /// Innovators and imitators.
    Bass,
    /// Its fastest growth is early, at a share of 1/e.
    Gompertz,
    /// Its fastest growth is halfway.
    Logistic,
}

/// A growth curve of sales per step, the first value being the first step on the market.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Growth {
    /// The shape; `None` takes the one with the least squared error.
    pub curve: Option<Curve>,
}

/// A fitted [`Growth`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedGrowth {
    curve: Curve,
    shape: (f64, f64),
    total: f64,
    scale: f64,
    fitted: Vec<f64>,
    deviation: f64,
}

impl Curve {
    /// Share of the total that is sold by the end of step `at` (0 is before the first).
    fn share(self, (a, b): (f64, f64), at: f64) -> f64 {
        match self {
            Self::Bass => {
                // a: innovation p, b: imitation q, both as logarithms.
                let (p, q) = (exp(a), exp(b));
                let gone = exp(-(p + q) * at);
                (1.0 - gone) / (1.0 + q / p * gone)
            }
            // a: logarithm of the rate, b: step of the fastest growth.
            Self::Gompertz => exp(-exp(-exp(a) * (at - b))),
            Self::Logistic => 1.0 / (1.0 + exp(-exp(a) * (at - b))),
        }
    }

    /// Where the search begins, for so many values.
    fn starts(self, count: f64) -> [(f64, f64); 3] {
        match self {
            Self::Bass => [(0.03, 0.4), (0.1, 0.1), (0.003, 0.8)].map(|(p, q)| (ln(p), ln(q))),
            _ => [0.3, 0.7, 1.2].map(|part| (ln(6.0 / count), part * count)),
        }
    }

    /// Squared error and total of the best curve of a shape.
    fn errors(self, shape: (f64, f64), values: &[f64]) -> (f64, f64) {
        let (mut with, mut square, mut own, mut sold) = (0.0, 0.0, 0.0, 0.0);
        let mut before = self.share(shape, 0.0);
        for (step, value) in values.iter().enumerate() {
            let share = self.share(shape, (step + 1) as f64);
            with += value * (share - before);
            square += (share - before) * (share - before);
            own += value * value;
            sold += value;
            before = share;
        }
        if square < 1e-18 {
            return (own, 0.0);
        }
        let total = (with / square).clamp(0.0, TOTAL_MAX * f64::max(sold, 0.0));
        (own - 2.0 * total * with + total * total * square, total)
    }
}

impl Fit for Growth {
    type Fitted = FittedGrowth;

    fn fit(&self, series: &Series) -> Result<FittedGrowth, FitError> {
        let values = complete(series, VALUES_MIN)?;
        if let Some(index) = values.iter().position(|value| *value < 0.0) {
            return Err(FitError::NotPositive {
                index,
                value: values[index],
            });
        }
        let scale = binary_scale(values);
        let scaled: Vec<f64> = values.iter().map(|value| value / scale).collect();
        let curves = match self.curve {
            Some(curve) => vec![curve],
            None => vec![Curve::Bass, Curve::Gompertz, Curve::Logistic],
        };
        let tried = curves.into_iter().flat_map(|curve| {
            let start = |(a, b)| (curve, search(curve, (a, b), &scaled));
            curve.starts(values.len() as f64).map(start)
        });
        let best = tried.min_by(|a, b| a.1.1.total_cmp(&b.1.1));
        let (curve, (shape, squares)) = best.ok_or(FitError::NotFinite)?;
        let total = curve.errors(shape, &scaled).1;
        let deviation = (squares.max(0.0) / (values.len() - 3) as f64).sqrt() * scale;
        let mut fitted = FittedGrowth {
            curve,
            shape,
            total,
            scale,
            fitted: Vec::new(),
            deviation,
        };
        fitted.fitted = fitted.steps(0, values.len());
        if !(total.is_finite() && fitted.fitted.iter().all(|value| value.is_finite())) {
            return Err(FitError::NotFinite);
        }
        Ok(fitted)
    }
}

/// The shape nearest to a start, and its squared error.
fn search(curve: Curve, start: (f64, f64), values: &[f64]) -> ((f64, f64), f64) {
    let count = values.len() as f64;
    // Far outside, the error of the nearest shape inside and the way to it.
    let inside = |point: &Point| {
        let (low, high) = match curve {
            Curve::Bass => ((ln(1e-6), ln(1e-4)), (ln(0.5), ln(2.0))),
            _ => ((ln(0.2 / count), -count), (ln(4.0), 3.0 * count)),
        };
        let (a, b) = (point[0].clamp(low.0, high.0), point[1].clamp(low.1, high.1));
        ((a, b), (a - point[0]).abs() + (b - point[1]).abs())
    };
    let own: f64 = values.iter().map(|value| value * value).sum();
    let budget = Budget {
        evaluations: 160,
        tolerance: 1e-10 * own,
    };
    let steps = match curve {
        Curve::Bass => [0.5, 0.5],
        _ => [0.5, 0.2 * count],
    };
    let (point, _) = minimise([start.0, start.1, 0.0, 0.0], &steps, budget, &mut |point| {
        let (shape, outside) = inside(point);
        curve.errors(shape, values).0 + outside * own
    });
    let shape = inside(&point).0;
    (shape, curve.errors(shape, values).0)
}

impl FittedGrowth {
    /// The shape that was taken.
    pub fn curve(&self) -> Curve {
        self.curve
    }

    /// What will have been sold in the end, in units of the series.
    pub fn total(&self) -> f64 {
        (self.total * self.scale).min(f64::MAX)
    }

    fn steps(&self, from: usize, count: usize) -> Vec<f64> {
        let share = |step: usize| self.curve.share(self.shape, step as f64);
        let sold = |step: usize| self.total * (share(step + 1) - share(step)) * self.scale;
        (from..from + count).map(sold).collect()
    }
}

impl Predict for FittedGrowth {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        self.steps(self.fitted.len(), horizon)
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        // What is not known of the shape grows with the way beyond the values.
        let count = self.fitted.len() as f64;
        let step = |step: usize| self.deviation * (1.0 + (step + 1) as f64 / count);
        (0..horizon).map(step).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sales by the closed form of each curve, with the numbers of the papers' size.
    #[test]
    fn finds_the_curves_that_made_the_sales() {
        let (p, q, m) = (0.02_f64, 0.35_f64, 5_000.0);
        let bass = |t: f64| {
            let gone = (-(p + q) * t).exp();
            m * (1.0 - gone) / (1.0 + q / p * gone)
        };
        let gompertz = |t: f64| m * (-(-0.2 * (t - 9.0)).exp()).exp();
        let logistic = |t: f64| m / (1.0 + (-0.4 * (t - 10.0)).exp());
        let curves: [(Curve, &dyn Fn(f64) -> f64); 3] = [
            (Curve::Bass, &bass),
            (Curve::Gompertz, &gompertz),
            (Curve::Logistic, &logistic),
        ];
        for (curve, sold) in curves {
            let step = |t: usize| sold((t + 1) as f64) - sold(t as f64);
            let series = Series::new((0..16).map(step).collect(), vec![]).expect("valid");
            let fitted = Growth { curve: Some(curve) }.fit(&series).expect("fits");
            let start = if curve == Curve::Bass { 0.0 } else { sold(0.0) };
            let total = fitted.total();
            assert!((total / m - 1.0).abs() < 0.02, "{curve:?}: {total} {start}");
            for (ahead, mean) in fitted.predict(10).iter().enumerate() {
                let truth = step(16 + ahead);
                assert!(
                    (mean - truth).abs() < 0.01 * m / 10.0,
                    "{curve:?} {ahead}: {mean} {truth}"
                );
            }
        }
    }

    #[test]
    fn a_curve_that_only_rises_has_a_bounded_total() {
        let series =
            Series::new((1..12).map(|t| f64::from(t * t)).collect(), vec![]).expect("valid");
        let fitted = Growth::default().fit(&series).expect("fits");
        let sold: f64 = series.values().iter().sum();
        assert!(fitted.total() <= 20.0 * sold * (1.0 + 1e-9));
        assert!(
            fitted
                .predict(40)
                .iter()
                .all(|mean| mean.is_finite() && *mean >= 0.0)
        );
        let few = Series::new(vec![1.0; 5], vec![]).expect("valid");
        assert!(matches!(
            Growth::default().fit(&few),
            Err(FitError::TooShort { .. })
        ));
        let negative = Series::new(vec![1.0, 2.0, -3.0, 4.0, 5.0, 6.0], vec![]).expect("valid");
        assert!(matches!(
            Growth::default().fit(&negative),
            Err(FitError::NotPositive { index: 2, .. })
        ));
        for values in [vec![0.0; 9], vec![1e308; 9], vec![5e-324; 9]] {
            let series = Series::new(values, vec![]).expect("valid");
            if let Ok(fitted) = Growth::default().fit(&series) {
                assert!(fitted.predict(5).iter().all(|mean| mean.is_finite()));
            }
        }
    }
}
