//! Sealing and opening records by the browser's AES-GCM, with a key of 256 bits that the page has unwrapped and that
//! no code can read out. Only the form of a record is ours (`crate::envelope`).

use js_sys::{ArrayBuffer, Object, Promise, Reflect, Uint8Array};
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
}

/// The cipher, as browsers name it.
const CIPHER: &str = "AES-GCM";

/// A key for records.
#[derive(Clone, Debug)]
pub struct Key(pub(super) JsValue);

fn object(fields: &[(&str, JsValue)]) -> Result<Object, JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value)?;
    }
    Ok(object)
}

fn cipher(nonce: &[u8], place: &str, name: &str) -> Result<Object, JsValue> {
    object(&[
        ("name", CIPHER.into()),
        ("iv", bytes_as_value(nonce)),
        (
            "additionalData",
            bytes_as_value(&envelope::context(place, name)),
        ),
    ])
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
    /// A key that was handed over; `None` where the value is none.
    pub(super) fn from_value(value: &JsValue) -> Option<Key> {
        let kind = Reflect::get(value, &"algorithm".into()).ok()?;
        let name = Reflect::get(&kind, &"name".into()).ok()?;
        (name.as_string()? == CIPHER).then(|| Key(value.clone()))
    }

    /// Seals a record for a name in a place.
    pub(super) async fn seal_array(
        &self,
        place: &str,
        name: &str,
        record: &Uint8Array,
    ) -> Result<Uint8Array, StorageError> {
        let drawn = Uint8Array::new_with_length(NONCE_BYTES as u32);
        fill_random(&drawn)?;
        let mut nonce = [0; NONCE_BYTES];
        drawn.copy_to(&mut nonce);
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
    /// How far it is, where there is one.
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
