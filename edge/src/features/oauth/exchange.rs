//! Codes and refresh tokens turned into tokens. Each is good once: a second use means that two have it, and whoever
//! came first may be the thief, so that the whole grant ends (OAuth 2.1, 4.1.2 and 4.3.1).

use api::oauth::{ClientKind, Token};
use oauth::{Refusal, pkce};

use super::{Asking, Grant, refused};
use crate::digest;
use crate::fault::Fault;
use crate::ports::{Database, Platform};

/// How long a refresh token that is not used is good, in milliseconds.
const REFRESH_MILLIS: i64 = 30 * 24 * 3_600_000;
/// How long a person's consent lasts, in milliseconds.
const GRANT_MILLIS: i64 = 180 * 24 * 3_600_000;

/// What is kept of a secret that a client sends.
struct Kept {
    grant: Grant,
    challenge: String,
    redirect: String,
    /// The thumbprint of the key that it is bound to.
    thumbprint: Option<String>,
    is_used: bool,
    is_late: bool,
}

/// A token for a code.
pub async fn code<P: Platform>(platform: &P, asking: &Asking<'_>) -> Result<Token, Fault> {
    let form = &asking.form;
    let code = form.require("code").map_err(refused)?;
    let verifier = form.require("code_verifier").map_err(refused)?;
    let redirect = form.require("redirect_uri").map_err(refused)?;
    let kept = use_up(platform, asking, code, "code", None).await?;
    if !pkce::is_proven(verifier, &kept.challenge) || redirect != kept.redirect {
        return Err(not_good());
    }
    give(platform, asking, kept.grant).await
}

/// A token, and a new refresh token, for a refresh token.
pub async fn refresh<P: Platform>(platform: &P, asking: &Asking<'_>) -> Result<Token, Fault> {
    let secret = asking.form.require("refresh_token").map_err(refused)?;
    let asked = asking.form.get("scope");
    let kept = use_up(platform, asking, secret, "refresh", asked).await?;
    give(platform, asking, kept.grant).await
}

/// A token of a grant that a person has made to this client.
pub async fn of_grant<P: Platform>(
    platform: &P,
    asking: &Asking<'_>,
    grant: &str,
) -> Result<Token, Fault> {
    let statement = "SELECT person_id, scopes FROM oauth_grants JOIN people ON people.id = person_id \
         WHERE oauth_grants.id = ?1 AND client_id = ?2 AND revoked_at IS NULL AND role <> 'gone'";
    let values = vec![grant.into(), asking.client.id.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([person, scopes]) = rows.first().map(Vec::as_slice) else {
        return Err(not_good());
    };
    let grant = Grant {
        id: grant.to_owned(),
        subject: person.text_or_empty().to_owned(),
        scopes: scopes.text_or_empty().parse().map_err(|_| not_good())?,
    };
    give(platform, asking, grant).await
}

/// Gives a token and a refresh token.
async fn give<P: Platform>(
    platform: &P,
    asking: &Asking<'_>,
    grant: Grant,
) -> Result<Token, Fault> {
    let now = platform.now().millis();
    let refresh = super::secret(platform, "mbr_")?;
    // Who has a secret shows it each time, and may change keys; who has none is known by the key (RFC 9449, 5).
    let is_public = asking.client.kind == ClientKind::Native;
    let thumbprint = asking.thumbprint.as_deref().filter(|_| is_public);
    let statements = vec![
        (
            "UPDATE oauth_grants SET ends_at = created_at + ?2, key_thumbprint = ?3, used_at = ?4 \
             WHERE id = ?1",
            vec![
                grant.id.as_str().into(),
                GRANT_MILLIS.into(),
                super::or_null(thumbprint),
                now.into(),
            ],
        ),
        (
            "INSERT INTO oauth_secrets (digest, kind, grant_id, expires_at) VALUES (?1, 'refresh', ?2, ?3)",
            vec![
                digest::secret_digest(&refresh).into(),
                grant.id.as_str().into(),
                (now + REFRESH_MILLIS).into(),
            ],
        ),
    ];
    platform.database().batch(statements).await?;
    let token = super::issue(platform, asking, grant).await?;
    Ok(Token {
        refresh_token: Some(refresh),
        ..token
    })
}

/// Uses a secret up, where it is this client's, good, and was not used. Of one that was, the whole grant ends. Scopes
/// that are more than the grant's are refused before: such a mistake costs the client nothing.
async fn use_up<P: Platform>(
    platform: &P,
    asking: &Asking<'_>,
    secret: &str,
    kind: &str,
    asked: Option<&str>,
) -> Result<Kept, Fault> {
    let digest = digest::secret_digest(secret);
    let now = platform.now().millis();
    let kept = look_up(platform, asking, &digest, kind, now).await?;
    let mut kept = kept.ok_or_else(not_good)?;
    if !kept.is_used {
        if kept.is_late {
            return Err(not_good());
        }
        // A thief without the key costs the owner nothing.
        if kept.thumbprint.is_some() && kept.thumbprint != asking.thumbprint {
            let detail = "it is bound to a key; send a proof of that key in the header DPoP";
            return Err(refused(Refusal::InvalidGrant.because(detail)));
        }
        kept.grant.scopes = oauth::scopes(asked, kept.grant.scopes).map_err(refused)?;
        // Of two at the same time, the second finds it used.
        let statement = "UPDATE oauth_secrets SET used_at = ?2 WHERE digest = ?1 AND \
             used_at IS NULL RETURNING digest";
        let values = vec![digest.into(), now.into()];
        if !platform
            .database()
            .rows((statement, values))
            .await?
            .is_empty()
        {
            return Ok(kept);
        }
    }
    super::end(platform, &kept.grant.id).await?;
    Err(not_good())
}

async fn look_up<P: Platform>(
    platform: &P,
    asking: &Asking<'_>,
    digest: &str,
    kind: &str,
    now: i64,
) -> Result<Option<Kept>, Fault> {
    let statement = "SELECT grant_id, person_id, scopes, challenge, redirect, used_at, \
         oauth_secrets.expires_at, key_thumbprint FROM oauth_secrets JOIN oauth_grants ON oauth_grants.id = grant_id \
         JOIN people ON people.id = person_id WHERE digest = ?1 AND kind = ?2 AND client_id = ?3 AND \
         revoked_at IS NULL AND ends_at > ?4 AND role <> 'gone'";
    let values = vec![
        digest.into(),
        kind.into(),
        asking.client.id.as_str().into(),
        now.into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    let Some(
        [
            grant,
            person,
            scopes,
            challenge,
            redirect,
            used_at,
            expires_at,
            thumbprint,
        ],
    ) = rows.first().map(Vec::as_slice)
    else {
        return Ok(None);
    };
    Ok(Some(Kept {
        grant: Grant {
            id: grant.text_or_empty().to_owned(),
            subject: person.text_or_empty().to_owned(),
            scopes: scopes.text_or_empty().parse().map_err(|_| not_good())?,
        },
        challenge: challenge.text_or_empty().to_owned(),
        redirect: redirect.text_or_empty().to_owned(),
        thumbprint: thumbprint.text().map(str::to_owned),
        is_used: used_at.integer().is_some(),
        is_late: expires_at.integer().is_none_or(|end| end <= now),
    }))
}

pub(super) fn not_good() -> Fault {
    refused(Refusal::InvalidGrant.because("it is not good, or not any more, or another client's"))
}
