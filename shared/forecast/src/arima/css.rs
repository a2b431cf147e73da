//! Conditional least squares of a multiplicative seasonal ARMA on differenced values.
//!
//! Box, Jenkins and Reinsel, "Time Series Analysis" (4th ed. 2008), section 7.1.2. Errors are a
//! nonlinear function of the coefficients, minimised by damped Gauss-Newton steps with a numeric
//! Jacobian; a step that leaves the stationary and invertible region is not taken.

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

/// Gauss-Newton rounds; most fits stop well before.
const ROUNDS: usize = 20;
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
    fn run(&self, values: &[f64], parameters: &[f64], errors: &mut [f64]) -> f64 {
        let [ar, ma] = self.lags(parameters);
        let mean = self.mean(parameters);
        let mut squares = 0.0;
        for t in 0..values.len() {
            let mut error = values[t] - mean;
            for &(lag, coefficient) in &ar {
                if lag <= t {
                    error -= coefficient * (values[t - lag] - mean);
                }
            }
            for &(lag, coefficient) in &ma {
                if lag <= t {
                    error -= coefficient * errors[t - lag];
                }
            }
            errors[t] = error;
            squares += error * error;
        }
        squares
    }

    /// Estimates the coefficients, from `first` on where that is given.
    pub fn estimate(&self, values: &[f64], first: Option<&[f64]>) -> Option<Estimate> {
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
        let mut errors = vec![0.0; values.len()];
        let mut squares = self.run(values, &parameters, &mut errors);
        let mut slopes = vec![vec![0.0; values.len()]; count];
        let mut damping = 1e-3;
        for _ in 0..ROUNDS {
            for index in 0..count {
                let step = 1e-6 * parameters[index].abs().max(0.1);
                let mut moved = parameters.clone();
                moved[index] += step;
                self.run(values, &moved, &mut slopes[index]);
                for (slope, error) in slopes[index].iter_mut().zip(&errors) {
                    *slope = (*slope - error) / step;
                }
            }
            let mut improved = 0.0;
            for _ in 0..6 {
                let Some(step) = normal_step(&slopes, &errors, damping) else {
                    break;
                };
                let moved: Vec<f64> = parameters.iter().zip(&step).map(|(p, s)| p + s).collect();
                let mut tried = vec![0.0; values.len()];
                let found = if self.is_stable(&moved) {
                    self.run(values, &moved, &mut tried)
                } else {
                    f64::INFINITY
                };
                if found < squares {
                    improved = (squares - found) / squares;
                    (parameters, errors, squares) = (moved, tried, found);
                    damping *= 0.2;
                    break;
                }
                damping = (damping * 8.0).max(1e-3);
            }
            if improved < 1e-6 {
                break;
            }
        }
        squares.is_finite().then_some(Estimate {
            parameters,
            errors,
            squares,
        })
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

/// The step that solves (J'J + damping diag J'J) step = -J'e; `None` where it is singular.
fn normal_step(slopes: &[Vec<f64>], errors: &[f64], damping: f64) -> Option<Vec<f64>> {
    let count = slopes.len();
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f64>();
    let mut rows: Vec<Vec<f64>> = (0..count)
        .map(|i| {
            let mut row: Vec<f64> = (0..count).map(|j| dot(&slopes[i], &slopes[j])).collect();
            row[i] *= 1.0 + damping;
            row.push(-dot(&slopes[i], errors));
            row
        })
        .collect();
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
        let estimate = orders.estimate(&values, None).expect("long enough");
        // Least squares has a closed form here: the errors are orthogonal to what explains them.
        for lag in 1..=2 {
            let product: f64 = (2..60).map(|t| estimate.errors[t] * values[t - lag]).sum();
            assert!(product.abs() < 1e-3, "{lag}: {product}");
        }
        assert!((estimate.parameters[0] - 0.6).abs() < 0.25, "{estimate:?}");
    }
}
