//! A key with the one algorithm that it is for, and the check of a signature under it.

use ed25519_dalek::VerifyingKey as Ed25519Key;
use hmac::{Hmac, KeyInit, Mac};
use rsa::signature::Verifier;
use rsa::{BoxedUint, PublicKey, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};
use thiserror::Error;

use crate::Algorithm;

/// The shortest modulus of RSA, in bits (RFC 7518, 3.3).
const RSA_BITS_MIN: u32 = 2048;
/// The longest, in bits: a longer one only costs time.
const RSA_BITS_MAX: u32 = 4096;

/// Why something is not a usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// An algorithm that is not known, or not built in.
    #[error("the key's algorithm is not one that is taken")]
    Algorithm,
    /// A secret, modulus or exponent outside what is safe.
    #[error("the key is too short, too long or weak")]
    Strength,
    /// Numbers that are no point of the curve, or no numbers.
    #[error("the key's numbers are not those of a key")]
    Numbers,
}

/// How the two halves of an ECDSA signature are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Halves {
    /// One after the other, each as long as the curve's order (JOSE).
    Fixed,
    /// As a DER sequence (WebAuthn).
    Der,
}

/// A key and what it is for.
#[derive(Clone)]
pub struct Key {
    algorithm: Algorithm,
    material: Material,
}

#[derive(Clone)]
enum Material {
    Secret(Vec<u8>),
    Rsa(Box<PublicKey>),
    P256(p256::ecdsa::VerifyingKey),
    #[cfg(feature = "more-curves")]
    P384(p384::ecdsa::VerifyingKey),
    #[cfg(feature = "more-curves")]
    P521(Box<p521::ecdsa::VerifyingKey>),
    Ed25519(Ed25519Key),
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Key").field(&self.algorithm).finish()
    }
}

impl Key {
    /// What it is for.
    pub const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether both sides hold the same secret.
    pub(crate) const fn is_secret(&self) -> bool {
        matches!(self.material, Material::Secret(_))
    }

    /// A secret for HMAC, at least as long as the hash (RFC 7518, 3.2).
    pub fn secret(algorithm: Algorithm, secret: &[u8]) -> Result<Key, KeyError> {
        let bytes_min = match algorithm {
            Algorithm::Hs256 => 32,
            Algorithm::Hs384 => 48,
            Algorithm::Hs512 => 64,
            _ => return Err(KeyError::Algorithm),
        };
        if secret.len() < bytes_min {
            return Err(KeyError::Strength);
        }
        let material = Material::Secret(secret.to_vec());
        Ok(Key {
            algorithm,
            material,
        })
    }

    /// A public RSA key from modulus and exponent, both big-endian.
    pub fn rsa(algorithm: Algorithm, modulus: &[u8], exponent: &[u8]) -> Result<Key, KeyError> {
        use Algorithm::{Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        if !matches!(algorithm, Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512) {
            return Err(KeyError::Algorithm);
        }
        let modulus = without_leading_zeros(modulus);
        let exponent = without_leading_zeros(exponent);
        let bits =
            modulus.len() as u32 * 8 - modulus.first().map_or(0, |byte| byte.leading_zeros());
        let is_odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
        let is_strong = (RSA_BITS_MIN..=RSA_BITS_MAX).contains(&bits)
            && (3..=4).contains(&exponent.len())
            && is_odd(modulus)
            && is_odd(exponent);
        if !is_strong || has_known_structure(modulus) {
            return Err(KeyError::Strength);
        }
        let number = |bytes: &[u8], bits| BoxedUint::from_be_slice(bytes, bits);
        let modulus = number(modulus, bits).map_err(|_| KeyError::Numbers)?;
        let exponent = number(exponent, 32).map_err(|_| KeyError::Numbers)?;
        let key = PublicKey::new(modulus, exponent).map_err(|_| KeyError::Numbers)?;
        let material = Material::Rsa(Box::new(key));
        Ok(Key {
            algorithm,
            material,
        })
    }

    /// A public key on a curve of NIST, from both coordinates, each as long as the field.
    pub fn curve(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Result<Key, KeyError> {
        let bytes = match algorithm {
            Algorithm::Es256 => 32,
            Algorithm::Es384 => 48,
            Algorithm::Es512 => 66,
            _ => return Err(KeyError::Algorithm),
        };
        if x.len() != bytes || y.len() != bytes {
            return Err(KeyError::Numbers);
        }
        let point = [&[4], x, y].concat();
        let material = match algorithm {
            Algorithm::Es256 => {
                p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).map(Material::P256)
            }
            #[cfg(feature = "more-curves")]
            Algorithm::Es384 => {
                p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).map(Material::P384)
            }
            #[cfg(feature = "more-curves")]
            Algorithm::Es512 => p521::ecdsa::VerifyingKey::from_sec1_bytes(&point)
                .map(|key| Material::P521(Box::new(key))),
            _ => return Err(KeyError::Algorithm),
        };
        let material = material.map_err(|_| KeyError::Numbers)?;
        Ok(Key {
            algorithm,
            material,
        })
    }

    /// A public key of Ed25519; one of small order is refused.
    pub fn ed25519(x: &[u8]) -> Result<Key, KeyError> {
        let bytes: &[u8; 32] = x.try_into().map_err(|_| KeyError::Numbers)?;
        let key = Ed25519Key::from_bytes(bytes).map_err(|_| KeyError::Numbers)?;
        if key.is_weak() {
            return Err(KeyError::Strength);
        }
        let material = Material::Ed25519(key);
        Ok(Key {
            algorithm: Algorithm::EdDsa,
            material,
        })
    }

    /// Whether a signature is this key's over a message.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8], halves: Halves) -> bool {
        match (&self.material, self.algorithm) {
            (Material::Secret(secret), algorithm) => is_mac(algorithm, secret, message, signature),
            (Material::Rsa(key), algorithm) => is_rsa(algorithm, key, message, signature),
            (Material::P256(key), _) => is_ecdsa!(p256, key, message, signature, halves),
            #[cfg(feature = "more-curves")]
            (Material::P384(key), _) => is_ecdsa!(p384, key, message, signature, halves),
            #[cfg(feature = "more-curves")]
            (Material::P521(key), _) => is_ecdsa!(p521, key, message, signature, halves),
            (Material::Ed25519(key), _) => ed25519_dalek::Signature::from_slice(signature)
                .is_ok_and(|signature| key.verify_strict(message, &signature).is_ok()),
        }
    }
}

/// The three curves have the same functions and no trait in common that names them.
macro_rules! is_ecdsa {
    ($curve:ident, $key:expr, $message:expr, $signature:expr, $halves:expr) => {{
        use $curve::ecdsa::{Signature, signature::Verifier as _};
        let signature = match $halves {
            Halves::Fixed => Signature::from_slice($signature).ok(),
            Halves::Der => Signature::from_der($signature).ok(),
        };
        signature.is_some_and(|signature| $key.verify($message, &signature).is_ok())
    }};
}
use is_ecdsa;

fn is_mac(algorithm: Algorithm, secret: &[u8], message: &[u8], tag: &[u8]) -> bool {
    macro_rules! check {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(secret)
                .is_ok_and(|mac| mac.chain_update(message).verify_slice(tag).is_ok())
        };
    }
    match algorithm {
        Algorithm::Hs256 => check!(Sha256),
        Algorithm::Hs384 => check!(Sha384),
        Algorithm::Hs512 => check!(Sha512),
        _ => false,
    }
}

fn is_rsa(algorithm: Algorithm, key: &PublicKey, message: &[u8], signature: &[u8]) -> bool {
    macro_rules! check {
        ($scheme:ident, $hash:ty) => {
            $scheme::Signature::try_from(signature).is_ok_and(|signature| {
                $scheme::VerifyingKey::<$hash>::new(key.clone())
                    .verify(message, &signature)
                    .is_ok()
            })
        };
    }
    use rsa::traits::PublicKeyParts as _;
    // A signature is as long as the modulus, not shorter and not padded.
    if signature.len() != key.size() {
        return false;
    }
    match algorithm {
        Algorithm::Rs256 => check!(pkcs1v15, Sha256),
        Algorithm::Rs384 => check!(pkcs1v15, Sha384),
        Algorithm::Rs512 => check!(pkcs1v15, Sha512),
        Algorithm::Ps256 => check!(pss, Sha256),
        Algorithm::Ps384 => check!(pss, Sha384),
        Algorithm::Ps512 => check!(pss, Sha512),
        _ => false,
    }
}

/// Whether a modulus has the structure of keys that a widely sold chip made: all its remainders are powers
/// of 65537, so that it can be factored (CVE-2017-15361; Nemec et al., "The Return of Coppersmith's
/// Attack", CCS 2017). Of sound keys one in some 10^8 looks like that.
fn has_known_structure(modulus: &[u8]) -> bool {
    const PRIMES: [u32; 17] = [
        11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157,
    ];
    PRIMES.iter().all(|prime| {
        let remainder = modulus
            .iter()
            .fold(0, |rest, byte| (rest * 256 + u32::from(*byte)) % prime);
        let mut power = 1;
        (0..*prime).any(|_| {
            power = power * (65_537 % prime) % prime;
            power == remainder
        })
    })
}

fn without_leading_zeros(bytes: &[u8]) -> &[u8] {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.get(zeros..).unwrap_or_default()
}
