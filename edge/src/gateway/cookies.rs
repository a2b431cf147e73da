//! Cookies: what they are called, and that no script and no other site sees them.
//!
//! Over https a name begins with `__Host-`, which browsers keep for cookies of exactly this host and path
//! that were set safely. On this machine itself, over http, that is not possible and the plain name is used.

use api::auth::{SESSION_COOKIE, SESSION_DAYS};

use crate::http::Request;

/// The name of a session's cookie over https.
const SESSION_COOKIE_SECURE: &str = "__Host-meschain_session";
const ATTEMPT_COOKIE: &str = "meschain_attempt";
const ATTEMPT_COOKIE_SECURE: &str = "__Host-meschain_attempt";
const DAY_SECONDS: i64 = 86_400;

/// Whether a request came over http from this machine.
pub fn is_local(request: &Request) -> bool {
    let host = host_name(request);
    request.scheme == "http" && ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

/// The host without its port.
pub fn host_name(request: &Request) -> &str {
    let host = request.host.as_str();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// What the session's cookie is called here.
pub fn session_name(request: &Request) -> &'static str {
    pick(request, SESSION_COOKIE, SESSION_COOKIE_SECURE)
}

/// What the cookie of an attempt to sign in is called here.
pub fn attempt_name(request: &Request) -> &'static str {
    pick(request, ATTEMPT_COOKIE, ATTEMPT_COOKIE_SECURE)
}

/// A session's cookie. It comes along when a link elsewhere leads here, and is not sent to change anything.
pub fn session(request: &Request, token: &str) -> String {
    cookie(
        request,
        session_name(request),
        token,
        "Lax",
        SESSION_DAYS * DAY_SECONDS,
    )
}

/// The end of a session's cookie.
pub fn session_end(request: &Request) -> String {
    cookie(request, session_name(request), "", "Lax", 0)
}

/// The cookie of an attempt to sign in, for as long as its challenge can be answered.
pub fn attempt(request: &Request, token: &str, millis: i64) -> String {
    let name = attempt_name(request);
    cookie(request, name, token, "Strict", millis / 1_000)
}

/// The end of that cookie.
pub fn attempt_end(request: &Request) -> String {
    cookie(request, attempt_name(request), "", "Strict", 0)
}

fn cookie(request: &Request, name: &str, value: &str, site: &str, seconds: i64) -> String {
    let secure = pick(request, "", "; Secure");
    format!("{name}={value}; Path=/; HttpOnly; SameSite={site}; Max-Age={seconds}{secure}")
}

fn pick(request: &Request, local: &'static str, secure: &'static str) -> &'static str {
    if is_local(request) { local } else { secure }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn request(scheme: &str, host: &str) -> Request {
        Request {
            method: Method::Get,
            scheme: scheme.into(),
            host: host.into(),
            path: "/".into(),
            query: Vec::new(),
            headers: [].into(),
        }
    }

    #[test]
    fn only_this_machine_has_plain_cookies() {
        for host in [
            "localhost",
            "localhost:8787",
            "127.0.0.1:1",
            "[::1]:8787",
            "[::1]",
        ] {
            let cookie = session(&request("http", host), "t");
            assert!(
                cookie.starts_with("meschain_session=t; ") && !cookie.contains("Secure"),
                "{cookie}"
            );
        }
        for (scheme, host) in [
            ("https", "bi.example"),
            ("https", "localhost"),
            ("http", "bi.example"),
            ("http", "localhost.evil.example"),
        ] {
            let cookie = session(&request(scheme, host), "t");
            assert!(
                cookie.starts_with("__Host-meschain_session=t; Path=/; "),
                "{cookie}"
            );
            assert!(
                cookie.ends_with("; Secure") && cookie.contains("; HttpOnly; SameSite=Lax"),
                "{cookie}"
            );
        }
    }
}
