//! A provider of the tests that redeems codes, signs ID tokens and tells lies.

use std::cell::RefCell;

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use policy::Role;
use serde_json::{Value, json};

use super::*;
use crate::fakes::World;
use crate::http::{Body, Method};
use crate::ports::{NoReply, Reply};

const ISSUER: &str = "https://login.example";

/// What the provider of the tests does otherwise than it should.
#[derive(Clone, Copy, Default)]
struct Lies {
    subject: Option<&'static str>,
    nonce: Option<&'static str>,
    audience: Option<&'static str>,
    issuer: Option<&'static str>,
    key: Option<u8>,
    status: Option<u16>,
    is_silent: bool,
    /// Where people are sent.
    page: Option<&'static str>,
}

struct Place {
    world: World,
    lies: Rc<RefCell<Lies>>,
    /// Nonce and challenge that people were sent with.
    sent: Rc<RefCell<(String, String)>>,
}

fn key(byte: u8) -> SigningKey {
    SigningKey::from_slice(&[byte; 32]).unwrap()
}

fn keys() -> Value {
    let point = key(1).verifying_key().to_sec1_point(false);
    let x = to_base64url(point.x().unwrap().as_slice());
    let y = to_base64url(point.y().unwrap().as_slice());
    json!({ "keys": [{ "kty": "EC", "crv": "P-256", "kid": "k", "x": x, "y": y }] })
}

fn id_token(lies: &Lies, nonce: &str, now: i64) -> String {
    let part = |value: Value| to_base64url(value.to_string().as_bytes());
    let claims = json!({
        "iss": lies.issuer.unwrap_or(ISSUER), "aud": lies.audience.unwrap_or("bi"),
        "sub": lies.subject.unwrap_or("alice"), "nonce": lies.nonce.unwrap_or(nonce),
        "iat": now, "exp": now + 300,
    });
    let signed = format!(
        "{}.{}",
        part(json!({ "alg": "ES256", "kid": "k" })),
        part(claims)
    );
    let signature: Signature = key(lies.key.unwrap_or(1)).sign(signed.as_bytes());
    format!("{signed}.{}", to_base64url(&signature.to_bytes()))
}

/// A world with a provider, and a company with its owner who is signed in by session "s".
fn place() -> Place {
    let mut world = World::new();
    world.settings.provider = Some(ProviderSettings {
        issuer: ISSUER.to_owned(),
        name: "Login".to_owned(),
        client_id: "bi".to_owned(),
        client_secret: "s3cret".to_owned(),
    });
    world.run(admin::migrate(&world)).unwrap();
    let (lies, sent) = (
        Rc::<RefCell<Lies>>::default(),
        Rc::<RefCell<(String, String)>>::default(),
    );
    let (told, known) = (lies.clone(), sent.clone());
    *world.services.behaviour.borrow_mut() = Box::new(move |call, now| {
        let lies = told.borrow();
        if lies.is_silent {
            return (5, Err(NoReply::Broken("down".to_owned())));
        }
        let body = match call.url.strip_prefix(ISSUER).unwrap() {
            "/.well-known/openid-configuration" => json!({
                "issuer": ISSUER, "authorization_endpoint": lies.page.unwrap_or("https://login.example/auth"),
                "token_endpoint": "https://login.example/token", "jwks_uri": "https://login.example/keys",
            }),
            "/keys" => keys(),
            "/token" => {
                let form = String::from_utf8(call.body.to_vec()).unwrap();
                let value = |name: &str| {
                    let mut pairs = form.split('&').filter_map(|pair| pair.split_once('='));
                    pairs.find(|(key, _)| *key == name).unwrap().1.to_owned()
                };
                let basic = BASE64_STANDARD.encode("bi:s3cret");
                assert!(
                    call.fields
                        .contains(&("authorization".into(), format!("Basic {basic}")))
                );
                let (nonce, challenge) = known.borrow().clone();
                let is_proven = oidc::challenge(&value("code_verifier")) == challenge;
                if value("code") != "good" || !is_proven {
                    let reply = Reply {
                        status: 400,
                        ..Reply::default()
                    };
                    return (5, Ok(reply));
                }
                json!({ "access_token": "a", "id_token": id_token(&lies, &nonce, now / 1_000) })
            }
            other => panic!("{other}"),
        };
        let status = lies.status.unwrap_or(200);
        let body = body.to_string().into_bytes();
        (
            5,
            Ok(Reply {
                status,
                body,
                ..Reply::default()
            }),
        )
    });
    let statements = [
        "INSERT INTO companies (id, created_at) VALUES ('acme', 0)",
        "INSERT INTO people (id, company_id, created_at, role) VALUES ('p', 'acme', 0, 'owner')",
    ];
    let statements = statements.map(|text| (text, Vec::new()));
    world
        .run(world.database().batch(statements.into()))
        .unwrap();
    let acme = "acme".parse().unwrap();
    let profile = model::profile::TenantProfile::new(acme, "Acme");
    let tenant = world.objects.get(&profile.id).unwrap();
    tenant
        .answer(crate::tenant::Ask::SetProfile { profile })
        .unwrap();
    Place { world, lies, sent }
}

fn owner() -> Caller {
    Caller::Session {
        company: "acme".parse().unwrap(),
        person: "p".to_owned(),
        digest: "s".to_owned(),
        role: Role::Owner,
        channels: None,
    }
}

fn request(cookie: Option<&str>) -> Request {
    let cookie = cookie.map(|cookie| ("cookie".to_owned(), cookie.to_owned()));
    let origin = ("origin".to_owned(), "https://bi.example".to_owned());
    Request {
        method: Method::Post,
        scheme: "https".into(),
        host: "bi.example".into(),
        path: "/".into(),
        query: Vec::new(),
        headers: [origin].into_iter().chain(cookie).collect(),
    }
}

fn json_of(response: &Response) -> Value {
    match &response.body {
        Body::Bytes(bytes) => serde_json::from_slice(bytes).unwrap(),
        other => panic!("{other:?}"),
    }
}

impl Place {
    /// Follows a person to the provider and back: state and all that was sent along.
    fn go(&self, options: &Response) -> String {
        let options = json_of(options);
        assert_eq!(options["name"], "Login");
        let location = options["location"].as_str().unwrap();
        let query = location
            .strip_prefix("https://login.example/auth?")
            .unwrap();
        let pairs = crate::address::pairs(query);
        let value = |name: &str| {
            let found = pairs.iter().find(|(key, _)| key == name);
            found.map(|(_, value)| value.clone()).unwrap()
        };
        assert_eq!(value("redirect_uri"), "https://bi.example/settings");
        assert_eq!(value("code_challenge_method"), "S256");
        *self.sent.borrow_mut() = (value("nonce"), value("code_challenge"));
        value("state")
    }

    fn connect(&self, code: &str) -> Result<Response, ProblemKind> {
        let asked = request(None);
        let options = self
            .world
            .run(identity_options(&self.world, &asked, &owner()));
        let state = self.go(&options.map_err(|fault| fault.kind())?);
        let body = json!({ "code": code, "state": state }).to_string();
        let added = self
            .world
            .run(add(&self.world, &asked, &owner(), body.as_bytes()));
        added.map_err(|fault| fault.kind())
    }

    /// Begins to sign in: the browser's cookie, and the state.
    fn begin(&self) -> (String, String) {
        let options = self
            .world
            .run(options(&self.world, &request(None)))
            .unwrap();
        let cookie = options.header("set-cookie").unwrap().to_owned();
        let cookie = cookie.split(';').next().unwrap().to_owned();
        (cookie, self.go(&options))
    }

    fn finish(&self, cookie: &str, answer: Value) -> Result<Response, ProblemKind> {
        let body = answer.to_string();
        let signed_in = self.world.run(by_answer(
            &self.world,
            &request(Some(cookie)),
            body.as_bytes(),
        ));
        signed_in.map_err(|fault| fault.kind())
    }

    fn sign_in(&self) -> Result<Response, ProblemKind> {
        let (cookie, state) = self.begin();
        self.finish(&cookie, json!({ "code": "good", "state": state }))
    }
}

#[test]
fn a_connected_account_signs_its_person_in_and_no_other_does() {
    let place = place();
    let refused = Err(ProblemKind::Unauthorized);
    assert_eq!(place.sign_in(), refused, "nobody has connected it yet");
    let connected = place.connect("good").unwrap();
    assert_eq!(
        (
            connected.status,
            json_of(&connected)["identities"][0]["issuer"].as_str()
        ),
        (201, Some(ISSUER))
    );
    assert_eq!(place.connect("good"), Err(ProblemKind::Conflict), "once");
    let signed_in = place.sign_in().unwrap();
    let me = json_of(&signed_in);
    assert_eq!(
        (
            me["session"].as_bool(),
            me["companies"][0]["profile"]["id"].as_str()
        ),
        (Some(true), Some("acme"))
    );
    let cookies = signed_in
        .headers
        .iter()
        .filter(|(name, _)| *name == "set-cookie");
    assert!(
        cookies
            .clone()
            .any(|(_, cookie)| cookie.starts_with("__Host-meschain_session="))
    );
    place.lies.borrow_mut().subject = Some("mallory");
    assert_eq!(place.sign_in(), refused);
    *place.lies.borrow_mut() = Lies::default();
    // Somebody who was sent away does not come in, and a connection that was ended opens nothing.
    let run = |text: &'static str| {
        place
            .world
            .run(place.world.database().batch(vec![(text, Vec::new())]))
            .unwrap()
    };
    run("UPDATE people SET role = 'gone'");
    assert_eq!(place.sign_in(), refused);
    run("UPDATE people SET role = 'owner'");
    assert!(place.sign_in().is_ok());
    let id = json_of(&connected)["identities"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    place
        .world
        .run(remove(&place.world, &owner(), &id))
        .unwrap();
    assert_eq!(place.sign_in(), refused);
}

#[test]
fn an_answer_is_good_once_in_the_browser_that_asked_for_what_it_asked() {
    let place = place();
    place.connect("good").unwrap();
    let (refused, gone) = (Err(ProblemKind::Unauthorized), Err(ProblemKind::Conflict));
    let (cookie, state) = place.begin();
    let answer = |state: &str| json!({ "code": "good", "state": state });
    assert_eq!(place.finish("x=y", answer(&state)), gone, "another browser");
    assert_eq!(place.finish(&cookie, answer("guessed")), refused);
    assert_eq!(
        place.finish(&cookie, answer(&state)),
        gone,
        "it was answered already"
    );
    let (cookie, state) = place.begin();
    assert!(place.finish(&cookie, answer(&state)).is_ok());
    assert_eq!(place.finish(&cookie, answer(&state)), gone);
    // A code that another browser got goes with another verifier.
    let (cookie, state) = place.begin();
    let (_, other) = place.begin();
    assert_eq!(place.finish(&cookie, answer(&state)), refused);
    assert_ne!(state, other);
    for (code, iss) in [("stolen", ISSUER), ("good", "https://evil.example")] {
        let (cookie, state) = place.begin();
        let answer = json!({ "code": code, "state": state, "iss": iss });
        assert_eq!(place.finish(&cookie, answer), refused, "{code} {iss}");
    }
    let (cookie, state) = place.begin();
    place.world.now.set(place.world.now.get() + ANSWER_MILLIS);
    assert_eq!(
        place.finish(&cookie, answer(&state)),
        gone,
        "it took too long"
    );
}

#[test]
fn a_provider_that_lies_signs_nobody_in() {
    let place = place();
    place.connect("good").unwrap();
    let lies = [
        Lies {
            nonce: Some("another"),
            ..Lies::default()
        },
        Lies {
            audience: Some("other"),
            ..Lies::default()
        },
        Lies {
            issuer: Some("https://evil.example"),
            ..Lies::default()
        },
        Lies {
            key: Some(2),
            ..Lies::default()
        },
    ];
    for (at, lie) in lies.into_iter().enumerate() {
        *place.lies.borrow_mut() = lie;
        assert_eq!(place.sign_in(), Err(ProblemKind::Unauthorized), "lie {at}");
    }
    for lie in [
        Lies {
            status: Some(500),
            ..Lies::default()
        },
        Lies {
            is_silent: true,
            ..Lies::default()
        },
    ] {
        *place.lies.borrow_mut() = lie;
        assert_eq!(place.sign_in(), Err(ProblemKind::UpstreamFailed));
    }
    *place.lies.borrow_mut() = Lies::default();
    assert!(place.sign_in().is_ok());
}

#[test]
fn nobody_is_sent_where_no_provider_may_be() {
    for page in [
        "http://login.example/auth",
        "https://127.0.0.1/auth",
        "javascript:alert(1)",
    ] {
        let place = place();
        place.lies.borrow_mut().page = Some(page);
        let asked = place.world.run(options(&place.world, &request(None)));
        let kind = asked.unwrap_err().kind();
        assert_eq!(kind, ProblemKind::UpstreamFailed, "{page}");
    }
}

#[test]
fn who_connects_an_account_chooses_which() {
    let place = place();
    let location = |told: Result<Response, Fault>| {
        let options = json_of(&told.unwrap());
        options["location"].as_str().unwrap().to_owned()
    };
    let asked = request(None);
    let owner = owner();
    let connecting = identity_options(&place.world, &asked, &owner);
    let connecting = location(place.world.run(connecting));
    assert!(
        connecting.ends_with("&prompt=select_account"),
        "{connecting}"
    );
    let signing_in = location(place.world.run(options(&place.world, &asked)));
    assert!(!signing_in.contains("prompt"), "{signing_in}");
}

#[test]
fn what_a_provider_publishes_is_asked_for_seldom_and_from_the_public_internet() {
    let place = place();
    let asked = |place: &Place, path: &str| {
        let calls = place.world.services.calls.borrow();
        calls.iter().filter(|call| call.url.ends_with(path)).count()
    };
    for _ in 0..5 {
        place.begin();
    }
    assert_eq!(asked(&place, oidc::METADATA_PATH), 1);
    place.lies.borrow_mut().is_silent = true;
    place.world.now.set(place.world.now.get() + FRESH_MILLIS);
    for _ in 0..5 {
        let options = place.world.run(options(&place.world, &request(None)));
        assert_eq!(options.unwrap_err().kind(), ProblemKind::UpstreamFailed);
    }
    assert_eq!(asked(&place, oidc::METADATA_PATH), 2);
    let mut inside = World::new();
    inside.settings.provider = Some(ProviderSettings {
        issuer: "http://127.0.0.1:9".to_owned(),
        name: "x".to_owned(),
        client_id: "bi".to_owned(),
        client_secret: String::new(),
    });
    inside.run(admin::migrate(&inside)).unwrap();
    assert!(inside.run(options(&inside, &request(None))).is_err());
    assert!(inside.services.calls.borrow().is_empty());
    let none = World::new();
    let refused = none.run(options(&none, &request(None)));
    assert_eq!(refused.unwrap_err().kind(), ProblemKind::NotFound);
}
