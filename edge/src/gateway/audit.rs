//! Stage 8: who does what to a company's access is written down before it is done.
//!
//! An entry stands for something asked with the right to it; where nothing came of it, another entry says so.
//! Should writing fail, nothing is done, so that nothing happens unseen. Signing in and joining are noted by
//! their features, which alone know whose company it is.

use api::audit::DETAIL_LENGTH_MAX;
use api::routes::{Endpoint, Takes};
use kernel::TenantId;
use webhooks::EventKind;

use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::dispatch::Admitted;
use crate::gateway::{idempotency, limits, route};
use crate::http::{Body, Response};
use crate::ports::{Platform, Sent, Tenants, Upload};
use crate::tenant::{Ask, Note, Told};

/// Writes it down and answers.
pub async fn answer<P: Platform, U: Upload>(
    platform: &P,
    admitted: &Admitted<'_>,
    upload: U,
) -> Result<Response, Fault> {
    let route = admitted.found.route;
    if !route.is_audited() {
        return idempotency::answer(platform, admitted, Sent::Waiting(upload)).await;
    }
    let company = match &admitted.company {
        Some(company) => company.clone(),
        None => route::named(&admitted.found)?,
    };
    let body = match route.takes {
        Takes::Json => limits::read_json(upload).await?,
        Takes::Nothing | Takes::File | Takes::Form => Vec::new(),
    };
    let actor = actor(&admitted.caller);
    let note = Note {
        about: admitted.found.parameter.to_owned(),
        detail: detail(route.endpoint, &body),
        tells: tells(route.endpoint),
        ..Note::new(platform.now(), actor, &event(route.endpoint))
    };
    let number = write(platform, &company, note.clone()).await?;
    let answer = idempotency::answer(platform, admitted, Sent::<U>::Read(body)).await;
    match &answer {
        Ok(response) if note.tells.is_some() => {
            let (entry, about) = (number, made(response).unwrap_or_default());
            // Should this fail, webhooks are told a little later, and what was done is done.
            let done = Ask::Done { entry, about };
            if let Err(fault) = platform.tenants().ask(&company, &done).await {
                platform.log(&format!("tell webhooks: {fault}"));
            }
        }
        Ok(_) => {}
        Err(_) => {
            let refusal = Note {
                at: platform.now(),
                outcome: format!("refused {number}"),
                tells: None,
                withdraws: Some(number),
                ..note
            };
            write(platform, &company, refusal).await?;
        }
    }
    answer
}

/// Notes what a feature is about to do for a person.
pub async fn note<P: Platform>(
    platform: &P,
    company: &TenantId,
    person: &str,
    event: &str,
) -> Result<(), Fault> {
    let note = Note::new(platform.now(), format!("person {person}"), event);
    write(platform, company, note).await.map(drop)
}

/// Notes that a person has joined, and has webhooks told.
pub async fn note_join<P: Platform>(
    platform: &P,
    company: &TenantId,
    person: &str,
) -> Result<(), Fault> {
    let note = Note {
        about: person.to_owned(),
        tells: Some(EventKind::MemberChanged),
        ..Note::new(platform.now(), format!("person {person}"), "join")
    };
    let entry = write(platform, company, note).await?;
    let about = String::new();
    let done = Ask::Done { entry, about };
    platform.tenants().ask(company, &done).await.map(drop)
}

async fn write<P: Platform>(platform: &P, company: &TenantId, note: Note) -> Result<u64, Fault> {
    match platform.tenants().ask(company, &Ask::Note { note }).await? {
        Told::Noted { number } => Ok(number),
        other => Err(Fault::internal("write the audit log", format!("{other:?}"))),
    }
}

/// What webhooks are told of an endpoint's success.
const fn tells(endpoint: Endpoint) -> Option<EventKind> {
    match endpoint {
        Endpoint::MakeKey => Some(EventKind::KeyCreated),
        Endpoint::RotateKey => Some(EventKind::KeyRotated),
        Endpoint::RevokeKey => Some(EventKind::KeyRevoked),
        Endpoint::RestoreKey => Some(EventKind::KeyRestored),
        Endpoint::ChangeMember | Endpoint::RemoveMember | Endpoint::RestoreMember => {
            Some(EventKind::MemberChanged)
        }
        _ => None,
    }
}

/// The id of the key that an answer tells of.
fn made(response: &Response) -> Option<String> {
    let Body::Bytes(body) = &response.body else {
        return None;
    };
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    value["key"]["id"].as_str().map(str::to_owned)
}

/// Who a caller is, in records.
pub fn actor(caller: &Caller) -> String {
    match caller {
        Caller::Session { person, .. } => format!("person {person}"),
        Caller::Key { id, .. } => format!("key {id}"),
        Caller::Program { client, .. } => format!("program {client}"),
        Caller::External {
            issuer, subject, ..
        } => format!("issuer {issuer} {subject}"),
        Caller::Admin => "operator".to_owned(),
        Caller::Nobody => String::new(),
    }
}

/// An endpoint's name in kebab case.
fn event(endpoint: Endpoint) -> String {
    let mut name = String::new();
    for letter in format!("{endpoint:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.push(letter.to_ascii_lowercase());
    }
    name
}

/// What was asked for, of the endpoints whose bodies say what changes and hold no secret.
fn detail(endpoint: Endpoint, body: &[u8]) -> String {
    let is_told = matches!(
        endpoint,
        Endpoint::MakeKey
            | Endpoint::RotateKey
            | Endpoint::MakeClient
            | Endpoint::RotateClient
            | Endpoint::Decide
            | Endpoint::InviteMember
            | Endpoint::ChangeMember
            | Endpoint::PatchCompany
            | Endpoint::PutQuota
            | Endpoint::MakeWebhook
            | Endpoint::ChangeWebhook
            | Endpoint::PutAccessLists
            | Endpoint::MakeIssuer
            | Endpoint::ChangeIssuer
    );
    if !is_told {
        return String::new();
    }
    let text = String::from_utf8_lossy(body);
    text.chars().take(DETAIL_LENGTH_MAX).collect()
}

#[cfg(test)]
mod tests {
    use api::routes::ROUTES;

    use super::*;

    #[test]
    fn what_webhooks_are_told_names_the_key_that_was_made() {
        let kinds: Vec<&str> = ROUTES
            .iter()
            .filter_map(|route| tells(route.endpoint).map(EventKind::name))
            .collect();
        assert_eq!(
            kinds,
            [
                "key.created",
                "key.rotated",
                "key.revoked",
                "key.restored",
                "member.changed",
                "member.changed",
                "member.changed"
            ]
        );
        assert!((ROUTES.iter()).all(|route| tells(route.endpoint).is_none() || route.is_audited()));
        let answer = |body: &str| Response::bytes(201, "application/json", body.into());
        let made = |body: &str| super::made(&answer(body));
        assert_eq!(
            made(r#"{"key":{"id":"k-1"},"secret":"s"}"#).as_deref(),
            Some("k-1")
        );
        assert_eq!(made(r#"{"keys":[]}"#), None);
        assert_eq!(super::made(&Response::empty(204)), None);
    }

    #[test]
    fn events_have_names_that_people_can_search_for() {
        assert_eq!(event(Endpoint::MakeKey), "make-key");
        assert_eq!(event(Endpoint::EndOtherSessions), "end-other-sessions");
        assert_eq!(detail(Endpoint::AddPasskey, b"{}"), "");
        let long = "ü".repeat(2 * DETAIL_LENGTH_MAX);
        let cut = detail(Endpoint::MakeKey, long.as_bytes());
        assert_eq!(cut.chars().count(), DETAIL_LENGTH_MAX);
    }
}
