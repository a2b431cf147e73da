//! Endpoints by which a company is connected to what is outside: webhooks, from where it is asked, and other issuers.

use super::{Operation, json, simple};
use crate::routes::Endpoint;
use crate::{access_lists, auth, issuers, keys, provider, webhooks};

/// What is said of one of them; the parent module knows which these are.
pub(super) fn of(endpoint: Endpoint) -> Operation {
    use Endpoint as E;
    match endpoint {
        E::MakeWebhook => simple(
            "webhooks",
            "Make an endpoint that is told what happens",
            vec![json::<webhooks::MadeWebhook>(201, "The endpoint and its secret, this once.")],
        )
        .with_body::<webhooks::NewWebhook>()
        .refusing(&[409]),
        E::ChangeWebhook => simple("webhooks", "Change, stop or start an endpoint", vec![json::<webhooks::Webhooks>(200, "All endpoints.")])
            .with_body::<webhooks::WebhookChange>()
            .of_id(),
        E::RemoveWebhook => simple("webhooks", "End an endpoint", vec![json::<webhooks::Webhooks>(200, "Those that are left.")]).of_id(),
        E::RotateWebhook => simple(
            "webhooks",
            "Give an endpoint a new secret",
            vec![json::<webhooks::MadeWebhook>(201, "The endpoint and its secret, this once.")],
        )
        .with_body::<keys::Rotate>()
        .of_id(),
        E::TestWebhook => simple("webhooks", "Send an endpoint a message to try it out", vec![json::<webhooks::Delivery>(202, "It is on its way.")])
            .of_id()
            .refusing(&[409]),
        E::Deliveries => simple("webhooks", "List what was sent to an endpoint, newest first", vec![json::<webhooks::Deliveries>(200, "The deliveries.")])
            .of_id()
            .with(json!({
                "name": "before", "in": "query", "required": false, "description": "Deliveries before the one of this number.",
                "schema": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 9_007_199_254_740_991_u64 },
            }))
            .with(json!({
                "name": "limit", "in": "query", "required": false,
                "schema": { "type": "integer", "minimum": 1, "maximum": webhooks::LIST_MAX, "default": 50 },
            })),
        E::ResendDelivery => simple("webhooks", "Send a message again", vec![json::<webhooks::Delivery>(202, "It is on its way.")])
            .of_id()
            .refusing(&[409]),
        E::AccessLists => simple("company", "From where the company is asked", vec![json::<access_lists::Lists>(200, "The lists.")]),
        E::PutAccessLists => simple("company", "Say from where the company is asked", vec![json::<access_lists::Lists>(200, "The lists.")])
            .with_body::<access_lists::NewAccessLists>()
            .refusing(&[409]),
        E::Issuers => simple("oauth", "List other issuers whose tokens are let in", vec![json::<issuers::Issuers>(200, "The issuers.")]),
        E::MakeIssuer => simple("oauth", "Let another issuer's tokens in", vec![json::<issuers::Issuers>(201, "All issuers.")])
            .with_body::<issuers::NewIssuer>()
            .refusing(&[409]),
        E::ChangeIssuer => simple("oauth", "Change an issuer whose tokens are let in", vec![json::<issuers::Issuers>(200, "All issuers.")])
            .with_body::<issuers::NewIssuer>()
            .of_id()
            .refusing(&[409]),
        E::RemoveIssuer => simple("oauth", "Let an issuer's tokens in no more", vec![json::<issuers::Issuers>(200, "Those that are left.")]).of_id(),
        E::ProviderOptions => simple(
            "sign-in",
            "Where to send the browser to sign in by the provider",
            vec![json::<provider::ProviderOptions>(200, "The address.")],
        )
        .refusing(&[404, 502]),
        E::SignInByProvider => simple("sign-in", "Sign in by the provider's answer", vec![json::<auth::Me>(200, "The caller.")])
            .with_body::<provider::ProviderAnswer>()
            .refusing(&[404, 409, 502]),
        E::Identities => simple("sign-in", "List accounts at the provider that sign one in", vec![json::<provider::Identities>(200, "The accounts.")]),
        E::IdentityOptions => simple(
            "sign-in",
            "Where to send the browser to connect an account",
            vec![json::<provider::ProviderOptions>(200, "The address.")],
        )
        .refusing(&[404, 502]),
        E::AddIdentity => simple("sign-in", "Connect the account of the provider's answer", vec![json::<provider::Identities>(201, "All accounts.")])
            .with_body::<provider::ProviderAnswer>()
            .refusing(&[404, 409, 502]),
        E::RemoveIdentity => simple("sign-in", "Connect an account no more", vec![json::<provider::Identities>(200, "Those that are left.")]).of_id(),
        _ => simple("webhooks", "List endpoints that are told what happens", vec![json::<webhooks::Webhooks>(200, "The endpoints.")]),
    }
}
