//! A forecast of a metric as it is told.

use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::period::Grain;
use serde::{Deserialize, Serialize};

use crate::{ForecastEffect, ForecastOccasion, Replaced};

/// A forecast with its interval and how far it may be trusted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Forecasted {
    /// The metric.
    pub metric: MetricId,
    /// Length of a step.
    pub grain: Grain,
    /// The days learnt from: complete periods only.
    pub learnt_from: DateRange,
    /// The steps, oldest first. The first may be the period that holds today.
    pub steps: Vec<ForecastStep>,
    /// The sum of their means: what is expected over all steps. `None` for a metric that does not add up,
    /// such as a rate.
    pub total: Option<f64>,
    /// The share of outcomes expected within the interval, such as 0.8.
    pub coverage: f64,
    /// The models and their shares, in a fixed order; the shares add up to 1.
    pub method: Vec<ModelShare>,
    /// How far it may be trusted.
    pub confidence: Confidence,
    /// The same as a number from 0 to 1, four decimals.
    pub confidence_score: f64,
    /// How the method did on the end of the history; `None` where that is too short.
    pub back_test: Option<BackTest>,
    /// What to know about it.
    pub warnings: Vec<ForecastWarning>,
    /// What the steps are made of, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<ForecastParts>,
    /// Holidays and other occasions among the steps, where parts were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occasions: Vec<ForecastOccasion>,
    /// What of the history was replaced before it was learnt from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replaced>,
    /// What the period that holds today comes to: the month where steps are days, else the first step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<ForecastRunning>,
}

/// A period that is not over, in the metric's unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastRunning {
    /// All of its days.
    pub period: DateRange,
    /// The days that are known, today never among them; `None` where it has just begun.
    pub known: Option<DateRange>,
    /// What these brought.
    pub so_far: f64,
    /// What the whole period is expected to come to, with what is there already.
    pub mean: f64,
    /// Lower end of the interval.
    pub lower: f64,
    /// Upper end of the interval.
    pub upper: f64,
    /// What was planned for it.
    pub target: Option<f64>,
    /// The chance that this is reached, 0 to 1.
    pub chance: Option<f64>,
}

/// What the steps of a forecast are made of, in the metric's unit: mean = level + trend + each season + each effect +
/// rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastParts {
    /// Where the trend of the history ended; the same for all steps.
    pub level: f64,
    /// What the trend adds to each step.
    pub trend: Vec<f64>,
    /// What each season adds, the shortest first.
    pub seasons: Vec<ForecastSeason>,
    /// What each occasion in use adds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<ForecastEffect>,
    /// What is left of each step: turns that neither trend nor seasons show.
    pub rest: Vec<f64>,
}

/// What a season adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastSeason {
    /// Its length in periods: 7 days are a week.
    pub length: usize,
    /// What it adds to each step.
    pub adds: Vec<f64>,
}

/// A model's part in a forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelShare {
    /// Its name in the literature, as `ETS(A,Ad,A)`.
    pub name: String,
    /// What kind of model it is, where that has a name here.
    pub kind: Option<ModelKind>,
    /// Its share, 0 to 1.
    pub share: f64,
}

/// The kinds of models that forecasts are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelKind {
    /// Exponential smoothing, `ETS(error,trend,season)`.
    Ets,
    /// Dynamic optimised Theta, `DOT`.
    Theta,
    /// Complex exponential smoothing, `CES(season)`.
    Ces,
    /// Seasonal ARIMA, `ARIMA(p,d,q)(P,D,Q)[season]`.
    Arima,
    /// The trend of the last values, damped.
    DampedTrend,
    /// Forecasts of the sums over several steps, made to agree (Athanasopoulos et al. 2017).
    TemporalHierarchy,
    /// Decomposition by loess with several seasons, `MSTL`.
    Mstl,
    /// Teunter, Syntetos and Babai's for rare demand, `TSB`.
    RareDemand,
    /// The mean of what is known.
    Mean,
    /// The last value carried on.
    LastValue,
    /// The last value carried on along the line from the first.
    Drift,
    /// The last season repeated.
    LastSeason,
}

/// What the reader of a forecast should know. Counts are of periods of its grain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ForecastWarning {
    /// Too few values for a forecast with an interval.
    TooFewValues {
        /// Values that there are.
        observed: usize,
        /// Values that it takes.
        needed: usize,
    },
    /// Missing values were filled.
    GapsFilled {
        /// How many.
        count: usize,
    },
    /// Zeros before the first other value were left out.
    LateStart {
        /// How many.
        count: usize,
    },
    /// Only the newest values were learnt from.
    OnlyRecent {
        /// How many.
        used: usize,
    },
    /// The history is too short for a season.
    SeasonUnused {
        /// The season's length.
        length: usize,
    },
    /// The history has values below zero; the forecast was kept at zero or above.
    NegativeHistory,
    /// The history is too short for a back-test: the interval is the models' own.
    NotBackTested,
    /// The back-test reaches less far than the forecast.
    TestedUpTo {
        /// Steps ahead that were tried.
        steps: usize,
    },
    /// No model could follow the values: their mean is told.
    ModelsFailed,
}

/// One step of a forecast, in the metric's unit (money in minor units).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastStep {
    /// First day of the period.
    pub period: Date,
    /// What is expected on average.
    pub mean: f64,
    /// What is exceeded as often as not; differs from the mean where sales are rare.
    pub median: f64,
    /// Lower end of the interval.
    pub lower: f64,
    /// Upper end of the interval.
    pub upper: f64,
}

/// How far a forecast may be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Little better than a guess.
    Low,
    /// Good enough to plan with care.
    Medium,
    /// The history is long and the method did well on it.
    High,
}

/// How a method did when it forecast the end of the history from what came before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackTest {
    /// Times that it was tried.
    pub trials: usize,
    /// Mean absolute error divided by that of the naive seasonal forecast; below 1 is better.
    pub mase: Option<f64>,
    /// Symmetric mean absolute percentage error, 0 to 2: 0.12 is 12 %.
    pub smape: f64,
    /// The share of actual values that fell within the interval.
    pub coverage: f64,
    /// Mean of forecast minus actual value, in the metric's unit: above 0 forecasts too much.
    pub bias: f64,
    /// Steps ahead that were tried.
    pub horizon: usize,
}
