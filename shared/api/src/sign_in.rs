//! Signing in as a person: passkeys, recovery codes, and the sessions that they open.
//!
//! - `POST /api/auth/v1/passkeys/options` asks for a new passkey; `POST /api/auth/v1/passkeys` adds it.
//! - `GET /api/auth/v1/passkeys` lists them; `DELETE /api/auth/v1/passkeys/{id}` removes one, and
//!   `POST /api/auth/v1/passkeys/{id}/restore` takes that back for some minutes.
//! - `POST /api/auth/v1/sign-in/options` and `POST /api/auth/v1/sign-in` sign in by a passkey.
//! - `POST /api/auth/v1/recovery-codes` makes codes, each good for one `POST /api/auth/v1/recover`.
//! - `GET /api/auth/v1/sessions` lists sessions; `DELETE` of one, or of all others, ends them.
//!
//! Options and answers are the JSON of WebAuthn Level 3 (5.1.8 to 5.1.10), as browsers read and write it.

use serde::{Deserialize, Serialize};

/// Path of passkeys; an id may follow.
pub const PASSKEYS_PATH: &str = "/api/auth/v1/passkeys";
/// Path of one passkey.
pub const PASSKEY_PATH: &str = "/api/auth/v1/passkeys/{id}";
/// Path of taking the removal of a passkey back.
pub const PASSKEY_RESTORE_PATH: &str = "/api/auth/v1/passkeys/{id}/restore";
/// Path of what the browser needs to make a passkey.
pub const PASSKEY_OPTIONS_PATH: &str = "/api/auth/v1/passkeys/options";
/// Path of signing in by a passkey.
pub const SIGN_IN_PATH: &str = "/api/auth/v1/sign-in";
/// Path of what the browser needs to sign in.
pub const SIGN_IN_OPTIONS_PATH: &str = "/api/auth/v1/sign-in/options";
/// Path of making recovery codes, and of how many are left.
pub const RECOVERY_CODES_PATH: &str = "/api/auth/v1/recovery-codes";
/// Path of signing in by a recovery code.
pub const RECOVER_PATH: &str = "/api/auth/v1/recover";
/// Path of sessions; an id may follow.
pub const SESSIONS_PATH: &str = "/api/auth/v1/sessions";

/// Path of one session.
pub const SESSION_PATH: &str = "/api/auth/v1/sessions/{id}";

/// Passkeys that a person may have.
pub const PASSKEYS_MAX: usize = 20;
/// Recovery codes that are made at once.
pub const RECOVERY_CODES: usize = 10;
/// How long a challenge may be answered, in milliseconds.
pub const CHALLENGE_MILLIS: i64 = 5 * 60_000;
/// How long a removed passkey can be taken back, in milliseconds.
pub const RESTORE_MILLIS: i64 = 10 * 60_000;

/// The answer to `navigator.credentials.create`, as `toJSON` gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NewPasskey {
    /// What the authenticator made.
    pub response: NewPasskeyResponse,
}

/// See [`NewPasskey`]. Bytes are base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct NewPasskeyResponse {
    /// What the browser says about the page.
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    /// The new credential.
    #[serde(rename = "attestationObject")]
    pub attestation_object: String,
}

/// The answer to `navigator.credentials.get`, as `toJSON` gives it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PasskeyAnswer {
    /// The credential's id, base64url.
    pub id: String,
    /// What the authenticator signed.
    pub response: PasskeyAnswerResponse,
}

/// See [`PasskeyAnswer`]. Bytes are base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PasskeyAnswerResponse {
    /// What the browser says about the page.
    #[serde(rename = "clientDataJSON")]
    pub client_data: String,
    /// What the authenticator says.
    #[serde(rename = "authenticatorData")]
    pub authenticator_data: String,
    /// Its signature over both.
    pub signature: String,
    /// Whose credential it is.
    #[serde(rename = "userHandle", default)]
    pub user_handle: Option<String>,
}

/// A passkey, as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Passkey {
    /// The credential's id, base64url.
    pub id: String,
    /// Browser and system that it was made with.
    pub name: String,
    /// Whether it is on more than one device.
    pub is_backed_up: bool,
    /// When it was made, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was last used, in milliseconds since 1970.
    pub used_at: Option<i64>,
}

/// How a person can sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Passkeys {
    /// Passkeys, oldest first.
    pub passkeys: Vec<Passkey>,
    /// Recovery codes that have not been used.
    pub recovery_codes_left: usize,
}

/// New recovery codes; those of before are worth nothing from now on. They are told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RecoveryCodes {
    /// The codes.
    pub codes: Vec<String>,
}

/// Body of signing in by a recovery code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "Recovery"))]
pub struct Recover {
    /// The code; letters of either case, with or without its hyphens.
    pub code: String,
}

/// A session, as its person sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Session {
    /// Its id, which opens nothing.
    pub id: String,
    /// Browser and system that it was opened with.
    pub name: String,
    /// When it was opened, in milliseconds since 1970.
    pub created_at: i64,
    /// When it was last used, to the hour, in milliseconds since 1970.
    pub used_at: i64,
    /// Whether it is the one that asks.
    pub is_this: bool,
}

/// The sessions of a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Sessions {
    /// Sessions, used last first.
    pub sessions: Vec<Session>,
}
