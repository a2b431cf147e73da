//! What a person lets programs do for them: listed, taken back, given again for some minutes.

use api::keys::RESTORE_MILLIS;
use api::oauth::{Granted, Grants};

use crate::fault::{Context, Fault};
use crate::features;
use crate::gateway::caller::Caller;
use crate::http::Response;
use crate::ports::{Database, Platform};

/// Lists the programs that may act for the caller.
pub async fn list<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    // A code that nobody has redeemed gave no program anything.
    let statement = "SELECT oauth_grants.id, name, oauth_grants.scopes, oauth_grants.created_at, ends_at, \
         oauth_grants.used_at FROM oauth_grants JOIN oauth_clients ON oauth_clients.id = client_id WHERE \
         person_id = ?1 AND oauth_grants.used_at IS NOT NULL AND ends_at > ?2 AND \
         oauth_grants.revoked_at IS NULL AND oauth_clients.revoked_at IS NULL \
         ORDER BY oauth_grants.created_at DESC, oauth_grants.id LIMIT ?3";
    let values = vec![
        person.into(),
        platform.now().millis().into(),
        (api::oauth::GRANTS_LISTED_MAX as i64).into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    let mut grants = Vec::new();
    for row in &rows {
        let [id, name, scopes, created_at, ends_at, used_at] = row.as_slice() else {
            continue;
        };
        grants.push(Granted {
            id: id.text_or_empty().to_owned(),
            name: name.text_or_empty().to_owned(),
            scopes: scopes
                .text_or_empty()
                .parse()
                .context("read a grant's scopes")?,
            created_at: created_at.integer().unwrap_or_default(),
            ends_at: ends_at.integer().unwrap_or_default(),
            used_at: used_at.integer(),
        });
    }
    Response::json(200, &Grants { grants })
}

/// Takes back what the caller let a program do: its tokens end at once.
pub async fn withdraw<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    let statement = "UPDATE oauth_grants SET revoked_at = ?3, withdrawn_at = ?3 WHERE id = ?1 AND \
         person_id = ?2 AND revoked_at IS NULL RETURNING id";
    let values = vec![id.into(), person.into(), platform.now().millis().into()];
    let changed = features::change(platform, (statement, values)).await;
    platform.meters(|meters| meters.keys.forget());
    changed?;
    list(platform, caller).await
}

/// Lets the program do it again. What ended because two had one secret stays ended.
pub async fn restore<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    let statement = "UPDATE oauth_grants SET revoked_at = NULL, withdrawn_at = NULL WHERE id = ?1 AND \
         person_id = ?2 AND withdrawn_at > ?3 RETURNING id";
    let since = platform.now().millis() - RESTORE_MILLIS;
    let values = vec![id.into(), person.into(), since.into()];
    features::change(platform, (statement, values)).await?;
    list(platform, caller).await
}
