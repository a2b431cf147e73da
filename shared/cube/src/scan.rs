//! One pass over the segments of a data set: facts that meet the conditions, summed by group.
//!
//! What need not be read is not read: segments outside the range or without an accepted code are
//! skipped, a segment that belongs to one group as a whole is answered from its directory, and only
//! columns that are named are decoded.

use std::ops::Range;

use kernel::DateRange;
use model::schema::{Dimension, Measure};

use crate::conditions::{CodeSet, Conditions};
use crate::error::QueryError;
use crate::groups::{FirstDays, GroupTable, Groups};
use crate::kernels::{RowKey, Target, add, add_column, number_of, pick, place_rows};
use crate::keys::{Key, KeySource, Radix};
use crate::segment::{Bounds, Column, Segment};

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
}

/// What a pass has read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    pub(crate) segments: usize,
    pub(crate) skipped: usize,
    pub(crate) rows: u64,
}

/// Rows of a segment that share the numbers of their day.
struct Span {
    rows: Range<usize>,
    key: u64,
    day: i32,
}

impl Scan<'_> {
    /// Reads the segments, all of one data set that has every column asked for.
    pub(crate) fn run<'s>(
        &self,
        segments: impl Iterator<Item = &'s Segment> + Clone,
    ) -> Result<(Groups, Effort), QueryError> {
        self.check_sums_fit(segments.clone())?;
        let facts: usize = segments
            .clone()
            .map(|segment| segment.rows() as usize)
            .sum();
        let mut table = GroupTable::new(self.radix.space(), self.measures.len(), facts);
        let mut effort = Effort::default();
        let mut scratch = Scratch::default();
        for segment in segments {
            match self.filters_of(segment)? {
                Some(filters) => {
                    effort.segments += 1;
                    effort.rows += self.read(segment, &filters, &mut table, &mut scratch)?;
                }
                None => effort.skipped += 1,
            }
        }
        Ok((table.into_groups(), effort))
    }

    /// Sums of 64 bits must not overflow, whatever is filtered: holds the directories against that.
    fn check_sums_fit<'s>(
        &self,
        segments: impl Iterator<Item = &'s Segment> + Clone,
    ) -> Result<(), QueryError> {
        for &measure in self.measures {
            let largest = |segment: &Segment| {
                segment.days().intersect(self.range)?;
                let bounds = segment.measure_bounds(measure)?;
                let product = i128::from(bounds.min.unsigned_abs().max(bounds.max.unsigned_abs()))
                    * i128::from(segment.rows());
                // Without negative values no partial sum is larger than the whole one.
                Some(if bounds.min >= 0 { bounds.sum } else { product })
            };
            let totals = segments.clone().filter_map(largest);
            let total = totals.fold(0, i128::saturating_add);
            if total > i128::from(i64::MAX) {
                return Err(QueryError::TooLarge(measure));
            }
        }
        Ok(())
    }

    /// The conditions that have to be tested row by row; `None` where no row can meet them.
    fn filters_of<'s>(
        &self,
        segment: &'s Segment,
    ) -> Result<Option<Vec<(&'s Column, &CodeSet)>>, QueryError> {
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
                    Some(column) => filters.push((column?, set)),
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

    fn read(
        &self,
        segment: &Segment,
        filters: &[(&Column, &CodeSet)],
        table: &mut GroupTable,
        scratch: &mut Scratch,
    ) -> Result<u64, QueryError> {
        let (base, row_keys) = self.row_keys_of(segment)?;
        let spans = self.spans_of(segment)?;
        let is_whole = filters.is_empty() && row_keys.is_empty() && self.first_days.is_none();
        if let ([span], true) = (spans.as_slice(), is_whole)
            && span.rows.len() == segment.rows() as usize
            && self.add_directory(segment, base + span.key, table)
        {
            return Ok(0);
        }
        let rows_values = match segment.measure(Measure::Rows) {
            Some(column) => &column?.values,
            None => return Ok(0),
        };
        let columns = self
            .measures
            .iter()
            .map(|&measure| segment.measure(measure).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        let customers = match (self.first_days, segment.dimension(Dimension::Customer)) {
            (Some(first_days), Some(column)) => Some((first_days, column?)),
            _ => None,
        };
        let mut read = 0;
        for span in &spans {
            let mut start = span.rows.start;
            while start < span.rows.end {
                let end = (start + CHUNK_ROWS).min(span.rows.end);
                let chunk = start..end;
                read += chunk.len() as u64;
                start = end;
                let picked = pick(&mut scratch.rows, chunk, span.day, filters, customers);
                if picked.len() == 0 {
                    continue;
                }
                let target = if row_keys.is_empty() {
                    Target::One(table.place(base + span.key) as usize)
                } else {
                    place_rows(
                        base + span.key,
                        &row_keys,
                        &picked,
                        table,
                        &mut scratch.keys,
                        &mut scratch.places,
                    )
                };
                table.fit();
                add(rows_values, &picked, target, &mut table.rows);
                for (measure, column) in columns.iter().enumerate() {
                    if let Some(column) = column {
                        add_column(column, rows_values, &picked, target, measure, table);
                    }
                }
            }
        }
        Ok(read)
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
                KeySource::Days(_) => continue,
                KeySource::Code => None,
                KeySource::Parent(parents) => Some(parents.as_slice()),
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

    /// The accepted rows, cut where the numbers of the day change. Neighbours are joined.
    fn spans_of(&self, segment: &Segment) -> Result<Vec<Span>, QueryError> {
        let key_of = |offset: usize| -> u64 {
            let keys = self.keys.iter().enumerate();
            keys.map(|(at, key)| match &key.source {
                KeySource::Days(numbers) => {
                    u64::from(numbers.get(offset).copied().unwrap_or(0)) * self.radix.stride(at)
                }
                _ => 0,
            })
            .sum()
        };
        let days = segment.days();
        let offset_of = |day: i32| (day - self.range.from().days()) as usize;
        if self.range.intersect(days) == Some(days) && self.first_days.is_none() {
            let first = offset_of(days.from().days());
            let mut keys = (first..first + days.days() as usize).map(key_of);
            let key = keys.next().unwrap_or(0);
            if !self.days_of(days).contains(&false) && keys.all(|other| other == key) {
                let rows = 0..segment.rows() as usize;
                return Ok(vec![Span {
                    rows,
                    key,
                    day: days.from().days(),
                }]);
            }
        }
        let mut spans: Vec<Span> = Vec::new();
        for run in segment.day_runs()? {
            if run.day < self.range.from().days() || run.day > self.range.to().days() {
                continue;
            }
            let offset = offset_of(run.day);
            if !self.conditions.days.get(offset).copied().unwrap_or(false) {
                continue;
            }
            let (key, rows) = (key_of(offset), run.start as usize..run.end as usize);
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
        Ok(spans)
    }

    /// Adds a whole segment to one group from its directory; `false` where that does not say enough.
    fn add_directory(&self, segment: &Segment, key: u64, table: &mut GroupTable) -> bool {
        let Some(rows) = segment.measure_bounds(Measure::Rows) else {
            return false;
        };
        let mut found = Vec::with_capacity(self.measures.len());
        for &measure in self.measures {
            let Some(bounds) = segment.measure_bounds(measure) else {
                return false;
            };
            // How often unknown values were retracted the directory does not say.
            if bounds.nulls > 0 && bounds.nulls < segment.rows() && rows.min != rows.max {
                return false;
            }
            let unknown = match bounds.nulls {
                nulls if nulls == segment.rows() => rows.sum,
                nulls => i128::from(nulls) * i128::from(rows.min),
            };
            let (Ok(sum), Ok(unknown)) = (i64::try_from(bounds.sum), i64::try_from(unknown)) else {
                return false;
            };
            found.push((sum, unknown));
        }
        let place = table.place(key) as usize;
        table.fit();
        let add_to = |sums: Option<&mut Vec<i64>>, value: i64| {
            if let Some(into) = sums.and_then(|sums| sums.get_mut(place)) {
                *into += value;
            }
        };
        add_to(Some(&mut table.rows), i64::try_from(rows.sum).unwrap_or(0));
        for (measure, (sum, unknown)) in found.into_iter().enumerate() {
            add_to(table.sums.get_mut(measure), sum);
            if unknown != 0 {
                add_to(table.unknown_of(measure), unknown);
            }
        }
        true
    }
}

/// Arrays that are used again for each chunk.
#[derive(Default)]
struct Scratch {
    rows: Vec<u32>,
    keys: Vec<u64>,
    places: Vec<u32>,
}
