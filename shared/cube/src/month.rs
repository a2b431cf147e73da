//! The segments of one data set and month, with their roll-ups.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kernel::{DateRange, Hash256};
use model::schema::{DataSet, Dimension};

use crate::error::QueryError;
use crate::members::Dictionaries;
use crate::rollup::{Rollup, RollupFile, Table};
use crate::segment::Segment;
use crate::summary::{joined, spanned};

/// Facts that came after the roll-ups were made are read one by one until they are this share of all.
const LOOSE_SHARE: u64 = 8;

/// The segments of one data set and month.
#[derive(Debug, Default)]
pub(crate) struct Month {
    /// Those that the roll-ups hold.
    rolled: BTreeMap<Hash256, Segment>,
    /// Those that came after a roll-up was made.
    loose: BTreeMap<Hash256, Segment>,
    /// Roll-ups of segments that are not here.
    standing_in: BTreeMap<Hash256, StandIn>,
    /// From the first to the last day with facts.
    days: Option<DateRange>,
    tables: [OnceLock<Option<Table>>; Rollup::ALL.len()],
}

/// A roll-up in the place of the segments that it was made of.
#[derive(Debug)]
pub(crate) struct StandIn {
    pub(crate) file: RollupFile,
    /// Whether its categories are those of the dictionary; found when first needed.
    has_categories: OnceLock<bool>,
}

impl StandIn {
    /// Whether its sums by category are of the categories that products belong to now.
    pub(crate) fn has_categories(&self, dictionaries: &Dictionaries) -> bool {
        let is_same = || self.file.has_categories_of(dictionaries);
        *self.has_categories.get_or_init(is_same)
    }
}

impl Month {
    /// Adds a roll-up of segments that are not here.
    pub(crate) fn stand_in(&mut self, id: Hash256, file: RollupFile) {
        self.days = Some(spanned(self.days, file.days()));
        let has_categories = OnceLock::new();
        let stand_in = StandIn {
            file,
            has_categories,
        };
        self.standing_in.insert(id, stand_in);
    }

    /// The roll-ups of segments that are not here.
    pub(crate) fn standing_in(&self) -> impl Iterator<Item = &StandIn> {
        self.standing_in.values()
    }

    /// Takes note that products may belong to other categories.
    pub(crate) fn forget_categories(&mut self) {
        for stand_in in self.standing_in.values_mut() {
            stand_in.has_categories = OnceLock::new();
        }
    }

    fn find_days(&self) -> Option<DateRange> {
        let days = self.segments().fold(None, joined);
        let stand_ins = self.standing_in.values();
        stand_ins.fold(days, |days, it| Some(spanned(days, it.file.days())))
    }

    /// Removes a roll-up that stood in; `false` where it was not there.
    pub(crate) fn stand_down(&mut self, id: Hash256) -> bool {
        let was_there = self.standing_in.remove(&id).is_some();
        if was_there {
            self.days = self.find_days();
        }
        was_there
    }

    /// Adds a segment that is not there yet.
    pub(crate) fn add(&mut self, id: Hash256, segment: Segment) {
        self.days = joined(self.days, &segment);
        if !self.has_tables() {
            self.rolled.insert(id, segment);
            return;
        }
        self.loose.insert(id, segment);
        let rows =
            |of: &BTreeMap<_, Segment>| -> u64 { of.values().map(|it| u64::from(it.rows())).sum() };
        if rows(&self.loose) * LOOSE_SHARE > rows(&self.rolled) {
            self.forget_tables();
        }
    }

    /// Removes a segment; `false` where it was not there.
    pub(crate) fn remove(&mut self, id: Hash256) -> bool {
        let was_loose = self.loose.remove(&id).is_some();
        let was_rolled = !was_loose && self.rolled.remove(&id).is_some();
        if was_rolled {
            self.forget_tables();
        }
        if was_loose || was_rolled {
            self.days = self.find_days();
        }
        was_loose || was_rolled
    }

    /// From the first to the last day with facts.
    pub(crate) const fn days(&self) -> Option<DateRange> {
        self.days
    }

    pub(crate) fn contains(&self, id: Hash256) -> bool {
        self.rolled.contains_key(&id) || self.loose.contains_key(&id)
    }

    pub(crate) fn get(&self, id: Hash256) -> Option<&Segment> {
        self.rolled.get(&id).or_else(|| self.loose.get(&id))
    }

    /// The segments with their content addresses.
    pub(crate) fn named(&self) -> impl Iterator<Item = (Hash256, &Segment)> {
        let both = self.rolled.iter().chain(&self.loose);
        both.map(|(&id, segment)| (id, segment))
    }

    pub(crate) fn segments(&self) -> impl Iterator<Item = &Segment> + Clone {
        self.rolled.values().chain(self.loose.values())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rolled.is_empty() && self.loose.is_empty() && self.standing_in.is_empty()
    }

    /// The segments that the roll-ups hold.
    pub(crate) fn rolled(&self) -> Vec<&Segment> {
        self.rolled.values().filter(|it| it.rows() > 0).collect()
    }

    /// The segments that they do not hold.
    pub(crate) fn loose(&self) -> impl Iterator<Item = &Segment> {
        self.loose.values()
    }

    pub(crate) fn data_set(&self) -> Option<DataSet> {
        self.segments().next().map(Segment::data_set)
    }

    /// A roll-up of [`Month::rolled`]; `None` where it cannot be made, or its cells would number more
    /// than `cells_max`.
    pub(crate) fn table(
        &self,
        rollup: Rollup,
        cells_max: usize,
        dictionaries: &Dictionaries,
    ) -> Result<Option<&Table>, QueryError> {
        let slot = self.tables.get(rollup.number());
        let Some(slot) = slot else { return Ok(None) };
        let table = match slot.get() {
            Some(table) => table,
            None => {
                let segments = self.rolled();
                let table = match segments.iter().copied().fold(None, joined) {
                    Some(extent) => Table::build(rollup, extent, &segments, dictionaries)?,
                    None => None,
                };
                slot.get_or_init(|| table.filter(|table| table.len() <= cells_max))
            }
        };
        Ok(table.as_ref())
    }

    /// A roll-up of [`Month::rolled`] that was made already.
    pub(crate) fn made_table(&self, rollup: Rollup) -> Option<&Table> {
        self.tables.get(rollup.number())?.get()?.as_ref()
    }

    fn has_tables(&self) -> bool {
        self.tables.iter().any(|table| table.get().is_some())
    }

    /// Gives up the roll-ups where a member with this code or a later one may be counted to a parent
    /// that it no longer has.
    pub(crate) fn forget_moved(&mut self, dimension: Dimension, code: u32) {
        let largest = |segment: &Segment| segment.dimension_bounds(dimension).map(|it| it.max);
        if self
            .rolled
            .values()
            .filter_map(largest)
            .any(|max| max >= i64::from(code))
        {
            self.forget_tables();
        }
    }

    /// Gives up all roll-ups; they are made anew, of all segments, when they are next needed.
    fn forget_tables(&mut self) {
        self.tables = Default::default();
        self.rolled.append(&mut self.loose);
    }

    /// Bytes that segments and roll-ups take in memory.
    pub(crate) fn memory_bytes(&self) -> usize {
        let segment = |it: &Segment| it.byte_length() + it.decoded_bytes();
        let tables = self.tables.iter().filter_map(|it| it.get()?.as_ref());
        let stand_ins = self.standing_in.values().map(|it| it.file.heap_bytes());
        self.segments().map(segment).sum::<usize>()
            + tables.map(Table::heap_bytes).sum::<usize>()
            + stand_ins.sum::<usize>()
    }
}
