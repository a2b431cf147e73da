//! Programs that act for people: consent, codes that are good once and for whoever asked, refresh tokens that are good
//! once, and what ends with them.

use edge_tests::{Answer, CHALLENGE, Client, Edge, REDIRECT, VERIFIER};
use serde_json::{Value, json};

const CONSENTS: &str = "/api/auth/v1/consents";
const TOKEN: &str = "/api/oauth/v1/token";

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).expect("a text")
}

fn bearer(edge: &Edge, token: &Value) -> Client {
    edge.nobody()
        .with("authorization", &format!("Bearer {}", text(token)))
}

fn error(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text());
    text(&answer.json()["error"])
}

fn refresh(edge: &Edge, program: &str, token: &Value) -> Answer {
    let form = format!(
        "grant_type=refresh_token&client_id={program}&refresh_token={}",
        text(token)
    );
    edge.nobody().post_form(TOKEN, &form)
}

fn me(client: &Client) -> u16 {
    client.get("/api/auth/v1/me").status
}

fn decide(person: &Client, request: &str, grant: bool) -> Answer {
    let decision = json!({ "request": request, "grant": grant }).to_string();
    person.post_json(CONSENTS, &decision)
}

fn asked(program: &str) -> String {
    format!(
        "response_type=code&client_id={program}&redirect_uri={REDIRECT}&scope=read:bi&state=a%26b\
         &code_challenge={CHALLENGE}&code_challenge_method=S256"
    )
}

#[test]
fn a_person_is_asked_and_decides() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let program = edge.native(&owner, &["read:bi", "read:ingest"]);
    let request = asked(&program);
    let escaped = request
        .replace('%', "%25")
        .replace('&', "%26")
        .replace('=', "%3D");
    let look = |person: &Client| person.get(&format!("{CONSENTS}?request={escaped}"));
    let told = look(&owner).json();
    assert_eq!(
        told,
        json!({ "name": "app", "scopes": ["read:bi"], "is_done": false })
    );
    assert_eq!(look(&edge.nobody()).problem(), "unauthorized");
    // To people of another company there is no such program.
    assert_eq!(look(&stranger).problem(), "bad-request");
    assert_eq!(decide(&stranger, &request, true).problem(), "bad-request");
    let no = decide(&owner, &request, false).json();
    let issuer = format!("http%3A%2F%2F127.0.0.1%3A{}", edge.port);
    let ends = format!("&state=a%26b&iss={issuer}");
    assert_eq!(
        no["redirect"],
        format!("{REDIRECT}?error=access_denied{ends}")
    );
    let yes = text(&decide(&owner, &request, true).json()["redirect"]);
    assert!(
        yes.starts_with(&format!("{REDIRECT}?code=")) && yes.ends_with(&ends),
        "{yes}"
    );
    // Where the answer would go elsewhere, the person goes nowhere; other mistakes are told to the program.
    let elsewhere = request.replace(REDIRECT, "https://evil.example/done");
    assert_eq!(decide(&owner, &elsewhere, true).problem(), "bad-request");
    for (from, to, name) in [
        ("S256", "plain", "invalid_request"),
        ("=code&", "=token&", "unsupported_response_type"),
        ("read:bi", "write:company", "invalid_scope"),
    ] {
        let answer = decide(&owner, &request.replacen(from, to, 1), true).json();
        let address = text(&answer["redirect"]);
        assert!(
            address.starts_with(&format!("{REDIRECT}?error={name}&")),
            "{address}"
        );
    }
    // It is in the audit log.
    assert!(
        owner
            .get("/api/auth/v1/audit")
            .text()
            .contains("\"decide\"")
    );
}

#[test]
fn a_code_is_good_once_for_whoever_asked() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let program = edge.native(&owner, &["read:bi"]);
    let other = edge.native(&owner, &["read:bi"]);
    let code = edge.code(&owner, &program);
    // Another program's, and it stays good for its own.
    assert_eq!(error(&edge.redeem(&other, &code)), "invalid_grant");
    let given = edge.redeem(&program, &code);
    assert_eq!(given.status, 200, "{}", given.text());
    let given = given.json();
    let client = bearer(&edge, &given["access_token"]);
    let manifest = format!("/api/sync/v1/manifest?company={company}");
    assert_eq!(client.get(&manifest).status, 200);
    assert_eq!(client.get("/api/auth/v1/me").json()["role"], "owner");
    // A second use ends what came of the first.
    assert_eq!(error(&edge.redeem(&program, &code)), "invalid_grant");
    assert_eq!(me(&client), 401);
    assert_eq!(
        error(&refresh(&edge, &program, &given["refresh_token"])),
        "invalid_grant"
    );
    // Without the verifier, or from another address, a code is worth nothing, and then nothing to anybody.
    for (from, to) in [
        (VERIFIER, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        (VERIFIER, CHALLENGE),
        (REDIRECT, "http://127.0.0.1:1/done"),
    ] {
        let code = edge.code(&owner, &program);
        let form = format!(
            "grant_type=authorization_code&client_id={program}&code={code}&redirect_uri={REDIRECT}\
             &code_verifier={VERIFIER}"
        );
        let wrong = edge.nobody().post_form(TOKEN, &form.replace(from, to));
        assert_eq!(error(&wrong), "invalid_grant");
        assert_eq!(error(&edge.redeem(&program, &code)), "invalid_grant");
    }
    let form = format!("grant_type=authorization_code&client_id={program}&code=x&redirect_uri=x");
    assert_eq!(
        error(&edge.nobody().post_form(TOKEN, &form)),
        "invalid_request"
    );
    // A program of this kind does not act for itself, and shows nobody's tokens.
    let form = format!("grant_type=client_credentials&client_id={program}");
    assert_eq!(
        error(&edge.nobody().post_form(TOKEN, &form)),
        "unauthorized_client"
    );
    let form = format!("client_id={program}&token=x");
    assert_eq!(
        edge.nobody()
            .post_form("/api/oauth/v1/introspect", &form)
            .status,
        401
    );
}

#[test]
fn a_stolen_refresh_token_ends_the_whole_family() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let program = edge.native(&owner, &["read:bi", "read:ingest"]);
    let first = edge.redeem(&program, &edge.code(&owner, &program)).json();
    let mut family = vec![first.clone()];
    for _ in 0..3 {
        let last = &family[family.len() - 1]["refresh_token"];
        let next = refresh(&edge, &program, last);
        assert_eq!(next.status, 200, "{}", next.text());
        family.push(next.json());
    }
    let clients: Vec<Client> = (family.iter())
        .map(|token| bearer(&edge, &token["access_token"]))
        .collect();
    assert!(clients.iter().all(|client| me(client) == 200));
    // Another program cannot use it, nor end anything by trying.
    let other = edge.native(&owner, &["read:bi"]);
    let last = &family[3]["refresh_token"];
    assert_eq!(error(&refresh(&edge, &other, last)), "invalid_grant");
    assert!(clients.iter().all(|client| me(client) == 200));
    // The thief's copy, long used: from now on nobody has anything.
    assert_eq!(
        error(&refresh(&edge, &program, &family[1]["refresh_token"])),
        "invalid_grant"
    );
    assert!(clients.iter().all(|client| me(client) == 401));
    assert_eq!(error(&refresh(&edge, &program, last)), "invalid_grant");
    // A grant of the same person to the same program is another family.
    let fresh = edge.redeem(&program, &edge.code(&owner, &program)).json();
    assert_eq!(me(&bearer(&edge, &fresh["access_token"])), 200);
    // Less than was granted can be asked for, not more; whoever asks for more has lost nothing by it.
    let with_scope = |scope: &str| {
        let form = format!(
            "grant_type=refresh_token&client_id={program}&scope={scope}&refresh_token={}",
            text(&fresh["refresh_token"])
        );
        edge.nobody().post_form(TOKEN, &form)
    };
    assert_eq!(error(&with_scope("write:company")), "invalid_scope");
    let narrow = with_scope("read:ingest").json();
    assert_eq!(narrow["scope"], "read:ingest");
    let client = bearer(&edge, &narrow["access_token"]);
    assert_eq!(
        client.get("/api/auth/v1/me").json()["scopes"],
        json!(["read:ingest"])
    );
    // A refresh token ends its family where its program says so.
    let form = format!(
        "client_id={program}&token={}",
        text(&narrow["refresh_token"])
    );
    assert_eq!(
        edge.nobody()
            .post_form("/api/oauth/v1/revoke", &form)
            .status,
        200
    );
    assert_eq!(me(&client), 401);
}

#[test]
fn a_program_may_what_its_person_may_and_no_longer() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let viewer = edge.member(&owner, "viewer");
    let program = edge.native(&owner, &["read:bi", "write:ingest", "read:ingest"]);
    let given = edge.redeem(&program, &edge.code(&viewer, &program)).json();
    let client = bearer(&edge, &given["access_token"]);
    let batches = format!("/api/ingest/v1/batches?company={company}");
    assert_eq!(client.get(&batches).problem(), "forbidden");
    // It sees what a viewer sees: a manifest that is cut.
    let manifest = format!("/api/sync/v1/manifest?company={company}");
    assert_eq!(
        client.get(&manifest).json()["cut"],
        viewer.get(&manifest).json()["cut"]
    );
    assert!(!client.get(&manifest).json()["cut"].is_null());
    let people = owner.get("/api/auth/v1/members").json();
    let id = text(&people["members"][1]["id"]);
    let path = format!("/api/auth/v1/members/{id}");
    owner.send(
        "PATCH",
        &path,
        &[("content-type", "application/json")],
        br#"{"role":"analyst"}"#,
    );
    assert_eq!(client.get(&batches).status, 200);
    assert_eq!(owner.send("DELETE", &path, &[], b"").status, 200);
    assert_eq!(me(&client), 401);
    assert_eq!(
        error(&refresh(&edge, &program, &given["refresh_token"])),
        "invalid_grant"
    );
}

#[test]
fn programs_are_registered_with_safe_addresses() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    for (kind, redirects) in [
        ("service", json!(["https://app.example/"])),
        ("web", json!([])),
        ("native", json!(["http://app.example/"])),
        ("native", json!(["javascript:alert(1)"])),
        ("web", json!(["https://app.example/", "data:text/html,x"])),
    ] {
        let wish =
            json!({ "name": "x", "kind": kind, "scopes": ["read:bi"], "redirects": redirects });
        let answer = owner.post_json("/api/auth/v1/clients", &wish.to_string());
        assert_eq!(answer.problem(), "bad-request", "{wish}");
    }
    // A program on a server has a secret, and needs it for a code.
    let wish =
        json!({ "name": "x", "kind": "web", "scopes": ["read:bi"], "redirects": [REDIRECT] });
    let made = owner
        .post_json("/api/auth/v1/clients", &wish.to_string())
        .json();
    let (id, secret) = (text(&made["client"]["id"]), text(&made["secret"]));
    let code = edge.code(&owner, &id);
    assert_eq!(edge.redeem(&id, &code).status, 401);
    let form = format!(
        "grant_type=authorization_code&client_id={id}&client_secret={secret}&code={code}\
         &redirect_uri={REDIRECT}&code_verifier={VERIFIER}"
    );
    assert_eq!(edge.nobody().post_form(TOKEN, &form).status, 200);
}
