//! Webhooks on workerd: a receiver on loopback gets what happens, and the specification's own library reads it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

use edge_tests::{Asked, Client, Edge, Service, answer, eventually};
use serde_json::{Value, json};

const ENDPOINTS: &str = "/api/webhooks/v1/endpoints";
const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";
const ALLOWED: (&str, &str) = ("CALLS_INSIDE", "allowed");

fn make(owner: &Client, url: &str, events: &[&str]) -> (String, String) {
    let wish = json!({ "name": "erp", "url": url, "events": events }).to_string();
    let made = owner.post_json(ENDPOINTS, &wish);
    assert_eq!(made.status, 201, "{}", made.text());
    let text = |value: &Value| value.as_str().map(str::to_owned).expect("a text");
    let made = made.json();
    (text(&made["webhook"]["id"]), text(&made["secret"]))
}

/// What the specification's library reads, by a secret; nothing where it refuses.
fn verified(asked: &Asked, secret: &str) -> Option<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut node = Command::new(root.join("node_modules/.bin/node"));
    let names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
    let headers: serde_json::Map<String, Value> = names
        .map(|name| (name.to_owned(), asked.field(name).into()))
        .into_iter()
        .collect();
    let body = String::from_utf8(asked.body.clone()).expect("text");
    let input = json!({ "secret": secret, "headers": headers, "body": body }).to_string();
    let mut child = node
        .arg(root.join("tests/edge/scripts/verify-webhook.mjs"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node is there after `npm ci`");
    let mut stdin = child.stdin.take().expect("an input");
    stdin.write_all(input.as_bytes()).expect("it reads");
    drop(stdin);
    let said = child.wait_with_output().expect("it ends");
    let complaint = String::from_utf8_lossy(&said.stderr);
    match said.status.success() {
        true => Some(serde_json::from_slice(&said.stdout).expect("JSON")),
        false => {
            // Of all reasons to refuse only one is meant.
            assert!(complaint.contains("No matching signature"), "{complaint}");
            None
        }
    }
}

fn told(service: &Service, kind: &str) -> Asked {
    eventually(&format!("{kind} is told"), || {
        let is_it = |asked: &&Asked| String::from_utf8_lossy(&asked.body).contains(kind);
        service.asked().iter().find(is_it).cloned()
    })
}

#[test]
fn what_happens_is_told_and_the_specifications_library_reads_it() {
    let edge = Edge::start_with(&[ALLOWED]);
    let (owner, company) = edge.company("Acme");
    let service = Service::start(|_| answer(204, &[], ""));
    let url = format!("{}/hook", service.origin);
    let chosen = [
        "batch.applied",
        "batch.failed",
        "key.created",
        "key.revoked",
        "member.changed",
        "manifest.changed",
    ];
    let (id, secret) = make(&owner, &url, &chosen);
    let batch = owner.import_and_wait(&company, "sales", CSV);
    let applied = told(&service, "batch.applied");
    assert_eq!(applied.line, "POST /hook");
    let message = verified(&applied, &secret).expect("the secret is right");
    assert_eq!(message["data"], json!({ "batch": batch["batch"] }));
    assert!(verified(&applied, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").is_none());
    let mut forged = applied.clone();
    forged.body = String::from_utf8_lossy(&applied.body)
        .replace("b", "c")
        .into_bytes();
    assert!(verified(&forged, &secret).is_none());
    told(&service, "manifest.changed");

    let key = json!({ "name": "k", "scopes": ["read:bi"] }).to_string();
    let key = owner.post_json("/api/auth/v1/keys", &key).json();
    let key = key["key"]["id"].as_str().expect("a key has an id");
    let message = verified(&told(&service, "key.created"), &secret).expect("the secret is right");
    assert_eq!(message["data"]["key"], key);
    owner.send("DELETE", &format!("/api/auth/v1/keys/{key}"), &[], b"");
    let message = verified(&told(&service, "key.revoked"), &secret).expect("the secret is right");
    assert_eq!(message["data"]["key"], key);
    edge.member(&owner, "viewer");
    let message =
        verified(&told(&service, "member.changed"), &secret).expect("the secret is right");
    let members = owner.get("/api/auth/v1/members").json();
    assert_eq!(message["data"]["member"], members["members"][1]["id"]);

    // While one secret takes the other's place, who knows either reads what is told.
    let rotated = owner
        .post_json(&format!("{ENDPOINTS}/{id}/rotate"), "{}")
        .json();
    let new = rotated["secret"].as_str().expect("a secret");
    let sent = owner.post(&format!("{ENDPOINTS}/{id}/test"), &[], b"");
    assert_eq!(sent.status, 202, "{}", sent.text());
    let test = told(&service, "webhook.test");
    for secret in [&secret, new] {
        assert!(verified(&test, secret).is_some());
    }
    let path = format!("{ENDPOINTS}/{id}/deliveries");
    let list = eventually("all has arrived", || {
        let list = owner.get(&path).json();
        let deliveries = list["deliveries"].as_array()?;
        deliveries
            .iter()
            .all(|it| it["state"] == "delivered")
            .then(|| list.clone())
    });
    let first = &list["deliveries"][0];
    assert_eq!(
        (&first["event"], &first["last_status"]),
        (&json!("webhook.test"), &json!(204))
    );
    // Sent again, it is the same message.
    let before = service.asked().len();
    let again = format!(
        "/api/webhooks/v1/deliveries/{}/resend",
        first["id"].as_str().unwrap_or_default()
    );
    assert_eq!(owner.post(&again, &[], b"").status, 202);
    let last = eventually("it is sent again", || service.asked().get(before).cloned());
    assert_eq!(last.field("webhook-id"), test.field("webhook-id"));
    // No list and no log holds a secret.
    for secret in [&secret, new] {
        assert!(!owner.get(ENDPOINTS).text().contains(secret) && !edge.log().contains(secret));
    }
}

#[test]
fn what_fails_is_sent_again_even_after_a_kill() {
    let mut edge = Edge::start_with(&[ALLOWED]);
    let (owner, company) = edge.company("Acme");
    let status = Arc::new(AtomicU16::new(503));
    let said = status.clone();
    let service = Service::start(move |_| answer(said.load(Ordering::Relaxed), &[], ""));
    let (id, _) = make(&owner, &service.origin, &["batch.applied"]);
    owner.import_and_wait(&company, "sales", CSV);
    let first = told(&service, "batch.applied");
    edge.kill_and_restart();
    status.store(200, Ordering::Relaxed);
    // The second attempt is five seconds after the first, or a minute where that was not heard of.
    let list = format!("{ENDPOINTS}/{id}/deliveries");
    let done = eventually("it has arrived", || {
        let list = owner.get(&list).json();
        (list["deliveries"][0]["state"] == "delivered").then(|| list["deliveries"][0].clone())
    });
    assert!(
        done["attempts"]
            .as_u64()
            .is_some_and(|attempts| attempts > 1),
        "{done}"
    );
    for asked in service.asked() {
        assert_eq!(asked.field("webhook-id"), first.field("webhook-id"));
    }
}

#[test]
fn only_the_public_internet_can_be_told() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    for url in [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://10.0.0.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://db.internal/",
        "https://user:pass@hooks.example.com/",
        "https://hooks.example.com:22/",
        "javascript:alert(1)",
        "",
    ] {
        let wish = json!({ "name": "x", "url": url, "events": ["batch.applied"] }).to_string();
        let refused = owner.post_json(ENDPOINTS, &wish);
        assert_eq!(
            (refused.status, refused.problem()),
            (400, "bad-request".to_owned()),
            "{url}"
        );
    }
    let (id, _) = make(&owner, "https://hooks.example.com/", &["batch.applied"]);
    let change = json!({ "url": "https://192.168.0.1/" }).to_string();
    let headers = [("content-type", "application/json")];
    let path = format!("{ENDPOINTS}/{id}");
    assert_eq!(
        owner
            .send("PATCH", &path, &headers, change.as_bytes())
            .status,
        400
    );
    for events in [
        json!([]),
        json!(["webhook.test"]),
        json!(["batch.applied", "batch.applied"]),
    ] {
        let wish = json!({ "name": "x", "url": "https://hooks.example.com", "events": events });
        assert_eq!(
            owner.post_json(ENDPOINTS, &wish.to_string()).status,
            400,
            "{events}"
        );
    }
    for number in 1..api::webhooks::ENDPOINTS_MAX {
        make(
            &owner,
            &format!("https://hooks.example.com/{number}"),
            &["batch.applied"],
        );
    }
    let wish =
        json!({ "name": "x", "url": "https://hooks.example.com", "events": ["batch.applied"] });
    assert_eq!(
        owner.post_json(ENDPOINTS, &wish.to_string()).problem(),
        "conflict"
    );
    let left = owner.send("DELETE", &path, &[], b"").json();
    assert_eq!(
        left["webhooks"].as_array().map(Vec::len),
        Some(api::webhooks::ENDPOINTS_MAX - 1)
    );
}
