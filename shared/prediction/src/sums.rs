//! Sums over a horizon, of many series and made to add up: what travels between the two sides.
//!
//! A sum needs no dates and few numbers, so that the sums of a thousand products can be kept.

use serde::{Deserialize, Serialize};

use crate::Number;

/// Steps whose errors are added up to one: what the errors of sums are learnt from.
pub const BLOCK_STEPS: usize = 15;

/// What is expected of the sum of a series over a horizon.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sum {
    /// What is expected on average.
    pub mean: Number,
    /// Lower and upper end of the interval; none where the series is too short for one.
    pub ends: Option<(Number, Number)>,
    /// How far the forecast may be trusted, 0 to 1, four decimals.
    pub confidence: f64,
    /// What was missed at past origins: the values from there to the end, and forecast minus value summed over
    /// blocks of [`BLOCK_STEPS`].
    pub missed: Vec<(usize, Vec<Number>)>,
    /// Values that were replaced before anything was learnt: days on which the product was sold out.
    #[serde(default, skip_serializing_if = "is_none")]
    pub replaced: usize,
    /// Whether it is that of a young product, forecast from how others began.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_young: bool,
}

const fn is_none(count: &usize) -> bool {
    *count == 0
}

/// A sum with its place in a whole.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SumNode {
    /// The node that it is a part of, by position; none for the whole.
    pub parent: Option<usize>,
    /// Its own forecast.
    pub sum: Sum,
}

/// A sum that adds up with the others, in whole units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reconciled {
    /// What is expected on average; parts add up to their whole exactly.
    pub mean: i64,
    /// Lower end of the interval.
    pub lower: i64,
    /// Upper end of the interval.
    pub upper: i64,
}
