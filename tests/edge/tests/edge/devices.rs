//! Devices without a browser: a code that a person types, their answer, and a device that asks meanwhile.

use edge_tests::{Answer, Client, Edge};
use serde_json::{Value, json};

const CONSENTS: &str = "/api/auth/v1/consents";
const GRANT: &str = "urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code";

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).expect("a text")
}

fn begin(edge: &Edge, program: &str) -> Value {
    let form = format!("client_id={program}&scope=read:bi");
    let begun = edge.nobody().post_form("/api/oauth/v1/device", &form);
    assert_eq!(begun.status, 200, "{}", begun.text());
    begun.json()
}

/// What the device hears when it asks for its token.
fn ask(edge: &Edge, program: &str, begun: &Value) -> Answer {
    let code = text(&begun["device_code"]);
    let form = format!("grant_type={GRANT}&client_id={program}&device_code={code}");
    edge.nobody().post_form("/api/oauth/v1/token", &form)
}

fn error(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text());
    text(&answer.json()["error"])
}

fn look(person: &Client, code: &str) -> Answer {
    person.get(&format!("{CONSENTS}?request=user_code%3D{code}"))
}

fn decide(person: &Client, code: &str, grant: bool) -> Answer {
    let decision = json!({ "request": format!("user_code={code}"), "grant": grant });
    person.post_json(CONSENTS, &decision.to_string())
}

#[test]
fn a_device_gets_a_token_when_its_person_has_typed_the_code() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let program = edge.native(&owner, &["read:bi", "read:ingest"]);
    let begun = begin(&edge, &program);
    let page = format!("http://127.0.0.1:{}/settings", edge.port);
    let code = text(&begun["user_code"]);
    assert_eq!(begun["verification_uri"], page.as_str());
    assert_eq!(
        begun["verification_uri_complete"],
        format!("{page}?user_code={code}")
    );
    assert_eq!(
        (&begun["expires_in"], &begun["interval"]),
        (&json!(600), &json!(5))
    );
    assert_eq!(
        error(&ask(&edge, &program, &begun)),
        "authorization_pending"
    );
    assert_eq!(error(&ask(&edge, &program, &begun)), "slow_down");
    // As people type it; to people of another company there is no such code.
    let typed = code.to_lowercase().replace('-', "%20");
    let told = look(&owner, &typed).json();
    assert_eq!(
        told,
        json!({ "name": "app", "scopes": ["read:bi"], "is_done": false })
    );
    for (person, code) in [
        (&stranger, code.as_str()),
        (&owner, "BBBB-BBBB"),
        (&owner, "x"),
    ] {
        assert_eq!(look(person, code).problem(), "bad-request");
        assert_eq!(decide(person, code, true).problem(), "bad-request");
    }
    assert_eq!(look(&edge.nobody(), &code).problem(), "unauthorized");
    let viewer = edge.member(&owner, "viewer");
    let decided = decide(&viewer, &code.to_lowercase(), true).json();
    assert_eq!(decided["is_done"], true);
    // One answer counts, and the code is used up.
    assert_eq!(decide(&owner, &code, false).problem(), "bad-request");
    assert_eq!(look(&owner, &code).problem(), "bad-request");
    // Another program cannot ask in its place.
    let other = edge.native(&owner, &["read:bi"]);
    assert_eq!(error(&ask(&edge, &other, &begun)), "invalid_grant");
    let given = ask(&edge, &program, &begun);
    assert_eq!(given.status, 200, "{}", given.text());
    let given = given.json();
    assert!(given["refresh_token"].is_string());
    let credential = format!("Bearer {}", text(&given["access_token"]));
    let device = edge.nobody().with("authorization", &credential);
    assert_eq!(device.get("/api/auth/v1/me").json()["role"], "viewer");
    let manifest = format!("/api/sync/v1/manifest?company={company}");
    assert_eq!(device.get(&manifest).status, 200);
    assert_eq!(error(&ask(&edge, &program, &begun)), "invalid_grant");
}

#[test]
fn a_device_is_refused_and_a_server_does_not_ask_so() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let program = edge.native(&owner, &["read:bi"]);
    let begun = begin(&edge, &program);
    assert_eq!(
        decide(&owner, &text(&begun["user_code"]), false).json()["is_done"],
        true
    );
    assert_eq!(error(&ask(&edge, &program, &begun)), "access_denied");
    let (_, form) = edge.program(&owner, &["read:bi"]);
    let begun = edge.nobody().post_form("/api/oauth/v1/device", &form);
    assert_eq!(error(&begun), "unauthorized_client");
    let form = format!("client_id={program}&scope=write:company");
    assert_eq!(
        error(&edge.nobody().post_form("/api/oauth/v1/device", &form)),
        "invalid_scope"
    );
    let form = format!("grant_type={GRANT}&client_id={program}");
    assert_eq!(
        error(&edge.nobody().post_form("/api/oauth/v1/token", &form)),
        "invalid_request"
    );
}
