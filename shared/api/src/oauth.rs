//! Tokens for programs, after OAuth 2.1; the requests are forms and the errors those of RFC 6749:
//!
//! - `POST /api/oauth/v1/token` gives a token (RFC 6749, 3.2; RFC 9068).
//! - `POST /api/oauth/v1/device` begins for a device without a browser (RFC 8628): its person types a code on
//!   [`AUTHORIZE_PATH`], or opens it with the code.
//! - `POST /api/oauth/v1/introspect` says what a token is worth (RFC 7662).
//! - `POST /api/oauth/v1/revoke` ends one (RFC 7009).
//! - `GET /.well-known/oauth-authorization-server` says all of this to clients (RFC 8414), and
//!   `GET /.well-known/jwks.json` the keys that sign (RFC 7517).
//!
//! - A program that acts for a person opens [`AUTHORIZE_PATH`] in their browser (RFC 6749, 4.1.1). That page asks
//!   `GET /api/auth/v1/consents?request=...` who asks for what, and tells the person's answer by
//!   `POST /api/auth/v1/consents`.
//!
//! - `GET /api/auth/v1/grants` lists the programs that may act for the caller, `DELETE /api/auth/v1/grants/{id}` takes
//!   that back, and `POST /api/auth/v1/grants/{id}/restore` gives it again for some minutes.
//!
//! For owners, by their session:
//!
//! - `GET /api/auth/v1/clients` lists the programs that get tokens.
//! - `POST /api/auth/v1/clients` registers one; its secret is told this once.
//! - `POST /api/auth/v1/clients/{id}/rotate` gives it a new secret; the old one stays good for some hours.
//! - `DELETE /api/auth/v1/clients/{id}` ends it and all its tokens, and
//!   `POST /api/auth/v1/clients/{id}/restore` takes that back for some minutes.

use policy::Scopes;
use serde::{Deserialize, Serialize};

/// Path of tokens.
pub const TOKEN_PATH: &str = "/api/oauth/v1/token";
/// Path of codes for devices without a browser.
pub const DEVICE_PATH: &str = "/api/oauth/v1/device";
/// Path of what a token is worth.
pub const INTROSPECT_PATH: &str = "/api/oauth/v1/introspect";
/// Path of ending a token.
pub const REVOKE_PATH: &str = "/api/oauth/v1/revoke";
/// Path of what clients need to know.
pub const METADATA_PATH: &str = "/.well-known/oauth-authorization-server";
/// Path of the keys that sign.
pub const JWKS_PATH: &str = "/.well-known/jwks.json";
/// Path of the page where people consent.
pub const AUTHORIZE_PATH: &str = "/settings";
/// Path of what people consent to.
pub const CONSENTS_PATH: &str = "/api/auth/v1/consents";
/// Path of clients.
pub const CLIENTS_PATH: &str = "/api/auth/v1/clients";
/// Path of one client.
pub const CLIENT_PATH: &str = "/api/auth/v1/clients/{id}";
/// Path of taking a client's end back.
pub const CLIENT_RESTORE_PATH: &str = "/api/auth/v1/clients/{id}/restore";

/// Path of giving a client a new secret.
pub const CLIENT_ROTATE_PATH: &str = "/api/auth/v1/clients/{id}/rotate";
/// Path of the programs that may act for a person.
pub const GRANTS_PATH: &str = "/api/auth/v1/grants";
/// Path of one of them.
pub const GRANT_PATH: &str = "/api/auth/v1/grants/{id}";
/// Path of letting one act again.
pub const GRANT_RESTORE_PATH: &str = "/api/auth/v1/grants/{id}/restore";

/// Grants of a person that are listed, the newest.
pub const GRANTS_LISTED_MAX: usize = 200;

/// Clients that a company may have.
pub const CLIENTS_MAX: usize = 50;

/// Addresses that the answers to a client may go to.
pub const REDIRECTS_MAX: usize = 10;

/// Where a program runs, and so how it gets its tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ClientKind {
    /// On a server, for itself: by its secret.
    #[default]
    Service,
    /// On a server, for people who consent: by a code and its secret.
    Web,
    /// On people's devices, for them: by a code; it has no secret.
    Native,
}

impl ClientKind {
    /// Every kind.
    pub const ALL: [ClientKind; 3] = [ClientKind::Service, ClientKind::Web, ClientKind::Native];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            ClientKind::Service => "service",
            ClientKind::Web => "web",
            ClientKind::Native => "native",
        }
    }

    /// By its name.
    pub fn from_name(name: &str) -> Option<ClientKind> {
        ClientKind::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Body of registering a client.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewClient {
    /// What it is called; 1 to 60 characters.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::key_name")
    )]
    pub name: String,
    /// What its tokens may be for; at least one.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::scopes_some")
    )]
    pub scopes: Scopes,
    /// Where it runs.
    #[serde(default)]
    pub kind: ClientKind,
    /// Where answers to it may go, letter by letter; none for a service, at least one for others. Encrypted, or on
    /// the person's own machine (its port may differ), or a scheme such as `com.example.app:`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "openapi", schemars(length(max = 10)))]
    pub redirects: Vec<String>,
}

/// A program that gets tokens. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "OAuthClient"))]
pub struct Client {
    /// Its id, which requests for tokens name.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// What its tokens may be for.
    pub scopes: Scopes,
    /// Where it runs.
    pub kind: ClientKind,
    /// Where answers to it may go.
    pub redirects: Vec<String>,
    /// When it was registered.
    pub created_at: i64,
    /// When it last got a token.
    pub used_at: Option<i64>,
    /// Until when the secret of before is good, while it is.
    pub old_secret_until: Option<i64>,
}

/// A client with its secret, which is told this once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct MadeClient {
    /// The client.
    pub client: Client,
    /// Its secret; none where it runs on people's devices.
    pub secret: Option<String>,
}

/// The clients of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Clients {
    /// Clients, newest first.
    pub clients: Vec<Client>,
}

/// What a person lets a program do for them. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Granted {
    /// Its id.
    pub id: String,
    /// The program.
    pub name: String,
    /// What it may do, as far as the person may.
    pub scopes: Scopes,
    /// When the person allowed it.
    pub created_at: i64,
    /// When it ends by itself.
    pub ends_at: i64,
    /// When the program last got a token of it.
    pub used_at: Option<i64>,
}

/// What a person lets programs do for them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Grants {
    /// Newest first.
    pub grants: Vec<Granted>,
}

/// A token (RFC 6749, 5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Token {
    /// The token.
    pub access_token: String,
    /// How it is sent: `Bearer`, or `DPoP` where it is bound to a key (RFC 9449).
    pub token_type: String,
    /// For how many seconds it is good.
    pub expires_in: i64,
    /// What it is for, names between spaces.
    pub scope: String,
    /// For the next one, where the program acts for a person; good once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<String>,
}

/// What a program asks a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Consent {
    /// The program.
    pub name: String,
    /// What it would do for them, and no more than they may.
    pub scopes: Scopes,
    /// Where the person goes now, where nothing is left to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub redirect: Option<String>,
    /// Whether the person has answered and stays: the device hears of it.
    #[serde(default)]
    pub is_done: bool,
}

/// Codes for a device and its person (RFC 8628, 3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct DeviceCode {
    /// What the device asks for its token with.
    pub device_code: String,
    /// What the person types.
    pub user_code: String,
    /// Where they type it.
    pub verification_uri: String,
    /// The same with the code.
    pub verification_uri_complete: String,
    /// For how many seconds the codes are good.
    pub expires_in: i64,
    /// How many seconds the device waits before it asks again.
    pub interval: i64,
}

/// What the person says to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// The query of the page that the program opened, or `user_code=` with what the person typed.
    pub request: String,
    /// Whether the program may.
    pub grant: bool,
}

/// What a token is worth (RFC 7662, 2.2); of one that is not good nothing else is said.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Introspected {
    /// Whether it is good.
    pub active: bool,
    /// How it is sent: `Bearer`, or `DPoP` where it is bound to a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_type: Option<String>,
    /// The key that it is bound to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
    /// What it is for, names between spaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// The client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Whom it stands for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sub: Option<String>,
    /// Who signed it, and for whom it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iss: Option<String>,
    /// When it ends, in seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exp: Option<i64>,
    /// When it was signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
}

/// A key that who sends a token must hold (RFC 9449, 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Confirmation {
    /// Its thumbprint (RFC 7638).
    pub jkt: String,
}

/// Why there is no token (RFC 6749, 5.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct OAuthError {
    /// The registered name.
    pub error: String,
    /// What to do about it.
    pub error_description: String,
}

/// What clients need to know (RFC 8414, 2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "OAuthMetadata"))]
pub struct Metadata {
    /// Who signs: the origin.
    pub issuer: String,
    /// The page where people consent.
    pub authorization_endpoint: String,
    /// Where devices without a browser begin.
    pub device_authorization_endpoint: String,
    /// Where tokens are.
    pub token_endpoint: String,
    /// Where keys are.
    pub jwks_uri: String,
    /// Where a token is looked at.
    pub introspection_endpoint: String,
    /// Where a token is ended.
    pub revocation_endpoint: String,
    /// The scopes that there are.
    pub scopes_supported: Vec<String>,
    /// Answers of the page where people consent.
    pub response_types_supported: Vec<String>,
    /// How codes are bound to whoever asked (RFC 7636).
    pub code_challenge_methods_supported: Vec<String>,
    /// Whether answers say who answers (RFC 9207).
    pub authorization_response_iss_parameter_supported: bool,
    /// Ways of asking for a token.
    pub grant_types_supported: Vec<String>,
    /// How clients name themselves.
    pub token_endpoint_auth_methods_supported: Vec<String>,
    /// Algorithms of the proofs that bind tokens to keys (RFC 9449, 5.1).
    pub dpop_signing_alg_values_supported: Vec<String>,
}

/// The keys that sign (RFC 7517, 5).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Jwks {
    /// Keys, newest first.
    pub keys: Vec<PublicKey>,
}

/// A public key of ES256.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct PublicKey {
    /// `EC`.
    pub kty: String,
    /// `P-256`.
    pub crv: String,
    /// `ES256`.
    pub alg: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub purpose: String,
    /// Its name.
    pub kid: String,
    /// Coordinate.
    pub x: String,
    /// Coordinate.
    pub y: String,
}
