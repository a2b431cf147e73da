//! A file of any dialect, read as it arrives.

use model::record::Record;

use crate::container::{self, UNPACKED_BYTES_MAX, Unpacker};
use crate::decoder::TextDecoder;
use crate::interpret::{Fault, Interpreter, Mapper};
use crate::rows::{Cells, RowEvent, Rows};
use crate::{Context, ImportSpec, IngestError, Reason, Rejected};

/// What became of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A record.
    Record {
        /// Line of the file.
        line: u64,
        /// The record.
        record: Box<Record>,
    },
    /// No record.
    Rejected(Rejected),
}

/// Unpacks, decodes and cuts bytes into rows of cells.
pub(crate) struct Source {
    head: Vec<u8>,
    has_begun: bool,
    unpacker: Option<Unpacker>,
    decoder: TextDecoder,
    rows: Rows,
    /// What made the packed file unreadable from some place on.
    broken: Option<IngestError>,
}

/// Enough bytes to recognise what a file is.
const MAGIC_BYTES: usize = 512;

impl Source {
    pub(crate) fn new(spec: &ImportSpec) -> Source {
        Source {
            head: Vec::new(),
            has_begun: false,
            unpacker: None,
            decoder: TextDecoder::new(spec.encoding),
            rows: Rows::new(spec.format, &spec.headers()),
            broken: None,
        }
    }

    pub(crate) fn push(
        &mut self,
        bytes: &[u8],
        sink: &mut dyn FnMut(RowEvent<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        if self.has_begun {
            return self.pass(bytes, sink);
        }
        self.head.extend_from_slice(bytes);
        if self.head.len() < MAGIC_BYTES {
            return Ok(());
        }
        self.begin(sink)
    }

    fn begin(
        &mut self,
        sink: &mut dyn FnMut(RowEvent<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        self.has_begun = true;
        let head = std::mem::take(&mut self.head);
        if container::is_gzip(&head)? {
            self.unpacker = Some(Unpacker::new(UNPACKED_BYTES_MAX));
        }
        self.pass(&head, sink)
    }

    fn pass(
        &mut self,
        bytes: &[u8],
        sink: &mut dyn FnMut(RowEvent<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let Source {
            unpacker,
            decoder,
            rows,
            ..
        } = self;
        let mut decode =
            |plain: &[u8]| decoder.push(plain, false, &mut |text| rows.push(text, sink));
        let Some(unpacker) = unpacker else {
            return decode(bytes);
        };
        if self.broken.is_some() {
            return Ok(());
        }
        match unpacker.push(bytes, &mut decode) {
            // Said at the end, so that the rows before the damage are whole and stay.
            Err(error @ IngestError::DamagedGzip { .. }) => self.broken = Some(error),
            outcome => return outcome,
        }
        Ok(())
    }

    /// Sequences of bytes so far that are no text.
    pub(crate) const fn replaced_characters(&self) -> u64 {
        self.decoder.replaced
    }

    /// Gives what is left; a packed file that was cut or damaged gives its rows first and then the error.
    pub(crate) fn finish(
        &mut self,
        sink: &mut dyn FnMut(RowEvent<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        if !self.has_begun {
            self.begin(sink)?;
        }
        let Source {
            unpacker,
            decoder,
            rows,
            ..
        } = self;
        let error = match self.broken.take() {
            Some(error) => Some(error),
            None => unpacker.as_ref().and_then(|it| it.finish().err()),
        };
        // The last row of what was cut may be half a row that looks like a whole one; JSON tells.
        if error.is_none() || matches!(rows, Rows::Json(_)) {
            decoder.push(&[], true, &mut |text| rows.push(text, sink))?;
            rows.finish(sink)?;
        }
        error.map_or(Ok(()), Err)
    }
}

/// Reads a file in flat memory.
pub struct Reader {
    spec: ImportSpec,
    source: Source,
    interpreter: Interpreter,
    mapper: Option<Mapper>,
    rows: u64,
}

impl Reader {
    /// A reader of a file of this specification. Refuses a mapping that cannot work.
    pub fn new(spec: &ImportSpec, context: &Context) -> Result<Reader, IngestError> {
        spec.validate()?;
        Ok(Reader {
            source: Source::new(spec),
            interpreter: Interpreter::new(spec, context),
            mapper: None,
            rows: 0,
            spec: spec.clone(),
        })
    }

    /// Takes bytes that have arrived.
    pub fn push(&mut self, bytes: &[u8], sink: &mut dyn FnMut(Outcome)) -> Result<(), IngestError> {
        let Reader {
            spec,
            source,
            interpreter,
            mapper,
            rows,
        } = self;
        source.push(bytes, &mut |event| {
            handle(spec, interpreter, mapper, rows, event, &mut |_, outcome| {
                sink(outcome)
            })
        })
    }

    /// Says that no more bytes come. Refuses a file without a header or without rows.
    pub fn finish(&mut self, sink: &mut dyn FnMut(Outcome)) -> Result<(), IngestError> {
        let Reader {
            spec,
            source,
            interpreter,
            mapper,
            rows,
        } = self;
        source.finish(&mut |event| {
            handle(spec, interpreter, mapper, rows, event, &mut |_, outcome| {
                sink(outcome)
            })
        })?;
        complete(self.mapper.is_some(), self.rows)
    }
}

impl Reader {
    /// Sequences of bytes so far that are no text in the encoding chosen, each replaced by U+FFFD: for
    /// [`Report::replaced_characters`](crate::Report::replaced_characters).
    pub const fn replaced_characters(&self) -> u64 {
        self.source.replaced_characters()
    }
}

/// A file that ended without a header or without rows.
pub(crate) const fn complete(has_header: bool, rows: u64) -> Result<(), IngestError> {
    match (has_header, rows) {
        (false, _) => Err(IngestError::Empty),
        (true, 0) => Err(IngestError::NoRows),
        _ => Ok(()),
    }
}

/// Takes a row's line and canonical cells, where it has any, and what became of it.
pub(crate) type RowTaker<'t> = dyn FnMut(Option<(u64, &Cells)>, Outcome) + 't;

/// Gives each row's canonical cells, where it has any, and what became of it.
pub(crate) fn handle(
    spec: &ImportSpec,
    interpreter: &mut Interpreter,
    mapper: &mut Option<Mapper>,
    rows: &mut u64,
    event: RowEvent<'_>,
    sink: &mut RowTaker<'_>,
) -> Result<(), IngestError> {
    match event {
        RowEvent::Header(header) => *mapper = Some(Mapper::new(spec, header)?),
        RowEvent::Bad { line, reason } => {
            *rows += 1;
            let rejected = Rejected {
                line,
                reason,
                column: String::new(),
                value: String::new(),
            };
            sink(None, Outcome::Rejected(rejected));
        }
        RowEvent::Row { line, cells } => {
            *rows += 1;
            let Some(mapper) = mapper.as_mut() else {
                return Ok(());
            };
            if !mapper.fits(cells) {
                let rejected = Rejected {
                    line,
                    reason: Reason::CellCount,
                    column: String::new(),
                    value: format!("{} / {}", cells.len(), mapper.cells_max()),
                };
                sink(None, Outcome::Rejected(rejected));
                return Ok(());
            }
            let (line, mapped) = mapper.map(line, cells);
            let outcome = match interpreter.record(mapped) {
                Ok(record) => Outcome::Record {
                    line,
                    record: Box::new(record),
                },
                Err(Fault {
                    reason,
                    column,
                    value,
                }) => Outcome::Rejected(Rejected {
                    line,
                    reason,
                    column: column.to_owned(),
                    value,
                }),
            };
            sink(Some((line, mapped)), outcome);
        }
    }
    Ok(())
}
