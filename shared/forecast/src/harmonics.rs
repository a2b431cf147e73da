//! A long season as a smooth curve: a few harmonics instead of one figure per step.
//!
//! A yearly season in daily values has 365 positions and seldom more than two or three years to
//! measure them: per-position figures would mostly repeat last year's noise. Regression on sines
//! and cosines (Hyndman and Athanasopoulos, 3rd ed., section 7.4) with a straight trend; the number
//! of harmonics by BIC, whose count of values is reduced by the autocorrelation of the residuals,
//! because wandering values look like slow waves. None at all is one of the choices.

use crate::portable::{circle, ln};

/// Most harmonics of a season.
const HARMONICS_MAX: usize = 6;

/// A season made of sines and cosines; its mean over a whole period is 0.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Harmonics {
    period: usize,
    /// Cosine and sine coefficient of each harmonic.
    coefficients: Vec<(f64, f64)>,
}

impl Harmonics {
    /// Fits the season; `None` where none is better, or with less than one and a half periods.
    pub fn fit(values: &[f64], period: usize) -> Option<Self> {
        let count = values.len();
        if count < period + period / 2 {
            return None;
        }
        // Below two periods the slow waves and the trend can hardly be told apart.
        let most = if count < 2 * period { 2 } else { HARMONICS_MAX }.min((period - 1) / 2);
        let columns = 2 + 2 * most;
        let table: Vec<(f64, f64)> = (0..period).map(|t| circle(t, period)).collect();
        let mut design = Vec::with_capacity(count * columns);
        for t in 0..count {
            design.push(1.0);
            design.push(t as f64 / count as f64 - 0.5);
            for harmonic in 1..=most {
                let (cosine, sine) = table[t * harmonic % period];
                design.extend([cosine, sine]);
            }
        }
        let triangle = triangle(&design, values, columns)?;
        let mut best: Option<(f64, Vec<f64>)> = None;
        for harmonics in 0..=most {
            let used = 2 + 2 * harmonics;
            let solution = solve(&triangle, columns, used)?;
            let criterion = criterion(&design, values, columns, &solution);
            if best.as_ref().is_none_or(|(least, _)| criterion < *least) {
                best = Some((criterion, solution));
            }
        }
        let (_, solution) = best?;
        let coefficients: Vec<(f64, f64)> = solution[2..]
            .chunks_exact(2)
            .map(|pair| (pair[0], pair[1]))
            .collect();
        (!coefficients.is_empty()).then_some(Self {
            period,
            coefficients,
        })
    }

    /// The season at a position, the first value being position 0.
    pub fn at(&self, position: usize) -> f64 {
        let terms = self
            .coefficients
            .iter()
            .enumerate()
            .map(|(index, (cosine, sine))| {
                let (c, s) = circle(position % self.period * (index + 1), self.period);
                cosine * c + sine * s
            });
        terms.sum()
    }
}

/// n_eff ln(rss / n) + k ln(n_eff) with n_eff = n (1 - r) / (1 + r).
fn criterion(design: &[f64], values: &[f64], columns: usize, solution: &[f64]) -> f64 {
    let (mut squares, mut products, mut before) = (0.0, 0.0, 0.0);
    for (row, value) in design.chunks_exact(columns).zip(values) {
        let fit: f64 = row.iter().zip(solution).map(|(x, b)| x * b).sum();
        let residual = value - fit;
        squares += residual * residual;
        products += residual * before;
        before = residual;
    }
    let count = values.len() as f64;
    if squares <= f64::MIN_POSITIVE {
        return f64::NEG_INFINITY;
    }
    let correlation = (products / squares).clamp(0.0, 0.99);
    let effective = (count * (1.0 - correlation) / (1.0 + correlation)).max(3.0);
    effective * ln(squares / count) + solution.len() as f64 * ln(effective)
}

/// Normal equations of all columns, brought to triangular form; `None` where columns depend on each
/// other. They are well conditioned: the columns are nearly orthogonal and of similar size. The
/// leading part of the triangle is that of the first columns alone, so one pass serves all choices.
fn triangle(design: &[f64], values: &[f64], columns: usize) -> Option<Vec<f64>> {
    let width = columns + 1;
    let mut system = vec![0.0; columns * width];
    for (row, value) in design.chunks_exact(columns).zip(values) {
        for (i, left) in row.iter().enumerate() {
            let sums = &mut system[i * width + i..(i + 1) * width];
            let right = row[i..].iter().chain(std::iter::once(value));
            sums.iter_mut()
                .zip(right)
                .for_each(|(sum, right)| *sum += left * right);
        }
    }
    for i in 0..columns {
        for j in 0..i {
            system[i * width + j] = system[j * width + i];
        }
    }
    for pivot in 0..columns {
        let diagonal = system[pivot * width + pivot];
        // Positive definite: no exchange of rows is needed, and a tiny pivot means dependence.
        if !(diagonal > 1e-9 * values.len() as f64 && diagonal.is_finite()) {
            return None;
        }
        for row in pivot + 1..columns {
            let factor = system[row * width + pivot] / diagonal;
            for column in pivot..width {
                system[row * width + column] -= factor * system[pivot * width + column];
            }
        }
    }
    Some(system)
}

/// Coefficients of the first `used` columns.
fn solve(triangle: &[f64], columns: usize, used: usize) -> Option<Vec<f64>> {
    let width = columns + 1;
    let mut solution = vec![0.0; used];
    for i in (0..used).rev() {
        let row = &triangle[i * width..(i + 1) * width];
        let known: f64 = (i + 1..used).map(|j| row[j] * solution[j]).sum();
        solution[i] = (row[columns] - known) / row[i];
    }
    solution
        .iter()
        .all(|value| value.is_finite())
        .then_some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::noise;

    #[test]
    fn finds_a_yearly_wave() {
        let wave = |t: usize| 10.0 * circle(t, 365).0 + 4.0 * circle(2 * t, 365).1;
        let values: Vec<f64> = (0..800)
            .map(|t| 50.0 + 0.01 * t as f64 + wave(t) + noise(t))
            .collect();
        let season = Harmonics::fit(&values, 365).expect("a clear season");
        for t in 800..900 {
            assert!(
                (season.at(t) - wave(t)).abs() < 0.6,
                "{t}: {} for {}",
                season.at(t),
                wave(t)
            );
        }
    }

    #[test]
    fn sees_no_season_in_noise_or_a_walk() {
        let pure: Vec<f64> = (0..800).map(noise).collect();
        assert_eq!(Harmonics::fit(&pure, 365), None);
        let walk: Vec<f64> = pure
            .iter()
            .scan(0.0, |sum, step| {
                *sum += step;
                Some(*sum)
            })
            .collect();
        assert_eq!(Harmonics::fit(&walk, 365), None);
        assert_eq!(Harmonics::fit(&pure[..500], 365), None, "too short");
    }
}
