//! What can go wrong on the way through the edge, and the one place that turns it into a problem on
//! the wire.

use api::{Problem, ProblemKind};
use oauth::Refusal;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A request that gets no answer.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum Fault {
    /// The caller is told why.
    #[error("{detail}")]
    Refused {
        /// Kind of the problem.
        kind: ProblemKind,
        /// What to do about it.
        detail: String,
    },
    /// The path has other methods.
    #[error("use {}", methods.join(" or "))]
    NotAllowed {
        /// Their names.
        methods: Vec<String>,
    },
    /// A client gets no token, and is told why in the words of OAuth.
    #[error("{detail}")]
    OAuth {
        /// The registered name.
        refusal: Refusal,
        /// What to do about it.
        detail: String,
    },
    /// A token or a proof is not taken as it was sent; the caller is told why in the words of OAuth too.
    #[error("{detail}")]
    Challenge {
        /// The registered name.
        error: String,
        /// What to do about it.
        detail: String,
    },
    /// The caller is told when to ask again.
    #[error("{detail}")]
    TooMany {
        /// `TooManyRequests`, `QuotaExceeded` or `Unavailable`.
        kind: ProblemKind,
        /// What was too much.
        detail: String,
        /// After how many seconds the same request may pass.
        after_seconds: u64,
    },
    /// The caller is told nothing but the request's id; this is for the log.
    #[error("{context}: {cause}")]
    Internal {
        /// What was being done.
        context: String,
        /// What the platform said.
        cause: String,
    },
}

impl Fault {
    /// A refusal.
    pub fn refused(kind: ProblemKind, detail: impl Into<String>) -> Fault {
        Fault::Refused {
            kind,
            detail: detail.into(),
        }
    }

    /// The same words whether there is nothing or it is somebody else's.
    pub fn not_found() -> Fault {
        Fault::refused(ProblemKind::NotFound, "check the address and the company")
    }

    /// A request that cannot be understood.
    pub fn bad_request(detail: impl Into<String>) -> Fault {
        Fault::refused(ProblemKind::BadRequest, detail)
    }

    /// A fault of our own.
    pub fn internal(context: &str, cause: impl std::fmt::Display) -> Fault {
        Fault::Internal {
            context: context.to_owned(),
            cause: cause.to_string(),
        }
    }

    /// What kind of problem it is to the caller.
    pub const fn kind(&self) -> ProblemKind {
        match self {
            Fault::Refused { kind, .. } | Fault::TooMany { kind, .. } => *kind,
            Fault::OAuth { refusal, .. } if refusal.status() == 401 => ProblemKind::Unauthorized,
            Fault::OAuth { .. } => ProblemKind::BadRequest,
            Fault::Challenge { .. } => ProblemKind::Unauthorized,
            Fault::NotAllowed { .. } => ProblemKind::MethodNotAllowed,
            Fault::Internal { .. } => ProblemKind::Internal,
        }
    }

    /// The problem that the caller sees. Internals stay in the log.
    pub fn problem(&self, request_id: &str) -> Problem {
        let detail = match self {
            Fault::Internal { .. } => {
                "try again; if it stays, name the request id when asking for help".to_owned()
            }
            told => told.to_string(),
        };
        Problem {
            request_id: request_id.to_owned(),
            ..Problem::new(self.kind(), &detail)
        }
    }
}

/// Shortens "this failed while doing that".
pub trait Context<T> {
    /// Turns a foreign error into a fault of our own.
    fn context(self, context: &str) -> Result<T, Fault>;
}

impl<T, E: std::fmt::Display> Context<T> for Result<T, E> {
    fn context(self, context: &str) -> Result<T, Fault> {
        self.map_err(|cause| Fault::internal(context, cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn internals_stay_inside() {
        let fault = Fault::internal("read the table lines", "disk I/O error at /var/x");
        let problem = serde_json::to_string(&fault.problem("r-1")).unwrap();
        assert!(problem.contains("\"status\":500") && problem.contains("r-1"));
        assert!(!problem.contains("lines") && !problem.contains("/var/x"));
        assert!(fault.to_string().contains("/var/x"));
    }
}
