//! `GET /api/health`: whether the edge answers, and which version does.

use serde::{Deserialize, Serialize};

/// Path.
pub const PATH: &str = "/api/health";

/// Answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// Version of the edge.
    pub version: String,
}
