//! Who may ask in a company's name from where: pages of other origins (CORS), and networks.
//!
//! An origin is written as browsers write it (RFC 6454, 6.2), so that it is compared letter by letter: there are no
//! patterns. Empty lists differ in what they say: no page of another origin, and every network.

use core::net::IpAddr;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

use crate::network::Network;

/// The longest origin, in bytes.
const ORIGIN_BYTES_MAX: usize = 270;

/// Scheme, host and port of a page.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct WebOrigin(String);

/// Why a text is no origin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error(
    "an origin is https://host or https://host:port in small letters, as browsers write it, without a path; \
     http for localhost alone"
)]
pub struct OriginError;

impl WebOrigin {
    /// The text, as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for WebOrigin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<WebOrigin, OriginError> {
        let (scheme, rest) = text.split_once("://").ok_or(OriginError)?;
        let (host, port) = match rest.rsplit_once(':') {
            // A colon within brackets is the address's own.
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (rest, None),
        };
        let is_local = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let default_port = match scheme {
            "https" => "443",
            "http" if is_local => "80",
            _ => return Err(OriginError),
        };
        let is_port = |port: &str| {
            port != default_port
                && !port.starts_with('0')
                && port.bytes().all(|byte| byte.is_ascii_digit())
                && port.parse::<u16>().is_ok()
        };
        let is_part = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_')
        };
        let is_name = |name: &str| {
            let mut labels = name.split('.');
            labels.all(|label| (1..=63).contains(&label.len()) && label.bytes().all(is_part))
        };
        let is_address = |host: &str| {
            let inner = host
                .strip_prefix('[')
                .and_then(|rest| rest.strip_suffix(']'));
            let address = inner.and_then(|inner| inner.parse::<core::net::Ipv6Addr>().ok());
            address.is_some_and(|address| inner == Some(address.to_string().as_str()))
        };
        let is_origin = text.len() <= ORIGIN_BYTES_MAX
            && port.is_none_or(is_port)
            && (is_name(host) || is_address(host));
        is_origin
            .then(|| WebOrigin(text.to_owned()))
            .ok_or(OriginError)
    }
}

impl fmt::Display for WebOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for WebOrigin {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for WebOrigin {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<WebOrigin, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for WebOrigin {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "WebOrigin".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "description": "Scheme, host and port of a page, as browsers write them.",
            "maxLength": ORIGIN_BYTES_MAX,
            "pattern": "^https?://[a-z0-9._\\[\\]:-]+$",
        })
    }
}

/// From where a company is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessLists {
    /// Origins whose pages may ask with a key or a token; none where the list is empty.
    pub origins: Vec<WebOrigin>,
    /// Networks that anybody of the company may ask from; every one where the list is empty.
    pub networks: Vec<Network>,
}

impl AccessLists {
    /// Whether requests may come from an address; one that is not known is in no network.
    pub fn admits_address(&self, address: Option<IpAddr>) -> bool {
        is_from(&self.networks, address)
    }

    /// Whether a page of an origin may ask.
    pub fn admits_origin(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known.as_str() == origin)
    }
}

/// Whether an address is in one of some networks; any is where there are none, and one that is not known is in none.
pub fn is_from(networks: &[Network], address: Option<IpAddr>) -> bool {
    let is_inside = |address| networks.iter().any(|network| network.contains(address));
    networks.is_empty() || address.is_some_and(is_inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_as_browsers_write_them() {
        for text in [
            "https://shop.example",
            "https://shop.example:8443",
            "https://xn--bcher-kva.example",
            "https://intranet",
            "https://192.0.2.7:444",
            "https://[2001:db8::1]",
            "https://[2001:db8::1]:8443",
            "http://localhost:5173",
            "http://localhost",
        ] {
            let origin: WebOrigin = text.parse().unwrap_or_else(|_| panic!("{text}"));
            assert_eq!(origin.as_str(), text);
            assert_eq!(serde_json::to_value(&origin).unwrap(), text);
        }
        for text in [
            "",
            "*",
            "null",
            "https://",
            "https://*",
            "https://*.example",
            "https://shop.example/",
            "https://shop.example/x",
            "https://shop.example?x",
            "https://Shop.example",
            "HTTPS://shop.example",
            "https://shop.example:443",
            "https://shop.example:",
            "https://shop.example:0",
            "https://shop.example:08443",
            "https://shop.example:70000",
            "https://shop..example",
            "https://user@shop.example",
            "https://bücher.example",
            "https://shop.example https://other.example",
            "https://[2001:DB8::1]",
            "https://[::0]",
            "http://localhost:80",
            "http://127.0.0.1:80a",
            "http://shop.example",
            "ftp://localhost",
            "chrome-extension://abc",
        ] {
            assert_eq!(text.parse::<WebOrigin>(), Err(OriginError), "{text}");
            assert!(serde_json::from_value::<WebOrigin>(text.into()).is_err());
        }
        let long = format!("https://{}example", "a.".repeat(140));
        assert_eq!(long.parse::<WebOrigin>(), Err(OriginError));
    }

    #[test]
    fn an_origin_is_the_same_or_it_is_not() {
        let lists = AccessLists {
            origins: vec!["https://shop.example".parse().unwrap()],
            ..AccessLists::default()
        };
        assert!(lists.admits_origin("https://shop.example"));
        for other in [
            "http://shop.example",
            "https://shop.example:8443",
            "https://evil.shop.example",
            "https://shop.example.evil",
            "null",
            "",
        ] {
            assert!(!lists.admits_origin(other), "{other}");
            assert!(!AccessLists::default().admits_origin(other), "{other}");
        }
    }

    #[test]
    fn without_networks_every_address_is_admitted_and_with_some_those_in_them() {
        let everywhere = AccessLists::default();
        let here: IpAddr = "192.0.2.7".parse().unwrap();
        assert!(everywhere.admits_address(None) && everywhere.admits_address(Some(here)));
        let office = AccessLists {
            networks: vec![
                "192.0.2.0/24".parse().unwrap(),
                "2001:db8::/32".parse().unwrap(),
            ],
            ..AccessLists::default()
        };
        for (address, is_in) in [
            ("192.0.2.7", true),
            ("::ffff:192.0.2.7", true),
            ("2001:db8:1::2", true),
            ("192.0.3.7", false),
            ("2001:db9::1", false),
        ] {
            let address = address.parse().unwrap();
            assert_eq!(office.admits_address(Some(address)), is_in, "{address}");
        }
        assert!(!office.admits_address(None));
    }
}
