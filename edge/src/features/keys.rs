//! Keys for programs: made, listed, given new secrets, ended, taken back. Of a secret only its digest is kept.

use api::ProblemKind;
use api::keys::{
    ApiKey, ApiKeys, DAYS_MAX, KEYS_MAX, MadeKey, NAME_LENGTH_MAX, NETWORKS_MAX, NewKey,
    OVERLAP_HOURS, OVERLAP_HOURS_MAX, RESTORE_MILLIS, Rotate,
};
use credentials::api_key;
use kernel::TenantId;
use policy::Network;

use super::{checked_name, from_json, new_id};
use crate::digest;
use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::http::Response;
use crate::ports::{Database, Platform, SqlValue, Statement};

const HOUR_MILLIS: i64 = 3_600_000;
const DAY_MILLIS: i64 = 24 * HOUR_MILLIS;
/// Characters of a secret that are kept to know it again: its prefix and 24 of its 256 bits.
const HINT_LENGTH: usize = 8;

/// Lists the keys of a company.
pub async fn list<P: Platform>(platform: &P, company: &TenantId) -> Result<Response, Fault> {
    let keys = read(platform, company).await?;
    Response::json(200, &ApiKeys { keys })
}

/// Makes a key and tells its secret.
pub async fn make<P: Platform>(
    platform: &P,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let (company, person, _) = caller.require_person()?;
    let new: NewKey = from_json(body)?;
    let name = checked(&new)?;
    let now = platform.now().millis();
    let id = new_id(platform, "k")?;
    let secret = api_key::write(&platform.random()?);
    let networks: Vec<String> = new.networks.iter().map(Network::to_string).collect();
    let expires_at = new
        .expires_in_days
        .map(|days| now + i64::from(days) * DAY_MILLIS);
    let is_room = "INSERT INTO api_keys (id, company_id, name, hint, scopes, networks, created_by, \
         created_at, expires_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 WHERE (SELECT COUNT(*) \
         FROM api_keys WHERE company_id = ?2 AND revoked_at IS NULL) < ?10";
    let values = vec![
        id.as_str().into(),
        company.as_str().into(),
        name.into(),
        hint(&secret).into(),
        new.scopes.to_string().into(),
        networks.join(" ").into(),
        person.into(),
        now.into(),
        expires_at.map_or(SqlValue::Null, SqlValue::Integer),
        (KEYS_MAX as i64).into(),
    ];
    let statements = vec![(is_room, values), keep(&secret, &id, company, now)];
    platform.database().batch(statements).await?;
    told(platform, company, &id, secret)
        .await
        .map_err(|fault| match fault {
            Fault::Refused { .. } => Fault::refused(
                ProblemKind::Conflict,
                format!("there are {KEYS_MAX} keys already; end one first"),
            ),
            fault => fault,
        })
}

/// Gives a key a new secret. The one of before stays good for some hours; any older one ends now, so that a
/// key has two secrets at the most.
pub async fn rotate<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
    body: &[u8],
) -> Result<Response, Fault> {
    let rotate: Rotate = from_json(body)?;
    let hours = rotate.overlap_hours.unwrap_or(OVERLAP_HOURS);
    if hours > OVERLAP_HOURS_MAX {
        return Err(Fault::bad_request(format!(
            "overlap_hours is 0 to {OVERLAP_HOURS_MAX}"
        )));
    }
    let now = platform.now().millis();
    let until = now + i64::from(hours) * HOUR_MILLIS;
    let secret = api_key::write(&platform.random()?);
    let is_own = || vec![id.into(), company.as_str().into(), now.into()];
    let and = |mut values: Vec<SqlValue>, more: SqlValue| {
        values.push(more);
        values
    };
    let statements = vec![
        (
            "DELETE FROM api_key_secrets WHERE key_id = ?1 AND ends_at IS NOT NULL AND EXISTS (SELECT 1 \
             FROM api_keys WHERE id = ?1 AND company_id = ?2 AND revoked_at IS NULL AND \
             (expires_at IS NULL OR expires_at > ?3))",
            is_own(),
        ),
        (
            "UPDATE api_key_secrets SET ends_at = ?4 WHERE key_id = ?1 AND EXISTS (SELECT 1 \
             FROM api_keys WHERE id = ?1 AND company_id = ?2 AND revoked_at IS NULL AND \
             (expires_at IS NULL OR expires_at > ?3))",
            and(is_own(), until.into()),
        ),
        keep(&secret, id, company, now),
        (
            "UPDATE api_keys SET hint = ?4 WHERE id = ?1 AND company_id = ?2 AND revoked_at IS NULL AND \
             (expires_at IS NULL OR expires_at > ?3)",
            and(is_own(), hint(&secret).into()),
        ),
    ];
    platform.database().batch(statements).await?;
    platform.meters(|meters| meters.keys.forget());
    told(platform, company, id, secret).await
}

/// Ends a key; for some minutes that can be taken back.
pub async fn revoke<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let now = platform.now().millis();
    let gone = now - RESTORE_MILLIS;
    let forget_secrets = "DELETE FROM api_key_secrets WHERE key_id IN (SELECT id FROM api_keys WHERE \
         company_id = ?1 AND revoked_at <= ?2)";
    let forget = "DELETE FROM api_keys WHERE company_id = ?1 AND revoked_at <= ?2";
    let mark = "UPDATE api_keys SET revoked_at = ?3 WHERE company_id = ?1 AND id = ?2 AND \
         revoked_at IS NULL RETURNING id";
    let statements = vec![
        (forget_secrets, vec![company.as_str().into(), gone.into()]),
        (forget, vec![company.as_str().into(), gone.into()]),
        (mark, vec![company.as_str().into(), id.into(), now.into()]),
    ];
    let rows = platform.database().batch(statements).await?;
    platform.meters(|meters| meters.keys.forget());
    if rows.last().is_none_or(Vec::is_empty) {
        return Err(Fault::not_found());
    }
    list(platform, company).await
}

/// Takes the end of a key back.
pub async fn restore<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let statement = "UPDATE api_keys SET revoked_at = NULL WHERE company_id = ?1 AND id = ?2 AND \
         revoked_at > ?3 AND (SELECT COUNT(*) FROM api_keys WHERE company_id = ?1 AND \
         revoked_at IS NULL) < ?4 RETURNING id";
    let values = vec![
        company.as_str().into(),
        id.into(),
        (platform.now().millis() - RESTORE_MILLIS).into(),
        (KEYS_MAX as i64).into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    if rows.is_empty() {
        return Err(Fault::not_found());
    }
    list(platform, company).await
}

/// Keeps a secret, where its key is there and good.
fn keep<'s>(secret: &str, id: &str, company: &TenantId, now: i64) -> Statement<'s> {
    (
        "INSERT INTO api_key_secrets (secret_digest, key_id, created_at) SELECT ?1, ?2, ?4 WHERE EXISTS \
         (SELECT 1 FROM api_keys WHERE id = ?2 AND company_id = ?3 AND revoked_at IS NULL AND \
         (expires_at IS NULL OR expires_at > ?4))",
        vec![
            digest::secret_digest(secret).into(),
            id.into(),
            company.as_str().into(),
            now.into(),
        ],
    )
}

/// A key with its secret; "not found" where the secret was not kept.
async fn told<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
    secret: String,
) -> Result<Response, Fault> {
    let keys = read(platform, company).await?;
    let is_it = |key: &ApiKey| key.id == id && key.hint == hint(&secret);
    let key = keys.into_iter().find(is_it).ok_or_else(Fault::not_found)?;
    Response::json(201, &MadeKey { key, secret })
}

fn hint(secret: &str) -> &str {
    secret.get(..HINT_LENGTH).unwrap_or_default()
}

/// The name of a key that is to be made, where all of it is within bounds.
fn checked(new: &NewKey) -> Result<&str, Fault> {
    let name = checked_name(&new.name, NAME_LENGTH_MAX)?;
    if new.scopes.is_empty() {
        return Err(Fault::bad_request("name at least one scope"));
    }
    if new.networks.len() > NETWORKS_MAX {
        return Err(Fault::bad_request(format!(
            "name at most {NETWORKS_MAX} networks"
        )));
    }
    if new
        .expires_in_days
        .is_some_and(|days| !(1..=DAYS_MAX).contains(&days))
    {
        return Err(Fault::bad_request(format!(
            "expires_in_days is 1 to {DAYS_MAX}"
        )));
    }
    Ok(name)
}

async fn read<P: Platform>(platform: &P, company: &TenantId) -> Result<Vec<ApiKey>, Fault> {
    let statement = "SELECT id, name, hint, scopes, networks, created_at, expires_at, used_at, \
         (SELECT MAX(ends_at) FROM api_key_secrets WHERE key_id = api_keys.id AND ends_at > ?2) \
         FROM api_keys WHERE company_id = ?1 AND revoked_at IS NULL ORDER BY created_at DESC, id";
    let values = vec![company.as_str().into(), platform.now().millis().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let keys = rows.iter().filter_map(|row| {
        let [
            id,
            name,
            hint,
            scopes,
            networks,
            created_at,
            expires_at,
            used_at,
            old,
        ] = row.as_slice()
        else {
            return None;
        };
        let networks = networks.text()?.split_ascii_whitespace();
        Some(ApiKey {
            id: id.text()?.to_owned(),
            name: name.text()?.to_owned(),
            hint: hint.text()?.to_owned(),
            scopes: scopes.text()?.parse().ok()?,
            networks: networks.map(str::parse).collect::<Result<_, _>>().ok()?,
            created_at: created_at.integer()?,
            expires_at: expires_at.integer(),
            used_at: used_at.integer(),
            old_secret_until: old.integer(),
        })
    });
    Ok(keys.collect())
}
