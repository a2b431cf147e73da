//! What the authenticator says (WebAuthn Level 3, 6.1): flags, a counter and, at registration, a key.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq as _;

use super::{CREDENTIAL_ID_BYTES_MAX, Expected, WebauthnError, cose};

const PRESENT: u8 = 1;
const RECOGNISED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const WITH_CREDENTIAL: u8 = 1 << 6;
const WITH_EXTENSIONS: u8 = 1 << 7;

/// A new credential.
pub(super) struct Credential<'d> {
    pub(super) aaguid: [u8; 16],
    pub(super) id: &'d [u8],
    /// Its public key, exactly the bytes of one CBOR map.
    pub(super) cose_key: &'d [u8],
}

/// The data, read.
pub(super) struct AuthenticatorData<'d> {
    rp_id_hash: &'d [u8; 32],
    flags: u8,
    pub(super) sign_count: u32,
    pub(super) credential: Option<Credential<'d>>,
}

impl<'d> AuthenticatorData<'d> {
    /// Reads all bytes; one too many refuses all.
    pub(super) fn read(bytes: &'d [u8]) -> Result<AuthenticatorData<'d>, WebauthnError> {
        let short = WebauthnError::AuthenticatorData;
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>().ok_or(short)?;
        let (&[flags], rest) = rest.split_first_chunk::<1>().ok_or(short)?;
        let (count, mut rest) = rest.split_first_chunk::<4>().ok_or(short)?;
        let mut credential = None;
        if flags & WITH_CREDENTIAL != 0 {
            let (aaguid, after) = rest.split_first_chunk::<16>().ok_or(short)?;
            let (length, after) = after.split_first_chunk::<2>().ok_or(short)?;
            let length = usize::from(u16::from_be_bytes(*length));
            if length == 0 || length > CREDENTIAL_ID_BYTES_MAX {
                return Err(short);
            }
            let (id, after) = after.split_at_checked(length).ok_or(short)?;
            let (cose_key, after) = cose::split_map(after)?;
            rest = after;
            credential = Some(Credential {
                aaguid: *aaguid,
                id,
                cose_key,
            });
        }
        if flags & WITH_EXTENSIONS != 0 {
            (_, rest) = cose::split_map(rest)?;
        }
        if !rest.is_empty() {
            return Err(short);
        }
        let sign_count = u32::from_be_bytes(*count);
        Ok(AuthenticatorData {
            rp_id_hash,
            flags,
            sign_count,
            credential,
        })
    }

    /// What both ceremonies ask of it.
    pub(super) fn check(&self, expected: &Expected<'_>) -> Result<(), WebauthnError> {
        let hash = Sha256::digest(expected.rp_id.as_bytes());
        let is_ours: bool = self.rp_id_hash.ct_eq(hash.as_slice()).into();
        if !is_ours {
            return Err(WebauthnError::RelyingParty);
        }
        let is_present = self.flags & PRESENT != 0;
        if !is_present || (expected.is_recognition_needed && !self.is_recognised()) {
            return Err(WebauthnError::Person);
        }
        if self.is_backed_up() && !self.is_backup_eligible() {
            return Err(WebauthnError::Backup);
        }
        Ok(())
    }

    pub(super) const fn is_recognised(&self) -> bool {
        self.flags & RECOGNISED != 0
    }

    pub(super) const fn is_backup_eligible(&self) -> bool {
        self.flags & BACKUP_ELIGIBLE != 0
    }

    pub(super) const fn is_backed_up(&self) -> bool {
        self.flags & BACKED_UP != 0
    }
}
