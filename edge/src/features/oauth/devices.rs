//! Programs on devices without a browser: the code that a person types, and their answer. The device asks meanwhile.

use api::oauth::{AUTHORIZE_PATH, ClientKind, Consent, DeviceCode, Token};
use kernel::TenantId;
use oauth::Refusal;
use oauth::device::{self, INTERVAL_SECONDS, LIFE_SECONDS, Waiting};

use super::{Asking, begin, exchange, refused};
use crate::digest;
use crate::fault::{Context, Fault};
use crate::features::new_id;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, SqlValue};

/// Gives a device its code, and another for the person.
pub async fn code<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let asking = begin(platform, request, body).await?;
    if asking.client.kind != ClientKind::Native {
        let detail = "this program was registered for another way of asking";
        return Err(refused(Refusal::UnauthorizedClient.because(detail)));
    }
    let scopes = oauth::scopes(asking.form.get("scope"), asking.client.scopes).map_err(refused)?;
    let now = platform.now().millis();
    let device_code = super::secret(platform, "mbd_")?;
    let code = device::code(&platform.random()?);
    let statements = vec![
        (
            "DELETE FROM oauth_devices WHERE ends_at <= ?1",
            vec![now.into()],
        ),
        (
            "INSERT INTO oauth_devices (device_digest, user_digest, client_id, scopes, ends_at, \
             interval_seconds) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            vec![
                digest::secret_digest(&device_code).into(),
                digest::secret_digest(&code).into(),
                asking.client.id.into(),
                scopes.to_string().into(),
                (now + LIFE_SECONDS * 1_000).into(),
                INTERVAL_SECONDS.into(),
            ],
        ),
    ];
    platform.database().batch(statements).await?;
    let page = format!("{}{AUTHORIZE_PATH}", super::issuer(request));
    let user_code = device::shown(&code);
    Response::json(
        200,
        &DeviceCode {
            device_code,
            verification_uri_complete: format!("{page}?user_code={user_code}"),
            verification_uri: page,
            user_code,
            expires_in: LIFE_SECONDS,
            interval: INTERVAL_SECONDS,
        },
    )
}

/// What the program of a code asks, where it is of the person's own company.
pub async fn look<P: Platform>(
    platform: &P,
    company: &TenantId,
    typed: &str,
) -> Result<Consent, Fault> {
    let statement = "SELECT name, oauth_devices.scopes FROM oauth_devices JOIN oauth_clients ON \
         oauth_clients.id = client_id WHERE user_digest = ?1 AND company_id = ?2 AND ends_at > ?3 AND \
         answer IS NULL AND revoked_at IS NULL";
    let values = vec![
        code_of(typed)?,
        company.as_str().into(),
        platform.now().millis().into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([name, scopes]) = rows.first().map(Vec::as_slice) else {
        return Err(no_code());
    };
    Ok(Consent {
        name: name.text_or_empty().to_owned(),
        scopes: scopes
            .text_or_empty()
            .parse()
            .context("read a device's scopes")?,
        redirect: None,
        is_done: false,
    })
}

/// Takes the person's answer, once.
pub async fn decide<P: Platform>(
    platform: &P,
    company: &TenantId,
    person: &str,
    typed: &str,
    grant: bool,
) -> Result<Consent, Fault> {
    let consent = look(platform, company, typed).await?;
    let now = platform.now().millis();
    let id = new_id(platform, "g")?;
    let answer = "UPDATE oauth_devices SET answer = ?2, grant_id = ?3 WHERE user_digest = ?1 AND \
         answer IS NULL AND ends_at > ?4";
    let keep = "INSERT INTO oauth_grants (id, client_id, person_id, scopes, created_at, ends_at) \
         SELECT ?1, client_id, ?2, scopes, ?3, ends_at FROM oauth_devices WHERE grant_id = ?1 AND answer = 1";
    let statements = vec![
        (
            answer,
            vec![
                code_of(typed)?,
                grant.into(),
                id.as_str().into(),
                now.into(),
            ],
        ),
        (keep, vec![id.as_str().into(), person.into(), now.into()]),
        // Of two answers at the same time, one counts.
        (
            "SELECT 1 FROM oauth_devices WHERE grant_id = ?1",
            vec![id.into()],
        ),
    ];
    let rows = platform.database().batch(statements).await?;
    if rows.last().is_none_or(Vec::is_empty) {
        return Err(no_code());
    }
    Ok(Consent {
        is_done: true,
        ..consent
    })
}

/// A token for a device whose person has allowed it.
pub(super) async fn token<P: Platform>(platform: &P, asking: &Asking<'_>) -> Result<Token, Fault> {
    let code = asking.form.require("device_code").map_err(refused)?;
    let digest = digest::secret_digest(code);
    let statement = "SELECT answer, ends_at, asked_at, interval_seconds FROM oauth_devices WHERE \
         device_digest = ?1 AND client_id = ?2";
    let values = vec![digest.as_str().into(), asking.client.id.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([answer, ends_at, asked_at, interval]) = rows.first().map(Vec::as_slice) else {
        return Err(exchange::not_good());
    };
    let now = platform.now().millis();
    let waiting = Waiting {
        answer: answer.integer().map(|answer| answer == 1),
        ends_at: ends_at.integer().unwrap_or_default(),
        asked_at: asked_at.integer(),
        interval_seconds: interval.integer().unwrap_or(INTERVAL_SECONDS),
    };
    if let Some(refusal) = device::refusal(&waiting, now) {
        let longer = match refusal {
            Refusal::SlowDown => INTERVAL_SECONDS,
            _ => 0,
        };
        let statement = "UPDATE oauth_devices SET asked_at = ?2, interval_seconds = interval_seconds + ?3 \
             WHERE device_digest = ?1";
        let values = vec![digest.into(), now.into(), longer.into()];
        platform.database().rows((statement, values)).await?;
        let detail = match refusal {
            Refusal::AuthorizationPending => "the person has not answered; ask again",
            Refusal::SlowDown => "wait five seconds longer between two questions",
            Refusal::AccessDenied => "the person has refused",
            _ => "the code has ended; begin anew",
        };
        return Err(refused(refusal.because(detail)));
    }
    // Of two at the same time, one finds it.
    let statement = "DELETE FROM oauth_devices WHERE device_digest = ?1 RETURNING grant_id";
    let taken = platform
        .database()
        .rows((statement, vec![digest.into()]))
        .await?;
    let grant = taken.first().and_then(|row| row.first()?.text());
    exchange::of_grant(platform, asking, grant.ok_or_else(exchange::not_good)?).await
}

fn code_of(typed: &str) -> Result<SqlValue, Fault> {
    let code = device::typed(typed).ok_or_else(no_code)?;
    Ok(digest::secret_digest(&code).into())
}

fn no_code() -> Fault {
    Fault::bad_request("this code is not good, or not any more")
}
