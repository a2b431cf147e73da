//! Sessions: opened, listed, ended. A token is in the browser's cookie only; here is its digest.

use api::ProblemKind;
use api::auth::SESSION_DAYS;
use api::sign_in::{Session, Sessions};

use super::device::Device;
use super::{admin, new_id};
use crate::digest;
use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::cookies;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, SqlValue, Statement};

const DAY_MILLIS: i64 = 86_400_000;
/// Sessions that are listed.
const LISTED_MAX: u32 = 50;

/// A session that is about to be kept.
pub(super) struct Opened {
    /// Its token, for the cookie.
    pub(super) token: String,
    /// What is kept of the token.
    pub(super) digest: String,
    id: String,
    device: Device,
    now: i64,
}

/// Draws a session that nobody can guess.
pub(super) fn draw<P: Platform>(platform: &P, request: &Request) -> Result<Opened, Fault> {
    let token = admin::secret(platform)?;
    Ok(Opened {
        digest: digest::secret_digest(&token),
        token,
        id: new_id(platform, "s")?,
        device: Device::of(request.header("user-agent").unwrap_or_default()),
        now: platform.now().millis(),
    })
}

impl Opened {
    /// Keeps it, where `invite` was used up by it or there is none (an empty text).
    pub(super) fn insert<'s>(&self, company: &str, person: &str, invite: &str) -> Statement<'s> {
        (
            "INSERT INTO sessions (token_digest, company_id, created_at, expires_at, person_id, \
             session_id, device_name, used_at) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?3 WHERE ?8 = '' OR \
             EXISTS (SELECT 1 FROM invites WHERE token_digest = ?8 AND session_digest = ?1)",
            vec![
                self.digest.as_str().into(),
                company.into(),
                self.now.into(),
                (self.now + SESSION_DAYS * DAY_MILLIS).into(),
                person.into(),
                self.id.as_str().into(),
                self.device.name.as_str().into(),
                invite.into(),
            ],
        )
    }

    /// Notes it among the devices, where it was kept.
    pub(super) fn register<'s>(&self) -> Statement<'s> {
        (
            "INSERT INTO meschain_mobile_sessions (session_id, company_id, user_id, device_type, \
             device_info, session_start) SELECT session_id, company_id, person_id, ?2, \
             json_object('name', device_name), created_at FROM sessions WHERE session_id = ?1",
            vec![self.id.as_str().into(), self.device.kind.into()],
        )
    }
}

/// Opens a session for a person who has just proved to be one; the browser's session of before ends.
pub(super) async fn open<P: Platform>(
    platform: &P,
    request: &Request,
    company: &str,
    person: &str,
) -> Result<Opened, Fault> {
    let opened = draw(platform, request)?;
    let mut statements = Vec::new();
    if let Some(before) = request.cookie(cookies::session_name(request)) {
        let digest = digest::secret_digest(before);
        statements.extend(end(&Ending::Token { digest: &digest }, opened.now));
    }
    statements.push(opened.insert(company, person, ""));
    statements.push(opened.register());
    platform.database().batch(statements).await?;
    Ok(opened)
}

/// Lists the sessions of the caller.
pub async fn list<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (_, person, digest) = caller.require_person()?;
    let statement = "SELECT session_id, device_name, created_at, used_at, token_digest FROM sessions \
         WHERE person_id = ?1 AND expires_at > ?2 ORDER BY used_at DESC, session_id LIMIT ?3";
    let values = vec![
        person.into(),
        platform.now().millis().into(),
        LISTED_MAX.into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    let sessions = rows.iter().filter_map(|row| {
        let [id, name, created_at, used_at, token] = row.as_slice() else {
            return None;
        };
        Some(Session {
            id: id.text()?.to_owned(),
            name: name.text()?.to_owned(),
            created_at: created_at.integer()?,
            used_at: used_at.integer()?,
            is_this: token.text() == Some(digest),
        })
    });
    Response::json(
        200,
        &Sessions {
            sessions: sessions.collect(),
        },
    )
}

/// Ends all sessions of the caller but this one.
pub async fn end_others<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (_, person, digest) = caller.require_person()?;
    let statements = end(&Ending::Others { person, digest }, platform.now().millis());
    platform.database().batch(statements.into()).await?;
    list(platform, caller).await
}

/// Ends one session of the caller. The one that asks ends only where there is a way back in.
pub async fn end_one<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (_, person, digest) = caller.require_person()?;
    let statement = "SELECT token_digest, (SELECT COUNT(*) FROM passkeys WHERE person_id = ?1 AND \
         removed_at IS NULL) + (SELECT COUNT(*) FROM recovery_codes WHERE person_id = ?1) \
         FROM sessions WHERE person_id = ?1 AND session_id = ?2";
    let values = vec![person.into(), id.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([token, ways]) = rows.first().map(Vec::as_slice) else {
        return Err(Fault::not_found());
    };
    let is_this = token.text() == Some(digest);
    if is_this && ways.integer() == Some(0) {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            "add a passkey or make recovery codes first: without one nobody could sign in again",
        ));
    }
    let statements = end(&Ending::One { person, id }, platform.now().millis());
    platform.database().batch(statements.into()).await?;
    if !is_this {
        return list(platform, caller).await;
    }
    let none = Sessions {
        sessions: Vec::new(),
    };
    let response = Response::json(200, &none)?;
    Ok(response.with("set-cookie", cookies::session_end(request)))
}

/// Which sessions are to end.
enum Ending<'e> {
    Token { digest: &'e str },
    One { person: &'e str, id: &'e str },
    Others { person: &'e str, digest: &'e str },
}

/// Ends sessions: their tokens open nothing from now on, and the list of devices says when.
fn end<'s>(ending: &Ending<'_>, now: i64) -> [Statement<'s>; 2] {
    let (note, delete, mut values): (_, _, Vec<SqlValue>) = match *ending {
        Ending::Token { digest } => (
            "UPDATE meschain_mobile_sessions SET session_end = ?2, is_active = 0 WHERE session_id IN \
             (SELECT session_id FROM sessions WHERE token_digest = ?1)",
            "DELETE FROM sessions WHERE token_digest = ?1",
            vec![digest.into()],
        ),
        Ending::One { person, id } => (
            "UPDATE meschain_mobile_sessions SET session_end = ?3, is_active = 0 WHERE session_id IN \
             (SELECT session_id FROM sessions WHERE person_id = ?1 AND session_id = ?2)",
            "DELETE FROM sessions WHERE person_id = ?1 AND session_id = ?2",
            vec![person.into(), id.into()],
        ),
        Ending::Others { person, digest } => (
            "UPDATE meschain_mobile_sessions SET session_end = ?3, is_active = 0 WHERE session_id IN \
             (SELECT session_id FROM sessions WHERE person_id = ?1 AND token_digest <> ?2)",
            "DELETE FROM sessions WHERE person_id = ?1 AND token_digest <> ?2",
            vec![person.into(), digest.into()],
        ),
    };
    let delete = (delete, values.clone());
    values.push(now.into());
    [(note, values), delete]
}
