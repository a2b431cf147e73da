//! Tokens for programs: who asks, whether they may, and the token. What is asked and what is refused is decided in
//! the crate `oauth`; here it meets the database and the platform's cryptography.
//!
//! A grant is kept for each token that a program gets for itself. It outlives the token by nothing, and whoever
//! takes a token back ends its grant.

pub mod clients;
pub mod consent;
pub mod devices;
mod exchange;
pub mod grants;
pub mod keys;

use api::oauth::{ClientKind, Introspected, JWKS_PATH, Metadata, Token};
use credentials::dpop::{ALGORITHMS, ProofError};
use credentials::to_base64url;
use kernel::TenantId;
use oauth::client::Credentials;
use oauth::device::GRANT_TYPE;
use oauth::form::Form;
use oauth::token::{Claims, Confirmation, LIFE_SECONDS};
use oauth::{Refusal, Refused};
use policy::{Scope, Scopes};

use crate::address;
use crate::digest;
use crate::fault::Fault;
use crate::features::new_id;
use crate::gateway::{access_token, proof};
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, SqlValue};

/// Ways of asking for a token.
const GRANTS: [&str; 4] = [
    "client_credentials",
    "authorization_code",
    "refresh_token",
    GRANT_TYPE,
];

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
            device_authorization_endpoint: at(api::oauth::DEVICE_PATH),
            token_endpoint: at(api::oauth::TOKEN_PATH),
            jwks_uri: at(JWKS_PATH),
            introspection_endpoint: at(api::oauth::INTROSPECT_PATH),
            revocation_endpoint: at(api::oauth::REVOKE_PATH),
            scopes_supported: texts(&Scope::ALL.map(Scope::name)),
            authorization_endpoint: at(api::oauth::AUTHORIZE_PATH),
            response_types_supported: texts(&["code"]),
            code_challenge_methods_supported: texts(&["S256"]),
            authorization_response_iss_parameter_supported: true,
            grant_types_supported: texts(&GRANTS),
            token_endpoint_auth_methods_supported: texts(&[
                "client_secret_basic",
                "client_secret_post",
                "none",
            ]),
            dpop_signing_alg_values_supported: texts(&ALGORITHMS),
            issuer,
        },
    )?;
    Ok(response)
}

/// A client that has shown who it is.
struct Known {
    id: String,
    company: TenantId,
    kind: ClientKind,
    scopes: Scopes,
}

/// A client with what it asks.
struct Asking<'r> {
    request: &'r Request,
    form: Form,
    client: Known,
    /// The thumbprint of the key that it has shown to hold.
    thumbprint: Option<String>,
}

/// What a token is of.
struct Grant {
    id: String,
    /// Whom it stands for.
    subject: String,
    scopes: Scopes,
}

/// Reads a form, and who sends it.
async fn begin<'r, P: Platform>(
    platform: &P,
    request: &'r Request,
    body: &[u8],
) -> Result<Asking<'r>, Fault> {
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
    Ok(Asking {
        request,
        form,
        client,
        thumbprint: None,
    })
}

/// Looks a client up. Whatever is wrong, the answer is the same.
async fn known<P: Platform>(platform: &P, credentials: &Credentials) -> Result<Known, Fault> {
    let statement = "SELECT company_id, secret_digest, scopes, kind, CASE WHEN old_secret_ends_at > ?2 \
         THEN old_secret_digest END FROM oauth_clients WHERE id = ?1 AND revoked_at IS NULL";
    let now = platform.now().millis();
    let values = vec![credentials.id.as_str().into(), now.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let digest = credentials.secret.as_deref().map(digest::secret_digest);
    let found = rows.first().and_then(|row| {
        let [company, kept, scopes, kind, old] = row.as_slice() else {
            return None;
        };
        let is_it = match (kept.text(), &digest) {
            (Some(kept), Some(digest)) => {
                let is_old = old.text().map(|old| digest::is_same_secret(old, digest));
                digest::is_same_secret(kept, digest) | is_old.unwrap_or(false)
            }
            // A program on people's devices has no secret to keep.
            (None, None) => true,
            _ => false,
        };
        is_it.then_some(Known {
            id: credentials.id.clone(),
            company: company.text()?.parse().ok()?,
            kind: ClientKind::from_name(kind.text()?)?,
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
    let mut asking = begin(platform, request, body).await?;
    asking.thumbprint = shown_key(platform, request, &asking.client.company).await?;
    let asked = asking.form.require("grant_type").map_err(refused)?;
    let is_service = asking.client.kind == ClientKind::Service;
    if !GRANTS.contains(&asked) {
        let detail = format!("grant_type is {}", GRANTS.join(" or "));
        return Err(refused(Refusal::UnsupportedGrantType.because(detail)));
    }
    let is_device = asked == GRANT_TYPE;
    let is_other = is_device && asking.client.kind != ClientKind::Native;
    if is_service != (asked == "client_credentials") || is_other {
        let detail = "this program was registered for another way of asking";
        return Err(refused(Refusal::UnauthorizedClient.because(detail)));
    }
    clean(platform, &asking.client.id).await?;
    let token = match asked {
        "authorization_code" => exchange::code(platform, &asking).await?,
        "refresh_token" => exchange::refresh(platform, &asking).await?,
        GRANT_TYPE => devices::token(platform, &asking).await?,
        _ => for_itself(platform, &asking).await?,
    };
    Response::json(200, &token)
}

/// The thumbprint of the key that a client shows to hold, where it sends a proof.
async fn shown_key<P: Platform>(
    platform: &P,
    request: &Request,
    company: &TenantId,
) -> Result<Option<String>, Fault> {
    if request.header(proof::HEADER).is_none() {
        return Ok(None);
    }
    let in_words_of_oauth = |error: ProofError| {
        let refusal = match error {
            ProofError::Nonce => Refusal::UseDpopNonce,
            _ => Refusal::InvalidDpopProof,
        };
        refused(refusal.because(error.to_string()))
    };
    let proof = proof::read(platform, request, None).await;
    let proof = proof.map_err(in_words_of_oauth)?;
    let taken = proof::take(platform, company, &proof).await?;
    taken.map_err(in_words_of_oauth)?;
    Ok(Some(proof.thumbprint))
}

/// Forgets what has ended, and notes that a client was here.
async fn clean<P: Platform>(platform: &P, client: &str) -> Result<(), Fault> {
    let now = platform.now().millis();
    let statements = vec![
        (
            "DELETE FROM oauth_secrets WHERE grant_id IN (SELECT id FROM oauth_grants WHERE \
             ends_at <= ?1)",
            vec![now.into()],
        ),
        (
            "DELETE FROM oauth_grants WHERE ends_at <= ?1",
            vec![now.into()],
        ),
        (
            "UPDATE oauth_clients SET used_at = ?2 WHERE id = ?1",
            vec![client.into(), now.into()],
        ),
    ];
    platform.database().batch(statements).await.map(drop)
}

/// A token with which a program acts for itself.
async fn for_itself<P: Platform>(platform: &P, asking: &Asking<'_>) -> Result<Token, Fault> {
    let client = &asking.client;
    let scopes = oauth::scopes(asking.form.get("scope"), client.scopes).map_err(refused)?;
    let now = platform.now().millis();
    let grant = Grant {
        id: new_id(platform, "g")?,
        subject: client.id.clone(),
        scopes,
    };
    let statement = "INSERT INTO oauth_grants (id, client_id, scopes, created_at, ends_at) \
         VALUES (?1, ?2, ?3, ?4, ?5)";
    let values = vec![
        grant.id.as_str().into(),
        client.id.as_str().into(),
        scopes.to_string().into(),
        now.into(),
        (now + LIFE_SECONDS * 1_000).into(),
    ];
    platform.database().rows((statement, values)).await?;
    issue(platform, asking, grant).await
}

/// Writes a token of a grant.
async fn issue<P: Platform>(
    platform: &P,
    asking: &Asking<'_>,
    grant: Grant,
) -> Result<Token, Fault> {
    let now = platform.now().millis() / 1_000;
    let issuer = issuer(asking.request);
    let claims = Claims {
        aud: issuer.clone(),
        iss: issuer,
        sub: grant.subject,
        client_id: asking.client.id.clone(),
        scope: grant.scopes.to_string(),
        iat: now,
        exp: now + LIFE_SECONDS,
        jti: new_id(platform, "t")?,
        grant_id: grant.id,
        cnf: asking.thumbprint.clone().map(|jkt| Confirmation { jkt }),
    };
    Ok(Token {
        access_token: keys::sign(platform, &claims).await?,
        token_type: token_type(&claims).to_owned(),
        expires_in: LIFE_SECONDS,
        scope: claims.scope,
        refresh_token: None,
    })
}

/// How a token of these claims is sent.
const fn token_type(claims: &Claims) -> &'static str {
    match claims.cnf {
        Some(_) => "DPoP",
        None => "Bearer",
    }
}

/// Ends a grant, and with it all that comes of it.
async fn end<P: Platform>(platform: &P, grant: &str) -> Result<(), Fault> {
    // What a person took back and could give again does not come back after this.
    let statement = "UPDATE oauth_grants SET revoked_at = ?2, withdrawn_at = NULL WHERE id = ?1";
    let values = vec![grant.into(), platform.now().millis().into()];
    platform.database().rows((statement, values)).await?;
    platform.meters(|meters| meters.keys.forget());
    Ok(())
}

/// Says what a token is worth, to a client of the same company.
pub async fn introspect<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let Asking { form, client, .. } = begin(platform, request, body).await?;
    if client.kind == ClientKind::Native {
        let detail = "a program without a secret cannot show who it is";
        return Err(refused(Refusal::InvalidClient.because(detail)));
    }
    let text = form.require("token").map_err(refused)?;
    let found = access_token::look_up(platform, &issuer(request), text).await?;
    let told = match found.filter(|(key, _)| key.company == client.company) {
        Some((_, claims)) => Introspected {
            active: true,
            token_type: Some(token_type(&claims).to_owned()),
            cnf: claims
                .cnf
                .map(|cnf| api::oauth::Confirmation { jkt: cnf.jkt }),
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

/// Ends a token of the client that asks, or its refresh token, with the grant. Of any other nothing is said, and nothing
/// happens.
pub async fn revoke<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let Asking { form, client, .. } = begin(platform, request, body).await?;
    let token = form.require("token").map_err(refused)?;
    let found = access_token::look_up(platform, &issuer(request), token).await?;
    let grant = match found {
        Some((_, claims)) => (claims.client_id == client.id).then_some(claims.grant_id),
        None => {
            let statement = "SELECT grant_id FROM oauth_secrets JOIN oauth_grants ON \
                 oauth_grants.id = grant_id WHERE digest = ?1 AND client_id = ?2";
            let values = vec![digest::secret_digest(token).into(), client.id.into()];
            let rows = platform.database().rows((statement, values)).await?;
            rows.first()
                .and_then(|row| row.first()?.text().map(str::to_owned))
        }
    };
    if let Some(grant) = grant {
        end(platform, &grant).await?;
    }
    Ok(Response::empty(200).with("cache-control", "no-store"))
}

/// A secret of a kind: its prefix and 256 bits.
fn secret<P: Platform>(platform: &P, prefix: &str) -> Result<String, Fault> {
    Ok(format!("{prefix}{}", to_base64url(&platform.random()?)))
}

/// A text, or nothing, as the database has it.
fn or_null(text: Option<&str>) -> SqlValue {
    text.map_or(SqlValue::Null, SqlValue::from)
}

fn refused(refused: Refused) -> Fault {
    Fault::OAuth {
        refusal: refused.refusal,
        detail: refused.detail,
    }
}
