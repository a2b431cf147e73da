//! Companies: a one-time link becomes one, with its owner and a first session.

use api::ProblemKind;
use api::auth::{Claim, Company, Me, ProfileChange};
use kernel::TenantId;
use model::profile::TenantProfile;
use policy::{Right, Subject};

use super::{from_json, members, new_id, sessions};
use crate::digest;
use crate::fault::{Context, Fault};
use crate::gateway::access::DEMO;
use crate::gateway::audit;
use crate::gateway::caller::Caller;
use crate::gateway::cookies;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, Tenants};
use crate::tenant::{Ask, Told};

const NAME_DEFAULT: &str = "My company";

/// Turns a one-time link into a company and a session, or an invitation into a member and a session.
///
/// Of several claims of one link at the same time exactly one wins: using the link up, the company and
/// the session are one transaction. The company's object is made before, so that a session never leads
/// to a company without a profile; where the claim then fails, an object without a name is left that
/// nobody can reach.
pub async fn claim<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let claim: Claim = from_json(body)?;
    let now = platform.now().millis();
    let invite = digest::secret_digest(&claim.token);
    if let Caller::Session {
        digest, company, ..
    } = caller
    {
        let statement = "SELECT 1 FROM invites WHERE token_digest = ?1 AND session_digest = ?2";
        let values = vec![invite.as_str().into(), digest.as_str().into()];
        let is_own = !platform
            .database()
            .rows((statement, values))
            .await?
            .is_empty();
        if is_own {
            return Response::json(200, &own(profile(platform, company).await?));
        }
    }
    let statement = "SELECT joins_company_id, role, name, channels FROM invites WHERE token_digest = ?1 AND \
         used_at IS NULL AND expires_at > ?2";
    let values = vec![invite.as_str().into(), now.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let row = rows.first().ok_or_else(used_up)?;
    if let Some(invitation) = members::invitation_of(row) {
        let opened = members::join(platform, request, &invite, &invitation).await?;
        let opened = opened.ok_or_else(used_up)?;
        let joined = own(profile(platform, &invitation.company).await?);
        let response = Response::json(201, &joined)?;
        return Ok(response.with("set-cookie", cookies::session(request, &opened.token)));
    }
    let id = TenantId::new(&new_id(platform, "c")?).context("name a company")?;
    let mut profile = TenantProfile::new(id.clone(), NAME_DEFAULT);
    claim.profile.apply(&mut profile);
    check_name(&profile)?;
    let ask = Ask::SetProfile {
        profile: profile.clone(),
    };
    platform.tenants().ask(&id, &ask).await?;

    let opened = sessions::draw(platform, request)?;
    let session = opened.digest.clone();
    let person = new_id(platform, "p")?;
    let company = id.as_str();
    let is_won = "SELECT 1 FROM invites WHERE token_digest = ?1 AND session_digest = ?2";
    let rows = platform
        .database()
        .batch(vec![
            (
                "UPDATE invites SET used_at = ?1, company_id = ?2, session_digest = ?3 \
                 WHERE token_digest = ?4 AND used_at IS NULL AND expires_at > ?1",
                vec![
                    now.into(),
                    company.into(),
                    session.as_str().into(),
                    invite.as_str().into(),
                ],
            ),
            (
                "INSERT INTO companies (id, created_at) SELECT ?3, ?4 WHERE EXISTS \
                 (SELECT 1 FROM invites WHERE token_digest = ?1 AND session_digest = ?2)",
                vec![
                    invite.as_str().into(),
                    session.as_str().into(),
                    company.into(),
                    now.into(),
                ],
            ),
            (
                "INSERT INTO people (id, company_id, created_at) SELECT ?3, ?4, ?5 WHERE EXISTS \
                 (SELECT 1 FROM invites WHERE token_digest = ?1 AND session_digest = ?2)",
                vec![
                    invite.as_str().into(),
                    session.as_str().into(),
                    person.as_str().into(),
                    company.into(),
                    now.into(),
                ],
            ),
            opened.insert(company, &person, &invite),
            opened.register(),
            (
                is_won,
                vec![invite.as_str().into(), session.as_str().into()],
            ),
        ])
        .await?;
    if rows.last().is_none_or(Vec::is_empty) {
        return Err(used_up());
    }
    audit::note(platform, &id, &person, "claim").await?;
    let response = Response::json(201, &own(profile))?;
    Ok(response.with("set-cookie", cookies::session(request, &opened.token)))
}

/// Lists the companies that the caller sees.
pub async fn me<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let mut companies = Vec::new();
    let subject = caller.subject();
    if let (Some(company), Some(subject)) = (caller.company(), subject) {
        companies.push(Company {
            profile: profile(platform, company).await?,
            writable: subject.may(Right::SendData),
        });
    }
    let demo = TenantId::new(DEMO).context("name the demo company")?;
    match profile(platform, &demo).await {
        Ok(profile) => companies.push(Company {
            profile,
            writable: *caller == Caller::Admin,
        }),
        Err(Fault::Refused {
            kind: ProblemKind::NotFound,
            ..
        }) => {}
        Err(fault) => return Err(fault),
    }
    let me = Me {
        session: matches!(caller, Caller::Session { .. }),
        role: subject.map(Subject::role),
        scopes: subject.and_then(Subject::scopes),
        provider: platform
            .settings()
            .provider
            .as_ref()
            .map(|provider| provider.name.clone()),
        companies,
    };
    Response::json(200, &me)
}

/// Changes what a company says about itself.
pub async fn change_company<P: Platform>(
    platform: &P,
    id: &TenantId,
    body: &[u8],
) -> Result<Response, Fault> {
    let change: ProfileChange = from_json(body)?;
    let mut changed = profile(platform, id).await?;
    change.apply(&mut changed);
    check_name(&changed)?;
    match platform
        .tenants()
        .ask(id, &Ask::ChangeProfile { change })
        .await?
    {
        Told::Profile { profile } => Response::json(200, &own(profile)),
        other => Err(Fault::internal("change a profile", format!("{other:?}"))),
    }
}

pub(super) async fn profile<P: Platform>(
    platform: &P,
    id: &TenantId,
) -> Result<TenantProfile, Fault> {
    match platform.tenants().ask(id, &Ask::Profile).await? {
        Told::Profile { profile } => Ok(profile),
        other => Err(Fault::internal("read a profile", format!("{other:?}"))),
    }
}

const fn own(profile: TenantProfile) -> Company {
    Company {
        profile,
        writable: true,
    }
}

fn check_name(profile: &TenantProfile) -> Result<(), Fault> {
    if profile.has_valid_name() {
        return Ok(());
    }
    let limit = TenantProfile::NAME_LENGTH_MAX;
    Err(Fault::bad_request(format!(
        "a name has 1 to {limit} characters and no control characters"
    )))
}

fn used_up() -> Fault {
    Fault::refused(
        ProblemKind::NotFound,
        "this link was used or has expired; ask for a new one",
    )
}
