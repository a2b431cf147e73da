//! The document says what the running edge answers.

use std::collections::BTreeSet;

use api::routes::{Endpoint, Needs, ROUTES, Route, Takes};
use edge_tests::{Answer, Client, Document, Edge};
use serde_json::{Value, json};

const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n2026-11-02,n11,,a,1,x\n";

/// What a program of the tests asks of a person.
const ASKED: &str = "response_type=code&redirect_uri=http://127.0.0.1/done&code_challenge_method=S256\
     &code_challenge=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// An issuer that can be let in.
fn issuer() -> Value {
    let keys = format!("{{\"keys\":[{}]}}", edge_tests::POINT);
    let rule = json!({ "claim": "sub", "value": "x", "role": "viewer", "scopes": ["read:bi"] });
    json!({ "name": "i", "issuer": "https://login.example", "jwks": keys, "rules": [rule] })
}

/// A body that the endpoint takes.
fn body_of(route: &Route, company: &str, invite: &Value) -> Value {
    match route.endpoint {
        Endpoint::PutCompany => json!({ "id": company, "name": "Acme" }),
        Endpoint::PutQuota => json!({ "day": 1_000, "month": 10_000 }),
        Endpoint::Claim => json!({ "token": invite["token"], "name": "New" }),
        Endpoint::MakeKey => {
            json!({ "name": "k", "scopes": ["read:bi"], "networks": ["192.0.2.0/24", "::1"] })
        }
        Endpoint::MakeClient => json!({ "name": "p", "scopes": ["read:bi"] }),
        Endpoint::InviteMember => json!({ "name": "m", "role": "viewer" }),
        Endpoint::MakePrediction => json!({ "metric": "net-revenue", "grain": "day", "horizon": 2,
            "filters": [{ "op": "in", "dimension": "channel", "members": ["n11"] }],
            "history": { "from": "2026-11-01", "to": "2026-11-02" } }),
        Endpoint::ChangeMember => json!({ "role": "cfo" }),
        Endpoint::MakeWebhook => {
            json!({ "name": "w", "url": "https://hooks.example.com/x", "events": ["batch.applied"] })
        }
        Endpoint::SignInByProvider | Endpoint::AddIdentity => json!({ "code": "c", "state": "s" }),
        Endpoint::PutAccessLists => json!({ "origins": ["https://shop.example"], "networks": [] }),
        Endpoint::MakeIssuer | Endpoint::ChangeIssuer => issuer(),
        Endpoint::ChangeWebhook => json!({ "events": ["key.created", "api.changed"] }),
        Endpoint::Recover => json!({ "code": "0000-0000-0000-0000" }),
        Endpoint::AddPasskey => {
            json!({ "response": { "clientDataJSON": "e30", "attestationObject": "e30" } })
        }
        Endpoint::SignIn => json!({ "id": "x", "response": {
            "clientDataJSON": "e30", "authenticatorData": "e30", "signature": "e30",
        } }),
        _ => json!({}),
    }
}

fn send(client: &Client, route: &Route, company: &str, parameter: &str, body: &str) -> Answer {
    let path = match route.path.split_once('{') {
        Some((before, rest)) => {
            let after = rest.split_once('}').map_or("", |(_, after)| after);
            format!("{before}{parameter}{after}")
        }
        None => route.path.to_owned(),
    };
    let path = match route.needs {
        Needs::Named(_) | Needs::Home => format!("{path}?company={company}"),
        _ => path,
    };
    let (kind, body) = match route.takes {
        Takes::File => ("text/csv", CSV),
        Takes::Json => ("application/json", body),
        Takes::Form => ("application/x-www-form-urlencoded", body),
        Takes::Nothing => ("text/plain", ""),
    };
    let headers = [("content-type", kind), ("origin", "http://localhost")];
    let headers = if route.takes == Takes::Nothing {
        &headers[..0]
    } else {
        &headers[..1]
    };
    client.send(route.method.name(), &path, headers, body.as_bytes())
}

#[test]
fn every_route_answers_as_declared() {
    let edge = Edge::start();
    let served = edge.nobody().get("/api/openapi.json");
    assert_eq!(served.status, 200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    let document = served.json();
    assert_eq!(document, api::openapi::document("tested"));
    let mut document = Document::new(document);

    let mut wrong = Vec::new();
    let mut succeeded = BTreeSet::new();
    let mut check = |route: &Route, answer: &Answer| {
        if let Err(error) = document.check(route, answer) {
            wrong.push(error);
        }
        if answer.status < 300 {
            succeeded.insert(route.endpoint);
        }
    };
    for route in &ROUTES {
        let mut consent = String::new();
        // Each with a company of its own, as some endpoints end what others need.
        let (owner, company) = edge.company("Acme");
        let batch = owner.import_and_wait(&company, "sales", CSV);
        let key = json!({ "name": "k", "scopes": ["read:bi"] }).to_string();
        let key = owner.post_json("/api/auth/v1/keys", &key).json();
        let invite = edge.admin().post("/api/admin/v1/invites", &[], b"").json();
        edge.member(&owner, "viewer");
        let hash = edge_tests::manifest(&owner, &company).segments[0]
            .hash
            .to_string();
        let first =
            |path: &str, list: &str, at: usize| owner.get(path).json()[list][at]["id"].clone();
        let named = match route.endpoint {
            Endpoint::Batch | Endpoint::Rejected => batch["batch"].clone(),
            Endpoint::Blob => json!(hash),
            Endpoint::RotateKey | Endpoint::RevokeKey => key["key"]["id"].clone(),
            Endpoint::RestoreKey => {
                let id = key["key"]["id"].as_str().unwrap_or_default();
                owner.send("DELETE", &format!("/api/auth/v1/keys/{id}"), &[], b"");
                json!(id)
            }
            Endpoint::RevokeGrant | Endpoint::RestoreGrant => {
                edge.delegate(&owner, &owner, &["read:bi"]);
                let id = first("/api/auth/v1/grants", "grants", 0);
                if route.endpoint == Endpoint::RestoreGrant {
                    let path = format!("/api/auth/v1/grants/{}", id.as_str().unwrap_or_default());
                    owner.send("DELETE", &path, &[], b"");
                }
                id
            }
            Endpoint::RotateClient | Endpoint::RevokeClient | Endpoint::RestoreClient => {
                edge.program(&owner, &["read:bi"]);
                let id = first("/api/auth/v1/clients", "clients", 0);
                if route.endpoint == Endpoint::RestoreClient {
                    let path = format!("/api/auth/v1/clients/{}", id.as_str().unwrap_or_default());
                    owner.send("DELETE", &path, &[], b"");
                }
                id
            }
            Endpoint::RestoreMember => {
                let id = first("/api/auth/v1/members", "members", 1);
                let path = format!("/api/auth/v1/members/{}", id.as_str().unwrap_or_default());
                owner.send("DELETE", &path, &[], b"");
                id
            }
            Endpoint::ChangeIssuer | Endpoint::RemoveIssuer => {
                let made = owner.post_json("/api/auth/v1/issuers", &issuer().to_string());
                made.json()["issuers"][0]["id"].clone()
            }
            Endpoint::ChangeWebhook
            | Endpoint::RemoveWebhook
            | Endpoint::RotateWebhook
            | Endpoint::TestWebhook
            | Endpoint::Deliveries
            | Endpoint::ResendDelivery => {
                let wish = json!({ "name": "w", "url": "https://hooks.example.com", "events": ["key.created"] });
                let made = owner.post_json("/api/webhooks/v1/endpoints", &wish.to_string());
                let id = made.json()["webhook"]["id"].clone();
                let test = format!(
                    "/api/webhooks/v1/endpoints/{}/test",
                    id.as_str().unwrap_or_default()
                );
                let delivery = owner.post(&test, &[], b"").json();
                match route.endpoint {
                    Endpoint::ResendDelivery => delivery["id"].clone(),
                    _ => id,
                }
            }
            Endpoint::EndSession => first("/api/auth/v1/sessions", "sessions", 0),
            Endpoint::ChangeMember | Endpoint::RemoveMember => {
                first("/api/auth/v1/members", "members", 1)
            }
            _ => json!(company),
        };
        if matches!(route.endpoint, Endpoint::Consent | Endpoint::Decide) {
            consent = edge.native(&owner, &["read:bi"]);
        }
        let named = named.as_str().unwrap_or_default();
        let (_, program) = edge.program(&owner, &["read:bi"]);
        let body = match route.takes {
            Takes::Form if route.endpoint == Endpoint::Device => {
                format!("client_id={}", edge.native(&owner, &["read:bi"]))
            }
            Takes::Form => format!("{program}&grant_type=client_credentials&token=x"),
            _ if route.endpoint == Endpoint::Decide => {
                json!({ "request": format!("client_id={consent}&{ASKED}"), "grant": true })
                    .to_string()
            }
            _ => body_of(route, &company, &invite).to_string(),
        };
        let own = if route.needs == Needs::Operator {
            edge.admin()
        } else {
            owner.clone()
        };
        if route.endpoint == Endpoint::EndSession {
            owner.post("/api/auth/v1/recovery-codes", &[], b"");
        }
        // Before anything is changed: by those who may not, in ways that are not taken, of what is not there.
        let program = edge.key(&owner, &["write:ingest"]);
        let wrong_key = edge.nobody().with("authorization", "Bearer mbk_");
        let elsewhere = own.with("sec-fetch-site", "cross-site");
        for client in [edge.nobody(), program, wrong_key, elsewhere] {
            check(route, &send(&client, route, &company, named, &body));
        }
        check(route, &send(&own, route, "c-0", "c-0", &body));
        for odd in [
            "",
            "null",
            "[]",
            "{\"",
            "{\"name\":1}",
            &"[".repeat(99),
            "\u{0}",
        ] {
            if matches!(route.takes, Takes::Json | Takes::Form) {
                check(route, &send(&own, route, &company, named, odd));
            }
        }
        check(
            route,
            &own.with("x-long", &"x".repeat(40_000)).send(
                route.method.name(),
                route.path,
                &[],
                b"",
            ),
        );
        check(route, &send(&own, route, &company, named, &body));
        if route.endpoint == Endpoint::Consent {
            let request = format!(
                "client_id%3D{consent}%26{}",
                ASKED.replace('&', "%26").replace('=', "%3D")
            );
            check(
                route,
                &own.get(&format!("{}?request={request}", route.path)),
            );
        }
        // And once more, when it is done.
        check(route, &send(&own, route, &company, named, &body));
    }
    assert_eq!(wrong, Vec::<String>::new());
    let never: Vec<Endpoint> = (ROUTES.iter().map(|route| route.endpoint))
        .filter(|endpoint| !succeeded.contains(endpoint))
        .collect();
    // These need an authenticator, or a code: tests/edge/sign_in.rs has both.
    let by_hand = [
        Endpoint::AddPasskey,
        Endpoint::RemovePasskey,
        Endpoint::RestorePasskey,
        Endpoint::SignIn,
        Endpoint::Recover,
        // And these a provider: tests/edge/provider.rs has one.
        Endpoint::ProviderOptions,
        Endpoint::SignInByProvider,
        Endpoint::IdentityOptions,
        Endpoint::AddIdentity,
        Endpoint::RemoveIdentity,
    ];
    assert_eq!(never, by_hand);
}
