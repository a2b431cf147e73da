//! How likely a forecast crosses a limit that its reader sets.

use serde::{Deserialize, Serialize};

use crate::Number;

/// On which side of a limit it gets interesting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LimitSide {
    /// At the limit or above.
    #[default]
    Above,
    /// At the limit or below.
    Below,
}

/// What is held against a limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Limited {
    /// Each step: it is enough that one of them is beyond.
    #[default]
    AnyStep,
    /// The sum of the steps so far.
    Sum,
}

/// A limit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limit {
    /// The value, in the metric's unit.
    pub value: Number,
    /// Where it gets interesting.
    pub side: LimitSide,
    /// What is held against it.
    pub of: Limited,
}

/// Steps of a forecast, and the limit that they may cross.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Crossing {
    /// Lower end, median and upper end of each step, the next period first.
    pub steps: Vec<[Number; 3]>,
    /// The share of outcomes that these intervals are made for.
    pub coverage: Number,
    /// The limit.
    pub limit: Limit,
}

/// The chance of being beyond the limit by each step, 0 to 1. With [`Limited::AnyStep`] that this step or one before it
/// is; with [`Limited::Sum`] that the sum up to this step is.
#[cfg(feature = "compute")]
pub fn crossed(crossing: &Crossing) -> Result<Vec<f64>, crate::ComputeError> {
    use forecast::{Interval, Side, Step, Threshold, Watched};

    let step = |[lower, median, upper]: &[Number; 3]| Step {
        mean: median.0,
        median: median.0,
        intervals: vec![Interval {
            level: crossing.coverage.0,
            lower: lower.0,
            upper: upper.0,
        }],
    };
    let steps: Vec<Step> = crossing.steps.iter().map(step).collect();
    let Limit { value, side, of } = crossing.limit;
    let threshold = Threshold {
        value: value.0,
        side: match side {
            LimitSide::Above => Side::Above,
            LimitSide::Below => Side::Below,
        },
        watched: match of {
            Limited::AnyStep => Watched::AnyStep,
            Limited::Sum => Watched::Sum,
        },
    };
    Ok(forecast::chances(&steps, threshold)?)
}

#[cfg(all(test, feature = "compute"))]
mod tests {
    use super::*;

    fn chances(value: f64, side: LimitSide, of: Limited) -> Vec<f64> {
        let step = [90.0, 100.0, 110.0].map(Number);
        let crossing = Crossing {
            steps: vec![step; 10],
            coverage: Number(0.8),
            limit: Limit {
                value: Number(value),
                side,
                of,
            },
        };
        crossed(&crossing).unwrap()
    }

    #[test]
    fn chances_are_those_of_independent_steps_where_intervals_keep_their_width() {
        // One step is at 110 or above with a chance of 0.1; of ten independent ones one is with 1 - 0.9^10.
        let above = chances(110.0, LimitSide::Above, Limited::AnyStep);
        assert!((above[0] - 0.1).abs() < 0.02, "{above:?}");
        assert!((above[9] - 0.651).abs() < 0.03, "{above:?}");
        assert!(above.is_sorted());
        let below = chances(90.0, LimitSide::Below, Limited::AnyStep);
        assert!((below[9] - above[9]).abs() < 0.03, "{below:?}");
        // The sum of ten has a standard deviation of 7.8 sqrt(10) = 24.7 around 1,000.
        let sum = chances(1_024.7, LimitSide::Above, Limited::Sum);
        assert!((sum[9] - 0.159).abs() < 0.02, "{sum:?}");
    }

    #[test]
    fn what_has_no_interval_or_no_number_is_refused() {
        let crossing = |steps, value| Crossing {
            steps,
            coverage: Number(0.8),
            limit: Limit {
                value: Number(value),
                side: LimitSide::Above,
                of: Limited::Sum,
            },
        };
        assert!(crossed(&crossing(vec![], 1.0)).is_err());
        let step = [1.0, 2.0, 3.0].map(Number);
        assert!(crossed(&crossing(vec![step], f64::NAN)).is_err());
        assert!(crossed(&crossing(vec![step], 2.0)).is_ok());
    }
}
