//! The warehouse: what lies on the shelves, what runs out, what is ordered again.
//!
//! A shelf is reordered when it and what is on the way fall below the demand of the lead time; lead
//! times vary and some deliveries are late, so that popular products run out now and then.

use kernel::Date;

use crate::anomalies::Anomaly;
use crate::products::{Assortment, HOME};
use crate::random::{Purpose, Random};
use crate::season;

/// Days between an order to the supplier and its arrival.
const LEAD_TIME_DAYS: (i64, i64) = (8, 17);
/// Share of deliveries that come late, and by how many days.
const LATE_SHARE: f64 = 0.06;
const LATE_DAYS: i64 = 13;
/// Stock at the start and bought with each order, in days of demand.
const START_DAYS: f64 = 50.0;
const ORDER_DAYS: f64 = 34.0;
/// Reorder point in days of demand: the mean lead time and a safety stock of two weeks.
const REORDER_DAYS: f64 = 27.0;
/// Weight of a day in the running mean of demand.
const SMOOTHING: f64 = 0.05;
/// Bestsellers that the planted stock-out empties.
pub(crate) const STOCK_OUT_PRODUCTS: usize = 5;

#[derive(Clone, Debug)]
struct Shelf {
    on_hand: i64,
    sold_today: i64,
    mean_demand: f64,
    arrival: Option<(Date, i64)>,
    is_named: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Warehouse {
    shelves: Vec<Shelf>,
    random: Random,
}

impl Warehouse {
    /// Shelves filled for a company that sells `daily_units` units on an ordinary day.
    pub(crate) fn new(seed: u64, assortment: &Assortment, daily_units: f64) -> Warehouse {
        let shelves = assortment
            .products
            .iter()
            .map(|product| {
                let mean_demand = assortment.share(product) * daily_units;
                Shelf {
                    on_hand: (mean_demand * START_DAYS).ceil() as i64 + 3,
                    sold_today: 0,
                    mean_demand,
                    arrival: None,
                    is_named: false,
                }
            })
            .collect();
        Warehouse {
            shelves,
            random: Random::new(seed, Purpose::Warehouse, 0),
        }
    }

    /// Takes units off the shelf, if they are there.
    pub(crate) fn take(&mut self, product: usize, units: i64) -> bool {
        let shelf = &mut self.shelves[product];
        let is_there = shelf.on_hand >= units;
        if is_there {
            shelf.on_hand -= units;
            shelf.sold_today += units;
        }
        is_there
    }

    /// Units on hand.
    pub(crate) fn on_hand(&self, product: usize) -> i64 {
        self.shelves[product].on_hand
    }

    /// Whether this is the first time that the product is asked for: its row then carries its name.
    pub(crate) fn name_once(&mut self, product: usize) -> bool {
        !std::mem::replace(&mut self.shelves[product].is_named, true)
    }

    /// Morning: deliveries come in; the planted stock-out empties its shelves.
    pub(crate) fn open(&mut self, assortment: &Assortment, date: Date, today: Date) {
        for shelf in &mut self.shelves {
            shelf.sold_today = 0;
            if let Some((_, units)) = shelf.arrival.take_if(|(day, _)| *day <= date) {
                shelf.on_hand += units;
            }
        }
        if Anomaly::BestsellerStockOut.is_on(date, today) {
            let (_, ends_days_ago) = Anomaly::BestsellerStockOut.days_ago();
            let back = today.add_days(1 - ends_days_ago).unwrap_or(today);
            for product in assortment.bestsellers(HOME, STOCK_OUT_PRODUCTS) {
                let shelf = &mut self.shelves[product];
                let units = (shelf.mean_demand * ORDER_DAYS * 2.0).ceil() as i64;
                shelf.on_hand = 0;
                shelf.arrival = Some((back, units));
            }
        }
    }

    /// Evening: demand is learnt and what runs low is ordered.
    pub(crate) fn close(&mut self, assortment: &Assortment, date: Date) {
        // Buyers look at last year's calendar: more is ordered ahead of the high season.
        let ahead = date.add_days(24).unwrap_or(date);
        let outlook = (season::demand(ahead) / season::demand(date)).clamp(0.8, 1.6);
        for (shelf, product) in self.shelves.iter_mut().zip(&assortment.products) {
            if product.launch > date {
                continue;
            }
            if shelf.on_hand > 0 || shelf.sold_today > 0 {
                let today = shelf.sold_today as f64;
                shelf.mean_demand += SMOOTHING * (today - shelf.mean_demand);
            }
            let mean = shelf.mean_demand.max(0.02) * outlook;
            if shelf.arrival.is_none() && (shelf.on_hand as f64) < mean * REORDER_DAYS {
                let late = if self.random.chance(LATE_SHARE) {
                    LATE_DAYS
                } else {
                    0
                };
                let days = self.random.between(LEAD_TIME_DAYS.0, LEAD_TIME_DAYS.1) + late;
                let units = (mean * ORDER_DAYS).ceil() as i64 + 2;
                shelf.arrival = date.add_days(days as i32).ok().map(|day| (day, units));
            }
        }
    }
}
