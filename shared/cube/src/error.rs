//! Why a question cannot be answered.

use kernel::Date;
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension, Measure};
use thiserror::Error;

use crate::query::Query;
use crate::segment::SegmentError;

/// Why a question cannot be answered. The text says what to ask instead.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QueryError {
    /// No metric, or too many.
    #[error("ask for 1 to {} metrics, not {count}", Query::METRICS_MAX)]
    Metrics {
        /// Metrics asked for.
        count: usize,
    },
    /// Too many dimensions.
    #[error("group by at most {} dimensions, not {count}", Query::GROUP_BY_MAX)]
    GroupBy {
        /// Dimensions asked for.
        count: usize,
    },
    /// The same dimension twice.
    #[error("group by {0:?} once only")]
    GroupedTwice(Dimension),
    /// Members that have no names.
    #[error("{0:?} has no named members; count them with a metric instead")]
    Opaque(Dimension),
    /// Too many filters.
    #[error("use at most {} filters, not {count}", Query::FILTERS_MAX)]
    Filters {
        /// Filters given.
        count: usize,
    },
    /// Too many members in one filter.
    #[error(
        "list at most {} members of {dimension:?}, not {count}; leave out instead of listing",
        Query::MEMBERS_MAX
    )]
    Members {
        /// Dimension filtered.
        dimension: Dimension,
        /// Members listed.
        count: usize,
    },
    /// A text search in a dimension without labels.
    #[error("{0:?} has no labels to search; list its members")]
    NoLabels(Dimension),
    /// A member of a time dimension that is not written as one.
    #[error(
        "{key:?} is no member of {dimension:?}; write a date as 2026-11-23, a weekday as 1 to 7, \
         months as 0, 1, 2"
    )]
    NotTime {
        /// Dimension filtered.
        dimension: Dimension,
        /// The key given.
        key: String,
    },
    /// An order by a metric that was not asked for.
    #[error("the order names metric number {index}, but {count} are asked for")]
    SortMetric {
        /// Index given, from 0.
        index: usize,
        /// Metrics asked for.
        count: usize,
    },
    /// An order by change without anything to compare with.
    #[error("an order by change needs a comparison; set one")]
    SortWithoutComparison,
    /// A share of what is compared with, without anything to compare with.
    #[error("a share of what is compared with needs a comparison; set one")]
    ShareWithoutComparison,
    /// Too many derived figures or bounds.
    #[error(
        "ask for at most {} derived figures and {} bounds",
        Query::DERIVED_MAX,
        Query::BOUNDS_MAX
    )]
    TooManyDerived,
    /// A derived figure or a bound of a metric that was not asked for.
    #[error("a derived figure or bound names metric number {index}, but {count} are asked for")]
    DerivedMetric {
        /// Index given, from 0.
        index: usize,
        /// Metrics asked for.
        count: usize,
    },
    /// A running figure without a time to run along, or with two.
    #[error(
        "a running figure needs exactly one dimension of days, weeks, months, quarters or years, or of \
         months since the first order"
    )]
    NoTimeToRun,
    /// A moving average over too few or too many periods.
    #[error("average over 2 to {} periods, not {periods}", Query::PERIODS_MAX)]
    MovingPeriods {
        /// Periods asked for.
        periods: u16,
    },
    /// A share of what does not add up to a whole.
    #[error("{0:?} is no amount or count, so it has no shares; ask for its rank instead")]
    NoShare(MetricId),
    /// More work than one question may cause.
    #[error("running over so many periods takes too long; choose longer periods or filter")]
    TooManyPeriods,
    /// A range of members that have no order.
    #[error("{0:?} has no order to set a range in; list its members")]
    NoOrder(Dimension),
    /// No rows to keep.
    #[error("keep 1 to {} rows, not {rows}", Query::ROWS_MAX)]
    Top {
        /// Rows asked for.
        rows: usize,
    },
    /// Nothing to fill.
    #[error("gaps can be filled where a time dimension is grouped by; add one")]
    NoTimeToFill,
    /// The compared range lies before the calendar begins.
    #[error("the range lies too early to be compared; choose a later one")]
    NoComparedRange,
    /// More rows than an answer may hold.
    #[error(
        "the answer has {rows} rows, the limit is {}; filter, or ask for the top rows",
        Query::ROWS_MAX
    )]
    TooManyRows {
        /// Rows found.
        rows: usize,
    },
    /// More combinations of members than can be told apart.
    #[error("these dimensions have too many combinations; group by fewer")]
    TooManyGroups,
    /// Amounts whose sums may not fit into 64 bits.
    #[error("sums of {0:?} may not fit; look for wrong amounts in the source")]
    TooLarge(Measure),
    /// The calendar rules are not usable.
    #[error("a fiscal year starts in a month from 1 to 12, not {0}")]
    FiscalMonth(u8),
    /// The question needs facts, and only their sums are at hand yet.
    #[error(
        "of {data_set:?} in the month of {month} only sums by day, category or product are here yet; ask \
         again when the facts are"
    )]
    LinesNotHere {
        /// The data set.
        data_set: DataSet,
        /// First day of the month.
        month: Date,
    },
    /// A segment turned out to be damaged.
    #[error("a segment cannot be read: {0}")]
    Segment(#[from] SegmentError),
}
