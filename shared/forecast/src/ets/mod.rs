//! Exponential smoothing in state space form, with an automatic choice of the form.
//!
//! Hyndman, Koehler, Snyder and Grose, "A state space framework for automatic forecasting using
//! exponential smoothing methods", International Journal of Forecasting 18 (2002), and Hyndman,
//! Koehler, Ord and Snyder, "Forecasting with Exponential Smoothing" (2008). All stable forms
//! without multiplicative trends: 15, of which 6 take values of any sign. The form with the lowest
//! AICc wins.
//!
//! Out of scope: seasons above [`SEASON_LENGTH_MAX`] steps (too many states; adjust the season
//! first, see [`crate::Mstl`]) and more than one season.

mod ahead;
mod average;
mod filter;
mod form;
mod search;
mod start;
mod states;

pub(crate) use average::{Average, FittedAverage, Kept};
pub use form::{ErrorForm, Form, SeasonForm, TrendForm};

use crate::fit::{complete, positive};
use crate::{Fit, FitError, Predict, Series};
use filter::{Problem, Region, Smoothing, States};
use search::Candidate;

/// Longest season that is modelled, in steps.
pub const SEASON_LENGTH_MAX: usize = 24;

/// Which forms may be used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Choice {
    /// All that the values allow, by AICc.
    #[default]
    Auto,
    /// All without a season, by AICc: for a series whose season has been taken out.
    NonSeasonal,
    /// Additive forms only, by AICc: shifting the values then shifts the forecast.
    Additive,
    /// This form, its smoothing parameters in the usual region. Choices among forms look for them where they
    /// forecast better under a season of a dozen steps and more: see `search::smoothing_at`.
    Only(Form),
}

/// Exponential smoothing on the shortest season of the series.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ets {
    /// Which forms may be used; all by default.
    pub choice: Choice,
}

/// A fitted [`Ets`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedEts {
    form: Form,
    season: usize,
    smoothing: Smoothing,
    last: States,
    length: usize,
    fitted: Vec<f64>,
    sigma: f64,
    aicc: f64,
}

impl Fit for Ets {
    type Fitted = FittedEts;

    fn fit(&self, series: &Series) -> Result<FittedEts, FitError> {
        let values = complete(series, 4)?;
        let season = usable_season(series);
        let is_positive = well_above_zero(values);
        let candidate = match self.choice {
            Choice::Only(form) => {
                if form.needs_positive() {
                    positive(values)?;
                }
                let season = if form.has_season() {
                    season.ok_or(FitError::TooShort {
                        length: values.len(),
                        needed: 2 * series.seasons().first().copied().unwrap_or(2),
                    })?
                } else {
                    1
                };
                search::fit_form(&Problem {
                    values,
                    form,
                    season,
                    region: Region::Usual,
                })
            }
            Choice::Auto => search::choose(values, season, is_positive),
            Choice::NonSeasonal => search::choose(values, None, is_positive),
            Choice::Additive => search::choose(values, season, false),
        };
        FittedEts::from_candidate(values, candidate.ok_or(FitError::NotFinite)?)
    }
}

/// The shortest season, provided that it is short enough and was seen twice.
fn usable_season(series: &Series) -> Option<usize> {
    let usable = |m: &usize| *m <= SEASON_LENGTH_MAX && series.len() >= 2 * m;
    series.seasons().first().copied().filter(usable)
}

/// Multiplicative forms divide by the values: next to zero they mean nothing.
fn well_above_zero(values: &[f64]) -> bool {
    let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
    values.iter().all(|&value| value > 1e-6 * largest)
}

impl FittedEts {
    fn from_candidate(values: &[f64], candidate: Candidate) -> Result<Self, FitError> {
        let Candidate {
            form,
            season,
            smoothing,
            start,
            aicc,
            ..
        } = candidate;
        let problem = Problem {
            values,
            form,
            season,
            region: Region::Usual,
        };
        let mut last = start;
        let mut fitted = vec![0.0; values.len()];
        let run = problem.run_recording(smoothing, &mut last, &mut fitted);
        let sums = run.ok_or(FitError::NotFinite)?;
        for (error, value) in fitted.iter_mut().zip(values) {
            *error = match form.error {
                ErrorForm::Additive => value - *error,
                ErrorForm::Multiplicative => value / (1.0 + *error),
            };
        }
        let freedom = values
            .len()
            .saturating_sub(form.parameters(season) - 1)
            .max(1);
        let sigma = (sums.squares / freedom as f64).sqrt();
        if !sigma.is_finite() || !last.level.is_finite() {
            return Err(FitError::NotFinite);
        }
        Ok(Self {
            form,
            season,
            smoothing,
            last,
            length: values.len(),
            fitted,
            sigma,
            aicc,
        })
    }

    /// The form in use.
    pub fn form(&self) -> Form {
        self.form
    }

    /// Smoothing parameters alpha, beta, gamma (0 where the form has none) and phi (1 undamped).
    pub fn smoothing(&self) -> [f64; 4] {
        let Smoothing {
            alpha,
            beta,
            gamma,
            phi,
        } = self.smoothing;
        [alpha, beta, gamma, phi]
    }

    /// Akaike's criterion corrected for few values, with the likelihood of R's `ets`: comparable
    /// between forms on the same values only.
    pub fn aicc(&self) -> f64 {
        self.aicc
    }
}

impl Predict for FittedEts {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        let (mut level, mut trend) = (self.last.level, self.last.trend);
        let ahead = |step: usize| {
            trend *= self.smoothing.phi;
            level += trend;
            let position = (self.length + step) % self.season;
            match self.form.season {
                SeasonForm::None => level,
                SeasonForm::Additive => level + self.last.seasonal[position],
                SeasonForm::Multiplicative => level * self.last.seasonal[position],
            }
        };
        (0..horizon).map(ahead).collect()
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    /// sigma sqrt(1 + sum of c_j^2), c_j = alpha + beta (phi + ... + phi^j) + gamma at whole
    /// seasons: exact for additive forms (Hyndman et al. 2008, table 6.1), close for the others
    /// after multiplying with the forecast.
    fn deviations(&self, horizon: usize) -> Vec<f64> {
        let Smoothing {
            alpha,
            beta,
            gamma,
            phi,
        } = self.smoothing;
        let (mut variance, mut power, mut powers) = (1.0_f64, 1.0, 0.0);
        let mut deviations = Vec::with_capacity(horizon);
        for j in 1..=horizon {
            deviations.push(self.sigma * variance.sqrt());
            power *= phi;
            powers += power;
            let whole = self.form.has_season() && j.is_multiple_of(self.season);
            let weight = alpha + beta * powers + if whole { gamma } else { 0.0 };
            variance += weight * weight;
        }
        if self.form.error == ErrorForm::Multiplicative {
            for (deviation, forecast) in deviations.iter_mut().zip(self.predict(horizon)) {
                *deviation *= forecast.abs();
            }
        }
        deviations
    }
}

#[cfg(test)]
mod tests;
