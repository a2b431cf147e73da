//! Programs that get tokens: registered, authenticated, given tokens that others can check, and ended.

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD as BASE64};
use credentials::jwk::JwkSet;
use credentials::jws;
use edge_tests::{Answer, Client, Edge};
use serde_json::{Value, json};

const CLIENTS: &str = "/api/auth/v1/clients";
const TOKEN: &str = "/api/oauth/v1/token";
const INTROSPECT: &str = "/api/oauth/v1/introspect";
const REVOKE: &str = "/api/oauth/v1/revoke";

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).expect("a text")
}

/// The token that a client sends.
fn sent(client: &Client) -> String {
    let credential = client.header("authorization").unwrap_or_default();
    credential.trim_start_matches("Bearer ").to_owned()
}

fn bearer(edge: &Edge, token: &str) -> Client {
    edge.nobody()
        .with("authorization", &format!("Bearer {token}"))
}

/// The registered name of an error of OAuth, with its status.
fn refused(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    (answer.status, text(&answer.json()["error"]))
}

fn manifest_of(company: &str) -> String {
    format!("/api/sync/v1/manifest?company={company}")
}

#[test]
fn a_token_is_one_that_others_can_check() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (program, form) = edge.program(&owner, &["read:bi"]);
    assert_eq!(program.get(&manifest_of(&company)).status, 200);
    let me = program.get("/api/auth/v1/me").json();
    assert_eq!(
        (&me["role"], &me["scopes"], &me["session"]),
        (&json!("service"), &json!(["read:bi"]), &json!(false))
    );

    // By the metadata alone, as a resource server of somebody else's would.
    let metadata = edge.nobody().get("/.well-known/oauth-authorization-server");
    let metadata = metadata.json();
    let issuer = format!("http://127.0.0.1:{}", edge.port);
    assert_eq!(metadata["issuer"], issuer.as_str());
    for (name, path) in [
        ("token_endpoint", TOKEN),
        ("introspection_endpoint", INTROSPECT),
        ("revocation_endpoint", REVOKE),
    ] {
        assert_eq!(metadata[name], format!("{issuer}{path}"));
    }
    let keys = text(&metadata["jwks_uri"]);
    let keys = edge.nobody().get(keys.trim_start_matches(&issuer));
    assert!(!keys.text().contains("\"d\""), "{}", keys.text());
    let token = sent(&program);
    let set = JwkSet::read(&keys.bytes).expect("the keys are a set that is taken");
    let claims = jws::verify_with_set(&token, &set).expect("a key of the set has signed");
    let claims: Value = serde_json::from_slice(&claims).expect("claims");
    let header = BASE64.decode(token.split('.').next().unwrap_or_default());
    let header: Value = serde_json::from_slice(&header.expect("base64url")).expect("a header");
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&json!("at+jwt"), &json!("ES256"))
    );
    // RFC 9068, 2.2: what must be in it.
    let id = text(&owner.get(CLIENTS).json()["clients"][0]["id"]);
    for name in ["sub", "client_id"] {
        assert_eq!(claims[name], id.as_str());
    }
    for name in ["iss", "aud"] {
        assert_eq!(claims[name], issuer.as_str());
    }
    assert_eq!(claims["scope"], "read:bi");
    let seconds = claims["exp"].as_i64().zip(claims["iat"].as_i64());
    assert_eq!(seconds.map(|(end, start)| end - start), Some(600));
    assert!(text(&claims["jti"]).len() > 30);

    let told = edge
        .nobody()
        .post_form(INTROSPECT, &format!("{form}&token={token}"));
    let told = told.json();
    assert_eq!(
        (&told["active"], &told["scope"]),
        (&json!(true), &json!("read:bi"))
    );
    assert_eq!(
        (&told["exp"], &told["sub"]),
        (&claims["exp"], &claims["sub"])
    );
    assert!(owner.get(CLIENTS).json()["clients"][0]["used_at"].is_i64());
}

#[test]
fn a_changed_token_opens_nothing() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (program, form) = edge.program(&owner, &["read:bi"]);
    let token = sent(&program);
    let parts: Vec<&str> = token.split('.').collect();
    let claims = BASE64.decode(parts[1]).expect("base64url");
    let claims: Value = serde_json::from_slice(&claims).expect("claims");
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        let changed = BASE64.encode(changed.to_string());
        format!("{}.{changed}.{}", parts[0], parts[2])
    };
    let none = BASE64.encode(r#"{"alg":"none","typ":"at+jwt","kid":"x"}"#);
    let header = BASE64.decode(parts[0]).expect("base64url");
    let header = String::from_utf8(header).expect("text");
    let hmac = BASE64.encode(header.replace("ES256", "HS256"));
    let mut wrong = vec![
        with("scope", json!("read:bi write:company")),
        with("exp", json!(4_000_000_000_i64)),
        with("iss", json!("https://evil.example")),
        with("grant_id", json!("g-1")),
        format!("{none}.{}.", parts[1]),
        format!("{none}.{}.{}", parts[1], parts[2]),
        format!("{hmac}.{}.{}", parts[1], parts[2]),
        format!("{}.{}.", parts[0], parts[1]),
        format!("{token}."),
        format!(".{token}"),
        "..".to_owned(),
        "a.b.c".to_owned(),
    ];
    for at in (0..parts[2].len()).step_by(7) {
        let mut signature = parts[2].to_owned();
        let other = if &signature[at..=at] == "A" { "B" } else { "A" };
        signature.replace_range(at..=at, other);
        wrong.push(format!("{}.{}.{signature}", parts[0], parts[1]));
    }
    for token in wrong {
        let answer = bearer(&edge, &token).get(&manifest_of(&company));
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (401, "unauthorized"),
            "{token}"
        );
        let told = edge
            .nobody()
            .post_form(INTROSPECT, &format!("{form}&token={token}"));
        assert_eq!(told.json(), json!({ "active": false }), "{token}");
    }
    // Another origin's token: the same signature, under a name that the token was not made for.
    let elsewhere = program.with("host", "localhost");
    assert_eq!(elsewhere.get(&manifest_of(&company)).status, 401);
    assert_eq!(program.get(&manifest_of(&company)).status, 200);
}

#[test]
fn a_client_that_is_not_one_gets_nothing() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (_, form) = edge.program(&owner, &["read:bi"]);
    let ask = |form: &str| edge.nobody().post_form(TOKEN, form);
    let by = |form: &str| format!("{form}&grant_type=client_credentials");
    for (wrong, status, name) in [
        (by(&format!("{form}x")), 401, "invalid_client"),
        (by("client_id=o-0&client_secret=x"), 401, "invalid_client"),
        (by("client_id=o-0"), 401, "invalid_client"),
        (
            by(form.split('&').next().unwrap_or_default()),
            401,
            "invalid_client",
        ),
        (
            "grant_type=client_credentials".to_owned(),
            401,
            "invalid_client",
        ),
        (form.clone(), 400, "invalid_request"),
        (
            format!("{}&{}", by(&form), "scope=read:bi&scope=read:bi"),
            400,
            "invalid_request",
        ),
        (
            format!("{form}&grant_type=password"),
            400,
            "unsupported_grant_type",
        ),
        (
            by(&format!("{form}&scope=write:ingest")),
            400,
            "invalid_scope",
        ),
        (by(&format!("{form}&scope=root")), 400, "invalid_scope"),
    ] {
        assert_eq!(refused(&ask(&wrong)), (status, name.to_owned()), "{wrong}");
    }
    assert!(
        ask(&by(&format!("{form}x")))
            .header("www-authenticate")
            .is_some()
    );
    // What is no form at all is refused by the gateway.
    let json = edge.nobody().post_json(TOKEN, "{}");
    assert_eq!(json.problem(), "unsupported-type");
    let page = edge.nobody().with("origin", "https://evil.example");
    assert_eq!(page.post_form(TOKEN, &by(&form)).problem(), "forbidden");
    // By Basic, too, and in one way at a time.
    let credentials = form
        .replace("client_id=", "")
        .replace("&client_secret=", ":");
    let basic = format!("Basic {}", BASE64_STANDARD.encode(&credentials));
    let basic = edge.nobody().with("authorization", &basic);
    let given = basic.post_form(TOKEN, "grant_type=client_credentials&scope=read:bi");
    assert_eq!(given.status, 200, "{}", given.text());
    assert_eq!(given.json()["token_type"], "Bearer");
    assert_eq!(given.header("cache-control"), Some("no-store"));
    let both = basic.post_form(TOKEN, &by(&form));
    assert_eq!(refused(&both), (400, "invalid_request".to_owned()));
    let bearer = edge.nobody().with("authorization", "Bearer x");
    assert_eq!(refused(&bearer.post_form(TOKEN, &by(&form))).0, 401);
}

#[test]
fn what_is_ended_is_ended_at_once() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let (program, form) = edge.program(&owner, &["read:bi"]);
    let (sibling, sibling_form) = edge.program(&owner, &["read:bi"]);
    let (_, foreign_form) = edge.program(&stranger, &["read:bi"]);
    let status = |client: &Client| client.get(&manifest_of(&company)).status;
    let ask = |path: &str, form: &str, client: &Client| {
        edge.nobody()
            .post_form(path, &format!("{form}&token={}", sent(client)))
    };
    assert_eq!((status(&program), status(&sibling)), (200, 200));
    // Nobody ends another's token, and another company hears nothing of it.
    for form in [&sibling_form, &foreign_form] {
        assert_eq!(ask(REVOKE, form, &program).status, 200);
    }
    assert_eq!(
        ask(INTROSPECT, &foreign_form, &program).json(),
        json!({ "active": false })
    );
    assert_eq!(
        ask(INTROSPECT, &sibling_form, &program).json()["active"],
        true
    );
    assert_eq!(status(&program), 200);
    let ended = ask(REVOKE, &form, &program);
    assert_eq!((ended.status, ended.text().as_str()), (200, ""));
    assert_eq!((status(&program), status(&sibling)), (401, 200));
    assert_eq!(
        ask(INTROSPECT, &sibling_form, &program).json(),
        json!({ "active": false })
    );
    assert_eq!(ask(REVOKE, &form, &program).status, 200);
    assert_eq!(edge.nobody().post_form(REVOKE, &form).status, 400);

    // A program is ended with its tokens; that can be taken back.
    let clients = owner.get(CLIENTS).json();
    let id = sibling_form
        .trim_start_matches("client_id=")
        .split('&')
        .next();
    let path = format!("{CLIENTS}/{}", id.unwrap_or_default());
    assert_eq!(clients["clients"].as_array().map(Vec::len), Some(2));
    assert_eq!(stranger.send("DELETE", &path, &[], b"").status, 404);
    let left = owner.send("DELETE", &path, &[], b"").json();
    assert_eq!(left["clients"].as_array().map(Vec::len), Some(1));
    assert_eq!(status(&sibling), 401);
    let asked = format!("{sibling_form}&grant_type=client_credentials");
    assert_eq!(
        refused(&edge.nobody().post_form(TOKEN, &asked)).1,
        "invalid_client"
    );
    assert_eq!(owner.post(&format!("{path}/restore"), &[], b"").status, 200);
    assert_eq!(status(&sibling), 200);
    // All of it is in the audit log, and no secret is.
    let log = owner.get("/api/auth/v1/audit").text();
    for event in ["make-client", "revoke-client", "restore-client"] {
        assert!(log.contains(event), "{event}");
    }
    assert!(!log.contains("mbs_"));
}

#[test]
fn a_secret_is_shown_once() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (_, form) = edge.program(&owner, &["read:bi", "write:ingest"]);
    let listed = owner.get(CLIENTS);
    assert!(!listed.text().contains("mbs_") && form.contains("mbs_"));
    assert_eq!(
        listed.json()["clients"][0]["scopes"],
        json!(["read:bi", "write:ingest"])
    );
    for wrong in [
        json!({ "name": "", "scopes": ["read:bi"] }),
        json!({ "name": "x", "scopes": [] }),
        json!({ "name": "x", "scopes": ["root"] }),
        json!({ "name": "x", "scopes": ["read:bi"], "secret": "mine" }),
    ] {
        let answer = owner.post_json(CLIENTS, &wrong.to_string());
        assert_eq!(answer.problem(), "bad-request", "{wrong}");
    }
}

/// Kill the isolate: keys are kept, and tokens of before are good.
#[test]
fn keys_outlive_a_restart() {
    let mut edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (program, _) = edge.program(&owner, &["read:bi"]);
    let keys = edge.nobody().get("/.well-known/jwks.json").json();
    edge.kill_and_restart();
    assert_eq!(edge.nobody().get("/.well-known/jwks.json").json(), keys);
    assert_eq!(keys["keys"].as_array().map(Vec::len), Some(1));
    assert_eq!(program.get(&manifest_of(&company)).status, 200);
}
