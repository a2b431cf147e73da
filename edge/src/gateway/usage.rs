//! Stage 6: how much this caller has asked already: a rate for each session and key, and for keys the exact
//! quota of their company. What is left is told with every answer.

use api::ProblemKind;
use kernel::TenantId;
use limits::fields::{self, Policy};
use limits::lease::{Grant, Quota, Spend};

use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::http::Response;
use crate::ports::{Platform, Tenants};
use crate::tenant::{Ask, Told};

const DAY_SECONDS: u64 = 86_400;
/// The longest month.
const MONTH_SECONDS: u64 = 31 * DAY_SECONDS;
/// Grants that a request waits for: others of this isolate may spend what came first.
const TRIES: usize = 4;

/// What is left to a caller.
#[derive(Debug, Default)]
pub struct Usage {
    policies: Vec<Policy>,
}

impl Usage {
    /// Tells it with an answer.
    #[must_use]
    pub fn told(&self, response: Response) -> Response {
        if self.policies.is_empty() {
            return response;
        }
        response
            .with("ratelimit-policy", fields::policy_field(&self.policies))
            .with("ratelimit", fields::limit_field(&self.policies))
    }
}

/// Counts a request, and refuses one that is too many.
pub async fn count<P: Platform>(
    platform: &P,
    caller: &Caller,
    usage: &mut Usage,
) -> Result<(), Fault> {
    let rates = platform.settings().rates;
    let (rate, name) = match caller {
        Caller::Nobody | Caller::Admin => return Ok(()),
        Caller::Session { digest, .. } => (rates.session, digest),
        Caller::Key { id, .. }
        | Caller::Program { client: id, .. }
        | Caller::External { issuer: id, .. } => (rates.key, id),
    };
    let now = platform.now().millis();
    let verdict = platform.meters(|meters| meters.callers.ask(rate, name, now * 1_000));
    usage.policies.push(Policy {
        name: "burst",
        quota: rate.burst().into(),
        window_seconds: seconds(rate.window_micros()),
        left: verdict.left.into(),
        reset_seconds: seconds(verdict.full_after_micros),
    });
    if !verdict.is_admitted {
        return Err(Fault::TooMany {
            kind: ProblemKind::TooManyRequests,
            detail: "ask less often; RateLimit-Policy says how often".to_owned(),
            after_seconds: seconds(verdict.retry_after_micros).max(1),
        });
    }
    match caller {
        Caller::Key { company, .. }
        | Caller::Program { company, .. }
        | Caller::External { company, .. } => spend(platform, company, usage).await,
        _ => Ok(()),
    }
}

/// Spends one request of the company's quota.
async fn spend<P: Platform>(
    platform: &P,
    company: &TenantId,
    usage: &mut Usage,
) -> Result<(), Fault> {
    for _ in 0..TRIES {
        let now = platform.now().millis();
        match platform.meters(|meters| meters.purse(company).spend(now)) {
            Spend::Passes(grant) => {
                let held = platform.meters(|meters| meters.purse(company).left());
                usage.tell(&grant, held, now);
                return Ok(());
            }
            Spend::Refused(grant) => {
                usage.tell(&grant, 0, now);
                return Err(used_up(&grant, now));
            }
            Spend::Ask(asked) => {
                let asked = ask(platform, company, asked).await;
                let now = platform.now().millis();
                let grant = asked.as_ref().ok().copied();
                platform.meters(|meters| meters.purse(company).put(grant, now));
                asked?;
            }
        }
    }
    Err(Fault::TooMany {
        kind: ProblemKind::TooManyRequests,
        detail: "too many requests at once; try again".to_owned(),
        after_seconds: 1,
    })
}

async fn ask<P: Platform>(platform: &P, company: &TenantId, asked: u32) -> Result<Grant, Fault> {
    let ask = Ask::Lease {
        asked,
        quota: platform.settings().quota,
        now: platform.now(),
    };
    match platform.tenants().ask(company, &ask).await? {
        Told::Lease { grant } => Ok(grant),
        other => Err(Fault::internal("ask for quota", format!("{other:?}"))),
    }
}

impl Usage {
    /// What is left of the quota, as far as this isolate knows: what others hold counts as spent.
    fn tell(&mut self, grant: &Grant, held: u32, now: i64) {
        let Quota { day, month } = grant.quota;
        let left = |left: u32| u64::from(left) + u64::from(held);
        self.policies.push(Policy {
            name: "day",
            quota: day.into(),
            window_seconds: DAY_SECONDS,
            left: left(grant.day_left).min(day.into()),
            reset_seconds: until(grant.day_ends, now),
        });
        self.policies.push(Policy {
            name: "month",
            quota: month.into(),
            window_seconds: MONTH_SECONDS,
            left: left(grant.month_left).min(month.into()),
            reset_seconds: until(grant.month_ends, now),
        });
    }
}

fn used_up(grant: &Grant, now: i64) -> Fault {
    let what = if grant.month_left == 0 {
        "month"
    } else {
        "day"
    };
    Fault::TooMany {
        kind: ProblemKind::QuotaExceeded,
        detail: format!(
            "all requests of this {what} (UTC) are used; ask for a larger quota or wait"
        ),
        after_seconds: until(grant.more_at(), now),
    }
}

fn until(moment: i64, now: i64) -> u64 {
    seconds(moment.saturating_sub(now).saturating_mul(1_000))
}

/// Whole seconds, the part of one counted as one.
fn seconds(micros: i64) -> u64 {
    micros.max(0).unsigned_abs().div_ceil(1_000_000)
}
