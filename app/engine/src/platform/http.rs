//! Requests to the edge.
//!
//! An answer of any status is an answer; only where none came is there an error.

use js_sys::{ArrayBuffer, JsString, Object, Promise, Reflect, Uint8Array};
use thiserror::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::words;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = fetch, catch)]
    fn fetch(url: &str, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_namespace = AbortSignal, js_name = timeout)]
    fn timeout_signal(millis: u32) -> JsValue;
}

/// How long small requests may take, in milliseconds.
pub const TIMEOUT_MILLIS: u32 = 30_000;
/// How long an upload of a chunk may take, in milliseconds.
pub const UPLOAD_TIMEOUT_MILLIS: u32 = 180_000;

/// The edge did not answer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("no answer from {url}: {cause}")]
pub struct Unreachable {
    url: String,
    cause: String,
}

/// What the edge answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The `ETag` header.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// A request to be sent.
pub struct Request<'a> {
    /// `GET`, `POST`, ...
    pub method: &'static str,
    /// The whole address.
    pub url: &'a str,
    /// Header names and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// The body, for methods that have one.
    pub body: Option<&'a [u8]>,
}

/// Gets an address.
pub async fn get(url: &str, headers: &[(&str, &str)]) -> Result<Answer, Unreachable> {
    send(Request {
        method: "GET",
        url,
        headers,
        body: None,
    })
    .await
}

/// Sends a request with the cookies of the origin and waits for the whole answer.
pub async fn send(request: Request<'_>) -> Result<Answer, Unreachable> {
    let url = request.url.to_owned();
    answer_of(request).await.map_err(|thrown| Unreachable {
        cause: words(&thrown),
        url,
    })
}

async fn answer_of(request: Request<'_>) -> Result<Answer, JsValue> {
    let options = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&options, &name.into(), value);
    set("method", &request.method.into())?;
    // The engine keeps what it fetches by content; the browser's own cache would keep it twice.
    set("cache", &"no-store".into())?;
    let headers = Object::new();
    for (name, value) in request.headers {
        Reflect::set(&headers, &JsString::from(*name), &JsString::from(*value))?;
    }
    set("headers", &headers)?;
    let mut timeout = TIMEOUT_MILLIS;
    if let Some(body) = request.body {
        set("body", &Uint8Array::from(body))?;
        timeout = UPLOAD_TIMEOUT_MILLIS;
    }
    set("signal", &timeout_signal(timeout))?;
    let response = JsFuture::from(fetch(request.url, &options)?).await?;
    let response: web_sys::Response = response.dyn_into()?;
    let body: ArrayBuffer = JsFuture::from(response.array_buffer()?).await?.dyn_into()?;
    Ok(Answer {
        status: response.status(),
        etag: response.headers().get("etag").ok().flatten(),
        body: Uint8Array::new(&body).to_vec(),
    })
}
