//! The table of routes: every endpoint by method and path, what it needs, and what it takes.
//!
//! The gateway finds endpoints and decides on access by this table, the OpenAPI document is written from it,
//! and the tests of access walk it, so that an endpoint that is not here does not exist. A path names its
//! parameters in braces; where two paths fit, the one that comes first counts, so that names come before
//! parameters. Out of scope: pages and files ([`is_api`]).

use std::collections::BTreeSet;

use policy::Right;

use crate::{
    access_lists, admin, audit, auth, changes, dashboard, health, ingest, issuers, keys, members,
    oauth, predictions, provider, sign_in, sync, traffic, webhooks,
};

/// A method that an endpoint can have. `HEAD` is answered wherever `GET` is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are those of RFC 9110")]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
        }
    }

    /// Whether it only reads (RFC 9110, 9.2.1).
    pub const fn is_safe(self) -> bool {
        matches!(self, Method::Get)
    }
}

/// What a caller needs to be let in, and which company the request is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing.
    Nothing,
    /// The administrator's token.
    Operator,
    /// A right in the caller's own company, which the request does not name.
    Own(Right),
    /// A right in the company that `?company=` names.
    Named(Right),
    /// A right in the company that the path names.
    InPath(Right),
    /// To look at figures of the company that `?company=` names; without it, the caller's own, else the demo.
    Home,
}

impl Needs {
    /// The right, if it is one.
    pub const fn right(self) -> Option<Right> {
        match self {
            Needs::Nothing | Needs::Operator => None,
            Needs::Own(right) | Needs::Named(right) | Needs::InPath(right) => Some(right),
            Needs::Home => Some(Right::ReadFigures),
        }
    }
}

/// What a request carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing; a body is not read.
    Nothing,
    /// JSON.
    Json,
    /// A file, plain or packed by gzip.
    File,
    /// A form, as OAuth has it.
    Form,
}

/// One row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Its method.
    pub method: Method,
    /// Its path, with parameters in braces.
    pub path: &'static str,
    /// What it needs.
    pub needs: Needs,
    /// What it takes.
    pub takes: Takes,
}

impl Route {
    /// Whether it is written down who asked for it: what changes access, or the company itself. Data that is
    /// sent has a register of its own, and so have forecasts.
    pub fn is_audited(&self) -> bool {
        let is_trifle = matches!(
            self.endpoint,
            Endpoint::PostBatch
                | Endpoint::PasskeyOptions
                | Endpoint::IdentityOptions
                | Endpoint::PutCompany
                | Endpoint::MakePrediction
                | Endpoint::PutOutcomes
        );
        let is_about_company = !matches!(self.needs, Needs::Nothing | Needs::Operator)
            || self.endpoint == Endpoint::PutQuota;
        !self.method.is_safe() && is_about_company && !is_trifle
    }

    /// The parameters that its query may have.
    pub fn query(&self) -> impl Iterator<Item = &'static str> {
        let company = matches!(self.needs, Needs::Named(_) | Needs::Home).then_some("company");
        let own: &[&str] = match self.endpoint {
            Endpoint::PostBatch => &["kind"],
            Endpoint::Batches => &["limit"],
            Endpoint::Audit => &["after", "limit"],
            Endpoint::Consent => &["request"],
            Endpoint::Requests => &["before", "limit", "route", "status", "caller"],
            Endpoint::Predictions => &["id", "metric", "state", "before", "limit"],
            Endpoint::Usage => &["by", "from", "to", "route", "status", "caller"],
            Endpoint::Deliveries => &["before", "limit"],
            _ => &[],
        };
        company.into_iter().chain(own.iter().copied())
    }
}

/// An endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is described by the module of its path")]
pub enum Endpoint {
    Health,
    Healthz,
    OpenApi,
    ChangesJson,
    ChangesAtom,
    Migrate,
    PutCompany,
    PutQuota,
    Invite,
    Claim,
    Me,
    PatchCompany,
    PostBatch,
    Batches,
    Batch,
    Rejected,
    Manifest,
    Blob,
    Dashboard,
    PasskeyOptions,
    Passkeys,
    AddPasskey,
    RemovePasskey,
    RestorePasskey,
    SignInOptions,
    SignIn,
    RecoveryCodes,
    Recover,
    Sessions,
    EndOtherSessions,
    EndSession,
    Keys,
    MakeKey,
    RotateKey,
    RevokeKey,
    RestoreKey,
    Audit,
    Metrics,
    Members,
    InviteMember,
    ChangeMember,
    RemoveMember,
    RestoreMember,
    Consent,
    Decide,
    Grants,
    RevokeGrant,
    RestoreGrant,
    Clients,
    MakeClient,
    RotateClient,
    RevokeClient,
    RestoreClient,
    Device,
    Token,
    Introspect,
    RevokeToken,
    OAuthMetadata,
    Jwks,
    Requests,
    Usage,
    Webhooks,
    MakeWebhook,
    ChangeWebhook,
    RemoveWebhook,
    RotateWebhook,
    TestWebhook,
    Deliveries,
    ResendDelivery,
    AccessLists,
    PutAccessLists,
    Issuers,
    MakeIssuer,
    ChangeIssuer,
    RemoveIssuer,
    ProviderOptions,
    SignInByProvider,
    Identities,
    IdentityOptions,
    AddIdentity,
    RemoveIdentity,
    Predictions,
    MakePrediction,
    PutOutcomes,
}

const fn route(
    endpoint: Endpoint,
    method: Method,
    path: &'static str,
    needs: Needs,
    takes: Takes,
) -> Route {
    Route {
        endpoint,
        method,
        path,
        needs,
        takes,
    }
}

/// Every endpoint.
#[rustfmt::skip]
pub const ROUTES: [Route; 84] = {
    use Endpoint as E;
    use Method::{Delete, Get, Patch, Post, Put};
    use Needs::{Home, InPath, Named, Operator, Own};
    use Right as R;
    use Takes::{File, Form, Json};
    const NO: Needs = Needs::Nothing;
    const NONE: Takes = Takes::Nothing;
    [
        route(E::Health, Get, health::PATH, NO, NONE),
        route(E::Healthz, Get, health::HEALTHZ_PATH, NO, NONE),
        route(E::Metrics, Get, health::METRICS_PATH, Operator, NONE),
        route(E::OpenApi, Get, health::OPENAPI_PATH, NO, NONE),
        route(E::ChangesJson, Get, changes::JSON_PATH, NO, NONE),
        route(E::ChangesAtom, Get, changes::ATOM_PATH, NO, NONE),
        route(E::Migrate, Post, admin::MIGRATE_PATH, Operator, NONE),
        route(E::PutCompany, Put, admin::COMPANY_PATH, Operator, Json),
        route(E::PutQuota, Put, admin::QUOTA_PATH, Operator, Json),
        route(E::Invite, Post, admin::INVITES_PATH, Operator, NONE),
        route(E::Claim, Post, auth::CLAIM_PATH, NO, Json),
        route(E::Me, Get, auth::ME_PATH, NO, NONE),
        route(E::PatchCompany, Patch, auth::COMPANY_PATH, InPath(R::ChangeCompany), Json),
        route(E::PostBatch, Post, ingest::BATCHES_PATH, Named(R::SendData), File),
        route(E::Batches, Get, ingest::BATCHES_PATH, Named(R::ReadImports), NONE),
        route(E::Batch, Get, ingest::BATCH_PATH, Named(R::ReadImports), NONE),
        route(E::Rejected, Get, ingest::REJECTED_PATH, Named(R::ReadImports), NONE),
        route(E::Manifest, Get, sync::MANIFEST_PATH, Named(R::ReadFigures), NONE),
        route(E::Blob, Get, sync::BLOB_PATH, Named(R::ReadFigures), NONE),
        route(E::Dashboard, Get, dashboard::PATH, Home, NONE),
        route(E::PasskeyOptions, Post, sign_in::PASSKEY_OPTIONS_PATH, Own(R::OwnAccount), NONE),
        route(E::Passkeys, Get, sign_in::PASSKEYS_PATH, Own(R::OwnAccount), NONE),
        route(E::AddPasskey, Post, sign_in::PASSKEYS_PATH, Own(R::OwnAccount), Json),
        route(E::RemovePasskey, Delete, sign_in::PASSKEY_PATH, Own(R::OwnAccount), NONE),
        route(E::RestorePasskey, Post, sign_in::PASSKEY_RESTORE_PATH, Own(R::OwnAccount), NONE),
        route(E::SignInOptions, Post, sign_in::SIGN_IN_OPTIONS_PATH, NO, NONE),
        route(E::SignIn, Post, sign_in::SIGN_IN_PATH, NO, Json),
        route(E::RecoveryCodes, Post, sign_in::RECOVERY_CODES_PATH, Own(R::OwnAccount), NONE),
        route(E::Recover, Post, sign_in::RECOVER_PATH, NO, Json),
        route(E::Sessions, Get, sign_in::SESSIONS_PATH, Own(R::OwnAccount), NONE),
        route(E::EndOtherSessions, Delete, sign_in::SESSIONS_PATH, Own(R::OwnAccount), NONE),
        route(E::EndSession, Delete, sign_in::SESSION_PATH, Own(R::OwnAccount), NONE),
        route(E::Keys, Get, keys::KEYS_PATH, Own(R::ManageKeys), NONE),
        route(E::MakeKey, Post, keys::KEYS_PATH, Own(R::ManageKeys), Json),
        route(E::RotateKey, Post, keys::KEY_ROTATE_PATH, Own(R::ManageKeys), Json),
        route(E::RevokeKey, Delete, keys::KEY_PATH, Own(R::ManageKeys), NONE),
        route(E::RestoreKey, Post, keys::KEY_RESTORE_PATH, Own(R::ManageKeys), NONE),
        route(E::Audit, Get, audit::AUDIT_PATH, Own(R::ReadAudit), NONE),
        route(E::Members, Get, members::MEMBERS_PATH, Own(R::ManageMembers), NONE),
        route(E::InviteMember, Post, members::INVITATIONS_PATH, Own(R::ManageMembers), Json),
        route(E::ChangeMember, Patch, members::MEMBER_PATH, Own(R::ManageMembers), Json),
        route(E::RemoveMember, Delete, members::MEMBER_PATH, Own(R::ManageMembers), NONE),
        route(E::RestoreMember, Post, members::MEMBER_RESTORE_PATH, Own(R::ManageMembers), NONE),
        route(E::Consent, Get, oauth::CONSENTS_PATH, Own(R::OwnAccount), NONE),
        route(E::Decide, Post, oauth::CONSENTS_PATH, Own(R::OwnAccount), Json),
        route(E::Grants, Get, oauth::GRANTS_PATH, Own(R::OwnAccount), NONE),
        route(E::RevokeGrant, Delete, oauth::GRANT_PATH, Own(R::OwnAccount), NONE),
        route(E::RestoreGrant, Post, oauth::GRANT_RESTORE_PATH, Own(R::OwnAccount), NONE),
        route(E::Clients, Get, oauth::CLIENTS_PATH, Own(R::ManageKeys), NONE),
        route(E::MakeClient, Post, oauth::CLIENTS_PATH, Own(R::ManageKeys), Json),
        route(E::RotateClient, Post, oauth::CLIENT_ROTATE_PATH, Own(R::ManageKeys), Json),
        route(E::RevokeClient, Delete, oauth::CLIENT_PATH, Own(R::ManageKeys), NONE),
        route(E::RestoreClient, Post, oauth::CLIENT_RESTORE_PATH, Own(R::ManageKeys), NONE),
        route(E::Device, Post, oauth::DEVICE_PATH, NO, Form),
        route(E::Token, Post, oauth::TOKEN_PATH, NO, Form),
        route(E::Introspect, Post, oauth::INTROSPECT_PATH, NO, Form),
        route(E::RevokeToken, Post, oauth::REVOKE_PATH, NO, Form),
        route(E::OAuthMetadata, Get, oauth::METADATA_PATH, NO, NONE),
        route(E::Jwks, Get, oauth::JWKS_PATH, NO, NONE),
        route(E::Requests, Get, traffic::REQUESTS_PATH, Own(R::ReadAudit), NONE),
        route(E::Usage, Get, traffic::USAGE_PATH, Own(R::ReadAudit), NONE),
        route(E::Webhooks, Get, webhooks::ENDPOINTS_PATH, Own(R::ManageConnections), NONE),
        route(E::MakeWebhook, Post, webhooks::ENDPOINTS_PATH, Own(R::ManageConnections), Json),
        route(E::ChangeWebhook, Patch, webhooks::ENDPOINT_PATH, Own(R::ManageConnections), Json),
        route(E::RemoveWebhook, Delete, webhooks::ENDPOINT_PATH, Own(R::ManageConnections), NONE),
        route(E::RotateWebhook, Post, webhooks::ROTATE_PATH, Own(R::ManageConnections), Json),
        route(E::TestWebhook, Post, webhooks::TEST_PATH, Own(R::ManageConnections), NONE),
        route(E::Deliveries, Get, webhooks::DELIVERIES_PATH, Own(R::ManageConnections), NONE),
        route(E::ResendDelivery, Post, webhooks::RESEND_PATH, Own(R::ManageConnections), NONE),
        route(E::AccessLists, Get, access_lists::ACCESS_LISTS_PATH, Own(R::ManageConnections), NONE),
        route(E::PutAccessLists, Put, access_lists::ACCESS_LISTS_PATH, Own(R::ManageConnections), Json),
        route(E::Issuers, Get, issuers::ISSUERS_PATH, Own(R::ManageKeys), NONE),
        route(E::MakeIssuer, Post, issuers::ISSUERS_PATH, Own(R::ManageKeys), Json),
        route(E::ChangeIssuer, Put, issuers::ISSUER_PATH, Own(R::ManageKeys), Json),
        route(E::RemoveIssuer, Delete, issuers::ISSUER_PATH, Own(R::ManageKeys), NONE),
        route(E::ProviderOptions, Post, provider::OPTIONS_PATH, NO, NONE),
        route(E::SignInByProvider, Post, provider::SIGN_IN_PATH, NO, Json),
        route(E::Identities, Get, provider::IDENTITIES_PATH, Own(R::OwnAccount), NONE),
        route(E::IdentityOptions, Post, provider::IDENTITY_OPTIONS_PATH, Own(R::OwnAccount), NONE),
        route(E::AddIdentity, Post, provider::IDENTITIES_PATH, Own(R::OwnAccount), Json),
        route(E::RemoveIdentity, Delete, provider::IDENTITY_PATH, Own(R::OwnAccount), NONE),
        route(E::Predictions, Get, predictions::PATH, Named(R::ReadFigures), NONE),
        route(E::MakePrediction, Post, predictions::PATH, Named(R::MakePredictions), Json),
        route(E::PutOutcomes, Put, predictions::PATH, Named(R::MakePredictions), Json),
    ]
};

/// A row of the table with the values of its path's parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found<'p> {
    /// The row.
    pub route: &'static Route,
    /// The value of the path's parameter; empty where it has none.
    pub parameter: &'p str,
}

/// Why a request has no endpoint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missed {
    /// No endpoint has this path.
    Path,
    /// The path has other methods: these.
    Method(Vec<&'static str>),
}

/// Whether a path is the API's; all others are pages and files.
pub fn is_api(path: &str) -> bool {
    path == "/api"
        || path.starts_with("/api/")
        || matches!(
            path,
            health::HEALTHZ_PATH | health::METRICS_PATH | oauth::METADATA_PATH | oauth::JWKS_PATH
        )
}

/// Finds the endpoint of a method (by its name; `HEAD` is `GET`) and a path.
pub fn find<'p>(method: &str, path: &'p str) -> Result<Found<'p>, Missed> {
    let method = if method == "HEAD" { "GET" } else { method };
    let mut found = ROUTES.iter().filter_map(|route| {
        let parameter = parameter_of(route.path, path)?;
        Some(Found { route, parameter })
    });
    let first = found.clone().next().ok_or(Missed::Path)?;
    // Only rows of the very same path: a name hides the parameter that it would fit.
    let is_same = |found: &Found<'_>| found.route.path == first.route.path;
    if let Some(found) = found.find(|it| is_same(it) && it.route.method.name() == method) {
        return Ok(found);
    }
    let same = ROUTES.iter().filter(|it| it.path == first.route.path);
    let mut methods: BTreeSet<&str> = kernel::inserted(same.map(|route| route.method.name()));
    if methods.contains("GET") {
        methods.insert("HEAD");
    }
    Err(Missed::Method(methods.into_iter().collect()))
}

/// The value of a pattern's parameter in a path, empty where it has none; `None` where the path does not fit.
fn parameter_of<'p>(pattern: &str, path: &'p str) -> Option<&'p str> {
    let Some((before, rest)) = pattern.split_once('{') else {
        return (pattern == path).then_some("");
    };
    let (_, after) = rest.split_once('}')?;
    let value = path.strip_prefix(before)?.strip_suffix(after)?;
    (!value.is_empty() && !value.contains('/')).then_some(value)
}

#[cfg(test)]
mod tests;
