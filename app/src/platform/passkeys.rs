//! The browser's passkeys. Options and answers travel as the JSON of WebAuthn Level 3, which browsers read and
//! write themselves; nothing of them is looked at here but what the extension `prf` makes of a salt: a
//! secret that never leaves the page. It is put in and taken out by hand, since not every browser that
//! has the extension knows it in JSON.

use js_sys::{Function, JSON, Object, Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::page;

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

/// What only a passkey can make of a salt.
#[derive(Clone)]
pub struct Secret(pub(super) JsValue);

/// A passkey that was asked for its secret.
#[derive(Clone)]
pub struct Evaluated {
    /// The credential's id, base64url.
    pub id: String,
    /// Its secret; `None` where passkey, device or browser give none.
    pub secret: Option<Secret>,
}

/// Has the person make a passkey; `None` where they did not. It is to give secrets later, where it can: some
/// do so only where that was asked for when they were made.
pub async fn make(options: &Value) -> Option<Value> {
    let options = creation_options(&parsed(options)?).ok()?;
    with_prf(&options, &Object::new())?;
    to_value(&asked(create(&public_key(&options)?)).await?)
}

/// Has the person choose a passkey; `None` where they did not.
pub async fn choose(options: &Value) -> Option<Value> {
    let options = request_options(&parsed(options)?).ok()?;
    to_value(&asked(get(&public_key(&options)?)).await?)
}

/// Has the person use one of these passkeys, or any where none is named, for its secret; `None` where they did not.
/// No network is needed: the challenge is made here, and what is signed is looked at by nobody.
pub async fn evaluate(ids: &[String], salt: &str) -> Option<Evaluated> {
    let known: Vec<Value> = ids
        .iter()
        .map(|id| json!({ "type": "public-key", "id": id }))
        .collect();
    let options = |challenge: &str| {
        let options = json!({
            "challenge": challenge, "allowCredentials": known, "userVerification": "required",
        });
        request_options(&parsed(&options)?).ok()
    };
    // A UUID is text in the alphabet of base64url. Reading the salt as a challenge gives its bytes.
    let request = options(&page::unique()?)?;
    let salt = Reflect::get(&options(salt)?, &"challenge".into()).ok()?;
    let (eval, prf) = (Object::new(), Object::new());
    Reflect::set(&eval, &"first".into(), &salt).ok()?;
    Reflect::set(&prf, &"eval".into(), &eval).ok()?;
    with_prf(&request, &prf)?;
    let credential = asked(get(&public_key(&request)?)).await?;
    let id = Reflect::get(&credential, &"id".into()).ok()?.as_string()?;
    let secret = secret_of(&credential).map(Secret);
    Some(Evaluated { id, secret })
}

fn parsed(options: &Value) -> Option<JsValue> {
    JSON::parse(&options.to_string()).ok()
}

fn with_prf(options: &JsValue, prf: &Object) -> Option<()> {
    let extensions = Object::new();
    Reflect::set(&extensions, &"prf".into(), prf).ok()?;
    Reflect::set(options, &"extensions".into(), &extensions).ok()?;
    Some(())
}

fn secret_of(credential: &JsValue) -> Option<JsValue> {
    let results = Reflect::get(credential, &"getClientExtensionResults".into()).ok()?;
    let results = results.dyn_ref::<Function>()?.call0(credential).ok()?;
    let mut found = results;
    for name in ["prf", "results", "first"] {
        found = Reflect::get(&found, &name.into()).ok()?;
    }
    found.is_object().then_some(found)
}

fn public_key(options: &JsValue) -> Option<JsValue> {
    let outer = Object::new();
    Reflect::set(&outer, &"publicKey".into(), options).ok()?;
    Some(outer.into())
}

async fn asked(promise: Result<Promise, JsValue>) -> Option<JsValue> {
    JsFuture::from(promise.ok()?).await.ok()
}

/// The answer as JSON, without what extensions have told: nothing of that is for the edge.
fn to_value(credential: &JsValue) -> Option<Value> {
    let credential: &Credential = credential.unchecked_ref();
    let json = JSON::stringify(&credential.to_json().ok()?).ok()?;
    let mut value: Value = serde_json::from_str(&String::from(json)).ok()?;
    if let Some(fields) = value.as_object_mut() {
        fields.remove("clientExtensionResults");
    }
    Some(value)
}
