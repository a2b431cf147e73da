//! Conditional least squares of a multiplicative seasonal ARMA on differenced values.
//!
//! Box, Jenkins and Reinsel, "Time Series Analysis" (4th ed. 2008), section 7.1.2. Errors are a
//! nonlinear function of the coefficients, minimised by damped Gauss-Newton steps; a step that leaves
//! the stationary and invertible region is not taken. The slopes are exact and cheap: those of one kind
//! of coefficient are one filtered series, shifted.

use crate::sums::dot;

/// Number of coefficients of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orders {
    /// Short autoregressive, short moving average, seasonal autoregressive, seasonal moving average.
    pub counts: [usize; 4],
    /// True where the differenced values have a mean of their own.
    pub constant: bool,
    pub season: usize,
}

/// Estimated coefficients: those of [`Orders::counts`] in turn, then the mean.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Estimate {
    pub parameters: Vec<f64>,
    pub errors: Vec<f64>,
    pub squares: f64,
}

/// How far to go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    /// Gauss-Newton rounds; most fits stop well before.
    pub rounds: usize,
    /// Share of the squares below which a round's gain ends the search.
    pub gain: f64,
}

/// For orders that are in use.
pub(super) const FINAL: Effort = Effort {
    rounds: 20,
    gain: 1e-10,
};
/// For orders that are looked at: their criteria differ by more than this misses.
pub(super) const SEARCH: Effort = Effort {
    rounds: 6,
    gain: 1e-3,
};

/// Largest reflection coefficient: beyond it a polynomial is as good as not stationary.
const REFLECTION_MAX: f64 = 0.985;

impl Orders {
    /// Coefficients, the mean included.
    pub fn parameters(&self) -> usize {
        self.counts.iter().sum::<usize>() + usize::from(self.constant)
    }

    /// The parameters split by kind; the mean is 0 where there is none.
    fn split<'a>(&self, parameters: &'a [f64]) -> ([&'a [f64]; 4], f64) {
        let [p, q, sp, _] = self.counts;
        let end = self.counts.iter().sum::<usize>();
        let parts = [
            &parameters[..p],
            &parameters[p..p + q],
            &parameters[p + q..p + q + sp],
            &parameters[p + q + sp..end],
        ];
        (parts, parameters.get(end).copied().unwrap_or(0.0))
    }

    /// The lags of the multiplied polynomials with their coefficients: autoregressive, moving average.
    pub fn lags(&self, parameters: &[f64]) -> [Vec<(usize, f64)>; 2] {
        let ([short_ar, short_ma, long_ar, long_ma], _) = self.split(parameters);
        [
            product(short_ar, long_ar, self.season, -1.0),
            product(short_ma, long_ma, self.season, 1.0),
        ]
    }

    /// Mean of the differenced values.
    pub fn mean(&self, parameters: &[f64]) -> f64 {
        self.split(parameters).1
    }

    fn is_stable(&self, parameters: &[f64]) -> bool {
        let (parts, _) = self.split(parameters);
        let signs = [1.0, -1.0, 1.0, -1.0];
        parts
            .iter()
            .zip(signs)
            .all(|(part, sign)| is_stationary(part, sign))
    }

    /// Errors and their squares; before the first value all is as the mean.
    fn run(&self, values: &[f64], parameters: &[f64], errors: &mut Vec<f64>) -> f64 {
        let [ar, ma] = self.lags(parameters);
        let mean = self.mean(parameters);
        errors.clear();
        errors.extend(values.iter().map(|value| value - mean));
        filter(errors, &ar, &ma);
        errors.iter().map(|error| error * error).sum()
    }

    /// What one more of each coefficient adds to the errors: a filtered series and a shift for each.
    fn slopes(&self, values: &[f64], parameters: &[f64], errors: &[f64], slopes: &mut [Vec<f64>]) {
        let ([short_ar, short_ma, long_ar, long_ma], mean) = self.split(parameters);
        let [ar, ma] = self.lags(parameters);
        let only = |coefficients: &[f64], lag: usize| -> Vec<(usize, f64)> {
            let lags = coefficients.iter().enumerate();
            lags.map(|(i, &c)| ((i + 1) * lag, c)).collect()
        };
        let mut filtered = Vec::with_capacity(values.len());
        let mut next = 0;
        for kind in 0..4 {
            let count = self.counts[kind];
            if count == 0 {
                continue;
            }
            filtered.clear();
            let lag = if kind < 2 { 1 } else { self.season };
            match kind {
                0 | 2 => {
                    filtered.extend(values.iter().map(|value| value - mean));
                    let other = if kind == 0 {
                        only(long_ar, self.season)
                    } else {
                        only(short_ar, 1)
                    };
                    filter(&mut filtered, &other, &ma);
                }
                _ => {
                    filtered.extend_from_slice(errors);
                    let own = if kind == 1 { short_ma } else { long_ma };
                    filter(&mut filtered, &[], &only(own, lag));
                }
            }
            for i in 1..=count {
                let shift = (i * lag).min(values.len());
                let slope = &mut slopes[next];
                slope.clear();
                slope.resize(shift, 0.0);
                let kept = values.len() - shift;
                slope.extend(filtered[..kept].iter().map(|value| -value));
                next += 1;
            }
        }
        if self.constant {
            let slope = &mut slopes[next];
            slope.clear();
            slope.resize(values.len(), -1.0);
            filter(slope, &ar, &ma);
        }
    }

    /// Estimates the coefficients, from `first` on where that is given.
    pub fn estimate(
        &self,
        values: &[f64],
        first: Option<&[f64]>,
        effort: Effort,
    ) -> Option<Estimate> {
        let count = self.parameters();
        let longest =
            self.counts[0].max(self.counts[1]) + self.counts[2].max(self.counts[3]) * self.season;
        if values.len() < (count + 3).max(longest + 1) {
            return None;
        }
        let mut parameters = vec![0.0; count];
        if self.constant {
            parameters[count - 1] = values.iter().sum::<f64>() / values.len() as f64;
        }
        if let Some(first) = first.filter(|f| f.len() == count && self.is_stable(f)) {
            parameters.copy_from_slice(first);
        }
        let mut errors = Vec::with_capacity(values.len());
        let mut tried = Vec::with_capacity(values.len());
        let mut squares = self.run(values, &parameters, &mut errors);
        let mut slopes = vec![Vec::with_capacity(values.len()); count];
        let mut damping = 1e-3;
        for _ in 0..effort.rounds {
            self.slopes(values, &parameters, &errors, &mut slopes);
            let normal = normal_equations(&slopes, &errors);
            let mut improved = 0.0;
            for _ in 0..6 {
                let Some(step) = normal_step(&normal, damping) else {
                    break;
                };
                let moved: Vec<f64> = parameters.iter().zip(&step).map(|(p, s)| p + s).collect();
                let found = if self.is_stable(&moved) {
                    self.run(values, &moved, &mut tried)
                } else {
                    f64::INFINITY
                };
                if found < squares {
                    improved = (squares - found) / squares;
                    std::mem::swap(&mut errors, &mut tried);
                    (parameters, squares) = (moved, found);
                    damping *= 0.2;
                    break;
                }
                damping = (damping * 8.0).max(1e-3);
            }
            if improved < effort.gain {
                break;
            }
        }
        squares.is_finite().then_some(Estimate {
            parameters,
            errors,
            squares,
        })
    }

    /// Coefficients of these orders that are those of others as far as both have them.
    pub fn carried_over(&self, from: &Self, parameters: &[f64]) -> Vec<f64> {
        let (parts, mean) = from.split(parameters);
        let mut carried = Vec::with_capacity(self.parameters());
        for (part, count) in parts.iter().zip(self.counts) {
            let kept = &part[..count.min(part.len())];
            carried.extend_from_slice(kept);
            carried.resize(carried.len() + count - kept.len(), 0.0);
        }
        if self.constant {
            carried.push(mean);
        }
        carried
    }
}

/// Takes autoregressive and moving average lags out of a series, in place: x_t - sum a x_(t-l), then
/// e_t = that - sum b e_(t-l), all zero before the first.
fn filter(series: &mut [f64], ar: &[(usize, f64)], ma: &[(usize, f64)]) {
    if !ar.is_empty() {
        let before = series.to_vec();
        for &(lag, coefficient) in ar {
            let later = series.iter_mut().skip(lag);
            later
                .zip(&before)
                .for_each(|(value, past)| *value -= coefficient * past);
        }
    }
    for t in 0..series.len() {
        let mut error = series[t];
        for &(lag, coefficient) in ma {
            if lag <= t {
                error -= coefficient * series[t - lag];
            }
        }
        series[t] = error;
    }
}

/// (1 + sign sum short_i B^i)(1 + sign sum long_j B^jm) without its leading 1, as what is added to a
/// forecast: the coefficient of a product carries the sign once.
fn product(short: &[f64], long: &[f64], season: usize, sign: f64) -> Vec<(usize, f64)> {
    let mut lags: Vec<(usize, f64)> = short.iter().enumerate().map(|(i, &c)| (i + 1, c)).collect();
    for (j, &seasonal) in long.iter().enumerate() {
        let lag = (j + 1) * season;
        lags.push((lag, seasonal));
        lags.extend(
            short
                .iter()
                .enumerate()
                .map(|(i, &c)| (lag + i + 1, sign * c * seasonal)),
        );
    }
    lags
}

/// Durbin and Levinson's recursion backwards: all reflection coefficients within the unit circle.
fn is_stationary(coefficients: &[f64], sign: f64) -> bool {
    let mut row: Vec<f64> = coefficients.iter().map(|c| sign * c).collect();
    while let Some(reflection) = row.pop() {
        if reflection.is_nan() || reflection.abs() > REFLECTION_MAX {
            return false;
        }
        let count = row.len();
        let below: Vec<f64> = (0..count)
            .map(|i| (row[i] + reflection * row[count - 1 - i]) / (1.0 - reflection * reflection))
            .collect();
        row = below;
    }
    true
}

/// J'J with -J'e as its last column.
fn normal_equations(slopes: &[Vec<f64>], errors: &[f64]) -> Vec<Vec<f64>> {
    let count = slopes.len();
    let mut rows = vec![vec![0.0; count + 1]; count];
    for i in 0..count {
        for j in 0..=i {
            let product = dot(&slopes[i], &slopes[j]);
            rows[i][j] = product;
            rows[j][i] = product;
        }
        rows[i][count] = -dot(&slopes[i], errors);
    }
    rows
}

/// The step that solves (J'J + damping diag J'J) step = -J'e; `None` where it is singular.
fn normal_step(normal: &[Vec<f64>], damping: f64) -> Option<Vec<f64>> {
    let count = normal.len();
    let mut rows = normal.to_vec();
    for (i, row) in rows.iter_mut().enumerate() {
        row[i] *= 1.0 + damping;
    }
    for pivot in 0..count {
        let diagonal = rows[pivot][pivot];
        if !(diagonal > 1e-300 && diagonal.is_finite()) {
            return None;
        }
        let (above, below) = rows.split_at_mut(pivot + 1);
        for row in below {
            let factor = row[pivot] / diagonal;
            row.iter_mut()
                .zip(&above[pivot])
                .for_each(|(value, top)| *value -= factor * top);
        }
    }
    let mut step = vec![0.0; count];
    for i in (0..count).rev() {
        let known: f64 = (i + 1..count).map(|j| rows[i][j] * step[j]).sum();
        step[i] = (rows[i][count] - known) / rows[i][i];
    }
    step.iter().all(|s| s.is_finite()).then_some(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_small_steps() {
        let orders = Orders {
            counts: [2, 1, 1, 1],
            constant: true,
            season: 4,
        };
        let values: Vec<f64> = (0..40).map(|t| f64::from((t * 29) % 17)).collect();
        let parameters = [0.4, -0.2, 0.3, 0.25, -0.35, 7.0];
        let mut errors = Vec::new();
        orders.run(&values, &parameters, &mut errors);
        let mut slopes = vec![Vec::new(); 6];
        orders.slopes(&values, &parameters, &errors, &mut slopes);
        for (index, slope) in slopes.iter().enumerate() {
            let mut moved = parameters;
            moved[index] += 1e-6;
            let mut other = Vec::new();
            orders.run(&values, &moved, &mut other);
            for t in 0..values.len() {
                let expected = (other[t] - errors[t]) / 1e-6;
                assert!((slope[t] - expected).abs() < 1e-3, "{index} {t}");
            }
        }
    }

    #[test]
    fn stationarity_by_the_triangle_of_two_coefficients() {
        assert!(is_stationary(&[0.5, 0.3], 1.0));
        assert!(!is_stationary(&[0.8, 0.3], 1.0), "sum above 1");
        assert!(!is_stationary(&[0.0, -1.1], 1.0));
    }

    #[test]
    fn an_exact_autoregression_is_found() {
        let mut values = vec![1.0, 0.2];
        for t in 2..60 {
            let shock = ((t * t * 31) % 17) as f64 / 17.0 - 0.5;
            values.push(0.6 * values[t - 1] - 0.3 * values[t - 2] + shock);
        }
        let orders = Orders {
            counts: [2, 0, 0, 0],
            constant: true,
            season: 1,
        };
        let estimate = orders.estimate(&values, None, FINAL).expect("long enough");
        // Least squares has a closed form here: the errors are orthogonal to what explains them.
        for lag in 1..=2 {
            let mean = estimate.parameters[2];
            let product = (lag..60).map(|t| estimate.errors[t] * (values[t - lag] - mean));
            let product: f64 = product.sum();
            assert!(product.abs() < 1e-4 * estimate.squares, "{lag}: {product}");
        }
        // SciPy's BFGS from two starts; the shocks are not quite independent of the values.
        assert!(
            (estimate.parameters[0] - 0.196_861).abs() < 1e-4,
            "{estimate:?}"
        );
    }
}
