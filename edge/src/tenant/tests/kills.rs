//! Kills at any step, and what is kept and for how long.

use super::*;

#[test]
fn replaced_blobs_stay_for_a_day_and_go_then() {
    let world = company();
    for number in 0..3 {
        let csv = sales(&[("2026-11-02", "n11", &number.to_string(), 1, 0, 1, 10, 0)]);
        send(&world, FileKind::Sales, &csv, &number.to_string()).unwrap();
        work(&world).unwrap();
    }
    let old = manifest(&world).hashes();
    settle(&world);
    let new = manifest(&world).hashes();
    let is_there = |hash| {
        world
            .blobs
            .blobs
            .borrow()
            .contains_key(&(acme(), blob_name(hash)))
    };
    assert!(old.difference(&new).count() >= 3);
    assert!(old.iter().all(|hash| is_there(*hash)));
    let tenant = world.objects.get(&acme()).unwrap();
    let due = tenant.next_alarm(world.now()).unwrap().unwrap();
    assert!(due.millis() > world.now.get() + 24 * 3_600_000);
    world.now.set(due.millis());
    work(&world).unwrap();
    assert!(old.difference(&new).all(|hash| !is_there(*hash)));
    assert!(new.iter().all(|hash| is_there(*hash)));
    assert_eq!(tenant.next_alarm(world.now()).unwrap(), None);
}

#[test]
fn currency_changes_only_while_there_is_no_data() {
    let world = company();
    let tenant = world.objects.get(&acme()).unwrap();
    let change = |currency: &str| Ask::ChangeProfile {
        change: serde_json::from_value(serde_json::json!({ "currency": currency })).unwrap(),
    };
    assert!(tenant.answer(change("EUR")).is_ok());
    assert!(tenant.answer(change("TRY")).is_ok());
    let csv = sales(&[("2026-11-02", "n11", "1", 1, 0, 1, 10, 0)]);
    send(&world, FileKind::Sales, &csv, "a").unwrap();
    assert!(tenant.answer(change("EUR")).is_err());
    assert!(tenant.answer(change("TRY")).is_ok());
}

/// Three batches, the second correcting the first, with compaction: killed at every step there is, and
/// begun again, the outcome is always the same.
#[test]
fn a_kill_at_any_step_loses_nothing_and_counts_nothing_twice() {
    let files = [
        sales(&[
            ("2026-11-02", "n11", "1", 1, 0, 2, 10, 0),
            ("2026-11-03", "trendyol", "2", 1, 0, 1, 30, 0),
        ]),
        sales(&[
            ("2026-11-02", "n11", "1", 1, 1, 2, 10, 1),
            ("2026-10-05", "n11", "3", 1, 0, 4, 5, 0),
        ]),
        sales(&[("2026-11-09", "n11", "4", 1, 0, 1, 8, 0)]),
    ];
    let expected = BTreeMap::from([
        ("2026-10-05".to_owned(), (2_000, 1, 4)),
        ("2026-11-02".to_owned(), (1_000, 1, 1)),
        ("2026-11-03".to_owned(), (3_000, 1, 1)),
        ("2026-11-09".to_owned(), (800, 1, 1)),
    ]);
    let mut kills = 0;
    for steps in 0.. {
        let world = company();
        world.fuse.set(Some(steps));
        let mut acknowledged = Vec::new();
        let mut next = 0;
        // What was not acknowledged is sent again, as the outbox does.
        while next < files.len() {
            match send(&world, FileKind::Sales, &files[next], &next.to_string()) {
                Ok(id) => {
                    acknowledged.push(id);
                    next += 1;
                    if work(&world).is_err() {
                        assert!(world.fuse.is_blown());
                        world.restart();
                    }
                }
                Err(_) => {
                    assert!(world.fuse.is_blown());
                    world.restart();
                }
            }
        }
        world.now.set(world.now.get() + SETTLE_MILLIS + 1);
        if work(&world).is_err() {
            world.restart();
        }
        let was_killed = !world.fuse.is_intact();
        world.restart();
        settle(&world);
        settle(&world);
        for id in &acknowledged {
            assert_eq!(
                batch(&world, id).status,
                BatchStatus::Done,
                "killed at {steps}"
            );
        }
        assert_eq!(
            figures(&world, Dimension::Day),
            expected,
            "killed at {steps}"
        );
        if !was_killed {
            break;
        }
        kills += 1;
    }
    assert!(kills > 200, "{kills} kills");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Any lines in any number of batches, with repetitions and corrections: the figures are those of a
    /// plain walk that keeps the newest state of each line.
    #[test]
    fn figures_are_those_of_the_newest_states(
        batches in proptest::collection::vec(
            proptest::collection::vec((0_u8..60, 0_u8..3, 0_u8..6, 1_u32..4, 0_u32..3, 1_i64..9, 0_i64..3), 1..30),
            1..7,
        ),
        pauses in proptest::collection::vec(any::<bool>(), 7),
    ) {
        let world = company();
        let channels = ["n11", "trendyol", "amazon"];
        let mut newest: BTreeMap<_, (u32, String, i64, i64)> = BTreeMap::new();
        for (number, lines) in batches.iter().enumerate() {
            let lines: Vec<_> = lines
                .iter()
                .map(|&(day, channel, order, line, version, units, returned)| {
                    let day = Date::from_ymd(2026, 9, 20).unwrap().add_days(day.into()).unwrap();
                    (day.to_string(), usize::from(channel), order, line, version, units, returned.min(units))
                })
                .collect();
            let orders: Vec<String> = lines.iter().map(|line| line.2.to_string()).collect();
            let rows: Vec<_> = lines
                .iter()
                .zip(&orders)
                .map(|((day, channel, _, line, version, units, returned), order)| {
                    (day.as_str(), channels[*channel], order.as_str(), *line, *version, *units, 10, *returned)
                })
                .collect();
            send(&world, FileKind::Sales, &sales(&rows), &number.to_string()).unwrap();
            work(&world).unwrap();
            if pauses[number] {
                settle(&world);
            }
            for (day, channel, order, line, version, units, returned) in lines {
                let held = newest.get(&(channel, order, line));
                if held.is_none_or(|(held, ..)| *held <= version) {
                    newest.insert((channel, order, line), (version, day, units, returned));
                }
            }
        }
        let mut expected: BTreeMap<String, (i64, i64)> = BTreeMap::new();
        for (_, day, units, returned) in newest.values() {
            let sums = expected.entry(day.clone()).or_default();
            *sums = (sums.0 + (units - returned) * 1_000, sums.1 + units - returned);
        }
        expected.retain(|_, sums| *sums != (0, 0));
        let sums = |world: &World| -> BTreeMap<String, (i64, i64)> {
            let figures = figures(world, Dimension::Day).into_iter();
            let sums = figures.map(|(day, (net, _, units))| (day, (net, units)));
            sums.filter(|(_, sums)| *sums != (0, 0)).collect()
        };
        prop_assert_eq!(sums(&world), expected.clone());
        settle(&world);
        prop_assert_eq!(sums(&world), expected);
    }
}
