//! Which header fields pass the gateway, and what is told of who asks.
//!
//! To a service go fields that describe the request, and those that its route names; never a credential of the
//! caller, nothing of the connection (RFC 9110, 7.6.1), and nothing that only the gateway may say. Back come fields
//! that describe the answer.

/// Fields of one connection, and what frames a message.
const OF_CONNECTION: [&str; 13] = [
    "connection",
    "content-length",
    "expect",
    "host",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Fields that say who the caller is, or that the gateway says itself.
const OWN: [&str; 12] = [
    "authorization",
    "cookie",
    "set-cookie",
    "dpop",
    "origin",
    "referer",
    "forwarded",
    "traceparent",
    "tracestate",
    "range",
    "accept-encoding",
    "request-id",
];

/// What begins the names of fields that the platform in front, or the gateway, says.
const OWN_PREFIXES: [&str; 6] = [
    "x-forwarded-",
    "x-real-",
    "cf-",
    "sec-",
    "proxy-",
    "meschain-",
];

/// Fields of a request that always pass.
const SENT: [&str; 6] = [
    "accept",
    "accept-language",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-unmodified-since",
];

/// Fields of an answer that always pass.
const RETURNED: [&str; 8] = [
    "content-language",
    "content-type",
    "content-disposition",
    "etag",
    "last-modified",
    "link",
    "location",
    "retry-after",
];

/// Fields of an answer that the gateway says itself, or that would change what browsers do with its pages.
const OWN_RETURNED: [&str; 17] = [
    "age",
    "cache-control",
    "clear-site-data",
    "content-encoding",
    "content-security-policy",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
    "deprecation",
    "permissions-policy",
    "ratelimit",
    "ratelimit-policy",
    "referrer-policy",
    "server-timing",
    "strict-transport-security",
    "sunset",
    "www-authenticate",
    "x-content-type-options",
];

/// Whether a text can be the name of a field, in lower case (RFC 9110, 5.1).
pub fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    (1..=80).contains(&name.len()) && name.bytes().all(is_part)
}

/// Whether a text can be the value of a field: visible letters of ASCII and spaces between them.
pub fn is_field_value(value: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_graphic() || byte == b' ';
    value.len() <= 2_000 && value.bytes().all(is_part) && value.trim() == value
}

/// Whether a field is of one connection, or frames a message.
pub fn is_of_connection(name: &str) -> bool {
    OF_CONNECTION
        .iter()
        .any(|own| own.eq_ignore_ascii_case(name))
}

/// Whether a route may let a caller's field pass, or set it: its name is in lower case.
pub fn may_be_sent(name: &str) -> bool {
    let is_own = OWN.contains(&name) || OWN_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    is_name(name) && !is_of_connection(name) && !is_own
}

/// Whether a route may let a service's field pass, or set it: its name is in lower case.
pub fn may_be_returned(name: &str) -> bool {
    let is_cors = name.starts_with("access-control-");
    may_be_sent(name) && !is_cors && !OWN_RETURNED.contains(&name)
}

/// Whether a caller's field passes without being named.
pub fn is_sent(name: &str) -> bool {
    SENT.contains(&name)
}

/// Whether a service's field passes without being named.
pub fn is_returned(name: &str) -> bool {
    RETURNED.contains(&name)
}

/// The name of this gateway in `Via`.
const VIA_NAME: &str = "meschain";

/// `Via` of a call (RFC 9110, 7.6.3).
pub fn via() -> String {
    format!("1.1 {VIA_NAME}")
}

/// Whether a request has passed this gateway before: whoever answers it would be asked for ever.
pub fn has_passed(via: &str) -> bool {
    let mut hops = via.split(',').map(str::trim);
    hops.any(|hop| hop.split_ascii_whitespace().nth(1) == Some(VIA_NAME))
}

/// `Forwarded` of a call (RFC 7239): who asked, at which host and how. The address is a number of either kind.
pub fn forwarded(address: Option<core::net::IpAddr>, host: &str, scheme: &str) -> String {
    let by = match address.map(|it| it.to_canonical()) {
        Some(core::net::IpAddr::V6(address)) => format!("for=\"[{address}]\""),
        Some(address) => format!("for={address}"),
        None => "for=unknown".to_owned(),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
    let host: String = host
        .chars()
        .filter(|letter| u8::try_from(*letter).is_ok_and(is_plain))
        .collect();
    format!("{by};host=\"{host}\";proto={scheme}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_and_nothing_of_the_connection_passes() {
        for name in [
            "authorization",
            "cookie",
            "dpop",
            "connection",
            "te",
            "transfer-encoding",
            "upgrade",
            "host",
            "via",
            "forwarded",
            "x-forwarded-for",
            "cf-connecting-ip",
            "meschain-company",
            "sec-fetch-site",
            "a b",
            "",
            "traceparent",
            "content-length",
            "range",
        ] {
            assert!(!may_be_sent(name) && !is_sent(name), "{name}");
        }
        for name in SENT {
            assert!(may_be_sent(name), "{name}");
        }
        for name in [
            "set-cookie",
            "access-control-allow-origin",
            "content-security-policy",
            "connection",
            "ratelimit",
            "content-encoding",
            "server-timing",
        ] {
            assert!(!may_be_returned(name) && !is_returned(name), "{name}");
        }
        for name in RETURNED {
            assert!(may_be_returned(name), "{name}");
        }
    }

    #[test]
    fn who_asked_is_written_as_the_standard_says() {
        let of = |address: &str| forwarded(address.parse().ok(), "bi.example:8443", "https");
        assert_eq!(
            of("192.0.2.7"),
            "for=192.0.2.7;host=\"bi.example:8443\";proto=https"
        );
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"));
        assert!(of("2001:db8::1").starts_with("for=\"[2001:db8::1]\";"));
        assert!(forwarded(None, "x\"; a", "http").starts_with("for=unknown;host=\"xa\";"));
    }

    #[test]
    fn a_loop_is_seen() {
        assert!(has_passed(&via()));
        assert!(has_passed("1.0 other, 1.1 meschain (x)"));
        assert!(!has_passed("1.0 meschainery, meschain"));
    }
}
