//! Filling gaps so that models see a whole series.
//!
//! A straight line between the neighbours, drawn on the values without their season, so that a
//! missing Sunday gets a Sunday's value. Gaps at either end take the nearest adjusted value.
//! Out of scope: stock-outs and campaigns, which are values, not gaps.

use crate::classical::{Composition, seasonal_indices};

/// The values with every NaN replaced; empty where all are missing.
pub fn fill_gaps(values: &[f64], season: Option<usize>) -> Vec<f64> {
    let mut filled = values.to_vec();
    if !interpolate(&mut filled) {
        return Vec::new();
    }
    if values.iter().all(|value| !value.is_nan()) {
        return filled;
    }
    let figures = season.and_then(|m| seasonal_indices(&filled, m, Composition::Additive));
    if let Some(figures) = figures {
        let figure = |t: usize| figures[t % figures.len()];
        let mut adjusted: Vec<f64> = values
            .iter()
            .enumerate()
            .map(|(t, value)| value - figure(t))
            .collect();
        interpolate(&mut adjusted);
        for (t, value) in adjusted.iter().enumerate() {
            if values[t].is_nan() {
                filled[t] = value + figure(t);
            }
        }
    }
    filled
}

/// Straight lines over the gaps; false where there is nothing to hold on to.
fn interpolate(values: &mut [f64]) -> bool {
    let mut previous: Option<usize> = None;
    for t in 0..values.len() {
        if values[t].is_nan() {
            continue;
        }
        let first = previous.map_or(0, |p| p + 1);
        let (end, from) = (values[t], previous.map_or(values[t], |p| values[p]));
        let length = (t + 1 - first) as f64;
        for (step, value) in values[first..t].iter_mut().enumerate() {
            let share = (step + 1) as f64 / length;
            // Both products stay finite where their difference would not.
            *value = from * (1.0 - share) + end * share;
        }
        previous = Some(t);
    }
    let Some(last) = previous else { return false };
    let end = values[last];
    values[last + 1..].fill(end);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const GAP: f64 = f64::NAN;

    #[test]
    fn draws_lines_and_holds_the_ends() {
        assert_eq!(
            fill_gaps(&[GAP, 2.0, GAP, GAP, 8.0, GAP], None),
            [2.0, 2.0, 4.0, 6.0, 8.0, 8.0]
        );
        assert!(fill_gaps(&[GAP, GAP], Some(7)).is_empty());
    }

    #[test]
    fn a_missing_sunday_looks_like_a_sunday() {
        let week = [10.0, 10.0, 10.0, 10.0, 10.0, 30.0, 50.0];
        let mut values: Vec<f64> = (0..70).map(|t| week[t % 7]).collect();
        values[34] = GAP;
        let filled = fill_gaps(&values, Some(7));
        assert!((filled[34] - 50.0).abs() < 6.0, "{}", filled[34]);
    }
}
