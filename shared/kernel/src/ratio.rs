//! A ratio kept as the two sums that it is made of, so that it can be merged.
//!
//! The average of two ratios is not the ratio of the whole; the sums are. So a ratio is divided only
//! when it is shown.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// `numerator / denominator`, both sums of integers (units, minor units, days).
///
/// ```
/// use kernel::Ratio;
/// let monday = Ratio::new(1, 2); // 1 return of 2 deliveries
/// let tuesday = Ratio::new(0, 98);
/// assert_eq!(monday.merge(tuesday)?.value(), Some(0.01)); // not the average of 50 % and 0 %
/// # Ok::<(), kernel::RatioError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

/// Why two ratios could not be merged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RatioError {
    /// A sum beyond 2^127 - 1.
    #[error("the sums of the ratio do not fit 128 bits")]
    Overflow,
}

impl Ratio {
    /// The ratio of nothing: no value, and what merging starts from.
    pub const EMPTY: Ratio = Ratio {
        numerator: 0,
        denominator: 0,
    };

    /// A ratio of two sums.
    pub const fn new(numerator: i128, denominator: i128) -> Ratio {
        Ratio {
            numerator,
            denominator,
        }
    }

    /// The sum above.
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The sum below.
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// The ratio of both wholes together: sum of numerators over sum of denominators.
    pub fn merge(self, other: Ratio) -> Result<Ratio, RatioError> {
        let add = |left: i128, right: i128| left.checked_add(right).ok_or(RatioError::Overflow);
        Ok(Ratio {
            numerator: add(self.numerator, other.numerator)?,
            denominator: add(self.denominator, other.denominator)?,
        })
    }

    /// The quotient, or `None` where the denominator is 0.
    pub fn value(self) -> Option<f64> {
        (self.denominator != 0).then(|| self.numerator as f64 / self.denominator as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn has_no_value_over_zero() {
        assert_eq!(Ratio::EMPTY.value(), None);
        assert_eq!(Ratio::new(5, 0).value(), None);
        assert_eq!(Ratio::new(0, 5).value(), Some(0.0));
        assert_eq!(
            Ratio::new(i128::MAX, 1).merge(Ratio::new(1, 1)),
            Err(RatioError::Overflow)
        );
    }

    proptest! {
        #[test]
        fn merging_is_the_ratio_of_the_sums(parts in prop::collection::vec((any::<i64>(), any::<i64>()), 0..50), cut in 0_usize..50) {
            let ratio = |parts: &[(i64, i64)]| parts.iter().try_fold(Ratio::EMPTY, |sum, &(n, d)| sum.merge(Ratio::new(n.into(), d.into()))).unwrap();
            let (left, right) = parts.split_at(cut.min(parts.len()));
            let whole = ratio(&parts);
            prop_assert_eq!(ratio(left).merge(ratio(right)), Ok(whole));
            prop_assert_eq!(ratio(right).merge(ratio(left)), Ok(whole));
            prop_assert_eq!(whole.numerator(), parts.iter().map(|p| i128::from(p.0)).sum::<i128>());
        }
    }
}
