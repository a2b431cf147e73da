//! Tables of groups: a numeric key per group, the signed number of facts, and sums.
//!
//! A key is a mixed-radix number over the grouped dimensions, the outermost most significant, so that
//! dropping inner dimensions is a division. Small key spaces are addressed directly, large ones through
//! a hash table; the sums are the same either way.

use crate::error::QueryError;

/// Largest key space that is addressed directly, times the number of columns: 16 MB of sums.
const DENSE_CELLS_MAX: u128 = 1 << 21;
/// A key space that is larger than this and than 16 times the facts is not addressed directly: most
/// of its places would stay empty and still have to be cleared and searched.
const DENSE_SPARSE_MAX: u64 = 1 << 12;

/// Finds a dense number for each key, in the order in which keys first appear.
#[derive(Clone, Debug)]
pub(crate) struct KeyTable {
    keys: Vec<u64>,
    /// Number + 1 of the key, 0 where free; a power of two long, at most half full.
    places: Vec<u32>,
}

impl Default for KeyTable {
    fn default() -> Self {
        KeyTable::new()
    }
}

impl KeyTable {
    pub(crate) fn new() -> Self {
        KeyTable {
            keys: Vec::new(),
            places: vec![0; 64],
        }
    }

    /// A table of the keys given.
    pub(crate) fn of(keys: impl IntoIterator<Item = u64>) -> Self {
        let mut table = KeyTable::new();
        for key in keys {
            table.number_or_insert(key);
        }
        table
    }

    pub(crate) fn keys(&self) -> &[u64] {
        &self.keys
    }

    pub(crate) fn into_keys(self) -> Vec<u64> {
        self.keys
    }

    pub(crate) fn len(&self) -> usize {
        self.keys.len()
    }

    fn start(&self, key: u64) -> usize {
        // Fibonacci hashing, by blocks of 16: the high bits of a product with 2^64 / golden ratio
        // choose the block. Neighbouring keys (orders of a day) so share a cache line.
        let block = (key >> 4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let blocks_bits = self.places.len().trailing_zeros() - 4;
        ((block >> (64 - blocks_bits)) as usize) << 4 | (key & 15) as usize
    }

    /// Where the key is, or the free place where it belongs.
    #[inline]
    fn find(&self, key: u64) -> (usize, Option<u32>) {
        let mask = self.places.len() - 1;
        let mut at = self.start(key);
        loop {
            match self.places.get(at).copied().unwrap_or(0).checked_sub(1) {
                None => return (at, None),
                Some(number) if self.keys.get(number as usize) == Some(&key) => {
                    return (at, Some(number));
                }
                Some(_) => at = (at + 1) & mask,
            }
        }
    }

    pub(crate) fn number(&self, key: u64) -> Option<u32> {
        self.find(key).1
    }

    #[inline]
    pub(crate) fn number_or_insert(&mut self, key: u64) -> u32 {
        let (at, number) = self.find(key);
        if let Some(number) = number {
            return number;
        }
        let number = self.keys.len() as u32;
        self.keys.push(key);
        if let Some(place) = self.places.get_mut(at) {
            *place = number + 1;
        }
        if self.keys.len() * 2 > self.places.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        self.places = vec![0; self.places.len() * 4];
        for number in 0..self.keys.len() {
            let key = self.keys.get(number).copied().unwrap_or_default();
            let (at, _) = self.find(key);
            if let Some(place) = self.places.get_mut(at) {
                *place = number as u32 + 1;
            }
        }
    }
}

/// By customer code, the first day (days since 1970-01-01) with an order. Codes may be far apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct FirstDays {
    customers: KeyTable,
    days: Vec<i32>,
}

impl FirstDays {
    /// Takes note of a day with an order.
    pub(crate) fn note(&mut self, customer: u64, day: i32) {
        let number = self.customers.number_or_insert(customer) as usize;
        self.days.resize(self.customers.len(), i32::MAX);
        if let Some(first) = self.days.get_mut(number) {
            *first = day.min(*first);
        }
    }

    pub(crate) fn of(&self, customer: u64) -> Option<i32> {
        self.days
            .get(self.customers.number(customer)? as usize)
            .copied()
    }
}

/// How keys become places in the arrays of sums.
#[derive(Clone, Debug)]
pub(crate) enum Places {
    /// The key is the place.
    Dense,
    /// The table tells the place.
    Hash(KeyTable),
}

/// Sums by group, while facts are added.
#[derive(Clone, Debug)]
pub(crate) struct GroupTable {
    pub(crate) places: Places,
    /// Signed number of facts by place.
    pub(crate) rows: Vec<i64>,
    /// Sum of each measure by place.
    pub(crate) sums: Vec<Vec<i64>>,
    /// Signed number of facts whose value is not known, by measure and place; empty where every
    /// value is known.
    pub(crate) unknown: Vec<Vec<i64>>,
}

impl GroupTable {
    /// A table for keys below `key_space`, `measures` sums and at most `facts` facts.
    pub(crate) fn new(key_space: u64, measures: usize, facts: usize) -> Self {
        let cells = u128::from(key_space) * (measures as u128 + 1);
        let is_filled = key_space <= DENSE_SPARSE_MAX.max(16 * facts as u64);
        let (places, length) = if is_filled && cells <= DENSE_CELLS_MAX {
            (Places::Dense, key_space as usize)
        } else {
            (Places::Hash(KeyTable::new()), 0)
        };
        GroupTable {
            places,
            rows: vec![0; length],
            sums: vec![vec![0; length]; measures],
            unknown: vec![Vec::new(); measures],
        }
    }

    /// A table in which the key is the place, for keys below `key_space`.
    pub(crate) fn dense(key_space: usize, measures: usize) -> Self {
        GroupTable {
            places: Places::Dense,
            rows: vec![0; key_space],
            sums: vec![vec![0; key_space]; measures],
            unknown: vec![Vec::new(); measures],
        }
    }

    /// The place of a key, made where it is new.
    #[inline]
    pub(crate) fn place(&mut self, key: u64) -> u32 {
        match &mut self.places {
            Places::Dense => key as u32,
            Places::Hash(table) => table.number_or_insert(key),
        }
    }

    /// Makes the arrays as long as the places given so far require.
    pub(crate) fn fit(&mut self) {
        if let Places::Hash(table) = &self.places {
            let length = table.len();
            self.rows.resize(length, 0);
            self.sums.iter_mut().for_each(|sums| sums.resize(length, 0));
        }
        let length = self.rows.len();
        for unknown in self
            .unknown
            .iter_mut()
            .filter(|unknown| !unknown.is_empty())
        {
            unknown.resize(length, 0);
        }
    }

    /// The array that counts unknown values of a measure, made where it was not needed before.
    pub(crate) fn unknown_of(&mut self, measure: usize) -> Option<&mut Vec<i64>> {
        let length = self.rows.len();
        let unknown = self.unknown.get_mut(measure)?;
        unknown.resize(length, 0);
        Some(unknown)
    }

    /// The groups that hold anything. One whose facts are all taken back is among them where its sums
    /// are not 0: what is added later needs them.
    pub(crate) fn into_groups(self) -> Groups {
        let mut kept: Vec<usize> = Vec::new();
        for (place, &rows) in self.rows.iter().enumerate() {
            let is_held = |values: &Vec<i64>| values.get(place).is_some_and(|&value| value != 0);
            if rows != 0 || self.sums.iter().any(is_held) || self.unknown.iter().any(is_held) {
                kept.push(place);
            }
        }
        let pick = |from: &Vec<i64>| -> Vec<i64> {
            kept.iter()
                .map(|&place| from.get(place).copied().unwrap_or(0))
                .collect()
        };
        let keys = match &self.places {
            Places::Dense => kept.iter().map(|&place| place as u64).collect(),
            Places::Hash(table) => kept
                .iter()
                .map(|&place| table.keys().get(place).copied().unwrap_or(0))
                .collect(),
        };
        let unknown = |unknown: &Vec<i64>| {
            if unknown.is_empty() {
                Vec::new()
            } else {
                pick(unknown)
            }
        };
        Groups {
            rows: pick(&self.rows),
            sums: self.sums.iter().map(pick).collect(),
            unknown: self.unknown.iter().map(unknown).collect(),
            keys,
        }
    }
}

/// Groups with their sums; in no particular order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Groups {
    pub(crate) keys: Vec<u64>,
    /// Signed number of facts; 0 where all are taken back.
    pub(crate) rows: Vec<i64>,
    pub(crate) sums: Vec<Vec<i64>>,
    pub(super) unknown: Vec<Vec<i64>>,
}

impl Groups {
    /// The sum of a measure in the group at `at`; `None` where no fact of the group knows it.
    pub(crate) fn sum(&self, measure: usize, at: usize) -> Option<i64> {
        let rows = self.rows.get(at)?;
        let unknown = self
            .unknown
            .get(measure)
            .and_then(|unknown| unknown.get(at))
            .unwrap_or(&0);
        if rows == unknown {
            None
        } else {
            self.sums.get(measure)?.get(at).copied()
        }
    }

    /// All groups as one, with key 0; none where there are none.
    pub(crate) fn total(&self) -> Groups {
        let sum = |values: &Vec<i64>| match values.is_empty() {
            true => Vec::new(),
            false => vec![values.iter().sum::<i64>()],
        };
        let rows: i64 = self.rows.iter().sum();
        if rows == 0 {
            return Groups {
                sums: vec![Vec::new(); self.sums.len()],
                unknown: vec![Vec::new(); self.sums.len()],
                ..Groups::default()
            };
        }
        Groups {
            keys: vec![0],
            rows: vec![rows],
            sums: self.sums.iter().map(sum).collect(),
            unknown: self.unknown.iter().map(sum).collect(),
        }
    }

    /// Folds groups together: each key becomes the one that `key_of` gives, or is left out.
    pub(crate) fn regroup(&self, key_space: u64, key_of: impl Fn(u64) -> Option<u64>) -> Groups {
        let mut table = GroupTable::new(key_space, self.sums.len(), self.keys.len());
        let mut places = Vec::with_capacity(self.keys.len());
        for (at, &key) in self.keys.iter().enumerate() {
            if let Some(key) = key_of(key) {
                places.push((at, table.place(key) as usize));
            }
        }
        table.fit();
        let add = |into: &mut Vec<i64>, from: &Vec<i64>| {
            for &(at, place) in &places {
                if let (Some(into), Some(&value)) = (into.get_mut(place), from.get(at)) {
                    *into += value;
                }
            }
        };
        add(&mut table.rows, &self.rows);
        for (into, from) in table.sums.iter_mut().zip(&self.sums) {
            add(into, from);
        }
        for (measure, from) in self
            .unknown
            .iter()
            .enumerate()
            .filter(|(_, from)| !from.is_empty())
        {
            if let Some(into) = table.unknown_of(measure) {
                add(into, from);
            }
        }
        table.into_groups()
    }
}

/// The number of keys of some dimensions together.
pub(crate) fn key_space(cardinalities: impl IntoIterator<Item = u64>) -> Result<u64, QueryError> {
    let product = |space: u64, cardinality: u64| space.checked_mul(cardinality.max(1));
    cardinalities
        .into_iter()
        .try_fold(1, product)
        .ok_or(QueryError::TooManyGroups)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn filled(key_space: u64, facts: &[(u64, i64, Option<i64>)]) -> Groups {
        let mut table = GroupTable::new(key_space, 1, facts.len());
        for &(key, rows, value) in facts {
            let place = table.place(key) as usize;
            table.fit();
            table.rows[place] += rows;
            match value {
                Some(value) => table.sums[0][place] += value,
                None => table.unknown_of(0).unwrap()[place] += rows,
            }
        }
        table.into_groups()
    }

    fn as_map(groups: &Groups) -> BTreeMap<u64, (i64, Option<i64>)> {
        let entry = |(at, &key): (usize, &u64)| (key, (groups.rows[at], groups.sum(0, at)));
        groups.keys.iter().enumerate().map(entry).collect()
    }

    #[test]
    fn keys_of_any_stride_keep_their_numbers() {
        for stride in [1, 16, 4_096, 730 * 300_000] {
            let mut table = KeyTable::new();
            for round in 0..2 {
                for number in 0..20_000_u64 {
                    assert_eq!(
                        u64::from(table.number_or_insert(number * stride)),
                        number,
                        "{round}"
                    );
                }
            }
            assert_eq!((table.len(), table.number(20_000 * stride)), (20_000, None));
        }
    }

    proptest! {
        #[test]
        fn direct_and_hashed_tables_agree(
            facts in prop::collection::vec((0_u64..90, 1_i64..3, prop::option::of(-5_i64..50)), 0..200),
        ) {
            let (dense, hashed) = (filled(90, &facts), filled(1 << 40, &facts));
            prop_assert_eq!(as_map(&dense), as_map(&hashed));
            let tens = |groups: &Groups, space| groups.regroup(space, |key| (key < 80).then_some(key / 10));
            prop_assert_eq!(as_map(&tens(&dense, 9)), as_map(&tens(&hashed, 1 << 40)));
            let folded: Vec<_> = facts
                .iter()
                .filter(|fact| fact.0 < 80)
                .map(|&(key, rows, value)| (key / 10, rows, value))
                .collect();
            prop_assert_eq!(as_map(&tens(&dense, 9)), as_map(&filled(9, &folded)));
        }
    }
}
