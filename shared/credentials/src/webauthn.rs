//! Passkeys: registrations and assertions (WebAuthn Level 3, 7.1 and 7.2).
//!
//! A relying party says what it [`Expected`]; [`register`] gives the credential to keep, [`assert`] that the
//! holder of a kept credential is there. Attestation is ignored, as with the conveyance preference "none":
//! any authenticator is taken, and nothing that it says of its make is believed.
//!
//! Out of scope: challenges being used once, whose a credential is, and extensions.

mod authenticator_data;
mod client_data;
mod cose;
mod halves;

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{Key, KeyError};
use authenticator_data::AuthenticatorData;
use client_data::Ceremony;

/// The longest credential id, in bytes (WebAuthn Level 3, 7.1, step 25).
pub const CREDENTIAL_ID_BYTES_MAX: usize = 1023;
/// The longest part of an answer that is read, in bytes.
pub const PART_BYTES_MAX: usize = 32 << 10;

/// Why an answer of an authenticator is not accepted. Callers tell a client only that it is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum WebauthnError {
    /// A part longer than is read.
    #[error("a part is too long")]
    TooLong,
    /// Client data that is no JSON, or lacks something.
    #[error("the client data cannot be read")]
    ClientData,
    /// A registration where an assertion is expected, or the other way round.
    #[error("the answer is to another question")]
    Ceremony,
    /// An answer to another challenge.
    #[error("the answer is to another challenge")]
    Challenge,
    /// An answer made on another page.
    #[error("the answer was made on another page")]
    Origin,
    /// Bytes that are no authenticator data, or no CBOR as CTAP2 writes it.
    #[error("the authenticator's data cannot be read")]
    AuthenticatorData,
    /// Data about another relying party.
    #[error("the answer is about another site")]
    RelyingParty,
    /// Nobody was there, or nobody was recognised where that is asked for.
    #[error("the person was not there or not recognised")]
    Person,
    /// Backup flags that contradict each other or what was registered.
    #[error("the backup flags contradict what is known")]
    Backup,
    /// A key that is not taken.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The signature is not the credential's.
    #[error("the signature is not the credential's")]
    Signature,
    /// The counter did not grow: the credential may have been copied.
    #[error("the counter went back")]
    Counter,
}

/// What a relying party expects of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'e> {
    /// The challenge that was sent.
    pub challenge: &'e [u8],
    /// The origin of the page, such as `https://bi.example`.
    pub origin: &'e str,
    /// The relying party's id: a host name.
    pub rp_id: &'e str,
    /// Whether the person must have been recognised, by face, finger or code.
    pub is_recognition_needed: bool,
    /// Origins of pages that may hold this one in a frame of theirs; normally none.
    pub framed_by: &'e [&'e str],
}

/// A credential to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registered {
    /// Its id.
    pub credential_id: Vec<u8>,
    /// Its public key as COSE, to hand back to [`assert`].
    pub cose_key: Vec<u8>,
    /// The signature counter; 0 where the authenticator keeps none.
    pub sign_count: u32,
    /// The model of the authenticator, or zeros; unproven.
    pub aaguid: [u8; 16],
    /// Whether it may be copied to other devices of the person.
    pub is_backup_eligible: bool,
    /// Whether it has been.
    pub is_backed_up: bool,
}

/// What is kept of a credential.
#[derive(Clone, Copy, Debug)]
pub struct Known<'k> {
    /// Its public key as COSE.
    pub cose_key: &'k [u8],
    /// The signature counter of last time.
    pub sign_count: u32,
    /// Whether it may be copied to other devices, as registered.
    pub is_backup_eligible: bool,
}

/// That the holder of a credential is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asserted {
    /// The signature counter to keep.
    pub sign_count: u32,
    /// Whether the credential has been copied to other devices by now.
    pub is_backed_up: bool,
    /// Whether the person was recognised, by face, finger or code.
    pub is_recognised: bool,
}

/// Checks the answer to `navigator.credentials.create`.
pub fn register(
    expected: &Expected<'_>,
    client_data: &[u8],
    attestation_object: &[u8],
) -> Result<Registered, WebauthnError> {
    limit(&[client_data, attestation_object])?;
    client_data::check(client_data, Ceremony::Create, expected)?;
    let bytes = cose::authenticator_data_of(attestation_object)?;
    let data = AuthenticatorData::read(bytes)?;
    data.check(expected)?;
    let credential = data
        .credential
        .as_ref()
        .ok_or(WebauthnError::AuthenticatorData)?;
    cose::key(credential.cose_key)?;
    Ok(Registered {
        credential_id: credential.id.to_vec(),
        cose_key: credential.cose_key.to_vec(),
        sign_count: data.sign_count,
        aaguid: credential.aaguid,
        is_backup_eligible: data.is_backup_eligible(),
        is_backed_up: data.is_backed_up(),
    })
}

/// An answer that is right in everything but perhaps its signature, which the platform is to check.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The credential's key.
    pub key: Key,
    /// What was signed.
    pub signed: Vec<u8>,
    /// The signature in the form of JOSE; none where it is no signature at all.
    pub signature: Option<Vec<u8>>,
    asserted: Asserted,
    known_count: u32,
}

impl Claim {
    /// The assertion, where the platform says that the signature is the key's.
    pub fn proven(&self, is_signed: bool) -> Result<Asserted, WebauthnError> {
        if self.signature.is_none() || !is_signed {
            return Err(WebauthnError::Signature);
        }
        let count = self.asserted.sign_count;
        let is_counted = count != 0 || self.known_count != 0;
        if is_counted && count <= self.known_count {
            return Err(WebauthnError::Counter);
        }
        Ok(self.asserted)
    }
}

/// Checks the answer to `navigator.credentials.get` by a known credential, with Rust's own cryptography.
#[cfg(feature = "own-checks")]
pub fn assert(
    expected: &Expected<'_>,
    known: &Known<'_>,
    client_data: &[u8],
    authenticator_data: &[u8],
    signature: &[u8],
) -> Result<Asserted, WebauthnError> {
    let claim = claim(expected, known, client_data, authenticator_data, signature)?;
    let signature = claim.signature.as_deref().unwrap_or_default();
    claim.proven(claim.key.verifies(&claim.signed, signature))
}

/// Checks the answer to `navigator.credentials.get` by a known credential, up to its signature.
pub fn claim(
    expected: &Expected<'_>,
    known: &Known<'_>,
    client_data: &[u8],
    authenticator_data: &[u8],
    signature: &[u8],
) -> Result<Claim, WebauthnError> {
    limit(&[client_data, authenticator_data, signature])?;
    client_data::check(client_data, Ceremony::Get, expected)?;
    let data = AuthenticatorData::read(authenticator_data)?;
    data.check(expected)?;
    if data.credential.is_some() {
        return Err(WebauthnError::AuthenticatorData);
    }
    if data.is_backup_eligible() != known.is_backup_eligible {
        return Err(WebauthnError::Backup);
    }
    let key = cose::key(known.cose_key)?;
    let client_data_hash = Sha256::digest(client_data);
    let signed = [authenticator_data, client_data_hash.as_slice()].concat();
    let signature = match key.algorithm().coordinate_bytes() {
        Some(bytes) => halves::fixed(signature, bytes),
        None => Some(signature.to_vec()),
    };
    Ok(Claim {
        key,
        signed,
        signature,
        asserted: Asserted {
            sign_count: data.sign_count,
            is_backed_up: data.is_backed_up(),
            is_recognised: data.is_recognised(),
        },
        known_count: known.sign_count,
    })
}

fn limit(parts: &[&[u8]]) -> Result<(), WebauthnError> {
    if parts.iter().any(|part| part.len() > PART_BYTES_MAX) {
        return Err(WebauthnError::TooLong);
    }
    Ok(())
}
