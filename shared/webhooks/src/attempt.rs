//! What an answer means, and when the next attempt is.
//!
//! The schedule is the example of the specification: ten attempts over three days, with jitter, so that what failed
//! together does not come back together. Out of scope: ordering, which is not promised.

/// How long after an attempt that failed the next one is, in seconds.
const DELAYS_SECONDS: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];
/// Attempts in all.
pub const ATTEMPTS_MAX: u32 = DELAYS_SECONDS.len() as u32 + 1;
/// How long an answer may take, in milliseconds.
pub const TIMEOUT_MILLIS: i64 = 15_000;
/// How much of an answer is read, in bytes. Nothing in it is looked at.
pub const ANSWER_BYTES_MAX: usize = 64 << 10;
/// The longest wait that an answer can ask for, in seconds.
const WAIT_SECONDS_MAX: i64 = 86_400;
/// A delay is made longer by up to this share of itself, in percent.
const JITTER_PERCENT: i64 = 20;

/// What became of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An answer.
    Answered {
        /// Its status.
        status: u16,
        /// What `Retry-After` says, in seconds; 0 for nothing.
        retry_after_seconds: i64,
    },
    /// No answer within [`TIMEOUT_MILLIS`].
    Late,
    /// An answer beyond [`ANSWER_BYTES_MAX`].
    Large,
    /// No connection, or one that broke off.
    Broken,
    /// The address is none that may be told.
    Refused,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The message has arrived.
    Delivered,
    /// It is sent again.
    Again {
        /// After how long, in milliseconds.
        after_millis: i64,
    },
    /// It is not sent again.
    Failed,
    /// The receiver wants no more messages at all (410).
    Gone,
}

/// Decides by the outcome of an attempt; `made` counts it, and `chance` is any number.
pub fn next(outcome: Outcome, made: u32, chance: u32) -> Next {
    let wish_seconds = match outcome {
        Outcome::Answered {
            status: 200..=299, ..
        } => return Next::Delivered,
        Outcome::Answered { status: 410, .. } => return Next::Gone,
        Outcome::Refused => return Next::Failed,
        Outcome::Answered {
            retry_after_seconds,
            ..
        } => retry_after_seconds.clamp(0, WAIT_SECONDS_MAX),
        Outcome::Late | Outcome::Large | Outcome::Broken => 0,
    };
    let at = (made as usize).saturating_sub(1);
    let Some(delay_seconds) = DELAYS_SECONDS.get(at) else {
        return Next::Failed;
    };
    let delay_millis = (*delay_seconds).max(wish_seconds) * 1_000;
    let jitter = delay_millis * JITTER_PERCENT / 100 * i64::from(chance % 1_001) / 1_000;
    Next::Again {
        after_millis: delay_millis + jitter,
    }
}

/// Seconds that a `Retry-After` of seconds asks for; 0 where it says nothing of that kind.
pub fn retry_after_seconds(field: Option<&str>) -> i64 {
    field.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn answered(status: u16) -> Outcome {
        Outcome::Answered {
            status,
            retry_after_seconds: 0,
        }
    }

    #[test]
    fn only_a_status_of_two_hundred_and_something_is_an_arrival() {
        for status in 100..600 {
            let next = next(answered(status), 1, 0);
            match status {
                200..=299 => assert_eq!(next, Next::Delivered, "{status}"),
                410 => assert_eq!(next, Next::Gone, "{status}"),
                // Redirections are not followed.
                _ => assert_eq!(
                    next,
                    Next::Again {
                        after_millis: 5_000
                    },
                    "{status}"
                ),
            }
        }
        for outcome in [Outcome::Late, Outcome::Large, Outcome::Broken] {
            assert!(matches!(next(outcome, 1, 0), Next::Again { .. }));
        }
        assert_eq!(next(Outcome::Refused, 1, 0), Next::Failed);
    }

    #[test]
    fn attempts_are_spread_over_three_days_and_end() {
        let mut whole_millis = 0;
        for made in 1..ATTEMPTS_MAX {
            let Next::Again { after_millis } = next(Outcome::Broken, made, 0) else {
                panic!("attempt {made} is not the last");
            };
            whole_millis += after_millis;
        }
        // 75 hours, 35 minutes and 5 seconds, by the specification.
        assert_eq!(whole_millis, ((75 * 60 + 35) * 60 + 5) * 1_000);
        assert_eq!(next(Outcome::Broken, ATTEMPTS_MAX, 0), Next::Failed);
        assert_eq!(next(Outcome::Broken, u32::MAX, 0), Next::Failed);
    }

    #[test]
    fn who_is_busy_is_left_alone_and_not_for_ever() {
        let busy = |retry_after_seconds| Outcome::Answered {
            status: 429,
            retry_after_seconds,
        };
        let after = |seconds| next(busy(seconds), 1, 0);
        assert_eq!(
            after(60),
            Next::Again {
                after_millis: 60_000
            }
        );
        assert_eq!(
            after(1),
            Next::Again {
                after_millis: 5_000
            }
        );
        assert_eq!(
            after(-9),
            Next::Again {
                after_millis: 5_000
            }
        );
        let most = WAIT_SECONDS_MAX * 1_000;
        assert_eq!(after(i64::MAX), Next::Again { after_millis: most });
        assert_eq!(retry_after_seconds(Some(" 12 ")), 12);
        for text in [None, Some(""), Some("Wed, 21 Oct 2026 07:28:00 GMT")] {
            assert_eq!(retry_after_seconds(text), 0);
        }
    }

    proptest! {
        #[test]
        fn jitter_makes_a_delay_longer_by_a_fifth_at_the_most(made in 1..ATTEMPTS_MAX, chance: u32) {
            let of = |chance| match next(Outcome::Late, made, chance) {
                Next::Again { after_millis } => after_millis,
                other => panic!("{other:?}"),
            };
            let (least, got) = (of(0), of(chance));
            prop_assert!(got >= least && got <= least + least / 5, "{least} {got}");
        }
    }
}
