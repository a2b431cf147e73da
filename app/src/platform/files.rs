//! Files: those that are picked, dropped or shared, and those that are saved.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
pub use web_sys::File;
use web_sys::{
    Blob, BlobPropertyBag, Cache, DragEvent, Event, HtmlAnchorElement, HtmlInputElement, Response,
    Url,
};

/// The cache in which the service worker keeps files that were shared (`sw/share.js`).
const SHARED: &str = "shared-files";

/// The file that was picked in an input.
pub fn picked(event: &Event) -> Option<File> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    let file = input.files()?.get(0);
    // So that the same file can be picked again.
    input.set_value("");
    file
}

/// The file that was dropped.
pub fn dropped(event: &DragEvent) -> Option<File> {
    event.data_transfer()?.files()?.get(0)
}

/// The file that another app shared with this one, which the service worker keeps.
pub async fn shared() -> Option<File> {
    let caches = web_sys::window()?.caches().ok()?;
    let cache: Cache = JsFuture::from(caches.open(SHARED))
        .await
        .ok()?
        .dyn_into()
        .ok()?;
    let response: Response = JsFuture::from(cache.match_with_str("/shared/0"))
        .await
        .ok()?
        .dyn_into()
        .ok()?;
    let name = response.headers().get("x-file-name").ok().flatten();
    let name = name
        .and_then(|name| js_sys::decode_uri_component(&name).ok())
        .map_or_else(|| "file.csv".to_owned(), String::from);
    let blob = JsFuture::from(response.blob().ok()?).await.ok()?;
    // It is imported once.
    let _ = JsFuture::from(cache.delete_with_str("/shared/0")).await;
    File::new_with_blob_sequence(&js_sys::Array::of1(&blob), &name).ok()
}

/// Forgets files that were shared and never taken.
pub async fn forget_shared() {
    let caches = web_sys::window().and_then(|window| window.caches().ok());
    if let Some(caches) = caches {
        let _ = JsFuture::from(caches.delete(SHARED)).await;
    }
}

/// Hears of files that the system opens with this app; nothing where the browser hands over none.
pub fn on_launched(on_file: impl Fn(Option<File>) + Clone + 'static) {
    let get = |of: &JsValue, name: &str| js_sys::Reflect::get(of, &name.into()).ok();
    let Some(window) = web_sys::window() else {
        return;
    };
    let queue = get(&window, "launchQueue").unwrap_or(JsValue::UNDEFINED);
    let Some(Ok(set)) = get(&queue, "setConsumer").map(JsCast::dyn_into::<js_sys::Function>) else {
        return;
    };
    let consumer = Closure::<dyn Fn(JsValue)>::new(move |launch: JsValue| {
        let on_file = on_file.clone();
        wasm_bindgen_futures::spawn_local(async move {
            if let Some(file) = opened(&launch).await {
                on_file(Some(file));
            }
        });
    });
    let _ = set.call1(&queue, &consumer.into_js_value());
}

/// The first file of a launch.
async fn opened(launch: &JsValue) -> Option<File> {
    let files = js_sys::Reflect::get(launch, &"files".into()).ok()?;
    let handle = js_sys::Array::from(&files).get(0);
    let get_file = js_sys::Reflect::get(&handle, &"getFile".into()).ok()?;
    let promise = get_file
        .dyn_ref::<js_sys::Function>()?
        .call0(&handle)
        .ok()?;
    let promise: js_sys::Promise = promise.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()?.dyn_into().ok()
}

/// Saves text as a file.
pub fn save(name: &str, content_type: &str, text: &str) {
    let outcome = || -> Result<(), JsValue> {
        let options = BlobPropertyBag::new();
        options.set_type(content_type);
        let blob =
            Blob::new_with_str_sequence_and_options(&js_sys::Array::of1(&text.into()), &options)?;
        let address = Url::create_object_url_with_blob(&blob)?;
        let document = web_sys::window()
            .and_then(|window| window.document())
            .ok_or(JsValue::NULL)?;
        let link: HtmlAnchorElement = document.create_element("a")?.dyn_into()?;
        link.set_href(&address);
        link.set_download(name);
        link.click();
        Url::revoke_object_url(&address)
    };
    if outcome().is_err() {
        super::log("the file could not be saved");
    }
}
