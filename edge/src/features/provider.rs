//! Signing in by an OpenID provider, and accounts there that are connected with people here.
//!
//! State, nonce and verifier all come from one challenge, which is drawn for a browser's attempt (a cookie of its own)
//! or for the session that connects an account, and is taken out of the database before the answer is looked at. So an
//! answer is good once, in the browser that asked, for what it asked.

use api::ProblemKind;
use api::provider::{
    ANSWER_MILLIS, IDENTITIES_MAX, Identities, Identity, ProviderAnswer, ProviderOptions,
    REDIRECT_PATH,
};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use credentials::{from_base64url, to_base64url};
use oauth::oidc::{self, Asked, Provider};
use std::rc::Rc;

use super::sign_in::{self, Proven};
use super::{admin, challenges, from_json, new_id, passkeys};
use crate::digest;
use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::upstream::drive;
use crate::gateway::{cookies, issuers};
use crate::http::{Request, Response};
use crate::ports::{Call, Database, NoReply, Platform, ProviderSettings};

/// How long the provider may take to redeem a code, in milliseconds.
const REDEEM_MILLIS: i64 = 10_000;
/// The largest answer of the provider, in bytes.
const ANSWER_BYTES_MAX: usize = 64 << 10;
/// How long what a provider publishes is believed, in milliseconds.
const FRESH_MILLIS: i64 = 10 * 60_000;
/// Between two fetches that fail, in milliseconds.
const PAUSE_MILLIS: i64 = 5_000;
/// The longest code and state, in bytes.
const TEXT_BYTES_MAX: usize = 4_000;
/// Under which name the provider's keys are remembered.
const KEYS: &str = "provider";

/// What the provider publishes, as it was a moment ago.
#[derive(Debug, Default)]
pub struct KnownProvider {
    held: Option<(Rc<Provider>, i64)>,
    failed_at: Option<i64>,
}

/// What goes along with a person and comes back.
struct Bound {
    state: String,
    nonce: String,
    verifier: String,
    redirect: String,
}

impl Bound {
    /// Of a challenge, for a page of this origin.
    fn of(request: &Request, challenge: &[u8]) -> Result<Bound, Fault> {
        let part =
            |name: &[u8]| to_base64url(digest::sha256(&[b"provider", name, challenge]).as_bytes());
        Ok(Bound {
            state: part(b"state"),
            nonce: part(b"nonce"),
            verifier: part(b"verifier"),
            redirect: format!("{}{REDIRECT_PATH}", passkeys::origin(request)?),
        })
    }
}

/// Says where to send the browser to sign in.
pub async fn options<P: Platform>(platform: &P, request: &Request) -> Result<Response, Fault> {
    let settings = settings(platform)?;
    let attempt = admin::secret(platform)?;
    let challenge =
        challenges::draw(platform, &digest::secret_digest(&attempt), ANSWER_MILLIS).await?;
    let options = location(platform, request, settings, &challenge, "").await?;
    let response = Response::json(200, &options)?;
    Ok(response.with(
        "set-cookie",
        cookies::attempt(request, &attempt, ANSWER_MILLIS),
    ))
}

/// Signs in by the provider's answer.
pub async fn by_answer<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let settings = settings(platform)?;
    let answer: ProviderAnswer = from_json(body)?;
    let attempt = request
        .cookie(cookies::attempt_name(request))
        .unwrap_or_default();
    let challenge = challenges::take(platform, &digest::secret_digest(attempt)).await?;
    let subject = subject(platform, request, settings, &challenge, &answer).await?;
    let statement = "UPDATE identities SET used_at = ?3 WHERE issuer = ?1 AND subject = ?2 RETURNING \
         person_id, (SELECT company_id FROM people WHERE people.id = person_id), \
         (SELECT role FROM people WHERE people.id = person_id), \
         (SELECT channels FROM people WHERE people.id = person_id)";
    let values = vec![
        settings.issuer.as_str().into(),
        subject.into(),
        platform.now().millis().into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    let Some([person, company, role, channels]) = rows.first().map(Vec::as_slice) else {
        return Err(sign_in::refused());
    };
    let proven = Proven::of(company, person, role, channels).ok_or_else(sign_in::refused)?;
    let response = sign_in::signed_in(platform, request, &proven, "sign-in-by-provider").await?;
    Ok(response.with("set-cookie", cookies::attempt_end(request)))
}

/// Says where to send the browser to connect an account with who is signed in.
pub async fn identity_options<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
) -> Result<Response, Fault> {
    let (_, _, session) = caller.require_person()?;
    let settings = settings(platform)?;
    let challenge = challenges::draw(platform, session, ANSWER_MILLIS).await?;
    // Who is signed in there already may mean another account.
    let options = location(platform, request, settings, &challenge, "select_account").await?;
    Response::json(200, &options)
}

/// Connects the account that the provider's answer is about.
pub async fn add<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let (_, person, session) = caller.require_person()?;
    let settings = settings(platform)?;
    let answer: ProviderAnswer = from_json(body)?;
    let challenge = challenges::take(platform, session).await?;
    let subject = subject(platform, request, settings, &challenge, &answer).await?;
    let statement = "INSERT INTO identities (id, person_id, issuer, subject, created_at) SELECT ?1, ?2, ?3, ?4, \
         ?5 WHERE (SELECT COUNT(*) FROM identities WHERE person_id = ?2) < ?6 \
         ON CONFLICT (issuer, subject) DO NOTHING RETURNING id";
    let values = vec![
        new_id(platform, "i")?.into(),
        person.into(),
        settings.issuer.as_str().into(),
        subject.into(),
        platform.now().millis().into(),
        (IDENTITIES_MAX as i64).into(),
    ];
    let rows = platform.database().rows((statement, values)).await?;
    if rows.is_empty() {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            format!("this account is connected already, or {IDENTITIES_MAX} others are"),
        ));
    }
    listed(platform, person, 201).await
}

/// Lists the caller's connected accounts.
pub async fn list<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    listed(platform, person, 200).await
}

/// Connects an account no more.
pub async fn remove<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    let statement = "DELETE FROM identities WHERE person_id = ?1 AND id = ?2 RETURNING id";
    super::change(platform, (statement, vec![person.into(), id.into()])).await?;
    listed(platform, person, 200).await
}

async fn listed<P: Platform>(platform: &P, person: &str, status: u16) -> Result<Response, Fault> {
    let statement = "SELECT id, issuer, created_at, used_at FROM identities WHERE person_id = ?1 \
         ORDER BY created_at, id";
    let values = vec![person.into()];
    let rows = platform.database().rows((statement, values)).await?;
    let identities = rows.iter().filter_map(|row| {
        let [id, issuer, created_at, used_at] = row.as_slice() else {
            return None;
        };
        Some(Identity {
            id: id.text()?.to_owned(),
            issuer: issuer.text()?.to_owned(),
            created_at: created_at.integer()?,
            used_at: used_at.integer(),
        })
    });
    let identities = identities.collect();
    Response::json(status, &Identities { identities })
}

fn settings<P: Platform>(platform: &P) -> Result<&ProviderSettings, Fault> {
    let settings = platform.settings().provider.as_ref();
    settings.ok_or_else(|| {
        Fault::refused(
            ProblemKind::NotFound,
            "whoever runs this has named no provider to sign in by",
        )
    })
}

async fn location<P: Platform>(
    platform: &P,
    request: &Request,
    settings: &ProviderSettings,
    challenge: &str,
    prompt: &str,
) -> Result<ProviderOptions, Fault> {
    let challenge = from_base64url(challenge).unwrap_or_default();
    let bound = Bound::of(request, &challenge)?;
    let provider = published(platform, settings).await?;
    issuers::check_address(platform, &provider.authorization_endpoint)
        .map_err(|error| out(platform, &error))?;
    Ok(ProviderOptions {
        name: settings.name.clone(),
        location: provider.location(&Asked {
            client_id: &settings.client_id,
            redirect_uri: &bound.redirect,
            state: &bound.state,
            nonce: &bound.nonce,
            challenge: &oidc::challenge(&bound.verifier),
            prompt,
        }),
    })
}

/// Whom the provider's answer is about.
async fn subject<P: Platform>(
    platform: &P,
    request: &Request,
    settings: &ProviderSettings,
    challenge: &[u8],
    answer: &ProviderAnswer,
) -> Result<String, Fault> {
    let bound = Bound::of(request, challenge)?;
    let is_short = answer.code.len() <= TEXT_BYTES_MAX && answer.state.len() <= TEXT_BYTES_MAX;
    if !is_short || !digest::is_same_secret(&answer.state, &bound.state) {
        return Err(sign_in::refused());
    }
    let provider = published(platform, settings).await?;
    if !provider.is_named(answer.iss.as_deref()) {
        return Err(sign_in::refused());
    }
    let asked = Asked {
        client_id: &settings.client_id,
        redirect_uri: &bound.redirect,
        state: &bound.state,
        nonce: &bound.nonce,
        challenge: "",
        prompt: "",
    };
    let form = oidc::redemption(&asked, &answer.code, &bound.verifier);
    let token = redeem(platform, settings, &provider, form).await?;
    let token = token.ok_or_else(sign_in::refused)?;
    let subject = proven(platform, settings, &provider, &bound.nonce, &token).await;
    subject.ok_or_else(sign_in::refused)
}

/// The ID token for a code; nothing where the provider gives none.
async fn redeem<P: Platform>(
    platform: &P,
    settings: &ProviderSettings,
    provider: &Provider,
    form: String,
) -> Result<Option<String>, Fault> {
    issuers::check_address(platform, &provider.token_endpoint)
        .map_err(|error| out(platform, &error))?;
    let mut fields = vec![
        ("accept".to_owned(), "application/json".to_owned()),
        (
            "content-type".to_owned(),
            "application/x-www-form-urlencoded".to_owned(),
        ),
    ];
    if !settings.client_secret.is_empty() {
        let basic = oidc::basic(&settings.client_id, &settings.client_secret);
        let basic = BASE64_STANDARD.encode(basic);
        fields.push(("authorization".to_owned(), format!("Basic {basic}")));
    }
    let call = Call {
        url: provider.token_endpoint.clone(),
        method: "POST",
        fields,
        body: Rc::new(form.into_bytes()),
        answer_bytes_max: ANSWER_BYTES_MAX,
    };
    let mut told = drive::within(platform.call(call.clone()), platform.sleep(REDEEM_MILLIS)).await;
    // A connection that was kept may have been closed meanwhile. Should the code have arrived, it is used up, and the
    // person begins again.
    if let Some(Err(NoReply::Broken(_))) = told {
        told = drive::within(platform.call(call), platform.sleep(REDEEM_MILLIS)).await;
    }
    match told {
        Some(Ok(reply)) if reply.status == 200 => Ok(oidc::id_token(&reply.body)),
        // A code that is used up or of another client is nobody's fault.
        Some(Ok(reply)) if (400..500).contains(&reply.status) => Ok(None),
        Some(Ok(reply)) => Err(out(platform, &format!("status {}", reply.status))),
        Some(Err(error)) => Err(out(platform, &error.to_string())),
        None => Err(out(platform, "no answer in time")),
    }
}

async fn proven<P: Platform>(
    platform: &P,
    settings: &ProviderSettings,
    provider: &Provider,
    nonce: &str,
    token: &str,
) -> Option<String> {
    let kid = oauth::external::kid(token)?;
    let keys = issuers::published(platform, KEYS, &provider.jwks_uri, kid.as_deref()).await?;
    let token = oauth::external::of_set(token, &keys)?;
    let signed = token.signed.as_bytes();
    let is_signed = platform
        .is_signed(token.key, signed, &token.signature)
        .await;
    let payload = token.proven(is_signed).ok()?;
    let now = platform.now().millis() / 1_000;
    oidc::subject(&payload, &settings.issuer, &settings.client_id, nonce, now)
}

/// What the provider publishes.
async fn published<P: Platform>(
    platform: &P,
    settings: &ProviderSettings,
) -> Result<Rc<Provider>, Fault> {
    let now = platform.now().millis();
    let known = platform.meters(|meters| {
        let known = &meters.provider;
        let fresh = known
            .held
            .as_ref()
            .filter(|(_, at)| (0..FRESH_MILLIS).contains(&(now - at)));
        let is_paused = known
            .failed_at
            .is_some_and(|at| (0..PAUSE_MILLIS).contains(&(now - at)));
        (fresh.map(|(provider, _)| provider.clone()), is_paused)
    });
    match known {
        (Some(provider), _) => return Ok(provider),
        (None, true) => return Err(out(platform, "it failed a moment ago")),
        (None, false) => {}
    }
    let url = format!(
        "{}{}",
        settings.issuer.trim_end_matches('/'),
        oidc::METADATA_PATH
    );
    let read = issuers::fetch(platform, &url).await;
    let read = read.and_then(|body| {
        Provider::read(&body, &settings.issuer)
            .ok_or_else(|| "it is not that provider's".to_owned())
    });
    match read {
        Ok(provider) => {
            let provider = Rc::new(provider);
            platform.meters(|meters| {
                meters.provider = KnownProvider {
                    held: Some((provider.clone(), now)),
                    failed_at: None,
                };
            });
            Ok(provider)
        }
        Err(trouble) => {
            platform.meters(|meters| meters.provider.failed_at = Some(now));
            Err(out(platform, &trouble))
        }
    }
}

/// The provider cannot be asked: the log is told why, the person that it is so.
fn out<P: Platform>(platform: &P, trouble: &str) -> Fault {
    platform.log(&format!("provider: {trouble}"));
    Fault::refused(
        ProblemKind::UpstreamFailed,
        "the provider cannot be reached, or answers what is none; try again, or sign in by a passkey",
    )
}

#[cfg(test)]
mod tests;
