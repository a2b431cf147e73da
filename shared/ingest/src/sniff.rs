//! A look at the head of a file: what it is, a guess at how to read it, and a preview to correct.

mod mapping;
mod marks;

use std::collections::BTreeSet;

use model::profile::TenantProfile;
use model::record::Record;
use serde::{Deserialize, Serialize};

use crate::container::{self, Unpacker};
use crate::decoder::TextDecoder;
use crate::encoding;
use crate::interpret::{Interpreter, unique_headers};
use crate::reader::{Outcome, handle};
use crate::rows::{Cells, JsonRows, RowEvent, Rows};
use crate::{Context, Format, ImportSpec, IngestError, Preset, Report, TextEncoding};
use mapping::{drop_versions_of_software, mapping_of};
use marks::{date_order_of, decimal_of};

/// How much of a file is looked at.
pub const HEAD_BYTES: usize = 256 << 10;
/// How many rows a preview shows.
const PREVIEW_ROWS: usize = 20;
const SAMPLE_ROWS: usize = 1_000;
const EXAMPLES: usize = 3;
const EXAMPLE_LENGTH_MAX: usize = 40;
/// Columns whose values show the decimal mark.
const NUMBERS: [&str; 6] = [
    "unit_price",
    "quantity",
    "spend",
    "rate",
    "commission",
    "net_revenue",
];
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// What the head of a file shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sniffed {
    /// The guess at how to read it. Its mapping may lack columns that are needed.
    pub spec: ImportSpec,
    /// The file's columns.
    pub columns: Vec<ColumnGuess>,
    /// Whether it is packed by gzip.
    pub is_gzip: bool,
    /// What a person should look at before the file is read.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// What the head of a file leaves open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "warning", rename_all = "kebab-case")]
pub enum Warning {
    /// The values fit both decimal marks, or both are used: is `1.299` a thousand or one and a bit?
    DecimalMark(Doubt),
    /// The values fit both orders of day and month, or both are used: every number is at most 12.
    DateOrder(Doubt),
    /// Bytes that are no text in the encoding guessed; another encoding may fit.
    ReplacedCharacters {
        /// How many of them the head has.
        count: u64,
    },
}

/// A value that can be read in more than one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Header of its column.
    pub header: String,
    /// The value.
    pub example: String,
}

/// One column of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnGuess {
    /// Its header, made unique.
    pub header: String,
    /// Some of its values.
    pub examples: Vec<String>,
}

/// The first rows of a file as a specification reads them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preview {
    /// The canonical columns that are filled.
    pub columns: Vec<String>,
    /// The first rows.
    pub rows: Vec<PreviewRow>,
    /// What became of all rows of the head.
    pub report: Report,
}

/// One row of a preview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PreviewRow {
    /// Line of the file.
    pub line: u64,
    /// The cells of the canonical columns, as they are in the file.
    pub cells: Vec<String>,
    /// The record that it becomes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<Record>,
    /// Why it becomes none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<crate::Rejected>,
}

/// Looks at the head of a file (its first [`HEAD_BYTES`], or all of it).
pub fn sniff(head: &[u8], profile: &TenantProfile) -> Result<Sniffed, IngestError> {
    let is_gzip = container::is_gzip(head)?;
    let bytes = plain(head, is_gzip)?;
    let encoding = encoding::guess(&bytes)?;
    let (text, replaced) = decoded(&bytes, encoding)?;
    let format = format_of(&text)?;
    let columns = match format {
        Format::Json => JsonRows::columns_of(&text),
        Format::Delimited { .. } => Vec::new(),
    };
    let (headers, rows) = sample(&text, format, &columns)?;
    if headers.len() < 2 {
        return Err(IngestError::NoColumns);
    }
    // The first row of a longer file may just not end within its head.
    if rows.is_empty() && head.len() < HEAD_BYTES {
        // A packed file that ends before its first row does was cut: its check says so.
        if is_gzip {
            container::check_end(head)?;
        }
        return Err(IngestError::NoRows);
    }
    let preset = Preset::recognise(&headers);
    let (kind, mut mapping) = mapping_of(&headers, preset);
    drop_versions_of_software(&mut mapping, &headers, &rows);
    let values = |canonical: &'static str| {
        let header = mapping.get(canonical).map_or("", String::as_str);
        let index = headers.iter().position(|name| name == header);
        let cells = index
            .into_iter()
            .flat_map(|index| rows.iter().filter_map(move |row| row.get(index)));
        cells.map(move |cell| (header, cell))
    };
    let decimal = decimal_of(NUMBERS.into_iter().flat_map(values), format);
    let date_order = date_order_of(values("order_date").chain(values("date")), preset);
    let doubt = |doubtful: Option<(&str, &str)>| {
        doubtful.map(|(header, value)| Doubt {
            header: header.to_owned(),
            example: value.chars().take(EXAMPLE_LENGTH_MAX).collect(),
        })
    };
    let warnings: Vec<Warning> = [
        doubt(decimal.doubtful).map(Warning::DecimalMark),
        doubt(date_order.doubtful).map(Warning::DateOrder),
        (replaced > 0).then_some(Warning::ReplacedCharacters { count: replaced }),
    ]
    .into_iter()
    .flatten()
    .collect();
    let spec = ImportSpec {
        kind,
        format,
        encoding,
        decimal: decimal.likeliest,
        date_order: date_order.likeliest,
        currency: preset.and_then(Preset::currency),
        prices_include_vat: preset
            .and_then(Preset::prices_include_vat)
            .unwrap_or(profile.vat_included),
        vat_basis_points: if preset.is_some_and(Preset::is_without_vat) {
            0
        } else {
            profile.vat_basis_points
        },
        channel: preset
            .and_then(Preset::channel)
            .unwrap_or("own-store")
            .to_owned(),
        commission_is_percent: None,
        mapping,
        preset,
    };
    let columns = headers
        .iter()
        .enumerate()
        .map(|(index, header)| {
            let cells = rows.iter().take(50).filter_map(|row| row.get(index));
            let cells = cells.filter(|text| !text.is_empty());
            let distinct: BTreeSet<&str> = kernel::inserted(cells);
            let examples = distinct
                .into_iter()
                .take(EXAMPLES)
                .map(|text| text.chars().take(EXAMPLE_LENGTH_MAX).collect());
            ColumnGuess {
                header: header.clone(),
                examples: examples.collect(),
            }
        })
        .collect();
    Ok(Sniffed {
        spec,
        columns,
        is_gzip,
        warnings,
    })
}

/// Reads the head of a file by a specification, as the whole file will be read.
pub fn preview(head: &[u8], spec: &ImportSpec, context: &Context) -> Result<Preview, IngestError> {
    spec.validate()?;
    let bytes = plain(head, container::is_gzip(head)?)?;
    let (text, replaced) = decoded(&bytes, spec.encoding)?;
    let mut source = Rows::new(spec.format, &spec.headers());
    let mut interpreter = Interpreter::new(spec, context);
    let mut mapper = None;
    let mut count = 0;
    let mut preview = Preview {
        columns: spec.columns().into_iter().map(str::to_owned).collect(),
        ..Preview::default()
    };
    let mut take = |row: Option<(u64, &Cells)>, outcome: Outcome| {
        let mut shown = row.map(|(line, cells)| PreviewRow {
            line,
            cells: cells.iter().map(str::to_owned).collect(),
            record: None,
            rejected: None,
        });
        match outcome {
            Outcome::Record { record, .. } => {
                preview.report.take(record.date(), false, false);
                if let Some(shown) = &mut shown {
                    shown.record = Some(*record);
                }
            }
            Outcome::Rejected(rejected) => {
                if let Some(shown) = &mut shown {
                    shown.rejected = Some(rejected.clone());
                }
                preview.report.reject(rejected);
            }
        }
        if preview.rows.len() < PREVIEW_ROWS {
            preview.rows.extend(shown);
        }
    };
    let seen_bytes = head.len().max(bytes.len());
    source.push(whole_lines(&text, seen_bytes).as_bytes(), &mut |event| {
        handle(
            spec,
            &mut interpreter,
            &mut mapper,
            &mut count,
            event,
            &mut take,
        )
    })?;
    source.finish(&mut |event| {
        handle(
            spec,
            &mut interpreter,
            &mut mapper,
            &mut count,
            event,
            &mut take,
        )
    })?;
    preview.report.replaced_characters = replaced;
    Ok(preview)
}

/// The head's bytes, unpacked as far as they go.
fn plain(head: &[u8], is_gzip: bool) -> Result<Vec<u8>, IngestError> {
    if !is_gzip {
        return Ok(head.to_vec());
    }
    let mut bytes = Vec::new();
    let mut unpacker = Unpacker::new(u64::MAX);
    // The head of a packed file is a cut one: what could be unpacked is what is looked at.
    let outcome = unpacker.push(head, &mut |some| {
        if bytes.len() < HEAD_BYTES {
            bytes.extend_from_slice(some);
        }
        Ok(())
    });
    if bytes.is_empty() {
        outcome?;
        return Err(IngestError::Empty);
    }
    Ok(bytes)
}

/// The text of the head, and how much of it could not be decoded.
fn decoded(bytes: &[u8], encoding: TextEncoding) -> Result<(String, u64), IngestError> {
    let mut text = Vec::new();
    let mut take = |some: &[u8]| {
        text.extend_from_slice(some);
        Ok(())
    };
    let mut decoder = TextDecoder::new(encoding);
    decoder.push(bytes, false, &mut take)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    if text.trim().is_empty() {
        Err(IngestError::Empty)
    } else {
        Ok((text, decoder.replaced))
    }
}

/// Without the last line, where the head ends in the middle of the file.
fn whole_lines(text: &str, head_bytes: usize) -> &str {
    if head_bytes < HEAD_BYTES {
        return text;
    }
    text.rfind('\n')
        .and_then(|end| text.get(..=end))
        .unwrap_or(text)
}

fn format_of(text: &str) -> Result<Format, IngestError> {
    if text.trim_start().starts_with(['{', '[']) {
        return Ok(Format::Json);
    }
    let count = |delimiter: u8| {
        let Ok((headers, rows)) = sample(text, Format::Delimited { delimiter }, &[]) else {
            return (0, 0);
        };
        let alike = rows
            .iter()
            .take(20)
            .filter(|row| row.len() == headers.len())
            .count();
        (if headers.len() > 1 { headers.len() } else { 0 }, alike)
    };
    let best = DELIMITERS.into_iter().max_by_key(|delimiter| {
        let (headers, alike) = count(*delimiter);
        // A delimiter that cuts every row alike beats one that cuts the header finer.
        (headers > 0, alike, headers)
    });
    match best {
        Some(delimiter) if count(delimiter).0 > 1 => Ok(Format::Delimited { delimiter }),
        _ => Err(IngestError::NoColumns),
    }
}

/// Headers and the first rows.
fn sample(
    text: &str,
    format: Format,
    columns: &[String],
) -> Result<(Vec<String>, Vec<Cells>), IngestError> {
    let mut headers = Vec::new();
    let mut rows = Vec::new();
    let mut source = Rows::new(format, columns);
    let mut sink = |event: RowEvent<'_>| {
        match event {
            RowEvent::Header(cells) => headers = unique_headers(cells),
            RowEvent::Row { cells, .. } if rows.len() < SAMPLE_ROWS => rows.push(cells.clone()),
            RowEvent::Row { .. } | RowEvent::Bad { .. } => {}
        }
        Ok(())
    };
    source.push(whole_lines(text, text.len()).as_bytes(), &mut sink)?;
    source.finish(&mut sink)?;
    Ok((headers, rows))
}
