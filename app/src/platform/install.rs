//! Putting the app on the home screen: what this browser offers, and taking it up.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// Where `app/start/head.js` keeps the browser's offer; it also sends an event of this name.
const OFFER: &str = "installoffer";

/// A way to the home screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The browser asks when [`ask`] is called.
    Asked,
    /// By hand from the share menu: Safari on iPhone and iPad.
    ShareMenu,
}

/// The way that is open now; none where the app is installed already or the browser has none.
pub fn way() -> Option<Way> {
    let window = web_sys::window()?;
    let standalone = window.match_media("(display-mode: standalone)");
    if standalone
        .ok()
        .flatten()
        .is_some_and(|query| query.matches())
    {
        return None;
    }
    if offer().is_some() {
        return Some(Way::Asked);
    }
    // Only Safari on iPhone and iPad knows this property: true when started from the home screen.
    let started = js_sys::Reflect::get(&window.navigator(), &"standalone".into()).ok()?;
    (started == JsValue::FALSE).then_some(Way::ShareMenu)
}

/// Hears when the way may have changed.
pub fn on_change(heard: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let handler = Closure::<dyn Fn()>::new(heard).into_js_value();
    for event in [OFFER, "appinstalled"] {
        let _ = window.add_event_listener_with_callback(event, handler.unchecked_ref());
    }
}

/// Has the browser ask; answers whether the person agreed. An offer is good for one question.
pub async fn ask() -> bool {
    let Some(offer) = offer() else { return false };
    if let Some(window) = web_sys::window() {
        let _ = js_sys::Reflect::set(&window, &OFFER.into(), &JsValue::UNDEFINED);
    }
    let asked = async {
        let prompt = js_sys::Reflect::get(&offer, &"prompt".into()).ok()?;
        let shown = prompt.dyn_into::<js_sys::Function>().ok()?.call0(&offer);
        let answered = JsFuture::from(js_sys::Promise::from(shown.ok()?)).await;
        let outcome = js_sys::Reflect::get(&answered.ok()?, &"outcome".into());
        outcome.ok()?.as_string()
    };
    asked.await.as_deref() == Some("accepted")
}

fn offer() -> Option<JsValue> {
    let window = web_sys::window()?;
    let found = js_sys::Reflect::get(&window, &OFFER.into()).ok()?;
    found.is_object().then_some(found)
}
