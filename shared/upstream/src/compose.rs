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
/// `places` are those of the route and of the service that answers it.
pub fn key(route: &Route, places: (usize, usize), address: &str, asked: &Asked<'_>) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let (at, upstream) = places;
    let mut key = format!("{}{at}\n{query}", beginning(asked.company, upstream, path));
    for tell in &route.tells {
        key.push('\n');
        key.push_str(match tell {
            Tell::Role => asked.role,
            Tell::Caller => asked.caller,
        });
    }
    key
}

/// What begins the keys of all answers of a service's path, for one company.
pub fn beginning(company: &str, upstream: usize, path: &str) -> String {
    format!("{company}\n{upstream}\n{path}\n")
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

#[cfg(test)]
mod tests {
    use super::*;

    fn route(more: &str) -> Route {
        let rules = format!(
            r#"{{ "upstreams": {{ "a": {{ "hosts": [{{ "origin": "https://a.example" }}] }} }},
                "routes": [{{ "path": "/api/x/v1/{{id}}", "upstream": "a", "to": "/{{company}}/{{id}}"{more} }}] }}"#
        );
        crate::read(&rules).unwrap().routes.remove(0)
    }

    const FIELDS: [(&str, &str); 8] = [
        ("accept", "application/json"),
        ("cookie", "__Host-meschain=secret"),
        ("authorization", "Bearer secret"),
        ("x-one", "1"),
        ("x-two", "2"),
        ("meschain-company", "other"),
        ("forwarded", "for=10.0.0.1"),
        ("connection", "x-one"),
    ];

    fn asked<'r>(query: &'r [(String, String)]) -> Asked<'r> {
        Asked {
            values: &["a%20b"],
            query,
            fields: &FIELDS,
            scheme: "https",
            host: "bi.example",
            address: "192.0.2.7".parse().ok(),
            company: "acme",
            role: "analyst",
            caller: "p-1",
            trace: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        }
    }

    fn to(route: &Route) -> &Template {
        match &route.answer {
            crate::rules::Answer::Service(service) => &service.to,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_query_is_written_so_that_it_adds_nothing() {
        let query = [
            ("q".to_owned(), "a&b=c#d é".to_owned()),
            ("".to_owned(), "/..".to_owned()),
        ];
        let address = address(to(&route("")), &asked(&query));
        assert_eq!(address, "/acme/a%20b?q=a%26b%3Dc%23d%20%C3%A9&=%2F..");
    }

    #[test]
    fn nothing_secret_goes_out_and_nobody_speaks_for_the_gateway() {
        let more = r#", "request": { "pass": ["x-one"], "set": { "x-set": "s" }, "remove": ["accept"] }, "tells": ["role"]"#;
        let route = route(more);
        let asked = asked(&[]);
        let fields = fields(&route, &asked);
        let of = |name: &str| {
            fields
                .iter()
                .filter(|(own, _)| own == name)
                .map(|(_, it)| it.as_str())
                .collect::<Vec<_>>()
        };
        assert_eq!(of("meschain-company"), ["acme"]);
        assert_eq!(of("meschain-role"), ["analyst"]);
        assert_eq!(of("x-one"), ["1"]);
        assert_eq!(of("x-set"), ["s"]);
        assert_eq!(of("traceparent"), [asked.trace]);
        assert_eq!(
            of("forwarded"),
            ["for=192.0.2.7;host=\"bi.example\";proto=https"]
        );
        for gone in [
            "accept",
            "cookie",
            "authorization",
            "x-two",
            "connection",
            "meschain-caller",
        ] {
            assert!(of(gone).is_empty(), "{gone}");
        }
        assert!(fields.iter().all(|(_, value)| !value.contains("secret")));
    }

    #[test]
    fn answers_are_kept_apart_by_all_that_they_may_depend_on() {
        let (plain, told) = (route(""), route(r#", "tells": ["caller"]"#));
        let one = asked(&[]);
        let key = |route: &Route, places, address: &str, asked: &Asked<'_>| {
            super::key(route, places, address, asked)
        };
        let other_company = Asked {
            company: "other",
            ..one
        };
        let other_caller = Asked {
            caller: "p-2",
            ..one
        };
        let first = key(&plain, (0, 0), "/a?q=1", &one);
        assert!(first.starts_with(&beginning("acme", 0, "/a")));
        for other in [
            key(&plain, (0, 0), "/a?q=2", &one),
            key(&plain, (0, 0), "/b?q=1", &one),
            key(&plain, (1, 0), "/a?q=1", &one),
            key(&plain, (0, 1), "/a?q=1", &one),
            key(&plain, (0, 0), "/a?q=1", &other_company),
        ] {
            assert_ne!(first, other);
        }
        assert_eq!(first, key(&plain, (0, 0), "/a?q=1", &other_caller));
        assert_ne!(
            key(&told, (0, 0), "/a", &one),
            key(&told, (0, 0), "/a", &other_caller)
        );
    }

    #[test]
    fn of_an_answer_passes_what_describes_it() {
        let route = route(
            r#", "response": { "pass": ["x-total"], "set": { "x-by": "us" }, "remove": ["link"] }"#,
        );
        let sent = [
            ("content-type", "application/json"),
            ("set-cookie", "a=1"),
            ("server", "x"),
            ("link", "</a>"),
            ("x-total", "7"),
            ("x-by", "them"),
        ];
        let returned = returned(&route, sent.into_iter());
        let returned: Vec<_> = returned
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            returned,
            [
                ("content-type", "application/json"),
                ("x-total", "7"),
                ("x-by", "us")
            ]
        );
    }
}
