//! Change against another period or a plan.

use serde::{Deserialize, Serialize};

use super::Direction;

/// How a value moved, and whether that is good.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Current - reference, in the metric's unit.
    pub absolute: f64,
    /// (Current - reference) / |reference|; `None` where the reference is 0.
    pub relative: Option<f64>,
    /// Whether the move is for the better; `None` where nothing moved or no direction is better.
    pub favourable: Option<bool>,
}

/// (current - previous) / |previous|; undefined where `previous` is 0 or a number is not finite.
///
/// ```
/// use model::metrics::growth;
/// assert_eq!(growth(110.0, 100.0), Some(0.1));
/// assert_eq!(growth(-50.0, -100.0), Some(0.5)); // a smaller loss is growth
/// assert_eq!(growth(5.0, 0.0), None);
/// ```
pub fn growth(current: f64, previous: f64) -> Option<f64> {
    if previous == 0.0 {
        return None;
    }
    let growth = (current - previous) / previous.abs();
    growth.is_finite().then_some(growth)
}

impl Change {
    /// The change from `reference` (the previous period, last year, a budget) to `current`.
    ///
    /// ```
    /// use model::metrics::{Change, Direction};
    /// let returns = Change::new(0.04, 0.05, Direction::LowerIsBetter);
    /// assert_eq!(returns.favourable, Some(true)); // fewer returns are good
    /// ```
    pub fn new(current: f64, reference: f64, direction: Direction) -> Change {
        let absolute = current - reference;
        let favourable = match direction {
            _ if absolute == 0.0 || absolute.is_nan() => None,
            Direction::HigherIsBetter => Some(absolute > 0.0),
            Direction::LowerIsBetter => Some(absolute < 0.0),
            Direction::Neutral => None,
        };
        Change {
            absolute,
            relative: growth(current, reference),
            favourable,
        }
    }
}

/// Herfindahl-Hirschman index: the sum of squared shares, from 1 / n (even) to 1 (one holds all).
///
/// Undefined where the total is not positive, or a value is negative: a share below zero is none.
///
/// ```
/// use model::metrics::concentration;
/// assert_eq!(concentration([50.0, 30.0, 20.0]), Some(0.38));
/// assert_eq!(concentration([]), None);
/// ```
pub fn concentration(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (mut total, mut squares) = (0.0, 0.0);
    for value in values {
        if value < 0.0 || !value.is_finite() {
            return None;
        }
        total += value;
        squares += value * value;
    }
    let index = squares / (total * total);
    (total > 0.0 && index.is_finite()).then_some(index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn costs_below_budget_are_favourable() {
        let spend = Change::new(80.0, 100.0, Direction::LowerIsBetter);
        assert_eq!((spend.absolute, spend.relative), (-20.0, Some(-0.2)));
        assert_eq!(spend.favourable, Some(true));
        assert_eq!(
            Change::new(80.0, 100.0, Direction::HigherIsBetter).favourable,
            Some(false)
        );
        assert_eq!(
            Change::new(80.0, 100.0, Direction::Neutral).favourable,
            None
        );
        assert_eq!(
            Change::new(0.0, 0.0, Direction::HigherIsBetter).relative,
            None
        );
        assert_eq!(growth(f64::MAX, 1e-300), None);
    }

    proptest! {
        #[test]
        fn concentration_lies_between_even_and_one(values in prop::collection::vec(0.01_f64..1e9, 1..40)) {
            let even = 1.0 / values.len() as f64;
            let index = concentration(values.iter().copied()).unwrap();
            prop_assert!(index >= even * (1.0 - 1e-12) && index <= 1.0 + 1e-12);
            let scaled = concentration(values.iter().map(|v| v * 3.0)).unwrap();
            prop_assert!((scaled - index).abs() < 1e-12);
        }

        #[test]
        fn growth_is_undone_by_its_inverse(previous in 0.01_f64..1e6, current in 0.01_f64..1e6) {
            let rate = growth(current, previous).unwrap();
            prop_assert!((previous * (1.0 + rate) - current).abs() <= 1e-9 * current.max(1.0));
        }
    }
}
