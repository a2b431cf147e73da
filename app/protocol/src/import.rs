//! Importing a file: what it looks like, how to read it, how far it is, what came of it.

use std::collections::BTreeMap;

use kernel::{Currency, DateRange, TimeZone, Timestamp};
use model::columns::FileKind;
use serde::{Deserialize, Serialize};

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
    /// Names of its columns, in order; duplicates are told apart by a suffix.
    pub columns: Vec<String>,
    /// The first records, at most 50, as text: one cell per column.
    pub samples: Vec<Vec<String>>,
    /// Required columns that `spec` does not fill yet. An import can start once it is empty.
    pub missing: Vec<String>,
    /// What reading the first records with `spec` gives.
    pub trial: Trial,
}

/// The first records read with a specification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trial {
    /// Records read.
    pub rows: u64,
    /// Records that would be taken.
    pub taken: u64,
    /// Records that would be rejected, with reasons.
    pub rejected: Vec<RejectedExample>,
}

/// How a file is to be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportSpec {
    /// What its rows are.
    pub kind: FileKind,
    /// How its records are written.
    pub format: FileFormat,
    /// Label of its encoding in the WHATWG list, such as `utf-8` or `windows-1254`.
    pub encoding: String,
    /// What is between cells of a delimited file: `,`, `;`, tab or `|`.
    pub delimiter: char,
    /// Decimal mark of its numbers.
    pub decimal: DecimalMark,
    /// Order of day and month in dates that are not ISO 8601.
    pub date_order: DateOrder,
    /// Zone of times without offset.
    pub time_zone: TimeZone,
    /// Currency of rows that name none.
    pub currency: Currency,
    /// Whether prices include VAT.
    pub vat_included: bool,
    /// VAT rate of rows that name none, in basis points (2000 is 20 %).
    pub vat_basis_points: u32,
    /// Channel of rows that name none.
    pub channel_default: String,
    /// Where each canonical column (`model::columns`) comes from. Columns that are left out are unknown.
    pub mapping: BTreeMap<String, Source>,
    /// The dialect that it was recognised as, such as `uci-online-retail`.
    pub preset: Option<String>,
}

/// Where the values of a canonical column come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// The column of this name in the file.
    Column(String),
    /// The same text for every row.
    Constant(String),
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFormat {
    /// CSV, TSV and the like, with a header.
    Delimited,
    /// One JSON object a line.
    Ndjson,
    /// A JSON array of objects.
    Json,
}

/// The mark before the fraction of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalMark {
    /// `1,234.56`
    Point,
    /// `1.234,56`
    Comma,
}

/// Order of the parts of a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 2026-11-23
    YearFirst,
    /// 23.11.2026
    DayFirst,
    /// 11/23/2026
    MonthFirst,
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
    pub end: Option<ImportEnd>,
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
    /// Rejected records by reason, as stable ids (`bad-date`, `missing-value`, ...).
    pub reasons: BTreeMap<String, u64>,
    /// Some of the rejected records, the first ones.
    pub examples: Vec<RejectedExample>,
    /// Days that the taken records cover.
    pub period: Option<DateRange>,
    /// Currencies of the taken records.
    pub currencies: Vec<Currency>,
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
