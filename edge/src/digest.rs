//! Digests of contents, keys and secrets: SHA-256 throughout, cut where fewer bits are enough.

use std::hash::{Hash, Hasher};

use kernel::Hash256;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 128 bits that stand for a natural key. A collision among a thousand million keys has a chance of
/// 10^-21.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key128(pub [u8; 16]);

impl Key128 {
    /// The key of some parts, joined by U+001F, which no part may contain.
    pub fn of(parts: &[&str]) -> Key128 {
        let mut digest = Sha256::new();
        for part in parts {
            digest.update(part.as_bytes());
            digest.update([0x1f]);
        }
        let all: [u8; 32] = digest.finalize().into();
        let mut key = [0; 16];
        key.copy_from_slice(&all[..16]);
        Key128(key)
    }
}

/// 64 bits that tell one state of a record from another of the same key.
pub fn content_of(content: &impl Hash) -> [u8; 8] {
    let mut hasher = ContentHasher(Sha256::new());
    content.hash(&mut hasher);
    let all: [u8; 32] = hasher.0.finalize().into();
    let mut short = [0; 8];
    short.copy_from_slice(&all[..8]);
    short
}

/// Feeds SHA-256 with what `Hash` gives, the same bytes on every machine.
struct ContentHasher(Sha256);

impl Hasher for ContentHasher {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn write_usize(&mut self, value: usize) {
        self.0.update((value as u64).to_le_bytes());
    }

    fn write_isize(&mut self, value: isize) {
        self.0.update((value as i64).to_le_bytes());
    }

    fn write_i32(&mut self, value: i32) {
        self.0.update(value.to_le_bytes());
    }

    fn write_u32(&mut self, value: u32) {
        self.0.update(value.to_le_bytes());
    }

    fn write_i64(&mut self, value: i64) {
        self.0.update(value.to_le_bytes());
    }

    fn write_u64(&mut self, value: u64) {
        self.0.update(value.to_le_bytes());
    }

    fn finish(&self) -> u64 {
        let all: [u8; 32] = self.0.clone().finalize().into();
        u64::from_le_bytes(all[..8].try_into().unwrap_or_default())
    }
}

/// SHA-256 of some parts in a row.
pub fn sha256(parts: &[&[u8]]) -> Hash256 {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_le_bytes());
        digest.update(part);
    }
    Hash256::from_bytes(digest.finalize().into())
}

/// What is kept of a secret: enough to recognise it, not enough to use it.
pub fn secret_digest(secret: &str) -> String {
    sha256(&[b"secret", secret.as_bytes()]).to_string()
}

/// Whether two secrets are the same, in a time that does not tell where they differ.
pub fn is_same_secret(one: &str, other: &str) -> bool {
    let (one, other) = (sha256(&[one.as_bytes()]), sha256(&[other.as_bytes()]));
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    push_hex(&mut text, bytes);
    text
}

/// Appends lower-case hexadecimal digits.
pub fn push_hex(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(u32::from(digit), 16).unwrap_or('0'));
        }
    }
}

/// Bytes from hexadecimal digits; `None` where they are none.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = |pair: &[u8; 2]| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8);
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(Key128::of(&["a", "bc"]), Key128::of(&["ab", "c"]));
        assert_ne!(sha256(&[b"a", b"bc"]), sha256(&[b"ab", b"c"]));
        assert!(is_same_secret("x", "x") && !is_same_secret("x", "y"));
    }

    #[test]
    fn content_hashes_see_every_part() {
        assert_ne!(content_of(&("a", 1_u32)), content_of(&("a", 2_u32)));
        assert_eq!(content_of(&("a", 1_u32)), content_of(&("a", 1_u32)));
    }

    #[test]
    fn hexadecimal_and_back() {
        let bytes: Vec<u8> = (0..=255).collect();
        assert_eq!(unhex(&hex(&bytes)), Some(bytes));
        assert_eq!(unhex("0"), None);
        assert_eq!(unhex("zz"), None);
    }
}
