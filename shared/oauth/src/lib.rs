//! Tokens for programs after OAuth 2.1 (draft-ietf-oauth-v2-1): what is asked, granted, signed and refused.
//!
//! - [`form`]: requests as forms (RFC 6749, appendix B), with the client that sends them ([`client`]);
//! - [`authorize`]: asking a person to let a program act for them, and [`pkce`], which binds the answer to it;
//! - [`device`]: programs on devices without a browser;
//! - [`token`]: access tokens as signed JWTs (RFC 9068);
//! - [`external`]: tokens of other issuers that a company lets in (RFC 7519);
//! - [`oidc`]: signing in by an OpenID provider, as its client;
//! - [`rotation`]: which key signs, which are published, and when the next is due;
//! - [`Refusal`]: errors by their registered names.
//!
//! Pure: time, randomness and signatures come from outside, and so does storage. Out of scope: HTTP, and who
//! people are.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod authorize;
pub mod client;
pub mod device;
pub mod external;
pub mod form;
pub mod oidc;
pub mod pkce;
mod refusal;
pub mod rotation;
pub mod token;

pub use refusal::{Refusal, Refused};

use policy::Scopes;

/// The scopes that are asked for, all that there may be where none is named; refuses any that may not be.
pub fn scopes(asked: Option<&str>, allowed: Scopes) -> Result<Scopes, Refused> {
    let scopes = match asked {
        None => allowed,
        Some(names) => names
            .parse()
            .map_err(|_| Refusal::InvalidScope.because("a scope that there is not"))?,
    };
    if scopes.is_empty() || scopes.iter().any(|scope| !allowed.has(scope)) {
        return Err(Refusal::InvalidScope.because(format!("ask for one or more of {allowed}")));
    }
    Ok(scopes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_than_allowed_is_granted() {
        let allowed: Scopes = "read:bi read:ingest".parse().unwrap();
        let asked = |names| scopes(names, allowed).ok().map(|scopes| scopes.to_string());
        assert_eq!(asked(None).as_deref(), Some("read:bi read:ingest"));
        assert_eq!(asked(Some("read:ingest")).as_deref(), Some("read:ingest"));
        for names in ["", " ", "read:bi write:ingest", "root"] {
            assert_eq!(asked(Some(names)), None, "{names:?}");
        }
    }
}
