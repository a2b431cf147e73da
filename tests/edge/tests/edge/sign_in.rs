//! Passkeys, recovery codes and sessions: who gets in, who does not, and what is left behind.

use edge_tests::{Answer, Authenticator, Client, Edge};
use serde_json::{Value, json};

const PASSKEYS: &str = "/api/auth/v1/passkeys";
const SESSIONS: &str = "/api/auth/v1/sessions";

fn page_of(edge: &Edge) -> String {
    format!("http://127.0.0.1:{}", edge.port)
}

/// A client as the app's page in a browser is one.
fn browser(edge: &Edge, client: &Client) -> Client {
    match client.header("origin") {
        Some(_) => client.clone(),
        None => client.with("origin", &page_of(edge)),
    }
}

fn cookies(answer: &Answer) -> String {
    let pairs = answer.all("set-cookie").into_iter();
    let pairs = pairs.filter_map(|cookie| cookie.split(';').next().map(str::to_owned));
    pairs
        .filter(|pair| !pair.ends_with('='))
        .collect::<Vec<_>>()
        .join("; ")
}

/// Adds a passkey to the person of a session.
fn add(edge: &Edge, owner: &Client, seed: u8) -> Authenticator {
    let owner = browser(edge, owner);
    let mut device = Authenticator::new(seed, &page_of(edge));
    let options = owner.post(&format!("{PASSKEYS}/options"), &[], b"").json();
    let added = owner.post_json(PASSKEYS, &device.make(&options).to_string());
    assert_eq!(added.status, 201, "{}", added.text());
    device
}

/// Begins to sign in: a client with the cookie of its attempt, and what is asked of it.
fn begin(edge: &Edge, client: &Client) -> (Client, Value) {
    let client = browser(edge, client);
    let options = client.post("/api/auth/v1/sign-in/options", &[], b"");
    assert_eq!(options.status, 200, "{}", options.text());
    (client.with("cookie", &cookies(&options)), options.json())
}

fn end(client: &Client, answer: &Value) -> Answer {
    client.post_json("/api/auth/v1/sign-in", &answer.to_string())
}

fn sign_in(edge: &Edge, device: &mut Authenticator) -> (Client, Answer) {
    let (attempt, options) = begin(edge, &edge.nobody());
    let answer = end(&attempt, &device.answer(&options));
    assert_eq!(answer.status, 200, "{}", answer.text());
    let client = browser(edge, &edge.nobody()).with("cookie", &cookies(&answer));
    (client, answer)
}

fn is_signed_in(client: &Client) -> bool {
    client.get("/api/auth/v1/me").json()["session"] == true
}

#[test]
fn a_passkey_opens_the_company_on_another_device() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let mut phone = add(&edge, &owner, 1);
    let mut tablet = add(&edge, &owner, 2);
    add(&edge, &stranger, 3);
    assert_eq!(
        owner.get(PASSKEYS).json()["passkeys"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );

    for device in [&mut phone, &mut tablet] {
        let (client, answer) = sign_in(&edge, device);
        assert_eq!(
            answer.json()["companies"][0]["profile"]["id"],
            company.as_str()
        );
        assert!(is_signed_in(&client));
        let manifest = client.get(&format!("/api/sync/v1/manifest?company={company}"));
        assert_eq!(manifest.status, 200);
        let cookie = answer.all("set-cookie").join("\n");
        assert!(cookie.contains("HttpOnly; SameSite=Lax"), "{cookie}");
        assert!(
            !answer.text().contains(&cookies(&answer)),
            "a token is in the cookie only"
        );
    }
    let used = owner.get(PASSKEYS).json();
    assert!(used["passkeys"][0]["used_at"].is_number());
    assert!(is_signed_in(&owner), "the first browser stays signed in");
}

#[test]
fn a_challenge_is_answered_once_and_by_whom_it_was_drawn_for() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let mut device = add(&edge, &owner, 1);
    let (attempt, options) = begin(&edge, &edge.nobody());
    let answer = device.answer(&options);
    // Another attempt, or none, cannot use it; the one that it was drawn for can, once.
    let (other, _) = begin(&edge, &edge.nobody());
    assert_eq!(end(&other, &answer).problem(), "unauthorized");
    assert_eq!(
        end(&browser(&edge, &edge.nobody()), &answer).problem(),
        "conflict"
    );
    assert_eq!(end(&attempt, &answer).status, 200);
    assert_eq!(end(&attempt, &answer).problem(), "conflict");
    // A wrong answer uses it up as well.
    let (attempt, options) = begin(&edge, &edge.nobody());
    let mut wrong = device.answer(&options);
    wrong["response"]["signature"] = json!("MEUCIQ");
    assert_eq!(end(&attempt, &wrong).problem(), "unauthorized");
    assert_eq!(
        end(&attempt, &device.answer(&options)).problem(),
        "conflict"
    );
    // A challenge for a new passkey signs nobody in, and the other way round.
    let asked = browser(&edge, &owner)
        .post(&format!("{PASSKEYS}/options"), &[], b"")
        .json();
    let (attempt, _) = begin(&edge, &edge.nobody());
    let crossed = json!({ "challenge": asked["challenge"], "rpId": asked["rp"]["id"] });
    assert_eq!(
        end(&attempt, &device.answer(&crossed)).problem(),
        "unauthorized"
    );
}

#[test]
fn whatever_is_wrong_is_refused_in_the_same_words() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let mut device = add(&edge, &owner, 1);
    let others = add(&edge, &stranger, 2);
    let mut said = std::collections::BTreeSet::new();
    let mut attempt = |change: &dyn Fn(&mut Authenticator, &mut Value),
                       spoil: &dyn Fn(&mut Value)| {
        let (client, mut options) = begin(&edge, &edge.nobody());
        change(&mut device, &mut options);
        let mut answer = device.answer(&options);
        spoil(&mut answer);
        let answer = end(&client, &answer);
        device.origin = page_of(&edge);
        device.flags = 0b101;
        assert_eq!(
            (answer.status, answer.all("set-cookie").len()),
            (401, 0),
            "{}",
            answer.text()
        );
        said.insert(answer.json()["detail"].to_string());
    };
    let keep = |_: &mut Value| {};
    attempt(
        &|device, _| device.origin = "https://evil.example".into(),
        &keep,
    );
    attempt(&|_, options| options["rpId"] = json!("evil.example"), &keep);
    attempt(&|_, options| options["challenge"] = json!("AAAA"), &keep);
    attempt(&|device, _| device.flags = 0b001, &keep);
    attempt(&|device, _| device.flags = 0b100, &keep);
    attempt(&|_, _| {}, &|answer| answer["id"] = json!("AAAA"));
    attempt(&|_, _| {}, &|answer| answer["id"] = json!(others.id()));
    attempt(&|_, _| {}, &|answer| {
        answer["response"]["userHandle"] = json!("AAAA")
    });
    attempt(&|_, _| {}, &|answer| {
        answer["response"]["userHandle"] = json!(null)
    });
    attempt(&|_, _| {}, &|answer| {
        answer["response"]["signature"] = json!("")
    });
    assert_eq!(said.len(), 1, "{said:?}");
    // A counter that goes back is a copy of the passkey.
    sign_in(&edge, &mut device);
    device.set_count(0);
    let (client, options) = begin(&edge, &edge.nobody());
    assert_eq!(
        end(&client, &device.answer(&options)).problem(),
        "unauthorized"
    );
}

#[test]
fn a_passkey_is_removed_and_taken_back() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let owner = browser(&edge, &owner);
    let mut device = add(&edge, &owner, 1);
    let path = format!("{PASSKEYS}/{}", device.id());
    let again = {
        let options = owner.post(&format!("{PASSKEYS}/options"), &[], b"").json();
        owner.post_json(PASSKEYS, &device.make(&options).to_string())
    };
    assert_eq!(again.problem(), "conflict");
    for client in [edge.nobody(), stranger] {
        let answer = client.send("DELETE", &path, &[], b"");
        assert!(matches!(answer.status, 401 | 404), "{}", answer.status);
    }
    let removed = owner.send("DELETE", &path, &[], b"").json();
    assert_eq!(removed["passkeys"], json!([]));
    let (client, options) = begin(&edge, &edge.nobody());
    assert_eq!(
        end(&client, &device.answer(&options)).problem(),
        "unauthorized"
    );
    let restored = owner.post(&format!("{path}/restore"), &[], b"").json();
    assert_eq!(restored["passkeys"].as_array().map(Vec::len), Some(1));
    sign_in(&edge, &mut device);
}

#[test]
fn a_recovery_code_works_once() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let make = || owner.post("/api/auth/v1/recovery-codes", &[], b"").json();
    let old = make()["codes"][0].to_string();
    let codes = make();
    let codes = codes["codes"].as_array().expect("codes");
    assert_eq!(codes.len(), 10);
    let recover = |code: &str| {
        let body = json!({ "code": code }).to_string();
        edge.nobody().post_json("/api/auth/v1/recover", &body)
    };
    let typed = codes[3]
        .as_str()
        .expect("a code")
        .to_lowercase()
        .replace('-', " ");
    let first = recover(&typed);
    assert_eq!(first.status, 200, "{}", first.text());
    assert_eq!(
        first.json()["companies"][0]["profile"]["id"],
        company.as_str()
    );
    assert!(is_signed_in(
        &edge.nobody().with("cookie", &cookies(&first))
    ));
    for code in [
        typed.as_str(),
        old.trim_matches('"'),
        "",
        "0000-0000-0000-0000",
    ] {
        let answer = recover(code);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (401, "unauthorized"),
            "{code}"
        );
    }
    assert_eq!(owner.get(PASSKEYS).json()["recovery_codes_left"], 9);
}

#[test]
fn sessions_are_seen_and_ended() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let (stranger, _) = edge.company("Other");
    let only = owner.get(SESSIONS).json();
    let only = only["sessions"].as_array().expect("sessions");
    assert_eq!((only.len(), &only[0]["is_this"]), (1, &json!(true)));
    let this = format!("{SESSIONS}/{}", only[0]["id"].as_str().expect("an id"));
    let locked_out = owner.send("DELETE", &this, &[], b"");
    assert_eq!(
        locked_out.problem(),
        "conflict",
        "nobody could sign in again"
    );

    let mut device = add(&edge, &owner, 1);
    let (second, _) = sign_in(&edge, &mut device);
    let (third, _) = sign_in(&edge, &mut device);
    for client in [edge.nobody(), stranger.clone()] {
        let answer = client.send("DELETE", &this, &[], b"");
        assert!(matches!(answer.status, 401 | 404), "{}", answer.status);
    }
    assert_eq!(
        second.get(SESSIONS).json()["sessions"]
            .as_array()
            .map(Vec::len),
        Some(3)
    );
    assert_eq!(second.send("DELETE", &this, &[], b"").status, 200);
    assert!(!is_signed_in(&owner) && is_signed_in(&third));
    let left = third.send("DELETE", SESSIONS, &[], b"").json();
    assert_eq!(left["sessions"].as_array().map(Vec::len), Some(1));
    assert!(!is_signed_in(&second) && is_signed_in(&third) && is_signed_in(&stranger));
    // Signing in where somebody is signed in ends that session.
    let (attempt, options) = begin(&edge, &third);
    let before = third.header("cookie").expect("a session").to_owned();
    let attempts = attempt.last_header("cookie").expect("an attempt");
    let merged = browser(&edge, &edge.nobody()).with("cookie", &format!("{before}; {attempts}"));
    let answer = end(&merged, &device.answer(&options));
    assert_eq!(answer.status, 200);
    assert!(
        !is_signed_in(&third),
        "the id of a session changes when somebody signs in"
    );
    assert_ne!(cookies(&answer), before);
}

#[test]
fn without_a_session_there_is_nothing_to_see() {
    let edge = Edge::start();
    for (method, path) in [
        ("GET", PASSKEYS.to_owned()),
        ("POST", format!("{PASSKEYS}/options")),
        ("DELETE", format!("{PASSKEYS}/AAAA")),
        ("POST", format!("{PASSKEYS}/AAAA/restore")),
        ("POST", "/api/auth/v1/recovery-codes".to_owned()),
        ("GET", SESSIONS.to_owned()),
        ("DELETE", SESSIONS.to_owned()),
        ("DELETE", format!("{SESSIONS}/s-00")),
    ] {
        for client in [edge.nobody(), edge.admin()] {
            let answer = client.send(method, &path, &[], b"");
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (401, "unauthorized"),
                "{path}"
            );
        }
    }
    for body in ["", "{}", "[]", "{\"id\":1}", "\u{0}"] {
        for path in [PASSKEYS, "/api/auth/v1/sign-in", "/api/auth/v1/recover"] {
            let answer = edge.nobody().post_json(path, body);
            assert!(
                matches!(answer.status, 400 | 401),
                "{path} {body}: {}",
                answer.status
            );
        }
    }
}
