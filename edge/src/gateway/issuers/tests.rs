//! Tokens of other issuers, signed by keys of the tests, and published keys that change and fail.

use std::cell::RefCell;

use api::ProblemKind;
use api::issuers::{Issuers, NewIssuer};
use policy::{Scope, Scopes};
use serde_json::{Value, json};

use super::*;
use crate::fakes::World;
use crate::features::{admin, issuers};
use crate::gateway::caller::{self, Caller};
use crate::http::{Body, Method, Request};
use crate::ports::{NoReply, Reply};

const ISSUER: &str = "https://login.example";
const KEYS_URL: &str = "https://login.example/keys";

fn world() -> World {
    let world = World::new();
    world.run(admin::migrate(&world)).unwrap();
    let statements = [
        "INSERT INTO companies (id, created_at) VALUES ('acme', 0), ('other', 0)",
        "INSERT INTO people (id, company_id, created_at) VALUES ('p', 'acme', 0), ('q', 'other', 0)",
    ];
    let statements = statements.map(|text| (text, Vec::new()));
    world
        .run(world.database().batch(statements.into()))
        .unwrap();
    world
}

fn owner(company: &str) -> Caller {
    Caller::Session {
        company: company.parse().unwrap(),
        person: if company == "acme" { "p" } else { "q" }.to_owned(),
        digest: String::new(),
        role: Role::Owner,
        channels: None,
    }
}

fn rule(claim: &str, value: &str, role: Role, scopes: &[Scope]) -> IssuerRule {
    IssuerRule {
        claim: claim.to_owned(),
        value: value.to_owned(),
        role,
        scopes: scopes.iter().copied().collect::<Scopes>(),
    }
}

fn issuer(rules: Vec<IssuerRule>) -> NewIssuer {
    NewIssuer {
        name: "login".to_owned(),
        issuer: ISSUER.to_owned(),
        jwks_url: Some(KEYS_URL.to_owned()),
        jwks: None,
        rules,
    }
}

fn make(world: &World, company: &str, new: &NewIssuer) -> Result<Issuers, ProblemKind> {
    let body = serde_json::to_vec(new).unwrap();
    let made = world.run(issuers::make(world, &owner(company), &body));
    let made = made.map_err(|fault| fault.kind())?;
    assert_eq!(made.status, 201);
    let Body::Bytes(bytes) = made.body else {
        panic!("it has a body");
    };
    Ok(serde_json::from_slice(&bytes).unwrap())
}

/// A private key, and its public half under a name.
fn key(world: &World, kid: &str) -> (String, Value) {
    let private = world.run(world.make_key()).unwrap();
    let mut public: Value = serde_json::from_str(&private).unwrap();
    public.as_object_mut().unwrap().remove("d");
    public["kid"] = kid.into();
    (private, public)
}

fn claims(world: &World) -> Value {
    let now = world.now().millis() / 1_000;
    json!({ "iss": ISSUER, "aud": "meschain-bi:acme", "sub": "robot", "exp": now + 600, "iat": now })
}

fn token(world: &World, private: &str, kid: &str, claims: &Value) -> String {
    let header = json!({ "alg": "ES256", "kid": kid, "typ": "JWT" });
    let part = |value: &Value| credentials::to_base64url(value.to_string().as_bytes());
    let signed = format!("{}.{}", part(&header), part(claims));
    let signature = world.run(world.sign(private, signed.as_bytes())).unwrap();
    format!("{signed}.{}", credentials::to_base64url(&signature))
}

fn identify(world: &World, token: &str) -> Result<Caller, ProblemKind> {
    let request = Request {
        method: Method::Get,
        scheme: "https".into(),
        host: "bi.example".into(),
        path: "/".into(),
        query: Vec::new(),
        headers: [("authorization".to_owned(), format!("Bearer {token}"))].into(),
    };
    let caller = world.run(caller::identify(world, &request));
    caller.map_err(|fault| fault.kind())
}

/// Publishes keys; nothing breaks the connection off.
fn publish(world: &World, keys: Option<Vec<Value>>) {
    let body = keys.map(|keys| json!({ "keys": keys }).to_string());
    *world.services.behaviour.borrow_mut() = Box::new(move |call, _| {
        assert!(call.method == "GET" && call.url.starts_with(KEYS_URL));
        let reply = body.as_ref().map(|body| Reply {
            status: 200,
            body: body.clone().into_bytes(),
            ..Reply::default()
        });
        (5, reply.ok_or_else(|| NoReply::Broken("down".to_owned())))
    });
}

fn fetches(world: &World) -> usize {
    world.services.calls.take().len()
}

#[test]
fn a_token_acts_by_the_first_rule_that_it_meets() {
    let world = world();
    let (private, public) = key(&world, "k");
    publish(&world, Some(vec![public]));
    let rules = vec![
        rule(
            "groups",
            "finance",
            Role::Cfo,
            &[Scope::ReadBi, Scope::ReadIngest],
        ),
        rule("sub", "robot", Role::Viewer, &[Scope::ReadBi]),
    ];
    let made = make(&world, "acme", &issuer(rules)).unwrap();
    assert_eq!(made.audience, "meschain-bi:acme");
    let of = |change: &dyn Fn(&mut Value)| {
        let mut claims = claims(&world);
        change(&mut claims);
        identify(&world, &token(&world, &private, "k", &claims))
    };
    let expected = |subject: &str, role, scopes: &[Scope]| {
        Ok(Caller::External {
            company: "acme".parse().unwrap(),
            issuer: made.issuers[0].id.clone(),
            subject: subject.to_owned(),
            role,
            scopes: scopes.iter().copied().collect(),
        })
    };
    assert_eq!(
        of(&|_| {}),
        expected("robot", Role::Viewer, &[Scope::ReadBi])
    );
    let both = [Scope::ReadBi, Scope::ReadIngest];
    let finance = of(&|claims| claims["groups"] = json!(["sales", "finance"]));
    assert_eq!(finance, expected("robot", Role::Cfo, &both));
    let refused = Err(ProblemKind::Unauthorized);
    let now = world.now().millis() / 1_000;
    let changes: [&dyn Fn(&mut Value); 8] = [
        // Signed as it should be, and of nobody whom a rule names.
        &|claims| claims["sub"] = json!("somebody"),
        &|claims| claims["aud"] = json!("meschain-bi:other"),
        &|claims| claims["aud"] = json!("https://api.example"),
        &|claims| claims["iss"] = json!("https://evil.example"),
        &|claims| claims["exp"] = json!(now - 61),
        &|claims| claims["exp"] = json!(now + 100_000),
        &|claims| claims["nbf"] = json!(now + 61),
        &|claims| claims["sub"] = json!(null),
    ];
    for (at, change) in changes.into_iter().enumerate() {
        assert_eq!(of(change), refused, "change {at}");
    }
    // Whoever lets the issuer in no more ends its tokens at once.
    let id = made.issuers[0].id.clone();
    let acme = "acme".parse().unwrap();
    world.run(issuers::remove(&world, &acme, &id)).unwrap();
    assert_eq!(of(&|_| {}), refused);
}

#[test]
fn only_the_issuers_own_keys_sign() {
    let world = world();
    let (private, public) = key(&world, "k");
    let (other, _) = key(&world, "k");
    publish(&world, Some(vec![public.clone()]));
    let rules = vec![rule("sub", "robot", Role::Viewer, &[Scope::ReadBi])];
    make(&world, "acme", &issuer(rules)).unwrap();
    let good = token(&world, &private, "k", &claims(&world));
    assert!(identify(&world, &good).is_ok());
    let refused = Err(ProblemKind::Unauthorized);
    assert_eq!(
        identify(&world, &token(&world, &other, "k", &claims(&world))),
        refused
    );
    let (_, rest) = good.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let with = |header: Value, signature: &str| {
        let header = credentials::to_base64url(header.to_string().as_bytes());
        identify(&world, &format!("{header}.{payload}.{signature}"))
    };
    for alg in ["none", "HS256", "RS256", "ES384"] {
        assert_eq!(
            with(json!({ "alg": alg, "kid": "k" }), signature),
            refused,
            "{alg}"
        );
        assert_eq!(
            with(json!({ "alg": alg, "kid": "k" }), ""),
            refused,
            "{alg}"
        );
    }
    // A key that comes with the token is nobody's.
    let carried = json!({ "alg": "ES256", "jwk": public, "jku": "https://evil.example/keys" });
    assert_eq!(with(carried, signature), refused);
    let mut changed = claims(&world);
    changed["sub"] = json!("robot2");
    let forged = credentials::to_base64url(changed.to_string().as_bytes());
    let (header, _) = good.split_once('.').unwrap();
    assert_eq!(
        identify(&world, &format!("{header}.{forged}.{signature}")),
        refused
    );
}

#[test]
fn another_company_lets_nobody_in_here() {
    let world = world();
    let (private, public) = key(&world, "k");
    let inline = |company: &str, role| {
        let new = NewIssuer {
            jwks_url: None,
            jwks: Some(json!({ "keys": [public] }).to_string()),
            ..issuer(vec![rule("sub", "robot", role, &[Scope::ReadBi])])
        };
        make(&world, company, &new)
    };
    let listed = inline("other", Role::Owner).unwrap();
    // Who takes an issuer out can put it in again as it was.
    let keys = listed.issuers.first().and_then(|one| one.jwks.clone());
    assert_eq!(keys, Some(json!({ "keys": [public] }).to_string()));
    let text = token(&world, &private, "k", &claims(&world));
    assert_eq!(identify(&world, &text), Err(ProblemKind::Unauthorized));
    inline("acme", Role::Viewer).unwrap();
    let caller = identify(&world, &text).unwrap();
    assert_eq!(caller.company().map(TenantId::as_str), Some("acme"));
    assert_eq!(caller.subject().map(|it| it.role()), Some(Role::Viewer));
    assert_eq!(fetches(&world), 0, "what is given is not fetched");
    assert_eq!(inline("acme", Role::Viewer), Err(ProblemKind::Conflict));
}

#[test]
fn what_is_put_in_its_place_counts_alone() {
    let world = world();
    let (first, first_public) = key(&world, "a");
    let (second, second_public) = key(&world, "b");
    let rules = || vec![rule("sub", "robot", Role::Viewer, &[Scope::ReadBi])];
    let put = |company: &str, id: &str, new: &NewIssuer| {
        let company: TenantId = company.parse().unwrap();
        let body = serde_json::to_vec(new).unwrap();
        let told = world.run(issuers::replace(&world, &company, id, &body));
        told.map(|told| told.status).map_err(|fault| fault.kind())
    };
    publish(&world, Some(vec![first_public]));
    let listed = make(&world, "acme", &issuer(rules())).unwrap();
    let id = listed.issuers.first().unwrap().id.clone();
    let by_first = token(&world, &first, "a", &claims(&world));
    let by_second = token(&world, &second, "b", &claims(&world));
    assert!(identify(&world, &by_first).is_ok());
    // Its keys are elsewhere now: those that were remembered count no more.
    publish(&world, Some(vec![second_public]));
    let elsewhere = NewIssuer {
        jwks_url: Some(format!("{KEYS_URL}/new")),
        ..issuer(rules())
    };
    assert_eq!(put("acme", &id, &elsewhere), Ok(200));
    assert!(identify(&world, &by_first).is_err());
    assert!(identify(&world, &by_second).is_ok());
    let promoted = NewIssuer {
        rules: vec![rule("sub", "robot", Role::Cfo, &[Scope::ReadBi])],
        ..elsewhere.clone()
    };
    assert_eq!(put("acme", &id, &promoted), Ok(200));
    let caller = identify(&world, &by_second).unwrap();
    assert_eq!(caller.subject().map(|it| it.role()), Some(Role::Cfo));
    let another = NewIssuer {
        issuer: "https://builds.example".to_owned(),
        ..elsewhere
    };
    make(&world, "acme", &another).unwrap();
    assert_eq!(put("acme", &id, &another), Err(ProblemKind::Conflict));
    assert_eq!(put("acme", "i-none", &promoted), Err(ProblemKind::NotFound));
    assert_eq!(put("other", &id, &promoted), Err(ProblemKind::NotFound));
    assert_eq!(
        put("acme", &id, &issuer(Vec::new())),
        Err(ProblemKind::BadRequest)
    );
}

#[test]
fn published_keys_are_fetched_when_they_are_needed_and_once_a_minute_at_the_most() {
    let world = world();
    let (first, first_public) = key(&world, "a");
    let (second, second_public) = key(&world, "b");
    publish(&world, Some(vec![first_public.clone()]));
    make(
        &world,
        "acme",
        &issuer(vec![rule("sub", "robot", Role::Viewer, &[Scope::ReadBi])]),
    )
    .unwrap();
    let later = |millis: i64| world.now.set(world.now.get() + millis);
    let number = RefCell::new(0);
    let is_let_in = |private: &str, kid: &str| {
        // Each time another token, so that none is remembered.
        *number.borrow_mut() += 1;
        let mut claims = claims(&world);
        claims["jti"] = json!(*number.borrow());
        identify(&world, &token(&world, private, kid, &claims)).is_ok()
    };
    assert!(is_let_in(&first, "a") && is_let_in(&first, "a"));
    assert_eq!(fetches(&world), 1);
    // A key that is not known is looked for, but not for everybody who names one.
    for _ in 0..5 {
        assert!(!is_let_in(&second, "b"));
    }
    assert_eq!(fetches(&world), 0, "it was fetched less than a minute ago");
    later(PAUSE_MILLIS);
    publish(
        &world,
        Some(vec![first_public.clone(), second_public.clone()]),
    );
    assert!(is_let_in(&second, "b") && is_let_in(&first, "a"));
    assert_eq!(fetches(&world), 1);
    // Where they cannot be fetched, those that are known serve on for a day.
    publish(&world, None);
    later(FRESH_MILLIS);
    assert!(is_let_in(&first, "a") && is_let_in(&second, "b"));
    assert_eq!(fetches(&world), 1);
    later(STALE_MILLIS - FRESH_MILLIS);
    assert!(!is_let_in(&first, "a"));
    later(PAUSE_MILLIS);
    // A key that is published no more opens nothing more.
    publish(&world, Some(vec![second_public]));
    assert!(!is_let_in(&first, "a") && is_let_in(&second, "b"));
    assert_eq!(fetches(&world), 2);
}

#[test]
fn keys_are_fetched_from_the_public_internet_alone_and_in_time() {
    let world = world();
    let rules = || vec![rule("sub", "robot", Role::Viewer, &[Scope::ReadBi])];
    for url in [
        "http://login.example/keys",
        "https://127.0.0.1/keys",
        "https://localhost/",
        "x",
    ] {
        let jwks_url = Some(url.to_owned());
        let new = NewIssuer {
            jwks_url,
            ..issuer(rules())
        };
        assert_eq!(
            make(&world, "acme", &new),
            Err(ProblemKind::BadRequest),
            "{url}"
        );
    }
    for new in [
        NewIssuer {
            jwks_url: None,
            ..issuer(rules())
        },
        NewIssuer {
            jwks: Some("{\"keys\":[]}".to_owned()),
            ..issuer(rules())
        },
        NewIssuer {
            jwks_url: None,
            jwks: Some("{\"keys\":[]}".to_owned()),
            ..issuer(rules())
        },
        issuer(Vec::new()),
        issuer(vec![rule("sub", "", Role::Viewer, &[Scope::ReadBi])]),
        issuer(vec![rule("sub", "robot", Role::Service, &[Scope::ReadBi])]),
        issuer(vec![rule("sub", "robot", Role::Viewer, &[])]),
        NewIssuer {
            issuer: "a\nb".to_owned(),
            ..issuer(rules())
        },
    ] {
        assert_eq!(
            make(&world, "acme", &new),
            Err(ProblemKind::BadRequest),
            "{new:?}"
        );
    }
    make(&world, "acme", &issuer(rules())).unwrap();
    let (private, public) = key(&world, "k");
    *world.services.behaviour.borrow_mut() = Box::new(move |_, _| {
        let body = json!({ "keys": [public] }).to_string().into_bytes();
        let reply = Reply {
            status: 200,
            body,
            ..Reply::default()
        };
        (2 * FETCH_MILLIS, Ok(reply))
    });
    let began = world.now.get();
    let text = token(&world, &private, "k", &claims(&world));
    assert_eq!(identify(&world, &text), Err(ProblemKind::Unauthorized));
    assert_eq!(world.now.get() - began, FETCH_MILLIS);
}
