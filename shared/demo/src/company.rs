//! What stays the same over the company's life: its seed, days, products, customers' homes, rates.

use kernel::Date;

use crate::Scale;
use crate::channels::CHANNELS;
use crate::fx::Rates;
use crate::names::PER_CATEGORY;
use crate::places::{ABROAD, PROVINCES, Place};
use crate::products::Assortment;
use crate::random::{Purpose, Random, running_sums};

/// Whole months of history before the month of today.
pub const MONTHS: i32 = 24;

#[derive(Clone, Debug)]
pub(crate) struct Company {
    pub(crate) seed: u64,
    pub(crate) first_day: Date,
    pub(crate) today: Date,
    /// Orders against those at full size.
    pub(crate) volume: f64,
    pub(crate) assortment: Assortment,
    pub(crate) rates: Rates,
    province_sums: Vec<f64>,
    abroad_sums: Vec<f64>,
    /// Mean net price of a unit, by month since the first.
    mean_net_prices: Vec<f64>,
}

impl Company {
    pub(crate) fn new(seed: u64, today: Date, scale: Scale) -> Company {
        let first_day = today
            .first_of_month()
            .add_months(-MONTHS)
            .unwrap_or(Date::MIN);
        let share = f64::from(scale.per_mille()) / 1_000.0;
        let per_category = ((PER_CATEGORY as f64 * share) as usize).max(8);
        let assortment = Assortment::new(seed, first_day, today, per_category);
        let mean_net_prices = (0..=MONTHS + 12)
            .map(|month| {
                assortment.mean_net_price_minor(first_day.add_months(month).unwrap_or(today))
            })
            .collect();
        Company {
            seed,
            first_day,
            today,
            volume: share,
            rates: Rates::new(seed, first_day, today),
            province_sums: running_sums(PROVINCES.iter().map(|place| place.weight)),
            abroad_sums: running_sums(ABROAD.iter().map(|place| place.weight)),
            assortment,
            mean_net_prices,
        }
    }

    /// Where a customer lives: always the same place.
    pub(crate) fn place_of(&self, channel: usize, customer: u64) -> Place {
        let index = (channel as u64) << 40 | customer;
        let mut random = Random::new(self.seed, Purpose::Customers, index);
        if random.chance(CHANNELS[channel].export_share) {
            ABROAD[random.index(&self.abroad_sums)]
        } else {
            PROVINCES[random.index(&self.province_sums)]
        }
    }

    /// Expected price without VAT of a unit, in minor units of lira.
    pub(crate) fn mean_net_price_minor(&self, date: Date) -> f64 {
        let months = date.month().index() - self.first_day.month().index();
        let at = usize::try_from(months)
            .unwrap_or(0)
            .min(self.mean_net_prices.len() - 1);
        self.mean_net_prices[at]
    }
}
