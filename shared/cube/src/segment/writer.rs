//! From facts to the bytes of a segment.

use std::collections::BTreeMap;

use kernel::Date;
use model::schema::{DataSet, Dimension, Measure};

use super::encoding::{self, Encoding};
use super::header::{self, ColumnEntry, Header};
use super::predicted;
use super::{MEASURE_ABS_MAX, ROWS_MAX, WriteError};
use crate::columns::column_ids;
use crate::fact::FactRow;

/// Collects the facts of one data set, month and channel and encodes them.
///
/// The order in which facts are pushed does not matter: the same facts give the same bytes, and so
/// the same content address.
#[derive(Clone, Debug)]
pub struct SegmentWriter {
    data_set: DataSet,
    month: Date,
    channel: u32,
    rows: Vec<FactRow>,
}

impl SegmentWriter {
    /// A writer for the month that holds the day `month`; `channel` is 0 where the data set has no
    /// channels.
    pub fn new(data_set: DataSet, month: Date, channel: u32) -> Self {
        SegmentWriter {
            data_set,
            month: month.first_of_month(),
            channel,
            rows: Vec::new(),
        }
    }

    /// The data set whose facts it takes.
    pub const fn data_set(&self) -> DataSet {
        self.data_set
    }

    /// Number of facts taken so far.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether no fact was taken yet.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Takes a fact; a fact that is refused leaves the writer as it was.
    pub fn push(&mut self, row: &FactRow) -> Result<(), WriteError> {
        let data_set = self.data_set;
        let (dimensions, measures) = (data_set.dimensions(), data_set.measures());
        if row.codes.len() != dimensions.len() || row.measures.len() != measures.len() {
            return Err(WriteError::Shape {
                data_set,
                expected_codes: dimensions.len(),
                expected_measures: measures.len(),
                codes: row.codes.len(),
                measures: row.measures.len(),
            });
        }
        for (&dimension, &code) in dimensions.iter().zip(&row.codes) {
            match dimension {
                Dimension::Day if self.offset_of(code).is_none() => {
                    return Err(WriteError::OtherMonth {
                        month: self.month,
                        day: code,
                    });
                }
                Dimension::Channel if code != self.channel => {
                    return Err(WriteError::OtherChannel {
                        expected: self.channel,
                        found: code,
                    });
                }
                _ => {}
            }
        }
        if row.measures.first().is_none_or(|rows| rows.is_none()) {
            return Err(WriteError::NoRows);
        }
        let too_large = |value: &i64| value.unsigned_abs() > MEASURE_ABS_MAX.unsigned_abs();
        if let Some(value) = row.measures.iter().flatten().copied().find(too_large) {
            return Err(WriteError::TooLarge { value });
        }
        if self.rows.len() >= ROWS_MAX as usize {
            return Err(WriteError::Full);
        }
        self.rows.push(row.clone());
        Ok(())
    }

    /// Days since the first of the month, where the day lies in it.
    fn offset_of(&self, day: u32) -> Option<u32> {
        let offset = day.checked_sub(u32::try_from(self.month.days()).ok()?)?;
        (offset < u32::from(self.month.last_of_month().day_of_month())).then_some(offset)
    }

    /// Takes the values of measures out of all facts taken so far, as if they were not known. What is encoded
    /// afterwards depends on them in no way, the order of rows included.
    pub fn hide(&mut self, measures: &[Measure]) {
        let columns = self.data_set.measures().iter().enumerate();
        let hidden = columns.filter(|(_, measure)| measures.contains(measure));
        // The number of rows is what makes a fact.
        let hidden: Vec<usize> = hidden.map(|(at, _)| at).filter(|at| *at > 0).collect();
        for row in &mut self.rows {
            for at in &hidden {
                if let Some(value) = row.measures.get_mut(*at) {
                    *value = None;
                }
            }
        }
    }

    /// The segment's bytes. A writer without facts gives a valid segment of no rows.
    pub fn finish(mut self) -> Vec<u8> {
        self.encode()
    }

    /// The same of what was taken so far; more can follow.
    pub fn encode(&mut self) -> Vec<u8> {
        // By day first, so that a range of days is a range of rows; then by order, whose codes grow
        // with time and so have small differences, or else by the codes as they come.
        let order = self
            .data_set
            .dimensions()
            .iter()
            .position(|&it| it == Dimension::Order);
        self.rows.sort_unstable_by(|a, b| {
            let key = |row: &FactRow| {
                (
                    row.codes.first().copied(),
                    order.and_then(|order| row.codes.get(order).copied()),
                )
            };
            key(a).cmp(&key(b)).then_with(|| a.cmp(b))
        });
        let dimensions = self.data_set.dimensions().len();
        let mut entries = Vec::new();
        let mut data = Vec::new();
        let mut earlier = BTreeMap::new();
        for (column, id) in column_ids(self.data_set).enumerate() {
            let values: Vec<Option<i64>> = self
                .rows
                .iter()
                .map(|row| match column.checked_sub(dimensions) {
                    None => row.codes.get(column).map(|&code| i64::from(code)),
                    Some(measure) => row.measures.get(measure).copied().flatten(),
                })
                .collect();
            let (entry, bytes) = column_bytes(id, &values, &mut earlier);
            entries.push(entry);
            data.extend(bytes);
        }
        let day_of = |row: Option<&FactRow>| {
            let day = row
                .and_then(|row| row.codes.first())
                .copied()
                .unwrap_or(self.month.days() as u32);
            Date::from_days(day as i32).unwrap_or(self.month)
        };
        let header = Header {
            data_set: self.data_set,
            month: self.month,
            channel: self.channel,
            rows: self.rows.len() as u32,
            first_day: day_of(self.rows.first()),
            last_day: day_of(self.rows.last()),
        };
        let mut out = header::write(&header, &entries);
        out.extend(data);
        out
    }
}

/// Encodes one column: a null bitmap where some values are null, then the values, where a null's
/// place is filled by the least value. Columns that others are predicted from are left in `earlier`.
fn column_bytes(
    id: u8,
    values: &[Option<i64>],
    earlier: &mut BTreeMap<u8, Vec<i64>>,
) -> (ColumnEntry, Vec<u8>) {
    let known = || values.iter().flatten().copied();
    let (min, max) = (known().min().unwrap_or(0), known().max().unwrap_or(0));
    let nulls = values.iter().filter(|value| value.is_none()).count();
    let mut bytes = Vec::new();
    if nulls > 0 && nulls < values.len() {
        bytes.resize(values.len().div_ceil(8), 0);
        for (row, _) in values
            .iter()
            .enumerate()
            .filter(|(_, value)| value.is_none())
        {
            if let Some(byte) = bytes.get_mut(row / 8) {
                *byte |= 1 << (row % 8);
            }
        }
    }
    let filled: Vec<i64> = values.iter().map(|value| value.unwrap_or(min)).collect();
    let (encoding, encoded) = match id {
        // The day column is read as runs by every query.
        DAY if min != max => (Encoding::Runs, encoding::runs(&filled)),
        _ => {
            let plain = encoding::encode(&filled);
            match predicted::encode(id, &filled, earlier) {
                Some(bytes) if bytes.len() < plain.1.len() => (Encoding::Predicted, bytes),
                _ => plain,
            }
        }
    };
    if predicted::is_base(id) {
        earlier.insert(id, filled);
    }
    bytes.extend(encoded);
    let entry = ColumnEntry {
        id,
        encoding,
        nulls: nulls as u32,
        length: bytes.len() as u32,
        min,
        max,
        sum: known().map(i128::from).sum(),
        checksum: crc32fast::hash(&bytes),
    };
    (entry, bytes)
}

const DAY: u8 = crate::columns::dimension_id(Dimension::Day);
