//! Stage 11, too: what a company's people and programs asked is written down for the company.
//!
//! An isolate holds what it has answered for about a second and hands it to the company's object at once, after the
//! answers, so that no answer waits for it. What is held is bounded; beyond that the oldest is let go, and so is
//! what an isolate holds when it ends: these are records, not accounts. Quotas are accounts, and kept elsewhere.

use std::collections::{BTreeMap, VecDeque};

use api::routes::Route;
use api::traffic::CacheUse;
use kernel::TenantId;

use crate::fault::Fault;
use crate::gateway::audit::actor;
use crate::gateway::caller::Caller;
use crate::gateway::names;
use crate::gateway::trace::Timing;
use crate::http::{Body, Method, Request, Response};
use crate::ports::{Later, Platform, Tenants};
use crate::tenant::{Record, ask_to_record};

/// Requests of one company that are held at once; more than a second of the fastest isolate.
const HELD_MAX: usize = 2_000;
/// Companies whose requests are held at once.
const COMPANIES_MAX: usize = 500;

/// Whose request it is, once that is known.
#[derive(Debug)]
pub struct Asked {
    company: TenantId,
    caller: String,
    route: String,
    upstream: Option<String>,
}

impl Asked {
    /// Of a caller who belongs to a company. A request is their own company's matter, whatever company it names:
    /// no other learns of it.
    pub fn by(caller: &Caller, route: &'static Route) -> Option<Asked> {
        Some(Asked {
            company: caller.company()?.clone(),
            caller: name(caller),
            route: format!("{} {}", route.method.name(), route.path),
            upstream: None,
        })
    }

    /// The same of a route to services behind the gateway, by its path as it was declared.
    pub fn of_service(caller: &Caller, method: Method, path: &str) -> Option<Asked> {
        // An answer to HEAD is one to GET without its body.
        let method = if method == Method::Head {
            Method::Get
        } else {
            method
        };
        Some(Asked {
            company: caller.company()?.clone(),
            caller: name(caller),
            route: format!("{} {path}", method.name()),
            upstream: None,
        })
    }

    /// Which services answer it. One that is refused before has none.
    pub fn leads_to(&mut self, services: Vec<&str>) {
        self.upstream = (!services.is_empty()).then(|| services.join(","));
    }
}

/// Who a caller is, in sums: of whom another issuer vouches for only the issuer, because they may be any number.
fn name(caller: &Caller) -> String {
    match caller {
        Caller::External { issuer, .. } => format!("issuer {issuer}"),
        caller => actor(caller),
    }
}

/// What is held, by company.
#[derive(Debug, Default)]
pub struct Held {
    companies: BTreeMap<TenantId, VecDeque<Record>>,
}

impl Held {
    /// Holds a record; says whether it is the company's first, for which somebody has to come back.
    fn hold(&mut self, company: &TenantId, record: Record) -> bool {
        if self.companies.len() >= COMPANIES_MAX && !self.companies.contains_key(company) {
            return false;
        }
        let held = self.companies.entry(company.clone()).or_default();
        if held.len() >= HELD_MAX {
            held.pop_front();
        }
        held.push_back(record);
        held.len() == 1
    }

    /// Takes what is held of a company.
    fn take(&mut self, company: &TenantId) -> Vec<Record> {
        self.companies.remove(company).unwrap_or_default().into()
    }
}

/// Notes an answered request.
pub fn note<P: Platform>(
    platform: &P,
    asked: Asked,
    id: &str,
    request: &Request,
    response: &Response,
    timing: &Timing,
) {
    let Asked {
        company,
        caller,
        route,
        upstream,
    } = asked;
    let length = request.header("content-length").unwrap_or_default();
    let cache = match response.status {
        304 => CacheUse::Known,
        _ if response.header("idempotency-replayed").is_some() => CacheUse::Replayed,
        _ if is_kept(response) => CacheUse::Kept,
        _ => CacheUse::Made,
    };
    let record = Record {
        id: id.to_owned(),
        at: timing.began(),
        route,
        upstream,
        caller,
        status: response.status,
        millis: timing.whole(),
        stages: timing.stages(),
        bytes_in: length.parse().unwrap_or(0),
        bytes_out: match &response.body {
            Body::Bytes(bytes) | Body::Encoded(bytes) => bytes.len() as u64,
            Body::Empty | Body::Asset(_) | Body::Filled { .. } => 0,
        },
        cache,
    };
    let is_first = platform.meters(|meters| meters.records.hold(&company, record));
    if is_first {
        platform.later(Later::Records(company));
    }
}

/// Whether a service's answer was kept here (RFC 9211).
fn is_kept(response: &Response) -> bool {
    let status = response.header("cache-status").unwrap_or_default();
    status.starts_with("meschain; hit")
}

/// Hands what is held of a company to its object.
pub async fn hand_over<P: Platform>(platform: &P, company: &TenantId) -> Result<(), Fault> {
    let records = platform.meters(|meters| meters.records.take(company));
    if records.is_empty() {
        return Ok(());
    }
    // Without their names programs are told by their ids: nothing is left unwritten for that.
    let names = names::of(platform, company, &records).await;
    let names = names.unwrap_or_else(|fault| {
        platform.log(&format!("names of programs: {fault}"));
        BTreeMap::new()
    });
    let ask = ask_to_record(&records, &names)?;
    platform.tenants().ask(company, &ask).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: usize) -> Record {
        Record {
            id: id.to_string(),
            at: 0,
            route: String::new(),
            upstream: None,
            caller: String::new(),
            status: 200,
            millis: 0,
            stages: Vec::new(),
            bytes_in: 0,
            bytes_out: 0,
            cache: CacheUse::Made,
        }
    }

    #[test]
    fn what_is_held_is_bounded_and_taken_once() {
        let mut held = Held::default();
        let company: TenantId = "acme".parse().unwrap();
        for id in 0..HELD_MAX + 5 {
            assert_eq!(held.hold(&company, record(id)), id == 0);
        }
        let taken = held.take(&company);
        assert_eq!(taken.len(), HELD_MAX);
        assert_eq!(taken.first().map(|it| it.id.as_str()), Some("5"));
        assert!(held.take(&company).is_empty());
        assert!(held.hold(&company, record(0)), "somebody has to come back");
        for number in 0..2 * COMPANIES_MAX {
            held.hold(&format!("c-{number}").parse().unwrap(), record(0));
        }
        assert_eq!(held.companies.len(), COMPANIES_MAX);
    }
}
