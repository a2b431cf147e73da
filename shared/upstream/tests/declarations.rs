//! What is refused of a declaration, with its reason, and which route answers what.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot build its input should fail there"
)]

use proptest::prelude::*;
use serde_json::{Value, json};
use upstream::path::{Pattern, Segment};
use upstream::rules::{Answer, Methods};
use upstream::table::{Missed, Table};

fn with(routes: Value) -> Value {
    json!({
        "upstreams": { "a": { "hosts": [{ "origin": "https://a.example" }] } },
        "routes": routes,
    })
}

fn read(value: &Value) -> Result<Table, Vec<String>> {
    let read = upstream::read(&value.to_string());
    read.map_err(|refused| refused.iter().map(ToString::to_string).collect())
}

/// The only reason why something is refused.
fn reason(value: &Value) -> String {
    let refused = read(value).unwrap_err();
    assert_eq!(refused.len(), 1, "{refused:?}");
    refused.into_iter().next().unwrap()
}

#[test]
fn nothing_is_a_declaration_of_nothing() {
    assert!(upstream::read(" ").unwrap().routes.is_empty());
    assert!(read(&json!({})).unwrap().routes.is_empty());
    let refused = upstream::read("{").unwrap_err();
    assert!(refused[0].reason.contains("no JSON"));
}

#[test]
fn bad_services_are_refused_with_their_reason() {
    let host = |origin: &str| json!([{ "origin": origin }]);
    for (service, expected) in [
        (json!({ "hosts": [] }), "upstreams.a.hosts: 1 to 32"),
        (json!({}), "upstreams.a.hosts: 1 to 32"),
        (
            json!({ "hosts": [{ "origin": "https://a.example", "weight": 0 }] }),
            "all weights are 0",
        ),
        (
            json!({ "hosts": host("ftp://a.example") }),
            "upstreams.a.hosts[0].origin: an origin is",
        ),
        (json!({ "hosts": host("http://a.example") }), "an origin is"),
        (
            json!({ "hosts": host("https://a.example/path") }),
            "an origin is",
        ),
        (
            json!({ "hosts": host("https://user@a.example") }),
            "an origin is",
        ),
        (
            json!({ "hosts": host("https://a.example:0") }),
            "an origin is",
        ),
        (json!({ "hosts": host("https://") }), "an origin is"),
        (
            json!({ "hosts": host("https://own.example") }),
            "ask itself for ever",
        ),
        (
            json!({ "hosts": [{ "origin": "https://a.example" }, { "origin": "https://a.example" }] }),
            "one origin is there twice",
        ),
        (
            json!({ "hosts": host("https://a.example"), "balance": "random" }),
            "weighted or least-latency",
        ),
        (
            json!({ "hosts": host("https://a.example"), "hots": 1 }),
            "upstreams.a.hots: there is no such member",
        ),
        (
            json!({ "hosts": host("https://a.example"), "breaker": { "probes": 0 } }),
            "upstreams.a.breaker.probes: a whole number from 1 to 20",
        ),
        (
            json!({ "hosts": host("https://a.example"), "concurrent_max": 1.5 }),
            "a whole number from 1 to 1000",
        ),
        (
            json!({ "hosts": host("https://a.example"), "secrets": { "authorization": "ADMIN_TOKEN" } }),
            "begins with UPSTREAM_",
        ),
        (
            json!({ "hosts": host("https://a.example"), "secrets": { "host": "UPSTREAM_X" } }),
            "no header field that can be set",
        ),
        (
            json!({ "hosts": host("https://a.example"), "health": { "path": "ok" } }),
            "health.path: a path is",
        ),
    ] {
        let value =
            json!({ "own_origins": ["https://own.example"], "upstreams": { "a": service } });
        let reason = reason(&value);
        assert!(reason.contains(expected), "{value}: {reason}");
    }
    for origin in [
        "https://a.example",
        "https://[2001:db8::1]:8443",
        "http://127.0.0.1:9",
        "http://localhost",
    ] {
        assert!(
            read(&json!({ "upstreams": { "a": { "hosts": host(origin) } } })).is_ok(),
            "{origin}"
        );
    }
}

#[test]
fn bad_routes_are_refused_with_their_reason() {
    let of = |more: Value| {
        let mut route = json!({ "path": "/api/x/v1/items/{id}", "upstream": "a" });
        for (name, value) in more.as_object().unwrap() {
            route[name] = value.clone();
        }
        with(json!([route]))
    };
    for (more, expected) in [
        (
            json!({ "path": "/api/auth/v1/keys" }),
            "routes[0].path: it begins with /api/x/",
        ),
        (
            json!({ "path": "/api/x/{id" }),
            "routes[0].path: {id is no segment",
        ),
        (json!({ "path": "/api/x/v1/{rest*}/more" }), "comes last"),
        (json!({ "methods": ["GET", "GET"] }), "each once"),
        (json!({ "methods": ["TRACE"] }), "each once"),
        (json!({ "needs": "root" }), "the name of a scope"),
        (json!({ "upstream": "b" }), "there is no upstream b"),
        (json!({ "to": "/v2/{sku}" }), "{sku} is no name"),
        (json!({ "to": "v2" }), "between/slashes"),
        (
            json!({ "needs": "nothing", "to": "/v2/{company}" }),
            "{company} is not known",
        ),
        (json!({ "mock": {} }), "exactly one of"),
        (
            json!({ "parts": { "p": { "upstream": "a", "to": "/p" } } }),
            "exactly one of",
        ),
        (
            json!({ "canary": { "upstream": "b", "percent": 5 } }),
            "there is no upstream b",
        ),
        (
            json!({ "canary": { "upstream": "a", "percent": 101 } }),
            "from 0 to 100",
        ),
        (
            json!({ "canary": { "upstream": "a", "header": "cookie" } }),
            "callers cannot send",
        ),
        (json!({ "timeout_millis": 0 }), "from 1 to 60000"),
        (
            json!({ "hedge_after_millis": 20_000 }),
            "before their time is over",
        ),
        (
            json!({ "methods": ["POST"], "hedge_after_millis": 20 }),
            "only reads",
        ),
        (
            json!({ "methods": ["GET", "POST"], "cache": {} }),
            "only answers to GET",
        ),
        (
            json!({ "cache": { "seconds": -1 } }),
            "routes[0].cache.seconds: a whole number",
        ),
        (
            json!({ "retry": { "statuses": [404] } }),
            "429 and statuses from 500",
        ),
        (
            json!({ "request": { "pass": ["Cookie"] } }),
            "cookie is no header field",
        ),
        (
            json!({ "request": { "set": { "x-a": "a\nb" } } }),
            "the value of x-a",
        ),
        (
            json!({ "request": { "set": { "authorization": "x" } } }),
            "authorization is no header field",
        ),
        (
            json!({ "response": { "pass": ["set-cookie"] } }),
            "set-cookie is no header field",
        ),
        (
            json!({ "response": { "json": { "rename": { "/a/*/b": "/c" } } } }),
            "the same up to the last *",
        ),
        (
            json!({ "response": { "json": { "unwrap": "a" } } }),
            "a place is",
        ),
        (
            json!({ "deprecated": { "since": "soon", "note": "/n" } }),
            "a day is 2026-12-31",
        ),
        (
            json!({ "deprecated": { "since": "2026-12-01", "sunset": "2026-11-01", "note": "/n" } }),
            "before since",
        ),
        (
            json!({ "deprecated": { "since": "2026-12-01", "note": "/n>; x" } }),
            "an address has no",
        ),
        (
            json!({ "colour": 1 }),
            "routes[0].colour: there is no such member",
        ),
    ] {
        let value = of(more);
        let refused = read(&value).unwrap_err();
        assert!(
            refused.iter().any(|reason| reason.contains(expected)),
            "{value}: {refused:?}"
        );
    }
}

#[test]
fn two_routes_do_not_answer_the_same() {
    let route =
        |path: &str, methods: &[&str]| json!({ "path": path, "methods": methods, "upstream": "a" });
    let reason = reason(&with(json!([
        route("/api/x/v1/{id}", &["GET"]),
        route("/api/x/v1/{sku}", &["POST"]),
        route("/api/x/v1/{name}", &["DELETE", "GET"]),
    ])));
    assert_eq!(
        reason,
        "routes[2]: routes[0] answers the same path and method already"
    );
    let table = read(&with(json!([
        route("/api/x/v1/{id}", &["GET"]),
        route("/api/x/v1/{id:digits}", &["GET"]),
        route("/api/x/v1/new", &["GET"]),
        route("/api/x/v1/{rest*}", &["GET"]),
    ])));
    assert!(table.is_ok(), "closer paths are no overlap");
}

#[test]
fn the_closest_route_answers() {
    let paths = [
        "/api/x/v1/items",
        "/api/x/v1/items/new",
        "/api/x/v1/items/{id:digits}",
        "/api/x/v1/items/{id:uuid}/log",
        "/api/x/v1/items/{id}",
        "/api/x/v1/items/{id}/log",
        "/api/x/v1/files/{rest*}",
        "/api/x/v1/{kind}/log/last",
    ];
    let routes = paths.map(|path| json!({ "path": path, "upstream": "a" }));
    let table = read(&with(json!(routes))).unwrap();
    let found = |path: &'static str| {
        table
            .find("GET", path)
            .map(|it| (paths[it.route], it.values))
    };
    for (path, expected, values) in [
        ("/api/x/v1/items", 0, vec![]),
        ("/api/x/v1/items/new", 1, vec![]),
        ("/api/x/v1/items/42", 2, vec!["42"]),
        (
            "/api/x/v1/items/0198f3c0-7c11-7d4e-8a10-0123456789ab/log",
            3,
            vec!["0198f3c0-7c11-7d4e-8a10-0123456789ab"],
        ),
        ("/api/x/v1/items/4a", 4, vec!["4a"]),
        // The closer path leads nowhere here.
        ("/api/x/v1/items/42/log", 5, vec!["42"]),
        ("/api/x/v1/items/new/log", 5, vec!["new"]),
        ("/api/x/v1/items/log/last", 7, vec!["items"]),
        ("/api/x/v1/files/a/b%20c", 6, vec!["a/b%20c"]),
    ] {
        assert_eq!(found(path), Ok((paths[expected], values)), "{path}");
    }
    for path in [
        "/api/x/v1",
        "/api/x/v1/items/",
        "/api/x/v1/items//log",
        "/api/x/v1/items/..",
        "/api/x/v1/items/%2e%2e/log",
        "/api/x/v1/items/a%2Fb",
        "/api/x/v1/files",
        "/api/x/v1/files/a/../b",
        "/api/x/v1/files/a//b",
        "",
    ] {
        assert_eq!(found(path), Err(Missed::Path), "{path}");
    }
    assert_eq!(
        table.find("PUT", "/api/x/v1/items"),
        Err(Missed::Method(Methods::of(["GET"]).unwrap()))
    );
    assert!(table.find("HEAD", "/api/x/v1/items").is_ok());
}

#[test]
fn what_is_left_out_has_its_default() {
    let table = read(&with(
        json!([{ "path": "/api/x/v1/items/{id}", "upstream": "a" }]),
    ))
    .unwrap();
    let route = &table.routes[0];
    assert_eq!(
        (route.timeout_millis, route.attempt_timeout_millis),
        (10_000, 10_000)
    );
    assert_eq!(route.retry.statuses, [502, 503, 504]);
    assert!(
        matches!(&route.answer, Answer::Service(service) if service.to.fill(&["7"], "") == "/api/x/v1/items/7")
    );
    assert_eq!(table.upstreams[0].concurrent_max, 100);
}

/// Finding a route by walking over all of them, as the oracle.
fn fits(pattern: &Pattern, path: &str) -> bool {
    let pieces: Vec<&str> = path.split('/').skip(1).collect();
    let mut at = 0;
    for segment in &pattern.segments {
        match (segment, pieces.get(at)) {
            (Segment::Rest, Some(_)) => {
                return pieces[at..]
                    .iter()
                    .all(|piece| upstream::path::is_value(piece));
            }
            (Segment::Name(name), Some(piece)) if name == piece => {}
            (Segment::Value(kind), Some(piece)) if kind.holds(piece) => {}
            _ => return false,
        }
        at += 1;
    }
    at == pieces.len()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn a_route_is_found_where_one_fits_and_the_closest_of_them(
        paths in prop::collection::vec(
            prop::collection::vec(prop::sample::select(vec!["a", "b", "{x}", "{x:digits}", "{x*}"]), 1..5), 1..12,
        ),
        asked in prop::collection::vec(prop::sample::select(vec!["a", "b", "7", "%2e"]), 1..5),
    ) {
        let mut declared = Vec::new();
        for pieces in paths {
            let mut names = 0;
            let pieces: Vec<String> = pieces
                .iter()
                .map(|piece| {
                    names += 1;
                    piece.replace('x', &format!("x{names}"))
                })
                .collect();
            let path = format!("/api/x/{}", pieces.join("/"));
            let mut routes = declared.clone();
            routes.push(json!({ "path": path, "upstream": "a" }));
            if read(&with(json!(routes))).is_ok() {
                declared = routes;
            }
        }
        let table = read(&with(json!(declared))).unwrap();
        let path = format!("/api/x/{}", asked.join("/"));
        let fitting: Vec<usize> =
            (0..table.routes.len()).filter(|at| fits(&table.routes[*at].path, &path)).collect();
        let found = table.find("GET", &path).ok().map(|found| found.route);
        // The closest is the smallest, segment by segment: names, then kinds of values, then the rest.
        let closest = fitting.into_iter().min_by_key(|at| table.routes[*at].path.segments.clone());
        prop_assert_eq!(found, closest);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "[\\[\\]{}\":,a-z0-9/]{0,60}") {
        let _ = upstream::read(&text);
    }
}
