//! The waves of seasons: how many, and how far each turns in a step.

use crate::portable::{circle, ln};

/// Most waves of a season.
const WAVES_MAX: usize = 10;

/// Cosine and sine of a step's turn of each wave.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Waves {
    pub turns: Vec<(f64, f64)>,
}

impl Waves {
    /// The waves of seasons with their lengths and numbers; those that two seasons share are there once.
    pub fn new(seasons: &[(usize, usize)]) -> Self {
        let mut turns = Vec::new();
        for (index, &(length, count)) in seasons.iter().enumerate() {
            let own = (1..=count).filter(|&wave| !is_shared(&seasons[..index], length, wave));
            turns.extend(own.map(|wave| circle(wave, length)));
        }
        Self { turns }
    }

    pub fn len(&self) -> usize {
        self.turns.len()
    }
}

/// Whether a shorter season turns as fast with one of its waves.
fn is_shared(shorter: &[(usize, usize)], length: usize, wave: usize) -> bool {
    shorter.iter().any(|&(other, count)| {
        (wave * other).is_multiple_of(length) && wave * other / length <= count
    })
}

/// How many waves each season has by AIC, shortest season first: regression of what a moving average leaves, wave by
/// wave, as the waves of whole seasons are independent of each other. Seasons that were not seen twice have none.
pub(super) fn harmonics(values: &[f64], seasons: &[usize]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::new();
    let mut values = values.to_vec();
    for &length in seasons {
        if length < 2 || values.len() < 2 * length {
            continue;
        }
        let table: Vec<(f64, f64)> = (0..length).map(|t| circle(t, length)).collect();
        let half = length / 2;
        let rest = without_trend(&values, length);
        // Whole seasons, the latest ones.
        let first = rest.len() % length;
        let number = (rest.len() - first) as f64;
        if number < 1.0 {
            continue;
        }
        let mut squares: f64 = rest[first..].iter().map(|value| value * value).sum();
        let floor = 1e-20 * squares + f64::MIN_POSITIVE;
        let mut best = (number * ln(squares.max(floor) / number), 0);
        let mut figures = Vec::new();
        for wave in 1..=WAVES_MAX.min(half) {
            let (mut cosines, mut sines) = (0.0, 0.0);
            for (t, value) in rest.iter().enumerate().skip(first) {
                let (cosine, sine) = table[(t + half) * wave % length];
                cosines += cosine * value;
                sines += sine * value;
            }
            // The fastest wave of an even season only goes up and down.
            let share = if 2 * wave == length { 1.0 } else { 2.0 } / number;
            squares -= share * (cosines * cosines + sines * sines);
            figures.push((share * cosines, share * sines));
            let criterion = number * ln(squares.max(floor) / number) + 4.0 * wave as f64;
            if criterion < best.0 {
                best = (criterion, wave);
            }
        }
        if best.1 == 0 {
            continue;
        }
        for (t, value) in values.iter_mut().enumerate() {
            for (wave, figure) in figures.iter().enumerate().take(best.1) {
                let (cosine, sine) = table[t * (wave + 1) % length];
                *value -= figure.0 * cosine + figure.1 * sine;
            }
        }
        found.push((length, best.1));
    }
    found
}

/// The values minus their centred moving average over a season.
fn without_trend(values: &[f64], length: usize) -> Vec<f64> {
    let half = length / 2;
    let ends = values.len().saturating_sub(half);
    let average = |t: usize| {
        let window = &values[t - half..=t + half];
        let mut sum: f64 = window.iter().sum();
        if length.is_multiple_of(2) {
            sum -= 0.5 * (window[0] + window[window.len() - 1]);
        }
        sum / length as f64
    };
    (half..ends).map(|t| values[t] - average(t)).collect()
}
