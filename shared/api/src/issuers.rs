//! Other issuers whose tokens a company lets in, such as its own identity provider; for owners, by their session:
//!
//! - `GET /api/auth/v1/issuers` lists them, and tells the audience that their tokens must name.
//! - `POST /api/auth/v1/issuers` lets one in.
//! - `PUT /api/auth/v1/issuers/{id}` puts what is sent in the place of what there was.
//! - `DELETE /api/auth/v1/issuers/{id}` lets it in no more.
//!
//! A program sends such a token as `Authorization: Bearer`. It acts with the role and the scopes of the first rule that
//! the token's claims meet; one that meets none opens nothing. So a rule says whose tokens these are: many issuers sign
//! for anybody.

use policy::{Role, Scopes};
use serde::{Deserialize, Serialize};

/// Path of issuers.
pub const ISSUERS_PATH: &str = "/api/auth/v1/issuers";
/// Path of one issuer.
pub const ISSUER_PATH: &str = "/api/auth/v1/issuers/{id}";

/// Issuers that a company may have.
pub const ISSUERS_MAX: usize = 10;
/// Rules of one issuer.
pub const RULES_MAX: usize = 20;
/// The longest name of an issuer, in characters.
pub const NAME_LENGTH_MAX: usize = 60;
/// The longest `iss`, claim or value, in bytes.
pub const TEXT_BYTES_MAX: usize = 300;
/// The largest set of keys, in bytes.
pub const JWKS_BYTES_MAX: usize = 32 << 10;

/// Whether a text can be an `iss`, a claim or a value: 1 to [`TEXT_BYTES_MAX`] bytes without control characters.
pub fn is_text(text: &str) -> bool {
    (1..=TEXT_BYTES_MAX).contains(&text.len()) && !text.chars().any(char::is_control)
}

/// What a token that says something may do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct IssuerRule {
    /// The claim, such as `sub` or `groups`.
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = 300)))]
    pub claim: String,
    /// What it is, or holds in its list.
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = 300)))]
    pub value: String,
    /// Whose sight the token has.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::personal_role")
    )]
    pub role: Role,
    /// What it may do, as far as the role may; at least one.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::scopes_some")
    )]
    pub scopes: Scopes,
}

impl IssuerRule {
    /// Whether it says whose tokens it is about and what they may do, as a person's role.
    pub fn is_whole(&self) -> bool {
        is_text(&self.claim)
            && is_text(&self.value)
            && self.role.is_personal()
            && !self.scopes.is_empty()
    }
}

/// Body of letting an issuer in, and of changing one: with the address of its keys, or with the keys themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewIssuer {
    /// What it is called here; 1 to [`NAME_LENGTH_MAX`] characters.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::key_name")
    )]
    pub name: String,
    /// What its tokens say in `iss`, letter by letter.
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = 300)))]
    pub issuer: String,
    /// Where its keys are published (JWKS, RFC 7517): `https`, on the public internet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks_url: Option<String>,
    /// Its keys, as the text of a JWKS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jwks: Option<String>,
    /// Rules, 1 to [`RULES_MAX`]; the first that a token meets counts.
    #[cfg_attr(feature = "openapi", schemars(length(min = 1, max = 20)))]
    pub rules: Vec<IssuerRule>,
}

/// An issuer. Moments are milliseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Issuer {
    /// Its id.
    pub id: String,
    /// What it is called here.
    pub name: String,
    /// What its tokens say in `iss`.
    pub issuer: String,
    /// Where its keys are published; nothing where they were given.
    pub jwks_url: Option<String>,
    /// The keys that were given, as the text of a JWKS; nothing where they are published.
    pub jwks: Option<String>,
    /// Its rules.
    pub rules: Vec<IssuerRule>,
    /// When it was let in.
    pub created_at: i64,
}

/// The issuers of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Issuers {
    /// Issuers, oldest first.
    pub issuers: Vec<Issuer>,
    /// What their tokens must name in `aud`.
    pub audience: String,
}

#[cfg(test)]
mod tests {
    use policy::Scope;

    use super::*;

    #[test]
    fn a_rule_is_whole_or_it_is_not() {
        let whole = IssuerRule {
            claim: "groups".to_owned(),
            value: "x".repeat(TEXT_BYTES_MAX),
            role: Role::Cfo,
            scopes: Scopes::from_iter([Scope::ReadBi]),
        };
        assert!(whole.is_whole());
        let without = |change: fn(&mut IssuerRule)| {
            let mut rule = whole.clone();
            change(&mut rule);
            rule.is_whole()
        };
        assert!(!without(|rule| rule.claim.clear()));
        assert!(!without(|rule| rule.claim.push('\n')));
        assert!(!without(|rule| rule.value.push('x')));
        assert!(!without(|rule| rule.role = Role::Service));
        assert!(!without(|rule| rule.scopes = Scopes::NONE));
    }
}
