//! How a period that is not over yet will end.
//!
//! Past periods had sold so much of their total when as much of them had passed: the running one is brought to
//! its whole by the same share (the development factor of the chain ladder, Mack, "Distribution-free
//! calculation of the standard error of chain ladder reserve estimates", ASTIN Bulletin 23, 1993).

use serde::{Deserialize, Serialize};

use crate::Interval;
use crate::outlook::normal_quantile;

/// Past periods that are needed, and the most that are looked at.
const PERIODS_MIN: usize = 3;
const PERIODS_MAX: usize = 36;

/// What a running period comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Nowcast {
    /// Expected total of the whole period.
    pub mean: f64,
    /// One per level asked for, in their order; the lower bound is never below what is there already, where
    /// parts are never negative.
    pub intervals: Vec<Interval>,
    /// Share of the total that was there at this time in past periods.
    pub share: f64,
    /// Past periods that this rests on.
    pub periods: usize,
}

/// The total of a period of which `so_far` are known, from the parts (days, say) of past whole periods, oldest
/// first. A period of another length is read as far as the same share of it has passed. `parts` is the number
/// of parts that the running period will have. `None` without three past periods that had sold something by
/// then, or where nothing or all of the period has passed.
///
/// ```
/// // Three weeks that sold a quarter of their total by Wednesday.
/// let week = vec![5.0, 10.0, 10.0, 15.0, 20.0, 25.0, 15.0];
/// let past = vec![week.clone(), week.clone(), week];
/// let end = forecast::nowcast(&past, &[6.0, 12.0, 12.0], 7, &[0.8]).unwrap();
/// assert!((end.mean - 120.0).abs() < 1e-9);
/// assert!((end.share - 0.25).abs() < 1e-9);
/// ```
pub fn nowcast(past: &[Vec<f64>], so_far: &[f64], parts: usize, levels: &[f64]) -> Option<Nowcast> {
    if so_far.is_empty() || so_far.len() >= parts {
        return None;
    }
    let passed = so_far.len() as f64 / parts as f64;
    let sum = |values: &[f64]| values.iter().filter(|v| v.is_finite()).sum::<f64>();
    let recent = &past[past.len().saturating_sub(PERIODS_MAX)..];
    let early = |period: &Vec<f64>| {
        let reach = passed * period.len() as f64;
        let whole = (reach.floor() as usize).min(period.len());
        let part = period.get(whole).filter(|value| value.is_finite());
        let early = sum(&period[..whole]) + (reach - whole as f64) * part.unwrap_or(&0.0);
        (early, sum(period))
    };
    let pairs = recent.iter().map(early);
    let pairs: Vec<(f64, f64)> = pairs.filter(|(early, _)| *early > 0.0).collect();
    if pairs.len() < PERIODS_MIN {
        return None;
    }
    let known = sum(so_far);
    let add = |(a, b): (f64, f64), (early, whole): &(f64, f64)| (a + early, b + whole);
    let (early, whole) = pairs.iter().fold((0.0, 0.0), add);
    let factor = whole / early;
    // Mack's variance: the rest of a period varies as what was there by then.
    let squares = pairs.iter().map(|(early, whole)| {
        let apart = whole / early - factor;
        early * apart * apart
    });
    let count = pairs.len() as f64;
    let variance = squares.sum::<f64>() / (count - 1.0);
    let deviation = (variance * known.abs() * (1.0 + known.abs() / early)).sqrt();
    let mean = factor * known;
    if !(mean.is_finite() && deviation.is_finite() && factor > 0.0) {
        return None;
    }
    let negative = so_far
        .iter()
        .chain(recent.iter().flatten())
        .any(|v| *v < 0.0);
    let least = if negative { f64::NEG_INFINITY } else { known };
    let interval = |&level: &f64| {
        let level = level.clamp(0.0, 0.9999);
        let z = normal_quantile(0.5 + 0.5 * level);
        // Student's distribution in place of the normal one: Cornish and Fisher's first term.
        let reach = z * (1.0 + (z * z + 1.0) / (4.0 * (count - 1.0))) * deviation;
        Interval {
            level,
            lower: (mean - reach).max(least),
            upper: mean + reach,
        }
    };
    Some(Nowcast {
        mean,
        intervals: levels.iter().map(interval).collect(),
        share: 1.0 / factor,
        periods: pairs.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::noise;

    fn day(period: usize, day: usize, length: usize) -> f64 {
        let end = if day + 5 >= length { 1.6 } else { 1.0 };
        (80.0 + 3.0 * period as f64) * end * (1.0 + 0.4 * noise(1_000 * period + day))
    }

    #[test]
    fn months_end_within_their_intervals() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let month = |p: usize| -> Vec<f64> {
            let length = lengths[p % 12];
            (0..length).map(|d| day(p, d, length)).collect()
        };
        let (mut inside, mut tested, mut error) = (0.0, 0.0, 0.0);
        for current in 12..60 {
            let past: Vec<Vec<f64>> = (current - 12..current).map(month).collect();
            let whole = month(current);
            let total: f64 = whole.iter().sum();
            for passed in [3, 10, 20, 27] {
                let end = nowcast(&past, &whole[..passed], whole.len(), &[0.8]).expect("a year");
                tested += 1.0;
                error += (end.mean / total - 1.0).abs();
                let interval = end.intervals[0];
                inside += f64::from(u8::from(interval.lower <= total && total <= interval.upper));
            }
        }
        assert!(error / tested < 0.04, "{}", error / tested);
        let covered: f64 = inside / tested;
        assert!((0.7..0.92).contains(&covered), "{covered}");
    }

    #[test]
    fn has_no_answer_without_a_past_or_a_present() {
        let week = vec![1.0; 7];
        let past = vec![week.clone(); 3];
        assert_eq!(nowcast(&past[..2], &[1.0], 7, &[0.8]), None);
        assert_eq!(nowcast(&past, &[], 7, &[0.8]), None);
        assert_eq!(nowcast(&past, &week, 7, &[0.8]), None);
        assert_eq!(nowcast(&vec![vec![0.0; 7]; 9], &[1.0], 7, &[0.8]), None);
        let huge = vec![vec![1e308; 7]; 3];
        assert_eq!(nowcast(&huge, &[1e308], 7, &[0.8]), None);
        let none = nowcast(&past, &[f64::NAN, 0.0], 7, &[0.8]).expect("nothing sold yet");
        assert_eq!(none.mean, 0.0);
    }
}
