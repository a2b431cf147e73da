//! The device's own way of handing something on: a message, a mail, another app.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Where the app is, such as `https://bi.example`.
pub fn origin() -> String {
    let window = web_sys::window();
    window
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default()
}

fn function() -> Option<(JsValue, js_sys::Function)> {
    let navigator: JsValue = web_sys::window()?.navigator().into();
    let share = js_sys::Reflect::get(&navigator, &"share".into()).ok()?;
    Some((navigator, share.dyn_into().ok()?))
}

/// Whether the device offers it.
pub fn is_offered() -> bool {
    function().is_some()
}

/// Hands a link on; what the person does with it, nobody learns.
pub async fn link(title: &str, address: &str) {
    let Some((navigator, share)) = function() else {
        return;
    };
    let message = js_sys::Object::new();
    for (name, value) in [("title", title), ("url", address)] {
        let _ = js_sys::Reflect::set(&message, &name.into(), &value.into());
    }
    let promise = share.call1(&navigator, &message).map(js_sys::Promise::from);
    if let Ok(promise) = promise {
        // Turning back is not a fault.
        let _ = JsFuture::from(promise).await;
    }
}
