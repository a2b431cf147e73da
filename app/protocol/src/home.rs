//! The tiles of the home screen, small enough to be kept by the page for an instant first paint.

use cube::query::Value;
use kernel::{Date, DateRange, TenantId, Timestamp};
use model::metrics::MetricId;
use serde::{Deserialize, Serialize};

/// The state of the home screen's tiles over the default range: the last 30 complete days.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HomeSnapshot {
    /// The company.
    pub company: TenantId,
    /// Sequence number of the manifest that it was computed from.
    pub sequence: u64,
    /// When the data last agreed with the edge.
    pub as_of: Option<Timestamp>,
    /// The company's local day when it was computed.
    pub today: Date,
    /// The days covered.
    pub range: Option<DateRange>,
    /// The tiles, in the order to be shown.
    pub tiles: Vec<HomeTile>,
}

/// One metric at a glance. Values are in the metric's unit (`model::metrics::Metric::unit`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HomeTile {
    /// The metric.
    pub metric: MetricId,
    /// Its value over the range; `None` where it is undefined or its data is missing.
    pub value: Option<Value>,
    /// The same over as many days just before.
    pub previous: Option<Value>,
    /// The same over the same dates a year earlier.
    pub last_year: Option<Value>,
    /// What was planned, where the metric has a target.
    pub target: Option<Value>,
    /// One value a day of the range, oldest first.
    pub sparkline: Vec<Option<f64>>,
}
