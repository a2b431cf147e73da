//! Where the forecasts of products stand.

use prediction::ProductForecasts;
use serde::{Deserialize, Serialize};

use crate::Failure;

/// How far the forecasts of products are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ProductsStatus {
    /// Whether they are being computed.
    pub is_running: bool,
    /// Series done.
    pub done: u32,
    /// Series to do; 0 where nothing was started.
    pub of: u32,
    /// The forecasts, once all are there.
    pub told: Option<ProductForecasts>,
    /// Why they ended without.
    pub failure: Option<Failure>,
}
