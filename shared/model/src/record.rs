//! Records: one row of a file, checked and typed, before it becomes a fact.
//!
//! A record keeps the currency it was written in; [`SalesRecord::measures`] and its siblings convert
//! to the tenant's base currency and return the measures of a fact row in the column order of
//! [`DataSet::measures`](crate::schema::DataSet::measures). Every division there is rounded half away
//! from zero, once, as marketplaces do on their invoices.
//!
//! Out of scope: reading files (`ingest`) and giving out dictionary codes (`edge`).

mod ads;
mod fx_rate;
mod sales;
mod stock;
mod targets;

use kernel::{Currency, Date, DateError, Rounding, div_round};
use serde::{Deserialize, Serialize};
use thiserror::Error;

pub use ads::AdRecord;
pub use fx_rate::FxRecord;
pub use sales::{LineKey, LineStatus, SalesRecord, Shipment, UnitCounts};
pub use stock::StockRecord;
pub use targets::{DailyTarget, TargetRecord};

use crate::columns::FileKind;
use crate::fx::FxRate;

/// How amounts are rounded when a record is turned into a fact.
pub const ROUNDING: Rounding = Rounding::HalfAwayFromZero;

/// Unit prices and unit costs are in millionths of a major unit: sources quote up to four decimals.
pub const MICROS_PER_MAJOR: i64 = 1_000_000;

/// The most units in a line: beyond, it is a typing error (a bar code in the wrong column).
pub const UNITS_MAX: i64 = 1_000_000_000;

/// The highest unit price or cost, in millionths of a major unit: a thousand million.
pub const UNIT_PRICE_MICROS_MAX: i64 = 1_000_000_000 * MICROS_PER_MAJOR;

/// The largest amount of one fact, in minor units: a million such facts still sum within an `i64`.
pub const AMOUNT_MINOR_MAX: i64 = 9_000_000_000_000;

/// The longest text of a key or a label, in bytes.
pub const TEXT_LENGTH_MAX: usize = 256;

/// One row of a file of any kind.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[cfg_attr(
    target_pointer_width = "64",
    expect(
        clippy::large_enum_variant,
        reason = "nearly every record is an order line, read in a stream: a box would allocate per row"
    )
)]
pub enum Record {
    /// An order line.
    Sales(SalesRecord),
    /// Advertising of a day, channel and campaign.
    Ads(AdRecord),
    /// Stock of a day and product.
    Stock(StockRecord),
    /// Targets of a month and channel.
    Targets(TargetRecord),
    /// The exchange rate of a day and currency.
    Fx(FxRecord),
}

impl Record {
    /// The kind of file that holds such records.
    pub const fn kind(&self) -> FileKind {
        match self {
            Record::Sales(_) => FileKind::Sales,
            Record::Ads(_) => FileKind::Ads,
            Record::Stock(_) => FileKind::Stock,
            Record::Targets(_) => FileKind::Targets,
            Record::Fx(_) => FileKind::Fx,
        }
    }

    /// Checks every limit of the record.
    pub fn validate(&self) -> Result<(), RecordError> {
        match self {
            Record::Sales(record) => record.validate(),
            Record::Ads(record) => record.validate(),
            Record::Stock(record) => record.validate(),
            Record::Targets(record) => record.validate(),
            Record::Fx(record) => record.validate(),
        }
    }

    /// What makes two records the same thing, newer replacing older: a text without ambiguity, since
    /// its parts are separated by U+001F, which no key may contain.
    pub fn natural_key(&self) -> String {
        match self {
            Record::Sales(r) => join(&[&r.key.channel, &r.key.order, &r.key.line]),
            Record::Ads(r) => join(&[&r.date.to_string(), &r.channel, &r.campaign]),
            Record::Stock(r) => join(&[&r.date.to_string(), &r.product.sku]),
            Record::Targets(r) => {
                join(&[&r.month.to_string(), r.channel.as_deref().unwrap_or("-")])
            }
            Record::Fx(r) => join(&[&r.date.to_string(), r.currency.code()]),
        }
    }

    /// The day the record counts on: the first of the month for a target.
    pub fn date(&self) -> Date {
        match self {
            Record::Sales(r) => r.order_date,
            Record::Ads(r) => r.date,
            Record::Stock(r) => r.date,
            Record::Targets(r) => r.month.first_day(),
            Record::Fx(r) => r.date,
        }
    }

    /// The currency its amounts are in.
    pub const fn currency(&self) -> Currency {
        match self {
            Record::Sales(r) => r.currency,
            Record::Ads(r) => r.currency,
            Record::Stock(r) => r.currency,
            Record::Targets(r) => r.currency,
            Record::Fx(r) => r.currency,
        }
    }
}

/// A product as a source names it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProductRef {
    /// Stock keeping unit: the key of the product.
    pub sku: String,
    /// Name to show.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Category, as the source writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
}

/// Where a line was delivered to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// Country: ISO 3166-1 alpha-2 where known, else as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// City or province.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub city: Option<String>,
}

/// Why a record cannot be a fact.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RecordError {
    /// A key without text.
    #[error("{field} is empty; it is needed to tell this row from others")]
    Empty {
        /// The field's canonical column.
        field: &'static str,
    },
    /// A text beyond the limit or with control characters.
    #[error("{field} is longer than {TEXT_LENGTH_MAX} bytes or holds control characters")]
    Text {
        /// The field's canonical column.
        field: &'static str,
    },
    /// A number outside its limits.
    #[error("{field} is {value}, which is outside {min} to {max}")]
    OutOfRange {
        /// The field's canonical column.
        field: &'static str,
        /// The value found.
        value: i64,
        /// The least value allowed.
        min: i64,
        /// The largest value allowed.
        max: i64,
    },
    /// More units cancelled and returned than ordered.
    #[error(
        "{cancelled} cancelled and {returned} returned of {placed} units; check the quantities"
    )]
    UnitsExceeded {
        /// Units ordered.
        placed: i64,
        /// Units cancelled.
        cancelled: i64,
        /// Units returned.
        returned: i64,
    },
    /// An amount that does not fit once multiplied or converted.
    #[error("{field} is more than {AMOUNT_MINOR_MAX} minor units once computed")]
    AmountTooLarge {
        /// The field's canonical column.
        field: &'static str,
    },
    /// A rate for another pair of currencies.
    #[error("a rate from {found} was given for a record in {expected}")]
    WrongRate {
        /// The record's currency.
        expected: Currency,
        /// The rate's source currency.
        found: Currency,
    },
    /// A date computed from the record that cannot be.
    #[error(transparent)]
    Date(#[from] DateError),
}

fn join(parts: &[&str]) -> String {
    parts.join("\u{1f}")
}

/// Checks a text that must be there.
fn check_key(field: &'static str, text: &str) -> Result<(), RecordError> {
    if text.is_empty() {
        return Err(RecordError::Empty { field });
    }
    check_text(field, Some(text))
}

/// Checks a text that may be missing.
fn check_text(field: &'static str, text: Option<&str>) -> Result<(), RecordError> {
    match text {
        Some(text) if text.len() > TEXT_LENGTH_MAX || text.chars().any(char::is_control) => {
            Err(RecordError::Text { field })
        }
        _ => Ok(()),
    }
}

fn check_product(product: &ProductRef) -> Result<(), RecordError> {
    check_key("sku", &product.sku)?;
    check_text("product_name", product.name.as_deref())?;
    check_text("category", product.category.as_deref())
}

fn check_range(field: &'static str, value: i64, min: i64, max: i64) -> Result<(), RecordError> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(RecordError::OutOfRange {
            field,
            value,
            min,
            max,
        })
    }
}

/// An amount in minor units that may be missing.
fn check_amount(field: &'static str, amount_minor: Option<i64>) -> Result<(), RecordError> {
    check_range(
        field,
        amount_minor.unwrap_or(0),
        -AMOUNT_MINOR_MAX,
        AMOUNT_MINOR_MAX,
    )
}

/// Fits a computed amount into a fact.
fn fit(field: &'static str, amount_minor: i128) -> Result<i64, RecordError> {
    i64::try_from(amount_minor)
        .ok()
        .filter(|minor| minor.abs() <= AMOUNT_MINOR_MAX)
        .ok_or(RecordError::AmountTooLarge { field })
}

/// `units` x `unit_micros`, converted by `rate`, in base minor units, rounded once.
fn value_minor(
    field: &'static str,
    units: i64,
    unit_micros: i64,
    rate: &FxRate,
) -> Result<i64, RecordError> {
    // 10^9 units x 10^15 micros = 10^24, x 10^3 minor x rate 10^15 would pass 10^38: checked.
    let numerator = (i128::from(units) * i128::from(unit_micros))
        .checked_mul(i128::from(rate.billionths()))
        .and_then(|product| product.checked_mul(i128::from(rate.to().minor_per_major())))
        .ok_or(RecordError::AmountTooLarge { field })?;
    let denominator = i128::from(MICROS_PER_MAJOR) * i128::from(FxRate::BILLION);
    fit(field, div_round(numerator, denominator, ROUNDING))
}

/// An amount of the record's currency in base minor units, rounded once.
fn convert_minor(
    field: &'static str,
    amount_minor: i64,
    rate: &FxRate,
) -> Result<i64, RecordError> {
    let converted = rate
        .convert_minor(amount_minor, ROUNDING)
        .ok_or(RecordError::AmountTooLarge { field })?;
    fit(field, converted.into())
}

fn check_rate(currency: Currency, rate: &FxRate) -> Result<(), RecordError> {
    if rate.from() == currency {
        Ok(())
    } else {
        Err(RecordError::WrongRate {
            expected: currency,
            found: rate.from(),
        })
    }
}
