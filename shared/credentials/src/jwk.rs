//! JSON Web Keys and sets of them (RFC 7517), for checking signatures only.
//!
//! A key must name its algorithm: without it, who sends a token could choose one. A key for anything but
//! signatures is refused, and so is a set in which a token could be meant for two keys, or which mixes
//! secrets with public keys: with such a set a public key might serve as a secret.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde::de::IgnoredAny;
use thiserror::Error;

use crate::{Algorithm, Key, KeyError, from_base64url};

/// Keys in a set, at most.
pub const KEYS_MAX: usize = 64;

/// Why something is not a key, or not a set of keys, that is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum JwkError {
    /// Not JSON of a key, or a member of the wrong type.
    #[error("the key cannot be read")]
    Unreadable,
    /// `use` or `key_ops` say that it is for something else.
    #[error("the key is not for signatures")]
    Use,
    /// A key type that does not go with the algorithm.
    #[error("the key's type is not that of its algorithm")]
    Type,
    /// The key itself.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// Several keys of one name, or some of several without.
    #[error("a key of the set has no name of its own")]
    Names,
    /// A private key, or a secret, where a public key belongs.
    #[error("the key holds what only its owner may know")]
    Private,
    /// Secrets beside public keys.
    #[error("the set mixes secrets with public keys")]
    Mixed,
    /// More keys than are taken, or none.
    #[error("the set has no keys or too many")]
    Count,
}

/// A key as it is written.
#[derive(Deserialize)]
pub(crate) struct Wire {
    kty: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    kid: Option<String>,
    crv: Option<String>,
    k: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
    d: Option<IgnoredAny>,
    p: Option<IgnoredAny>,
    q: Option<IgnoredAny>,
    dp: Option<IgnoredAny>,
    dq: Option<IgnoredAny>,
    qi: Option<IgnoredAny>,
    oth: Option<IgnoredAny>,
}

impl Wire {
    /// Whether it holds what only its owner may know.
    fn is_private(&self) -> bool {
        let parts = [
            &self.d, &self.p, &self.q, &self.dp, &self.dq, &self.qi, &self.oth,
        ];
        self.k.is_some() || parts.iter().any(|part| part.is_some())
    }

    /// The algorithm that keys of its type are for where they do not say.
    fn usual_algorithm(&self) -> Option<Algorithm> {
        match (self.kty.as_str(), self.crv.as_deref()) {
            ("RSA", None) => Some(Algorithm::Rs256),
            ("EC", Some("P-256")) => Some(Algorithm::Es256),
            ("EC", Some("P-384")) => Some(Algorithm::Es384),
            ("EC", Some("P-521")) => Some(Algorithm::Es512),
            ("OKP", Some("Ed25519")) => Some(Algorithm::EdDsa),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct WireSet {
    keys: Vec<Wire>,
}

#[derive(Deserialize)]
struct PublishedSet {
    keys: Vec<serde_json::Value>,
}

/// A key with its name.
#[derive(Clone, Debug)]
pub struct Jwk {
    /// Its name, which the header of a token repeats.
    pub kid: Option<String>,
    /// The key.
    pub key: Key,
}

impl Jwk {
    /// Reads a key.
    pub fn read(json: &[u8]) -> Result<Jwk, JwkError> {
        let wire = serde_json::from_slice(json).map_err(|_| JwkError::Unreadable)?;
        Jwk::of(wire)
    }

    /// The public key that a message carries itself, for the algorithm that the message names.
    pub(crate) fn carried(mut wire: Wire, algorithm: Algorithm) -> Result<Key, JwkError> {
        if wire.is_private() {
            return Err(JwkError::Private);
        }
        let named = wire.alg.get_or_insert_with(|| algorithm.jose().to_owned());
        if Algorithm::from_jose(named) != Some(algorithm) {
            return Err(JwkError::Type);
        }
        Jwk::of(wire).map(|jwk| jwk.key)
    }

    fn of(wire: Wire) -> Result<Jwk, JwkError> {
        let is_for_signatures = wire
            .purpose
            .as_deref()
            .is_none_or(|purpose| purpose == "sig")
            && wire
                .key_ops
                .as_ref()
                .is_none_or(|operations| operations.iter().any(|name| name == "verify"));
        if !is_for_signatures {
            return Err(JwkError::Use);
        }
        let named = wire.alg.as_deref().and_then(Algorithm::from_jose);
        let algorithm = named.ok_or(KeyError::Algorithm)?;
        let bytes = |text: &Option<String>| {
            let text = text.as_deref().ok_or(JwkError::Unreadable)?;
            from_base64url(text).ok_or(JwkError::Unreadable)
        };
        let key = match (wire.kty.as_str(), wire.crv.as_deref(), algorithm) {
            ("oct", None, _) => Key::secret(algorithm, &bytes(&wire.k)?)?,
            ("RSA", None, _) => Key::rsa(algorithm, &bytes(&wire.n)?, &bytes(&wire.e)?)?,
            ("EC", Some("P-256"), Algorithm::Es256)
            | ("EC", Some("P-384"), Algorithm::Es384)
            | ("EC", Some("P-521"), Algorithm::Es512) => {
                Key::curve(algorithm, &bytes(&wire.x)?, &bytes(&wire.y)?)?
            }
            ("OKP", Some("Ed25519"), Algorithm::EdDsa) => Key::ed25519(&bytes(&wire.x)?)?,
            _ => return Err(JwkError::Type),
        };
        Ok(Jwk { kid: wire.kid, key })
    }
}

/// Keys of one issuer, each told by its name.
#[derive(Clone, Debug)]
pub struct JwkSet {
    keys: Vec<Jwk>,
}

impl JwkSet {
    /// Reads a set. One key that is not taken refuses all of it: a set of ours has none, and of a foreign
    /// one it is better to hear of it than to guess.
    pub fn read(json: &[u8]) -> Result<JwkSet, JwkError> {
        let wire: WireSet = serde_json::from_slice(json).map_err(|_| JwkError::Unreadable)?;
        if wire.keys.is_empty() || wire.keys.len() > KEYS_MAX {
            return Err(JwkError::Count);
        }
        let keys = wire.keys.into_iter().map(Jwk::of);
        JwkSet::of(keys.collect::<Result<_, _>>()?)
    }

    fn of(keys: Vec<Jwk>) -> Result<JwkSet, JwkError> {
        let names: BTreeSet<_> = keys.iter().filter_map(|jwk| jwk.kid.as_deref()).collect();
        if keys.len() > 1 && names.len() != keys.len() {
            return Err(JwkError::Names);
        }
        let secrets = keys.iter().filter(|jwk| jwk.key.is_secret()).count();
        if secrets != 0 && secrets != keys.len() {
            return Err(JwkError::Mixed);
        }
        Ok(JwkSet { keys })
    }

    /// Reads a set that another issuer publishes. A key that is not taken, because it is for something else or of a type
    /// that is not known, is left out; where one does not name its algorithm, it has the one of its type (ES256, ES384,
    /// ES512, EdDSA, RS256), so that no token chooses. A set that holds a secret or a private key is refused whole: whoever
    /// reads it could sign.
    pub fn published(json: &[u8]) -> Result<JwkSet, JwkError> {
        let wire: PublishedSet = serde_json::from_slice(json).map_err(|_| JwkError::Unreadable)?;
        if wire.keys.len() > KEYS_MAX {
            return Err(JwkError::Count);
        }
        let mut keys = Vec::new();
        for value in wire.keys {
            let Ok(mut wire) = serde_json::from_value::<Wire>(value) else {
                continue;
            };
            if wire.is_private() {
                return Err(JwkError::Private);
            }
            if wire.alg.is_none() {
                wire.alg = wire.usual_algorithm().map(|it| it.jose().to_owned());
            }
            keys.extend(Jwk::of(wire).ok());
        }
        if keys.is_empty() {
            return Err(JwkError::Count);
        }
        JwkSet::of(keys)
    }

    /// The keys, in the order in which they are written.
    pub fn keys(&self) -> &[Jwk] {
        &self.keys
    }

    /// The key of a name; the only one where the token names none.
    pub fn find(&self, kid: Option<&str>) -> Option<&Jwk> {
        match (kid, self.keys.as_slice()) {
            (None, [only]) => Some(only),
            (None, _) => None,
            (Some(kid), keys) => keys.iter().find(|jwk| jwk.kid.as_deref() == Some(kid)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINT: &str = r#""kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0""#;

    fn published(keys: &[String]) -> Result<JwkSet, JwkError> {
        JwkSet::published(format!(r#"{{"keys":[{}]}}"#, keys.join(",")).as_bytes())
    }

    fn key(more: &str) -> String {
        format!("{{{POINT}{more}}}")
    }

    #[test]
    fn of_a_foreign_set_what_is_for_signatures_is_taken() {
        let set = published(&[
            key(r#","kid":"a""#),
            key(r#","kid":"b","use":"enc""#),
            key(r#","kid":"c","alg":"ECDH-ES""#),
            key(r#","kid":"d","alg":"RS256""#),
            r#"{"kty":"EC","crv":"secp256k1","kid":"e","x":"AA","y":"AA"}"#.to_owned(),
            r#"{"kty":"AKP","kid":"f","pub":"AA"}"#.to_owned(),
            "7".to_owned(),
        ])
        .unwrap();
        let algorithm = set.find(Some("a")).map(|jwk| jwk.key.algorithm());
        assert_eq!(algorithm, Some(Algorithm::Es256));
        for kid in ["b", "c", "d", "e", "f"] {
            assert!(set.find(Some(kid)).is_none(), "{kid}");
        }
    }

    #[test]
    fn a_set_in_which_anybody_could_sign_is_refused_whole() {
        let secret = r#"{"kty":"oct","kid":"s","alg":"HS256","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
        for keys in [
            vec![key(r#","kid":"a""#), secret.to_owned()],
            vec![key(r#","kid":"a","d":"AA""#)],
            vec![key(r#","kid":"a""#), key(r#","kid":"p","d":"AA""#)],
        ] {
            assert_eq!(published(&keys).unwrap_err(), JwkError::Private, "{keys:?}");
        }
        let twice = [key(r#","kid":"a""#), key(r#","kid":"a""#)];
        assert_eq!(published(&twice).unwrap_err(), JwkError::Names);
        assert_eq!(published(&[]).unwrap_err(), JwkError::Count);
        assert_eq!(
            published(&vec!["{}".to_owned(); 65]).unwrap_err(),
            JwkError::Count
        );
        for text in ["", "[]", "{}", r#"{"keys":{}}"#] {
            let read = JwkSet::published(text.as_bytes());
            assert_eq!(read.unwrap_err(), JwkError::Unreadable, "{text}");
        }
    }
}
