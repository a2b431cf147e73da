//! How one file is to be read: guessed by `sniff`, corrected by a person, sent along with the data.

use std::collections::{BTreeMap, BTreeSet};

use kernel::Currency;
use model::columns::FileKind;
use serde::{Deserialize, Serialize};

use crate::headers::key;
use crate::{IngestError, Preset, TextEncoding};

/// How a file is cut into rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "format", rename_all = "kebab-case")]
pub enum Format {
    /// Delimited text with a header row.
    Delimited {
        /// One byte: comma, semicolon, tab or bar.
        delimiter: u8,
    },
    /// JSON objects, in a list or one per line.
    Json,
}

/// What separates whole from fractional digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecimalMark {
    /// 1,234.56
    #[default]
    Point,
    /// 1.234,56
    Comma,
}

/// The order of day, month and year where a date does not begin with the year.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// 23.11.2026
    #[default]
    DayFirst,
    /// 11/23/2026
    MonthFirst,
}

/// How one file is to be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportSpec {
    /// What its rows are.
    pub kind: FileKind,
    /// How it is cut into rows.
    #[serde(flatten)]
    pub format: Format,
    /// Text encoding.
    #[serde(default)]
    pub encoding: TextEncoding,
    /// Decimal mark of its numbers.
    #[serde(default)]
    pub decimal: DecimalMark,
    /// Order of its dates.
    #[serde(default)]
    pub date_order: DateOrder,
    /// Currency of rows that name none; the company's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// Whether unit prices contain VAT.
    pub prices_include_vat: bool,
    /// VAT of rows that name none, in basis points.
    pub vat_basis_points: u32,
    /// Channel of rows that name none.
    pub channel: String,
    /// Whether commissions are rates in percent rather than amounts; told by the column's header where
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission_is_percent: Option<bool>,
    /// Canonical column to the header of the file's column that holds it.
    pub mapping: BTreeMap<String, String>,
    /// The source whose habits the rows follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preset: Option<Preset>,
}

/// The column of a normalised chunk that holds the line of the original file.
pub const LINE_COLUMN: &str = "#line";

/// Keys of headers of commissions that are rates: of the interface of Trendyol, and of exports.
const RATES_OF_COMMISSION: [&str; 3] = ["linescommission", "komisyonorani", "commissionrate"];

impl ImportSpec {
    /// The largest VAT rate, in basis points: 100 %.
    pub const VAT_BASIS_POINTS_MAX: u32 = 10_000;

    /// Checks that the mapping names known columns and all that are needed.
    pub fn validate(&self) -> Result<(), IngestError> {
        for column in self.mapping.keys() {
            let is_known = self.kind.required_columns().contains(&column.as_str())
                || self.kind.optional_columns().contains(&column.as_str());
            if !is_known {
                return Err(IngestError::UnknownColumn {
                    column: column.clone(),
                });
            }
        }
        if let Some(column) = self.missing_columns().first() {
            return Err(IngestError::MissingColumn {
                column: (*column).to_owned(),
            });
        }
        Ok(())
    }

    /// The columns that are needed and that neither the mapping fills nor the source makes constant.
    pub fn missing_columns(&self) -> Vec<&'static str> {
        let is_constant = |column: &str| match column {
            "channel" => !self.channel.is_empty(),
            "quantity" => self.preset.is_some_and(Preset::is_one_unit_a_row),
            _ => false,
        };
        let required = self.kind.required_columns().iter().copied();
        required
            .filter(|column| !self.mapping.contains_key(*column) && !is_constant(column))
            .collect()
    }

    /// Whether commissions are rates in percent.
    pub fn reads_commission_as_percent(&self) -> bool {
        let header = self.mapping.get("commission").map(|header| key(header));
        let is_rate = |header: String| RATES_OF_COMMISSION.contains(&header.as_str());
        self.commission_is_percent
            .unwrap_or_else(|| header.is_some_and(is_rate))
    }

    /// The headers of the file whose cells are read, in order.
    pub(crate) fn headers(&self) -> Vec<String> {
        let fallback = self.preset.and_then(Preset::fallback);
        let fallback = fallback.map(|(_, header)| header.to_owned());
        let headers = self.mapping.values().cloned().chain(fallback);
        let headers: BTreeSet<String> = kernel::inserted(headers);
        headers.into_iter().collect()
    }

    /// The canonical columns of this kind of file that the mapping fills, in their order.
    pub fn columns(&self) -> Vec<&'static str> {
        let all = self
            .kind
            .required_columns()
            .iter()
            .chain(self.kind.optional_columns());
        all.copied()
            .filter(|column| self.mapping.contains_key(*column))
            .collect()
    }

    /// The specification of the chunks that `Splitter` makes of this file: the same rows in canonical
    /// columns, as comma-separated UTF-8.
    pub fn normalised(&self) -> ImportSpec {
        let columns = self.columns();
        ImportSpec {
            format: Format::Delimited { delimiter: b',' },
            encoding: TextEncoding::Utf8,
            commission_is_percent: Some(self.reads_commission_as_percent()),
            mapping: columns
                .iter()
                .map(|column| ((*column).to_owned(), (*column).to_owned()))
                .collect(),
            ..self.clone()
        }
    }
}
