//! The secret of an endpoint: `whsec_` and base64 of 24 to 64 bytes.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use thiserror::Error;

/// What every secret begins with.
pub const PREFIX: &str = "whsec_";
const BYTES_MIN: usize = 24;
const BYTES_MAX: usize = 64;

/// A secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a secret is {PREFIX} and base64 of {BYTES_MIN} to {BYTES_MAX} bytes")]
pub struct SecretError;

impl Secret {
    /// The secret of 256 random bits.
    pub fn new(random: &[u8; 32]) -> Secret {
        Secret(random.to_vec())
    }

    /// Reads a secret.
    pub fn read(text: &str) -> Result<Secret, SecretError> {
        let base64 = text.strip_prefix(PREFIX).ok_or(SecretError)?;
        let bytes = BASE64_STANDARD.decode(base64).map_err(|_| SecretError)?;
        let is_long_enough = (BYTES_MIN..=BYTES_MAX).contains(&bytes.len());
        is_long_enough.then_some(Secret(bytes)).ok_or(SecretError)
    }

    /// The secret as it is told to whoever checks messages.
    pub fn text(&self) -> String {
        format!("{PREFIX}{}", BASE64_STANDARD.encode(&self.0))
    }

    /// The key of the signatures.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// A log never shows a secret.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_written_and_read() {
        let secret = Secret::new(&[7; 32]);
        assert_eq!(Secret::read(&secret.text()), Ok(secret.clone()));
        assert!(Secret::read("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").is_ok());
        assert!(!format!("{secret:?}").contains("BwcH"));
    }

    #[test]
    fn what_is_too_short_too_long_or_no_base64_is_none() {
        let of = |length: usize| format!("{PREFIX}{}", BASE64_STANDARD.encode(vec![1; length]));
        for length in [0, 23, 65, 200] {
            assert_eq!(Secret::read(&of(length)), Err(SecretError), "{length}");
        }
        for length in [24, 64] {
            assert!(Secret::read(&of(length)).is_ok(), "{length}");
        }
        for text in ["", "whsec_", "whsec_?", "C2FVsBQIhrscChlQIMV+b5sSYspob7oD"] {
            assert_eq!(Secret::read(text), Err(SecretError), "{text}");
        }
    }
}
