//! The keys of a lock, by the browser's cryptography: a data key is drawn, wrapped for a passkey by HKDF and AES-GCM, and
//! unwrapped again. The engine gets it as a key that no code can read out.
//!
//! Called by name through `Reflect`: each binding of its own would be an import of the page's glue.

use credentials::{from_base64url, to_base64url};
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use protocol::{LOCK_INFO, LOCK_KEY_BYTES, LOCK_NONCE_BYTES, Lock, LockKey, lock_context};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::engine::Handed;
use super::passkeys::Secret;

const CIPHER: &str = "AES-GCM";

/// A data key, where it has to be wrapped. It is overwritten when it goes.
pub struct DataKey(Vec<u8>);

impl Drop for DataKey {
    fn drop(&mut self) {
        self.0.fill(0);
    }
}

fn array(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn object(fields: &[(&str, JsValue)]) -> Option<JsValue> {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).ok()?;
    }
    Some(object.into())
}

fn apply(of: &JsValue, name: &str, with: &[JsValue]) -> Option<JsValue> {
    let function: Function = Reflect::get(of, &name.into()).ok()?.dyn_into().ok()?;
    let with: Array = with.iter().collect();
    Reflect::apply(&function, of, &with).ok()
}

fn crypto() -> Option<JsValue> {
    Reflect::get(&js_sys::global(), &"crypto".into()).ok()
}

async fn subtle(name: &str, with: &[JsValue]) -> Option<JsValue> {
    let subtle = Reflect::get(&crypto()?, &"subtle".into()).ok()?;
    let promise: Promise = apply(&subtle, name, with)?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()
}

fn bytes_of(buffer: &JsValue) -> Vec<u8> {
    Uint8Array::new(buffer).to_vec()
}

fn random(length: usize) -> Option<Vec<u8>> {
    let bytes = array(&vec![0; length]);
    apply(&crypto()?, "getRandomValues", std::slice::from_ref(&bytes))?;
    Some(bytes_of(&bytes))
}

/// A salt to ask passkeys with, base64url.
pub fn salt() -> Option<String> {
    Some(to_base64url(&random(LOCK_KEY_BYTES)?))
}

fn uses(names: [&str; 2]) -> JsValue {
    Array::of2(&names[0].into(), &names[1].into()).into()
}

/// The key that wraps, derived from a passkey's secret and a salt.
async fn wrapping(secret: &Secret, salt: &[u8]) -> Option<JsValue> {
    let (raw, no) = ("raw".into(), JsValue::FALSE);
    let derivation = uses(["deriveKey", "deriveBits"]);
    let from = [raw, secret.0.clone(), "HKDF".into(), no.clone(), derivation];
    let from = subtle("importKey", &from).await?;
    let derivation = object(&[
        ("name", "HKDF".into()),
        ("hash", "SHA-256".into()),
        ("salt", array(salt)),
        ("info", array(LOCK_INFO.as_bytes())),
    ])?;
    let of = object(&[("name", CIPHER.into()), ("length", 256.into())])?;
    let with = [derivation, from, of, no, uses(["encrypt", "decrypt"])];
    subtle("deriveKey", &with).await
}

fn cipher(nonce: &[u8], id: &str) -> Option<JsValue> {
    object(&[
        ("name", CIPHER.into()),
        ("iv", array(nonce)),
        ("additionalData", array(lock_context(id).as_bytes())),
    ])
}

impl DataKey {
    /// A new one.
    pub fn new() -> Option<DataKey> {
        random(LOCK_KEY_BYTES).map(DataKey)
    }

    /// The key of a lock, unwrapped by a passkey; `None` where it does not open.
    pub async fn unwrapped(lock: &Lock, id: &str, secret: &Secret) -> Option<DataKey> {
        let key = lock.key(id)?;
        let wrapped = from_base64url(&key.wrapped)?;
        let (nonce, sealed) = wrapped.split_at_checked(LOCK_NONCE_BYTES)?;
        let wrapping = wrapping(secret, &from_base64url(&key.salt)?).await?;
        let with = [cipher(nonce, id)?, wrapping, array(sealed)];
        let key = DataKey(bytes_of(&subtle("decrypt", &with).await?));
        (key.0.len() == LOCK_KEY_BYTES).then_some(key)
    }

    /// The key, wrapped for a passkey.
    pub async fn wrapped(&self, id: String, name: String, secret: &Secret) -> Option<LockKey> {
        let (salt, nonce) = (random(LOCK_KEY_BYTES)?, random(LOCK_NONCE_BYTES)?);
        let wrapping = wrapping(secret, &salt).await?;
        let with = [cipher(&nonce, &id)?, wrapping, array(&self.0)];
        let sealed = bytes_of(&subtle("encrypt", &with).await?);
        Some(LockKey {
            id,
            name,
            salt: to_base64url(&salt),
            wrapped: to_base64url(&[nonce, sealed].concat()),
        })
    }

    /// The key as the engine takes it.
    pub async fn handed(self) -> Option<Handed> {
        let of = object(&[("name", CIPHER.into())])?;
        let uses = uses(["encrypt", "decrypt"]);
        let with = ["raw".into(), array(&self.0), of, JsValue::FALSE, uses];
        subtle("importKey", &with).await.map(Handed::of_key)
    }
}
