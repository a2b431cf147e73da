//! Keys for programs: made once, shown once, bound to scopes and networks, replaced, ended, taken back.

use edge_tests::{Answer, Client, Edge};
use policy::Scope;
use serde_json::{Value, json};

const KEYS: &str = "/api/auth/v1/keys";
const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";

fn make(owner: &Client, body: &Value) -> (String, String) {
    let made = owner.post_json(KEYS, &body.to_string());
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    let text = |value: &Value| value.as_str().map(str::to_owned).expect("a text");
    (text(&made["key"]["id"]), text(&made["secret"]))
}

fn with_key(edge: &Edge, secret: &str) -> Client {
    edge.nobody()
        .with("authorization", &format!("Bearer {secret}"))
}

fn kind(answer: &Answer) -> (u16, String) {
    (answer.status, answer.problem())
}

#[test]
fn a_key_may_what_its_scopes_say() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (_, other) = edge.company("Other");
    let doors = |company: &str| {
        [
            (
                "read:bi",
                "GET",
                format!("/api/sync/v1/manifest?company={company}"),
            ),
            (
                "read:bi",
                "GET",
                format!("/api/mobile/v1/dashboard?company={company}"),
            ),
            (
                "read:ingest",
                "GET",
                format!("/api/ingest/v1/batches?company={company}"),
            ),
            (
                "write:ingest",
                "POST",
                format!("/api/ingest/v1/batches?company={company}"),
            ),
            (
                "write:bi",
                "PUT",
                format!("/api/bi/v1/predictions?company={company}"),
            ),
            (
                "write:company",
                "PATCH",
                format!("/api/auth/v1/companies/{company}"),
            ),
        ]
    };
    for scope in Scope::ALL.map(Scope::name) {
        let (_, secret) = make(&owner, &json!({ "name": scope, "scopes": [scope] }));
        let client = with_key(&edge, &secret);
        let knock = |method: &str, path: &str| {
            let (kind, body) = match method {
                "POST" => ("text/csv", CSV),
                _ => ("application/json", "{}"),
            };
            client.send(method, path, &[("content-type", kind)], body.as_bytes())
        };
        for (needed, method, path) in doors(&company) {
            let answer = knock(method, &path);
            if needed == scope {
                assert!(answer.status < 300, "{scope} {path}: {}", answer.text());
            } else {
                assert_eq!(kind(&answer), (403, "forbidden".into()), "{scope} {path}");
            }
        }
        for (_, method, path) in doors(&other) {
            assert_eq!(
                kind(&knock(method, &path)),
                (404, "not-found".into()),
                "{path}"
            );
        }
        // No key manages keys, people or accounts.
        for path in [KEYS, "/api/auth/v1/passkeys", "/api/auth/v1/sessions"] {
            assert_eq!(kind(&client.get(path)), (403, "forbidden".into()), "{path}");
        }
        assert_eq!(client.post("/api/admin/v1/migrate", &[], b"").status, 401);
        let me = client.get("/api/auth/v1/me").json();
        assert_eq!(me["role"], "service");
        assert_eq!(me["scopes"], json!([scope]));
        assert_eq!(me["companies"][0]["profile"]["id"], company.as_str());
    }
}

#[test]
fn a_secret_is_shown_once_and_kept_as_a_digest() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let wish =
        json!({ "name": "  ERP ", "scopes": ["write:ingest", "read:bi"], "expires_in_days": 30 });
    let (id, secret) = make(&owner, &wish);
    assert!(secret.starts_with("mbk_") && secret.len() == 53, "{secret}");
    let listed = owner.get(KEYS);
    assert!(!listed.text().contains(&secret));
    let key = listed.json()["keys"][0].clone();
    assert_eq!(key["id"], id.as_str());
    assert_eq!(key["name"], "ERP");
    assert_eq!(key["hint"], secret[..8]);
    assert_eq!(key["scopes"], json!(["read:bi", "write:ingest"]));
    assert_eq!(key["used_at"], json!(null));
    let days = (key["expires_at"].as_i64().zip(key["created_at"].as_i64()))
        .map(|(end, start)| (end - start) / 86_400_000);
    assert_eq!(days, Some(30));
    let path = format!("/api/sync/v1/manifest?company={company}");
    assert_eq!(with_key(&edge, &secret).get(&path).status, 200);
    assert!(owner.get(KEYS).json()["keys"][0]["used_at"].is_i64());
    // Anything but the very key is refused, well formed or not, and so is one under another scheme.
    let mut mistyped = secret.clone();
    mistyped.replace_range(10..11, if &secret[10..11] == "x" { "y" } else { "x" });
    for wrong in [&mistyped, "mbk_", &secret[..52], &format!("{secret}x")] {
        let answer = with_key(&edge, wrong).get(&path);
        assert_eq!(kind(&answer), (401, "unauthorized".into()), "{wrong}");
        assert!(answer.header("www-authenticate").is_some());
    }
    let basic = edge
        .nobody()
        .with("authorization", &format!("Basic {secret}"));
    assert_eq!(basic.get(&path).status, 401);
    assert!(!edge.log().contains(&secret));
}

#[test]
fn only_owners_have_keys_and_each_their_own() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let (id, _) = make(&owner, &json!({ "name": "a", "scopes": ["read:bi"] }));
    for (client, expected) in [
        (edge.nobody(), 401),
        (edge.admin(), 401),
        (stranger.clone(), 404),
    ] {
        for (method, path) in [
            ("DELETE", format!("{KEYS}/{id}")),
            ("POST", format!("{KEYS}/{id}/rotate")),
            ("POST", format!("{KEYS}/{id}/restore")),
        ] {
            let answer = client.send(
                method,
                &path,
                &[("content-type", "application/json")],
                b"{}",
            );
            assert_eq!(
                answer.status,
                expected,
                "{method} {path}: {}",
                answer.text()
            );
        }
    }
    assert_eq!(stranger.get(KEYS).json(), json!({ "keys": [] }));
    assert_eq!(edge.nobody().get(KEYS).status, 401);
    for body in [
        json!({ "name": "", "scopes": ["read:bi"] }),
        json!({ "name": "a\nb", "scopes": ["read:bi"] }),
        json!({ "name": "x".repeat(61), "scopes": ["read:bi"] }),
        json!({ "name": "a", "scopes": [] }),
        json!({ "name": "a", "scopes": ["root"] }),
        json!({ "name": "a", "scopes": ["read:bi"], "expires_in_days": 0 }),
        json!({ "name": "a", "scopes": ["read:bi"], "networks": ["10.0.0.1/8"] }),
        json!({ "name": "a", "scopes": ["read:bi"], "role": "owner" }),
    ] {
        let answer = owner.post_json(KEYS, &body.to_string());
        assert_eq!(kind(&answer), (400, "bad-request".into()), "{body}");
    }
    // A page of another site cannot have a key made.
    let foreign = owner.with("sec-fetch-site", "cross-site");
    let answer = foreign.post_json(KEYS, r#"{"name":"a","scopes":["read:bi"]}"#);
    assert_eq!(kind(&answer), (403, "forbidden".into()));
}

#[test]
fn an_old_secret_stays_good_for_as_long_as_was_said() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (id, first) = make(&owner, &json!({ "name": "a", "scopes": ["read:bi"] }));
    let path = format!("/api/sync/v1/manifest?company={company}");
    let works = |secret: &str| with_key(&edge, secret).get(&path).status;
    let rotate = |body: &str| {
        let answer = owner.post_json(&format!("{KEYS}/{id}/rotate"), body);
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()
    };
    let second = rotate("{}");
    let until = second["key"]["old_secret_until"]
        .as_i64()
        .expect("an overlap");
    let made = second["key"]["created_at"].as_i64().expect("a moment");
    assert!(((until - made) / 3_600_000 - 24).abs() <= 1);
    let second = second["secret"].as_str().expect("a secret").to_owned();
    assert_eq!((works(&first), works(&second)), (200, 200));
    // The next one ends the oldest, and without an overlap the one before it too.
    let third = rotate(r#"{"overlap_hours":1}"#)["secret"].clone();
    let third = third.as_str().expect("a secret");
    assert_eq!(
        (works(&first), works(&second), works(third)),
        (401, 200, 200)
    );
    let fourth = rotate(r#"{"overlap_hours":0}"#);
    assert_eq!(fourth["key"]["old_secret_until"], json!(null));
    let fourth = fourth["secret"].as_str().expect("a secret");
    assert_eq!(
        (works(&second), works(third), works(fourth)),
        (401, 401, 200)
    );
    let answer = owner.post_json(&format!("{KEYS}/{id}/rotate"), r#"{"overlap_hours":169}"#);
    assert_eq!(answer.problem(), "bad-request");

    let ended = owner.send("DELETE", &format!("{KEYS}/{id}"), &[], b"");
    assert_eq!(ended.json(), json!({ "keys": [] }));
    assert_eq!(works(fourth), 401);
    assert_eq!(
        owner.post_json(&format!("{KEYS}/{id}/rotate"), "{}").status,
        404
    );
    let back = owner.post(&format!("{KEYS}/{id}/restore"), &[], b"");
    assert_eq!(back.json()["keys"][0]["id"], id.as_str());
    assert_eq!((works(third), works(fourth)), (401, 200));
    assert_eq!(
        owner.post(&format!("{KEYS}/{id}/restore"), &[], b"").status,
        404
    );
}

#[test]
fn a_key_is_bound_to_its_networks() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let networks = json!(["192.0.2.0/24", "2001:db8::/32", "198.51.100.7"]);
    let wish = json!({ "name": "a", "scopes": ["read:bi"], "networks": networks });
    let (_, secret) = make(&owner, &wish);
    let path = format!("/api/sync/v1/manifest?company={company}");
    for (address, expected) in [
        ("192.0.2.200", 200),
        ("::ffff:192.0.2.1", 200),
        ("2001:db8:1::5", 200),
        ("198.51.100.7", 200),
        ("198.51.100.8", 403),
        ("2001:db9::1", 403),
        ("not an address", 403),
    ] {
        let client = with_key(&edge, &secret).with("cf-connecting-ip", address);
        assert_eq!(client.get(&path).status, expected, "{address}");
    }
    assert_eq!(
        kind(&with_key(&edge, &secret).get(&path)),
        (403, "forbidden".into())
    );
}

#[test]
fn a_company_has_so_many_keys_and_no_more() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let wish = json!({ "name": "a", "scopes": ["read:bi"] }).to_string();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                let (owner, wish) = (owner.clone(), wish.clone());
                scope.spawn(move || {
                    let made = (0..14).map(|_| owner.post_json(KEYS, &wish).status);
                    made.collect::<Vec<u16>>()
                })
            })
            .collect();
        let joined = threads.into_iter().map(|it| it.join().expect("requests"));
        joined.flatten().collect()
    });
    let count = |status| statuses.iter().filter(|it| **it == status).count();
    assert_eq!((count(201), count(409)), (50, 6), "{statuses:?}");
    assert_eq!(
        owner.get(KEYS).json()["keys"].as_array().map(Vec::len),
        Some(50)
    );
}
