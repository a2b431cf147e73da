//! Signing in: by a passkey on any device of its person, or by a recovery code.
//!
//! Whatever is wrong, the answer is the same: neither which passkeys exist nor which check failed is told.

use api::ProblemKind;
use api::sign_in::{CHALLENGE_MILLIS, PasskeyAnswer, Recover};
use credentials::from_base64url;
use credentials::webauthn::{self, Expected, Known};
use serde_json::json;

use super::{admin, auth, challenges, from_json, passkeys, recovery, sessions};
use crate::digest;
use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::cookies;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform};

/// What a browser needs to sign in (`PublicKeyCredentialRequestOptionsJSON`): any passkey of this site.
pub async fn options<P: Platform>(platform: &P, request: &Request) -> Result<Response, Fault> {
    let attempt = admin::secret(platform)?;
    let challenge = challenges::draw(platform, &digest::secret_digest(&attempt)).await?;
    let options = json!({
        "challenge": challenge,
        "timeout": CHALLENGE_MILLIS,
        "rpId": cookies::host_name(request),
        "allowCredentials": [],
        "userVerification": "required",
    });
    let response = Response::json(200, &options)?;
    Ok(response.with("set-cookie", cookies::attempt(request, &attempt)))
}

/// Signs in by a passkey.
pub async fn by_passkey<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let answer: PasskeyAnswer = from_json(body)?;
    let attempt = request
        .cookie(cookies::attempt_name(request))
        .unwrap_or_default();
    let challenge = challenges::take(platform, &digest::secret_digest(attempt)).await?;
    let expected = Expected {
        challenge: &challenge,
        origin: passkeys::origin(request)?,
        rp_id: cookies::host_name(request),
        is_recognition_needed: true,
        framed_by: &[],
    };
    let (company, person) = prove(platform, &expected, &answer)
        .await?
        .ok_or_else(refused)?;
    let response = signed_in(platform, request, &company, &person).await?;
    Ok(response.with("set-cookie", cookies::attempt(request, "")))
}

/// The company and person whose passkey answered; nobody where it did not.
async fn prove<P: Platform>(
    platform: &P,
    expected: &Expected<'_>,
    answer: &PasskeyAnswer,
) -> Result<Option<(String, String)>, Fault> {
    let statement = "SELECT cose_key, sign_count, is_backup_eligible, person_id, \
         (SELECT company_id FROM people WHERE people.id = person_id) FROM passkeys \
         WHERE credential_id = ?1 AND removed_at IS NULL";
    let id = answer.id.trim_end_matches('=');
    let rows = platform
        .database()
        .rows((statement, vec![id.into()]))
        .await?;
    let Some([cose_key, sign_count, is_backup_eligible, person, company]) =
        rows.first().map(Vec::as_slice)
    else {
        return Ok(None);
    };
    let checked = || {
        let known_count = u32::try_from(sign_count.integer()?).ok()?;
        let key = from_base64url(cose_key.text()?)?;
        let known = Known {
            cose_key: &key,
            sign_count: known_count,
            is_backup_eligible: is_backup_eligible.integer()? == 1,
        };
        // A discoverable passkey says whose it is.
        let holder = passkeys::bytes(answer.response.user_handle.as_deref()?)?;
        if Some(holder.as_slice()) != person.text().map(str::as_bytes) {
            return None;
        }
        let client_data = passkeys::bytes(&answer.response.client_data)?;
        let data = passkeys::bytes(&answer.response.authenticator_data)?;
        let signature = passkeys::bytes(&answer.response.signature)?;
        let asserted = webauthn::assert(expected, &known, &client_data, &data, &signature).ok()?;
        Some((asserted, known_count))
    };
    let Some((asserted, known_count)) = checked() else {
        return Ok(None);
    };
    // Of two answers with one counter at the same time, the second finds it changed.
    let statement = "UPDATE passkeys SET sign_count = ?2, is_backed_up = ?3, used_at = ?4 \
         WHERE credential_id = ?1 AND sign_count = ?5 AND removed_at IS NULL RETURNING person_id";
    let values = vec![
        id.into(),
        asserted.sign_count.into(),
        asserted.is_backed_up.into(),
        platform.now().millis().into(),
        known_count.into(),
    ];
    if platform
        .database()
        .rows((statement, values))
        .await?
        .is_empty()
    {
        return Ok(None);
    }
    Ok(company
        .text()
        .zip(person.text())
        .map(|(company, person)| (company.to_owned(), person.to_owned())))
}

/// Signs in by a recovery code, which is used up.
pub async fn by_code<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let recover: Recover = from_json(body)?;
    let statement = "DELETE FROM recovery_codes WHERE code_digest = ?1 RETURNING person_id, \
         (SELECT company_id FROM people WHERE people.id = person_id)";
    let digest = digest::secret_digest(&recovery::plain(&recover.code));
    let rows = platform
        .database()
        .rows((statement, vec![digest.into()]))
        .await?;
    let Some([person, company]) = rows.first().map(Vec::as_slice) else {
        return Err(refused());
    };
    let (company, person) = company.text().zip(person.text()).ok_or_else(refused)?;
    signed_in(platform, request, company, person).await
}

async fn signed_in<P: Platform>(
    platform: &P,
    request: &Request,
    company: &str,
    person: &str,
) -> Result<Response, Fault> {
    let opened = sessions::open(platform, request, company, person).await?;
    let company = company.parse().map_err(|_| refused())?;
    let caller = Caller::Session {
        company,
        person: person.to_owned(),
        digest: opened.digest,
    };
    let response = auth::me(platform, &caller).await?;
    Ok(response.with("set-cookie", cookies::session(request, &opened.token)))
}

fn refused() -> Fault {
    Fault::refused(ProblemKind::Unauthorized, "this does not sign anybody in")
}
