//! JSON Web Signatures in the compact form (RFC 7515, 7.1).
//!
//! The header is read for two things only: that it names the algorithm of the key, and that it asks for
//! nothing that is not understood here (`crit`). Keys in a header (`jwk`, `jku`, `x5c`) are not looked at.

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use crate::jwk::{Jwk, JwkSet};
use crate::key::Halves;
use crate::{Algorithm, from_base64url};

/// The longest token that is read, in bytes.
pub const TOKEN_BYTES_MAX: usize = 64 << 10;

/// Why a token is not accepted. Callers tell a client only that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JwsError {
    /// Not three parts of base64url, or longer than is taken.
    #[error("the token is not a compact JWS")]
    Form,
    /// A header that cannot be read or asks for more than is known.
    #[error("the token's header is not one that is understood")]
    Header,
    /// No key of that name.
    #[error("no key has the name that the token gives")]
    NoKey,
    /// The header names another algorithm than the key's.
    #[error("the token's algorithm is not the key's")]
    Algorithm,
    /// The signature is not the key's over these bytes.
    #[error("the signature is not the key's")]
    Signature,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: Option<String>,
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

struct Parts<'t> {
    header: Header,
    signed: &'t str,
    payload: Vec<u8>,
    signature: Vec<u8>,
}

/// The payload of a token that a key of the set has signed.
pub fn verify_with_set(token: &str, keys: &JwkSet) -> Result<Vec<u8>, JwsError> {
    let parts = parts(token)?;
    let key = keys.find(parts.header.kid.as_deref());
    check(parts, key.ok_or(JwsError::NoKey)?)
}

/// The payload of a token that a key has signed. Where both have a name, it is the same one.
pub fn verify(token: &str, key: &Jwk) -> Result<Vec<u8>, JwsError> {
    let parts = parts(token)?;
    if let (Some(named), Some(own)) = (&parts.header.kid, &key.kid)
        && named != own
    {
        return Err(JwsError::NoKey);
    }
    check(parts, key)
}

fn parts(token: &str) -> Result<Parts<'_>, JwsError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(JwsError::Form);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Form)?;
    let (header, payload) = signed.split_once('.').ok_or(JwsError::Form)?;
    // Points are no letters of base64url, so a fourth part is refused here.
    let bytes = |text| from_base64url(text).ok_or(JwsError::Form);
    let (header, payload, signature) = (bytes(header)?, bytes(payload)?, bytes(signature)?);
    let header: Header = serde_json::from_slice(&header).map_err(|_| JwsError::Header)?;
    if header.crit.is_some() {
        return Err(JwsError::Header);
    }
    Ok(Parts {
        header,
        signed,
        payload,
        signature,
    })
}

fn check(parts: Parts<'_>, jwk: &Jwk) -> Result<Vec<u8>, JwsError> {
    if Algorithm::from_jose(&parts.header.alg) != Some(jwk.key.algorithm()) {
        return Err(JwsError::Algorithm);
    }
    let signed = parts.signed.as_bytes();
    if !jwk.key.verifies(signed, &parts.signature, Halves::Fixed) {
        return Err(JwsError::Signature);
    }
    Ok(parts.payload)
}
