//! What the next value of a stream is expected to be.
//!
//! Each season is asked what was seen at its last few repetitions, as it was and moved by how far the level
//! has gone since; their median is robust to one of them having been unusual. Of these the one with the
//! least recent error speaks. Until two seasons have passed, it is the level of the last values.

use serde::{Deserialize, Serialize};

/// Repetitions that the shortest season remembers, and the longer ones.
const CYCLES: [usize; 2] = [7, 4];
/// A season may come early or late by this share of its shortest length.
const SLACK: usize = 144;
/// Days, of a shortest season each, after which an error counts for a third.
const ERROR_MEMORY: f64 = 3.0;
/// How much a new value moves the level that stands in for a season.
const LEVEL_SHARE: f64 = 1.0 / 7.0;
/// Steps of a block where there is no season.
const BLOCK_WITHOUT_SEASON: usize = 7;

/// The last values of a stream, and what they say of the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Expected {
    /// Ascending.
    seasons: Vec<usize>,
    values: Ring,
    /// Means of the last season before each value, a ring per season; the first one is of the block.
    levels: Vec<Ring>,
    level: Option<f64>,
    /// Decayed absolute errors, two for each season.
    errors: Vec<Error>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Error {
    sum: f64,
    weight: f64,
}

/// The most recent numbers, NaN for those that are not there.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Ring {
    /// JSON has no NaN.
    numbers: Vec<Option<f64>>,
    next: usize,
    most: usize,
}

impl Ring {
    fn new(most: usize) -> Self {
        Self {
            numbers: Vec::new(),
            next: 0,
            most,
        }
    }

    fn push(&mut self, number: f64) {
        let number = (!number.is_nan()).then_some(number);
        if self.numbers.len() < self.most {
            self.numbers.push(number);
        } else if let Some(oldest) = self.numbers.get_mut(self.next) {
            *oldest = number;
            self.next = (self.next + 1) % self.most;
        }
    }

    fn len(&self) -> usize {
        self.numbers.len()
    }

    /// The number that was pushed `back` pushes ago, 1 for the last one.
    fn back(&self, back: usize) -> Option<f64> {
        let count = self.numbers.len();
        let at = (self.next + count).checked_sub(back)?;
        if back == 0 || back > count {
            return None;
        }
        *self.numbers.get(at % count)?
    }

    /// Mean of the numbers pushed `from..to` pushes ago that are there.
    fn mean(&self, from: usize, to: usize) -> Option<f64> {
        let there = || (from..to).filter_map(|back| self.back(back));
        let count = there().count();
        (count > 0).then(|| there().map(|number| number / count as f64).sum())
    }
}

/// What is expected, and whether a season said so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Guess {
    pub value: f64,
    pub seasonal: bool,
}

impl Expected {
    /// For seasons that are ascending and once each.
    pub fn new(seasons: &[usize]) -> Self {
        let block = seasons.first().copied().unwrap_or(BLOCK_WITHOUT_SEASON);
        let reach = |(rank, &length): (usize, &usize)| (cycles(rank) + 1) * length + 1;
        let most = seasons.iter().enumerate().map(reach).max();
        let ring_of = |(rank, &length): (usize, &usize)| Ring::new(cycles(rank) * length + 1);
        let mut levels: Vec<Ring> = seasons.iter().enumerate().map(ring_of).collect();
        if levels.is_empty() {
            levels.push(Ring::new(5 * block + 1));
        }
        Self {
            seasons: seasons.to_vec(),
            values: Ring::new(most.unwrap_or(block + 1)),
            levels,
            level: None,
            errors: vec![Error::default(); 2 * seasons.len()],
        }
    }

    /// Steps of the block by whose means level and trend are told.
    pub fn block(&self) -> usize {
        self.seasons
            .first()
            .copied()
            .unwrap_or(BLOCK_WITHOUT_SEASON)
    }

    /// What the next value is expected to be, and notes how right each season was about it. Nothing
    /// without any value before.
    pub fn judge(&mut self, value: f64) -> Option<Guess> {
        let guesses = self.guesses(value);
        let error_of = |error: &Error| error.sum / error.weight.max(1.0);
        let best = guesses
            .iter()
            .zip(&self.errors)
            .filter_map(|(guess, error)| Some(((*guess)?, error_of(error))))
            .min_by(|a, b| a.1.total_cmp(&b.1));
        let kept = 1.0 - 1.0 / (ERROR_MEMORY * self.block() as f64);
        for (guess, error) in guesses.iter().zip(&mut self.errors) {
            if let Some(guess) = guess {
                error.sum = (error.sum * kept + (value - guess).abs()).min(f64::MAX);
                error.weight = error.weight * kept + 1.0;
            }
        }
        match best {
            Some((value, _)) => Some(Guess {
                value,
                seasonal: true,
            }),
            None => self.level.map(|value| Guess {
                value,
                seasonal: false,
            }),
        }
    }

    /// Adds a value, NaN where it is missing.
    pub fn push(&mut self, value: f64) {
        self.values.push(value);
        if !value.is_nan() {
            let level = self.level.unwrap_or(value);
            self.level = Some(level + (value - level) * LEVEL_SHARE);
        }
        for (rank, ring) in self.levels.iter_mut().enumerate() {
            let length = self
                .seasons
                .get(rank)
                .copied()
                .unwrap_or(BLOCK_WITHOUT_SEASON);
            let whole = self.values.len() >= length;
            let mean = whole.then(|| self.values.mean(1, length + 1)).flatten();
            ring.push(mean.unwrap_or(f64::NAN));
        }
    }

    /// Means of the last six blocks, the latest first; nothing until there are as many.
    pub fn blocks(&self) -> Option<[f64; 6]> {
        let (ring, block) = (self.levels.first()?, self.block());
        let mut means = [0.0; 6];
        for (at, mean) in means.iter_mut().enumerate() {
            *mean = ring.back(at * block + 1)?;
        }
        Some(means)
    }

    fn guesses(&self, value: f64) -> Vec<Option<f64>> {
        let slack = self.block() / SLACK;
        let of_season = |(rank, (&length, levels)): (usize, (&usize, &Ring))| {
            let now = levels.back(1);
            let plain = self.typical(length, cycles(rank), |back| self.near(back, slack, value));
            let moved = self.typical(length, cycles(rank), |back| {
                let offset = now? - levels.back(back + 1)?;
                Some(self.near(back, slack, value - offset)? + offset)
            });
            [plain, moved]
        };
        let seasons = self.seasons.iter().zip(&self.levels).enumerate();
        seasons.flat_map(of_season).collect()
    }

    /// Median over the repetitions of a season, of which there must be two.
    fn typical(
        &self,
        length: usize,
        cycles: usize,
        at: impl Fn(usize) -> Option<f64>,
    ) -> Option<f64> {
        if self.values.len() < 2 * length {
            return None;
        }
        let mut seen: Vec<f64> = (1..=cycles).filter_map(|k| at(k * length)).collect();
        seen.sort_unstable_by(f64::total_cmp);
        let (half, count) = (seen.len() / 2, seen.len());
        match count {
            0 => None,
            _ if count % 2 == 1 => seen.get(half).copied(),
            _ => Some(0.5 * seen.get(half - 1)? + 0.5 * seen.get(half)?),
        }
    }

    /// The value nearest to `value` among those `slack` steps or less from `back` steps ago.
    fn near(&self, back: usize, slack: usize, value: f64) -> Option<f64> {
        let around = (back.saturating_sub(slack).max(1))..=back + slack;
        around
            .filter_map(|back| self.values.back(back))
            .min_by(|a, b| (a - value).abs().total_cmp(&(b - value).abs()))
    }
}

fn cycles(rank: usize) -> usize {
    CYCLES[rank.min(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_forgets_the_oldest() {
        let mut ring = Ring::new(3);
        for number in [1.0, f64::NAN, 3.0, 4.0] {
            ring.push(number);
        }
        assert_eq!(
            [1, 2, 3, 4].map(|back| ring.back(back)),
            [Some(4.0), Some(3.0), None, None]
        );
        assert_eq!(ring.mean(1, 4), Some(3.5));
    }

    #[test]
    fn a_week_is_known_after_two() {
        let mut expected = Expected::new(&[7]);
        let value = |t: usize| 10.0 + (t % 7) as f64;
        for t in 0..14 {
            let guess = expected.judge(value(t));
            assert!(guess.is_none_or(|guess| !guess.seasonal));
            expected.push(value(t));
        }
        let guess = expected.judge(value(14)).expect("two weeks are known");
        assert_eq!((guess.value, guess.seasonal), (value(14), true));
    }

    #[test]
    fn a_growing_week_is_followed() {
        let mut expected = Expected::new(&[7]);
        let value = |t: usize| 100.0 + 2.0 * t as f64 + 10.0 * (t % 7) as f64;
        let mut last = None;
        for t in 0..80 {
            last = expected.judge(value(t)).map(|guess| guess.value - value(t));
            expected.push(value(t));
        }
        assert!(last.expect("long known").abs() < 1e-9, "{last:?}");
    }

    #[test]
    fn blocks_are_means_of_seasons() {
        let mut expected = Expected::new(&[2]);
        (0..12).for_each(|t| expected.push(t as f64));
        assert_eq!(expected.blocks(), Some([10.5, 8.5, 6.5, 4.5, 2.5, 0.5]));
    }
}
