//! Currencies by their ISO 4217 alphabetic code, and how many minor digits each has.
//!
//! Source: ISO 4217:2015, list one (current currencies and funds that trade), with HRK and BGN kept for
//! history. Out of scope: exchange rates and symbols.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// A currency that ISO 4217 knows. Ordered by its code.
///
/// ```
/// use kernel::Currency;
/// let lira: Currency = "TL".parse()?;
/// assert_eq!(lira.to_string(), "TRY");
/// assert_eq!(lira.minor_digits(), 2);
/// # Ok::<(), kernel::CurrencyError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Currency([u8; 3]);

/// Why a text is not a currency.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CurrencyError {
    /// No ISO 4217 code.
    #[error("\"{0}\" is no ISO 4217 currency code; use three letters such as TRY or EUR")]
    Unknown(String),
}

/// Codes with two minor digits, sorted.
const TWO_DIGITS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL \
    BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP \
    GEL GHS GIP GMD GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP \
    LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB \
    PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL \
    THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
/// Codes without minor digits, sorted.
const NO_DIGITS: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// Codes with three minor digits, sorted.
const THREE_DIGITS: &str = "BHD IQD JOD KWD LYD OMR TND";

/// Whether `code` is one of the codes of `list`, which are three letters and a space each.
const fn contains(list: &str, code: [u8; 3]) -> bool {
    let bytes = list.as_bytes();
    let mut at = 0;
    while at + 3 <= bytes.len() {
        if bytes[at] == code[0] && bytes[at + 1] == code[1] && bytes[at + 2] == code[2] {
            return true;
        }
        at += 4;
    }
    false
}

impl Currency {
    /// Turkish lira.
    pub const TRY: Currency = Currency(*b"TRY");
    /// US dollar.
    pub const USD: Currency = Currency(*b"USD");
    /// Euro.
    pub const EUR: Currency = Currency(*b"EUR");
    /// Pound sterling.
    pub const GBP: Currency = Currency(*b"GBP");
    /// Brazilian real.
    pub const BRL: Currency = Currency(*b"BRL");

    /// The codes of every currency, by the number of their minor digits.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        let lists = [TWO_DIGITS, NO_DIGITS, THREE_DIGITS];
        lists.into_iter().flat_map(str::split_ascii_whitespace)
    }

    /// The currency of an upper-case ISO 4217 code, if there is one.
    pub const fn from_code(code: [u8; 3]) -> Option<Currency> {
        if contains(TWO_DIGITS, code) || contains(NO_DIGITS, code) || contains(THREE_DIGITS, code) {
            Some(Currency(code))
        } else {
            None
        }
    }

    /// The upper-case three-letter code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).expect("only ASCII letters are accepted")
    }

    /// Digits after the decimal point: 0 (JPY), 2 (TRY) or 3 (KWD).
    pub const fn minor_digits(self) -> u32 {
        if contains(NO_DIGITS, self.0) {
            0
        } else if contains(THREE_DIGITS, self.0) {
            3
        } else {
            2
        }
    }

    /// Minor units in a major one: 1, 100 or 1,000.
    pub const fn minor_per_major(self) -> i64 {
        10_i64.pow(self.minor_digits())
    }

    /// Every currency, in the order of its code.
    pub fn all() -> Vec<Currency> {
        let mut all: Vec<Currency> = [TWO_DIGITS, NO_DIGITS, THREE_DIGITS]
            .into_iter()
            .flat_map(str::split_ascii_whitespace)
            .filter_map(|code| code.parse().ok())
            .collect();
        all.sort_unstable();
        all
    }
}

impl FromStr for Currency {
    type Err = CurrencyError;

    /// Accepts any case and surrounding space; `TL` (as N11 sends it) is read as `TRY`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let unknown = || CurrencyError::Unknown(text.chars().take(16).collect());
        let upper = text.trim().to_ascii_uppercase();
        if upper == "TL" {
            return Ok(Currency::TRY);
        }
        let code: [u8; 3] = upper.as_bytes().try_into().map_err(|_| unknown())?;
        Currency::from_code(code).ok_or_else(unknown)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_follow_iso_4217() {
        for (code, digits) in [
            ("JPY", 0),
            ("krw", 0),
            ("KWD", 3),
            ("BHD", 3),
            ("TRY", 2),
            (" eur ", 2),
            ("TL", 2),
        ] {
            assert_eq!(
                code.parse::<Currency>().unwrap().minor_digits(),
                digits,
                "{code}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_currency() {
        for text in ["", "T", "TR", "TRYY", "₺", "XYZ", "Y T", "123", "US ", "💶"] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }

    #[test]
    fn lists_are_well_formed_and_do_not_overlap() {
        let all = Currency::all();
        let unique: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(unique.len(), all.len());
        for list in [TWO_DIGITS, NO_DIGITS, THREE_DIGITS] {
            let codes: Vec<&str> = list.split_ascii_whitespace().collect();
            assert!(codes.is_sorted());
            assert_eq!(codes.len() * 4 - 1, list.len(), "one space between codes");
        }
    }

    #[test]
    fn travels_as_its_code() {
        let json = serde_json::to_string(&Currency::TRY).unwrap();
        assert_eq!(json, "\"TRY\"");
        assert_eq!(
            serde_json::from_str::<Currency>("\"TL\"").unwrap(),
            Currency::TRY
        );
        assert!(serde_json::from_str::<Currency>("\"ZZZ\"").is_err());
    }
}
