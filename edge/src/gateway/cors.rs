//! Stage 2 and after stage 5: pages of other origins (CORS, by the Fetch standard).
//!
//! A preflight comes without a credential, so nobody can say yet whose request it is about: the answer is the same for
//! every origin, and tells nothing of any company. What counts is the request itself. It is let through with a key or
//! a token whose company lists the very origin; its answer names that origin, and never allows cookies.

use api::ProblemKind;
use policy::{AccessLists, WebOrigin};

use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::origin;
use crate::http::{Method, Request, Response};

/// Methods that a page may use.
const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";
/// How long a browser may remember the answer to a preflight, in seconds.
const REMEMBERED_SECONDS: &str = "600";
/// The longest list of header fields that a page may ask for, in bytes.
const FIELDS_BYTES_MAX: usize = 1_000;
/// Header fields of answers that a page may read beyond those that every page may.
const TOLD: &str = "deprecation, etag, idempotency-replayed, link, ratelimit, ratelimit-policy, request-id, \
     retry-after, server-timing, sunset, traceresponse, www-authenticate, dpop-nonce";

/// The answer to a preflight; nothing where the request is none.
pub fn preflight(request: &Request) -> Option<Response> {
    let origin = request.header("origin")?;
    request.header("access-control-request-method")?;
    let is_one = request.method == Method::Options && api::routes::is_api(&request.path);
    if !is_one {
        return None;
    }
    let vary = "origin, access-control-request-method, access-control-request-headers";
    let answer = Response::empty(204).with("vary", vary);
    let fields = request.header("access-control-request-headers");
    let fields = fields.unwrap_or_default();
    let is_field =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b',' | b' ');
    let is_list = fields.len() <= FIELDS_BYTES_MAX && fields.bytes().all(is_field);
    if origin.parse::<WebOrigin>().is_err() || !is_list {
        // Without the fields that allow it, a browser sends nothing more.
        return Some(answer);
    }
    let answer = answer
        .with("access-control-allow-origin", origin)
        .with("access-control-allow-methods", METHODS)
        .with("access-control-max-age", REMEMBERED_SECONDS);
    Some(match fields {
        "" => answer,
        fields => answer.with("access-control-allow-headers", fields),
    })
}

/// The origin that may read the answer, where it is another one that the caller's company lists. Refuses what would
/// change something from anywhere else.
pub fn check(
    request: &Request,
    caller: &Caller,
    lists: &AccessLists,
) -> Result<Option<String>, Fault> {
    if origin::is_own(request) {
        return Ok(None);
    }
    let is_program = caller.is_program();
    let origin = request.header("origin").unwrap_or_default();
    if is_program && lists.admits_origin(origin) {
        return Ok(Some(origin.to_owned()));
    }
    if request.method.is_safe() {
        return Ok(None);
    }
    let detail = match is_program {
        true => "this page's origin is not one that the company lists",
        false => origin::DETAIL,
    };
    Err(Fault::refused(ProblemKind::Forbidden, detail))
}

/// Lets a page of an origin read an answer.
#[must_use]
pub fn allowed(response: Response, origin: Option<String>) -> Response {
    match origin {
        None => response,
        Some(origin) => response
            .with("access-control-allow-origin", origin)
            .with("access-control-expose-headers", TOLD)
            .with("vary", "origin"),
    }
}

#[cfg(test)]
mod tests {
    use kernel::TenantId;
    use policy::{Role, Scopes};

    use super::*;

    const SHOP: &str = "https://shop.example";

    fn request(method: Method, path: &str, headers: &[(&str, &str)]) -> Request {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Request {
            method,
            scheme: "https".into(),
            host: "bi.example".into(),
            path: path.into(),
            query: Vec::new(),
            headers: headers.collect(),
        }
    }

    fn callers() -> [Caller; 4] {
        let company: TenantId = "acme".parse().unwrap();
        [
            Caller::Nobody,
            Caller::Admin,
            Caller::Session {
                company: company.clone(),
                person: String::new(),
                digest: String::new(),
                role: Role::Owner,
                channels: None,
            },
            Caller::Key {
                company,
                id: String::new(),
                scopes: Scopes::NONE,
            },
        ]
    }

    #[test]
    fn a_preflight_is_answered_alike_whatever_it_asks_for() {
        let ask = |path: &str, origin: &str, fields: &str| {
            let method = ("access-control-request-method", "PATCH");
            let fields = ("access-control-request-headers", fields);
            preflight(&request(
                Method::Options,
                path,
                &[("origin", origin), method, fields],
            ))
        };
        let told = ask("/api/auth/v1/me", SHOP, "authorization,content-type").unwrap();
        assert_eq!(
            (told.status, told.header("access-control-allow-origin")),
            (204, Some(SHOP))
        );
        assert_eq!(
            told.header("access-control-allow-headers"),
            Some("authorization,content-type")
        );
        assert_eq!(told.header("access-control-allow-credentials"), None);
        for path in ["/api/sync/v1/manifest", "/api/nope", "/api/x/v1/prices"] {
            assert_eq!(
                ask(path, SHOP, "authorization,content-type"),
                Some(told.clone()),
                "{path}"
            );
        }
        for origin in [
            "null",
            "*",
            "https://*",
            "http://shop.example",
            "https://shop.example/",
        ] {
            let told = ask("/api/auth/v1/me", origin, "").unwrap();
            assert_eq!(told.header("access-control-allow-origin"), None, "{origin}");
        }
        let odd = ask("/api/auth/v1/me", SHOP, "a\u{0}").unwrap();
        assert_eq!(odd.header("access-control-allow-origin"), None);
        assert_eq!(ask("/", SHOP, ""), None);
        assert_eq!(
            preflight(&request(Method::Options, "/api/auth/v1/me", &[])),
            None
        );
        let plain = [("origin", SHOP)];
        assert_eq!(
            preflight(&request(Method::Options, "/api/auth/v1/me", &plain)),
            None
        );
    }

    #[test]
    fn a_page_of_another_origin_asks_with_a_key_of_a_company_that_lists_it() {
        let lists = AccessLists {
            origins: vec![SHOP.parse().unwrap()],
            ..AccessLists::default()
        };
        for origin in [SHOP, "https://evil.example", "null"] {
            for method in [Method::Get, Method::Post] {
                for caller in callers() {
                    let headers = [("origin", origin), ("sec-fetch-site", "cross-site")];
                    let asked = request(method, "/api/auth/v1/me", &headers);
                    let got = check(&asked, &caller, &lists).map_err(|fault| fault.kind());
                    let is_listed = origin == SHOP && matches!(caller, Caller::Key { .. });
                    let expected = match (is_listed, method) {
                        (true, _) => Ok(Some(SHOP.to_owned())),
                        (false, Method::Get) => Ok(None),
                        (false, _) => Err(ProblemKind::Forbidden),
                    };
                    assert_eq!(got, expected, "{origin} {method:?} {caller:?}");
                }
            }
        }
        // The own origin needs no list, and no leave to read.
        for caller in callers() {
            let own = request(
                Method::Post,
                "/api/auth/v1/me",
                &[("origin", "https://bi.example")],
            );
            assert_eq!(check(&own, &caller, &lists), Ok(None), "{caller:?}");
        }
        let told = allowed(Response::empty(204), Some(SHOP.to_owned()));
        assert_eq!(told.header("access-control-allow-origin"), Some(SHOP));
        assert_eq!(told.header("access-control-allow-credentials"), None);
        assert_eq!(told.header("vary"), Some("origin"));
    }
}
