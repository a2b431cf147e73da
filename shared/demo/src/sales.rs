//! Orders of a day: how many, who buys what, and whether it is on the shelf.

use kernel::Date;

use crate::anomalies::Anomaly;
use crate::channels::{CHANNELS, Channel, HEPSIBURADA, TRENDYOL};
use crate::company::Company;
use crate::csv::Sheet;
use crate::line::write_line;
use crate::places::Place;
use crate::products::{Assortment, ELECTRONICS};
use crate::random::{Purpose, Random};
use crate::season;
use crate::stock::Warehouse;

/// Share of today's orders that have come in: it is early afternoon.
const TODAY_SHARE: f64 = 0.45;
/// Lines of an order: probability of 1, 2, 3 and 4.
const LINES: [f64; 4] = [0.72, 0.91, 0.98, 1.0];
/// Mean of the same.
pub(crate) const LINES_MEAN: f64 = 1.39;
/// Mean units of a line.
pub(crate) const UNITS_MEAN: f64 = 1.2;
/// What has been counted so far: order numbers, customers, and the day's totals.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counters {
    orders: [u64; CHANNELS.len()],
    customers: [u64; CHANNELS.len()],
}

/// A channel's sales of a day, for its advertising.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DayTotals {
    pub(crate) orders: i64,
    /// Value after discounts, VAT included, in minor units of lira.
    pub(crate) value_minor: i64,
}

/// Expected orders of a channel on a day, without planted anomalies.
pub(crate) fn expected_orders(company: &Company, channel: &Channel, date: Date) -> f64 {
    let lift = season::campaign(date).map_or(1.0, |campaign| campaign.lift);
    let response = (1.0 + (lift - 1.0) * channel.campaign_response) / lift;
    channel.orders
        * company.volume
        * season::growth(company.first_day, date, channel.monthly_growth)
        * season::demand(date)
        * response
}

/// Everything of a day that its orders share.
pub(crate) struct DayContext<'a> {
    pub(crate) company: &'a Company,
    pub(crate) date: Date,
    pub(crate) campaign: Option<season::Campaign>,
    category_sums: Vec<f64>,
}

impl DayContext<'_> {
    pub(crate) fn is_on(&self, anomaly: Anomaly) -> bool {
        anomaly.is_on(self.date, self.company.today)
    }
}

/// Writes the order lines of a day.
pub(crate) fn write_day(
    company: &Company,
    warehouse: &mut Warehouse,
    counters: &mut Counters,
    date: Date,
    sheet: &mut Sheet,
    full: &mut dyn FnMut(&mut Sheet),
) -> [DayTotals; CHANNELS.len()] {
    let campaign = season::campaign(date);
    let toy_lift = if Anomaly::ViralToy.is_on(date, company.today) {
        4.0
    } else {
        1.0
    };
    let favoured = campaign.map_or(season::EVERYTHING, |campaign| campaign.categories);
    let context = DayContext {
        company,
        date,
        campaign,
        category_sums: Assortment::category_sums(date, favoured, toy_lift),
    };
    let mut totals = [DayTotals::default(); CHANNELS.len()];
    for (channel, (about, total)) in CHANNELS.iter().zip(&mut totals).enumerate() {
        let index = u64::from(date.days().unsigned_abs()) * 16 + channel as u64;
        let mut random = Random::new(company.seed, Purpose::Orders, index);
        let mut expected = expected_orders(company, about, date);
        if date == company.today {
            expected *= TODAY_SHARE;
        }
        if channel == HEPSIBURADA && context.is_on(Anomaly::ChannelOutage) {
            expected *= 0.05;
        }
        // More is bought in all, not only more toys instead of other things.
        if context.is_on(Anomaly::ViralToy) {
            expected *= 1.15;
        }
        for _ in 0..random.poisson(expected) {
            let order = draw_order(&context, &mut random, counters, channel);
            let lines = LINES.partition_point(|share| *share <= order.lines_draw) as u64 + 1;
            let mut written = 0;
            for _ in 0..lines {
                let Some(line) = draw_line(&context, &mut random, warehouse, &order) else {
                    continue;
                };
                written += 1;
                total.value_minor +=
                    write_line(&context, &mut random, &order, &line, written, sheet);
                if sheet.is_full() {
                    full(sheet);
                }
            }
            if written > 0 {
                total.orders += 1;
            }
        }
        if channel == TRENDYOL && context.is_on(Anomaly::PriceSlip) {
            let rush = (company.volume * 90.0).ceil() as u64;
            for _ in 0..rush {
                let order = draw_order(&context, &mut random, counters, channel);
                let product = company.assortment.bestsellers(ELECTRONICS, 1).start;
                let line = Line { product, units: 1 };
                total.value_minor += write_line(&context, &mut random, &order, &line, 1, sheet);
                total.orders += 1;
                if sheet.is_full() {
                    full(sheet);
                }
            }
        }
    }
    totals
}

/// An order, without its lines.
pub(crate) struct Order {
    pub(crate) channel: usize,
    pub(crate) number: u64,
    pub(crate) customer: u64,
    pub(crate) place: Place,
    lines_draw: f64,
}

impl Order {
    pub(crate) fn is_export(&self) -> bool {
        self.place.country != "TR"
    }
}

/// What is ordered.
pub(crate) struct Line {
    pub(crate) product: usize,
    pub(crate) units: i64,
}

fn draw_order(
    context: &DayContext<'_>,
    random: &mut Random,
    counters: &mut Counters,
    channel: usize,
) -> Order {
    let known = &mut counters.customers[channel];
    // Recent customers come back more often: the draw leans to the newest.
    let is_known = *known > 20 && random.chance(0.34);
    let customer = if is_known {
        let lean = random.unit() * random.unit();
        *known - (lean * *known as f64) as u64
    } else {
        *known += 1;
        *known
    };
    counters.orders[channel] += 1;
    Order {
        channel,
        number: CHANNELS[channel].order_prefix + counters.orders[channel] * 3,
        customer,
        place: context.company.place_of(channel, customer),
        lines_draw: random.unit(),
    }
}

fn draw_line(
    context: &DayContext<'_>,
    random: &mut Random,
    warehouse: &mut Warehouse,
    order: &Order,
) -> Option<Line> {
    let units = match random.unit() {
        draw if draw < 0.86 => 1,
        draw if draw < 0.96 => 2,
        draw if draw < 0.99 => 3,
        _ => 4 + random.below(4) as i64,
    };
    // Who goes abroad is served one by one.
    let units = if order.place.country == "TR" {
        units
    } else {
        1
    };
    let assortment = &context.company.assortment;
    // What is not on the shelf is not sold; half look for something else.
    let product = assortment.draw(random, &context.category_sums, context.date)?;
    if warehouse.take(product, units) {
        return Some(Line { product, units });
    }
    let product = assortment.draw(random, &context.category_sums, context.date)?;
    (random.chance(0.5) && warehouse.take(product, units)).then_some(Line { product, units })
}
