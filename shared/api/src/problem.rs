//! Errors on the wire: `application/problem+json` (RFC 9457).

use serde::{Deserialize, Serialize};

/// What went wrong, as a stable name with a status and a title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum ProblemKind {
    /// A request that cannot be understood.
    BadRequest,
    /// No or a wrong credential.
    Unauthorized,
    /// A credential that does not allow this.
    Forbidden,
    /// Nothing of that name, or nothing that this caller may know of.
    NotFound,
    /// A method that the path does not have.
    MethodNotAllowed,
    /// A request whose body comes too slowly.
    TooSlow,
    /// A conflict with what is there.
    Conflict,
    /// A body beyond the limit.
    TooLarge,
    /// A body of a kind that is not taken.
    UnsupportedType,
    /// A file that cannot be imported.
    UnreadableFile,
    /// More requests than are allowed in a time, or more work waiting than is allowed.
    TooManyRequests,
    /// The company's quota of requests is used up.
    QuotaExceeded,
    /// A fault of the server; it is logged under the request id.
    Internal,
    /// Not now; the same request may work later.
    Unavailable,
    /// A service behind the gateway cannot be reached, or answers what is none.
    UpstreamFailed,
    /// A service behind the gateway takes too long.
    UpstreamTimeout,
}

impl ProblemKind {
    /// HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            ProblemKind::BadRequest => 400,
            ProblemKind::Unauthorized => 401,
            ProblemKind::Forbidden => 403,
            ProblemKind::NotFound => 404,
            ProblemKind::MethodNotAllowed => 405,
            ProblemKind::TooSlow => 408,
            ProblemKind::Conflict => 409,
            ProblemKind::TooLarge => 413,
            ProblemKind::UnsupportedType => 415,
            ProblemKind::UnreadableFile => 422,
            ProblemKind::TooManyRequests | ProblemKind::QuotaExceeded => 429,
            ProblemKind::Internal => 500,
            ProblemKind::UpstreamFailed => 502,
            ProblemKind::Unavailable => 503,
            ProblemKind::UpstreamTimeout => 504,
        }
    }

    /// Title, the same for every problem of the kind.
    pub const fn title(self) -> &'static str {
        match self {
            ProblemKind::BadRequest => "The request cannot be understood",
            ProblemKind::Unauthorized => "A valid credential is needed",
            ProblemKind::Forbidden => "This credential does not allow it",
            ProblemKind::NotFound => "There is nothing here",
            ProblemKind::MethodNotAllowed => "This path does not have that method",
            ProblemKind::TooSlow => "The request comes too slowly",
            ProblemKind::Conflict => "It conflicts with what is there",
            ProblemKind::TooLarge => "It is larger than the limit",
            ProblemKind::UnsupportedType => "This type of content is not taken",
            ProblemKind::UnreadableFile => "The file cannot be imported",
            ProblemKind::TooManyRequests => "Too much at once; wait a moment",
            ProblemKind::QuotaExceeded => "The company's quota is used up",
            ProblemKind::Internal => "Something failed on our side",
            ProblemKind::Unavailable => "Not now; try again",
            ProblemKind::UpstreamFailed => "A service behind this one fails",
            ProblemKind::UpstreamTimeout => "A service behind this one takes too long",
        }
    }
}

/// The body of every error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Problem {
    /// Kind.
    #[serde(rename = "type")]
    pub kind: ProblemKind,
    /// Title of the kind.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What to do about this one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
    /// Id to name when asking for help.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub request_id: String,
}

impl Problem {
    /// Media type.
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    /// A problem of a kind.
    pub fn new(kind: ProblemKind, detail: &str) -> Problem {
        Problem {
            kind,
            title: kind.title().to_owned(),
            status: kind.status(),
            detail: detail.to_owned(),
            request_id: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_the_standard_says() {
        let json =
            serde_json::to_value(Problem::new(ProblemKind::NotFound, "no such company")).unwrap();
        assert_eq!(json["type"], "not-found");
        assert_eq!(json["status"], 404);
        assert_eq!(json["detail"], "no such company");
    }
}
