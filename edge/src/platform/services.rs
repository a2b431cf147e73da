//! Calls to services behind the gateway: fetch of the platform, which follows no redirection here and is ended where
//! nobody waits for it any more.

use std::time::Duration;

use futures_util::StreamExt as _;
use js_sys::Uint8Array;
use worker::{
    AbortController, Delay, Env, Fetch, Headers, Method, Request, RequestInit, RequestRedirect,
    Response,
};

use super::settings;
use crate::ports::{Call, NoReply, Outside, Reply};

/// Ends a call when it is dropped.
struct Ending(Option<AbortController>);

impl Drop for Ending {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

/// Calls a service; its answer is read up to the call's limit.
pub async fn call(call: Call) -> Result<Reply, NoReply> {
    let broken = |error: worker::Error| NoReply::Broken(error.to_string());
    let request = request(&call).map_err(broken)?;
    let mut ending = Ending(Some(AbortController::default()));
    let signal = ending.0.as_ref().map(AbortController::signal);
    let fetch = Fetch::Request(request);
    let response = match &signal {
        Some(signal) => fetch.send_with_signal(signal).await,
        None => fetch.send().await,
    };
    let reply = read(response.map_err(broken)?, call.answer_bytes_max).await?;
    // What has ended needs no end.
    ending.0 = None;
    Ok(reply)
}

fn request(call: &Call) -> worker::Result<Request> {
    let headers = Headers::new();
    for (name, value) in &call.fields {
        headers.append(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(call.method.to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual);
    if !call.body.is_empty() {
        init.with_body(Some(Uint8Array::from(call.body.as_slice()).into()));
    }
    Request::new_with_init(&call.url, &init)
}

/// Reads an answer, unpacked by the platform, up to a limit.
async fn read(mut response: Response, limit_bytes: usize) -> Result<Reply, NoReply> {
    let fields = response.headers().entries().collect();
    let mut body = Vec::new();
    if let Ok(mut stream) = response.stream() {
        while let Some(piece) = stream.next().await {
            body.extend(piece.map_err(|error| NoReply::Broken(error.to_string()))?);
            if body.len() > limit_bytes {
                return Err(NoReply::Large);
            }
        }
    }
    Ok(Reply {
        status: response.status_code(),
        fields,
        body,
    })
}

/// Other people's servers, for a company's object.
pub struct World {
    allows_inside: bool,
}

impl World {
    /// With what the Worker is told.
    pub fn new(env: &Env) -> World {
        World {
            allows_inside: settings::allows_inside(env),
        }
    }
}

impl Outside for World {
    async fn call(&self, call: Call) -> Result<Reply, NoReply> {
        self::call(call).await
    }

    async fn sleep(&self, millis: i64) {
        self::sleep(millis).await;
    }

    fn allows_inside(&self) -> bool {
        self.allows_inside
    }
}

/// Waits.
pub async fn sleep(millis: i64) {
    Delay::from(Duration::from_millis(millis.max(0).unsigned_abs())).await;
}

/// Variables that hold the routes, joined: one holds 5 kB at the most on Cloudflare's network.
const ROUTES: &str = "ROUTES";
const MORE_MAX: usize = 60;

/// The routes to services behind the gateway, as JSON.
pub fn routes(env: &Env) -> String {
    let mut text = variable(env, ROUTES).unwrap_or_default();
    for number in 2..=MORE_MAX {
        let Some(more) = variable(env, &format!("{ROUTES}_{number}")) else {
            break;
        };
        text.push_str(&more);
    }
    text
}

/// A secret for a service behind the gateway.
pub fn secret(env: &Env, name: &str) -> Option<String> {
    let is_for_services = name.starts_with(::upstream::SECRET_PREFIX);
    is_for_services.then(|| variable(env, name)).flatten()
}

fn variable(env: &Env, name: &str) -> Option<String> {
    env.var(name).ok().map(|value| value.to_string())
}
