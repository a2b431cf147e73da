//! The cube: facts as column segments, members as dictionaries, and every question a screen asks of
//! them.
//!
//! [`FactRow`]s go into a [`SegmentWriter`]; the bytes it makes are opened as a [`Segment`]. Codes in
//! facts are given by a [`Dictionary`]. A [`Cube`] holds segments and dictionaries and answers a [`Query`].
//!
//! Out of scope: input and output, the clock, and which segments a device holds (`sync`).

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

mod absorb;
mod ages;
mod answer;
mod cohorts;
mod columns;
mod conditions;
mod cube;
mod derived;
mod dictionary;
mod error;
mod fact;
mod gather;
mod groups;
mod kernels;
mod keys;
mod members;
mod month;
mod offered;
mod operations;
mod order;
mod parts;
mod periods;
pub mod query;
mod ready;
mod rollup;
mod rows;
mod scan;
mod segment;
mod summary;
mod varint;
mod view;

pub use cube::Cube;
pub use dictionary::{
    CHUNK_BYTES_MAX, Dictionary, DictionaryChunk, DictionaryError, Entry, UNKNOWN_KEY,
};
pub use error::QueryError;
pub use fact::{FactError, FactRow};
pub use query::{
    Answer, Bound, CalendarRules, Compare, Derived, Explain, Filter, Member, Query, Row, Sort,
    SortBy, Top, Value,
};
pub use rollup::{ROLLUP_VERSION, Rollup, RollupBuilder, RollupError, RollupFile, RollupUse};
pub use segment::{
    MEASURE_ABS_MAX, ROWS_MAX, Segment, SegmentError, SegmentWriter, VERSION, WriteError,
};
pub use view::View;
