//! Networks: the addresses that a key may be used from (RFC 4632 for IPv4, RFC 4291 for IPv6).
//!
//! An IPv6 address that stands for an IPv4 one (`::ffff:192.0.2.1`) is that one, in lists as in requests,
//! so that neither form gets around a list of the other.

use core::net::IpAddr;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// The longest text of a network: an IPv6 address in full, a slash and three digits.
const TEXT_LENGTH_MAX: usize = 49;

/// A block of addresses, or a single one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Network {
    /// Its first address.
    address: IpAddr,
    /// How many leading bits all its addresses share.
    bits: u8,
}

/// Why a text is no network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// Not of the form `address` or `address/bits`.
    #[error("a network is an IPv4 or IPv6 address, or one with /bits after it")]
    Malformed,
    /// Bits are set behind the prefix, so that it is not clear what is meant.
    #[error("bits are set after the network's prefix")]
    BitsAfterPrefix,
}

impl Network {
    /// Whether an address lies in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                is_same(own.to_bits().into(), other.to_bits().into(), self.bits, 32)
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                is_same(own.to_bits(), other.to_bits(), self.bits, 128)
            }
            _ => false,
        }
    }
}

/// Whether the leading bits of two numbers are the same.
fn is_same(one: u128, other: u128, bits: u8, width: u32) -> bool {
    let behind = width - u32::from(bits).min(width);
    (one ^ other).checked_shr(behind).unwrap_or(0) == 0
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Network, NetworkError> {
        if text.len() > TEXT_LENGTH_MAX {
            return Err(NetworkError::Malformed);
        }
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let written: IpAddr = address.parse().map_err(|_| NetworkError::Malformed)?;
        let width: u8 = if written.is_ipv4() { 32 } else { 128 };
        let is_plain = |bits: &&str| {
            !bits.is_empty()
                && bits.bytes().all(|byte| byte.is_ascii_digit())
                && (*bits == "0" || !bits.starts_with('0'))
        };
        let mut bits = match bits {
            None => width,
            Some(bits) => Some(bits)
                .filter(is_plain)
                .and_then(|bits| bits.parse().ok())
                .filter(|bits| *bits <= width)
                .ok_or(NetworkError::Malformed)?,
        };
        let address = written.to_canonical();
        if address.is_ipv4() && written.is_ipv6() {
            // Within ::ffff:0:0/96 the last 32 bits tell addresses apart.
            bits = bits.checked_sub(96).ok_or(NetworkError::BitsAfterPrefix)?;
        }
        let network = Network { address, bits };
        if !network.is_clean() {
            return Err(NetworkError::BitsAfterPrefix);
        }
        Ok(network)
    }
}

impl Network {
    fn is_clean(&self) -> bool {
        let bits = u32::from(self.bits);
        match self.address {
            IpAddr::V4(address) => address.to_bits().checked_shl(bits).unwrap_or(0) == 0,
            IpAddr::V6(address) => address.to_bits().checked_shl(bits).unwrap_or(0) == 0,
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Serialize for Network {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Network {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Network, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for Network {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Network".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "An IPv4 or IPv6 address, or a block with /bits after it.",
            "anyOf": [
                { "type": "string", "format": "ipv4" },
                { "type": "string", "format": "ipv6" },
                { "type": "string", "pattern": "^((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])/([0-9]|[12][0-9]|3[0-2])$" },
                { "type": "string", "maxLength": TEXT_LENGTH_MAX, "pattern": "^[0-9a-fA-F:.]{2,45}/([0-9]|[1-9][0-9]|1[01][0-9]|12[0-8])$" },
            ],
        })
    }
}

#[cfg(test)]
mod tests {
    use core::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    fn holds(network: &str, address: &str) -> bool {
        let network: Network = network.parse().unwrap();
        network.contains(address.parse().unwrap())
    }

    #[test]
    fn addresses_are_in_their_blocks() {
        for (network, address, expected) in [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("::/0", "2001:db8::1", true),
            ("::/0", "192.0.2.1", false),
            ("2001:db8::/32", "2001:db8:ffff::1", true),
            ("2001:db8::/32", "2001:db9::", false),
            ("2001:db8::1", "2001:db8::1", true),
            // The two forms of one address.
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
            ("::ffff:192.0.2.0/120", "192.0.2.9", true),
            ("::ffff:192.0.2.9", "192.0.2.9", true),
        ] {
            assert_eq!(holds(network, address), expected, "{network} {address}");
        }
    }

    #[test]
    fn what_is_not_clear_is_no_network() {
        use NetworkError::{BitsAfterPrefix, Malformed};
        for (text, error) in [
            ("", Malformed),
            ("192.0.2", Malformed),
            ("192.0.2.1/", Malformed),
            ("192.0.2.0/33", Malformed),
            ("192.0.2.0/024", Malformed),
            ("192.0.2.0/+24", Malformed),
            ("192.0.2.0/24/8", Malformed),
            ("2001:db8::/129", Malformed),
            ("example.com", Malformed),
            ("192.0.2.1/24", BitsAfterPrefix),
            ("2001:db8::1/64", BitsAfterPrefix),
            ("::ffff:192.0.2.0/80", BitsAfterPrefix),
        ] {
            assert_eq!(text.parse::<Network>(), Err(error), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        /// The oracle compares bit by bit.
        #[test]
        fn blocks_share_their_leading_bits(own: u128, other: u128, bits in 0_u8..=128, flip in 0_u32..128) {
            let prefix = if bits == 0 { 0 } else { own >> (128 - bits) << (128 - bits) };
            let first = Ipv6Addr::from_bits(prefix);
            prop_assume!(first.to_ipv4_mapped().is_none());
            let network: Network = format!("{first}/{bits}").parse().unwrap();
            prop_assert_eq!(network.to_string().parse(), Ok(network));
            for address in [other, own, own ^ (1 << flip)] {
                let address = Ipv6Addr::from_bits(address);
                prop_assume!(address.to_ipv4_mapped().is_none());
                let leading = |number: u128| format!("{number:0128b}")[..usize::from(bits)].to_owned();
                let expected = leading(prefix) == leading(address.to_bits());
                prop_assert_eq!(network.contains(address.into()), expected);
            }
        }

        #[test]
        fn small_blocks_hold_exactly_their_addresses(own: u32, bits in 24_u8..=32) {
            let size = 1_u32 << (32 - bits);
            let first = own & !(size - 1);
            let network: Network = format!("{}/{bits}", Ipv4Addr::from_bits(first)).parse().unwrap();
            for offset in 0..size {
                prop_assert!(network.contains(Ipv4Addr::from_bits(first + offset).into()));
            }
            prop_assert!(!network.contains(Ipv4Addr::from_bits(first.wrapping_sub(1)).into()));
            prop_assert!(!network.contains(Ipv4Addr::from_bits(first.wrapping_add(size)).into()));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,60}") {
            let _: Result<Network, NetworkError> = text.parse();
        }
    }
}
