//! What is computed, and what comes of it, without a word of facts: what goes from the side that holds them to the
//! side that computes, and back.

use kernel::Date;
use serde::{Deserialize, Serialize};

use crate::{BackTest, ForecastWarning, ModelShare, Number, Occasion, Replaced};

/// A series to forecast.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Values of complete periods, oldest first; NaN where one is missing.
    pub values: Vec<Number>,
    /// Lengths of the seasons, in periods.
    pub seasons: Vec<usize>,
    /// Periods to forecast.
    pub horizon: usize,
    /// The share of outcomes that the interval is made for.
    pub coverage: Number,
    /// Whether nothing below 0 is to be answered.
    pub non_negative: bool,
    /// Whether the parts of each step are to be told.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
    /// The day of the first value, where values are days on which the calendar of Türkiye may tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_day: Option<Date>,
    /// Places of values that are less than demand, as the product was sold out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sold_out: Vec<usize>,
    /// Whether what only looks wrong is to be replaced.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_suspecting: bool,
    /// The period that is not over, where the first step lies in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<Running>,
    /// Courses of other products from their beginning on, as long as the values and the horizon, where the series is the
    /// beginning of a product.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub analogs: Vec<Vec<Number>>,
}

/// What was forecast of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The next period first; empty where the series has no value.
    pub steps: Vec<OutcomeStep>,
    /// The models and their shares, which add up to 1.
    pub method: Vec<ModelShare>,
    /// How far it may be trusted, 0 to 1, four decimals.
    pub confidence: f64,
    /// How the method did on the end of the series.
    pub back_test: Option<BackTest>,
    /// What to know about it.
    pub warnings: Vec<ForecastWarning>,
    /// What the steps are made of, where that was asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parts: Option<OutcomeParts>,
    /// Occasions among the steps, where parts were asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub occasions: Vec<OutcomeOccasion>,
    /// What was replaced before anything was learnt.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub replaced: Vec<Replaced>,
    /// What the period that is not over comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<OutcomeRunning>,
}

/// A period that is not over. Where steps are days it is a month that the first steps end; where they are longer it is
/// the first of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Running {
    /// What each day of past whole periods brought, oldest first; none where steps are days.
    pub past: Vec<Vec<Number>>,
    /// What each of its days brought so far.
    pub so_far: Vec<Number>,
    /// All days that it has.
    pub days: usize,
    /// Whether steps are days, so that those that are left of it end it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_days: bool,
    /// What it is to come to, where that was planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Number>,
}

/// What a period comes to of which a part is known.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeRunning {
    /// All of it, with what is there already.
    pub whole: OutcomeStep,
    /// The chance that the target is reached, 0 to 1.
    pub chance: Option<f64>,
}

/// What the steps are made of: mean = level + trend + each season + each effect + rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeParts {
    /// Where the trend of the history ended.
    pub level: Number,
    /// What the trend adds to each step.
    pub trend: Vec<Number>,
    /// The length of each season, and what it adds to each step.
    pub seasons: Vec<(usize, Vec<Number>)>,
    /// The occasions in use, and what each adds to each step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub effects: Vec<(Occasion, Vec<Number>)>,
    /// What is left of each step.
    pub rest: Vec<Number>,
}

/// An occasion among the steps.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeOccasion {
    /// What it is.
    pub occasion: Occasion,
    /// Its first step, from 0.
    pub first: usize,
    /// Its last step.
    pub last: usize,
    /// What it adds, as a share of what would be expected without; none where no effect was found.
    pub share: Option<Number>,
}

/// One period ahead.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeStep {
    /// What is expected on average.
    pub mean: Number,
    /// What is exceeded as often as not.
    pub median: Number,
    /// Lower end of the interval; the mean where there is none.
    pub lower: Number,
    /// Upper end of the interval; the mean where there is none.
    pub upper: Number,
}
