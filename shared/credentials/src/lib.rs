//! Signed tokens, keys and passkeys: what is accepted, and what is not.
//!
//! - [`jws`]: JSON Web Signatures (RFC 7515) under [`jwk`] keys (RFC 7517) whose algorithm is pinned: the
//!   header of a token never chooses how the token is checked.
//! - [`api_key`]: how the keys of programs are written, so that each can be checked offline.
//! - [`chain`]: the audit log's hashes, so that nothing in it can be changed unseen.
//! - [`dpop`]: proofs that who sends a token holds the key that it is bound to (RFC 9449).
//! - [`webauthn`]: registrations and assertions of passkeys (WebAuthn Level 3, 7.1 and 7.2), with what an
//!   authenticator says of its own make ignored.
//!
//! Everything is a question of bytes: no clock, no randomness, no storage. What needs arithmetic, whether a
//! signature is a key's, is asked of the platform; native programs have checks of their own (`own-checks`).
//! Out of scope: encryption (JWE), signing, what the claims of a token mean, and attestation.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

#[cfg(feature = "signatures")]
mod algorithm;
pub mod api_key;
pub mod chain;
#[cfg(feature = "signatures")]
pub mod dpop;
#[cfg(feature = "signatures")]
pub mod jwk;
#[cfg(feature = "signatures")]
pub mod jws;
#[cfg(feature = "signatures")]
mod key;
#[cfg(feature = "own-checks")]
mod own_checks;
#[cfg(feature = "signatures")]
pub mod webauthn;

#[cfg(feature = "signatures")]
pub use algorithm::Algorithm;
#[cfg(feature = "signatures")]
pub use key::{Key, KeyError};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;

/// Bytes of base64url without padding, in the one way that they are written (RFC 4648, 5; RFC 7515, 2).
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

/// Base64url without padding.
pub fn to_base64url(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}
