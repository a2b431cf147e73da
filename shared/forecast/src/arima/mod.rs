//! ARIMA with seasons, its orders chosen automatically.
//!
//! Hyndman and Khandakar, "Automatic time series forecasting: the forecast package for R", Journal
//! of Statistical Software 27 (2008): differences by the KPSS test and the strength of the season,
//! the other orders by steps that lower AICc. Coefficients by conditional least squares ([`css`])
//! instead of exact likelihood: a hundred times less work, nearly the same forecast. Each model of the
//! search starts where the best one so far ended.
//!
//! Out of scope: more than one season, regressors.

mod css;
mod differences;

use crate::fit::complete;
use crate::portable::ln;
use crate::{Fit, FitError, Predict, Series};
use css::{Estimate, FINAL, Orders, SEARCH};
use differences::Differences;

/// Longest season that is modelled, in steps.
const SEASON_LENGTH_MAX: usize = 24;
/// Models that the search may estimate.
const MODELS_MAX: usize = 48;
/// Most coefficients of a kind: short and seasonal.
const ORDER_MAX: [usize; 4] = [5, 5, 2, 2];

/// ARIMA on the shortest season of the series.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Arima {
    /// What an earlier fit chose, to be estimated anew on other values; chosen by default.
    pub kept: Option<ArimaForm>,
}

/// Orders of an ARIMA model, with the coefficients they had.
#[derive(Debug, Clone, PartialEq)]
pub struct ArimaForm {
    differences: Differences,
    orders: Orders,
    parameters: Vec<f64>,
}

impl ArimaForm {
    /// Orders p, d, q and the seasonal P, D, Q of a season of so many steps (1 without one), with a
    /// mean of the differenced values or without; coefficients start at 0. `None` above the orders
    /// that the automatic choice may reach, or with seasonal orders and no season.
    pub fn new(
        [p, d, q]: [usize; 3],
        [sp, sd, sq]: [usize; 3],
        season: usize,
        mean: bool,
    ) -> Option<Self> {
        let counts = [p, q, sp, sq];
        let within = counts
            .iter()
            .zip(ORDER_MAX)
            .all(|(count, most)| *count <= most);
        let seasonal = season > 1 || sp + sd + sq == 0;
        let orders = Orders {
            counts,
            constant: mean,
            season,
        };
        (within && d <= 2 && sd <= 1 && seasonal && season <= SEASON_LENGTH_MAX).then(|| Self {
            differences: Differences {
                short: d,
                seasonal: sd,
                season,
            },
            parameters: vec![0.0; orders.parameters()],
            orders,
        })
    }
}

impl std::fmt::Display for ArimaForm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [p, q, sp, sq] = self.orders.counts;
        write!(f, "ARIMA({p},{},{q})", self.differences.short)?;
        if sp + sq + self.differences.seasonal > 0 {
            write!(f, "({sp},{},{sq})", self.differences.seasonal)?;
        }
        Ok(())
    }
}

/// A fitted [`Arima`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedArima {
    form: ArimaForm,
    values: Vec<f64>,
    errors: Vec<f64>,
    fitted: Vec<f64>,
    sigma: f64,
    /// Autoregressive lags with the differences multiplied in; moving average lags.
    whole: Vec<f64>,
    moving: Vec<(usize, f64)>,
    constant: f64,
}

impl Fit for Arima {
    type Fitted = FittedArima;

    fn fit(&self, series: &Series) -> Result<FittedArima, FitError> {
        let values = complete(series, 8)?;
        let usable = |m: &usize| *m <= SEASON_LENGTH_MAX && values.len() >= 3 * m;
        let season = series
            .seasons()
            .first()
            .copied()
            .filter(usable)
            .unwrap_or(1);
        let (differences, orders, estimate) = match &self.kept {
            Some(form) if form.orders.season <= season => {
                let changed = form.differences.apply(values);
                let estimate = form
                    .orders
                    .estimate(&changed, Some(&form.parameters), FINAL);
                (form.differences, form.orders, estimate)
            }
            _ => {
                let differences = Differences::choose(values, season);
                let changed = differences.apply(values);
                let (orders, estimate) = choose(&changed, differences, season);
                (differences, orders, estimate)
            }
        };
        let estimate = estimate.ok_or(FitError::NotFinite)?;
        Ok(FittedArima::new(values, differences, orders, estimate))
    }
}

/// Stepwise search for the orders with the lowest AICc.
fn choose(values: &[f64], differences: Differences, season: usize) -> (Orders, Option<Estimate>) {
    let constants = differences.short + differences.seasonal <= 1;
    let seasonal = usize::from(season > 1);
    let orders = |counts: [usize; 4], constant: bool| Orders {
        counts,
        constant: constant && constants,
        season,
    };
    let mut tried: Vec<Orders> = Vec::new();
    let mut best = (orders([0; 4], false), None, f64::INFINITY);
    let mut attempt = |candidate: Orders, best: &mut (Orders, Option<Estimate>, f64)| {
        if tried.contains(&candidate) || tried.len() >= MODELS_MAX {
            return false;
        }
        tried.push(candidate);
        let near = best
            .1
            .as_ref()
            .map(|estimate| candidate.carried_over(&best.0, &estimate.parameters));
        let Some(estimate) = candidate.estimate(values, near.as_deref(), SEARCH) else {
            return false;
        };
        let found = aicc(&estimate, values.len(), candidate.parameters() + 1);
        let better = found < best.2;
        if better {
            *best = (candidate, Some(estimate), found);
        }
        better
    };
    let starts = [
        [2, 2, seasonal, seasonal],
        [0, 0, 0, 0],
        [1, 0, seasonal, 0],
        [0, 1, 0, seasonal],
    ];
    for counts in starts {
        attempt(orders(counts, true), &mut best);
    }
    attempt(orders([0; 4], false), &mut best);
    loop {
        let (now, _, _) = best;
        // Seasonal orders first, as each is worth more.
        let moves: [[i8; 4]; 12] = [
            [0, 0, -1, 0],
            [0, 0, 0, -1],
            [0, 0, 1, 0],
            [0, 0, 0, 1],
            [0, 0, -1, -1],
            [0, 0, 1, 1],
            [-1, 0, 0, 0],
            [0, -1, 0, 0],
            [1, 0, 0, 0],
            [0, 1, 0, 0],
            [-1, -1, 0, 0],
            [1, 1, 0, 0],
        ];
        let mut moved = false;
        for change in moves {
            let mut counts = now.counts;
            let fits = counts
                .iter_mut()
                .zip(change)
                .zip(ORDER_MAX)
                .enumerate()
                .all(|(kind, ((count, change), most))| {
                    match count.checked_add_signed(change.into()) {
                        Some(next) if next <= most && (kind < 2 || season > 1 || next == 0) => {
                            *count = next;
                            true
                        }
                        _ => false,
                    }
                });
            if fits && attempt(Orders { counts, ..now }, &mut best) {
                moved = true;
                break;
            }
        }
        if !moved && constants {
            let constant = !now.constant;
            moved = attempt(Orders { constant, ..now }, &mut best);
        }
        if !moved {
            let (orders, estimate, _) = best;
            let near = estimate.as_ref().map(|found| found.parameters.as_slice());
            let last = orders.estimate(values, near, FINAL);
            return (orders, last.or(estimate));
        }
    }
}

/// Akaike's criterion for few values; conditional on a start at the mean.
fn aicc(estimate: &Estimate, length: usize, parameters: usize) -> f64 {
    let (count, parameters) = (length as f64, parameters as f64);
    let variance = (estimate.squares / count).max(1e-300);
    let spare = (count - parameters - 1.0).max(1e-3);
    count * ln(variance) + 2.0 * parameters * (1.0 + (parameters + 1.0) / spare)
}

impl FittedArima {
    fn new(values: &[f64], differences: Differences, orders: Orders, estimate: Estimate) -> Self {
        let [ar, moving] = orders.lags(&estimate.parameters);
        let sum: f64 = ar.iter().map(|(_, coefficient)| coefficient).sum();
        let constant = orders.mean(&estimate.parameters) * (1.0 - sum);
        let lost = values.len() - estimate.errors.len();
        let mut errors = vec![0.0; lost];
        errors.extend(&estimate.errors);
        let mut fitted: Vec<f64> = values.iter().zip(&errors).map(|(v, e)| v - e).collect();
        fitted[..lost].fill(f64::NAN);
        let freedom = estimate
            .errors
            .len()
            .saturating_sub(orders.parameters())
            .max(1);
        Self {
            whole: differences.multiply(&ar),
            form: ArimaForm {
                differences,
                orders,
                parameters: estimate.parameters,
            },
            values: values.to_vec(),
            errors,
            fitted,
            sigma: (estimate.squares / freedom as f64).sqrt(),
            moving,
            constant,
        }
    }

    /// Orders and coefficients, for [`Arima::kept`].
    pub fn form(&self) -> &ArimaForm {
        &self.form
    }
}

impl Predict for FittedArima {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let count = self.values.len();
        let mut values = self.values.clone();
        for t in count..count + horizon {
            let past = values[..t].iter().rev().zip(&self.whole[1..]);
            let mut next = self.constant + past.map(|(value, weight)| value * weight).sum::<f64>();
            for &(lag, weight) in &self.moving {
                // Errors to come are 0.
                if let Some(error) = t.checked_sub(lag).and_then(|at| self.errors.get(at)) {
                    next += weight * error;
                }
            }
            values.push(next);
        }
        values.split_off(count)
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// sigma sqrt(sum of psi^2), psi the weights of past errors.
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let mut psi = vec![0.0; horizon + 1];
        psi[0] = 1.0;
        for &(lag, weight) in &self.moving {
            if lag <= horizon {
                psi[lag] = weight;
            }
        }
        for j in 1..=horizon {
            let most = j.min(self.whole.len() - 1);
            psi[j] += (1..=most).map(|i| self.whole[i] * psi[j - i]).sum::<f64>();
        }
        let mut variance = 0.0;
        let deviation = |weight: &f64| {
            variance += weight * weight;
            self.sigma * f64::sqrt(variance)
        };
        psi[..horizon].iter().map(deviation).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continues_a_line_and_a_season() {
        let noise = |t: usize| ((t * t * 37) % 11) as f64 * 0.02;
        let value = |t: usize| 10.0 + 0.5 * t as f64 + [0.0, 4.0, -3.0, 1.0][t % 4] + noise(t);
        let series = Series::new((0..60).map(value).collect(), vec![4]).expect("valid");
        let fitted = Arima::default().fit(&series).expect("long enough");
        for (h, forecast) in fitted.predict(12).iter().enumerate() {
            assert!(
                (forecast - value(60 + h)).abs() < 0.5,
                "{h}: {forecast} {}",
                fitted.form()
            );
        }
        let deviations = fitted.deviations(12);
        assert!(deviations.windows(2).all(|pair| pair[0] <= pair[1]));
    }

    #[test]
    fn a_walk_keeps_its_last_value_and_widens_by_the_root() {
        let form = ArimaForm::new([0, 1, 0], [0; 3], 1, false).expect("small orders");
        let series = Series::new(vec![1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 5.0, 7.0], vec![]);
        let fitted = Arima { kept: Some(form) }
            .fit(&series.expect("valid"))
            .expect("fits");
        assert_eq!(fitted.predict(3), [7.0; 3]);
        let deviations = fitted.deviations(4);
        assert!((deviations[3] - 2.0 * deviations[0]).abs() < 1e-12);
        assert_eq!(fitted.fitted()[1..], [1.0, 3.0, 2.0, 5.0, 4.0, 6.0, 5.0]);
    }
}
