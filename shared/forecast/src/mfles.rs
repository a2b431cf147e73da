//! Decomposition by boosting: median, Fourier seasons, a line, and exponential smoothing of what they leave.
//!
//! Blume's MFLES, as Nixtla's statsforecast documents it ("gradient boosted time series decomposition"): each round fits
//! a part to what the parts before have left and takes most of it, where that makes the errors smaller. Departures: the
//! line is straight, because the piecewise one is penalised away there unless it is asked for; no robust line; seasons
//! that were not seen twice and a constant among the waves are left out.
//!
//! Out of scope: regressors (see [`crate::forecast_with_regressors`]).

use crate::cholesky::{backward, cholesky, forward};
use crate::fit::complete;
use crate::portable::{binary_scale, circle, exp, ln};
use crate::sums::dot;
use crate::{Fit, FitError, Predict, Series};

/// Boosted decomposition with all seasons of the series that were seen twice.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mfles;

/// A fitted [`Mfles`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedMfles {
    unit: Unit,
    /// Level at the last value, and what it rises by each step.
    level: f64,
    slope: f64,
    /// What the seasons add to the next steps, for as long as the longest lasts; 0 without one.
    season: Vec<f64>,
    fitted: Vec<f64>,
    sigma: f64,
}

/// Rounds: after so many without a further gain at their beginning the usual implementation stops.
const ROUNDS: usize = 7;
/// Share of a season's fit that a round takes.
const SEASON_SHARE: f64 = 0.9;
/// Share of the squares that smoothing must gain to be taken.
const SMOOTHING_GAIN: f64 = 1e-4;
/// Smoothings that are averaged: 0.05, 0.1 and so on up to 0.95.
const SMOOTHINGS: usize = 19;

/// How values become the numbers that are taken apart.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Unit {
    /// Logarithm of the value over a power of two.
    Logarithm { scale: f64 },
    /// Deviations from the mean.
    Deviation { mean: f64, size: f64 },
}

impl Unit {
    fn of(values: &[f64], seasonal: bool) -> Self {
        let scale = binary_scale(values);
        let least = values.iter().fold(f64::INFINITY, |least, v| least.min(*v)) / scale;
        if seasonal && least > 1e-6 {
            return Self::Logarithm { scale };
        }
        let count = values.len() as f64;
        let mean = values.iter().map(|value| value / scale).sum::<f64>() / count;
        let square = |value: &f64| (value / scale - mean) * (value / scale - mean);
        let variance = values.iter().map(square).sum::<f64>() / count;
        let size = if variance > 0.0 { variance.sqrt() } else { 1.0 };
        Self::Deviation {
            mean: mean * scale,
            size: size * scale,
        }
    }

    fn taken(self, value: f64) -> f64 {
        match self {
            Self::Logarithm { scale } => ln(value / scale),
            Self::Deviation { mean, size } => value / size - mean / size,
        }
    }

    fn given(self, number: f64) -> f64 {
        match self {
            Self::Logarithm { scale } => scale * exp(number),
            Self::Deviation { mean, size } => mean + size * number,
        }
    }
}

impl Fit for Mfles {
    type Fitted = FittedMfles;

    fn fit(&self, series: &Series) -> Result<FittedMfles, FitError> {
        let given = complete(series, 4)?;
        let count = given.len();
        let seasons = series.seasons().iter().copied();
        let waves: Vec<Waves> = seasons
            .filter(|&length| count >= 2 * length)
            .filter_map(|length| Waves::new(length, count))
            .collect();
        let unit = Unit::of(given, !waves.is_empty());
        let values: Vec<f64> = given.iter().map(|&value| unit.taken(value)).collect();
        let longest = waves.iter().map(|waves| waves.length).max().unwrap_or(1);
        let mut season = vec![0.0; longest];
        let middle = median(&values);
        let mut rest: Vec<f64> = values.iter().map(|value| value - middle).collect();
        let mut smooth = vec![0.0; count];
        let (mut level, mut slope, mut trust) = (middle, 0.0, 1.0);
        for round in 0..ROUNDS {
            if let Some(waves) = waves.get(round % waves.len().max(1)) {
                let mut part = waves.fitted(&rest);
                part.iter_mut().for_each(|value| *value *= SEASON_SHARE);
                if takes(&mut rest, &part, 0.0) {
                    let last = &part[count - waves.length..];
                    let ahead = season.iter_mut().zip(last.iter().cycle());
                    ahead.for_each(|(season, value)| *season += value);
                }
            }
            if round % 2 == 1 {
                let part = line(&rest);
                let (before, mean) = (squares(&rest), rest.iter().sum::<f64>() / count as f64);
                if takes(&mut rest, &part, 0.0) {
                    level += part[count - 1];
                    slope += part[count - 1] - part[count - 2];
                    let whole = before - count as f64 * mean * mean;
                    if round == 1 && whole > 0.0 {
                        // A line that explains little is hardly continued.
                        trust = (1.0 - squares(&rest) / whole).max(0.0);
                    }
                }
            }
            if round + 1 == ROUNDS {
                smooth = smoothed(&rest);
                if takes(&mut rest, &smooth, SMOOTHING_GAIN) {
                    level += smooth[count - 1];
                } else {
                    smooth.fill(0.0);
                }
            }
        }
        // One step ahead the smoothing knows the value before, not the value itself.
        let mut errors = 0.0;
        let mut fitted = Vec::with_capacity(count);
        for t in 0..count {
            let known = if t > 0 { smooth[t - 1] } else { 0.0 };
            let error = rest[t] + smooth[t] - known;
            errors += error * error;
            fitted.push(unit.given(values[t] - error));
        }
        let sigma = (errors / count as f64).sqrt();
        if !(sigma.is_finite() && level.is_finite() && slope.is_finite()) {
            return Err(FitError::NotFinite);
        }
        Ok(FittedMfles {
            unit,
            level,
            slope: slope * trust,
            season,
            fitted,
            sigma,
        })
    }
}

/// Sines and cosines of a season over the values, and the factor of their products.
struct Waves {
    length: usize,
    columns: Vec<Vec<f64>>,
    factor: Vec<Vec<f64>>,
}

impl Waves {
    /// 5 waves below ten steps, 10 below seventy, else 15; none that the steps cannot show.
    fn new(length: usize, count: usize) -> Option<Self> {
        let most = match length {
            ..10 => 5,
            10..70 => 10,
            _ => 15,
        };
        let table: Vec<(f64, f64)> = (0..length).map(|t| circle(t, length)).collect();
        let mut columns: Vec<Vec<f64>> = Vec::new();
        for wave in 1..=most.min(length / 2) {
            let turns = (0..count).map(|t| table[t % length * wave % length]);
            let (cosines, sines): (Vec<f64>, Vec<f64>) = turns.unzip();
            columns.push(cosines);
            // The fastest wave of an even season only goes up and down.
            if 2 * wave < length {
                columns.push(sines);
            }
        }
        let products = |(index, column): (usize, &Vec<f64>)| {
            columns[..=index]
                .iter()
                .map(|other| dot(column, other))
                .collect()
        };
        let factor = cholesky(columns.iter().enumerate().map(products).collect())?;
        Some(Self {
            length,
            columns,
            factor,
        })
    }

    /// Least squares of some numbers on the waves.
    fn fitted(&self, numbers: &[f64]) -> Vec<f64> {
        let right: Vec<f64> = self.columns.iter().map(|c| dot(c, numbers)).collect();
        let solution = backward(&self.factor, forward(&self.factor, &right));
        let mut fitted = vec![0.0; numbers.len()];
        for (column, factor) in self.columns.iter().zip(solution) {
            let terms = fitted.iter_mut().zip(column);
            terms.for_each(|(sum, value)| *sum += factor * value);
        }
        fitted
    }
}

fn squares(numbers: &[f64]) -> f64 {
    dot(numbers, numbers)
}

/// Takes a part off where that leaves less than `1 - gain` of the squares.
fn takes(rest: &mut Vec<f64>, part: &[f64], gain: f64) -> bool {
    let left: Vec<f64> = rest.iter().zip(part).map(|(a, b)| a - b).collect();
    let is_better = squares(&left) < (1.0 - gain) * squares(rest);
    if is_better {
        *rest = left;
    }
    is_better
}

/// The least-squares line.
fn line(numbers: &[f64]) -> Vec<f64> {
    let count = numbers.len() as f64;
    let middle = (count - 1.0) / 2.0;
    let mean = numbers.iter().sum::<f64>() / count;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for (t, number) in numbers.iter().enumerate() {
        let apart = t as f64 - middle;
        covariance += apart * number;
        variance += apart * apart;
    }
    let slope = covariance / variance;
    let at = |t: usize| mean + slope * (t as f64 - middle);
    (0..numbers.len()).map(at).collect()
}

/// The mean of exponential smoothings.
fn smoothed(numbers: &[f64]) -> Vec<f64> {
    let mut levels = [numbers[0]; SMOOTHINGS];
    let mean = |number: &f64| {
        let mut sum = 0.0;
        for (index, level) in levels.iter_mut().enumerate() {
            *level += 0.05 * (index + 1) as f64 * (number - *level);
            sum += *level;
        }
        sum / SMOOTHINGS as f64
    };
    numbers.iter().map(mean).collect()
}

fn median(numbers: &[f64]) -> f64 {
    let mut ascending = numbers.to_vec();
    ascending.sort_unstable_by(f64::total_cmp);
    let half = ascending.len() / 2;
    if ascending.len().is_multiple_of(2) {
        0.5 * (ascending[half - 1] + ascending[half])
    } else {
        ascending[half]
    }
}

impl Predict for FittedMfles {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let ahead = self.season.iter().cycle().take(horizon).enumerate();
        let step = |(h, season): (usize, &f64)| {
            self.unit
                .given(self.level + self.slope * (h + 1) as f64 + season)
        };
        ahead.map(step).collect()
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// sigma sqrt(1 + (h - 1) / 4), as simple smoothing with the middle of the smoothings.
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let step = |h: usize| self.sigma * (1.0 + 0.25 * h as f64).sqrt();
        let deviations = (0..horizon).map(step);
        match self.unit {
            Unit::Logarithm { .. } => {
                let forecast = self.predict(horizon);
                deviations.zip(forecast).map(|(d, f)| d * f).collect()
            }
            Unit::Deviation { size, .. } => deviations.map(|d| d * size).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::noise;

    #[test]
    fn finds_line_and_season() {
        let value = |t: usize| 50.0 + 0.5 * t as f64 + [0.0, 8.0, -3.0, 5.0, -10.0][t % 5];
        let values: Vec<f64> = (0..100).map(|t| value(t) + 0.2 * noise(t) - 60.0).collect();
        let series = Series::new(values, vec![5]).expect("valid");
        let fitted = Mfles.fit(&series).expect("long enough");
        for (step, found) in fitted.predict(10).iter().enumerate() {
            let expected = value(100 + step) - 60.0;
            assert!((found - expected).abs() < 1.5, "{step}: {found} {expected}");
        }
    }

    #[test]
    fn every_series_has_an_answer_or_an_error() {
        let shapes: [fn(usize) -> f64; 5] = [
            |_| 0.0,
            |_| 7.0,
            |t| 1e300 * noise(t),
            |t| 5e-324 * (t % 3) as f64,
            |t| if t == 20 { -1e12 } else { noise(t) },
        ];
        for shape in shapes {
            for count in [4, 13, 90] {
                for seasons in [vec![], vec![2], vec![3, 12], vec![7, 40, 1_000]] {
                    let values = (0..count).map(shape).collect();
                    let series = Series::new(values, seasons).expect("valid");
                    if let Ok(fitted) = Mfles.fit(&series) {
                        assert_eq!((fitted.predict(9).len(), fitted.fitted().len()), (9, count));
                        assert!(fitted.deviations(9).iter().all(|d| !d.is_nan()));
                    }
                }
            }
        }
    }
}
