//! What becomes of answers: kept, asked about, given where a service fails, and made one of several.

use serde_json::{Value, json};

use super::*;

#[test]
fn answers_are_kept_asked_about_and_given_where_the_service_fails() {
    let cache = json!({ "cache": {
        "seconds": 10, "stale_while_revalidate_seconds": 5, "stale_if_error_seconds": 100,
    } });
    let answers = |call: &Call, now: i64| {
        let is_known = call
            .fields
            .contains(&("if-none-match".to_owned(), "\"v1\"".to_owned()));
        let fields = [
            ("etag", "\"v1\""),
            ("content-type", "text/plain"),
            ("vary", "Accept-Language"),
        ];
        match now - 1_795_424_400_000 {
            60_000.. => (1, reply(500, &[], "")),
            _ if is_known => (1, reply(304, &[("etag", "\"v1\"")], "")),
            _ => (1, reply(200, &fields, "one")),
        }
    };
    let world = world(&rules(&cache), Box::new(answers));
    let start = world.now.get();
    let at = |millis: i64| world.now.set(start + millis);
    let first = get(&world);
    assert_eq!(
        (first.status, first.field("cache-status")),
        (200, "meschain; fwd=uri-miss; stored")
    );
    assert_eq!(
        (first.field("cache-control"), first.field("vary")),
        ("private, no-cache", "accept-language")
    );
    let tag = first.field("etag").to_owned();
    assert_ne!(tag, "\"v1\"");
    at(9_000);
    let second = get(&world);
    assert_eq!(
        (second.field("cache-status"), second.field("age")),
        ("meschain; hit", "9")
    );
    assert_eq!(
        (second.body.as_slice(), calls(&world)),
        (b"one".as_slice(), 1)
    );
    let same = send(
        &world,
        &asked(Method::Get, "/api/x/v1/items/7", &[("if-none-match", &tag)]),
        b"",
    );
    assert_eq!(
        (same.status, same.body.len(), same.field("etag")),
        (304, 0, tag.as_str())
    );
    let head = send(&world, &asked(Method::Head, "/api/x/v1/items/7", &[]), b"");
    assert_eq!((head.status, head.body.len(), calls(&world)), (200, 0, 1));
    // Another language and another query are other answers.
    send(
        &world,
        &asked(
            Method::Get,
            "/api/x/v1/items/7",
            &[("accept-language", "tr")],
        ),
        b"",
    );
    send(
        &world,
        &asked(Method::Get, "/api/x/v1/items/7?a=1", &[]),
        b"",
    );
    assert_eq!(calls(&world), 3);
    // Stale for a moment: given at once, and fetched once for all.
    at(12_000);
    for _ in 0..3 {
        assert_eq!(
            get(&world).field("cache-status"),
            "meschain; hit; detail=stale"
        );
    }
    let later = world.services.later.take();
    let [Later::Refresh(plan)] = later.as_slice() else {
        panic!("one of them fetches: {later:?}");
    };
    assert_eq!(calls(&world), 3);
    world.run(cached::refresh(&world, plan)).unwrap();
    assert_eq!(get(&world).field("cache-status"), "meschain; hit");
    assert_eq!(calls(&world), 4);
    // Old: asked about, and still that one.
    at(40_000);
    assert_eq!(
        get(&world).field("cache-status"),
        "meschain; fwd=stale; fwd-status=304"
    );
    let no_cache = asked(
        Method::Get,
        "/api/x/v1/items/7",
        &[("cache-control", "no-cache")],
    );
    assert_eq!(
        send(&world, &no_cache, b"").field("cache-status"),
        "meschain; fwd=stale; fwd-status=304"
    );
    assert_eq!(calls(&world), 6);
    // The service fails: what there is is given, and after that nothing.
    at(100_000);
    let stale = get(&world);
    assert_eq!(
        (stale.status, stale.field("cache-status")),
        (200, "meschain; hit; detail=stale-if-error")
    );
    at(200_000);
    assert_eq!(get(&world).status, 502);
}

#[test]
fn what_is_changed_is_not_given_from_what_was_kept() {
    let mut rules = rules(&json!({ "cache": { "seconds": 100 } }));
    let change = json!({
        "path": "/api/x/v1/change/{id}", "needs": "nothing", "methods": ["PUT"], "upstream": "items", "to": "/v2/{id}",
    });
    rules["routes"].as_array_mut().unwrap().push(change);
    let world = world(
        &rules,
        Box::new(|_, now| (1, reply(200, &[], &now.to_string()))),
    );
    let first = get(&world).body;
    assert_eq!(get(&world).body, first);
    send(&world, &asked(Method::Put, "/api/x/v1/change/7", &[]), b"");
    assert_ne!(get(&world).body, first);
}

#[test]
fn several_answers_become_one_and_what_is_missing_is_named() {
    let route = |otherwise: Value| {
        let mut rules = json!({
            "upstreams": {
                "a": { "hosts": [{ "origin": "https://a.example" }] },
                "b": { "hosts": [{ "origin": "https://b.example" }] },
            },
            "routes": [{ "path": "/api/x/v1/items/{id}", "needs": "nothing", "retry": { "attempts": 1 }, "parts": {
                "one": { "upstream": "a", "to": "/one/{id}", "json": { "unwrap": "/data" } },
                "two": { "upstream": "b", "to": "/two" },
            }, "response": { "json": { "wrap": "item" } } }],
        });
        if !otherwise.is_null() {
            rules["routes"][0]["parts"]["two"]["otherwise"] = otherwise;
        }
        rules
    };
    let answers = |two: u16| {
        move |call: &Call, _: i64| match call.url.as_str() {
            "https://a.example/one/7" => (400, reply(200, &[], r#"{"data":{"n":1}}"#)),
            "https://b.example/two" => (500, reply(two, &[], "[2]")),
            other => panic!("{other}"),
        }
    };
    let whole = world(&route(json!([])), Box::new(answers(200)));
    let began = whole.now.get();
    assert_eq!(
        get(&whole).json(),
        json!({ "item": { "one": { "n": 1 }, "two": [2] } })
    );
    assert_eq!(whole.now.get() - began, 500, "they are asked at once");
    let part = world(&route(json!([])), Box::new(answers(404)));
    assert_eq!(
        get(&part).json(),
        json!({ "item": { "one": { "n": 1 }, "two": [], "_missing": ["two"] } })
    );
    let none = world(&route(Value::Null), Box::new(answers(500)));
    let got = get(&none);
    assert_eq!(got.status, 502);
    assert!(
        got.json()["detail"]
            .as_str()
            .unwrap()
            .contains("the part two")
    );
}
