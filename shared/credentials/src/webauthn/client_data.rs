//! What the browser says about the page that asked (WebAuthn Level 3, 5.8.1).

use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::{Expected, WebauthnError};
use crate::from_base64url;

/// Which question was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ceremony {
    /// `navigator.credentials.create`.
    Create,
    /// `navigator.credentials.get`.
    Get,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default)]
    cross_origin: Option<bool>,
    #[serde(default)]
    top_origin: Option<String>,
}

/// Refuses what was asked by another page, or is the answer to another question.
pub(super) fn check(
    client_data: &[u8],
    ceremony: Ceremony,
    expected: &Expected<'_>,
) -> Result<(), WebauthnError> {
    let wire: Wire = serde_json::from_slice(client_data).map_err(|_| WebauthnError::ClientData)?;
    let name = match ceremony {
        Ceremony::Create => "webauthn.create",
        Ceremony::Get => "webauthn.get",
    };
    if wire.r#type != name {
        return Err(WebauthnError::Ceremony);
    }
    let challenge = from_base64url(&wire.challenge).ok_or(WebauthnError::ClientData)?;
    let is_answer: bool = challenge.ct_eq(expected.challenge).into();
    if !is_answer || challenge.is_empty() {
        return Err(WebauthnError::Challenge);
    }
    if wire.origin != expected.origin {
        return Err(WebauthnError::Origin);
    }
    let is_framed = wire.cross_origin == Some(true);
    // Not every browser names the page around; one that is named must be known.
    let is_frame_known = match &wire.top_origin {
        Some(top) => is_framed && expected.framed_by.contains(&top.as_str()),
        None => !is_framed || !expected.framed_by.is_empty(),
    };
    if is_frame_known {
        Ok(())
    } else {
        Err(WebauthnError::Origin)
    }
}
