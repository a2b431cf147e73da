//! Which roll-up of a month a question is answered from, and reading it.

use model::schema::Dimension;

use super::{Pass, Scan, Scratch, Source, Span};
use crate::error::QueryError;
use crate::groups::GroupTable;
use crate::kernels::{Input, RowKey};
use crate::keys::{Key, KeySource};
use crate::month::{Month, StandIn};
use crate::rollup::{Cells, KeptTable, Rollup, RollupUse, Table};

/// A month of fewer facts is not rolled up: reading them takes a few microseconds.
const ROLLED_ROWS_MIN: usize = 512;
/// A roll-up pays where it has at most one cell for so many facts.
const ROWS_PER_CELL_MIN: usize = 2;

impl Scan<'_> {
    /// The dimensions, days apart, that facts must be told apart by.
    pub(super) fn told_dimensions(&self) -> Vec<Dimension> {
        let is_other = |key: &&&Key| !matches!(key.source, KeySource::Days(_));
        let grouped = self.keys.iter().filter(is_other).map(|key| key.dimension);
        grouped
            .chain(self.conditions.named.keys().copied())
            .collect()
    }

    /// The smallest roll-up of a month that can answer, with the sums asked for; `None` where reading
    /// the facts, or directories, is less.
    pub(super) fn rollup<'m>(
        &self,
        month: &'m Month,
        told: &[Dimension],
        is_whole: bool,
    ) -> Result<Option<(&'m Table, Vec<&'m Cells>)>, QueryError> {
        let Some(data_set) = month.data_set() else {
            return Ok(None);
        };
        if self.rollups == RollupUse::Never || self.first_days.is_some() {
            return Ok(None);
        }
        let segments = month.rolled();
        let rows: usize = segments.iter().map(|it| it.rows() as usize).sum();
        let cells_max = match self.rollups {
            RollupUse::Always => usize::MAX,
            _ => rows / ROWS_PER_CELL_MIN,
        };
        if self.rollups == RollupUse::WhereSmaller {
            let by_directory = is_whole && told.iter().all(|&it| it == Dimension::Channel);
            if by_directory || rows < ROLLED_ROWS_MIN {
                return Ok(None);
            }
        }
        if segments.is_empty() {
            return Ok(None);
        }
        let tells = |it: &Rollup| it.is_of(data_set) && it.tells(told, !is_whole);
        let mut candidates: Vec<Rollup> = Rollup::ALL.into_iter().filter(tells).collect();
        // Where two have as many cells, the order of `ALL` decides.
        candidates.sort_by_cached_key(|&it| self.cells_of(it, month));
        for rollup in candidates {
            let Some(table) = month.table(rollup, cells_max, self.dictionaries)? else {
                continue;
            };
            let cells = table.cells(self.measures, &segments)?;
            if let Some(cells) = cells {
                return Ok(Some((table, cells)));
            }
        }
        Ok(None)
    }

    /// How many cells a roll-up of a month has or, where it was not made yet, has at the most.
    fn cells_of(&self, rollup: Rollup, month: &Month) -> u64 {
        if let Some(table) = month.made_table(rollup) {
            return table.len() as u64;
        }
        let members = |&dimension: &Dimension| match dimension == dimension.stored() {
            true => {
                let largest = self.summary.and_then(|it| it.largest(dimension));
                largest.unwrap_or(0) + 1
            }
            false => self.dictionaries.len(dimension).into(),
        };
        let combinations = rollup.dimensions().iter().map(members);
        let days = match (rollup.has_days(), month.days()) {
            (true, Some(days)) => days.days() as u64,
            _ => 1,
        };
        combinations.fold(days, u64::saturating_mul)
    }

    pub(super) fn read_rollup(
        &self,
        rollup: &Table,
        cells: Vec<&Cells>,
        whole: Option<u64>,
        table: &mut GroupTable,
        scratch: &mut Scratch,
    ) -> u64 {
        let strides = (0..).map(|at| self.radix.stride(at));
        let row_keys = self.keys.iter().zip(strides).filter_map(|(key, stride)| {
            let (values, parents) = match (rollup.codes(key.dimension), &key.source) {
                (Some(values), _) => (values, None),
                // Categories of products.
                (None, KeySource::Parent(parents)) => {
                    (rollup.codes(key.stored)?, Some(&parents[..]))
                }
                _ => return None,
            };
            Some(RowKey {
                values,
                parents,
                stride,
            })
        });
        // What the roll-up knows by its parents only, it tests by the members that belong to them.
        let filters = self.conditions.named.iter().filter_map(|(&it, set)| {
            let of_members = || {
                let (own, set) = self.conditions.codes.get_key_value(&it.stored())?;
                Some((rollup.codes(*own)?, set))
            };
            let own = rollup.codes(it).map(|codes| (codes, set));
            own.or_else(of_members)
        });
        let source = Source {
            base: 0,
            row_keys: row_keys.collect(),
            filters: filters.collect(),
            rows: rollup.rows(),
            inputs: cells.into_iter().map(|it| Some(Input::Cells(it))).collect(),
            customers: None,
        };
        let spans = match whole {
            Some(key) => vec![Span {
                rows: 0..rollup.len(),
                key,
                day: 0,
            }],
            None => self.spans(rollup.days()),
        };
        self.add(&source, &spans, table, scratch)
    }

    /// Reads a roll-up in the place of segments that are not here: its smallest table that can answer.
    pub(super) fn read_stand_in(
        &self,
        stand_in: &StandIn,
        told: &[Dimension],
        pass: &mut Pass,
    ) -> Result<(), QueryError> {
        let file = &stand_in.file;
        let days = file.days().intersect(self.range);
        let is_asked = days.is_some_and(|days| self.days_of(days).contains(&true));
        let channels = self.conditions.codes.get(&Dimension::Channel);
        if !is_asked || channels.is_some_and(|set| !set.contains(file.channel())) {
            pass.effort.skipped += file.sources().len();
            return Ok(());
        }
        let whole = self.single_key(file.days());
        let is_current = |table: &&KeptTable| {
            table.dimension() != Some(Dimension::Category)
                || stand_in.has_categories(self.dictionaries)
        };
        let mut tables = file.tables().iter();
        let table = tables.find(|it| it.tells(told, whole.is_none()) && is_current(it));
        let found = table.filter(|_| self.first_days.is_none());
        let cells = found.and_then(|it| Some((it, it.cells(file.data_set(), self.measures)?)));
        let Some((table, cells)) = cells else {
            let (data_set, month) = (file.data_set(), file.month());
            return Err(QueryError::LinesNotHere { data_set, month });
        };
        let source = self.source_of(table, cells, file.channel());
        let spans = match whole {
            Some(key) => vec![Span {
                rows: 0..table.len(),
                key,
                day: 0,
            }],
            None => self.spans(&table.days),
        };
        pass.effort.segments += file.sources().len();
        *pass.effort.rollups.entry(table.rollup()).or_insert(0) += 1;
        pass.effort.cells += self.add(&source, &spans, &mut pass.table, &mut pass.scratch);
        Ok(())
    }

    /// The columns of a table, all of whose facts are of one channel.
    fn source_of<'s>(
        &'s self,
        table: &'s KeptTable,
        cells: Vec<&'s Cells>,
        channel: u32,
    ) -> Source<'s> {
        let mut source = Source {
            base: 0,
            row_keys: Vec::new(),
            filters: Vec::new(),
            rows: &table.rows,
            inputs: cells.into_iter().map(|it| Some(Input::Cells(it))).collect(),
            customers: None,
        };
        for (at, key) in self.keys.iter().enumerate() {
            let stride = self.radix.stride(at);
            let parents = match &key.source {
                KeySource::Days(_) | KeySource::Ages(_) => continue,
                _ if key.dimension == Dimension::Channel => {
                    source.base += u64::from(channel) * stride;
                    continue;
                }
                // Categories of products; sums by category have them already.
                KeySource::Parent(parents) if table.dimension() == Some(key.stored) => {
                    Some(&parents[..])
                }
                _ => None,
            };
            source.row_keys.push(RowKey {
                values: table.codes(),
                parents,
                stride,
            });
        }
        // Of sums by product, the products are tested; of those by category, the categories.
        let tested = match table.dimension() {
            Some(dimension) if dimension == dimension.stored() => &self.conditions.codes,
            _ => &self.conditions.named,
        };
        let filters = tested.iter().filter(|(it, _)| **it != Dimension::Channel);
        source.filters = filters.map(|(_, set)| (table.codes(), set)).collect();
        source
    }
}
