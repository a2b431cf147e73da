//! What regressors bring, beside level, trend and seasons: regression with errors that follow each other.
//!
//! The columns of the caller stand beside a trend of straight pieces and seasons of figures (up to 31 steps) or
//! waves, so that a month of fasting is not taken for a dip of the trend. Errors are taken to follow the one
//! before (Cochrane and Orcutt, "Application of least squares regression to relationships containing
//! auto-correlated error terms", 1949), and far ones count less (Huber, "Robust estimation of a location
//! parameter", 1964).

use crate::cholesky::{backward, cholesky, forward};
use crate::portable::circle;
use crate::sums::dot;

/// Most pieces of the trend, and the least steps of one.
const PIECES_MAX: usize = 12;
const PIECE_MIN: usize = 24;
/// Seasons up to this length have a figure per step, longer ones this many waves.
const FIGURES_MAX: usize = 31;
const WAVES: usize = 3;
/// Rows beyond the columns that are needed.
const SPARE_ROWS: usize = 12;
/// Rounds of weighing.
const ROUNDS: usize = 4;
/// Errors beyond so many robust deviations count less.
const HUBER: f64 = 2.0;

/// A coefficient and its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Estimate {
    pub size: f64,
    pub error: f64,
}

/// Coefficients of the columns on values (NaN where missing); `None` with too few values.
pub(super) fn estimate(
    values: &[f64],
    columns: &[&[f64]],
    seasons: &[usize],
) -> Option<Vec<Estimate>> {
    let rows = design(values.len(), columns, seasons);
    let width = rows.first()?.len();
    let known = values.iter().filter(|value| !value.is_nan()).count();
    if known < width + SPARE_ROWS {
        return None;
    }
    let mut weights = vec![1.0; values.len()];
    let mut follows = 0.0;
    let mut answer = None;
    for _ in 0..ROUNDS {
        let fit = Fit::of(values, &rows, &weights, follows)?;
        let errors: Vec<f64> = values
            .iter()
            .zip(&rows)
            .map(|(value, row)| value - dot(row, &fit.coefficients))
            .collect();
        let pairs = || {
            errors
                .windows(2)
                .filter(|pair| !(pair[0] + pair[1]).is_nan())
        };
        let before: f64 = pairs().map(|pair| pair[0] * pair[0]).sum();
        let products: f64 = pairs().map(|pair| pair[0] * pair[1]).sum();
        if before > 0.0 {
            follows = (products / before).clamp(0.0, 0.9);
        }
        let new: Vec<f64> = (0..errors.len())
            .map(|t| match t.checked_sub(1).map(|before| errors[before]) {
                Some(before) if !before.is_nan() => errors[t] - follows * before,
                _ => errors[t],
            })
            .collect();
        let mut sizes: Vec<f64> = new
            .iter()
            .filter(|e| !e.is_nan())
            .map(|e| e.abs())
            .collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let deviation = 1.4826 * sizes.get(sizes.len() / 2).copied().unwrap_or(0.0);
        for (weight, error) in weights.iter_mut().zip(&new) {
            *weight = 1.0;
            // An error that is no number weighs nothing anyhow.
            if error.abs() > HUBER * deviation && deviation > 0.0 {
                *weight = HUBER * deviation / error.abs();
            }
        }
        answer = Some(fit);
    }
    let fit = answer?;
    let first = width - columns.len();
    let estimates = (first..width).map(|column| {
        let mut unit = vec![0.0; width];
        unit[column] = 1.0;
        let half = forward(&fit.factor, &unit);
        Estimate {
            size: fit.coefficients[column],
            error: (fit.variance * dot(&half, &half)).sqrt(),
        }
    });
    let estimates: Vec<Estimate> = estimates.collect();
    let finite = |e: &Estimate| e.size.is_finite() && e.error.is_finite();
    estimates.iter().all(finite).then_some(estimates)
}

/// Level, pieces of the trend, seasons, and last the columns of the caller: a row per value.
fn design(count: usize, columns: &[&[f64]], seasons: &[usize]) -> Vec<Vec<f64>> {
    let pieces =
        (count / PIECE_MIN.max(2 * seasons.first().copied().unwrap_or(1))).clamp(1, PIECES_MAX);
    let row = |t: usize| {
        let at = t as f64 / count as f64;
        let mut row = vec![1.0];
        row.extend((0..pieces).map(|piece| (at - piece as f64 / pieces as f64).max(0.0)));
        for &season in seasons {
            if count < season + season / 2 || count < 2 * season && season <= FIGURES_MAX {
                continue;
            }
            if season <= FIGURES_MAX {
                row.extend((1..season).map(|figure| f64::from(u8::from(t % season == figure))));
            } else {
                for wave in 1..=WAVES {
                    let (cosine, sine) = circle(t % season * wave, season);
                    row.extend([cosine, sine]);
                }
            }
        }
        row.extend(columns.iter().map(|column| column[t]));
        row
    };
    (0..count).map(row).collect()
}

/// One weighted least-squares fit.
struct Fit {
    coefficients: Vec<f64>,
    factor: Vec<Vec<f64>>,
    variance: f64,
}

impl Fit {
    fn of(values: &[f64], rows: &[Vec<f64>], weights: &[f64], follows: f64) -> Option<Self> {
        let width = rows.first()?.len();
        let mut system = vec![vec![0.0; width]; width];
        let mut right = vec![0.0; width];
        let (mut squares, mut total) = (0.0, 0.0);
        let mut row = vec![0.0; width];
        for (t, value) in values.iter().enumerate() {
            let before = t.checked_sub(1).filter(|&before| !values[before].is_nan());
            let (value, share) = match before {
                Some(before) => (value - follows * values[before], follows),
                None => (*value, 0.0),
            };
            if value.is_nan() {
                continue;
            }
            let earlier = before.map_or(&rows[t], |before| &rows[before]);
            row.iter_mut()
                .zip(rows[t].iter().zip(earlier))
                .for_each(|(x, (own, earlier))| *x = own - share * earlier);
            for (i, line) in system.iter_mut().enumerate() {
                let left = weights[t] * row[i];
                if left == 0.0 {
                    continue;
                }
                right[i] += left * value;
                line.iter_mut()
                    .zip(&row)
                    .take(i + 1)
                    .for_each(|(sum, x)| *sum += left * x);
            }
            squares += weights[t] * value * value;
            total += weights[t];
        }
        // Columns that say next to the same share what they bring.
        for (i, line) in system.iter_mut().enumerate() {
            line[i] += 1e-8 * (line[i] + total);
        }
        let factor = cholesky(system)?;
        let coefficients = backward(&factor, forward(&factor, &right));
        let left = (squares - dot(&coefficients, &right)).max(0.0);
        Some(Self {
            coefficients,
            factor,
            variance: left / (total - width as f64).max(1.0),
        })
    }
}
