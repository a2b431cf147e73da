//! `GET /api/mobile/v1/dashboard?company=` (without it: the caller's own company, else the demo): the home screen's figures, computed at the edge by the
//! same cube, for the first paint of a device that holds nothing yet.

use cube::query::Value;
use kernel::{Currency, Date, DateRange, TenantId, Timestamp};
use model::metrics::MetricId;
use serde::{Deserialize, Serialize};

/// Path.
pub const PATH: &str = "/api/mobile/v1/dashboard";
/// The home screen's figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Dashboard {
    /// The company.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::tenant_id")
    )]
    pub company: TenantId,
    /// Sequence of the manifest that they are of.
    pub sequence: u64,
    /// Base currency.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::currency")
    )]
    pub currency: Currency,
    /// When the data last agreed with the edge.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<i64>"))]
    pub as_of: Option<Timestamp>,
    /// The company's local day when they were computed.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::date")
    )]
    pub today: Date,
    /// The days covered; `None` where there is no data.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::range")
    )]
    pub range: Option<DateRange>,
    /// One per metric.
    pub tiles: Vec<Tile>,
}

/// One metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Tile {
    /// Metric.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::metric")
    )]
    pub metric: MetricId,
    /// Over the days covered.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<f64>"))]
    pub value: Option<Value>,
    /// Over as many days just before.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<f64>"))]
    pub previous: Option<Value>,
    /// Over the same dates a year earlier.
    #[cfg_attr(feature = "openapi", schemars(with = "Option<f64>"))]
    pub last_year: Option<Value>,
    /// What was planned, where the metric has a target.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<f64>"))]
    pub target: Option<Value>,
    /// The value as a share of what was planned, where that is above 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schemars(with = "Option<f64>"))]
    pub reached: Option<Value>,
    /// Its course over the days covered, oldest first, to four significant digits: to be drawn, not read.
    pub sparkline: Vec<Option<f64>>,
}
