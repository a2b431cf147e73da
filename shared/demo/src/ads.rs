//! Advertising of a day: each channel's everyday campaigns, and those of the season.

use kernel::Date;

use crate::anomalies::Anomaly;
use crate::channels::{AMAZON, CHANNELS};
use crate::company::Company;
use crate::csv::Sheet;
use crate::random::{Purpose, Random};
use crate::sales::{DayTotals, LINES_MEAN, UNITS_MEAN, expected_orders};
use crate::season;

/// Columns of the advertising file.
pub(crate) const COLUMNS: &[&str] = &[
    "date",
    "channel",
    "campaign",
    "spend",
    "impressions",
    "clicks",
    "orders",
    "sales",
];

/// Cost of a click at the start, in minor units of lira.
const CLICK_MINOR: f64 = 310.0;
/// The most of a day's orders that advertising can claim.
const ORDERS_SHARE_MAX: f64 = 0.4;

/// Writes the advertising of a day on every channel. Spend follows what was planned to be sold; orders
/// follow the clicks, and cannot be more than were there.
pub(crate) fn write_day(
    company: &Company,
    date: Date,
    totals: &[DayTotals; CHANNELS.len()],
    sheet: &mut Sheet,
) {
    let season_name = season::campaign(date).map(|campaign| campaign.name);
    let inflation = season::growth(company.first_day, date.first_of_month(), 1.015);
    let mean_value = company.mean_net_price_minor(date) * UNITS_MEAN * LINES_MEAN;
    for (channel, (about, total)) in CHANNELS.iter().zip(totals).enumerate() {
        let index = u64::from(date.days().unsigned_abs()) * 16 + channel as u64;
        let mut random = Random::new(company.seed, Purpose::Ads, index);
        let names = about.campaigns.iter().copied().chain(season_name);
        let count = about.campaigns.len() + usize::from(season_name.is_some());
        let planned = expected_orders(company, about, date) * mean_value * about.ad_share;
        for name in names {
            let is_overspent = channel == AMAZON && Anomaly::AdOverspend.is_on(date, company.today);
            let overspend = if is_overspent { 4.0 } else { 1.0 };
            let ordinary = planned / count as f64 * random.uniform(0.8, 1.2);
            let click = CLICK_MINOR * inflation * random.uniform(0.85, 1.15);
            // The clicks of an overspent budget are dear, not many.
            let clicks = (ordinary / click).round();
            let impressions = (clicks / random.uniform(0.008, 0.019)).round();
            let wanted = clicks * random.uniform(0.022, 0.038);
            let possible = total.orders as f64 * ORDERS_SHARE_MAX / count as f64;
            let orders = wanted.min(possible).round();
            let mean_order = total.value_minor as f64 / (total.orders.max(1)) as f64;
            let sales = orders * mean_order * random.uniform(0.9, 1.1);
            sheet
                .row()
                .cell(date)
                .cell(about.key)
                .cell(name)
                .minor((ordinary * overspend) as i64)
                .cell(impressions as i64)
                .cell(clicks as i64)
                .cell(orders as i64)
                .minor(sales as i64);
        }
    }
}
