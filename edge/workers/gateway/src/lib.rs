//! The Worker that every request reaches: where requests, messages of the queue and the clock's events come in.

#![cfg(target_arch = "wasm32")]

use std::time::Duration;

use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Request, Response};
use worker::{
    Context as EventContext, Delay, Env, MessageBatch, MessageExt as _, ScheduleContext,
    ScheduledEvent, console_error, event,
};

use edge::digest;
use edge::fault::{Context as _, Fault};
use edge::features::{dashboard, page};
use edge::gateway::{self, limits, record, upstream};
use edge::http;
use edge::platform::wire::{self, Sent};
use edge::platform::{Edge, assets, now, services};
use edge::ports::{Database as _, Later, Platform as _, Tenants as _, Upload};
use edge::tenant::Ask;

/// A message of the queue: a company has a batch waiting.
#[derive(Serialize, Deserialize)]
struct Announcement {
    tenant: kernel::TenantId,
}

/// Companies with batches in the last day are looked after each minute.
const ACTIVE_MILLIS: i64 = 24 * 3_600_000;
const ACTIVE_MAX: u32 = 200;
/// How long records of requests are held.
const HAND_OVER_AFTER: Duration = Duration::from_secs(1);

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: EventContext) -> worker::Result<Response> {
    match answer(request, env, context).await {
        Ok(response) => Ok(response),
        // Not even a missing binding or a file that breaks off is told in other words than a problem.
        Err(error) => {
            let mut id = [0; 8];
            let id = getrandom::fill(&mut id).map_or_else(|_| String::new(), |()| digest::hex(&id));
            console_error!("{id}: {error}");
            let fault = Fault::internal("answer", error);
            plain(gateway::problems::response(&fault, &id).with("request-id", id))
        }
    }
}

async fn answer(request: Request, env: Env, context: EventContext) -> worker::Result<Response> {
    let edge = Edge::new(&env).map_err(|fault| worker::Error::RustError(fault.to_string()))?;
    let asked =
        wire::head(&request).map_err(|fault| worker::Error::RustError(fault.to_string()))?;
    let answer = gateway::handle(&edge, &asked, Incoming(request)).await;
    let later = edge.take_later();
    if !later.is_empty() {
        let env = env.clone();
        context.wait_until(async move {
            for work in later {
                if let Err(fault) = after_answer(&env, &work).await {
                    // An object's own alarm does its work all the same; a dashboard is asked for again.
                    console_error!("{work:?}: {fault}");
                }
            }
        });
    }
    respond(&edge, &env, &asked, answer).await
}

#[event(queue)]
async fn queue(
    messages: MessageBatch<Announcement>,
    env: Env,
    _context: EventContext,
) -> worker::Result<()> {
    let edge = Edge::new(&env).map_err(|fault| worker::Error::RustError(fault.to_string()))?;
    for message in messages.messages()? {
        match edge.tenants().ask(&message.body().tenant, &Ask::Wake).await {
            Ok(_) => message.ack(),
            Err(fault) => {
                console_error!("queue: {fault}");
                message.retry();
            }
        }
    }
    Ok(())
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    if let Err(fault) = repair(&env).await {
        console_error!("repair: {fault}");
    }
}

/// Wakes the companies that had a batch lately, should both alarm and queue have lost one.
async fn repair(env: &Env) -> Result<(), Fault> {
    let edge = Edge::new(env)?;
    let statement =
        "SELECT id FROM companies WHERE active_at > ?1 ORDER BY active_at DESC LIMIT ?2";
    let since = now().millis() - ACTIVE_MILLIS;
    let values = vec![since.into(), ACTIVE_MAX.into()];
    for row in edge.database().rows((statement, values)).await? {
        let id = row
            .first()
            .and_then(|value| value.text())
            .unwrap_or_default();
        let tenant = id.parse().context("read a company")?;
        edge.tenants().ask(&tenant, &Ask::Wake).await?;
    }
    Ok(())
}

async fn after_answer(env: &Env, work: &Later) -> Result<(), Fault> {
    let edge = Edge::new(env)?;
    match work {
        Later::Announce(tenant) => announce(&edge, env, tenant.clone()).await,
        Later::Records(tenant) => {
            // Until then others join, of this request's isolate.
            Delay::from(HAND_OVER_AFTER).await;
            record::hand_over(&edge, tenant).await
        }
        Later::Dashboard(tenant) => {
            let sight = policy::Sight::whole();
            dashboard::answer(&edge, tenant, &sight).await.map(drop)
        }
        Later::Outcomes(_) => Err(Fault::internal(
            "record outcomes",
            "the control plane does it",
        )),
        Later::Refresh(plan) => upstream::cached::refresh(&edge, plan).await,
        Later::Look(service, host) => upstream::look(&edge, *service, *host).await,
    }
}

async fn announce(edge: &Edge, env: &Env, tenant: kernel::TenantId) -> Result<(), Fault> {
    let statement =
        "UPDATE companies SET active_at = ?2 WHERE id = ?1 AND active_at < ?2 - 3600000";
    let values = vec![tenant.as_str().into(), now().millis().into()];
    edge.database().rows((statement, values)).await?;
    let queue = env.queue("BATCHES").context("bind BATCHES")?;
    queue
        .send(Announcement { tenant })
        .await
        .context("send to the queue")
}

/// A body that is still on its way.
struct Incoming(Request);

impl Upload for Incoming {
    async fn read(self, limit_bytes: usize) -> Result<Vec<u8>, Fault> {
        let mut body = worker::Request::from(self.0);
        let length = body.headers().get("content-length").ok().flatten();
        if let Some(length) = length.and_then(|text| text.parse::<usize>().ok()) {
            // The limit was checked against the announced length, which HTTP holds the body to.
            let limit = services::sleep(limits::body_millis(length));
            let bytes = upstream::drive::within(body.bytes(), limit).await;
            return bytes.ok_or_else(limits::too_slow)?.context("read the body");
        }
        let Ok(mut stream) = body.stream() else {
            return Ok(Vec::new());
        };
        let mut bytes = Vec::new();
        let began = now().millis();
        loop {
            let left = began + limits::body_millis(bytes.len()) - now().millis();
            let piece = upstream::drive::within(stream.next(), services::sleep(left)).await;
            let Some(piece) = piece.ok_or_else(limits::too_slow)? else {
                break;
            };
            bytes.extend(piece.context("read the body")?);
            if bytes.len() > limit_bytes {
                return Err(limits::too_large(limit_bytes));
            }
        }
        Ok(bytes)
    }
}

async fn respond(
    edge: &Edge,
    env: &Env,
    asked: &http::Request,
    answer: http::Response,
) -> worker::Result<Response> {
    let files = match &answer.body {
        http::Body::Asset(files) => files,
        http::Body::Filled { path, parts } => {
            return filled(edge, env, asked, &answer, path, parts).await;
        }
        _ => return plain(answer),
    };
    let found = assets::first(env, files, asked.header("if-none-match")).await;
    let found = found.map_err(|fault| worker::Error::RustError(fault.to_string()))?;
    let Some(found) = found else {
        return plain(gateway::missing(edge, asked));
    };
    let status = found.response.status();
    let mut said = said(&answer);
    for (name, value) in &found.headers {
        said.retain(|(other, _)| other != name);
        said.push((name, value));
    }
    let is_empty = status == 304 || asked.method == http::Method::Head;
    let body = found.response.body().filter(|_| !is_empty);
    let body = body.map_or(Sent::Nothing, Sent::Stream);
    wire::response(status, &said, found.is_encoded, body)
}

async fn filled(
    edge: &Edge,
    env: &Env,
    asked: &http::Request,
    answer: &http::Response,
    path: &str,
    parts: &[(&'static str, String)],
) -> worker::Result<Response> {
    let file = http::AssetFile {
        path: path.to_owned(),
        headers: Vec::new(),
        is_encoded: false,
    };
    let found = assets::first(env, &[file], None).await;
    let found = found.map_err(|fault| worker::Error::RustError(fault.to_string()))?;
    let Some(found) = found else {
        return plain(gateway::missing(edge, asked));
    };
    let text = JsFuture::from(found.response.text()?).await?;
    let page = page::fill(&text.as_string().unwrap_or_default(), parts);
    let body = match asked.method {
        http::Method::Head => Sent::Nothing,
        _ => Sent::Bytes(page.as_bytes()),
    };
    wire::response(answer.status, &said(answer), false, body)
}

fn plain(answer: http::Response) -> worker::Result<Response> {
    let (is_encoded, body) = match &answer.body {
        http::Body::Bytes(bytes) => (false, Sent::Bytes(bytes)),
        http::Body::Encoded(bytes) => (true, Sent::Bytes(bytes)),
        http::Body::Empty | http::Body::Asset(_) | http::Body::Filled { .. } => {
            (false, Sent::Nothing)
        }
    };
    wire::response(answer.status, &said(&answer), is_encoded, body)
}

fn said(answer: &http::Response) -> Vec<(&str, &str)> {
    let own = answer
        .headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()));
    let passed = answer.passed.iter();
    own.chain(passed.map(|(name, value)| (name.as_str(), value.as_str())))
        .collect()
}
