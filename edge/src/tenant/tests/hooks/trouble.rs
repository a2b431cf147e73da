//! Receivers that fail, are slow or want no more, and kills.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;

#[test]
fn what_fails_is_sent_again_for_three_days_and_then_the_endpoint_is_stopped() {
    let world = company();
    answers(&world, |_, _| status(500));
    make(&world, "w-1", &[EventKind::BatchApplied]);
    import(&world, "1");
    let began = world.now.get();
    follow(&world, 90 * 3_600_000);
    let told = told(&world);
    assert_eq!(told.len(), ATTEMPTS_MAX as usize);
    assert!(
        told.iter().all(|it| it.0 == told[0].0),
        "it is the same message"
    );
    let stopped = hook(&world, "w-1");
    assert_eq!(
        (stopped.stopped, stopped.waiting),
        (Some(Stopped::Failing), 0)
    );
    let after = stopped.stopped_at.unwrap() - began;
    assert!(after > 75 * 3_600_000 && after < 91 * 3_600_000, "{after}");
    let list = deliveries(&world, "w-1");
    assert_eq!(
        (list[0].state, list[0].attempts),
        (DeliveryState::Failed, ATTEMPTS_MAX)
    );
    assert_eq!((list[0].last_status, list[0].next_at), (Some(500), None));
    let tenant = world.objects.get(&acme()).unwrap();
    let audit = tenant
        .answer(Ask::Audit {
            after: 0,
            limit: 10,
        })
        .unwrap();
    let Told::Audit { audit } = audit else {
        panic!("{audit:?}")
    };
    let last = audit.entries.last().unwrap();
    let said = (
        last.actor.as_str(),
        last.event.as_str(),
        last.about.as_str(),
        last.detail.as_str(),
    );
    assert_eq!(said, ("webhooks", "stop-webhook", "w-1", "failing"));
    // It is told nothing more, until somebody starts it again.
    import(&world, "2");
    follow(&world, 60_000);
    assert_eq!(self::told(&world), []);
    let id = || "w-1".to_owned();
    assert!(hooks(&world, HookAsk::Test { id: id() }).is_err());
    let change = WebhookChange {
        active: Some(true),
        ..WebhookChange::default()
    };
    let started: Webhooks = read(&world, HookAsk::Change { id: id(), change });
    assert_eq!(started.webhooks[0].stopped, None);
    answers(&world, |_, _| status(200));
    let again: Delivery = read(
        &world,
        HookAsk::Resend {
            id: list[0].id.clone(),
        },
    );
    assert_eq!(
        (again.state, again.message.as_str()),
        (DeliveryState::Waiting, told[0].0.as_str())
    );
    follow(&world, 1_000);
    assert_eq!(self::told(&world).len(), 1);
}

#[test]
fn a_message_that_fails_alone_does_not_stop_the_endpoint() {
    let world = company();
    let poison = Rc::new(RefCell::new(String::new()));
    let seen = poison.clone();
    answers(&world, move |call, _| {
        let id = field(call, signature::ID_FIELD);
        let mut poison = seen.borrow_mut();
        if poison.is_empty() {
            id.clone_into(&mut poison);
        }
        status(if *poison == id { 422 } else { 200 })
    });
    make(&world, "w-1", &[EventKind::BatchApplied]);
    import(&world, "1");
    follow(&world, 60_000);
    import(&world, "2");
    follow(&world, 95 * 3_600_000);
    let hook = hook(&world, "w-1");
    assert_eq!((hook.stopped, hook.waiting), (None, 0));
    let states: Vec<_> = deliveries(&world, "w-1")
        .iter()
        .map(|it| it.state)
        .collect();
    assert_eq!(states, [DeliveryState::Delivered, DeliveryState::Failed]);
}

#[test]
fn who_wants_no_more_gets_no_more() {
    let world = company();
    answers(&world, |_, _| status(410));
    make(&world, "w-1", &[EventKind::BatchApplied]);
    import(&world, "1");
    import(&world, "2");
    follow(&world, 1_000);
    assert_eq!(told(&world).len(), 1);
    let hook = hook(&world, "w-1");
    assert_eq!((hook.stopped, hook.waiting), (Some(Stopped::Gone), 0));
}

#[test]
fn more_than_is_kept_stops_an_endpoint() {
    let world = company();
    make(&world, "w-1", &[EventKind::BatchApplied]);
    let tenant = world.objects.get(&acme()).unwrap();
    let fill = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1) \
         INSERT INTO hook_deliveries (id, event, hook, state, attempts, next_at) \
         SELECT 'd' || i, 1, 'w-1', 'waiting', 0, 1e15 FROM n";
    tenant.sql.rows(fill, vec![WAITING_MAX.into()]).unwrap();
    import(&world, "1");
    attend(&world).unwrap();
    let hook = hook(&world, "w-1");
    assert_eq!((hook.stopped, hook.waiting), (Some(Stopped::TooMany), 0));
}

#[test]
fn slow_endpoints_hold_nothing_up() {
    let world = company();
    make(&world, "w-1", &[EventKind::BatchApplied]);
    make(&world, "w-2", &[EventKind::BatchApplied]);
    import(&world, "1");
    attend(&world).unwrap();
    let began = world.now.get();
    let csv = sales(&[("2026-11-05", "n11", "2", 1, 0, 1, 10, 0)]);
    let (late, tenant) = (
        Rc::new(RefCell::new(None)),
        world.objects.get(&acme()).unwrap(),
    );
    // A file that comes while an endpoint is waited for.
    let id = send(&world, FileKind::Sales, &csv, "2").unwrap();
    let hide = "UPDATE batches SET status = 'failed' WHERE key = '2'";
    tenant.sql.rows(hide, Vec::new()).unwrap();
    let (coming, done) = (tenant.clone(), late.clone());
    let clock = world.now.clone();
    answers(&world, move |call, _| {
        if call.url.ends_with("w-1") {
            let show = "UPDATE batches SET status = 'stored' WHERE key = '2'";
            coming.sql.rows(show, Vec::new()).unwrap();
            return (10 * TIMEOUT_MILLIS, Err(NoReply::Broken(String::new())));
        }
        *done.borrow_mut() = Some(clock.get());
        status(200)
    });
    attend(&world).unwrap();
    assert_eq!(
        batch(&world, &id).status,
        BatchStatus::Done,
        "it was worked in meanwhile"
    );
    let other = late.borrow().unwrap();
    assert!(other - began < 1_000, "the other endpoint was told at once");
    let list = deliveries(&world, "w-1");
    assert_eq!(list.last().unwrap().last_error.as_deref(), Some("late"));
    assert!(list.last().unwrap().last_millis.unwrap() <= TIMEOUT_MILLIS + LOOK_MILLIS);
    assert!(list.last().unwrap().next_at.is_some());
}

/// Killed at every step there is, and begun again: the message arrives, and whenever it does it is the same one.
#[test]
fn a_kill_at_any_step_loses_no_message() {
    let mut kills = 0;
    for steps in 0.. {
        let world = company();
        answers(&world, |_, _| status(200));
        make(&world, "w-1", &[EventKind::BatchApplied]);
        let id = import(&world, "1");
        world.fuse.set(Some(steps));
        for _ in 0..3 {
            if attend(&world).is_err() {
                break;
            }
        }
        let was_killed = !world.fuse.is_intact();
        world.restart();
        follow(&world, 10 * 60_000);
        let told = told(&world);
        assert!(!told.is_empty(), "killed at {steps}");
        for (message, kind, data) in &told {
            assert_eq!(
                (message, kind.as_str()),
                (&told[0].0, "batch.applied"),
                "killed at {steps}"
            );
            assert_eq!(data["batch"], id.as_str(), "killed at {steps}");
        }
        let list = deliveries(&world, "w-1");
        assert_eq!(list.len(), 1, "killed at {steps}");
        assert_eq!(list[0].state, DeliveryState::Delivered, "killed at {steps}");
        if !was_killed {
            break;
        }
        kills += 1;
    }
    assert!(kills > 40, "{kills} kills");
}
