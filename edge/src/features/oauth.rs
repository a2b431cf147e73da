//! Tokens for programs: who asks, whether they may, and the token. What is asked and what is refused is decided in
//! the crate `oauth`; here it meets the database and the platform's cryptography.
//!
//! A grant is kept for each token that a program gets for itself. It outlives the token by nothing, and whoever
//! takes a token back ends its grant.

pub mod clients;
pub mod keys;

use api::oauth::{Introspected, JWKS_PATH, Metadata, Token};
use kernel::TenantId;
use oauth::client::Credentials;
use oauth::form::Form;
use oauth::token::{Claims, LIFE_SECONDS};
use oauth::{Refusal, Refused};
use policy::{Scope, Scopes};

use crate::address;
use crate::digest;
use crate::fault::Fault;
use crate::gateway::access_token;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, SqlValue};

/// Who signs tokens, and for whom they are: the origin that is asked.
pub fn issuer(request: &Request) -> String {
    format!("{}://{}", request.scheme, request.host)
}

/// What clients need to know.
pub fn metadata(request: &Request) -> Result<Response, Fault> {
    let issuer = issuer(request);
    let at = |path| format!("{issuer}{path}");
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let response = Response::json(
        200,
        &Metadata {
            token_endpoint: at(api::oauth::TOKEN_PATH),
            jwks_uri: at(JWKS_PATH),
            introspection_endpoint: at(api::oauth::INTROSPECT_PATH),
            revocation_endpoint: at(api::oauth::REVOKE_PATH),
            scopes_supported: texts(&Scope::ALL.map(Scope::name)),
            response_types_supported: Vec::new(),
            grant_types_supported: texts(&["client_credentials"]),
            token_endpoint_auth_methods_supported: texts(&[
                "client_secret_basic",
                "client_secret_post",
            ]),
            issuer,
        },
    )?;
    Ok(response)
}

/// A client that has shown who it is.
struct Known {
    id: String,
    company: TenantId,
    scopes: Scopes,
}

/// Reads a form, and who sends it.
async fn begin<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<(Form, Known), Fault> {
    let text = std::str::from_utf8(body)
        .map_err(|_| refused(Refusal::InvalidRequest.because("the form is no text")))?;
    let form = Form::of(address::pairs(text)).map_err(refused)?;
    let credential = request.header("authorization");
    let basic = match credential.map(access_token::basic) {
        Some(None) => {
            let detail = "send the client's id and secret by Basic";
            return Err(refused(Refusal::InvalidClient.because(detail)));
        }
        basic => basic.flatten(),
    };
    let credentials = Credentials::read(basic, &form).map_err(refused)?;
    let client = known(platform, &credentials).await?;
    Ok((form, client))
}

/// Looks a client up. Whatever is wrong, the answer is the same.
async fn known<P: Platform>(platform: &P, credentials: &Credentials) -> Result<Known, Fault> {
    let statement = "SELECT company_id, secret_digest, scopes FROM oauth_clients WHERE id = ?1 AND \
         revoked_at IS NULL";
    let values = vec![credentials.id.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let secret = credentials.secret.as_deref().unwrap_or_default();
    let digest = digest::secret_digest(secret);
    let found = rows.first().and_then(|row| {
        let [company, kept, scopes] = row.as_slice() else {
            return None;
        };
        digest::is_same_secret(kept.text()?, &digest).then_some(Known {
            id: credentials.id.clone(),
            company: company.text()?.parse().ok()?,
            scopes: scopes.text()?.parse().ok()?,
        })
    });
    found.ok_or_else(|| {
        refused(Refusal::InvalidClient.because("this is no client, or not its secret"))
    })
}

/// Gives a token.
pub async fn token<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let (form, client) = begin(platform, request, body).await?;
    match form.require("grant_type").map_err(refused)? {
        "client_credentials" => {}
        _ => {
            let detail = "grant_type is client_credentials";
            return Err(refused(Refusal::UnsupportedGrantType.because(detail)));
        }
    }
    let scopes = oauth::scopes(form.get("scope"), client.scopes).map_err(refused)?;
    let now = platform.now().millis();
    let grant = named(platform, "g")?;
    let statements = vec![
        // What has ended is of no use to anybody.
        (
            "DELETE FROM oauth_grants WHERE ends_at <= ?1",
            vec![now.into()],
        ),
        (
            "INSERT INTO oauth_grants (id, client_id, scopes, created_at, ends_at) \
             VALUES (?1, ?2, ?3, ?4, ?5)",
            vec![
                grant.as_str().into(),
                client.id.as_str().into(),
                scopes.to_string().into(),
                now.into(),
                (now + LIFE_SECONDS * 1_000).into(),
            ],
        ),
        (
            "UPDATE oauth_clients SET used_at = ?2 WHERE id = ?1",
            vec![client.id.as_str().into(), now.into()],
        ),
    ];
    platform.database().batch(statements).await?;
    let claims = Claims {
        iss: issuer(request),
        aud: issuer(request),
        sub: client.id.clone(),
        client_id: client.id,
        scope: scopes.to_string(),
        iat: now / 1_000,
        exp: now / 1_000 + LIFE_SECONDS,
        jti: named(platform, "t")?,
        grant_id: grant,
        cnf: None,
    };
    let access_token = keys::sign(platform, &claims).await?;
    Response::json(
        200,
        &Token {
            access_token,
            token_type: "Bearer".to_owned(),
            expires_in: LIFE_SECONDS,
            scope: claims.scope,
        },
    )
}

/// Says what a token is worth, to a client of the same company.
pub async fn introspect<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let (form, client) = begin(platform, request, body).await?;
    let text = form.require("token").map_err(refused)?;
    let found = access_token::look_up(platform, &issuer(request), text).await?;
    let told = match found.filter(|(key, _)| key.company == client.company) {
        Some((_, claims)) => Introspected {
            active: true,
            scope: Some(claims.scope),
            client_id: Some(claims.client_id),
            sub: Some(claims.sub),
            iss: Some(claims.iss),
            exp: Some(claims.exp),
            iat: Some(claims.iat),
        },
        None => Introspected::default(),
    };
    Response::json(200, &told)
}

/// Ends a token of the client that asks, with its grant. Of any other nothing is said, and nothing happens.
pub async fn revoke<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let (form, client) = begin(platform, request, body).await?;
    let text = form.require("token").map_err(refused)?;
    let found = access_token::look_up(platform, &issuer(request), text).await?;
    if let Some((_, claims)) = found.filter(|(_, claims)| claims.client_id == client.id) {
        let statement = "UPDATE oauth_grants SET revoked_at = ?2 WHERE id = ?1";
        let values = vec![claims.grant_id.into(), platform.now().millis().into()];
        platform.database().rows((statement, values)).await?;
        platform.meters(|meters| meters.keys.forget());
    }
    Ok(Response::empty(200).with("cache-control", "no-store"))
}

/// A new name that nobody can guess: a letter and 128 bits.
fn named<P: Platform>(platform: &P, letter: &str) -> Result<String, Fault> {
    let random = platform.random()?;
    let digits = digest::hex(random.get(..16).unwrap_or_default());
    Ok(format!("{letter}-{digits}"))
}

fn refused(refused: Refused) -> Fault {
    Fault::OAuth {
        refusal: refused.refusal,
        detail: refused.detail,
    }
}

/// A text of a row, empty where there is none.
fn text(value: &SqlValue) -> &str {
    value.text().unwrap_or_default()
}
