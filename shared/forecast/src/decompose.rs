//! A series explained: trend, each season, and what is left.
//!
//! Robust STL per season, long seasons as smooth curves (see [`crate::Mstl`] for the sources).
//! Out of scope: holidays and other regressors, which then appear in the remainder.

use serde::{Deserialize, Serialize};

use crate::Series;
use crate::gaps::fill_gaps;
use crate::mstl::seasons_of;
use crate::portable::binary_scale;

/// Parts of a series, each as long as the series and in its units: at every position
/// value = trend + sum of seasons + remainder.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Decomposition {
    /// The course without seasons and noise; empty where no value was present at all.
    pub trend: Vec<f64>,
    /// The seasons that the history is long enough for, shortest first; a long one that is not
    /// there is left out.
    pub seasons: Vec<SeasonPart>,
    /// What is left; none where the value was missing.
    pub remainder: Vec<Option<f64>>,
}

/// One season.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SeasonPart {
    /// Its length in steps.
    pub length: usize,
    /// What it adds to the trend at each position.
    pub values: Vec<f64>,
}

impl Decomposition {
    /// Trend and seasons together: what was to be expected at a position.
    pub fn expected(&self, position: usize) -> Option<f64> {
        let trend = self.trend.get(position)?;
        let seasonal: f64 = self
            .seasons
            .iter()
            .map(|season| season.values[position])
            .sum();
        // Parts of values near the largest number may add up to more: the sum stays a number.
        Some((trend + seasonal).clamp(-f64::MAX, f64::MAX))
    }
}

/// Takes a series apart; outliers stay in the remainder.
///
/// ```
/// use forecast::{Series, decompose};
///
/// let week = [0.0, 0.0, 0.0, 0.0, 3.0, 8.0, -11.0];
/// let mut sales: Vec<f64> = (0..70).map(|day| 100.0 + week[day % 7]).collect();
/// sales[30] += 40.0;
/// let parts = decompose(&Series::new(sales, vec![7])?);
/// assert!((parts.seasons[0].values[5] - 8.0).abs() < 0.1);
/// assert!((parts.remainder[30].unwrap() - 40.0).abs() < 0.1);
/// # Ok::<(), forecast::SeriesError>(())
/// ```
pub fn decompose(series: &Series) -> Decomposition {
    let scale = binary_scale(series.values());
    let values: Vec<f64> = series.values().iter().map(|value| value / scale).collect();
    let season = series
        .seasons()
        .first()
        .copied()
        .filter(|&m| values.len() >= 2 * m);
    let filled = fill_gaps(&values, season);
    if filled.is_empty() {
        return Decomposition::default();
    }
    let parts = seasons_of(&filled, series.seasons(), true);
    // Parts of values near the largest number may exceed it; the end of the range stands for them.
    let finish = |value: f64| (value * scale).clamp(-f64::MAX, f64::MAX);
    let remainder = values.iter().enumerate().map(|(t, value)| {
        let seasonal: f64 = parts.seasonal.iter().map(|season| season.values[t]).sum();
        (!value.is_nan()).then(|| finish(value - parts.trend[t] - seasonal))
    });
    Decomposition {
        remainder: remainder.collect(),
        trend: parts.trend.iter().map(|&value| finish(value)).collect(),
        seasons: parts
            .seasonal
            .iter()
            .map(|season| SeasonPart {
                length: season.period,
                values: season.values.iter().map(|&value| finish(value)).collect(),
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_add_up_to_the_values() {
        let values: Vec<f64> = (0..900)
            .map(|t| {
                if t % 50 == 3 {
                    f64::NAN
                } else {
                    ((t * 7_919) % 113 + t) as f64
                }
            })
            .collect();
        let parts = decompose(&Series::new(values.clone(), vec![7, 365]).expect("valid"));
        for (t, value) in values.iter().enumerate() {
            match parts.remainder[t] {
                None => assert!(value.is_nan()),
                Some(rest) => {
                    let sum = parts.expected(t).expect("within") + rest;
                    assert!((sum - value).abs() < 1e-9, "{t}: {sum} for {value}");
                }
            }
        }
    }

    #[test]
    fn nothing_has_no_parts() {
        let nothing = Series::new(vec![f64::NAN; 9], vec![7]).expect("valid");
        assert_eq!(decompose(&nothing), Decomposition::default());
    }
}
