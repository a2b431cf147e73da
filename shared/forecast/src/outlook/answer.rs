//! What is asked and what is answered: the wire types of [`super::forecast`].

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest horizon, in steps.
pub const HORIZON_MAX: usize = 3_660;
/// Most interval levels.
pub const LEVELS_MAX: usize = 8;

/// What to forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Steps ahead, 1 to [`HORIZON_MAX`].
    pub horizon: usize,
    /// Interval levels, each above 0 and below 1, at most [`LEVELS_MAX`]; 0.8 and 0.95 by default.
    pub levels: Vec<f64>,
    /// True for counts and sales: nothing below 0 is answered.
    pub non_negative: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            horizon: 30,
            levels: vec![0.8, 0.95],
            non_negative: false,
        }
    }
}

/// Why options are refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ForecastError {
    /// A horizon of zero or above [`HORIZON_MAX`].
    #[error("a horizon of {horizon} steps: ask for 1 to {HORIZON_MAX}")]
    Horizon {
        /// The horizon asked for.
        horizon: usize,
    },
    /// A level outside 0..1.
    #[error("an interval level of {level}: give a share between 0 and 1, as 0.95")]
    Level {
        /// The level asked for.
        level: f64,
    },
    /// More levels than [`LEVELS_MAX`].
    #[error("{count} interval levels are more than {LEVELS_MAX}")]
    TooManyLevels {
        /// Number of levels asked for.
        count: usize,
    },
}

impl Options {
    /// Whether [`super::forecast`] takes them.
    pub(crate) fn check(&self) -> Result<(), ForecastError> {
        self.checked_levels().map(|_| ())
    }

    /// The levels, ascending and once each.
    pub(super) fn checked_levels(&self) -> Result<Vec<f64>, ForecastError> {
        if !(1..=HORIZON_MAX).contains(&self.horizon) {
            return Err(ForecastError::Horizon {
                horizon: self.horizon,
            });
        }
        if self.levels.len() > LEVELS_MAX {
            return Err(ForecastError::TooManyLevels {
                count: self.levels.len(),
            });
        }
        if let Some(&level) = self
            .levels
            .iter()
            .find(|&&level| !(level > 0.0 && level < 1.0))
        {
            return Err(ForecastError::Level { level });
        }
        let mut levels = self.levels.clone();
        levels.sort_unstable_by(f64::total_cmp);
        levels.dedup();
        Ok(levels)
    }
}

/// A forecast and how far to trust it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forecast {
    /// One per step, the next one first; empty without any value to go on.
    pub steps: Vec<Step>,
    /// The models and their weights.
    pub method: Method,
    /// How the history was read.
    pub path: Path,
    /// 0 to 1, four decimals: what (1 - sMAPE / 200) x (1 - |coverage - level|) is to be expected of the values to come.
    /// That is its mean over the windows of the back-test, drawn towards 0.8 as if two more windows had shown that;
    /// windows that reach less far than the horizon count for the share that they reach. 0 was not tested. Rare demand,
    /// where no such mean is known, has the quality of its windows together x (1 - 1/2^windows) x (1 + tested steps /
    /// horizon) / 2.
    pub confidence: f64,
    /// How the method did on the past; none where the history was too short or never moved.
    pub backtest: Option<BacktestScores>,
    /// What the reader should know.
    pub warnings: Vec<Warning>,
}

/// One step ahead, in the units of the series.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// Expected value.
    pub mean: f64,
    /// The value that is exceeded as often as not; differs from the mean for rare sales.
    pub median: f64,
    /// One per level asked for, narrowest first, each within the next; empty where unknown.
    pub intervals: Vec<Interval>,
}

/// Bounds that should hold the value with a probability of `level`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    /// Probability, above 0 and below 1.
    pub level: f64,
    /// Lower bound.
    pub lower: f64,
    /// Upper bound.
    pub upper: f64,
}

impl Step {
    /// Back into the units of the series: scaled, finite, and not below 0 where that is asked.
    pub(super) fn finish(&mut self, scale: f64, non_negative: bool) {
        let floor = if non_negative { 0.0 } else { -f64::MAX };
        let finish = |value: f64| (value * scale).clamp(floor, f64::MAX);
        self.mean = finish(self.mean);
        self.median = finish(self.median);
        for interval in &mut self.intervals {
            interval.lower = finish(interval.lower);
            interval.upper = finish(interval.upper);
        }
    }
}

/// The models of a forecast.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Method {
    /// The models with a share, in a fixed order; their weights add up to 1.
    pub members: Vec<Weight>,
}

/// A model's share.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weight {
    /// Name, as `ETS(A,Ad,N)`.
    pub model: String,
    /// Share, 0 to 1.
    pub weight: f64,
    /// Mean absolute error from past origins, in those of the seasonal naive forecast one step ahead (MASE); none
    /// where it was not tested.
    pub error: Option<f64>,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, member) in self.members.iter().enumerate() {
            let joint = if index == 0 { "" } else { " + " };
            write!(f, "{joint}{:.0} % {}", 100.0 * member.weight, member.model)?;
        }
        Ok(())
    }
}

/// How a history was read; the first that applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Path {
    /// Fewer than five values: their mean, without intervals, or nothing without a value.
    TooShort,
    /// All values equal.
    Constant,
    /// Rare demand: zeros between sales, on average 1.32 steps or more from one to the next.
    Intermittent,
    /// More than a quarter missing: filled, and to be taken with care.
    Gappy,
    /// Less than two of the shortest seasons, or fewer than 12 values: no season.
    Short,
    /// Values below zero: additive models.
    Negative,
    /// None of the above.
    Regular,
}

/// What the reader of a forecast should know; Display is a plain English sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// Nothing to go on.
    #[error("no values")]
    NoValues,
    /// Path [`Path::TooShort`].
    #[error("{observed} values: {needed} are needed for a forecast with intervals")]
    TooFewValues {
        /// Values there are.
        observed: usize,
        /// Values needed.
        needed: usize,
    },
    /// Missing values were filled.
    #[error("{count} missing values were filled")]
    GapsFilled {
        /// How many.
        count: usize,
    },
    /// Zeros before the first sale were left out.
    #[error("the first {count} zeros were left out: before the first sale")]
    LateStart {
        /// How many.
        count: usize,
    },
    /// Only the most recent values were used.
    #[error("only the last {used} values were used")]
    OnlyRecent {
        /// How many.
        used: usize,
    },
    /// A season could not be used.
    #[error("a season of {length} steps needs a longer history")]
    SeasonUnused {
        /// Its length in steps.
        length: usize,
    },
    /// `non_negative` was asked for a history with values below zero.
    #[error("the history holds values below 0, the forecast was kept at 0 or above")]
    NegativeHistory,
    /// Too short for a back-test: the intervals are the models' own.
    #[error("too short to test the forecast on the past")]
    NotBacktested,
    /// The back-test reaches less far than the horizon.
    #[error("tested on the past up to {steps} steps ahead only")]
    TestedUpTo {
        /// Steps that were tested.
        steps: usize,
    },
    /// No model could follow the values.
    #[error("no model could follow the values: their mean is shown")]
    ModelsFailed,
}

/// How the method did from past origins, each time knowing only what came before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BacktestScores {
    /// Mean absolute error in units of the seasonal naive one-step error; none where that is 0.
    pub mase: Option<f64>,
    /// Symmetric mean absolute percentage error, 0 to 200.
    pub smape: f64,
    /// Share of values within the interval of `coverage_level`, each window against intervals
    /// calibrated without it.
    pub coverage: f64,
    /// The widest level asked for; 0.95 where none was.
    pub coverage_level: f64,
    /// Mean of forecast minus value in units of the series: above 0 forecasts too much.
    pub bias: f64,
    /// Number of origins.
    pub windows: usize,
    /// Steps ahead that were tested.
    pub horizon: usize,
}

impl BacktestScores {
    /// Of rare demand, see [`Forecast::confidence`].
    pub(super) fn confidence(&self, credit: f64) -> f64 {
        super::backtest::quality(self.smape, self.coverage, self.coverage_level) * credit
    }
}

/// Four decimals, as confidence is stored.
pub(super) fn round4(value: f64) -> f64 {
    (value.clamp(0.0, 1.0) * 1e4).round() / 1e4
}
