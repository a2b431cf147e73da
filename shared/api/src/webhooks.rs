//! Webhooks: a company's own servers are told what happens, by signed messages after the Standard Webhooks
//! specification; for owners and administrators, by their session:
//!
//! - `GET /api/webhooks/v1/endpoints` lists endpoints.
//! - `POST /api/webhooks/v1/endpoints` makes one; its secret is told this once.
//! - `PATCH /api/webhooks/v1/endpoints/{id}` changes it, stops it or starts it again.
//! - `DELETE /api/webhooks/v1/endpoints/{id}` ends it; what waits for it is not sent any more.
//! - `POST /api/webhooks/v1/endpoints/{id}/rotate` gives it a new secret; for some hours messages carry a signature by
//!   each.
//! - `POST /api/webhooks/v1/endpoints/{id}/test` sends it a message to try it out.
//! - `GET /api/webhooks/v1/endpoints/{id}/deliveries?before=&limit=` lists what was sent to it, newest first.
//! - `POST /api/webhooks/v1/deliveries/{id}/resend` sends a message again.
//!
//! A message is sent at least once, in no promised order, up to `webhooks::attempt::ATTEMPTS_MAX` times over three
//! days. Where all attempts failed and nothing else arrived meanwhile, the endpoint is stopped.

use serde::{Deserialize, Serialize};
use webhooks::EventKind;

/// Path of endpoints.
pub const ENDPOINTS_PATH: &str = "/api/webhooks/v1/endpoints";
/// Path of one endpoint.
pub const ENDPOINT_PATH: &str = "/api/webhooks/v1/endpoints/{id}";
/// Path of an endpoint's new secret.
pub const ROTATE_PATH: &str = "/api/webhooks/v1/endpoints/{id}/rotate";
/// Path of trying an endpoint out.
pub const TEST_PATH: &str = "/api/webhooks/v1/endpoints/{id}/test";
/// Path of what was sent to an endpoint.
pub const DELIVERIES_PATH: &str = "/api/webhooks/v1/endpoints/{id}/deliveries";
/// Path of sending a message again.
pub const RESEND_PATH: &str = "/api/webhooks/v1/deliveries/{id}/resend";

/// Endpoints that a company may have.
pub const ENDPOINTS_MAX: usize = 10;
/// The longest name of an endpoint, in characters.
pub const NAME_LENGTH_MAX: usize = 60;
/// How many finished deliveries of a company are kept.
pub const KEPT_MAX: u32 = 2_000;
/// How many deliveries may wait for one endpoint; with more it is stopped.
pub const WAITING_MAX: u32 = 5_000;
/// The most deliveries of one list.
pub const LIST_MAX: u32 = 100;

/// Body of making an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewWebhook {
    /// What it is for; 1 to [`NAME_LENGTH_MAX`] characters.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::key_name")
    )]
    pub name: String,
    /// Where messages go: `https`, on the public internet.
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = 1000)))]
    pub url: String,
    /// What it is told; at least one.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::events_some")
    )]
    pub events: Vec<EventKind>,
}

/// Body of changing an endpoint; what is not named stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct WebhookChange {
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::key_name")
    )]
    pub name: Option<String>,
    /// Where messages go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::webhook_url")
    )]
    pub url: Option<String>,
    /// What it is told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::events_some")
    )]
    pub events: Option<Vec<EventKind>>,
    /// Whether it is told anything. Starting it again begins with what happens from then on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::flag")
    )]
    pub active: Option<bool>,
}

/// Why an endpoint is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Stopped {
    /// Somebody stopped it.
    ByHand,
    /// All attempts of a message failed, and nothing else arrived meanwhile.
    Failing,
    /// It answered that it wants no more (410).
    Gone,
    /// More messages wait for it than are kept.
    TooMany,
}

impl Stopped {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Stopped::ByHand => "by-hand",
            Stopped::Failing => "failing",
            Stopped::Gone => "gone",
            Stopped::TooMany => "too-many",
        }
    }

    /// The reason of a name.
    pub fn from_name(name: &str) -> Option<Stopped> {
        let all = [
            Stopped::ByHand,
            Stopped::Failing,
            Stopped::Gone,
            Stopped::TooMany,
        ];
        all.into_iter().find(|stopped| stopped.name() == name)
    }
}

/// An endpoint, without its secret. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Webhook {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Where messages go.
    pub url: String,
    /// What it is told.
    pub events: Vec<EventKind>,
    /// Why it is told nothing; nothing where it is.
    pub stopped: Option<Stopped>,
    /// Since when.
    pub stopped_at: Option<i64>,
    /// When it was made.
    pub created_at: i64,
    /// Until when messages are signed by the secret of before too, while they are.
    pub old_secret_until: Option<i64>,
    /// When a message last arrived.
    pub delivered_at: Option<i64>,
    /// How many deliveries wait.
    pub waiting: u64,
}

/// The endpoints of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Webhooks {
    /// Endpoints, oldest first.
    pub webhooks: Vec<Webhook>,
}

/// An endpoint with its secret, which is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct MadeWebhook {
    /// The endpoint.
    pub webhook: Webhook,
    /// The secret: `whsec_` and base64.
    pub secret: String,
}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum DeliveryState {
    /// It is on its way, or will be sent again.
    Waiting,
    /// It has arrived.
    Delivered,
    /// It is not sent any more.
    Failed,
}

impl DeliveryState {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            DeliveryState::Waiting => "waiting",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Failed => "failed",
        }
    }

    /// The state of a name.
    pub fn from_name(name: &str) -> Option<DeliveryState> {
        let all = [
            DeliveryState::Waiting,
            DeliveryState::Delivered,
            DeliveryState::Failed,
        ];
        all.into_iter().find(|state| state.name() == name)
    }
}

/// A message on its way to an endpoint. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "WebhookDelivery"))]
pub struct Delivery {
    /// Its id.
    pub id: String,
    /// Its place, from 1; a higher one was begun later.
    pub number: u64,
    /// The message's id, `webhook-id`: the same when it is sent again.
    pub message: String,
    /// What happened.
    pub event: EventKind,
    /// When it happened.
    pub at: i64,
    /// What became of it.
    pub state: DeliveryState,
    /// Attempts so far.
    pub attempts: u32,
    /// When the next attempt is, where there is one.
    pub next_at: Option<i64>,
    /// When the last attempt was.
    pub last_at: Option<i64>,
    /// Which status it was answered with.
    pub last_status: Option<u16>,
    /// Why it did not arrive, where there was no answer: `late`, `large`, `broken` or `refused`.
    pub last_error: Option<String>,
    /// How long it took, in milliseconds.
    pub last_millis: Option<i64>,
}

/// A list of deliveries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "WebhookDeliveries"))]
pub struct Deliveries {
    /// The newest first.
    pub deliveries: Vec<Delivery>,
    /// What to send as `before` for older ones; nothing where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        for stopped in [
            Stopped::ByHand,
            Stopped::Failing,
            Stopped::Gone,
            Stopped::TooMany,
        ] {
            assert_eq!(serde_json::to_value(stopped).unwrap(), stopped.name());
            assert_eq!(Stopped::from_name(stopped.name()), Some(stopped));
        }
        for state in [
            DeliveryState::Waiting,
            DeliveryState::Delivered,
            DeliveryState::Failed,
        ] {
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
            assert_eq!(DeliveryState::from_name(state.name()), Some(state));
        }
    }
}
