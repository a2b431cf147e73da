//! From the raw bytes of a batch to rows with codes and measures in the base currency.
//!
//! Codes of orders and customers are not given here: that takes a look-up for many rows at once
//! ([`super::codes`]), and only for rows that turn out to be news.

use api::ingest::{ROWS_MAX, UNPACKED_BYTES_MAX};
use ingest::container::{Unpacker, is_gzip};
use ingest::{Context as Reading, IngestError, Outcome, Reader, Reason, Rejected, Report};
use kernel::{Date, Timestamp};
use model::fx::{FxRate, FxTable};
use model::member::{channel_label, key_from_text};
use model::profile::TenantProfile;
use model::record::{
    AdRecord, FxRecord, Place, ProductRef, Record, RecordError, SalesRecord, StockRecord,
    TargetRecord,
};
use model::schema::{DataSet, Dimension};

use super::batches::Waiting;
use super::members::Members;
use crate::digest::{Key128, content_of};

/// Enough bytes to tell what a container is.
const HEAD_BYTES: usize = 512;
/// How many bytes are unpacked and read at a time.
const PIECE_BYTES: usize = 64 << 10;

/// One fact to be, with what tells it from others.
pub(super) struct Row {
    /// Digest of its natural key.
    pub(super) key: Key128,
    /// Digest of its content, before any conversion.
    pub(super) content: [u8; 8],
    /// Higher replaces lower.
    pub(super) version: i64,
    /// Its data set.
    pub(super) data_set: DataSet,
    /// Its day.
    pub(super) day: Date,
    /// Codes of its dimensions; those of order and customer are still 0.
    pub(super) codes: Vec<u32>,
    /// Digest of the order to count.
    pub(super) order: Option<Key128>,
    /// Digest of the customer.
    pub(super) customer: Option<Key128>,
    /// Measures in the base currency.
    pub(super) measures: Vec<Option<i64>>,
    /// Whether it is a return or a cancellation.
    pub(super) is_return: bool,
    /// Whether it stands for a row of the file: a target stands for one with its first day only.
    pub(super) counts: bool,
}

/// What a batch holds.
#[derive(Default)]
pub(super) struct Read {
    pub(super) rows: Vec<Row>,
    pub(super) rates: Vec<FxRecord>,
    /// The rows that are rejected, so far.
    pub(super) report: Report,
}

/// Reads a batch. The error says why it cannot be worked in, in words for its sender.
pub(super) fn read(
    waiting: &Waiting,
    raw: &[u8],
    profile: &TenantProfile,
    rates: &FxTable,
    members: &mut Members,
) -> Result<Read, String> {
    let received_at = Timestamp::from_millis(waiting.received_at);
    let today = profile
        .today(received_at)
        .map_err(|error| error.to_string())?;
    let context = Reading::new(profile, today);
    let mut reader = Reader::new(&waiting.spec, &context).map_err(|error| error.to_string())?;
    let mut read = Read::default();
    let mut rows: u64 = 0;
    let mut sink = |outcome: Outcome| {
        rows += 1;
        if rows > ROWS_MAX {
            return;
        }
        match outcome {
            Outcome::Rejected(rejected) => read.report.reject(rejected),
            Outcome::Record { line, record } => {
                if let Err(rejected) = take(*record, line, rates, members, &mut read) {
                    read.report.reject(rejected);
                }
            }
        }
    };
    feed(raw, &mut reader, &mut sink).map_err(|error| error.to_string())?;
    read.report.replaced_characters = reader.replaced_characters();
    if rows > ROWS_MAX {
        return Err(format!(
            "the batch has {rows} rows, more than the {ROWS_MAX} allowed; send the file in parts"
        ));
    }
    Ok(read)
}

fn feed(raw: &[u8], reader: &mut Reader, sink: &mut dyn FnMut(Outcome)) -> Result<(), IngestError> {
    if is_gzip(raw.get(..HEAD_BYTES.min(raw.len())).unwrap_or_default())? {
        let mut unpacker = Unpacker::new(UNPACKED_BYTES_MAX);
        for piece in raw.chunks(PIECE_BYTES) {
            unpacker.push(piece, &mut |plain| reader.push(plain, sink))?;
        }
        unpacker.finish()?;
    } else {
        for piece in raw.chunks(PIECE_BYTES) {
            reader.push(piece, sink)?;
        }
    }
    reader.finish(sink)
}

/// Where a row of the file is, for the report.
struct At<'a> {
    line: u64,
    rates: &'a FxTable,
    members: &'a mut Members,
}

impl At<'_> {
    fn rejected(&self, reason: Reason, column: &str, value: &str) -> Rejected {
        Rejected {
            line: self.line,
            reason,
            column: column.to_owned(),
            value: value.to_owned(),
        }
    }

    fn rate(&self, record: &Record) -> Result<FxRate, Rejected> {
        let (currency, date) = (record.currency(), record.date());
        let rate = self.rates.rate_on(currency, date);
        rate.ok_or_else(|| self.rejected(Reason::NoRate, "currency", currency.code()))
    }

    fn refused(&self, error: &RecordError) -> Rejected {
        let column = match error {
            RecordError::Empty { field }
            | RecordError::Text { field }
            | RecordError::OutOfRange { field, .. }
            | RecordError::AmountTooLarge { field } => field,
            RecordError::UnitsExceeded { .. } => "quantity",
            RecordError::WrongRate { .. } => "currency",
            RecordError::Date(_) => "",
        };
        self.rejected(Reason::NumberOutOfRange, column, "")
    }

    fn day(&self, date: Date) -> Result<u32, Rejected> {
        u32::try_from(date.days())
            .map_err(|_| self.rejected(Reason::DateOutOfRange, "", &date.to_string()))
    }

    fn channel(&mut self, key: &str, day: i32) -> u32 {
        let label = channel_label(key);
        self.members.code(Dimension::Channel, key, label, 0, day)
    }

    fn product(&mut self, product: &ProductRef, day: i32) -> u32 {
        let category = product.category.as_deref().map_or(0, |label| {
            let key = key_from_text(label);
            self.members
                .code(Dimension::Category, &key, Some(label), 0, i32::MIN)
        });
        let name = product.name.as_deref();
        self.members
            .code(Dimension::Product, &product.sku, name, category, day)
    }

    /// A city is one of its country: there is a Valencia in Spain and one in Venezuela. Where only the
    /// country is known, it stands for its unknown cities, so that the country still adds up.
    fn city(&mut self, place: &Place) -> u32 {
        let is_code =
            |text: &str| text.len() == 2 && text.bytes().all(|it| it.is_ascii_uppercase());
        let country_key = place.country.as_deref().map(|label| match label {
            code if is_code(code) => code.to_owned(),
            label => key_from_text(label),
        });
        let mut parent = 0;
        if let (Some(key), Some(label)) = (&country_key, &place.country) {
            let label = Some(label.as_str());
            parent = self
                .members
                .code(Dimension::Country, key, label, 0, i32::MIN);
        }
        let (key, label) = match (&country_key, &place.city) {
            (None, None) => return 0,
            (Some(country), Some(city)) => (format!("{country}.{}", key_from_text(city)), city),
            (None, Some(city)) => (key_from_text(city), city),
            (Some(country), None) => (format!("{country}.-"), country),
        };
        self.members
            .code(Dimension::City, &key, Some(label), parent, i32::MIN)
    }
}

fn take(
    record: Record,
    line: u64,
    rates: &FxTable,
    members: &mut Members,
    read: &mut Read,
) -> Result<(), Rejected> {
    let mut at = At {
        line,
        rates,
        members,
    };
    if let Record::Fx(rate) = record {
        if rate.currency == rates.base() {
            if rate.rate_billionths == FxRate::BILLION {
                read.report.duplicate();
                return Ok(());
            }
            return Err(at.rejected(Reason::NumberOutOfRange, "rate", rate.currency.code()));
        }
        read.rates.push(rate);
        return Ok(());
    }
    let rate = at.rate(&record)?;
    let key = record.natural_key();
    let row = |data_set: DataSet, day, codes, measures| Row {
        key: Key128::of(&[data_set.name(), &key]),
        content: content_of(&record),
        version: 0,
        data_set,
        day,
        codes,
        order: None,
        customer: None,
        measures,
        is_return: false,
        counts: true,
    };
    match &record {
        Record::Sales(line) => {
            let (codes, measures) = sales(line, &rate, &mut at)?;
            let named = |kind, id: &str| Key128::of(&[kind, &line.key.channel, id]);
            read.rows.push(Row {
                version: i64::try_from(line.version).unwrap_or(i64::MAX),
                order: line.counted_order().map(|order| named("order", order)),
                customer: line.customer.as_deref().map(|it| named("customer", it)),
                is_return: line.units.cancelled + line.units.returned > 0,
                ..row(DataSet::Sales, line.order_date, codes, measures)
            });
        }
        Record::Ads(ad) => {
            let (codes, measures) = ads(ad, &rate, &mut at)?;
            read.rows.push(row(DataSet::Ads, ad.date, codes, measures));
        }
        Record::Stock(stock) => {
            let (codes, measures) = stock_of(stock, &rate, &mut at)?;
            read.rows
                .push(row(DataSet::Stock, stock.date, codes, measures));
        }
        Record::Targets(target) => {
            let rows = targets(target, &rate, &mut at)?;
            for (index, (day, codes, measures)) in rows.into_iter().enumerate() {
                read.rows.push(Row {
                    key: Key128::of(&["targets", &key, &day.to_string()]),
                    counts: index == 0,
                    ..row(DataSet::Targets, day, codes, measures)
                });
            }
        }
        Record::Fx(_) => {}
    }
    Ok(())
}

type Columns = (Vec<u32>, Vec<Option<i64>>);

fn sales(line: &SalesRecord, rate: &FxRate, at: &mut At<'_>) -> Result<Columns, Rejected> {
    let measures = line.measures(rate).map_err(|error| at.refused(&error))?;
    let day = at.day(line.order_date)?;
    let days = line.order_date.days();
    let channel = at.channel(&line.key.channel, days);
    let product = at.product(&line.product, days);
    let city = at.city(&line.place);
    Ok((vec![day, channel, product, city, 0, 0], measures))
}

fn ads(ad: &AdRecord, rate: &FxRate, at: &mut At<'_>) -> Result<Columns, Rejected> {
    let measures = ad.measures(rate).map_err(|error| at.refused(&error))?;
    let day = at.day(ad.date)?;
    let channel = at.channel(&ad.channel, ad.date.days());
    let key = key_from_text(&ad.campaign);
    let label = Some(ad.campaign.as_str());
    let campaign = at
        .members
        .code(Dimension::Campaign, &key, label, 0, i32::MIN);
    Ok((vec![day, channel, campaign], measures))
}

fn stock_of(stock: &StockRecord, rate: &FxRate, at: &mut At<'_>) -> Result<Columns, Rejected> {
    let measures = stock.measures(rate).map_err(|error| at.refused(&error))?;
    let day = at.day(stock.date)?;
    let product = at.product(&stock.product, stock.date.days());
    Ok((vec![day, product], measures))
}

type DailyColumns = (Date, Vec<u32>, Vec<Option<i64>>);

fn targets(
    target: &TargetRecord,
    rate: &FxRate,
    at: &mut At<'_>,
) -> Result<Vec<DailyColumns>, Rejected> {
    let days = target.daily(rate).map_err(|error| at.refused(&error))?;
    let channel = match &target.channel {
        Some(key) => at.channel(key, target.month.first_day().days()),
        None => 0,
    };
    let columns = |day: model::record::DailyTarget| {
        Ok((day.date, vec![at.day(day.date)?, channel], day.measures))
    };
    days.into_iter().map(columns).collect()
}
