//! Named rounding of integer divisions.
//!
//! Wherever an amount is divided the caller says how it is rounded. All arithmetic is in `i128`, so
//! that a product of two `i64` never overflows before it is divided.

use serde::{Deserialize, Serialize};

/// What happens to the part of a quotient that does not fit an integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest; a tie goes to the even neighbour (IEEE 754 "roundTiesToEven").
    HalfEven,
    /// To the nearest; a tie goes away from zero: what invoices and marketplaces do.
    HalfAwayFromZero,
    /// Toward zero.
    Down,
    /// Away from zero.
    Up,
    /// Toward negative infinity.
    Floor,
    /// Toward positive infinity.
    Ceil,
}

impl Rounding {
    /// Every rounding, for tests that hold for all of them.
    pub const ALL: [Rounding; 6] = [
        Rounding::HalfEven,
        Rounding::HalfAwayFromZero,
        Rounding::Down,
        Rounding::Up,
        Rounding::Floor,
        Rounding::Ceil,
    ];
}

/// `numerator / denominator`, rounded as named.
///
/// # Panics
/// Where `denominator` is 0, or the quotient is `i128::MIN / -1`: both are errors of the program, the
/// callers of this crate check before.
///
/// ```
/// use kernel::{Rounding, div_round};
/// assert_eq!(div_round(5, 2, Rounding::HalfEven), 2);
/// assert_eq!(div_round(5, 2, Rounding::HalfAwayFromZero), 3);
/// assert_eq!(div_round(-5, 2, Rounding::Floor), -3);
/// ```
pub const fn div_round(numerator: i128, denominator: i128, rounding: Rounding) -> i128 {
    let quotient = numerator / denominator;
    let remainder = numerator % denominator;
    if remainder == 0 {
        return quotient;
    }
    // The exact quotient lies strictly between `quotient` and `quotient + away`.
    let away: i128 = if (remainder < 0) == (denominator < 0) {
        1
    } else {
        -1
    };
    let rest = remainder.unsigned_abs();
    // Compares 2 x |remainder| with |denominator| without the doubling that could overflow.
    let to_next = denominator.unsigned_abs() - rest;
    let moves_away = match rounding {
        Rounding::Down => false,
        Rounding::Up => true,
        Rounding::Floor => away < 0,
        Rounding::Ceil => away > 0,
        Rounding::HalfAwayFromZero => rest >= to_next,
        Rounding::HalfEven => rest > to_next || (rest == to_next && quotient % 2 != 0),
    };
    if moves_away {
        quotient + away
    } else {
        quotient
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Python 3.11, `decimal.Decimal(n) / d` quantized to 1 with ROUND_HALF_EVEN, ROUND_HALF_UP (away
    /// from zero in Python), ROUND_DOWN, ROUND_UP, ROUND_FLOOR, ROUND_CEILING.
    const PYTHON_DECIMAL: [(i128, i128, [i128; 6]); 8] = [
        (5, 2, [2, 3, 2, 3, 2, 3]),
        (-5, 2, [-2, -3, -2, -3, -3, -2]),
        (7, 2, [4, 4, 3, 4, 3, 4]),
        (-7, -2, [4, 4, 3, 4, 3, 4]),
        (1, 3, [0, 0, 0, 1, 0, 1]),
        (-2, 3, [-1, -1, 0, -1, -1, 0]),
        (6, -4, [-2, -2, -1, -2, -2, -1]),
        (6, 3, [2, 2, 2, 2, 2, 2]),
    ];

    #[test]
    fn agrees_with_python_decimal() {
        for (numerator, denominator, expected) in PYTHON_DECIMAL {
            for (rounding, want) in Rounding::ALL.into_iter().zip(expected) {
                assert_eq!(
                    div_round(numerator, denominator, rounding),
                    want,
                    "{numerator}/{denominator} {rounding:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn never_further_than_one_away(n in any::<i64>(), d in any::<i64>().prop_filter("not zero", |d| *d != 0)) {
            let (n, d) = (i128::from(n), i128::from(d));
            for rounding in Rounding::ALL {
                let error = (div_round(n, d, rounding) * d - n).abs();
                prop_assert!(error < d.abs());
                if matches!(rounding, Rounding::HalfEven | Rounding::HalfAwayFromZero) {
                    prop_assert!(2 * error <= d.abs());
                }
            }
        }

        #[test]
        fn floor_and_ceil_are_mirrors(n in any::<i64>(), d in 1_i64..) {
            let (n, d) = (i128::from(n), i128::from(d));
            prop_assert_eq!(div_round(n, d, Rounding::Floor), n.div_euclid(d));
            prop_assert_eq!(div_round(n, d, Rounding::Ceil), -div_round(-n, d, Rounding::Floor));
            prop_assert_eq!(div_round(n, d, Rounding::Up), -div_round(-n, d, Rounding::Up));
            prop_assert_eq!(div_round(n, d, Rounding::HalfEven), -div_round(-n, d, Rounding::HalfEven));
        }
    }
}
