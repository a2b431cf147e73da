//! The ports over plain SQLite and memory, with a fuse that ends everything at a chosen step, as a kill
//! would: before a step happens, or after it happened and before anyone heard of it.

mod services;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use credentials::Key;
use kernel::{TenantId, Timestamp};
use policy::Cut;
use rusqlite::Connection;
use rusqlite::types::{Value, ValueRef};

use crate::control;
use crate::fault::{Context as _, Fault};
use crate::figures;
use crate::gateway::meters::{Meters, QUOTA_DEFAULT, Rates};
use crate::ports::{
    BlobStore, Call, Database, Later, NoReply, Outside, Platform, Reply, Settings, Sql, SqlRows,
    SqlValue, Statement, Tenants,
};
use crate::tenant::{Ask, Manifested, Tenant, Told};

pub(crate) use services::{Behaviour, Services};

/// Ends everything after some steps.
#[derive(Default)]
pub(crate) struct Fuse {
    left: Cell<Option<u64>>,
    is_blown: Cell<bool>,
}

impl Fuse {
    pub(crate) fn set(&self, steps: Option<u64>) {
        self.left.set(steps);
        self.is_blown.set(false);
    }

    pub(crate) fn is_blown(&self) -> bool {
        self.is_blown.get()
    }

    /// Whether it was set and has not blown.
    pub(crate) fn is_intact(&self) -> bool {
        self.left.get().is_some() && !self.is_blown.get()
    }

    fn step(&self) -> Result<(), Fault> {
        match self.left.get() {
            _ if self.is_blown.get() => {}
            None => return Ok(()),
            Some(0) => self.is_blown.set(true),
            Some(left) => {
                self.left.set(Some(left - 1));
                return Ok(());
            }
        }
        Err(Fault::internal("run", "killed"))
    }
}

/// SQLite in memory that outlives whoever uses it.
#[derive(Clone)]
pub(crate) struct Sqlite {
    connection: Rc<Connection>,
    fuse: Rc<Fuse>,
}

impl Sqlite {
    pub(crate) fn new(fuse: Rc<Fuse>) -> Sqlite {
        let connection = Rc::new(Connection::open_in_memory().unwrap());
        Sqlite { connection, fuse }
    }

    fn run(&self, statement: &str, values: Vec<SqlValue>) -> Result<SqlRows, Fault> {
        let mut prepared = self.connection.prepare(statement).context(statement)?;
        let width = prepared.column_count();
        let values = values.into_iter().map(|value| match value {
            SqlValue::Null => Value::Null,
            // As the platform does: numbers are doubles.
            SqlValue::Integer(value) => Value::Real(value as f64),
            SqlValue::Text(text) => Value::Text(text),
            SqlValue::Blob(bytes) => Value::Blob(bytes),
        });
        let mut rows = prepared
            .query(rusqlite::params_from_iter(values))
            .context(statement)?;
        let mut all = Vec::new();
        while let Some(row) = rows.next().context(statement)? {
            let value = |at| match row.get_ref(at).unwrap() {
                ValueRef::Null => SqlValue::Null,
                ValueRef::Integer(value) => SqlValue::Integer(value),
                ValueRef::Real(value) => SqlValue::Integer(value as i64),
                ValueRef::Text(text) => SqlValue::Text(String::from_utf8(text.to_vec()).unwrap()),
                ValueRef::Blob(bytes) => SqlValue::Blob(bytes.to_vec()),
            };
            all.push((0..width).map(value).collect());
        }
        Ok(all)
    }
}

impl Sql for Sqlite {
    fn rows(&self, statement: &str, values: Vec<SqlValue>) -> Result<SqlRows, Fault> {
        self.fuse.step()?;
        let rows = self.run(statement, values)?;
        self.fuse.step()?;
        Ok(rows)
    }

    fn transaction<T>(&self, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        self.run("BEGIN", Vec::new())?;
        let outcome = work().and_then(|value| self.fuse.step().map(|()| value));
        let end = if outcome.is_ok() {
            "COMMIT"
        } else {
            "ROLLBACK"
        };
        self.run(end, Vec::new())?;
        let value = outcome?;
        self.fuse.step()?;
        Ok(value)
    }
}

impl Database for Sqlite {
    async fn rows(&self, (statement, values): Statement<'_>) -> Result<SqlRows, Fault> {
        Sql::rows(self, statement, values)
    }

    async fn batch(&self, statements: Vec<Statement<'_>>) -> Result<Vec<SqlRows>, Fault> {
        self.transaction(|| {
            let statements = statements.into_iter();
            statements
                .map(|(statement, values)| Sql::rows(self, statement, values))
                .collect()
        })
    }
}

type Blobs = BTreeMap<(TenantId, String), Vec<u8>>;

/// Blobs in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    pub(crate) blobs: Rc<RefCell<Blobs>>,
    pub(crate) fuse: Rc<Fuse>,
}

impl BlobStore for Memory {
    async fn put(&self, tenant: &TenantId, blobs: &[(String, Vec<u8>)]) -> Result<(), Fault> {
        for (name, bytes) in blobs {
            self.fuse.step()?;
            let key = (tenant.clone(), name.clone());
            self.blobs.borrow_mut().insert(key, bytes.clone());
            self.fuse.step()?;
        }
        Ok(())
    }

    async fn get(&self, tenant: &TenantId, name: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.fuse.step()?;
        let key = (tenant.clone(), name.to_owned());
        Ok(self.blobs.borrow().get(&key).cloned())
    }

    async fn delete(&self, tenant: &TenantId, names: &[String]) -> Result<(), Fault> {
        for name in names {
            self.fuse.step()?;
            self.blobs
                .borrow_mut()
                .remove(&(tenant.clone(), name.clone()));
            self.fuse.step()?;
        }
        Ok(())
    }
}

/// A whole edge in memory.
pub(crate) struct World {
    pub(crate) fuse: Rc<Fuse>,
    database: Sqlite,
    pub(crate) blobs: Memory,
    pub(crate) objects: Objects,
    pub(crate) settings: Settings,
    pub(crate) now: Rc<Cell<i64>>,
    drawn: Cell<u64>,
    meters: RefCell<Meters>,
    pub(crate) services: Services,
}

impl World {
    /// Runs something to its end: whenever it waits, the time goes on to the next moment that it waits for.
    pub(crate) fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let mut context = Context::from_waker(Waker::noop());
        loop {
            if let Poll::Ready(value) = work.as_mut().poll(&mut context) {
                return value;
            }
            let next = self.services.timers.borrow_mut().pop_first();
            let next = next.expect("it waits for a moment");
            self.now.set(self.now.get().max(next));
        }
    }
}

/// Companies' objects that come to life when they are first asked.
pub(crate) struct Objects {
    fuse: Rc<Fuse>,
    databases: RefCell<BTreeMap<TenantId, Sqlite>>,
    alive: RefCell<BTreeMap<TenantId, Rc<Tenant<Sqlite>>>>,
}

impl Objects {
    pub(crate) fn get(&self, id: &TenantId) -> Result<Rc<Tenant<Sqlite>>, Fault> {
        if let Some(tenant) = self.alive.borrow().get(id) {
            return Ok(tenant.clone());
        }
        let mut databases = self.databases.borrow_mut();
        let sql = databases
            .entry(id.clone())
            .or_insert_with(|| Sqlite::new(self.fuse.clone()));
        let tenant = Rc::new(Tenant::open(sql.clone())?);
        self.alive.borrow_mut().insert(id.clone(), tenant.clone());
        Ok(tenant)
    }
}

impl Tenants for Objects {
    async fn ask(&self, tenant: &TenantId, ask: &Ask) -> Result<Told, Fault> {
        // Questions travel as JSON.
        let ask = serde_json::to_vec(ask).context("ask")?;
        self.get(tenant)?
            .answer(serde_json::from_slice(&ask).context("ask")?)
    }

    async fn manifest(
        &self,
        tenant: &TenantId,
        cut: Option<Cut>,
        known: Option<u64>,
        gzip: bool,
    ) -> Result<Manifested, Fault> {
        self.get(tenant)?.manifest(cut, known, gzip)
    }
}

pub(crate) const ADMIN_TOKEN: &str = "the administrator";

impl World {
    pub(crate) fn new() -> World {
        let fuse = Rc::new(Fuse::default());
        World {
            database: Sqlite::new(fuse.clone()),
            blobs: Memory {
                fuse: fuse.clone(),
                ..Memory::default()
            },
            objects: Objects {
                fuse: fuse.clone(),
                databases: RefCell::default(),
                alive: RefCell::default(),
            },
            settings: Settings {
                admin_token: ADMIN_TOKEN.to_owned(),
                content_security_policy: "default-src 'self'".to_owned(),
                version: "test".to_owned(),
                dpop_nonce_secret: String::new(),
                rates: Rates::default(),
                quota: QUOTA_DEFAULT,
                guard: policy::Guard::default(),
                calls_inside: false,
                provider: None,
            },
            // 2026-11-23, noon in Istanbul.
            now: Rc::new(Cell::new(1_795_424_400_000)),
            drawn: Cell::new(0),
            meters: RefCell::default(),
            services: Services::default(),
            fuse,
        }
    }

    /// Makes a company one of before segments were cut.
    pub(crate) fn forget_cuts(&self, id: &TenantId) {
        let databases = self.objects.databases.borrow();
        let sql = databases.get(id).unwrap();
        for statement in [
            "DELETE FROM cuts",
            "DELETE FROM kept WHERE name <> 'manifest'",
        ] {
            Sql::rows(sql, statement, Vec::new()).unwrap();
        }
        drop(databases);
        self.restart();
    }

    /// What a kill leaves: everything in memory is gone, what was stored stays.
    pub(crate) fn restart(&self) {
        self.fuse.set(None);
        self.objects.alive.borrow_mut().clear();
    }
}

impl Outside for World {
    async fn call(&self, call: Call) -> Result<Reply, NoReply> {
        Platform::call(self, call).await
    }

    async fn sleep(&self, millis: i64) {
        Platform::sleep(self, millis).await;
    }

    fn allows_inside(&self) -> bool {
        self.settings.calls_inside
    }
}

impl Platform for World {
    type Database = Sqlite;
    type Blobs = Memory;
    type Tenants = Objects;

    fn database(&self) -> &Sqlite {
        &self.database
    }

    fn blobs(&self) -> &Memory {
        &self.blobs
    }

    fn tenants(&self) -> &Objects {
        &self.objects
    }

    fn settings(&self) -> &Settings {
        &self.settings
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.get())
    }

    fn random(&self) -> Result<[u8; 32], Fault> {
        self.drawn.set(self.drawn.get() + 1);
        Ok(*crate::digest::sha256(&[&self.drawn.get().to_le_bytes()]).as_bytes())
    }

    async fn is_signed(&self, key: &Key, message: &[u8], signature: &[u8]) -> bool {
        key.verifies(message, signature)
    }

    async fn make_key(&self) -> Result<String, Fault> {
        use p256::ecdsa::SigningKey;
        let secret = self.random()?;
        let key = SigningKey::from_slice(&secret).context("make a key")?;
        let point = key.verifying_key().to_sec1_point(false);
        let text = credentials::to_base64url;
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        let (x, y) = (text(x.as_slice()), text(y.as_slice()));
        let jwk =
            serde_json::json!({ "kty": "EC", "crv": "P-256", "d": text(&secret), "x": x, "y": y });
        Ok(jwk.to_string())
    }

    async fn sign(&self, private_key: &str, message: &[u8]) -> Result<Vec<u8>, Fault> {
        use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
        let jwk: serde_json::Value = serde_json::from_str(private_key).context("read a key")?;
        let secret = credentials::from_base64url(jwk["d"].as_str().unwrap()).unwrap();
        let key = SigningKey::from_slice(&secret).context("read a key")?;
        let signature: Signature = key.sign(message);
        Ok(signature.to_bytes().to_vec())
    }

    async fn figures(&self, ask: &figures::Ask) -> Result<figures::Told, Fault> {
        // Questions and answers travel as JSON.
        let ask = serde_json::to_vec(ask).context("ask")?;
        let ask = serde_json::from_slice(&ask).context("ask")?;
        let told = figures::answer(self, &ask).await?;
        let told = serde_json::to_vec(&told).context("tell")?;
        serde_json::from_slice(&told).context("tell")
    }

    async fn control(&self, ask: &control::Ask, body: Vec<u8>) -> Result<control::Told, Fault> {
        // Questions and answers travel as bytes.
        let sent = ask.packed(&body)?;
        let (ask, body) = control::Ask::unpacked(&sent)?;
        let told = control::answer(self, &ask, body).await;
        control::Told::unpacked(&told.packed()?)
    }

    async fn call(&self, call: Call) -> Result<Reply, NoReply> {
        let said = (self.services.behaviour.borrow())(&call, self.now.get());
        self.services.calls.borrow_mut().push(call);
        let (after, said) = said;
        Platform::sleep(self, after).await;
        said
    }

    async fn sleep(&self, millis: i64) {
        let until = self.now.get() + millis;
        std::future::poll_fn(|_| {
            if self.now.get() >= until {
                return Poll::Ready(());
            }
            self.services.timers.borrow_mut().insert(until);
            Poll::Pending
        })
        .await;
    }

    fn routes(&self) -> String {
        self.services.routes.borrow().clone()
    }

    fn upstream_secret(&self, name: &str) -> Option<String> {
        (name == "UPSTREAM_TOKEN").then(|| "Bearer of the service".to_owned())
    }

    fn later(&self, work: Later) {
        self.services.later.borrow_mut().push(work);
    }

    fn meters<T>(&self, work: impl FnOnce(&mut Meters) -> T) -> T {
        work(&mut self.meters.borrow_mut())
    }

    fn log(&self, _line: &str) {}
}
