//! Sealing and opening records: AES-GCM with 256 bits, and the derivation of keys by HKDF with SHA-256, both
//! the browser's. Keys are held where no code can read them out; only the form of a record is ours
//! (`crate::envelope`).

use js_sys::{Array, ArrayBuffer, Object, Promise, Reflect, Uint8Array};
use protocol::LockPhase;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::indexed_db::{OUTBOX, StorageError, bytes_as_value};
use crate::envelope::{self, HEAD_BYTES, NONCE_BYTES};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = crypto, js_name = getRandomValues)]
    fn fill_random(bytes: &Uint8Array) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn encrypt(algorithm: &Object, key: &JsValue, bytes: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"])]
    fn decrypt(algorithm: &Object, key: &JsValue, bytes: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = importKey)]
    fn import_key(
        format: &str,
        bytes: &JsValue,
        algorithm: &JsValue,
        is_extractable: bool,
        uses: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = deriveKey)]
    fn derive_key(
        algorithm: &Object,
        from: &JsValue,
        of: &Object,
        is_extractable: bool,
        uses: &Array,
    ) -> Result<Promise, JsValue>;
}

/// What wrapping keys are derived for.
const INFO: &[u8] = b"meschain cache v1";
/// Bytes of a data key, of a salt, and of a passkey's secret.
pub const KEY_BYTES: usize = 32;

/// What a passkey has made of the lock's salt. It exists in memory only, and only until a key was derived.
#[derive(Debug)]
pub struct Secret(JsValue);

impl Secret {
    /// The secrets that were handed over with a message.
    pub(super) fn all(handed: &JsValue) -> Vec<Secret> {
        let handed = handed.dyn_ref::<Array>();
        handed.map_or_else(Vec::new, |all| all.iter().map(Secret).collect())
    }

    /// One for tests.
    #[cfg(test)]
    pub(crate) fn of(bytes: &[u8]) -> Secret {
        Secret(bytes_as_value(bytes))
    }
}

/// A key for records.
#[derive(Clone, Debug)]
pub struct Key(JsValue);

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

fn uses(names: [&str; 2]) -> Array {
    names.into_iter().map(JsValue::from_str).collect()
}

fn cipher(nonce: &[u8], place: &str, name: &str) -> Result<Object, JsValue> {
    object(&[
        ("name", "AES-GCM".into()),
        ("iv", bytes_as_value(nonce)),
        (
            "additionalData",
            bytes_as_value(&envelope::context(place, name)),
        ),
    ])
}

/// Random bytes.
pub fn random<const N: usize>() -> Result<[u8; N], StorageError> {
    let array = Uint8Array::new_with_length(N as u32);
    fill_random(&array)?;
    let mut bytes = [0; N];
    array.copy_to(&mut bytes);
    Ok(bytes)
}

/// The first bytes of a record, enough to tell its form.
fn form(record: &Uint8Array) -> Result<Option<[u8; NONCE_BYTES]>, envelope::EnvelopeError> {
    let start = record.subarray(0, HEAD_BYTES as u32).to_vec();
    envelope::read(&start, record.length() as usize)
}

/// Whether a record is sealed; one of a newer version is.
pub(super) fn is_sealed(record: &JsValue) -> bool {
    let array = record.dyn_ref::<Uint8Array>();
    array.is_some_and(|array| form(array) != Ok(None))
}

impl Key {
    /// The key of these bytes.
    pub async fn new(bytes: &[u8]) -> Result<Key, StorageError> {
        let algorithm = object(&[("name", "AES-GCM".into())])?;
        let value = bytes_as_value(bytes);
        let key = import_key(
            "raw",
            &value,
            &algorithm,
            false,
            &uses(["encrypt", "decrypt"]),
        )?;
        Ok(Key(JsFuture::from(key).await?))
    }

    /// The key that wraps: derived from a passkey's secret, which is overwritten.
    pub async fn wrapping(secret: &Secret, salt: &[u8]) -> Result<Key, StorageError> {
        let derivation = uses(["deriveKey", "deriveBits"]);
        let from = import_key("raw", &secret.0, &"HKDF".into(), false, &derivation)?;
        let from = JsFuture::from(from).await?;
        let spent = Uint8Array::new(&secret.0);
        spent.fill(0, 0, spent.length());
        let algorithm = object(&[
            ("name", "HKDF".into()),
            ("hash", "SHA-256".into()),
            ("salt", bytes_as_value(salt)),
            ("info", bytes_as_value(INFO)),
        ])?;
        let of = object(&[("name", "AES-GCM".into()), ("length", 256.into())])?;
        let key = derive_key(&algorithm, &from, &of, false, &uses(["encrypt", "decrypt"]))?;
        Ok(Key(JsFuture::from(key).await?))
    }

    /// Seals a record for a name in a place.
    pub(super) async fn seal_array(
        &self,
        place: &str,
        name: &str,
        record: &Uint8Array,
    ) -> Result<Uint8Array, StorageError> {
        let nonce = random()?;
        let text = encrypt(&cipher(&nonce, place, name)?, &self.0, record)?;
        let text = Uint8Array::new(&JsFuture::from(text).await?);
        let sealed = Uint8Array::new_with_length(HEAD_BYTES as u32 + text.length());
        sealed.set(&bytes_as_value(&envelope::head(nonce)), 0);
        sealed.set(&text, HEAD_BYTES as u32);
        Ok(sealed)
    }

    /// Begins to open a record; `None` where it is not sealed, or not as this version reads it.
    pub(super) fn opening(&self, place: &str, name: &str, sealed: &Uint8Array) -> Option<Opening> {
        let nonce = form(sealed).ok()??;
        let text = sealed.subarray(HEAD_BYTES as u32, sealed.length());
        let promise = decrypt(&cipher(&nonce, place, name).ok()?, &self.0, &text).ok()?;
        // From here on somebody hears of a failure, so that the browser does not report one.
        Some(Opening(JsFuture::from(promise)))
    }

    /// Seals bytes.
    pub async fn seal(
        &self,
        place: &str,
        name: &str,
        bytes: &[u8],
    ) -> Result<Vec<u8>, StorageError> {
        let sealed = self
            .seal_array(place, name, &Uint8Array::from(bytes))
            .await?;
        Ok(sealed.to_vec())
    }

    /// Opens bytes; `None` where the key is another, or anything about them was changed.
    pub async fn open(&self, place: &str, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let opening = self.opening(place, name, &Uint8Array::from(sealed))?;
        Some(opening.done().await?.to_vec())
    }
}

/// A record that is being opened.
pub(super) struct Opening(JsFuture);

impl Opening {
    /// The record; `None` where the key is another, or anything about it was changed.
    pub(super) async fn done(self) -> Option<Uint8Array> {
        let clear: ArrayBuffer = self.0.await.ok()?.dyn_into().ok()?;
        Some(Uint8Array::new(&clear))
    }
}

/// How records of a database are written and read at the moment.
#[derive(Debug, Default)]
pub(super) struct Seal {
    /// The lock, as it lies in the database.
    pub(super) lock: Option<String>,
    /// How far it is; [`LockPhase::Off`] without a lock.
    pub(super) phase: Option<LockPhase>,
    /// The key, once the lock is open.
    pub(super) key: Option<Key>,
}

impl Seal {
    /// The key that what is written is sealed with, if it is.
    fn sealing(&self) -> Option<&Key> {
        let key = self.key.as_ref();
        key.filter(|_| self.phase != Some(LockPhase::Opening))
    }

    /// Whether what is written is sealed.
    pub(super) fn seals(&self) -> bool {
        self.sealing().is_some()
    }

    /// Whether a record that is not sealed is taken: once all are, one that is not was put there by somebody
    /// else. What waits to be sent is always taken.
    fn takes_clear(&self, place: &str) -> bool {
        place == OUTBOX || self.phase != Some(LockPhase::Sealed)
    }

    /// A record as it is to be stored.
    pub(super) async fn stored(
        &self,
        place: &str,
        name: &str,
        record: &JsValue,
    ) -> Result<JsValue, StorageError> {
        let Some(key) = self.sealing() else {
            return Ok(record.clone());
        };
        let array = match record.dyn_ref::<Uint8Array>() {
            Some(array) => array.clone(),
            None => Uint8Array::from(record.as_string().unwrap_or_default().as_bytes()),
        };
        Ok(key.seal_array(place, name, &array).await?.into())
    }

    /// Begins to read a record as it is stored.
    pub(super) fn reading(&self, place: &str, name: &str, stored: JsValue) -> Reading {
        if !is_sealed(&stored) {
            return match self.takes_clear(place) {
                true => Reading::Clear(stored),
                false => Reading::Lost,
            };
        }
        let key = self.key.as_ref();
        let array = stored.dyn_ref::<Uint8Array>();
        match key
            .zip(array)
            .and_then(|(key, array)| key.opening(place, name, array))
        {
            Some(opening) => Reading::Sealed(opening),
            None => Reading::Lost,
        }
    }
}

/// A record that is being read.
pub(super) enum Reading {
    Clear(JsValue),
    Sealed(Opening),
    Lost,
}

impl Reading {
    /// The record; `None` where it cannot be had.
    pub(super) async fn done(self) -> Option<JsValue> {
        match self {
            Reading::Clear(value) => Some(value),
            Reading::Sealed(opening) => opening.done().await.map(Into::into),
            Reading::Lost => None,
        }
    }
}
