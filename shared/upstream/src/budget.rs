//! How many requests may be sent again: a share of those that were sent at all, so that a service that is down gets a
//! little more to do and not several times as much.

use crate::rules::RetryBudget as Rules;

/// One attempt, in hundredths.
const WHOLE: u64 = 100;

/// A bucket of attempts, filled by requests.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    hundredths: u64,
}

impl Budget {
    /// A full one.
    pub fn new(rules: &Rules) -> Budget {
        Budget {
            hundredths: full(rules),
        }
    }

    /// Notes a request that is sent for the first time.
    pub fn earn(&mut self, rules: &Rules) {
        let more = self.hundredths + u64::from(rules.percent);
        self.hundredths = more.min(full(rules).max(WHOLE * u64::from(rules.percent > 0)));
    }

    /// Takes one attempt, where there is one.
    pub fn spend(&mut self) -> bool {
        let left = self.hundredths.checked_sub(WHOLE);
        self.hundredths = left.unwrap_or(self.hundredths);
        left.is_some()
    }
}

fn full(rules: &Rules) -> u64 {
    WHOLE * u64::from(rules.burst)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Of any stretch of requests, no more are sent again than its share and what was saved up.
        #[test]
        fn no_more_is_sent_again_than_its_share(
            percent in 0_u32..=100, burst in 0_u32..50, asks in prop::collection::vec(any::<bool>(), 0..500),
        ) {
            let rules = Rules { percent, burst };
            let mut budget = Budget::new(&rules);
            let (mut sent, mut again) = (0_u64, 0_u64);
            for is_again in asks {
                if is_again {
                    again += u64::from(budget.spend());
                } else {
                    budget.earn(&rules);
                    sent += 1;
                }
                prop_assert!(again * 100 <= u64::from(percent) * sent + 100 * u64::from(burst));
            }
        }
    }

    #[test]
    fn a_share_without_savings_is_a_share_all_the_same() {
        let rules = Rules {
            percent: 20,
            burst: 0,
        };
        let mut budget = Budget::new(&rules);
        let again = (0..1_000).filter(|_| {
            budget.earn(&rules);
            budget.spend()
        });
        assert_eq!(again.count(), 200);
    }
}
