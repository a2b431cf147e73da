//! The data-quality report: what became of every row.

use std::collections::BTreeMap;

use kernel::Date;
use serde::{Deserialize, Serialize};

/// The most rejected rows that a report keeps as examples.
pub const EXAMPLES_MAX: usize = 1_000;
/// The most characters of a rejected value that a report keeps.
pub const VALUE_LENGTH_MAX: usize = 120;

/// Why a row was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// A value that is needed is missing.
    Missing,
    /// No number where one is needed.
    NotANumber,
    /// No date, or one in another order than the rest of the file.
    NotADate,
    /// A date before 1990 or after tomorrow.
    DateOutOfRange,
    /// A number too large or too small to be true.
    NumberOutOfRange,
    /// A quantity that is not whole.
    FractionalQuantity,
    /// A negative price: an adjustment, no sale.
    NegativePrice,
    /// Goods written off: a negative quantity at no price.
    StockAdjustment,
    /// A booking of the ledger under an invoice number, such as UCI's `A...`: no sale.
    Adjustment,
    /// A currency that is not known.
    UnknownCurrency,
    /// An amount that names another currency than its row or file.
    CurrencyMismatch,
    /// No exchange rate near that day.
    NoRate,
    /// A text too long or with control characters.
    BadText,
    /// More units cancelled and returned than ordered.
    UnitsExceeded,
    /// A row with more or fewer cells than the header has columns: perhaps an unquoted delimiter.
    CellCount,
    /// A row longer than any row can be: perhaps a quote that was never closed.
    RowTooLong,
    /// Damaged JSON.
    NotJson,
}

/// One rejected row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rejected {
    /// Line of the file on which the row begins.
    pub line: u64,
    /// Why.
    pub reason: Reason,
    /// Canonical column at fault; empty where it is the whole row.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub column: String,
    /// What was found there, cut to [`VALUE_LENGTH_MAX`] characters.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub value: String,
}

/// What became of the rows of a file. `rows = taken + duplicates + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Rows below the header.
    pub rows: u64,
    /// Rows that are part of the figures now.
    pub taken: u64,
    /// Rows that were there already, in the file or before it.
    pub duplicates: u64,
    /// Of those taken: rows that replaced an older state.
    pub corrected: u64,
    /// Of those taken: returns and cancellations.
    pub returns: u64,
    /// Rows not taken.
    pub rejected: u64,
    /// Rejected rows by reason.
    #[serde(default)]
    pub reasons: BTreeMap<Reason, u64>,
    /// Sequences of bytes that are no text in the encoding chosen and were replaced by U+FFFD.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub replaced_characters: u64,
    /// The first rejected rows, by line.
    #[serde(default)]
    pub examples: Vec<Rejected>,
    /// First day of a row taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Last day of a row taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

const fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Report {
    /// Notes a rejected row.
    pub fn reject(&mut self, rejected: Rejected) {
        self.rows += 1;
        self.rejected += 1;
        *self.reasons.entry(rejected.reason).or_default() += 1;
        if self.examples.len() < EXAMPLES_MAX {
            self.examples.push(rejected);
        }
    }

    /// Notes a row that was there already.
    pub fn duplicate(&mut self) {
        self.rows += 1;
        self.duplicates += 1;
    }

    /// Notes a row taken.
    pub fn take(&mut self, day: Date, is_correction: bool, is_return: bool) {
        self.rows += 1;
        self.taken += 1;
        self.corrected += u64::from(is_correction);
        self.returns += u64::from(is_return);
        self.from = Some(self.from.map_or(day, |from| from.min(day)));
        self.to = Some(self.to.map_or(day, |to| to.max(day)));
    }

    /// Adds the report of another part of the file. The order of parts does not matter.
    pub fn merge(&mut self, other: &Report) {
        self.rows += other.rows;
        self.taken += other.taken;
        self.duplicates += other.duplicates;
        self.corrected += other.corrected;
        self.returns += other.returns;
        self.rejected += other.rejected;
        self.replaced_characters += other.replaced_characters;
        for (reason, count) in &other.reasons {
            *self.reasons.entry(*reason).or_default() += count;
        }
        self.examples.extend(other.examples.iter().cloned());
        self.examples.sort();
        self.examples.truncate(EXAMPLES_MAX);
        self.from = [self.from, other.from].into_iter().flatten().min();
        self.to = [self.to, other.to].into_iter().flatten().max();
    }

    /// The rejected rows as CSV, safe to open in a spreadsheet.
    pub fn rejected_csv(&self) -> String {
        let mut csv = String::from("line,reason,column,value\r\n");
        for row in &self.examples {
            let reason = serde_json::to_value(row.reason).unwrap_or_default();
            let reason = reason.as_str().unwrap_or_default();
            csv.push_str(&format!(
                "{},{reason},{},{}\r\n",
                row.line,
                safe_cell(&row.column),
                safe_cell(&row.value)
            ));
        }
        csv
    }
}

/// A cell that a spreadsheet shows as text: quoted, and marked where it would be taken for a formula
/// (OWASP, CSV injection).
pub fn safe_cell(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let mark = if is_formula { "'" } else { "" };
    format!("\"{mark}{}\"", text.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn report(rows: &[(u64, u8)]) -> Report {
        let mut report = Report::default();
        for (line, kind) in rows {
            match kind {
                0 => report.duplicate(),
                1 => report.take(
                    Date::from_ymd(2026, 1, 1 + (*line % 28) as u8).unwrap(),
                    line % 2 == 0,
                    false,
                ),
                _ => report.reject(Rejected {
                    line: *line,
                    reason: Reason::NotADate,
                    column: "order_date".into(),
                    value: "x".into(),
                }),
            }
        }
        report
    }

    proptest! {
        #[test]
        fn parts_add_up_in_any_order(rows in proptest::collection::vec((1_u64..50, 0_u8..3), 0..40), at in 0_usize..40) {
            let (first, second) = rows.split_at(at.min(rows.len()));
            let (first, second) = (report(first), report(second));
            let (mut one, mut other) = (first.clone(), second.clone());
            one.merge(&second);
            other.merge(&first);
            prop_assert_eq!(&one, &other);
            prop_assert_eq!(one.rows, rows.len() as u64);
            prop_assert_eq!(one.rows, one.taken + one.duplicates + one.rejected);
        }
    }

    #[test]
    fn a_formula_stays_text() {
        assert_eq!(safe_cell("=cmd|' /C calc'!A0"), "\"'=cmd|' /C calc'!A0\"");
        assert_eq!(safe_cell("plain \"quoted\""), "\"plain \"\"quoted\"\"\"");
        let mut report = Report::default();
        report.reject(Rejected {
            line: 7,
            reason: Reason::NotANumber,
            column: "unit_price".into(),
            value: "+1x".into(),
        });
        assert_eq!(
            report.rejected_csv(),
            "line,reason,column,value\r\n7,not-a-number,\"unit_price\",\"'+1x\"\r\n"
        );
    }
}
