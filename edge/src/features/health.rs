//! `GET /api/health`, `/healthz` and `/metrics`.

use api::health::{Health, METRICS_TYPE};

use crate::fault::Fault;
use crate::http::{Body, Response};
use crate::ports::Platform;

/// What this isolate has counted since it came to life.
pub fn metrics<P: Platform>(platform: &P) -> Response {
    let text = platform.meters(|meters| meters.tally.text());
    let media_type = format!("{METRICS_TYPE}; version=1.0.0; charset=utf-8");
    Response {
        headers: vec![
            ("content-type", media_type),
            ("cache-control", "no-store".to_owned()),
        ],
        body: Body::Bytes(text.into_bytes()),
        ..Response::empty(200)
    }
}

/// Says that the edge answers.
pub fn answer<P: Platform>(platform: &P) -> Result<Response, Fault> {
    Response::json(
        200,
        &Health {
            status: "ok".to_owned(),
            version: platform.settings().version.clone(),
        },
    )
}
