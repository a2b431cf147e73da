//! Attempts, made from the object's alarm: endpoints side by side, each one message after the other.
//!
//! Before an attempt is made it is counted and its repetition set, so that a kill in between costs a minute and
//! loses nothing. After an attempt that failed, an endpoint is left alone until the next alarm.

use std::rc::Rc;

use api::webhooks::Stopped;
use kernel::Timestamp;
use webhooks::attempt::{self, Next, Outcome};
use webhooks::{Secret, signature, target};

use crate::fault::{Context, Fault};
use crate::gateway::upstream::drive;
use crate::ports::{Call, NoReply, Outside, Sql, SqlValue};
use crate::tenant::Tenant;

/// After how long an attempt that was not heard of again is made again, in milliseconds.
const UNHEARD_MILLIS: i64 = 60_000;
/// Messages that one endpoint is sent in one alarm: the platform counts calls.
const TURN_MAX: usize = 20;
/// About how long one alarm sends, in milliseconds.
const TURN_MILLIS: i64 = 20_000;

/// An attempt to be made.
struct Attempt {
    delivery: i64,
    /// How many it is the last of.
    made: u32,
    message_id: String,
    message: String,
    url: String,
    secrets: Vec<Secret>,
}

impl<S: Sql> Tenant<S> {
    /// Tells what is to be told, and makes the attempts that are due.
    pub(in crate::tenant) async fn deliver(
        &self,
        outside: &impl Outside,
        clock: &impl Fn() -> Timestamp,
    ) -> Result<(), Fault> {
        let began = clock().millis();
        if self.hooks_due(began)?.is_none_or(|due| due > began) {
            return Ok(());
        }
        self.tell_unheard(began)?;
        self.sql.transaction(|| self.look_for_changes(began))?;
        let statement =
            "SELECT DISTINCT hook FROM hook_deliveries WHERE state = 'waiting' AND next_at <= ?1";
        let rows = self.sql.rows(statement, vec![began.into()])?;
        let hooks = rows.iter().filter_map(|row| row.first()?.text());
        let work = hooks.map(|hook| {
            let work = async move {
                for _ in 0..TURN_MAX {
                    let is_over = clock().millis() - began > TURN_MILLIS;
                    if is_over || !self.attempt_next(hook, outside, clock).await? {
                        break;
                    }
                }
                Ok(())
            };
            Box::pin(work) as drive::Work<'_, Result<(), Fault>>
        });
        let outcomes = drive::all(work.collect()).await;
        self.sql.transaction(|| self.forget_deliveries())?;
        outcomes.into_iter().collect()
    }

    /// Makes the next attempt at an endpoint; says whether there may be another at once.
    async fn attempt_next(
        &self,
        hook: &str,
        outside: &impl Outside,
        clock: &impl Fn() -> Timestamp,
    ) -> Result<bool, Fault> {
        let now = clock().millis();
        let Some(attempt) = self.begin_attempt(hook, now)? else {
            return Ok(false);
        };
        let outcome = attempt.make(outside, now / 1_000).await;
        let ended = clock().millis();
        self.end_attempt(hook, &attempt, outcome, (now, ended))
    }

    /// Counts an attempt that is about to be made.
    fn begin_attempt(&self, hook: &str, now: i64) -> Result<Option<Attempt>, Fault> {
        let statement = "UPDATE hook_deliveries SET attempts = attempts + 1, next_at = ?3, last_at = ?2, \
             first_at = COALESCE(first_at, ?2) WHERE number = (SELECT number FROM hook_deliveries WHERE \
             hook = ?1 AND state = 'waiting' AND next_at <= ?2 ORDER BY next_at, number LIMIT 1) \
             RETURNING number, attempts, event";
        let values = vec![hook.into(), now.into(), (now + UNHEARD_MILLIS).into()];
        let rows = self.sql.rows(statement, values)?;
        let Some([number, made, event]) = rows.first().map(Vec::as_slice) else {
            return Ok(None);
        };
        let statement = "SELECT hook_events.id, message, url, secret, CASE WHEN old_until > ?3 THEN old_secret \
             END FROM hook_events JOIN hooks ON hooks.id = ?2 WHERE number = ?1";
        let values = vec![event.clone(), hook.into(), now.into()];
        let rows = self.sql.rows(statement, values)?;
        let damaged = || Fault::internal("begin an attempt", "its message is gone");
        let Some([id, message, url, secret, old]) = rows.first().map(Vec::as_slice) else {
            return Err(damaged());
        };
        let secrets = [secret, old].into_iter().filter_map(SqlValue::text);
        let secrets = secrets.map(Secret::read).collect::<Result<Vec<_>, _>>();
        Ok(Some(Attempt {
            delivery: number.integer().ok_or_else(damaged)?,
            made: made
                .integer()
                .and_then(|made| u32::try_from(made).ok())
                .unwrap_or(u32::MAX),
            message_id: id.text_or_empty().to_owned(),
            message: message.text_or_empty().to_owned(),
            url: url.text_or_empty().to_owned(),
            secrets: secrets.context("read a secret")?,
        }))
    }

    /// Writes down what came of an attempt, and what follows from it.
    fn end_attempt(
        &self,
        hook: &str,
        attempt: &Attempt,
        outcome: Outcome,
        (began, ended): (i64, i64),
    ) -> Result<bool, Fault> {
        let next = attempt::next(outcome, attempt.made, chance(attempt));
        let (state, next_at) = match next {
            Next::Delivered => ("delivered", SqlValue::Null),
            Next::Again { after_millis } => ("waiting", (ended + after_millis).into()),
            Next::Failed | Next::Gone => ("failed", SqlValue::Null),
        };
        let (status, error) = match outcome {
            Outcome::Answered { status, .. } => (u32::from(status).into(), SqlValue::Null),
            Outcome::Late => (SqlValue::Null, "late".into()),
            Outcome::Large => (SqlValue::Null, "large".into()),
            Outcome::Broken => (SqlValue::Null, "broken".into()),
            Outcome::Refused => (SqlValue::Null, "refused".into()),
        };
        self.sql.transaction(|| {
            // Whoever stopped or ended the endpoint meanwhile has ended its deliveries.
            let statement = "UPDATE hook_deliveries SET state = ?2, next_at = ?3, last_status = ?4, \
                 last_error = ?5, last_millis = ?6 WHERE number = ?1 AND state = 'waiting' RETURNING first_at";
            let values = vec![
                attempt.delivery.into(),
                state.into(),
                next_at,
                status,
                error,
                (ended - began).into(),
            ];
            let rows = self.sql.rows(statement, values)?;
            let first_at = rows.first().and_then(|row| row.first()?.integer());
            let Some(first_at) = first_at else {
                return Ok(false);
            };
            match next {
                Next::Delivered => {
                    let statement = "UPDATE hooks SET delivered_at = ?2 WHERE id = ?1";
                    self.sql.rows(statement, vec![hook.into(), ended.into()])?;
                }
                Next::Again { .. } => {}
                Next::Gone => self.stop_hook(hook, Stopped::Gone, ended)?,
                Next::Failed => {
                    // What arrives elsewhere says that the endpoint works, and not this message.
                    let statement = "SELECT 1 FROM hooks WHERE id = ?1 AND delivered_at >= ?2";
                    let values = vec![hook.into(), first_at.into()];
                    if self.sql.rows(statement, values)?.is_empty() {
                        self.stop_hook(hook, Stopped::Failing, ended)?;
                    }
                }
            }
            Ok(next == Next::Delivered)
        })
    }
}

impl Attempt {
    async fn make(&self, outside: &impl Outside, at_seconds: i64) -> Outcome {
        // The rules may be stricter than on the day on which the address was given.
        if target::check(&self.url, outside.allows_inside()).is_err() {
            return Outcome::Refused;
        }
        let mut fields =
            signature::fields(&self.message_id, at_seconds, &self.message, &self.secrets);
        let own = [
            ("content-type", "application/json"),
            ("user-agent", "MesChain-BI-Webhooks"),
        ];
        fields.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let call = Call {
            url: self.url.clone(),
            method: "POST",
            fields,
            body: Rc::new(self.message.clone().into_bytes()),
            answer_bytes_max: attempt::ANSWER_BYTES_MAX,
        };
        let limit = outside.sleep(attempt::TIMEOUT_MILLIS);
        match drive::within(outside.call(call), limit).await {
            None => Outcome::Late,
            Some(Ok(reply)) => Outcome::Answered {
                status: reply.status,
                retry_after_seconds: attempt::retry_after_seconds(reply.field("retry-after")),
            },
            Some(Err(NoReply::Large)) => Outcome::Large,
            Some(Err(NoReply::Broken(_))) => Outcome::Broken,
        }
    }
}

/// A number that differs from message to message and attempt to attempt: ids are drawn by chance.
fn chance(attempt: &Attempt) -> u32 {
    let bytes = attempt.message_id.bytes();
    bytes.fold(
        attempt.made.wrapping_add(attempt.delivery as u32),
        |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()),
    )
}
