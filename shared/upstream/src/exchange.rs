//! One request to a service, from the first attempt to an answer or none: attempts, pauses, a second one beside a
//! slow one, and when to give up.
//!
//! A machine without a clock and without a network: whoever drives it asks what to do next ([`Exchange::step`]), does
//! it, and says what became of it ([`Exchange::ended`]). Times are milliseconds since 1970.
//!
//! What may be repeated is sent again after a pause that is drawn between half and all of its length, doubled each
//! time, or after what the service asks for, as long as the route's time and the service's budget allow. A read that
//! takes long is sent to a second host as well, once; whichever answers first counts.

use crate::canary::mixed;
use crate::pool::{Pool, Shut};
use crate::rules::{Route, Upstream};

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send the request to a host.
    Send {
        /// Names the attempt.
        attempt: u32,
        /// The host's place.
        host: usize,
        /// Until when it has to be answered.
        until: i64,
    },
    /// Stop waiting for an attempt.
    Drop {
        /// The attempt.
        attempt: u32,
    },
    /// Wait for an attempt, until then at the longest.
    Wait {
        /// Until when.
        until: i64,
    },
    /// It is over.
    Done(End),
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The answer of an attempt counts.
    Answer {
        /// The attempt.
        attempt: u32,
    },
    /// The service is not asked.
    Shut(Shut),
    /// No attempt was answered well; this is what the last one said.
    Failed(Outcome),
}

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The service answered.
    Answered {
        /// The status.
        status: u16,
        /// `Retry-After`, in milliseconds; 0 where there is none.
        retry_after_millis: i64,
    },
    /// It cannot be reached, or broke off.
    Broken,
    /// It took too long.
    Late,
    /// The answer is larger than the route allows.
    Large,
}

#[derive(Clone, Copy, Debug)]
struct Flight {
    attempt: u32,
    host: usize,
    began: i64,
    until: i64,
}

/// The machine.
#[derive(Clone, Debug)]
pub struct Exchange {
    may_repeat: bool,
    random: u64,
    deadline: i64,
    made: u32,
    flights: Vec<Flight>,
    tried: Vec<usize>,
    again_at: Option<i64>,
    second_at: Option<i64>,
    last: Option<Outcome>,
    end: Option<End>,
}

impl Exchange {
    /// Begins one. `may_repeat`: whether doing it twice does no more than doing it once. `random` decides pauses and
    /// draws.
    pub fn begin(route: &Route, may_repeat: bool, random: u64, now: i64) -> Exchange {
        Exchange {
            may_repeat,
            random,
            deadline: now + i64::from(route.timeout_millis),
            made: 0,
            flights: Vec::new(),
            tried: Vec::new(),
            again_at: Some(now),
            second_at: (route.hedge_after_millis.filter(|_| may_repeat))
                .map(|after| now + i64::from(after)),
            last: None,
            end: None,
        }
    }

    /// Attempts that were made.
    pub const fn made(&self) -> u32 {
        self.made
    }

    /// The host of an attempt that is on its way.
    pub fn host(&self, attempt: u32) -> Option<usize> {
        let flight = self.flights.iter().find(|it| it.attempt == attempt);
        flight.map(|flight| flight.host)
    }

    /// What to do next.
    pub fn step(&mut self, route: &Route, rules: &Upstream, pool: &mut Pool, now: i64) -> Step {
        if let Some(end) = self.end {
            let Some(flight) = self.flights.pop() else {
                return Step::Done(end);
            };
            pool.dropped(flight.host, flight.until);
            return Step::Drop {
                attempt: flight.attempt,
            };
        }
        let late = self.flights.iter().find(|flight| flight.until <= now);
        if let Some(Flight { attempt, .. }) = late.copied() {
            self.ended(route, rules, pool, attempt, Outcome::Late, now);
            return Step::Drop { attempt };
        }
        if self.again_at.is_some_and(|at| at <= now) {
            self.again_at = None;
            if self.made == 0 {
                pool.budget.earn(&rules.retry_budget);
            }
            return self.send(route, rules, pool, now);
        }
        if self.second_at.is_some_and(|at| at <= now) {
            self.second_at = None;
            let is_alone = self.flights.len() == 1 && pool.is_closed();
            if is_alone && pool.has_other(rules, &self.tried, now) && pool.budget.spend() {
                return self.send(route, rules, pool, now);
            }
        }
        let ends = self.flights.iter().map(|flight| flight.until);
        let until = ends.chain(self.again_at).chain(self.second_at).min();
        Step::Wait {
            until: until.unwrap_or(now),
        }
    }

    fn send(&mut self, route: &Route, rules: &Upstream, pool: &mut Pool, now: i64) -> Step {
        let random = self.draw();
        let host = match pool.admit(rules, now) {
            Ok(()) => pool.pick(rules, &self.tried, random, now),
            // A second attempt beside one that is on its way is not worth an end.
            Err(_) if !self.flights.is_empty() => return self.step(route, rules, pool, now),
            // What went wrong says more than that it cannot be tried again.
            Err(shut) => return self.over(self.last.map_or(End::Shut(shut), End::Failed)),
        };
        let Some(host) = host else {
            return self.over(End::Failed(Outcome::Broken));
        };
        self.made += 1;
        let flight = Flight {
            attempt: self.made,
            host,
            began: now,
            until: self
                .deadline
                .min(now + i64::from(route.attempt_timeout_millis)),
        };
        pool.began(host, flight.until);
        self.tried.push(host);
        self.flights.push(flight);
        Step::Send {
            attempt: flight.attempt,
            host,
            until: flight.until,
        }
    }

    fn over(&mut self, end: End) -> Step {
        self.end = Some(end);
        Step::Done(end)
    }

    /// Says what became of an attempt; one that is no longer waited for changes nothing.
    pub fn ended(
        &mut self,
        route: &Route,
        rules: &Upstream,
        pool: &mut Pool,
        attempt: u32,
        outcome: Outcome,
        now: i64,
    ) {
        let Some(at) = self.flights.iter().position(|it| it.attempt == attempt) else {
            return;
        };
        let flight = self.flights.swap_remove(at);
        pool.dropped(flight.host, flight.until);
        let is_good = match outcome {
            Outcome::Answered { status, .. } => status < 500 && status != 429,
            Outcome::Large => true,
            Outcome::Broken | Outcome::Late => false,
        };
        pool.ended(rules, flight.host, now - flight.began, is_good, now);
        let is_failure = match outcome {
            Outcome::Answered { status, .. } => route.retry.statuses.contains(&status),
            Outcome::Large => false,
            Outcome::Broken | Outcome::Late => true,
        };
        self.last = Some(outcome);
        match outcome {
            _ if self.end.is_some() => {}
            Outcome::Answered { .. } if !is_failure => self.end = Some(End::Answer { attempt }),
            Outcome::Large => self.end = Some(End::Failed(outcome)),
            // The other one may answer yet.
            _ if !self.flights.is_empty() => {}
            _ => match self.pause(route, outcome, now) {
                Some(pause) if pool.budget.spend() => {
                    self.again_at = Some(now + pause);
                    self.second_at = None;
                }
                _ => self.end = Some(End::Failed(outcome)),
            },
        }
    }

    /// How long to wait before the next attempt; none where there is none.
    fn pause(&mut self, route: &Route, outcome: Outcome, now: i64) -> Option<i64> {
        if !self.may_repeat || self.made >= route.retry.attempts {
            return None;
        }
        let longest = i64::from(route.retry.pause_millis) << self.made.saturating_sub(1).min(8);
        let half = longest / 2;
        let drawn =
            half + i64::try_from(self.draw() % 1_001).unwrap_or(0) * (longest - half) / 1_000;
        let asked = match outcome {
            Outcome::Answered {
                retry_after_millis, ..
            } => retry_after_millis,
            _ => 0,
        };
        let pause = drawn.max(asked);
        (now + pause < self.deadline).then_some(pause)
    }

    fn draw(&mut self) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.random)
    }
}
