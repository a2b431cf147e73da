//! The edge's endpoints that the page itself uses.

use api::Problem;
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, RequestInit, Response};

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
