//! One IndexedDB database per company: blobs by hash (`blobs`), small states by name, and the outbox of
//! imports.
//!
//! Where the company's data is locked, every record is sealed by itself (`cipher`), but for the lock and the
//! list of packs. A browser ends a transaction that waits for anything but itself, so records are sealed before one
//! begins and opened after it ended; each transaction looks first whether the lock is still the one
//! that its records were made for.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::future::try_join_all;
use js_sys::Uint8Array;
use kernel::TenantId;
use protocol::{Lock, LockPhase};
use rexie::{ObjectStore, Rexie, Store, Transaction, TransactionMode};
use thiserror::Error;
use wasm_bindgen::prelude::*;

use super::cipher::{self, Key, Seal};

const VERSION: u32 = 1;
pub(super) const BLOBS: &str = "blobs";
pub(super) const STATE: &str = "state";
pub(super) const OUTBOX: &str = "outbox";
/// The name of the lock among the states; it is never sealed.
const LOCK: &str = "lock";
/// The name of the import in the outbox; all others there are of its chunks.
pub(super) const JOB: &str = "job";
/// What the names of all databases begin with.
pub(super) const PREFIX: &str = "meschain-";

/// The browser's storage failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum StorageError {
    /// The browser refused.
    #[error("the browser's storage failed: {0}")]
    Failed(String),
    /// The lock is not the one that this engine knows.
    #[error("this device's data was locked or unlocked elsewhere; open the company again")]
    Changed,
    /// Something that waits to be sent is there, but this key does not open it.
    #[error("what waits to be sent does not open")]
    Shut,
}

impl From<rexie::Error> for StorageError {
    fn from(error: rexie::Error) -> Self {
        StorageError::Failed(match error {
            rexie::Error::IdbError(cause) => format!("{cause:?}"),
            other => other.to_string(),
        })
    }
}

impl From<JsValue> for StorageError {
    fn from(thrown: JsValue) -> Self {
        StorageError::Failed(super::words(&thrown))
    }
}

/// The database of a company.
#[derive(Debug)]
pub struct Database {
    rexie: Rexie,
    seal: RefCell<Rc<Seal>>,
}

/// What is done to a store, all in one transaction.
pub(super) enum Change {
    Put(String, JsValue),
    /// Stores a record that was read in the form of now, unless something newer is there already.
    Renew(String, JsValue),
    Delete(String),
    Clear,
}

pub(super) fn key(text: &str) -> JsValue {
    JsValue::from_str(text)
}

pub(super) fn bytes_as_value(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

/// A text that was stored as such, or as bytes where it was sealed.
fn text_of(value: Option<JsValue>) -> Option<String> {
    let value = value?;
    match value.dyn_ref::<Uint8Array>() {
        Some(bytes) => String::from_utf8(bytes.to_vec()).ok(),
        None => value.as_string(),
    }
}

fn chunk_key(import: &str, index: usize) -> String {
    format!("{import}/{index:06}")
}

fn put(name: &str, text: &str) -> Change {
    Change::Put(name.to_owned(), key(text))
}

pub(super) async fn open_rexie(name: &str) -> Result<Rexie, StorageError> {
    let mut builder = Rexie::builder(name).version(VERSION);
    for store in [BLOBS, STATE, OUTBOX] {
        builder = builder.add_object_store(ObjectStore::new(store));
    }
    Ok(builder.build().await?)
}

impl Database {
    /// Opens the database of a company and creates it where it does not exist. Where it has a lock, nothing
    /// of it can be read until [`Database::unlock`].
    pub async fn open(company: &TenantId) -> Result<Database, StorageError> {
        let rexie = open_rexie(&Database::name(company)).await?;
        let lock = {
            let transaction = rexie.transaction(&[STATE], TransactionMode::ReadOnly)?;
            transaction.store(STATE)?.get(key(LOCK)).await?
        };
        let seal = Seal::of(lock.and_then(|lock| lock.as_string()), None);
        Ok(Database {
            rexie,
            seal: RefCell::new(Rc::new(seal)),
        })
    }

    /// The name of a company's database.
    pub fn name(company: &TenantId) -> String {
        format!("{PREFIX}{company}")
    }

    fn seal(&self) -> Rc<Seal> {
        Rc::clone(&self.seal.borrow())
    }

    /// The lock, as it lies in the database.
    pub fn lock(&self) -> Option<String> {
        self.seal.borrow().lock.clone()
    }

    /// Whether there is a lock that was not opened.
    pub fn is_locked(&self) -> bool {
        let seal = self.seal();
        seal.lock.is_some() && seal.key.is_none()
    }

    /// Opens the lock.
    pub fn unlock(&self, key: Key) {
        let seal = Seal::of(self.lock(), Some(key));
        self.seal.replace(Rc::new(seal));
    }

    /// Lets nothing be read or written from here on.
    pub fn shut(&self) {
        // No lock reads like this, so none is the one that records are made for.
        let seal = Seal::of(Some(String::new()), None);
        self.seal.replace(Rc::new(seal));
    }

    /// Puts a lock in the place of the one that is there, or takes it away. The key is that of the lock before,
    /// where there was one and it stays.
    pub async fn set_lock(
        &self,
        lock: Option<String>,
        key: Option<Key>,
    ) -> Result<(), StorageError> {
        let key = key.or_else(|| self.seal().key.clone());
        let next = Rc::new(Seal::of(lock, key));
        // Whoever makes a record from here on makes it for the new lock, and its transaction comes after this one.
        let before = self.seal.replace(Rc::clone(&next));
        let outcome = self.exchange_lock(&before, &next).await;
        if outcome.is_err() {
            self.seal.replace(before);
        }
        outcome
    }

    async fn exchange_lock(&self, before: &Seal, next: &Seal) -> Result<(), StorageError> {
        let mode = TransactionMode::ReadWrite;
        let found = self.start(STATE, mode, before).await?;
        let (open, state) = found.ok_or(StorageError::Changed)?;
        match &next.lock {
            Some(lock) => drop(state.put(&key(lock), Some(&key(LOCK))).await?),
            None => state.delete(key(LOCK)).await?,
        }
        open.done().await?;
        Ok(())
    }

    /// Starts a transaction for records that were made for a lock; `None` where this engine itself has
    /// changed it meanwhile.
    async fn start(
        &self,
        store: &str,
        mode: TransactionMode,
        seal: &Seal,
    ) -> Result<Option<(Transaction, Store)>, StorageError> {
        let both = [store, STATE];
        let stores = if store == STATE {
            &both[1..]
        } else {
            &both[..]
        };
        let transaction = self.rexie.transaction(stores, mode)?;
        let lock = transaction.store(STATE)?.get(key(LOCK)).await?;
        let lock = lock.and_then(|lock| lock.as_string());
        if lock == seal.lock {
            let store = transaction.store(store)?;
            return Ok(Some((transaction, store)));
        }
        match lock == self.seal.borrow().lock {
            true => Ok(None),
            false => Err(StorageError::Changed),
        }
    }

    /// Starts a transaction that goes by the lock as it is, and gives what records are read by.
    pub(super) async fn begin(
        &self,
        store: &str,
        mode: TransactionMode,
    ) -> Result<(Rc<Seal>, Transaction, Store), StorageError> {
        loop {
            let seal = self.seal();
            if let Some((transaction, store)) = self.start(store, mode, &seal).await? {
                return Ok((seal, transaction, store));
            }
        }
    }

    pub(super) async fn read(
        &self,
        store: &str,
        names: &[&str],
    ) -> Result<Vec<Option<JsValue>>, StorageError> {
        let (seal, values) = {
            let (seal, _open, found) = self.begin(store, TransactionMode::ReadOnly).await?;
            let reading = names.iter().map(|name| found.get(key(name)));
            (seal, try_join_all(reading).await?)
        };
        let mut records = Vec::new();
        for (name, value) in names.iter().zip(values) {
            let Some(value) = value else {
                records.push(None);
                continue;
            };
            let record = seal.reading(store, name, value).done().await;
            // Anything else is fetched again; of a file there may be no other copy.
            if record.is_none() && store == OUTBOX {
                return Err(StorageError::Shut);
            }
            records.push(record);
        }
        Ok(records)
    }

    pub(super) async fn write(&self, store: &str, changes: &[Change]) -> Result<(), StorageError> {
        loop {
            let seal = self.seal();
            let mut values = Vec::new();
            for change in changes {
                values.push(match change {
                    Change::Put(name, value) | Change::Renew(name, value) => {
                        seal.stored(store, name, value).await?
                    }
                    Change::Delete(_) | Change::Clear => JsValue::UNDEFINED,
                });
            }
            let mode = TransactionMode::ReadWrite;
            let Some((open, found)) = self.start(store, mode, &seal).await? else {
                continue;
            };
            for (change, value) in changes.iter().zip(&values) {
                match change {
                    Change::Put(name, _) => drop(found.put(value, Some(&key(name))).await?),
                    Change::Renew(name, _) => {
                        let held = found.get(key(name)).await?;
                        if held.is_some_and(|held| cipher::is_sealed(&held) != seal.seals()) {
                            found.put(value, Some(&key(name))).await?;
                        }
                    }
                    Change::Delete(name) => found.delete(key(name)).await?,
                    Change::Clear => {
                        found.clear().await?;
                        if let Some(lock) = seal.lock.as_ref().filter(|_| store == STATE) {
                            found.put(&key(lock), Some(&key(LOCK))).await?;
                        }
                    }
                }
            }
            open.done().await?;
            return Ok(());
        }
    }

    /// A small state by its name.
    pub async fn state(&self, name: &str) -> Result<Option<String>, StorageError> {
        let [text] = self.states([name]).await?;
        Ok(text)
    }

    /// Several of them, as they are at one moment.
    pub async fn states<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Option<String>; N], StorageError> {
        let mut values = self.read(STATE, &names).await?.into_iter();
        Ok(std::array::from_fn(|_| text_of(values.next().flatten())))
    }

    /// Stores small states, all or none.
    pub async fn put_states(&self, states: &[(&str, &str)]) -> Result<(), StorageError> {
        let changes: Vec<Change> = states.iter().map(|(name, text)| put(name, text)).collect();
        self.write(STATE, &changes).await
    }

    /// Forgets all blobs and states; the outbox and the lock stay.
    pub async fn clear(&self) -> Result<(), StorageError> {
        self.write(BLOBS, &[Change::Clear]).await?;
        self.write(STATE, &[Change::Clear]).await
    }

    /// The import that is kept here, as text.
    pub async fn job(&self) -> Result<Option<String>, StorageError> {
        let job = self.read(OUTBOX, &[JOB]).await?.pop();
        Ok(text_of(job.flatten()))
    }

    /// Keeps an import, and with it a chunk that was staged, in one transaction.
    pub async fn put_job(
        &self,
        job: &str,
        chunk: Option<(&str, usize, &[u8])>,
    ) -> Result<(), StorageError> {
        let mut changes = vec![put(JOB, job)];
        if let Some((import, index, bytes)) = chunk {
            let name = chunk_key(import, index);
            changes.push(Change::Put(name, bytes_as_value(bytes)));
        }
        self.write(OUTBOX, &changes).await
    }

    /// Keeps an import and forgets a chunk that the edge has, in one transaction.
    pub async fn put_job_without(
        &self,
        job: &str,
        import: &str,
        index: usize,
    ) -> Result<(), StorageError> {
        let gone = Change::Delete(chunk_key(import, index));
        self.write(OUTBOX, &[gone, put(JOB, job)]).await
    }

    /// The bytes of a staged chunk.
    pub async fn chunk(&self, import: &str, index: usize) -> Result<Option<Vec<u8>>, StorageError> {
        let name = chunk_key(import, index);
        let chunk = self.read(OUTBOX, &[&name]).await?.pop().flatten();
        Ok(chunk.and_then(|chunk| Some(chunk.dyn_ref::<Uint8Array>()?.to_vec())))
    }

    /// Forgets all chunks; keeps the job, which says how it ended.
    pub async fn clear_outbox(&self, job: &str) -> Result<(), StorageError> {
        self.write(OUTBOX, &[Change::Clear, put(JOB, job)]).await
    }

    /// Brings states and the outbox into the form of now: sealed, or not. Done again, it changes nothing.
    pub(super) async fn renew_small(&self) -> Result<(), StorageError> {
        for store in [STATE, OUTBOX] {
            let keys = {
                let (_, _open, found) = self.begin(store, TransactionMode::ReadOnly).await?;
                found.get_all_keys(None, None).await?
            };
            let names = keys.into_iter().filter_map(|key| key.as_string());
            for name in names.filter(|name| store != STATE || name != LOCK) {
                let record = match self.read(store, &[&name]).await {
                    Err(StorageError::Shut) => continue,
                    read => read?.pop().flatten(),
                };
                if let Some(record) = record {
                    self.write(store, &[Change::Renew(name, record)]).await?;
                }
            }
        }
        Ok(())
    }
}

impl Seal {
    fn of(lock: Option<String>, key: Option<Key>) -> Seal {
        let read = lock.as_deref().and_then(|lock| Lock::read(lock).ok());
        let phase: Option<LockPhase> = read.map(|lock| lock.phase);
        Seal {
            key: key.filter(|_| lock.is_some()),
            lock,
            phase,
        }
    }
}
