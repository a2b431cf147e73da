//! A company's webhooks: what is sent is checked here, and kept by the company's object, which tells them.

use ::webhooks::secret::Secret;
use ::webhooks::{EventKind, target};
use api::keys::{OVERLAP_HOURS, OVERLAP_HOURS_MAX, Rotate};
use api::webhooks::{LIST_MAX, NAME_LENGTH_MAX, NewWebhook, WebhookChange};
use kernel::TenantId;

use super::{checked_name, from_json, new_id};
use crate::fault::Fault;
use crate::http::{Request, Response};
use crate::ports::{Platform, Tenants};
use crate::tenant::{Ask, HookAsk, Told};

const HOUR_MILLIS: i64 = 3_600_000;
/// Deliveries of a list that names no number.
const LIST_DEFAULT: u32 = 50;

/// Lists endpoints.
pub async fn list<P: Platform>(platform: &P, company: &TenantId) -> Result<Response, Fault> {
    ask(platform, company, 200, HookAsk::List).await
}

/// Makes an endpoint and tells its secret.
pub async fn make<P: Platform>(
    platform: &P,
    company: &TenantId,
    body: &[u8],
) -> Result<Response, Fault> {
    let mut new: NewWebhook = from_json(body)?;
    new.name = checked_name(&new.name, NAME_LENGTH_MAX)?.to_owned();
    check_url(platform, &new.url)?;
    check_events(&new.events)?;
    let id = new_id(platform, "w")?;
    let secret = Secret::new(&platform.random()?).text();
    ask(platform, company, 201, HookAsk::Make { id, new, secret }).await
}

/// Changes an endpoint.
pub async fn change<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
    body: &[u8],
) -> Result<Response, Fault> {
    let mut change: WebhookChange = from_json(body)?;
    if let Some(name) = &change.name {
        change.name = Some(checked_name(name, NAME_LENGTH_MAX)?.to_owned());
    }
    if let Some(url) = &change.url {
        check_url(platform, url)?;
    }
    if let Some(events) = &change.events {
        check_events(events)?;
    }
    let id = id.to_owned();
    ask(platform, company, 200, HookAsk::Change { id, change }).await
}

/// Ends an endpoint.
pub async fn remove<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let id = id.to_owned();
    ask(platform, company, 200, HookAsk::Remove { id }).await
}

/// Gives an endpoint a new secret. For some hours messages are signed by that of before too.
pub async fn rotate<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
    body: &[u8],
) -> Result<Response, Fault> {
    let rotate: Rotate = from_json(body)?;
    let hours = rotate.overlap_hours.unwrap_or(OVERLAP_HOURS);
    if hours > OVERLAP_HOURS_MAX {
        return Err(Fault::bad_request(format!(
            "overlap_hours is 0 to {OVERLAP_HOURS_MAX}"
        )));
    }
    let rotation = HookAsk::Rotate {
        id: id.to_owned(),
        secret: Secret::new(&platform.random()?).text(),
        until: platform.now().millis() + i64::from(hours) * HOUR_MILLIS,
    };
    ask(platform, company, 201, rotation).await
}

/// Sends an endpoint a message to try it out.
pub async fn test<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let id = id.to_owned();
    ask(platform, company, 202, HookAsk::Test { id }).await
}

/// Lists what was sent to an endpoint.
pub async fn deliveries<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
    request: &Request,
) -> Result<Response, Fault> {
    let number = |name: &str, most: u64| {
        let Some(text) = request.parameter(name) else {
            return Ok(None);
        };
        let number = text.parse().ok();
        let number = number.filter(|number| (1..=most).contains(number));
        let bad = || Fault::bad_request(format!("{name} is 1 to {most}"));
        number.ok_or_else(bad).map(Some)
    };
    let limit = number("limit", LIST_MAX.into())?;
    let list = HookAsk::Deliveries {
        id: id.to_owned(),
        before: number("before", (1 << 53) - 1)?,
        limit: limit
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(LIST_DEFAULT),
    };
    ask(platform, company, 200, list).await
}

/// Sends a message again.
pub async fn resend<P: Platform>(
    platform: &P,
    company: &TenantId,
    id: &str,
) -> Result<Response, Fault> {
    let id = id.to_owned();
    ask(platform, company, 202, HookAsk::Resend { id }).await
}

async fn ask<P: Platform>(
    platform: &P,
    company: &TenantId,
    status: u16,
    ask: HookAsk,
) -> Result<Response, Fault> {
    let now = platform.now();
    match platform
        .tenants()
        .ask(company, &Ask::Hooks { ask, now })
        .await?
    {
        Told::Json { json } => {
            let response = Response::bytes(status, "application/json", json.into_bytes());
            Ok(response.with("cache-control", "no-store"))
        }
        // What was told may hold a secret.
        _ => Err(Fault::internal("ask about webhooks", "another answer")),
    }
}

fn check_url<P: Platform>(platform: &P, url: &str) -> Result<(), Fault> {
    let checked = target::check(url, platform.settings().calls_inside);
    checked.map_err(|error| Fault::bad_request(format!("url: {error}")))
}

fn check_events(events: &[EventKind]) -> Result<(), Fault> {
    let is_first = |at: usize, kind: &EventKind| !events.iter().take(at).any(|it| it == kind);
    let is_choice = |kind: &EventKind| EventKind::CHOICES.contains(kind);
    let mut all = events.iter().enumerate();
    if events.is_empty() || !all.all(|(at, kind)| is_first(at, kind) && is_choice(kind)) {
        let names = EventKind::CHOICES.map(EventKind::name).join(", ");
        return Err(Fault::bad_request(format!(
            "events are at least one of {names}, each once"
        )));
    }
    Ok(())
}
