//! Files handed over by the page, read piece by piece, and compression by the browser.

use js_sys::{ArrayBuffer, Promise, Uint8Array};
use thiserror::Error;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Response};

use super::words;

// `web_sys` holds compression streams to be unstable; every browser has had them since 2023.
#[wasm_bindgen]
extern "C" {
    type CompressionStream;
    #[wasm_bindgen(constructor, catch)]
    fn new(format: &str) -> Result<CompressionStream, JsValue>;
}

/// The file could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("the file cannot be read any more ({0}); choose it again")]
pub struct FileError(String);

fn failed(thrown: JsValue) -> FileError {
    FileError(words(&thrown))
}

/// A file as the page handed it over. Cloning it copies no bytes.
#[derive(Clone, Debug)]
pub struct HandedFile {
    blob: Blob,
    name: String,
}

impl HandedFile {
    /// A file out of a message; `None` where the value is none.
    pub fn from_value(value: &JsValue) -> Option<HandedFile> {
        let blob: &Blob = value.dyn_ref()?;
        let named = value.dyn_ref::<web_sys::File>();
        let name = named.map_or_else(|| "file".to_owned(), web_sys::File::name);
        Some(HandedFile {
            blob: blob.clone(),
            name,
        })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.blob.size() as u64
    }

    /// The bytes from `start` on, at most `length`.
    pub async fn read(&self, start: u64, length: u64) -> Result<Vec<u8>, FileError> {
        let end = start.saturating_add(length).min(self.bytes());
        let part = self
            .blob
            .slice_with_f64_and_f64(start as f64, end as f64)
            .map_err(failed)?;
        bytes_of(part.array_buffer()).await.map_err(failed)
    }
}

/// Compresses with gzip, off this thread. It begins at the call, not when it is first waited for.
pub fn gzip(bytes: &[u8]) -> impl Future<Output = Result<Vec<u8>, FileError>> + use<> {
    let started = start_gzip(bytes);
    async move { bytes_of(started.map_err(failed)?).await.map_err(failed) }
}

fn start_gzip(bytes: &[u8]) -> Result<Promise, JsValue> {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence(&parts)?;
    let stream = CompressionStream::new("gzip")?;
    // Has the members `readable` and `writable` that make a pair.
    let compressed = blob.stream().pipe_through(stream.unchecked_ref());
    Response::new_with_opt_readable_stream(Some(&compressed))?.array_buffer()
}

async fn bytes_of(buffer: Promise) -> Result<Vec<u8>, JsValue> {
    let buffer: ArrayBuffer = JsFuture::from(buffer).await?.dyn_into()?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
