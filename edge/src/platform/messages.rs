//! How the Workers and the Durable Objects speak to each other: a JSON question by POST, a JSON answer.

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::{Env, Headers, Method, Request, RequestInit, Response, Stub};

use crate::control;
use crate::fault::{Context, Fault};
use crate::figures;

/// Header of the sequence that a client knows.
pub const KNOWN_HEADER: &str = "known";
/// Header of the cut whose manifest is asked for; empty for all columns.
pub const CUT_HEADER: &str = "cut";
/// Header of the sequence of a manifest.
pub const SEQUENCE_HEADER: &str = "sequence";

/// A question with the company that it is about: the object cannot tell its own name.
#[derive(Serialize, Deserialize)]
pub struct Envelope<A> {
    /// The company.
    pub tenant: kernel::TenantId,
    /// The question.
    pub ask: A,
}

/// Sends a request to an object.
pub async fn send(
    stub: &Stub,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<JsValue>,
) -> Result<Response, Fault> {
    let sent = Headers::new();
    for (name, value) in headers {
        sent.set(name, value).context("ask an object")?;
    }
    let mut init = RequestInit::new();
    init.with_method(method).with_headers(sent).with_body(body);
    let url = format!("http://object{path}");
    let request = Request::new_with_init(&url, &init).context("ask an object")?;
    stub.fetch_with_request(request)
        .await
        .context("ask an object")
}

/// Asks the Worker of the figures.
pub async fn ask_figures(env: &Env, ask: &figures::Ask) -> Result<figures::Told, Fault> {
    const WHAT: &str = "ask for figures";
    let body = serde_json::to_string(ask).context(WHAT)?;
    let told = ask_service(env, "FIGURES", JsValue::from_str(&body)).await?;
    serde_json::from_slice(&told).context(WHAT)
}

/// Asks the Worker of the control plane.
pub async fn ask_control(
    env: &Env,
    ask: &control::Ask,
    body: &[u8],
) -> Result<control::Told, Fault> {
    let sent = ask.packed(body)?;
    let told = ask_service(env, "CONTROL", Uint8Array::from(sent.as_slice()).into()).await?;
    control::Told::unpacked(&told)
}

/// Asks another Worker.
async fn ask_service(env: &Env, name: &str, body: JsValue) -> Result<Vec<u8>, Fault> {
    let service = env.service(name).context(name)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post).with_body(Some(body));
    let request = Request::new_with_init("http://service/", &init).context(name)?;
    let mut response = service.fetch_request(request).await.context(name)?;
    let bytes = response.bytes().await.context(name)?;
    match response.status_code() {
        200 => Ok(bytes),
        _ => Err(refused(&bytes)),
    }
}

/// Reads an answer that is a fault or not.
pub fn refused(bytes: &[u8]) -> Fault {
    match serde_json::from_slice::<Fault>(bytes) {
        Ok(fault) => fault,
        Err(error) => Fault::internal("read an object's answer", error),
    }
}
