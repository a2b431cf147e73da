//! Access tokens as JWTs (RFC 9068): what they say, how they are written, and when they are believed.
//!
//! A token is good for minutes and names its grant, so that whoever takes it back (revocation, a client that is
//! ended, a person who is sent away) takes it back at once: the edge asks whether the grant stands.

use std::borrow::Cow;

use credentials::{from_base64url, to_base64url};
use policy::Scopes;
use serde::{Deserialize, Serialize};

/// How long a token is good, in seconds.
pub const LIFE_SECONDS: i64 = 600;
/// How much later than ours a signer's clock may be, in seconds.
const SKEW_SECONDS: i64 = 60;
/// The type that the header of an access token gives.
const KIND: &str = "at+jwt";

/// What a token says (RFC 9068, 2.2), and its grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who signed it: the origin of the edge.
    pub iss: String,
    /// For whom it is: the same.
    pub aud: String,
    /// Whom it stands for: a person, or the client itself.
    pub sub: String,
    /// The client.
    pub client_id: String,
    /// Scopes, between spaces.
    pub scope: String,
    /// When it was signed, in seconds since 1970.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// Its own name.
    pub jti: String,
    /// The grant that it is of.
    pub grant_id: String,
    /// The key whose holder alone may use it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cnf: Option<Confirmation>,
}

/// A key that the bearer must hold (RFC 9449, 6).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Its thumbprint (RFC 7638).
    pub jkt: String,
}

#[derive(Serialize, Deserialize)]
struct Header<'h> {
    #[serde(borrow)]
    alg: Cow<'h, str>,
    #[serde(borrow)]
    typ: Cow<'h, str>,
    #[serde(borrow)]
    kid: Cow<'h, str>,
}

/// Header and claims as they are signed by ES256 under a key's name.
pub fn to_sign(claims: &Claims, kid: &str) -> Option<String> {
    let header = Header {
        alg: "ES256".into(),
        typ: KIND.into(),
        kid: kid.into(),
    };
    let header = to_base64url(&serde_json::to_vec(&header).ok()?);
    let claims = to_base64url(&serde_json::to_vec(claims).ok()?);
    Some(format!("{header}.{claims}"))
}

/// The whole token, from what was signed and the signature.
pub fn signed(signed: &str, signature: &[u8]) -> String {
    format!("{signed}.{}", to_base64url(signature))
}

/// What a token says before anything of it is believed: the name of its key and its grant, to look both up.
pub fn unproven(token: &str) -> Option<(String, String)> {
    let mut parts = token.split('.').map(from_base64url);
    let (header, claims) = (parts.next()??, parts.next()??);
    let header: Header<'_> = serde_json::from_slice(&header).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Some((header.kid.into_owned(), claims.grant_id))
}

/// The claims of a token whose signature is good, where all else is too: an access token of this issuer, for it, and
/// of this time.
pub fn read(kind: Option<&str>, payload: &[u8], issuer: &str, now_seconds: i64) -> Option<Claims> {
    // RFC 9068, 4: the media type's prefix may be left out.
    let kind = kind?.to_ascii_lowercase();
    let is_kind = kind.strip_prefix("application/").unwrap_or(&kind) == KIND;
    let claims: Claims = serde_json::from_slice(payload).ok()?;
    let is_ours = claims.iss == issuer && claims.aud == issuer;
    let is_now = now_seconds < claims.exp && claims.iat <= now_seconds + SKEW_SECONDS;
    (is_kind && is_ours && is_now && claims.scope.parse::<Scopes>().is_ok()).then_some(claims)
}

#[cfg(test)]
mod tests {
    use credentials::jwk::Jwk;
    use credentials::jws;

    use super::*;

    /// The key of RFC 7515, A.3, with an algorithm and a name.
    const KEY: &[u8] = include_bytes!("../vectors/rfc7515_a3_key.txt");

    fn claims() -> Claims {
        Claims {
            iss: "https://bi.example".into(),
            aud: "https://bi.example".into(),
            sub: "o-1".into(),
            client_id: "o-1".into(),
            scope: "read:bi".into(),
            iat: 1_000,
            exp: 1_000 + LIFE_SECONDS,
            jti: "t-1".into(),
            grant_id: "g-1".into(),
            cnf: None,
        }
    }

    fn is_read(kind: &str, claims: &Claims, now: i64) -> bool {
        let payload = serde_json::to_vec(claims).unwrap();
        read(Some(kind), &payload, "https://bi.example", now).is_some()
    }

    #[test]
    fn a_token_is_believed_here_now_and_as_what_it_is() {
        assert!(is_read("at+jwt", &claims(), 1_000));
        assert!(is_read("application/AT+JWT", &claims(), 999 + LIFE_SECONDS));
        assert!(!is_read("at+jwt", &claims(), 1_000 + LIFE_SECONDS));
        assert!(!is_read("at+jwt", &claims(), 939));
        for kind in ["JWT", "jwt", "", "dpop+jwt", "application/jwt"] {
            assert!(!is_read(kind, &claims(), 1_000), "{kind}");
        }
        for change in [
            |claims: &mut Claims| claims.iss = "https://evil.example".into(),
            |claims: &mut Claims| claims.aud = "https://other.example".into(),
            |claims: &mut Claims| claims.scope = "root".into(),
        ] {
            let mut changed = claims();
            change(&mut changed);
            assert!(!is_read("at+jwt", &changed, 1_000), "{changed:?}");
        }
        let payload = serde_json::to_vec(&claims()).unwrap();
        assert_eq!(read(None, &payload, "https://bi.example", 1_000), None);
    }

    #[test]
    fn what_is_written_is_a_token_that_others_read() {
        let text = to_sign(&claims(), "k-1").unwrap();
        let token = signed(&text, &[1; 64]);
        assert_eq!(unproven(&token), Some(("k-1".into(), "g-1".into())));
        let key = Jwk::read(KEY).unwrap();
        let read = jws::read(&token, &key).unwrap();
        assert_eq!(
            (read.kind.as_deref(), read.signed),
            (Some("at+jwt"), text.as_str())
        );
        assert!(read.proven(false).is_err());
    }

    /// The example of RFC 7515, A.3, is a good ES256 signature and no access token.
    #[test]
    fn another_kind_of_jwt_is_no_access_token() {
        let token = include_str!("../vectors/rfc7515_a3_token.txt").trim();
        let key = Jwk::read(KEY).unwrap();
        let payload = jws::verify(token, &key).unwrap();
        let kind = jws::read(token, &key).unwrap().kind;
        assert_eq!(read(kind.as_deref(), &payload, "joe", 1_300_819_379), None);
        assert_eq!(unproven(token), None);
    }
}
