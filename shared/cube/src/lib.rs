//! The cube: facts as column segments, members as dictionaries, and every question a screen asks of
//! them.
//!
//! [`FactRow`]s go into a [`SegmentWriter`]; the bytes it makes are opened as a [`Segment`]. Codes in
//! facts are given by a [`Dictionary`].
//!
//! Out of scope: input and output, the clock, and which segments a device holds (`sync`).

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

mod columns;
mod dictionary;
mod fact;
mod segment;
mod varint;

pub use dictionary::{
    CHUNK_BYTES_MAX, Dictionary, DictionaryChunk, DictionaryError, Entry, UNKNOWN_KEY,
};
pub use fact::{FactError, FactRow};
pub use segment::{
    MEASURE_ABS_MAX, ROWS_MAX, Segment, SegmentError, SegmentWriter, VERSION, WriteError,
};
