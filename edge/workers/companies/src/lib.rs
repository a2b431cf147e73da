//! The Worker of the companies: their Durable Objects, one per company and one per company's blobs, thin shells
//! around `edge::tenant`. Only the gateway's Worker speaks to it; it has no address of its own.

#![cfg(target_arch = "wasm32")]

mod blob_object;
mod tenant_object;

use worker::{Context, Env, Request, Response, event};

/// Nobody asks this Worker itself.
#[event(fetch)]
async fn fetch(_request: Request, _env: Env, _context: Context) -> worker::Result<Response> {
    Response::error("ask the gateway", 404)
}
