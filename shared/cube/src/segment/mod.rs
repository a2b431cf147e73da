//! Segments: the immutable columnar files that facts are kept and sent in (`docs/data-format.md`).
//!
//! [`SegmentWriter`] makes one, [`Segment::open`] reads one. Opening checks the header, the
//! directory and all lengths, and decodes nothing; a column's checksum is verified and its values are
//! decoded when a query first touches it.
//!
//! Out of scope: which segments exist (`sync`) and questions over them (`Cube`).

mod bits;
mod encoding;
mod error;
mod header;
mod plain;
mod predicted;
mod values;
mod writer;

use std::sync::{Arc, OnceLock};

use kernel::{Date, DateRange};
use model::schema::{DataSet, Dimension, Measure};

pub use error::{SegmentError, WriteError};
pub(crate) use plain::{put_values, take_values};
pub(crate) use values::{Column, Nulls, Values};
pub use writer::SegmentWriter;

use crate::columns::{dimension_id, measure_id};
use crate::fact::FactRow;
use encoding::{Encoding, Sink};
use header::{ColumnEntry, Header};

/// The version of the format that is written, and the newest that is read.
pub const VERSION: u8 = 1;
/// The most rows of a segment.
pub const ROWS_MAX: u32 = 1 << 22;
/// The largest magnitude of a measure: what a double holds exactly.
pub const MEASURE_ABS_MAX: i64 = 1 << 53;

/// An open segment.
///
/// ```
/// use cube::{FactRow, Segment, SegmentWriter};
/// use kernel::Date;
/// use model::schema::DataSet;
/// let month = Date::from_ymd(2026, 11, 1)?;
/// let mut writer = SegmentWriter::new(DataSet::Ads, month, 2);
/// let day = month.days() as u32 + 22;
/// let measures = [1, 50_000, 310_000, 9_400, 120, 7].map(Some).to_vec();
/// writer.push(&FactRow { codes: vec![day, 2, 1], measures })?;
/// let segment = Segment::open(writer.finish())?;
/// assert_eq!((segment.rows(), segment.channel()), (1, 2));
/// assert_eq!(segment.days().to_string(), "2026-11-23..2026-11-23");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Segment {
    header: Header,
    entries: Vec<ColumnEntry>,
    /// Where each column's bytes start.
    starts: Vec<usize>,
    bytes: Arc<[u8]>,
    decoded: Vec<OnceLock<Column>>,
    day_runs: OnceLock<Vec<DayRun>>,
}

/// Consecutive rows of one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DayRun {
    /// Days since 1970-01-01.
    pub(crate) day: i32,
    /// First row.
    pub(crate) start: u32,
    /// One past the last row.
    pub(crate) end: u32,
}

/// What the directory says about a column's known values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bounds {
    pub(crate) min: i64,
    pub(crate) max: i64,
    pub(crate) sum: i128,
    pub(crate) nulls: u32,
}

impl Segment {
    /// Opens a segment. Cost: the directory only.
    pub fn open(bytes: impl Into<Arc<[u8]>>) -> Result<Segment, SegmentError> {
        let bytes = bytes.into();
        let (header, entries, data_start) = header::read(&bytes)?;
        let starts = entries
            .iter()
            .scan(data_start, |next, entry| {
                let start = *next;
                *next += entry.length as usize;
                Some(start)
            })
            .collect();
        let decoded = entries.iter().map(|_| OnceLock::new()).collect();
        Ok(Segment {
            header,
            entries,
            starts,
            bytes,
            decoded,
            day_runs: OnceLock::new(),
        })
    }

    /// The data set whose facts these are.
    pub const fn data_set(&self) -> DataSet {
        self.header.data_set
    }

    /// The first day of the month that holds all facts.
    pub const fn month(&self) -> Date {
        self.header.month
    }

    /// The channel's code; 0 where the data set has no channels.
    pub const fn channel(&self) -> u32 {
        self.header.channel
    }

    /// Number of facts, retractions counted as facts of their own.
    pub const fn rows(&self) -> u32 {
        self.header.rows
    }

    /// From the first to the last day with a fact; the month's first day where there is none.
    pub fn days(&self) -> DateRange {
        let (from, to) = (self.header.first_day, self.header.last_day);
        DateRange::new(from, to).unwrap_or(DateRange::day(from))
    }

    /// Size of the segment in bytes, as stored and sent.
    pub fn byte_length(&self) -> usize {
        self.bytes.len()
    }

    /// The segment as stored and sent.
    pub fn bytes(&self) -> &Arc<[u8]> {
        &self.bytes
    }

    /// Bytes that decoded columns, their null bitmaps and the rows of each day take in memory besides
    /// [`Segment::byte_length`].
    pub fn decoded_bytes(&self) -> usize {
        let columns = self.decoded.iter().filter_map(OnceLock::get);
        let runs = self.day_runs.get().map_or(0, Vec::len) * size_of::<DayRun>();
        runs + columns.map(Column::heap_bytes).sum::<usize>()
    }

    /// Bytes of each column on the wire, dimensions first, for reports.
    pub fn column_lengths(&self) -> Vec<usize> {
        self.entries
            .iter()
            .map(|entry| entry.length as usize)
            .collect()
    }

    /// Decodes all facts, in the segment's own order (by day). For rebuilding and for tests; queries
    /// never do this.
    pub fn read_rows(&self) -> Result<Vec<FactRow>, SegmentError> {
        let dimensions = self.header.data_set.dimensions().len();
        let columns = (0..self.entries.len())
            .map(|at| self.column(at))
            .collect::<Result<Vec<_>, _>>()?;
        let (codes, measures) = columns.split_at(dimensions.min(columns.len()));
        let row = |row: usize| FactRow {
            codes: codes
                .iter()
                .map(|column| column.values.get(row) as u32)
                .collect(),
            measures: measures.iter().map(|column| column.get(row)).collect(),
        };
        Ok((0..self.header.rows as usize).map(row).collect())
    }

    fn position(&self, id: u8) -> Option<usize> {
        self.entries.iter().position(|entry| entry.id == id)
    }

    /// The codes of a stored dimension; `None` where the data set lacks it.
    pub(crate) fn dimension(&self, dimension: Dimension) -> Option<Result<&Column, SegmentError>> {
        self.position(dimension_id(dimension))
            .map(|at| self.column(at))
    }

    /// The values of a measure; `None` where the data set lacks it.
    pub(crate) fn measure(&self, measure: Measure) -> Option<Result<&Column, SegmentError>> {
        self.position(measure_id(measure)).map(|at| self.column(at))
    }

    pub(crate) fn dimension_bounds(&self, dimension: Dimension) -> Option<Bounds> {
        self.bounds(dimension_id(dimension))
    }

    pub(crate) fn measure_bounds(&self, measure: Measure) -> Option<Bounds> {
        self.bounds(measure_id(measure))
    }

    fn bounds(&self, id: u8) -> Option<Bounds> {
        let entry = self.entries.get(self.position(id)?)?;
        let &ColumnEntry {
            min,
            max,
            sum,
            nulls,
            ..
        } = entry;
        Some(Bounds {
            min,
            max,
            sum,
            nulls,
        })
    }

    /// The verified bytes of a column.
    fn column_bytes(&self, at: usize) -> Result<(&ColumnEntry, &[u8]), SegmentError> {
        let entry = self.entries.get(at).ok_or(SegmentError::Head("column"))?;
        let start = self.starts.get(at).copied().unwrap_or(usize::MAX);
        let bytes = start
            .checked_add(entry.length as usize)
            .and_then(|end| self.bytes.get(start..end))
            .ok_or(SegmentError::Head("lengths"))?;
        if crc32fast::hash(bytes) != entry.checksum {
            return Err(SegmentError::Column {
                column: entry.id,
                reason: "checksum",
            });
        }
        Ok((entry, bytes))
    }

    fn column(&self, at: usize) -> Result<&Column, SegmentError> {
        let slot = self.decoded.get(at).ok_or(SegmentError::Head("column"))?;
        if let Some(column) = slot.get() {
            return Ok(column);
        }
        let (entry, bytes) = self.column_bytes(at)?;
        let damaged = || SegmentError::Column {
            column: entry.id,
            reason: "values",
        };
        let rows = self.header.rows as usize;
        let (nulls, bytes) = split_nulls(entry, bytes, rows).ok_or_else(damaged)?;
        let bases = match entry.encoding {
            Encoding::Predicted => self.bases(at, bytes)?,
            _ => Vec::new(),
        };
        let values = decode_values(entry, bytes, rows, &bases).ok_or_else(damaged)?;
        let column = Column { values, nulls };
        Ok(slot.get_or_init(|| column))
    }

    /// The columns that a predicted column needs. They come before it, so that this ends.
    fn bases(&self, at: usize, bytes: &[u8]) -> Result<Vec<&Values>, SegmentError> {
        let column = self.entries.get(at).map_or(0, |entry| entry.id);
        let damaged = SegmentError::Column {
            column,
            reason: "prediction",
        };
        let Some(terms) = predicted::terms(bytes) else {
            return Err(damaged);
        };
        let mut bases = Vec::with_capacity(terms.len());
        for term in terms {
            match self.position(term.column).filter(|&base| base < at) {
                Some(base) => bases.push(&self.column(base)?.values),
                None => return Err(damaged),
            }
        }
        Ok(bases)
    }

    /// The rows of each day, days ascending.
    pub(crate) fn day_runs(&self) -> Result<&[DayRun], SegmentError> {
        if let Some(runs) = self.day_runs.get() {
            return Ok(runs);
        }
        let (entry, bytes) = self.column_bytes(0)?;
        let runs = decode_day_runs(entry, bytes, self.header.rows)
            .filter(|runs| {
                let days = self.header.first_day.days()..=self.header.last_day.days();
                runs.iter().all(|run| days.contains(&run.day))
            })
            .ok_or(SegmentError::Column {
                column: entry.id,
                reason: "days",
            })?;
        Ok(self.day_runs.get_or_init(|| runs))
    }
}

fn decode_day_runs(entry: &ColumnEntry, bytes: &[u8], rows: u32) -> Option<Vec<DayRun>> {
    let runs = match entry.encoding {
        _ if rows == 0 => Vec::new(),
        Encoding::Constant => vec![(entry.min, rows as usize)],
        Encoding::Runs => encoding::decode_runs(bytes, rows as usize)?,
        _ => return None,
    };
    let mut out: Vec<DayRun> = Vec::with_capacity(runs.len());
    let mut start = 0;
    for (day, length) in runs {
        let day = i32::try_from(day).ok()?;
        if out.last().is_some_and(|last| last.day >= day) {
            return None;
        }
        let end = start + u32::try_from(length).ok()?;
        out.push(DayRun { day, start, end });
        start = end;
    }
    Some(out)
}

/// Narrows the values and adds them up, to hold them against the directory.
struct Narrow {
    rows: usize,
    min: i64,
    max: i64,
}

impl Sink for Narrow {
    type Made = (Values, i128);
    fn take(self, values: impl Iterator<Item = i64>) -> Option<(Values, i128)> {
        let mut sum = 0_i128;
        let added = values.inspect(|&value| sum += i128::from(value));
        let values = Values::collect(self.rows, self.min, self.max, added)?;
        Some((values, sum))
    }
}

/// Takes the null bitmap off a column's bytes.
fn split_nulls<'b>(entry: &ColumnEntry, bytes: &'b [u8], rows: usize) -> Option<(Nulls, &'b [u8])> {
    Some(match entry.nulls as usize {
        0 => (Nulls::None, bytes),
        nulls if nulls == rows => (Nulls::All, bytes),
        _ => {
            let (bitmap, rest) = bytes.split_at_checked(rows.div_ceil(8))?;
            let set: u32 = bitmap.iter().map(|byte| byte.count_ones()).sum();
            (set == entry.nulls).then_some(())?;
            (Nulls::Some(bitmap.into()), rest)
        }
    })
}

fn decode_values(
    entry: &ColumnEntry,
    bytes: &[u8],
    rows: usize,
    bases: &[&Values],
) -> Option<Values> {
    let narrow = Narrow {
        rows,
        min: entry.min,
        max: entry.max,
    };
    let (values, sum) = match entry.encoding {
        Encoding::Constant => {
            (bytes.is_empty() && entry.min == entry.max).then_some(())?;
            let sum = i128::from(entry.min) * rows as i128;
            (Values::Constant(entry.min), sum)
        }
        Encoding::Predicted => {
            let value = |at: usize, row: usize| bases.get(at).map_or(0, |values| values.get(row));
            predicted::decode(bytes, rows, value, narrow)?
        }
        encoding => encoding::decode(encoding, bytes, rows, narrow)?,
    };
    // Nulls are filled with the least value; the directory's sum leaves them out.
    let filler = i128::from(entry.min) * i128::from(entry.nulls);
    (sum - filler == entry.sum).then_some(values)
}
