//! What whoever runs the edge declares: upstream services, and routes to them. Units are the last word of a name.
//!
//! Out of scope: how it is written, what is refused, and what holds where nothing is said ([`crate::read`]).

use kernel::Date;
use policy::Scope;
use serde_json::Value;

use crate::mapping::Mapping;
use crate::path::{Pattern, Template};

/// A service: hosts that answer alike.
#[derive(Clone, Debug)]
pub struct Upstream {
    /// Its name.
    pub name: String,
    /// Its hosts, 1 to 32.
    pub hosts: Vec<Host>,
    /// How one is chosen.
    pub balance: Balance,
    /// Whether and how hosts are looked after without a request.
    pub health: Option<Health>,
    /// When a host that fails is left out.
    pub ejection: Ejection,
    /// When the whole service is left alone.
    pub breaker: Breaker,
    /// How many requests may be sent again.
    pub retry_budget: RetryBudget,
    /// Calls on their way at once from one isolate, 1 to 1,000.
    pub concurrent_max: u32,
    /// Header fields sent with every call whose values are variables of the edge, by field: `UPSTREAM_...`.
    pub secrets: Vec<(String, String)>,
}

/// One host.
#[derive(Clone, Debug)]
pub struct Host {
    /// Scheme, host and port, such as `https://prices.example`.
    pub origin: String,
    /// Its share against that of the others, 0 to 1,000; 0 for none.
    pub weight: u32,
}

/// How a host is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Balance {
    /// In turns, by weight.
    Weighted,
    /// The quicker of two drawn by weight: by the peak of its latencies and what it has at hand.
    LeastLatency,
}

/// Looking after hosts.
#[derive(Clone, Debug)]
pub struct Health {
    /// What is asked for by GET; 200 to 299 is healthy.
    pub path: String,
    /// Seconds between two looks, 1 to 3,600.
    pub every_seconds: u32,
    /// How long an answer may take, 1 to 10,000.
    pub timeout_millis: u32,
    /// Good looks in a row until a host is asked again, 1 to 10.
    pub healthy_after: u32,
    /// Bad looks in a row until it is not, 1 to 10.
    pub unhealthy_after: u32,
}

/// Leaving out a host that fails.
#[derive(Clone, Debug)]
pub struct Ejection {
    /// Failures in a row, 1 to 1,000.
    pub failures: u32,
    /// For how long the first time; each next time as much longer, 10 times at the most. 1 to 3,600.
    pub seconds: u32,
    /// The share of hosts that may be left out at once, in percent.
    pub max_percent: u32,
}

/// Leaving a service alone.
#[derive(Clone, Debug)]
pub struct Breaker {
    /// Over how long calls are counted, 1 to 300.
    pub window_seconds: u32,
    /// Calls below which nothing is concluded, 1 to 10,000.
    pub requests_min: u32,
    /// Failures among them at which it opens, 1 to 100.
    pub failures_percent: u32,
    /// How long nothing is asked then, 1 to 300.
    pub open_seconds: u32,
    /// Calls that try it out afterwards, all of which have to be answered, 1 to 20.
    pub probes: u32,
}

/// How many requests may be sent again, and how many sent twice.
#[derive(Clone, Debug)]
pub struct RetryBudget {
    /// Of the requests, 0 to 100.
    pub percent: u32,
    /// Those that may be saved up, and are there at the start, 0 to 1,000.
    pub burst: u32,
}

/// A route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Its path as it was declared, which names it.
    pub name: String,
    /// Its path.
    pub path: Pattern,
    /// Its methods.
    pub methods: Methods,
    /// What a caller needs.
    pub needs: Needs,
    /// What answers.
    pub answer: Answer,
    /// How long all attempts may take together, 1 to 60,000.
    pub timeout_millis: u32,
    /// How long one attempt may take; at most as long as all.
    pub attempt_timeout_millis: u32,
    /// Sending again.
    pub retry: Retry,
    /// After how long a read that is not answered is sent to another host as well; below the timeout.
    pub hedge_after_millis: Option<u32>,
    /// Keeping answers.
    pub cache: Option<Cache>,
    /// What is changed on the way there.
    pub request: Change,
    /// What is changed on the way back.
    pub response: Change,
    /// What the service is told of the caller besides the company.
    pub tells: Vec<Tell>,
    /// The largest body of a request, up to 1 MiB.
    pub body_bytes_max: u32,
    /// The largest answer, up to 8 MiB.
    pub answer_bytes_max: u32,
    /// Since when callers should go elsewhere.
    pub deprecated: Option<Deprecated>,
}

/// Methods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Methods(u8);

/// The methods that a route can have. `HEAD` is answered wherever `GET` is.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

impl Methods {
    /// Those of some names; `None` where one is no method's or comes twice.
    pub fn of<'n>(names: impl IntoIterator<Item = &'n str>) -> Option<Methods> {
        let mut bits = 0;
        for name in names {
            let bit = 1 << METHODS.iter().position(|known| *known == name)?;
            if bits & bit != 0 {
                return None;
            }
            bits |= bit;
        }
        Some(Methods(bits))
    }

    /// Whether a method is among them, by its name.
    pub fn has(self, name: &str) -> bool {
        let name = if name == "HEAD" { "GET" } else { name };
        let at = METHODS.iter().position(|known| *known == name);
        at.is_some_and(|at| self.0 >> at & 1 == 1)
    }

    /// Whether a method is among both.
    pub const fn meets(self, other: Methods) -> bool {
        self.0 & other.0 != 0
    }

    /// Those of both.
    #[must_use]
    pub const fn with(self, other: Methods) -> Methods {
        Methods(self.0 | other.0)
    }

    /// Their names, with `HEAD` where `GET` is.
    pub fn names(self) -> Vec<&'static str> {
        let mut names: Vec<&str> = METHODS.into_iter().filter(|name| self.has(name)).collect();
        if self.has("GET") {
            names.push("HEAD");
        }
        names
    }
}

/// What answers a route.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A service.
    Service(Service),
    /// Several calls, each a member of one object.
    Parts(Vec<Part>),
    /// An answer that is made up.
    Mock(Mock),
}

/// A service that answers a route.
#[derive(Clone, Debug)]
pub struct Service {
    /// Its place among the upstreams.
    pub upstream: usize,
    /// The path that is asked for.
    pub to: Template,
    /// A second service that some of the calls go to.
    pub canary: Option<Canary>,
}

/// What a caller needs in their own company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: everybody may ask.
    Nothing,
    /// What a scope stands for.
    Scope(Scope),
}

/// Trying a second service out.
#[derive(Clone, Debug)]
pub struct Canary {
    /// Its place among the upstreams.
    pub upstream: usize,
    /// How many of the callers it answers, 0 to 100: always the same ones.
    pub percent: u32,
    /// A header field by which a caller chooses: `always` or `never`.
    pub header: Option<String>,
}

/// One call of several.
#[derive(Clone, Debug)]
pub struct Part {
    /// The member that it becomes.
    pub name: String,
    /// The service's place among the upstreams.
    pub upstream: usize,
    /// The path that is asked for.
    pub to: Template,
    /// What stands in its place where it cannot be had; without it, there is no answer at all then.
    pub otherwise: Option<Value>,
    /// What is taken of it.
    pub json: Mapping,
}

/// An answer that is made up.
#[derive(Clone, Debug)]
pub struct Mock {
    /// Its status, 200 to 599.
    pub status: u16,
    /// Its JSON.
    pub body: String,
}

/// Sending again what failed: only methods that may be repeated, and others under an `Idempotency-Key`.
#[derive(Clone, Debug)]
pub struct Retry {
    /// Attempts in all, 1 to 5.
    pub attempts: u32,
    /// Statuses that count as failures besides no answer at all, 429 or from 500.
    pub statuses: Vec<u16>,
    /// The longest pause before the second attempt, 0 to 10,000; doubled before each next one.
    pub pause_millis: u32,
}

/// Keeping answers to GET (RFC 9111), for each company apart. What the service says counts first.
#[derive(Clone, Copy, Debug)]
pub struct Cache {
    /// How long an answer is fresh that does not say so itself; 0 keeps only those that say so.
    pub seconds: u32,
    /// How long it may be given while a new one is fetched (RFC 5861), where it does not say so itself.
    pub stale_while_revalidate_seconds: u32,
    /// How long it may be given where none can be fetched (RFC 5861), where it does not say so itself.
    pub stale_if_error_seconds: u32,
}

/// What is changed on the way.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Header fields that pass besides those that always do.
    pub pass: Vec<String>,
    /// Header fields that are set.
    pub set: Vec<(String, String)>,
    /// Header fields that do not pass.
    pub remove: Vec<String>,
    /// What is made of a JSON body.
    pub json: Mapping,
}

/// What a service may be told of a caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tell {
    /// Their role.
    Role,
    /// An id that is always theirs.
    Caller,
}

/// A route that callers should leave (RFC 9745, RFC 8594).
#[derive(Clone, Debug)]
pub struct Deprecated {
    /// Since which day.
    pub since: Date,
    /// From which day on it may not answer any more.
    pub sunset: Option<Date>,
    /// What to do, as an address.
    pub note: String,
    /// Where the same is found now, as an address or path.
    pub successor: Option<String>,
}
