//! Dynamic optimised Theta.
//!
//! Fiorucci, Pellegrini, Louzada, Petropoulos and Koehler, "Models for optimising the theta method
//! and their relationship to state space models", International Journal of Forecasting 32 (2016).
//! The forecast is the smoothed level l plus w = 1 - 1/theta times a line whose intercept A and
//! slope B are the least-squares line through all values so far. As in the paper the season is
//! tested and taken out first.
//!
//! The line and the smoothing do not depend on w or on the starting level l0, so for a given alpha
//! the errors are linear in (l0, w): a closed form, and the whole fit is a search over alpha. With few
//! values w is drawn towards 1/2 ([`PRIOR_WEIGHT`]).

use crate::adjustment::Adjustment;
use crate::fit::complete;
use crate::nelder_mead::{Budget, minimise};
use crate::portable::{exp, ln};
use crate::{Fit, FitError, Predict, Series};

/// Dynamic optimised Theta on the shortest season of the series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Theta;

/// A fitted [`Theta`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTheta {
    adjustment: Adjustment,
    alpha: f64,
    /// 1 - 1 / theta.
    weight: f64,
    last: Line,
    level: f64,
    fitted: Vec<f64>,
    sigma: f64,
}

/// Bounds of alpha, those of the reference implementations.
const ALPHA: (f64, f64) = (0.1, 0.99);
/// First errors that do not count: the line has hardly begun.
const BURN_IN: usize = 3;
/// The weight before the values have spoken: theta 2, that of the original method (Assimakopoulos and
/// Nikolopoulos 2000), normally distributed with this spread. A few values say little about theta, and
/// the usual implementations stay near 2 because their search begins there and ends early.
const PRIOR_WEIGHT: f64 = 0.5;
const PRIOR_SPREAD: f64 = 0.5;

/// Variance of the starting level around where the first value puts it, in variances of an error, for fewer values
/// than [`FEW`] without a season. A slow level is mostly its start: were any start as good as any other, alpha would
/// be judged by how well the start was fitted. So alpha is judged by its likelihood over all starts. On the training
/// parts of longer and of seasonal series that made no difference.
const LEVEL_VARIANCE: f64 = 100.0;
const FEW: usize = 40;

/// The least-squares line through the values so far, updated in constant time.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Line {
    mean: f64,
    intercept: f64,
    slope: f64,
    /// (1 - alpha) to the number of values so far.
    power: f64,
    count: f64,
}

impl Line {
    fn new(first: f64) -> Self {
        Self {
            mean: 0.0,
            intercept: first,
            slope: 0.0,
            power: 1.0,
            count: 0.0,
        }
    }

    /// What the line adds to the level in the next forecast, before the weight.
    #[inline(always)]
    fn drift(&self, alpha: f64) -> f64 {
        let next_power = self.power * (1.0 - alpha);
        self.intercept * self.power + self.slope * (1.0 - next_power) / alpha
    }

    #[inline(always)]
    fn push(&mut self, value: f64, alpha: f64) {
        self.count += 1.0;
        let count = self.count;
        let ahead = 6.0 * (value - self.mean) / count;
        // The first value has no slope yet; from the second on this is the least-squares slope.
        self.slope = if count > 1.5 {
            ((count - 2.0) * self.slope + ahead) / (count + 1.0)
        } else {
            0.0
        };
        self.mean += (value - self.mean) / count;
        self.intercept = self.mean - self.slope * (count + 1.0) / 2.0;
        self.power *= 1.0 - alpha;
    }
}

impl Fit for Theta {
    type Fitted = FittedTheta;

    fn fit(&self, series: &Series) -> Result<FittedTheta, FitError> {
        let values = complete(series, BURN_IN + 2)?;
        Self::after(
            values,
            Adjustment::measure(values, series.seasons().first().copied()),
        )
    }
}

impl Theta {
    /// Fits the values without a season that was measured before.
    pub(crate) fn after(values: &[f64], adjustment: Adjustment) -> Result<FittedTheta, FitError> {
        let adjusted = adjustment.remove(values);
        let budget = Budget {
            evaluations: 40,
            tolerance: 1e-9,
        };
        let is_short = values.len() < FEW && adjustment.is_empty();
        let level_variance = if is_short {
            LEVEL_VARIANCE
        } else {
            f64::INFINITY
        };
        // The error over alpha may have two valleys: a coarse look first.
        let lines = lines_of(&adjusted);
        let look = |alpha: f64| {
            best_line(
                &adjusted,
                &lines,
                alpha.clamp(ALPHA.0, ALPHA.1),
                level_variance,
            )
            .2
        };
        let coarse = (0..8).map(|k| ALPHA.0 + (ALPHA.1 - ALPHA.0) * (f64::from(k) + 0.5) / 8.0);
        let coarse = coarse.map(|alpha| (look(alpha), alpha));
        let start = coarse.min_by(|a, b| a.0.total_cmp(&b.0));
        let start = start.map_or(0.5, |(_, alpha)| alpha);
        let (point, value) = minimise([start, 0.0, 0.0, 0.0], &[0.05], budget, &mut |p| {
            let outside = p[0] - p[0].clamp(ALPHA.0, ALPHA.1);
            ln(look(p[0]).clamp(1e-300, 1e300)) + outside.abs()
        });
        if !value.is_finite() {
            return Err(FitError::NotFinite);
        }
        let alpha = point[0].clamp(ALPHA.0, ALPHA.1);
        let (mut level, weight, _) = best_line(&adjusted, &lines, alpha, level_variance);
        let mut line = Line::new(adjusted[0]);
        let mut fitted = Vec::with_capacity(adjusted.len());
        let mut squares = 0.0;
        for &value in &adjusted {
            let forecast = level + weight * line.drift(alpha);
            if fitted.len() >= BURN_IN {
                squares += (value - forecast) * (value - forecast);
            }
            fitted.push(forecast);
            level += alpha * (value - level);
            line.push(value, alpha);
        }
        adjustment.restore(0, &mut fitted);
        let freedom = (adjusted.len() - BURN_IN).saturating_sub(3).max(1);
        let sigma = (squares / freedom as f64).sqrt();
        Ok(FittedTheta {
            adjustment,
            alpha,
            weight,
            last: line,
            level,
            fitted,
            sigma,
        })
    }
}

/// Intercept and slope of the line before each value; they do not depend on alpha.
fn lines_of(values: &[f64]) -> Vec<(f64, f64)> {
    let mut line = Line::new(values[0]);
    let before = values.iter().map(|&value| {
        let now = (line.intercept, line.slope);
        line.push(value, 0.5);
        now
    });
    before.collect()
}

/// Starting level, weight in 0..1 and sum of squared errors that suit an alpha: the best level for the
/// likeliest weight. Under a finite `level_variance` the sum is raised to what is as likely over all levels.
fn best_line(
    values: &[f64],
    lines: &[(f64, f64)],
    alpha: f64,
    level_variance: f64,
) -> (f64, f64, f64) {
    // error_t = value_t - smoothed_t - l0 (1 - alpha)^t - w drift_t, smoothed from a zero start.
    let (mut smoothed, mut power) = (0.0, 1.0);
    let (keep, inverse) = (1.0 - alpha, 1.0 / alpha);
    let first = values[0];
    let (mut pp, mut pd, mut dd, mut pr, mut dr, mut rr) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (t, (&value, &(intercept, slope))) in values.iter().zip(lines).enumerate() {
        let next = power * keep;
        if t >= BURN_IN {
            let rest = value - smoothed - first * power;
            let drift = (intercept - first) * power + slope * ((1.0 - next) * inverse);
            pp += power * power;
            pd += power * drift;
            dd += drift * drift;
            pr += power * rest;
            dr += drift * rest;
            rr += rest * rest;
        }
        smoothed += alpha * (value - smoothed);
        power = next;
    }
    let told_by_level = pp;
    pp += level_variance.recip();
    let squares_at = |level: f64, weight: f64| {
        let squares = rr - 2.0 * (level * pr + weight * dr)
            + level * level * pp
            + 2.0 * level * weight * pd
            + weight * weight * dd;
        squares.max(0.0)
    };
    let level_at = |weight: f64| {
        if pp > 0.0 {
            (pr - weight * pd) / pp
        } else {
            0.0
        }
    };
    let determinant = pp * dd - pd * pd;
    // Theta runs from 1 (w = 0) to very large (w = 1); the error is convex in w, so the nearer
    // bound is the best where the optimum lies outside.
    let weight = if determinant > 1e-12 * pp * dd {
        let free = (dr * pp - pr * pd) / determinant;
        let freedom = (values.len() - BURN_IN).saturating_sub(3).max(1);
        let noise = squares_at(level_at(free), free) / freedom as f64;
        let (told, pull) = (determinant / pp, noise / (PRIOR_SPREAD * PRIOR_SPREAD));
        (told * free + pull * PRIOR_WEIGHT) / (told + pull)
    } else {
        PRIOR_WEIGHT
    };
    let weight = weight.clamp(0.0, 1.0);
    let level = level_at(weight);
    let mut squares = squares_at(level, weight);
    if level_variance.is_finite() {
        let told = ln(1.0 + level_variance * told_by_level);
        squares *= exp(told / (values.len() - BURN_IN) as f64);
    }
    (level + (1.0 - weight) * first, weight, squares)
}

impl FittedTheta {
    /// Smoothing parameter, 0.1 to 0.99.
    pub fn alpha(&self) -> f64 {
        self.alpha
    }

    /// Theta, 1 to infinity.
    pub fn theta(&self) -> f64 {
        1.0 / (1.0 - self.weight)
    }
}

impl Predict for FittedTheta {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let (mut line, mut level) = (self.last, self.level);
        let ahead = |_| {
            let forecast = level + self.weight * line.drift(self.alpha);
            level += self.alpha * (forecast - level);
            line.push(forecast, self.alpha);
            forecast
        };
        let mut forecast: Vec<f64> = (0..horizon).map(ahead).collect();
        self.adjustment.restore(self.fitted.len(), &mut forecast);
        forecast
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// sigma sqrt(1 + (h - 1) alpha^2), as simple smoothing with drift (paper, section 3.3).
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let step = |h: usize| self.sigma * (1.0 + h as f64 * self.alpha * self.alpha).sqrt();
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
    fn line_is_the_least_squares_line() {
        let values = [3.0, 5.0, 4.0, 9.0, 6.0];
        let mut line = Line::new(values[0]);
        values.iter().for_each(|&value| line.push(value, 0.5));
        // By hand: mean 5.4, slope sum (t - 3)(y - 5.4) / 10 = 10 / 10, intercept 5.4 - 3.
        assert!((line.slope - 1.0).abs() < 1e-12, "{}", line.slope);
        assert!((line.intercept - 2.4).abs() < 1e-12, "{}", line.intercept);
    }

    #[test]
    fn closed_form_is_the_likeliest_of_a_grid() {
        let values: Vec<f64> = (0..40).map(|t| f64::from((t * 29) % 13 + t)).collect();
        let (_, weight, _) = best_line(&values, &lines_of(&values), 0.4, f64::INFINITY);
        let squares = |level: f64, weight: f64| {
            let (mut line, mut state, mut sum) = (Line::new(values[0]), level, 0.0);
            for (t, &value) in values.iter().enumerate() {
                let error = value - state - weight * line.drift(0.4);
                sum += if t < BURN_IN { 0.0 } else { error * error };
                state += 0.4 * (value - state);
                line.push(value, 0.4);
            }
            sum
        };
        let least = |weight: f64| {
            let levels = (0..4_001).map(|i| squares(0.01 * f64::from(i) - 20.0, weight));
            levels.fold(f64::INFINITY, f64::min)
        };
        let sums: Vec<f64> = (-100..=200).map(|i| least(0.01 * f64::from(i))).collect();
        let noise = sums.iter().copied().fold(f64::INFINITY, f64::min) / 34.0;
        let posterior = |i: usize| {
            let apart = (0.01 * i as f64 - PRIOR_WEIGHT) / PRIOR_SPREAD;
            sums[i + 100] + noise * apart * apart
        };
        let found = (0..=100_usize).min_by(|&a, &b| posterior(a).total_cmp(&posterior(b)));
        let found = 0.01 * found.expect("a hundred") as f64;
        assert!((weight - found).abs() < 0.02, "{weight} against {found}");
    }

    /// Where the start may be anything, every third short walk is taken for a start that fades.
    #[test]
    fn a_short_walk_is_seldom_taken_for_a_fading_start() {
        let slow = |level_variance: f64| {
            let is_slow = |walk: &usize| {
                let steps = (0..16).map(|t| crate::noise::noise(100 * walk + t));
                let values: Vec<f64> = steps
                    .scan(20.0, |value, step| {
                        *value += step;
                        Some(*value)
                    })
                    .collect();
                let lines = lines_of(&values);
                let squares = |alpha: f64| best_line(&values, &lines, alpha, level_variance).2;
                let alphas = (1..=9).map(|tenth| 0.1 * f64::from(tenth));
                let best = alphas.min_by(|a, b| squares(*a).total_cmp(&squares(*b)));
                best.is_some_and(|alpha| alpha < 0.35)
            };
            (0..200).filter(is_slow).count()
        };
        let (any, near) = (slow(f64::INFINITY), slow(LEVEL_VARIANCE));
        assert!(any > 60 && 2 * near < any, "{any} {near}");
    }

    #[test]
    fn continues_half_of_a_line() {
        let line = Series::new((0..50).map(f64::from).collect(), vec![]).expect("valid");
        let forecast = Theta.fit(&line).expect("long enough").predict(10);
        assert!(
            forecast.windows(2).all(|pair| pair[1] > pair[0]),
            "{forecast:?}"
        );
    }
}
