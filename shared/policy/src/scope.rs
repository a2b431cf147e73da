//! What a key was made for.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

/// One thing that a key may be made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub enum Scope {
    /// Figures: dashboards, the manifest and what it names.
    #[serde(rename = "read:bi")]
    ReadBi,
    /// Forecasts that are kept, and what came of them.
    #[serde(rename = "write:bi")]
    WriteBi,
    /// What became of the files that were sent.
    #[serde(rename = "read:ingest")]
    ReadIngest,
    /// Sending files.
    #[serde(rename = "write:ingest")]
    WriteIngest,
    /// Changing the company's profile.
    #[serde(rename = "write:company")]
    WriteCompany,
}

/// A name that is no scope's, or a list that names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("scopes are one or more of read:bi, write:bi, read:ingest, write:ingest, write:company")]
pub struct ScopeError;

impl Scope {
    /// Every scope.
    pub const ALL: [Scope; 5] = [
        Scope::ReadBi,
        Scope::WriteBi,
        Scope::ReadIngest,
        Scope::WriteIngest,
        Scope::WriteCompany,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Scope::ReadBi => "read:bi",
            Scope::WriteBi => "write:bi",
            Scope::ReadIngest => "read:ingest",
            Scope::WriteIngest => "write:ingest",
            Scope::WriteCompany => "write:company",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(name: &str) -> Result<Scope, ScopeError> {
        let mut all = Scope::ALL.into_iter();
        all.find(|scope| scope.name() == name).ok_or(ScopeError)
    }
}

/// A set of scopes: a list of names on the wire, names between spaces (RFC 6749, 3.3) as text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Scopes(u8);

impl Scopes {
    /// No scope.
    pub const NONE: Scopes = Scopes(0);

    /// Whether a scope is among them.
    pub const fn has(self, scope: Scope) -> bool {
        self.0 & scope.bit() != 0
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The same without a scope that is among them, or with one that is not.
    #[must_use]
    pub const fn toggled(self, scope: Scope) -> Scopes {
        Scopes(self.0 ^ scope.bit())
    }

    /// The scopes, in their order.
    pub fn iter(self) -> impl Iterator<Item = Scope> {
        Scope::ALL.into_iter().filter(move |scope| self.has(*scope))
    }
}

impl FromIterator<Scope> for Scopes {
    fn from_iter<I: IntoIterator<Item = Scope>>(scopes: I) -> Scopes {
        Scopes(scopes.into_iter().fold(0, |bits, one| bits | one.bit()))
    }
}

impl FromStr for Scopes {
    type Err = ScopeError;

    fn from_str(names: &str) -> Result<Scopes, ScopeError> {
        names.split_ascii_whitespace().map(str::parse).collect()
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, scope) in self.iter().enumerate() {
            let space = if at == 0 { "" } else { " " };
            write!(f, "{space}{}", scope.name())?;
        }
        Ok(())
    }
}

impl Serialize for Scopes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Scopes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Scopes, D::Error> {
        let names = Vec::<Scope>::deserialize(deserializer)?;
        let scopes = names.iter().copied().collect::<Scopes>();
        if names.len() != scopes.iter().count() {
            return Err(de::Error::custom("a scope is named twice"));
        }
        Ok(scopes)
    }
}

#[cfg(feature = "openapi")]
impl schemars::JsonSchema for Scopes {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Scopes".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "array", "uniqueItems": true, "maxItems": Scope::ALL.len(),
            "items": generator.subschema_for::<Scope>(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_set_is_read_as_it_is_written() {
        for bits in 0..1 << Scope::ALL.len() {
            let scopes = Scopes(bits);
            assert_eq!(scopes.to_string().parse(), Ok(scopes));
            let json = serde_json::to_string(&scopes).unwrap();
            assert_eq!(serde_json::from_str::<Scopes>(&json).unwrap(), scopes);
            assert_eq!(scopes.iter().count() as u32, bits.count_ones());
        }
        assert_eq!("read:bi root".parse::<Scopes>(), Err(ScopeError));
        for text in [r#"["write:all"]"#, r#"["read:bi","read:bi"]"#] {
            assert!(serde_json::from_str::<Scopes>(text).is_err(), "{text}");
        }
    }
}
