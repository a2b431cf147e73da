//! Programs that get tokens: registered by an owner, listed, ended, taken back. Of a secret only its digest is kept.

use api::ProblemKind;
use api::keys::{NAME_LENGTH_MAX, OVERLAP_HOURS, OVERLAP_HOURS_MAX, RESTORE_MILLIS, Rotate};
use api::oauth::{CLIENTS_MAX, Client, ClientKind, Clients, MadeClient, NewClient, REDIRECTS_MAX};
use kernel::TenantId;
use oauth::authorize;

use crate::digest;
use crate::fault::{Context, Fault};
use crate::features::{checked_name, from_json, new_id};
use crate::gateway::caller::Caller;
use crate::http::Response;
use crate::ports::{Database, Platform, SqlValue};

/// Lists the programs of a company.
pub async fn list<P: Platform>(platform: &P, company: &TenantId) -> Result<Response, Fault> {
    let clients = read(platform, company).await?;
    Response::json(200, &Clients { clients })
}

/// Registers a program and tells its secret.
pub async fn make<P: Platform>(
    platform: &P,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let (company, person, _) = caller.require_person()?;
    let new: NewClient = from_json(body)?;
    let name = checked_name(&new.name, NAME_LENGTH_MAX)?;
    if new.scopes.is_empty() {
        return Err(Fault::bad_request("name at least one scope"));
    }
    check_redirects(&new)?;
    let id = new_id(platform, "o")?;
    let secret = match new.kind {
        ClientKind::Service | ClientKind::Web => Some(super::secret(platform, "mbs_")?),
        ClientKind::Native => None,
    };
    let digest = secret.as_deref().map(digest::secret_digest);
    let redirects = serde_json::to_string(&new.redirects).context("write addresses")?;
    let statement = "INSERT INTO oauth_clients (id, company_id, name, secret_digest, scopes, \
         created_by, created_at, kind, redirects) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?10 WHERE \
         (SELECT COUNT(*) FROM oauth_clients WHERE company_id = ?2 AND revoked_at IS NULL) < ?8";
    let values = vec![
        id.as_str().into(),
        company.as_str().into(),
        name.into(),
        digest.map_or(SqlValue::Null, SqlValue::Text),
        new.scopes.to_string().into(),
        person.into(),
        platform.now().millis().into(),
        (CLIENTS_MAX as i64).into(),
        new.kind.name().into(),
        redirects.into(),
    ];
    platform.database().rows((statement, values)).await?;
    let clients = read(platform, company).await?;
    let client = clients.into_iter().find(|client| client.id == id);
    let client = client.ok_or_else(|| {
        let detail = format!("there are {CLIENTS_MAX} programs already; end one first");
        Fault::refused(ProblemKind::Conflict, detail)
    })?;
    Response::json(201, &MadeClient { client, secret })
}

/// Gives a program a new secret and tells it. The one before stays good for some hours; an older one ends.
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
            "the old secret stays good for 0 to {OVERLAP_HOURS_MAX} hours"
        )));
    }
    let until = platform.now().millis() + i64::from(hours) * 3_600_000;
    let secret = super::secret(platform, "mbs_")?;
    let statement = "UPDATE oauth_clients SET old_secret_digest = secret_digest, old_secret_ends_at = ?3, \
         secret_digest = ?4 WHERE company_id = ?1 AND id = ?2 AND revoked_at IS NULL AND \
         secret_digest IS NOT NULL RETURNING id";
    let values = vec![
        company.as_str().into(),
        id.into(),
        until.into(),
        digest::secret_digest(&secret).into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    let clients = read(platform, company).await?;
    let client = clients.into_iter().find(|client| client.id == id);
    let client = client.ok_or_else(Fault::not_found)?;
    if rows.is_empty() {
        let detail =
            "a program on people's devices has no secret; its refresh tokens can be bound to a key";
        return Err(Fault::refused(ProblemKind::Conflict, detail));
    }
    let secret = Some(secret);
    Response::json(201, &MadeClient { client, secret })
}

/// Ends a program and with it all of its tokens; for some minutes that can be taken back.
pub async fn revoke<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let now = platform.now().millis();
    let gone = || vec![company.as_str().into(), (now - RESTORE_MILLIS).into()];
    let statements = vec![
        (
            "DELETE FROM oauth_secrets WHERE grant_id IN (SELECT oauth_grants.id FROM oauth_grants \
             JOIN oauth_clients ON oauth_clients.id = client_id WHERE company_id = ?1 AND \
             oauth_clients.revoked_at <= ?2)",
            gone(),
        ),
        (
            "DELETE FROM oauth_grants WHERE client_id IN (SELECT id FROM oauth_clients WHERE \
             company_id = ?1 AND revoked_at <= ?2)",
            gone(),
        ),
        (
            "DELETE FROM oauth_devices WHERE client_id IN (SELECT id FROM oauth_clients WHERE \
             company_id = ?1 AND revoked_at <= ?2)",
            gone(),
        ),
        (
            "DELETE FROM oauth_clients WHERE company_id = ?1 AND revoked_at <= ?2",
            gone(),
        ),
        (
            "UPDATE oauth_clients SET revoked_at = ?3 WHERE company_id = ?1 AND id = ?2 AND \
             revoked_at IS NULL RETURNING id",
            vec![company.as_str().into(), id.into(), now.into()],
        ),
    ];
    let rows = platform.database().batch(statements).await?;
    platform.meters(|meters| meters.keys.forget());
    if rows.last().is_none_or(Vec::is_empty) {
        return Err(Fault::not_found());
    }
    list(platform, company).await
}

/// Takes the end of a program back.
pub async fn restore<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let statement = "UPDATE oauth_clients SET revoked_at = NULL WHERE company_id = ?1 AND id = ?2 AND \
         revoked_at > ?3 AND (SELECT COUNT(*) FROM oauth_clients WHERE company_id = ?1 AND \
         revoked_at IS NULL) < ?4 RETURNING id";
    let values = vec![
        company.as_str().into(),
        id.into(),
        (platform.now().millis() - RESTORE_MILLIS).into(),
        (CLIENTS_MAX as i64).into(),
    ];
    if platform
        .database()
        .rows((statement, values))
        .await?
        .is_empty()
    {
        return Err(Fault::not_found());
    }
    list(platform, company).await
}

/// Refuses addresses that answers must not go to, too many of them, and too few.
fn check_redirects(new: &NewClient) -> Result<(), Fault> {
    let count = match new.kind {
        ClientKind::Service => 0..=0,
        ClientKind::Web | ClientKind::Native => 1..=REDIRECTS_MAX,
    };
    if !count.contains(&new.redirects.len()) {
        let (least, most) = (count.start(), count.end());
        return Err(Fault::bad_request(format!(
            "a program of this kind has {least} to {most} redirects"
        )));
    }
    if !new.redirects.iter().all(|it| authorize::is_redirect(it)) {
        return Err(Fault::bad_request(
            "a redirect is https, http on the person's own machine, or a scheme such as com.example.app:",
        ));
    }
    Ok(())
}

async fn read<P: Platform>(platform: &P, company: &TenantId) -> Result<Vec<Client>, Fault> {
    let statement = "SELECT id, name, scopes, kind, redirects, created_at, used_at, CASE WHEN \
         old_secret_ends_at > ?2 THEN old_secret_ends_at END FROM oauth_clients \
         WHERE company_id = ?1 AND revoked_at IS NULL ORDER BY created_at DESC, id";
    let values = vec![company.as_str().into(), platform.now().millis().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let clients = rows.iter().filter_map(|row| {
        let [
            id,
            name,
            scopes,
            kind,
            redirects,
            created_at,
            used_at,
            old_until,
        ] = row.as_slice()
        else {
            return None;
        };
        Some(Client {
            id: id.text_or_empty().to_owned(),
            name: name.text_or_empty().to_owned(),
            scopes: scopes.text_or_empty().parse().ok()?,
            kind: ClientKind::from_name(kind.text_or_empty())?,
            redirects: serde_json::from_str(redirects.text_or_empty()).ok()?,
            created_at: created_at.integer()?,
            used_at: used_at.integer(),
            old_secret_until: old_until.integer(),
        })
    });
    Ok(clients.collect())
}
