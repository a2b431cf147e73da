//! Errors by the names that clients know (RFC 6749, 5.2).

use serde::{Deserialize, Serialize};

/// Why a client gets no token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// A parameter is missing, there twice, or not to be understood.
    InvalidRequest,
    /// Not a client, or not the client that it says.
    InvalidClient,
    /// A code or token that is not good, or not this client's.
    InvalidGrant,
    /// A client that may not ask in this way.
    UnauthorizedClient,
    /// A way of asking that is not offered.
    UnsupportedGrantType,
    /// More than the client was made for, or nothing.
    InvalidScope,
    /// The person has not answered (RFC 8628, 3.5).
    AuthorizationPending,
    /// The device asks too often.
    SlowDown,
    /// The person has refused.
    AccessDenied,
    /// The device's code has ended.
    ExpiredToken,
    /// A proof of possession that is not good (RFC 9449, 5).
    InvalidDpopProof,
    /// A proof without the server's nonce (RFC 9449, 8).
    UseDpopNonce,
}

impl Refusal {
    /// The registered name.
    pub const fn name(self) -> &'static str {
        match self {
            Refusal::InvalidRequest => "invalid_request",
            Refusal::InvalidClient => "invalid_client",
            Refusal::InvalidGrant => "invalid_grant",
            Refusal::UnauthorizedClient => "unauthorized_client",
            Refusal::UnsupportedGrantType => "unsupported_grant_type",
            Refusal::InvalidScope => "invalid_scope",
            Refusal::AuthorizationPending => "authorization_pending",
            Refusal::SlowDown => "slow_down",
            Refusal::AccessDenied => "access_denied",
            Refusal::ExpiredToken => "expired_token",
            Refusal::InvalidDpopProof => "invalid_dpop_proof",
            Refusal::UseDpopNonce => "use_dpop_nonce",
        }
    }

    /// HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Refusal::InvalidClient => 401,
            _ => 400,
        }
    }

    /// The same with what to do about it.
    pub fn because(self, detail: impl Into<String>) -> Refused {
        Refused {
            refusal: self,
            detail: detail.into(),
        }
    }
}

/// An error with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// What it is.
    pub refusal: Refusal,
    /// For whoever writes the client.
    pub detail: String,
}
