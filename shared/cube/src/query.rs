//! Questions and answers as plain values: the same on screens, in the URL, between the app and its
//! engine worker, and on the API.
//!
//! Out of scope: how a question is answered (`Cube::answer`).

use std::collections::BTreeMap;

use kernel::{Date, DateRange, WeekStart};
use model::metrics::MetricId;
pub use model::metrics::Value;
use model::schema::{DataSet, Dimension};
use serde::{Deserialize, Serialize};

use crate::rollup::Rollup;

/// A question to the cube.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Query {
    /// Metrics to compute, 1 to [`Query::METRICS_MAX`].
    pub metrics: Vec<MetricId>,
    /// Days covered, both ends included.
    pub range: DateRange,
    /// Dimensions to group by, outermost first, at most [`Query::GROUP_BY_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub group_by: Vec<Dimension>,
    /// Conditions that a fact must meet, all of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<Filter>,
    /// A second range to compare every row with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compare: Option<Compare>,
    /// Order of the rows; by key where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sort: Option<Sort>,
    /// Figures that rows get from their place among the rows, at most [`Query::DERIVED_MAX`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<Derived>,
    /// Bounds that a row's values must meet, all of them; a row that does not is left out of the
    /// rows and of the others, not of the total.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub bounds: Vec<Bound>,
    /// Keep the first rows only and fold the rest into one row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub top: Option<Top>,
    /// Also answer subtotals over every prefix of `group_by` (a pivot).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub subtotals: bool,
    /// For a time grain: also answer rows for periods without facts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub fill_gaps: bool,
}

impl Query {
    /// The most metrics one query may ask for.
    pub const METRICS_MAX: usize = 64;
    /// The most dimensions one query may group by.
    pub const GROUP_BY_MAX: usize = 4;
    /// The most filters one query may carry.
    pub const FILTERS_MAX: usize = 32;
    /// The most members one filter may list.
    pub const MEMBERS_MAX: usize = 1_000;
    /// The most derived figures one query may ask for.
    pub const DERIVED_MAX: usize = 16;
    /// The most bounds one query may set.
    pub const BOUNDS_MAX: usize = 16;
    /// The most periods of a moving average.
    pub const PERIODS_MAX: u16 = 400;
    /// The most rows one answer may hold.
    pub const ROWS_MAX: usize = 200_000;

    /// One metric over a range, to be extended: `Query { group_by, ..Query::of(metric, range) }`.
    pub fn of(metric: MetricId, range: DateRange) -> Query {
        Query::of_all(vec![metric], range)
    }

    /// The same of several metrics.
    pub const fn of_all(metrics: Vec<MetricId>, range: DateRange) -> Query {
        Query {
            metrics,
            range,
            group_by: Vec::new(),
            filters: Vec::new(),
            compare: None,
            sort: None,
            derived: Vec::new(),
            bounds: Vec::new(),
            top: None,
            subtotals: false,
            fill_gaps: false,
        }
    }
}

/// A condition on one dimension. Members are keys: a dictionary key (`trendyol`, a SKU), an ISO date
/// for `Day`, `Week`, `Month`, `FirstOrderMonth`, `Quarter` and `Year` (the period's first day), `1` to `7` for `Weekday`,
/// `0` and on for `MonthsSinceFirstOrder`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "kebab-case")]
pub enum Filter {
    /// The member is one of these.
    In {
        /// Dimension tested.
        dimension: Dimension,
        /// Keys accepted.
        members: Vec<String>,
    },
    /// The member is none of these.
    NotIn {
        /// Dimension tested.
        dimension: Dimension,
        /// Keys refused.
        members: Vec<String>,
    },
    /// The member's key or label contains this text, ignoring case.
    Search {
        /// Dimension tested; one with a dictionary.
        dimension: Dimension,
        /// Text searched for.
        text: String,
    },
    /// The period lies between two days, both included: as a whole for periods longer than a day, so
    /// that a month counts where its first day does. Weekdays are compared by number.
    Range {
        /// Dimension tested; one of time, or of first orders.
        dimension: Dimension,
        /// Least key accepted, any where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<String>,
        /// Largest key accepted, any where absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
    },
}

/// A figure that a row gets from its place among the rows. Metrics are named by their index in
/// `metrics`. Running figures need exactly one dimension of days, weeks, months, quarters or years, or of
/// months since the first order; they run over the rows that agree in all other dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "figure", rename_all = "kebab-case")]
pub enum Derived {
    /// The metric over all periods from the first of the range to the row's: a ratio of the sums so
    /// far, a distinct count of all members so far.
    Cumulative {
        /// Index of the metric.
        metric: usize,
    },
    /// Over the row's period and those just before it: the mean for money and counts (exact to half a
    /// minor unit for money), the ratio of the sums for ratios. Unknown where the range does not
    /// hold as many periods yet, or the metric is unknown in one of them.
    MovingAverage {
        /// Index of the metric.
        metric: usize,
        /// Periods, 2 to [`Query::PERIODS_MAX`].
        periods: u16,
    },
    /// The row's share of the total, as a ratio; unknown where the total is not above 0. Only for
    /// money and counts that are not quotients themselves.
    ShareOfTotal {
        /// Index of the metric.
        metric: usize,
    },
    /// The same of the row's parent: all rows that agree in all dimensions but the innermost.
    ShareOfParent {
        /// Index of the metric.
        metric: usize,
    },
    /// The row's share of the first period's value among the rows that agree in all other dimensions: of
    /// customers by months since their first order, how many came back. Runs along time as running figures
    /// do; unknown where that value is not above 0. Only for money and counts that are not quotients.
    ShareOfFirst {
        /// Index of the metric.
        metric: usize,
    },
    /// The row's share of what it is compared with, as a ratio: how much of a target is reached, of last
    /// year's value. Needs a comparison; unknown where the compared value is not above 0. Only for money
    /// and counts that are not quotients.
    ShareOfCompared {
        /// Index of the metric.
        metric: usize,
    },
    /// 1 for the largest value among all rows, whether the top shows them or not; equal values
    /// share a rank, and the next one counts them all.
    Rank {
        /// Index of the metric.
        metric: usize,
    },
}

impl Derived {
    /// Index of the metric.
    pub const fn metric(self) -> usize {
        match self {
            Derived::Cumulative { metric }
            | Derived::MovingAverage { metric, .. }
            | Derived::ShareOfTotal { metric }
            | Derived::ShareOfParent { metric }
            | Derived::ShareOfFirst { metric }
            | Derived::ShareOfCompared { metric }
            | Derived::Rank { metric } => metric,
        }
    }
}

/// A bound on the values of a metric. A row without a value meets none.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// Index of the metric in `metrics`.
    pub metric: usize,
    /// Least value kept: minor units for money, 0.1 for 10 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest value kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// What to compare with. Periods are aligned by position: the first week of the range with the first
/// week of the compared range, whatever their dates; so are filters on periods. A period of the
/// compared range without a counterpart is in its total but in no row. A row is answered where either
/// range has facts for it, so that what is gone can be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compare {
    /// The range of equal length just before.
    PreviousPeriod,
    /// The same calendar dates one year earlier.
    LastYear,
    /// The same dates as planned: every metric with the metric of its target, see
    /// [`MetricId::target`].
    Target,
}

/// An order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// What is compared.
    pub by: SortBy,
    /// Largest first.
    pub descending: bool,
}

/// What rows are ordered by. Ties are broken by key, ascending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SortBy {
    /// The row's keys.
    Key,
    /// The metric at this index of `metrics`.
    Metric(usize),
    /// The change of that metric against the comparison, absolute.
    Change(usize),
}

/// Keep the first rows. Others come last and are computed from their facts, as every row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Top {
    /// Rows kept.
    pub rows: usize,
    /// Whether the rest is folded into one row of its own.
    pub others: bool,
}

/// The tenant's calendar, which every answer depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarRules {
    /// First day of the week.
    pub week_start: WeekStart,
    /// First month of the fiscal year, 1 to 12.
    pub fiscal_first_month: u8,
    /// The tenant's local day now; periods that contain it are partial.
    pub today: Date,
}

/// The answer to a query.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// One row per group, in the order asked for.
    pub rows: Vec<Row>,
    /// The same metrics over all facts that meet the filters.
    pub total: Row,
    /// Subtotals by prefix of `group_by`, where asked for: index 0 holds prefixes of length 1.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub subtotals: Vec<Vec<Row>>,
    /// The range that was compared with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compared_range: Option<DateRange>,
    /// How the answer was found.
    pub explain: Explain,
}

/// One row of an answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// One member per grouped dimension; fewer in subtotals, none in the total and in the row of
    /// others.
    pub members: Vec<Member>,
    /// One value per metric; `None` where the metric is undefined or its data is missing: a fact leaves
    /// it open in all rows, the row lies outside the days of the data set, or the data set lacks a
    /// dimension that is grouped or filtered by (advertising by product). Where a data set has facts
    /// around a row but none in it, sums and counts are 0.
    pub values: Vec<Option<Value>>,
    /// The same for the compared range; empty where no comparison was asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub compared: Vec<Option<Value>>,
    /// One figure per entry of `derived`; in the row of others only shares are known. Empty in totals
    /// and subtotals.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<Option<Value>>,
    /// Whether the row's period contains today and so is not complete.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// Whether this row folds all rows past the top.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub others: bool,
}

/// A member of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Member {
    /// Stable key, as used in filters.
    pub key: String,
    /// Text to show; dates and weekdays are formatted by the screen from the key.
    pub label: String,
}

impl Member {
    /// A member whose text is made from its key.
    pub(crate) fn unlabelled(key: String) -> Member {
        let label = key.clone();
        Member { key, label }
    }
}

/// How an answer was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Explain {
    /// Segments that took part, per data set and for both ranges.
    pub segments: BTreeMap<DataSet, usize>,
    /// Segments that zone maps ruled out.
    pub segments_skipped: usize,
    /// Facts read row by row, by each pass; a segment that is answered from its directory adds none.
    pub rows_read: u64,
    /// Months of facts that were answered from a roll-up, by each pass and by roll-up.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rollups: BTreeMap<Rollup, usize>,
    /// Cells of roll-ups read, by each pass.
    #[serde(default)]
    pub cells_read: u64,
    /// Whether a view was brought up to date: what is told above is then only what changed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}
