//! How the Worker speaks to its Durable Objects: a JSON question by POST, a JSON answer.

use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use worker::{Headers, Method, Request, RequestInit, Response, Stub};

use crate::fault::{Context, Fault};

/// Header of the sequence that a client knows.
pub(crate) const KNOWN_HEADER: &str = "known";
/// Header of the cut whose manifest is asked for; empty for all columns.
pub(crate) const CUT_HEADER: &str = "cut";
/// Header of the sequence of a manifest.
pub(crate) const SEQUENCE_HEADER: &str = "sequence";

/// A question with the company that it is about: the object cannot tell its own name.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope<A> {
    /// The company.
    pub(crate) tenant: kernel::TenantId,
    /// The question.
    pub(crate) ask: A,
}

/// Sends a request to an object.
pub(super) async fn send(
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

/// Reads an answer that is a fault or not.
pub(super) fn refused(bytes: &[u8]) -> Fault {
    match serde_json::from_slice::<Fault>(bytes) {
        Ok(fault) => fault,
        Err(error) => Fault::internal("read an object's answer", error),
    }
}
