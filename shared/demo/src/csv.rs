//! Writing canonical CSV, a sheet of at most [`ROWS_MAX`] rows at a time.

use std::fmt::{Display, Write as _};

use kernel::Date;
use model::columns::FileKind;

use crate::File;

/// The most rows of a file.
pub const ROWS_MAX: usize = 20_000;

/// A file being written. Cells are given in the order of the columns.
#[derive(Debug)]
pub(crate) struct Sheet {
    kind: FileKind,
    columns: &'static [&'static str],
    text: String,
    rows: usize,
}

impl Sheet {
    pub(crate) fn new(kind: FileKind, columns: &'static [&'static str]) -> Sheet {
        Sheet {
            kind,
            columns,
            text: String::new(),
            rows: 0,
        }
    }

    pub(crate) const fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) const fn is_full(&self) -> bool {
        self.rows >= ROWS_MAX
    }

    /// Starts a row, writing the header first where there is none yet.
    pub(crate) fn row(&mut self) -> Row<'_> {
        if self.text.is_empty() {
            self.text.push_str(&self.columns.join(","));
            self.text.push('\n');
        }
        self.rows += 1;
        Row {
            text: &mut self.text,
            is_first: true,
        }
    }

    /// Takes what was written as a file and starts anew; `None` where nothing was.
    pub(crate) fn take(&mut self, name: String) -> Option<File> {
        if self.rows == 0 {
            return None;
        }
        let csv = std::mem::take(&mut self.text).into_bytes();
        let rows = std::mem::take(&mut self.rows);
        Some(File {
            kind: self.kind,
            name,
            csv,
            rows,
        })
    }
}

/// A row being written; ends when it is dropped.
pub(crate) struct Row<'a> {
    text: &'a mut String,
    is_first: bool,
}

impl Row<'_> {
    /// A number, a date or a text without comma, quote or line break.
    pub(crate) fn cell(&mut self, value: impl Display) -> &mut Self {
        if !self.is_first {
            self.text.push(',');
        }
        self.is_first = false;
        write!(self.text, "{value}").expect("writing to a string cannot fail");
        self
    }

    /// An empty cell.
    pub(crate) fn none(&mut self) -> &mut Self {
        self.cell("")
    }

    /// Minor units as major ones: 1299 is `12.99`, 1200 is `12`.
    pub(crate) fn minor(&mut self, minor: i64) -> &mut Self {
        let (major, rest) = (minor / 100, (minor % 100).abs());
        let sign = if minor < 0 && major == 0 { "-" } else { "" };
        match rest {
            0 => self.cell(major),
            _ => self.cell(format_args!("{sign}{major}.{rest:02}")),
        }
    }

    /// Minor units, empty where 0.
    pub(crate) fn minor_or_none(&mut self, minor: i64) -> &mut Self {
        if minor == 0 {
            self.none()
        } else {
            self.minor(minor)
        }
    }

    /// A count, empty where 0.
    pub(crate) fn count_or_none(&mut self, count: i64) -> &mut Self {
        if count == 0 {
            self.none()
        } else {
            self.cell(count)
        }
    }

    /// A date that may not be known.
    pub(crate) fn date(&mut self, date: Option<Date>) -> &mut Self {
        match date {
            Some(date) => self.cell(date),
            None => self.none(),
        }
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        self.text.push('\n');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_a_header_once_and_rows_after_it() {
        let mut sheet = Sheet::new(FileKind::Fx, &["a", "b", "c"]);
        assert!(sheet.take("empty".into()).is_none());
        sheet.row().minor(-5).minor(120_000).minor(-12_345);
        sheet.row().none().minor_or_none(0).cell("x");
        let file = sheet.take("full.csv".into()).unwrap();
        assert_eq!(
            String::from_utf8(file.csv).unwrap(),
            "a,b,c\n-0.05,1200,-123.45\n,,x\n"
        );
        assert_eq!((file.rows, sheet.rows()), (2, 0));
    }
}
