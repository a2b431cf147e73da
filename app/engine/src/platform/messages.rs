//! Messages between the page and this worker: JSON text, or an object `{ message, handed }`.

use js_sys::Reflect;
use protocol::{Event, Reply, ToApp, ToEngine};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::cipher::Key;
use super::files::HandedFile;

/// A message as it arrived.
#[derive(Debug)]
pub struct Arrived {
    /// What it says.
    pub message: ToEngine,
    /// What was handed over with it.
    pub handed: Handed,
}

/// What is no text, and came beside it.
#[derive(Debug, Default)]
pub struct Handed {
    /// A file.
    pub file: Option<HandedFile>,
    /// The data key of a lock.
    pub key: Option<Key>,
}

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Calls `take` with every message from now on, for the life of the worker. Returns `false` where this
/// is no dedicated worker. What cannot be understood is logged: it comes from a page of another version,
/// which the service worker will replace.
pub fn listen(take: impl Fn(Arrived) + 'static) -> bool {
    let Some(scope) = scope() else {
        return false;
    };
    let handler = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        match arrived(&event.data()) {
            Ok(arrived) => take(arrived),
            Err(cause) => log(&format!("a message was not understood: {cause}")),
        }
    });
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
    true
}

fn arrived(data: &JsValue) -> Result<Arrived, String> {
    let field = |name: &str| Reflect::get(data, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let (text, handed) = match data.as_string() {
        Some(text) => (text, Handed::default()),
        None => {
            let text = field("message").as_string().ok_or("it has no text")?;
            let handed = field("handed");
            let file = HandedFile::from_value(&handed);
            let key = Key::from_value(&handed);
            (text, Handed { file, key })
        }
    };
    let message = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    Ok(Arrived { message, handed })
}

/// Tells the page what happened.
pub fn tell(event: Event) {
    post(&ToApp::Event(event));
}

/// Answers a request.
pub fn reply(reply: Reply) {
    post(&ToApp::Reply(reply));
}

fn post(message: &ToApp) {
    let Some(scope) = scope() else { return };
    match serde_json::to_string(message) {
        Ok(text) => {
            // Posting text cannot fail: there is nothing in it that cannot be cloned.
            let _ = scope.post_message(&text.into());
        }
        Err(error) => log(&format!("a message could not be written: {error}")),
    }
}

/// Leaves a line for developers.
pub fn log(line: &str) {
    #[wasm_bindgen]
    extern "C" {
        #[wasm_bindgen(js_namespace = console)]
        fn warn(line: &str);
    }
    warn(line);
}
