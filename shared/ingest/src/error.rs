//! What makes a whole file unreadable, in words that say what to do.

use thiserror::Error;

/// A file that cannot be imported, or only after the person has done something about it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IngestError {
    /// Nothing in it.
    #[error("the file is empty; export it again and choose the new file")]
    Empty,
    /// A header row and nothing below it.
    #[error("the file has only a header and no rows; export it again with a longer period")]
    NoRows,
    /// A kind of file that is no table of text.
    #[error("this is {what}; {advice}")]
    NotATable {
        /// What it is, with its article.
        what: &'static str,
        /// What to do.
        advice: &'static str,
    },
    /// Compressed bytes that cannot be unpacked.
    #[error("the compressed file is damaged after {bytes} bytes; copy or export it again")]
    DamagedGzip {
        /// Bytes that could be unpacked.
        bytes: u64,
    },
    /// A compressed file that ends before its end.
    #[error(
        "the compressed file is cut off after {bytes} bytes of text; the rows before it were read, copy or export the file again for the rest"
    )]
    TruncatedGzip {
        /// Bytes that could be unpacked.
        bytes: u64,
    },
    /// A compressed file that unpacks to more than is allowed.
    #[error("the file unpacks to more than {limit_bytes} bytes; split it into smaller files")]
    TooLarge {
        /// The limit.
        limit_bytes: u64,
    },
    /// Bytes in an encoding that is not known.
    #[error("the text encoding is not known; save the file as UTF-8 and try again")]
    UnknownEncoding,
    /// Text in which no columns can be told apart.
    #[error("no columns were found; the first row must name them, separated by , ; | or a tab")]
    NoColumns,
    /// More columns than any order file has.
    #[error("{columns} columns are more than the {limit} allowed; leave out what is not needed")]
    TooManyColumns {
        /// Columns found.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// JSON that is no list of objects.
    #[error("the JSON is no list of objects, one per order or order line; line {line} is not")]
    NotObjects {
        /// Line of the file.
        line: u64,
    },
    /// A mapping without a column that is needed.
    #[error("the column \"{column}\" is needed; choose the column of the file that holds it")]
    MissingColumn {
        /// Canonical column.
        column: String,
    },
    /// A mapping onto a column that the file has not.
    #[error("the file has no column \"{header}\" for \"{column}\"; choose another")]
    NoSuchColumn {
        /// Canonical column.
        column: String,
        /// Header named by the mapping.
        header: String,
    },
    /// A mapping of a column that this kind of file has not.
    #[error("\"{column}\" is no column of this kind of file; see the list of columns")]
    UnknownColumn {
        /// Canonical column named by the mapping.
        column: String,
    },
}
