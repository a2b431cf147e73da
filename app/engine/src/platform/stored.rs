//! What lies in a database, as it lies there: for tests to look at and to damage.

use js_sys::Uint8Array;
use rexie::TransactionMode;
use wasm_bindgen::JsCast;

use super::indexed_db::{BLOBS, Database, OUTBOX, STATE, StorageError, bytes_as_value, key};

impl Database {
    /// Every record as it is stored: its store, its name and its bytes, those of texts too.
    pub(crate) async fn stored(
        &self,
    ) -> Result<Vec<(&'static str, String, Vec<u8>)>, StorageError> {
        let mut all = Vec::new();
        for store in [BLOBS, STATE, OUTBOX] {
            let (_, _open, found) = self.begin(store, TransactionMode::ReadOnly).await?;
            for (name, value) in found.scan(None, None, None, None).await? {
                let bytes = match value.dyn_ref::<Uint8Array>() {
                    Some(array) => array.to_vec(),
                    None => value.as_string().unwrap_or_default().into_bytes(),
                };
                all.push((store, name.as_string().unwrap_or_default(), bytes));
            }
        }
        Ok(all)
    }

    /// Puts bytes in the place of a record, whatever the lock says.
    pub(crate) async fn put_as_is(
        &self,
        store: &'static str,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), StorageError> {
        let (_, open, found) = self.begin(store, TransactionMode::ReadWrite).await?;
        found.put(&bytes_as_value(bytes), Some(&key(name))).await?;
        open.done().await?;
        Ok(())
    }
}
