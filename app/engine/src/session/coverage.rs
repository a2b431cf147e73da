//! Whether the facts that a question is about are here. While a device fetches a company for the first
//! time, a figure of half the days would look like any other figure, so there is none until all are here.
//!
//! Data that was here once and is being replaced goes on answering: it is what the edge said before.

use cube::QueryError;
use cube::query::{Compare, Filter, Query};
use kernel::DateRange;
use model::metrics::{Computed, MetricId, Part};
use model::schema::Dimension;
use prediction::PredictionError;
use protocol::{Failure, FailureKind};

use super::Session;

impl Session {
    /// Refuses a question about days that are still on their way; `dimensions` are those that it groups or
    /// filters by.
    pub(super) fn require(
        &self,
        metrics: &[MetricId],
        mut dimensions: impl Iterator<Item = Dimension>,
        range: DateRange,
        compared: &[Compare],
    ) -> Result<(), Failure> {
        let is_new = Part::Computed(Computed::NewCustomers);
        let asks_history = metrics
            .iter()
            .any(|one| one.metric().parts().contains(&is_new));
        let mut ranges = vec![range];
        ranges.extend(compared.iter().filter_map(|compare| match compare {
            Compare::PreviousPeriod => range.previous(),
            Compare::LastYear => range.last_year(),
            Compare::Target => None,
        }));
        // Who is new, and when somebody first ordered, is known from the first day on.
        if asks_history || dimensions.any(Dimension::is_of_first_orders) {
            ranges.extend(self.extent());
        }
        self.require_days(&ranges)
    }

    /// Refuses a question whose days, comparison, metrics or dimensions need what is still on its way.
    pub(super) fn require_query(&self, query: &Query) -> Result<(), Failure> {
        let filtered = query.filters.iter().map(Filter::dimension);
        let dimensions = query.group_by.iter().copied().chain(filtered);
        let compared = query.compare.as_slice();
        self.require(&query.metrics, dimensions, query.range, compared)
    }

    /// Refuses days of which something is on its way with nothing older in its place.
    pub(super) fn require_days(&self, ranges: &[DateRange]) -> Result<(), Failure> {
        if self.manifest.is_none() {
            let text = "nothing is known of this company yet";
            return Err(Failure::new(FailureKind::NotHere, text));
        }
        let is_asked = |days: &&DateRange| ranges.iter().any(|it| it.intersect(**days).is_some());
        let lacking = self.places.lacking().iter().filter(is_asked).count();
        match lacking {
            0 => Ok(()),
            _ => {
                let text = format!("{lacking} segments of these days are not on this device yet");
                Err(Failure::new(FailureKind::NotHere, text))
            }
        }
    }

    /// The days with sales, those that are on their way included; of any facts where there are no sales.
    pub fn extent(&self) -> Option<DateRange> {
        self.places.extent()
    }
}

/// Why a question has no answer, as the page is told.
pub(crate) fn refusal(error: QueryError) -> Failure {
    let kind = match error {
        QueryError::Segment(_) => FailureKind::Storage,
        QueryError::LinesNotHere { .. } => FailureKind::NotHere,
        _ => FailureKind::BadQuestion,
    };
    Failure::new(kind, error.to_string())
}

/// Why a metric is not forecast, as the page is told.
pub(super) fn unpredicted(error: PredictionError) -> Failure {
    match error {
        PredictionError::Query(error) => refusal(error),
        error if error.is_too_little() => {
            Failure::new(FailureKind::TooLittleData, error.to_string())
        }
        error => Failure::new(FailureKind::BadQuestion, error.to_string()),
    }
}
