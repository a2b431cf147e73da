//! A person is asked whether a program may act for them, and answers. What the program asks is the query of the page
//! that it opened; whether it may ask that is `oauth::authorize`'s to say.

use api::oauth::{Consent, Decision};
use oauth::authorize::{self, Asked, Outcome};
use oauth::form::Form;

use super::{devices, or_null, refused};
use crate::address;
use crate::digest;
use crate::fault::{Context, Fault};
use crate::features::{admin, from_json, new_id};
use crate::gateway::caller::Caller;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform};

/// How long a code can be redeemed, in milliseconds.
const CODE_MILLIS: i64 = 60_000;

/// Says who asks for what.
pub async fn look<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
) -> Result<Response, Fault> {
    let form = form(request.parameter("request").unwrap_or_default())?;
    if let Some(typed) = form.get("user_code") {
        let (company, _, _) = caller.require_person()?;
        return Response::json(200, &devices::look(platform, company, typed).await?);
    }
    let (consent, _) = read(platform, request, caller, &form).await?;
    Response::json(200, &consent)
}

/// Takes the person's answer, and says where it goes.
pub async fn decide<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let (company, person, _) = caller.require_person()?;
    let decision: Decision = from_json(body)?;
    let form = form(&decision.request)?;
    if let Some(typed) = form.get("user_code") {
        let decided = devices::decide(platform, company, person, typed, decision.grant);
        return Response::json(200, &decided.await?);
    }
    let (mut consent, client) = read(platform, request, caller, &form).await?;
    if consent.redirect.is_some() {
        return Response::json(200, &consent);
    }
    let asked = asked(&form);
    let issuer = super::issuer(request);
    let answer = |name, value: &str| authorize::answer(&asked, &issuer, name, value);
    if !decision.grant {
        consent.redirect = Some(answer("error", "access_denied"));
        return Response::json(200, &consent);
    }
    let now = platform.now().millis();
    let (grant, code) = (new_id(platform, "g")?, admin::secret(platform)?);
    let statements = vec![
        (
            "INSERT INTO oauth_grants (id, client_id, person_id, scopes, created_at, ends_at, \
             key_thumbprint) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            vec![
                grant.as_str().into(),
                client.into(),
                person.into(),
                consent.scopes.to_string().into(),
                now.into(),
                (now + CODE_MILLIS).into(),
                or_null(asked.dpop_jkt),
            ],
        ),
        (
            "INSERT INTO oauth_secrets (digest, kind, grant_id, challenge, redirect, expires_at) \
             VALUES (?1, 'code', ?2, ?3, ?4, ?5)",
            vec![
                digest::secret_digest(&code).into(),
                grant.into(),
                asked.code_challenge.into(),
                asked.redirect_uri.into(),
                (now + CODE_MILLIS).into(),
            ],
        ),
    ];
    platform.database().batch(statements).await?;
    consent.redirect = Some(answer("code", &code));
    Response::json(200, &consent)
}

fn form(query: &str) -> Result<Form, Fault> {
    let pairs = address::pairs(query.trim_start_matches('?'));
    Form::of(pairs).map_err(|refused| Fault::bad_request(refused.detail))
}

fn asked(form: &Form) -> Asked<'_> {
    let get = |name| form.get(name).unwrap_or_default();
    Asked {
        response_type: get("response_type"),
        redirect_uri: get("redirect_uri"),
        scope: form.get("scope"),
        state: form.get("state"),
        code_challenge: get("code_challenge"),
        code_challenge_method: get("code_challenge_method"),
        dpop_jkt: form.get("dpop_jkt"),
    }
}

/// What a program of the caller's own company asks, and its id.
async fn read<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
    form: &Form,
) -> Result<(Consent, String), Fault> {
    let (company, _, _) = caller.require_person()?;
    let id = form.require("client_id").map_err(refused);
    let id = id.map_err(|fault| Fault::bad_request(fault.to_string()))?;
    let statement = "SELECT name, scopes, redirects FROM oauth_clients WHERE id = ?1 AND \
         company_id = ?2 AND revoked_at IS NULL";
    let values = vec![id.into(), company.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([name, scopes, redirects]) = rows.first().map(Vec::as_slice) else {
        return Err(Fault::bad_request(
            "your company has no program of this name",
        ));
    };
    let redirects: Vec<String> =
        serde_json::from_str(redirects.text_or_empty()).context("read a program's addresses")?;
    let allowed = scopes
        .text_or_empty()
        .parse()
        .context("read a program's scopes")?;
    let issuer = super::issuer(request);
    let (scopes, redirect) = match authorize::check(&asked(form), &redirects, allowed, &issuer) {
        Outcome::Told(detail) => return Err(Fault::bad_request(detail)),
        Outcome::Sent(address) => (policy::Scopes::NONE, Some(address)),
        Outcome::Ask(scopes) => (scopes, None),
    };
    let consent = Consent {
        name: name.text_or_empty().to_owned(),
        scopes,
        redirect,
        is_done: false,
    };
    Ok((consent, id.to_owned()))
}
