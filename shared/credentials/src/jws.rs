//! JSON Web Signatures in the compact form (RFC 7515, 7.1).
//!
//! The header is read for two things only: that it names the algorithm of the key, and that it asks for
//! nothing that is not understood here (`crit`). Keys in a header (`jwk`, `jku`, `x5c`) are not looked at.

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use crate::jwk::{Jwk, JwkSet};
use crate::{Algorithm, Key, from_base64url};

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
    typ: Option<String>,
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

struct Parts<'t> {
    header: Header,
    split: Split<'t>,
}

/// The parts of a token, decoded.
pub(crate) struct Split<'t> {
    pub(crate) header: Vec<u8>,
    pub(crate) signed: &'t str,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: Vec<u8>,
}

/// Takes a compact JWS apart; `None` where it is none.
pub(crate) fn split(token: &str) -> Option<Split<'_>> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    // Points are no letters of base64url, so a fourth part is refused here.
    Some(Split {
        header: from_base64url(header)?,
        signed,
        payload: from_base64url(payload)?,
        signature: from_base64url(signature)?,
    })
}

/// A token that is right in everything but perhaps its signature, which the platform is to check.
#[derive(Clone, Debug)]
pub struct Unproven<'t> {
    /// The key that it names.
    pub key: &'t Key,
    /// The type that its header gives, as it is written.
    pub kind: Option<String>,
    /// What was signed.
    pub signed: &'t str,
    /// The signature.
    pub signature: Vec<u8>,
    payload: Vec<u8>,
}

impl Unproven<'_> {
    /// The payload, where the platform says that the signature is the key's.
    pub fn proven(self, is_signed: bool) -> Result<Vec<u8>, JwsError> {
        is_signed.then_some(self.payload).ok_or(JwsError::Signature)
    }
}

/// Reads a token that names a key of the set.
pub fn read_with_set<'t>(token: &'t str, keys: &'t JwkSet) -> Result<Unproven<'t>, JwsError> {
    let parts = parts(token)?;
    let key = keys.find(parts.header.kid.as_deref());
    check(parts, key.ok_or(JwsError::NoKey)?)
}

/// Reads a token of a key. Where both have a name, it is the same one.
pub fn read<'t>(token: &'t str, key: &'t Jwk) -> Result<Unproven<'t>, JwsError> {
    let parts = parts(token)?;
    if let (Some(named), Some(own)) = (&parts.header.kid, &key.kid)
        && named != own
    {
        return Err(JwsError::NoKey);
    }
    check(parts, key)
}

/// The payload of a token that a key of the set has signed, by Rust's own cryptography.
#[cfg(feature = "own-checks")]
pub fn verify_with_set(token: &str, keys: &JwkSet) -> Result<Vec<u8>, JwsError> {
    prove(read_with_set(token, keys)?)
}

/// The payload of a token that a key has signed, by Rust's own cryptography.
#[cfg(feature = "own-checks")]
pub fn verify(token: &str, key: &Jwk) -> Result<Vec<u8>, JwsError> {
    prove(read(token, key)?)
}

#[cfg(feature = "own-checks")]
fn prove(token: Unproven<'_>) -> Result<Vec<u8>, JwsError> {
    let is_signed = (token.key).verifies(token.signed.as_bytes(), &token.signature);
    token.proven(is_signed)
}

fn parts(token: &str) -> Result<Parts<'_>, JwsError> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(JwsError::Form);
    }
    let split = split(token).ok_or(JwsError::Form)?;
    let header: Header = serde_json::from_slice(&split.header).map_err(|_| JwsError::Header)?;
    if header.crit.is_some() {
        return Err(JwsError::Header);
    }
    Ok(Parts { header, split })
}

fn check<'t>(parts: Parts<'t>, jwk: &'t Jwk) -> Result<Unproven<'t>, JwsError> {
    if Algorithm::from_jose(&parts.header.alg) != Some(jwk.key.algorithm()) {
        return Err(JwsError::Algorithm);
    }
    Ok(Unproven {
        key: &jwk.key,
        kind: parts.header.typ,
        signed: parts.split.signed,
        signature: parts.split.signature,
        payload: parts.split.payload,
    })
}
