//! What people let programs do for them, and programs' secrets: taken back and given again, replaced with overlap.

use edge_tests::{Answer, Client, Edge};
use serde_json::{Value, json};

const GRANTS: &str = "/api/auth/v1/grants";
const CLIENTS: &str = "/api/auth/v1/clients";
const TOKEN: &str = "/api/oauth/v1/token";

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).expect("a text")
}

fn listed(person: &Client) -> Vec<Value> {
    let grants = person.get(GRANTS).json()["grants"].as_array().cloned();
    grants.expect("a list of grants")
}

fn me(edge: &Edge, token: &Value) -> u16 {
    let credential = format!("Bearer {}", text(token));
    let client = edge.nobody().with("authorization", &credential);
    client.get("/api/auth/v1/me").status
}

fn refresh(edge: &Edge, program: &str, token: &Value) -> Answer {
    let token = text(token);
    let form = format!("grant_type=refresh_token&client_id={program}&refresh_token={token}");
    edge.nobody().post_form(TOKEN, &form)
}

#[test]
fn a_person_sees_what_they_allowed_and_takes_it_back() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let viewer = edge.member(&owner, "viewer");
    let program = edge.native(&owner, &["read:bi", "read:ingest"]);
    assert_eq!(listed(&viewer), Vec::<Value>::new());
    // A code that nobody has redeemed lets nobody do anything.
    let code = edge.code(&viewer, &program);
    assert_eq!(listed(&viewer), Vec::<Value>::new());
    let given = edge.redeem(&program, &code).json();
    let other = edge.redeem(&program, &edge.code(&owner, &program)).json();
    let grants = listed(&viewer);
    assert_eq!(grants.len(), 1);
    let grant = &grants[0];
    assert_eq!(
        (&grant["name"], &grant["scopes"]),
        (&json!("app"), &json!(["read:bi", "read:ingest"]))
    );
    let moment = |name: &str| grant[name].as_i64().expect("a moment");
    assert!(moment("created_at") <= moment("used_at") && moment("used_at") < moment("ends_at"));

    let path = format!("{GRANTS}/{}", text(&grant["id"]));
    // It is the viewer's alone, whoever owns the company.
    for wrong in [&owner, &edge.nobody()] {
        assert!(matches!(
            wrong.send("DELETE", &path, &[], b"").status,
            401 | 404
        ));
        assert!(matches!(
            wrong.post(&format!("{path}/restore"), &[], b"").status,
            401 | 404
        ));
    }
    assert_eq!(
        viewer.post(&format!("{path}/restore"), &[], b"").status,
        404,
        "it stands"
    );
    assert_eq!(
        (
            me(&edge, &given["access_token"]),
            me(&edge, &other["access_token"])
        ),
        (200, 200)
    );
    let left = viewer.send("DELETE", &path, &[], b"");
    assert_eq!((left.status, left.json()), (200, json!({ "grants": [] })));
    assert_eq!(
        (
            me(&edge, &given["access_token"]),
            me(&edge, &other["access_token"])
        ),
        (401, 200)
    );
    assert_eq!(
        refresh(&edge, &program, &given["refresh_token"]).status,
        400
    );
    assert_eq!(viewer.send("DELETE", &path, &[], b"").status, 404);
    // Taken back: tokens of before are good again, and nothing was used up meanwhile.
    assert_eq!(
        viewer.post(&format!("{path}/restore"), &[], b"").status,
        200
    );
    assert_eq!(me(&edge, &given["access_token"]), 200);
    assert_eq!(
        refresh(&edge, &program, &given["refresh_token"]).status,
        200
    );
    // What ended because two had one secret does not come back.
    assert_eq!(
        refresh(&edge, &program, &given["refresh_token"]).status,
        400
    );
    assert_eq!(listed(&viewer), Vec::<Value>::new());
    assert_eq!(
        viewer.post(&format!("{path}/restore"), &[], b"").status,
        404
    );
    assert_eq!(me(&edge, &given["access_token"]), 401);
    let log = owner.get("/api/auth/v1/audit").text();
    assert!(log.contains("revoke-grant") && log.contains("restore-grant"));
}

#[test]
fn a_secret_is_replaced_with_overlap() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let (program, first) = edge.program(&owner, &["read:bi"]);
    let (id, _) = first.split_once('&').expect("two parameters");
    let id = id.trim_start_matches("client_id=").to_owned();
    let path = format!("{CLIENTS}/{id}/rotate");
    let status = |form: &str| {
        let asked = format!("{form}&grant_type=client_credentials");
        edge.nobody().post_form(TOKEN, &asked).status
    };
    let rotate = |body: &str| {
        let made = owner.post_json(&path, body);
        assert_eq!(made.status, 201, "{}", made.text());
        assert_eq!(made.header("cache-control"), Some("no-store"));
        let made = made.json();
        (
            format!("client_id={id}&client_secret={}", text(&made["secret"])),
            made["client"].clone(),
        )
    };
    let (second, client) = rotate("{}");
    assert!(client["old_secret_until"].is_i64());
    assert_eq!((status(&first), status(&second)), (200, 200));
    // The one before the last ends.
    let (third, _) = rotate(r#"{"overlap_hours":168}"#);
    assert_eq!(
        (status(&first), status(&second), status(&third)),
        (401, 200, 200)
    );
    let (fourth, client) = rotate(r#"{"overlap_hours":0}"#);
    assert!(client["old_secret_until"].is_null());
    assert_eq!((status(&third), status(&fourth)), (401, 200));
    // Tokens of before stay good: who has leaked is the secret.
    assert_eq!(program.get("/api/auth/v1/me").status, 200);
    for wrong in [
        r#"{"overlap_hours":169}"#,
        r#"{"overlap_hours":-1}"#,
        r#"{"secret":"mine"}"#,
    ] {
        assert_eq!(owner.post_json(&path, wrong).problem(), "bad-request");
    }
    assert_eq!(stranger.post_json(&path, "{}").problem(), "not-found");
    let native = edge.native(&owner, &["read:bi"]);
    let none = owner.post_json(&format!("{CLIENTS}/{native}/rotate"), "{}");
    assert_eq!(none.problem(), "conflict");
    owner.send("DELETE", &format!("{CLIENTS}/{id}"), &[], b"");
    assert_eq!(owner.post_json(&path, "{}").problem(), "not-found");
    let log = owner.get("/api/auth/v1/audit").text();
    assert!(log.contains("rotate-client") && !log.contains("mbs_"));
}
