//! The generic cell rate algorithm: a bucket of tokens kept as one number.
//!
//! Each caller has a theoretical arrival time: the moment at which all that it has asked for would have come,
//! had it come evenly. A request passes while that moment is at most a burst ahead of now. The same answers as
//! of a bucket that is filled continuously, without a count to round (ITU-T I.371, annex A).

use std::collections::BTreeMap;
use std::str::FromStr;

use thiserror::Error;

/// How often somebody may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Microseconds between two requests in the long run; at least 1.
    interval_micros: i64,
    /// Requests at once; at least 1.
    burst: u32,
}

/// Whether a request passes, and what is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it passes.
    pub is_admitted: bool,
    /// Requests that would pass at once after this one.
    pub left: u32,
    /// How long until the same request would pass; 0 where it does.
    pub retry_after_micros: i64,
    /// How long until nothing of what was asked counts any more.
    pub full_after_micros: i64,
}

impl Rate {
    /// So many requests in so many seconds in the long run, and so many at once; each at least 1 and at most
    /// a million, and not more than a million requests a second.
    pub const fn new(requests: u32, seconds: u32, burst: u32) -> Rate {
        let interval = 1_000_000 * clamp(seconds) as i64 / clamp(requests) as i64;
        Rate {
            interval_micros: if interval < 1 { 1 } else { interval },
            burst: clamp(burst),
        }
    }

    /// Requests at once.
    pub const fn burst(self) -> u32 {
        self.burst
    }

    /// How long it takes until a burst may come again, in microseconds.
    pub const fn window_micros(self) -> i64 {
        self.interval_micros * self.burst as i64
    }

    /// Decides on a request, by and for the caller's number: `arrival`, none where it has not asked yet.
    /// A clock that goes back makes nobody wait longer than after a whole burst.
    pub fn ask(self, arrival: &mut Option<i64>, now_micros: i64) -> Verdict {
        let window = self.window_micros();
        let ahead = arrival.map_or(0, |at| at.saturating_sub(now_micros).clamp(0, window));
        let after = ahead + self.interval_micros;
        let is_admitted = after <= window;
        let ahead = if is_admitted { after } else { ahead };
        *arrival = Some(now_micros.saturating_add(ahead));
        Verdict {
            is_admitted,
            left: u32::try_from((window - ahead) / self.interval_micros).unwrap_or(0),
            retry_after_micros: if is_admitted { 0 } else { after - window },
            full_after_micros: ahead,
        }
    }
}

/// A text that is no rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a rate is REQUESTS/SECONDS BURST, such as 50/1 200")]
pub struct RateError;

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Rate, RateError> {
        let (rate, burst) = text.split_once(' ').ok_or(RateError)?;
        let (requests, seconds) = rate.split_once('/').ok_or(RateError)?;
        let number = |text: &str| {
            let number = text.trim().parse::<u32>().map_err(|_| RateError)?;
            if number == 0 {
                return Err(RateError);
            }
            Ok(number)
        };
        Ok(Rate::new(
            number(requests)?,
            number(seconds)?,
            number(burst)?,
        ))
    }
}

const fn clamp(number: u32) -> u32 {
    match number {
        0 => 1,
        1_000_000.. => 1_000_000,
        number => number,
    }
}

/// The numbers of many callers, in bounded memory.
#[derive(Debug, Default)]
pub struct Buckets {
    arrivals: BTreeMap<String, Option<i64>>,
}

/// Callers that are remembered at once.
pub const CALLERS_MAX: usize = 10_000;

impl Buckets {
    /// Decides on a caller's request. Where more callers come than are remembered, those who have rested are
    /// forgotten, which changes nothing for them; where none has, all are.
    pub fn ask(&mut self, rate: Rate, caller: &str, now_micros: i64) -> Verdict {
        if let Some(arrival) = self.arrivals.get_mut(caller) {
            return rate.ask(arrival, now_micros);
        }
        if self.arrivals.len() >= CALLERS_MAX {
            let is_waiting = |arrival: &Option<i64>| arrival.is_some_and(|at| at > now_micros);
            self.arrivals.retain(|_, arrival| is_waiting(arrival));
            if self.arrivals.len() >= CALLERS_MAX {
                self.arrivals.clear();
            }
        }
        rate.ask(
            self.arrivals.entry(caller.to_owned()).or_default(),
            now_micros,
        )
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A bucket that is filled continuously, its level in microseconds' worth of tokens.
    struct Bucket {
        level: i64,
        seen: i64,
    }

    impl Bucket {
        fn asks(&mut self, rate: Rate, now: i64) -> (bool, u32) {
            let full = rate.interval_micros * i64::from(rate.burst);
            self.level = (self.level + (now - self.seen)).min(full);
            self.seen = now;
            let is_admitted = self.level >= rate.interval_micros;
            if is_admitted {
                self.level -= rate.interval_micros;
            }
            (is_admitted, (self.level / rate.interval_micros) as u32)
        }
    }

    #[test]
    fn a_burst_passes_and_a_flood_does_not() {
        let rate = Rate::new(40, 1, 240);
        let mut arrival = None;
        let mut admitted = |now: i64| {
            let asks = (0..1_000).filter(|_| rate.ask(&mut arrival, now).is_admitted);
            asks.count()
        };
        assert_eq!(admitted(0), 240);
        assert_eq!(admitted(24_999), 0);
        assert_eq!(admitted(25_000), 1);
        assert_eq!(admitted(1_025_000), 40);
        assert_eq!(admitted(3_600_000_000), 240);
    }

    #[test]
    fn rates_are_read_as_they_are_set() {
        assert_eq!("50/1 200".parse(), Ok(Rate::new(50, 1, 200)));
        assert_eq!("1/3600 3".parse(), Ok(Rate::new(1, 3_600, 3)));
        for text in ["", "50 200", "0/1 2", "1/1", "1/1 -2", "a/b c"] {
            assert_eq!(text.parse::<Rate>(), Err(RateError), "{text}");
        }
    }

    #[test]
    fn who_waits_as_told_passes() {
        let rate = Rate::new(1, 7, 2);
        let mut arrival = None;
        assert_eq!(rate.ask(&mut arrival, 0).left, 1);
        assert_eq!(rate.ask(&mut arrival, 0).left, 0);
        let verdict = rate.ask(&mut arrival, 1_000_000);
        assert_eq!(
            (verdict.is_admitted, verdict.retry_after_micros),
            (false, 6_000_000)
        );
        assert!(!rate.ask(&mut arrival, 6_999_999).is_admitted);
        assert!(rate.ask(&mut arrival, 7_000_000).is_admitted);
    }

    #[test]
    fn a_clock_that_goes_back_locks_nobody_out() {
        let rate = Rate::new(10, 1, 5);
        let mut arrival = None;
        assert!(rate.ask(&mut arrival, 1_000_000_000).is_admitted);
        for at in [0, i64::MIN, i64::MAX] {
            let verdict = rate.ask(&mut arrival, at);
            assert!(verdict.retry_after_micros <= rate.window_micros(), "{at}");
        }
    }

    #[test]
    fn memory_is_bounded() {
        let rate = Rate::new(1, 1, 1);
        let mut buckets = Buckets::default();
        for caller in 0..2 * CALLERS_MAX as i64 {
            buckets.ask(rate, &caller.to_string(), caller * 10);
            assert!(buckets.arrivals.len() <= CALLERS_MAX);
        }
        // Who is waiting is not forgotten for the sake of who has rested.
        let mut buckets = Buckets::default();
        for caller in 0..CALLERS_MAX as i64 - 1 {
            buckets.ask(rate, &caller.to_string(), 0);
        }
        assert!(buckets.ask(rate, "late", 900_000).is_admitted);
        assert!(buckets.ask(rate, "new", 1_000_001).is_admitted);
        assert!(!buckets.ask(rate, "late", 1_000_001).is_admitted);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn it_answers_as_a_bucket_does(
            per_second in 1_u32..2_000,
            burst in 1_u32..50,
            pauses in prop::collection::vec(0_i64..200_000, 1..200),
        ) {
            let rate = Rate::new(per_second, 1, burst);
            let mut arrival = None;
            let full = rate.window_micros();
            let mut bucket = Bucket { level: full, seen: 0 };
            let mut now = 0;
            for pause in pauses {
                now += pause;
                let verdict = rate.ask(&mut arrival, now);
                prop_assert_eq!((verdict.is_admitted, verdict.left), bucket.asks(rate, now));
                prop_assert_eq!(verdict.full_after_micros, full - bucket.level);
                if !verdict.is_admitted {
                    let mut later = arrival;
                    let at = now + verdict.retry_after_micros;
                    prop_assert!(rate.ask(&mut later, at).is_admitted);
                    let mut early = arrival;
                    prop_assert!(!rate.ask(&mut early, at - 1).is_admitted);
                }
            }
        }
    }
}
