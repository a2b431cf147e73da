//! The people of a company: invited by a one-time link, given a role, sent away.

use api::ProblemKind;
use api::admin::{INVITE_DAYS, Invite};
use api::audit::LIST_MAX;
use api::members::{
    CHANNEL_LENGTH_MAX, CHANNELS_MAX, INVITATIONS_MAX, MEMBERS_MAX, Member, MemberChange, Members,
    NAME_LENGTH_MAX, NewMember, RESTORE_MILLIS, are_channels,
};
use kernel::TenantId;
use policy::Role;

use super::{admin, from_json, new_id, sessions};
use crate::digest;
use crate::fault::{Context, Fault};
use crate::gateway::audit;
use crate::gateway::caller::{Caller, channels_of};
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, SqlValue, Tenants};
use crate::tenant::{Ask, Told};

const DAY_MILLIS: i64 = 86_400_000;

/// Lists the people of the caller's company.
pub async fn list<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (company, person, _) = caller.require_person()?;
    let statement = "SELECT id, name, role, created_at, channels FROM people WHERE company_id = ?1 AND role <> 'gone' \
         ORDER BY created_at, id LIMIT ?2";
    let values = vec![company.as_str().into(), (MEMBERS_MAX as i64).into()];
    let rows = platform.database().rows((statement, values)).await?;
    let members = rows.iter().filter_map(|row| {
        let [id, name, role, created_at, channels] = row.as_slice() else {
            return None;
        };
        Some(Member {
            is_this: id.text() == Some(person),
            id: id.text()?.to_owned(),
            name: name.text()?.to_owned(),
            role: role.text()?.parse().ok()?,
            channels: channels_of(channels).ok()?,
            created_at: created_at.integer()?,
        })
    });
    let members = members.collect();
    Response::json(200, &Members { members })
}

/// Makes a one-time link for somebody of a role that the caller may give.
pub async fn invite<P: Platform>(
    platform: &P,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let (company, ..) = caller.require_person()?;
    let new: NewMember = from_json(body)?;
    let name = new.name.trim();
    if name.chars().count() > NAME_LENGTH_MAX || name.chars().any(char::is_control) {
        return Err(Fault::bad_request(format!(
            "a name has up to {NAME_LENGTH_MAX} characters and no control characters"
        )));
    }
    check_gift(caller, new.role)?;
    let channels = channels_value(new.role, new.channels.as_deref())?;
    let token = admin::secret(platform)?;
    let now = platform.now().millis();
    let expires_at = now + INVITE_DAYS * DAY_MILLIS;
    let statement = "INSERT INTO invites (token_digest, created_at, expires_at, joins_company_id, role, \
         name, channels) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?8 WHERE (SELECT COUNT(*) FROM invites WHERE \
         joins_company_id = ?4 AND used_at IS NULL AND expires_at > ?2) < ?7 RETURNING token_digest";
    let values = vec![
        digest::secret_digest(&token).into(),
        now.into(),
        expires_at.into(),
        company.as_str().into(),
        new.role.name().into(),
        name.into(),
        (INVITATIONS_MAX as i64).into(),
        channels,
    ];
    let rows = platform.database().rows((statement, values)).await?;
    if rows.is_empty() {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            format!("{INVITATIONS_MAX} invitations are open already"),
        ));
    }
    Response::json(201, &Invite { token, expires_at })
}

/// Changes what somebody is, and which channels they see.
pub async fn change<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
    body: &[u8],
) -> Result<Response, Fault> {
    let (company, ..) = caller.require_person()?;
    let change: MemberChange = from_json(body)?;
    let held = role_of(platform, company, id).await?;
    let role = change.role.unwrap_or(held);
    check_gift(caller, role)?;
    check_gift(caller, held)?;
    // Whoever becomes an owner or administrator sees all channels from then on.
    let channels = match &change.channels {
        None if !role.can_be_limited() => Some(SqlValue::Null),
        None => None,
        Some(channels) => Some(channels_value(role, channels.as_deref())?),
    };
    // The conditions are part of the statement: of two owners who step down together, one stays, and who became
    // an administrator meanwhile is not limited.
    let statement = "UPDATE people SET role = ?3, channels = CASE WHEN ?5 THEN ?6 ELSE channels END WHERE \
         company_id = ?1 AND id = ?2 AND role = ?4 AND (?3 = 'owner' OR EXISTS (SELECT 1 FROM people WHERE \
         company_id = ?1 AND role = 'owner' AND id <> ?2)) RETURNING id";
    let values = vec![
        company.as_str().into(),
        id.into(),
        role.name().into(),
        held.name().into(),
        channels.is_some().into(),
        channels.unwrap_or(SqlValue::Null),
    ];
    if platform
        .database()
        .rows((statement, values))
        .await?
        .is_empty()
    {
        return Err(last_owner());
    }
    forget_tokens(platform);
    list(platform, caller).await
}

/// Sends somebody away. Who asks cannot send themselves away. For some minutes it can be taken back, so their
/// sessions, passkeys and codes stay that long, good for nothing: a role that is none opens nothing.
pub async fn remove<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (company, person, _) = caller.require_person()?;
    check_gift(caller, role_of(platform, company, id).await?)?;
    if id == person {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            "somebody else has to do this to you",
        ));
    }
    let now = platform.now().millis();
    forget_gone(platform, company, now).await?;
    // What was made by them names them still, so they stay as somebody who is gone.
    let statement = "UPDATE people SET gone_role = role, gone_at = ?3, role = 'gone' WHERE id = ?1 AND \
         company_id = ?2 AND role <> 'gone' AND EXISTS (SELECT 1 FROM people WHERE company_id = ?2 AND \
         role = 'owner' AND id <> ?1)";
    let values = vec![id.into(), company.as_str().into(), now.into()];
    platform.database().rows((statement, values)).await?;
    forget_tokens(platform);
    list(platform, caller).await
}

/// Takes back that somebody was sent away: they are what they were.
pub async fn restore<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (company, ..) = caller.require_person()?;
    let since = platform.now().millis() - RESTORE_MILLIS;
    let statement = "SELECT gone_role FROM people WHERE company_id = ?1 AND id = ?2 AND role = 'gone' AND \
         gone_at > ?3";
    let values = vec![company.as_str().into(), id.into(), since.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let role = rows
        .first()
        .and_then(|row| row.first()?.text()?.parse().ok());
    check_gift(caller, role.ok_or_else(Fault::not_found)?)?;
    let statement = "UPDATE people SET role = gone_role, gone_role = NULL, gone_at = NULL WHERE \
         company_id = ?1 AND id = ?2 AND role = 'gone' AND gone_at > ?3 AND (SELECT COUNT(*) FROM people \
         WHERE company_id = ?1 AND role <> 'gone') < ?4 RETURNING id";
    let values = vec![
        company.as_str().into(),
        id.into(),
        since.into(),
        (MEMBERS_MAX as i64).into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    if rows.is_empty() {
        return Err(Fault::not_found());
    }
    list(platform, caller).await
}

/// Programs that act for people are looked up anew: they may what the people may now.
fn forget_tokens<P: Platform>(platform: &P) {
    platform.meters(|meters| meters.keys.forget());
}

/// Ends what is left of people who cannot come back any more.
async fn forget_gone<P: Platform>(platform: &P, company: &TenantId, now: i64) -> Result<(), Fault> {
    let gone = "SELECT id FROM people WHERE company_id = ?1 AND role = 'gone' AND \
         COALESCE(gone_at, 0) <= ?2";
    let values = || vec![company.as_str().into(), (now - RESTORE_MILLIS).into()];
    let ended = format!(
        "UPDATE meschain_mobile_sessions SET session_end = ?2, is_active = 0 WHERE is_active = 1 AND \
         session_id IN (SELECT session_id FROM sessions WHERE person_id IN ({gone}))"
    );
    let of = |table: &str| format!("DELETE FROM {table} WHERE person_id IN ({gone})");
    let (sessions, passkeys, codes) = (of("sessions"), of("passkeys"), of("recovery_codes"));
    let identities = of("identities");
    let texts = [&ended, &sessions, &passkeys, &codes, &identities];
    let statements = texts.map(|text| (text.as_str(), values()));
    platform.database().batch(statements.into()).await?;
    Ok(())
}

/// What is kept of the channels that somebody of a role sees.
fn channels_value(role: Role, channels: Option<&[String]>) -> Result<SqlValue, Fault> {
    let Some(channels) = channels else {
        return Ok(SqlValue::Null);
    };
    if !role.can_be_limited() {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            format!("{} sees all channels", role.name()),
        ));
    }
    if !are_channels(channels) {
        return Err(Fault::bad_request(format!(
            "channels are up to {CHANNELS_MAX} keys of up to {CHANNEL_LENGTH_MAX} characters, each once"
        )));
    }
    serde_json::to_string(channels)
        .map(SqlValue::Text)
        .context("write channels")
}

fn check_gift(caller: &Caller, role: Role) -> Result<(), Fault> {
    let Caller::Session { role: own, .. } = caller else {
        return Err(Fault::not_found());
    };
    if own.may_give(role) {
        return Ok(());
    }
    Err(Fault::refused(
        ProblemKind::Forbidden,
        format!(
            "your role, {}, may not give or take {}",
            own.name(),
            role.name()
        ),
    ))
}

async fn role_of<P: Platform>(platform: &P, company: &TenantId, id: &str) -> Result<Role, Fault> {
    let statement = "SELECT role FROM people WHERE company_id = ?1 AND id = ?2";
    let values = vec![company.as_str().into(), id.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let role = rows
        .first()
        .and_then(|row| row.first()?.text()?.parse().ok());
    role.ok_or_else(Fault::not_found)
}

fn last_owner() -> Fault {
    Fault::refused(
        ProblemKind::Conflict,
        "a company keeps at least one owner; make somebody else one first",
    )
}

/// An invitation to a company that is there: its company and role.
pub(super) struct Invitation {
    /// The company.
    pub(super) company: TenantId,
    role: String,
    name: String,
    channels: SqlValue,
}

/// Reads an unused invitation; nothing where the link opens a company of its own.
pub(super) fn invitation_of(row: &[SqlValue]) -> Option<Invitation> {
    let [company, role, name, channels] = row else {
        return None;
    };
    Some(Invitation {
        company: company.text()?.parse().ok()?,
        role: role.text()?.to_owned(),
        name: name.text()?.to_owned(),
        channels: channels.clone(),
    })
}

/// Turns an invitation into a member and a session; the session, where it was not used up meanwhile.
pub(super) async fn join<P: Platform>(
    platform: &P,
    request: &Request,
    invite_digest: &str,
    invitation: &Invitation,
) -> Result<Option<sessions::Opened>, Fault> {
    let opened = sessions::draw(platform, request)?;
    let now = platform.now().millis();
    let person = new_id(platform, "p")?;
    let company = invitation.company.as_str();
    let rows = platform
        .database()
        .batch(vec![
            (
                "UPDATE invites SET used_at = ?1, company_id = ?2, session_digest = ?3 WHERE \
                 token_digest = ?4 AND used_at IS NULL AND expires_at > ?1 AND (SELECT COUNT(*) FROM \
                 people WHERE company_id = ?2 AND role <> 'gone') < ?5",
                vec![
                    now.into(),
                    company.into(),
                    opened.digest.as_str().into(),
                    invite_digest.into(),
                    (MEMBERS_MAX as i64).into(),
                ],
            ),
            (
                "INSERT INTO people (id, company_id, created_at, role, name, channels) SELECT ?3, ?4, ?5, ?6, \
                 ?7, ?8 \
                 WHERE EXISTS (SELECT 1 FROM invites WHERE token_digest = ?1 AND session_digest = ?2)",
                vec![
                    invite_digest.into(),
                    opened.digest.as_str().into(),
                    person.as_str().into(),
                    company.into(),
                    now.into(),
                    invitation.role.as_str().into(),
                    invitation.name.as_str().into(),
                    invitation.channels.clone(),
                ],
            ),
            opened.insert(company, &person, invite_digest),
            opened.register(),
            (
                "SELECT 1 FROM invites WHERE token_digest = ?1 AND session_digest = ?2",
                vec![invite_digest.into(), opened.digest.as_str().into()],
            ),
        ])
        .await?;
    if rows.last().is_none_or(Vec::is_empty) {
        return Ok(None);
    }
    audit::note_join(platform, &invitation.company, &person).await?;
    Ok(Some(opened))
}

/// Lists the entries of the audit log.
pub async fn audit<P: Platform>(
    platform: &P,
    company: &TenantId,
    request: &Request,
) -> Result<Response, Fault> {
    let number = |name: &str, default: u64, least: u64, most: u64| {
        let Some(text) = request.parameter(name) else {
            return Ok(default);
        };
        let number = text.parse().ok();
        number
            .filter(|number| (least..=most).contains(number))
            .ok_or_else(|| Fault::bad_request(format!("{name} is {least} to {most}")))
    };
    let after = number("after", 0, 0, (1 << 53) - 1)?;
    let limit = number("limit", 100, 1, LIST_MAX.into())?;
    let limit = u32::try_from(limit).unwrap_or(LIST_MAX);
    let ask = Ask::Audit { after, limit };
    match platform.tenants().ask(company, &ask).await? {
        Told::Audit { audit } => Response::json(200, &audit),
        other => Err(Fault::internal("read the audit log", format!("{other:?}"))),
    }
}
