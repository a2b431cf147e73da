//! The browser: the only place that touches it.

pub mod chart;
pub mod engine;
pub mod files;
pub mod history;
pub mod http;
pub mod install;
pub mod lock_keys;
pub mod page;
pub mod passkeys;
pub mod service_worker;
pub mod share;
pub mod storage;

use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

/// Starts the app where there is a page.
pub fn start(mount: impl FnOnce()) {
    if web_sys::window().is_some() {
        mount();
    }
}

/// The element that the app is drawn in; what the page showed until now is removed.
pub fn mount_point() -> HtmlElement {
    let document = web_sys::window().and_then(|window| window.document());
    let found = document
        .as_ref()
        .and_then(|document| document.get_element_by_id("app"));
    let element = found.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    let element = element
        .or_else(|| document.and_then(|document| document.body()))
        .expect("a page has a body");
    element.set_inner_html("");
    element
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
