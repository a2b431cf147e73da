//! The worker's messages: JSON text in, JSON text out.

use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Answers every message from now on, for the life of the worker. Does nothing where this is none.
pub fn serve(answer: impl Fn(&str) -> Option<String> + 'static) {
    let Some(scope) = scope() else { return };
    let handler = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let text = event.data().as_string();
        if let Some(answer) = text.and_then(|text| answer(&text)) {
            post(&answer);
        }
    });
    scope.set_onmessage(Some(handler.as_ref().unchecked_ref()));
    handler.forget();
}

fn post(text: &str) {
    if let Some(scope) = scope() {
        // Posting text cannot fail: there is nothing in it that cannot be cloned.
        let _ = scope.post_message(&text.into());
    }
}
