//! Signing in: by a passkey on any device of its person, or by a recovery code.
//!
//! Whatever is wrong, the answer is the same: neither which passkeys exist nor which check failed is told.

use api::ProblemKind;
use api::sign_in::{CHALLENGE_MILLIS, PasskeyAnswer, Recover};
use credentials::from_base64url;
use credentials::webauthn::{self, Expected, Known};
use kernel::TenantId;
use policy::Role;
use serde_json::json;

use super::{admin, auth, challenges, from_json, passkeys, recovery, sessions};
use crate::digest;
use crate::fault::Fault;
use crate::gateway::caller::{Caller, channels_of};
use crate::gateway::{audit, cookies};
use crate::http::{Request, Response};
use crate::ports::{Database, Platform, SqlValue};

/// What a browser needs to sign in (`PublicKeyCredentialRequestOptionsJSON`): any passkey of this site.
pub async fn options<P: Platform>(platform: &P, request: &Request) -> Result<Response, Fault> {
    let attempt = admin::secret(platform)?;
    let challenge =
        challenges::draw(platform, &digest::secret_digest(&attempt), CHALLENGE_MILLIS).await?;
    let options = json!({
        "challenge": challenge,
        "timeout": CHALLENGE_MILLIS,
        "rpId": cookies::host_name(request),
        "allowCredentials": [],
        "userVerification": "required",
    });
    let response = Response::json(200, &options)?;
    Ok(response.with(
        "set-cookie",
        cookies::attempt(request, &attempt, CHALLENGE_MILLIS),
    ))
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
    let proven = prove(platform, &expected, &answer)
        .await?
        .ok_or_else(refused)?;
    let response = signed_in(platform, request, &proven, "sign-in-by-passkey").await?;
    Ok(response.with("set-cookie", cookies::attempt_end(request)))
}

/// Who has proved to be there.
pub(super) struct Proven {
    company: String,
    person: String,
    role: Role,
    channels: Option<Vec<String>>,
}

impl Proven {
    /// Nobody where they were sent away, whose role is none.
    pub(super) fn of(
        company: &SqlValue,
        person: &SqlValue,
        role: &SqlValue,
        channels: &SqlValue,
    ) -> Option<Proven> {
        Some(Proven {
            company: company.text()?.to_owned(),
            person: person.text()?.to_owned(),
            role: role.text()?.parse().ok()?,
            channels: channels_of(channels).ok()?,
        })
    }
}

/// Whose passkey answered; nobody where it did not.
async fn prove<P: Platform>(
    platform: &P,
    expected: &Expected<'_>,
    answer: &PasskeyAnswer,
) -> Result<Option<Proven>, Fault> {
    let statement = "SELECT cose_key, sign_count, is_backup_eligible, person_id, company_id, role, \
         channels FROM passkeys JOIN people ON people.id = person_id \
         WHERE credential_id = ?1 AND removed_at IS NULL";
    let id = answer.id.trim_end_matches('=');
    let rows = platform
        .database()
        .rows((statement, vec![id.into()]))
        .await?;
    let Some(
        [
            cose_key,
            sign_count,
            is_backup_eligible,
            person,
            company,
            role,
            channels,
        ],
    ) = rows.first().map(Vec::as_slice)
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
        let claim = webauthn::claim(expected, &known, &client_data, &data, &signature).ok()?;
        Some((claim, known_count))
    };
    let Some((claim, known_count)) = checked() else {
        return Ok(None);
    };
    let signature = claim.signature.as_deref().unwrap_or_default();
    let is_signed = platform.is_signed(&claim.key, &claim.signed, signature);
    let Ok(asserted) = claim.proven(is_signed.await) else {
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
    Ok(Proven::of(company, person, role, channels))
}

/// Signs in by a recovery code, which is used up.
pub async fn by_code<P: Platform>(
    platform: &P,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let recover: Recover = from_json(body)?;
    let statement = "DELETE FROM recovery_codes WHERE code_digest = ?1 RETURNING person_id, \
         (SELECT company_id FROM people WHERE people.id = person_id), \
         (SELECT role FROM people WHERE people.id = person_id), \
         (SELECT channels FROM people WHERE people.id = person_id)";
    let digest = digest::secret_digest(&recovery::plain(&recover.code));
    let rows = platform
        .database()
        .rows((statement, vec![digest.into()]))
        .await?;
    let Some([person, company, role, channels]) = rows.first().map(Vec::as_slice) else {
        return Err(refused());
    };
    let proven = Proven::of(company, person, role, channels).ok_or_else(refused)?;
    signed_in(platform, request, &proven, "sign-in-by-code").await
}

/// Opens a session for who has proved to be there.
pub(super) async fn signed_in<P: Platform>(
    platform: &P,
    request: &Request,
    proven: &Proven,
    event: &str,
) -> Result<Response, Fault> {
    let company: TenantId = proven.company.parse().map_err(|_| refused())?;
    audit::note(platform, &company, &proven.person, event).await?;
    let opened = sessions::open(platform, request, &proven.company, &proven.person).await?;
    let caller = Caller::Session {
        company,
        person: proven.person.clone(),
        digest: opened.digest,
        role: proven.role,
        channels: proven.channels.clone(),
    };
    let response = auth::me(platform, &caller).await?;
    Ok(response.with("set-cookie", cookies::session(request, &opened.token)))
}

/// The same words whatever is wrong.
pub(super) fn refused() -> Fault {
    Fault::refused(ProblemKind::Unauthorized, "this does not sign anybody in")
}
