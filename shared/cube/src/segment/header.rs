//! The fixed header and the column directory at the front of a segment.

use kernel::Date;
use model::schema::{DataSet, Measure};

use super::encoding::Encoding;
use super::{MEASURE_ABS_MAX, ROWS_MAX, SegmentError, VERSION};
use crate::columns::{column_ids, data_set_from_id, data_set_id, measure_id};
use crate::varint::{Cursor, put, put_signed};

const MAGIC: [u8; 4] = *b"MBIS";
/// Bytes of the fixed part, its checksum included.
const FIXED_LENGTH: usize = 44;
/// Bytes of the fixed part before its checksum.
const CHECKED_LENGTH: usize = FIXED_LENGTH - 4;

/// What a segment says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) data_set: DataSet,
    pub(super) month: Date,
    pub(super) channel: u32,
    pub(super) rows: u32,
    pub(super) first_day: Date,
    pub(super) last_day: Date,
}

/// What the directory says about one column. Bounds and sum cover the values that are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnEntry {
    pub(super) id: u8,
    pub(super) encoding: Encoding,
    pub(super) nulls: u32,
    /// Bytes of the column, its null bitmap included.
    pub(super) length: u32,
    pub(super) min: i64,
    pub(super) max: i64,
    pub(super) sum: i128,
    pub(super) checksum: u32,
}

impl ColumnEntry {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(self.id);
        out.push(self.encoding.id());
        put(out, self.nulls.into());
        put(out, self.length.into());
        put_signed(out, self.min.into());
        put(out, u128::from(self.max.abs_diff(self.min)));
        put_signed(out, self.sum);
        out.extend_from_slice(&self.checksum.to_le_bytes());
    }

    fn read(cursor: &mut Cursor<'_>) -> Option<ColumnEntry> {
        let id = cursor.byte()?;
        let encoding = Encoding::from_id(cursor.byte()?)?;
        let (nulls, length) = (cursor.u32()?, cursor.u32()?);
        let min = cursor.i64()?;
        let max = min.checked_add_unsigned(cursor.u64()?)?;
        let sum = cursor.signed()?;
        let checksum = cursor.fixed_u32()?;
        Some(ColumnEntry {
            id,
            encoding,
            nulls,
            length,
            min,
            max,
            sum,
            checksum,
        })
    }
}

/// Writes header and directory; the columns' bytes follow.
pub(super) fn write(header: &Header, entries: &[ColumnEntry]) -> Vec<u8> {
    let mut directory = Vec::with_capacity(24 * entries.len());
    entries.iter().for_each(|entry| entry.write(&mut directory));
    let data: u32 = entries.iter().map(|entry| entry.length).sum();
    let mut out = Vec::with_capacity(FIXED_LENGTH + directory.len() + data as usize);
    out.extend_from_slice(&MAGIC);
    out.push(VERSION);
    out.push(data_set_id(header.data_set));
    out.extend_from_slice(&(entries.len() as u16).to_le_bytes());
    let words = [
        header.month.days() as u32,
        header.channel,
        header.rows,
        header.first_day.days() as u32,
        header.last_day.days() as u32,
        // Rows per block: 0 says that the segment is one block.
        0,
        directory.len() as u32,
        data,
    ];
    words
        .iter()
        .for_each(|word| out.extend_from_slice(&word.to_le_bytes()));
    debug_assert_eq!(out.len(), CHECKED_LENGTH);
    let checksum = head_checksum(&out, &directory);
    out.extend_from_slice(&checksum.to_le_bytes());
    out.extend(directory);
    out
}

fn head_checksum(fixed: &[u8], directory: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(fixed);
    hasher.update(directory);
    hasher.finalize()
}

/// Reads and checks header and directory; also gives where the columns' bytes begin.
pub(super) fn read(bytes: &[u8]) -> Result<(Header, Vec<ColumnEntry>, usize), SegmentError> {
    let mut cursor = Cursor::new(bytes);
    if cursor.take(4) != Some(&MAGIC) {
        return Err(SegmentError::Foreign);
    }
    match cursor.byte() {
        Some(VERSION) => {}
        Some(found) if found > VERSION => return Err(SegmentError::Newer { found }),
        _ => return Err(SegmentError::Head("version")),
    }
    let fixed = bytes.get(..FIXED_LENGTH);
    let too_short = SegmentError::Length {
        expected: FIXED_LENGTH as u64,
        found: bytes.len(),
    };
    let Some((checked, checksum)) = fixed.and_then(|fixed| fixed.split_last_chunk::<4>()) else {
        return Err(too_short);
    };
    let data_set = cursor.byte().unwrap_or_default();
    let columns = cursor
        .take(2)
        .unwrap_or_default()
        .iter()
        .rev()
        .fold(0, |n, &b| n << 8 | usize::from(b));
    let mut word = || cursor.fixed_u32().unwrap_or_default();
    let (month, channel, rows, first_day, last_day) = (word(), word(), word(), word(), word());
    let (block_rows, directory_length, data_length) = (word(), word(), word());
    let expected = FIXED_LENGTH as u64 + u64::from(directory_length) + u64::from(data_length);
    if expected != bytes.len() as u64 {
        return Err(SegmentError::Length {
            expected,
            found: bytes.len(),
        });
    }
    let data_start = FIXED_LENGTH + directory_length as usize;
    let directory = bytes.get(FIXED_LENGTH..data_start).unwrap_or_default();
    if head_checksum(checked, directory) != u32::from_le_bytes(*checksum) {
        return Err(SegmentError::Head("checksum"));
    }
    // From here on only a writer's mistake, not damage, leads to an error.
    let data_set = data_set_from_id(data_set).ok_or(SegmentError::Head("data set"))?;
    if rows > ROWS_MAX {
        return Err(SegmentError::TooManyRows { rows });
    }
    let day = |days: u32| Date::from_days(days as i32).map_err(|_| SegmentError::Head("day"));
    let (month, first_day, last_day) = (day(month)?, day(first_day)?, day(last_day)?);
    let in_month = month.first_of_month() <= first_day && last_day <= month.last_of_month();
    if month.days() < 0 || first_day > last_day || !in_month {
        return Err(SegmentError::Head("days"));
    }
    if block_rows != 0 {
        return Err(SegmentError::Head("blocks"));
    }
    let entries = read_directory(directory, data_set, columns, rows, data_length)?;
    let header = Header {
        data_set,
        month,
        channel,
        rows,
        first_day,
        last_day,
    };
    Ok((header, entries, data_start))
}

fn read_directory(
    directory: &[u8],
    data_set: DataSet,
    columns: usize,
    rows: u32,
    data_length: u32,
) -> Result<Vec<ColumnEntry>, SegmentError> {
    let ids: Vec<u8> = column_ids(data_set).collect();
    if columns != ids.len() {
        return Err(SegmentError::Head("number of columns"));
    }
    let mut cursor = Cursor::new(directory);
    let mut entries = Vec::with_capacity(columns);
    let mut data = 0_u64;
    for id in ids {
        let entry = ColumnEntry::read(&mut cursor).ok_or(SegmentError::Head("directory"))?;
        if entry.id != id || !is_plausible(&entry, rows) {
            return Err(SegmentError::Head("column"));
        }
        data += u64::from(entry.length);
        entries.push(entry);
    }
    if !cursor.is_at_end() || data != u64::from(data_length) {
        return Err(SegmentError::Head("lengths"));
    }
    Ok(entries)
}

/// Whether a column's bounds are within the limits of its kind, so that queries may count on them.
fn is_plausible(entry: &ColumnEntry, rows: u32) -> bool {
    const ROWS: u8 = measure_id(Measure::Rows);
    let &ColumnEntry {
        id,
        nulls,
        min,
        max,
        sum,
        ..
    } = entry;
    let limits = if id < ROWS {
        0..=u32::MAX.into()
    } else {
        -MEASURE_ABS_MAX..=MEASURE_ABS_MAX
    };
    let known = i128::from(rows) - i128::from(nulls);
    known >= 0
        && (nulls == 0 || id > ROWS)
        && limits.contains(&min)
        && limits.contains(&max)
        && (known * i128::from(min)..=known * i128::from(max)).contains(&sum)
}
