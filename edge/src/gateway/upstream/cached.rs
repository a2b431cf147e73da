//! Answers that are kept: given while they are fresh, given while a new one is fetched, asked about when they are
//! old, and given all the same where the service fails (RFC 9111, RFC 5861).

use std::rc::Rc;

use upstream::cache::lifetime::{self, Said};
use upstream::cache::store::{Found, Kept};
use upstream::rules::{Cache, Route};
use upstream::table::Table;

use super::answer;
use super::drive::{self, Failed};
use super::plan::{Plan, wishes};
use crate::fault::Fault;
use crate::http::{Request, Response};
use crate::ports::{Later, Platform, Reply};

/// Answers a GET of a route that keeps answers.
pub async fn answer<P: Platform>(
    platform: &P,
    table: &Table,
    route: &Route,
    rules: &Cache,
    plan: Plan,
    request: &Request,
) -> Result<Response, Fault> {
    let wishes = wishes(request.header("cache-control"));
    let is_new_wanted = wishes.no_cache || wishes.no_store || wishes.max_age == Some(0);
    let now = platform.now().millis();
    let found = platform.meters(|meters| {
        let field = |name: &str| plan.field(name).unwrap_or_default();
        meters
            .routing
            .store
            .find(&plan.key, field, is_new_wanted, now)
    });
    let old = match found {
        Found::Fresh(kept) => return Ok(answer::kept(request, &kept, "hit", now)),
        Found::Stale { kept, is_first } => {
            if is_first {
                platform.later(Later::Refresh(Box::new(plan)));
            }
            return Ok(answer::kept(request, &kept, "hit; detail=stale", now));
        }
        _ if wishes.only_if_cached => return Err(Failed::Late.fault()),
        Found::Old(kept) => Some(kept),
        Found::Nothing => None,
    };
    match fetch(
        platform,
        table,
        route,
        rules,
        &plan,
        old.clone(),
        wishes.no_store,
    )
    .await
    {
        Ok(Fetched::Kept(kept, how)) => {
            let now = platform.now().millis();
            Ok(answer::kept(request, &kept, how, now))
        }
        Ok(Fetched::Unkept(ready)) => {
            Ok(answer::unkept(ready).with("cache-status", "meschain; fwd=uri-miss"))
        }
        Err(failed) => {
            let now = platform.now().millis();
            match old.filter(|kept| now < kept.lifetime.error_until) {
                Some(kept) => Ok(answer::kept(
                    request,
                    &kept,
                    "hit; detail=stale-if-error",
                    now,
                )),
                None => Err(failed),
            }
        }
    }
}

/// What was fetched.
enum Fetched {
    /// An answer that is kept, and how it came there.
    Kept(Rc<Kept>, &'static str),
    /// One that is not.
    Unkept(answer::Ready),
}

async fn fetch<P: Platform>(
    platform: &P,
    table: &Table,
    route: &Route,
    rules: &Cache,
    plan: &Plan,
    old: Option<Rc<Kept>>,
    is_unkept: bool,
) -> Result<Fetched, Fault> {
    let asked_at = platform.now().millis();
    let validators = old.iter().flat_map(|kept| {
        let etag = kept
            .service_etag
            .clone()
            .map(|tag| ("if-none-match".to_owned(), tag));
        let since = kept
            .last_modified
            .clone()
            .map(|date| ("if-modified-since".to_owned(), date));
        etag.into_iter().chain(since)
    });
    let validators: Vec<(String, String)> = validators.collect();
    let reply = drive::ask(platform, table, route, plan, &validators).await;
    let reply = reply.map_err(|failed| failed.fault())?;
    let now = platform.now().millis();
    let said = said(&reply);
    let kept = match old.filter(|_| reply.status == 304) {
        Some(old) => {
            // The answer that is kept is still good: as long as the service says now.
            let said = Said {
                status: old.status,
                has_validator: true,
                ..said
            };
            let lifetime =
                lifetime::of(rules, &said, asked_at, now).unwrap_or(lifetime::Lifetime {
                    born: now,
                    fresh_until: now,
                    revalidate_until: now,
                    error_until: now,
                });
            let renewed = Rc::new(Kept {
                lifetime,
                ..(*old).clone()
            });
            (renewed, "fwd=stale; fwd-status=304")
        }
        None => {
            let ready = answer::ready(route, &reply)?;
            let lifetime = lifetime::of(rules, &said, asked_at, now).filter(|_| !is_unkept);
            let Some(lifetime) = lifetime else {
                return Ok(Fetched::Unkept(ready));
            };
            let vary = said
                .vary
                .split(',')
                .map(|name| name.trim().to_ascii_lowercase());
            let vary = vary.filter(|name| !name.is_empty());
            let of_request = |name: &str| plan.field(name).unwrap_or_default().to_owned();
            let kept = Kept {
                status: ready.status,
                headers: ready
                    .fields
                    .into_iter()
                    .filter(|(name, _)| name != "etag")
                    .collect(),
                etag: answer::etag(&ready.body),
                body: Rc::new(ready.body),
                service_etag: reply.field("etag").map(str::to_owned),
                last_modified: reply.field("last-modified").map(str::to_owned),
                vary: vary.map(|name| (name.clone(), of_request(&name))).collect(),
                lifetime,
            };
            (Rc::new(kept), "fwd=uri-miss; stored")
        }
    };
    platform.meters(|meters| meters.routing.store.keep(&plan.key, kept.0.clone()));
    Ok(Fetched::Kept(kept.0, kept.1))
}

fn said(reply: &Reply) -> Said<'_> {
    Said {
        status: reply.status,
        cache_control: reply.field("cache-control").unwrap_or_default(),
        age: reply.field("age"),
        date: reply.field("date"),
        expires: reply.field("expires"),
        vary: reply.field("vary").unwrap_or_default(),
        sets_cookie: reply.field("set-cookie").is_some(),
        has_validator: reply
            .field("etag")
            .or(reply.field("last-modified"))
            .is_some(),
    }
}

/// Fetches an answer anew while callers still get the one before.
pub async fn refresh<P: Platform>(platform: &P, plan: &Plan) -> Result<(), Fault> {
    let table = super::routing::table(platform)?;
    let Some(route) = table.routes.get(plan.route) else {
        return Ok(());
    };
    let Some(rules) = &route.cache else {
        return Ok(());
    };
    let now = platform.now().millis();
    let field = |name: &str| plan.field(name).unwrap_or_default();
    let found = platform.meters(|meters| meters.routing.store.find(&plan.key, field, true, now));
    let old = match found {
        Found::Old(kept) => Some(kept),
        _ => None,
    };
    fetch(platform, &table, route, rules, plan, old, false)
        .await
        .map(drop)
}
