//! Adding groups to groups, and taking them away: what a view does with facts that came or went.
//!
//! Keys ascend here, so that a group is found without a table beside it. Nothing but the groups named
//! is touched where all of them are known; a new one, or one that becomes empty, moves the others.

use std::borrow::Cow;

use crate::groups::Groups;

/// Whether facts came or went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    Came,
    Went,
}

impl Sign {
    const fn of(self, value: i64) -> i64 {
        match self {
            Sign::Came => value,
            Sign::Went => value.wrapping_neg(),
        }
    }
}

impl Groups {
    /// The groups that hold facts after all retractions.
    pub(crate) fn held(&self) -> Cow<'_, Groups> {
        if !self.rows.contains(&0) {
            return Cow::Borrowed(self);
        }
        let mut held = self.clone();
        held.retain(|groups, at| groups.rows.get(at) != Some(&0));
        Cow::Owned(held)
    }

    /// Puts the groups in order of their keys.
    pub(crate) fn sort(&mut self) {
        if self.keys.is_sorted() {
            return;
        }
        let mut order: Vec<u32> = (0..self.keys.len() as u32).collect();
        order.sort_unstable_by_key(|&at| self.keys.get(at as usize).copied());
        self.keys = picked(&self.keys, &order);
        for column in self.columns() {
            *column = picked(column, &order);
        }
    }

    /// Keys of the groups that begin to hold facts (1), and of those that cease to (-1), when others are added or taken
    /// away.
    pub(crate) fn begun(&self, other: &Groups, sign: Sign) -> impl Iterator<Item = (u64, i64)> {
        let changes = other.keys.iter().zip(&other.rows);
        changes.filter_map(move |(&key, &rows)| {
            let place = self.position(key);
            let before = place.and_then(|at| self.rows.get(at)).copied();
            let before = before.unwrap_or_default();
            let after = before.wrapping_add(sign.of(rows));
            let more = i64::from(after > 0) - i64::from(before > 0);
            (more != 0).then_some((key, more))
        })
    }

    /// Adds groups, or takes them away. Both have ascending keys and the same measures.
    pub(crate) fn absorb(&mut self, other: &Groups, sign: Sign) {
        let known: Option<Vec<usize>> = other.keys.iter().map(|&key| self.position(key)).collect();
        let places = match known {
            Some(places) => places,
            None => self.with_keys(&other.keys),
        };
        for (unknown, others) in self.unknown.iter_mut().zip(&other.unknown) {
            if !others.is_empty() {
                unknown.resize(self.keys.len(), 0);
            }
        }
        let mut is_emptied = false;
        for (at, &place) in places.iter().enumerate() {
            let add = |into: &mut Vec<i64>, from: &Vec<i64>| {
                if let (Some(into), Some(&value)) = (into.get_mut(place), from.get(at)) {
                    *into = into.wrapping_add(sign.of(value));
                }
            };
            add(&mut self.rows, &other.rows);
            self.sums
                .iter_mut()
                .zip(&other.sums)
                .for_each(|(into, from)| add(into, from));
            let unknown = self.unknown.iter_mut().zip(&other.unknown);
            unknown.for_each(|(into, from)| add(into, from));
            is_emptied |= self.is_nothing(place);
        }
        if is_emptied {
            self.retain(|groups, at| !groups.is_nothing(at));
        }
    }

    /// Bytes held.
    pub(crate) fn heap_bytes(&self) -> usize {
        let columns = std::iter::once(&self.rows)
            .chain(&self.sums)
            .chain(&self.unknown);
        8 * (self.keys.len() + columns.map(Vec::len).sum::<usize>())
    }

    fn position(&self, key: u64) -> Option<usize> {
        // Where every group holds facts, a key is its own place.
        match self.keys.get(key as usize) {
            Some(&own) if own == key => Some(key as usize),
            _ => self.keys.binary_search(&key).ok(),
        }
    }

    fn is_nothing(&self, at: usize) -> bool {
        let is_zero = |column: &Vec<i64>| column.get(at).is_none_or(|&value| value == 0);
        is_zero(&self.rows) && self.sums.iter().chain(&self.unknown).all(is_zero)
    }

    /// Makes room for keys; gives their places. What lies behind the first new one is moved, and nothing
    /// else: codes that are given later are mostly the largest.
    fn with_keys(&mut self, keys: &[u64]) -> Vec<usize> {
        let place = |key: &u64| Some((self.keys.binary_search(key).err()?, *key));
        let new: Vec<(usize, u64)> = keys.iter().filter_map(place).collect();
        let at: Vec<usize> = new.iter().map(|it| it.0).collect();
        for column in self.columns() {
            open(column, &at);
        }
        open(&mut self.keys, &at);
        for (before, (place, key)) in new.into_iter().enumerate() {
            if let Some(own) = self.keys.get_mut(place + before) {
                *own = key;
            }
        }
        let place = |key| self.position(key).unwrap_or(usize::MAX);
        keys.iter().map(|&key| place(key)).collect()
    }

    fn retain(&mut self, is_kept: impl Fn(&Groups, usize) -> bool) {
        let kept: Vec<u32> = (0..self.keys.len())
            .filter(|&at| is_kept(self, at))
            .map(|at| at as u32)
            .collect();
        self.keys = picked(&self.keys, &kept);
        for column in self.columns() {
            *column = picked(column, &kept);
        }
    }

    /// All columns of values but those of unknown values that are not needed.
    fn columns(&mut self) -> impl Iterator<Item = &mut Vec<i64>> {
        let unknown = self.unknown.iter_mut().filter(|column| !column.is_empty());
        std::iter::once(&mut self.rows)
            .chain(&mut self.sums)
            .chain(unknown)
    }
}

/// Puts zeros before the values at some places, which ascend.
fn open(values: &mut Vec<impl Copy + Default>, places: &[usize]) {
    let mut end = values.len();
    values.resize(end + places.len(), Default::default());
    for (before, &place) in places.iter().enumerate().rev() {
        values.copy_within(place.min(end)..end, place + before + 1);
        if let Some(opened) = values.get_mut(place + before) {
            *opened = Default::default();
        }
        end = place;
    }
}

/// The values at some places; 0 where there is none.
fn picked<T: Copy + Default>(values: &[T], places: &[u32]) -> Vec<T> {
    let value = |&place: &u32| values.get(place as usize).copied().unwrap_or_default();
    places.iter().map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::GroupTable;
    use proptest::prelude::*;

    type Fact = (u64, i64, Option<i64>);

    fn groups(facts: &[Fact]) -> Groups {
        let mut table = GroupTable::new(1 << 40, 1, facts.len());
        for &(key, rows, value) in facts {
            let place = table.place(key) as usize;
            table.fit();
            table.rows[place] += rows;
            match value {
                Some(value) => table.sums[0][place] += rows * value,
                None => table.unknown_of(0).unwrap()[place] += rows,
            }
        }
        let mut groups = table.into_groups();
        groups.sort();
        groups
    }

    fn seen(groups: &Groups) -> Vec<(u64, i64, i64, i64)> {
        let unknown = |at| groups.unknown[0].get(at).copied().unwrap_or(0);
        let row = |(at, &key)| (key, groups.rows[at], groups.sums[0][at], unknown(at));
        groups.keys.iter().enumerate().map(row).collect()
    }

    fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
        prop::collection::vec(
            (
                0_u64..30,
                prop::sample::select(vec![1_i64, 1, -1]),
                prop::option::of(-5_i64..50),
            ),
            0..40,
        )
    }

    proptest! {
        #[test]
        fn together_in_any_order_is_all_at_once(one in any_facts(), other in any_facts()) {
            let whole = seen(&groups(&[one.clone(), other.clone()].concat()));
            let (mut forth, mut back) = (groups(&one), groups(&other));
            forth.absorb(&groups(&other), Sign::Came);
            back.absorb(&groups(&one), Sign::Came);
            prop_assert_eq!(&seen(&forth), &whole);
            prop_assert_eq!(&seen(&back), &whole);
            forth.absorb(&groups(&one), Sign::Went);
            prop_assert_eq!(seen(&forth), seen(&groups(&other)));
        }
    }
}
