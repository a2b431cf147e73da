//! What a company's people and programs asked of the API.

use api::traffic::{LIST_MAX, UsageBy};
use kernel::{Date, TenantId, Timestamp};

use crate::fault::Fault;
use crate::http::{Request, Response};
use crate::ports::{Platform, Tenants};
use crate::tenant::{Ask, Choice, Told};

const DAY_MILLIS: i64 = 86_400_000;
/// Days of a question that names none.
const DAYS_DEFAULT: i64 = 7;

/// Lists requests, newest first.
pub async fn requests<P: Platform>(
    platform: &P,
    company: &TenantId,
    request: &Request,
) -> Result<Response, Fault> {
    let before = number(request, "before", (1 << 53) - 1)?;
    let limit = number(request, "limit", LIST_MAX.into())?;
    let ask = Ask::Requests {
        choice: choice(request)?,
        before,
        limit: limit
            .and_then(|limit| u32::try_from(limit).ok())
            .unwrap_or(100),
    };
    match platform.tenants().ask(company, &ask).await? {
        Told::Json { json } => Ok(answer(json)),
        other => Err(Fault::internal("list requests", format!("{other:?}"))),
    }
}

/// Adds requests up.
pub async fn usage<P: Platform>(
    platform: &P,
    company: &TenantId,
    request: &Request,
) -> Result<Response, Fault> {
    let name = request.parameter("by").unwrap_or(UsageBy::Day.name());
    let by = UsageBy::ALL.into_iter().find(|by| by.name() == name);
    let by = by.ok_or_else(|| {
        let names = UsageBy::ALL.map(UsageBy::name).join(", ");
        Fault::bad_request(format!("by is one of {names}"))
    })?;
    let today = day_of(platform.now());
    let from = day(request, "from")?.unwrap_or(today - DAYS_DEFAULT + 1);
    let to = day(request, "to")?.unwrap_or(today);
    let ask = Ask::Usage {
        choice: choice(request)?,
        by,
        hours: (from * 24, to * 24 + 23),
        quota: platform.settings().quota,
        now: platform.now(),
    };
    match platform.tenants().ask(company, &ask).await? {
        Told::Json { json } => Ok(answer(json)),
        other => Err(Fault::internal("add requests up", format!("{other:?}"))),
    }
}

fn answer(json: String) -> Response {
    Response::bytes(200, "application/json", json.into_bytes()).with("cache-control", "no-store")
}

/// Days since 1970.
const fn day_of(now: Timestamp) -> i64 {
    now.millis().div_euclid(DAY_MILLIS)
}

fn day(request: &Request, name: &str) -> Result<Option<i64>, Fault> {
    let Some(text) = request.parameter(name) else {
        return Ok(None);
    };
    let date: Date = text
        .parse()
        .map_err(|_| Fault::bad_request(format!("{name} is a day such as 2026-11-23")))?;
    Ok(Some(date.days().into()))
}

fn number(request: &Request, name: &str, most: u64) -> Result<Option<u64>, Fault> {
    let Some(text) = request.parameter(name) else {
        return Ok(None);
    };
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=most).contains(number));
    let number = number.ok_or_else(|| Fault::bad_request(format!("{name} is 1 to {most}")));
    number.map(Some)
}

/// Which requests are asked for.
fn choice(request: &Request) -> Result<Choice, Fault> {
    let text = |name: &str| request.parameter(name).unwrap_or_default().to_owned();
    Ok(Choice {
        route: text("route"),
        status: statuses(request.parameter("status"))?,
        caller: text("caller"),
    })
}

/// The least and the greatest status of `404` or `4xx`; all where nothing is said.
fn statuses(text: Option<&str>) -> Result<(u16, u16), Fault> {
    let Some(text) = text else {
        return Ok((0, u16::MAX));
    };
    let bad = || Fault::bad_request("status is one such as 404, or all of a hundred as 4xx");
    let range = match text.strip_suffix("xx") {
        Some(hundred) => {
            let hundred: u16 = hundred.parse().map_err(|_| bad())?;
            (
                hundred.saturating_mul(100),
                hundred.saturating_mul(100).saturating_add(99),
            )
        }
        None => {
            let status = text.parse().map_err(|_| bad())?;
            (status, status)
        }
    };
    let is_status = text.len() == 3 && (100..600).contains(&range.0);
    is_status.then_some(range).ok_or_else(bad)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_or_all_of_a_hundred() {
        assert_eq!(statuses(None).unwrap(), (0, u16::MAX));
        assert_eq!(statuses(Some("404")).unwrap(), (404, 404));
        assert_eq!(statuses(Some("5xx")).unwrap(), (500, 599));
        for text in [
            "", "4", "40x", "xx", "0xx", "6xx", "999", "+40", "4xxxx", "65xx",
        ] {
            assert!(statuses(Some(text)).is_err(), "{text}");
        }
    }
}
