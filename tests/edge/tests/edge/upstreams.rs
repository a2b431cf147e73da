//! Services behind the gateway: the real Worker calls services of the tests on loopback.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use edge_tests::{Asked, Edge, Service, answer, eventually};
use serde_json::{Value, json};

const JSON: (&str, &str) = ("content-type", "application/json");

fn edge(rules: &Value) -> Edge {
    let routes = rules.to_string();
    Edge::start_with(&[
        ("ROUTES", &routes),
        ("UPSTREAM_TOKEN", "Bearer of-the-service"),
    ])
}

fn service(origins: &[&Service]) -> Value {
    let hosts: Vec<Value> = origins
        .iter()
        .map(|service| json!({ "origin": service.origin }))
        .collect();
    json!({ "hosts": hosts })
}

#[test]
fn a_company_asks_a_service_and_no_credential_leaves() {
    let prices = Service::start(|asked| {
        let body = json!({ "result": { "asked": asked.line } }).to_string();
        answer(
            200,
            &[
                JSON,
                ("set-cookie", "inside=1"),
                ("x-total", "7"),
                ("server", "inside"),
            ],
            &body,
        )
    });
    let mut upstream = service(&[&prices]);
    upstream["secrets"] = json!({ "authorization": "UPSTREAM_TOKEN" });
    let edge = edge(&json!({ "upstreams": { "prices": upstream }, "routes": [
        { "path": "/api/x/v1/prices/{sku}", "methods": ["GET", "PUT"], "upstream": "prices", "to": "/{company}/{sku}",
          "tells": ["role"], "response": { "pass": ["x-total"], "json": { "unwrap": "/result", "wrap": "data" } } },
        { "path": "/api/x/v1/write", "methods": ["POST"], "needs": "write:ingest", "upstream": "prices", "to": "/w" },
    ] }));
    let (owner, company) = edge.company("Acme");
    let viewer = edge.member(&owner, "viewer");
    let trace = (
        "traceparent",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    );
    let sent = [
        trace,
        ("x-odd", "1"),
        ("meschain-company", "other"),
        ("forwarded", "for=10.0.0.1"),
    ];
    let got = owner.send("GET", "/api/x/v1/prices/a%20b?day=1&q=%26", &sent, b"");
    assert_eq!(got.status, 200, "{}", got.text());
    assert_eq!(
        got.json(),
        json!({ "data": { "asked": format!("GET /{company}/a%20b?day=1&q=%26") } })
    );
    assert_eq!(got.header("x-total"), Some("7"));
    assert_eq!(
        (got.header("set-cookie"), got.header("server")),
        (None, None)
    );
    let asked: Vec<Asked> = prices.asked();
    let asked = asked.first().expect("it was asked");
    assert_eq!(asked.field("authorization"), "Bearer of-the-service");
    assert_eq!(asked.field("meschain-company"), company);
    assert_eq!(asked.field("meschain-role"), "owner");
    assert!(
        asked
            .field("traceparent")
            .starts_with("00-0af7651916cd43dd8448eb211c80319c-")
    );
    assert!(
        asked.field("forwarded").contains("host=\"127.0.0.1:"),
        "{}",
        asked.field("forwarded")
    );
    for gone in ["cookie", "x-odd", "meschain-caller"] {
        assert_eq!(asked.field(gone), "", "{gone}");
    }
    // Who may: people by their role, programs by their scopes, and nobody else.
    assert_eq!(viewer.get("/api/x/v1/prices/1").status, 200);
    assert_eq!(viewer.post_json("/api/x/v1/write", "{}").status, 403);
    assert_eq!(
        edge.key(&owner, &["read:ingest"])
            .get("/api/x/v1/prices/1")
            .status,
        403
    );
    assert_eq!(
        edge.key(&owner, &["read:bi"])
            .get("/api/x/v1/prices/1")
            .status,
        200
    );
    assert_eq!(edge.nobody().get("/api/x/v1/prices/1").status, 401);
    assert_eq!(edge.admin().get("/api/x/v1/prices/1").status, 401);
    let written = owner.post_json("/api/x/v1/write", r#"{"a":1}"#);
    assert_eq!(written.status, 200, "{}", written.text());
    assert_eq!(
        prices.asked().last().map(|asked| asked.body.clone()),
        Some(br#"{"a":1}"#.to_vec())
    );
    assert_eq!(owner.get("/api/x/v1/other").status, 404);
    let wrong = owner.send("DELETE", "/api/x/v1/prices/1", &[], b"");
    assert_eq!(
        (wrong.status, wrong.header("allow")),
        (405, Some("GET, PUT, HEAD"))
    );
}

#[test]
fn what_is_kept_of_one_company_is_not_given_to_another() {
    let asked = AtomicU32::new(0);
    let service_of = Service::start(move |_| {
        let number = asked.fetch_add(1, Ordering::Relaxed).to_string();
        answer(
            200,
            &[("etag", "\"a\""), ("content-type", "text/plain")],
            &number,
        )
    });
    let edge = edge(
        &json!({ "upstreams": { "a": service(&[&service_of]) }, "routes": [
        { "path": "/api/x/v1/a", "upstream": "a", "cache": { "seconds": 300 } },
    ] }),
    );
    let (one, other) = (edge.company("One").0, edge.company("Other").0);
    let body = |client: &edge_tests::Client| client.get("/api/x/v1/a").text();
    let (first, second) = (body(&one), body(&other));
    assert_ne!(first, second);
    assert_eq!((body(&one), body(&other)), (first, second));
    let got = one.get("/api/x/v1/a");
    let tag = got.header("etag").expect("a tag").to_owned();
    let known = one.send("GET", "/api/x/v1/a", &[("if-none-match", &tag)], b"");
    assert_eq!((known.status, known.bytes.len()), (304, 0));
    assert_eq!(known.header("cache-status"), Some("meschain; hit"));
    assert_eq!(service_of.asked().len(), 2);
}

#[test]
fn a_service_that_fails_hangs_or_sends_too_much_is_a_problem_and_no_more() {
    let bad = Service::start(|asked| match asked.line.rsplit('/').next() {
        Some("broken") => None,
        Some("fails") => answer(500, &[], "trace of inside"),
        Some("busy") => answer(503, &[], "inside"),
        Some("nothing") => answer(204, &[], ""),
        Some("elsewhere") => answer(302, &[("location", "http://127.0.0.1:1/inside")], ""),
        Some("large") => answer(200, &[], &"x".repeat(2_000)),
        _ => {
            std::thread::park_timeout(Duration::from_secs(3));
            answer(200, &[], "late")
        }
    });
    let mut upstream = service(&[&bad]);
    upstream["breaker"] = json!({ "requests_min": 1_000 });
    let edge = edge(&json!({ "upstreams": { "bad": upstream }, "routes": [
        { "path": "/api/x/v1/{what}", "upstream": "bad", "timeout_millis": 500, "retry": { "attempts": 1 },
          "answer_bytes_max": 1_000 },
    ] }));
    let (owner, _) = edge.company("Acme");
    for (what, status) in [
        ("broken", 502),
        ("fails", 502),
        ("busy", 503),
        ("large", 502),
        ("hangs", 504),
    ] {
        let began = Instant::now();
        let got = owner.get(&format!("/api/x/v1/{what}"));
        assert_eq!(got.status, status, "{what}: {}", got.text());
        assert_eq!(
            got.header("content-type"),
            Some("application/problem+json"),
            "{what}"
        );
        assert!(!got.text().contains("inside"), "{what}");
        assert!(began.elapsed() < Duration::from_secs(3), "{what}");
    }
    let nothing = owner.get("/api/x/v1/nothing");
    assert_eq!((nothing.status, nothing.bytes.len()), (204, 0));
    // Nobody is sent, or goes, to where the service says.
    let elsewhere = owner.get("/api/x/v1/elsewhere");
    assert_eq!(
        (elsewhere.status, elsewhere.header("location")),
        (302, None)
    );
}

#[test]
fn a_host_that_flaps_costs_no_answer() {
    let turns = AtomicU32::new(0);
    let flaps = Service::start(move |_| {
        let is_down = (turns.fetch_add(1, Ordering::Relaxed) / 3).is_multiple_of(2);
        if is_down {
            None
        } else {
            answer(200, &[], "flaps")
        }
    });
    let steady = Service::start(|_| answer(200, &[], "steady"));
    let mut upstream = service(&[&flaps, &steady]);
    upstream["retry_budget"] = json!({ "percent": 100, "burst": 100 });
    let edge = edge(
        &json!({ "upstreams": { "a": upstream }, "routes": [{ "path": "/api/x/v1/a", "upstream": "a" }] }),
    );
    let (owner, _) = edge.company("Acme");
    for _ in 0..60 {
        assert_eq!(owner.get("/api/x/v1/a").status, 200);
    }
    assert!(!flaps.asked().is_empty() && steady.asked().len() > 25);
}

#[test]
fn a_service_that_is_down_is_left_alone_and_comes_back() {
    let is_up = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let state = is_up.clone();
    let down = Service::start(move |_| match state.load(Ordering::Relaxed) {
        true => answer(200, &[], "up"),
        false => answer(500, &[], ""),
    });
    let mut upstream = service(&[&down]);
    upstream["breaker"] = json!({ "requests_min": 5, "open_seconds": 1, "probes": 1 });
    let edge = edge(
        &json!({ "upstreams": { "a": upstream }, "routes": [{ "path": "/api/x/v1/a", "upstream": "a" }] }),
    );
    let (owner, _) = edge.company("Acme");
    let statuses: Vec<u16> = (0..10).map(|_| owner.get("/api/x/v1/a").status).collect();
    assert_eq!(statuses[..5], [502; 5]);
    let shut = owner.get("/api/x/v1/a");
    if shut.status == 503 {
        assert!(shut.header("retry-after").is_some());
    }
    let calls = down.asked().len();
    assert!(calls < 10, "{calls} calls");
    is_up.store(true, Ordering::Relaxed);
    eventually("the service is asked again", || {
        (owner.get("/api/x/v1/a").status == 200).then_some(())
    });
}

#[test]
fn several_services_answer_as_one() {
    let one = Service::start(|_| answer(200, &[JSON], r#"{"n":1}"#));
    let two = Service::start(|_| None);
    let upstreams = json!({ "one": service(&[&one]), "two": service(&[&two]) });
    let edge = edge(&json!({ "upstreams": upstreams, "routes": [
        { "path": "/api/x/v1/whole/{id:digits}", "retry": { "attempts": 1 }, "parts": {
            "one": { "upstream": "one", "to": "/items/{id}" },
            "two": { "upstream": "two", "to": "/more", "otherwise": null },
        } },
        { "path": "/api/x/v1/mock", "needs": "nothing", "mock": { "body": { "soon": true } } },
    ] }));
    let (owner, _) = edge.company("Acme");
    let got = owner.get("/api/x/v1/whole/7");
    assert_eq!(
        got.json(),
        json!({ "one": { "n": 1 }, "two": null, "_missing": ["two"] })
    );
    assert_eq!(
        one.asked()
            .first()
            .map(|asked| asked.line.clone())
            .as_deref(),
        Some("GET /items/7")
    );
    assert_eq!(
        edge.nobody().get("/api/x/v1/mock").json(),
        json!({ "soon": true })
    );
}
