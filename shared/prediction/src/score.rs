//! What became of a forecast: how near it came, from sums.
//!
//! Accuracy is 1 minus the sum of absolute errors of the means divided by the sum of absolute actual values (one
//! minus the weighted absolute percentage error), at least 0. Coverage is the share of actual values within the
//! interval. Out of scope: where actual values come from (`truth`, or whoever knows them).

use kernel::Date;
use serde::{Deserialize, Serialize};

use crate::ForecastStep;

/// What came of one period.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Actual {
    /// First day of the period.
    pub period: Date,
    /// The metric's value; `None` where it has none, as a rate of nothing.
    pub value: Option<f64>,
}

/// How a forecast did on the periods of which a value is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Score {
    /// How many periods that is.
    pub periods: usize,
    /// 0 to 1, four decimals; `None` where the actual values add up to nothing.
    pub accuracy: Option<f64>,
    /// The share of actual values within the interval, its ends included, four decimals; `None` without a value.
    pub coverage: Option<f64>,
}

/// Scores steps by actual values of the same periods, in any order; values of other periods count for nothing.
///
/// ```
/// use prediction::{Actual, ForecastStep, score};
///
/// let period = "2026-11-23".parse()?;
/// let step = ForecastStep { period, mean: 90.0, median: 88.0, lower: 70.0, upper: 110.0 };
/// let actual = Actual { period, value: Some(100.0) };
/// let score = score(&[step], &[actual]);
/// assert_eq!((score.accuracy, score.coverage), (Some(0.9), Some(1.0)));
/// # Ok::<(), kernel::DateError>(())
/// ```
pub fn score(steps: &[ForecastStep], actual: &[Actual]) -> Score {
    let (mut missed, mut whole) = (0.0, 0.0);
    let (mut periods, mut within) = (0_usize, 0_usize);
    for step in steps {
        let mut same = actual.iter().filter(|it| it.period == step.period);
        let Some(value) = same.next().and_then(|it| it.value) else {
            continue;
        };
        missed += (value - step.mean).abs();
        whole += value.abs();
        periods += 1;
        within += usize::from(step.lower <= value && value <= step.upper);
    }
    // Sums beyond all numbers say nothing.
    let is_told = whole > 0.0 && whole.is_finite() && missed.is_finite();
    Score {
        periods,
        accuracy: is_told.then(|| four_decimals((1.0 - missed / whole).max(0.0))),
        coverage: (periods > 0).then(|| four_decimals(within as f64 / periods as f64)),
    }
}

fn four_decimals(share: f64) -> f64 {
    (share * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step(day: i32, mean: f64) -> ForecastStep {
        ForecastStep {
            period: Date::from_days(day).unwrap(),
            mean,
            median: mean,
            lower: mean - 10.0,
            upper: mean + 10.0,
        }
    }

    fn actual(day: i32, value: Option<f64>) -> Actual {
        let period = Date::from_days(day).unwrap();
        Actual { period, value }
    }

    #[test]
    fn errors_and_values_are_added_up_before_they_are_divided() {
        let steps = [step(1, 100.0), step(2, 10.0), step(3, 50.0)];
        // Errors 10 and 10 of 100; the third is not known.
        let known = [actual(2, Some(0.0)), actual(1, Some(90.0)), actual(3, None)];
        let told = score(&steps, &known);
        assert_eq!(told.periods, 2);
        assert_eq!(told.accuracy, Some(0.7778));
        assert_eq!(told.coverage, Some(1.0));
        let far = score(&steps, &[actual(1, Some(-300.0))]);
        assert_eq!((far.accuracy, far.coverage), (Some(0.0), Some(0.0)));
    }

    #[test]
    fn where_nothing_is_known_nothing_is_told() {
        let steps = [step(1, 0.0)];
        assert_eq!(score(&steps, &[]), Score::default());
        assert_eq!(score(&steps, &[actual(2, Some(1.0))]), Score::default());
        // Nothing was expected and nothing came: a share of nothing is not known, the interval held.
        let nothing = score(&steps, &[actual(1, Some(0.0))]);
        assert_eq!((nothing.accuracy, nothing.coverage), (None, Some(1.0)));
        let huge = score(
            &[step(1, 1.0), step(2, 1.0)],
            &[actual(1, Some(1e308)), actual(2, Some(1e308))],
        );
        assert_eq!(huge.accuracy, None);
    }

    proptest! {
        #[test]
        fn scores_are_shares_and_a_forecast_that_is_right_has_one(
            values in prop::collection::vec(-1e9..1e9_f64, 1..30), off in -1e9..1e9_f64,
        ) {
            let known: Vec<Actual> = (0..).zip(&values).map(|(day, value)| actual(day, Some(*value))).collect();
            let right: Vec<ForecastStep> = (0..).zip(&values).map(|(day, value)| step(day, *value)).collect();
            let told = score(&right, &known);
            prop_assert!(told.accuracy.is_none_or(|it| it == 1.0));
            prop_assert_eq!(told.coverage, Some(1.0));
            let wrong: Vec<ForecastStep> = (0..).zip(&values).map(|(day, value)| step(day, value + off)).collect();
            let told = score(&wrong, &known);
            prop_assert!(told.accuracy.is_none_or(|it| (0.0..=1.0).contains(&it)));
        }
    }
}
