//! The recursion: from smoothing parameters and starting states to one-step errors.
//!
//! State space form of Hyndman, Koehler, Ord and Snyder, "Forecasting with Exponential Smoothing"
//! (2008), chapter 2. Additive and multiplicative errors share one recursion: they differ in the
//! likelihood only. Everything here runs thousands of times per fit and allocates nothing.

use super::form::{ErrorForm, Form, SeasonForm};
use crate::portable::ln;

/// Smoothing parameters: 0 < beta < alpha < 1, 0 < gamma < 1 - alpha, or what [`Region`] makes of that.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Smoothing {
    pub alpha: f64,
    pub beta: f64,
    pub gamma: f64,
    pub phi: f64,
}

/// What is fitted, and to what.
#[derive(Debug, Clone, Copy)]
pub(super) struct Problem<'a> {
    pub values: &'a [f64],
    pub form: Form,
    /// Steps in a season; 1 without one.
    pub season: usize,
    /// Where smoothing parameters may be.
    pub region: Region,
}

/// Bounds of the smoothing parameters, see [`super::search`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Region {
    /// The usual one: for a form that is asked for.
    Usual,
    /// Made for forecasting, for forms that are chosen: of a series with a season of so many steps, 1 without one.
    Cautious(usize),
}

/// Level, trend and the seasonal state of each position of the season.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct States {
    pub level: f64,
    pub trend: f64,
    /// Indexed by time modulo the season; empty without a season.
    pub seasonal: Vec<f64>,
}

impl States {
    /// Takes over the numbers without a new allocation.
    pub fn copy_from(&mut self, other: &Self) {
        self.level = other.level;
        self.trend = other.trend;
        self.seasonal.copy_from_slice(&other.seasonal);
    }
}

/// Sums over one run of the filter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sums {
    /// Sum of squared errors, relative ones for a multiplicative error.
    pub squares: f64,
    /// Sum of the logarithms of the forecasts; 0 for an additive error.
    pub log_forecasts: f64,
}

impl Problem<'_> {
    /// Runs the filter from `states`, leaving the final states there. `None` as soon as a form that
    /// needs positive values leaves them.
    pub fn run(&self, smoothing: Smoothing, states: &mut States) -> Option<Sums> {
        self.pass(smoothing, states, &mut [])
    }

    /// The same, keeping the one-step errors, relative ones for a multiplicative error; `errors` is
    /// as long as the values.
    pub fn run_recording(
        &self,
        smoothing: Smoothing,
        states: &mut States,
        errors: &mut [f64],
    ) -> Option<Sums> {
        self.pass(smoothing, states, errors)
    }

    /// One run; keeps as many errors as there is room for.
    fn pass(&self, smoothing: Smoothing, states: &mut States, errors: &mut [f64]) -> Option<Sums> {
        let pass = match (self.form.has_trend(), self.form.season) {
            (false, SeasonForm::None) => Self::pass_of::<false, 0>,
            (true, SeasonForm::None) => Self::pass_of::<true, 0>,
            (false, SeasonForm::Additive) => Self::pass_of::<false, 1>,
            (true, SeasonForm::Additive) => Self::pass_of::<true, 1>,
            (false, SeasonForm::Multiplicative) => Self::pass_of::<false, 2>,
            (true, SeasonForm::Multiplicative) => Self::pass_of::<true, 2>,
        };
        pass(self, smoothing, states, errors)
    }

    /// `SEASON`: 0 none, 1 additive, 2 multiplicative.
    fn pass_of<const TREND: bool, const SEASON: u8>(
        &self,
        smoothing: Smoothing,
        states: &mut States,
        errors: &mut [f64],
    ) -> Option<Sums> {
        let Smoothing {
            alpha,
            beta,
            gamma,
            phi,
        } = smoothing;
        let relative = self.form.error == ErrorForm::Multiplicative;
        let positive = self.form.needs_positive();
        // With x the value without its season and u = x - base:
        //   level' = base + alpha u, trend' = damped + beta u, damped' = phi trend',
        //   base' = level' + damped' = (1 - alpha - phi beta) base + phi damped + (alpha + phi beta) x.
        // Written so, a step waits for one product and one sum of the step before, not for six.
        let turn = phi * beta;
        let (keep, take) = (1.0 - alpha - turn, alpha + turn);
        let mut damped = if TREND { phi * states.trend } else { 0.0 };
        let mut base = states.level + damped;
        let (mut squares, mut position) = (0.0, 0);
        let mut logarithms = LogarithmSum::default();
        for (t, &value) in self.values.iter().enumerate() {
            let seasonal = if SEASON == 0 {
                0.0
            } else {
                states.seasonal[position]
            };
            let (forecast, rest) = match SEASON {
                0 => (base, value),
                1 => (base + seasonal, value - seasonal),
                _ => (base * seasonal, value / seasonal),
            };
            if positive && !(forecast > TINY && (SEASON != 2 || seasonal > TINY && base > TINY)) {
                return None;
            }
            let mut error = value - forecast;
            if SEASON == 1 {
                states.seasonal[position] = seasonal + gamma * error;
            } else if SEASON == 2 {
                states.seasonal[position] = seasonal + gamma * (value / base - seasonal);
            }
            if SEASON != 0 {
                position += 1;
                if position == self.season {
                    position = 0;
                }
            }
            if TREND {
                let next = (phi * damped + take * rest) + keep * base;
                damped = (phi * damped + turn * rest) - turn * base;
                base = next;
            } else {
                base = take * rest + keep * base;
            }
            if relative {
                error /= forecast;
                logarithms.add(forecast);
            }
            squares += error * error;
            if let Some(kept) = errors.get_mut(t) {
                *kept = error;
            }
        }
        states.level = base - damped;
        states.trend = if TREND { damped / phi } else { 0.0 };
        Some(Sums {
            squares,
            log_forecasts: logarithms.total(),
        })
    }

    /// Twice the negative log-likelihood up to a constant, as R's `ets` and statsforecast state it:
    /// n ln(sum of squares) + 2 sum of ln |forecast|.
    pub fn objective(&self, sums: Sums) -> f64 {
        let count = self.values.len() as f64;
        // A perfect fit has no likelihood: errors below 1e-13 of the values count as that. Three
        // values tell most fits from one.
        let relative = self.form.error == ErrorForm::Multiplicative;
        let last = self.values.len() - 1;
        let some = [0, last / 2, last].map(|t| self.values[t] * self.values[t]);
        let floor = if relative {
            count * 1e-26
        } else if sums.squares > 1e-18 * count * (some[0] + some[1] + some[2]) {
            0.0
        } else {
            let whole: f64 = self.values.iter().map(|v| v * v).sum();
            1e-26 * whole
        };
        if !sums.squares.is_finite() {
            return f64::INFINITY;
        }
        count * ln(sums.squares.max(floor).max(f64::MIN_POSITIVE)) + 2.0 * sums.log_forecasts
    }
}

/// Below this a value of a positive form counts as having reached zero.
const TINY: f64 = 1e-290;

/// Sum of logarithms that takes one logarithm per hundred or so factors.
#[derive(Debug)]
struct LogarithmSum {
    product: f64,
    total: f64,
}

impl Default for LogarithmSum {
    fn default() -> Self {
        Self {
            product: 1.0,
            total: 0.0,
        }
    }
}

impl LogarithmSum {
    #[inline(always)]
    fn add(&mut self, factor: f64) {
        let product = self.product * factor;
        if (1e-250..1e250).contains(&product) {
            self.product = product;
        } else {
            self.total += ln(self.product);
            self.product = factor;
        }
    }

    fn total(&self) -> f64 {
        self.total + ln(self.product)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ets::TrendForm;

    #[test]
    fn simple_smoothing_by_hand() {
        let form = Form::new(ErrorForm::Additive, TrendForm::None, SeasonForm::None);
        let values = [10.0, 14.0, 12.0];
        let problem = Problem {
            values: &values,
            form: form.expect("stable"),
            season: 1,
            region: Region::Usual,
        };
        let smoothing = Smoothing {
            alpha: 0.5,
            beta: 0.0,
            gamma: 0.0,
            phi: 1.0,
        };
        let mut states = States {
            level: 8.0,
            trend: 0.0,
            seasonal: vec![],
        };
        let mut errors = [0.0; 3];
        let sums = problem.run_recording(smoothing, &mut states, &mut errors);
        // Levels 8 -> 9 -> 11.5 -> 11.75.
        assert_eq!(errors, [2.0, 5.0, 0.5]);
        assert_eq!(states.level, 11.75);
        assert_eq!(sums.expect("any sign").squares, 4.0 + 25.0 + 0.25);
    }

    #[test]
    fn logarithms_add_up_beyond_the_range_of_products() {
        let mut sum = LogarithmSum::default();
        (0..1_000).for_each(|_| sum.add(1e200));
        assert!((sum.total() / (1_000.0 * 1e200_f64.ln()) - 1.0).abs() < 1e-12);
    }
}
