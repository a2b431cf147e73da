//! The edge's endpoints that the page itself uses.

use api::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

use super::page;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpFailure {
    /// The edge cannot be reached.
    Offline,
    /// It refuses.
    Problem(Box<Problem>),
    /// It answers something else.
    Other(u16),
}

/// Asks for JSON.
pub async fn get<T: DeserializeOwned>(path: &str) -> Result<T, HttpFailure> {
    send("GET", path, None).await
}

/// Sends JSON and reads JSON.
pub async fn send_json<T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: &impl Serialize,
) -> Result<T, HttpFailure> {
    let body = serde_json::to_string(body).map_err(|_| HttpFailure::Other(0))?;
    send(method, path, Some(body)).await
}

async fn send<T: DeserializeOwned>(
    method: &str,
    path: &str,
    body: Option<String>,
) -> Result<T, HttpFailure> {
    let options = RequestInit::new();
    options.set_method(method);
    if let Some(body) = &body {
        options.set_body(&JsValue::from_str(body));
    }
    let request =
        Request::new_with_str_and_init(path, &options).map_err(|_| HttpFailure::Other(0))?;
    if body.is_some() {
        let kind = request.headers().set("content-type", "application/json");
        kind.map_err(|_| HttpFailure::Other(0))?;
    }
    let window = web_sys::window().ok_or(HttpFailure::Offline)?;
    let response = JsFuture::from(window.fetch_with_request(&request))
        .await
        .map_err(|_| HttpFailure::Offline)?;
    let response: Response = response.dyn_into().map_err(|_| HttpFailure::Other(0))?;
    let text = JsFuture::from(response.text().map_err(|_| HttpFailure::Other(0))?)
        .await
        .map_err(|_| HttpFailure::Offline)?;
    let text = text.as_string().unwrap_or_default();
    if response.ok() {
        return serde_json::from_str(&text).map_err(|_| HttpFailure::Other(response.status()));
    }
    Err(match serde_json::from_str(&text) {
        Ok(problem) => HttpFailure::Problem(Box::new(problem)),
        Err(_) => HttpFailure::Other(response.status()),
    })
}

/// Fetches a text, such as a document of the product; a service worker may have it.
pub async fn text(path: &str) -> Result<String, HttpFailure> {
    let window = web_sys::window().ok_or(HttpFailure::Offline)?;
    let request = Request::new_with_str_and_init(path, &RequestInit::new())
        .map_err(|_| HttpFailure::Other(0))?;
    let response = JsFuture::from(window.fetch_with_request(&request))
        .await
        .map_err(|_| HttpFailure::Offline)?;
    let response: Response = response.dyn_into().map_err(|_| HttpFailure::Other(0))?;
    if !response.ok() {
        return Err(HttpFailure::Other(response.status()));
    }
    let text = response.text().map_err(|_| HttpFailure::Other(0))?;
    let text = JsFuture::from(text)
        .await
        .map_err(|_| HttpFailure::Offline)?;
    text.as_string().ok_or(HttpFailure::Other(0))
}

/// A request as somebody has put it together.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Its method.
    pub method: String,
    /// Path and query.
    pub address: String,
    /// Its headers.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<String>,
    /// Whether the browser's session goes with it.
    pub with_session: bool,
}

/// An answer as it came.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answered {
    /// Its status.
    pub status: u16,
    /// Its headers, those that the browser shows.
    pub headers: Vec<(String, String)>,
    /// Its body, where that is text.
    pub text: Option<String>,
    /// Bytes of its body, unpacked.
    pub bytes: u64,
    /// From asking to the last byte, in milliseconds.
    pub millis: f64,
}

/// Asks as it stands, past every cache; nothing where there is no network.
pub async fn exchange(asked: &Asked) -> Option<Answered> {
    // By names rather than by setters, each of which would be an import of the page's glue.
    let put = |object: &JsValue, name: &str, value: &JsValue| {
        js_sys::Reflect::set(object, &name.into(), value).is_ok()
    };
    let headers = js_sys::Object::new();
    for (name, value) in &asked.headers {
        put(&headers, name, &value.into());
    }
    let options = js_sys::Object::new();
    put(&options, "method", &asked.method.as_str().into());
    put(&options, "headers", &headers);
    put(&options, "cache", &"no-store".into());
    let credentials = if asked.with_session {
        "same-origin"
    } else {
        "omit"
    };
    put(&options, "credentials", &credentials.into());
    if let Some(body) = &asked.body {
        put(&options, "body", &body.into());
    }
    let request = Request::new_with_str_and_init(&asked.address, options.unchecked_ref()).ok()?;
    let begun = page::now_millis();
    let response = JsFuture::from(web_sys::window()?.fetch_with_request(&request));
    let response: Response = response.await.ok()?.dyn_into().ok()?;
    let body = JsFuture::from(response.blob().ok()?).await.ok()?;
    let millis = page::now_millis() - begun;
    let pairs = js_sys::Reflect::get(&response, &"headers".into()).ok()?;
    let pairs = js_sys::Array::from(&pairs);
    let text_of = |pair: &js_sys::Array, at| pair.get(at).as_string().unwrap_or_default();
    let headers: Vec<(String, String)> = pairs
        .iter()
        .map(|pair| js_sys::Array::from(&pair))
        .map(|pair| (text_of(&pair, 0), text_of(&pair, 1)))
        .collect();
    let get = |name: &str| js_sys::Reflect::get(&body, &name.into()).ok();
    let bytes = get("size")
        .and_then(|size| size.as_f64())
        .unwrap_or_default() as u64;
    let kind = headers.iter().find(|(name, _)| name == "content-type");
    let is_text = kind.is_none_or(|(_, kind)| {
        ["text/", "json", "xml", "yaml", "openmetrics"]
            .into_iter()
            .any(|part| kind.contains(part))
    });
    let text = match get("text").filter(|_| is_text) {
        Some(read) => {
            let read = read.dyn_ref::<js_sys::Function>()?.call0(&body).ok()?;
            JsFuture::from(js_sys::Promise::from(read))
                .await
                .ok()?
                .as_string()
        }
        None => None,
    };
    Some(Answered {
        status: response.status(),
        headers,
        text,
        bytes,
        millis,
    })
}
