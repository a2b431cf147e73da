//! How often to take differences, and taking them.
//!
//! Kwiatkowski, Phillips, Schmidt and Shin, "Testing the null hypothesis of stationarity", Journal
//! of Econometrics 54 (1992), at 5 %; Wang, Smith and Hyndman, "Characteristic-based clustering for
//! time series data" (2006), for the strength of a season.

use crate::stl::Stl;

/// Critical value of the test for a level, 5 %.
const KPSS_CRITICAL: f64 = 0.463;
/// Share of the season in what is not trend above which a seasonal difference is taken.
const STRONG_SEASON: f64 = 0.64;

/// Numbers of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Differences {
    pub short: usize,
    pub seasonal: usize,
    pub season: usize,
}

impl Differences {
    /// At most one seasonal and two others.
    pub fn choose(values: &[f64], season: usize) -> Self {
        let strong = season > 1 && strength(values, season) > STRONG_SEASON;
        let mut chosen = Self {
            short: 0,
            seasonal: usize::from(strong),
            season,
        };
        while chosen.short < 2 {
            let changed = chosen.apply(values);
            if changed.len() < 8 || kpss(&changed) < KPSS_CRITICAL {
                break;
            }
            chosen.short += 1;
        }
        chosen
    }

    /// The differenced values.
    pub fn apply(&self, values: &[f64]) -> Vec<f64> {
        let mut changed = values.to_vec();
        for lag in self.lags() {
            let before = changed.iter().zip(changed.get(lag..).unwrap_or_default());
            changed = before.map(|(before, after)| after - before).collect();
        }
        changed
    }

    fn lags(&self) -> impl Iterator<Item = usize> + use<> {
        let seasonal = std::iter::repeat_n(self.season, self.seasonal);
        seasonal.chain(std::iter::repeat_n(1, self.short))
    }

    /// Weights of past values: autoregressive lags with the differences multiplied in; index 0 is
    /// not used.
    pub fn multiply(&self, lags: &[(usize, f64)]) -> Vec<f64> {
        let longest = lags.iter().map(|(lag, _)| *lag).max().unwrap_or(0);
        let mut polynomial = vec![0.0; longest + 1];
        polynomial[0] = 1.0;
        for &(lag, coefficient) in lags {
            polynomial[lag] -= coefficient;
        }
        for lag in self.lags() {
            let mut next = polynomial.clone();
            next.resize(polynomial.len() + lag, 0.0);
            for (i, coefficient) in polynomial.iter().enumerate() {
                next[i + lag] -= coefficient;
            }
            polynomial = next;
        }
        polynomial.iter().map(|coefficient| -coefficient).collect()
    }
}

/// The KPSS statistic of a level, with Bartlett's window of 4 (n / 100)^(1/4) lags.
fn kpss(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let rest: Vec<f64> = values.iter().map(|value| value - mean).collect();
    let mut sum = 0.0;
    let partial: f64 = rest
        .iter()
        .map(|value| {
            sum += value;
            sum * sum
        })
        .sum();
    let lags = (4.0 * (count / 100.0).sqrt().sqrt()) as usize;
    let covariance = |lag: usize| {
        let pairs = rest.iter().zip(&rest[lag.min(rest.len())..]);
        pairs.map(|(a, b)| a * b).sum::<f64>() / count
    };
    let weighted = (1..=lags).map(|k| 2.0 * (1.0 - k as f64 / (lags + 1) as f64) * covariance(k));
    let variance = covariance(0) + weighted.sum::<f64>();
    // What does not vary is stationary.
    if variance > 0.0 {
        partial / (count * count * variance)
    } else {
        0.0
    }
}

/// 1 - Var(remainder) / Var(season + remainder), at least 0.
fn strength(values: &[f64], season: usize) -> f64 {
    if values.len() < 2 * season {
        return 0.0;
    }
    let parts = Stl::new(season, 11, false).decompose(values);
    let without: Vec<f64> = values
        .iter()
        .zip(&parts.trend)
        .map(|(v, t)| v - t)
        .collect();
    let rest: Vec<f64> = without
        .iter()
        .zip(&parts.seasonal)
        .map(|(v, s)| v - s)
        .collect();
    let whole = variance(&without);
    if whole > 0.0 {
        (1.0 - variance(&rest) / whole).max(0.0)
    } else {
        0.0
    }
}

fn variance(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_and_their_polynomial_agree() {
        let values: Vec<f64> = (0..20).map(|t| f64::from((t * 7) % 5 + t)).collect();
        let differences = Differences {
            short: 1,
            seasonal: 1,
            season: 4,
        };
        let weights = differences.multiply(&[]);
        let last = *differences.apply(&values).last().expect("15 values");
        let past = values[..19].iter().rev().zip(&weights[1..]);
        let expected: f64 = past.map(|(value, weight)| value * weight).sum();
        assert!((values[19] - expected - last).abs() < 1e-12);
    }

    #[test]
    fn a_line_wants_one_difference_and_a_season_its_own() {
        let noise = |t: usize| ((t * t * 31) % 17) as f64 / 17.0;
        let line: Vec<f64> = (0..60).map(|t| t as f64 + noise(t)).collect();
        let chosen = Differences::choose(&line, 1);
        assert_eq!((chosen.short, chosen.seasonal), (1, 0));
        let wave: Vec<f64> = (0..60)
            .map(|t| [0.0, 9.0, 3.0, 5.0][t % 4] + noise(t))
            .collect();
        assert_eq!(Differences::choose(&wave, 4).seasonal, 1);
        let level: Vec<f64> = (0..60).map(noise).collect();
        assert_eq!(Differences::choose(&level, 1).short, 0);
    }
}
