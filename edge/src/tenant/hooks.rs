//! Webhooks of a company: its endpoints, what they are to be told, and what became of it.
//!
//! - here: the register of endpoints, as the company's people see and change it;
//! - [`outbox`]: events, written in the transaction of what they tell;
//! - [`sending`]: the attempts, from the object's alarm.
//!
//! Why nothing is lost: an event and its deliveries are rows before anybody is told, an attempt is counted and its
//! repetition set before it is made, and a delivery leaves the state `waiting` only by an answer or by its end. What
//! was sent when the object was killed is sent again. Secrets lie here as they are, because signatures need them;
//! no answer but that of making one holds one.

mod outbox;
mod sending;

use api::ProblemKind;
use api::webhooks::{
    Deliveries, Delivery, DeliveryState, ENDPOINTS_MAX, MadeWebhook, NewWebhook, Stopped, Webhook,
    WebhookChange, Webhooks,
};
use kernel::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use webhooks::EventKind;

use super::{Note, Tenant, Told};
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

/// What is asked about webhooks. Whoever asks has checked names, addresses and kinds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HookAsk {
    /// The endpoints.
    List,
    /// Make one.
    Make {
        /// Its id.
        id: String,
        /// What it is.
        new: NewWebhook,
        /// Its secret.
        secret: String,
    },
    /// Change one.
    Change {
        /// Its id.
        id: String,
        /// What changes.
        change: WebhookChange,
    },
    /// End one.
    Remove {
        /// Its id.
        id: String,
    },
    /// Give it another secret.
    Rotate {
        /// Its id.
        id: String,
        /// The secret.
        secret: String,
        /// Until when the one of before signs too.
        until: i64,
    },
    /// Send it a message to try it out.
    Test {
        /// Its id.
        id: String,
    },
    /// What was sent to it.
    Deliveries {
        /// Its id.
        id: String,
        /// Before the one of this number.
        before: Option<u64>,
        /// The most to list.
        limit: u32,
    },
    /// Send a message again.
    Resend {
        /// The delivery's id.
        id: String,
    },
}

const DELIVERY: &str = "hook_deliveries.id, hook_deliveries.number, hook_events.id, kind, at, state, attempts, \
     next_at, last_at, last_status, last_error, last_millis FROM hook_deliveries JOIN hook_events ON \
     hook_events.number = event";

impl<S: Sql> Tenant<S> {
    pub(super) fn hooks(&self, ask: HookAsk, now: Timestamp) -> Result<Told, Fault> {
        self.profile()?;
        let now = now.millis();
        match ask {
            HookAsk::List => self.hook_list(now),
            HookAsk::Make { id, new, secret } => self.make_hook(&id, &new, secret, now),
            HookAsk::Change { id, change } => self.change_hook(&id, &change, now),
            HookAsk::Remove { id } => self.remove_hook(&id, now),
            HookAsk::Rotate { id, secret, until } => self.rotate_hook(&id, secret, until, now),
            HookAsk::Test { id } => self.test_hook(&id, now),
            HookAsk::Deliveries { id, before, limit } => self.deliveries(&id, before, limit),
            HookAsk::Resend { id } => self.resend(&id, now),
        }
    }

    fn hook_list(&self, now: i64) -> Result<Told, Fault> {
        let webhooks = self.webhooks(now)?;
        told(&Webhooks { webhooks })
    }

    fn webhooks(&self, now: i64) -> Result<Vec<Webhook>, Fault> {
        let statement = "SELECT id, name, url, events, stopped, stopped_at, created_at, \
             CASE WHEN old_until > ?1 THEN old_until END, delivered_at, (SELECT COUNT(*) FROM hook_deliveries \
             WHERE hook = hooks.id AND state = 'waiting') FROM hooks ORDER BY created_at, id";
        let rows = self.sql.rows(statement, vec![now.into()])?;
        let webhooks: Option<Vec<Webhook>> = rows.iter().map(|row| webhook_of(row)).collect();
        webhooks.ok_or_else(|| Fault::internal("read endpoints", "one is damaged"))
    }

    fn webhook(&self, id: &str, now: i64) -> Result<Webhook, Fault> {
        let mut webhooks = self.webhooks(now)?.into_iter();
        webhooks
            .find(|webhook| webhook.id == id)
            .ok_or_else(Fault::not_found)
    }

    fn make_hook(
        &self,
        id: &str,
        new: &NewWebhook,
        secret: String,
        now: i64,
    ) -> Result<Told, Fault> {
        self.sql.transaction(|| {
            // What happened before is told to those who were there.
            self.look_for_changes(now)?;
            let statement = "INSERT INTO hooks (id, name, url, events, secret, created_at) \
                 SELECT ?1, ?2, ?3, ?4, ?5, ?6 WHERE (SELECT COUNT(*) FROM hooks) < ?7 RETURNING id";
            let values = vec![
                id.into(),
                new.name.as_str().into(),
                new.url.as_str().into(),
                events_text(&new.events).into(),
                secret.as_str().into(),
                now.into(),
                (ENDPOINTS_MAX as i64).into(),
            ];
            if self.sql.rows(statement, values)?.is_empty() {
                return Err(Fault::refused(
                    ProblemKind::Conflict,
                    format!("there are {ENDPOINTS_MAX} endpoints already; end one first"),
                ));
            }
            Ok(())
        })?;
        let webhook = self.webhook(id, now)?;
        told(&MadeWebhook { webhook, secret })
    }

    fn change_hook(&self, id: &str, change: &WebhookChange, now: i64) -> Result<Told, Fault> {
        self.sql.transaction(|| {
            self.look_for_changes(now)?;
            let text = |text: Option<&str>| text.map_or(SqlValue::Null, SqlValue::from);
            let events = change.events.as_deref().map(events_text);
            let statement = "UPDATE hooks SET name = COALESCE(?2, name), url = COALESCE(?3, url), \
                 events = COALESCE(?4, events) WHERE id = ?1 RETURNING id";
            let values = vec![
                id.into(),
                text(change.name.as_deref()),
                text(change.url.as_deref()),
                text(events.as_deref()),
            ];
            if self.sql.rows(statement, values)?.is_empty() {
                return Err(Fault::not_found());
            }
            match change.active {
                Some(true) => {
                    // What failed before does not count against it any more.
                    let statement = "UPDATE hooks SET stopped = NULL, stopped_at = NULL, delivered_at = \
                         CASE WHEN stopped IS NULL THEN delivered_at END WHERE id = ?1";
                    self.sql.rows(statement, vec![id.into()]).map(drop)
                }
                Some(false) => self.stop_hook(id, Stopped::ByHand, now),
                None => Ok(()),
            }
        })?;
        self.hook_list(now)
    }

    fn remove_hook(&self, id: &str, now: i64) -> Result<Told, Fault> {
        self.sql.transaction(|| {
            let statement = "DELETE FROM hooks WHERE id = ?1 RETURNING id";
            if self.sql.rows(statement, vec![id.into()])?.is_empty() {
                return Err(Fault::not_found());
            }
            let statement = "DELETE FROM hook_deliveries WHERE hook = ?1";
            self.sql.rows(statement, vec![id.into()])?;
            self.forget_events()
        })?;
        self.hook_list(now)
    }

    fn rotate_hook(&self, id: &str, secret: String, until: i64, now: i64) -> Result<Told, Fault> {
        let statement = "UPDATE hooks SET old_secret = secret, old_until = ?3, secret = ?2 WHERE id = ?1 \
             RETURNING id";
        let values = vec![id.into(), secret.as_str().into(), until.into()];
        if self.sql.rows(statement, values)?.is_empty() {
            return Err(Fault::not_found());
        }
        let webhook = self.webhook(id, now)?;
        told(&MadeWebhook { webhook, secret })
    }

    fn test_hook(&self, id: &str, now: i64) -> Result<Told, Fault> {
        let webhook = self.webhook(id, now)?;
        check_is_told(&webhook)?;
        let delivery = self.sql.transaction(|| {
            let data = data(EventKind::Test.subject(), id.into());
            let event = self.write_event(EventKind::Test, now, data)?;
            self.write_delivery(event, id, now)
        })?;
        told(&self.delivery(&delivery)?)
    }

    fn deliveries(&self, id: &str, before: Option<u64>, limit: u32) -> Result<Told, Fault> {
        let statement = "SELECT 1 FROM hooks WHERE id = ?1";
        if self.sql.rows(statement, vec![id.into()])?.is_empty() {
            return Err(Fault::not_found());
        }
        let before = before.and_then(|number| i64::try_from(number).ok());
        let statement = format!(
            "SELECT {DELIVERY} WHERE hook = ?1 AND (?2 IS NULL OR hook_deliveries.number < ?2) \
             ORDER BY hook_deliveries.number DESC LIMIT ?3"
        );
        let values = vec![
            id.into(),
            before.map_or(SqlValue::Null, SqlValue::Integer),
            // One more tells whether there are older ones.
            (limit + 1).into(),
        ];
        let rows = self.sql.rows(&statement, values)?;
        let listed = rows.iter().take(limit as usize);
        let deliveries: Option<Vec<Delivery>> = listed.map(|row| delivery_of(row)).collect();
        let deliveries = deliveries.ok_or_else(damaged)?;
        let last = deliveries.last().map(|delivery| delivery.number);
        told(&Deliveries {
            before: last.filter(|_| rows.len() > limit as usize),
            deliveries,
        })
    }

    fn resend(&self, id: &str, now: i64) -> Result<Told, Fault> {
        let statement = "SELECT hook, event FROM hook_deliveries WHERE id = ?1";
        let rows = self.sql.rows(statement, vec![id.into()])?;
        let Some([hook, event]) = rows.first().map(Vec::as_slice) else {
            return Err(Fault::not_found());
        };
        let (hook, event) = (hook.text_or_empty(), event.integer().ok_or_else(damaged)?);
        check_is_told(&self.webhook(hook, now)?)?;
        let delivery = self
            .sql
            .transaction(|| self.write_delivery(event, hook, now))?;
        told(&self.delivery(&delivery)?)
    }

    fn delivery(&self, id: &str) -> Result<Delivery, Fault> {
        let statement = format!("SELECT {DELIVERY} WHERE hook_deliveries.id = ?1");
        let rows = self.sql.rows(&statement, vec![id.into()])?;
        let row = rows.first().ok_or_else(Fault::not_found)?;
        delivery_of(row).ok_or_else(damaged)
    }

    /// Stops an endpoint; part of a transaction. What waits for it is not sent any more. What the edge does by itself
    /// is written down in the audit log; what a person does is there already.
    fn stop_hook(&self, id: &str, reason: Stopped, now: i64) -> Result<(), Fault> {
        let statement = "UPDATE hooks SET stopped = ?2, stopped_at = ?3 WHERE id = ?1 AND stopped IS NULL \
             RETURNING id";
        let values = vec![id.into(), reason.name().into(), now.into()];
        if self.sql.rows(statement, values)?.is_empty() {
            return Ok(());
        }
        let statement = "UPDATE hook_deliveries SET state = 'failed', next_at = NULL WHERE hook = ?1 AND \
             state = 'waiting'";
        self.sql.rows(statement, vec![id.into()])?;
        if reason == Stopped::ByHand {
            return Ok(());
        }
        let at = Timestamp::from_millis(now);
        self.write_note(&Note {
            about: id.to_owned(),
            detail: reason.name().to_owned(),
            ..Note::new(at, "webhooks".to_owned(), "stop-webhook")
        })
        .map(drop)
    }
}

fn check_is_told(webhook: &Webhook) -> Result<(), Fault> {
    match webhook.stopped {
        None => Ok(()),
        Some(_) => Err(Fault::refused(
            ProblemKind::Conflict,
            "this endpoint is stopped; start it first",
        )),
    }
}

fn told(value: &impl Serialize) -> Result<Told, Fault> {
    let json = serde_json::to_string(value).context("write an answer")?;
    Ok(Told::Json { json })
}

fn damaged() -> Fault {
    Fault::internal("read deliveries", "one is damaged")
}

fn events_text(events: &[EventKind]) -> String {
    let names: Vec<&str> = events.iter().map(|kind| kind.name()).collect();
    names.join(" ")
}

fn webhook_of(row: &[SqlValue]) -> Option<Webhook> {
    let [
        id,
        name,
        url,
        events,
        stopped,
        stopped_at,
        created_at,
        old_until,
        delivered_at,
        waiting,
    ] = row
    else {
        return None;
    };
    // A kind that a later version knows is not shown by this one.
    let events = events.text()?.split(' ').filter_map(EventKind::from_name);
    Some(Webhook {
        id: id.text()?.to_owned(),
        name: name.text()?.to_owned(),
        url: url.text()?.to_owned(),
        events: events.collect(),
        stopped: stopped.text().and_then(Stopped::from_name),
        stopped_at: stopped_at.integer(),
        created_at: created_at.integer()?,
        old_secret_until: old_until.integer(),
        delivered_at: delivered_at.integer(),
        waiting: waiting.integer()?.unsigned_abs(),
    })
}

fn delivery_of(row: &[SqlValue]) -> Option<Delivery> {
    let text = |at: usize| row.get(at)?.text().map(str::to_owned);
    let number = |at: usize| row.get(at)?.integer();
    Some(Delivery {
        id: text(0)?,
        number: number(1)?.unsigned_abs(),
        message: text(2)?,
        event: EventKind::from_name(row.get(3)?.text()?)?,
        at: number(4)?,
        state: DeliveryState::from_name(row.get(5)?.text()?)?,
        attempts: u32::try_from(number(6)?).ok()?,
        next_at: number(7),
        last_at: number(8),
        last_status: number(9).and_then(|status| u16::try_from(status).ok()),
        last_error: text(10),
        last_millis: number(11),
    })
}

/// What is said of a value in a message.
fn data(subject: &str, value: Value) -> Map<String, Value> {
    let mut data = Map::new();
    data.insert(subject.to_owned(), value);
    data
}
