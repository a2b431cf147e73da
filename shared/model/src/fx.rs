//! Exchange rates to the tenant's base currency, by day.
//!
//! A fact is converted at the rate of its own date. Markets close at weekends and on holidays, so the
//! newest earlier rate is taken, up to [`FxTable::AGE_DAYS_MAX`] days old; beyond that there is no
//! rate, and nothing is guessed. Out of scope: where rates come from.

use std::collections::BTreeMap;

use kernel::{Currency, Date, Money, Rounding};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// How many major units of `to` one major unit of `from` costs, in billionths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FxRate {
    from: Currency,
    to: Currency,
    billionths: i64,
}

/// Why a rate was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FxError {
    /// Not a positive rate, or an absurd one.
    #[error("a rate lies above 0 and up to {} for one, not at {billionths} billionths", FxRate::BILLIONTHS_MAX / FxRate::BILLION)]
    OutOfRange {
        /// The rate given.
        billionths: i64,
    },
    /// The rate of a currency in itself that is not one.
    #[error("one {0} is worth one {0}; leave the row out")]
    SameCurrency(Currency),
}

impl FxRate {
    /// One, as a rate.
    pub const BILLION: i64 = 1_000_000_000;
    /// The highest rate: a million for one.
    pub const BILLIONTHS_MAX: i64 = 1_000_000 * FxRate::BILLION;

    /// A rate of `billionths` / 10^9.
    pub const fn new(from: Currency, to: Currency, billionths: i64) -> Result<FxRate, FxError> {
        if billionths <= 0 || billionths > FxRate::BILLIONTHS_MAX {
            return Err(FxError::OutOfRange { billionths });
        }
        Ok(FxRate {
            from,
            to,
            billionths,
        })
    }

    /// The rate of a currency to itself.
    pub const fn identity(currency: Currency) -> FxRate {
        FxRate {
            from: currency,
            to: currency,
            billionths: FxRate::BILLION,
        }
    }

    /// The currency converted from.
    pub const fn from(&self) -> Currency {
        self.from
    }

    /// The currency converted to.
    pub const fn to(&self) -> Currency {
        self.to
    }

    /// Major units of `to` for one of `from`, times 10^9.
    pub const fn billionths(&self) -> i64 {
        self.billionths
    }

    /// Minor units of `from` as minor units of `to`; `None` on overflow.
    pub fn convert_minor(&self, amount_minor: i64, rounding: Rounding) -> Option<i64> {
        Money::from_minor(amount_minor, self.from)
            .convert(self.to, self.billionths, rounding)
            .ok()
            .map(Money::minor)
    }
}

/// The rates that a tenant has, to one base currency.
///
/// ```
/// use kernel::{Currency, Date};
/// use model::fx::FxTable;
/// let friday = Date::from_ymd(2026, 11, 20)?;
/// let mut table = FxTable::new(Currency::TRY);
/// table.insert(friday, Currency::EUR, 48_250_000_000)?;
/// let sunday = table.rate_on(Currency::EUR, friday.add_days(2)?).expect("two days old");
/// assert_eq!(sunday.billionths(), 48_250_000_000);
/// assert!(table.rate_on(Currency::USD, friday).is_none());
/// assert!(table.rate_on(Currency::TRY, friday).is_some());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FxTable {
    base: Currency,
    rates: BTreeMap<(Currency, Date), i64>,
}

impl FxTable {
    /// How old a rate may be when it is used, in days: the longest bayram with its weekends.
    pub const AGE_DAYS_MAX: i32 = 14;

    /// No rates yet, to `base`.
    pub const fn new(base: Currency) -> FxTable {
        FxTable {
            base,
            rates: BTreeMap::new(),
        }
    }

    /// The currency that everything is converted to.
    pub const fn base(&self) -> Currency {
        self.base
    }

    /// Sets the rate of a day, replacing an earlier one.
    pub fn insert(
        &mut self,
        date: Date,
        currency: Currency,
        billionths: i64,
    ) -> Result<(), FxError> {
        if currency == self.base {
            return if billionths == FxRate::BILLION {
                Ok(())
            } else {
                Err(FxError::SameCurrency(currency))
            };
        }
        let rate = FxRate::new(currency, self.base, billionths)?;
        self.rates.insert((currency, date), rate.billionths);
        Ok(())
    }

    /// The rate to use on a day: that day's, else the newest earlier one that is not too old.
    pub fn rate_on(&self, currency: Currency, date: Date) -> Option<FxRate> {
        if currency == self.base {
            return Some(FxRate::identity(currency));
        }
        let oldest = date.add_days(-Self::AGE_DAYS_MAX).unwrap_or(Date::MIN);
        let (_, &billionths) = self
            .rates
            .range((currency, oldest)..=(currency, date))
            .next_back()?;
        Some(FxRate {
            from: currency,
            to: self.base,
            billionths,
        })
    }

    /// Number of rates held.
    pub fn len(&self) -> usize {
        self.rates.len()
    }

    /// Whether no rate is held.
    pub fn is_empty(&self) -> bool {
        self.rates.is_empty()
    }

    /// Every rate held, by currency and day.
    pub fn iter(&self) -> impl Iterator<Item = (Date, FxRate)> + '_ {
        self.rates.iter().map(|(&(from, date), &billionths)| {
            (
                date,
                FxRate {
                    from,
                    to: self.base,
                    billionths,
                },
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_old_rate_is_no_rate() {
        let day = Date::from_ymd(2026, 3, 1).unwrap();
        let mut table = FxTable::new(Currency::TRY);
        table
            .insert(day, Currency::USD, 40 * FxRate::BILLION)
            .unwrap();
        table
            .insert(
                day.add_days(1).unwrap(),
                Currency::USD,
                41 * FxRate::BILLION,
            )
            .unwrap();
        let on = |days| table.rate_on(Currency::USD, day.add_days(days).unwrap());
        assert_eq!(on(-1), None);
        assert_eq!(
            on(0).map(|rate| rate.billionths()),
            Some(40 * FxRate::BILLION)
        );
        assert_eq!(
            on(15).map(|rate| rate.billionths()),
            Some(41 * FxRate::BILLION)
        );
        assert_eq!(on(16), None);
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn refuses_rates_that_cannot_be() {
        let mut table = FxTable::new(Currency::TRY);
        for billionths in [0, -1, i64::MAX] {
            assert!(
                table
                    .insert(Date::EPOCH, Currency::USD, billionths)
                    .is_err()
            );
        }
        assert!(
            table
                .insert(Date::EPOCH, Currency::TRY, 2 * FxRate::BILLION)
                .is_err()
        );
        assert!(
            table
                .insert(Date::EPOCH, Currency::TRY, FxRate::BILLION)
                .is_ok()
        );
        assert!(table.is_empty());
    }
}
