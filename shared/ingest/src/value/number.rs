//! Numbers, with the groups, signs and currency marks that people and programs put around them.

use kernel::{Currency, Rounding, div_round};

use super::CurrencyMark;
use crate::{DecimalMark, Reason};

const NUMBER_LENGTH_MAX: usize = 64;
/// The most digits before the decimal mark, and after it; no amount has more.
const DIGITS_MAX: u32 = 18;

/// A decimal number, exactly as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// The digits without the mark.
    digits: i128,
    /// How many of them are after the mark.
    fraction_digits: u32,
    /// The currency named beside it.
    pub currency: Option<CurrencyMark>,
}

impl Number {
    /// Reads a number: groups of three, spaces and a currency mark are read over; `(12.50)` and `12.50-`
    /// are negative, as in accounting.
    pub fn parse(text: &str, decimal: DecimalMark) -> Result<Number, Reason> {
        let text = text.trim();
        if text.len() > NUMBER_LENGTH_MAX {
            return Err(Reason::NotANumber);
        }
        let (digits, is_negative, currency) = match text.as_bytes() {
            [b'0'..=b'9', ..] if text.ends_with(|last: char| last.is_ascii_digit()) => {
                (text, false, None)
            }
            _ => bare(text).ok_or(Reason::NotANumber)?,
        };
        let (digits, fraction_digits) = read_digits(digits, decimal)?;
        Ok(Number {
            digits: if is_negative { -digits } else { digits },
            fraction_digits,
            currency,
        })
    }

    /// The number times a power of ten, rounded half to even past the last digit.
    pub fn scaled(self, digits: u32) -> Result<i64, Reason> {
        let overflow = Reason::NumberOutOfRange;
        let scaled = if digits >= self.fraction_digits {
            let factor = 10_i128.pow((digits - self.fraction_digits).min(DIGITS_MAX));
            self.digits.checked_mul(factor).ok_or(overflow)?
        } else {
            let divisor = 10_i128.pow(self.fraction_digits - digits);
            div_round(self.digits, divisor, Rounding::HalfEven)
        };
        i64::try_from(scaled).map_err(|_| overflow)
    }

    /// The number without a currency beside it, for what is no amount.
    pub fn plain(self) -> Result<Number, Reason> {
        match self.currency {
            None => Ok(self),
            Some(_) => Err(Reason::NotANumber),
        }
    }

    /// The number as an amount of a currency; refuses one that names another.
    pub fn amount_of(self, currency: Currency) -> Result<Number, Reason> {
        match self.currency {
            Some(mark) if !mark.allows(currency) => Err(Reason::CurrencyMismatch),
            _ => Ok(self),
        }
    }
}

/// The digits with their marks, whether they are negative, and the currency beside them.
fn bare(text: &str) -> Option<(&str, bool, Option<CurrencyMark>)> {
    let inner = text
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'));
    let (mut rest, mut is_negative) = inner.map_or((text, false), |inner| (inner.trim(), true));
    let mut has_sign = inner.is_some();
    let mut currency = None;
    loop {
        let before = rest.len();
        for sign in ['-', '\u{2212}', '+'] {
            let within = match rest.strip_prefix(sign) {
                None if sign != '+' => rest.strip_suffix(sign),
                within => within,
            };
            if let Some(within) = within {
                if std::mem::replace(&mut has_sign, true) {
                    return None;
                }
                (rest, is_negative) = (within.trim(), sign != '+');
            }
        }
        let is_letter = |letter: char| {
            !letter.is_ascii_digit()
                && !matches!(
                    letter,
                    '-' | '\u{2212}' | '+' | '.' | ',' | '\'' | '\u{2019}'
                )
        };
        let prefix = rest.find(|letter| !is_letter(letter))?;
        let suffix = rest.trim_end_matches(is_letter).len();
        for (mark, within) in [
            (rest.get(..prefix)?, rest.get(prefix..)?),
            (rest.get(suffix..)?, rest.get(..suffix)?),
        ] {
            if mark.is_empty() || within.len() >= rest.len() {
                continue;
            }
            let found = CurrencyMark::parse(mark.trim())?;
            currency = Some(both(currency, found)?);
            rest = rest
                .strip_prefix(mark)
                .or_else(|| rest.strip_suffix(mark))?;
        }
        rest = rest.trim();
        if rest.len() == before {
            return Some((rest, is_negative, currency));
        }
    }
}

/// Two marks of one amount, such as `$12 USD`: the closer one, where they agree.
fn both(first: Option<CurrencyMark>, second: CurrencyMark) -> Option<CurrencyMark> {
    match (first, second) {
        (None, mark) => Some(mark),
        (Some(CurrencyMark::One(one)), other) | (Some(other), CurrencyMark::One(one)) => {
            other.allows(one).then_some(CurrencyMark::One(one))
        }
        (Some(first), second) => (first == second).then_some(first),
    }
}

/// The value of digits in groups around a decimal mark, and how many come after it.
fn read_digits(text: &str, decimal: DecimalMark) -> Result<(i128, u32), Reason> {
    let (mark, group) = match decimal {
        DecimalMark::Point => ('.', ','),
        DecimalMark::Comma => (',', '.'),
    };
    let (whole, fraction) = text.rsplit_once(mark).unwrap_or((text, ""));
    let is_gap = |letter: char| {
        letter == group || matches!(letter, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '\u{2019}')
    };
    let mut value: i128 = 0;
    let mut whole_digits = 0;
    let mut has_groups = false;
    for part in whole.split(is_gap) {
        // Groups are of three digits, and the first has as many or fewer.
        let is_first = !std::mem::replace(&mut has_groups, true);
        let is_whole = part.len() == whole.len();
        let is_possible = is_whole || part.len() == 3 || is_first && matches!(part.len(), 1 | 2);
        if !is_possible {
            return Err(Reason::NotANumber);
        }
        push_digits(
            part,
            &mut value,
            &mut whole_digits,
            Reason::NumberOutOfRange,
        )?;
    }
    if whole.is_empty() && fraction.is_empty() {
        return Err(Reason::NotANumber);
    }
    let written = fraction;
    let fraction = fraction.trim_end_matches('0');
    let mut read = 0;
    let mut fraction_value = 0;
    if fraction.len() > DIGITS_MAX as usize || !written.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Reason::NotANumber);
    }
    push_digits(fraction, &mut fraction_value, &mut read, Reason::NotANumber)?;
    let fraction_digits = fraction.len() as u32;
    Ok((
        value * 10_i128.pow(fraction_digits) + fraction_value,
        fraction_digits,
    ))
}

/// Appends digits to a value; refuses more than any number has, not counting zeros in front.
fn push_digits(
    text: &str,
    value: &mut i128,
    digits: &mut u32,
    too_many: Reason,
) -> Result<(), Reason> {
    for byte in text.bytes() {
        if !byte.is_ascii_digit() {
            return Err(Reason::NotANumber);
        }
        *digits += u32::from(*digits > 0 || byte != b'0');
        if *digits > DIGITS_MAX {
            return Err(too_many);
        }
        *value = *value * 10 + i128::from(byte - b'0');
    }
    Ok(())
}

/// A whole quantity.
pub fn whole(text: &str, decimal: DecimalMark) -> Result<i64, Reason> {
    let thousandths = Number::parse(text, decimal)?.plain()?.scaled(3)?;
    if thousandths % 1_000 == 0 {
        Ok(thousandths / 1_000)
    } else {
        Err(Reason::FractionalQuantity)
    }
}

/// A VAT rate in basis points: `20`, `20%`, `%20` and `0.2` are all 20 %.
pub fn vat_basis_points(text: &str, decimal: DecimalMark) -> Result<u32, Reason> {
    let bare = text.trim().trim_matches('%').trim();
    let has_sign = bare.len() != text.trim().len();
    let hundredths = Number::parse(bare, decimal)?.plain()?.scaled(4)?;
    let is_share = !has_sign && hundredths > 0 && hundredths < 10_000;
    let basis_points = if is_share {
        hundredths
    } else {
        hundredths / 100
    };
    u32::try_from(basis_points)
        .ok()
        .filter(|rate| *rate <= 10_000)
        .ok_or(Reason::NumberOutOfRange)
}

#[cfg(test)]
mod tests {
    use kernel::parse_scaled;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_people_write_them() {
        use DecimalMark::{Comma, Point};
        for (text, decimal, micros) in [
            ("1,234.56", Point, Some(1_234_560_000)),
            ("1.234,56", Comma, Some(1_234_560_000)),
            ("1 234,5 TL", Comma, Some(1_234_500_000)),
            ("₺1.299,90", Comma, Some(1_299_900_000)),
            ("(12.50)", Point, Some(-12_500_000)),
            ("12.50-", Point, Some(-12_500_000)),
            ("12.50- TL", Point, Some(-12_500_000)),
            ("-$3", Point, Some(-3_000_000)),
            ("$-3", Point, Some(-3_000_000)),
            ("EUR\u{a0}3", Point, Some(3_000_000)),
            ("$12 USD", Point, Some(12_000_000)),
            ("+4", Point, Some(4_000_000)),
            (".5", Point, Some(500_000)),
            ("5.", Point, Some(5_000_000)),
            ("0.0000005", Point, Some(0)),
            ("0.0000015", Point, Some(2)),
            ("1,2345", Point, None),
            ("1234,567", Point, None),
            ("12,34,567", Point, None),
            ("$12 TL", Point, None),
            ("12 boxes", Point, None),
            ("NaN", Point, None),
            ("1e308", Point, None),
            ("", Point, None),
            (".", Point, None),
            ("TL", Point, None),
            ("--5", Point, None),
            ("(-5)", Point, None),
            ("1.2.3", Point, None),
        ] {
            let read = Number::parse(text, decimal).and_then(|number| number.scaled(6));
            assert_eq!(read.ok(), micros, "{text}");
        }
        assert_eq!(whole("1.5", Point), Err(Reason::FractionalQuantity));
        assert_eq!(whole("-6", Point), Ok(-6));
        assert_eq!(whole("6 TL", Point), Err(Reason::NotANumber));
        let long = Number::parse("9999999999999999999", Point);
        assert_eq!(long, Err(Reason::NumberOutOfRange));
    }

    #[test]
    fn an_amount_keeps_the_currency_it_names() {
        let dollars = Number::parse("$12.50", DecimalMark::Point).unwrap();
        assert_eq!(dollars.amount_of(Currency::USD), Ok(dollars));
        assert_eq!(
            dollars.amount_of(Currency::TRY),
            Err(Reason::CurrencyMismatch)
        );
        let plain = Number::parse("12.50", DecimalMark::Point).unwrap();
        assert_eq!(plain.amount_of(Currency::TRY), Ok(plain));
    }

    #[test]
    fn vat_rates_in_every_form() {
        for text in ["20", "20%", "%20", "0.2", "0.20", "20.00"] {
            assert_eq!(
                vat_basis_points(text, DecimalMark::Point),
                Ok(2_000),
                "{text}"
            );
        }
        assert_eq!(vat_basis_points("1%", DecimalMark::Point), Ok(100));
        assert_eq!(vat_basis_points("0", DecimalMark::Point), Ok(0));
        assert_eq!(
            vat_basis_points("250", DecimalMark::Point),
            Err(Reason::NumberOutOfRange)
        );
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "\\PC{0,30}") {
            for decimal in [DecimalMark::Point, DecimalMark::Comma] {
                let _ = Number::parse(&text, decimal).map(|number| number.scaled(9));
                let _ = vat_basis_points(&text, decimal);
            }
        }

        #[test]
        fn plain_numbers_read_as_the_kernel_reads_them(text in "-?0{0,3}[0-9]{0,20}(\\.[0-9]{0,20})?") {
            let ours = Number::parse(&text, DecimalMark::Point).and_then(|number| number.scaled(6));
            prop_assert_eq!(ours.ok(), parse_scaled(&text, 6, Rounding::HalfEven).ok());
        }
    }
}
