//! What lies in a database, as it lies there: for tests to look at and to damage.

use js_sys::{Array, Object, Promise, Reflect, Uint8Array};
use rexie::TransactionMode;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::cipher::Key;
use super::indexed_db::{BLOBS, Database, OUTBOX, STATE, StorageError, bytes_as_value, key};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey)]
    fn import_key(
        form: &str,
        bytes: &JsValue,
        of: &Object,
        is_extractable: bool,
        uses: &Array,
    ) -> Promise;
}

impl Key {
    /// The key of these bytes.
    pub(crate) async fn of(bytes: &[u8]) -> Key {
        let of = Object::new();
        Reflect::set(&of, &"name".into(), &"AES-GCM".into()).expect("an object");
        let uses = Array::of2(&"encrypt".into(), &"decrypt".into());
        let key = import_key("raw", &bytes_as_value(bytes), &of, false, &uses);
        let key = JsFuture::from(key).await.expect("a key");
        Key::from_value(&key).expect("a key of this cipher")
    }

    /// Seals bytes.
    pub(crate) async fn seal(&self, place: &str, name: &str, bytes: &[u8]) -> Vec<u8> {
        let sealed = self.seal_array(place, name, &Uint8Array::from(bytes)).await;
        sealed.expect("a browser that seals").to_vec()
    }

    /// Opens bytes.
    pub(crate) async fn open(&self, place: &str, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let opening = self.opening(place, name, &Uint8Array::from(sealed))?;
        Some(opening.done().await?.to_vec())
    }
}

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
