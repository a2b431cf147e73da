//! How much is too much: rates, exact quotas, sizes, depth, and the same request sent again.

use std::io::Write as _;

use edge_tests::{Answer, Client, Edge};
use serde_json::json;

const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";

/// The parameter of a policy in a `RateLimit` or `RateLimit-Policy` field.
fn parameter(answer: &Answer, field: &str, policy: &str, name: &str) -> u64 {
    let value = answer.header(field).unwrap_or_default().to_owned();
    let item = value
        .split(", ")
        .find(|item| item.starts_with(&format!("\"{policy}\";")));
    let parameter = item.and_then(|item| {
        let mut parameters = item.split(';').skip(1);
        parameters.find_map(|it| it.strip_prefix(&format!("{name}="))?.parse().ok())
    });
    parameter.unwrap_or_else(|| panic!("{field} has no {name} of {policy}: {value}"))
}

fn me(client: &Client) -> Answer {
    client.get("/api/auth/v1/me")
}

fn set_quota(edge: &Edge, company: &str, day: u32, month: u32) {
    let quota = json!({ "day": day, "month": month }).to_string();
    let path = format!("/api/admin/v1/companies/{company}/quota");
    let headers = [("content-type", "application/json")];
    let answer = edge.admin().send("PUT", &path, &headers, quota.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[test]
fn each_key_and_session_has_a_rate_of_its_own() {
    let rates = [("KEY_RATE", "1/3600 3"), ("SESSION_RATE", "1/1800 9")];
    let edge = Edge::start_with(&rates);
    let (owner, _) = edge.company("Acme");
    let (one, other) = (
        edge.key(&owner, &["read:bi"]),
        edge.key(&owner, &["read:bi"]),
    );
    for left in [2, 1, 0] {
        let answer = me(&one);
        assert_eq!(answer.status, 200);
        assert_eq!(parameter(&answer, "ratelimit-policy", "burst", "q"), 3);
        assert_eq!(
            parameter(&answer, "ratelimit-policy", "burst", "w"),
            3 * 3_600
        );
        assert_eq!(parameter(&answer, "ratelimit", "burst", "r"), left);
    }
    let refused = me(&one);
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (429, "too-many-requests")
    );
    let wait: u64 = refused
        .header("retry-after")
        .and_then(|it| it.parse().ok())
        .expect("a wait");
    assert!((3_000..=3_600).contains(&wait), "{wait}");
    assert_eq!(parameter(&refused, "ratelimit", "burst", "r"), 0);
    assert_eq!(me(&other).status, 200);
    // Two keys were made in the session, which leaves seven.
    let passed = (0..12).filter(|_| me(&owner).status == 200).count();
    assert_eq!(passed, 7);
    assert_eq!(edge.nobody().get("/api/health").header("ratelimit"), None);
}

#[test]
fn a_quota_is_exact_whoever_asks_and_whatever_is_killed() {
    let mut edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (other, _) = edge.company("Other");
    set_quota(&edge, &company, 60, 1_000);
    let keys = [
        edge.key(&owner, &["read:bi"]),
        edge.key(&owner, &["read:ingest"]),
    ];
    let wave = |requests: usize| -> usize {
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|at| {
                    let client = keys[at % 2].clone();
                    scope.spawn(move || (0..requests).filter(|_| me(&client).status == 200).count())
                })
                .collect();
            threads
                .into_iter()
                .map(|it| it.join().expect("requests"))
                .sum()
        })
    };
    let first = wave(4);
    assert_eq!(first, 16, "there is enough for all");
    edge.kill_and_restart();
    // What the killed process held is lost; what it spent stays spent.
    let then = wave(40);
    let passed = first + then;
    assert!((50..=60).contains(&passed), "{passed}");
    let refused = me(&keys[0]);
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (429, "quota-exceeded")
    );
    assert_eq!(parameter(&refused, "ratelimit", "day", "r"), 0);
    assert_eq!(parameter(&refused, "ratelimit-policy", "day", "q"), 60);
    let wait: u64 = refused
        .header("retry-after")
        .and_then(|it| it.parse().ok())
        .expect("a wait");
    assert!(wait <= 86_400, "{wait}");
    // People are not held up by programs, nor other companies by this one.
    assert_eq!(me(&owner).status, 200);
    assert_eq!(me(&edge.key(&other, &["read:bi"])).status, 200);
    // A larger quota counts at once, or nearly.
    set_quota(&edge, &company, 60, 10);
    set_quota(&edge, &company, 70, 1_000);
    edge_tests::eventually("the quota is raised", || {
        (me(&keys[0]).status == 200).then_some(())
    });
}

#[test]
fn an_address_that_floods_is_held_up() {
    let edge = Edge::start_with(&[("ADDRESS_RATE", "1/3600 5")]);
    let from = |address: &str| edge.nobody().with("cf-connecting-ip", address);
    let passed = |address: &str| (0..9).filter(|_| me(&from(address)).status == 200).count();
    assert_eq!(passed("192.0.2.1"), 5);
    assert_eq!(
        passed("::ffff:192.0.2.1"),
        0,
        "the same address in another form"
    );
    assert_eq!(passed("192.0.2.2"), 5);
    assert_eq!(passed("2001:db8:0:1::1"), 5);
    assert_eq!(passed("2001:db8:0:1:ffff::2"), 0, "the same subscriber");
    assert_eq!(passed("2001:db8:0:2::1"), 5);
    let refused = me(&from("192.0.2.1"));
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (429, "too-many-requests")
    );
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(from("192.0.2.1").get("/api/health").status, 200);
}

#[test]
fn what_is_too_large_or_too_deep_is_refused_unread() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let patch = |body: &[u8]| {
        let path = format!("/api/auth/v1/companies/{company}");
        owner.send(
            "PATCH",
            &path,
            &[("content-type", "application/json")],
            body,
        )
    };
    let padded = format!("{{{}}}", " ".repeat((64 << 10) - 2));
    assert_eq!(patch(padded.as_bytes()).status, 200);
    let answer = patch(format!("{padded} ").as_bytes());
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (413, "too-large")
    );
    let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(patch(nested(31).as_bytes()).status, 200);
    for deep in [nested(32), nested(30_000), "[".repeat(60_000)] {
        let answer = patch(deep.as_bytes());
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (400, "bad-request")
        );
        assert!(answer.text().contains("nested deeper"), "{}", answer.text());
    }
    let long = "x".repeat(33 << 10);
    let answer = owner.send("GET", "/api/auth/v1/me", &[("x-long", &long)], b"");
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (413, "too-large")
    );
    let names: Vec<String> = (0..120).map(|at| format!("x-{at}")).collect();
    let many: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "1")).collect();
    assert_eq!(owner.send("GET", "/api/auth/v1/me", &many, b"").status, 413);
    let answer = owner.get(&format!("/api/auth/v1/me?x={}", "x".repeat(5_000)));
    assert_eq!(answer.problem(), "bad-request");
}

#[test]
fn a_bomb_does_not_go_off() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(CSV.as_bytes()).expect("memory takes it");
    let blank = vec![b'\n'; 1 << 20];
    for _ in 0..70 {
        packed.write_all(&blank).expect("memory takes it");
    }
    let bomb = packed.finish().expect("memory takes it");
    assert!(bomb.len() < 1 << 20, "{} bytes unpack to 70 MB", bomb.len());
    let path = format!("/api/ingest/v1/batches?company={company}&kind=sales");
    let sent = owner.post(&path, &[("content-type", "application/gzip")], &bomb);
    assert_eq!(sent.status, 202, "{}", sent.text());
    let id = sent.json()["batch"]
        .as_str()
        .map(str::to_owned)
        .expect("an id");
    let batch = owner.settled(&company, &id);
    assert_eq!(batch["status"], "failed", "{batch}");
    let error = batch["error"].as_str().unwrap_or_default();
    assert!(error.contains("unpack"), "{error}");
    assert!(edge_tests::manifest(&owner, &company).segments.is_empty());
    assert_eq!(edge.nobody().get("/api/health").status, 200);
}

#[test]
fn the_same_request_under_one_key_is_done_once() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let program = edge.key(&owner, &["write:company"]);
    let path = format!("/api/auth/v1/companies/{company}");
    let patch = |client: &Client, key: &str, body: &str| {
        let headers = [
            ("content-type", "application/json"),
            ("idempotency-key", key),
        ];
        client.send("PATCH", &path, &headers, body.as_bytes())
    };
    let first = patch(&program, "a", r#"{"name":"First"}"#);
    assert_eq!(
        (first.status, first.header("idempotency-replayed")),
        (200, None)
    );
    assert_eq!(patch(&program, "b", r#"{"name":"Second"}"#).status, 200);
    // Sent again, it answers as before, and does not undo what came since.
    let again = patch(&program, "a", r#"{"name":"First"}"#);
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (200, Some("true"))
    );
    assert_eq!(again.json(), first.json());
    let name = || owner.get("/api/auth/v1/me").json()["companies"][0]["profile"]["name"].clone();
    assert_eq!(name(), "Second");
    let other = patch(&program, "a", r#"{"name":"Third"}"#);
    assert_eq!((other.status, other.problem().as_str()), (409, "conflict"));
    // A key is its caller's own; a refusal is not kept; a key is bounded.
    assert_eq!(patch(&owner, "a", r#"{"name":"Fourth"}"#).status, 200);
    assert_eq!(name(), "Fourth");
    assert_eq!(patch(&program, "c", r#"{"name":" "}"#).status, 400);
    assert_eq!(patch(&program, "c", r#"{"name":"Fifth"}"#).status, 200);
    assert_eq!(
        patch(&program, &"x".repeat(129), "{}").problem(),
        "bad-request"
    );
    let statuses: Vec<(u16, bool)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| patch(&program, "d", r#"{"name":"Sixth"}"#)))
            .collect();
        let answers = threads.into_iter().map(|it| it.join().expect("an answer"));
        answers
            .map(|it| (it.status, it.header("idempotency-replayed").is_some()))
            .collect()
    });
    let done = statuses.iter().filter(|it| **it == (200, false)).count();
    assert_eq!(done, 1, "{statuses:?}");
    assert!(
        statuses
            .iter()
            .all(|(status, _)| [200, 409].contains(status)),
        "{statuses:?}"
    );
}

#[test]
fn whatever_goes_wrong_is_told_as_a_problem() {
    let edge = Edge::start();
    for (method, path, status) in [
        ("GET", "/nothing.js", 404),
        ("GET", "/api/nothing", 404),
        ("DELETE", "/", 405),
        ("POST", "/api/health", 405),
        ("OPTIONS", "/api/auth/v1/keys", 405),
        ("GET", "/api/auth/v1/keys", 401),
        ("GET", "/api/sync/v1/manifest", 400),
        ("GET", "/api/sync/v1/manifest?company=%00", 404),
    ] {
        let answer = edge.nobody().send(method, path, &[], b"");
        assert_eq!(answer.status, status, "{method} {path}");
        answer.problem();
        assert_eq!(
            answer.header("allow").is_some(),
            status == 405,
            "{method} {path}"
        );
        assert_eq!(answer.header("www-authenticate").is_some(), status == 401);
    }
    let allow = edge.nobody().post("/api/auth/v1/keys/k/rotate/x", &[], b"");
    assert_eq!(allow.status, 404);
    let answer = edge.nobody().send("PUT", "/api/auth/v1/keys", &[], b"");
    assert_eq!(answer.header("allow"), Some("GET, HEAD, POST"));
}
