//! Webhooks: what is told, signed how, how often, and what a kill at any step changes about it.

mod trouble;

use api::webhooks::{
    Deliveries, Delivery, DeliveryState, MadeWebhook, NewWebhook, Stopped, WAITING_MAX, Webhook,
    WebhookChange, Webhooks,
};
use serde::de::DeserializeOwned;
use webhooks::attempt::{ATTEMPTS_MAX, TIMEOUT_MILLIS};
use webhooks::{EventKind, Secret, signature};

use super::*;
use crate::ports::{Call, NoReply, Reply, Sql as _};

const URL: &str = "https://hooks.example.com/x";

fn hooks(world: &World, ask: HookAsk) -> Result<String, Fault> {
    let tenant = world.objects.get(&acme())?;
    let now = world.now();
    match tenant.answer(Ask::Hooks { ask, now })? {
        Told::Json { json } => Ok(json),
        other => panic!("{other:?}"),
    }
}

fn read<T: DeserializeOwned>(world: &World, ask: HookAsk) -> T {
    serde_json::from_str(&hooks(world, ask).unwrap()).unwrap()
}

fn make(world: &World, id: &str, events: &[EventKind]) -> MadeWebhook {
    let new = NewWebhook {
        name: id.to_owned(),
        url: format!("{URL}/{id}"),
        events: events.to_vec(),
    };
    let (id, secret) = (id.to_owned(), Secret::new(&[7; 32]).text());
    read(world, HookAsk::Make { id, new, secret })
}

fn hook(world: &World, id: &str) -> Webhook {
    let all: Webhooks = read(world, HookAsk::List);
    all.webhooks.into_iter().find(|it| it.id == id).unwrap()
}

fn deliveries(world: &World, id: &str) -> Vec<Delivery> {
    let (id, before, limit) = (id.to_owned(), None, 100);
    let list: Deliveries = read(world, HookAsk::Deliveries { id, before, limit });
    list.deliveries
}

fn answers(world: &World, said: impl Fn(&Call, i64) -> (i64, Result<Reply, NoReply>) + 'static) {
    *world.services.behaviour.borrow_mut() = Box::new(said);
}

fn status(status: u16) -> (i64, Result<Reply, NoReply>) {
    let reply = Reply {
        status,
        ..Reply::default()
    };
    (20, Ok(reply))
}

fn attend(world: &World) -> Result<(), Fault> {
    let tenant = world.objects.get(&acme())?;
    world.run(tenant.attend(&acme(), &world.blobs, world, || world.now()))
}

/// Follows the alarm for some milliseconds, or until there is none.
fn follow(world: &World, millis: i64) {
    let until = world.now.get() + millis;
    loop {
        let tenant = world.objects.get(&acme()).unwrap();
        let due = tenant.next_alarm(world.now()).unwrap();
        let Some(due) = due.filter(|due| due.millis() <= until) else {
            break;
        };
        world.now.set(world.now.get().max(due.millis()));
        attend(world).unwrap();
    }
    world.now.set(until);
}

/// The calls since the last time: id, kind and data of each.
fn told(world: &World) -> Vec<(String, String, serde_json::Value)> {
    let calls = world.services.calls.take();
    let told = calls.iter().map(|call| {
        let message: serde_json::Value = serde_json::from_slice(&call.body).unwrap();
        let kind = message["type"].as_str().unwrap().to_owned();
        (
            field(call, signature::ID_FIELD).to_owned(),
            kind,
            message["data"].clone(),
        )
    });
    told.collect()
}

fn field<'c>(call: &'c Call, name: &str) -> &'c str {
    let mut found = call.fields.iter().filter(|(own, _)| own == name);
    let value = &found.next().unwrap().1;
    assert!(found.next().is_none(), "{name} is there once");
    value
}

fn kinds(told: &[(String, String, serde_json::Value)]) -> Vec<&str> {
    told.iter().map(|(_, kind, _)| kind.as_str()).collect()
}

fn import(world: &World, key: &str) -> BatchId {
    let csv = sales(&[("2026-11-02", "n11", key, 1, 0, 1, 10, 0)]);
    send(world, FileKind::Sales, &csv, key).unwrap()
}

#[test]
fn whoever_chose_an_event_is_told_of_it_once_and_signed() {
    let world = company();
    answers(&world, |_, _| status(204));
    let made = make(
        &world,
        "w-1",
        &[EventKind::BatchApplied, EventKind::ManifestChanged],
    );
    make(&world, "w-2", &[EventKind::BatchFailed]);
    let batch = import(&world, "1");
    follow(&world, 1_000);
    let calls = world.services.calls.borrow().clone();
    let told = told(&world);
    let mut names = kinds(&told);
    names.sort_unstable();
    assert_eq!(names, ["batch.applied", "manifest.changed"]);
    let applied = told.iter().find(|it| it.1 == "batch.applied").unwrap();
    assert_eq!(applied.2, serde_json::json!({ "batch": batch.as_str() }));
    for call in &calls {
        assert_eq!(
            (call.method, call.url.as_str()),
            ("POST", "https://hooks.example.com/x/w-1")
        );
        let text = String::from_utf8(call.body.to_vec()).unwrap();
        let at: i64 = field(call, signature::TIMESTAMP_FIELD).parse().unwrap();
        assert!((world.now.get() / 1_000 - at).abs() < 10, "{at}");
        let secret = Secret::read(&made.secret).unwrap();
        let expected = signature::sign(&secret, field(call, signature::ID_FIELD), at, &text);
        assert_eq!(field(call, signature::SIGNATURE_FIELD), expected);
        assert_eq!(field(call, "content-type"), "application/json");
        assert!(!text.contains(&made.secret));
    }
    // A settled import is compacted, which is another manifest and no other batch.
    follow(&world, 2 * SETTLE_MILLIS);
    assert!(
        self::told(&world)
            .iter()
            .all(|it| it.1 == "manifest.changed")
    );
    let bad = send(
        &world,
        FileKind::Sales,
        &sales(&[("2026-11-02", "n11", "9", 1, 0, 1, 10, 0)]),
        "9",
    );
    world
        .blobs
        .blobs
        .borrow_mut()
        .retain(|(_, name), _| !name.starts_with("raw/"));
    follow(&world, 1_000);
    let told = self::told(&world);
    assert_eq!(kinds(&told), ["batch.failed"]);
    assert_eq!(told[0].2["batch"], bad.unwrap().as_str());
    let list = deliveries(&world, "w-2");
    assert_eq!((list.len(), list[0].state), (1, DeliveryState::Delivered));
    assert_eq!((list[0].attempts, list[0].last_status), (1, Some(204)));
    assert!(hook(&world, "w-2").delivered_at.is_some());
}

#[test]
fn for_some_hours_messages_are_signed_by_both_secrets() {
    let world = company();
    answers(&world, |_, _| status(200));
    let old = Secret::read(&make(&world, "w-1", &[EventKind::BatchApplied]).secret).unwrap();
    let new = Secret::new(&[8; 32]);
    let id = || "w-1".to_owned();
    let (secret, until) = (new.text(), world.now.get() + 3_600_000);
    let made: MadeWebhook = read(
        &world,
        HookAsk::Rotate {
            id: id(),
            secret,
            until,
        },
    );
    assert_eq!(
        (made.secret, made.webhook.old_secret_until),
        (new.text(), Some(until))
    );
    for (after, secrets) in [(0, &[new.clone(), old][..]), (3_600_000, &[new])] {
        world.now.set(world.now.get() + after);
        hooks(&world, HookAsk::Test { id: id() }).unwrap();
        follow(&world, 1_000);
        let call = world.services.calls.borrow().last().unwrap().clone();
        let text = String::from_utf8(call.body.to_vec()).unwrap();
        let at: i64 = field(&call, signature::TIMESTAMP_FIELD).parse().unwrap();
        let fields = signature::fields(field(&call, signature::ID_FIELD), at, &text, secrets);
        assert_eq!(field(&call, signature::SIGNATURE_FIELD), fields[2].1);
        assert!(text.contains("webhook.test"));
    }
    assert_eq!(hook(&world, "w-1").old_secret_until, None);
}

#[test]
fn inside_addresses_are_not_called_even_where_one_is_kept() {
    let world = company();
    make(&world, "w-1", &[EventKind::BatchApplied]);
    let tenant = world.objects.get(&acme()).unwrap();
    let url = "UPDATE hooks SET url = 'https://169.254.169.254/latest'";
    tenant.sql.rows(url, Vec::new()).unwrap();
    import(&world, "1");
    follow(&world, 1_000);
    assert!(world.services.calls.borrow().is_empty());
    let list = deliveries(&world, "w-1");
    assert_eq!(list[0].last_error.as_deref(), Some("refused"));
    assert_eq!(hook(&world, "w-1").stopped, Some(Stopped::Failing));
}

#[test]
fn what_is_announced_is_told_when_it_is_done_and_not_where_it_was_refused() {
    let world = company();
    answers(&world, |_, _| status(200));
    make(
        &world,
        "w-1",
        &[EventKind::KeyCreated, EventKind::MemberChanged],
    );
    let tenant = world.objects.get(&acme()).unwrap();
    let note = |kind, about: &str| {
        let note = Note {
            about: about.to_owned(),
            tells: Some(kind),
            ..Note::new(world.now(), "person p".to_owned(), "do")
        };
        match tenant.answer(Ask::Note { note }).unwrap() {
            Told::Noted { number } => number,
            other => panic!("{other:?}"),
        }
    };
    let made = note(EventKind::KeyCreated, "");
    let refused = note(EventKind::KeyCreated, "");
    let unheard = note(EventKind::MemberChanged, "p-7");
    // Nobody has chosen it.
    note(EventKind::KeyRevoked, "k-1");
    follow(&world, 1_000);
    assert_eq!(told(&world), []);
    let about = "k-9".to_owned();
    tenant.answer(Ask::Done { entry: made, about }).unwrap();
    let note = Note {
        outcome: format!("refused {refused}"),
        withdraws: Some(refused),
        ..Note::new(world.now(), "person p".to_owned(), "do")
    };
    tenant.answer(Ask::Note { note }).unwrap();
    follow(&world, 1_000);
    let key = serde_json::json!({ "key": "k-9", "audit": made });
    let said = told(&world);
    assert_eq!((kinds(&said), &said[0].2), (vec!["key.created"], &key));
    // An isolate that was ended in between says nothing; what it did is told all the same.
    follow(&world, 60_000);
    let member = serde_json::json!({ "member": "p-7", "audit": unheard });
    let said = told(&world);
    assert_eq!(
        (kinds(&said), &said[0].2),
        (vec!["member.changed"], &member)
    );
    // Whoever hears of it late does not tell it twice.
    let about = String::new();
    tenant
        .answer(Ask::Done {
            entry: unheard,
            about,
        })
        .unwrap();
    follow(&world, 120_000);
    assert_eq!(told(&world), []);
}

#[test]
fn a_newer_api_is_told_within_a_day() {
    let world = company();
    answers(&world, |_, _| status(200));
    make(&world, "w-1", &[EventKind::ApiChanged]);
    follow(&world, 3 * 24 * 3_600_000);
    assert_eq!(told(&world), [], "what is known is no news");
    let tenant = world.objects.get(&acme()).unwrap();
    let before = api::changes::CHANGES[2].id;
    let values = vec![before.into()];
    tenant
        .sql
        .rows("UPDATE hook_told SET change = ?1", values)
        .unwrap();
    world.restart();
    follow(&world, 24 * 3_600_000);
    let ids: Vec<_> = told(&world)
        .into_iter()
        .map(|it| it.2["change"].clone())
        .collect();
    let news = [1, 0].map(|at| serde_json::Value::from(api::changes::CHANGES[at].id));
    assert_eq!(ids, news);
    // A version that knows less than one before it has nothing to tell.
    let tenant = world.objects.get(&acme()).unwrap();
    tenant
        .sql
        .rows("UPDATE hook_told SET change = 'of-the-future'", Vec::new())
        .unwrap();
    follow(&world, 2 * 24 * 3_600_000);
    assert_eq!(told(&world), []);
}
