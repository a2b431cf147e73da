//! The parts of a request's address. The platform hands it over parsed and written again (WHATWG URL), so that
//! taking it apart needs no parser of its own: one would be a tenth of the Worker. Out of scope: addresses that
//! people type.

/// An address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// `http` or `https`.
    pub scheme: String,
    /// Host, with its port where that is not the scheme's own.
    pub host: String,
    /// Path, as it was sent.
    pub path: String,
    /// Parameters of the query, decoded.
    pub query: Vec<(String, String)>,
}

impl Address {
    /// Takes an address apart; `None` for one that names no host.
    pub fn parse(text: &str) -> Option<Address> {
        let (scheme, rest) = text.split_once("://")?;
        let rest = rest.split('#').next().unwrap_or_default();
        let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
        let at = before.find('/').unwrap_or(before.len());
        let (authority, path) = before.split_at(at);
        // Whoever names a user in front of the host is not heard.
        let host = authority.rsplit('@').next().unwrap_or_default();
        (!host.is_empty()).then(|| Address {
            scheme: scheme.to_owned(),
            host: host.to_owned(),
            path: if path.is_empty() { "/" } else { path }.to_owned(),
            query: pairs(query),
        })
    }
}

/// The pairs of `application/x-www-form-urlencoded` (WHATWG URL, 5.1).
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    let pieces = query.split('&').filter(|piece| !piece.is_empty());
    pieces
        .map(|piece| piece.split_once('=').unwrap_or((piece, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect()
}

/// Takes percent-encoding back; what is no UTF-8 then becomes U+FFFD.
pub(crate) fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'+', _) => (b' ', after),
            (b'%', [high, low, behind @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => (high << 4 | low, behind),
                _ => (b'%', after),
            },
            (byte, _) => (*byte, after),
        };
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

const fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        b'A'..=b'F' => Some(letter - b'A' + 10),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_four_parts() {
        let address = Address::parse("https://bi.example:8443/a/b%2Fc?x=1&y=a+b%20c&z&=v&x=2#end");
        let query = [("x", "1"), ("y", "a b c"), ("z", ""), ("", "v"), ("x", "2")];
        let expected = Address {
            scheme: "https".into(),
            host: "bi.example:8443".into(),
            path: "/a/b%2Fc".into(),
            query: query
                .map(|(name, value)| (name.into(), value.into()))
                .into(),
        };
        assert_eq!(address, Some(expected));
        let of = |text: &str| Address::parse(text).map(|it| (it.host, it.path));
        let is = |host: &str, path: &str| Some((host.to_owned(), path.to_owned()));
        assert_eq!(of("http://[::1]:8787"), is("[::1]:8787", "/"));
        assert_eq!(of("http://a@b:1@c/x@y?p=/"), is("c", "/x@y"));
        assert_eq!(of("http://c?//d"), is("c", "/"));
        assert_eq!(of("/only/a/path"), None);
        assert_eq!(of("http:///x"), None);
    }

    #[test]
    fn what_is_not_encoded_well_stays_readable() {
        for (text, expected) in [
            ("%", "%"),
            ("%4", "%4"),
            ("%zz%41", "%zzA"),
            ("%C3%A9", "é"),
            ("%C3", "\u{fffd}"),
            ("%00", "\0"),
            ("é", "é"),
            ("%2B+", "+ "),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }
}
