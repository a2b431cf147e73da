//! The Worker of the control plane. Only the gateway's Worker speaks to it, having decided who may ask; it has no address of
//! its own. The clock wakes it too.

#![cfg(target_arch = "wasm32")]

use edge::control::{self, Ask};
use edge::fault::{Context as _, Fault};
use edge::features::predictions;
use edge::platform::Edge;
use edge::ports::Later;
use worker::{
    Context, Env, Request, Response, ScheduleContext, ScheduledEvent, console_error, event,
};

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    match answer(request, &env, &context).await {
        Ok(told) => Response::from_bytes(told),
        Err(fault) => Ok(Response::from_json(&fault)?.with_status(fault.kind().status())),
    }
}

async fn answer(mut request: Request, env: &Env, context: &Context) -> Result<Vec<u8>, Fault> {
    let sent = request.bytes().await.context("read a question")?;
    let (ask, body) = Ask::unpacked(&sent)?;
    let edge = Edge::new(env)?;
    let told = control::answer(&edge, &ask, body).await.packed()?;
    for work in edge.take_later() {
        let Later::Outcomes(tenant) = work else {
            console_error!("{work:?} is not the control plane's");
            continue;
        };
        let edge = Edge::new(env)?;
        context.wait_until(async move {
            // The clock's next event does it all the same.
            if let Err(fault) = predictions::settle(&edge, &tenant).await {
                console_error!("outcomes: {fault}");
            }
        });
    }
    Ok(told)
}

/// Records what came of predictions that are due.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let settled = async { predictions::settle_everywhere(&Edge::new(&env)?).await };
    if let Err(fault) = settled.await {
        console_error!("outcomes: {fault}");
    }
}
