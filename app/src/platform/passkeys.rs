//! The browser's passkeys. Options and answers travel as the JSON of WebAuthn Level 3, which browsers read and
//! write themselves; nothing of them is looked at here.

use js_sys::{JSON, Object, Promise, Reflect};
use serde_json::Value;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseCreationOptionsFromJSON)]
    fn creation_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = PublicKeyCredential, js_name = parseRequestOptionsFromJSON)]
    fn request_options(json: &JsValue) -> Result<JsValue, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"])]
    fn create(options: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "credentials"])]
    fn get(options: &JsValue) -> Result<Promise, JsValue>;

    type Credential;

    #[wasm_bindgen(method, catch, js_name = toJSON)]
    fn to_json(this: &Credential) -> Result<JsValue, JsValue>;
}

/// Whether this browser can make and use passkeys here.
pub fn are_supported() -> bool {
    let Some(window) = web_sys::window() else {
        return false;
    };
    Reflect::get(&window, &"PublicKeyCredential".into())
        .and_then(|class| Reflect::get(&class, &"parseCreationOptionsFromJSON".into()))
        .is_ok_and(|function| function.is_function())
}

/// Has the person make a passkey; `None` where they did not.
pub async fn make(options: &Value) -> Option<Value> {
    let options = creation_options(&JSON::parse(&options.to_string()).ok()?).ok()?;
    answer(create(&public_key(&options)?).ok()?).await
}

/// Has the person choose a passkey; `None` where they did not.
pub async fn choose(options: &Value) -> Option<Value> {
    let options = request_options(&JSON::parse(&options.to_string()).ok()?).ok()?;
    answer(get(&public_key(&options)?).ok()?).await
}

fn public_key(options: &JsValue) -> Option<JsValue> {
    let outer = Object::new();
    Reflect::set(&outer, &"publicKey".into(), options).ok()?;
    Some(outer.into())
}

async fn answer(promise: Promise) -> Option<Value> {
    let credential = JsFuture::from(promise).await.ok()?;
    let credential: Credential = credential.unchecked_into();
    let json = JSON::stringify(&credential.to_json().ok()?).ok()?;
    serde_json::from_str(&String::from(json)).ok()
}
