//! Stage 4: who is asking.

use api::{ProblemKind, auth};
use kernel::TenantId;

use crate::digest;
use crate::fault::{Context, Fault};
use crate::http::Request;
use crate::ports::{Database, Platform};

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Caller {
    /// Nobody known: sees the demo company.
    Nobody,
    /// Whoever runs the edge.
    Admin,
    /// A browser that has claimed a company.
    Session {
        /// The company.
        company: TenantId,
        /// Digest of its token.
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
}

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
    let Some(token) = request.cookie(auth::SESSION_COOKIE) else {
        return Ok(Caller::Nobody);
    };
    let digest = digest::secret_digest(token);
    let statement = "SELECT company_id FROM sessions WHERE token_digest = ?1 AND expires_at > ?2";
    let values = vec![digest.as_str().into(), platform.now().millis().into()];
    let found = platform.database().rows((statement, values)).await?;
    let Some(company) = found.first().and_then(|row| row.first()?.text()) else {
        return Ok(Caller::Nobody);
    };
    Ok(Caller::Session {
        company: company.parse().context("read a session's company")?,
        digest,
    })
}
