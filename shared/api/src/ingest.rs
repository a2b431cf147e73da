//! Sending data:
//!
//! - `POST /api/ingest/v1/batches?company=&kind=` stores a file or a part of one and acknowledges it.
//! - `GET /api/ingest/v1/batches/{id}?company=` says what became of it.
//! - `GET /api/ingest/v1/batches/{id}/rejected.csv?company=` lists the rows that were not taken.
//! - `GET /api/ingest/v1/batches?company=&limit=` lists batches, newest first.
//!
//! A body is CSV, TSV, NDJSON or JSON, plain or gzip. The specification of the file may come as
//! base64url of its JSON in the header [`SPEC_HEADER`]; without it, it is guessed. The header
//! `Idempotency-Key` makes sending again harmless; without it, the content is its own key.

use ingest::Report;
use model::columns::FileKind;
use serde::{Deserialize, Serialize};

/// Path of batches.
pub const BATCHES_PATH: &str = "/api/ingest/v1/batches";
/// Path of one batch.
pub const BATCH_PATH: &str = "/api/ingest/v1/batches/{id}";
/// Path of the rows of a batch that were not taken.
pub const REJECTED_PATH: &str = "/api/ingest/v1/batches/{id}/rejected.csv";
/// Header of the file's specification.
pub const SPEC_HEADER: &str = "meschain-import-spec";
/// Header of the file's name, as base64url of UTF-8.
pub const FILE_HEADER: &str = "meschain-file";
/// The largest body, in bytes.
pub const BODY_BYTES_MAX: usize = 16 << 20;
/// The most bytes that a packed body may unpack to.
pub const UNPACKED_BYTES_MAX: u64 = 64 << 20;
/// The most rows of one batch.
pub const ROWS_MAX: u64 = 60_000;
/// The most batches of a company that may wait to be worked in.
pub const WAITING_MAX: u64 = 500;
/// The longest idempotency key, in characters.
pub const KEY_LENGTH_MAX: usize = 128;
/// The most batches of one list.
pub const LIST_MAX: u32 = 200;

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum BatchStatus {
    /// Stored for good, not yet worked in.
    Stored,
    /// Part of the figures.
    Done,
    /// Cannot be worked in; nothing of it is part of the figures.
    Failed,
}

/// One batch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Batch {
    /// Id.
    pub batch: String,
    /// Where it is.
    pub status: BatchStatus,
    /// What its rows are.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::file_kind")
    )]
    pub kind: FileKind,
    /// Name of the file it came from.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// When it was acknowledged, in milliseconds since 1970.
    pub received_at: i64,
    /// What became of its rows, once it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::report")
    )]
    pub report: Option<Report>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// How many batches are where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct BatchCounts {
    /// Stored.
    pub stored: u64,
    /// Done.
    pub done: u64,
    /// Failed.
    pub failed: u64,
}

/// A list of batches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Batches {
    /// How many of all are where.
    pub counts: BatchCounts,
    /// The newest.
    pub batches: Vec<Batch>,
}
