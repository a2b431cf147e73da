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

/// Makes segments, one per month and channel, month by month so that it holds little at a time.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Writer {
    writers: BTreeMap<(Date, u32), SegmentWriter>,
}

#[wasm_bindgen]
impl Writer {
    /// A writer without lines.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Writer {
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
            let line = FactRow {
                codes: vec![day.days() as u32, channel, 1 + u32::from(product), 0, 0, 0],
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
