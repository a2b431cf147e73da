//! Stage 13: what every response says, whatever it carries.

use crate::http::{Body, Method, Request, Response};
use crate::ports::Settings;

/// Adds the headers that every response has, and drops the body of an answer to HEAD.
pub fn finish(
    mut response: Response,
    request: &Request,
    request_id: &str,
    settings: &Settings,
) -> Response {
    // Workers live under the policy of their script, not of the page that started them: the engine
    // could fetch nothing under a script's "none".
    let is_asset = matches!(response.body, Body::Asset(_) | Body::Filled { .. });
    let policy = settings.content_security_policy.trim();
    let policy = if is_asset && !policy.is_empty() {
        policy
    } else {
        "default-src 'none'; frame-ancestors 'none'"
    };
    response.headers.extend([
        ("content-security-policy", policy.to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
        ("referrer-policy", "same-origin".to_owned()),
        ("cross-origin-opener-policy", "same-origin".to_owned()),
        ("cross-origin-resource-policy", "same-origin".to_owned()),
        (
            "permissions-policy",
            "camera=(), microphone=(), geolocation=(), payment=()".to_owned(),
        ),
        ("request-id", request_id.to_owned()),
    ]);
    if request.scheme == "https" {
        let a_year = "max-age=31536000; includeSubDomains".to_owned();
        response.headers.push(("strict-transport-security", a_year));
    }
    if request.method == Method::Head && !is_asset {
        response.body = Body::Empty;
    }
    response
}
