//! Driving an exchange with a service: sends what `upstream::exchange` says, waits, and says what became of it.

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use upstream::exchange::{End, Exchange, Outcome, Step};
use upstream::pool::Shut;
use upstream::rules::Route;
use upstream::table::Table;

use super::plan::Plan;
use crate::fault::Fault;
use crate::ports::{NoReply, Platform, Reply};
use api::ProblemKind;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failed {
    /// The service is not asked for a while.
    Shut {
        /// After how many milliseconds it may be.
        after_millis: i64,
    },
    /// It cannot be reached, broke off, or answers more than it may.
    Broken,
    /// It takes too long.
    Late,
    /// It answers that it cannot.
    Status(u16),
}

impl Failed {
    /// As the caller is told; nothing of where the service is, or of what it said.
    pub fn fault(&self) -> Fault {
        let refused = |kind, detail: &str| Fault::refused(kind, detail);
        match self {
            Failed::Shut { after_millis } => Fault::TooMany {
                kind: ProblemKind::Unavailable,
                detail: "the service behind this one has failed or is busy, and is left alone for a moment"
                    .to_owned(),
                after_seconds: after_millis.max(&0).unsigned_abs().div_ceil(1_000).max(1),
            },
            Failed::Late => refused(ProblemKind::UpstreamTimeout, "the service behind this one takes too long"),
            Failed::Broken => refused(ProblemKind::UpstreamFailed, "the service behind this one cannot be reached"),
            Failed::Status(503 | 429) => refused(ProblemKind::Unavailable, "the service behind this one is busy"),
            Failed::Status(504) => refused(ProblemKind::UpstreamTimeout, "the service behind this one takes too long"),
            Failed::Status(_) => refused(ProblemKind::UpstreamFailed, "the service behind this one failed"),
        }
    }
}

type Flight<'f> = (
    u32,
    Pin<Box<dyn Future<Output = Result<Reply, NoReply>> + 'f>>,
);

/// Asks a service until it answers or there is no more to try. `more` are header fields beside the plan's.
pub async fn ask<P: Platform>(
    platform: &P,
    table: &Table,
    route: &Route,
    plan: &Plan,
    more: &[(String, String)],
) -> Result<Reply, Failed> {
    let rules = table.upstreams.get(plan.upstream).ok_or(Failed::Broken)?;
    let place = (route, plan.upstream);
    let random = platform.random().unwrap_or_default();
    let random = random
        .iter()
        .fold(0_u64, |sum, byte| sum.rotate_left(8) ^ u64::from(*byte));
    let now = || platform.now().millis();
    let mut exchange = Exchange::begin(route, plan.may_repeat(), random, now());
    let mut flights: Vec<Flight<'_>> = Vec::new();
    let mut reply = None;
    loop {
        let moment = now();
        let step =
            platform.meters(|meters| meters.routing.step(&mut exchange, table, place, moment));
        match step.ok_or(Failed::Broken)? {
            Step::Send { attempt, host, .. } => {
                let call = plan.call(platform, route, rules, host, more);
                flights.push((attempt, Box::pin(platform.call(call))));
            }
            Step::Drop { attempt } => flights.retain(|(own, _)| *own != attempt),
            Step::Wait { until } => {
                let sleep = platform.sleep((until - moment).max(0));
                let Some((attempt, said)) = first(&mut flights, sleep).await else {
                    continue;
                };
                flights.retain(|(own, _)| *own != attempt);
                let outcome = outcome(&said);
                if let Err(NoReply::Broken(why)) = &said {
                    platform.log(&format!("{} of {}: {why}", plan.method, rules.name));
                }
                reply = said.ok();
                let end = (attempt, outcome);
                let moment = now();
                platform.meters(|meters| {
                    meters
                        .routing
                        .ended(&mut exchange, table, place, end, moment)
                });
            }
            Step::Done(end) => return over(end, reply),
        }
    }
}

/// The first flight that lands; none where the time is over before.
async fn first(
    flights: &mut [Flight<'_>],
    sleep: impl Future<Output = ()>,
) -> Option<(u32, Result<Reply, NoReply>)> {
    let mut sleep = pin!(sleep);
    poll_fn(|context| {
        for (attempt, flight) in flights.iter_mut() {
            if let Poll::Ready(said) = flight.as_mut().poll(context) {
                return Poll::Ready(Some((*attempt, said)));
            }
        }
        sleep.as_mut().poll(context).map(|()| None)
    })
    .await
}

fn outcome(said: &Result<Reply, NoReply>) -> Outcome {
    match said {
        Ok(reply) => {
            let seconds = reply
                .field("retry-after")
                .and_then(|text| text.trim().parse::<i64>().ok());
            Outcome::Answered {
                status: reply.status,
                retry_after_millis: seconds.unwrap_or(0).clamp(0, 3_600) * 1_000,
            }
        }
        Err(NoReply::Broken(_)) => Outcome::Broken,
        Err(NoReply::Large) => Outcome::Large,
    }
}

/// The reply that counts is the last one that came: after an answer there is no other step than the end.
fn over(end: End, reply: Option<Reply>) -> Result<Reply, Failed> {
    match end {
        End::Answer { .. } => {
            let reply = reply.ok_or(Failed::Broken)?;
            match reply.status {
                status @ 500.. => Err(Failed::Status(status)),
                _ => Ok(reply),
            }
        }
        End::Shut(Shut::Open { after_millis }) => Err(Failed::Shut { after_millis }),
        End::Shut(Shut::Busy) => Err(Failed::Shut {
            after_millis: 1_000,
        }),
        End::Failed(Outcome::Answered { status, .. }) => Err(Failed::Status(status)),
        End::Failed(Outcome::Broken | Outcome::Large) => Err(Failed::Broken),
        End::Failed(Outcome::Late) => Err(Failed::Late),
    }
}

/// Some work on its way.
pub type Work<'w, T> = Pin<Box<dyn Future<Output = T> + 'w>>;

/// Waits for all of some work; what came is in its order.
pub async fn all<T>(mut work: Vec<Work<'_, T>>) -> Vec<T> {
    let mut come: Vec<Option<T>> = work.iter().map(|_| None).collect();
    poll_fn(|context| {
        let mut is_done = true;
        for (work, come) in work.iter_mut().zip(&mut come) {
            if come.is_none() {
                match work.as_mut().poll(context) {
                    Poll::Ready(value) => *come = Some(value),
                    Poll::Pending => is_done = false,
                }
            }
        }
        if is_done {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
    come.into_iter().flatten().collect()
}

/// What a future gives, unless the time is over before.
pub async fn within<T>(
    work: impl Future<Output = T>,
    limit: impl Future<Output = ()>,
) -> Option<T> {
    let (mut work, mut limit) = (pin!(work), pin!(limit));
    poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => limit.as_mut().poll(context).map(|()| None),
    })
    .await
}
