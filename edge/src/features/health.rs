//! `GET /api/health`.

use api::health::Health;

use crate::fault::Fault;
use crate::http::Response;
use crate::ports::Platform;

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
