//! The call to a service: path, query and header fields; and which fields of its answer go back.

use core::net::IpAddr;

use crate::headers;
use crate::path::Template;
use crate::rules::{Route, Tell};

/// A caller's request, as far as it matters here. Names of fields are in lower case.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'r> {
    /// Values of the route's path.
    pub values: &'r [&'r str],
    /// Parameters of the query, decoded.
    pub query: &'r [(String, String)],
    /// Header fields.
    pub fields: &'r [(&'r str, &'r str)],
    /// `http` or `https`.
    pub scheme: &'r str,
    /// The host that was asked.
    pub host: &'r str,
    /// Where the caller is.
    pub address: Option<IpAddr>,
    /// The company; empty where a caller needs nothing.
    pub company: &'r str,
    /// What the caller is there.
    pub role: &'r str,
    /// An id that is always theirs.
    pub caller: &'r str,
    /// `traceparent` of the call.
    pub trace: &'r str,
}

/// Path and query of a call.
pub fn address(to: &Template, asked: &Asked<'_>) -> String {
    let mut address = to.fill(asked.values, asked.company);
    for (at, (name, value)) in asked.query.iter().enumerate() {
        address.push(if at == 0 { '?' } else { '&' });
        encode(name, &mut address);
        address.push('=');
        encode(value, &mut address);
    }
    address
}

/// Header fields of a call, without the service's secrets.
pub fn fields(route: &Route, asked: &Asked<'_>) -> Vec<(String, String)> {
    let change = &route.request;
    let passes = |name: &str| {
        let is_named = change.pass.iter().any(|own| own == name);
        let is_removed = change.remove.iter().any(|own| own == name);
        let is_set = change.set.iter().any(|(own, _)| own == name);
        (is_named || headers::is_sent(name)) && !is_removed && !is_set
    };
    let passed = asked.fields.iter().filter(|(name, _)| passes(name));
    let passed = passed.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let mut fields: Vec<(String, String)> = passed.collect();
    fields.extend(change.set.iter().cloned());
    let mut own = |name: &str, value: &str| {
        if !value.is_empty() {
            fields.push((name.to_owned(), value.to_owned()));
        }
    };
    own("via", &headers::via());
    own(
        "forwarded",
        &headers::forwarded(asked.address, asked.host, asked.scheme),
    );
    own("traceparent", asked.trace);
    own("meschain-company", asked.company);
    for tell in &route.tells {
        match tell {
            Tell::Role => own("meschain-role", asked.role),
            Tell::Caller => own("meschain-caller", asked.caller),
        }
    }
    fields
}

/// Under which key answers are kept: all that makes the call another one but the fields that answers vary with.
pub fn key(route: &Route, address: &str, asked: &Asked<'_>) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let mut key = format!("{}{query}", beginning(asked.company, path));
    for tell in &route.tells {
        key.push('\n');
        key.push_str(match tell {
            Tell::Role => asked.role,
            Tell::Caller => asked.caller,
        });
    }
    key
}

/// What begins the keys of all answers of a path, for one company.
pub fn beginning(company: &str, path: &str) -> String {
    format!("{company}\n{path}\n")
}

/// The fields of an answer that go back, in lower case.
pub fn returned<'h>(
    route: &Route,
    fields: impl Iterator<Item = (&'h str, &'h str)>,
) -> Vec<(String, String)> {
    let change = &route.response;
    let passes = |name: &str| {
        let is_named = change.pass.iter().any(|own| own == name);
        let is_removed = change.remove.iter().any(|own| own == name);
        let is_set = change.set.iter().any(|(own, _)| own == name);
        (is_named || headers::is_returned(name)) && !is_removed && !is_set
    };
    let passed = fields.filter(|(name, _)| passes(name));
    let passed = passed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    passed.chain(change.set.iter().cloned()).collect()
}

/// Percent-encoding of all but the unreserved letters (RFC 3986, 2.3).
fn encode(text: &str, into: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    let digit = |value: u8| {
        DIGITS
            .get(usize::from(value))
            .map_or('0', |it| char::from(*it))
    };
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            into.push(char::from(byte));
        } else {
            into.push('%');
            into.push(digit(byte >> 4));
            into.push(digit(byte & 15));
        }
    }
}
