//! Keys for programs; for owners, by their session:
//!
//! - `GET /api/auth/v1/keys` lists the company's keys.
//! - `POST /api/auth/v1/keys` makes one; its secret is told this once.
//! - `POST /api/auth/v1/keys/{id}/rotate` gives it a new secret; the old one stays good for some hours.
//! - `DELETE /api/auth/v1/keys/{id}` ends it, and `POST /api/auth/v1/keys/{id}/restore` takes that back for
//!   some minutes.
//!
//! A program sends its key as `Authorization: Bearer mbk_...`.

use policy::{Network, Scopes};
use serde::{Deserialize, Serialize};

/// Path of keys.
pub const KEYS_PATH: &str = "/api/auth/v1/keys";
/// Path of one key.
pub const KEY_PATH: &str = "/api/auth/v1/keys/{id}";
/// Path of a key's new secret.
pub const KEY_ROTATE_PATH: &str = "/api/auth/v1/keys/{id}/rotate";
/// Path of taking a key's end back.
pub const KEY_RESTORE_PATH: &str = "/api/auth/v1/keys/{id}/restore";

/// Keys that a company may have.
pub const KEYS_MAX: usize = 50;
/// The longest name of a key, in characters.
pub const NAME_LENGTH_MAX: usize = 60;
/// Networks that a key may be bound to.
pub const NETWORKS_MAX: usize = 20;
/// The longest that a key may be good for, in days.
pub const DAYS_MAX: u32 = 3_650;
/// How long an old secret stays good where nothing else is asked for, in hours.
pub const OVERLAP_HOURS: u32 = 24;
/// The longest that an old secret may stay good, in hours.
pub const OVERLAP_HOURS_MAX: u32 = 168;
/// How long the end of a key can be taken back, in milliseconds.
pub const RESTORE_MILLIS: i64 = 10 * 60_000;

/// Body of making a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// What it is for; 1 to [`NAME_LENGTH_MAX`] characters.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::key_name")
    )]
    pub name: String,
    /// What it may do; at least one.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::scopes_some")
    )]
    pub scopes: Scopes,
    /// How many days it is good for, 1 to [`DAYS_MAX`]; for ever where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(range(min = 1, max = 3650)))]
    pub expires_in_days: Option<u32>,
    /// Where it may be used from, at most [`NETWORKS_MAX`]; everywhere where the list is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schemars(length(max = 20)))]
    pub networks: Vec<Network>,
}

/// Body of giving a key a new secret.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schemars(rename = "KeyRotation"))]
pub struct Rotate {
    /// How many hours the old secret stays good, 0 to [`OVERLAP_HOURS_MAX`]; else [`OVERLAP_HOURS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(range(max = 168)))]
    pub overlap_hours: Option<u32>,
}

/// A key, without its secret. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ApiKey {
    /// Its id, which opens nothing.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// The first characters of its secret, to know it again.
    pub hint: String,
    /// What it may do.
    pub scopes: Scopes,
    /// Where it may be used from; everywhere where the list is empty.
    pub networks: Vec<Network>,
    /// When it was made.
    pub created_at: i64,
    /// When it ends by itself.
    pub expires_at: Option<i64>,
    /// When it was last used, to the hour.
    pub used_at: Option<i64>,
    /// Until when the secret of before is good, while it is.
    pub old_secret_until: Option<i64>,
}

/// A key with its secret, which is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct MadeKey {
    /// The key.
    pub key: ApiKey,
    /// The secret: `mbk_` and 49 letters and digits.
    pub secret: String,
}

/// The keys of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ApiKeys {
    /// Keys, newest first.
    pub keys: Vec<ApiKey>,
}
