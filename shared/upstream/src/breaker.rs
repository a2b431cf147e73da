//! Leaving a service alone that fails, and trying it out afterwards: closed, open, half open.
//!
//! Calls are counted in tenths of a window, so that what is older than it no longer counts. While it is open nothing
//! is asked. Then a few calls try the service out: all of them answered closes it, one failure opens it again for
//! twice as long. A trial of which nothing is heard counts as lost after a minute, so that a caller who went away
//! does not keep it half open for ever.

use crate::rules::Breaker as Rules;

const SLOTS: usize = 10;
/// How much longer it stays open at the most than the first time.
const LONGER_MAX: i64 = 16;
/// After how long a trial counts as lost, in milliseconds.
const LOST_MILLIS: i64 = 60_000;

/// What it does with calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// All pass.
    Closed,
    /// None passes until a moment.
    Open {
        /// Milliseconds since 1970.
        until: i64,
    },
    /// A few try the service out.
    HalfOpen {
        /// Since when, in milliseconds since 1970.
        since: i64,
        /// Trials that may still begin.
        left: u32,
        /// Trials that have to be answered yet.
        missing: u32,
    },
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    number: i64,
    good: u32,
    bad: u32,
}

/// A breaker.
#[derive(Clone, Debug)]
pub struct Breaker {
    state: State,
    slots: [Slot; SLOTS],
    longer: i64,
}

impl Default for Breaker {
    fn default() -> Breaker {
        Breaker {
            state: State::Closed,
            slots: [Slot::default(); SLOTS],
            longer: 1,
        }
    }
}

impl Breaker {
    /// What it does.
    pub const fn state(&self) -> State {
        self.state
    }

    /// Lets a call pass, or says after how many milliseconds to ask again. Times are milliseconds since 1970.
    pub fn admit(&mut self, rules: &Rules, now: i64) -> Result<(), i64> {
        let trial = State::HalfOpen {
            since: now,
            left: rules.probes.saturating_sub(1),
            missing: rules.probes,
        };
        match &mut self.state {
            State::Closed => Ok(()),
            State::Open { until } if now < *until => Err(*until - now),
            State::Open { .. } => {
                self.state = trial;
                Ok(())
            }
            State::HalfOpen { left, .. } if *left > 0 => {
                *left -= 1;
                Ok(())
            }
            State::HalfOpen { since, .. } if now - *since >= LOST_MILLIS => {
                self.state = trial;
                Ok(())
            }
            State::HalfOpen { .. } => Err(1_000),
        }
    }

    /// Notes what became of a call that was let pass.
    pub fn note(&mut self, rules: &Rules, is_good: bool, now: i64) {
        match &mut self.state {
            // What was sent before it opened says nothing about now.
            State::Open { .. } => {}
            State::HalfOpen { missing, .. } if is_good => {
                *missing -= 1;
                if *missing == 0 {
                    *self = Breaker::default();
                }
            }
            State::HalfOpen { .. } => {
                self.longer = (self.longer * 2).min(LONGER_MAX);
                self.open(rules, now);
            }
            State::Closed => {
                let number = now * SLOTS as i64 / (i64::from(rules.window_seconds) * 1_000);
                let place = number.rem_euclid(SLOTS as i64) as usize;
                if let Some(slot) = self.slots.get_mut(place) {
                    if slot.number != number {
                        *slot = Slot {
                            number,
                            ..Slot::default()
                        };
                    }
                    let count = if is_good {
                        &mut slot.good
                    } else {
                        &mut slot.bad
                    };
                    *count = count.saturating_add(1);
                }
                let is_recent = |slot: &&Slot| (0..SLOTS as i64).contains(&(number - slot.number));
                let recent = self.slots.iter().filter(is_recent);
                let (good, bad) = recent.fold((0_u64, 0_u64), |(good, bad), slot| {
                    (good + u64::from(slot.good), bad + u64::from(slot.bad))
                });
                let is_enough = good + bad >= u64::from(rules.requests_min);
                if is_enough && bad * 100 >= u64::from(rules.failures_percent) * (good + bad) {
                    self.open(rules, now);
                }
            }
        }
    }

    fn open(&mut self, rules: &Rules, now: i64) {
        let millis = i64::from(rules.open_seconds) * 1_000 * self.longer;
        self.slots = [Slot::default(); SLOTS];
        self.state = State::Open {
            until: now + millis,
        };
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: Rules = Rules {
        window_seconds: 10,
        requests_min: 4,
        failures_percent: 50,
        open_seconds: 5,
        probes: 2,
    };

    fn noted(outcomes: &[(i64, bool)]) -> Breaker {
        let mut breaker = Breaker::default();
        for (at, is_good) in outcomes {
            breaker.note(&RULES, *is_good, *at);
        }
        breaker
    }

    #[test]
    fn it_opens_at_its_share_of_enough_calls() {
        let (good, bad) = (true, false);
        assert_eq!(noted(&[(0, bad), (1, bad), (2, bad)]).state, State::Closed);
        assert_eq!(
            noted(&[(0, good), (1, good), (2, good), (3, bad), (4, bad)]).state,
            State::Closed
        );
        let open = State::Open { until: 5_003 };
        assert_eq!(
            noted(&[(0, good), (1, good), (2, bad), (3, bad)]).state,
            open
        );
        // What is older than the window does not count.
        assert_eq!(
            noted(&[(0, bad), (1, bad), (2, bad), (10_000, bad)]).state,
            State::Closed
        );
        assert_eq!(
            noted(&[(0, bad), (1, bad), (2, bad), (9_999, bad)]).state,
            State::Open { until: 14_999 }
        );
    }

    #[test]
    fn trials_close_it_or_open_it_for_longer() {
        let mut breaker = noted(&[(0, false), (0, false), (0, false), (0, false)]);
        assert_eq!(breaker.admit(&RULES, 4_000), Err(1_000));
        assert_eq!(breaker.admit(&RULES, 5_000), Ok(()));
        assert_eq!(breaker.admit(&RULES, 5_000), Ok(()));
        assert!(breaker.admit(&RULES, 5_000).is_err());
        breaker.note(&RULES, true, 5_100);
        breaker.note(&RULES, false, 5_200);
        assert_eq!(breaker.state, State::Open { until: 15_200 });
        // Nothing is heard of the trials.
        assert_eq!(breaker.admit(&RULES, 15_200), Ok(()));
        assert_eq!(breaker.admit(&RULES, 15_200), Ok(()));
        assert!(breaker.admit(&RULES, 75_199).is_err());
        assert_eq!(breaker.admit(&RULES, 75_200), Ok(()));
        assert_eq!(breaker.admit(&RULES, 75_200), Ok(()));
        breaker.note(&RULES, true, 75_300);
        breaker.note(&RULES, true, 75_300);
        assert_eq!(breaker.state, State::Closed);
    }

    proptest! {
        /// Whatever comes, it lets calls pass again after a bounded time, and never more trials than it may.
        #[test]
        fn it_never_stays_shut(steps in prop::collection::vec((0_i64..20_000, any::<bool>(), any::<bool>()), 1..200)) {
            let mut breaker = Breaker::default();
            let mut now = 0;
            for (pause, asks, is_good) in steps {
                now += pause;
                if asks {
                    let before = breaker.state;
                    let passes = breaker.admit(&RULES, now).is_ok();
                    if let State::Open { until } = before {
                        prop_assert_eq!(passes, now >= until);
                    }
                } else {
                    breaker.note(&RULES, is_good, now);
                }
                if let State::HalfOpen { left, missing, .. } = breaker.state {
                    prop_assert!(left < RULES.probes && missing <= RULES.probes && missing > 0);
                }
                if let State::Open { until } = breaker.state {
                    prop_assert!(until - now <= 5_000 * LONGER_MAX);
                }
            }
            let much_later = now + 5_000 * LONGER_MAX + LOST_MILLIS;
            prop_assert!(breaker.admit(&RULES, much_later).is_ok());
        }
    }
}
