//! Which addresses may be told: `https`, on the public internet.
//!
//! An address is read here by rules of our own that are narrower than those of browsers, so that what is checked is
//! what is called: `https://127.1`, `https://0x7f000001` and the like are loopback to a browser and nothing here.
//! What a name stands for is known only when it is called: the platform must not reach inside addresses then
//! (see docs/operations.md).

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use thiserror::Error;

/// The longest address, in bytes.
pub const URL_BYTES_MAX: usize = 1_000;
/// The longest name of a host (RFC 1035, 2.3.4).
const HOST_BYTES_MAX: usize = 253;
const LABEL_BYTES_MAX: usize = 63;

/// Names that stand for no place on the public internet (RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN).
const INSIDE: [&str; 9] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "alt",
    "home.arpa",
];

/// Why an address may not be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Not an address that starts with `https://`.
    #[error("an address begins with https://")]
    Scheme,
    /// Longer than [`URL_BYTES_MAX`], or with what does not belong into an address.
    #[error("an address has at most {URL_BYTES_MAX} visible ASCII characters, without \\ and #")]
    Form,
    /// With a user or password before the host.
    #[error("an address holds no user and no password")]
    User,
    /// A port that is none, or one of another service.
    #[error("a port is 443 or 1024 to 65535")]
    Port,
    /// A host that cannot be read.
    #[error("the host is a full name such as hooks.example.com, in ASCII, or a public IP address")]
    Host,
    /// A host that is not on the public internet.
    #[error("the host is not on the public internet")]
    Inside,
}

/// Checks an address. `allows_inside` lets through `http` and hosts of one's own network, for tries and tests.
pub fn check(url: &str, allows_inside: bool) -> Result<(), TargetError> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'#');
    if url.len() > URL_BYTES_MAX || !url.bytes().all(is_plain) {
        return Err(TargetError::Form);
    }
    let rest = match url.strip_prefix("https://") {
        Some(rest) => rest,
        None if allows_inside => url.strip_prefix("http://").ok_or(TargetError::Scheme)?,
        None => return Err(TargetError::Scheme),
    };
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(TargetError::User);
    }
    let (host, port) = match authority.strip_prefix('[') {
        Some(inner) => {
            let (address, rest) = inner.split_once(']').ok_or(TargetError::Host)?;
            let address: Ipv6Addr = address.parse().map_err(|_| TargetError::Host)?;
            let port = match rest.strip_prefix(':') {
                None if !rest.is_empty() => return Err(TargetError::Host),
                port => port,
            };
            (Host::Address(address.into()), port)
        }
        None => match authority.split_once(':') {
            Some((name, port)) => (Host::read(name)?, Some(port)),
            None => (Host::read(authority)?, None),
        },
    };
    if let Some(port) = port {
        let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
        let port: Option<u16> = port.parse().ok().filter(|_| is_number);
        if !port.is_some_and(|port| port == 443 || port >= 1_024) {
            return Err(TargetError::Port);
        }
    }
    if allows_inside || host.is_public() {
        return Ok(());
    }
    Err(TargetError::Inside)
}

enum Host {
    Name(String),
    Address(IpAddr),
}

impl Host {
    fn read(text: &str) -> Result<Host, TargetError> {
        if let Ok(address) = text.parse::<Ipv4Addr>() {
            return Ok(Host::Address(address.into()));
        }
        let name = text.strip_suffix('.').unwrap_or(text).to_ascii_lowercase();
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        let is_label = |label: &str| {
            (1..=LABEL_BYTES_MAX).contains(&label.len()) && label.bytes().all(is_part)
        };
        // A last label that begins with a digit would be read as a number of an IPv4 address.
        let last = name.rsplit('.').next().unwrap_or_default();
        let is_word = last.starts_with(|letter: char| letter.is_ascii_lowercase());
        let is_name = name.len() <= HOST_BYTES_MAX && name.split('.').all(is_label) && is_word;
        is_name.then_some(Host::Name(name)).ok_or(TargetError::Host)
    }

    fn is_public(&self) -> bool {
        match self {
            Host::Name(name) => {
                let is_in = |zone: &&str| {
                    name.strip_suffix(*zone)
                        .is_some_and(|before| before.is_empty() || before.ends_with('.'))
                };
                name.contains('.') && !INSIDE.iter().any(is_in)
            }
            Host::Address(address) => is_public(*address),
        }
    }
}

/// Whether an address is one of the public internet, by IANA's registries of special purposes (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

const fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        // This host, private, loopback, shared (RFC 6598), link-local, private.
        [0 | 10 | 127, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            // Protocol assignments, documentation, 6to4 relays, benchmarks.
            | [192, 0, 0 | 2, _]
            | [192, 88, 99, _]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            // Multicast, reserved and broadcast.
            | [224..=255, ..]
    )
}

const fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        // Only what is given out as global unicast, and of that no block with a purpose of its own: protocol
        // assignments with Teredo, documentation, 6to4, and the same of RFC 9637.
        [0x2001, 0..=0x1ff | 0xdb8, ..] | [0x2002, ..] | [0x3fff, 0..=0xfff, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn public_addresses_are_taken() {
        for url in [
            "https://hooks.example.com",
            "https://hooks.example.com/",
            "https://hooks.example.com:8443/a/b?c=d%20e",
            "https://HOOKS.Example.com.",
            "https://xn--bcher-kva.example/",
            "https://a_b.example.com/",
            "https://8.8.8.8/x",
            "https://[2606:4700::1111]:443/x",
            "https://local.example.com/",
            "https://mylocal.example/",
        ] {
            assert_eq!(check(url, false), Ok(()), "{url}");
        }
    }

    #[test]
    fn inside_addresses_are_refused_however_they_are_written() {
        for url in [
            "https://localhost/",
            "https://LOCALHOST./x",
            "https://a.localhost:8443",
            "https://printer.local",
            "https://db.internal",
            "https://metadata.google.internal/computeMetadata/v1/",
            "https://intranet",
            "https://server",
            "https://router.home.arpa",
            "https://0.0.0.0",
            "https://10.1.2.3",
            "https://127.0.0.1:8443/",
            "https://100.64.0.1",
            "https://169.254.169.254/latest/meta-data",
            "https://172.16.0.1",
            "https://172.31.255.255",
            "https://192.168.1.1",
            "https://192.0.2.1",
            "https://198.18.0.1",
            "https://203.0.113.9",
            "https://224.0.0.1",
            "https://255.255.255.255",
            "https://[::]",
            "https://[::1]:8443",
            "https://[::ffff:127.0.0.1]",
            "https://[::ffff:10.0.0.1]",
            "https://[64:ff9b::a00:1]",
            "https://[fe80::1]",
            "https://[fc00::1]",
            "https://[fd12:3456::1]",
            "https://[ff02::1]",
            "https://[2001:db8::1]",
            "https://[2002:7f00:1::]",
        ] {
            assert_eq!(check(url, false), Err(TargetError::Inside), "{url}");
            assert_eq!(check(url, true), Ok(()), "{url}");
        }
    }

    #[test]
    fn what_a_browser_would_read_as_another_host_is_not_read_at_all() {
        for (url, error) in [
            ("https://127.1/", TargetError::Host),
            ("https://2130706433/", TargetError::Host),
            ("https://0x7f000001/", TargetError::Host),
            ("https://0177.0.0.1/", TargetError::Host),
            ("https://example.com.0x7f/", TargetError::Host),
            ("https://127.0.0.1.:8443/", TargetError::Host),
            ("https://[::1%25lo]/", TargetError::Host),
            ("https://[::1", TargetError::Host),
            ("https://[::1]x/", TargetError::Host),
            ("https://%6cocalhost/", TargetError::Host),
            ("https:///x", TargetError::Host),
            ("https://a..example/", TargetError::Host),
            ("https://ex ample.com/", TargetError::Form),
            ("https://example.com\\@127.0.0.1/", TargetError::Form),
            ("https://example.com#@127.0.0.1/", TargetError::Form),
            ("https://bücher.example/", TargetError::Form),
            ("https://user@example.com/", TargetError::User),
            ("https://example.com:a@127.0.0.1/", TargetError::User),
            ("https://example.com:22/", TargetError::Port),
            ("https://example.com:+443/", TargetError::Port),
            ("https://example.com:/", TargetError::Port),
            ("https://example.com:65536/", TargetError::Port),
            ("http://example.com/", TargetError::Scheme),
            ("HTTPS://example.com/", TargetError::Scheme),
            ("//example.com/", TargetError::Scheme),
            ("file:///etc/passwd", TargetError::Scheme),
            ("", TargetError::Scheme),
        ] {
            assert_eq!(check(url, false), Err(error), "{url}");
        }
        let long = format!("https://example.com/{}", "a".repeat(URL_BYTES_MAX));
        assert_eq!(check(&long, false), Err(TargetError::Form));
        let name = format!("https://{}example.com/", "a.".repeat(130));
        assert_eq!(check(&name, false), Err(TargetError::Host));
        assert_eq!(check("ftp://example.com", true), Err(TargetError::Scheme));
        assert_eq!(check("http://127.0.0.1:9000/x", true), Ok(()));
    }
}
