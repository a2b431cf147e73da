//! An edge for tests in the browser: takes the place of `fetch`, keeps what it is sent, and loses
//! requests or answers when told to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::Read;
use std::rc::Rc;

use api::ingest::{Batch, BatchStatus};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ingest::{Context, ImportSpec, Outcome, Reader, Report};
use js_sys::{Promise, Reflect, Uint8Array};
use kernel::Hash256;
use model::profile::TenantProfile;
use sync::{Manifest, content_hash};
use wasm_bindgen::prelude::*;

/// What the edge knows and how it behaves.
#[derive(Default)]
pub(crate) struct State {
    /// The manifest; 404 without one.
    pub(crate) manifest: Option<Manifest>,
    /// Blobs by name.
    pub(crate) blobs: BTreeMap<Hash256, Vec<u8>>,
    /// Batches by idempotency key.
    pub(crate) batches: BTreeMap<String, Batch>,
    /// Requests that arrived, as method and path.
    pub(crate) requests: Vec<String>,
    /// Whether nothing arrives.
    pub(crate) is_offline: bool,
    /// Answers to posts that get lost after what they answer was stored.
    pub(crate) lost_answers: usize,
    /// Whether batches stay stored and are never worked in.
    pub(crate) is_slow: bool,
}

/// The edge.
#[derive(Clone, Default)]
pub(crate) struct FakeEdge(pub(crate) Rc<RefCell<State>>);

struct Response {
    status: u16,
    etag: Option<String>,
    body: Vec<u8>,
}

impl Response {
    fn new(status: u16, body: Vec<u8>) -> Self {
        Response {
            status,
            etag: None,
            body,
        }
    }
}

impl FakeEdge {
    /// Takes the place of `fetch` for the rest of the test.
    pub(crate) fn install() -> FakeEdge {
        let edge = FakeEdge::default();
        let answering = edge.clone();
        let fetch = Closure::<dyn Fn(String, JsValue) -> Promise>::new(
            move |url: String, options: JsValue| match answering.answer(&url, &options) {
                Some(response) => Promise::resolve(&response),
                None => Promise::reject(&js_sys::Error::new("the network is down")),
            },
        );
        Reflect::set(&js_sys::global(), &"fetch".into(), fetch.as_ref()).expect("a global");
        fetch.forget();
        edge
    }

    /// Holds a company.
    pub(crate) fn hold(&self, manifest: Manifest, blobs: Vec<Vec<u8>>) {
        let mut state = self.0.borrow_mut();
        let named = manifest.hashes();
        state
            .blobs
            .extend(blobs.into_iter().map(|bytes| (content_hash(&bytes), bytes)));
        state.blobs.retain(|hash, _| named.contains(hash));
        state.manifest = Some(manifest);
    }

    fn answer(&self, url: &str, options: &JsValue) -> Option<JsValue> {
        let mut state = self.0.borrow_mut();
        if state.is_offline {
            return None;
        }
        let method = Reflect::get(options, &"method".into()).ok()?.as_string()?;
        let path = url.split('?').next().unwrap_or(url);
        state.requests.push(format!("{method} {path}"));
        let header = |name: &str| {
            let headers = Reflect::get(options, &"headers".into()).ok()?;
            Reflect::get(&headers, &name.into()).ok()?.as_string()
        };
        let response = if path == api::sync::MANIFEST_PATH {
            manifest(&state, header("if-none-match"))
        } else if let Some(hash) = path.strip_prefix(api::sync::BLOBS_PATH) {
            let blob = hash
                .parse()
                .ok()
                .and_then(|hash| state.blobs.get(&hash).cloned());
            blob.map_or_else(
                || Response::new(404, vec![]),
                |bytes| Response::new(200, bytes),
            )
        } else if method == "POST" {
            let body: Uint8Array = Reflect::get(options, &"body".into())
                .ok()?
                .dyn_into()
                .ok()?;
            let response = take(
                &mut state,
                &header("idempotency-key")?,
                &header(api::ingest::SPEC_HEADER)?,
                &body.to_vec(),
            );
            if state.lost_answers > 0 {
                state.lost_answers -= 1;
                return None;
            }
            response
        } else {
            let id = path.rsplit('/').next().unwrap_or_default();
            let is_slow = state.is_slow;
            let batch = state.batches.values_mut().find(|batch| batch.batch == id);
            match batch {
                Some(batch) => {
                    batch.status = if is_slow {
                        BatchStatus::Stored
                    } else {
                        BatchStatus::Done
                    };
                    Response::new(200, serde_json::to_vec(batch).ok()?)
                }
                None => Response::new(404, vec![]),
            }
        };
        to_js(response)
    }
}

fn manifest(state: &State, etag: Option<String>) -> Response {
    let Some(manifest) = &state.manifest else {
        return Response::new(404, vec![]);
    };
    let tag = format!("\"{}\"", manifest.sequence);
    if etag.as_deref() == Some(tag.as_str()) {
        return Response::new(304, vec![]);
    }
    Response {
        status: 200,
        etag: Some(tag),
        body: serde_json::to_vec(manifest).expect("a manifest"),
    }
}

fn take(state: &mut State, key: &str, spec: &str, body: &[u8]) -> Response {
    let id = format!("batch-{}", state.batches.len());
    let batch = state.batches.entry(key.to_owned()).or_insert_with(|| {
        let spec = URL_SAFE_NO_PAD.decode(spec).expect("base64url");
        let spec: ImportSpec = serde_json::from_slice(&spec).expect("a specification");
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(body)
            .read_to_end(&mut text)
            .expect("gzip");
        Batch {
            batch: id,
            status: BatchStatus::Stored,
            kind: spec.kind,
            file: String::new(),
            received_at: 0,
            report: Some(report(&spec, &text)),
            error: None,
        }
    });
    Response::new(202, serde_json::to_vec(batch).expect("a batch"))
}

fn report(spec: &ImportSpec, text: &[u8]) -> Report {
    let profile = TenantProfile::new(kernel::TenantId::new("acme").expect("an id"), "Acme");
    let context = Context::new(&profile, crate::sample::day("2026-11-23"));
    let mut report = Report::default();
    let mut sink = |outcome: Outcome| match outcome {
        Outcome::Record { record, .. } => report.take(record.date(), false, false),
        Outcome::Rejected(rejected) => report.reject(rejected),
    };
    let mut reader = Reader::new(spec, &context).expect("a good specification");
    reader.push(text, &mut sink).expect("a good chunk");
    reader.finish(&mut sink).expect("a good chunk");
    report
}

fn to_js(response: Response) -> Option<JsValue> {
    let options = web_sys::ResponseInit::new();
    options.set_status(response.status);
    if let Some(etag) = &response.etag {
        let headers = js_sys::Object::new();
        Reflect::set(&headers, &"etag".into(), &etag.as_str().into()).ok()?;
        options.set_headers(&headers);
    }
    let body = Uint8Array::from(response.body.as_slice());
    let body = (response.status != 304).then_some(&body);
    let made = web_sys::Response::new_with_opt_js_u8_array_and_init(body, &options);
    made.ok().map(Into::into)
}
