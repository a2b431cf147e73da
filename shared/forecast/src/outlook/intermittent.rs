//! Rare demand: how likely a sale is, and how large, smoothed apart.
//!
//! Teunter, Syntetos and Babai, "Intermittent demand: linking forecasting to inventory
//! obsolescence", European Journal of Operational Research 214 (2011). The probability falls with
//! every step without a sale, so a product that stopped selling is seen to stop. Intervals and
//! median are quantiles of the observed values, brought to the forecast's level: rare demand is
//! skewed, and half a unit either way says nothing about it.
//!
//! Croston's method, its correction and ADIDA stand beside it ([`crate::Croston`], [`crate::Adida`]): one of them is
//! taken where it foretold the demand of whole horizons clearly better at past origins.

use super::backtest::{Plan, scores};
use super::history::History;
use super::intervals::{Calibration, Shape, quantile};
use super::members::Prediction;
use super::{Forecast, Interval, Method, Past, Step, Warning, Weight, round4};
use crate::fit::complete;
use crate::{Adida, Croston, Fit, FitError, Predict, Series};

/// Teunter-Syntetos-Babai with smoothing parameters by least squared error from a small grid.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tsb;

/// A fitted [`Tsb`].
#[derive(Debug, Clone, PartialEq)]
pub struct FittedTsb {
    forecast: f64,
    fitted: Vec<f64>,
    deviation: f64,
}

/// Smoothing parameters that are tried: slow ones, as rare events ask for.
const GRID: [f64; 4] = [0.02, 0.05, 0.1, 0.2];

impl Fit for Tsb {
    type Fitted = FittedTsb;

    fn fit(&self, series: &Series) -> Result<FittedTsb, FitError> {
        let values = complete(series, 2)?;
        let pairs = GRID
            .iter()
            .flat_map(|&chance| GRID.iter().map(move |&size| (chance, size)));
        let tried =
            pairs.map(|(chance, size)| (smooth(values, chance, size, |_| {}).1, chance, size));
        let (squares, chance, size) = tried
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .ok_or(FitError::NotFinite)?;
        let mut fitted = Vec::with_capacity(values.len());
        let (forecast, _) = smooth(values, chance, size, |forecast| fitted.push(forecast));
        let deviation = (squares / (values.len() - 1) as f64).sqrt();
        Ok(FittedTsb {
            forecast,
            fitted,
            deviation,
        })
    }
}

/// Final forecast and sum of squared one-step errors.
fn smooth(
    values: &[f64],
    chance_rate: f64,
    size_rate: f64,
    mut sink: impl FnMut(f64),
) -> (f64, f64) {
    let demands = values.iter().filter(|value| **value != 0.0).count();
    let mut chance = demands as f64 / values.len() as f64;
    let mut size = values.iter().sum::<f64>() / demands.max(1) as f64;
    let mut squares = 0.0;
    for &value in values {
        let forecast = chance * size;
        sink(forecast);
        squares += (value - forecast) * (value - forecast);
        chance += chance_rate * (f64::from(u8::from(value != 0.0)) - chance);
        if value != 0.0 {
            size += size_rate * (value - size);
        }
    }
    (chance * size, squares)
}

impl Predict for FittedTsb {
    fn predict(&self, horizon: usize) -> Vec<f64> {
        vec![self.forecast; horizon]
    }

    fn fitted(&self) -> &[f64] {
        &self.fitted
    }

    fn deviations(&self, horizon: usize) -> Vec<f64> {
        vec![self.deviation; horizon]
    }
}

/// The models of rare demand, the default first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rare {
    Tsb,
    Croston,
    Sba,
    Adida,
}

/// Share of the default's squared error below which another model is taken, and the origins that this needs.
const CLEARLY_BETTER: f64 = 0.8;
const ORIGINS_MIN: usize = 4;

impl Rare {
    const ALL: [Self; 4] = [Self::Tsb, Self::Croston, Self::Sba, Self::Adida];

    fn name(self) -> &'static str {
        match self {
            Self::Tsb => "TSB",
            Self::Croston => "Croston",
            Self::Sba => "SBA",
            Self::Adida => "ADIDA",
        }
    }

    fn predict(self, values: &[f64], horizon: usize) -> Option<Prediction> {
        let series = Series::checked(values.to_vec(), Vec::new());
        let corrected = self == Self::Sba;
        let (mean, deviation) = match self {
            Self::Tsb => Tsb.fit(&series).ok()?.outlook(horizon),
            Self::Adida => Adida.fit(&series).ok()?.outlook(horizon),
            _ => Croston { corrected }.fit(&series).ok()?.outlook(horizon),
        };
        Some(Prediction { mean, deviation })
    }

    /// The model that foretold the sums of the windows best; the default unless another is clearly better. Sums,
    /// because zero is nearest to most single steps of rare demand.
    fn chosen(history: &History, plan: &Plan) -> Self {
        if plan.origins.len() < ORIGINS_MIN {
            return Self::Tsb;
        }
        let squares = |model: Self| -> Option<f64> {
            let window = |&origin: &usize| {
                let prediction = model.predict(&history.values[..origin], plan.horizon)?;
                let actual = history.values[origin..].iter().zip(&prediction.mean);
                let error: f64 = actual.map(|(value, mean)| value - mean).sum();
                Some(error * error)
            };
            plan.origins.iter().map(window).sum()
        };
        let Some(default) = squares(Self::Tsb) else {
            return Self::Tsb;
        };
        let others = Self::ALL.into_iter().skip(1);
        let better = others.filter_map(|model| Some((model, squares(model)?)));
        better
            .filter(|(_, squares)| *squares < CLEARLY_BETTER * default)
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(Self::Tsb, |(model, _)| model)
    }
}

/// Forecast of a history of rare demand.
pub(super) fn outlook(history: &History, horizon: usize, levels: &[f64]) -> (Forecast, Past) {
    let plan = Plan::new(history.values.len(), horizon, None);
    let model = Rare::chosen(history, &plan);
    let predict = |origin: usize| model.predict(&history.values[..origin], plan.horizon);
    let past: Past = plan
        .origins
        .iter()
        .filter_map(|&origin| Some((origin, predict(origin)?)))
        .collect();
    let mean = model
        .predict(&history.values, 1)
        .map_or(0.0, |prediction| prediction.mean[0]);
    let step = step_of(&history.values, mean, levels);
    let calibration = Calibration::from_past(&past, &history.observed, Shape::EXPECTED);
    let level = levels.last().copied().unwrap_or(0.95);
    let backtest = scores(&past, history, Some(level), &calibration).map(|(mut scores, _)| {
        scores.coverage = covered(&past, history, level).unwrap_or(scores.coverage);
        scores
    });
    let mut warnings = history.warnings.clone();
    if past.is_empty() {
        warnings.push(Warning::NotBacktested);
    } else if plan.horizon < horizon {
        warnings.push(Warning::TestedUpTo {
            steps: plan.horizon,
        });
    }
    let confidence = backtest
        .as_ref()
        .map_or(0.0, |scores| scores.confidence(plan.credit(horizon)));
    let answer = Forecast {
        steps: vec![step; horizon],
        method: Method {
            members: vec![Weight {
                model: model.name().into(),
                weight: 1.0,
                error: None,
            }],
        },
        path: history.path,
        confidence: round4(confidence),
        backtest,
        warnings,
    };
    (answer, past)
}

/// Quantiles of the values so far, brought to the level of the forecast (half to double at most).
fn step_of(values: &[f64], mean: f64, levels: &[f64]) -> Step {
    let mut ascending = values.to_vec();
    ascending.sort_unstable_by(f64::total_cmp);
    let average = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let factor = if average > 0.0 {
        (mean / average).clamp(0.5, 2.0)
    } else {
        1.0
    };
    let at = |probability: f64| factor * quantile(&ascending, probability).unwrap_or(mean);
    let interval = |&level: &f64| Interval {
        level,
        // The mean of rare demand may lie beyond its quantiles: the interval reaches to it.
        lower: at(0.5 - level / 2.0).min(mean),
        upper: at(0.5 + level / 2.0).max(mean),
    };
    Step {
        mean,
        median: at(0.5),
        intervals: levels.iter().map(interval).collect(),
    }
}

/// Share of past values within the intervals that would have been given.
fn covered(past: &[(usize, Prediction)], history: &History, level: f64) -> Option<f64> {
    let (mut actual, mut bounds) = (Vec::new(), Vec::new());
    for (origin, prediction) in past {
        let step = step_of(&history.values[..*origin], prediction.mean[0], &[level]);
        for value in history.observed[*origin..]
            .iter()
            .take(prediction.mean.len())
        {
            actual.push(*value);
            bounds.push((step.intervals[0].lower, step.intervals[0].upper));
        }
    }
    crate::score::coverage(&actual, &bounds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_a_product_that_stopped_selling() {
        let sold = |t: usize| if t.is_multiple_of(3) { 4.0 } else { 0.0 };
        let alive: Vec<f64> = (0..60).map(sold).collect();
        let stopped: Vec<f64> = (0..60)
            .map(|t| if t < 30 { sold(t) } else { 0.0 })
            .collect();
        let level = |values: Vec<f64>| {
            let series = Series::new(values, vec![]).expect("valid");
            Tsb.fit(&series).expect("long enough").predict(1)[0]
        };
        let alive = level(alive);
        assert!((alive - 4.0 / 3.0).abs() < 0.3, "{alive}");
        assert!(level(stopped) < 0.2 * alive);
    }

    fn chosen(values: Vec<f64>) -> Rare {
        let series = Series::new(values, vec![]).expect("valid");
        let history = super::super::history::look(&series, true);
        let plan = Plan::new(history.values.len(), 12, None);
        Rare::chosen(&history, &plan)
    }

    #[test]
    fn another_model_is_taken_where_it_was_clearly_better_only() {
        // Sales that ended: what falls without a sale sees it, Croston's quotient never does.
        let ended = |t: usize| f64::from(u8::from(t < 40 && t.is_multiple_of(3))) * 4.0;
        let model = chosen((0..120).map(ended).collect());
        assert!(matches!(model, Rare::Tsb | Rare::Adida), "{model:?}");
        // Sales that come ever more often: what is summed over periods follows, and so is named in the answer.
        let more = |t: usize| {
            let every = 12 - (t / 16).min(8);
            f64::from(u8::from(t.is_multiple_of(every))) * (4.0 + (t / 8) as f64)
        };
        let values: Vec<f64> = (0..160).map(more).collect();
        let series = Series::new(values.clone(), vec![]).expect("valid");
        let options = crate::Options {
            horizon: 12,
            ..crate::Options::default()
        };
        let answer = crate::forecast(&series, &options).expect("sound");
        assert_eq!(answer.path, crate::Path::Intermittent);
        assert_eq!(answer.method.members[0].model, chosen(values).name());
    }

    /// Sales by chance, steady or of a rate that drifts: choosing loses nothing against the default.
    #[test]
    fn choosing_does_not_lose() {
        let noise = |t: usize| {
            let mut bits = (t as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (bits >> 11) as f64 / (1_u64 << 53) as f64
        };
        let (mut with, mut without) = (0.0, 0.0);
        for seed in 0..120 {
            let drift = [0.0, 0.002, -0.0015][seed % 3];
            let value = |t: usize| {
                let chance = (0.25 + drift * t as f64).clamp(0.02, 0.6);
                let sold = noise(10_000 * seed + t) < chance;
                f64::from(u8::from(sold)) * (1.0 + (4.0 * noise(5_000 + 10_000 * seed + t)).floor())
            };
            let values: Vec<f64> = (0..132).map(value).collect();
            let (known, actual) = values.split_at(120);
            let model = chosen(known.to_vec());
            let error = |model: Rare| {
                let mean = model.predict(known, 12).expect("finite").mean;
                let apart = mean.iter().sum::<f64>() - actual.iter().sum::<f64>();
                apart * apart
            };
            with += error(model);
            without += error(Rare::Tsb);
        }
        assert!(with < 1.01 * without, "{with} {without}");
    }
}
