//! Stage 11, where something went wrong: a fault as a problem (RFC 9457), with the headers that go with it.

use api::Problem;
use api::oauth::OAuthError;
use oauth::Refusal;

use crate::fault::Fault;
use crate::gateway::proof;
use crate::http::Response;

/// The answer to a request that gets none.
pub fn response(fault: &Fault, request_id: &str) -> Response {
    if let Fault::OAuth { refusal, detail } = fault {
        return of_oauth(*refusal, detail);
    }
    let problem = fault.problem(request_id);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let response = Response::bytes(problem.status, Problem::CONTENT_TYPE, body)
        .with("cache-control", "no-store");
    match fault {
        Fault::NotAllowed { methods } => response.with("allow", methods.join(", ")),
        Fault::TooMany { after_seconds, .. } => {
            response.with("retry-after", after_seconds.to_string())
        }
        // RFC 9110, 11.6.1: a 401 says how to do better.
        Fault::Challenge { error, .. } => {
            response.with("www-authenticate", proof::challenge(error))
        }
        _ if problem.status == 401 => response.with("www-authenticate", proof::ways()),
        _ => response,
    }
}

/// An error of OAuth, as its clients read it (RFC 6749, 5.2).
fn of_oauth(refusal: Refusal, detail: &str) -> Response {
    let error = OAuthError {
        error: refusal.name().to_owned(),
        error_description: detail.to_owned(),
    };
    let body = serde_json::to_vec(&error).unwrap_or_default();
    let response = Response::bytes(refusal.status(), "application/json", body)
        .with("cache-control", "no-store");
    match refusal {
        Refusal::InvalidClient => response.with("www-authenticate", "Basic realm=\"MesChain BI\""),
        _ => response,
    }
}

#[cfg(test)]
mod tests {
    use api::ProblemKind;

    use super::*;

    #[test]
    fn a_problem_says_what_to_do_in_headers_too() {
        let methods = vec!["GET".to_owned(), "POST".to_owned()];
        let answer = response(&Fault::NotAllowed { methods }, "r");
        assert_eq!(
            (answer.status, answer.header("allow")),
            (405, Some("GET, POST"))
        );
        let fault = Fault::TooMany {
            kind: ProblemKind::QuotaExceeded,
            detail: String::new(),
            after_seconds: 7,
        };
        let answer = response(&fault, "r");
        assert_eq!(
            (answer.status, answer.header("retry-after")),
            (429, Some("7"))
        );
        let answer = response(&Fault::refused(ProblemKind::Unauthorized, "no"), "r");
        assert!(answer.header("www-authenticate").is_some());
        let answer = response(&Fault::not_found(), "r");
        assert_eq!(
            answer.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(answer.header("www-authenticate"), None);
    }
}
