//! What was asked of the API, for whoever answers for a company's programs:
//!
//! - `GET /api/gateway/v1/requests?before=&limit=&route=&status=&caller=` lists the requests of the company's people
//!   and programs, newest first. The last [`KEPT_MAX`] are kept.
//! - `GET /api/gateway/v1/usage?by=&from=&to=&route=&status=&caller=` adds them up, by hour, day, route, status or
//!   caller, over [`DAYS_MAX`] days.
//!
//! Hours and days are those of UTC, as those of the quota are. A request is in both a second or so after its answer;
//! what an isolate holds when it ends is lost.

use serde::{Deserialize, Serialize};

/// Path of single requests.
pub const REQUESTS_PATH: &str = "/api/gateway/v1/requests";
/// Path of their sums.
pub const USAGE_PATH: &str = "/api/gateway/v1/usage";
/// How many requests of a company are kept one by one.
pub const KEPT_MAX: u32 = 10_000;
/// The most requests of one list.
pub const LIST_MAX: u32 = 500;
/// How many days sums are kept, and the most of one question.
pub const DAYS_MAX: u32 = 92;
/// The most rows of one answer of sums.
pub const ROWS_MAX: u32 = 2_400;
/// Statuses that can be asked for: one, or all of a hundred.
pub const STATUS_PATTERN: &str = "^[1-5]([0-9]{2}|xx)$";

/// One request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct RequestRecord {
    /// Its place, from 1; a higher one was written down later.
    pub number: u64,
    /// Id, as its answer told it.
    pub id: String,
    /// When it came, in milliseconds since 1970.
    pub at: i64,
    /// Method and path of its endpoint, such as `GET /api/auth/v1/keys`; of a service's route as it was declared.
    pub route: String,
    /// The services behind the gateway that its route leads to, with commas between them; nothing where the edge itself
    /// answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub upstream: Option<String>,
    /// Who asked: `person ID`, `key ID` or `program ID`.
    pub caller: String,
    /// Status of the answer.
    pub status: u16,
    /// How long it waited in all, in milliseconds.
    pub millis: i64,
    /// How long it waited in each stage, in order.
    pub stages: Vec<StageTime>,
    /// Bytes of its body, as announced.
    pub bytes_in: u64,
    /// Bytes of the answer's body, before it is packed for the way.
    pub bytes_out: u64,
    /// Whether the answer had to be made.
    pub cache: CacheUse,
}

/// How long a request waited in a stage of the gateway.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct StageTime {
    /// The stage, as `Server-Timing` calls it.
    pub stage: String,
    /// Milliseconds.
    pub millis: i64,
}

/// Whether an answer had to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum CacheUse {
    /// It was.
    Made,
    /// The caller had it already (304).
    Known,
    /// A service's answer was kept here.
    Kept,
    /// It was given before, under the same `Idempotency-Key`.
    Replayed,
}

/// A list of requests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Requests {
    /// The newest first.
    pub requests: Vec<RequestRecord>,
    /// What to send as `before` for older ones; nothing where there are none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<u64>,
}

/// What sums are told apart by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum UsageBy {
    /// Hour of UTC, such as `2026-11-23T09`.
    Hour,
    /// Day of UTC, such as `2026-11-23`.
    #[default]
    Day,
    /// Method and path of the endpoint.
    Route,
    /// Status.
    Status,
    /// Who asked.
    Caller,
}

impl UsageBy {
    /// All of them.
    pub const ALL: [UsageBy; 5] = [
        UsageBy::Hour,
        UsageBy::Day,
        UsageBy::Route,
        UsageBy::Status,
        UsageBy::Caller,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            UsageBy::Hour => "hour",
            UsageBy::Day => "day",
            UsageBy::Route => "route",
            UsageBy::Status => "status",
            UsageBy::Caller => "caller",
        }
    }
}

/// Sums of requests.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct ApiUsage {
    /// What rows are told apart by.
    pub by: UsageBy,
    /// One for each hour, day, route, status or caller with requests, in order of its name.
    pub rows: Vec<UsageRow>,
    /// Of all rows.
    pub total: UsageSum,
    /// Whether there were more than the most rows of an answer: the last ones are left out, and in the total.
    pub is_cut: bool,
    /// What keys and programs have left, whichever requests are asked for.
    pub quota: QuotasLeft,
}

/// What a company's keys and programs have left of their quotas.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct QuotasLeft {
    /// Of today.
    pub day: QuotaLeft,
    /// Of this month.
    pub month: QuotaLeft,
}

/// What is left of a quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct QuotaLeft {
    /// Requests that it allows.
    pub allowed: u32,
    /// Requests that are left; what an isolate holds to spend counts as spent.
    pub left: u32,
    /// When it begins anew, in milliseconds since 1970.
    pub ends_at: i64,
}

/// Sums of the requests of one hour, day, route, status or caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct UsageRow {
    /// Which one.
    pub name: String,
    /// Its sums.
    pub sum: UsageSum,
}

/// Sums of some requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct UsageSum {
    /// How many.
    pub calls: u64,
    /// How many of them were refused or failed: a status of 400 or above.
    pub errors: u64,
    /// The time that half of them did not exceed, in milliseconds, to a sixteenth.
    pub p50_millis: Option<f64>,
    /// The time that 95 of a hundred did not exceed, the same way.
    pub p95_millis: Option<f64>,
    /// Bytes of their bodies.
    pub bytes_in: u64,
    /// Bytes of their answers' bodies.
    pub bytes_out: u64,
}
