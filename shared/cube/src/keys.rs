//! What facts are grouped by, as numbers: the number of a period by day, or a code, or its parent's.

use std::sync::Arc;

use model::schema::Dimension;

use crate::ages::Ages;
use crate::error::QueryError;
use crate::groups::key_space;

/// Where the number of a fact in one grouped dimension comes from.
#[derive(Clone, Debug)]
pub(crate) enum KeySource {
    /// From its day: the number by day of the range.
    Days(Vec<u32>),
    /// The code itself.
    Code,
    /// The parent of the code: by code, 0 past the end.
    Parent(Arc<[u32]>),
    /// From its day and its customer; told apart by [`Spread`](crate::ages::Spread).
    Ages(Ages),
}

/// A grouped dimension.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) dimension: Dimension,
    /// The dimension whose column is read.
    pub(crate) stored: Dimension,
    pub(crate) source: KeySource,
    /// All numbers are below it.
    pub(crate) cardinality: u64,
}

/// Places kept free for codes to come: a sixteenth of those in use, and this many more.
const ROOM: u64 = 1 << 12;

/// A cardinality that leaves room for codes to come, where `used` are taken. As the room grows with what is
/// in use, a view that follows a company's imports starts anew ever more rarely.
pub(crate) fn with_room(used: u64) -> u64 {
    let codes = u64::from(u32::MAX) + 1;
    (used + used / 16 + ROOM).min(codes.max(used))
}

/// Grouped dimensions, the outermost first, as one mixed-radix number.
#[derive(Clone, Debug)]
pub(crate) struct Radix {
    /// By dimension, the product of the cardinalities inside of it.
    strides: Vec<u64>,
    cardinalities: Vec<u64>,
    space: u64,
}

impl Radix {
    pub(crate) fn new(cardinalities: Vec<u64>) -> Result<Radix, QueryError> {
        let cardinalities: Vec<u64> = cardinalities.into_iter().map(|it| it.max(1)).collect();
        let space = key_space(cardinalities.iter().copied())?;
        let mut strides: Vec<u64> = cardinalities
            .iter()
            .rev()
            .scan(1, |stride, &cardinality| {
                let own = *stride;
                *stride *= cardinality;
                Some(own)
            })
            .collect();
        strides.reverse();
        Ok(Radix {
            strides,
            cardinalities,
            space,
        })
    }

    /// By dimension, how many numbers there are.
    pub(crate) fn cardinalities(&self) -> &[u64] {
        &self.cardinalities
    }

    /// How many numbers there are in a dimension.
    pub(crate) fn cardinality(&self, dimension: usize) -> u64 {
        self.cardinalities.get(dimension).copied().unwrap_or(1)
    }

    /// Number of keys.
    pub(crate) const fn space(&self) -> u64 {
        self.space
    }

    /// What a number in a dimension adds to the key.
    pub(crate) fn stride(&self, dimension: usize) -> u64 {
        self.strides.get(dimension).copied().unwrap_or(1)
    }

    /// The number in a dimension.
    pub(crate) fn digit(&self, key: u64, dimension: usize) -> u64 {
        key / self.stride(dimension) % self.cardinality(dimension)
    }

    /// The product of the cardinalities past the first `length` dimensions: dividing by it leaves
    /// the key of those.
    pub(crate) fn inner_space(&self, length: usize) -> u64 {
        match length.checked_sub(1) {
            None => self.space,
            Some(last) => self.stride(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_grows_with_what_is_in_use_and_ends_with_the_codes() {
        assert_eq!([1, 1_600].map(with_room), [1 + ROOM, 1_700 + ROOM]);
        assert_eq!(with_room(1 << 32), 1 << 32);
        assert_eq!(with_room((1 << 32) - 5), 1 << 32);
    }

    #[test]
    fn the_outermost_dimension_is_the_most_significant() {
        let radix = Radix::new(vec![3, 4, 5]).unwrap();
        let key = 2 * radix.stride(0) + 3 * radix.stride(1) + 4;
        assert_eq!((radix.space(), key), (60, 59));
        assert_eq!(
            [0, 1, 2].map(|dimension| radix.digit(key, dimension)),
            [2, 3, 4]
        );
        assert_eq!(
            [0, 1, 2, 3].map(|length| key / radix.inner_space(length)),
            [0, 2, 11, 59]
        );
        assert_eq!(Radix::new(vec![]).unwrap().space(), 1);
        assert!(Radix::new(vec![1 << 32, 1 << 32]).is_err());
    }
}
