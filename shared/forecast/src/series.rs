//! The checked input of every model: evenly spaced values and the lengths of their seasons.
//!
//! Out of scope: dates. The caller maps positions to days, weeks or months and leaves out the
//! current, partial period.

use serde::{Deserialize, Serialize};

/// Most values a series may hold.
pub const VALUES_MAX: usize = 20_000;
/// Most seasons a series may name.
pub const SEASONS_MAX: usize = 4;
/// Longest season, in steps.
pub const SEASON_LENGTH_MAX: usize = 10_000;

/// Why values are not a series.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SeriesError {
    /// More values than [`VALUES_MAX`].
    #[error("{length} values are more than {VALUES_MAX}: send the most recent ones")]
    TooLong {
        /// Number of values given.
        length: usize,
    },
    /// An infinite value; a missing value is NaN.
    #[error("value {index} is {value}: leave it missing (NaN) or correct it")]
    Infinite {
        /// Position of the value.
        index: usize,
        /// The value itself.
        value: f64,
    },
    /// More seasons than [`SEASONS_MAX`].
    #[error("{count} seasons are more than {SEASONS_MAX}: name the ones that matter")]
    TooManySeasons {
        /// Number of seasons given.
        count: usize,
    },
    /// A season outside 2..=[`SEASON_LENGTH_MAX`].
    #[error("a season of {length} steps: give 2 to {SEASON_LENGTH_MAX} steps, or no season")]
    SeasonLength {
        /// The length given.
        length: usize,
    },
}

/// Evenly spaced observations, oldest first, with the lengths of their seasons in steps.
///
/// A missing observation is NaN (`null` on the wire); infinite values are refused. Seasons are
/// kept ascending and once each; a season longer than the values is allowed and simply unused.
///
/// ```
/// let series = forecast::Series::new(vec![3.0, f64::NAN, 5.0], vec![7])?;
/// assert_eq!(series.len(), 3);
/// assert_eq!(series.missing(), 1);
/// # Ok::<(), forecast::SeriesError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SeriesOnWire", into = "SeriesOnWire")]
pub struct Series {
    values: Vec<f64>,
    seasons: Vec<usize>,
}

/// JSON has no NaN: a missing value travels as `null`.
#[derive(Serialize, Deserialize)]
struct SeriesOnWire {
    values: Vec<Option<f64>>,
    seasons: Vec<usize>,
}

impl TryFrom<SeriesOnWire> for Series {
    type Error = SeriesError;

    fn try_from(wire: SeriesOnWire) -> Result<Self, SeriesError> {
        let values = wire
            .values
            .into_iter()
            .map(|value| value.unwrap_or(f64::NAN))
            .collect();
        Self::new(values, wire.seasons)
    }
}

impl From<Series> for SeriesOnWire {
    fn from(series: Series) -> Self {
        let present = |value: f64| (!value.is_nan()).then_some(value);
        Self {
            values: series.values.into_iter().map(present).collect(),
            seasons: series.seasons,
        }
    }
}

impl Series {
    /// Checks the values (NaN = missing) and the season lengths (each at least 2 steps).
    pub fn new(values: Vec<f64>, mut seasons: Vec<usize>) -> Result<Self, SeriesError> {
        if values.len() > VALUES_MAX {
            return Err(SeriesError::TooLong {
                length: values.len(),
            });
        }
        if let Some((index, &value)) = values.iter().enumerate().find(|(_, v)| v.is_infinite()) {
            return Err(SeriesError::Infinite { index, value });
        }
        if seasons.len() > SEASONS_MAX {
            return Err(SeriesError::TooManySeasons {
                count: seasons.len(),
            });
        }
        if let Some(&length) = seasons
            .iter()
            .find(|s| !(2..=SEASON_LENGTH_MAX).contains(*s))
        {
            return Err(SeriesError::SeasonLength { length });
        }
        seasons.sort_unstable();
        seasons.dedup();
        Ok(Self { values, seasons })
    }

    /// A part of a checked series, or its values after a finite transformation.
    pub(crate) fn checked(values: Vec<f64>, seasons: Vec<usize>) -> Self {
        debug_assert!(values.len() <= VALUES_MAX && values.iter().all(|v| !v.is_infinite()));
        Self { values, seasons }
    }

    /// The observations, oldest first; NaN where missing.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Season lengths in steps, ascending.
    pub fn seasons(&self) -> &[usize] {
        &self.seasons
    }

    /// Number of positions, missing ones included.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// True without any position.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Number of missing positions.
    pub fn missing(&self) -> usize {
        self.values.iter().filter(|value| value.is_nan()).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_series() {
        let infinite = Series::new(vec![1.0, f64::NEG_INFINITY], vec![]);
        assert!(matches!(
            infinite,
            Err(SeriesError::Infinite { index: 1, .. })
        ));
        let long = Series::new(vec![0.0; VALUES_MAX + 1], vec![]);
        assert_eq!(
            long,
            Err(SeriesError::TooLong {
                length: VALUES_MAX + 1
            })
        );
        assert_eq!(
            Series::new(vec![], vec![1]),
            Err(SeriesError::SeasonLength { length: 1 })
        );
        let many = Series::new(vec![], vec![2, 3, 4, 5, 6]);
        assert_eq!(many, Err(SeriesError::TooManySeasons { count: 5 }));
    }

    #[test]
    fn seasons_are_kept_ascending_and_once() {
        let series = Series::new(vec![1.0], vec![365, 7, 7]).expect("valid");
        assert_eq!(series.seasons(), [7, 365]);
    }
}
