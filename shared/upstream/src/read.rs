//! Reading a declaration: what there is, what holds where nothing is said, and what is refused with its reason.

use serde_json::Value;

use crate::fields::{Fields, Refusal, Refusals};
use crate::headers;
use crate::path::Template;
use crate::read_route::route;
use crate::rules::{Balance, Breaker, Ejection, Health, Host, RetryBudget, Upstream};
use crate::table::Table;

/// What all paths of routes begin with, so that none hides an endpoint of the gateway's own.
pub const PREFIX: &str = "/api/x/";
/// What all variables begin with that may be sent to a service.
pub const SECRET_PREFIX: &str = "UPSTREAM_";

const ROUTES_MAX: usize = 2_000;
const UPSTREAMS_MAX: usize = 200;
const HOSTS_MAX: usize = 32;

/// Reads a declaration of JSON; an empty text is one of no routes.
pub fn read(text: &str) -> Result<Table, Vec<Refusal>> {
    let refusals = Refusals::default();
    if text.trim().is_empty() {
        return Ok(Table::new(Vec::new()));
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => {
            refusals.add("", format!("this is no JSON: {error}"));
            return Err(refusals.take());
        }
    };
    let table = table(&value, &refusals);
    let found = refusals.take();
    if found.is_empty() {
        Ok(table)
    } else {
        Err(found)
    }
}

fn table(value: &Value, refusals: &Refusals) -> Table {
    let mut fields = Fields::of(String::new(), value, refusals);
    let own: Vec<&str> = fields.texts("own_origins");
    for origin in &own {
        if !is_origin(origin) {
            fields.refuse("own_origins", format!("{origin} is no origin"));
        }
    }
    let mut upstreams = Vec::new();
    for (name, value) in fields.each("upstreams") {
        let at = format!("upstreams.{name}");
        upstreams.push(upstream(name, Fields::of(at, value, refusals), &own));
    }
    if upstreams.len() > UPSTREAMS_MAX {
        fields.refuse("upstreams", format!("there are at most {UPSTREAMS_MAX}"));
    }
    let names: Vec<String> = upstreams.iter().map(|it| it.name.clone()).collect();
    let mut table = Table::new(upstreams);
    let routes = fields.list("routes");
    if routes.len() > ROUTES_MAX {
        fields.refuse("routes", format!("there are at most {ROUTES_MAX}"));
    }
    // Places among those that were read; one that could not be read is not among them.
    let mut places = Vec::new();
    for (at, value) in routes.into_iter().take(ROUTES_MAX) {
        let Some(route) = route(Fields::of(at.clone(), value, refusals), &names) else {
            continue;
        };
        match table.add(route) {
            Ok(()) => places.push(at),
            Err(other) => {
                let other = places.get(other).map_or("another", String::as_str);
                refusals.add(
                    &at,
                    format!("{other} answers the same path and method already"),
                );
            }
        }
    }
    fields.end();
    table
}

fn upstream(name: &str, mut fields: Fields<'_>, own: &[&str]) -> Upstream {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if name.is_empty() || name.len() > 40 || !name.bytes().all(is_part) {
        fields.refuse("", "a name has 1 to 40 letters, digits, - and _");
    }
    let mut hosts = Vec::new();
    let listed = fields.list("hosts");
    for (at, value) in listed {
        let mut host = Fields::of(at, value, fields.refusals);
        let origin = host.needed("origin").to_owned();
        if !is_origin(&origin) {
            host.refuse(
                "origin",
                "an origin is https://host or https://host:port; http is for this machine only",
            );
        }
        if own.iter().any(|it| it.eq_ignore_ascii_case(&origin)) {
            host.refuse(
                "origin",
                "this is the gateway itself: it would ask itself for ever",
            );
        }
        hosts.push(Host {
            origin,
            weight: host.number("weight", 0..=1_000, 1),
        });
        host.end();
    }
    if hosts.is_empty() || hosts.len() > HOSTS_MAX {
        fields.refuse("hosts", format!("1 to {HOSTS_MAX} are expected"));
    } else if hosts.iter().all(|host| host.weight == 0) {
        fields.refuse("hosts", "all weights are 0, so that none would be asked");
    }
    let is_twice = |at: usize, host: &Host| {
        let mut before = hosts.iter().take(at);
        before.any(|other| other.origin.eq_ignore_ascii_case(&host.origin))
    };
    if hosts
        .iter()
        .enumerate()
        .any(|(at, host)| is_twice(at, host))
    {
        fields.refuse("hosts", "one origin is there twice");
    }
    let balance = match fields.text("balance") {
        None | Some("weighted") => Balance::Weighted,
        Some("least-latency") => Balance::LeastLatency,
        Some(_) => {
            fields.refuse("balance", "weighted or least-latency is expected");
            Balance::Weighted
        }
    };
    let health = fields.maybe("health").map(health);
    let mut ejection = fields.object("ejection");
    let mut breaker = fields.object("breaker");
    let mut budget = fields.object("retry_budget");
    let read = Upstream {
        name: name.to_owned(),
        hosts,
        balance,
        health,
        ejection: Ejection {
            failures: ejection.number("failures", 1..=1_000, 5),
            seconds: ejection.number("seconds", 1..=3_600, 30),
            max_percent: ejection.number("max_percent", 0..=100, 50),
        },
        breaker: Breaker {
            window_seconds: breaker.number("window_seconds", 1..=300, 10),
            requests_min: breaker.number("requests_min", 1..=10_000, 20),
            failures_percent: breaker.number("failures_percent", 1..=100, 50),
            open_seconds: breaker.number("open_seconds", 1..=300, 5),
            probes: breaker.number("probes", 1..=20, 3),
        },
        retry_budget: RetryBudget {
            percent: budget.number("percent", 0..=100, 20),
            burst: budget.number("burst", 0..=1_000, 10),
        },
        concurrent_max: fields.number("concurrent_max", 1..=1_000, 100),
        secrets: fields.pairs("secrets"),
    };
    for (header, variable) in &read.secrets {
        // A credential is what this is for, so only fields of the connection are out of the question.
        if !headers::is_name(header) || headers::is_of_connection(header) {
            fields.refuse(
                "secrets",
                format!("{header} is no header field that can be set"),
            );
        }
        if !variable.starts_with(SECRET_PREFIX) {
            fields.refuse(
                "secrets",
                format!("a variable's name begins with {SECRET_PREFIX}"),
            );
        }
    }
    ejection.end();
    breaker.end();
    budget.end();
    fields.end();
    read
}

fn health(mut fields: Fields<'_>) -> Health {
    let path = fields.needed("path").to_owned();
    if Template::read(&path, &[]).is_err() {
        fields.refuse("path", "a path is /names/between/slashes");
    }
    let health = Health {
        path,
        every_seconds: fields.number("every_seconds", 1..=3_600, 10),
        timeout_millis: fields.number("timeout_millis", 1..=10_000, 2_000),
        healthy_after: fields.number("healthy_after", 1..=10, 2),
        unhealthy_after: fields.number("unhealthy_after", 1..=10, 3),
    };
    fields.end();
    health
}

/// Whether a text is a scheme, host and port and nothing else: https, or http to this machine.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else {
        return false;
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-.[]:".contains(&byte);
    let is_port = port.is_none_or(|port| port.parse::<u16>().is_ok_and(|port| port > 0));
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    let is_scheme = scheme == "https" || (scheme == "http" && is_here);
    is_scheme && is_port && !host.is_empty() && host.bytes().all(is_host)
}
