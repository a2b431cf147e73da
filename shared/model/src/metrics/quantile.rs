//! Quantiles of the values of a row: the median order, the delivery that nine of ten were faster than.
//!
//! Between two neighbouring values it is interpolated linearly, as R and NumPy do where nothing else is
//! said: definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996. A quantile is
//! taken of all values of a row at once, never of quantiles.

use kernel::div_round;

use crate::record::ROUNDING;

/// The quantile of whole values, rounded half away from zero; `tenths` is 5 for the median, 9 for the
/// 90th percentile, at most 10. Puts the values in another order. `None` where there are none.
///
/// ```
/// use model::metrics::quantile_of_whole;
/// assert_eq!(quantile_of_whole(&mut [40, 10, 20, 35], 5), Some(28)); // 27.5
/// assert_eq!(quantile_of_whole(&mut [], 5), None);
/// ```
pub fn quantile_of_whole(values: &mut [i64], tenths: u8) -> Option<i64> {
    let (lower, upper, rest) = neighbours(values, tenths, i64::cmp)?;
    let scaled = i128::from(lower) * 10 + (i128::from(upper) - i128::from(lower)) * rest as i128;
    i64::try_from(div_round(scaled, 10, ROUNDING)).ok()
}

/// The same of real values.
///
/// ```
/// use model::metrics::quantile;
/// assert_eq!(quantile(&mut [1.0, 4.0, 2.0], 9), Some(3.6));
/// ```
pub fn quantile(values: &mut [f64], tenths: u8) -> Option<f64> {
    let (lower, upper, rest) = neighbours(values, tenths, f64::total_cmp)?;
    Some(lower + (upper - lower) * (rest as f64 / 10.0))
}

/// The values around the place of a quantile, and how many tenths of the way it lies beyond the first.
fn neighbours<T: Copy>(
    values: &mut [T],
    tenths: u8,
    compare: fn(&T, &T) -> std::cmp::Ordering,
) -> Option<(T, T, usize)> {
    let place = values.len().checked_sub(1)? * usize::from(tenths.min(10));
    let (at, rest) = (place / 10, place % 10);
    let (_, &mut lower, above) = values.select_nth_unstable_by(at, compare);
    let upper = above.iter().copied().min_by(compare);
    Some((lower, upper.unwrap_or(lower), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Definition 7 by hand: of n ordered values, the one at place (n - 1) q counted from 0.
    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
        for (tenths, expected) in [(0, 1.0), (1, 1.0), (2, 2.0), (5, 4.0), (9, 6.0), (10, 9.0)] {
            let mut reals = values.map(f64::from);
            assert_eq!(quantile(&mut reals, tenths), Some(expected), "{tenths}");
        }
        let mut even = [7.0, 1.0, 3.0, 10.0];
        assert_eq!(quantile(&mut even, 5), Some(5.0));
        assert_eq!(quantile(&mut even, 9), Some(7.0 + 3.0 * 0.7));
        assert_eq!(quantile_of_whole(&mut [-1, -2], 5), Some(-2));
    }

    proptest! {
        #[test]
        fn a_quantile_lies_where_its_share_of_the_values_is_below(
            mut values in prop::collection::vec(-1_000_i64..1_000, 1..60), tenths in 0_u8..=10,
        ) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let place = (values.len() - 1) * usize::from(tenths);
            let (lower, rest) = (sorted[place / 10], place % 10);
            let upper = *sorted.get(place / 10 + 1).unwrap_or(&lower);
            let exact = lower as f64 + (upper - lower) as f64 * rest as f64 / 10.0;
            let found = quantile_of_whole(&mut values, tenths).unwrap();
            prop_assert!((found as f64 - exact).abs() <= 0.5 + 1e-9, "{found} {exact}");
        }
    }
}
