//! The people of a company: invited by a one-time link, given a role, sent away.

use api::ProblemKind;
use api::admin::{INVITE_DAYS, Invite};
use api::audit::LIST_MAX;
use api::members::{
    INVITATIONS_MAX, MEMBERS_MAX, Member, MemberChange, Members, NAME_LENGTH_MAX, NewMember,
};
use kernel::TenantId;
use policy::Role;

use super::{admin, from_json, sessions};
use crate::digest;
use crate::fault::Fault;
use crate::gateway::audit;
use crate::gateway::caller::Caller;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, Tenants};
use crate::tenant::{Ask, Told};

const DAY_MILLIS: i64 = 86_400_000;

/// Lists the people of the caller's company.
pub async fn list<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (company, person, _) = caller.require_person()?;
    let statement = "SELECT id, name, role, created_at FROM people WHERE company_id = ?1 AND role <> 'gone' \
         ORDER BY created_at, id LIMIT ?2";
    let values = vec![company.as_str().into(), (MEMBERS_MAX as i64).into()];
    let rows = platform.database().rows((statement, values)).await?;
    let members = rows.iter().filter_map(|row| {
        let [id, name, role, created_at] = row.as_slice() else {
            return None;
        };
        Some(Member {
            is_this: id.text() == Some(person),
            id: id.text()?.to_owned(),
            name: name.text()?.to_owned(),
            role: role.text()?.parse().ok()?,
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
    let token = admin::secret(platform)?;
    let now = platform.now().millis();
    let expires_at = now + INVITE_DAYS * DAY_MILLIS;
    let statement = "INSERT INTO invites (token_digest, created_at, expires_at, joins_company_id, role, \
         name) SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT COUNT(*) FROM invites WHERE \
         joins_company_id = ?4 AND used_at IS NULL AND expires_at > ?2) < ?7 RETURNING token_digest";
    let values = vec![
        digest::secret_digest(&token).into(),
        now.into(),
        expires_at.into(),
        company.as_str().into(),
        new.role.name().into(),
        name.into(),
        (INVITATIONS_MAX as i64).into(),
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

/// Changes what somebody is.
pub async fn change<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
    body: &[u8],
) -> Result<Response, Fault> {
    let (company, ..) = caller.require_person()?;
    let change: MemberChange = from_json(body)?;
    check_gift(caller, change.role)?;
    check_gift(caller, role_of(platform, company, id).await?)?;
    // The condition is part of the statement: of two owners who step down together, one stays.
    let statement = "UPDATE people SET role = ?3 WHERE company_id = ?1 AND id = ?2 AND (?3 = 'owner' OR \
         EXISTS (SELECT 1 FROM people WHERE company_id = ?1 AND role = 'owner' AND id <> ?2)) RETURNING id";
    let values = vec![
        company.as_str().into(),
        id.into(),
        change.role.name().into(),
    ];
    if platform
        .database()
        .rows((statement, values))
        .await?
        .is_empty()
    {
        return Err(last_owner());
    }
    list(platform, caller).await
}

/// Sends somebody away. Who asks cannot send themselves away.
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
    let gone = "EXISTS (SELECT 1 FROM people WHERE id = ?1 AND company_id = ?2 AND role = 'gone')";
    // What was made by them names them still, so they stay as somebody who is gone.
    let mark = "UPDATE people SET role = 'gone' WHERE id = ?1 AND company_id = ?2 AND EXISTS (SELECT 1 \
         FROM people WHERE company_id = ?2 AND role = 'owner' AND id <> ?1)";
    let own = || vec![id.into(), company.as_str().into()];
    let passkeys = format!("DELETE FROM passkeys WHERE person_id = ?1 AND {gone}");
    let codes = format!("DELETE FROM recovery_codes WHERE person_id = ?1 AND {gone}");
    let mut statements = vec![(mark, own()), (&passkeys, own()), (&codes, own())];
    statements.extend(sessions::end_all(id, now));
    platform.database().batch(statements).await?;
    list(platform, caller).await
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
}

/// Reads an unused invitation; nothing where the link opens a company of its own.
pub(super) fn invitation_of(row: &[crate::ports::SqlValue]) -> Option<Invitation> {
    let [company, role, name] = row else {
        return None;
    };
    Some(Invitation {
        company: company.text()?.parse().ok()?,
        role: role.text()?.to_owned(),
        name: name.text()?.to_owned(),
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
    let random = platform.random()?;
    let person = format!("p-{}", digest::hex(random.get(..16).unwrap_or_default()));
    let company = invitation.company.as_str();
    let rows = platform
        .database()
        .batch(vec![
            (
                "UPDATE invites SET used_at = ?1, company_id = ?2, session_digest = ?3 WHERE \
                 token_digest = ?4 AND used_at IS NULL AND expires_at > ?1 AND (SELECT COUNT(*) FROM \
                 people WHERE company_id = ?2) < ?5",
                vec![
                    now.into(),
                    company.into(),
                    opened.digest.as_str().into(),
                    invite_digest.into(),
                    (MEMBERS_MAX as i64).into(),
                ],
            ),
            (
                "INSERT INTO people (id, company_id, created_at, role, name) SELECT ?3, ?4, ?5, ?6, ?7 \
                 WHERE EXISTS (SELECT 1 FROM invites WHERE token_digest = ?1 AND session_digest = ?2)",
                vec![
                    invite_digest.into(),
                    opened.digest.as_str().into(),
                    person.as_str().into(),
                    company.into(),
                    now.into(),
                    invitation.role.as_str().into(),
                    invitation.name.as_str().into(),
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
    audit::note(platform, &invitation.company, &person, "join").await?;
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
