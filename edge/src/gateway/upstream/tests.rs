//! Services behind the gateway, in a world whose time passes while they are waited for.

use std::collections::BTreeMap;

use serde_json::{Value, json};

mod answers;
mod records;

use super::*;
use crate::fakes::{Behaviour, World};
use crate::gateway;
use crate::http::Body;
use crate::ports::{Call, NoReply, Read, Reply};

fn world(rules: &Value, behaviour: Box<Behaviour>) -> World {
    let world = World::new();
    *world.services.routes.borrow_mut() = rules.to_string();
    *world.services.behaviour.borrow_mut() = behaviour;
    world
}

/// A route that everybody may ask, to a service of two hosts.
fn rules(more: &Value) -> Value {
    let mut route = json!({
        "path": "/api/x/v1/items/{id}", "needs": "nothing", "upstream": "items", "to": "/v2/{id}",
    });
    for (name, value) in more.as_object().unwrap() {
        route[name] = value.clone();
    }
    let hosts = json!([{ "origin": "https://a.example" }, { "origin": "https://b.example" }]);
    let secrets = json!({ "authorization": "UPSTREAM_TOKEN", "x-more": "UPSTREAM_MISSING" });
    json!({ "upstreams": { "items": { "hosts": hosts, "secrets": secrets } }, "routes": [route] })
}

fn asked(method: Method, path: &str, headers: &[(&str, &str)]) -> Request {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let headers = headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Request {
        method,
        scheme: "https".into(),
        host: "bi.example".into(),
        path: path.into(),
        query: crate::address::pairs(query),
        headers: headers.collect(),
    }
}

struct Got {
    status: u16,
    fields: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }
}

fn send(world: &World, request: &Request, body: &[u8]) -> Got {
    let response = world.run(gateway::handle(world, request, Read(body.to_vec())));
    let own = response
        .headers
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()));
    let fields = own.chain(response.passed.iter().cloned());
    Got {
        status: response.status,
        fields: fields.collect(),
        body: match response.body {
            Body::Bytes(bytes) => bytes,
            _ => Vec::new(),
        },
    }
}

fn get(world: &World) -> Got {
    send(world, &asked(Method::Get, "/api/x/v1/items/7", &[]), b"")
}

fn reply(status: u16, fields: &[(&str, &str)], body: &str) -> Result<Reply, NoReply> {
    let fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Ok(Reply {
        status,
        fields: fields.collect(),
        body: body.as_bytes().to_vec(),
    })
}

fn calls(world: &World) -> usize {
    world.services.calls.borrow().len()
}

#[test]
fn a_call_carries_what_it_should_and_its_answer_too() {
    let answers = |_: &Call, _: i64| {
        let fields = [
            ("content-type", "application/json"),
            ("set-cookie", "a=1"),
            ("server", "x"),
            ("location", "https://inside/"),
        ];
        (3, reply(201, &fields, r#"{"a":1}"#))
    };
    let world = world(&rules(&json!({ "methods": ["POST"] })), Box::new(answers));
    let headers = [
        ("cookie", "__Host-meschain_session=s"),
        ("content-type", "application/json"),
        ("x-odd", "1"),
    ];
    let got = send(
        &world,
        &asked(Method::Post, "/api/x/v1/items/a%20b?q=%26", &headers),
        b"{}",
    );
    assert_eq!(
        (got.status, got.body.as_slice()),
        (201, br#"{"a":1}"#.as_slice())
    );
    assert_eq!(got.field("content-type"), "application/json");
    for gone in ["set-cookie", "server", "location"] {
        assert_eq!(got.field(gone), "", "{gone}");
    }
    assert_eq!(got.field("cache-control"), "no-store");
    let call = world.services.calls.borrow()[0].clone();
    assert_eq!(call.url, "https://a.example/v2/a%20b?q=%26");
    assert_eq!(
        (call.method, call.body.as_slice()),
        ("POST", b"{}".as_slice())
    );
    let names: Vec<&str> = call.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "content-type",
            "via",
            "forwarded",
            "traceparent",
            "authorization"
        ]
    );
    assert!(
        call.fields
            .contains(&("authorization".into(), "Bearer of the service".into()))
    );
}

#[test]
fn an_answer_without_a_body_has_none() {
    let world = world(
        &rules(&json!({})),
        Box::new(|_, _| (1, reply(204, &[], ""))),
    );
    let request = asked(Method::Get, "/api/x/v1/items/7", &[]);
    let response = world.run(gateway::handle(&world, &request, Read(Vec::new())));
    assert_eq!((response.status, response.body), (204, Body::Empty));
}

#[test]
fn what_fails_is_sent_to_the_other_host() {
    let answers = |call: &Call, _: i64| match call.url.starts_with("https://a.") {
        true => (5, reply(503, &[], "inside")),
        false => (5, reply(200, &[], "fine")),
    };
    let world = world(&rules(&json!({})), Box::new(answers));
    for _ in 0..10 {
        assert_eq!(get(&world).body, b"fine");
    }
    assert!(
        (11..20).contains(&calls(&world)),
        "the one that fails is left out: {}",
        calls(&world)
    );
}

#[test]
fn nothing_is_told_of_a_service_that_fails() {
    let slow = rules(&json!({ "timeout_millis": 300, "retry": { "attempts": 1 } }));
    let large = rules(&json!({ "answer_bytes_max": 10 }));
    let mapped = rules(&json!({ "response": { "json": { "wrap": "data" } } }));
    let plain = rules(&json!({ "retry": { "attempts": 1 } }));
    let broken = || Err(NoReply::Broken("dns: secret-host.internal".into()));
    for (rules, after, said, status, kind) in [
        (
            &plain,
            5,
            reply(500, &[], "trace of secret-host.internal"),
            502,
            "upstream-failed",
        ),
        (
            &plain,
            5,
            reply(503, &[], "secret-host.internal"),
            503,
            "unavailable",
        ),
        (&plain, 5, broken(), 502, "upstream-failed"),
        (
            &slow,
            5_000,
            reply(200, &[], "late"),
            504,
            "upstream-timeout",
        ),
        (&large, 5, Err(NoReply::Large), 502, "upstream-failed"),
        (
            &mapped,
            5,
            reply(200, &[], "no JSON of secret-host.internal"),
            502,
            "upstream-failed",
        ),
    ] {
        let world = world(rules, Box::new(move |_, _| (after, said.clone())));
        let began = world.now.get();
        let got = get(&world);
        assert_eq!(
            (got.status, got.json()["type"].as_str()),
            (status, Some(kind))
        );
        assert_eq!(got.field("content-type"), "application/problem+json");
        assert!(!String::from_utf8(got.body).unwrap().contains("secret-host"));
        assert!(world.now.get() - began <= 300);
    }
}

#[test]
fn a_service_that_goes_on_failing_is_left_alone() {
    let world = world(
        &rules(&json!({})),
        Box::new(|_, _| (5, reply(500, &[], ""))),
    );
    let statuses: Vec<u16> = (0..30).map(|_| get(&world).status).collect();
    assert_eq!(statuses[..20], [502; 20]);
    assert_eq!(statuses[20..], [503; 10]);
    assert_eq!(calls(&world), 20);
    assert_eq!(get(&world).field("retry-after"), "5");
}

#[test]
fn what_is_not_repeatable_is_sent_once_unless_it_names_itself() {
    let world = world(
        &rules(&json!({ "methods": ["POST"] })),
        Box::new(|_, _| (5, reply(503, &[], ""))),
    );
    let post = |headers: &[(&str, &str)]| {
        send(
            &world,
            &asked(Method::Post, "/api/x/v1/items/7", headers),
            b"{}",
        )
    };
    post(&[]);
    assert_eq!(calls(&world), 1);
    post(&[("idempotency-key", "one")]);
    assert_eq!(calls(&world), 3);
}

#[test]
fn routes_tell_that_they_should_be_left_and_mocks_answer_by_themselves() {
    let rules = json!({ "routes": [{
        "path": "/api/x/v1/mock", "needs": "nothing", "mock": { "status": 202, "body": { "a": [1] } },
        "deprecated": { "since": "2026-11-01", "sunset": "2027-05-01", "note": "/docs/v2", "successor": "/api/x/v2/mock" },
    }] });
    let world = world(&rules, Box::new(|_, _| panic!("nobody is asked")));
    let got = send(&world, &asked(Method::Get, "/api/x/v1/mock", &[]), b"");
    assert_eq!((got.status, got.json()), (202, json!({ "a": [1] })));
    assert_eq!(got.field("deprecation"), "@1793491200");
    assert_eq!(got.field("sunset"), "Sat, 01 May 2027 00:00:00 GMT");
    assert!(got.field("link").contains("rel=\"successor-version\""));
}

#[test]
fn what_may_not_pass_is_refused_before_anybody_is_asked() {
    let mut declared = rules(&json!({ "methods": ["GET", "POST"], "body_bytes_max": 10 }));
    let open = declared["routes"][0].clone();
    declared["routes"].as_array_mut().unwrap().push({
        let mut shut = open;
        shut["path"] = json!("/api/x/v1/shut");
        shut["to"] = json!("/shut");
        shut.as_object_mut().unwrap().remove("needs");
        shut
    });
    let world = world(&declared, Box::new(|_, _| panic!("nobody is asked")));
    let status = |method, path: &str, headers: &[(&str, &str)]| {
        send(&world, &asked(method, path, headers), b"").status
    };
    let path = "/api/x/v1/items/7";
    assert_eq!(status(Method::Get, "/api/x/v1/nothing", &[]), 404);
    assert_eq!(status(Method::Get, "/api/x/v1/items/%2e%2e", &[]), 404);
    assert_eq!(status(Method::Delete, path, &[]), 405);
    assert_eq!(status(Method::Get, "/api/x/v1/shut", &[]), 401);
    assert_eq!(status(Method::Get, path, &[("via", "1.1 meschain")]), 400);
    assert_eq!(status(Method::Post, path, &[("content-length", "11")]), 413);
    assert_eq!(
        status(Method::Post, path, &[("content-encoding", "gzip")]),
        415
    );
    assert_eq!(
        status(Method::Post, path, &[("origin", "https://evil.example")]),
        403
    );
}

#[test]
fn a_declaration_that_is_refused_answers_nothing_and_harms_nothing_else() {
    let world = world(
        &json!({ "routes": [{ "path": "/nowhere" }] }),
        Box::new(|_, _| panic!("nobody is asked")),
    );
    assert_eq!(get(&world).status, 500);
    assert_eq!(
        send(&world, &asked(Method::Get, "/api/health", &[]), b"").status,
        200
    );
}

#[test]
fn hosts_are_looked_after_while_they_are_used() {
    let mut rules = rules(&json!({}));
    rules["upstreams"]["items"]["health"] = json!({ "path": "/ok", "every_seconds": 1, "timeout_millis": 100, "healthy_after": 1, "unhealthy_after": 1 });
    let answers = |call: &Call, _: i64| match call.url.as_str() {
        "https://a.example/ok" => (1_000, reply(200, &[], "late")),
        "https://b.example/ok" => (1, reply(204, &[], "")),
        _ => (1, reply(200, &[], "")),
    };
    let world = world(&rules, Box::new(answers));
    get(&world);
    let later = world.services.later.take();
    assert_eq!(later, [Later::Look(0, 0), Later::Look(0, 1)]);
    for host in [0, 1] {
        world.run(look(&world, 0, host)).unwrap();
    }
    world.services.calls.borrow_mut().clear();
    for _ in 0..4 {
        get(&world);
    }
    let calls = world.services.calls.borrow();
    assert!(
        calls
            .iter()
            .all(|call| call.url.starts_with("https://b.example/v2")),
        "{calls:?}"
    );
}
