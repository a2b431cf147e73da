//! Forecasts that know what is known beforehand: holidays, campaigns, prices, ads.
//!
//! What each regressor brought is estimated beside level, trend and seasons (`design`), taken out of the history,
//! the rest is forecast by [`crate::forecast()`], and what is to come is added again. Effects are shares where all
//! values are above 0 (a feast halves sales, whatever their level) and amounts otherwise. An effect below two of
//! its standard errors is left out, the others are drawn towards none as far as they are noise. A back-test decides
//! whether the regressors are used at all: from past origins, each time estimated from what was known.
//!
//! Out of scope: finding out that a campaign is planned; regressors whose future is not known.

mod design;
#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use crate::gaps::fill_gaps;
use crate::portable::{binary_scale, exp, ln};
use crate::{
    Fit, Forecast, ForecastError, Options, PastErrors, Predict, Series, Step, Theta,
    forecast_with_errors,
};

/// Most regressors of a series.
pub const REGRESSORS_MAX: usize = 32;
/// Most recent values that effects are estimated from.
const USED_MAX: usize = 3_000;
/// Standard errors that an effect must exceed.
const ERRORS_MIN: f64 = 2.0;
/// Past origins, and how many are needed.
const WINDOWS_MAX: usize = 12;
const WINDOWS_MIN: usize = 2;
/// Largest logarithm of an effect at a step: 20 times as much, or as little.
const EFFECT_MAX: f64 = 3.0;

/// A column that is known for the history and for the steps to come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regressor {
    /// A name for the answer.
    pub name: String,
    /// One per value of the series, and then one per step of the horizon.
    pub values: Vec<f64>,
}

/// Why regressors are refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RegressionError {
    /// Options that [`forecast()`] refuses.
    #[error(transparent)]
    Forecast(#[from] ForecastError),
    /// More than [`REGRESSORS_MAX`].
    #[error("{count} regressors are more than {REGRESSORS_MAX}: name the ones that matter")]
    TooMany {
        /// Number given.
        count: usize,
    },
    /// Another number of values than the history and the horizon have.
    #[error("{name} has {given} values: give {needed}, one per value of the history and per step")]
    Length {
        /// The regressor.
        name: String,
        /// Values given.
        given: usize,
        /// Values needed.
        needed: usize,
    },
    /// A value that is no number.
    #[error("value {index} of {name} is not a number: what is not known cannot be a regressor")]
    NotFinite {
        /// The regressor.
        name: String,
        /// Position of the value.
        index: usize,
    },
}

/// What a regressor brings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Effect {
    /// Its name.
    pub name: String,
    /// What a unit of it adds: a share (0.5 is half as much again) where effects multiply, else an amount.
    pub size: f64,
    /// Standard error, in shares or amounts, before it was drawn towards none.
    pub error: f64,
    /// What it adds to each step, in units of the series.
    pub adds: Vec<f64>,
}

/// A forecast with what regressors bring to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Regressed {
    /// Steps with all effects; method, path, confidence and back-test are those of the history without them.
    pub forecast: Forecast,
    /// Means without the effects: with what they add they are the means of the steps.
    pub base: Vec<f64>,
    /// What was missed at past origins of the history without the effects; not kept.
    #[serde(skip)]
    pub errors: PastErrors,
    /// The history without the effects, at most the last 3,000 values.
    pub history: Series,
    /// True where effects are shares.
    pub multiplicative: bool,
    /// The regressors in use, in their order; none where the back-test was better without.
    pub effects: Vec<Effect>,
    /// Mean absolute error from past origins with regressors over that without: below 1 they help. `None` where
    /// the history was too short to try, and then none is used.
    pub tested: Option<f64>,
}

/// Forecasts a series with regressors.
///
/// ```
/// use forecast::{Options, Regressor, Series, forecast_with_regressors};
///
/// // Every 20th day is a campaign that doubles sales; the next one is on day 200.
/// let campaign: Vec<f64> = (0..210).map(|day| if day % 20 == 0 { 1.0 } else { 0.0 }).collect();
/// let sales = (0..196).map(|day| {
///     (100.0 + (day * 37 % 11) as f64) * (1.0 + campaign[day])
/// });
/// let series = Series::new(sales.collect(), vec![7])?;
/// let options = Options { horizon: 14, non_negative: true, ..Options::default() };
/// let campaign = Regressor { name: "campaign".into(), values: campaign };
/// let answer = forecast_with_regressors(&series, &[campaign], &options)?;
/// assert!((answer.effects[0].size - 1.0).abs() < 0.1);
/// assert!((answer.forecast.steps[4].mean - 210.0).abs() < 20.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn forecast_with_regressors(
    series: &Series,
    regressors: &[Regressor],
    options: &Options,
) -> Result<Regressed, RegressionError> {
    check(series, regressors, options)?;
    let first = series.len().saturating_sub(USED_MAX);
    let known = series.len() - first;
    // In logarithms where that is possible; a power of two away from 1 otherwise.
    let scale = binary_scale(&series.values()[first..]);
    let values: Vec<f64> = series.values()[first..].iter().map(|v| v / scale).collect();
    let columns: Vec<&[f64]> = regressors.iter().map(|r| &r.values[first..]).collect();
    let history = Known {
        multiplicative: values.iter().all(|value| value.is_nan() || *value > 0.0),
        values,
        columns,
        seasons: series.seasons(),
        non_negative: options.non_negative,
    };
    let tested = history.tested(options.horizon);
    let estimates = tested
        .filter(|ratio| *ratio < 1.0)
        .and_then(|_| history.effects(known));
    let estimates = estimates.unwrap_or_default();
    let adjusted = history.without(&estimates, known);
    let adjusted = adjusted.iter().map(|value| value * scale).collect();
    let adjusted = Series::checked(adjusted, series.seasons().to_vec());
    let rest = if estimates.is_empty() {
        series
    } else {
        &adjusted
    };
    let (mut forecast, errors) = forecast_with_errors(rest, options)?;
    let base: Vec<f64> = forecast.steps.iter().map(|step| step.mean).collect();
    let mut effects: Vec<Effect> = estimates
        .iter()
        .map(|used| Effect {
            name: regressors[used.column].name.clone(),
            size: history.unit(used.size, scale),
            error: history.error(used, scale),
            adds: Vec::with_capacity(forecast.steps.len()),
        })
        .collect();
    for (ahead, step) in forecast.steps.iter_mut().enumerate() {
        let at = |used: &Used| used.size * history.columns[used.column][known + ahead];
        let parts: Vec<f64> = estimates.iter().map(at).collect();
        let adds = history.apply(step, &parts, scale, options.non_negative);
        let pairs = effects.iter_mut().zip(adds);
        pairs.for_each(|(effect, add)| effect.adds.push(add));
    }
    Ok(Regressed {
        forecast,
        base,
        errors,
        history: adjusted,
        multiplicative: history.multiplicative,
        effects,
        tested,
    })
}

fn check(
    series: &Series,
    regressors: &[Regressor],
    options: &Options,
) -> Result<(), RegressionError> {
    options.check()?;
    if regressors.len() > REGRESSORS_MAX {
        let count = regressors.len();
        return Err(RegressionError::TooMany { count });
    }
    let needed = series.len() + options.horizon;
    for Regressor { name, values } in regressors {
        let name = || name.chars().take(64).collect();
        if values.len() != needed {
            let given = values.len();
            return Err(RegressionError::Length {
                name: name(),
                given,
                needed,
            });
        }
        if let Some(index) = values.iter().position(|value| !value.is_finite()) {
            return Err(RegressionError::NotFinite {
                name: name(),
                index,
            });
        }
    }
    Ok(())
}

/// An effect in use, in logarithms or scaled amounts.
#[derive(Debug, Clone, Copy)]
struct Used {
    column: usize,
    size: f64,
    error: f64,
}

/// A history with its regressors.
struct Known<'a> {
    values: Vec<f64>,
    columns: Vec<&'a [f64]>,
    seasons: &'a [usize],
    multiplicative: bool,
    non_negative: bool,
}

impl Known<'_> {
    /// The effects that stand out of the noise of the first `count` values; `None` with too few values.
    fn effects(&self, count: usize) -> Option<Vec<Used>> {
        let taken = |value: &f64| {
            if self.multiplicative && !value.is_nan() {
                ln(*value)
            } else {
                *value
            }
        };
        let values: Vec<f64> = self.values[..count].iter().map(taken).collect();
        // What was always the same says nothing; columns are of a size, so that none is lost to rounding.
        let moved: Vec<(usize, f64)> = self
            .columns
            .iter()
            .enumerate()
            .filter(|(_, column)| column[..count].windows(2).any(|pair| pair[0] != pair[1]))
            .map(|(index, column)| (index, binary_scale(column)))
            .collect();
        let scaled: Vec<Vec<f64>> = moved
            .iter()
            .map(|&(index, size)| {
                self.columns[index][..count]
                    .iter()
                    .map(|v| v / size)
                    .collect()
            })
            .collect();
        let scaled: Vec<&[f64]> = scaled.iter().map(Vec::as_slice).collect();
        if scaled.is_empty() {
            return Some(Vec::new());
        }
        let found = design::estimate(&values, &scaled, self.seasons)?;
        let used = moved
            .iter()
            .zip(found)
            .filter_map(|(&(column, scale), found)| {
                let times = (found.size / found.error.max(f64::MIN_POSITIVE)).abs();
                (times > ERRORS_MIN).then(|| Used {
                    column,
                    size: found.size * (1.0 - 1.0 / (times * times)) / scale,
                    error: found.error / scale,
                })
            });
        Some(used.collect())
    }

    /// What the effects add up to at a position.
    fn sum(&self, effects: &[Used], at: usize) -> f64 {
        effects
            .iter()
            .map(|used| used.size * self.columns[used.column][at])
            .sum()
    }

    /// The first values without the effects.
    fn without(&self, effects: &[Used], count: usize) -> Vec<f64> {
        let values = self.values[..count].iter().enumerate();
        let adjusted = values.map(|(t, value)| {
            let sum = self.sum(effects, t);
            if self.multiplicative {
                value * exp(-sum.clamp(-EFFECT_MAX, EFFECT_MAX))
            } else if self.non_negative {
                (value - sum).max(0.0)
            } else {
                value - sum
            }
        });
        adjusted.collect()
    }

    /// Mean absolute error with the effects over that without, of dynamic Theta from past origins over the last
    /// windows; `None` where there are too few.
    fn tested(&self, horizon: usize) -> Option<f64> {
        let count = self.values.len();
        let reach = horizon.min(count / 4);
        let origins = (1..=WINDOWS_MAX).filter_map(|window| count.checked_sub(window * reach));
        let (mut with, mut without, mut windows) = (0.0, 0.0, 0);
        for origin in origins.filter(|&origin| reach > 0 && 2 * origin >= count) {
            let Some(effects) = self.effects(origin) else {
                continue;
            };
            let plain = theta(&self.values[..origin], self.seasons, reach);
            let freed = theta(&self.without(&effects, origin), self.seasons, reach);
            let Some((plain, freed)) = plain.zip(freed) else {
                continue;
            };
            windows += 1;
            for step in 0..reach {
                let actual = self.values[origin + step];
                let sum = self.sum(&effects, origin + step);
                let mean = if self.multiplicative {
                    freed[step] * exp(sum.clamp(-EFFECT_MAX, EFFECT_MAX))
                } else {
                    freed[step] + sum
                };
                if !actual.is_nan() {
                    with += (mean - actual).abs();
                    without += (plain[step] - actual).abs();
                }
            }
        }
        let ratio: f64 = with / without;
        (windows >= WINDOWS_MIN && ratio.is_finite()).then_some(ratio)
    }

    /// A coefficient as the answer names it.
    fn unit(&self, size: f64, scale: f64) -> f64 {
        if self.multiplicative {
            exp(size.clamp(-EFFECT_MAX, EFFECT_MAX)) - 1.0
        } else {
            (size * scale).clamp(-f64::MAX, f64::MAX)
        }
    }

    fn error(&self, used: &Used, scale: f64) -> f64 {
        if self.multiplicative {
            used.error * exp(used.size.clamp(-EFFECT_MAX, EFFECT_MAX))
        } else {
            (used.error * scale).min(f64::MAX)
        }
    }

    /// Brings effects to a step; what each adds to its mean.
    fn apply(&self, step: &mut Step, parts: &[f64], scale: f64, non_negative: bool) -> Vec<f64> {
        let sum: f64 = parts.iter().sum::<f64>();
        if parts.is_empty() {
            return Vec::new();
        }
        let before = step.mean;
        let floor = if non_negative { 0.0 } else { -f64::MAX };
        let sum = if self.multiplicative {
            sum.clamp(-EFFECT_MAX, EFFECT_MAX)
        } else {
            sum
        };
        let bring = |value: &mut f64| {
            let brought = if self.multiplicative {
                *value * exp(sum)
            } else {
                *value + sum * scale
            };
            *value = brought.clamp(floor, f64::MAX);
        };
        bring(&mut step.mean);
        bring(&mut step.median);
        for interval in &mut step.intervals {
            bring(&mut interval.lower);
            bring(&mut interval.upper);
        }
        // In proportion to their logarithms or amounts; where these cancel, each as if it came alone.
        let added = step.mean - before;
        let total: f64 = parts.iter().sum();
        if total.abs() > 1e-9 {
            parts.iter().map(|part| added * (part / total)).collect()
        } else {
            let each = if self.multiplicative { before } else { scale };
            parts.iter().map(|part| part * each).collect()
        }
    }
}

fn theta(values: &[f64], seasons: &[usize], horizon: usize) -> Option<Vec<f64>> {
    let filled = fill_gaps(values, seasons.first().copied());
    let series = Series::checked(filled, seasons.to_vec());
    let means = Theta.fit(&series).ok()?.predict(horizon);
    means.iter().all(|mean| mean.is_finite()).then_some(means)
}
