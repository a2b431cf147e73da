//! The service worker: registered once the page stands, and told when to take over.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{MessageEvent, ServiceWorkerContainer, ServiceWorkerRegistration};

/// Registers it; `on_update` hears when a newer version waits.
pub async fn register(on_update: impl Fn() + Clone + 'static) {
    let Some(container) = container() else { return };
    let heard = on_update.clone();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if kind(&event.data()).as_deref() == Some("update-ready") {
            heard();
        }
    });
    container.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
    let Ok(registration) = JsFuture::from(container.register("/sw.js")).await else {
        return super::log("the service worker could not be registered");
    };
    let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>() else {
        return;
    };
    if registration.waiting().is_some() && container.controller().is_some() {
        on_update();
    }
}

/// Has what is used later fetched, now that nothing waits for the network; on a first visit once the
/// worker is ready.
pub async fn fill() {
    let Some(container) = container() else { return };
    let Ok(ready) = container.ready() else { return };
    if let Ok(registration) = JsFuture::from(ready).await
        && let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>()
        && let Some(active) = registration.active()
    {
        let _ = active.post_message(&message("fill"));
    }
}

/// Lets the version that waits take over, and loads the page anew with it.
pub async fn update() {
    let Some(window) = web_sys::window() else {
        return;
    };
    let container = window.navigator().service_worker();
    let reload = Closure::once_into_js(move || {
        if let Some(window) = web_sys::window() {
            let _ = window.location().reload();
        }
    });
    container.set_oncontrollerchange(Some(reload.unchecked_ref()));
    if let Ok(registration) = JsFuture::from(container.get_registration()).await
        && let Ok(registration) = registration.dyn_into::<ServiceWorkerRegistration>()
        && let Some(waiting) = registration.waiting()
    {
        let _ = waiting.post_message(&message("activate"));
    }
}

/// A page that is not secure has none; it works as long as there is a network.
fn container() -> Option<ServiceWorkerContainer> {
    let navigator = web_sys::window()?.navigator();
    let found = js_sys::Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    found.dyn_into().ok()
}

fn kind(data: &JsValue) -> Option<String> {
    js_sys::Reflect::get(data, &"type".into()).ok()?.as_string()
}

fn message(kind: &str) -> JsValue {
    let object = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&object, &"type".into(), &kind.into());
    object.into()
}
