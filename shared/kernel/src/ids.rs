//! Typed ids, so that a batch can never be taken for a tenant.
//!
//! Ids are made elsewhere (randomness and hashing are no business of pure code); here they are
//! checked: length and alphabet are such that an id is safe in a path, a key and a file name.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// Longest text id, in bytes.
const TEXT_LENGTH_MAX: usize = 64;

/// Why a text is no id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum IdError {
    /// Empty or too long.
    #[error("a {kind} has 1 to {TEXT_LENGTH_MAX} characters, not {length}")]
    Length {
        /// What kind of id was expected.
        kind: &'static str,
        /// The length found, in bytes.
        length: usize,
    },
    /// A character that ids may not have.
    #[error("a {kind} may hold a-z, 0-9 and '-' only, not {character:?}")]
    Character {
        /// What kind of id was expected.
        kind: &'static str,
        /// The first character that is not allowed.
        character: char,
    },
    /// Not 64 hexadecimal digits.
    #[error("a hash has 64 lower-case hexadecimal digits")]
    Hash,
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks and takes `text`: 1 to 64 characters of `a-z`, `0-9` and `-`.
            pub fn new(text: &str) -> Result<Self, IdError> {
                if text.is_empty() || text.len() > TEXT_LENGTH_MAX {
                    return Err(IdError::Length { kind: $kind, length: text.len() });
                }
                let allowed = |c: &char| matches!(c, 'a'..='z' | '0'..='9' | '-');
                match text.chars().find(|c| !allowed(c)) {
                    Some(character) => Err(IdError::Character { kind: $kind, character }),
                    None => Ok(Self(text.into())),
                }
            }

            /// The text of the id.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                Self::new(&text).map_err(de::Error::custom)
            }
        }
    };
}

text_id!(
    /// A company whose data is kept apart from all others.
    ///
    /// ```
    /// use kernel::TenantId;
    /// assert_eq!(TenantId::new("demo")?.as_str(), "demo");
    /// assert!(TenantId::new("../etc").is_err());
    /// # Ok::<(), kernel::IdError>(())
    /// ```
    TenantId,
    "tenant id"
);
text_id!(
    /// A file or upload that was accepted as a whole; a UUID in its usual text form fits.
    BatchId,
    "batch id"
);

/// A SHA-256: 32 bytes, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash256([u8; 32]);

impl Hash256 {
    /// The hash with these bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Hash256 {
        Hash256(bytes)
    }

    /// The bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl FromStr for Hash256 {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(IdError::Hash),
        };
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(IdError::Hash);
        }
        let mut bytes = [0_u8; 32];
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Hash256(bytes))
    }
}

impl fmt::Display for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash256({self})")
    }
}

impl Serialize for Hash256 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash256 {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn refuses_unsafe_text() {
        for text in ["", "A", "a b", "a/b", "..", "a_b", "ş", "a\0"] {
            assert!(TenantId::new(text).is_err(), "{text}");
        }
        assert!(TenantId::new(&"a".repeat(64)).is_ok());
        assert_eq!(
            BatchId::new(&"a".repeat(65)),
            Err(IdError::Length {
                kind: "batch id",
                length: 65
            })
        );
        assert!(BatchId::new("0195d3b0-5b7a-7c3e-8a1b-000000000001").is_ok());
    }

    #[test]
    fn refuses_what_is_no_hash() {
        for text in [
            "",
            "00",
            &"g".repeat(64),
            &"A".repeat(64),
            &"0".repeat(63),
            &"0".repeat(65),
        ] {
            assert_eq!(text.parse::<Hash256>(), Err(IdError::Hash));
        }
        assert!(serde_json::from_str::<TenantId>("\"A\"").is_err());
    }

    proptest! {
        #[test]
        fn a_hash_survives_its_text(bytes in any::<[u8; 32]>()) {
            let hash = Hash256::from_bytes(bytes);
            prop_assert_eq!(hash.to_string().parse::<Hash256>(), Ok(hash));
            let json = serde_json::to_string(&hash).unwrap();
            prop_assert_eq!(serde_json::from_str::<Hash256>(&json).unwrap(), hash);
        }
    }
}
