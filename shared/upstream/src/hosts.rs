//! One host of a service: how quick it is, what it has at hand, and whether it is left out.

use crate::rules::{Ejection, Health};

/// Over how long half of a peak of latency is forgotten, in milliseconds.
const HALF_MILLIS: i64 = 7_000;
/// How much longer a host is left out at the most than the first time.
const LONGER_MAX: i64 = 10;

/// What is known of a host. Times are milliseconds since 1970.
#[derive(Clone, Debug, Default)]
pub struct Host {
    /// Its turn in a round by weight: the highest comes next.
    pub turn: i64,
    latency_micros: i64,
    latency_at: i64,
    /// Until when each of its calls is answered at the latest. A call of which nothing more is heard, because its
    /// caller went away, ends here by itself.
    calls: Vec<i64>,
    failures: u32,
    ejected_until: i64,
    ejections: i64,
    is_sick: bool,
    looks_in_row: u32,
    looked_at: i64,
}

impl Host {
    /// Whether it is asked.
    pub const fn is_available(&self, now: i64) -> bool {
        !self.is_sick && !self.is_ejected(now)
    }

    /// Whether it is left out because its answers failed.
    pub const fn is_ejected(&self, now: i64) -> bool {
        now < self.ejected_until
    }

    /// Calls that are not answered yet.
    pub fn at_hand(&mut self, now: i64) -> usize {
        self.calls.retain(|until| *until > now);
        self.calls.len()
    }

    /// What one more call may cost there: the peak of its latencies, forgotten by and by (after the balancer of
    /// Finagle), times what it has at hand then, for its weight. A host of which nothing is known is cheap.
    pub fn cost(&mut self, weight: u32, now: i64) -> i64 {
        let latency = halved(self.latency_micros, now - self.latency_at);
        let at_hand = i64::try_from(self.at_hand(now)).unwrap_or(i64::MAX);
        let cost = (latency + 1_000).saturating_mul(at_hand.saturating_add(1));
        cost.saturating_mul(1_000) / i64::from(weight.max(1))
    }

    /// Notes a call that is answered by then at the latest.
    pub fn began(&mut self, until: i64) {
        self.calls.push(until);
    }

    /// Notes that a call is no longer waited for.
    pub fn dropped(&mut self, until: i64) {
        if let Some(at) = self.calls.iter().position(|call| *call == until) {
            self.calls.swap_remove(at);
        }
    }

    /// Notes how long a call took.
    pub fn took(&mut self, millis: i64, now: i64) {
        let micros = millis.max(0).saturating_mul(1_000);
        let above = (self.latency_micros - micros).max(0);
        self.latency_micros = micros + halved(above, now - self.latency_at);
        self.latency_at = now;
    }

    /// Notes whether a call was answered well; gives whether it failed often enough in a row to be left out.
    pub fn answered(&mut self, rules: &Ejection, is_good: bool) -> bool {
        self.failures = if is_good {
            0
        } else {
            self.failures.saturating_add(1)
        };
        self.failures >= rules.failures
    }

    /// Leaves it out for a while, each time for longer, unless the last time is long ago.
    pub fn eject(&mut self, rules: &Ejection, now: i64) {
        let once = i64::from(rules.seconds) * 1_000;
        let is_long_ago = now - self.ejected_until > once * LONGER_MAX;
        self.ejections = if is_long_ago {
            1
        } else {
            (self.ejections + 1).min(LONGER_MAX)
        };
        self.ejected_until = now + once * self.ejections;
        self.failures = 0;
    }

    /// Whether it should be looked after now; if so, the next time counts from now.
    pub fn is_look_due(&mut self, rules: &Health, now: i64) -> bool {
        let is_due = now - self.looked_at >= i64::from(rules.every_seconds) * 1_000;
        if is_due {
            self.looked_at = now;
        }
        is_due
    }

    /// Notes what a look found. As many in a row as the rules say turn it; a healthy host is no longer left out.
    pub fn looked(&mut self, rules: &Health, is_good: bool) {
        let is_news = is_good == self.is_sick || (is_good && self.ejected_until > 0);
        self.looks_in_row = if is_news { self.looks_in_row + 1 } else { 0 };
        let enough = if is_good {
            rules.healthy_after
        } else {
            rules.unhealthy_after
        };
        if is_news && self.looks_in_row >= enough {
            self.is_sick = !is_good;
            self.looks_in_row = 0;
            if is_good {
                self.ejected_until = 0;
                self.failures = 0;
            }
        }
    }
}

/// What is left of a number after some milliseconds; between two halvings in a straight line.
fn halved(number: i64, millis: i64) -> i64 {
    let millis = millis.max(0);
    let halvings = u32::try_from(millis / HALF_MILLIS).unwrap_or(u32::MAX);
    let whole = number.checked_shr(halvings).unwrap_or(0);
    whole - (whole / 2) * (millis % HALF_MILLIS) / HALF_MILLIS
}

#[cfg(test)]
mod tests {
    use super::*;

    const EJECTION: Ejection = Ejection {
        failures: 3,
        seconds: 10,
        max_percent: 50,
    };

    const HEALTH: Health = Health {
        path: String::new(),
        every_seconds: 5,
        timeout_millis: 1_000,
        healthy_after: 2,
        unhealthy_after: 3,
    };

    #[test]
    fn a_peak_counts_at_once_and_is_forgotten_by_and_by() {
        let mut host = Host::default();
        host.took(10, 0);
        let quick = host.cost(1, 0);
        host.took(500, 1);
        let slow = host.cost(1, 1);
        assert!(slow > 40 * quick);
        assert!(host.cost(1, 20_001) < slow / 2);
        for at in 0..100 {
            host.took(10, 1_000 * at);
        }
        assert!(host.cost(1, 99_000) < 2 * quick);
        assert_eq!(host.cost(4, 99_000), host.cost(1, 99_000) / 4);
    }

    #[test]
    fn a_call_of_which_nothing_is_heard_ends_by_itself() {
        let mut host = Host::default();
        host.began(1_000);
        host.began(2_000);
        assert_eq!(host.at_hand(500), 2);
        host.dropped(1_000);
        assert_eq!(host.at_hand(500), 1);
        assert_eq!(host.at_hand(2_000), 0);
    }

    #[test]
    fn failures_in_a_row_leave_it_out_for_longer_each_time() {
        let mut host = Host::default();
        let fails = |host: &mut Host| host.answered(&EJECTION, false);
        assert!(!fails(&mut host) && !fails(&mut host));
        host.answered(&EJECTION, true);
        assert!(!fails(&mut host) && !fails(&mut host) && fails(&mut host));
        host.eject(&EJECTION, 1_000_000);
        assert!(host.is_ejected(1_009_999) && !host.is_ejected(1_010_000));
        host.eject(&EJECTION, 1_010_000);
        assert!(host.is_ejected(1_029_999) && !host.is_ejected(1_030_000));
        host.eject(&EJECTION, 1_130_001);
        assert!(!host.is_ejected(1_140_001));
    }

    #[test]
    fn looks_turn_it_when_they_agree() {
        let mut host = Host::default();
        assert!(host.is_look_due(&HEALTH, 10_000) && !host.is_look_due(&HEALTH, 14_999));
        assert!(host.is_look_due(&HEALTH, 15_000));
        for is_good in [false, false, true, false, false] {
            host.looked(&HEALTH, is_good);
            assert!(host.is_available(0));
        }
        host.looked(&HEALTH, false);
        assert!(!host.is_available(0));
        host.looked(&HEALTH, true);
        assert!(!host.is_available(0));
        host.looked(&HEALTH, true);
        assert!(host.is_available(0));
    }
}
