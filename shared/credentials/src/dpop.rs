//! Proofs of possession (DPoP, RFC 9449): a token that is bound to a key is worth something only beside a fresh
//! signature of that key over the request.
//!
//! [`read`] looks at everything but the signature, which is the platform's to check, and at whether the proof was seen
//! before, which takes memory: [`Proof::id`] is good once until [`Proof::ends_at_seconds`].

mod address;
mod nonce;

use serde::Deserialize;
use serde::de::IgnoredAny;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::jwk::{Jwk, Wire};
use crate::{Algorithm, Key, jws, to_base64url};

pub use nonce::nonce;

/// The longest proof that is read, in bytes; one under an RSA key of 4096 bits has about 2,500.
pub const PROOF_BYTES_MAX: usize = 4_096;
/// The longest name that a proof gives itself, in bytes.
const ID_BYTES_MAX: usize = 256;
/// How old a proof may be, in seconds.
pub const AGE_SECONDS_MAX: i64 = 120;
/// How much later than ours the clock of a device may be, in seconds.
pub const SKEW_SECONDS_MAX: i64 = 60;

/// The algorithms of proofs, by their names: one for each type of key, so that a key has exactly one.
pub const ALGORITHMS: [&str; 4] = ["ES256", "ES384", "EdDSA", "PS256"];

/// Why a proof is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ProofError {
    /// Not one compact JWS, or longer than is read.
    #[error("send one proof, a compact JWS of at most {PROOF_BYTES_MAX} bytes, in the header DPoP")]
    Form,
    /// Another type, or a header that asks for more than is known.
    #[error("the proof's header has typ dpop+jwt, alg and jwk, and no crit")]
    Header,
    /// An algorithm that is not offered.
    #[error("the proof's alg is one of ES256, ES384, EdDSA, PS256")]
    Algorithm,
    /// No public key, or not one of its algorithm.
    #[error("the proof's jwk is a public key of its alg, without private parts")]
    Key,
    /// Claims that cannot be read.
    #[error("the proof has jti, htm, htu and iat")]
    Claims,
    /// Of another request.
    #[error("the proof is for another method or address than this request's")]
    Request,
    /// Of another time.
    #[error("the proof is too old or of the future; check the clock")]
    Time,
    /// Of another token.
    #[error("the proof's ath is not of this access token")]
    Token,
    /// Without the server's nonce, or with one that has ended.
    #[error("put the nonce of the answer's header DPoP-Nonce into the proof and send it again")]
    Nonce,
    /// Used before.
    #[error("the proof was used before; each request needs one with a jti of its own")]
    Replayed,
    /// Not signed by its key.
    #[error("the proof's signature is not its key's")]
    Signature,
}

impl ProofError {
    /// The registered name (RFC 9449, 5 and 8).
    pub const fn name(self) -> &'static str {
        match self {
            ProofError::Nonce => "use_dpop_nonce",
            _ => "invalid_dpop_proof",
        }
    }
}

/// The request that a proof is to be for.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    /// Its method, as HTTP writes it.
    pub method: &'a str,
    /// Its address.
    pub address: &'a str,
    /// The moment, in seconds since 1970.
    pub now_seconds: i64,
    /// The access token that is sent with it.
    pub token: Option<&'a str>,
    /// The secret of the server's nonces, where it asks for them.
    pub nonce_secret: Option<&'a str>,
}

/// A proof whose signature is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The thumbprint of its key (RFC 7638).
    pub thumbprint: String,
    /// What tells it from every other proof of that key.
    pub id: [u8; 32],
    /// When it can be forgotten, in seconds since 1970: from then on it is refused for its age, by whichever of our
    /// clocks.
    pub ends_at_seconds: i64,
}

/// A proof that is right in everything but perhaps its signature.
#[derive(Clone, Debug)]
pub struct Unproven<'t> {
    /// The key that it carries.
    pub key: Key,
    /// What was signed.
    pub signed: &'t str,
    /// The signature.
    pub signature: Vec<u8>,
    proof: Proof,
}

impl Unproven<'_> {
    /// The proof, where the platform says that the signature is the key's.
    pub fn proven(self, is_signed: bool) -> Result<Proof, ProofError> {
        is_signed.then_some(self.proof).ok_or(ProofError::Signature)
    }
}

#[derive(Deserialize)]
struct Header {
    typ: String,
    alg: String,
    jwk: Wire,
    crit: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Claims {
    jti: String,
    htm: String,
    htu: String,
    iat: f64,
    ath: Option<String>,
    nonce: Option<String>,
}

/// Reads a proof of a request.
pub fn read<'t>(text: &'t str, expected: &Expected<'_>) -> Result<Unproven<'t>, ProofError> {
    if text.len() > PROOF_BYTES_MAX {
        return Err(ProofError::Form);
    }
    let parts = jws::split(text).ok_or(ProofError::Form)?;
    let header: Header = serde_json::from_slice(&parts.header).map_err(|_| ProofError::Header)?;
    if header.typ != "dpop+jwt" || header.crit.is_some() {
        return Err(ProofError::Header);
    }
    let is_offered = ALGORITHMS.contains(&header.alg.as_str());
    let algorithm = Algorithm::from_jose(&header.alg).filter(|_| is_offered);
    let algorithm = algorithm.ok_or(ProofError::Algorithm)?;
    let key = Jwk::carried(header.jwk, algorithm).map_err(|_| ProofError::Key)?;
    let thumbprint = key.thumbprint().ok_or(ProofError::Key)?;
    let claims: Claims = serde_json::from_slice(&parts.payload).map_err(|_| ProofError::Claims)?;
    if claims.jti.is_empty() || claims.jti.len() > ID_BYTES_MAX {
        return Err(ProofError::Claims);
    }
    let is_here = address::normalised(expected.address)
        .is_some_and(|here| address::normalised(&claims.htu) == Some(here));
    if claims.htm != expected.method || !is_here {
        return Err(ProofError::Request);
    }
    let iat = claims.iat as i64;
    let age = expected.now_seconds.saturating_sub(iat);
    if !(-SKEW_SECONDS_MAX..=AGE_SECONDS_MAX).contains(&age) {
        return Err(ProofError::Time);
    }
    if let Some(token) = expected.token
        && claims.ath != Some(to_base64url(&Sha256::digest(token)))
    {
        return Err(ProofError::Token);
    }
    if let Some(secret) = expected.nonce_secret {
        let nonce = claims.nonce.as_deref().unwrap_or_default();
        if !nonce::is_good(secret, nonce, expected.now_seconds) {
            return Err(ProofError::Nonce);
        }
    }
    // The name is the client's to choose: of another key it is another proof.
    let id = Sha256::digest(format!("{thumbprint} {}", claims.jti)).into();
    Ok(Unproven {
        key,
        signed: parts.signed,
        signature: parts.signature,
        proof: Proof {
            thumbprint,
            id,
            ends_at_seconds: iat.saturating_add(AGE_SECONDS_MAX + SKEW_SECONDS_MAX + 1),
        },
    })
}

/// Whether a text is a thumbprint: 256 bits of base64url.
pub fn is_thumbprint(text: &str) -> bool {
    crate::from_base64url(text).is_some_and(|bytes| bytes.len() == 32)
}
