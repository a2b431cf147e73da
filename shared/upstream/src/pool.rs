//! A service as one isolate of the edge knows it: its hosts, its breaker, its budget. In bounded memory, and for this
//! isolate alone: another finds out by itself.

use crate::breaker::{Breaker, State};
use crate::budget::Budget;
use crate::hosts::Host;
use crate::rules::{Balance, Upstream};

/// Why a service is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// It fails, and is left alone.
    Open {
        /// After how many milliseconds it is tried out.
        after_millis: i64,
    },
    /// As much is asked of it as may be.
    Busy,
}

/// A service.
#[derive(Clone, Debug)]
pub struct Pool {
    hosts: Vec<Host>,
    breaker: Breaker,
    /// How many requests may be sent again.
    pub budget: Budget,
}

impl Pool {
    /// A service of which nothing is known yet.
    pub fn new(rules: &Upstream) -> Pool {
        Pool {
            hosts: vec![Host::default(); rules.hosts.len()],
            breaker: Breaker::default(),
            budget: Budget::new(&rules.retry_budget),
        }
    }

    /// Whether calls pass its breaker freely.
    pub fn is_closed(&self) -> bool {
        self.breaker.state() == State::Closed
    }

    /// Hosts that are left out or known to be ill.
    pub fn left_out(&self, now: i64) -> usize {
        let hosts = self.hosts.iter();
        hosts.filter(|host| !host.is_available(now)).count()
    }

    /// Lets one more call pass.
    pub fn admit(&mut self, rules: &Upstream, now: i64) -> Result<(), Shut> {
        let at_hand: usize = self.hosts.iter_mut().map(|host| host.at_hand(now)).sum();
        if at_hand >= rules.concurrent_max as usize {
            return Err(Shut::Busy);
        }
        let admitted = self.breaker.admit(&rules.breaker, now);
        admitted.map_err(|after_millis| Shut::Open { after_millis })
    }

    /// Chooses a host: of those that are available, the ones that were not tried yet first. Where all are left out,
    /// all are asked: a service of which nothing good is known may be well, and the breaker protects it.
    pub fn pick(
        &mut self,
        rules: &Upstream,
        tried: &[usize],
        random: u64,
        now: i64,
    ) -> Option<usize> {
        let has_weight = |at: &usize| rules.hosts.get(*at).is_some_and(|host| host.weight > 0);
        let weighty: Vec<usize> = (0..self.hosts.len()).filter(has_weight).collect();
        let is_up = |at: &usize| {
            self.hosts
                .get(*at)
                .is_some_and(|host| host.is_available(now))
        };
        let up: Vec<usize> = weighty.iter().copied().filter(is_up).collect();
        let some = if up.is_empty() { weighty } else { up };
        let is_new = |at: &usize| !tried.contains(at);
        let fresh: Vec<usize> = some.iter().copied().filter(is_new).collect();
        let some = if fresh.is_empty() { some } else { fresh };
        match rules.balance {
            Balance::Weighted => self.next_in_turn(rules, &some),
            Balance::LeastLatency => self.quicker(rules, some, random, now),
        }
    }

    /// Another host than those that were tried, where one is available.
    pub fn has_other(&self, rules: &Upstream, tried: &[usize], now: i64) -> bool {
        let hosts = self.hosts.iter().zip(&rules.hosts).enumerate();
        let mut others = hosts.filter(|(at, (host, rules))| {
            rules.weight > 0 && host.is_available(now) && !tried.contains(at)
        });
        others.next().is_some()
    }

    /// Smooth rounds: each turn every host gains its weight, and who is chosen gives the sum of all back, so that
    /// over a round each is chosen as often as its weight says, and as evenly as can be.
    fn next_in_turn(&mut self, rules: &Upstream, some: &[usize]) -> Option<usize> {
        let mut sum = 0;
        let mut best: Option<(i64, usize)> = None;
        for at in some {
            let weight = weight(rules, *at);
            sum += weight;
            let host = self.hosts.get_mut(*at)?;
            host.turn += weight;
            if best.is_none_or(|(turn, _)| host.turn > turn) {
                best = Some((host.turn, *at));
            }
        }
        let (_, chosen) = best?;
        self.hosts.get_mut(chosen)?.turn -= sum;
        Some(chosen)
    }

    /// The cheaper of two that are drawn by weight: nearly as good as the cheapest of all, and many isolates that
    /// know the same do not all choose the same.
    fn quicker(
        &mut self,
        rules: &Upstream,
        mut some: Vec<usize>,
        random: u64,
        now: i64,
    ) -> Option<usize> {
        let first = draw(rules, &some, random & 0xffff_ffff)?;
        some.retain(|at| *at != first);
        let Some(second) = draw(rules, &some, random >> 32) else {
            return Some(first);
        };
        let mut cost = |at: usize| {
            let weight = rules.hosts.get(at).map_or(1, |host| host.weight);
            self.hosts.get_mut(at).map(|host| host.cost(weight, now))
        };
        let is_second = cost(second)? < cost(first)?;
        Some(if is_second { second } else { first })
    }

    /// Notes a call to a host.
    pub fn began(&mut self, host: usize, until: i64) {
        if let Some(host) = self.hosts.get_mut(host) {
            host.began(until);
        }
    }

    /// Notes that a call is no longer waited for.
    pub fn dropped(&mut self, host: usize, until: i64) {
        if let Some(host) = self.hosts.get_mut(host) {
            host.dropped(until);
        }
    }

    /// Notes what became of a call, and after how many milliseconds.
    pub fn ended(&mut self, rules: &Upstream, host: usize, millis: i64, is_good: bool, now: i64) {
        self.breaker.note(&rules.breaker, is_good, now);
        let is_ejected = |host: &&Host| host.is_ejected(now);
        let ejected = self.hosts.iter().filter(is_ejected).count() + 1;
        let may_eject = ejected * 100 <= rules.ejection.max_percent as usize * self.hosts.len();
        if let Some(host) = self.hosts.get_mut(host) {
            host.took(millis, now);
            let is_bad = host.answered(&rules.ejection, is_good);
            if is_bad && may_eject && !host.is_ejected(now) {
                host.eject(&rules.ejection, now);
            }
        }
    }

    /// The hosts that should be looked after now.
    pub fn looks_due(&mut self, rules: &Upstream, now: i64) -> Vec<usize> {
        let Some(health) = &rules.health else {
            return Vec::new();
        };
        let hosts = self.hosts.iter_mut().enumerate();
        let due = hosts.filter_map(|(at, host)| host.is_look_due(health, now).then_some(at));
        due.collect()
    }

    /// Notes what a look at a host found.
    pub fn looked(&mut self, rules: &Upstream, host: usize, is_good: bool) {
        if let (Some(health), Some(host)) = (&rules.health, self.hosts.get_mut(host)) {
            host.looked(health, is_good);
        }
    }
}

fn weight(rules: &Upstream, at: usize) -> i64 {
    rules.hosts.get(at).map_or(0, |host| host.weight.into())
}

/// Draws one by weight; `random` is below 2^32.
fn draw(rules: &Upstream, some: &[usize], random: u64) -> Option<usize> {
    let sum: i64 = some.iter().map(|at| weight(rules, *at)).sum();
    let sum = u64::try_from(sum).ok().filter(|sum| *sum > 0)?;
    let mut left = i64::try_from((random * sum) >> 32).ok()?;
    for at in some {
        left -= weight(rules, *at);
        if left < 0 {
            return Some(*at);
        }
    }
    some.last().copied()
}
