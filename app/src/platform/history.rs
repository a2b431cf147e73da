//! The address of the page. Written by hand rather than with a router crate: seven paths and a query
//! need a hundred lines, a router costs a quarter of the page's budget.

use wasm_bindgen::prelude::*;
use web_sys::{UrlSearchParams, Window};

use crate::view_state::{Screen, ViewState};

fn window() -> Option<Window> {
    web_sys::window()
}

/// The query of the address, as it is written.
fn query() -> String {
    let search = window().and_then(|window| window.location().search().ok());
    search.unwrap_or_default()
}

/// The parameters of the address as it is.
fn parameters() -> Vec<(String, String)> {
    let Ok(parameters) = UrlSearchParams::new_with_str(&query()) else {
        return Vec::new();
    };
    let pairs = js_sys::Array::from(&parameters);
    pairs
        .iter()
        .map(|pair| {
            let pair = js_sys::Array::from(&pair);
            (
                pair.get(0).as_string().unwrap_or_default(),
                pair.get(1).as_string().unwrap_or_default(),
            )
        })
        .collect()
}

/// The state that the address means.
pub fn read() -> ViewState {
    let path = window()
        .and_then(|window| window.location().pathname().ok())
        .unwrap_or_default();
    ViewState::from_address(&path, &parameters())
}

/// A parameter that is no part of the state, such as the token of a one-time link.
pub fn parameter(name: &str) -> Option<String> {
    parameters()
        .into_iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value)
}

/// The query in which a program asks for permission, as it opens this screen (`api::oauth::AUTHORIZE_PATH`); empty
/// where none does.
pub fn asked() -> String {
    let names = ["client_id", "user_code"];
    if names.into_iter().any(|name| parameter(name).is_some()) {
        query()
    } else {
        String::new()
    }
}

/// Makes a question of before the page's own again, in the place of what the address says.
pub fn ask_again(query: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let address = format!("{}{query}", Screen::Settings.path());
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address));
    }
}

/// A text as a value in a query.
pub fn encoded(text: &str) -> String {
    js_sys::encode_uri_component(text).into()
}

/// The address of a state.
pub fn address(state: &ViewState) -> String {
    let query: Vec<String> = state
        .parameters()
        .into_iter()
        .map(|(name, value)| format!("{name}={}", encoded(&value)))
        .collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{}", state.screen.path(), query.join("&"))
}

/// The address of a state, whole, to be shared.
pub fn full_address(state: &ViewState) -> String {
    let origin = window()
        .and_then(|window| window.location().origin().ok())
        .unwrap_or_default();
    format!("{origin}{}", address(state))
}

/// Makes a state the page's address; Back returns from a new one, not from a replaced one.
pub fn write(state: &ViewState, is_new: bool) {
    let Some(history) = window().and_then(|window| window.history().ok()) else {
        return;
    };
    let address = address(state);
    let outcome = if is_new {
        history.push_state_with_url(&JsValue::NULL, "", Some(&address))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address))
    };
    if outcome.is_err() {
        super::log("the address could not be changed");
    }
}

/// Hears of Back and Forward.
pub fn listen(on_change: impl Fn(ViewState) + 'static) {
    let handler = Closure::<dyn Fn()>::new(move || on_change(read()));
    if let Some(window) = window() {
        window.set_onpopstate(Some(handler.as_ref().unchecked_ref()));
    }
    handler.forget();
}
