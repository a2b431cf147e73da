//! Stage 1: which endpoint is meant. A plain match: nothing is built per request.

use api::{ProblemKind, admin, auth, dashboard, health, ingest, sign_in, sync};
use kernel::{BatchId, Hash256, TenantId};

use crate::fault::Fault;
use crate::http::Method;

/// An endpoint, with what its path names.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is described where `api` names its path")]
pub enum Route {
    Asset,
    Health,
    Migrate,
    PutCompany(TenantId),
    Invite,
    Claim,
    Me,
    PatchCompany(TenantId),
    PostBatch,
    Batches,
    Batch(BatchId),
    Rejected(BatchId),
    Manifest,
    Blob(Hash256),
    Dashboard,
    PasskeyOptions,
    Passkeys,
    AddPasskey,
    RemovePasskey(String),
    RestorePasskey(String),
    SignInOptions,
    SignIn,
    RecoveryCodes,
    Recover,
    Sessions,
    EndOtherSessions,
    EndSession(String),
}

/// Finds the endpoint.
pub fn find(method: Method, path: &str) -> Result<Route, Fault> {
    // What is not the API's is a page or a file.
    if path != "/api" && !path.starts_with("/api/") {
        return allow(method, &[Method::Get], || Ok(Route::Asset));
    }
    if let Some(id) = path.strip_prefix(admin::COMPANIES_PATH) {
        return allow(method, &[Method::Put], || Ok(Route::PutCompany(named(id)?)));
    }
    if let Some(id) = path.strip_prefix(auth::COMPANIES_PATH) {
        let route = || Ok(Route::PatchCompany(named(id)?));
        return allow(method, &[Method::Patch], route);
    }
    if let Some(hash) = path.strip_prefix(sync::BLOBS_PATH) {
        return allow(method, &[Method::Get], || Ok(Route::Blob(named(hash)?)));
    }
    let batch = path
        .strip_prefix(ingest::BATCHES_PATH)
        .and_then(|rest| rest.strip_prefix('/'));
    if let Some(rest) = batch {
        return allow(method, &[Method::Get], || match rest.split_once('/') {
            None => Ok(Route::Batch(named(rest)?)),
            Some((id, "rejected.csv")) => Ok(Route::Rejected(named(id)?)),
            Some(_) => Err(Fault::not_found()),
        });
    }
    if let Some(rest) = below(path, sign_in::PASSKEYS_PATH)
        && path != sign_in::PASSKEY_OPTIONS_PATH
    {
        if let Some(id) = rest.strip_suffix("/restore") {
            let route = || Ok(Route::RestorePasskey(identifier(id)?));
            return allow(method, &[Method::Post], route);
        }
        let route = || Ok(Route::RemovePasskey(identifier(rest)?));
        return allow(method, &[Method::Delete], route);
    }
    if let Some(id) = below(path, sign_in::SESSIONS_PATH) {
        let route = || Ok(Route::EndSession(identifier(id)?));
        return allow(method, &[Method::Delete], route);
    }
    let one = |allowed, route| allow(method, &[allowed], || Ok(route));
    match path {
        health::PATH => one(Method::Get, Route::Health),
        admin::MIGRATE_PATH => one(Method::Post, Route::Migrate),
        admin::INVITES_PATH => one(Method::Post, Route::Invite),
        auth::CLAIM_PATH => one(Method::Post, Route::Claim),
        auth::ME_PATH => one(Method::Get, Route::Me),
        sync::MANIFEST_PATH => one(Method::Get, Route::Manifest),
        sign_in::PASSKEY_OPTIONS_PATH => one(Method::Post, Route::PasskeyOptions),
        sign_in::PASSKEYS_PATH if method == Method::Post => Ok(Route::AddPasskey),
        sign_in::PASSKEYS_PATH => {
            allow(method, &[Method::Get, Method::Post], || Ok(Route::Passkeys))
        }
        sign_in::SIGN_IN_OPTIONS_PATH => one(Method::Post, Route::SignInOptions),
        sign_in::SIGN_IN_PATH => one(Method::Post, Route::SignIn),
        sign_in::RECOVERY_CODES_PATH => one(Method::Post, Route::RecoveryCodes),
        sign_in::RECOVER_PATH => one(Method::Post, Route::Recover),
        sign_in::SESSIONS_PATH if method == Method::Delete => Ok(Route::EndOtherSessions),
        sign_in::SESSIONS_PATH => allow(method, &[Method::Get, Method::Delete], || {
            Ok(Route::Sessions)
        }),
        dashboard::PATH => one(Method::Get, Route::Dashboard),
        ingest::BATCHES_PATH if method == Method::Post => Ok(Route::PostBatch),
        ingest::BATCHES_PATH => allow(method, &[Method::Get, Method::Post], || Ok(Route::Batches)),
        _ => Err(Fault::not_found()),
    }
}

/// What follows a path and a slash.
fn below<'p>(path: &'p str, folder: &str) -> Option<&'p str> {
    path.strip_prefix(folder)?.strip_prefix('/')
}

/// An id of letters, digits, `-` and `_`.
fn identifier(text: &str) -> Result<String, Fault> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if text.is_empty() || !text.bytes().all(is_part) {
        return Err(Fault::not_found());
    }
    Ok(text.to_owned())
}

fn named<T: std::str::FromStr>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|_| Fault::not_found())
}

fn allow(
    method: Method,
    allowed: &[Method],
    route: impl FnOnce() -> Result<Route, Fault>,
) -> Result<Route, Fault> {
    let is_head = method == Method::Head && allowed.contains(&Method::Get);
    if is_head || allowed.contains(&method) {
        return route();
    }
    let names: Vec<String> = allowed
        .iter()
        .map(|method| format!("{method:?}").to_uppercase())
        .collect();
    Err(Fault::refused(
        ProblemKind::MethodNotAllowed,
        format!("use {}", names.join(" or ")),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_to_endpoints() {
        let hash = "a".repeat(64);
        let blob = format!("/api/sync/v1/blobs/{hash}");
        let batch = "b-1".parse::<BatchId>().unwrap();
        for (method, path, expected) in [
            (Method::Get, "/", Route::Asset),
            (Method::Head, "/assets/x.js", Route::Asset),
            (Method::Get, "/apical", Route::Asset),
            (Method::Get, "/api/health", Route::Health),
            (Method::Get, "/api/ingest/v1/batches", Route::Batches),
            (Method::Post, "/api/ingest/v1/batches", Route::PostBatch),
            (
                Method::Get,
                "/api/ingest/v1/batches/b-1",
                Route::Batch(batch.clone()),
            ),
            (
                Method::Get,
                "/api/ingest/v1/batches/b-1/rejected.csv",
                Route::Rejected(batch),
            ),
            (Method::Get, &blob, Route::Blob(hash.parse().unwrap())),
        ] {
            assert_eq!(find(method, path), Ok(expected), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found_and_what_is_not_allowed_says_so() {
        let kind = |method, path: &str| match find(method, path) {
            Err(Fault::Refused { kind, .. }) => kind,
            other => panic!("{path}: {other:?}"),
        };
        for path in [
            "/api",
            "/api/",
            "/api/nope",
            "/api/sync/v1/blobs/xyz",
            "/api/ingest/v1/batches/UPPER",
            "/api/ingest/v1/batches/b/else",
        ] {
            assert_eq!(kind(Method::Get, path), ProblemKind::NotFound, "{path}");
        }
        for (method, path) in [
            (Method::Post, "/"),
            (Method::Other, "/api/health"),
            (Method::Get, "/api/auth/v1/claim"),
            (Method::Put, "/api/sync/v1/manifest"),
        ] {
            assert_eq!(kind(method, path), ProblemKind::MethodNotAllowed, "{path}");
        }
    }
}
