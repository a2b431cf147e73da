//! From text to rows of cells: delimited text and JSON, as it arrives, in flat memory.
//!
//! Out of scope: what a cell means.

mod delimited;
mod json;

pub use delimited::DelimitedRows;
pub use json::JsonRows;

use crate::spec::Format;
use crate::{IngestError, Reason};

/// The most bytes of one row; more is a quote that was never closed, or no table.
pub const ROW_BYTES_MAX: usize = 1 << 20;
/// The most columns of one file.
pub const COLUMNS_MAX: usize = 512;

/// The cells of one row, kept in one buffer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A cell, trimmed; `None` past the last.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        self.text.get(start..end).map(str::trim)
    }

    /// All cells.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Adds a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// Removes all cells.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

impl<'a> FromIterator<&'a str> for Cells {
    fn from_iter<T: IntoIterator<Item = &'a str>>(iter: T) -> Cells {
        let mut cells = Cells::default();
        iter.into_iter().for_each(|cell| cells.push(cell));
        cells
    }
}

/// What a source of rows gives.
pub enum RowEvent<'a> {
    /// The names of the columns; once, before any row.
    Header(&'a Cells),
    /// A row, with the line of the file on which it begins.
    Row {
        /// Line, from 1.
        line: u64,
        /// Cells, in the order of the header.
        cells: &'a Cells,
    },
    /// A row that could not be cut into cells.
    Bad {
        /// Line, from 1.
        line: u64,
        /// Why.
        reason: Reason,
    },
}

/// Takes what a source gives.
pub type RowSink<'s> = dyn FnMut(RowEvent<'_>) -> Result<(), IngestError> + 's;

/// A source of rows for any format.
pub enum Rows {
    /// Delimited text.
    Delimited(Box<DelimitedRows>),
    /// JSON.
    Json(Box<JsonRows>),
}

impl Rows {
    /// A source for a format. JSON has no header: `columns` names the members that are read.
    pub fn new(format: Format, columns: &[String]) -> Rows {
        match format {
            Format::Delimited { delimiter } => {
                Rows::Delimited(Box::new(DelimitedRows::new(delimiter)))
            }
            Format::Json => Rows::Json(Box::new(JsonRows::new(columns.to_vec()))),
        }
    }

    /// Takes text that has arrived.
    pub fn push(&mut self, text: &[u8], sink: &mut RowSink) -> Result<(), IngestError> {
        match self {
            Rows::Delimited(rows) => rows.push(text, sink),
            Rows::Json(rows) => rows.push(text, sink),
        }
    }

    /// Says that no more text comes.
    pub fn finish(&mut self, sink: &mut RowSink) -> Result<(), IngestError> {
        match self {
            Rows::Delimited(rows) => rows.finish(sink),
            Rows::Json(rows) => rows.finish(sink),
        }
    }
}
