//! Why a segment could not be written or read.

use kernel::{Date, Hash256};
use model::schema::DataSet;
use thiserror::Error;

use super::{MEASURE_ABS_MAX, ROWS_MAX, VERSION};

/// Why bytes are no readable segment.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SegmentError {
    /// Not a segment at all.
    #[error("these bytes are no segment")]
    Foreign,
    /// Written by a later version of the product.
    #[error("the segment has version {found}, this program reads {VERSION}; update it")]
    Newer {
        /// The version found.
        found: u8,
    },
    /// Shorter or longer than its header says.
    #[error("the segment has {found} bytes and must have {expected}; fetch it again")]
    Length {
        /// Bytes that the header promises.
        expected: u64,
        /// Bytes given.
        found: usize,
    },
    /// The header or the directory was altered.
    #[error("the head of the segment is damaged ({0}); fetch it again")]
    Head(&'static str),
    /// More rows than a segment may hold.
    #[error("the segment claims {rows} rows; the limit is {ROWS_MAX}")]
    TooManyRows {
        /// Rows claimed.
        rows: u32,
    },
    /// A column was altered.
    #[error("column {column} of the segment is damaged ({reason}); fetch the segment again")]
    Column {
        /// Number of the column (`docs/data-format.md`).
        column: u8,
        /// What was wrong.
        reason: &'static str,
    },
    /// Added up twice.
    #[error("segment {0} is added up already; add each once")]
    Repeated(Hash256),
}

/// Why a fact does not belong into a segment.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum WriteError {
    /// Wrong number of codes or measures.
    #[error(
        "a fact of {data_set:?} has {expected_codes} codes and {expected_measures} measures, not \
         {codes} and {measures}"
    )]
    Shape {
        /// The data set.
        data_set: DataSet,
        /// Codes needed.
        expected_codes: usize,
        /// Measures needed.
        expected_measures: usize,
        /// Codes given.
        codes: usize,
        /// Measures given.
        measures: usize,
    },
    /// A day outside the segment's month.
    #[error("day {day} (days since 1970) does not lie in the month of {month}")]
    OtherMonth {
        /// First day of the segment's month.
        month: Date,
        /// The day given.
        day: u32,
    },
    /// A fact of another channel.
    #[error("a fact of channel {found} does not belong into a segment of channel {expected}")]
    OtherChannel {
        /// Channel of the segment.
        expected: u32,
        /// Channel given.
        found: u32,
    },
    /// `Rows`, the first measure, is missing.
    #[error("the first measure, the number of rows, may not be empty")]
    NoRows,
    /// A measure too large to be a real amount.
    #[error("the measure {value} is beyond {MEASURE_ABS_MAX} in size; correct the source")]
    TooLarge {
        /// The value given.
        value: i64,
    },
    /// The segment is full.
    #[error("a segment holds at most {ROWS_MAX} facts; start another one")]
    Full,
}
