//! Order lines: their state, and the arithmetic that turns one into the measures of a fact.
//!
//! A line counts on the tenant's local day on which it was ordered, whatever happens to it later: a
//! cancellation or return changes that day's fact (as a retraction and an addition).

use kernel::{Currency, Date, div_round};
use serde::{Deserialize, Serialize};

use super::{
    AMOUNT_MINOR_MAX, Place, ProductRef, ROUNDING, RecordError, UNIT_PRICE_MICROS_MAX, UNITS_MAX,
    check_amount, check_key, check_product, check_range, check_rate, check_text, convert_minor,
    fit, value_minor,
};
use crate::fx::FxRate;

/// 100 % in basis points.
const BASIS_POINTS: i128 = 10_000;

/// What makes an order line itself: the same key again is the same line, in a newer state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineKey {
    /// Channel key, such as `trendyol`.
    pub channel: String,
    /// Order number.
    pub order: String,
    /// Line id within the order; a hash of the row's content where the source has none.
    pub line: String,
}

/// The newest known state of a line. Each implies those before it on its path: placed, shipped,
/// delivered, returned; or placed, cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineStatus {
    /// Ordered, not yet handed to a carrier.
    Placed,
    /// Handed to a carrier.
    Shipped,
    /// Received by the customer.
    Delivered,
    /// Cancelled before delivery, by either side.
    Cancelled,
    /// Received and sent back.
    Returned,
}

/// How many units of a line are where.
///
/// `placed` is 0 only in a credit note: a return whose order line is not in the data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UnitCounts {
    /// Units ordered.
    pub placed: i64,
    /// Units cancelled before delivery.
    pub cancelled: i64,
    /// Units returned after delivery.
    pub returned: i64,
}

impl UnitCounts {
    /// Fills in what a status says and the source left out: a cancelled line without a cancelled
    /// quantity is cancelled as a whole, a returned one without a returned quantity is returned as far
    /// as it was not cancelled.
    ///
    /// ```
    /// use model::record::{LineStatus, UnitCounts};
    /// let counts = UnitCounts::from_status(3, Some(1), None, Some(LineStatus::Returned));
    /// assert_eq!(counts, UnitCounts { placed: 3, cancelled: 1, returned: 2 });
    /// ```
    pub fn from_status(
        placed: i64,
        cancelled: Option<i64>,
        returned: Option<i64>,
        status: Option<LineStatus>,
    ) -> UnitCounts {
        let is = |wanted| status == Some(wanted);
        let cancelled = cancelled.unwrap_or(if is(LineStatus::Cancelled) { placed } else { 0 });
        let rest = placed.saturating_sub(cancelled);
        let returned = returned.unwrap_or(if is(LineStatus::Returned) { rest } else { 0 });
        UnitCounts {
            placed,
            cancelled,
            returned,
        }
    }

    /// Units that stay with the customer; negative in a credit note.
    pub const fn kept(self) -> i64 {
        self.placed
            .saturating_sub(self.cancelled)
            .saturating_sub(self.returned)
    }
}

/// When a line was handed over and received. Days, in the tenant's time zone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Shipment {
    /// Handed to the carrier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipped_on: Option<Date>,
    /// Received by the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_on: Option<Date>,
    /// The last day on which handing it over is in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ship_deadline_on: Option<Date>,
}

/// One order line in its newest known state. Amounts are of the whole line, in minor units of
/// `currency`, `None` where the source does not know them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SalesRecord {
    /// Natural key.
    pub key: LineKey,
    /// Higher replaces lower; equal with other content replaces too, the later arrival winning.
    #[serde(default)]
    pub version: u64,
    /// The tenant's local day of the order.
    pub order_date: Date,
    /// What was ordered.
    pub product: ProductRef,
    /// Where it goes.
    #[serde(default)]
    pub place: Place,
    /// The customer's id at the source: never a name or an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// Currency of every amount.
    pub currency: Currency,
    /// Units ordered, cancelled and returned.
    pub units: UnitCounts,
    /// List price of a unit, in millionths of a major unit.
    pub unit_price_micros: i64,
    /// Whether unit price and discounts include VAT.
    pub prices_include_vat: bool,
    /// VAT rate in basis points: 2,000 is 20 %.
    pub vat_basis_points: u32,
    /// Discount that the seller funds.
    #[serde(default)]
    pub seller_discount_minor: i64,
    /// Discount that the marketplace funds: not deducted from revenue.
    #[serde(default)]
    pub channel_discount_minor: i64,
    /// Newest known state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<LineStatus>,
    /// Landed cost of a unit, net of VAT, in millionths of a major unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit_cost_micros: Option<i64>,
    /// Commission charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commission_minor: Option<i64>,
    /// Platform, service and payment fees charged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_fee_minor: Option<i64>,
    /// Outbound cargo charged to the seller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cargo_minor: Option<i64>,
    /// Return cargo and write-off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_cost_minor: Option<i64>,
    /// When it was handed over and received.
    #[serde(default)]
    pub shipment: Shipment,
}

impl SalesRecord {
    /// Whether this is a return without its order line. It has no order of its own to count.
    pub const fn is_credit_note(&self) -> bool {
        self.units.placed == 0
    }

    /// The order number to count, none for a credit note: a document of a return is no order.
    pub fn counted_order(&self) -> Option<&str> {
        if self.is_credit_note() {
            None
        } else {
            Some(&self.key.order)
        }
    }

    /// Checks every limit.
    pub fn validate(&self) -> Result<(), RecordError> {
        check_key("channel", &self.key.channel)?;
        check_key("order_id", &self.key.order)?;
        check_key("line_id", &self.key.line)?;
        check_product(&self.product)?;
        check_text("country", self.place.country.as_deref())?;
        check_text("city", self.place.city.as_deref())?;
        check_text("customer_id", self.customer.as_deref())?;
        let UnitCounts {
            placed,
            cancelled,
            returned,
        } = self.units;
        check_range("quantity", placed, 0, UNITS_MAX)?;
        check_range("cancelled_quantity", cancelled, 0, UNITS_MAX)?;
        check_range("returned_quantity", returned, 0, UNITS_MAX)?;
        let is_possible = if placed == 0 {
            cancelled == 0 && returned > 0
        } else {
            cancelled + returned <= placed
        };
        if !is_possible {
            return Err(RecordError::UnitsExceeded {
                placed,
                cancelled,
                returned,
            });
        }
        check_range(
            "unit_price",
            self.unit_price_micros,
            0,
            UNIT_PRICE_MICROS_MAX,
        )?;
        let cost_micros = self.unit_cost_micros.unwrap_or(0);
        check_range("unit_cost", cost_micros, 0, UNIT_PRICE_MICROS_MAX)?;
        check_range("vat_rate", self.vat_basis_points.into(), 0, 10_000)?;
        check_range(
            "seller_discount",
            self.seller_discount_minor,
            0,
            AMOUNT_MINOR_MAX,
        )?;
        check_range(
            "channel_discount",
            self.channel_discount_minor,
            0,
            AMOUNT_MINOR_MAX,
        )?;
        check_amount("commission", self.commission_minor)?;
        check_amount("platform_fee", self.platform_fee_minor)?;
        check_amount("cargo", self.cargo_minor)?;
        check_amount("return_cost", self.return_cost_minor)
    }

    /// The measures of the fact, in the column order of [`DataSet::Sales`](crate::schema::DataSet).
    ///
    /// `rate` converts the record's currency to the base currency at the order's date. In base minor
    /// units these hold exactly: kept value = gross - seller discount - cancelled - returned, and
    /// kept value = net revenue + VAT.
    pub fn measures(&self, rate: &FxRate) -> Result<Vec<Option<i64>>, RecordError> {
        self.validate()?;
        check_rate(self.currency, rate)?;
        let UnitCounts {
            placed,
            cancelled,
            returned,
        } = self.units;
        let amounts = self.amounts(rate)?;
        let cost_of_goods = self
            .unit_cost_micros
            .map(|micros| value_minor("unit_cost", self.units.kept(), micros, rate))
            .transpose()?;
        let fee = |field, amount: Option<i64>| {
            amount
                .map(|minor| convert_minor(field, minor, rate))
                .transpose()
        };
        let Shipment {
            shipped_on,
            delivered_on,
            ship_deadline_on,
        } = self.shipment;
        let late = match (shipped_on, ship_deadline_on) {
            (Some(shipped), Some(deadline)) => Some(i64::from(shipped > deadline)),
            (None, _) => Some(0),
            (Some(_), None) => None,
        };
        let delivery_days = delivered_on.map_or(0, |day| day.days_since(self.order_date).max(0));
        Ok(vec![
            Some(1),
            Some(placed),
            Some(cancelled),
            Some(returned),
            self.delivered_units(),
            Some(amounts.gross),
            Some(amounts.seller_discount),
            Some(amounts.channel_discount),
            Some(amounts.cancelled),
            Some(amounts.returned),
            Some(amounts.net),
            Some(amounts.vat),
            cost_of_goods,
            fee("commission", self.commission_minor)?,
            fee("platform_fee", self.platform_fee_minor)?,
            fee("cargo", self.cargo_minor)?,
            fee("return_cost", self.return_cost_minor)?,
            Some(i64::from(shipped_on.is_some())),
            late,
            Some(i64::from(delivered_on.is_some())),
            Some(i64::from(delivery_days)),
        ])
    }

    /// Units that the customer received, whether kept or returned; `None` where nothing says.
    fn delivered_units(&self) -> Option<i64> {
        let reached = self.units.placed - self.units.cancelled;
        match (self.status, self.shipment.delivered_on) {
            (_, Some(_)) | (Some(LineStatus::Delivered | LineStatus::Returned), _) => Some(reached),
            (Some(LineStatus::Placed | LineStatus::Shipped | LineStatus::Cancelled), None) => {
                Some(self.units.returned.min(reached))
            }
            (None, None) => None,
        }
    }

    fn amounts(&self, rate: &FxRate) -> Result<Amounts, RecordError> {
        let UnitCounts {
            placed,
            cancelled,
            returned,
        } = self.units;
        // A credit note is priced on what comes back.
        let priced_units = if placed == 0 { returned } else { placed };
        let list = value_minor("unit_price", priced_units, self.unit_price_micros, rate)?;
        let list = self.with_vat("unit_price", list)?;
        let discount = convert_minor("seller_discount", self.seller_discount_minor, rate)?;
        let discount = self.with_vat("seller_discount", discount)?;
        let channel_discount =
            convert_minor("channel_discount", self.channel_discount_minor, rate)?;
        let channel_discount = self.with_vat("channel_discount", channel_discount)?;
        let value = i128::from(list) - i128::from(discount);
        // Shares are cut from the running sum, so that they add up to the whole to the last kuruş.
        let share =
            |units: i64| div_round(value * i128::from(units), priced_units.into(), ROUNDING);
        let cancelled_value = share(cancelled);
        let returned_value = share(cancelled + returned) - cancelled_value;
        let (gross, seller_discount) = if placed == 0 {
            (0, 0)
        } else {
            (list, discount)
        };
        let kept =
            i128::from(gross) - i128::from(seller_discount) - cancelled_value - returned_value;
        let net = div_round(kept * BASIS_POINTS, BASIS_POINTS + self.vat(), ROUNDING);
        Ok(Amounts {
            gross,
            seller_discount,
            channel_discount,
            cancelled: fit("cancelled_quantity", cancelled_value)?,
            returned: fit("returned_quantity", returned_value)?,
            net: fit("unit_price", net)?,
            vat: fit("vat_rate", kept - net)?,
        })
    }

    fn vat(&self) -> i128 {
        i128::from(self.vat_basis_points)
    }

    /// An amount of the source with VAT included.
    fn with_vat(&self, field: &'static str, amount_minor: i64) -> Result<i64, RecordError> {
        if self.prices_include_vat {
            return Ok(amount_minor);
        }
        let scaled = i128::from(amount_minor) * (BASIS_POINTS + self.vat());
        fit(field, div_round(scaled, BASIS_POINTS, ROUNDING))
    }
}

/// The values of a line in base minor units, VAT included but for `net`.
struct Amounts {
    gross: i64,
    seller_discount: i64,
    channel_discount: i64,
    cancelled: i64,
    returned: i64,
    net: i64,
    vat: i64,
}

#[cfg(test)]
#[path = "sales_tests.rs"]
mod tests;
