//! What is said of endpoints and deliveries, and what a change of an endpoint is. Pure: moments become words by what is
//! given.

use ::webhooks::EventKind;
use ::webhooks::attempt::{ATTEMPTS_MAX, TIMEOUT_MILLIS};
use ::webhooks::target::{self, TargetError};
use api::webhooks::{Delivery, DeliveryState, NewWebhook, Stopped, Webhook, WebhookChange};
use kernel::Date;
use locale::{Locale, format};

use crate::i18n::{WebhookText as T, webhook_words};

const DAY_MILLIS: i64 = 86_400_000;
/// An attempt that is due within this is worth waiting for, in milliseconds.
const SOON_MILLIS: i64 = 6_500;

/// A moment in words, by milliseconds of the local calendar: day, hour and minute.
pub fn moment_words(local_millis: i64, locale: Locale) -> String {
    let day = i32::try_from(local_millis.div_euclid(DAY_MILLIS)).ok();
    let day = day.and_then(|day| Date::from_days(day).ok());
    let day = day.map(|day| format::date(day, locale)).unwrap_or_default();
    let minutes = local_millis.rem_euclid(DAY_MILLIS) / 60_000;
    format!("{day} {:02}:{:02}", minutes / 60, minutes % 60)
}

fn filled(text: T, what: &str, locale: Locale) -> String {
    webhook_words(text, locale).replacen("{}", what, 1)
}

/// Whether an endpoint is told something, else why not and since when.
pub fn state_words(webhook: &Webhook, moment: impl Fn(i64) -> String, locale: Locale) -> String {
    let Some(stopped) = webhook.stopped else {
        return webhook_words(T::Active, locale).to_owned();
    };
    let why = match stopped {
        Stopped::ByHand => T::StoppedByHand,
        Stopped::Failing => T::StoppedFailing,
        Stopped::Gone => T::StoppedGone,
        Stopped::TooMany => T::StoppedTooMany,
    };
    let why = webhook_words(why, locale);
    match webhook.stopped_at {
        Some(at) => format!("{why}, {}", filled(T::Since, &moment(at), locale)),
        None => why.to_owned(),
    }
}

/// What else there is to know of an endpoint.
pub fn about(webhook: &Webhook, moment: impl Fn(i64) -> String, locale: Locale) -> String {
    let events: Vec<&str> = webhook.events.iter().map(|kind| kind.name()).collect();
    let arrived = match webhook.delivered_at {
        Some(at) => filled(T::LastArrived, &moment(at), locale),
        None => webhook_words(T::NeverArrived, locale).to_owned(),
    };
    let waiting = i64::try_from(webhook.waiting).unwrap_or(i64::MAX);
    let parts = [
        Some(filled(T::ToldOf, &events.join(", "), locale)),
        Some(arrived),
        (waiting > 0).then(|| filled(T::Waiting, &format::whole(waiting, locale), locale)),
        webhook
            .old_secret_until
            .map(|at| filled(T::OldSecretUntil, &moment(at), locale)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}

/// What became of a delivery.
pub fn delivery_words(
    delivery: &Delivery,
    moment: impl Fn(i64) -> String,
    locale: Locale,
) -> String {
    let state = match delivery.state {
        DeliveryState::Waiting => T::OnItsWay,
        DeliveryState::Delivered => T::Delivered,
        DeliveryState::Failed => T::Failed,
    };
    let number = |number: u32| format::whole(number.into(), locale);
    let attempt = (delivery.attempts > 0).then(|| {
        let made = filled(T::Attempt, &number(delivery.attempts), locale);
        made.replacen("{}", &number(ATTEMPTS_MAX), 1)
    });
    let answer = match (delivery.last_status, delivery.last_error.as_deref()) {
        (Some(status), _) => Some(filled(T::Answered, &status.to_string(), locale)),
        (None, Some("late")) => Some(webhook_words(T::Late, locale).to_owned()),
        (None, Some("large")) => Some(webhook_words(T::Large, locale).to_owned()),
        (None, Some("refused")) => Some(webhook_words(T::Refused, locale).to_owned()),
        (None, Some(_)) => Some(webhook_words(T::Broken, locale).to_owned()),
        (None, None) => None,
    };
    let took = delivery.last_millis.filter(|_| answer.is_some());
    let is_waiting = delivery.state == DeliveryState::Waiting;
    // Before there is an answer the first attempt is under way, or about to be.
    let next = delivery.next_at.filter(|_| is_waiting && answer.is_some());
    let parts = [
        Some(webhook_words(state, locale).to_owned()),
        attempt,
        answer,
        took.map(|millis| format!("{} ms", format::whole(millis, locale))),
        next.map(|at| filled(T::Next, &moment(at), locale)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.join(" · ")
}

/// Whether one of some deliveries is about to be attempted, or was begun so short a time ago that its answer may be on
/// its way.
pub fn is_soon(deliveries: &[Delivery], now_millis: i64) -> bool {
    deliveries.iter().any(|delivery| {
        let due = delivery.next_at.unwrap_or(i64::MAX);
        let begun = delivery.last_at.unwrap_or(i64::MIN);
        let is_due = due.saturating_sub(now_millis) < SOON_MILLIS;
        let is_under_way = now_millis.saturating_sub(begun) < TIMEOUT_MILLIS;
        delivery.state == DeliveryState::Waiting && (is_due || is_under_way)
    })
}

/// What is wrong with an address that is being written. Whether it may lead to a network of one's own is the edge's to
/// say, which answers by [`refusal`].
pub fn trouble(url: &str) -> Option<TargetError> {
    target::check(url.trim(), true).err()
}

/// Why the edge has refused an address, as far as its own rules tell.
pub fn refusal(url: &str) -> Option<TargetError> {
    target::check(url.trim(), false).err()
}

/// The events in the order in which they are offered, with one more, or without one that is among them.
pub fn toggled(events: &[EventKind], kind: EventKind) -> Vec<EventKind> {
    let has = |one: &EventKind| events.contains(one) != (*one == kind);
    EventKind::CHOICES.into_iter().filter(has).collect()
}

/// What of an endpoint becomes another; nothing where all stays.
pub fn change_of(webhook: &Webhook, wish: &NewWebhook) -> Option<WebhookChange> {
    let change = WebhookChange {
        name: (webhook.name != wish.name).then(|| wish.name.clone()),
        url: (webhook.url != wish.url).then(|| wish.url.clone()),
        events: (webhook.events != wish.events).then(|| wish.events.clone()),
        active: None,
    };
    (change != WebhookChange::default()).then_some(change)
}

/// The change that takes another back.
pub fn way_back(webhook: &Webhook, change: &WebhookChange) -> WebhookChange {
    WebhookChange {
        name: change.name.as_ref().map(|_| webhook.name.clone()),
        url: change.url.as_ref().map(|_| webhook.url.clone()),
        events: change.events.as_ref().map(|_| webhook.events.clone()),
        active: None,
    }
}

#[cfg(test)]
mod tests {
    use api::keys::OVERLAP_HOURS;
    use api::webhooks::{ENDPOINTS_MAX, KEPT_MAX};

    use super::*;

    fn webhook() -> Webhook {
        Webhook {
            id: "w-1".to_owned(),
            name: "ERP".to_owned(),
            url: "https://hooks.example.com/bi".to_owned(),
            events: vec![EventKind::BatchApplied, EventKind::KeyCreated],
            stopped: None,
            stopped_at: None,
            created_at: 0,
            old_secret_until: None,
            delivered_at: None,
            waiting: 0,
        }
    }

    fn delivery() -> Delivery {
        Delivery {
            id: "d-1".to_owned(),
            number: 1,
            message: "msg_1".to_owned(),
            event: EventKind::Test,
            at: 1,
            state: DeliveryState::Waiting,
            attempts: 0,
            next_at: Some(1_000),
            last_at: None,
            last_status: None,
            last_error: None,
            last_millis: None,
        }
    }

    fn at(millis: i64) -> String {
        format!("@{millis}")
    }

    #[test]
    fn an_endpoint_says_whether_it_is_told_and_why_not() {
        let mut hook = webhook();
        assert_eq!(state_words(&hook, at, Locale::English), "active");
        for stopped in [
            Stopped::ByHand,
            Stopped::Failing,
            Stopped::Gone,
            Stopped::TooMany,
        ] {
            hook.stopped = Some(stopped);
            hook.stopped_at = Some(7);
            let english = state_words(&hook, at, Locale::English);
            assert!(english.starts_with("paused"), "{english}");
            assert!(english.ends_with(", since @7"), "{english}");
            let turkish = state_words(&hook, at, Locale::Turkish);
            assert!(turkish.contains("duraklat") && turkish.contains("@7"));
        }
    }

    #[test]
    fn what_waits_and_the_old_secret_are_told_where_there_are_any() {
        let mut hook = webhook();
        let said = about(&hook, at, Locale::English);
        assert_eq!(
            said,
            "told of batch.applied, key.created · nothing has arrived yet"
        );
        hook.waiting = 1_200;
        hook.delivered_at = Some(3);
        hook.old_secret_until = Some(9);
        let said = about(&hook, at, Locale::Turkish);
        assert!(said.contains("bekleyen: 1.200"), "{said}");
        assert!(said.contains("son ulaşan ileti: @3") && said.contains("@9 tarihine kadar"));
    }

    #[test]
    fn a_delivery_says_its_state_its_attempts_and_the_next_one() {
        let english = |delivery: &Delivery| delivery_words(delivery, at, Locale::English);
        let mut sent = delivery();
        assert_eq!(english(&sent), "on its way", "nothing was tried yet");
        sent.attempts = 2;
        sent.last_status = Some(500);
        sent.last_millis = Some(1_200);
        let said = "on its way · attempt 2 of 10 · answered 500 · 1,200 ms · next attempt @1000";
        assert_eq!(english(&sent), said);
        sent.state = DeliveryState::Failed;
        sent.last_status = None;
        for (error, words) in [
            ("late", "no answer in time"),
            ("large", "the answer was too large"),
            ("broken", "no connection"),
            ("refused", "the address may not be told any more"),
        ] {
            sent.last_error = Some(error.to_owned());
            let said = format!("failed · attempt 2 of 10 · {words} · 1,200 ms");
            assert_eq!(english(&sent), said);
        }
        sent.state = DeliveryState::Delivered;
        sent.last_error = None;
        sent.last_status = Some(204);
        let said = delivery_words(&sent, at, Locale::Turkish);
        assert_eq!(
            said,
            "ulaştı · 2. deneme, en çok 10 · yanıt: 204 · 1.200 ms"
        );
    }

    #[test]
    fn only_what_is_about_to_be_tried_is_waited_for() {
        let mut sent = delivery();
        assert!(is_soon(&[sent.clone()], 0));
        assert!(is_soon(&[sent.clone()], 9_000), "it is late");
        sent.next_at = Some(SOON_MILLIS);
        assert!(!is_soon(&[sent.clone()], 0));
        sent.last_at = Some(-1_000);
        assert!(is_soon(&[sent.clone()], 0), "its answer may be on its way");
        sent.next_at = Some(60_000);
        assert!(!is_soon(&[sent.clone()], TIMEOUT_MILLIS));
        sent.next_at = Some(0);
        sent.state = DeliveryState::Delivered;
        assert!(!is_soon(&[sent], 0) && !is_soon(&[], 0));
    }

    #[test]
    fn an_address_is_looked_at_by_the_servers_own_code() {
        assert_eq!(trouble(" https://hooks.example.com/bi "), None);
        assert_eq!(trouble("hooks.example.com"), Some(TargetError::Scheme));
        assert_eq!(trouble("https://127.1"), Some(TargetError::Host));
        // Not for the app to say, as some deployments allow it.
        assert_eq!(trouble("http://127.0.0.1:9000/x"), None);
        let inside = refusal("https://printer.local");
        assert_eq!(inside, Some(TargetError::Inside));
        assert_eq!(refusal("http://example.com"), Some(TargetError::Scheme));
    }

    #[test]
    fn a_change_is_what_differs_and_is_taken_back_by_its_opposite() {
        let hook = webhook();
        let same = NewWebhook {
            name: hook.name.clone(),
            url: hook.url.clone(),
            events: hook.events.clone(),
        };
        assert_eq!(change_of(&hook, &same), None);
        let wish = NewWebhook {
            name: "Shop".to_owned(),
            events: toggled(&hook.events, EventKind::BatchApplied),
            ..same
        };
        let change = change_of(&hook, &wish).expect("two things differ");
        assert_eq!(change.url, None);
        assert_eq!(change.events, Some(vec![EventKind::KeyCreated]));
        let back = way_back(&hook, &change);
        assert_eq!(back.name.as_deref(), Some("ERP"));
        assert_eq!((back.url, back.events), (None, Some(hook.events.clone())));
        // Events keep the order in which they are offered.
        let back = toggled(&[EventKind::KeyCreated], EventKind::BatchApplied);
        assert_eq!(back, hook.events);
    }

    #[test]
    fn the_words_name_the_limits_that_hold() {
        assert_eq!((ENDPOINTS_MAX, KEPT_MAX, OVERLAP_HOURS), (10, 2_000, 24));
        assert_eq!(ATTEMPTS_MAX, 10);
        for text in [T::TooMany, T::StoppedFailing] {
            assert!(webhook_words(text, Locale::English).contains("ten"));
            assert!(webhook_words(text, Locale::Turkish).contains("on "));
        }
    }

    #[test]
    fn moments_have_a_day_and_a_minute() {
        let millis = 20_000 * DAY_MILLIS + 9 * 3_600_000 + 5 * 60_000 + 59_000;
        assert!(moment_words(millis, Locale::English).ends_with(" 09:05"));
        let words = moment_words(0, Locale::Turkish);
        assert_eq!(words, "1 Oca 1970 00:00");
    }
}
