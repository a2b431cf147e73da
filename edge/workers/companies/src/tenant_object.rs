//! A company's Durable Object: one event at a time, so that a batch is worked in by nobody else.
//!
//! Why it is safe: SQLite's writes of one event are one transaction, an answer leaves only once they
//! are on disk, and an alarm that was set survives a kill. Work is done in the alarm alone, which no
//! client can cut short by closing its connection.

use std::cell::OnceCell;

use kernel::{TenantId, Timestamp};
use policy::Cut;
use worker::{DurableObject, Env, Method, Request, Response, State, console_error, durable_object};

use edge::fault::{Context, Fault};
use edge::platform::sql::ObjectSql;
use edge::platform::{Blobs, CUT_HEADER, Envelope, KNOWN_HEADER, SEQUENCE_HEADER, World, now};
use edge::ports::{Sql, SqlValue};
use edge::tenant::{Ask, Manifested, Tenant};

/// A pause after a fault of the platform outside of any batch, in milliseconds.
const FAULT_PAUSE_MILLIS: i64 = 5_000;

/// A company's object.
#[durable_object(alarm)]
pub struct TenantObject {
    state: State,
    env: Env,
    tenant: OnceCell<Tenant<ObjectSql>>,
}

impl DurableObject for TenantObject {
    fn new(state: State, env: Env) -> Self {
        TenantObject {
            state,
            env,
            tenant: OnceCell::new(),
        }
    }

    async fn fetch(&self, request: Request) -> worker::Result<Response> {
        match self.serve(request).await {
            Ok(response) => Ok(response),
            Err(fault) => Ok(Response::from_json(&fault)?.with_status(fault.kind().status())),
        }
    }

    async fn alarm(&self) -> worker::Result<Response> {
        if let Err(fault) = self.work().await {
            console_error!("alarm: {fault}");
        }
        Response::empty()
    }
}

impl TenantObject {
    fn tenant(&self) -> Result<&Tenant<ObjectSql>, Fault> {
        if let Some(tenant) = self.tenant.get() {
            return Ok(tenant);
        }
        let tenant = Tenant::open(ObjectSql::new(&self.state.storage()))?;
        Ok(self.tenant.get_or_init(|| tenant))
    }

    async fn serve(&self, mut request: Request) -> Result<Response, Fault> {
        if request.method() == Method::Get {
            return self.manifest(&request);
        }
        let body = request.bytes().await.context("read a question")?;
        let envelope: Envelope<Ask> = serde_json::from_slice(&body).context("read a question")?;
        let may_bring_work = envelope.ask.may_bring_work();
        if may_bring_work {
            self.remember_name(&envelope.tenant)?;
        }
        let told = self.tenant()?.answer(envelope.ask)?;
        if may_bring_work {
            self.set_alarm(false).await?;
        }
        Response::from_json(&told).context("answer")
    }

    fn manifest(&self, request: &Request) -> Result<Response, Fault> {
        let known = request.headers().get(KNOWN_HEADER).ok().flatten();
        let known = known.and_then(|text| text.parse().ok());
        let cut = request.headers().get(CUT_HEADER).ok().flatten();
        let cut = match cut.as_deref().unwrap_or_default() {
            "" => None,
            name => {
                let cut = Cut::ALL.into_iter().find(|it| it.name() == name);
                Some(cut.ok_or_else(Fault::not_found)?)
            }
        };
        let gzip = request.path().ends_with(".gz");
        let (sequence, response) = match self.tenant()?.manifest(cut, known, gzip)? {
            Manifested::Unchanged { sequence } => {
                let response = Response::empty().context("answer")?;
                (sequence, response.with_status(204))
            }
            Manifested::Changed {
                sequence, bytes, ..
            } => (sequence, Response::from_bytes(bytes).context("answer")?),
        };
        let headers = response.headers();
        headers
            .set(SEQUENCE_HEADER, &sequence.to_string())
            .context("answer")?;
        Ok(response)
    }

    async fn work(&self) -> Result<(), Fault> {
        let blobs = Blobs::new(&self.env)?;
        let tenant = self.tenant()?;
        let outcome = match self.name()? {
            Some(name) => {
                let outside = World::new(&self.env);
                tenant.attend(&name, &blobs, &outside, now).await
            }
            None => Ok(()),
        };
        self.set_alarm(outcome.is_err()).await?;
        outcome
    }

    /// Sets the alarm for when there is work; part of what the current event writes.
    async fn set_alarm(&self, has_failed: bool) -> Result<(), Fault> {
        let now = now();
        let Some(due) = self.tenant()?.next_alarm(now)? else {
            return Ok(());
        };
        let earliest = if has_failed { FAULT_PAUSE_MILLIS } else { 0 };
        let due = Timestamp::from_millis(due.millis().max(now.millis() + earliest.min(1_000)));
        let storage = self.state.storage();
        let held = storage.get_alarm().await.context("read the alarm")?;
        if held.is_none_or(|held| held > due.millis()) {
            let offset = due.millis() - now.millis();
            storage.set_alarm(offset).await.context("set the alarm")?;
        }
        Ok(())
    }

    /// An alarm comes without a name, so the object keeps its own.
    fn remember_name(&self, tenant: &TenantId) -> Result<(), Fault> {
        if self.name()?.is_none() {
            let sql = ObjectSql::new(&self.state.storage());
            let statement = "INSERT INTO name (id, name) VALUES (0, ?1) ON CONFLICT DO NOTHING";
            sql.rows(statement, vec![tenant.as_str().into()])?;
        }
        Ok(())
    }

    fn name(&self) -> Result<Option<TenantId>, Fault> {
        let sql = ObjectSql::new(&self.state.storage());
        let statement = "CREATE TABLE IF NOT EXISTS name (id INTEGER PRIMARY KEY CHECK (id = 0), name TEXT NOT NULL)";
        sql.rows(statement, Vec::new())?;
        let rows = sql.rows("SELECT name FROM name", Vec::new())?;
        let name = rows
            .first()
            .and_then(|row| row.first())
            .and_then(SqlValue::text);
        name.map(|name| name.parse().context("read the object's name"))
            .transpose()
    }
}
