//! Each company apart: whatever is asked about another's company, there is nothing.

use edge_tests::{Client, Edge, manifest};
use serde_json::json;

const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";

const PREDICTIONS: &str = "/api/bi/v1/predictions";
const FORECAST: &str = r#"{"metric":"net-revenue","grain":"day","horizon":2}"#;

/// Every endpoint that is about a company, with something that exists there.
fn doors(company: &str, batch: &str, blob: &str) -> Vec<(&'static str, String)> {
    vec![
        ("GET", format!("/api/sync/v1/manifest?company={company}")),
        (
            "GET",
            format!("/api/sync/v1/blobs/{blob}?company={company}"),
        ),
        ("GET", format!("/api/mobile/v1/dashboard?company={company}")),
        ("GET", format!("/api/ingest/v1/batches?company={company}")),
        (
            "GET",
            format!("/api/ingest/v1/batches/{batch}?company={company}"),
        ),
        (
            "GET",
            format!("/api/ingest/v1/batches/{batch}/rejected.csv?company={company}"),
        ),
        (
            "POST",
            format!("/api/ingest/v1/batches?company={company}&kind=sales"),
        ),
        ("PATCH", format!("/api/auth/v1/companies/{company}")),
        ("GET", format!("{PREDICTIONS}?company={company}")),
        ("POST", format!("{PREDICTIONS}?company={company}")),
        ("PUT", format!("{PREDICTIONS}?company={company}")),
    ]
}

fn knock(client: &Client, method: &str, path: &str) -> edge_tests::Answer {
    let (kind, body) = match method {
        "POST" if path.starts_with(PREDICTIONS) => ("application/json", FORECAST),
        "PUT" => ("application/json", "{}"),
        "POST" => ("text/csv", CSV),
        "PATCH" => ("application/json", "{}"),
        _ => ("text/plain", ""),
    };
    client.send(method, path, &[("content-type", kind)], body.as_bytes())
}

fn a_batch_and_a_blob(client: &Client, company: &str) -> (String, String) {
    let batch = client.import_and_wait(company, "sales", CSV);
    assert_eq!(batch["status"], "done");
    let manifest = manifest(client, company);
    let blob = manifest
        .segments
        .first()
        .expect("a segment")
        .hash
        .to_string();
    (
        batch["batch"].as_str().map(str::to_owned).expect("an id"),
        blob,
    )
}

#[test]
fn a_foreign_company_is_as_one_that_does_not_exist() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (stranger, other) = edge.company("Other");
    let (batch, blob) = a_batch_and_a_blob(&owner, &company);
    for (method, path) in doors(&company, &batch, &blob) {
        assert!(knock(&owner, method, &path).status < 300, "{method} {path}");
    }
    for client in [edge.nobody(), stranger.clone(), edge.admin()] {
        let foreign = doors(&company, &batch, &blob);
        let missing = doors("c-00", &batch, &blob);
        for ((method, foreign), (_, missing)) in foreign.iter().zip(&missing) {
            let (foreign, missing) = (
                knock(&client, method, foreign),
                knock(&client, method, missing),
            );
            assert_eq!(
                (foreign.status, foreign.problem().as_str()),
                (404, "not-found")
            );
            let without_id = |answer: &edge_tests::Answer| {
                let mut problem = answer.json();
                problem["request_id"] = json!(null);
                problem
            };
            assert_eq!(without_id(&foreign), without_id(&missing));
        }
    }
    // What the stranger may see of its own holds nothing of the other's, even by its very name.
    for (method, path) in [
        ("GET", format!("/api/sync/v1/blobs/{blob}?company={other}")),
        (
            "GET",
            format!("/api/ingest/v1/batches/{batch}?company={other}"),
        ),
    ] {
        assert_eq!(knock(&stranger, method, &path).status, 404, "{path}");
    }
    assert!(manifest(&stranger, &other).segments.is_empty());
}

#[test]
fn everybody_sees_the_demo_and_nobody_changes_it() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let path = "/api/admin/v1/companies/demo";
    let profile = json!({ "id": "demo", "name": "Demo", "demo": true }).to_string();
    let headers = [("content-type", "application/json")];
    assert_eq!(
        edge.nobody()
            .get("/api/sync/v1/manifest?company=demo")
            .status,
        404
    );
    let put = || edge.admin().send("PUT", path, &headers, profile.as_bytes());
    assert_eq!(put().status, 201);
    assert_eq!(put().status, 200);
    let (batch, blob) = a_batch_and_a_blob(&edge.admin(), "demo");
    for client in [edge.nobody(), owner.clone()] {
        for (method, path) in doors("demo", &batch, &blob) {
            let answer = knock(&client, method, &path);
            if method == "GET" {
                assert_eq!(answer.status, 200, "{path}");
            } else {
                assert_eq!(
                    (answer.status, answer.problem().as_str()),
                    (403, "forbidden"),
                    "{path}"
                );
            }
        }
    }
    let me = edge.nobody().get("/api/auth/v1/me").json();
    assert_eq!(me["companies"][0]["profile"]["id"], "demo");
    assert_eq!(me["companies"][0]["writable"], false);
    let me = owner.get("/api/auth/v1/me").json();
    assert_eq!(me["companies"].as_array().map(Vec::len), Some(2));
    assert_eq!(me["companies"][1]["profile"]["demo"], true);
}
