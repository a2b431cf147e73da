//! Events that endpoints are to be told of: rows, written in the transaction of what they tell.
//!
//! Three ways lead here. What happens in the company's own database writes its event along ([`Tenant::tell`]). What
//! happens in the shared one is announced with its entry in the audit log, before it is done; when it is done the
//! announcement becomes an event, and where it was refused it is withdrawn. Should neither be heard of, it becomes an
//! event all the same after a minute, because it may have been done. What changes without a moment of its own, the
//! manifest and the API, is found by comparing what there is with what was told last.

use api::changes::CHANGES;
use api::webhooks::{KEPT_MAX, Stopped, WAITING_MAX};
use kernel::Timestamp;
use serde_json::{Map, Value};
use webhooks::{EventKind, event};

use super::data;
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};
use crate::tenant::{Tenant, Told};

/// After how long something that was announced counts as done, in milliseconds.
const ANNOUNCED_MILLIS: i64 = 60_000;
/// How often a company that wants to hear of the API looks whether it has changed, in milliseconds.
const LOOK_MILLIS: i64 = 24 * 3_600_000;
/// Whether an endpoint is told of a kind; `?1` is the kind.
const IS_TOLD: &str = "stopped IS NULL AND instr(' ' || events || ' ', ' ' || ?1 || ' ') > 0";

impl<S: Sql> Tenant<S> {
    /// Writes an event for whoever is to be told; part of a transaction.
    pub(in crate::tenant) fn tell(
        &self,
        kind: EventKind,
        now: i64,
        data: Map<String, Value>,
    ) -> Result<(), Fault> {
        let statement = format!(
            "SELECT id, (SELECT COUNT(*) FROM hook_deliveries WHERE hook = hooks.id AND state = 'waiting') \
             FROM hooks WHERE {IS_TOLD}"
        );
        let hooks = self.sql.rows(&statement, vec![kind.name().into()])?;
        if hooks.is_empty() {
            return Ok(());
        }
        let event = self.write_event(kind, now, data)?;
        for hook in &hooks {
            let [id, waiting] = hook.as_slice() else {
                continue;
            };
            let id = id.text_or_empty();
            if waiting.integer().unwrap_or(0) >= i64::from(WAITING_MAX) {
                self.stop_hook(id, Stopped::TooMany, now)?;
            } else {
                self.write_delivery(event, id, now)?;
            }
        }
        Ok(())
    }

    /// Tells what became of a batch; part of a transaction.
    pub(in crate::tenant) fn tell_batch(
        &self,
        kind: EventKind,
        number: i64,
        now: i64,
    ) -> Result<(), Fault> {
        let statement = "SELECT id FROM batches WHERE number = ?1";
        let rows = self.sql.rows(statement, vec![number.into()])?;
        let id = rows.first().and_then(|row| row.first()?.text());
        self.tell(
            kind,
            now,
            data(kind.subject(), id.unwrap_or_default().into()),
        )
    }

    /// Announces something with its entry in the audit log; part of its transaction.
    pub(in crate::tenant) fn announce(
        &self,
        kind: EventKind,
        entry: i64,
        about: &str,
        now: i64,
    ) -> Result<(), Fault> {
        let statement = format!(
            "INSERT INTO hook_announced (entry, kind, about, at) SELECT ?2, ?1, ?3, ?4 WHERE EXISTS \
             (SELECT 1 FROM hooks WHERE {IS_TOLD})"
        );
        let values = vec![kind.name().into(), entry.into(), about.into(), now.into()];
        self.sql.rows(&statement, values).map(drop)
    }

    /// Withdraws what was announced with an entry: it was refused.
    pub(in crate::tenant) fn withdraw(&self, entry: u64) -> Result<(), Fault> {
        let statement = "DELETE FROM hook_announced WHERE entry = ?1";
        let entry = i64::try_from(entry).unwrap_or_default();
        self.sql.rows(statement, vec![entry.into()]).map(drop)
    }

    /// What was announced with an entry is done; `about` says to what, where that was not known before.
    pub(in crate::tenant) fn done(&self, entry: u64, about: &str) -> Result<Told, Fault> {
        self.sql.transaction(|| {
            let statement =
                "DELETE FROM hook_announced WHERE entry = ?1 RETURNING entry, kind, about, at";
            let entry = i64::try_from(entry).unwrap_or_default();
            let rows = self.sql.rows(statement, vec![entry.into()])?;
            self.tell_announced(&rows, about)
        })?;
        Ok(Told::Done)
    }

    fn tell_announced(&self, rows: &[Vec<SqlValue>], done_to: &str) -> Result<(), Fault> {
        for row in rows {
            let [entry, kind, about, at] = row.as_slice() else {
                continue;
            };
            let (Some(kind), Some(entry), Some(at)) = (
                EventKind::from_name(kind.text_or_empty()),
                entry.integer(),
                at.integer(),
            ) else {
                continue;
            };
            let mut data = data("audit", entry.into());
            let about = Some(about.text_or_empty()).filter(|about| !about.is_empty());
            let about = about.unwrap_or(done_to);
            if !about.is_empty() {
                data.insert(kind.subject().to_owned(), about.into());
            }
            self.tell(kind, at, data)?;
        }
        Ok(())
    }

    /// Tells what was announced and never heard of again.
    pub(super) fn tell_unheard(&self, now: i64) -> Result<(), Fault> {
        self.sql.transaction(|| {
            let statement =
                "DELETE FROM hook_announced WHERE at <= ?1 RETURNING entry, kind, about, at";
            let values = vec![(now - ANNOUNCED_MILLIS).into()];
            let rows = self.sql.rows(statement, values)?;
            self.tell_announced(&rows, "")
        })
    }

    /// Tells what the manifest and the API are now, where that is not what was told last; part of a transaction.
    pub(super) fn look_for_changes(&self, now: i64) -> Result<(), Fault> {
        let newest = CHANGES.first().map_or("", |change| change.id);
        let sequence = i64::try_from(self.state()?.sequence).unwrap_or(i64::MAX);
        let rows = self
            .sql
            .rows("SELECT sequence, change FROM hook_told", Vec::new())?;
        if let Some([told, change]) = rows.first().map(Vec::as_slice) {
            if told.integer() != Some(sequence) {
                let kind = EventKind::ManifestChanged;
                self.tell(kind, now, data(kind.subject(), sequence.into()))?;
            }
            // Where the last one is not in the list, this is an older version, and there is nothing new.
            let last = CHANGES.iter().position(|it| Some(it.id) == change.text());
            for change in CHANGES.iter().take(last.unwrap_or(0)).rev() {
                let kind = EventKind::ApiChanged;
                self.tell(kind, now, data(kind.subject(), change.id.into()))?;
            }
        }
        let statement = "INSERT INTO hook_told (id, sequence, change, looked_at) VALUES (0, ?1, ?2, ?3) \
             ON CONFLICT (id) DO UPDATE SET sequence = ?1, change = ?2, looked_at = ?3";
        let values = vec![sequence.into(), newest.into(), now.into()];
        self.sql.rows(statement, values).map(drop)
    }

    /// When something is to be told or sent, if ever.
    pub(in crate::tenant) fn hooks_due(&self, now: i64) -> Result<Option<i64>, Fault> {
        let statement = "SELECT COUNT(*), MAX(instr(events, 'api.changed')), MAX(instr(events, 'manifest.changed')) \
             FROM hooks WHERE stopped IS NULL";
        let rows = self.sql.rows(statement, Vec::new())?;
        let number = |row: &[SqlValue], at: usize| row.get(at).and_then(SqlValue::integer);
        let Some(hooks) = rows.first().filter(|row| number(row, 0).unwrap_or(0) > 0) else {
            return Ok(None);
        };
        let statement = "SELECT (SELECT MIN(next_at) FROM hook_deliveries WHERE state = 'waiting'), \
             (SELECT MIN(at) FROM hook_announced), told.sequence <> state.sequence, looked_at, change \
             FROM hook_told AS told JOIN state ON state.id = told.id";
        let rows = self.sql.rows(statement, Vec::new())?;
        let Some(row) = rows.first() else {
            return Ok(Some(now));
        };
        let next = number(row, 0);
        let unheard = number(row, 1).map(|at| at + ANNOUNCED_MILLIS);
        let is_told = |at: usize| number(hooks, at).unwrap_or(0) > 0;
        let manifest = (number(row, 2) == Some(1) && is_told(2)).then_some(now);
        let newest = CHANGES.first().map(|change| change.id);
        let change = row.get(4).and_then(SqlValue::text);
        let api = is_told(1).then(|| {
            // An older version leaves what a newer one told as it is.
            let is_news = change != newest && CHANGES.iter().any(|it| Some(it.id) == change);
            match is_news {
                true => now,
                false => number(row, 3).unwrap_or(now) + LOOK_MILLIS,
            }
        });
        Ok([next, unheard, manifest, api].into_iter().flatten().min())
    }

    /// Writes an event and gives its number; part of a transaction.
    pub(super) fn write_event(
        &self,
        kind: EventKind,
        now: i64,
        data: Map<String, Value>,
    ) -> Result<i64, Fault> {
        let message = event::message(kind, Timestamp::from_millis(now), data);
        let message = message.context("write an event")?;
        let statement = "INSERT INTO hook_events (id, kind, at, message) VALUES \
             ('msg_' || lower(hex(randomblob(16))), ?1, ?2, ?3) RETURNING number";
        let values = vec![kind.name().into(), now.into(), message.into()];
        let rows = self.sql.rows(statement, values)?;
        let number = rows.first().and_then(|row| row.first()?.integer());
        number.ok_or_else(|| Fault::internal("write an event", "it is not there"))
    }

    /// Begins a delivery and gives its id; part of a transaction.
    pub(super) fn write_delivery(&self, event: i64, hook: &str, now: i64) -> Result<String, Fault> {
        let statement = "INSERT INTO hook_deliveries (id, event, hook, state, attempts, next_at) VALUES \
             ('d-' || lower(hex(randomblob(16))), ?1, ?2, 'waiting', 0, ?3) RETURNING id";
        let values = vec![event.into(), hook.into(), now.into()];
        let rows = self.sql.rows(statement, values)?;
        let id = rows.first().and_then(|row| row.first()?.text());
        let id = id.ok_or_else(|| Fault::internal("begin a delivery", "it is not there"))?;
        Ok(id.to_owned())
    }

    /// Forgets the oldest deliveries that have ended; part of a transaction.
    pub(super) fn forget_deliveries(&self) -> Result<(), Fault> {
        // Numbers grow, so that their span is the most that there can be of them, and costs no walk.
        let statement = "DELETE FROM hook_deliveries WHERE state <> 'waiting' AND \
             number <= (SELECT MAX(number) FROM hook_deliveries) - ?1 RETURNING 1";
        let forgotten = self.sql.rows(statement, vec![KEPT_MAX.into()])?;
        if forgotten.is_empty() {
            return Ok(());
        }
        self.forget_events()
    }

    /// Forgets events that no delivery is of.
    pub(super) fn forget_events(&self) -> Result<(), Fault> {
        let statement =
            "DELETE FROM hook_events WHERE number NOT IN (SELECT event FROM hook_deliveries)";
        self.sql.rows(statement, Vec::new()).map(drop)
    }
}
