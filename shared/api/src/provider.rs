//! Signing in by an OpenID provider that whoever runs the edge names, beside passkeys:
//!
//! - `POST /api/auth/v1/provider/options` says where to send the browser to sign in; the provider sends it back to
//!   [`REDIRECT_PATH`] with `code`, `state` and perhaps `iss`, which the page hands to
//!   `POST /api/auth/v1/provider/sign-in`.
//! - `POST /api/auth/v1/identities/options` and `POST /api/auth/v1/identities` do the same to connect an account there
//!   with who is signed in here; `GET` lists those that are, `DELETE` of one ends it.
//!
//! Only an account that was connected before signs anybody in: nobody comes in by an e-mail address.

use serde::{Deserialize, Serialize};

/// Path of where to send the browser to sign in.
pub const OPTIONS_PATH: &str = "/api/auth/v1/provider/options";
/// Path of signing in by the provider's answer.
pub const SIGN_IN_PATH: &str = "/api/auth/v1/provider/sign-in";
/// Path of accounts that are connected.
pub const IDENTITIES_PATH: &str = "/api/auth/v1/identities";
/// Path of where to send the browser to connect an account.
pub const IDENTITY_OPTIONS_PATH: &str = "/api/auth/v1/identities/options";
/// Path of one connected account.
pub const IDENTITY_PATH: &str = "/api/auth/v1/identities/{id}";
/// The page to which the provider sends the browser back; register it there.
pub const REDIRECT_PATH: &str = "/settings";

/// How long a person may take at the provider, in milliseconds.
pub const ANSWER_MILLIS: i64 = 15 * 60_000;
/// Accounts that a person may connect.
pub const IDENTITIES_MAX: usize = 5;

/// Where to send the browser.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ProviderOptions {
    /// What the provider is called.
    pub name: String,
    /// The address.
    pub location: String,
}

/// The provider's answer, as the browser brings it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProviderAnswer {
    /// The code.
    pub code: String,
    /// What was sent along.
    pub state: String,
    /// Who answers, where it says (RFC 9207).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
}

/// A connected account. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Identity {
    /// Its id here.
    pub id: String,
    /// The provider.
    pub issuer: String,
    /// When it was connected.
    pub created_at: i64,
    /// When it last signed somebody in.
    pub used_at: Option<i64>,
}

/// The connected accounts of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Identities {
    /// Oldest first.
    pub identities: Vec<Identity>,
}
