//! The clock of the device, and waiting.

use js_sys::{Function, Promise};
use kernel::Timestamp;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(call: &Function, millis: u32) -> JsValue;
}

/// Now, as the device believes.
pub fn now() -> Timestamp {
    // Date.now() is a whole number far below 2^53.
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// Waits at least so long. Other messages are taken meanwhile.
pub async fn wait(millis: u32) {
    let elapsed = Promise::new(&mut |resolve, _| {
        set_timeout(&resolve, millis);
    });
    // A promise that a timer resolves cannot be rejected.
    let _ = JsFuture::from(elapsed).await;
}
