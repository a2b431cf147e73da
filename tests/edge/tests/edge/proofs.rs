//! Tokens that are bound to keys: given for a proof, good beside a fresh proof of the same key, and worth nothing to
//! whoever has the token alone.

use edge_tests::{Answer, CHALLENGE, Client, Edge, Holder, REDIRECT, VERIFIER};
use serde_json::{Value, json};

const TOKEN: &str = "/api/oauth/v1/token";
const ME: &str = "/api/auth/v1/me";

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).expect("a text")
}

fn ask(edge: &Edge, form: &str, proof: Option<&str>) -> Answer {
    let client = edge.nobody();
    match proof {
        Some(proof) => client.with("dpop", proof).post_form(TOKEN, form),
        None => client.post_form(TOKEN, form),
    }
}

fn error(answer: &Answer) -> String {
    assert_eq!(answer.status, 400, "{}", answer.text());
    text(&answer.json()["error"])
}

/// A program's token that is bound to a holder's key, and the program's id and secret as a form.
fn bound(edge: &Edge, owner: &Client, holder: &Holder) -> (String, String) {
    let (_, form) = edge.program(owner, &["read:bi"]);
    let asked = format!("{form}&grant_type=client_credentials");
    let given = ask(edge, &asked, Some(&holder.proof("POST", TOKEN, None)));
    assert_eq!(given.status, 200, "{}", given.text());
    assert_eq!(given.json()["token_type"], "DPoP");
    (text(&given.json()["access_token"]), form)
}

fn dpop(edge: &Edge, token: &str, proof: &str) -> Client {
    let client = edge.nobody();
    let client = client.with("authorization", &format!("DPoP {token}"));
    client.with("dpop", proof)
}

/// The registered name that an answer tells beside the problem.
fn challenged(answer: &Answer) -> String {
    assert_eq!(
        (answer.status, answer.problem().as_str()),
        (401, "unauthorized")
    );
    let challenge = answer.header("www-authenticate").unwrap_or_default();
    assert!(challenge.starts_with("DPoP "), "{challenge}");
    assert!(
        challenge.contains("algs=\"ES256 ES384 EdDSA PS256\""),
        "{challenge}"
    );
    let (_, rest) = challenge.split_once("error=\"").expect("an error");
    rest.split('"').next().unwrap_or_default().to_owned()
}

#[test]
fn a_bound_token_is_good_beside_a_fresh_proof_alone() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (thief, holder) = (Holder::new(1, edge.port), Holder::new(2, edge.port));
    let (token, form) = bound(&edge, &owner, &holder);
    let manifest = "/api/sync/v1/manifest";
    let proof = holder.proof("GET", manifest, Some(&token));
    let client = dpop(&edge, &token, &proof);
    let path = format!("{manifest}?company={company}");
    assert_eq!(client.get(&path).status, 200);
    // Once more with the same proof, and with others that are wrong in one thing.
    assert_eq!(challenged(&client.get(&path)), "invalid_dpop_proof");
    let with = |name: &str, value: Value| {
        let mut claims = holder.claims("GET", ME, Some(&token));
        claims[name] = value;
        holder.sign(&claims)
    };
    let mut flipped = holder.proof("GET", ME, Some(&token));
    let last = if flipped.ends_with('A') { "Q" } else { "A" };
    flipped.replace_range(flipped.len() - 1.., last);
    for wrong in [
        String::new(),
        "x".to_owned(),
        flipped,
        holder.proof("POST", ME, Some(&token)),
        holder.proof("GET", "/api/health", Some(&token)),
        holder.proof("GET", ME, None),
        holder.proof("GET", ME, Some("another")),
        with("iat", json!(1_000_000)),
        with("iat", json!(4_000_000_000_i64)),
        with("jti", json!("")),
        with("htu", json!(format!("https://127.0.0.1:{}{ME}", edge.port))),
        [
            holder.proof("GET", ME, Some(&token)),
            holder.proof("GET", ME, Some(&token)),
        ]
        .join(", "),
    ] {
        let answer = dpop(&edge, &token, &wrong).get(ME);
        assert_eq!(challenged(&answer), "invalid_dpop_proof", "{wrong}");
    }
    // Who has the token and a key of their own has nothing; nor has who has the token alone.
    let foreign = thief.proof("GET", ME, Some(&token));
    assert_eq!(
        challenged(&dpop(&edge, &token, &foreign).get(ME)),
        "invalid_token"
    );
    let bearer = edge
        .nobody()
        .with("authorization", &format!("Bearer {token}"));
    assert_eq!(challenged(&bearer.get(ME)), "invalid_token");
    let none = edge
        .nobody()
        .with("authorization", &format!("DPoP {token}"));
    assert_eq!(challenged(&none.get(ME)), "invalid_dpop_proof");
    // Letters and default ports are no difference, and neither is what stands in the query.
    let shouted = format!("HTTP://127.0.0.1:{}/api/%61uth/v1/./me?x=1", edge.port);
    let shouted = with("htu", json!(shouted));
    assert_eq!(dpop(&edge, &token, &shouted).get(ME).status, 200);
    // Others learn of the key.
    let told = edge
        .nobody()
        .post_form("/api/oauth/v1/introspect", &format!("{form}&token={token}"));
    assert_eq!(told.json()["cnf"], json!({ "jkt": holder.thumbprint() }));
    assert_eq!(told.json()["token_type"], "DPoP");
    // Revoked, it opens nothing, whatever the proof.
    edge.nobody()
        .post_form("/api/oauth/v1/revoke", &format!("{form}&token={token}"));
    let late = holder.proof("GET", ME, Some(&token));
    assert_eq!(dpop(&edge, &token, &late).get(ME).status, 401);
}

#[test]
fn what_is_bound_to_nothing_is_not_sent_as_if_it_were() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let holder = Holder::new(1, edge.port);
    let (program, _) = edge.program(&owner, &["read:bi"]);
    let key = edge.key(&owner, &["read:bi"]);
    for client in [program, key, edge.admin()] {
        let credential = client.header("authorization").unwrap_or_default();
        let token = credential.trim_start_matches("Bearer ").to_owned();
        let proof = holder.proof("GET", ME, Some(&token));
        assert_eq!(dpop(&edge, &token, &proof).get(ME).status, 401);
        // A proof beside a bearer's token changes nothing.
        let expected = client.get(ME);
        assert_eq!(client.with("dpop", "x").get(ME).status, expected.status);
    }
    let nobody = edge.nobody().with("authorization", "Bearer x").get(ME);
    let ways = nobody.header("www-authenticate").unwrap_or_default();
    assert!(
        ways.contains("Bearer realm") && ways.contains("DPoP realm"),
        "{ways}"
    );
    let metadata = edge.nobody().get("/.well-known/oauth-authorization-server");
    assert_eq!(
        metadata.json()["dpop_signing_alg_values_supported"],
        json!(["ES256", "ES384", "EdDSA", "PS256"])
    );
}

#[test]
fn no_token_is_given_for_a_proof_that_is_not_good() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let holder = Holder::new(1, edge.port);
    let (_, form) = edge.program(&owner, &["read:bi"]);
    let asked = format!("{form}&grant_type=client_credentials");
    let proof = holder.proof("POST", TOKEN, None);
    assert_eq!(ask(&edge, &asked, Some(&proof)).status, 200);
    for wrong in [
        proof.as_str(),
        "",
        "x",
        &holder.proof("GET", TOKEN, None),
        &holder.proof("POST", ME, None),
    ] {
        assert_eq!(
            error(&ask(&edge, &asked, Some(wrong))),
            "invalid_dpop_proof",
            "{wrong}"
        );
    }
    // A proof is used up by the company that it was shown to, and no other's.
    let (other, _) = edge.company("Other");
    let (_, form) = edge.program(&other, &["read:bi"]);
    let asked = format!("{form}&grant_type=client_credentials");
    assert_eq!(ask(&edge, &asked, Some(&proof)).status, 200);
}

#[test]
fn a_refresh_token_without_a_secret_is_bound_to_the_key() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (thief, holder) = (Holder::new(1, edge.port), Holder::new(2, edge.port));
    let program = edge.native(&owner, &["read:bi"]);
    let redeem = |code: &str, proof: Option<&str>| {
        let form = format!(
            "grant_type=authorization_code&client_id={program}&code={code}&redirect_uri={REDIRECT}\
             &code_verifier={VERIFIER}"
        );
        ask(&edge, &form, proof)
    };
    let refresh = |token: &Value, proof: Option<&str>| {
        let token = text(token);
        let form = format!("grant_type=refresh_token&client_id={program}&refresh_token={token}");
        ask(&edge, &form, proof)
    };
    let proof = |holder: &Holder| holder.proof("POST", TOKEN, None);
    let first = redeem(&edge.code(&owner, &program), Some(&proof(&holder))).json();
    assert_eq!(first["token_type"], "DPoP");
    // Without the key it is worth nothing, and trying costs its owner nothing.
    assert_eq!(
        error(&refresh(&first["refresh_token"], None)),
        "invalid_grant"
    );
    assert_eq!(
        error(&refresh(&first["refresh_token"], Some(&proof(&thief)))),
        "invalid_grant"
    );
    let next = refresh(&first["refresh_token"], Some(&proof(&holder)));
    assert_eq!(next.status, 200, "{}", next.text());
    let token = text(&next.json()["access_token"]);
    let fresh = holder.proof("GET", ME, Some(&token));
    assert_eq!(dpop(&edge, &token, &fresh).get(ME).status, 200);
    // A token of before is bound from the moment on that a key is shown.
    let bearer = edge.redeem(&program, &edge.code(&owner, &program)).json();
    assert_eq!(bearer["token_type"], "Bearer");
    let later = refresh(&bearer["refresh_token"], Some(&proof(&holder))).json();
    assert_eq!(later["token_type"], "DPoP");
    assert_eq!(
        error(&refresh(&later["refresh_token"], None)),
        "invalid_grant"
    );

    // A code that was asked for with a key is that key's (RFC 9449, 10).
    let code = |thumbprint: &str| {
        let request = format!(
            "response_type=code&client_id={program}&redirect_uri={REDIRECT}&code_challenge={CHALLENGE}\
             &code_challenge_method=S256&dpop_jkt={thumbprint}"
        );
        let decision = json!({ "request": request, "grant": true }).to_string();
        let decided = owner.post_json("/api/auth/v1/consents", &decision).json();
        let address = text(&decided["redirect"]);
        let query = address.split_once('?').map(|(_, query)| query.to_owned());
        query
            .expect("an answer")
            .split('&')
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(code("short"), "error=invalid_request");
    let bound = code(&holder.thumbprint());
    let bound = bound.strip_prefix("code=").expect("a code");
    assert_eq!(error(&redeem(bound, None)), "invalid_grant");
    assert_eq!(error(&redeem(bound, Some(&proof(&thief)))), "invalid_grant");
    assert_eq!(redeem(bound, Some(&proof(&holder))).status, 200);
}

#[test]
fn a_program_with_a_secret_may_change_its_key() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (one, other) = (Holder::new(1, edge.port), Holder::new(2, edge.port));
    let wish =
        json!({ "name": "x", "kind": "web", "scopes": ["read:bi"], "redirects": [REDIRECT] });
    let made = owner
        .post_json("/api/auth/v1/clients", &wish.to_string())
        .json();
    let (id, secret) = (text(&made["client"]["id"]), text(&made["secret"]));
    let code = edge.code(&owner, &id);
    let client = format!("client_id={id}&client_secret={secret}");
    let form = format!(
        "grant_type=authorization_code&{client}&code={code}&redirect_uri={REDIRECT}&code_verifier={VERIFIER}"
    );
    let first = ask(&edge, &form, Some(&one.proof("POST", TOKEN, None))).json();
    let refresh = text(&first["refresh_token"]);
    let form = format!("grant_type=refresh_token&{client}&refresh_token={refresh}");
    let next = ask(&edge, &form, Some(&other.proof("POST", TOKEN, None)));
    assert_eq!(next.status, 200, "{}", next.text());
    let token = text(&next.json()["access_token"]);
    let fresh = other.proof("GET", ME, Some(&token));
    assert_eq!(dpop(&edge, &token, &fresh).get(ME).status, 200);
}

#[test]
fn where_the_operator_asks_for_nonces_they_are_told_and_needed() {
    let edge = Edge::start_with(&[("DPOP_NONCE_SECRET", "a secret of the tests alone")]);
    let (owner, _) = edge.company("Acme");
    let holder = Holder::new(1, edge.port);
    let (_, form) = edge.program(&owner, &["read:bi"]);
    let asked = format!("{form}&grant_type=client_credentials");
    let first = ask(&edge, &asked, Some(&holder.proof("POST", TOKEN, None)));
    assert_eq!(error(&first), "use_dpop_nonce");
    let nonce = first.header("dpop-nonce").expect("a nonce").to_owned();
    let with_nonce = |method: &str, path: &str, token: Option<&str>| {
        let mut claims = holder.claims(method, path, token);
        claims["nonce"] = json!(nonce);
        holder.sign(&claims)
    };
    let given = ask(&edge, &asked, Some(&with_nonce("POST", TOKEN, None)));
    assert_eq!(given.status, 200, "{}", given.text());
    let token = text(&given.json()["access_token"]);
    let without = holder.proof("GET", ME, Some(&token));
    let without = dpop(&edge, &token, &without).get(ME);
    assert_eq!(challenged(&without), "use_dpop_nonce");
    assert!(without.header("dpop-nonce").is_some());
    let with = with_nonce("GET", ME, Some(&token));
    assert_eq!(dpop(&edge, &token, &with).get(ME).status, 200);
    assert_eq!(edge.nobody().get("/api/health").header("dpop-nonce"), None);
}
