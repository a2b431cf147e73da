//! A key with the one algorithm that it is for: its numbers, checked as far as no arithmetic is needed.
//!
//! Signatures are checked by whoever runs this: the platform's own cryptography, which takes a key as
//! [`Key::to_jwk`] writes it, or `own_checks` in native programs.

use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::{Algorithm, to_base64url};

/// The shortest modulus of RSA, in bits (RFC 7518, 3.3).
const RSA_BITS_MIN: u32 = 2048;
/// The longest, in bits: a longer one only costs time.
const RSA_BITS_MAX: u32 = 4096;

/// Why something is not a usable key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum KeyError {
    /// An algorithm that is not known.
    #[error("the key's algorithm is not one that is taken")]
    Algorithm,
    /// A secret, modulus or exponent outside what is safe.
    #[error("the key is too short, too long or weak")]
    Strength,
    /// Numbers that are no point of the curve, or no numbers.
    #[error("the key's numbers are not those of a key")]
    Numbers,
}

/// A key and what it is for.
#[derive(Clone, PartialEq, Eq)]
pub struct Key {
    algorithm: Algorithm,
    pub(crate) material: Material,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Material {
    Secret(Vec<u8>),
    Rsa { modulus: Vec<u8>, exponent: Vec<u8> },
    Curve { x: Vec<u8>, y: Vec<u8> },
    Ed25519(Vec<u8>),
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
        Key::of(algorithm, Material::Secret(secret.to_vec()))
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
        let (modulus, exponent) = (modulus.to_vec(), exponent.to_vec());
        Key::of(algorithm, Material::Rsa { modulus, exponent })
    }

    /// A public key on a curve of NIST, from both coordinates, each as long as the field.
    pub fn curve(algorithm: Algorithm, x: &[u8], y: &[u8]) -> Result<Key, KeyError> {
        let bytes = algorithm.coordinate_bytes().ok_or(KeyError::Algorithm)?;
        if x.len() != bytes || y.len() != bytes {
            return Err(KeyError::Numbers);
        }
        let (x, y) = (x.to_vec(), y.to_vec());
        Key::of(algorithm, Material::Curve { x, y })
    }

    /// A public key of Ed25519; one of small order, for which anybody can sign, is refused.
    pub fn ed25519(x: &[u8]) -> Result<Key, KeyError> {
        let bytes: &[u8; 32] = x.try_into().map_err(|_| KeyError::Numbers)?;
        if has_small_order(bytes) {
            return Err(KeyError::Strength);
        }
        Key::of(Algorithm::EdDsa, Material::Ed25519(x.to_vec()))
    }

    fn of(algorithm: Algorithm, material: Material) -> Result<Key, KeyError> {
        let key = Key {
            algorithm,
            material,
        };
        #[cfg(feature = "own-checks")]
        key.check_numbers()?;
        Ok(key)
    }

    /// The public key as a JSON Web Key with its required members in their order and no others, which is what
    /// its thumbprint is of (RFC 7638, 3.2); none of a secret.
    pub fn to_jwk(&self) -> Option<String> {
        let curve = match self.algorithm {
            Algorithm::Es256 => "P-256",
            Algorithm::Es384 => "P-384",
            _ => "P-521",
        };
        let text = to_base64url;
        Some(match &self.material {
            Material::Secret(_) => return None,
            Material::Rsa { modulus, exponent } => {
                let (e, n) = (text(exponent), text(modulus));
                format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#)
            }
            Material::Curve { x, y } => {
                let (x, y) = (text(x), text(y));
                format!(r#"{{"crv":"{curve}","kty":"EC","x":"{x}","y":"{y}"}}"#)
            }
            Material::Ed25519(x) => {
                format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, text(x))
            }
        })
    }
}

impl Key {
    /// The thumbprint of the public key (RFC 7638); none of a secret.
    pub fn thumbprint(&self) -> Option<String> {
        let jwk = self.to_jwk()?;
        Some(to_base64url(&Sha256::digest(jwk)))
    }
}

/// One of order 8; the other is minus this (Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs", 2020).
const EIGHTH: [u8; 32] = [
    0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
    0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
];
const OTHER_EIGHTH: [u8; 32] = [
    0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
    0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
];

/// Whether a point of Ed25519 has a small order, however it is written: y is 0, 1, -1 or one of the two of order 8,
/// or any of these with p added where that fits.
fn has_small_order(point: &[u8; 32]) -> bool {
    let mut y = *point;
    y[31] &= 0x7f;
    let is_around = |first: u8, rest: u8, last: u8| {
        y[0] == first && y[1..31].iter().all(|byte| *byte == rest) && y[31] == last
    };
    let is_small = is_around(0, 0, 0) || is_around(1, 0, 0);
    // p - 1, p and p + 1, where p is 2^255 - 19.
    let is_about_p = (0xec..=0xee).any(|first| is_around(first, 0xff, 0x7f));
    is_small || is_about_p || y == EIGHTH || y == OTHER_EIGHTH
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

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7638, 3.1, and RFC 8037, A.3: keys as they are hashed.
    #[test]
    fn keys_are_written_as_they_are_hashed() {
        let bytes = |text| crate::from_base64url(text).expect("base64url");
        let modulus = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let rsa = Key::rsa(Algorithm::Rs256, &bytes(modulus), &bytes("AQAB")).expect("a key");
        let edwards = Key::ed25519(&bytes("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"));
        let edwards = edwards.expect("a key");
        for (key, thumbprint) in [
            (rsa, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            (edwards, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        ] {
            assert_eq!(key.thumbprint().as_deref(), Some(thumbprint));
        }
        let secret = Key::secret(Algorithm::Hs256, &[7; 32]).expect("a secret");
        assert_eq!(secret.to_jwk(), None);
    }

    /// The points of small order are those that the crate of the curve calls weak.
    #[cfg(feature = "own-checks")]
    #[test]
    fn weak_points_are_known_without_arithmetic() {
        use ed25519_dalek::VerifyingKey;
        let is_weak =
            |point: &[u8; 32]| VerifyingKey::from_bytes(point).is_ok_and(|point| point.is_weak());
        let mut weak = 0;
        let mut check = |point: [u8; 32]| {
            for sign in [0, 0x80] {
                let mut point = point;
                point[31] |= sign;
                if is_weak(&point) {
                    assert!(has_small_order(&point), "{point:02x?}");
                    weak += 1;
                }
            }
        };
        for low in 0..=255 {
            for (rest, last) in [(0, 0), (0xff, 0x7f)] {
                let mut point = [rest; 32];
                (point[0], point[31]) = (low, last);
                check(point);
            }
        }
        check(EIGHTH);
        check(OTHER_EIGHTH);
        assert!(weak >= 8, "{weak}");
    }
}
