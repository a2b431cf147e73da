//! From where a company is asked: pages of other origins, and networks.

use edge_tests::{Answer, Client, Edge};
use serde_json::json;

const LISTS: &str = "/api/auth/v1/access-lists";
const SHOP: &str = "https://shop.example";
const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";

fn put(client: &Client, origins: &[&str], networks: &[&str]) -> Answer {
    let body = json!({ "origins": origins, "networks": networks }).to_string();
    client.send(
        "PUT",
        LISTS,
        &[("content-type", "application/json")],
        body.as_bytes(),
    )
}

fn allowed(answer: &Answer) -> Option<&str> {
    answer.header("access-control-allow-origin")
}

#[test]
fn pages_of_listed_origins_ask_with_a_key_and_no_others() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let key = edge.key(&owner, &["read:bi", "write:ingest"]);
    let path = format!("/api/mobile/v1/dashboard?company={company}");
    let from = |client: &Client, origin: &str| {
        client
            .with("origin", origin)
            .with("sec-fetch-site", "cross-site")
    };
    let send = |client: &Client| client.import(&company, "sales", CSV, None);
    // Before: reads are answered and not to be read, and nothing is changed.
    assert_eq!(allowed(&from(&key, SHOP).get(&path)), None);
    assert_eq!(send(&from(&key, SHOP)).status, 403);
    assert_eq!(put(&owner, &[SHOP], &[]).status, 200);
    let read = from(&key, SHOP).get(&path);
    assert_eq!((read.status, allowed(&read)), (200, Some(SHOP)));
    assert_eq!(read.header("access-control-allow-credentials"), None);
    assert!(read.all("vary").iter().any(|vary| vary.contains("origin")));
    let sent = send(&from(&key, SHOP));
    assert_eq!(
        (sent.status, allowed(&sent)),
        (202, Some(SHOP)),
        "{}",
        sent.text()
    );
    // Problems can be read too.
    let refused = from(&key, SHOP).get("/api/auth/v1/keys");
    assert_eq!((refused.status, allowed(&refused)), (403, Some(SHOP)));
    for origin in [
        "http://shop.example",
        "https://shop.example:8443",
        "https://evil.example",
        "null",
    ] {
        assert_eq!(allowed(&from(&key, origin).get(&path)), None, "{origin}");
        assert_eq!(send(&from(&key, origin)).problem(), "forbidden", "{origin}");
    }
    // Neither a session nor the operator, nor a key of a company that does not list it.
    for client in [&owner, &edge.admin()] {
        assert_eq!(allowed(&from(client, SHOP).get("/api/auth/v1/me")), None);
        assert_eq!(put(&from(client, SHOP), &[], &[]).status, 403);
    }
    let (stranger, _) = edge.company("Other");
    let foreign = edge.key(&stranger, &["read:bi"]);
    assert_eq!(allowed(&from(&foreign, SHOP).get("/api/auth/v1/me")), None);
    // It is in the audit log, with what was listed.
    let audit = owner.get("/api/auth/v1/audit?limit=1000").text();
    assert!(audit.contains("put-access-lists") && audit.contains(SHOP));
    assert_eq!(owner.get(LISTS).json()["origins"], json!([SHOP]));
    for origins in [
        &["*"][..],
        &["https://*.example"],
        &["https://shop.example/"],
        &[SHOP; 21],
    ] {
        assert_eq!(
            put(&owner, origins, &[]).problem(),
            "bad-request",
            "{origins:?}"
        );
    }
}

#[test]
fn a_preflight_tells_nothing_of_any_company() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    assert_eq!(put(&owner, &[SHOP], &[]).status, 200);
    let ask = |origin: &str, path: &str| {
        let headers = [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            (
                "access-control-request-headers",
                "authorization,content-type,idempotency-key",
            ),
        ];
        edge.nobody().send("OPTIONS", path, &headers, b"")
    };
    for path in [
        format!("/api/ingest/v1/batches?company={company}"),
        "/api/ingest/v1/batches?company=c-0".to_owned(),
        "/api/nope".to_owned(),
    ] {
        for origin in [SHOP, "https://evil.example"] {
            let answer = ask(origin, &path);
            assert_eq!(
                (answer.status, allowed(&answer)),
                (204, Some(origin)),
                "{path}"
            );
            let fields = answer.header("access-control-allow-headers");
            assert_eq!(fields, Some("authorization,content-type,idempotency-key"));
            assert_eq!(answer.header("access-control-allow-credentials"), None);
        }
    }
    assert_eq!(allowed(&ask("null", "/api/auth/v1/me")), None);
    let plain = edge.nobody().send("OPTIONS", "/api/auth/v1/me", &[], b"");
    assert_eq!(plain.problem(), "method-not-allowed");
}

#[test]
fn networks_hold_for_everybody_of_the_company_and_nobody_shuts_themselves_out() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (stranger, other) = edge.company("Other");
    let at = |client: &Client, address: &str| client.with("cf-connecting-ip", address);
    let key = edge.key(&owner, &["read:bi"]);
    let office = at(&owner, "192.0.2.7");
    for networks in [
        &["198.51.100.0/24"][..],
        &["2001:db8::/32"],
        &["192.0.3.0/24", "::/1"],
    ] {
        let refused = put(&office, &[], networks);
        assert_eq!(refused.problem(), "conflict", "{networks:?}");
        assert!(refused.text().contains("192.0.2.7"), "{}", refused.text());
    }
    assert_eq!(
        put(&owner, &[], &["192.0.2.0/24"]).problem(),
        "conflict",
        "no address is told"
    );
    assert_eq!(
        put(&office, &[], &["192.0.2.1/24"]).problem(),
        "bad-request"
    );
    assert_eq!(
        put(&office, &[], &["192.0.2.0/24", "2001:db8::/32"]).status,
        200
    );
    let path = format!("/api/sync/v1/manifest?company={company}");
    for (address, status) in [
        ("192.0.2.200", 200),
        ("::ffff:192.0.2.9", 200),
        ("2001:db8:1::1", 200),
        ("192.0.3.1", 403),
        ("2001:db9::1", 403),
        ("nowhere", 403),
    ] {
        for client in [&owner, &key] {
            assert_eq!(at(client, address).get(&path).status, status, "{address}");
        }
    }
    assert_eq!(
        key.get(&path).problem(),
        "forbidden",
        "an address that is not known is in none"
    );
    // The page itself is there, without figures; another company is as it was.
    let page = at(&owner, "192.0.3.1").get("/");
    assert!(page.status == 200 && !page.text().contains("Acme"));
    let others = format!("/api/sync/v1/manifest?company={other}");
    assert_eq!(at(&stranger, "192.0.3.1").get(&others).status, 200);
    let lists = office.get(LISTS).json();
    assert_eq!(lists["networks"], json!(["192.0.2.0/24", "2001:db8::/32"]));
    assert_eq!(lists["address"], "192.0.2.7");
    // A list without networks opens it again, and another administrator may say so.
    let admin = at(&edge.member(&office, "admin"), "192.0.2.8");
    assert_eq!(put(&admin, &[], &[]).status, 200);
    assert_eq!(owner.get(&path).status, 200);
}
