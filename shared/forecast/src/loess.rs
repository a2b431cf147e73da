//! Locally weighted straight lines over evenly spaced values.
//!
//! Cleveland, "Robust locally weighted regression and smoothing scatterplots", JASA 74 (1979), in
//! the details of the STL paper: tricube weights, a window that grows where the series is shorter.

use crate::sums::dot;

/// A smoother: `window` nearest values (2 at least), evaluated at every `jump`-th position and
/// drawn straight between.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loess {
    pub window: usize,
    pub jump: usize,
}

impl Loess {
    /// Every position for short windows, every tenth of the window for long ones, as R's `stl`.
    pub fn new(window: usize) -> Self {
        Self {
            window,
            jump: if window < 50 { 1 } else { window.div_ceil(10) },
        }
    }

    /// Smooths `values` into `smooth` (same length); `robustness` weighs the values, empty = all 1.
    pub fn smooth(self, values: &[f64], robustness: &[f64], smooth: &mut [f64]) {
        let count = values.len();
        if count == 0 {
            return;
        }
        // Around a position in the middle the weights are always the same and the slope has no say.
        let half = self.window / 2;
        let middle = if robustness.is_empty() && self.window % 2 == 1 {
            half..(count - half.min(count)).max(half)
        } else {
            0..0
        };
        let kernel = if middle.is_empty() {
            Vec::new()
        } else {
            self.kernel()
        };
        let mut previous = 0;
        let mut position = 0;
        loop {
            smooth[position] = if middle.contains(&position) {
                dot(&kernel, &values[position - half..=position + half])
            } else {
                let line = self.at(values, robustness, position as f64);
                line.unwrap_or(values[position])
            };
            let gap = position - previous;
            if gap > 1 {
                let (from, slope) = (smooth[previous], smooth[position] - smooth[previous]);
                for step in 1..gap {
                    smooth[previous + step] = from + slope * (step as f64 / gap as f64);
                }
            }
            if position + 1 == count {
                return;
            }
            previous = position;
            position = (position + self.jump).min(count - 1);
        }
    }

    /// The weights of an odd window around its middle, adding up to 1.
    fn kernel(self) -> Vec<f64> {
        let reach = (self.window as f64 - 1.0) / 2.0;
        let weights: Vec<f64> = (0..self.window)
            .map(|i| tricube((i as f64 - reach).abs(), reach))
            .collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / total).collect()
    }

    /// The local line at `x` in positions (may lie outside); `None` where all weights vanish.
    pub fn at(self, values: &[f64], robustness: &[f64], x: f64) -> Option<f64> {
        let count = values.len();
        let window = self.window.min(count);
        let first = (x - (window as f64 - 1.0) / 2.0).ceil().max(0.0) as usize;
        let first = first.min(count - window);
        let last = first + window - 1;
        let mut reach = (x - first as f64).max(last as f64 - x);
        if self.window > count {
            reach += ((self.window - count) / 2) as f64;
        }
        let weight = |i: usize| {
            let tricube = tricube((i as f64 - x).abs(), reach);
            robustness.get(i).map_or(tricube, |r| r * tricube)
        };
        let (mut total, mut moment, mut second, mut sum, mut cross) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (i, value) in values.iter().enumerate().take(last + 1).skip(first) {
            let w = weight(i);
            let distance = i as f64 - x;
            total += w;
            moment += w * distance;
            second += w * distance * distance;
            sum += w * value;
            cross += w * distance * value;
        }
        if total <= 0.0 {
            return None;
        }
        let mean = sum / total;
        let centre = moment / total;
        let variance = second / total - centre * centre;
        // The slope is left out where the weights sit on one spot (0.001 of the range, as STL).
        let range = count as f64 - 1.0;
        if variance.max(0.0).sqrt() <= 0.001 * range {
            return Some(mean);
        }
        let slope = (cross / total - centre * mean) / variance;
        Some(mean - centre * slope)
    }
}

/// Tricube weight at a distance, with the flat top and the cut edge of the STL paper's program.
fn tricube(distance: f64, reach: f64) -> f64 {
    if distance > 0.999 * reach {
        return 0.0;
    }
    if distance <= 0.001 * reach {
        return 1.0;
    }
    let share = distance / reach;
    let rest = 1.0 - share * share * share;
    rest * rest * rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        let line: Vec<f64> = (0..40).map(|t| 3.0 - 0.5 * f64::from(t)).collect();
        for window in [5, 23, 60, 101] {
            let mut smooth = vec![0.0; 40];
            Loess::new(window).smooth(&line, &[], &mut smooth);
            for (found, expected) in smooth.iter().zip(&line) {
                assert!(
                    (found - expected).abs() < 1e-9,
                    "{window}: {found} for {expected}"
                );
            }
        }
    }

    #[test]
    fn the_middle_is_the_local_line() {
        let values: Vec<f64> = (0..50).map(|t| f64::from((t * 29) % 17)).collect();
        for window in [3, 7, 13, 49] {
            let loess = Loess { window, jump: 1 };
            let mut smooth = vec![0.0; 50];
            loess.smooth(&values, &[], &mut smooth);
            for (position, found) in smooth.iter().enumerate() {
                let line = loess.at(&values, &[], position as f64).expect("weights");
                assert!((found - line).abs() < 1e-9, "{window} {position}");
            }
        }
    }

    #[test]
    fn robustness_weights_silence_an_outlier() {
        let mut values = vec![1.0; 21];
        values[10] = 100.0;
        let mut weights = vec![1.0; 21];
        weights[10] = 0.0;
        let mut smooth = vec![0.0; 21];
        Loess::new(7).smooth(&values, &weights, &mut smooth);
        assert!(smooth.iter().all(|s| (s - 1.0).abs() < 1e-9), "{smooth:?}");
    }
}
