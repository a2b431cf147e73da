//! An order line in figures: price, discounts, costs, fees, and its row in the file.

use kernel::{Currency, Rounding, div_round};
use model::fx::FxRate;

use crate::anomalies::Anomaly;
use crate::channels::{CHANNELS, TRENDYOL};
use crate::csv::Sheet;
use crate::fate::draw_fate;
use crate::products::{CATEGORIES, ELECTRONICS};
use crate::random::Random;
use crate::sales::{DayContext, Line, Order};
use crate::season;

/// Columns of the sales files.
pub(crate) const COLUMNS: &[&str] = &[
    "order_date",
    "channel",
    "order_id",
    "line_id",
    "sku",
    "product_name",
    "category",
    "country",
    "city",
    "customer_id",
    "currency",
    "quantity",
    "unit_price",
    "vat_rate",
    "seller_discount",
    "channel_discount",
    "status",
    "cancelled_quantity",
    "returned_quantity",
    "unit_cost",
    "commission",
    "platform_fee",
    "cargo",
    "return_cost",
    "shipped_at",
    "delivered_at",
    "ship_deadline",
];

/// Cargo of a small domestic parcel at the start, in minor units of lira.
const CARGO_MINOR: f64 = 4_500.0;
/// Price abroad against the price at home.
const EXPORT_MARKUP: f64 = 1.45;

/// Writes a line and returns its value after discounts, in minor units of lira.
pub(crate) fn write_line(
    context: &DayContext<'_>,
    random: &mut Random,
    order: &Order,
    line: &Line,
    number: u64,
    sheet: &mut Sheet,
) -> i64 {
    let company = context.company;
    let channel = &CHANNELS[order.channel];
    let product = &company.assortment.products[line.product];
    let category = &CATEGORIES[product.category];
    let fate = draw_fate(context, random, order, line, product.category);
    let price = unit_price_minor(context, order, line.product);
    let value = price * line.units;
    let (seller_discount, channel_discount) = draw_discounts(context, random, value);
    let paid = value - seller_discount;
    let kept = line.units - fate.cancelled - fate.returned;
    // A marketplace takes its commission back for what is cancelled or returned.
    let commission = channel.commission_shift.map_or(0, |shift| {
        share(paid * kept / line.units, category.commission + shift)
    });
    let is_first = number == 1;
    let inflation = season::growth(company.first_day, context.date.first_of_month(), 1.02);
    let order_fee = if is_first { channel.order_fee_minor } else { 0 };
    let platform_fee = (order_fee as f64 * inflation) as i64
        + share(paid * kept / line.units, channel.value_fee_basis_points);
    let is_export = order.is_export();
    let distance = if is_export { 5.5 } else { 1.0 };
    let further = if is_first { 1.0 } else { 0.3 };
    let parcel = CARGO_MINOR * inflation * category.parcel_size * distance * further;
    let cargo = if fate.shipped.is_some() {
        parcel as i64
    } else {
        0
    };
    let unit_cost = company.assortment.cost_minor(product, context.date);
    let return_cost = if fate.returned > 0 {
        (parcel * 0.9) as i64 + unit_cost * fate.returned / 6
    } else {
        0
    };
    // Amounts are worked out in lira and written in the currency of the order.
    let rate = company.rates.on(order.place.currency, context.date);
    let foreign = |lira_minor: i64| match order.place.currency {
        Currency::TRY => lira_minor,
        _ => {
            let scaled = i128::from(lira_minor) * i128::from(FxRate::BILLION);
            div_round(scaled, rate.billionths().into(), Rounding::HalfAwayFromZero) as i64
        }
    };
    let vat_percent = if is_export {
        0
    } else {
        category.vat_basis_points / 100
    };
    let mut row = sheet.row();
    row.cell(context.date)
        .cell(channel.key)
        .cell(order.number)
        .cell(number)
        .cell(&product.sku)
        .cell(&product.name)
        .cell(category.name)
        .cell(order.place.country)
        .cell(order.place.city)
        .cell(format_args!(
            "{}{}",
            channel.customer_prefix, order.customer
        ))
        .cell(order.place.currency)
        .cell(line.units)
        .minor(foreign(price))
        .cell(vat_percent)
        .minor_or_none(foreign(seller_discount))
        .minor_or_none(foreign(channel_discount))
        .cell(fate.status)
        .count_or_none(fate.cancelled)
        .count_or_none(fate.returned)
        .minor(foreign(unit_cost))
        .minor(foreign(commission))
        .minor(foreign(platform_fee))
        .minor(foreign(cargo))
        .minor(foreign(return_cost))
        .date(fate.shipped)
        .date(fate.delivered)
        .date(Some(fate.deadline));
    paid
}

/// Price of a unit in lira, VAT included.
fn unit_price_minor(context: &DayContext<'_>, order: &Order, product: usize) -> i64 {
    let company = context.company;
    let list = company
        .assortment
        .price_minor(&company.assortment.products[product], context.date);
    let price = list * CHANNELS[order.channel].price_percent / 100;
    let is_slip = order.channel == TRENDYOL
        && context.is_on(Anomaly::PriceSlip)
        && company
            .assortment
            .bestsellers(ELECTRONICS, 1)
            .contains(&product);
    if is_slip {
        price / 10
    } else if order.is_export() {
        (price as f64 * EXPORT_MARKUP) as i64
    } else {
        price
    }
}

/// Discounts of the seller and of the marketplace, in minor units.
fn draw_discounts(context: &DayContext<'_>, random: &mut Random, value: i64) -> (i64, i64) {
    let percent = |share: f64| (value as f64 * share / 10.0) as i64 * 10;
    match context.campaign {
        Some(campaign) if random.chance(0.75) => {
            let seller = percent(random.uniform(0.4, 1.0) * campaign.discount);
            let funded = random.chance(0.3);
            (
                seller,
                if funded {
                    percent(random.uniform(0.03, 0.08))
                } else {
                    0
                },
            )
        }
        _ if random.chance(0.12) => (percent(random.uniform(0.04, 0.10)), 0),
        _ => (0, 0),
    }
}

fn share(amount_minor: i64, basis_points: i64) -> i64 {
    let scaled = i128::from(amount_minor) * i128::from(basis_points);
    div_round(scaled, 10_000, Rounding::HalfAwayFromZero) as i64
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::columns::FileKind;

    #[test]
    fn columns_are_those_of_the_contract() {
        let kind = FileKind::Sales;
        let known = [kind.required_columns(), kind.optional_columns()].concat();
        assert!(COLUMNS.iter().all(|column| known.contains(column)));
        assert!(
            kind.required_columns()
                .iter()
                .all(|column| COLUMNS.contains(column))
        );
    }
}
