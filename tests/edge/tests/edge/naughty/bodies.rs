//! Bodies of every endpoint, with every member that it knows.

use api::routes::{Endpoint, Route};
use serde_json::{Value, json};

/// A body with every member that the endpoint knows.
pub fn body_of(route: &Route) -> Value {
    let profile = json!({ "id": "naughty", "name": "Acme", "currency": "TRY", "time_zone": "Europe/Istanbul",
        "week_start": "monday", "fiscal_first_month": 1,
        "vat_basis_points": 2000, "vat_included": true, "demo": false });
    let change = |more: Value| {
        let mut body = profile.clone();
        for name in ["id", "demo", "vat_basis_points", "vat_included"] {
            body[name] = json!(null);
        }
        for (name, value) in more.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        if let Some(members) = body.as_object_mut() {
            members.retain(|_, value| !value.is_null());
        }
        body
    };
    match route.endpoint {
        Endpoint::PutCompany => profile,
        Endpoint::PutQuota => json!({ "day": 1_000_000, "month": 10_000_000 }),
        Endpoint::Claim => change(json!({ "token": "none" })),
        Endpoint::PatchCompany => change(json!({})),
        Endpoint::MakeKey => {
            json!({ "name": "k", "scopes": ["read:bi"], "networks": ["192.0.2.0/24"],
            "expires_in_days": 5 })
        }
        Endpoint::MakeClient => json!({ "name": "p", "scopes": ["read:bi"], "kind": "native",
            "redirects": ["https://app.example/"] }),
        Endpoint::Decide => json!({ "request": "client_id=o-1", "grant": true }),
        Endpoint::Token => json!({ "grant_type": "client_credentials", "scope": "read:bi",
            "client_id": "o-1", "client_secret": "s", "code": "c", "code_verifier": "v",
            "redirect_uri": "https://app.example/", "refresh_token": "r", "device_code": "d" }),
        Endpoint::Device => json!({ "client_id": "o-1", "scope": "read:bi" }),
        Endpoint::Introspect | Endpoint::RevokeToken => json!({ "token": "a.b.c",
            "token_type_hint": "access_token", "client_id": "o-1", "client_secret": "s" }),
        Endpoint::MakeWebhook => json!({ "name": "w", "url": "https://hooks.example.com/x",
            "events": ["batch.applied"] }),
        Endpoint::ChangeWebhook => json!({ "name": "w", "url": "https://hooks.example.com/x",
            "events": ["batch.applied"], "active": true }),
        Endpoint::PutAccessLists => {
            json!({ "origins": ["https://shop.example"], "networks": ["::/0"] })
        }
        Endpoint::MakeIssuer | Endpoint::ChangeIssuer => {
            json!({ "name": "i", "issuer": "https://login.example",
            "jwks_url": "https://login.example/keys", "jwks": format!("{{\"keys\":[{}]}}", edge_tests::POINT),
            "rules": [{ "claim": "sub", "value": "x", "role": "viewer", "scopes": ["read:bi"] }] })
        }
        Endpoint::SignInByProvider | Endpoint::AddIdentity => {
            json!({ "code": "c", "state": "s", "iss": "i" })
        }
        Endpoint::RotateKey | Endpoint::RotateClient | Endpoint::RotateWebhook => {
            json!({ "overlap_hours": 1 })
        }
        Endpoint::InviteMember => json!({ "name": "m", "role": "viewer", "channels": ["n11"] }),
        Endpoint::ChangeMember => json!({ "role": "cfo", "channels": ["n11"] }),
        Endpoint::MakePrediction => json!({ "metric": "net-revenue", "grain": "day", "horizon": 2,
            "filters": [{ "op": "search", "dimension": "channel", "text": "n11" }],
            "history": { "from": "2026-11-01", "to": "2026-11-02" } }),
        Endpoint::PutOutcomes => {
            json!({ "id": 1, "outcome": [{ "period": "2026-11-02", "value": 1 }] })
        }
        Endpoint::Recover => json!({ "code": "0000-0000-0000-0000" }),
        Endpoint::AddPasskey => json!({ "id": "x", "response": {
            "clientDataJSON": "e30", "attestationObject": "e30" } }),
        Endpoint::SignIn => {
            json!({ "id": "x", "response": { "clientDataJSON": "e30", "authenticatorData": "e30",
            "signature": "e30", "userHandle": "e30" } })
        }
        _ => json!({}),
    }
}
