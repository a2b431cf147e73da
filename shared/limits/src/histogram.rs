//! Durations in buckets that add up: counts of two hours or two isolates, added, are the counts of both, and a
//! quantile is read from the sum.
//!
//! Buckets are those of HdrHistogram with three bits: durations up to 15 ms are told apart exactly, longer ones to
//! an eighth of their power of two, so that the middle of a bucket is at most a sixteenth off. Beyond [`LONGEST`]
//! everything is one bucket.

use std::collections::BTreeMap;

/// The number of the last bucket, of durations of more than two minutes.
pub const LONGEST: u8 = 120;

/// Below this, each millisecond has a bucket of its own.
const EXACT: u64 = 16;
/// Buckets of one power of two.
const PARTS: u64 = 8;

/// The bucket of a duration in milliseconds; what is below zero counts as zero.
pub fn bucket(millis: i64) -> u8 {
    let millis = millis.max(0).unsigned_abs();
    if millis < EXACT {
        return u8::try_from(millis).unwrap_or(LONGEST);
    }
    let power = u64::from(millis.ilog2());
    // The first power of two that is divided is the fourth.
    let part = (millis >> (power - 3)) - PARTS;
    let number = EXACT + (power - 4) * PARTS + part;
    u8::try_from(number).unwrap_or(LONGEST).min(LONGEST)
}

/// The middle of a bucket, in milliseconds; of the last, where it begins.
pub fn middle(bucket: u8) -> f64 {
    let number = u64::from(bucket.min(LONGEST));
    if number < EXACT {
        return number as f64;
    }
    let (power, part) = ((number - EXACT) / PARTS + 4, (number - EXACT) % PARTS);
    let width = 1_u64 << (power - 3);
    let from = (PARTS + part) * width;
    if bucket >= LONGEST {
        return from as f64;
    }
    // Whole milliseconds: a bucket of two holds its first and the next.
    from as f64 + (width - 1) as f64 / 2.0
}

/// How many durations fell into each bucket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histogram {
    counts: BTreeMap<u8, u64>,
}

impl Histogram {
    /// Adds durations of one bucket.
    pub fn add(&mut self, bucket: u8, count: u64) {
        let held = self.counts.entry(bucket.min(LONGEST)).or_default();
        *held = held.saturating_add(count);
    }

    /// Adds what another has counted.
    pub fn merge(&mut self, other: &Histogram) {
        for (bucket, count) in &other.counts {
            self.add(*bucket, *count);
        }
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.counts
            .values()
            .fold(0, |sum, count| sum.saturating_add(*count))
    }

    /// The duration that a share (0 to 1) of all do not exceed, in milliseconds; nothing where there are none.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let rank = (share.clamp(0.0, 1.0) * self.count() as f64)
            .ceil()
            .max(1.0);
        let mut below = 0.0;
        for (bucket, count) in &self.counts {
            below += *count as f64;
            if below >= rank {
                return Some(middle(*bucket));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_in_order_without_a_gap_and_near_what_they_hold() {
        let mut before = 0;
        for millis in 0..140_000_i64 {
            let bucket = bucket(millis);
            assert!(
                bucket == before || bucket == before + 1,
                "{millis}: {before}, {bucket}"
            );
            before = bucket;
            if bucket < LONGEST {
                let off = (middle(bucket) - millis as f64).abs();
                assert!(
                    off <= millis as f64 / 16.0,
                    "{millis} in {bucket} is {off} off"
                );
            }
        }
        assert_eq!(before, LONGEST);
        assert_eq!(
            (bucket(-5), bucket(i64::MAX), bucket(i64::MIN)),
            (0, LONGEST, 0)
        );
    }

    #[test]
    fn quantiles_are_those_of_the_sorted_durations() {
        // A sequence that covers every size without an order of its own.
        let durations: Vec<i64> = (0..5_000_i64).map(|at| (at * 7_919) % 1_733).collect();
        let mut sorted = durations.clone();
        sorted.sort_unstable();
        let mut whole = Histogram::default();
        let mut halves = [Histogram::default(), Histogram::default()];
        for (at, millis) in durations.iter().enumerate() {
            whole.add(bucket(*millis), 1);
            if let Some(half) = halves.get_mut(at % 2) {
                half.add(bucket(*millis), 1);
            }
        }
        let [mut merged, other] = halves;
        merged.merge(&other);
        assert_eq!(merged, whole);
        for share in [0.0, 0.01, 0.5, 0.9, 0.95, 0.99, 1.0] {
            let rank = ((share * 5_000.0_f64).ceil() as usize).max(1);
            let exact = sorted.get(rank - 1).copied().unwrap_or_default() as f64;
            let told = whole.quantile(share).unwrap_or(f64::NAN);
            assert!(
                (told - exact).abs() <= exact / 16.0,
                "{share}: {told} for {exact}"
            );
        }
        assert_eq!(Histogram::default().quantile(0.5), None);
    }
}
