//! The address that a proof is for, written in the one way in which two of them are compared (RFC 3986, 6.2.2 and
//! 6.2.3): without query and fragment, which a proof says nothing of (RFC 9449, 4.3).

/// The longest address that is compared, in bytes.
const BYTES_MAX: usize = 2_000;

/// An address in its normal form: `http` or `https`, a host without a user, the port where it is not the scheme's own,
/// a path without dots and needless percent signs. `None` where it is no such address.
pub fn normalised(address: &str) -> Option<String> {
    let is_written = address.len() <= BYTES_MAX && address.bytes().all(|it| it.is_ascii_graphic());
    let (scheme, rest) = address.split_once("://").filter(|_| is_written)?;
    let scheme = scheme.to_ascii_lowercase();
    let own_port = match scheme.as_str() {
        "http" => "80",
        "https" => "443",
        _ => return None,
    };
    let rest = rest.split(['?', '#']).next()?;
    let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    // What stands in brackets has colons of its own.
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, port),
        _ => (authority, ""),
    };
    let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
    if host.is_empty() || host.contains(['@', '\\', '%']) || !is_port {
        return None;
    }
    let host = host.to_ascii_lowercase();
    let port = match port.trim_start_matches('0') {
        "" => String::new(),
        port if port == own_port => String::new(),
        port => format!(":{port}"),
    };
    Some(format!("{scheme}://{host}{port}{}", path_of(path)?))
}

/// A path with percent signs as they must be and no segment that is a dot or two.
fn path_of(path: &str) -> Option<String> {
    let mut segments: Vec<String> = Vec::new();
    let mut is_folder = true;
    for segment in path.split('/').skip(1) {
        let segment = segment_of(segment)?;
        is_folder = matches!(segment.as_str(), "." | "..");
        match segment.as_str() {
            "." => {}
            ".." => drop(segments.pop()),
            _ => segments.push(segment),
        }
    }
    let mut path = String::new();
    for segment in &segments {
        path.push('/');
        path.push_str(segment);
    }
    if is_folder {
        path.push('/');
    }
    Some(path)
}

/// A segment whose percent signs are those that must be, with digits in capitals.
fn segment_of(segment: &str) -> Option<String> {
    let mut parts = segment.split('%');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, after) = part.split_at_checked(2)?;
        let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let byte = u8::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            written.push('%');
            written.push_str(&digits.to_ascii_uppercase());
        }
        written.push_str(after);
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_address_is_written_in_one_way() {
        for (address, normal) in [
            ("https://bi.example", "https://bi.example/"),
            ("https://bi.example/", "https://bi.example/"),
            ("HTTPS://BI.Example:443/a", "https://bi.example/a"),
            ("https://bi.example:/a", "https://bi.example/a"),
            ("http://bi.example:80/a", "http://bi.example/a"),
            ("http://bi.example:443/a", "http://bi.example:443/a"),
            ("http://127.0.0.1:8787/a", "http://127.0.0.1:8787/a"),
            ("http://[::1]:8787/a", "http://[::1]:8787/a"),
            ("http://[::1]/a", "http://[::1]/a"),
            ("https://bi.example/a?b=c", "https://bi.example/a"),
            ("https://bi.example/a#b", "https://bi.example/a"),
            (
                "https://bi.example/%7eb%2f%C3%a7",
                "https://bi.example/~b%2F%C3%A7",
            ),
            ("https://bi.example/a/./b/../c", "https://bi.example/a/c"),
            ("https://bi.example/a/%2e%2E/c/.", "https://bi.example/c/"),
            ("https://bi.example/../../a", "https://bi.example/a"),
            ("https://bi.example/a/", "https://bi.example/a/"),
            ("https://bi.example/a//b", "https://bi.example/a//b"),
        ] {
            assert_eq!(normalised(address).as_deref(), Some(normal), "{address}");
            assert_eq!(normalised(normal).as_deref(), Some(normal), "{normal}");
        }
    }

    #[test]
    fn what_is_no_address_has_no_form() {
        let long = format!("https://bi.example/{}", "a".repeat(BYTES_MAX));
        for address in [
            "",
            "/a",
            "bi.example/a",
            "ftp://bi.example/a",
            "https:///a",
            "https://user@bi.example/a",
            "https://bi.example@evil.example/a",
            "https://bi.example\\@evil.example/a",
            "https://bi.example:x/a",
            "https://bi.example/%",
            "https://bi.example/%2",
            "https://bi.example/%+1",
            "https://bi.example/a b",
            "https://bi.exämple/a",
            &long,
        ] {
            assert_eq!(normalised(address), None, "{address}");
        }
    }
}
