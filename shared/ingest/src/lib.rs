//! From a file of any dialect to validated records and a data-quality report.
//!
//! The stages, each a module: bytes are unpacked ([`container`]) and decoded ([`encoding`]), text is
//! cut into rows of cells ([`rows`]), cells are read as numbers and dates ([`value`]), a row becomes
//! a record by an [`ImportSpec`] ([`interpret`]). [`sniff`] looks at the head of a file and guesses
//! the specification; [`Reader`] runs all stages over a stream in flat memory; [`Splitter`] cuts a
//! file into normalised chunks that can be sent one by one; every row is accounted for in a
//! [`Report`].
//!
//! Out of scope: input and output, de-duplication against what is stored, and conversion of money.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod container;
pub mod decoder;
pub mod encoding;
mod error;
mod headers;
pub mod interpret;
mod preset;
mod reader;
mod report;
pub mod rows;
mod sniff;
mod spec;
mod splitter;
pub mod value;

pub use encoding::TextEncoding;
pub use error::IngestError;
pub use interpret::Context;
pub use preset::Preset;
pub use reader::{Outcome, Reader};
pub use report::{Reason, Rejected, Report};
pub use sniff::{
    ColumnGuess, Doubt, HEAD_BYTES, Preview, PreviewRow, Sniffed, Warning, preview, sniff,
};
pub use spec::{DateOrder, DecimalMark, Format, ImportSpec};
pub use splitter::{CHUNK_ROWS_MAX, CHUNK_TEXT_BYTES_MAX, FileChunk, Splitter};
