//! One IndexedDB database per company: blobs by hash (`blobs`), small states by name, and the outbox of
//! imports.

use futures_util::future::try_join_all;
use js_sys::Uint8Array;
use kernel::TenantId;
use rexie::{ObjectStore, Rexie, Store, Transaction, TransactionMode};
use thiserror::Error;
use wasm_bindgen::{JsCast, JsValue};

const VERSION: u32 = 1;
pub(super) const BLOBS: &str = "blobs";
const STATE: &str = "state";
const OUTBOX: &str = "outbox";

/// The browser's storage failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the browser's storage failed: {0}")]
pub struct StorageError(String);

impl From<rexie::Error> for StorageError {
    fn from(error: rexie::Error) -> Self {
        StorageError(match error {
            rexie::Error::IdbError(cause) => format!("{cause:?}"),
            other => other.to_string(),
        })
    }
}

/// The database of a company.
#[derive(Debug)]
pub struct Database {
    rexie: Rexie,
}

pub(super) fn key(text: &str) -> JsValue {
    JsValue::from_str(text)
}

fn bytes_of(value: JsValue) -> Option<Vec<u8>> {
    value.dyn_ref::<Uint8Array>().map(Uint8Array::to_vec)
}

pub(super) fn bytes_as_value(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn chunk_key(import: &str, index: usize) -> String {
    format!("{import}/{index:06}")
}

impl Database {
    /// Opens the database of a company and creates it where it does not exist.
    pub async fn open(company: &TenantId) -> Result<Database, StorageError> {
        let mut builder = Rexie::builder(&Database::name(company)).version(VERSION);
        for store in [BLOBS, STATE, OUTBOX] {
            builder = builder.add_object_store(ObjectStore::new(store));
        }
        Ok(Database {
            rexie: builder.build().await?,
        })
    }

    /// The name of a company's database.
    pub fn name(company: &TenantId) -> String {
        format!("meschain-{company}")
    }

    pub(super) fn start(
        &self,
        store: &str,
        mode: TransactionMode,
    ) -> Result<(Transaction, Store), StorageError> {
        let transaction = self.rexie.transaction(&[store], mode)?;
        let store = transaction.store(store)?;
        Ok((transaction, store))
    }

    /// A small state by its name.
    pub async fn state(&self, name: &str) -> Result<Option<String>, StorageError> {
        let (_open, state) = self.start(STATE, TransactionMode::ReadOnly)?;
        let value = state.get(key(name)).await?;
        Ok(value.and_then(|value| value.as_string()))
    }

    /// Several of them, as they are at one moment.
    pub async fn states<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<[Option<String>; N], StorageError> {
        let (_open, state) = self.start(STATE, TransactionMode::ReadOnly)?;
        let values = try_join_all(names.iter().map(|name| state.get(key(name)))).await?;
        let text = |value: Option<JsValue>| value.and_then(|value| value.as_string());
        let mut values = values.into_iter().map(text);
        Ok(std::array::from_fn(|_| values.next().flatten()))
    }

    /// Stores small states, all or none.
    pub async fn put_states(&self, states: &[(&str, &str)]) -> Result<(), StorageError> {
        let (open, store) = self.start(STATE, TransactionMode::ReadWrite)?;
        for (name, text) in states {
            store.put(&key(text), Some(&key(name))).await?;
        }
        open.done().await?;
        Ok(())
    }

    /// Forgets all blobs and states; the outbox stays.
    pub async fn clear(&self) -> Result<(), StorageError> {
        for store in [BLOBS, STATE] {
            let (open, store) = self.start(store, TransactionMode::ReadWrite)?;
            store.clear().await?;
            open.done().await?;
        }
        Ok(())
    }

    /// The import that is kept here, as text.
    pub async fn job(&self) -> Result<Option<String>, StorageError> {
        let (_open, outbox) = self.start(OUTBOX, TransactionMode::ReadOnly)?;
        let value = outbox.get(key("job")).await?;
        Ok(value.and_then(|value| value.as_string()))
    }

    /// Keeps an import, and with it a chunk that was staged, in one transaction.
    pub async fn put_job(
        &self,
        job: &str,
        chunk: Option<(&str, usize, &[u8])>,
    ) -> Result<(), StorageError> {
        let (open, outbox) = self.start(OUTBOX, TransactionMode::ReadWrite)?;
        if let Some((import, index, bytes)) = chunk {
            let name = key(&chunk_key(import, index));
            outbox.put(&bytes_as_value(bytes), Some(&name)).await?;
        }
        outbox.put(&key(job), Some(&key("job"))).await?;
        open.done().await?;
        Ok(())
    }

    /// Keeps an import and forgets a chunk that the edge has, in one transaction.
    pub async fn put_job_without(
        &self,
        job: &str,
        import: &str,
        index: usize,
    ) -> Result<(), StorageError> {
        let (open, outbox) = self.start(OUTBOX, TransactionMode::ReadWrite)?;
        outbox.delete(key(&chunk_key(import, index))).await?;
        outbox.put(&key(job), Some(&key("job"))).await?;
        open.done().await?;
        Ok(())
    }

    /// The bytes of a staged chunk.
    pub async fn chunk(&self, import: &str, index: usize) -> Result<Option<Vec<u8>>, StorageError> {
        let (_open, outbox) = self.start(OUTBOX, TransactionMode::ReadOnly)?;
        let value = outbox.get(key(&chunk_key(import, index))).await?;
        Ok(value.and_then(bytes_of))
    }

    /// Forgets all chunks; keeps the job, which says how it ended.
    pub async fn clear_outbox(&self, job: &str) -> Result<(), StorageError> {
        let (open, outbox) = self.start(OUTBOX, TransactionMode::ReadWrite)?;
        outbox.clear().await?;
        outbox.put(&key(job), Some(&key("job"))).await?;
        open.done().await?;
        Ok(())
    }
}
