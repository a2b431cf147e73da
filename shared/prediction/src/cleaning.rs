//! What of a history is replaced before it is learnt from: what is asked for, and what is told of it.
//!
//! Out of scope: what stands there afterwards (`forecast::clean`).

use serde::{Deserialize, Serialize};

/// What may be replaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cleaning {
    /// Nothing.
    AsItWas,
    /// What is known to say nothing of demand: days on which the product was sold out.
    #[default]
    Known,
    /// Besides, what only looks wrong: single values far from all others, and levels that ended.
    Suspected,
}

impl Cleaning {
    /// Every choice, the least first.
    pub const ALL: [Cleaning; 3] = [Cleaning::AsItWas, Cleaning::Known, Cleaning::Suspected];

    /// Whether it is what is done unasked.
    pub fn is_usual(&self) -> bool {
        *self == Cleaning::default()
    }
}

/// Why a value was replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplacedReason {
    /// There was none.
    Missing,
    /// The product was sold out.
    StockOut,
    /// A single value far from what trend and season explain.
    Outlier,
    /// Before the level jumped: brought to the level after it.
    LevelShift,
}

/// How many values were replaced for a reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replaced {
    /// Why.
    pub reason: ReplacedReason,
    /// How many.
    pub count: usize,
}
