//! How rare a size is, told from the sizes seen before.
//!
//! The sizes above a high quantile follow, whatever the distribution, a generalised Pareto one (Pickands
//! 1975; Balkema and de Haan 1974), here fitted by moments (Hosking and Wallis, "Parameter and quantile
//! estimation for the generalized Pareto distribution", Technometrics 29, 1987). So a probability can be
//! told beyond the largest size ever seen, and one false-alarm rate fits all streams. Siffer et al.,
//! "Anomaly Detection in Streams with Extreme Value Theory" (KDD 2017), use it likewise.

use serde::{Deserialize, Serialize};

use crate::portable::{exp, ln};

/// Sizes needed before rarity is told.
const OBSERVED_MIN: usize = 30;
/// Share of sizes that are in the tail.
const TAIL_SHARE: f64 = 0.01;
/// Fewest sizes in the tail.
const TAIL_MIN: usize = 8;
/// Heaviest tail that so few sizes can show: heavier ones would excuse anything.
const SHAPE_MAX: f64 = 0.25;
/// A tail is at least this share of the mean size wide: where nearly all sizes are equal, a little more is
/// no event.
const WIDTH_MIN: f64 = 0.05;
/// What is rarer than this says that the like can happen, not how far the next may go.
const LEARNT_RATE: f64 = 1e-5;
/// Rarities end here, at a probability of 1e-15.
pub(super) const RARITY_MAX: f64 = 15.0;

/// The most recent sizes and the tail fitted to them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Tail {
    recent: Vec<f64>,
    /// Where the next size goes once `recent` is full.
    next: usize,
    /// Sizes since the tail was fitted.
    unfitted: usize,
    start: f64,
    width: f64,
    shape: f64,
    share: f64,
}

impl Tail {
    pub fn new() -> Self {
        Self {
            recent: Vec::new(),
            next: 0,
            unfitted: 0,
            start: 0.0,
            width: 0.0,
            shape: 0.0,
            share: 1.0,
        }
    }

    pub fn is_ready(&self) -> bool {
        self.recent.len() >= OBSERVED_MIN
    }

    /// Minus the decimal logarithm of the probability of a size as large or larger, 0 to
    /// [`RARITY_MAX`]; 0 for what is not in the tail or while little is known.
    pub fn rarity(&self, size: f64) -> f64 {
        if !self.is_ready() || size <= self.start {
            return 0.0;
        }
        // Without any width, whatever lies above has never been near.
        if self.width <= 0.0 {
            return RARITY_MAX;
        }
        let excess = ((size - self.start) / self.width).min(f64::MAX);
        let log = if self.shape > 1e-3 {
            ln(1.0 + (self.shape * excess).min(f64::MAX / 2.0)) / self.shape
        } else {
            excess
        };
        ((log - ln(self.share)) / std::f64::consts::LN_10).clamp(0.0, RARITY_MAX)
    }

    /// The size that is reached with a probability of `rate`.
    pub fn size_at(&self, rate: f64) -> Option<f64> {
        if !self.is_ready() {
            return None;
        }
        let log = (ln(self.share) - ln(rate)).max(0.0);
        let excess = if self.shape > 1e-3 {
            (exp(self.shape * log) - 1.0) / self.shape
        } else {
            log
        };
        Some((self.start + self.width * excess).min(f64::MAX))
    }

    /// Adds a size; at most `memory` are remembered. `least` is the least width of a tail that the
    /// precision of the values can show.
    pub fn push(&mut self, size: f64, memory: usize, least: f64) {
        if self.recent.len() < memory {
            self.recent.push(size);
        } else if let Some(oldest) = self.recent.get_mut(self.next) {
            *oldest = size;
            self.next = (self.next + 1) % memory;
        }
        self.unfitted += 1;
        let known = self.recent.len();
        // Often while each size still says much; a fit sorts all of them.
        let patience = (known / 20).clamp(1, 50);
        if known >= OBSERVED_MIN && self.unfitted >= patience {
            self.fit(least);
            self.unfitted = 0;
        }
    }

    /// As much of a size as is to be learnt where it stands for itself: one rarer than [`LEARNT_RATE`] is
    /// learnt as one that is just so rare.
    pub fn learnt(&self, size: f64) -> f64 {
        let most = self.size_at(LEARNT_RATE);
        most.map_or(size, |most| size.min(most))
    }

    fn fit(&mut self, least: f64) {
        let mut sizes = self.recent.clone();
        sizes.sort_unstable_by(f64::total_cmp);
        let count = sizes.len();
        let inside = ((count as f64 * TAIL_SHARE) as usize).clamp(TAIL_MIN, count - 1);
        let (usual, tail) = sizes.split_at(count - inside);
        let Some(&start) = usual.last() else { return };
        let mean = tail.iter().map(|size| (size - start) / inside as f64).sum();
        // Moments in units of the mean excess: no square can leave the range of numbers.
        let spread: f64 = tail
            .iter()
            .map(|size| {
                let difference = ratio(size - start, mean) - 1.0;
                difference * difference / inside as f64
            })
            .sum();
        let mean_size: f64 = sizes.iter().map(|size| size / count as f64).sum();
        let width = f64::max(mean, WIDTH_MIN * mean_size).max(least);
        self.start = start;
        self.shape = if spread > 0.0 {
            (0.5 * (1.0 - 1.0 / spread)).clamp(0.0, SHAPE_MAX)
        } else {
            0.0
        };
        self.width = width * (1.0 - self.shape);
        self.share = inside as f64 / count as f64;
    }
}

fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { (a / b).min(1e150) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sizes whose distribution is exponential with mean 1, in a scrambled order.
    fn exponential(count: usize) -> impl Iterator<Item = f64> {
        (0..count)
            .map(move |i| -ln(((i * 7_919) % count) as f64 / count as f64 + 0.5 / count as f64))
    }

    #[test]
    fn rarity_of_an_exponential_is_its_size() {
        let mut tail = Tail::new();
        exponential(2_000).for_each(|size| tail.push(size, 2_000, 0.0));
        for size in [5.0, 8.0, 12.0] {
            let expected = size / std::f64::consts::LN_10;
            let told = tail.rarity(size);
            assert!(
                (told - expected).abs() < 0.12 * expected,
                "{size}: {told} {expected}"
            );
        }
        assert_eq!(tail.rarity(1.0), 0.0, "what is usual is not rare at all");
        for rate in [1e-3, 1e-6] {
            let size = tail.size_at(rate).expect("enough is known");
            assert!((tail.rarity(size) + rate.log10()).abs() < 1e-9);
        }
    }

    #[test]
    fn nothing_is_told_of_few_sizes_and_anything_is_rare_where_nothing_moved() {
        let mut tail = Tail::new();
        for _ in 0..29 {
            tail.push(0.0, 100, 0.0);
            assert_eq!(tail.rarity(9.0), 0.0);
        }
        tail.push(0.0, 100, 0.0);
        assert_eq!(tail.rarity(0.0), 0.0);
        assert_eq!(tail.rarity(1e-300), RARITY_MAX);
    }

    #[test]
    fn old_sizes_are_forgotten() {
        let mut tail = Tail::new();
        exponential(500).for_each(|size| tail.push(100.0 * size, 200, 0.0));
        exponential(500).for_each(|size| tail.push(size, 200, 0.0));
        assert_eq!(tail.recent.len(), 200);
        assert!(tail.rarity(20.0) > 5.0);
    }
}
