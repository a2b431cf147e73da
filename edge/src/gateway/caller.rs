//! Stage 4: who is asking.

use api::ProblemKind;
use kernel::TenantId;

use crate::digest;
use crate::fault::{Context, Fault};
use crate::gateway::cookies;
use crate::http::Request;
use crate::ports::{Database, Platform, SqlValue};

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody known: sees the demo company.
    Nobody,
    /// Whoever runs the edge.
    Admin,
    /// A browser in which a person has claimed a company or signed in.
    Session {
        /// The company.
        company: TenantId,
        /// The person.
        person: String,
        /// Digest of the session's token.
        digest: String,
    },
}

impl Caller {
    /// Passes the administrator only.
    pub fn require_admin(&self) -> Result<(), Fault> {
        match self {
            Caller::Admin => Ok(()),
            _ => Err(Fault::refused(
                ProblemKind::Unauthorized,
                "send the administrator's token as Authorization: Bearer",
            )),
        }
    }

    /// Passes a person who is signed in: their company, their id and the digest of the session's token.
    pub fn require_person(&self) -> Result<(&TenantId, &str, &str), Fault> {
        match self {
            Caller::Session {
                company,
                person,
                digest,
            } => Ok((company, person, digest)),
            _ => Err(Fault::refused(
                ProblemKind::Unauthorized,
                "sign in to see this",
            )),
        }
    }
}

/// Between two notes of when a session was last used.
const NOTE_MILLIS: i64 = 3_600_000;

/// Reads the credentials of a request.
pub async fn identify<P: Platform>(platform: &P, request: &Request) -> Result<Caller, Fault> {
    if let Some(credential) = request.header("authorization") {
        let expected = &platform.settings().admin_token;
        let is_admin = credential
            .strip_prefix("Bearer ")
            .is_some_and(|token| digest::is_same_secret(token, expected));
        return if is_admin && !expected.is_empty() {
            Ok(Caller::Admin)
        } else {
            Err(Fault::refused(
                ProblemKind::Unauthorized,
                "this token is not valid here",
            ))
        };
    }
    let Some(token) = request.cookie(cookies::session_name(request)) else {
        return Ok(Caller::Nobody);
    };
    let digest = digest::secret_digest(token);
    let now = platform.now().millis();
    let statement = "SELECT company_id, person_id, used_at FROM sessions \
         WHERE token_digest = ?1 AND expires_at > ?2 AND person_id IS NOT NULL";
    let values = vec![digest.as_str().into(), now.into()];
    let found = platform.database().rows((statement, values)).await?;
    let Some([company, person, used_at]) = found.first().map(Vec::as_slice) else {
        return Ok(Caller::Nobody);
    };
    if used_at
        .integer()
        .is_none_or(|used| used < now - NOTE_MILLIS)
    {
        let statement = "UPDATE sessions SET used_at = ?2 WHERE token_digest = ?1";
        let values = vec![digest.as_str().into(), now.into()];
        platform.database().rows((statement, values)).await?;
    }
    let text = |value: &SqlValue| value.text().unwrap_or_default().to_owned();
    Ok(Caller::Session {
        company: text(company).parse().context("read a session's company")?,
        person: text(person),
        digest,
    })
}
