//! Importing a file: what it looks like, how to read it, how far it is, what came of it.

use std::collections::BTreeMap;

pub use ingest::{
    ColumnGuess, DateOrder, DecimalMark, Doubt, Format, ImportSpec, Preset, TextEncoding,
    Warning as FileWarning,
};
use kernel::{DateRange, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Unread;

/// What a file looks like and how it would be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FilePreview {
    /// Its name.
    pub name: String,
    /// Its size on disk.
    pub bytes: u64,
    /// Whether it is compressed with gzip.
    pub gzip: bool,
    /// How it would be read; to be confirmed or corrected.
    pub spec: ImportSpec,
    /// Its columns in order, with examples of what is in them.
    pub columns: Vec<ColumnGuess>,
    /// Required columns that `spec` does not fill yet. An import can start once it is empty.
    pub missing: Vec<String>,
    /// What the head of the file leaves open and `spec` still assumes.
    pub warnings: Vec<FileWarning>,
    /// What reading the first records with `spec` gives; absent while columns are missing.
    pub trial: Option<Trial>,
}

/// The first records read with a specification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Records read.
    pub rows: u64,
    /// Records that would be taken.
    pub taken: u64,
    /// Records that would be rejected.
    pub rejected: u64,
    /// The canonical columns that are filled.
    pub columns: Vec<String>,
    /// The first records, at most 20.
    pub samples: Vec<TrialRow>,
}

/// A record read on trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrialRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// The text of each canonical column.
    pub cells: Vec<String>,
    /// Why it would be rejected, if it would.
    pub rejected: Option<RejectedExample>,
}

/// What an import is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImportStage {
    /// Reading the file, checking its rows and sending what was read.
    Reading,
    /// The whole file is staged on this device: closing the page loses nothing. Still sending.
    Sending,
    /// Everything is acknowledged; the edge is taking it in.
    Processing,
    /// The results are being fetched.
    Syncing,
    /// Over.
    Ended,
}

/// How far an import is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportProgress {
    /// Name of the file.
    pub file: String,
    /// What it is doing.
    pub stage: ImportStage,
    /// Bytes of the file that were read.
    pub bytes_read: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Records read so far.
    pub rows: u64,
    /// Records that this device already found unreadable.
    pub rejected: u64,
    /// Chunks staged, acknowledged by the edge, and taken in by it.
    pub chunks: u32,
    /// Chunks acknowledged by the edge: safe there.
    pub chunks_acknowledged: u32,
    /// Chunks that the edge has taken in.
    pub chunks_done: u32,
    /// Whether it waits for the network.
    pub waiting: bool,
}

/// How an import ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ImportEnd {
    /// Every record is accounted for.
    Done(ImportReport),
    /// It was cancelled; the report covers what was acknowledged before.
    Cancelled(ImportReport),
    /// It could not go on.
    Failed(crate::Failure),
}

/// Where an import stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportStatus {
    /// How far it is.
    pub progress: ImportProgress,
    /// How it ended, if it has.
    pub end: Option<Unread<ImportEnd>>,
}

/// An import that did not end when the page was closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterruptedImport {
    /// Name of the file.
    pub file: String,
    /// When it started.
    pub started_at: Timestamp,
    /// Whether the whole file had been staged: then the engine finishes it by itself. Where not, the
    /// file must be chosen again; sending it again is harmless.
    pub staged: bool,
    /// Chunks that are staged here and not acknowledged yet.
    pub chunks_unsent: u32,
}

/// What came of a file: `taken + duplicates + rejected = rows`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ImportReport {
    /// Name of the file.
    pub file: String,
    /// Records in the file.
    pub rows: u64,
    /// Records taken (returns and corrections among them).
    pub taken: u64,
    /// Records that were there already with the same content.
    pub duplicates: u64,
    /// Taken records that replaced an earlier state of the same line.
    pub corrected: u64,
    /// Taken records that are returns or cancellations.
    pub returns: u64,
    /// Records rejected.
    pub rejected: u64,
    /// Rejected records by reason, as stable ids (`not-a-date`, `missing`, ...).
    pub reasons: BTreeMap<String, u64>,
    /// Some of the rejected records, the first ones.
    pub examples: Vec<RejectedExample>,
    /// Sequences of bytes that were no text in the encoding chosen and became U+FFFD.
    #[serde(default)]
    pub replaced_characters: u64,
    /// Days that the taken records cover.
    pub period: Option<DateRange>,
    /// From start to the end of the import, in milliseconds.
    pub duration_millis: u64,
}

/// A rejected record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedExample {
    /// Line of the file where the record starts, from 1.
    pub line: u64,
    /// Why, as a stable id.
    pub reason: String,
    /// The canonical column at fault, if one is.
    pub field: Option<String>,
    /// The value at fault, cut to a reasonable length.
    pub value: Option<String>,
}
