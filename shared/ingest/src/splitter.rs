//! Cuts a file of any dialect into normalised chunks, to be sent one by one.
//!
//! A chunk is comma-separated UTF-8 in canonical columns, with the line of the original file in a
//! column of its own; it is read by [`ImportSpec::normalised`]. So what is sent is small, can be sent
//! again, and is read the same way everywhere. The lines of one order stay in one chunk where they
//! follow one another and fit, because they are named together (`interpret::identity`).

use crate::interpret::{Interpreter, Mapper};
use crate::reader::{Outcome, Source, complete, handle};
use crate::report::Report;
use crate::rows::Cells;
use crate::spec::LINE_COLUMN;
use crate::{Context, ImportSpec, IngestError};

/// The most rows of one chunk.
pub const CHUNK_ROWS_MAX: u64 = 25_000;
/// About the most text of one chunk, in bytes.
pub const CHUNK_TEXT_BYTES_MAX: usize = 4 << 20;

/// The share of a chunk's limits from which it ends with the order at hand.
const FULL_PERCENT: u64 = 95;

/// One chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileChunk {
    /// Comma-separated UTF-8 with a header.
    pub text: Vec<u8>,
    /// Rows in it.
    pub rows: u64,
}

/// Cuts a file into chunks in flat memory, and checks each row on the way.
pub struct Splitter {
    spec: ImportSpec,
    source: Source,
    interpreter: Interpreter,
    mapper: Option<Mapper>,
    rows: u64,
    header: String,
    chunk: FileChunk,
    order_position: Option<usize>,
    order: String,
    /// What a first look at the rows shows; duplicates are known only where the data is kept.
    pub seen: Report,
    /// Rows that no chunk can hold, such as damaged JSON and rows with too many cells.
    pub unreadable: Report,
}

impl Splitter {
    /// A splitter of a file of this specification.
    pub fn new(spec: &ImportSpec, context: &Context) -> Result<Splitter, IngestError> {
        spec.validate()?;
        let mut header = String::from(LINE_COLUMN);
        for column in spec.columns() {
            header.push(',');
            header.push_str(column);
        }
        header.push('\n');
        Ok(Splitter {
            source: Source::new(spec),
            interpreter: Interpreter::new(spec, context),
            mapper: None,
            rows: 0,
            chunk: FileChunk {
                text: header.clone().into_bytes(),
                rows: 0,
            },
            header,
            order_position: spec
                .columns()
                .iter()
                .position(|column| *column == "order_id"),
            order: String::new(),
            spec: spec.clone(),
            seen: Report::default(),
            unreadable: Report::default(),
        })
    }

    /// Takes bytes that have arrived; gives each chunk that is full.
    pub fn push(
        &mut self,
        bytes: &[u8],
        sink: &mut dyn FnMut(FileChunk),
    ) -> Result<(), IngestError> {
        self.run(Some(bytes), sink)
    }

    /// Says that no more bytes come; gives the last chunk.
    pub fn finish(&mut self, sink: &mut dyn FnMut(FileChunk)) -> Result<(), IngestError> {
        let outcome = self.run(None, sink);
        if self.chunk.rows > 0 {
            sink(std::mem::replace(
                &mut self.chunk,
                FileChunk {
                    text: Vec::new(),
                    rows: 0,
                },
            ));
        }
        outcome?;
        complete(self.mapper.is_some(), self.rows)
    }

    fn run(
        &mut self,
        bytes: Option<&[u8]>,
        sink: &mut dyn FnMut(FileChunk),
    ) -> Result<(), IngestError> {
        let Splitter {
            spec,
            source,
            interpreter,
            mapper,
            rows,
            header,
            chunk,
            order_position,
            order,
            seen,
            unreadable,
        } = self;
        let mut take = |row: Option<(u64, &Cells)>, outcome: Outcome| {
            match outcome {
                Outcome::Record { record, .. } => {
                    let is_return = matches!(&*record, model::record::Record::Sales(line)
                        if line.units.returned + line.units.cancelled > 0);
                    seen.take(record.date(), false, is_return);
                }
                Outcome::Rejected(rejected) if row.is_none() => unreadable.reject(rejected),
                Outcome::Rejected(rejected) => seen.reject(rejected),
            }
            let Some((line, cells)) = row else { return };
            let next_order = order_position.and_then(|position| cells.get(position));
            if is_full(chunk, 100) || is_full(chunk, FULL_PERCENT) && next_order != Some(order) {
                let next = FileChunk {
                    text: header.clone().into_bytes(),
                    rows: 0,
                };
                sink(std::mem::replace(chunk, next));
            }
            next_order.unwrap_or_default().clone_into(order);
            write_row(&mut chunk.text, line, cells);
            chunk.rows += 1;
        };
        let mut event = |event: crate::rows::RowEvent<'_>| {
            handle(spec, interpreter, mapper, rows, event, &mut take)
        };
        let outcome = match bytes {
            Some(bytes) => source.push(bytes, &mut event),
            None => source.finish(&mut event),
        };
        // A chunk is UTF-8 already, so this is known only here.
        unreadable.replaced_characters = source.replaced_characters();
        outcome
    }
}

const fn is_full(chunk: &FileChunk, percent: u64) -> bool {
    chunk.rows * 100 >= CHUNK_ROWS_MAX * percent
        || chunk.text.len() as u64 * 100 >= CHUNK_TEXT_BYTES_MAX as u64 * percent
}

fn write_row(text: &mut Vec<u8>, line: u64, cells: &Cells) {
    text.extend_from_slice(line.to_string().as_bytes());
    for cell in cells.iter() {
        text.push(b',');
        if cell
            .bytes()
            .any(|byte| matches!(byte, b',' | b'"' | b'\n' | b'\r'))
        {
            text.push(b'"');
            text.extend_from_slice(cell.replace('"', "\"\"").as_bytes());
            text.push(b'"');
        } else {
            text.extend_from_slice(cell.as_bytes());
        }
    }
    text.push(b'\n');
}
