//! The passkeys of a person: added, listed, removed, taken back; and recovery codes for when all are lost.

use api::ProblemKind;
use api::sign_in::{
    CHALLENGE_MILLIS, NewPasskey, PASSKEYS_MAX, Passkey, Passkeys, RECOVERY_CODES, RESTORE_MILLIS,
    RecoveryCodes,
};
use credentials::webauthn::{self, Expected};
use credentials::{from_base64url, to_base64url};
use serde_json::json;

use super::device::Device;
use super::{auth, challenges, change, from_json, recovery};
use crate::digest;
use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::cookies;
use crate::http::{Request, Response};
use crate::ports::{Database, Platform};

/// The algorithms that passkeys may use, best first: ES256, EdDSA, RS256.
const COSE_ALGORITHMS: [i32; 3] = [-7, -8, -257];

/// The page that answers: its origin, as the browser says it.
pub(super) fn origin(request: &Request) -> Result<&str, Fault> {
    // Stage 2 has compared the host. Only a page of this machine may be without encryption.
    let origin = request.header("origin").unwrap_or_default();
    let is_safe = origin.starts_with("https://") || cookies::is_local(request);
    if origin.is_empty() || !is_safe {
        return Err(Fault::bad_request(
            "passkeys are used by a browser, over https or on this machine itself",
        ));
    }
    Ok(origin)
}

/// What a browser needs to make a passkey (`PublicKeyCredentialCreationOptionsJSON`).
pub async fn options<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
) -> Result<Response, Fault> {
    let (company, person, session) = caller.require_person()?;
    let profile = auth::profile(platform, company).await?;
    let known = read(platform, person).await?;
    let challenge = challenges::draw(platform, session, CHALLENGE_MILLIS).await?;
    let algorithms = COSE_ALGORITHMS.map(|number| json!({ "type": "public-key", "alg": number }));
    let known = known
        .iter()
        .map(|key| json!({ "type": "public-key", "id": key.id }));
    let options = json!({
        "rp": { "id": cookies::host_name(request), "name": "MesChain BI" },
        "user": { "id": to_base64url(person.as_bytes()), "name": profile.name, "displayName": profile.name },
        "challenge": challenge,
        "pubKeyCredParams": algorithms,
        "timeout": CHALLENGE_MILLIS,
        "excludeCredentials": known.collect::<Vec<_>>(),
        "authenticatorSelection": {
            "residentKey": "required", "requireResidentKey": true, "userVerification": "required",
        },
        "attestation": "none",
    });
    Response::json(200, &options)
}

/// Adds the passkey that the browser has made.
pub async fn add<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
    body: &[u8],
) -> Result<Response, Fault> {
    let (_, person, session) = caller.require_person()?;
    let made: NewPasskey = from_json(body)?;
    let challenge = challenges::take(platform, session).await?;
    let expected = Expected {
        challenge: &challenge,
        origin: origin(request)?,
        rp_id: cookies::host_name(request),
        is_recognition_needed: true,
        framed_by: &[],
    };
    let made = bytes(&made.response.client_data)
        .zip(bytes(&made.response.attestation_object))
        .and_then(|(client_data, object)| {
            webauthn::register(&expected, &client_data, &object).ok()
        });
    let Some(made) = made else {
        return Err(Fault::bad_request(
            "this passkey cannot be taken; try another one",
        ));
    };
    if read(platform, person).await?.len() >= PASSKEYS_MAX {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            format!("there are {PASSKEYS_MAX} passkeys already; remove one first"),
        ));
    }
    let device = Device::of(request.header("user-agent").unwrap_or_default());
    let statement = "INSERT INTO passkeys (credential_id, person_id, name, cose_key, sign_count, \
         is_backup_eligible, is_backed_up, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) \
         ON CONFLICT DO NOTHING RETURNING credential_id";
    let values = vec![
        to_base64url(&made.credential_id).into(),
        person.into(),
        device.name.into(),
        to_base64url(&made.cose_key).into(),
        made.sign_count.into(),
        made.is_backup_eligible.into(),
        made.is_backed_up.into(),
        platform.now().millis().into(),
    ];
    if platform
        .database()
        .rows((statement, values))
        .await?
        .is_empty()
    {
        return Err(Fault::refused(
            ProblemKind::Conflict,
            "this passkey is known already",
        ));
    }
    listed(platform, person, 201).await
}

/// Lists the caller's passkeys.
pub async fn list<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    listed(platform, person, 200).await
}

/// Removes a passkey; for some minutes it can be taken back.
pub async fn remove<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    let now = platform.now().millis();
    let forget = "DELETE FROM passkeys WHERE person_id = ?1 AND removed_at <= ?2";
    let mark = "UPDATE passkeys SET removed_at = ?3 WHERE person_id = ?1 AND credential_id = ?2 \
         AND removed_at IS NULL RETURNING credential_id";
    let statements = vec![
        (forget, vec![person.into(), (now - RESTORE_MILLIS).into()]),
        (mark, vec![person.into(), id.into(), now.into()]),
    ];
    let rows = platform.database().batch(statements).await?;
    if rows.last().is_none_or(Vec::is_empty) {
        return Err(Fault::not_found());
    }
    listed(platform, person, 200).await
}

/// Takes the removal of a passkey back.
pub async fn restore<P: Platform>(
    platform: &P,
    caller: &Caller,
    id: &str,
) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    let statement = "UPDATE passkeys SET removed_at = NULL WHERE person_id = ?1 AND \
         credential_id = ?2 AND removed_at > ?3 RETURNING credential_id";
    let since = platform.now().millis() - RESTORE_MILLIS;
    let values = vec![person.into(), id.into(), since.into()];
    change(platform, (statement, values)).await?;
    listed(platform, person, 200).await
}

/// Makes recovery codes; those of before are worth nothing from now on.
pub async fn make_codes<P: Platform>(platform: &P, caller: &Caller) -> Result<Response, Fault> {
    let (_, person, _) = caller.require_person()?;
    let mut codes = Vec::new();
    let mut statements = vec![(
        "DELETE FROM recovery_codes WHERE person_id = ?1",
        vec![person.into()],
    )];
    for _ in 0..RECOVERY_CODES {
        let code = recovery::code(platform.random()?);
        statements.push((
            "INSERT INTO recovery_codes (code_digest, person_id, created_at) VALUES (?1, ?2, ?3)",
            vec![
                digest::secret_digest(&recovery::plain(&code)).into(),
                person.into(),
                platform.now().millis().into(),
            ],
        ));
        codes.push(code);
    }
    platform.database().batch(statements).await?;
    Response::json(201, &RecoveryCodes { codes })
}

async fn listed<P: Platform>(platform: &P, person: &str, status: u16) -> Result<Response, Fault> {
    let passkeys = read(platform, person).await?;
    let statement = "SELECT COUNT(*) FROM recovery_codes WHERE person_id = ?1";
    let rows = platform
        .database()
        .rows((statement, vec![person.into()]))
        .await?;
    let left = rows.first().and_then(|row| row.first()?.integer());
    let recovery_codes_left = left.and_then(|left| left.try_into().ok()).unwrap_or(0);
    Response::json(
        status,
        &Passkeys {
            passkeys,
            recovery_codes_left,
        },
    )
}

async fn read<P: Platform>(platform: &P, person: &str) -> Result<Vec<Passkey>, Fault> {
    let statement = "SELECT credential_id, name, is_backed_up, created_at, used_at FROM passkeys \
         WHERE person_id = ?1 AND removed_at IS NULL ORDER BY created_at, credential_id";
    let rows = platform
        .database()
        .rows((statement, vec![person.into()]))
        .await?;
    let passkeys = rows.iter().filter_map(|row| {
        let [id, name, is_backed_up, created_at, used_at] = row.as_slice() else {
            return None;
        };
        Some(Passkey {
            id: id.text()?.to_owned(),
            name: name.text()?.to_owned(),
            is_backed_up: is_backed_up.integer()? == 1,
            created_at: created_at.integer()?,
            used_at: used_at.integer(),
        })
    });
    Ok(passkeys.collect())
}

/// Bytes of base64url, with padding or without, as browsers differ.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    from_base64url(text.trim_end_matches('='))
}
