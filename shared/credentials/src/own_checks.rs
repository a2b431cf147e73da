//! Signatures checked by Rust's own cryptography, for native programs and as the oracle of the platform's.

use ed25519_dalek::VerifyingKey as Ed25519Key;
use hmac::{Hmac, KeyInit, Mac};
use rsa::signature::Verifier;
use rsa::{BoxedUint, PublicKey, pkcs1v15, pss};
use sha2::{Sha256, Sha384, Sha512};

use crate::key::Material;
use crate::{Algorithm, Key, KeyError};

impl Key {
    /// Refuses numbers that are no key's: a point beside the curve, a modulus that is none.
    pub(crate) fn check_numbers(&self) -> Result<(), KeyError> {
        let is_key = match &self.material {
            Material::Secret(_) => true,
            Material::Rsa { modulus, exponent } => rsa_key(modulus, exponent).is_some(),
            Material::Curve { x, y } => {
                let point = [&[4], x.as_slice(), y].concat();
                match self.algorithm() {
                    Algorithm::Es256 => p256::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok(),
                    Algorithm::Es384 => p384::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok(),
                    _ => p521::ecdsa::VerifyingKey::from_sec1_bytes(&point).is_ok(),
                }
            }
            Material::Ed25519(x) => ed25519_key(x).is_some(),
        };
        is_key.then_some(()).ok_or(KeyError::Numbers)
    }

    /// Whether a signature, in the form of JOSE, is this key's over a message.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let algorithm = self.algorithm();
        match &self.material {
            Material::Secret(secret) => is_mac(algorithm, secret, message, signature),
            Material::Rsa { modulus, exponent } => rsa_key(modulus, exponent)
                .is_some_and(|key| is_rsa(algorithm, &key, message, signature)),
            Material::Curve { x, y } => {
                let point = [&[4], x.as_slice(), y].concat();
                match algorithm {
                    Algorithm::Es256 => is_ecdsa!(p256, &point, message, signature),
                    Algorithm::Es384 => is_ecdsa!(p384, &point, message, signature),
                    _ => is_ecdsa!(p521, &point, message, signature),
                }
            }
            Material::Ed25519(x) => ed25519_key(x)
                .zip(ed25519_dalek::Signature::from_slice(signature).ok())
                .is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok()),
        }
    }
}

/// The three curves have the same functions and no trait in common that names them.
macro_rules! is_ecdsa {
    ($curve:ident, $point:expr, $message:expr, $signature:expr) => {{
        use $curve::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
        VerifyingKey::from_sec1_bytes($point)
            .ok()
            .zip(Signature::from_slice($signature).ok())
            .is_some_and(|(key, signature)| key.verify($message, &signature).is_ok())
    }};
}
use is_ecdsa;

fn ed25519_key(x: &[u8]) -> Option<Ed25519Key> {
    Ed25519Key::from_bytes(x.try_into().ok()?).ok()
}

fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Option<PublicKey> {
    let bits = modulus.len() as u32 * 8 - modulus.first()?.leading_zeros();
    let modulus = BoxedUint::from_be_slice(modulus, bits).ok()?;
    let exponent = BoxedUint::from_be_slice(exponent, 32).ok()?;
    PublicKey::new(modulus, exponent).ok()
}

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
