//! What is asked of services is written down for the company that asks, with the services that answered.

use api::traffic::{CacheUse, Requests};
use kernel::TenantId;

use super::*;
use crate::digest;
use crate::features::admin;
use crate::ports::{Database as _, Later, Tenants as _};
use crate::tenant::{Ask, Choice, Told};

const SECRET_BYTES: [u8; 32] = [5; 32];

/// A world with a company that has a key of one scope, and the key's secret.
fn with_key(rules: &Value, behaviour: Box<Behaviour>) -> (World, String) {
    let world = world(rules, behaviour);
    world.run(admin::migrate(&world)).unwrap();
    let secret = credentials::api_key::write(&SECRET_BYTES);
    let far = 4_102_444_800_000_i64;
    let statements = vec![
        (
            "INSERT INTO companies (id, created_at) VALUES ('acme', 0)",
            Vec::new(),
        ),
        (
            "INSERT INTO people (id, company_id, created_at) VALUES ('p', 'acme', 0)",
            Vec::new(),
        ),
        (
            "INSERT INTO api_keys (id, company_id, name, hint, scopes, networks, created_by, created_at, expires_at) \
             VALUES ('k-1', 'acme', 'k', '', 'read:bi', '', 'p', 0, ?1)",
            vec![far.into()],
        ),
        (
            "INSERT INTO api_key_secrets (secret_digest, key_id, created_at) VALUES (?1, 'k-1', 0)",
            vec![digest::secret_digest(&secret).into()],
        ),
    ];
    world.run(world.database().batch(statements)).unwrap();
    (world, secret)
}

fn listed(world: &World) -> Vec<api::traffic::RequestRecord> {
    let acme: TenantId = "acme".parse().unwrap();
    for work in world.services.later.take() {
        if let Later::Records(company) = work {
            world
                .run(gateway::record::hand_over(world, &company))
                .unwrap();
        }
    }
    let ask = Ask::Requests {
        choice: Choice {
            status: (0, u16::MAX),
            ..Choice::default()
        },
        before: None,
        limit: 100,
    };
    match world.run(world.tenants().ask(&acme, &ask)).unwrap() {
        Told::Json { json } => serde_json::from_str::<Requests>(&json).unwrap().requests,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_services_are_asked_is_written_down_with_the_service() {
    let mut rules = rules(&json!({ "needs": "read:bi", "cache": { "seconds": 60 } }));
    rules["routes"].as_array_mut().unwrap().push(json!({
        "path": "/api/x/v1/orders", "methods": ["POST"], "needs": "read:bi", "upstream": "items", "to": "/orders",
    }));
    let answers = |call: &Call, _: i64| match call.method {
        "POST" => (7, Err(NoReply::Broken("down".into()))),
        _ => (7, reply(200, &[("content-type", "application/json")], "{}")),
    };
    let (world, secret) = with_key(&rules, Box::new(answers));
    let credential = format!("Bearer {secret}");
    let own = [
        ("authorization", credential.as_str()),
        ("content-type", "application/json"),
    ];
    let ask = |method, headers: &[(&str, &str)]| {
        let path = match method {
            Method::Post => "/api/x/v1/orders",
            _ => "/api/x/v1/items/7",
        };
        send(&world, &asked(method, path, headers), b"").status
    };
    assert_eq!(ask(Method::Get, &own), 200);
    assert_eq!(ask(Method::Head, &own), 200);
    assert_eq!(ask(Method::Post, &own), 502);
    // Nobody known, and nobody's record.
    assert_eq!(ask(Method::Get, &[]), 401);
    let mut listed = listed(&world);
    listed.reverse();
    let told: Vec<_> = listed
        .iter()
        .map(|it| {
            (
                it.route.as_str(),
                it.status,
                it.cache,
                it.upstream.as_deref(),
            )
        })
        .collect();
    let (get, post) = ("GET /api/x/v1/items/{id}", "POST /api/x/v1/orders");
    assert_eq!(
        told,
        [
            (get, 200, CacheUse::Made, Some("items")),
            (get, 200, CacheUse::Kept, Some("items")),
            (post, 502, CacheUse::Made, Some("items")),
        ]
    );
    assert!(listed.iter().all(|it| it.caller == "key k-1"));
    assert!(
        listed[0]
            .stages
            .iter()
            .any(|it| it.stage == "upstream" && it.millis >= 7)
    );
}

#[test]
fn the_service_that_was_chosen_is_named_and_none_where_it_came_to_none() {
    let mut rules =
        rules(&json!({ "needs": "read:bi", "canary": { "upstream": "next", "percent": 100 } }));
    rules["upstreams"]["next"] = json!({ "hosts": [{ "origin": "https://next.example" }] });
    rules["routes"].as_array_mut().unwrap().push(json!({
        "path": "/api/x/v1/secret", "needs": "write:company", "upstream": "items", "to": "/secret",
    }));
    let answers = |_: &Call, _: i64| (1, reply(200, &[], ""));
    let (world, secret) = with_key(&rules, Box::new(answers));
    let credential = format!("Bearer {secret}");
    let own = [("authorization", credential.as_str())];
    for path in ["/api/x/v1/items/7", "/api/x/v1/secret"] {
        send(&world, &asked(Method::Get, path, &own), b"");
    }
    let listed = listed(&world);
    let told = |at: usize| (listed[at].status, listed[at].upstream.as_deref());
    assert_eq!((told(1), told(0)), ((200, Some("next")), (403, None)));
    assert_eq!(listed[0].route, "GET /api/x/v1/secret");
}
