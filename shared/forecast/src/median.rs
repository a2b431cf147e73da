//! The weighted median, as models and combinations of models use it.

/// The value with half of the weight on either side, between two values where the half falls between
/// their middles; weights add up to 1. Sorts the pairs of value and weight; 0 without any.
pub(crate) fn weighted_median(ordered: &mut [(f64, f64)]) -> f64 {
    ordered.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let (mut passed, mut before) = (0.0, None);
    for &(value, weight) in ordered.iter() {
        let middle = passed + 0.5 * weight;
        if middle > 0.5 {
            return before.map_or(value, |(lower, at): (f64, f64)| {
                lower + (value - lower) * (0.5 - at) / (middle - at)
            });
        }
        before = Some((value, middle));
        passed += weight;
    }
    before.map_or(0.0, |(value, _)| value)
}
