//! Taking a season out of a series before a non-seasonal method, and putting it back.
//!
//! Multiplicatively where all values are above zero, else additively. The procedure of the M competitions takes
//! the season out only where the autocorrelation test finds it; the combination draws it towards none instead.

use crate::classical::{Composition, is_seasonal, seasonal_indices, shrunk_indices};

/// Seasonal figures taken out of a series; none where there is no season.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Adjustment {
    composition: Composition,
    indices: Vec<f64>,
}

impl Adjustment {
    /// Tests the season and measures it.
    pub fn measure(values: &[f64], season: Option<usize>) -> Self {
        let tested = season.filter(|&m| is_seasonal(values, m));
        Self::of(values, tested, seasonal_indices)
    }

    /// Without a test: the figures are drawn towards none as far as they are noise.
    pub fn shrunk(values: &[f64], season: Option<usize>) -> Self {
        Self::of(values, season, shrunk_indices)
    }

    fn of(
        values: &[f64],
        season: Option<usize>,
        indices: fn(&[f64], usize, Composition) -> Option<Vec<f64>>,
    ) -> Self {
        let measured = |composition| Self {
            composition,
            indices: season
                .and_then(|m| indices(values, m, composition))
                .unwrap_or_default(),
        };
        let largest = values.iter().fold(0.0_f64, |m, v| m.max(v.abs()));
        if values.iter().all(|&value| value > 1e-6 * largest) {
            let found = measured(Composition::Multiplicative);
            // An index next to zero would blow the adjusted values up.
            if found.indices.iter().all(|&figure| figure >= 0.01) {
                return found;
            }
        }
        measured(Composition::Additive)
    }

    /// Whether there is no season to take out.
    pub fn is_empty(&self) -> bool {
        self.indices.is_empty()
    }

    /// The seasonal figure at a position, 0 or 1 without a season.
    fn figure(&self, position: usize) -> f64 {
        match self.composition {
            Composition::Additive if self.indices.is_empty() => 0.0,
            Composition::Multiplicative if self.indices.is_empty() => 1.0,
            _ => self.indices[position % self.indices.len()],
        }
    }

    /// The values without their season.
    pub fn remove(&self, values: &[f64]) -> Vec<f64> {
        let without = |(t, value): (usize, &f64)| match self.composition {
            Composition::Additive => value - self.figure(t),
            Composition::Multiplicative => value / self.figure(t),
        };
        values.iter().enumerate().map(without).collect()
    }

    /// Puts the season back onto values that begin at position `first`.
    pub fn restore(&self, first: usize, values: &mut [f64]) {
        for (t, value) in values.iter_mut().enumerate() {
            match self.composition {
                Composition::Additive => *value += self.figure(first + t),
                Composition::Multiplicative => *value *= self.figure(first + t),
            }
        }
    }

    /// Turns deviations of the adjusted values into those of the values.
    pub fn restore_deviations(&self, first: usize, deviations: &mut [f64]) {
        if self.composition == Composition::Multiplicative {
            self.restore(first, deviations);
        }
    }
}
