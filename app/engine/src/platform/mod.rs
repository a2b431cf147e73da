//! Everything that touches the browser: storage, network, files, clock, messages. Nothing above this
//! module names a type of `web_sys` or `js_sys`.

pub mod blobs;
pub mod cipher;
pub mod clock;
pub mod files;
pub mod forecaster;
mod forget;
pub mod http;
pub mod indexed_db;
pub mod locks;
pub mod messages;
pub mod quota;
#[cfg(test)]
mod stored;

use wasm_bindgen::{JsCast, JsValue};

/// What a thrown value says.
fn words(thrown: &JsValue) -> String {
    match thrown.dyn_ref::<js_sys::Error>() {
        Some(error) => format!("{}: {}", error.name(), error.message()),
        None => thrown.as_string().unwrap_or_else(|| format!("{thrown:?}")),
    }
}
