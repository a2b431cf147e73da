use proptest::prelude::*;

use super::*;

/// 2026-11-23, noon.
const NOON: i64 = 1_795_435_200_000;
const MANY: Quota = Quota {
    day: u32::MAX,
    month: u32::MAX,
};

/// A small generator of numbers (splitmix64), so that a simulation is the same each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

#[test]
fn days_and_months_end_where_the_calendar_says() {
    let mut ledger = Ledger::default();
    let grant = ledger.give(MANY, 5, NOON);
    assert_eq!(
        (grant.count, ledger.day_given, ledger.month_given),
        (5, 5, 5)
    );
    assert_eq!(grant.day_ends, NOON + DAY_MILLIS / 2);
    // 2026-12-01.
    assert_eq!(grant.month_ends, NOON + DAY_MILLIS / 2 + 7 * DAY_MILLIS);
    ledger.give(MANY, 7, grant.day_ends);
    assert_eq!((ledger.day_given, ledger.month_given), (7, 12));
    ledger.give(MANY, 1, grant.month_ends);
    assert_eq!((ledger.day_given, ledger.month_given), (1, 1));
    // A clock that goes back opens nothing again.
    let late = ledger.give(MANY, 1, NOON);
    assert_eq!((ledger.day_given, ledger.month_given), (2, 2));
    assert!(late.day_ends > grant.month_ends);
    // The whole range of clocks.
    for now in [i64::MIN, i64::MAX, -1, 0] {
        ledger.give(MANY, u32::MAX, now);
    }
}

#[test]
fn the_smaller_of_both_quotas_counts() {
    let quota = Quota { day: 10, month: 12 };
    let mut ledger = Ledger::default();
    let mut given = |now| {
        (0..50)
            .map(|_| ledger.give(quota, 100, now).count)
            .sum::<u32>()
    };
    assert_eq!(
        (
            given(NOON),
            given(NOON + DAY_MILLIS),
            given(NOON + 2 * DAY_MILLIS)
        ),
        (10, 2, 0)
    );
    let spent = ledger.give(quota, 1, NOON + 2 * DAY_MILLIS);
    assert_eq!((spent.count, spent.more_at()), (0, spent.month_ends));
    let raised = Quota { day: 10, month: 15 };
    assert_eq!(ledger.give(raised, 1, NOON + 2 * DAY_MILLIS).count, 1);
}

#[test]
fn a_purse_asks_for_what_it_will_need() {
    let mut ledger = Ledger::default();
    let mut purse = Purse::default();
    let mut asked = Vec::new();
    // A thousand requests a second for ten seconds.
    for at in 0..10_000 {
        let now = NOON + at;
        loop {
            match purse.spend(now) {
                Spend::Passes(_) => break,
                Spend::Ask(count) => {
                    asked.push(count);
                    purse.put(Some(ledger.give(MANY, count, now)), now);
                }
                Spend::Refused(_) => panic!("there is enough"),
            }
        }
    }
    assert!(asked.len() < 30, "{asked:?}");
    assert!(asked.iter().all(|count| *count <= GRANT_MAX));
    // While one waits, the others ask for themselves, and no grant replaces another.
    let mut purse = Purse::default();
    assert_eq!(
        (purse.spend(NOON), purse.spend(NOON)),
        (Spend::Ask(1), Spend::Ask(1))
    );
    let grant = |count| {
        Some(Grant {
            count,
            ..ledger.clone().give(MANY, 1, NOON)
        })
    };
    purse.put(grant(3), NOON);
    purse.put(grant(4), NOON);
    assert_eq!(purse.left(), 7);
    purse.put(None, NOON);
    assert_eq!(purse.left(), 7);
}

#[test]
fn nothing_is_kept_for_another_day() {
    let mut ledger = Ledger::default();
    let mut purse = Purse::default();
    purse.put(Some(ledger.give(MANY, 100, NOON)), NOON);
    assert!(matches!(purse.spend(NOON), Spend::Passes(_)));
    let tomorrow = NOON + DAY_MILLIS;
    assert!(matches!(purse.spend(tomorrow), Spend::Ask(_)));
    assert_eq!(purse.left(), 0);
    let old = ledger.give(MANY, 100, NOON);
    purse.put(Some(ledger.give(MANY, 5, tomorrow)), tomorrow);
    purse.put(Some(old), tomorrow);
    assert_eq!(
        purse.left(),
        5,
        "a grant of yesterday that comes late is lost"
    );
}

/// A million requests to isolates that come, crash, answer late and disagree about the time: never more than
/// the quota, and little of it lost.
#[test]
fn a_million_requests_never_pass_the_quota() {
    const ISOLATES: usize = 16;
    let quota = Quota {
        day: 200_000,
        month: 500_000,
    };
    let mut dice = Dice(7);
    let mut ledger = Ledger::default();
    let mut purses = [Purse::default(); ISOLATES];
    let mut skews = [0_i64; ISOLATES];
    let mut on_their_way: Vec<(usize, Grant)> = Vec::new();
    let (mut passed, mut refused, mut lost) = (0_u32, 0_u32, 0_u32);
    // 8 s before midnight to 8 s after it, so that two days' quotas are asked for.
    let began = NOON + DAY_MILLIS / 2 - 8_000;
    for request in 0..1_000_000_i64 {
        let now = began + request * 16_000 / 1_000_000;
        // A few isolates get most of it, as they do.
        let at =
            (dice.roll(ISOLATES as u64) * dice.roll(ISOLATES as u64) / ISOLATES as u64) as usize;
        if dice.roll(20_000) == 0 {
            lost += purses[at].left();
            purses[at] = Purse::default();
            on_their_way.retain(|(to, grant)| {
                lost += if *to == at { grant.count } else { 0 };
                *to != at
            });
            skews[at] = dice.roll(4_000) as i64 - 2_000;
        }
        if !on_their_way.is_empty() && dice.roll(3) > 0 {
            let first = dice.roll(on_their_way.len() as u64) as usize;
            let (to, grant) = on_their_way.swap_remove(first);
            purses[to].put(Some(grant), now + skews[to]);
        }
        match purses[at].spend(now + skews[at]) {
            Spend::Passes(_) => passed += 1,
            Spend::Refused(_) => refused += 1,
            Spend::Ask(count) => {
                // The ledger's own clock counts; one answer in ten thousand never comes.
                let grant = ledger.give(quota, count, now);
                if dice.roll(10_000) == 0 {
                    lost += grant.count;
                    purses[at].put(None, now + skews[at]);
                } else {
                    on_their_way.push((at, grant));
                }
                refused += 1;
            }
        }
    }
    assert!(refused > 100_000, "more was asked than there is");
    assert!(passed <= 2 * quota.day, "{passed}");
    let stranded = 2 * quota.day - passed;
    println!("passed {passed}, stranded {stranded}, lost in crashes {lost}");
    assert!(
        stranded * 100 <= 3 * 2 * quota.day,
        "{stranded} of {} stranded",
        2 * quota.day
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn no_more_is_given_than_there_is(
        day in 0_u32..500,
        month in 0_u32..1_500,
        asks in prop::collection::vec((0_u32..50, 0_i64..DAY_MILLIS), 1..300),
    ) {
        let quota = Quota { day, month };
        let mut ledger = Ledger::default();
        let (mut now, mut given) = (NOON, std::collections::BTreeMap::new());
        let mut of_month = std::collections::BTreeMap::new();
        for (asked, pause) in asks {
            now += pause / 20;
            let grant = ledger.give(quota, asked, now);
            *given.entry(grant.day_ends).or_insert(0_u32) += grant.count;
            *of_month.entry(grant.month_ends).or_insert(0_u32) += grant.count;
            prop_assert!(grant.count <= asked.max(1));
            prop_assert_eq!(day - given[&grant.day_ends], grant.day_left);
            // Where there is any left, somebody who asks gets at least one.
            let had = (grant.day_left + grant.count).min(grant.month_left + grant.count);
            prop_assert_eq!(grant.count == 0, had == 0);
        }
        prop_assert!(given.values().all(|given| *given <= day));
        prop_assert!(of_month.values().all(|given| *given <= month));
    }
}
