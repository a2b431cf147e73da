//! From the columns of order lines that all engines share to segments.

use std::collections::BTreeMap;

use cube::{FactRow, SegmentWriter};
use kernel::Date;
use model::schema::{DataSet, Measure};
use wasm_bindgen::prelude::wasm_bindgen;

pub(crate) const DAYS: u32 = 730;

/// The date of a day from 0; day 0 begins a month.
pub(crate) fn day_of(day: u32) -> Date {
    Date::from_ymd(2024, 11, 1)
        .and_then(|first| first.add_days(day as i32))
        .expect("a day of the calendar")
}

/// Of eight lines of a channel, those that begin an order.
const BEGINS_ORDER: [bool; 8] = [true, false, true, true, false, true, true, false];
/// Of five orders of a channel, those of a customer who had none before.
const BEGINS_CUSTOMER: [bool; 5] = [true, false, false, true, false];

/// Gives lines their orders and customers, in order of time as the edge does: 1.6 lines an order, 2.5 orders
/// a customer.
#[derive(Debug, Default)]
struct Buyers {
    orders: u32,
    customers: u32,
    /// By channel, lines and orders so far, and order and customer of the last line.
    channels: BTreeMap<u32, (usize, usize, u32, u32)>,
}

impl Buyers {
    fn of_line(&mut self, channel: u32) -> (u32, u32) {
        let (lines, orders, order, customer) = self.channels.entry(channel).or_default();
        if BEGINS_ORDER[*lines % BEGINS_ORDER.len()] {
            self.orders += 1;
            *order = self.orders;
            *customer = match BEGINS_CUSTOMER[*orders % BEGINS_CUSTOMER.len()] {
                true => {
                    self.customers += 1;
                    self.customers
                }
                // Somebody who bought before.
                false => 1 + self.orders.wrapping_mul(0x9e37_79b1) % self.customers.max(1),
            };
            *orders += 1;
        }
        *lines += 1;
        (*order, *customer)
    }
}

/// Makes segments, one per month and channel, month by month so that it holds little at a time.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Writer {
    writers: BTreeMap<(Date, u32), SegmentWriter>,
    /// `None` where lines name no orders and customers.
    buyers: Option<Buyers>,
}

#[wasm_bindgen]
impl Writer {
    /// A writer without lines, after as many lines that were written elsewhere: orders and customers go on
    /// from theirs.
    #[wasm_bindgen(constructor)]
    pub fn new(lines_before: u32) -> Writer {
        let orders = lines_before / 8 * 5 + lines_before.min(64);
        Writer {
            buyers: Some(Buyers {
                orders,
                customers: orders / 5 * 2 + lines_before.min(64),
                channels: BTreeMap::new(),
            }),
            ..Writer::default()
        }
    }

    /// A writer of lines whose orders and customers are not known.
    pub fn without_buyers() -> Writer {
        Writer::default()
    }

    /// The month of a day, as a number that grows with time.
    pub fn month(day: u32) -> i32 {
        day_of(day).first_of_month().days()
    }

    /// Takes lines as columns of equal length. Amounts are in minor units.
    pub fn push(
        &mut self,
        days: &[u16],
        channels: &[u8],
        products: &[u16],
        units: &[u8],
        revenue_minor: &[i32],
        cost_minor: &[i32],
    ) {
        let keys = days.iter().zip(channels).zip(products);
        let amounts = units.iter().zip(revenue_minor).zip(cost_minor);
        for (((&day, &channel), &product), ((&units, &revenue), &cost)) in keys.zip(amounts) {
            let day = day_of(day.into());
            let channel = 1 + u32::from(channel);
            let measures = DataSet::Sales.measures().iter().map(|measure| {
                Some(match measure {
                    Measure::Rows => 1,
                    Measure::PlacedUnits => units.into(),
                    Measure::NetRevenueMinor => revenue.into(),
                    Measure::CostOfGoodsMinor => cost.into(),
                    _ => 0,
                })
            });
            let buyers = self.buyers.as_mut();
            let (order, customer) = buyers.map_or((0, 0), |it| it.of_line(channel));
            let product = 1 + u32::from(product);
            let line = FactRow {
                codes: vec![day.days() as u32, channel, product, 0, customer, order],
                measures: measures.collect(),
            };
            let month = day.first_of_month();
            self.writers
                .entry((month, channel))
                .or_insert_with(|| SegmentWriter::new(DataSet::Sales, month, channel))
                .push(&line)
                .expect("a line of this month and channel");
        }
    }

    /// The bytes of one of the segments begun; empty where there is none left.
    pub fn take(&mut self) -> Vec<u8> {
        self.writers
            .pop_first()
            .map(|(_, writer)| writer.finish())
            .unwrap_or_default()
    }
}
