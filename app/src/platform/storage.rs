//! What the page remembers by itself: preferences, and the last figures for the first paint.

use wasm_bindgen::prelude::*;
use web_sys::Storage;

/// That somebody has signed out here and the session has not ended, or not everything was removed; `app/start/tiles.js`
/// reads it too.
pub const LEAVING: &str = "leaving";

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// A value, if there is one and the browser lets us see it.
pub fn get(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// What this tab keeps across a way to another site and back.
fn of_tab() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

/// Has this tab keep a value in the place of what it kept; an empty one is nothing to keep.
pub fn keep_in_tab(name: &str, value: &str) {
    let Some(storage) = of_tab() else { return };
    let _ = match value {
        "" => storage.remove_item(name),
        value => storage.set_item(name, value),
    };
}

/// What this tab has kept, which is taken out.
pub fn take_from_tab(name: &str) -> Option<String> {
    let value = of_tab()?.get_item(name).ok().flatten();
    keep_in_tab(name, "");
    value
}

/// Forgets the values whose names are meant.
pub fn remove(is_meant: impl Fn(&str) -> bool) {
    let Some(storage) = storage() else { return };
    let length = storage.length().unwrap_or_default();
    let names: Vec<String> = (0..length)
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter(|name| is_meant(name))
        .collect();
    for name in names {
        let _ = storage.remove_item(&name);
    }
}

/// Remembers a value; a browser that does not let us forgets it.
pub fn set(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(name, value);
    }
}

/// Hears when another tab has forgotten a value.
pub fn on_forgotten_elsewhere(name: &'static str, on_forgotten: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let handler = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let of = |field: &str| js_sys::Reflect::get(&event, &field.into()).unwrap_or_default();
        if of("key").as_string().as_deref() == Some(name) && of("newValue").is_null() {
            on_forgotten();
        }
    });
    let listener = handler.as_ref().unchecked_ref();
    let _ = window.add_event_listener_with_callback("storage", listener);
    handler.forget();
}
