//! Money as an integer number of minor units with its currency.
//!
//! No floating point touches an amount. Sums of different currencies are refused, overflow is an
//! error, and every division names its rounding. Out of scope: conversion by an exchange rate (that is
//! [`Money::convert`]'s two integers: the rate comes from `model`) and formatting for a locale.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Currency, Rounding, div_round};

/// An amount of money. Serialised as `{ "minor": 1299, "currency": "TRY" }`.
///
/// ```
/// use kernel::{Currency, Money, Rounding};
/// let price = Money::from_minor(11_990, Currency::TRY);
/// // Net of 20 % VAT: 119.90 / 1.20 = 99.9166...
/// let net = price.mul_ratio(100, 120, Rounding::HalfAwayFromZero)?;
/// assert_eq!(net.to_string(), "99.92 TRY");
/// # Ok::<(), kernel::MoneyError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    minor: i64,
    currency: Currency,
}

/// Why an amount could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MoneyError {
    /// Two currencies in one sum.
    #[error("cannot combine {left} with {right}; convert one of them first")]
    CurrencyMismatch {
        /// The currency on the left.
        left: Currency,
        /// The currency on the right.
        right: Currency,
    },
    /// More than 2^63 - 1 minor units.
    #[error("the amount does not fit: more than {} minor units", i64::MAX)]
    Overflow,
    /// A ratio with 0 below.
    #[error("an amount cannot be divided by zero")]
    DivisionByZero,
    /// A text that is no decimal number.
    #[error("\"{0}\" is no amount; write digits with a decimal point, such as 1299.90")]
    NotAnAmount(String),
}

impl Money {
    /// `minor` minor units (kuruş, cents) of `currency`.
    pub const fn from_minor(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    /// Nothing of `currency`.
    pub const fn zero(currency: Currency) -> Money {
        Money::from_minor(0, currency)
    }

    /// Reads major units with a decimal point and an optional sign: `-1299.905`. Digits that the
    /// currency does not have are rounded as named. Syntax as in [`parse_scaled`].
    pub fn parse_major(
        text: &str,
        currency: Currency,
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        let minor = parse_scaled(text, currency.minor_digits(), rounding)?;
        Ok(Money::from_minor(minor, currency))
    }

    /// The amount in minor units.
    pub const fn minor(self) -> i64 {
        self.minor
    }

    /// The currency.
    pub const fn currency(self) -> Currency {
        self.currency
    }

    /// The sum; refuses another currency and overflow.
    pub fn checked_add(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        let minor = self
            .minor
            .checked_add(other.minor)
            .ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    /// The difference; refuses another currency and overflow.
    pub fn checked_sub(self, other: Money) -> Result<Money, MoneyError> {
        self.same_currency(other)?;
        let minor = self
            .minor
            .checked_sub(other.minor)
            .ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    /// The same amount with the other sign.
    pub fn checked_neg(self) -> Result<Money, MoneyError> {
        let minor = self.minor.checked_neg().ok_or(MoneyError::Overflow)?;
        Ok(Money { minor, ..self })
    }

    /// The amount x `numerator` / `denominator`, exact until it is rounded once, as named.
    pub fn mul_ratio(
        self,
        numerator: i64,
        denominator: i64,
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        if denominator == 0 {
            return Err(MoneyError::DivisionByZero);
        }
        let product = i128::from(self.minor) * i128::from(numerator);
        let minor = div_round(product, i128::from(denominator), rounding);
        Ok(Money {
            minor: i64::try_from(minor).map_err(|_| MoneyError::Overflow)?,
            ..self
        })
    }

    /// The amount in another currency, where one major unit of this one costs `rate_billionths` /
    /// 1,000,000,000 major units of `target`.
    pub fn convert(
        self,
        target: Currency,
        rate_billionths: i64,
        rounding: Rounding,
    ) -> Result<Money, MoneyError> {
        // 2^63 x 2^63 x 10^3 < 2^136 could overflow an i128, so this product is checked.
        let product = (i128::from(self.minor) * i128::from(rate_billionths))
            .checked_mul(i128::from(target.minor_per_major()))
            .ok_or(MoneyError::Overflow)?;
        let divisor = i128::from(self.currency.minor_per_major()) * 1_000_000_000;
        let minor = div_round(product, divisor, rounding);
        Ok(Money {
            minor: i64::try_from(minor).map_err(|_| MoneyError::Overflow)?,
            currency: target,
        })
    }

    fn same_currency(self, other: Money) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            Ok(())
        } else {
            Err(MoneyError::CurrencyMismatch {
                left: self.currency,
                right: other.currency,
            })
        }
    }
}

/// Reads a decimal number as an integer of `digits` decimal places: `"1299.905"` with 2 digits is
/// 129,990 (to even). At most 18 digits on either side of the point. No grouping, exponent, space or
/// symbol is accepted: who imports a file knows its dialect, this does not guess.
///
/// ```
/// use kernel::{Rounding, parse_scaled};
/// assert_eq!(parse_scaled("-0.005", 6, Rounding::HalfEven), Ok(-5_000));
/// assert!(parse_scaled("1e308", 2, Rounding::HalfEven).is_err());
/// ```
pub fn parse_scaled(text: &str, digits: u32, rounding: Rounding) -> Result<i64, MoneyError> {
    let error = || MoneyError::NotAnAmount(text.chars().take(32).collect());
    let (negative, number) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let is_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if (whole.is_empty() && fraction.is_empty()) || !is_digits(whole) || !is_digits(fraction) {
        return Err(error());
    }
    let whole = whole.trim_start_matches('0');
    let fraction = fraction.trim_end_matches('0');
    if whole.len() > 18 || digits > 18 {
        return Err(MoneyError::Overflow);
    }
    if fraction.len() > 18 {
        return Err(error());
    }
    let mut scaled: i128 = 0;
    for digit in whole.bytes().chain(fraction.bytes()) {
        scaled = scaled * 10 + i128::from(digit - b'0');
    }
    if negative {
        scaled = -scaled;
    }
    // 36 digits read x 10^18 could overflow an i128, so this product is checked.
    let product = scaled
        .checked_mul(10_i128.pow(digits))
        .ok_or(MoneyError::Overflow)?;
    let rounded = div_round(product, 10_i128.pow(fraction.len() as u32), rounding);
    i64::try_from(rounded).map_err(|_| MoneyError::Overflow)
}

impl fmt::Display for Money {
    /// Major units with a decimal point, then the code: `-0.05 TRY`, `1200 JPY`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.currency.minor_digits() as usize;
        let per_major = self.currency.minor_per_major().unsigned_abs();
        let sign = if self.minor < 0 { "-" } else { "" };
        let (major, minor) = (
            self.minor.unsigned_abs() / per_major,
            self.minor.unsigned_abs() % per_major,
        );
        if digits == 0 {
            write!(f, "{sign}{major} {}", self.currency)
        } else {
            write!(f, "{sign}{major}.{minor:0digits$} {}", self.currency)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn lira(minor: i64) -> Money {
        Money::from_minor(minor, Currency::TRY)
    }

    #[test]
    fn parses_major_units() {
        let parse = |text, currency| {
            Money::parse_major(text, currency, Rounding::HalfEven).map(Money::minor)
        };
        let yen: Currency = "JPY".parse().unwrap();
        let dinar: Currency = "KWD".parse().unwrap();
        assert_eq!(parse("1299.90", Currency::TRY), Ok(129_990));
        assert_eq!(parse("-0.005", Currency::TRY), Ok(0));
        assert_eq!(parse("+.015", Currency::TRY), Ok(2));
        assert_eq!(parse("1200", yen), Ok(1200));
        assert_eq!(parse("1.2345", dinar), Ok(1234));
        assert_eq!(parse("007.10", Currency::TRY), Ok(710));
        for text in [
            "", ".", "-", "1,5", "1e3", "NaN", "inf", "1.2.3", "₺5", " 5", "--1",
        ] {
            assert!(parse(text, Currency::TRY).is_err(), "{text}");
        }
        assert_eq!(
            parse("99999999999999999999", Currency::TRY),
            Err(MoneyError::Overflow)
        );
    }

    #[test]
    fn refuses_to_mix_currencies_and_to_overflow() {
        let euro = Money::from_minor(1, Currency::EUR);
        assert!(matches!(
            lira(1).checked_add(euro),
            Err(MoneyError::CurrencyMismatch { .. })
        ));
        assert!(matches!(
            lira(1).checked_sub(euro),
            Err(MoneyError::CurrencyMismatch { .. })
        ));
        assert_eq!(
            lira(i64::MAX).checked_add(lira(1)),
            Err(MoneyError::Overflow)
        );
        assert_eq!(lira(i64::MIN).checked_neg(), Err(MoneyError::Overflow));
        assert_eq!(
            lira(i64::MAX).mul_ratio(2, 1, Rounding::Down),
            Err(MoneyError::Overflow)
        );
        assert_eq!(
            lira(1).mul_ratio(1, 0, Rounding::Down),
            Err(MoneyError::DivisionByZero)
        );
    }

    #[test]
    fn splits_a_commission_as_the_official_trendyol_sample_does() {
        // 449.99 x 15 % = 67.4985; 449.99 - 67.4985 = 382.4915, on the cent 67.50 and 382.49.
        let base = lira(44_999);
        let commission = base.mul_ratio(15, 100, Rounding::HalfAwayFromZero).unwrap();
        assert_eq!(commission, lira(6_750));
        assert_eq!(base.checked_sub(commission).unwrap(), lira(38_249));
    }

    #[test]
    fn converts_between_different_minor_digits() {
        let yen: Currency = "JPY".parse().unwrap();
        let amount = Money::from_minor(1_000, yen);
        // 1,000 JPY at 0.275500 TRY each.
        assert_eq!(
            amount.convert(Currency::TRY, 275_500_000, Rounding::HalfEven),
            Ok(lira(27_550))
        );
        assert_eq!(
            lira(27_550)
                .convert(yen, 3_629_764_000, Rounding::HalfEven)
                .map(Money::minor),
            Ok(1_000)
        );
    }

    proptest! {
        #[test]
        fn addition_is_commutative_and_undone_by_subtraction(a in any::<i32>(), b in any::<i32>()) {
            let (a, b) = (lira(a.into()), lira(b.into()));
            prop_assert_eq!(a.checked_add(b), b.checked_add(a));
            prop_assert_eq!(a.checked_add(b).unwrap().checked_sub(b), Ok(a));
        }

        #[test]
        fn what_is_shown_is_what_is_read(minor in any::<i64>(), code in 0_usize..150) {
            let currency = Currency::all()[code];
            let money = Money::from_minor(minor / 1_000, currency);
            let shown = money.to_string();
            let number = shown.strip_suffix(&format!(" {currency}")).unwrap();
            prop_assert_eq!(Money::parse_major(number, currency, Rounding::Down), Ok(money));
        }

        #[test]
        fn a_share_and_its_rest_are_the_whole(minor in any::<i64>(), percent in 0_i64..=100) {
            for rounding in Rounding::ALL {
                let whole = lira(minor);
                let share = whole.mul_ratio(percent, 100, rounding).unwrap();
                let rest = whole.checked_sub(share).unwrap();
                prop_assert_eq!(share.checked_add(rest), Ok(whole));
            }
        }
    }
}
