//! One pass over the months of a data set: facts that meet the conditions, summed by group.
//!
//! What need not be read is not read: months and segments outside the range or without an accepted code
//! are skipped, a segment that belongs to one group as a whole is answered from its directory, a month
//! from the smallest roll-up that tells apart what the question does, and only columns that are named
//! are decoded.

mod directory;
mod rollups;

use std::collections::BTreeMap;
use std::ops::Range;

use kernel::DateRange;
use model::schema::{Dimension, Measure};

use crate::conditions::{CodeSet, Conditions};
use crate::error::QueryError;
use crate::groups::{FirstDays, GroupTable, Groups};
use crate::kernels::{Input, RowKey, Target, add, number_of, pick, place_rows};
use crate::keys::{Key, KeySource, Radix};
use crate::members::Dictionaries;
use crate::month::Month;
use crate::rollup::{Rollup, RollupUse};
use crate::segment::{Bounds, Column, DayRun, Segment, Values};
use crate::summary::{Summary, sum_bound};

/// Rows handled at a time, so that their places stay in the first-level cache.
const CHUNK_ROWS: usize = 4_096;

/// What to read and how to group it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) range: DateRange,
    pub(crate) conditions: &'a Conditions,
    pub(crate) keys: &'a [&'a Key],
    pub(crate) radix: &'a Radix,
    pub(crate) measures: &'a [Measure],
    /// Where given: only facts on the first day of their customer, by customer code.
    pub(crate) first_days: Option<&'a FirstDays>,
    /// What all segments of the data set say together.
    pub(crate) summary: Option<&'a Summary>,
    pub(crate) rollups: RollupUse,
    pub(crate) dictionaries: &'a Dictionaries,
}

/// What a pass has read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) segments: usize,
    pub(crate) skipped: usize,
    pub(crate) rows: u64,
    pub(crate) cells: u64,
    pub(crate) rollups: BTreeMap<Rollup, usize>,
}

impl Effort {
    /// Takes in another pass over the same months.
    pub(crate) fn join(&mut self, other: Effort) {
        self.segments = self.segments.max(other.segments);
        self.skipped = self.skipped.max(other.skipped);
        self.rows += other.rows;
        self.cells += other.cells;
        for (rollup, months) in other.rollups {
            *self.rollups.entry(rollup).or_insert(0) += months;
        }
    }
}

/// Rows of a segment, or cells of a roll-up, that share the numbers of their day.
struct Span {
    rows: Range<usize>,
    key: u64,
    day: i32,
}

/// Columns to add up: of a segment or of a roll-up.
struct Source<'s> {
    /// The part of the key that is the same for all rows.
    base: u64,
    row_keys: Vec<RowKey<'s>>,
    filters: Vec<(&'s Values, &'s CodeSet)>,
    rows: &'s Values,
    inputs: Vec<Option<Input<'s>>>,
    customers: Option<(&'s FirstDays, &'s Column)>,
}

impl Scan<'_> {
    /// Reads the months, all of one data set that has every column asked for.
    pub(crate) fn run<'s>(
        &'s self,
        months: impl Iterator<Item = &'s Month> + Clone,
    ) -> Result<(Groups, Effort), QueryError> {
        let segments = || months.clone().flat_map(Month::segments);
        for &measure in self.measures {
            let stand_ins = months.clone().flat_map(Month::standing_in);
            let stand_ins = stand_ins.map(|it| it.file.bound(measure));
            require_sums(measure, self.range, self.summary, segments(), stand_ins)?;
        }
        let facts = match self.summary {
            Some(summary) => summary.rows() as usize,
            None => segments().map(|segment| segment.rows() as usize).sum(),
        };
        let mut pass = self.pass(facts);
        let told = self.told_dimensions();
        for month in months {
            let Some(extent) = month.days().filter(|it| it.intersect(self.range).is_some()) else {
                pass.effort.skipped += month.segments().count();
                continue;
            };
            let whole = self.single_key(extent);
            match self.rollup(month, &told, whole.is_some())? {
                Some((rollup, cells)) => {
                    month
                        .loose()
                        .try_for_each(|it| pass.read(self, it, whole))?;
                    pass.effort.segments += month.rolled().len();
                    *pass.effort.rollups.entry(rollup.rollup()).or_insert(0) += 1;
                    let Pass {
                        table,
                        scratch,
                        effort,
                    } = &mut pass;
                    effort.cells += self.read_rollup(rollup, cells, whole, table, scratch);
                }
                None => month
                    .segments()
                    .try_for_each(|it| pass.read(self, it, whole))?,
            }
            for stand_in in month.standing_in() {
                self.read_stand_in(stand_in, &told, &mut pass)?;
            }
        }
        Ok((pass.table.into_groups(), pass.effort))
    }

    /// Reads segments, all of one data set that has every column asked for.
    pub(crate) fn run_segments(
        &self,
        segments: &[&Segment],
    ) -> Result<(Groups, Effort), QueryError> {
        let mut pass = self.pass(segments.iter().map(|segment| segment.rows() as usize).sum());
        segments
            .iter()
            .try_for_each(|segment| pass.read(self, segment, None))?;
        Ok((pass.table.into_groups(), pass.effort))
    }

    fn pass(&self, facts: usize) -> Pass {
        Pass {
            table: GroupTable::new(self.radix.space(), self.measures.len(), facts),
            scratch: Scratch::default(),
            effort: Effort::default(),
        }
    }

    /// The conditions that have to be tested row by row; `None` where no row can meet them.
    fn filters_of<'s>(
        &'s self,
        segment: &'s Segment,
    ) -> Result<Option<Vec<(&'s Values, &'s CodeSet)>>, QueryError> {
        let Some(days) = segment.days().intersect(self.range) else {
            return Ok(None);
        };
        if segment.rows() == 0 || !self.days_of(days).contains(&true) {
            return Ok(None);
        }
        let mut filters = Vec::new();
        for (&dimension, set) in &self.conditions.codes {
            let Some(Bounds { min, max, .. }) = segment.dimension_bounds(dimension) else {
                return Ok(None);
            };
            match set.any_and_all(min as u32, max as u32) {
                (false, _) => return Ok(None),
                (_, true) => {}
                _ => match segment.dimension(dimension) {
                    Some(column) => filters.push((&column?.values, set)),
                    None => return Ok(None),
                },
            }
        }
        Ok(Some(filters))
    }

    /// Which days of a part of the range are accepted.
    fn days_of(&self, days: DateRange) -> &[bool] {
        let start = days.from().days_since(self.range.from()) as usize;
        self.conditions
            .days
            .get(start..start + days.days() as usize)
            .unwrap_or_default()
    }

    fn read<'s>(
        &'s self,
        segment: &'s Segment,
        filters: Vec<(&'s Values, &'s CodeSet)>,
        whole: Option<u64>,
        table: &mut GroupTable,
        scratch: &mut Scratch,
    ) -> Result<u64, QueryError> {
        let (base, row_keys) = self.row_keys_of(segment)?;
        let rows = 0..segment.rows() as usize;
        let spans = match whole.or_else(|| self.single_key(segment.days())) {
            Some(key) if self.first_days.is_none() => {
                let is_whole = filters.is_empty() && row_keys.is_empty();
                if is_whole && self.add_directory(segment, base + key, table) {
                    return Ok(0);
                }
                let day = segment.days().from().days();
                vec![Span { rows, key, day }]
            }
            _ => self.spans(segment.day_runs()?),
        };
        let rows = match segment.measure(Measure::Rows) {
            Some(column) => &column?.values,
            None => return Ok(0),
        };
        let input = |&measure: &Measure| match segment.measure(measure) {
            Some(column) => Ok(Some(Input::Column(column?, rows))),
            None => Ok(None),
        };
        let inputs = self.measures.iter().map(input);
        let customers = match (self.first_days, segment.dimension(Dimension::Customer)) {
            (Some(first_days), Some(column)) => Some((first_days, column?)),
            _ => None,
        };
        let source = Source {
            base,
            row_keys,
            filters,
            rows,
            inputs: inputs.collect::<Result<_, QueryError>>()?,
            customers,
        };
        Ok(self.add(&source, &spans, table, scratch))
    }

    /// Adds spans of a source to their groups; gives how many rows were read.
    fn add(
        &self,
        source: &Source<'_>,
        spans: &[Span],
        table: &mut GroupTable,
        scratch: &mut Scratch,
    ) -> u64 {
        let mut read = 0;
        for span in spans {
            let mut start = span.rows.start;
            while start < span.rows.end {
                let end = (start + CHUNK_ROWS).min(span.rows.end);
                let chunk = start..end;
                read += chunk.len() as u64;
                start = end;
                let filters = &source.filters;
                let picked = pick(
                    &mut scratch.rows,
                    chunk,
                    span.day,
                    filters,
                    source.customers,
                );
                if picked.len() == 0 {
                    continue;
                }
                let base = source.base + span.key;
                let places = &mut scratch.places;
                let target = if source.row_keys.is_empty() {
                    Target::One(table.place(base) as usize)
                } else {
                    place_rows(
                        base,
                        &source.row_keys,
                        &picked,
                        table,
                        &mut scratch.keys,
                        places,
                    )
                };
                table.fit();
                add(source.rows, &picked, target, &mut table.rows);
                for (measure, input) in source.inputs.iter().enumerate() {
                    if let Some(input) = input {
                        input.add(&picked, target, measure, table);
                    }
                }
            }
        }
        read
    }

    /// The part of the key that is the same for all rows, and the dimensions that differ.
    fn row_keys_of<'s>(
        &'s self,
        segment: &'s Segment,
    ) -> Result<(u64, Vec<RowKey<'s>>), QueryError> {
        let mut base = 0;
        let mut row_keys = Vec::new();
        for (at, key) in self.keys.iter().enumerate() {
            let parents = match &key.source {
                KeySource::Days(_) | KeySource::Ages(_) => continue,
                KeySource::Code => None,
                KeySource::Parent(parents) => Some(&parents[..]),
            };
            let stride = self.radix.stride(at);
            match segment.dimension_bounds(key.stored) {
                Some(bounds) if bounds.min == bounds.max => {
                    base += number_of(bounds.min, parents) * stride;
                }
                Some(_) => {
                    if let Some(column) = segment.dimension(key.stored) {
                        row_keys.push(RowKey {
                            values: &column?.values,
                            parents,
                            stride,
                        });
                    }
                }
                None => {}
            }
        }
        Ok((base, row_keys))
    }

    /// The numbers of a day of the range, by its place in the range.
    fn day_key(&self, offset: usize) -> u64 {
        let keys = self.keys.iter().enumerate();
        keys.map(|(at, key)| match &key.source {
            KeySource::Days(numbers) => {
                u64::from(numbers.get(offset).copied().unwrap_or(0)) * self.radix.stride(at)
            }
            _ => 0,
        })
        .sum()
    }

    fn offset_of(&self, day: i32) -> usize {
        (day - self.range.from().days()) as usize
    }

    /// The numbers that all of some days share, where they do and all are accepted.
    fn single_key(&self, days: DateRange) -> Option<u64> {
        if self.range.intersect(days) != Some(days) || self.days_of(days).contains(&false) {
            return None;
        }
        let first = self.offset_of(days.from().days());
        let mut keys = (first..first + days.days() as usize).map(|offset| self.day_key(offset));
        let key = keys.next()?;
        keys.all(|other| other == key).then_some(key)
    }

    /// The accepted rows, cut where the numbers of the day change. Neighbours are joined.
    fn spans(&self, runs: &[DayRun]) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        for run in runs {
            if run.day < self.range.from().days() || run.day > self.range.to().days() {
                continue;
            }
            let offset = self.offset_of(run.day);
            if !self.conditions.days.get(offset).copied().unwrap_or(false) {
                continue;
            }
            let (key, rows) = (self.day_key(offset), run.start as usize..run.end as usize);
            match spans.last_mut() {
                Some(last)
                    if last.key == key
                        && last.rows.end == rows.start
                        && self.first_days.is_none() =>
                {
                    last.rows.end = rows.end;
                }
                _ => spans.push(Span {
                    rows,
                    key,
                    day: run.day,
                }),
            }
        }
        spans
    }
}

/// What a pass has found so far.
struct Pass {
    table: GroupTable,
    scratch: Scratch,
    effort: Effort,
}

impl Pass {
    /// Reads a segment. `whole` is the part of the key that all its days share, where that is known.
    fn read(
        &mut self,
        scan: &Scan<'_>,
        segment: &Segment,
        whole: Option<u64>,
    ) -> Result<(), QueryError> {
        match scan.filters_of(segment)? {
            Some(filters) => {
                let (table, scratch) = (&mut self.table, &mut self.scratch);
                self.effort.segments += 1;
                self.effort.rows += scan.read(segment, filters, whole, table, scratch)?;
            }
            None => self.effort.skipped += 1,
        }
        Ok(())
    }
}

/// Arrays that are used again for each chunk.
#[derive(Default)]
struct Scratch {
    rows: Vec<u32>,
    keys: Vec<u64>,
    places: Vec<u32>,
}

/// Refuses a measure whose sum over a range could overflow.
pub(crate) fn require_sums<'s>(
    measure: Measure,
    range: DateRange,
    summary: Option<&Summary>,
    segments: impl Iterator<Item = &'s Segment>,
    stand_ins: impl Iterator<Item = i128>,
) -> Result<(), QueryError> {
    if summary.is_some_and(|summary| summary.sums_fit(measure)) {
        return Ok(());
    }
    let is_in_range = |it: &&Segment| it.days().intersect(range).is_some();
    let bounds = segments.filter(is_in_range);
    let bounds = bounds.map(|segment| sum_bound(segment, measure));
    match fits(bounds.chain(stand_ins)) {
        true => Ok(()),
        false => Err(QueryError::TooLarge(measure)),
    }
}

fn fits(bounds: impl Iterator<Item = i128>) -> bool {
    bounds.fold(0, i128::saturating_add) <= i128::from(i64::MAX)
}

/// Whether a measure can be added up in 64 bits, whatever is filtered: what the directories say.
pub(crate) fn sums_fit<'s>(measure: Measure, segments: impl Iterator<Item = &'s Segment>) -> bool {
    fits(segments.map(|segment| sum_bound(segment, measure)))
}
