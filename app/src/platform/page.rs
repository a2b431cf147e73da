//! The page itself: its assets, language, theme, clipboard and focus.

use serde::Deserialize;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit};

use locale::Locale;
use protocol::Theme;

/// What is this much below the screen is about to be seen.
const NEAR: &str = "120px";

/// Where the build has put what is loaded later.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Assets {
    /// The engine worker.
    pub engine: String,
    /// The chart library.
    pub charts: String,
    /// Name of the build.
    pub version: String,
}

/// The assets that the page names.
pub fn assets() -> Assets {
    let document = web_sys::window().and_then(|window| window.document());
    let element = document.and_then(|document| document.get_element_by_id("assets"));
    let text = element
        .and_then(|element| element.text_content())
        .unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// The figures that the edge put into the page, as JSON.
pub fn sent_figures() -> Option<String> {
    let document = web_sys::window()?.document()?;
    document.get_element_by_id("figures")?.text_content()
}

/// Hears once when an element is in view or nearly so; at once where the browser cannot tell.
pub fn when_near(element: &web_sys::Element, on_near: impl Fn() + Clone + 'static) {
    let options = IntersectionObserverInit::new();
    options.set_root_margin(NEAR);
    let near = on_near.clone();
    let callback = move |entries: js_sys::Array, observer: IntersectionObserver| {
        let is_near = entries.iter().any(|entry| {
            entry
                .dyn_into::<IntersectionObserverEntry>()
                .is_ok_and(|entry| entry.is_intersecting())
        });
        if is_near {
            observer.disconnect();
            near();
        }
    };
    let callback = Closure::<dyn Fn(js_sys::Array, IntersectionObserver)>::new(callback);
    let callback = callback.into_js_value();
    match IntersectionObserver::new_with_options(callback.unchecked_ref(), &options) {
        Ok(observer) => observer.observe(element),
        Err(_) => on_near(),
    }
}

/// The language: chosen before, else the browser's.
pub fn locale() -> Locale {
    let chosen = super::storage::get("language").and_then(|tag| Locale::from_tag(&tag));
    let browser = || web_sys::window().and_then(|window| window.navigator().language());
    chosen
        .or_else(|| browser().and_then(|tag| Locale::from_tag(tag.get(..2)?)))
        .unwrap_or(Locale::English)
}

/// Makes a language the page's.
pub fn set_locale(locale: Locale) {
    super::storage::set("language", locale.tag());
    if let Some(root) = root() {
        let _ = root.set_attribute("lang", locale.tag());
    }
}

fn root() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.document_element()
}

/// `light`, `dark`, or empty for the system's.
pub fn theme() -> String {
    super::storage::get("theme").unwrap_or_default()
}

/// Makes a theme the page's.
pub fn set_theme(theme: &str) {
    super::storage::set("theme", theme);
    if let Some(root) = root() {
        let _ = root.set_attribute("data-theme", theme);
    }
}

/// The design tokens' colours for charts.
pub fn chart_theme() -> Theme {
    let style = root().and_then(|root| web_sys::window()?.get_computed_style(&root).ok().flatten());
    let token = |name: &str| {
        let value = style
            .as_ref()
            .and_then(|style| style.get_property_value(name).ok())
            .unwrap_or_default();
        value.trim().to_owned()
    };
    Theme {
        text: token("--text"),
        text_faint: token("--text-faint"),
        grid_line: token("--line"),
        surface: token("--surface"),
        series: (1..=6)
            .map(|number| token(&format!("--series-{number}")))
            .collect(),
        forecast: token("--forecast"),
        compared: token("--text-faint"),
        good: token("--good"),
        bad: token("--bad"),
        font_family: "system-ui, sans-serif".to_owned(),
        font_size_pixels: 12,
    }
}

/// Milliseconds since 1970 by the device's clock.
pub fn now_millis() -> f64 {
    js_sys::Date::now()
}

/// A moment as the device's time zone counts it: milliseconds since 1970 began there.
pub fn local_millis(millis: i64) -> i64 {
    let date = js_sys::Date::new(&(millis as f64).into());
    millis - date.get_timezone_offset() as i64 * 60_000
}

/// The day of a moment, in days since 1970, by the device's clock and time zone.
pub fn local_day(millis: i64) -> i32 {
    local_millis(millis).div_euclid(86_400_000) as i32
}

/// Opens the start page anew, with nothing of this one left.
pub fn start_again() {
    leave("/");
}

/// Leaves for an address, with nothing of this page left.
pub fn leave(address: &str) {
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign(address);
    }
}

/// Whether the person asked for no motion.
pub fn reduced_motion() -> bool {
    let query = web_sys::window().and_then(|window| {
        window
            .match_media("(prefers-reduced-motion: reduce)")
            .ok()
            .flatten()
    });
    query.is_some_and(|query| query.matches())
}

/// The number that a field holds, 0 where it holds none. The browser reads it: Rust's own reader of
/// floating-point numbers costs 12 KB of tables.
pub fn number(text: &str) -> f64 {
    let number = js_sys::parse_float(text);
    if number.is_nan() { 0.0 } else { number }
}

/// Puts text on the clipboard; answers whether it could.
pub async fn copy(text: &str) -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return false;
    };
    let clipboard =
        js_sys::Reflect::get(&navigator, &"clipboard".into()).unwrap_or(JsValue::UNDEFINED);
    let Ok(write) = js_sys::Reflect::get(&clipboard, &"writeText".into()) else {
        return false;
    };
    let Ok(write) = write.dyn_into::<js_sys::Function>() else {
        return false;
    };
    match write
        .call1(&clipboard, &text.into())
        .map(js_sys::Promise::from)
    {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

/// A name that nothing else has (a UUID), where the browser makes one.
pub fn unique() -> Option<String> {
    let window = web_sys::window()?;
    let crypto = js_sys::Reflect::get(&window, &"crypto".into()).ok()?;
    let make = js_sys::Reflect::get(&crypto, &"randomUUID".into()).ok()?;
    let made = make.dyn_ref::<js_sys::Function>()?.call0(&crypto).ok()?;
    made.as_string()
}

/// Asks the browser to keep the data; answers whether it does.
pub async fn persist() -> bool {
    let Some(navigator) = web_sys::window().map(|window| window.navigator()) else {
        return false;
    };
    match navigator.storage().persist() {
        Ok(promise) => JsFuture::from(promise)
            .await
            .is_ok_and(|answer| answer.is_truthy()),
        Err(_) => false,
    }
}

/// Hears when the page comes into view or the network comes back.
pub fn on_return(on_return: impl Fn() + Clone + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let handler = Closure::<dyn Fn()>::new(on_return);
    for event in ["online", "focus"] {
        let _ = window.add_event_listener_with_callback(event, handler.as_ref().unchecked_ref());
    }
    handler.forget();
}

/// Hears when the browser shows the page again as it was left, by its own Back.
pub fn on_restored(on_restored: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else {
        return;
    };
    let handler = Closure::<dyn Fn(JsValue)>::new(move |event: JsValue| {
        let persisted = js_sys::Reflect::get(&event, &"persisted".into());
        if persisted.is_ok_and(|persisted| persisted.is_truthy()) {
            on_restored();
        }
    });
    let listener = handler.as_ref().unchecked_ref();
    let _ = window.add_event_listener_with_callback("pageshow", listener);
    handler.forget();
}

/// The size of an element in CSS pixels.
pub fn size(element: &web_sys::Element) -> (u32, u32) {
    let rectangle = element.get_bounding_client_rect();
    (
        rectangle.width().max(0.0) as u32,
        rectangle.height().max(0.0) as u32,
    )
}

/// Whether the target of an event lies within an element that a selector finds.
pub fn is_within(target: Option<web_sys::EventTarget>, selector: &str) -> bool {
    target
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok())
        .and_then(|element| element.closest(selector).ok().flatten())
        .is_some()
}
