//! Where the level of a series jumped for good.
//!
//! Candidates are the change points of the mean by PELT (Killick, Fearnhead and Eckley, "Optimal detection of
//! changepoints with a linear computational cost", Journal of the American Statistical Association 107, 2012).
//! Wandering values and trends look like steps as well, so the penalty is in units of the long-run variance,
//! and a candidate stands only where the straight lines before and after it are far apart where they meet.

/// Most recent values that are looked at.
const LOOKED_AT: usize = 3_000;
/// Penalty of a change, in long-run variances times the logarithm of the number of values.
const PENALTY: f64 = 3.0;
/// A step must exceed so many of its standard errors, and so many deviations of the noise.
const ERRORS: f64 = 5.0;
const DEVIATIONS: f64 = 2.0;
/// And it is taken at once: the means of so many values on either side are apart by a share of it, and by more
/// than so many usual moves from one value to the next.
const AT_ONCE: usize = 3;
const AT_ONCE_SHARE: f64 = 0.6;
const MOVES: f64 = 5.0;
/// Values on either side of a step that say how large it is.
const WINDOW: usize = 30;
/// A value further from the median of its neighbours, in deviations, is a spike and no step.
const SPIKE: f64 = 4.0;

/// A jump of the level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    /// First position of the new level.
    pub at: usize,
    /// Level just before and just after.
    pub before: f64,
    pub after: f64,
}

/// The jumps of gapless values without a season, in order of time; `least` values lie between them and the ends.
pub(super) fn steps_of(values: &[f64], least: usize) -> Vec<Step> {
    let first = values.len().saturating_sub(LOOKED_AT);
    let Some(noise) = Noise::of(&values[first..]) else {
        return Vec::new();
    };
    let recent = without_spikes(&values[first..], SPIKE * noise.variance.sqrt());
    if recent.len() < 2 * least.max(4) {
        return Vec::new();
    }
    let penalty = PENALTY * noise.long_run * crate::portable::ln(recent.len() as f64);
    let candidates = changes(&recent, least.max(4), penalty);
    let mut found = Vec::new();
    for (index, &at) in candidates.iter().enumerate() {
        let from = index.checked_sub(1).map_or(0, |before| candidates[before]);
        let to = candidates.get(index + 1).copied().unwrap_or(recent.len());
        let (from, to) = (from.max(at.saturating_sub(WINDOW)), to.min(at + WINDOW));
        let sides = (recent[from..at].iter().rev(), recent[at..to].iter());
        if let Some(((before, error), (after, other))) = end_of(sides.0).zip(end_of(sides.1)) {
            let errors = ERRORS * ((error + other) * noise.long_run).sqrt();
            let size: f64 = after - before;
            let near =
                |from: usize| recent[from..from + AT_ONCE].iter().sum::<f64>() / AT_ONCE as f64;
            let moved = near(at) - near(at - AT_ONCE);
            let at_once = moved / size > AT_ONCE_SHARE && moved.abs() > MOVES * noise.usual_move;
            if at_once && size.abs() > errors.max(DEVIATIONS * noise.variance.sqrt()) {
                found.push(Step {
                    at: first + at,
                    before,
                    after,
                });
            }
        }
    }
    found
}

/// How values vary around their level, found from differences, which a few jumps hardly touch.
#[derive(Debug, Clone, Copy)]
struct Noise {
    variance: f64,
    /// The variance of a mean times the number of values: larger where neighbours are alike.
    long_run: f64,
    /// Standard deviation of the move from one value to the next.
    usual_move: f64,
}

impl Noise {
    fn of(values: &[f64]) -> Option<Self> {
        let mut differences: Vec<f64> = values.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let mut sizes: Vec<f64> = differences.iter().map(|d| d.abs()).collect();
        sizes.sort_unstable_by(f64::total_cmp);
        let median = *sizes.get(sizes.len() / 2)?;
        let mean = sizes.iter().sum::<f64>() / sizes.len() as f64;
        let most = 3.0 * (1.4826 * median).max(mean / 3.0);
        differences
            .iter_mut()
            .for_each(|d| *d = d.clamp(-most, most));
        let square = crate::sums::dot(&differences, &differences);
        if square <= 0.0 {
            return None;
        }
        let products = differences.windows(2).map(|pair| pair[0] * pair[1]);
        // Of a first-order process with correlation r, differences have the correlation (r - 1) / 2.
        let alike = (1.0 + 2.0 * products.sum::<f64>() / square).clamp(0.0, 0.99);
        let variance = square / differences.len() as f64 / (2.0 * (1.0 - alike));
        Some(Self {
            variance,
            long_run: variance * (1.0 + alike) / (1.0 - alike),
            usual_move: (square / differences.len() as f64).sqrt(),
        })
    }
}

/// Change points of the mean.
fn changes(values: &[f64], least: usize, penalty: f64) -> Vec<usize> {
    let count = values.len();
    let mut sums = vec![(0.0, 0.0)];
    for value in values {
        let (sum, square) = sums[sums.len() - 1];
        sums.push((sum + value, square + value * value));
    }
    let cost = |from: usize, to: usize| {
        let (sum, square) = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
        (square - sum * sum / (to - from) as f64).max(0.0)
    };
    let mut best = vec![f64::INFINITY; count + 1];
    best[0] = -penalty;
    let mut last = vec![0; count + 1];
    let mut starts = vec![0];
    for end in least..=count {
        for &start in &starts {
            let total = best[start] + cost(start, end) + penalty;
            if total < best[end] {
                (best[end], last[end]) = (total, start);
            }
        }
        // A start that is worse by a whole penalty never becomes the best one again.
        starts.retain(|&start| best[start] + cost(start, end) <= best[end]);
        let next = end + 1 - least;
        if next >= least && best[next].is_finite() {
            starts.push(next);
        }
    }
    let mut found = Vec::new();
    let mut end = count;
    while last[end] > 0 {
        end = last[end];
        found.push(end);
    }
    found.reverse();
    found
}

/// Where the straight line through values ends, half a step before the first of them, and the variance of that in
/// variances of white noise.
fn end_of<'a>(values: impl ExactSizeIterator<Item = &'a f64>) -> Option<(f64, f64)> {
    let count = values.len() as f64;
    if count < 4.0 {
        return None;
    }
    let middle = (count - 1.0) / 2.0;
    let (mut sum, mut along, mut spread) = (0.0, 0.0, 0.0);
    for (t, value) in values.enumerate() {
        let apart = t as f64 - middle;
        sum += value;
        along += apart * value;
        spread += apart * apart;
    }
    let ahead = -0.5 - middle;
    let end = sum / count + along / spread * ahead;
    Some((end, 1.0 / count + ahead * ahead / spread))
}

/// Values further than `far` from the median of themselves and three neighbours on either side become that.
fn without_spikes(values: &[f64], far: f64) -> Vec<f64> {
    let mut near = Vec::with_capacity(7);
    let calm = |t: usize| {
        near.clear();
        near.extend_from_slice(&values[t.saturating_sub(3)..(t + 4).min(values.len())]);
        near.sort_unstable_by(f64::total_cmp);
        let median = near[near.len() / 2];
        if (values[t] - median).abs() > far {
            median
        } else {
            values[t]
        }
    };
    (0..values.len()).map(calm).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::noise;

    #[test]
    fn finds_a_jump_and_its_size() {
        let values: Vec<f64> = (0..160)
            .map(|t| if t < 70 { 100.0 } else { 140.0 } + 8.0 * noise(t))
            .collect();
        let found = steps_of(&values, 14);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].at.abs_diff(70) <= 1, "{found:?}");
        let size = found[0].after - found[0].before;
        assert!((size - 40.0).abs() < 4.0, "{found:?}");
    }

    #[test]
    fn takes_neither_a_trend_nor_a_walk_nor_a_wave_for_jumps() {
        for seed in 0..40 {
            let at = |t: usize| noise(1_000 * seed + t);
            let flat: Vec<f64> = (0..200).map(at).collect();
            let trend: Vec<f64> = (0..200).map(|t| 0.1 * t as f64 + at(t)).collect();
            let walk: Vec<f64> = flat
                .iter()
                .scan(0.0, |sum, step| {
                    *sum += step;
                    Some(*sum)
                })
                .collect();
            let wave = |t: usize| 3.0 * crate::portable::circle(t, 90).1 + at(t);
            let waves: Vec<f64> = (0..200).map(wave).collect();
            for values in [flat, trend, walk, waves] {
                let found = steps_of(&values, 14);
                assert!(found.is_empty(), "{seed}: {found:?}");
            }
        }
    }

    /// The same change points as an exhaustive search.
    #[test]
    fn pruning_leaves_the_best_segments() {
        for seed in 0..20 {
            let level = |t: usize| [0.0, 2.0, -1.0, 1.5][t / 15];
            let values: Vec<f64> = (0..60).map(|t| level(t) + noise(500 * seed + t)).collect();
            let found = changes(&values, 4, 3.0);
            let total = |ends: &[usize]| {
                let mut from = 0;
                let mut sum = -3.0;
                for &end in ends {
                    let part = &values[from..end];
                    let mean = part.iter().sum::<f64>() / part.len() as f64;
                    sum += 3.0 + part.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
                    from = end;
                }
                sum
            };
            let with_end = |changes: &[usize]| [changes, &[60]].concat();
            let best = total(&with_end(&found));
            // Without pruning: all starts, by the same recursion.
            let mut least = vec![f64::INFINITY; 61];
            least[0] = -3.0;
            for end in 4..=60_usize {
                for start in 0..=end - 4 {
                    let part = &values[start..end];
                    let mean = part.iter().sum::<f64>() / part.len() as f64;
                    let cost: f64 = part.iter().map(|v| (v - mean) * (v - mean)).sum();
                    least[end] = f64::min(least[end], least[start] + cost + 3.0);
                }
            }
            assert!((best - least[60]).abs() < 1e-9, "{best} {}", least[60]);
        }
    }
}
