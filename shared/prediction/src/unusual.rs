//! Unusual values of a history: what is asked and told, and the work between.
//!
//! Out of scope: what makes a value unusual (`forecast::Detector`), and what caused it.

use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::period::Grain;
use serde::{Deserialize, Serialize};

use crate::Number;

/// Most unusual values that are told: the newest.
pub const UNUSUAL_MAX: usize = 200;

/// How easily a value is told to be unusual: the one knob.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Only what is beyond doubt: one usual value in 100,000 may be told by mistake.
    Low,
    /// One in 10,000.
    #[default]
    Medium,
    /// One in 1,000.
    High,
}

impl Sensitivity {
    /// Every sensitivity, the fewest alarms first.
    pub const ALL: [Sensitivity; 3] = [Sensitivity::Low, Sensitivity::Medium, Sensitivity::High];

    /// The share of usual values that may be told by mistake.
    pub const fn false_alarm_rate(self) -> f64 {
        match self {
            Sensitivity::Low => 1e-5,
            Sensitivity::Medium => 1e-4,
            Sensitivity::High => 1e-3,
        }
    }
}

/// A series in which to look for what is unusual.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Watch {
    /// Values of complete periods, oldest first; NaN where one is missing.
    pub values: Vec<Number>,
    /// Lengths of the seasons, in periods.
    pub seasons: Vec<usize>,
    /// How easily a value is told.
    pub sensitivity: Sensitivity,
}

/// An unusual value by its place in a series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Alarm {
    /// Its place, from 0.
    pub index: usize,
    /// What is unusual about it.
    pub kind: UnusualKind,
    /// How far beyond the false-alarm rate it is.
    pub severity: Severity,
    /// Minus the decimal logarithm of its probability, up to 15.
    pub score: f64,
    /// What was expected of it.
    pub expected: Number,
    /// Lower end of what would have been usual.
    pub lower: Number,
    /// Upper end of what would have been usual.
    pub upper: Number,
}

/// What is unusual about a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnusualKind {
    /// The value alone.
    Point,
    /// From here on values go up and down as usual but not when they should.
    SeasonBreak,
    /// From here on values stay above or below what was expected.
    LevelShift,
    /// From here on values grow or fall faster or slower than before.
    TrendBreak,
}

/// How far an unusual value is beyond the false-alarm rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Rarer than the rate.
    Notice,
    /// Rarer than a tenth of it.
    Warning,
    /// Rarer than a thousandth of it.
    Critical,
}

/// The unusual values of a metric's history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unusual {
    /// The metric.
    pub metric: MetricId,
    /// Length of a period.
    pub grain: Grain,
    /// The days looked at: complete periods only.
    pub looked_at: DateRange,
    /// The unusual values, oldest first; the newest [`UNUSUAL_MAX`].
    pub values: Vec<UnusualValue>,
}

/// An unusual value, in the metric's unit (money in minor units).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnusualValue {
    /// First day of the period.
    pub period: Date,
    /// What is unusual about it.
    pub kind: UnusualKind,
    /// How far beyond the false-alarm rate it is.
    pub severity: Severity,
    /// Minus the decimal logarithm of its probability, up to 15.
    pub score: f64,
    /// The value.
    pub value: f64,
    /// What was expected of it.
    pub expected: f64,
    /// Lower end of what would have been usual.
    pub lower: f64,
    /// Upper end of what would have been usual.
    pub upper: f64,
}
