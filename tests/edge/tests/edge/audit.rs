//! Who changed access is written down in a chain that anybody can check; and what is told of requests.

use edge_tests::{Client, Edge};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const AUDIT: &str = "/api/auth/v1/audit";

fn entries(client: &Client) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    loop {
        // In small pieces, as a long log is exported.
        let answer = client
            .get(&format!("{AUDIT}?after={}&limit=3", all.len()))
            .json();
        let page = answer["entries"].as_array().cloned().expect("entries");
        if page.is_empty() {
            assert_eq!(answer["count"], all.len());
            return all;
        }
        all.extend(page);
    }
}

/// The chain once more, by the words of its description.
fn check(entries: &[Value]) -> Result<(), usize> {
    let mut before = "0".repeat(64);
    for (at, entry) in entries.iter().enumerate() {
        let parts = [
            "number", "at", "actor", "event", "about", "detail", "outcome",
        ];
        let parts: Vec<String> = parts.iter().map(|part| entry[part].to_string()).collect();
        let text = format!("{before}\n[{}]", parts.join(","));
        let hash = Sha256::digest(text.as_bytes());
        let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        if entry["hash"] != hash.as_str() || entry["number"] != at + 1 {
            return Err(at);
        }
        before = hash;
    }
    Ok(())
}

#[test]
fn what_changes_access_is_written_down_and_cannot_be_changed() {
    let mut edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let member = edge.member(&owner, "cfo");
    let program = edge.key(&owner, &["write:company"]);
    let patch = |client: &Client, body: &str| {
        let path = format!("/api/auth/v1/companies/{company}");
        client
            .send(
                "PATCH",
                &path,
                &[("content-type", "application/json")],
                body.as_bytes(),
            )
            .status
    };
    assert_eq!(patch(&program, r#"{"name":"Örnek \u0001"}"#), 400);
    assert_eq!(patch(&program, r#"{"name":"Örnek"}"#), 200);
    assert_eq!(patch(&member, r#"{"name":"Mine"}"#), 403);
    let codes = member.post("/api/auth/v1/recovery-codes", &[], b"").json();
    let code = json!({ "code": codes["codes"][0] }).to_string();
    assert_eq!(
        edge.nobody()
            .post_json("/api/auth/v1/recover", &code)
            .status,
        200
    );
    let quota = r#"{"day":5,"month":50}"#;
    let path = format!("/api/admin/v1/companies/{company}/quota");
    let headers = [("content-type", "application/json")];
    edge.admin().send("PUT", &path, &headers, quota.as_bytes());

    edge.kill_and_restart();
    let all = entries(&owner);
    let events: Vec<(&str, &str)> = all
        .iter()
        .map(|entry| {
            (
                entry["event"].as_str().unwrap_or(""),
                entry["outcome"].as_str().unwrap_or(""),
            )
        })
        .collect();
    assert_eq!(
        events,
        [
            ("claim", ""),
            ("invite-member", ""),
            ("join", ""),
            ("make-key", ""),
            ("patch-company", ""),
            ("patch-company", "refused 5"),
            ("patch-company", ""),
            ("recovery-codes", ""),
            ("sign-in-by-code", ""),
            ("put-quota", ""),
        ]
    );
    let actor = |at: usize| all[at]["actor"].as_str().unwrap_or_default().to_owned();
    assert!(actor(0).starts_with("person p-") && actor(4).starts_with("key k-"));
    assert_eq!((actor(2), actor(9)), (actor(8), "operator".to_owned()));
    assert_eq!(
        (&all[9]["detail"], &all[9]["about"]),
        (&json!(quota), &json!(company))
    );
    assert_eq!(all[1]["detail"], r#"{"name":"cfo","role":"cfo"}"#);
    let text = Value::from(all.clone()).to_string();
    for secret in [&codes["codes"][0], &json!("mbk_")] {
        assert!(
            !text.contains(secret.as_str().unwrap_or_default()),
            "{secret}"
        );
    }

    assert_eq!(check(&all), Ok(()));
    for at in 0..all.len() {
        let mut changed = all.clone();
        changed[at]["actor"] = json!("person p-0");
        assert_eq!(check(&changed), Err(at));
        changed = all.clone();
        changed.remove(at);
        assert_eq!(check(&changed).is_err(), at + 1 < all.len());
    }

    // Reading leaves no trace, and only owners and administrators read.
    assert_eq!(entries(&owner), all);
    assert_eq!(member.get(AUDIT).status, 403);
    assert_eq!(edge.nobody().get(AUDIT).status, 401);
    for wrong in [
        "after=-1",
        "after=x",
        "limit=0",
        "limit=1001",
        "after=1&after=2",
        "before=1",
    ] {
        assert_eq!(
            owner.get(&format!("{AUDIT}?{wrong}")).problem(),
            "bad-request",
            "{wrong}"
        );
    }
    let (stranger, _) = edge.company("Other");
    assert_eq!(entries(&stranger).len(), 1);
}

#[test]
fn requests_have_a_place_in_a_trace_and_are_counted() {
    let edge = Edge::start();
    let trace = "0af7651916cd43dd8448eb211c80319c";
    let caller = edge
        .nobody()
        .with("traceparent", &format!("00-{trace}-b7ad6b7169203331-01"));
    let answer = caller.get("/api/auth/v1/me");
    let place = answer
        .header("traceresponse")
        .expect("a place in the trace")
        .to_owned();
    let id = answer.header("request-id").expect("an id");
    assert_eq!(place, format!("00-{trace}-{id}-01"));
    let timing = answer.header("server-timing").expect("timings");
    for stage in ["caller;dur=", "usage;dur=", "answer;dur=", "total;dur="] {
        assert!(timing.contains(stage), "{timing}");
    }
    assert_ne!(
        caller.get("/api/auth/v1/me").header("traceresponse"),
        Some(place.as_str())
    );

    for path in ["/api/health", "/healthz"] {
        assert_eq!(edge.nobody().get(path).json()["status"], "ok");
    }
    assert_eq!(edge.nobody().get("/metrics").problem(), "unauthorized");
    let metrics = edge.admin().get("/metrics");
    let kind = metrics.header("content-type").unwrap_or_default();
    assert!(
        kind.starts_with("application/openmetrics-text; version=1.0.0"),
        "{kind}"
    );
    let text = metrics.text();
    let counted = |label: &str| {
        let line = text
            .lines()
            .find(|line| line.starts_with(&format!("meschain_requests_total{{{label}}}")));
        line.and_then(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
    };
    assert_eq!(counted("endpoint=\"Me\",status=\"200\""), Some(2));
    assert_eq!(counted("endpoint=\"Metrics\",status=\"401\""), Some(1));
    assert!(text.ends_with("# EOF\n"));
}
