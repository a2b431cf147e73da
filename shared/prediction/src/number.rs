//! A number that travels as JSON and arrives with the same bits.
//!
//! Readers of JSON may round the last bit of a decimal fraction, and JSON has no word for a missing number. So whole
//! numbers are written as such, missing ones as `null`, and others as the hexadecimal digits of their bits.

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Whole numbers up to here have bits of their own.
const WHOLE_MAX: f64 = 9_007_199_254_740_992.0;

/// A number; NaN where it is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.0;
        // Zero below zero is not the whole number 0.
        let is_whole = value.trunc() == value && value.abs() < WHOLE_MAX;
        if value.is_nan() {
            serializer.serialize_unit()
        } else if is_whole && (value != 0.0 || value.is_sign_positive()) {
            serializer.serialize_i64(value as i64)
        } else {
            serializer.collect_str(&format_args!("{:016x}", value.to_bits()))
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl Visitor<'_> for Reader {
    type Value = Number;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a whole number, 16 hexadecimal digits, or null")
    }

    fn visit_unit<E: Error>(self) -> Result<Number, E> {
        Ok(Number(f64::NAN))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Number, E> {
        Ok(Number(value as f64))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Number, E> {
        let is_digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let bits = u64::from_str_radix(text, 16).ok().filter(|_| is_digits);
        bits.map(|bits| Number(f64::from_bits(bits)))
            .ok_or_else(|| E::custom("16 hexadecimal digits are expected"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wire(value: f64) -> String {
        serde_json::to_string(&Number(value)).unwrap()
    }

    #[test]
    fn whole_numbers_are_short_and_what_is_missing_is_null() {
        assert_eq!(wire(120.0), "120");
        assert_eq!(wire(-3.0), "-3");
        assert_eq!(wire(f64::NAN), "null");
        assert_eq!(wire(0.5), "\"3fe0000000000000\"");
        let back: Number = serde_json::from_str("null").unwrap();
        assert!(back.0.is_nan());
        for wrong in ["\"\"", "\"+fe0000000000000\"", "\"3fe\"", "true", "[1]"] {
            assert!(serde_json::from_str::<Number>(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn every_bit_arrives(bits in any::<u64>()) {
            let value = f64::from_bits(bits);
            let back: Number = serde_json::from_str(&wire(value)).unwrap();
            prop_assert!(back.0.to_bits() == bits || (value.is_nan() && back.0.is_nan()));
        }

        #[test]
        fn every_amount_arrives(whole in -1_i64 << 53..1 << 53) {
            let back: Number = serde_json::from_str(&wire(whole as f64)).unwrap();
            prop_assert_eq!(back.0.to_bits(), (whole as f64).to_bits());
        }
    }
}
