//! Temporal hierarchy: forecasts of months, quarters and years of the same series, made to agree.
//!
//! Athanasopoulos, Hyndman, Kourentzes and Petropoulos, "Forecasting with temporal hierarchies",
//! European Journal of Operational Research 262 (2017). Sums over every divisor of the season show
//! what the single values hide, the slow course above all. Each level is forecast by Theta and the
//! levels are reconciled by least squares with structural weights: a level's variance is the number
//! of values that it adds up.
//!
//! Out of scope: seasons above [`SEASON_LENGTH_MAX`] steps; hierarchies of products or channels.

use crate::adjustment::Adjustment;
use crate::fit::complete;
use crate::theta::FittedTheta;
use crate::{Fit, FitError, Predict, Series, Theta};

/// Longest season that is taken apart, in steps.
pub(crate) const SEASON_LENGTH_MAX: usize = 24;
/// Whole seasons that a level needs, and the least number of its values.
const SEASONS_NEEDED: usize = 2;
const VALUES_NEEDED: usize = 8;

/// Theta on every level of the shortest season.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Thief;

/// A fitted [`Thief`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedThief {
    /// Values added up, and the model of the sums; the single values first.
    levels: Vec<(usize, FittedTheta)>,
    season: usize,
}

impl Fit for Thief {
    type Fitted = FittedThief;

    fn fit(&self, series: &Series) -> Result<FittedThief, FitError> {
        let values = complete(series, 5)?;
        let base = theta(values, series.seasons().first().copied())?;
        let usable = |m: &usize| *m <= SEASON_LENGTH_MAX;
        let season = series
            .seasons()
            .first()
            .copied()
            .filter(usable)
            .unwrap_or(1);
        let mut levels = vec![(1, base)];
        for size in (2..=season).filter(|size| season.is_multiple_of(*size)) {
            let within = season / size;
            if values.len() / size < (SEASONS_NEEDED * within).max(VALUES_NEEDED) {
                continue;
            }
            // The latest value ends a sum; the oldest ones may be left over.
            let sums = values[values.len() % size..].chunks_exact(size);
            let sums: Vec<f64> = sums.map(|chunk| chunk.iter().sum()).collect();
            levels.push((size, theta(&sums, Some(within).filter(|&m| m > 1))?));
        }
        Ok(FittedThief { levels, season })
    }
}

/// Theta without the season, as far as it is there.
fn theta(values: &[f64], season: Option<usize>) -> Result<FittedTheta, FitError> {
    Theta::after(values, Adjustment::shrunk(values, season))
}

impl Predict for FittedThief {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let m = self.season;
        if self.levels.len() == 1 {
            return self.levels[0].1.predict(horizon);
        }
        // Per season ahead: least squares of (sum of a block - its forecast)^2 / size.
        let cycles = horizon.div_ceil(m);
        let width = m + cycles;
        let mut system = vec![0.0; m * width];
        for (size, model) in &self.levels {
            let share = 1.0 / *size as f64;
            let ahead = model.predict(cycles * m / size);
            for place in 0..m {
                let block = place / size;
                let row = &mut system[place * width..(place + 1) * width];
                row[block * size..(block + 1) * size]
                    .iter_mut()
                    .for_each(|entry| *entry += share);
                for (cycle, entry) in row[m..].iter_mut().enumerate() {
                    *entry += share * ahead[cycle * (m / size) + block];
                }
            }
        }
        // Symmetric and positive definite through the level of single values: no pivoting.
        for pivot in 0..m {
            let (above, below) = system.split_at_mut((pivot + 1) * width);
            let top = &above[pivot * width..];
            for row in below.chunks_exact_mut(width) {
                let factor = row[pivot] / top[pivot];
                if factor != 0.0 {
                    let entries = row.iter_mut().zip(top);
                    entries.for_each(|(entry, top)| *entry -= factor * top);
                }
            }
        }
        for pivot in (0..m).rev() {
            let (above, below) = system.split_at_mut(pivot * width + width);
            let row = &mut above[pivot * width..];
            for (later, solved) in (pivot + 1..m).zip(below.chunks_exact(width)) {
                for cycle in m..width {
                    row[cycle] -= row[later] * solved[cycle];
                }
            }
            let diagonal = row[pivot];
            row[m..].iter_mut().for_each(|entry| *entry /= diagonal);
        }
        let at = |step: usize| system[step % m * width + m + step / m];
        (0..horizon).map(at).collect()
    }

    fn fitted(&self) -> &[f64] {
        self.levels[0].1.fitted()
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        self.levels[0].1.deviations(horizon)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_meet_between_their_forecasts() {
        let value =
            |t: usize| 40.0 + t as f64 + [0.0, 6.0, -4.0, 2.0][t % 4] + ((t * t * 7) % 5) as f64;
        let series = Series::new((0..50).map(value).collect(), vec![4]).expect("valid");
        let fitted = Thief.fit(&series).expect("long enough");
        let sizes: Vec<usize> = fitted.levels.iter().map(|(size, _)| *size).collect();
        assert_eq!(sizes, [1, 2, 4]);
        let year: f64 = fitted.predict(4).iter().sum();
        let sums = fitted
            .levels
            .iter()
            .map(|(size, model)| model.predict(4 / size).iter().sum());
        let sums: Vec<f64> = sums.collect();
        let (least, most) = sums
            .iter()
            .fold((f64::MAX, f64::MIN), |(l, m), s| (l.min(*s), m.max(*s)));
        // Structural weights: a year's sum is the plain mean of what the levels say.
        let mean = sums.iter().sum::<f64>() / 3.0;
        assert!(
            most - least > 1e-6 && (year - mean).abs() < 1e-9 * mean,
            "{sums:?} {year}"
        );
        assert_eq!(fitted.predict(7)[..4], fitted.predict(4));
    }

    #[test]
    fn without_a_season_it_is_theta() {
        let values: Vec<f64> = (0..30).map(|t| f64::from((t * 13) % 7 + t)).collect();
        let series = Series::new(values, vec![]).expect("valid");
        let plain = Theta.fit(&series).expect("long enough").predict(5);
        assert_eq!(Thief.fit(&series).expect("long enough").predict(5), plain);
    }
}
