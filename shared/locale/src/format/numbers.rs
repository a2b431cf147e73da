//! Numbers, shares, money and sizes.
//!
//! Real numbers are rounded to the nearest value that can be shown; money in full is exact. A value
//! that is shown as zero has no sign.

use kernel::Currency;
use model::metrics::{Unit, Value};

use crate::Locale;

const NO_BREAK_SPACE: char = '\u{a0}';
/// What is shown for numbers that are none.
const NOT_A_NUMBER: &str = "–";

impl Locale {
    const fn group_mark(self) -> char {
        match self {
            Locale::Turkish => '.',
            Locale::English => ',',
        }
    }

    const fn decimal_mark(self) -> char {
        match self {
            Locale::Turkish => ',',
            Locale::English => '.',
        }
    }

    /// Short names of 10^3, 10^6, 10^9 and 10^12.
    const fn short_powers(self) -> [&'static str; 4] {
        match self {
            Locale::Turkish => ["\u{a0}B", "\u{a0}Mn", "\u{a0}Mr", "\u{a0}Tn"],
            Locale::English => ["K", "M", "B", "T"],
        }
    }
}

/// A whole number in groups of three digits: `1.234.567` or `1,234,567`.
pub fn whole(number: i64, locale: Locale) -> String {
    let digits = number.unsigned_abs().to_string();
    signed(number < 0, &grouped(&digits, locale))
}

/// A number with exactly `digits` (at most 15) decimal digits: `1.234,5` or `1,234.5`.
pub fn decimal(number: f64, digits: usize, locale: Locale) -> String {
    if !number.is_finite() {
        return NOT_A_NUMBER.into();
    }
    let text = format!("{:.*}", digits.min(15), number.abs());
    let (units, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut written = grouped(units, locale);
    if !fraction.is_empty() {
        written.push(locale.decimal_mark());
        written.push_str(fraction);
    }
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    signed(number < 0.0 && !is_zero, &written)
}

/// A number in at most three or four characters and the name of its power: `1,2 Mn` or `1.2M`.
/// Below a thousand it is shown with at most one decimal digit.
///
/// ```
/// use locale::{Locale, format::compact};
/// assert_eq!(compact(1_249_000.0, Locale::English), "1.2M");
/// assert_eq!(compact(-12_500.0, Locale::Turkish), "-12,5\u{a0}B");
/// ```
pub fn compact(number: f64, locale: Locale) -> String {
    let (text, power) = shortened(number, locale);
    text + power
}

/// A ratio as a percentage with `digits` decimal digits: `%12,3` or `12.3%`.
///
/// ```
/// use locale::{Locale, format::percent};
/// assert_eq!(percent(0.123, 1, Locale::Turkish), "%12,3");
/// assert_eq!(percent(-0.05, 0, Locale::English), "-5%");
/// ```
pub fn percent(ratio: f64, digits: usize, locale: Locale) -> String {
    let text = decimal(ratio * 100.0, digits, locale);
    if text == NOT_A_NUMBER {
        return text;
    }
    match (locale, text.strip_prefix('-')) {
        (Locale::Turkish, Some(size)) => format!("-%{size}"),
        (Locale::Turkish, None) => format!("%{text}"),
        (Locale::English, _) => text + "%",
    }
}

/// A relative change with its sign: `+%12,3` or `+12.3%`. A change of ten times or more has no decimal
/// digits.
pub fn change(ratio: f64, locale: Locale) -> String {
    let digits = usize::from(ratio.abs() < 10.0);
    let text = percent(ratio, digits, locale);
    let is_positive = text.bytes().any(|byte| matches!(byte, b'1'..=b'9')) && ratio > 0.0;
    if is_positive {
        format!("+{text}")
    } else {
        text
    }
}

/// The symbol of a currency, or its code where it has no symbol that everybody knows.
pub fn symbol(currency: &Currency) -> &str {
    match currency.code() {
        "TRY" => "₺",
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        code => code,
    }
}

/// Money in full, from minor units: `₺1.234,56` or `₺1,234.56`.
///
/// ```
/// use kernel::Currency;
/// use locale::{Locale, format::money};
/// assert_eq!(money(-123_456, Currency::TRY, Locale::Turkish), "-₺1.234,56");
/// assert_eq!(money(-123_456, Currency::TRY, Locale::English), "-₺1,234.56");
/// ```
pub fn money(minor: i64, currency: Currency, locale: Locale) -> String {
    let per_major = currency.minor_per_major().unsigned_abs();
    let size = minor.unsigned_abs();
    let mut text = grouped(&(size / per_major).to_string(), locale);
    let digits = currency.minor_digits() as usize;
    if digits > 0 {
        text.push(locale.decimal_mark());
        text.push_str(&format!("{:0digits$}", size % per_major));
    }
    signed(minor < 0, &with_symbol(&text, currency))
}

/// Money in short, from minor units: `₺1,2 Mn` or `₺1.2M`.
pub fn money_compact(minor: f64, currency: Currency, locale: Locale) -> String {
    let (text, power) = shortened(minor / currency.minor_per_major() as f64, locale);
    if text == NOT_A_NUMBER {
        return text;
    }
    match text.strip_prefix('-') {
        Some(size) => signed(true, &with_symbol(&format!("{size}{power}"), currency)),
        None => with_symbol(&format!("{text}{power}"), currency),
    }
}

/// The value of a metric in full, as in tables and in the numbers behind a chart.
pub fn value(value: Value, unit: Unit, currency: Currency, locale: Locale) -> String {
    match (unit, value) {
        (Unit::Money, Value::Whole(minor)) => money(minor, currency, locale),
        (Unit::Money, Value::Real(minor)) => {
            let digits = currency.minor_digits() as usize;
            let text = decimal(minor / currency.minor_per_major() as f64, digits, locale);
            match text.strip_prefix('-') {
                Some(size) => signed(true, &with_symbol(size, currency)),
                None if text == NOT_A_NUMBER => text,
                None => with_symbol(&text, currency),
            }
        }
        (Unit::Percent, value) => percent(value.as_f64(), 1, locale),
        (Unit::Ratio, value) => decimal(value.as_f64(), 2, locale),
        (_, Value::Whole(number)) => whole(number, locale),
        (Unit::Count, Value::Real(number)) => decimal(number, 0, locale),
        (Unit::Days | Unit::Score, Value::Real(number)) => decimal(number, 1, locale),
    }
}

/// The value of a metric in short, as on tiles and axes.
pub fn value_compact(value: f64, unit: Unit, currency: Currency, locale: Locale) -> String {
    match unit {
        Unit::Money => money_compact(value, currency, locale),
        Unit::Count => compact(value, locale),
        Unit::Percent => {
            let digits = usize::from(value.abs() < 1.0);
            without_zero_fraction(percent(value, digits, locale), locale)
        }
        Unit::Ratio if value.abs() < 100.0 => {
            without_zero_fraction(decimal(value, 2, locale), locale)
        }
        Unit::Ratio | Unit::Days | Unit::Score => compact(value, locale),
    }
}

/// A size of data in decimal units: `12,3 MB` or `12.3 MB`.
pub fn bytes(count: u64, locale: Locale) -> String {
    let units = ["B", "kB", "MB", "GB", "TB"];
    let mut size = count as f64;
    let mut unit = 0;
    // 999.95 would be shown as 1000.0.
    while size >= 999.95 && unit + 1 < units.len() {
        size /= 1_000.0;
        unit += 1;
    }
    let digits = usize::from(unit > 0 && size < 99.95);
    let name = units.get(unit).copied().unwrap_or_default();
    format!("{}{NO_BREAK_SPACE}{name}", decimal(size, digits, locale))
}

/// The digits of a short form and the name of its power of a thousand.
fn shortened(number: f64, locale: Locale) -> (String, &'static str) {
    let mut size = number;
    let mut power = 0;
    let powers = locale.short_powers();
    // 999.5 of one power would be shown as 1000: it is 1 of the next.
    while size.abs() >= 999.5 && power < powers.len() {
        size /= 1_000.0;
        power += 1;
    }
    let digits = usize::from(size.abs() < 99.95);
    let text = without_zero_fraction(decimal(size, digits, locale), locale);
    let name = power.checked_sub(1).and_then(|at| powers.get(at));
    (text, name.copied().unwrap_or_default())
}

/// Drops a fraction of zeros only.
fn without_zero_fraction(text: String, locale: Locale) -> String {
    let (body, tail) = match text.strip_suffix('%') {
        Some(body) => (body, "%"),
        None => (text.as_str(), ""),
    };
    match body.rsplit_once(locale.decimal_mark()) {
        Some((units, fraction)) if fraction.bytes().all(|byte| byte == b'0') => {
            format!("{units}{tail}")
        }
        _ => text,
    }
}

fn grouped(digits: &str, locale: Locale) -> String {
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 1);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(locale.group_mark());
        }
        text.push(digit);
    }
    text
}

fn signed(is_negative: bool, text: &str) -> String {
    if is_negative {
        format!("-{text}")
    } else {
        text.into()
    }
}

/// Both languages write the symbol first (CLDR), a code with a space after it.
fn with_symbol(text: &str, currency: Currency) -> String {
    let symbol = symbol(&currency);
    if symbol.is_ascii() && symbol.len() > 1 {
        format!("{symbol}{NO_BREAK_SPACE}{text}")
    } else {
        format!("{symbol}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Locale::{English, Turkish};
    use proptest::prelude::*;

    /// Turns the spaces that do not break into plain ones, to be read in expectations.
    fn plain(text: String) -> String {
        text.replace(NO_BREAK_SPACE, " ")
    }

    #[test]
    fn short_forms() {
        for (number, turkish, english) in [
            (0.0, "0", "0"),
            (-0.04, "0", "0"),
            (7.25, "7,2", "7.2"),
            (999.4, "999", "999"),
            (999.6, "1 B", "1K"),
            (1_250.0, "1,2 B", "1.2K"),
            (12_349.0, "12,3 B", "12.3K"),
            (123_456.0, "123 B", "123K"),
            (999_499.0, "999 B", "999K"),
            (999_500.0, "1 Mn", "1M"),
            (-1_249_000.0, "-1,2 Mn", "-1.2M"),
            (3e9, "3 Mr", "3B"),
            (4.56e12, "4,6 Tn", "4.6T"),
            (5e16, "50.000 Tn", "50,000T"),
            (f64::NAN, "–", "–"),
        ] {
            assert_eq!(plain(compact(number, Turkish)), turkish, "{number}");
            assert_eq!(plain(compact(number, English)), english, "{number}");
        }
    }

    #[test]
    fn money_in_full_and_in_short() {
        let yen: Currency = "JPY".parse().expect("a currency");
        let dinar: Currency = "KWD".parse().expect("a currency");
        for (minor, currency, turkish, english) in [
            (123_456_789, Currency::TRY, "₺1.234.567,89", "₺1,234,567.89"),
            (-5, Currency::USD, "-$0,05", "-$0.05"),
            (1_500, yen, "JPY 1.500", "JPY 1,500"),
            (1_234_005, dinar, "KWD 1.234,005", "KWD 1,234.005"),
            (
                i64::MIN,
                Currency::EUR,
                "-€92.233.720.368.547.758,08",
                "-€92,233,720,368,547,758.08",
            ),
        ] {
            assert_eq!(plain(money(minor, currency, Turkish)), turkish);
            assert_eq!(plain(money(minor, currency, English)), english);
        }
        assert_eq!(
            plain(money_compact(123_456_789.0, Currency::TRY, Turkish)),
            "₺1,2 Mn"
        );
        assert_eq!(
            plain(money_compact(-123_456_789.0, Currency::TRY, English)),
            "-₺1.2M"
        );
        assert_eq!(plain(money_compact(f64::NAN, Currency::TRY, English)), "–");
        assert_eq!(plain(money_compact(950.0, Currency::GBP, English)), "£9.5");
    }

    #[test]
    fn shares_and_changes() {
        assert_eq!(percent(0.0, 1, Turkish), "%0,0");
        assert_eq!(percent(-0.123, 1, Turkish), "-%12,3");
        assert_eq!(change(0.123, Turkish), "+%12,3");
        assert_eq!(change(-0.5, English), "-50.0%");
        assert_eq!(change(0.0001, English), "0.0%");
        assert_eq!(change(12.5, English), "+1,250%");
        assert_eq!(change(f64::INFINITY, English), "–");
    }

    #[test]
    fn values_by_unit() {
        let lira = Currency::TRY;
        let full = |number, unit| plain(value(number, unit, lira, English));
        assert_eq!(full(Value::Whole(1_050), Unit::Money), "₺10.50");
        assert_eq!(full(Value::Real(-1_049.6), Unit::Money), "-₺10.50");
        assert_eq!(full(Value::Whole(12_345), Unit::Count), "12,345");
        assert_eq!(full(Value::Real(0.1234), Unit::Percent), "12.3%");
        assert_eq!(full(Value::Real(3.256), Unit::Ratio), "3.26");
        assert_eq!(full(Value::Real(4.25), Unit::Days), "4.2");
        let short = |number, unit| plain(value_compact(number, unit, lira, Turkish));
        assert_eq!(short(0.2, Unit::Percent), "%20");
        assert_eq!(short(0.255, Unit::Percent), "%25,5");
        assert_eq!(short(2.5, Unit::Ratio), "2,50");
        assert_eq!(short(2.0, Unit::Ratio), "2");
        assert_eq!(short(1_500_000_000.0, Unit::Money), "₺15 Mn");
    }

    #[test]
    fn sizes_of_data() {
        assert_eq!(plain(bytes(999, English)), "999 B");
        assert_eq!(plain(bytes(12_345_678, Turkish)), "12,3 MB");
        assert_eq!(plain(bytes(999_999, English)), "1.0 MB");
        assert_eq!(plain(bytes(u64::MAX, English)), "18,446,744 TB");
    }

    proptest! {
        #[test]
        fn a_whole_number_survives_its_text(number: i64) {
            for locale in Locale::ALL {
                let text = whole(number, locale).replace(locale.group_mark(), "");
                prop_assert_eq!(text.parse::<i64>(), Ok(number));
            }
        }

        #[test]
        fn money_in_full_is_exact(minor: i64) {
            let text = money(minor, Currency::TRY, Turkish);
            let digits: String = text.chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
            prop_assert_eq!(digits.parse::<i128>().ok(), Some(i128::from(minor)));
        }

        #[test]
        fn a_short_form_is_near_and_short(size in 1_000.0_f64..1e15) {
            let text = compact(size, English);
            let (digits, power) = text.split_at(text.len() - 1);
            let scale = match power { "K" => 1e3, "M" => 1e6, "B" => 1e9, _ => 1e12 };
            let shown: f64 = digits.replace(',', "").parse().expect("digits");
            prop_assert!((shown * scale - size).abs() <= size * 0.051, "{} for {}", text, size);
            prop_assert!(digits.len() <= 5, "{}", text);
        }
    }
}
