//! The Worker of the figures: what takes the cube, computed from the companies' segments. Only the gateway's Worker
//! speaks to it; it has no address of its own.

#![cfg(target_arch = "wasm32")]

use edge::fault::{Context as _, Fault};
use edge::figures;
use edge::platform::Edge;
use worker::{Context, Env, Request, Response, event};

#[event(fetch)]
async fn fetch(request: Request, env: Env, _context: Context) -> worker::Result<Response> {
    match answer(request, &env).await {
        Ok(told) => Response::from_json(&told),
        Err(fault) => Ok(Response::from_json(&fault)?.with_status(fault.kind().status())),
    }
}

async fn answer(mut request: Request, env: &Env) -> Result<figures::Told, Fault> {
    let body = request.bytes().await.context("read a question")?;
    let ask = serde_json::from_slice(&body).context("read a question")?;
    figures::answer(&Edge::new(env)?, &ask).await
}
