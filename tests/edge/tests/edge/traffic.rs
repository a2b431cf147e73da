//! What was asked of the API is written down for the company, and for nobody else.

use edge_tests::{Client, Edge, eventually};
use serde_json::Value;

const REQUESTS: &str = "/api/gateway/v1/requests";
const USAGE: &str = "/api/gateway/v1/usage";
const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";

/// Requests of a choice, once there are as many.
fn requests(client: &Client, choice: &str, count: usize) -> Vec<Value> {
    eventually("requests are written down", || {
        let listed = client.get(&format!("{REQUESTS}?{choice}")).json();
        let listed = listed["requests"].as_array().cloned().expect("a list");
        (listed.len() >= count).then_some(listed)
    })
}

#[test]
fn each_request_of_a_company_is_listed_and_added_up() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (stranger, other) = edge.company("Other");
    let key = edge.key(&owner, &["read:bi", "write:ingest"]);
    let dashboard = format!("/api/mobile/v1/dashboard?company={company}");
    let mut ids = Vec::new();
    for _ in 0..3 {
        let answer = key.get(&dashboard);
        assert_eq!(answer.status, 200);
        ids.push(
            answer
                .header("request-id")
                .map(str::to_owned)
                .expect("an id"),
        );
    }
    let sent = key.import(&company, "sales", CSV, Some("once"));
    assert_eq!(sent.status, 202);
    // What is refused is written down too, and what names another company with whoever asked.
    assert_eq!(
        key.get(&format!("/api/ingest/v1/batches?company={company}"))
            .status,
        403
    );
    assert_eq!(
        key.get(&format!("/api/sync/v1/manifest?company={other}"))
            .status,
        404
    );

    let keys = owner.get("/api/auth/v1/keys").json();
    let id = keys["keys"][0]["id"].as_str().expect("an id");
    let listed = requests(&owner, &format!("caller=key%20{id}"), 6);
    assert_eq!(listed.len(), 6);
    let routes: Vec<&str> = listed
        .iter()
        .filter_map(|it| it["route"].as_str())
        .collect();
    assert_eq!(routes[0], "GET /api/sync/v1/manifest");
    assert_eq!(routes[1], "GET /api/ingest/v1/batches");
    assert_eq!(
        (&listed[0]["status"], &listed[1]["status"]),
        (&404.into(), &403.into())
    );
    assert_eq!(listed[2]["bytes_in"], CSV.len());
    assert_eq!(listed[2]["bytes_out"], sent.bytes.len());
    let told: Vec<&str> = listed
        .iter()
        .rev()
        .filter_map(|it| it["id"].as_str())
        .take(3)
        .collect();
    assert_eq!(told, ids);
    for request in &listed {
        let stages = request["stages"].as_array().expect("stages");
        let sum: i64 = stages.iter().filter_map(|it| it["millis"].as_i64()).sum();
        assert_eq!(request["millis"], sum, "{request}");
    }

    let page = owner
        .get(&format!("{REQUESTS}?caller=key%20{id}&limit=4"))
        .json();
    let before = page["before"].as_u64().expect("there are older ones");
    let older = owner
        .get(&format!("{REQUESTS}?caller=key%20{id}&before={before}"))
        .json();
    assert_eq!(older["requests"].as_array().map(Vec::len), Some(2));
    assert_eq!(older["before"], Value::Null);
    let refused = owner
        .get(&format!("{REQUESTS}?caller=key%20{id}&status=4xx"))
        .json();
    assert_eq!(refused["requests"].as_array().map(Vec::len), Some(2));

    let usage = owner
        .get(&format!("{USAGE}?by=route&caller=key%20{id}"))
        .json();
    let rows = usage["rows"].as_array().expect("rows");
    let row = |name: &str| {
        rows.iter()
            .find(|row| row["name"] == name)
            .map(|row| &row["sum"])
    };
    let looked = row("GET /api/mobile/v1/dashboard").expect("dashboards were asked for");
    assert_eq!(
        (&looked["calls"], &looked["errors"]),
        (&3.into(), &0.into())
    );
    assert_eq!(
        (&usage["total"]["calls"], &usage["total"]["errors"]),
        (&6.into(), &2.into())
    );
    assert!(usage["total"]["p95_millis"].as_f64() >= usage["total"]["p50_millis"].as_f64());
    for by in ["hour", "day", "status", "caller"] {
        let usage = owner
            .get(&format!("{USAGE}?by={by}&caller=key%20{id}"))
            .json();
        assert_eq!(usage["total"]["calls"], 6, "{by}");
    }

    // What the key has spent is gone from the quota, or held by whoever answers it.
    let quota = &usage["quota"]["day"];
    let (allowed, left) = (quota["allowed"].as_u64(), quota["left"].as_u64());
    assert_eq!(allowed, Some(100_000));
    assert!(
        left.is_some_and(|left| (98_000..=99_994).contains(&left)),
        "{quota}"
    );
    let untouched = stranger.get(USAGE).json();
    assert_eq!(untouched["quota"]["month"]["left"], 2_000_000);

    // The other company has what its own people asked, and nothing of this.
    let own = requests(&stranger, "", 1);
    let person = |it: &Value| {
        it["caller"]
            .as_str()
            .is_some_and(|caller| caller.starts_with("person "))
    };
    assert!(own.iter().all(person), "{own:?}");
    for path in [REQUESTS, USAGE] {
        assert_eq!(key.get(path).problem(), "forbidden");
        assert_eq!(edge.member(&owner, "ceo").get(path).problem(), "forbidden");
        assert_eq!(edge.nobody().get(path).problem(), "unauthorized");
        assert_eq!(edge.member(&owner, "admin").get(path).status, 200);
    }
    for bad in [
        "limit=0",
        "limit=501",
        "before=x",
        "status=999",
        "status=4x",
        "nothing=1",
    ] {
        assert_eq!(
            owner.get(&format!("{REQUESTS}?{bad}")).problem(),
            "bad-request",
            "{bad}"
        );
    }
    for bad in [
        "by=moon",
        "from=yesterday",
        "to=2026-02-30",
        "status=40",
        "limit=1",
    ] {
        assert_eq!(
            owner.get(&format!("{USAGE}?{bad}")).problem(),
            "bad-request",
            "{bad}"
        );
    }
}

#[test]
fn what_was_written_down_survives_a_kill() {
    let mut edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    owner.get("/api/auth/v1/keys");
    let before = requests(&owner, "route=GET%20%2Fapi%2Fauth%2Fv1%2Fkeys", 1);
    edge.kill_and_restart();
    let after = requests(&owner, "route=GET%20%2Fapi%2Fauth%2Fv1%2Fkeys", 1);
    assert_eq!(before, after);
}
