//! CSV and its relatives (RFC 4180, any one-byte delimiter), tokenised by `csv-core`.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::{COLUMNS_MAX, Cells, ROW_BYTES_MAX, RowEvent, RowSink};
use crate::{IngestError, Reason};

/// Rows of delimited text.
pub struct DelimitedRows {
    reader: Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    written: usize,
    fields: usize,
    is_too_long: bool,
    has_begun: bool,
    has_header: bool,
    newlines: u64,
    line: u64,
    cells: Cells,
}

impl DelimitedRows {
    /// Rows of text with this delimiter.
    pub fn new(delimiter: u8) -> DelimitedRows {
        DelimitedRows {
            reader: ReaderBuilder::new().delimiter(delimiter).build(),
            output: vec![0; 4 << 10],
            ends: vec![0; COLUMNS_MAX],
            written: 0,
            fields: 0,
            is_too_long: false,
            has_begun: false,
            has_header: false,
            newlines: 0,
            line: 1,
            cells: Cells::default(),
        }
    }

    /// Takes text that has arrived.
    pub fn push(&mut self, text: &[u8], sink: &mut RowSink) -> Result<(), IngestError> {
        let mut rest = text;
        while !rest.is_empty() {
            if !self.has_begun {
                // What is left of the last row's end, and empty lines.
                let skipped = rest
                    .iter()
                    .take_while(|byte| matches!(byte, b'\r' | b'\n'))
                    .count();
                let (ends, after) = rest.split_at(skipped);
                self.count_lines(ends);
                // The reader must see them too: it waits for the rest of a line's end.
                self.read(ends, sink)?;
                rest = after;
                if rest.is_empty() {
                    return Ok(());
                }
                self.has_begun = true;
                self.line = self.newlines + 1;
            }
            let used = self.read(rest, sink)?;
            self.count_lines(&rest[..used]);
            rest = &rest[used..];
        }
        Ok(())
    }

    /// Says that no more text comes.
    pub fn finish(&mut self, sink: &mut RowSink) -> Result<(), IngestError> {
        if self.has_begun {
            self.read(&[], sink)?;
        }
        Ok(())
    }

    /// Reads up to the end of a row or of the text; gives the bytes used.
    fn read(&mut self, text: &[u8], sink: &mut RowSink) -> Result<usize, IngestError> {
        let is_end = text.is_empty() && self.has_begun;
        if text.is_empty() && !is_end {
            return Ok(0);
        }
        let mut used = 0;
        loop {
            let (result, read, wrote, ended) = self.reader.read_record(
                &text[used..],
                &mut self.output[self.written..],
                &mut self.ends[self.fields..],
            );
            used += read;
            self.written += wrote;
            self.fields += ended;
            match result {
                ReadRecordResult::InputEmpty if is_end => continue,
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(used),
                ReadRecordResult::OutputFull if self.output.len() < ROW_BYTES_MAX => {
                    self.output.resize(self.output.len() * 2, 0);
                }
                ReadRecordResult::OutputFull => {
                    self.is_too_long = true;
                    self.written = 0;
                }
                ReadRecordResult::OutputEndsFull => {
                    if !self.has_header {
                        return Err(IngestError::TooManyColumns {
                            columns: self.fields + 1,
                            limit: COLUMNS_MAX,
                        });
                    }
                    // Cells past any header's are read over.
                    self.fields = COLUMNS_MAX - 1;
                    self.is_too_long = true;
                }
                ReadRecordResult::Record => {
                    self.give(sink)?;
                    return Ok(used);
                }
            }
        }
    }

    fn give(&mut self, sink: &mut RowSink) -> Result<(), IngestError> {
        let (written, fields) = (self.written, self.fields);
        let is_too_long = std::mem::take(&mut self.is_too_long);
        (self.written, self.fields, self.has_begun) = (0, 0, false);
        if is_too_long {
            return sink(RowEvent::Bad {
                line: self.line,
                reason: Reason::RowTooLong,
            });
        }
        self.cells.clear();
        let text = String::from_utf8_lossy(&self.output[..written]);
        let mut start = 0;
        for end in &self.ends[..fields] {
            self.cells.push(text.get(start..*end).unwrap_or_default());
            start = *end;
        }
        if self.cells.iter().all(str::is_empty) {
            return Ok(());
        }
        if self.has_header {
            return sink(RowEvent::Row {
                line: self.line,
                cells: &self.cells,
            });
        }
        self.has_header = true;
        sink(RowEvent::Header(&self.cells))
    }

    fn count_lines(&mut self, bytes: &[u8]) {
        self.newlines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rows(text: &str, step: usize) -> Vec<(u64, Vec<String>)> {
        let mut found = Vec::new();
        let mut source = DelimitedRows::new(b',');
        let mut sink = |event: RowEvent<'_>| {
            match event {
                RowEvent::Header(cells) => {
                    found.push((0, cells.iter().map(str::to_owned).collect()))
                }
                RowEvent::Row { line, cells } => {
                    found.push((line, cells.iter().map(str::to_owned).collect()));
                }
                RowEvent::Bad { line, .. } => found.push((line, vec!["BAD".to_owned()])),
            }
            Ok(())
        };
        for part in text.as_bytes().chunks(step) {
            source.push(part, &mut sink).unwrap();
        }
        source.finish(&mut sink).unwrap();
        found
    }

    #[test]
    fn lines_are_those_of_the_file() {
        let text = "a,b\r\n1,\"x\r\ny\"\r\n\r\n2,z\r\n3,w";
        for step in [1, 2, 3, 100] {
            let found = rows(text, step);
            let lines: Vec<u64> = found.iter().map(|(line, _)| *line).collect();
            assert_eq!(lines, [0, 2, 5, 6], "step {step}");
            assert_eq!(found[1].1, ["1", "x\r\ny"]);
            assert_eq!(found[3].1, ["3", "w"]);
        }
    }

    #[test]
    fn a_row_without_end_is_said_to_be_too_long() {
        let text = format!("a,b\n1,{}\n2,ok\n", "x".repeat(ROW_BYTES_MAX + 10));
        let found = rows(&text, 1 << 16);
        assert_eq!(found[1], (2, vec!["BAD".to_owned()]));
        assert_eq!(found[2], (3, vec!["2".to_owned(), "ok".to_owned()]));
    }

    #[test]
    fn too_many_columns_are_refused() {
        let mut source = DelimitedRows::new(b',');
        let header = "a,".repeat(COLUMNS_MAX + 1);
        let outcome = source.push(header.as_bytes(), &mut |_| Ok(()));
        assert!(matches!(outcome, Err(IngestError::TooManyColumns { .. })));
    }

    proptest! {
        #[test]
        fn it_does_not_matter_how_text_arrives(text in "[a-c,\"\r\n ]{0,80}", step in 1_usize..9) {
            prop_assert_eq!(rows(&text, step), rows(&text, 1_000));
        }
    }
}
