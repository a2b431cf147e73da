//! `GET /api/health`: whether the edge answers, and which version does; `GET /api/openapi.json`: what it
//! answers.

use serde::{Deserialize, Serialize};

/// Path of the same for what looks after processes.
pub const HEALTHZ_PATH: &str = "/healthz";
/// Path of what this isolate has counted, as OpenMetrics; for the operator.
pub const METRICS_PATH: &str = "/metrics";
/// The media type of OpenMetrics.
pub const METRICS_TYPE: &str = "application/openmetrics-text";
/// Path of the OpenAPI document.
pub const OPENAPI_PATH: &str = "/api/openapi.json";
/// The document among the static files.
pub const OPENAPI_FILE: &str = "/openapi.json";
/// Path.
pub const PATH: &str = "/api/health";

/// Answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// Version of the edge.
    pub version: String,
}
