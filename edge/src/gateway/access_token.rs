//! Access tokens of programs: signed by a key of ours, of this time, and of a grant that stands.
//!
//! The signature is the platform's to check, the claims are `oauth::token`'s, and the grant is asked for each time
//! (but for [`super::known_keys`]' moment), with the person as they are now: who was sent away, or is less than they
//! were, is so for the programs that act for them too.

use credentials::jwk::Jwk;
use credentials::{Algorithm, Key, from_base64url, jws};
use oauth::token::{self, Claims};

use crate::address;
use crate::fault::{Context, Fault};
use crate::features::oauth::keys;
use crate::gateway::caller::channels_of;
use crate::gateway::known_keys::{Grant, Grantor, KnownKey};
use crate::ports::{Database, Platform};

/// Id and secret of `Basic`, each written as in a form (RFC 6749, 2.3.1).
pub fn basic(credential: &str) -> Option<(String, String)> {
    use base64::Engine as _;
    let (scheme, text) = credential.split_once(' ')?;
    let bytes = base64::prelude::BASE64_STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (id, secret) = text.split_once(':')?;
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    is_basic.then(|| (address::decoded(id), address::decoded(secret)))
}

/// A token that is good: whose it is, and what it says.
pub async fn look_up<P: Platform>(
    platform: &P,
    issuer: &str,
    text: &str,
) -> Result<Option<(KnownKey, Claims)>, Fault> {
    let Some((kid, grant)) = token::unproven(text) else {
        return Ok(None);
    };
    let now = platform.now().millis();
    let statement = "SELECT (SELECT private_key FROM oauth_keys WHERE id = ?3), \
         oauth_clients.company_id, client_id, person_id, role, \
         channels FROM oauth_grants JOIN oauth_clients ON \
         oauth_clients.id = client_id LEFT JOIN people ON people.id = person_id \
         WHERE oauth_grants.id = ?1 AND oauth_grants.revoked_at IS NULL AND ends_at > ?2 AND \
         oauth_clients.revoked_at IS NULL";
    let values = vec![grant.into(), now.into(), kid.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([key, company, client, person, role, channels]) = rows.first().map(Vec::as_slice)
    else {
        return Ok(None);
    };
    let Some(private_key) = key.text() else {
        return Ok(None);
    };
    let Some(claims) = proven(platform, issuer, text, &kid, private_key).await? else {
        return Ok(None);
    };
    let client = client.text_or_empty();
    let grantor = match person.text() {
        // Somebody who was sent away has no role.
        Some(id) => match role.text().and_then(|role| role.parse().ok()) {
            Some(role) => Some(Grantor {
                person: id.to_owned(),
                role,
                channels: channels_of(channels)?,
            }),
            None => return Ok(None),
        },
        None => None,
    };
    let known = KnownKey {
        company: company
            .text()
            .unwrap_or_default()
            .parse()
            .context("read a token's company")?,
        id: client.to_owned(),
        scopes: claims.scope.parse().context("read a token's scopes")?,
        networks: Vec::new(),
        ends_at: Some(claims.exp * 1_000),
        grant: Some(Grant {
            grantor,
            thumbprint: claims.cnf.as_ref().map(|cnf| cnf.jkt.clone()),
        }),
        vouched: None,
    };
    Ok((claims.client_id == client).then_some((known, claims)))
}

/// What a token says, where the key of that name has signed it and all of it is for us and now.
async fn proven<P: Platform>(
    platform: &P,
    issuer: &str,
    text: &str,
    kid: &str,
    private_key: &str,
) -> Result<Option<Claims>, Fault> {
    let point = keys::public(kid, private_key)?;
    let key = from_base64url(&point.x)
        .zip(from_base64url(&point.y))
        .and_then(|(x, y)| Key::curve(Algorithm::Es256, &x, &y).ok());
    let key = Jwk {
        kid: Some(kid.to_owned()),
        key: key.ok_or_else(|| Fault::internal("check a token", "the key is none"))?,
    };
    let Ok(token) = jws::read(text, &key) else {
        return Ok(None);
    };
    let signed = token.signed.as_bytes();
    let is_signed = platform.is_signed(token.key, signed, &token.signature);
    let is_signed = is_signed.await;
    let kind = token.kind.clone();
    let now = platform.now().millis() / 1_000;
    let payload = token.proven(is_signed).ok();
    Ok(payload.and_then(|payload| token::read(kind.as_deref(), &payload, issuer, now)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_is_read_as_it_is_written() {
        let of = |id: &str, secret: &str| Some((id.to_owned(), secret.to_owned()));
        let example = basic("Basic czYtY2xpZW50Om1ic19zZWNyZXQ=");
        assert_eq!(example, of("s6-client", "mbs_secret"));
        // Some libraries write even these letters as percent signs and digits.
        let encoded = "basic by0xJTJEMjptYnMlNUZ4JTJCeQ==";
        assert_eq!(basic(encoded), of("o-1-2", "mbs_x+y"));
        for wrong in ["Bearer czZCaGRSa3F0Mzo3", "Basic", "Basic !", "Basic czZC"] {
            assert_eq!(basic(wrong), None, "{wrong}");
        }
    }
}
