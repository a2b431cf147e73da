//! Stage 8: who does what to a company's access is written down before it is done.
//!
//! An entry stands for something asked with the right to it; where nothing came of it, another entry says so.
//! Should writing fail, nothing is done, so that nothing happens unseen. Signing in and joining are noted by
//! their features, which alone know whose company it is.

use api::audit::DETAIL_LENGTH_MAX;
use api::routes::{Endpoint, Takes};
use kernel::TenantId;

use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::dispatch::Admitted;
use crate::gateway::{idempotency, limits, route};
use crate::http::Response;
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
    let note = Note {
        at: platform.now(),
        actor: actor(&admitted.caller),
        event: event(route.endpoint),
        about: admitted.found.parameter.to_owned(),
        detail: detail(route.endpoint, &body),
        outcome: String::new(),
    };
    let number = write(platform, &company, note.clone()).await?;
    let answer = idempotency::answer(platform, admitted, Sent::<U>::Read(body)).await;
    if answer.is_err() {
        let outcome = format!("refused {number}");
        let at = platform.now();
        write(
            platform,
            &company,
            Note {
                at,
                outcome,
                ..note
            },
        )
        .await?;
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
    let note = Note {
        at: platform.now(),
        actor: format!("person {person}"),
        event: event.to_owned(),
        about: String::new(),
        detail: String::new(),
        outcome: String::new(),
    };
    write(platform, company, note).await.map(drop)
}

async fn write<P: Platform>(platform: &P, company: &TenantId, note: Note) -> Result<u64, Fault> {
    match platform.tenants().ask(company, &Ask::Note { note }).await? {
        Told::Noted { number } => Ok(number),
        other => Err(Fault::internal("write the audit log", format!("{other:?}"))),
    }
}

/// Who a caller is, in records.
pub fn actor(caller: &Caller) -> String {
    match caller {
        Caller::Session { person, .. } => format!("person {person}"),
        Caller::Key { id, .. } => format!("key {id}"),
        Caller::Program { client, .. } => format!("program {client}"),
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
    );
    if !is_told {
        return String::new();
    }
    let text = String::from_utf8_lossy(body);
    text.chars().take(DETAIL_LENGTH_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

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
