//! What the edge needs of the world around it, as ports: the Worker's bindings on the platform, plain
//! SQLite and memory in tests.

use std::future::Future;
use std::rc::Rc;

use credentials::Key;
use kernel::{TenantId, Timestamp};
use limits::lease::Quota;
use policy::{Cut, Guard};

use thiserror::Error;

use crate::control;
use crate::fault::Fault;
use crate::figures;
use crate::gateway::meters::{Meters, Rates};
use crate::gateway::upstream::plan::Plan;
use crate::tenant::{Ask, Manifested, Told};

/// A value in SQL. Integers beyond 2^53 do not pass unharmed: they travel as text.
#[derive(Clone, Debug, PartialEq)]
pub enum SqlValue {
    /// Not known.
    Null,
    /// A whole number.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl SqlValue {
    /// The whole number, if it is one.
    pub const fn integer(&self) -> Option<i64> {
        match self {
            SqlValue::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            SqlValue::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text, empty if it is none.
    pub fn text_or_empty(&self) -> &str {
        self.text().unwrap_or_default()
    }

    /// The bytes, if it is some.
    pub fn into_blob(self) -> Option<Vec<u8>> {
        match self {
            SqlValue::Blob(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl From<&str> for SqlValue {
    fn from(text: &str) -> SqlValue {
        SqlValue::Text(text.to_owned())
    }
}

impl From<String> for SqlValue {
    fn from(text: String) -> SqlValue {
        SqlValue::Text(text)
    }
}

impl From<i64> for SqlValue {
    fn from(value: i64) -> SqlValue {
        SqlValue::Integer(value)
    }
}

impl From<u32> for SqlValue {
    fn from(value: u32) -> SqlValue {
        SqlValue::Integer(value.into())
    }
}

impl From<i32> for SqlValue {
    fn from(value: i32) -> SqlValue {
        SqlValue::Integer(value.into())
    }
}

impl From<bool> for SqlValue {
    fn from(value: bool) -> SqlValue {
        SqlValue::Integer(value.into())
    }
}

/// Rows of an answer.
pub type SqlRows = Vec<Vec<SqlValue>>;

/// The SQLite database inside an object: synchronous, and this object's alone.
pub trait Sql {
    /// Runs one statement and gives its rows.
    fn rows(&self, statement: &str, values: Vec<SqlValue>) -> Result<SqlRows, Fault>;

    /// Runs `work` so that all of it happens or, on an error, nothing.
    fn transaction<T>(&self, work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault>;
}

/// One statement with its values.
pub type Statement<'s> = (&'s str, Vec<SqlValue>);

/// The database that all companies share: who may see which company, never what is in it.
pub trait Database {
    /// Runs one statement and gives its rows.
    fn rows(&self, statement: Statement<'_>) -> impl Future<Output = Result<SqlRows, Fault>>;

    /// Runs statements as one transaction and gives the rows of each.
    fn batch(
        &self,
        statements: Vec<Statement<'_>>,
    ) -> impl Future<Output = Result<Vec<SqlRows>, Fault>>;
}

/// Bytes under names, kept apart per company.
pub trait BlobStore {
    /// Stores bytes under their names. Storing the same again is harmless.
    fn put(
        &self,
        tenant: &TenantId,
        blobs: &[(String, Vec<u8>)],
    ) -> impl Future<Output = Result<(), Fault>>;

    /// The bytes of a name.
    fn get(
        &self,
        tenant: &TenantId,
        name: &str,
    ) -> impl Future<Output = Result<Option<Vec<u8>>, Fault>>;

    /// Forgets names; one that is not there is harmless.
    fn delete(
        &self,
        tenant: &TenantId,
        names: &[String],
    ) -> impl Future<Output = Result<(), Fault>>;
}

/// The companies' own objects.
pub trait Tenants {
    /// Asks a company's object.
    fn ask(&self, tenant: &TenantId, ask: &Ask) -> impl Future<Output = Result<Told, Fault>>;

    /// A company's manifest, of all columns or of a cut, unless it is the one already known.
    fn manifest(
        &self,
        tenant: &TenantId,
        cut: Option<Cut>,
        known: Option<u64>,
        gzip: bool,
    ) -> impl Future<Output = Result<Manifested, Fault>>;
}

/// A body that has not been read.
pub trait Upload {
    /// Reads all of it; refuses one beyond the limit without reading on.
    fn read(self, limit_bytes: usize) -> impl Future<Output = Result<Vec<u8>, Fault>>;
}

/// A body that was read already, within its limit.
pub struct Read(pub Vec<u8>);

impl Upload for Read {
    async fn read(self, _limit_bytes: usize) -> Result<Vec<u8>, Fault> {
        Ok(self.0)
    }
}

/// A body that may have been read: one type, so that what takes it is compiled once.
pub enum Sent<U> {
    /// It was not.
    Waiting(U),
    /// It was, within its limit.
    Read(Vec<u8>),
}

impl<U: Upload> Upload for Sent<U> {
    async fn read(self, limit_bytes: usize) -> Result<Vec<u8>, Fault> {
        match self {
            Sent::Waiting(upload) => upload.read(limit_bytes).await,
            Sent::Read(body) => Ok(body),
        }
    }
}

/// What whoever runs the edge sets.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The administrator's bearer token; empty switches these endpoints off.
    pub admin_token: String,
    /// Content security policy of pages.
    pub content_security_policy: String,
    /// Version to tell.
    pub version: String,
    /// The secret of the nonces of proofs of possession; empty where none are asked for.
    pub dpop_nonce_secret: String,
    /// How often one address, one session and one key may ask.
    pub rates: Rates,
    /// How many requests the keys of a company may make, where nothing else is set for it.
    pub quota: Quota,
    /// Who is kept out.
    pub guard: Guard,
    /// Whether addresses that companies name (webhooks, keys of issuers) may lead to servers of one's own network, and
    /// without encryption: for tries and tests.
    pub calls_inside: bool,
    /// The OpenID provider that people may sign in by.
    pub provider: Option<ProviderSettings>,
}

/// An OpenID provider, and what the edge is to it.
#[derive(Clone, Debug)]
pub struct ProviderSettings {
    /// The provider's name, an address.
    pub issuer: String,
    /// What people are told that it is called.
    pub name: String,
    /// The edge's id there.
    pub client_id: String,
    /// The edge's secret there; empty where it has none.
    pub client_secret: String,
}

/// A call to a service behind the gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Where: an origin of the routes, and a path.
    pub url: String,
    /// Method.
    pub method: &'static str,
    /// Header fields.
    pub fields: Vec<(String, String)>,
    /// Body; empty for none.
    pub body: Rc<Vec<u8>>,
    /// The largest answer, in bytes.
    pub answer_bytes_max: usize,
}

/// What a service answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Status.
    pub status: u16,
    /// Header fields, names in lower case.
    pub fields: Vec<(String, String)>,
    /// Body, unpacked.
    pub body: Vec<u8>,
}

impl Reply {
    /// A header field; the first where it is repeated.
    pub fn field(&self, name: &str) -> Option<&str> {
        let found = self.fields.iter().find(|(own, _)| own == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// Why a service answers nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NoReply {
    /// It cannot be reached, or broke off; for the log.
    #[error("{0}")]
    Broken(String),
    /// Its answer is larger than the limit.
    #[error("its answer is too large")]
    Large,
}

/// What a company's object needs to tell other people's servers something.
pub trait Outside {
    /// Calls a server; whoever drops the call ends it.
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply, NoReply>>;
    /// Waits.
    fn sleep(&self, millis: i64) -> impl Future<Output = ()>;
    /// Whether servers of one's own network may be told, and without encryption: for tries and tests.
    fn allows_inside(&self) -> bool;
}

/// Work for after the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Later {
    /// Tell the queue that a company has a batch waiting.
    Announce(TenantId),
    /// Hand what was asked of a company's API to its object, in a second.
    Records(TenantId),
    /// Compute and keep a company's dashboard.
    Dashboard(TenantId),
    /// Record what came of a company's predictions.
    Outcomes(TenantId),
    /// Fetch an answer of a service anew.
    Refresh(Box<Plan>),
    /// Look after a host of a service: both by their places.
    Look(usize, usize),
}

/// Everything a request may need.
pub trait Platform {
    /// The shared database.
    type Database: Database;
    /// The blobs.
    type Blobs: BlobStore;
    /// The companies' objects.
    type Tenants: Tenants;

    /// The shared database.
    fn database(&self) -> &Self::Database;
    /// The blobs.
    fn blobs(&self) -> &Self::Blobs;
    /// The companies' objects.
    fn tenants(&self) -> &Self::Tenants;
    /// Asks for a company's figures.
    fn figures(&self, ask: &figures::Ask) -> impl Future<Output = Result<figures::Told, Fault>>;
    /// Has the control plane answer a request whose body was read.
    fn control(
        &self,
        ask: &control::Ask,
        body: Vec<u8>,
    ) -> impl Future<Output = Result<control::Told, Fault>>;
    /// Settings.
    fn settings(&self) -> &Settings;
    /// The time.
    fn now(&self) -> Timestamp;
    /// 256 bits that nobody can guess.
    fn random(&self) -> Result<[u8; 32], Fault>;
    /// Whether a signature, in the form of JOSE, is a key's over a message. No key and no signature at all are no error.
    fn is_signed(&self, key: &Key, message: &[u8], signature: &[u8]) -> impl Future<Output = bool>;
    /// Makes a key of ES256 and gives all of it as a JSON Web Key.
    fn make_key(&self) -> impl Future<Output = Result<String, Fault>>;
    /// Signs a message by ES256 with such a key; the signature is in the form of JOSE.
    fn sign(
        &self,
        private_key: &str,
        message: &[u8],
    ) -> impl Future<Output = Result<Vec<u8>, Fault>>;
    /// Calls a service behind the gateway; whoever drops the call ends it.
    fn call(&self, call: Call) -> impl Future<Output = Result<Reply, NoReply>>;
    /// Waits.
    fn sleep(&self, millis: i64) -> impl Future<Output = ()>;
    /// The declaration of services and routes, as JSON.
    fn routes(&self) -> String;
    /// A variable that may be sent to a service: its name begins with `UPSTREAM_`.
    fn upstream_secret(&self, name: &str) -> Option<String>;
    /// Leaves work for after the answer. It only makes things faster: should it be lost, nothing is.
    fn later(&self, work: Later);
    /// Works on this isolate's memory of how much was asked.
    fn meters<T>(&self, work: impl FnOnce(&mut Meters) -> T) -> T;
    /// Writes to the log.
    fn log(&self, line: &str);
}
