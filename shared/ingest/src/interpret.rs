//! From a row of cells to a record, by the specification of the file.
//!
//! Rules that are not obvious:
//! - A negative quantity is a credit note: goods that came back, on the day of the note. With it comes
//!   no order to count. At no price it is goods written off, and rejected.
//! - A negative price is an accounting adjustment, and rejected. A price of zero is a gift, and taken.
//! - A row without a line id is named by a hash of the values that make it that line (`identity`), so
//!   that an exact repetition is the same line, and a later status or fee is a newer state of it.

mod columns;
mod identity;
mod mapper;
mod memo;
mod sales;

use kernel::{Currency, Date, Month, TimeZone};
use model::columns::FileKind;
use model::member::key_from_text;
use model::profile::TenantProfile;
use model::record::{
    AdRecord, FxRecord, ProductRef, Record, RecordError, StockRecord, TargetRecord,
};

use columns::Columns;
pub use mapper::{Mapper, unique_headers};
use sales::SalesMemory;

use crate::report::VALUE_LENGTH_MAX;
use crate::rows::Cells;
use crate::value::{self, DateRules, Number};
use crate::{ImportSpec, Preset, Reason};

/// Digits of a price or cost of one unit after the decimal mark.
const MICRO_DIGITS: u32 = 6;

/// What of the company a reading depends on.
#[derive(Clone, Copy, Debug)]
pub struct Context {
    /// Currency of rows that name none.
    pub currency: Currency,
    /// Zone of the company's days.
    pub time_zone: TimeZone,
    /// The company's day now.
    pub today: Date,
}

impl Context {
    /// The context of a company on a day.
    pub const fn new(profile: &TenantProfile, today: Date) -> Context {
        Context {
            currency: profile.currency,
            time_zone: profile.time_zone,
            today,
        }
    }
}

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why it is rejected.
    pub reason: Reason,
    /// Canonical column at fault; empty where it is the whole row.
    pub column: &'static str,
    /// What was found there.
    pub value: String,
}

/// Turns rows in canonical columns into records.
pub struct Interpreter {
    reading: Reading,
    sales: SalesMemory,
}

/// How the cells of a row are read.
struct Reading {
    spec: ImportSpec,
    columns: Columns,
    /// The company's own.
    currency: Currency,
    commission_is_percent: bool,
    /// Key of the channel of rows that name none.
    channel: String,
    dates: DateRules,
}

impl Interpreter {
    /// An interpreter of rows whose cells are those of [`ImportSpec::columns`].
    pub fn new(spec: &ImportSpec, context: &Context) -> Interpreter {
        Interpreter {
            reading: Reading {
                columns: Columns::new(spec),
                currency: context.currency,
                channel: key_from_text(&spec.channel),
                commission_is_percent: spec.reads_commission_as_percent(),
                dates: DateRules {
                    order: spec.date_order,
                    time_zone: context.time_zone,
                    epoch_is_local: spec.preset == Some(Preset::Trendyol),
                    today: context.today,
                },
                spec: spec.clone(),
            },
            sales: SalesMemory::default(),
        }
    }

    /// Reads one row. The rows of one order are best given one after another: see `identity`.
    pub fn record(&mut self, cells: &Cells) -> Result<Record, Fault> {
        let row = Row {
            reading: &self.reading,
            cells,
        };
        let record = match self.reading.spec.kind {
            FileKind::Sales => Record::Sales(sales::read(&row, &mut self.sales)?),
            FileKind::Ads => Record::Ads(ads(&row)?),
            FileKind::Stock => Record::Stock(stock(&row)?),
            FileKind::Targets => Record::Targets(targets(&row)?),
            FileKind::Fx => Record::Fx(fx(&row)?),
        };
        record.validate().map_err(|error| row.refused(&error))?;
        Ok(record)
    }
}

/// One row and how to read it.
struct Row<'r> {
    reading: &'r Reading,
    cells: &'r Cells,
}

impl<'r> Row<'r> {
    /// A cell that is not empty.
    fn text(&self, column: &str) -> Option<&'r str> {
        let index = self.reading.columns.place(column)?;
        self.cells.get(index).filter(|text| !text.is_empty())
    }

    /// Whether the file has such a column.
    fn has(&self, column: &str) -> bool {
        self.reading.columns.place(column).is_some()
    }

    fn needed(&self, column: &'static str) -> Result<&'r str, Fault> {
        self.text(column)
            .ok_or_else(|| self.fault(column, Reason::Missing))
    }

    fn fault(&self, column: &'static str, reason: Reason) -> Fault {
        let value = self.text(column).unwrap_or_default();
        Fault {
            reason,
            column,
            value: value.chars().take(VALUE_LENGTH_MAX).collect(),
        }
    }

    fn read<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Result<T, Fault> {
        parse(self.needed(column)?).map_err(|reason| self.fault(column, reason))
    }

    fn read_if<T>(
        &self,
        column: &'static str,
        parse: impl FnOnce(&str) -> Result<T, Reason>,
    ) -> Result<Option<T>, Fault> {
        match self.text(column) {
            None => Ok(None),
            Some(text) => parse(text)
                .map(Some)
                .map_err(|reason| self.fault(column, reason)),
        }
    }

    fn date(&self, column: &'static str) -> Result<Date, Fault> {
        self.read(column, |text| value::date(text, &self.reading.dates))
    }

    fn date_if(&self, column: &'static str) -> Result<Option<Date>, Fault> {
        self.read_if(column, |text| value::date(text, &self.reading.dates))
    }

    fn whole_if(&self, column: &'static str) -> Result<Option<i64>, Fault> {
        self.read_if(column, |text| value::whole(text, self.reading.spec.decimal))
    }

    /// A price or cost of one unit, in millionths.
    fn micros_if(&self, column: &'static str, currency: Currency) -> Result<Option<i64>, Fault> {
        self.amount_if(column, currency, MICRO_DIGITS)
    }

    fn minor_if(&self, column: &'static str, currency: Currency) -> Result<Option<i64>, Fault> {
        self.amount_if(column, currency, currency.minor_digits())
    }

    fn amount_if(
        &self,
        column: &'static str,
        currency: Currency,
        digits: u32,
    ) -> Result<Option<i64>, Fault> {
        self.read_if(column, |text| {
            Number::parse(text, self.reading.spec.decimal)?
                .amount_of(currency)?
                .scaled(digits)
        })
    }

    /// The value of a column that must be there.
    fn present<T>(&self, column: &'static str, value: Option<T>) -> Result<T, Fault> {
        value.ok_or_else(|| self.fault(column, Reason::Missing))
    }

    /// The currency that the row or the file states; else the one that the first of these amounts names
    /// beside its digits; else the company's own.
    fn currency(&self, amounts: &[&str]) -> Result<Currency, Fault> {
        let parse = |text: &str| text.parse().map_err(|_| Reason::UnknownCurrency);
        let stated = self.read_if("currency", parse)?;
        if let Some(currency) = stated.or(self.reading.spec.currency) {
            return Ok(currency);
        }
        let own = self.reading.currency;
        let named = amounts.iter().find_map(|column| {
            let number = Number::parse(self.text(column)?, self.reading.spec.decimal);
            number.ok()?.currency?.currency(own)
        });
        Ok(named.unwrap_or(own))
    }

    fn channel(&self) -> String {
        match self.text("channel") {
            Some(text) => key_from_text(text),
            None => self.reading.channel.clone(),
        }
    }

    fn product(&self) -> Result<ProductRef, Fault> {
        let owned = |column| self.text(column).map(str::to_owned);
        Ok(ProductRef {
            sku: self.needed("sku")?.to_owned(),
            name: owned("product_name"),
            category: owned("category"),
        })
    }

    /// The fault that a record's own check finds.
    fn refused(&self, error: &RecordError) -> Fault {
        match error {
            RecordError::Empty { field } => self.fault(field, Reason::Missing),
            RecordError::Text { field } => self.fault(field, Reason::BadText),
            RecordError::OutOfRange { field, .. } | RecordError::AmountTooLarge { field } => {
                self.fault(field, Reason::NumberOutOfRange)
            }
            RecordError::UnitsExceeded { .. } => self.fault("quantity", Reason::UnitsExceeded),
            RecordError::WrongRate { .. } => self.fault("currency", Reason::NoRate),
            RecordError::Date(_) => self.fault("", Reason::DateOutOfRange),
        }
    }
}

fn ads(row: &Row<'_>) -> Result<AdRecord, Fault> {
    let currency = row.currency(&["spend", "sales"])?;
    Ok(AdRecord {
        date: row.date("date")?,
        channel: row.channel(),
        campaign: row.needed("campaign")?.to_owned(),
        currency,
        spend_minor: row.present("spend", row.minor_if("spend", currency)?)?,
        impressions: row.whole_if("impressions")?,
        clicks: row.whole_if("clicks")?,
        orders: row.whole_if("orders")?,
        sales_minor: row.minor_if("sales", currency)?,
    })
}

fn stock(row: &Row<'_>) -> Result<StockRecord, Fault> {
    let is_listed =
        |text: &str| !matches!(key_from_text(text).as_str(), "0" | "false" | "no" | "hayir");
    let currency = row.currency(&["unit_cost"])?;
    Ok(StockRecord {
        date: row.date("date")?,
        product: row.product()?,
        on_hand_units: row.read("on_hand", |text| {
            value::whole(text, row.reading.spec.decimal)
        })?,
        unit_cost_micros: row.micros_if("unit_cost", currency)?,
        currency,
        listed: row.text("listed").is_none_or(is_listed),
    })
}

fn targets(row: &Row<'_>) -> Result<TargetRecord, Fault> {
    let currency = row.currency(&["net_revenue", "margin", "ad_spend"])?;
    let channel = row.text("channel").map(key_from_text);
    Ok(TargetRecord {
        // A plan is for months to come, so its dates know no latest day.
        month: row.read("month", |text| {
            text.parse::<Month>()
                .or_else(|_| text.parse::<Date>().map(Date::month))
                .map_err(|_| Reason::NotADate)
        })?,
        channel,
        currency,
        net_revenue_minor: row.minor_if("net_revenue", currency)?,
        orders: row.whole_if("orders")?,
        margin_minor: row.minor_if("margin", currency)?,
        ad_spend_minor: row.minor_if("ad_spend", currency)?,
    })
}

fn fx(row: &Row<'_>) -> Result<FxRecord, Fault> {
    row.needed("currency")?;
    Ok(FxRecord {
        date: row.date("date")?,
        currency: row.currency(&[])?,
        // A rate is an amount of the company's own currency for one of the other.
        rate_billionths: row.present("rate", row.amount_if("rate", row.reading.currency, 9)?)?,
    })
}
