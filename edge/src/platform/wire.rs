//! Requests and answers between JavaScript and here. Each crossing costs a request more than what is read or written,
//! and leaves an object behind for JavaScript to collect, so heads cross whole, as one text, and bodies as one buffer.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use js_sys::{Array, JSON, Uint8Array};
use serde::Serialize;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStream, Request, RequestInit, Response, ResponseInit};

use crate::address::Address;
use crate::fault::Fault;
use crate::http;

#[wasm_bindgen]
extern "C" {
    /// Another Worker, or a Durable Object.
    pub type Callee;

    #[wasm_bindgen(method, catch)]
    async fn fetch(this: &Callee, url: &str, init: &RequestInit) -> Result<JsValue, JsValue>;
}

/// What a request says besides its body.
pub fn head(request: &Request) -> Result<http::Request, Fault> {
    let unreadable = || Fault::internal("read the address", "it names no host");
    let address = Address::parse(&request.url()).ok_or_else(unreadable)?;
    // Each header is an array of name and value, which as text are a name, a comma and a value; none has an end of line.
    let text = String::from(Array::from(&request.headers()).join("\n"));
    let pairs = text.split('\n').filter_map(|line| line.split_once(','));
    // One by one: to collect into a map is to sort first, which is four kilobytes of code for each type.
    let mut headers = BTreeMap::new();
    headers.extend(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())));
    Ok(http::Request {
        method: http::Method::from_name(&request.method()),
        scheme: address.scheme,
        host: address.host,
        path: address.path,
        query: address.query,
        headers,
    })
}

/// The body of an answer.
pub enum Sent<'a> {
    /// None.
    Nothing,
    /// Bytes.
    Bytes(&'a [u8]),
    /// Bytes that are still on their way.
    Stream(ReadableStream),
}

/// An answer. `is_encoded` says that its bytes are encoded already, as its headers say.
pub fn response(
    status: u16,
    headers: &[(&str, &str)],
    is_encoded: bool,
    body: Sent,
) -> worker::Result<Response> {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    struct Said<'a> {
        status: u16,
        headers: BTreeMap<&'a str, &'a str>,
        encode_body: &'static str,
    }
    let (headers, repeated) = by_name(headers);
    let init: ResponseInit = object(&Said {
        status,
        headers,
        encode_body: if is_encoded { "manual" } else { "automatic" },
    })?;
    let made = match body {
        Sent::Nothing => Response::new_with_opt_str_and_init(None, &init),
        Sent::Bytes(bytes) => {
            let bytes = Uint8Array::from(bytes);
            Response::new_with_opt_buffer_source_and_init(Some(&bytes), &init)
        }
        Sent::Stream(stream) => {
            Response::new_with_opt_readable_stream_and_init(Some(&stream), &init)
        }
    };
    let made = made?;
    for (name, value) in repeated {
        made.headers().append(name, value)?;
    }
    Ok(made)
}

/// Headers as an object has them, which the platform reads in half the time of a list, and those whose name was there.
fn by_name<'a>(
    headers: &[(&'a str, &'a str)],
) -> (BTreeMap<&'a str, &'a str>, Vec<(&'a str, &'a str)>) {
    let mut first = BTreeMap::new();
    let mut repeated = Vec::new();
    for &(name, value) in headers {
        match first.entry(name) {
            Entry::Vacant(place) => {
                place.insert(value);
            }
            Entry::Occupied(_) => repeated.push((name, value)),
        }
    }
    (first, repeated)
}

/// Asks another Worker or an object. No header's name is repeated.
pub async fn ask(
    callee: &Callee,
    url: &str,
    method: &str,
    headers: &[(&str, &str)],
    body: Option<JsValue>,
) -> worker::Result<Response> {
    #[derive(Serialize)]
    struct Said<'a> {
        method: &'a str,
        headers: BTreeMap<&'a str, &'a str>,
    }
    let (headers, _) = by_name(headers);
    let init: RequestInit = object(&Said { method, headers })?;
    if let Some(body) = body {
        init.set_body(&body);
    }
    Ok(callee.fetch(url, &init).await?.dyn_into()?)
}

/// The body of an answer.
pub async fn bytes(response: &Response) -> worker::Result<Vec<u8>> {
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// A value as an object of JavaScript's.
fn object<T: JsCast>(value: &impl Serialize) -> worker::Result<T> {
    Ok(JSON::parse(&serde_json::to_string(value)?)?.unchecked_into())
}
