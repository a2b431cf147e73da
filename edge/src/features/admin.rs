//! Endpoints of whoever runs the edge: migrations, companies, invites.

use api::ProblemKind;
use api::admin::{INVITE_DAYS, Invite, Migrated, Quota};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kernel::TenantId;
use model::profile::TenantProfile;

use crate::digest;
use crate::fault::Fault;
use crate::http::Response;
use crate::ports::{Database, Platform, Statement, Tenants};
use crate::tenant::{Ask, Told};

/// The changes of the shared database, in order. One that was applied is never changed.
const MIGRATIONS: [(&str, &str); 14] = [
    (
        "0001_accounts",
        include_str!("../../migrations/0001_accounts.sql"),
    ),
    (
        "0002_dashboards_devices_predictions",
        include_str!("../../migrations/0002_dashboards_devices_predictions.sql"),
    ),
    (
        "0003_sign_in",
        include_str!("../../migrations/0003_sign_in.sql"),
    ),
    (
        "0004_keys_and_members",
        include_str!("../../migrations/0004_keys_and_members.sql"),
    ),
    (
        "0005_kept_answers",
        include_str!("../../migrations/0005_kept_answers.sql"),
    ),
    (
        "0006_channels_of_people",
        include_str!("../../migrations/0006_channels_of_people.sql"),
    ),
    (
        "0007_oauth",
        include_str!("../../migrations/0007_oauth.sql"),
    ),
    (
        "0008_oauth_consent",
        include_str!("../../migrations/0008_oauth_consent.sql"),
    ),
    (
        "0009_oauth_devices",
        include_str!("../../migrations/0009_oauth_devices.sql"),
    ),
    (
        "0010_oauth_rotation",
        include_str!("../../migrations/0010_oauth_rotation.sql"),
    ),
    (
        "0011_access_lists",
        include_str!("../../migrations/0011_access_lists.sql"),
    ),
    (
        "0012_issuers",
        include_str!("../../migrations/0012_issuers.sql"),
    ),
    (
        "0013_identities",
        include_str!("../../migrations/0013_identities.sql"),
    ),
    (
        "0014_predictions",
        include_str!("../../migrations/0014_predictions.sql"),
    ),
];

const DAY_MILLIS: i64 = 86_400_000;

/// Brings the shared database up to date; each migration happens whole or not at all, and once.
pub async fn migrate<P: Platform>(platform: &P) -> Result<Response, Fault> {
    let database = platform.database();
    let statement = "CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)";
    database.rows((statement, Vec::new())).await?;
    let applied = database
        .rows(("SELECT name FROM migrations", Vec::new()))
        .await?;
    let is_applied = |name: &str| {
        let mut names = applied.iter().filter_map(|row| row.first()?.text());
        names.any(|applied| applied == name)
    };
    let mut now = Vec::new();
    for (name, text) in MIGRATIONS {
        if is_applied(name) {
            continue;
        }
        let mut statements = statements_of(text);
        // The name is unique: of two at the same time, one fails whole and finds it applied next time.
        let values = vec![name.into(), platform.now().millis().into()];
        statements.push((
            "INSERT INTO migrations (name, applied_at) VALUES (?1, ?2)",
            values,
        ));
        database.batch(statements).await?;
        now.push(name.to_owned());
    }
    Response::json(200, &Migrated { applied: now })
}

fn statements_of(text: &str) -> Vec<Statement<'_>> {
    text.split(";\n")
        .map(str::trim)
        .filter(|statement| !statement.is_empty())
        .map(|statement| (statement, Vec::new()))
        .collect()
}

/// Creates a company or changes its profile.
pub async fn put_company<P: Platform>(
    platform: &P,
    id: &TenantId,
    body: &[u8],
) -> Result<Response, Fault> {
    let profile: TenantProfile = super::from_json(body)?;
    if profile.id != *id {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            "the profile's id is not that of the path",
        ));
    }
    if !profile.has_valid_name() {
        let limit = TenantProfile::NAME_LENGTH_MAX;
        return Err(Fault::bad_request(format!(
            "a name has 1 to {limit} characters"
        )));
    }
    let statement = "INSERT INTO companies (id, created_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    let values = vec![id.as_str().into(), platform.now().millis().into()];
    platform.database().rows((statement, values)).await?;
    let ask = Ask::SetProfile {
        profile: profile.clone(),
    };
    match platform.tenants().ask(id, &ask).await? {
        Told::Set { is_new: true } => Response::json(201, &profile),
        _ => Response::json(200, &profile),
    }
}

/// Sets how many requests the keys of a company may make.
pub async fn put_quota<P: Platform>(
    platform: &P,
    id: &TenantId,
    body: &[u8],
) -> Result<Response, Fault> {
    let quota: Quota = super::from_json(body)?;
    platform.tenants().ask(id, &Ask::SetQuota { quota }).await?;
    Response::json(200, &quota)
}

/// Makes a one-time link.
pub async fn invite<P: Platform>(platform: &P) -> Result<Response, Fault> {
    let token = secret(platform)?;
    let now = platform.now().millis();
    let expires_at = now + INVITE_DAYS * DAY_MILLIS;
    let statement =
        "INSERT INTO invites (token_digest, created_at, expires_at) VALUES (?1, ?2, ?3)";
    let digest = digest::secret_digest(&token);
    let values = vec![digest.into(), now.into(), expires_at.into()];
    platform.database().rows((statement, values)).await?;
    Response::json(201, &Invite { token, expires_at })
}

/// 256 bits that nobody can guess, as text.
pub(super) fn secret<P: Platform>(platform: &P) -> Result<String, Fault> {
    Ok(BASE64_URL_SAFE_NO_PAD.encode(platform.random()?))
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;
    use crate::fakes::World;
    use crate::ports::SqlValue;

    #[test]
    fn sessions_from_before_there_were_people_stay() {
        let world = World::new();
        let run = |statement: &str| {
            let statement = (statement, Vec::new());
            block_on(Database::rows(world.database(), statement)).unwrap()
        };
        for (_, text) in &MIGRATIONS[..2] {
            block_on(world.database().batch(statements_of(text))).unwrap();
        }
        run("CREATE TABLE migrations (name TEXT PRIMARY KEY, applied_at INTEGER NOT NULL)");
        run(
            "INSERT INTO migrations VALUES ('0001_accounts', 1), ('0002_dashboards_devices_predictions', 1)",
        );
        run("INSERT INTO companies (id, created_at) VALUES ('acme', 5), ('demo', 6)");
        run("INSERT INTO sessions VALUES ('x', 'acme', 7, 9), ('y', 'acme', 8, 9)");
        block_on(migrate(&world)).unwrap();
        let rows = run(
            "SELECT COUNT(*), COUNT(DISTINCT person_id), COUNT(DISTINCT session_id), MIN(used_at) \
             FROM sessions JOIN people ON people.id = person_id AND people.company_id = 'acme'",
        );
        let numbers = [2, 1, 2, 7].map(SqlValue::Integer);
        assert_eq!(rows, [numbers]);
    }
}
