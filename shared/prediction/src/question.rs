//! What is asked of the future.

use cube::query::Filter;
use kernel::DateRange;
use model::metrics::MetricId;
use model::period::Grain;
use serde::{Deserialize, Serialize};

use crate::{Cleaning, Sensitivity};

/// Forecast a metric from its own history.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForecastAsk {
    /// The metric.
    pub metric: MetricId,
    /// Conditions that a fact must meet, as in a query.
    pub filters: Vec<Filter>,
    /// The days to learn from; all days that have facts where absent. Today is always left out.
    pub history: Option<DateRange>,
    /// Length of a step: `Day`, `Week` or `Month`.
    pub grain: Grain,
    /// Steps to forecast, 1 to 400, from the first period that is not complete.
    pub horizon: usize,
    /// Whether to tell what the steps are made of, which occasions are among them, and what the month comes to that they
    /// end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub explain: bool,
    /// What of the history may be replaced before it is learnt from.
    #[serde(default, skip_serializing_if = "Cleaning::is_usual")]
    pub cleaning: Cleaning,
}

/// Look for unusual values in the history of a metric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UnusualAsk {
    /// The metric.
    pub metric: MetricId,
    /// Conditions that a fact must meet, as in a query.
    pub filters: Vec<Filter>,
    /// The days to look at; all days that have facts where absent. Today is always left out.
    pub history: Option<DateRange>,
    /// Length of a period: `Day`, `Week` or `Month`.
    pub grain: Grain,
    /// How easily a value is told.
    pub sensitivity: Sensitivity,
}
