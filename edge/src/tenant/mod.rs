//! One company: its batches, lines, dictionaries, segments and manifest.
//!
//! Everything here runs inside the company's own object, one event at a time, over its own SQLite
//! ([`Sql`]) and its own blobs. Questions are answered at once ([`Tenant::answer`]); batches are worked
//! in from the object's alarm ([`Tenant::work`]), one after the other in the order of their arrival.
//!
//! Why nothing is lost or counted twice: a batch is registered before it is acknowledged, and leaves
//! the state `stored` only in the one transaction that also writes its lines, dictionaries, segments
//! and the new manifest. Blobs are written before that transaction under the hash of their content, so
//! doing it again after a kill is harmless.
//!
//! Out of scope: the alarm's clockwork and HTTP (`objects`).

mod audit;
mod batches;
mod codes;
mod compaction;
mod cuts;
mod delta;
mod hooks;
mod lines;
mod manifest;
mod members;
mod process;
mod profile;
mod proofs;
mod protocol;
mod quota;
mod rates;
mod reading;
mod rollups;
mod schema;
mod specification;
mod traffic;

use std::cell::{Cell, RefCell};

use kernel::{Date, TenantId, Timestamp};

pub use hooks::HookAsk;
pub use protocol::{
    Ask, Known, Manifested, Named, NewBatch, Note, Seen, Told, blob_name, raw_name,
};
pub use traffic::{Choice, Record, ask as ask_to_record};

use crate::fault::Fault;
use crate::gateway::upstream::drive;
use crate::ports::{BlobStore, Outside, Sql};
use members::Members;

/// How long a blob that no manifest names any more can still be fetched, in milliseconds.
pub const GRACE_MILLIS: i64 = 25 * 3_600_000;
/// After this long without a new batch, an import counts as settled, in milliseconds.
pub const SETTLE_MILLIS: i64 = 3_000;
/// About how long one alarm works before it lets other events pass, in milliseconds.
const TURN_MILLIS: i64 = 10_000;
/// How often it is looked for other work while endpoints are told something, in milliseconds.
const LOOK_MILLIS: i64 = 500;

/// A company.
pub struct Tenant<S> {
    sql: S,
    members: RefCell<Option<Members>>,
    is_working: Cell<bool>,
    /// Whether every segment was found to have its cuts; it stays so.
    has_cuts: Cell<bool>,
    /// The month that all before were found to have their roll-ups of.
    rolled_before: Cell<Option<Date>>,
}

impl<S: Sql> Tenant<S> {
    /// Opens a company's database.
    pub fn open(sql: S) -> Result<Self, Fault> {
        schema::create(&sql)?;
        Ok(Tenant {
            sql,
            members: RefCell::new(None),
            is_working: Cell::new(false),
            has_cuts: Cell::new(false),
            rolled_before: Cell::new(None),
        })
    }

    /// Answers a question. Where work may have come up, [`Tenant::next_alarm`] tells when it is due.
    pub fn answer(&self, ask: Ask) -> Result<Told, Fault> {
        match ask {
            Ask::Profile => Ok(Told::Profile {
                profile: self.profile()?,
            }),
            Ask::SetProfile { profile } => self.set_profile(profile),
            Ask::ChangeProfile { change } => self.change_profile(&change),
            Ask::Find { key } => self.find(&key),
            Ask::Reading { kind, spec, head } => self.how_read(kind, spec, &head),
            Ask::Register { batch } => self.register(&batch),
            Ask::Batches { limit } => self.batches(limit),
            Ask::Batch { id } => self.batch(&id),
            Ask::Dashboard { now } => self.dashboard(now),
            Ask::KeepDashboard {
                sequence,
                today,
                json,
            } => self.keep_dashboard(sequence, today, json),
            Ask::Note { note } => self.note(&note),
            Ask::Done { entry, about } => self.done(entry, &about),
            Ask::Hooks { ask, now } => self.hooks(ask, now),
            Ask::Audit { after, limit } => self.audit(after, limit),
            Ask::Record {
                records,
                sums,
                days,
                hour,
            } => self.record(records, sums, days, hour),
            Ask::Requests {
                choice,
                before,
                limit,
            } => self.requests(&choice, before, limit),
            Ask::Usage {
                choice,
                by,
                hours,
                quota,
                now,
            } => self.usage(&choice, by, hours, self.left(quota, now)?),
            Ask::Lease { asked, quota, now } => self.lease(asked, quota, now),
            Ask::SetQuota { quota } => self.set_quota(quota),
            Ask::Named { hash } => self.named(hash),
            Ask::Channels { keys } => self.channels(&keys),
            Ask::Proof { id, ends_at, now } => self.take_proof(&id, ends_at, now),
            Ask::Wake => Ok(Told::Done),
        }
    }

    /// When there will be work, if ever.
    pub fn next_alarm(&self, now: Timestamp) -> Result<Option<Timestamp>, Fault> {
        let waiting = self.waiting_since()?.map(|faults| {
            // A batch that met a fault of the platform is tried again later and later.
            let pause_millis = if faults == 0 { 0 } else { 500 << faults.min(6) };
            now.millis() + pause_millis
        });
        let settle = self.state()?.settle_at.filter(|_| waiting.is_none());
        let garbage = self.garbage_due()?;
        let cuts = self.lacks_cuts()?.then_some(now.millis());
        let rollups = self.lacks_rollups(now)?.then_some(now.millis());
        let hooks = self.hooks_due(now.millis())?;
        let requests = self.requests_due()?;
        let due = [waiting, settle, garbage, cuts, rollups, hooks, requests];
        let due = due.into_iter().flatten().min();
        Ok(due.map(Timestamp::from_millis))
    }

    /// Does what is due, while endpoints are told what is to be told. They may answer slowly: work that comes up
    /// meanwhile is not held up by them.
    pub async fn attend(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        outside: &impl Outside,
        clock: impl Fn() -> Timestamp,
    ) -> Result<(), Fault> {
        let clock = &clock;
        let is_sending = Cell::new(true);
        let sending = async {
            let outcome = self.deliver(outside, clock).await;
            is_sending.set(false);
            outcome
        };
        let working = async {
            loop {
                self.work(tenant, blobs, clock).await?;
                if !is_sending.get() {
                    return Ok(());
                }
                outside.sleep(LOOK_MILLIS).await;
            }
        };
        let both: Vec<drive::Work<'_, Result<(), Fault>>> =
            vec![Box::pin(sending), Box::pin(working)];
        drive::all(both).await.into_iter().collect()
    }

    /// Does what is due but webhooks: works batches in, rebuilds segments, rolls months up, forgets blobs.
    pub async fn work(
        &self,
        tenant: &TenantId,
        blobs: &impl BlobStore,
        clock: impl Fn() -> Timestamp,
    ) -> Result<(), Fault> {
        if self.is_working.replace(true) {
            return Ok(());
        }
        let _guard = Working(&self.is_working);
        let began = clock().millis();
        while self.process_next(tenant, blobs, &clock).await? {
            self.compact(tenant, blobs, &clock, compaction::Urgency::Pressing)
                .await?;
            if clock().millis() - began > TURN_MILLIS {
                return Ok(());
            }
        }
        self.roll_requests_up(tenant, blobs, &clock).await?;
        if self
            .state()?
            .settle_at
            .is_some_and(|at| at <= clock().millis())
        {
            self.compact(tenant, blobs, &clock, compaction::Urgency::Settled)
                .await?;
        }
        self.complete_cuts(tenant, blobs).await?;
        self.forget_retired(tenant, blobs, clock()).await?;
        self.complete_rollups(tenant, blobs, &clock).await
    }
}

/// Ends the state of working, however the work ends.
struct Working<'w>(&'w Cell<bool>);

impl Drop for Working<'_> {
    fn drop(&mut self) {
        self.0.set(false);
    }
}

#[cfg(test)]
mod tests;
