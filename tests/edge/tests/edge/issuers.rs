//! Tokens of another issuer: its keys are published on loopback, and the platform checks its signatures.

use std::sync::{Arc, Mutex};
use std::time::{SystemTime, UNIX_EPOCH};

use credentials::to_base64url;
use edge_tests::{Client, Edge, Service, answer};
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};

const ISSUERS: &str = "/api/auth/v1/issuers";

fn key(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).expect("a key")
}

fn public(key: &SigningKey, kid: &str) -> Value {
    let point = key.verifying_key().to_sec1_point(false);
    let text = |half: Option<&[u8]>| to_base64url(half.expect("a coordinate"));
    let (x, y) = (
        point.x().map(|it| it.as_slice()),
        point.y().map(|it| it.as_slice()),
    );
    json!({ "kty": "EC", "crv": "P-256", "kid": kid, "use": "sig", "x": text(x), "y": text(y) })
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .expect("a clock after 1970")
        .as_secs()
}

fn token(key: &SigningKey, kid: &str, alg: &str, claims: &Value) -> String {
    let part = |value: &Value| to_base64url(value.to_string().as_bytes());
    let header = json!({ "alg": alg, "typ": "JWT", "kid": kid });
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", to_base64url(&signature.to_bytes()))
}

fn with_token(edge: &Edge, token: &str) -> Client {
    edge.nobody()
        .with("authorization", &format!("Bearer {token}"))
}

#[test]
fn a_token_of_an_issuer_that_is_let_in_does_what_its_rule_says() {
    let edge = Edge::start_with(&[("CALLS_INSIDE", "allowed")]);
    let (owner, company) = edge.company("Acme");
    let (stranger, other) = edge.company("Other");
    let keys = Arc::new(Mutex::new(json!({ "keys": [public(&key(1), "a")] })));
    let published = keys.clone();
    let service = Service::start(move |_| {
        let keys = published.lock().expect("nobody panics with it").to_string();
        answer(200, &[("content-type", "application/json")], &keys)
    });
    let wish = json!({
        "name": "login", "issuer": "https://login.example", "jwks_url": format!("{}/keys", service.origin),
        "rules": [
            { "claim": "groups", "value": "finance", "role": "cfo", "scopes": ["read:bi", "read:ingest"] },
            { "claim": "sub", "value": "robot", "role": "viewer", "scopes": ["read:bi"] },
        ],
    });
    let made = owner.post_json(ISSUERS, &wish.to_string());
    assert_eq!(made.status, 201, "{}", made.text());
    let audience = made.json()["audience"].clone();
    assert_eq!(audience, format!("meschain-bi:{company}"));
    let claims = |more: Value| {
        let mut claims = json!({
            "iss": "https://login.example", "aud": audience, "sub": "robot", "iat": now(), "exp": now() + 300,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        claims
    };
    let robot = with_token(&edge, &token(&key(1), "a", "ES256", &claims(json!({}))));
    let manifest = |company: &str| format!("/api/sync/v1/manifest?company={company}");
    let batches = format!("/api/ingest/v1/batches?company={company}");
    let seen = robot.get(&manifest(&company));
    assert_eq!(seen.status, 200, "{}", seen.text());
    assert_eq!(seen.json()["cut"], "open", "with the sight of its role");
    assert!(
        seen.header("ratelimit")
            .is_some_and(|limit| limit.contains("day"))
    );
    assert_eq!(robot.get(&batches).problem(), "forbidden");
    assert_eq!(robot.get(&manifest(&other)).problem(), "not-found");
    assert_eq!(robot.get(ISSUERS).problem(), "forbidden");
    let finance = claims(json!({ "groups": ["sales", "finance"] }));
    let finance = with_token(&edge, &token(&key(1), "a", "ES256", &finance));
    assert_eq!(finance.get(&batches).status, 200);
    assert_eq!(finance.get(&manifest(&company)).json()["cut"], Value::Null);

    let good = claims(json!({}));
    for (what, text) in [
        ("another key", token(&key(2), "a", "ES256", &good)),
        (
            "a key that is not published",
            token(&key(1), "b", "ES256", &good),
        ),
        ("none", token(&key(1), "a", "none", &good)),
        ("a secret", token(&key(1), "a", "HS256", &good)),
        (
            "another audience",
            token(
                &key(1),
                "a",
                "ES256",
                &claims(json!({ "aud": format!("meschain-bi:{other}") })),
            ),
        ),
        (
            "another issuer",
            token(
                &key(1),
                "a",
                "ES256",
                &claims(json!({ "iss": "https://evil.example" })),
            ),
        ),
        (
            "ended",
            token(
                &key(1),
                "a",
                "ES256",
                &claims(json!({ "exp": now() - 120 })),
            ),
        ),
        (
            "not yet",
            token(
                &key(1),
                "a",
                "ES256",
                &claims(json!({ "nbf": now() + 120 })),
            ),
        ),
        (
            "no rule",
            token(&key(1), "a", "ES256", &claims(json!({ "sub": "somebody" }))),
        ),
    ] {
        let answer = with_token(&edge, &text).get(&manifest(&company));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (401, "unauthorized"),
            "{what}"
        );
    }
    // One fetch so far, whoever named keys that are not there.
    assert_eq!(service.asked().len(), 1);
    let id = made.json()["issuers"][0]["id"]
        .as_str()
        .map(str::to_owned)
        .expect("an id");
    // What is put in its place holds at once, under its id; keys of the address before count no more.
    let other_keys = json!({ "keys": [public(&key(3), "c")] }).to_string();
    let second =
        Service::start(move |_| answer(200, &[("content-type", "application/json")], &other_keys));
    let path = format!("{ISSUERS}/{id}");
    let mut changed = wish.clone();
    changed["jwks_url"] = json!(format!("{}/keys", second.origin));
    changed["rules"] =
        json!([{ "claim": "sub", "value": "robot", "role": "cfo", "scopes": ["read:bi"] }]);
    let put = |client: &Client, path: &str, wish: &Value| {
        let headers = [("content-type", "application/json")];
        client.send("PUT", path, &headers, wish.to_string().as_bytes())
    };
    let told = put(&owner, &path, &changed);
    assert_eq!(told.status, 200, "{}", told.text());
    let told = told.json();
    assert_eq!(
        (&told["issuers"][0]["id"], &told["issuers"][0]["rules"]),
        (&json!(id), &changed["rules"])
    );
    let by = |byte, kid| with_token(&edge, &token(&key(byte), kid, "ES256", &good));
    assert_eq!(by(1, "a").get(&manifest(&company)).status, 401);
    let seen = by(3, "c").get(&manifest(&company));
    assert_eq!(
        seen.json()["cut"],
        Value::Null,
        "with the sight of its role now"
    );
    // It is looked at as what is new is; each `iss` is there once; and other companies have none of it.
    let mut wrong = changed.clone();
    wrong["rules"] = json!([]);
    assert_eq!(put(&owner, &path, &wrong).problem(), "bad-request");
    let mut twin = changed.clone();
    twin["issuer"] = json!("https://builds.example");
    assert_eq!(owner.post_json(ISSUERS, &twin.to_string()).status, 201);
    assert_eq!(put(&owner, &path, &twin).problem(), "conflict");
    let missing = format!("{ISSUERS}/i-none");
    assert_eq!(put(&owner, &missing, &changed).problem(), "not-found");
    assert_eq!(put(&stranger, &path, &changed).problem(), "not-found");
    let twin = owner.get(ISSUERS).json()["issuers"][1]["id"].clone();
    let twin = format!("{ISSUERS}/{}", twin.as_str().unwrap_or_default());
    assert_eq!(owner.send("DELETE", &twin, &[], b"").status, 200);
    assert_eq!(put(&owner, &path, &wish).status, 200);
    let left = owner
        .send("DELETE", &format!("{ISSUERS}/{id}"), &[], b"")
        .json();
    assert_eq!(left["issuers"], json!([]));
    assert_eq!(robot.get(&manifest(&company)).status, 401);
    let audit = owner.get("/api/auth/v1/audit?limit=1000").text();
    assert!(audit.contains("make-issuer") && audit.contains("change-issuer"));
    assert!(audit.contains("remove-issuer"));
}

#[test]
fn keys_are_fetched_from_the_public_internet_alone() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let rule = json!({ "claim": "sub", "value": "robot", "role": "viewer", "scopes": ["read:bi"] });
    for url in [
        "http://login.example/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://metadata.internal/",
    ] {
        let wish =
            json!({ "name": "x", "issuer": "i", "jwks_url": url, "rules": [rule] }).to_string();
        assert_eq!(
            owner.post_json(ISSUERS, &wish).problem(),
            "bad-request",
            "{url}"
        );
    }
    let secret =
        json!({ "keys": [{ "kty": "oct", "kid": "s", "alg": "HS256", "k": "A".repeat(43) }] });
    let wish = json!({ "name": "x", "issuer": "i", "jwks": secret.to_string(), "rules": [rule] });
    assert_eq!(
        owner.post_json(ISSUERS, &wish.to_string()).problem(),
        "bad-request"
    );
}
