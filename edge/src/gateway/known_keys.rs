//! Keys that were looked up a moment ago: a program that asks often costs the database one question in two
//! seconds.
//!
//! What is changed by way of this isolate counts at once ([`KnownKeys::forget`]); elsewhere a key that was ended
//! is good for [`TRUST_MILLIS`] longer. Where it may be used from is looked at each time.

use std::collections::BTreeMap;

use kernel::TenantId;
use policy::{Network, Role, Scopes};
use serde::{Deserialize, Serialize};

use crate::gateway::issuers::Vouched;

/// How long what was looked up is believed, in milliseconds.
pub const TRUST_MILLIS: i64 = 2_000;
/// Keys that are remembered at once.
const KEYS_MAX: usize = 2_000;

/// A key that is good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// The company.
    pub company: TenantId,
    /// The key's id.
    pub id: String,
    /// What it was made for.
    pub scopes: Scopes,
    /// Where it may be used from; everywhere where there is none.
    pub networks: Vec<Network>,
    /// When its secret ends, in milliseconds since 1970.
    pub ends_at: Option<i64>,
    /// Of an access token, what it was granted by.
    pub grant: Option<Grant>,
    /// Of a token of another issuer, whom that vouches for.
    pub vouched: Option<Vouched>,
}

/// What an access token was granted by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The person whom the program acts for; none where it acts for itself.
    pub grantor: Option<Grantor>,
    /// The thumbprint of the key whose holder alone may use it.
    pub thumbprint: Option<String>,
}

/// Somebody who lets a program act for them, as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grantor {
    /// Their id.
    pub person: String,
    /// What they are in the company.
    pub role: Role,
    /// Keys of the channels whose rows they see; all where nothing is said.
    pub channels: Option<Vec<String>>,
}

/// Keys by the digests of their secrets.
#[derive(Debug, Default)]
pub struct KnownKeys {
    keys: BTreeMap<String, (KnownKey, i64)>,
    /// How often all were forgotten.
    changes: u64,
}

impl KnownKeys {
    /// A key that was looked up a moment ago.
    pub fn get(&self, digest: &str, now: i64) -> Option<KnownKey> {
        let (key, looked_up) = self.keys.get(digest)?;
        let is_fresh = (0..TRUST_MILLIS).contains(&(now - looked_up));
        let is_good = key.ends_at.is_none_or(|end| now < end);
        (is_fresh && is_good).then(|| key.clone())
    }

    /// How often something about keys has changed: to be asked for before a key is looked up.
    pub const fn changes(&self) -> u64 {
        self.changes
    }

    /// Remembers a key, unless something has changed since it was looked up.
    pub fn remember(&mut self, digest: String, key: KnownKey, now: i64, changes: u64) {
        if changes != self.changes {
            return;
        }
        if self.keys.len() >= KEYS_MAX {
            let is_fresh = |looked_up: i64| (0..TRUST_MILLIS).contains(&(now - looked_up));
            self.keys.retain(|_, (_, looked_up)| is_fresh(*looked_up));
            if self.keys.len() >= KEYS_MAX {
                self.keys.clear();
            }
        }
        self.keys.insert(digest, (key, now));
    }

    /// Forgets all: something about keys has changed.
    pub fn forget(&mut self) {
        self.keys.clear();
        self.changes += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(ends_at: Option<i64>) -> KnownKey {
        KnownKey {
            company: "acme".parse().unwrap(),
            id: "k-1".into(),
            scopes: Scopes::NONE,
            networks: Vec::new(),
            ends_at,
            grant: None,
            vouched: None,
        }
    }

    #[test]
    fn a_key_is_believed_for_a_moment_and_not_beyond_its_end() {
        let mut known = KnownKeys::default();
        known.remember("a".into(), key(None), 1_000, 0);
        known.remember("b".into(), key(Some(1_500)), 1_000, 0);
        let is_known = |known: &KnownKeys, digest: &str, now| known.get(digest, now).is_some();
        assert!(is_known(&known, "a", 1_000) && is_known(&known, "a", 999 + TRUST_MILLIS));
        assert!(!is_known(&known, "a", 1_000 + TRUST_MILLIS));
        assert!(
            !is_known(&known, "a", 999),
            "a clock that went back knows nothing"
        );
        assert!(is_known(&known, "b", 1_499) && !is_known(&known, "b", 1_500));
        assert!(!is_known(&known, "c", 1_000));
        let changes = known.changes();
        known.forget();
        assert!(!is_known(&known, "a", 1_000));
        known.remember("a".into(), key(None), 1_000, changes);
        assert!(
            !is_known(&known, "a", 1_000),
            "it was looked up before the change"
        );
    }

    #[test]
    fn memory_is_bounded() {
        let mut known = KnownKeys::default();
        for at in 0..3 * KEYS_MAX as i64 {
            known.remember(at.to_string(), key(None), at, 0);
            assert!(known.keys.len() <= KEYS_MAX);
        }
    }
}
