//! Order lines.

use kernel::{Currency, div_round};
use model::member::key_from_text;
use model::record::{
    LineKey, LineStatus, MICROS_PER_MAJOR, Place, ROUNDING, SalesRecord, Shipment, UnitCounts,
};

use super::identity::{Content, LineNames};
use super::memo::Memo;
use super::{Fault, Row};
use crate::value::{self, Number};
use crate::{Preset, Reason};

/// Columns whose amounts may name the currency of a row that states none.
const AMOUNTS: [&str; 8] = [
    "unit_price",
    "seller_discount",
    "channel_discount",
    "unit_cost",
    "commission",
    "platform_fee",
    "cargo",
    "return_cost",
];

/// What is remembered of the rows before.
#[derive(Default)]
pub(super) struct SalesMemory {
    names: LineNames,
    statuses: Memo<LineStatus>,
    countries: Memo<String>,
}

/// 100 % in hundredths of a percent.
const PERCENT_HUNDREDTHS_MAX: i64 = 10_000;

pub(super) fn read(row: &Row<'_>, memory: &mut SalesMemory) -> Result<SalesRecord, Fault> {
    let decimal = row.reading.spec.decimal;
    let order = row.needed("order_id")?;
    let is_uci = row.reading.spec.preset == Some(Preset::UciOnlineRetail);
    if is_uci && order.starts_with(['A', 'a']) {
        // "Adjust bad debt": a booking of the ledger, in both directions.
        return Err(row.fault("order_id", Reason::Adjustment));
    }
    let quantity = match row.whole_if("quantity")? {
        None if !row.has("quantity") => 1,
        quantity => row.present("quantity", quantity)?,
    };
    let currency = row.currency(&AMOUNTS)?;
    let unit_price_micros = row.micros_if("unit_price", currency)?;
    let unit_price_micros = row.present("unit_price", unit_price_micros)?;
    if unit_price_micros < 0 {
        return Err(row.fault("unit_price", Reason::NegativePrice));
    }
    if quantity == 0 {
        return Err(row.fault("quantity", Reason::NumberOutOfRange));
    }
    if quantity < 0 && unit_price_micros == 0 {
        return Err(row.fault("quantity", Reason::StockAdjustment));
    }
    let order_date = row.date("order_date")?;
    let status = row
        .text("status")
        .map(|text| memory.statuses.of(text, line_status));
    // UCI: "If this code starts with letter 'c', it indicates a cancellation."
    let is_credit_note = quantity < 0 || is_uci && order.starts_with(['C', 'c']);
    let units = if is_credit_note {
        UnitCounts {
            placed: 0,
            cancelled: 0,
            returned: quantity.saturating_abs(),
        }
    } else {
        let cancelled = row.whole_if("cancelled_quantity")?;
        let returned = row.whole_if("returned_quantity")?;
        UnitCounts::from_status(quantity, cancelled, returned, status)
    };
    let line = match row.text("line_id") {
        Some(line) => line.to_owned(),
        None => memory.names.id(
            &Content {
                order,
                sku: row.needed("sku")?,
                day: order_date,
                clock_seconds: row.text("order_date").map_or(0, value::clock_seconds),
                quantity,
                unit_price_micros,
            },
            row.text("product_name").unwrap_or_default(),
        ),
    };
    let vat = row.read_if("vat_rate", |text| value::vat_basis_points(text, decimal))?;
    let customer = row.text("customer_id");
    let is_guest = row.reading.spec.preset == Some(Preset::WooCommerce) && customer == Some("0");
    let discount = |column| {
        Ok(row
            .minor_if(column, currency)?
            .unwrap_or(0)
            .saturating_abs())
    };
    let fee = |column| Ok(row.minor_if(column, currency)?.map(i64::saturating_abs));
    let country = row
        .text("country")
        .map(|text| memory.countries.of(text, country_key));
    let seller_discount_minor = discount("seller_discount")?;
    let sold = Sold {
        quantity,
        unit_price_micros,
        seller_discount_minor,
        currency,
    };
    Ok(SalesRecord {
        key: LineKey {
            channel: row.channel(),
            order: order.to_owned(),
            line,
        },
        version: row
            .whole_if("version")?
            .and_then(|version| u64::try_from(version).ok())
            .unwrap_or(0),
        order_date,
        product: row.product()?,
        place: Place {
            country,
            city: row.text("city").map(str::to_owned),
        },
        customer: customer.filter(|_| !is_guest).map(str::to_owned),
        currency,
        units,
        unit_price_micros,
        prices_include_vat: row.reading.spec.prices_include_vat,
        vat_basis_points: vat.unwrap_or(row.reading.spec.vat_basis_points),
        seller_discount_minor,
        channel_discount_minor: discount("channel_discount")?,
        status: if is_credit_note { None } else { status },
        unit_cost_micros: row.micros_if("unit_cost", currency)?,
        commission_minor: commission(row, &sold)?,
        platform_fee_minor: fee("platform_fee")?,
        cargo_minor: fee("cargo")?,
        return_cost_minor: fee("return_cost")?,
        shipment: if is_credit_note {
            Shipment::default()
        } else {
            Shipment {
                shipped_on: row.date_if("shipped_at")?,
                delivered_on: row.date_if("delivered_at")?,
                ship_deadline_on: row.date_if("ship_deadline")?,
            }
        },
    })
}

/// What a commission is charged on.
struct Sold {
    quantity: i64,
    unit_price_micros: i64,
    seller_discount_minor: i64,
    currency: Currency,
}

/// The commission's amount. A rate is of what the line was sold for, after the seller's discount, and is
/// rounded half away from zero.
fn commission(row: &Row<'_>, sold: &Sold) -> Result<Option<i64>, Fault> {
    let Some(text) = row.text("commission") else {
        return Ok(None);
    };
    let rate = text.trim_matches('%').trim();
    if rate.len() == text.len() && !row.reading.commission_is_percent {
        let amount = row.minor_if("commission", sold.currency)?;
        return Ok(amount.map(i64::saturating_abs));
    }
    let number = Number::parse(rate, row.reading.spec.decimal);
    let hundredths = number
        .and_then(|number| number.plain()?.scaled(2))
        .and_then(|rate| match rate {
            0..=PERCENT_HUNDREDTHS_MAX => Ok(rate),
            _ => Err(Reason::NumberOutOfRange),
        })
        .map_err(|reason| row.fault("commission", reason))?;
    let gross = i128::from(sold.quantity.saturating_abs())
        * i128::from(sold.unit_price_micros)
        * i128::from(sold.currency.minor_per_major());
    let gross_minor = div_round(gross, i128::from(MICROS_PER_MAJOR), ROUNDING);
    let base = (gross_minor - i128::from(sold.seller_discount_minor)).max(0);
    let amount = div_round(
        base * i128::from(hundredths),
        i128::from(PERCENT_HUNDREDTHS_MAX),
        ROUNDING,
    );
    let amount =
        i64::try_from(amount).map_err(|_| row.fault("commission", Reason::NumberOutOfRange));
    amount.map(Some)
}

/// What a marketplace's word for a line's state means; a word that is not known says no more than that
/// the line was ordered.
fn line_status(text: &str) -> LineStatus {
    let key = key_from_text(text);
    let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
    if has(&["return", "refund", "iade", "chargeback"]) && !has(&["partial", "kismi"]) {
        LineStatus::Returned
    } else if has(&[
        "cancel",
        "iptal",
        "void",
        "failed",
        "unsupplied",
        "tedarik-edilemedi",
    ]) {
        LineStatus::Cancelled
    } else if has(&["undelivered", "teslim-edilemedi"]) {
        LineStatus::Shipped
    } else if has(&[
        "delivered",
        "teslim-edildi",
        "completed",
        "tamamlandi",
        "complete",
    ]) {
        LineStatus::Delivered
    } else if has(&["shipped", "kargo", "fulfilled", "transit", "yolda"])
        && !has(&["unfulfilled", "unshipped", "bekl"])
    {
        LineStatus::Shipped
    } else {
        LineStatus::Placed
    }
}

/// A country's ISO code where the text is one or a name in common use; else the text.
fn country_key(text: &str) -> String {
    const NAMES: [(&str, &str); 44] = [
        ("turkiye", "TR"),
        ("turkey", "TR"),
        ("united-kingdom", "GB"),
        ("ingiltere", "GB"),
        ("uk", "GB"),
        ("great-britain", "GB"),
        ("germany", "DE"),
        ("almanya", "DE"),
        ("deutschland", "DE"),
        ("france", "FR"),
        ("fransa", "FR"),
        ("eire", "IE"),
        ("ireland", "IE"),
        ("spain", "ES"),
        ("ispanya", "ES"),
        ("netherlands", "NL"),
        ("hollanda", "NL"),
        ("belgium", "BE"),
        ("belcika", "BE"),
        ("switzerland", "CH"),
        ("isvicre", "CH"),
        ("portugal", "PT"),
        ("australia", "AU"),
        ("norway", "NO"),
        ("italy", "IT"),
        ("italya", "IT"),
        ("channel-islands", "JE"),
        ("finland", "FI"),
        ("cyprus", "CY"),
        ("sweden", "SE"),
        ("austria", "AT"),
        ("denmark", "DK"),
        ("japan", "JP"),
        ("poland", "PL"),
        ("israel", "IL"),
        ("usa", "US"),
        ("united-states", "US"),
        ("amerika", "US"),
        ("singapore", "SG"),
        ("iceland", "IS"),
        ("canada", "CA"),
        ("greece", "GR"),
        ("malta", "MT"),
        ("brazil", "BR"),
    ];
    if text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        let code = text.to_ascii_uppercase();
        return if code == "UK" { "GB".to_owned() } else { code };
    }
    let key = key_from_text(text);
    let known = NAMES.iter().find(|(name, _)| *name == key);
    known.map_or_else(|| text.to_owned(), |(_, code)| (*code).to_owned())
}
