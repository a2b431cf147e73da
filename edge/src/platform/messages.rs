//! How the Workers and the Durable Objects speak to each other: a JSON question by POST, a JSON answer.

use js_sys::Uint8Array;
use serde::{Deserialize, Serialize};
use wasm_bindgen::JsValue;
use web_sys::Response;
use worker::{Env, Fetcher, Stub};

use super::wire::{self, Callee};
use crate::control;
use crate::fault::{Context, Fault};
use crate::figures;
use crate::http::Method;

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

/// Sends a request to an object; the answer's status and bytes.
pub async fn send(
    stub: Stub,
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<JsValue>,
) -> Result<Answer, Fault> {
    let url = format!("http://object{path}");
    Answer::of(&stub.into_rpc(), &url, method, headers, body).await
}

/// What an object or another Worker answered.
pub struct Answer {
    response: Response,
    /// Status.
    pub status: u16,
    /// Body.
    pub bytes: Vec<u8>,
}

impl Answer {
    async fn of(
        callee: &Callee,
        url: &str,
        method: Method,
        headers: &[(&str, &str)],
        body: Option<JsValue>,
    ) -> Result<Answer, Fault> {
        let response = wire::ask(callee, url, method.name(), headers, body).await;
        let response = response.context("ask an object")?;
        let bytes = wire::bytes(&response).await;
        Ok(Answer {
            status: response.status(),
            bytes: bytes.context("read an object's answer")?,
            response,
        })
    }

    /// A header.
    pub fn header(&self, name: &str) -> Option<String> {
        self.response.headers().get(name).ok().flatten()
    }
}

/// Asks the Worker of the figures.
pub async fn ask_figures(worker: &Callee, ask: &figures::Ask) -> Result<figures::Told, Fault> {
    const WHAT: &str = "ask for figures";
    let body = serde_json::to_string(ask).context(WHAT)?;
    let told = ask_service(worker, JsValue::from_str(&body)).await?;
    serde_json::from_slice(&told).context(WHAT)
}

/// Asks the Worker of the control plane.
pub async fn ask_control(
    worker: &Callee,
    ask: &control::Ask,
    body: &[u8],
) -> Result<control::Told, Fault> {
    let sent = ask.packed(body)?;
    let told = ask_service(worker, Uint8Array::from(sent.as_slice()).into()).await?;
    control::Told::unpacked(&told)
}

/// Another Worker.
pub fn service(env: &Env, name: &str) -> Option<Callee> {
    env.service(name).ok().map(Fetcher::into_rpc)
}

async fn ask_service(worker: &Callee, body: JsValue) -> Result<Vec<u8>, Fault> {
    let answer = Answer::of(worker, "http://service/", Method::Post, &[], Some(body)).await?;
    match answer.status {
        200 => Ok(answer.bytes),
        _ => Err(refused(&answer.bytes)),
    }
}

/// Reads an answer that is a fault or not.
pub fn refused(bytes: &[u8]) -> Fault {
    match serde_json::from_slice::<Fault>(bytes) {
        Ok(fault) => fault,
        Err(error) => Fault::internal("read an object's answer", error),
    }
}
