//! `GET /api/mobile/v1/dashboard?company=`: the home screen's figures, computed at the edge by the
//! same cube, for the first paint of a device that holds nothing yet.

use cube::query::Value;
use kernel::{Currency, Date};
use model::metrics::MetricId;
use serde::{Deserialize, Serialize};

/// Path.
pub const PATH: &str = "/api/mobile/v1/dashboard";
/// Days that the figures cover: the last complete ones with data.
pub const DAYS: i32 = 30;

/// The home screen's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dashboard {
    /// Company id.
    pub company: String,
    /// Sequence of the manifest that they are of.
    pub sequence: u64,
    /// Base currency.
    pub currency: Currency,
    /// The company's local day when they were computed.
    pub today: Date,
    /// First day.
    pub from: Date,
    /// Last day.
    pub to: Date,
    /// One per metric.
    pub tiles: Vec<Tile>,
}

/// One metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tile {
    /// Metric.
    pub metric: MetricId,
    /// Over the days covered.
    pub value: Option<Value>,
    /// Over as many days just before.
    pub previous: Option<Value>,
    /// Over the same dates a year earlier.
    pub last_year: Option<Value>,
    /// What was planned, where the metric has a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Value>,
    /// Per day, oldest first, to four significant digits: to be drawn, not read.
    pub sparkline: Vec<Option<f64>>,
}
