//! Forecasts that are kept, and what came of them:
//!
//! - `GET /api/bi/v1/predictions?company=&metric=&state=&before=&limit=` lists them, newest first, without steps;
//!   `GET ...?company=&id=` gives one in full, in a list of its own.
//! - `POST` has a forecast made of the company's data and keeps it.
//! - `PUT` records what came of one, or of all that are due.
//!
//! A prediction is seen by whoever sees its metric and all rows that it was made of. At most [`KEPT_MAX`] of a company
//! are kept. Out of scope: how a forecast is made (`forecast`), and from what (`prediction`).

use cube::query::Filter;
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::period::Grain;
use serde::{Deserialize, Serialize};

/// Path.
pub const PATH: &str = "/api/bi/v1/predictions";
/// Predictions of a company that are kept: the oldest of those with an outcome go first.
pub const KEPT_MAX: u32 = 500;
/// Predictions that a company may have made in a minute.
pub const MADE_MAX: u32 = 60;
/// The most steps of a prediction.
pub const HORIZON_MAX: u32 = 400;
/// The most predictions of one list.
pub const LIST_MAX: u32 = 50;
/// Predictions of a list where nothing is said.
pub const LIST_DEFAULT: u32 = 20;
/// Predictions whose outcome one request records.
pub const RECORD_MAX: u32 = 10;
/// The longest conditions of a prediction, in bytes of JSON.
pub const FILTERS_BYTES_MAX: usize = 16 << 10;
/// The largest actual value either way that is taken: whole numbers up to here are exact.
pub const VALUE_MAX: f64 = 9_007_199_254_740_992.0;
/// The largest id: a whole number that every reader of JSON takes exactly.
pub const ID_MAX: i64 = (1 << 53) - 1;

/// Body of having a forecast made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "PredictionQuestion"))]
#[serde(deny_unknown_fields)]
pub struct NewPrediction {
    /// The metric.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::metric")
    )]
    pub metric: MetricId,
    /// Length of a step: `day`, `week` or `month`.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::step_grain")
    )]
    pub grain: Grain,
    /// Steps to forecast, 1 to [`HORIZON_MAX`], from the first period that is not over or that the history leaves.
    #[cfg_attr(feature = "openapi", schemars(range(min = 1, max = 400)))]
    pub horizon: u32,
    /// Conditions that a fact must meet, all of them; as in a query.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::filters")
    )]
    pub filters: Vec<Filter>,
    /// The days to learn from; all that have facts where nothing is said. Only whole periods that are over count.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::range")
    )]
    pub history: Option<DateRange>,
}

/// Body of recording what came of predictions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewOutcome {
    /// The prediction; all that are due, [`RECORD_MAX`] at once, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(range(min = 1, max = 9_007_199_254_740_991_i64))
    )]
    pub id: Option<i64>,
    /// What came of its periods, where the caller knows; from the company's data where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = 400)))]
    pub outcome: Option<Vec<GivenValue>>,
}

/// What came of a period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct GivenValue {
    /// First day of the period.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::date")
    )]
    pub period: Date,
    /// The metric's value, in its unit (money in minor units).
    #[cfg_attr(
        feature = "openapi",
        schemars(range(min = -9_007_199_254_740_992_i64, max = 9_007_199_254_740_992_i64))
    )]
    pub value: f64,
}

/// What a prediction waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "PredictionState"))]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// Its last period is not over.
    Open,
    /// All its periods are over, and its outcome is not recorded.
    Due,
    /// Its outcome is recorded.
    Settled,
}

impl State {
    /// All of them.
    pub const ALL: [State; 3] = [State::Open, State::Due, State::Settled];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Due => "due",
            State::Settled => "settled",
        }
    }
}

/// A forecast that is kept. `F` and `O` are the forecast and its outcome, or their JSON as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "Prediction"))]
pub struct Prediction<F = Forecast, O = Outcome> {
    /// Its id.
    pub id: i64,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// How models were chosen: `auto`, the combination that back-tests weigh.
    pub model_type: String,
    /// What it waits for.
    pub state: State,
    /// What was asked.
    pub question: NewPrediction,
    /// The last day of its last period.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::date")
    )]
    pub ends_on: Date,
    /// How far it may be trusted, 0 to 1, four decimals.
    pub confidence_score: f64,
    /// How near it came, 0 to 1, four decimals; nothing where that is not known (yet).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accuracy_score: Option<f64>,
    /// The forecast; where one prediction is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forecast: Option<F>,
    /// What came of it so far; where one prediction is given and anything is recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<O>,
}

/// A list of predictions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "Predictions"))]
pub struct Predictions<F = Forecast, O = Outcome> {
    /// The newest first.
    pub predictions: Vec<Prediction<F, O>>,
    /// What to send as `before` for older ones; nothing where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
}

/// What was recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "RecordedPredictions"))]
pub struct Recorded<F = Forecast, O = Outcome> {
    /// The predictions whose outcome is another now; in full where one was named.
    pub predictions: Vec<Prediction<F, O>>,
    /// How many are still due: ask again for those, or when the data of their last days is there.
    pub left: u32,
}

/// A forecast with its interval and how far it may be trusted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Forecast {
    /// What it was learnt from.
    pub learnt_from: LearntFrom,
    /// The steps, oldest first. The first may be the period that holds the day it was made on.
    pub steps: Vec<Step>,
    /// The sum of their means; nothing for a metric that does not add up, such as a rate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total: Option<f64>,
    /// The share of outcomes expected within the interval, such as 0.8.
    pub interval_coverage: f64,
    /// The models and their shares, which add up to 1.
    pub members: Vec<Member>,
    /// How the method did on the end of the history; nothing where that is too short.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back_test: Option<BackTest>,
    /// What to know about it.
    pub warnings: Vec<Warning>,
}

/// What a forecast was learnt from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct LearntFrom {
    /// Sequence of the company's manifest.
    pub sequence: u64,
    /// The days: whole periods that were over.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::range_there")
    )]
    pub days: DateRange,
    /// How many periods they are.
    pub periods: u32,
}

/// One step of a forecast, in the metric's unit (money in minor units).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "ForecastStep"))]
pub struct Step {
    /// First day of the period.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::date")
    )]
    pub period: Date,
    /// What is expected on average.
    pub mean: f64,
    /// What is exceeded as often as not.
    pub median: f64,
    /// Lower end of the interval.
    pub lower: f64,
    /// Upper end of the interval.
    pub upper: f64,
}

/// A model's part in a forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "ForecastMember"))]
pub struct Member {
    /// Its name in the literature, as `ETS(A,Ad,A)`.
    pub model: String,
    /// Its share, 0 to 1.
    pub share: f64,
}

/// How a method did when it forecast the end of the history from what came before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct BackTest {
    /// Times that it was tried.
    pub trials: u32,
    /// Steps ahead that were tried.
    pub horizon: u32,
    /// Mean absolute error divided by that of the naive seasonal forecast; below 1 is better.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mase: Option<f64>,
    /// Symmetric mean absolute percentage error, 0 to 2: 0.12 is 12 %.
    pub smape: f64,
    /// The share of actual values that fell within the interval.
    pub coverage: f64,
    /// Mean of forecast minus actual value, in the metric's unit: above 0 forecasts too much.
    pub bias: f64,
}

/// What the reader of a forecast should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "ForecastWarning"))]
pub struct Warning {
    /// What: `too-few-values`, `gaps-filled`, `late-start`, `only-recent`, `season-unused`, `negative-history`,
    /// `not-back-tested`, `tested-up-to`, `models-failed` or `stock-outs-filled`: days on which the one product that
    /// is asked about was sold out, for which the demand was taken that is likely.
    pub kind: String,
    /// How many values or steps it is about, where it is about some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<u32>,
}

/// What came of a prediction.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "PredictionOutcome"))]
pub struct Outcome {
    /// Who said so.
    pub source: OutcomeSource,
    /// When it was recorded, in milliseconds since 1970.
    pub recorded_at: i64,
    /// Sequence of the company's manifest, where it is from the company's data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequence: Option<u64>,
    /// The periods that are known, oldest first.
    pub values: Vec<ActualValue>,
    /// The share of the values within the interval, four decimals; nothing without a value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
}

/// Who said what came of a prediction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum OutcomeSource {
    /// The company's data.
    Facts,
    /// Whoever recorded it.
    Given,
}

/// What came of a period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ActualValue {
    /// First day of the period.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::date")
    )]
    pub period: Date,
    /// The metric's value; nothing where it has none, as a rate of nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<f64>,
}
