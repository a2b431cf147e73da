//! Targets of each month and channel: what was planned, before anything went wrong.

use kernel::Month;

use crate::channels::CHANNELS;
use crate::company::Company;
use crate::csv::Sheet;
use crate::random::{Purpose, Random};
use crate::sales::{LINES_MEAN, UNITS_MEAN, expected_orders};
use crate::season;

/// Columns of the targets file.
pub(crate) const COLUMNS: &[&str] = &[
    "month",
    "channel",
    "net_revenue",
    "orders",
    "margin",
    "ad_spend",
];

/// What is left of list prices after cancellations, returns, discounts and empty shelves.
const KEPT_SHARE: f64 = 0.82;
/// Ambition of a plan.
const AMBITION: f64 = 1.03;
/// Contribution margin 2 planned, as a share of net revenue.
const MARGIN_SHARE: f64 = 0.125;
/// Minor units of a thousand lira: plans are round.
const THOUSAND: f64 = 100_000.0;

/// Writes the targets of all months from the first to the end of today's year.
pub(crate) fn write(company: &Company, sheet: &mut Sheet) {
    let last = Month::new(company.today.year(), 12).unwrap_or(company.today.month());
    let mut month = company.first_day.month();
    while month <= last {
        for (channel, about) in CHANNELS.iter().enumerate() {
            let index = u64::from(month.index().unsigned_abs()) * 16 + channel as u64;
            let mut random = Random::new(company.seed, Purpose::Targets, index);
            let orders: f64 = month
                .range()
                .iter()
                .map(|day| expected_orders(company, about, day))
                .sum();
            let middle = month.first_day().add_days(14).unwrap_or(month.first_day());
            let export = 1.0 + about.export_share * 0.25;
            let price = company.mean_net_price_minor(middle) * about.price_percent as f64 / 100.0;
            let campaign = month
                .range()
                .iter()
                .filter_map(season::campaign)
                .map(|campaign| campaign.discount)
                .fold(0.0, f64::max);
            let value =
                price * UNITS_MEAN * LINES_MEAN * KEPT_SHARE * export * (1.0 - campaign / 5.0);
            let planned = orders * value * AMBITION * random.uniform(0.96, 1.04);
            let rounded = |amount: f64| (amount / THOUSAND).round() as i64 * THOUSAND as i64;
            sheet
                .row()
                .cell(month)
                .cell(about.key)
                .minor(rounded(planned))
                .cell((orders * AMBITION).round() as i64)
                .minor(rounded(planned * MARGIN_SHARE))
                .minor(rounded(planned * about.ad_share * 1.15));
        }
        match month.add(1) {
            Ok(next) => month = next,
            Err(_) => break,
        }
    }
}
