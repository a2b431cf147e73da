//! Exchange rates of the demo company: a seeded walk, not the rates of any market.
//!
//! Published on weekdays only, as central banks do, so that the rule of the newest earlier rate is at
//! work in the demo too.

use kernel::{Currency, Date, Weekday};
use model::fx::FxRate;

use crate::random::{Purpose, Random};

/// The currencies of the export customers.
pub(crate) const CURRENCIES: [Currency; 3] = [Currency::USD, Currency::EUR, Currency::GBP];

/// Lira for one, in ten-thousandths, on the first day.
const START: [f64; 3] = [344_000.0, 372_000.0, 445_000.0];
/// Mean and deviation of the daily change.
const DRIFT: f64 = 0.000_42;
const DEVIATION: f64 = 0.003_2;

/// Rates from some days before the first order on.
#[derive(Clone, Debug)]
pub(crate) struct Rates {
    first: Date,
    /// Ten-thousandths of a lira for one of each of [`CURRENCIES`], by day since `first`.
    days: Vec<[i64; 3]>,
}

impl Rates {
    /// The walk from a week before `first_order` to `today`.
    pub(crate) fn new(seed: u64, first_order: Date, today: Date) -> Rates {
        let first = first_order.add_days(-7).unwrap_or(first_order);
        let mut random = Random::new(seed, Purpose::Fx, 0);
        let mut level = START;
        let days = (0..=today.days_since(first))
            .map(|_| {
                // Most of a day's change is the lira's own and moves all three together.
                let shared = random.normal() * DEVIATION;
                for rate in &mut level {
                    *rate *= 1.0 + DRIFT + shared + random.normal() * DEVIATION * 0.5;
                }
                level.map(|rate| rate.round() as i64)
            })
            .collect();
        Rates { first, days }
    }

    /// The rate that applies on a day: of the newest weekday up to it. Identity for lira.
    pub(crate) fn on(&self, currency: Currency, date: Date) -> FxRate {
        let lira = FxRate::identity(Currency::TRY);
        let Some(at) = CURRENCIES.iter().position(|known| *known == currency) else {
            return lira;
        };
        let back = match date.weekday() {
            Weekday::Saturday => 1,
            Weekday::Sunday => 2,
            _ => 0,
        };
        let day = usize::try_from(date.days_since(self.first) - back).unwrap_or(0);
        let Some(rates) = self.days.get(day).or(self.days.last()) else {
            return lira;
        };
        FxRate::new(currency, Currency::TRY, rates[at] * 100_000).unwrap_or(lira)
    }

    /// What is published: weekday, currency and ten-thousandths of a lira.
    pub(crate) fn published(&self) -> impl Iterator<Item = (Date, Currency, i64)> + '_ {
        self.days.iter().enumerate().flat_map(move |(day, rates)| {
            let date = self.first.add_days(day as i32).unwrap_or(self.first);
            let is_weekday = !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday);
            CURRENCIES
                .into_iter()
                .zip(*rates)
                .filter(move |_| is_weekday)
                .map(move |(currency, rate)| (date, currency, rate))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::fx::FxTable;

    #[test]
    fn the_rate_used_is_the_rate_that_an_importer_finds() {
        let today: Date = "2026-11-23".parse().unwrap();
        let first: Date = "2024-11-01".parse().unwrap();
        let rates = Rates::new(1, first, today);
        let mut table = FxTable::new(Currency::TRY);
        for (date, currency, ten_thousandths) in rates.published() {
            table
                .insert(date, currency, ten_thousandths * 100_000)
                .unwrap();
        }
        for date in kernel::DateRange::new(first, today).unwrap() {
            for currency in CURRENCIES {
                assert_eq!(
                    table.rate_on(currency, date),
                    Some(rates.on(currency, date)),
                    "{date}"
                );
            }
        }
    }

    #[test]
    fn the_walk_stays_plausible() {
        let today: Date = "2026-11-23".parse().unwrap();
        for seed in 0..20 {
            let rates = Rates::new(seed, "2024-11-01".parse().unwrap(), today);
            let dollar = rates.on(Currency::USD, today).billionths() as f64 / 1e9;
            assert!((34.0..70.0).contains(&dollar), "{seed}: {dollar}");
        }
    }
}
