//! Which roll-up of a month a question is answered from, and reading it.

use model::schema::Dimension;

use super::{Scan, Scratch, Source, Span};
use crate::error::QueryError;
use crate::groups::GroupTable;
use crate::kernels::{Input, RowKey};
use crate::keys::{Key, KeySource};
use crate::month::Month;
use crate::rollup::{Cells, Rollup, RollupUse, Table};

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
        for rollup in Rollup::ALL {
            if !rollup.is_of(data_set) || !rollup.tells(told, !is_whole) {
                continue;
            }
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
            let values = rollup.codes(key.dimension)?;
            Some(RowKey {
                values,
                parents: None,
                stride,
            })
        });
        let tested = self.conditions.named.iter();
        let source = Source {
            base: 0,
            row_keys: row_keys.collect(),
            filters: tested
                .filter_map(|(&it, set)| Some((rollup.codes(it)?, set)))
                .collect(),
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
}
