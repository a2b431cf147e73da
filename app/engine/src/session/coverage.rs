//! Whether the facts that a question is about are here. While a device fetches a company for the first
//! time, a figure of half the days would look like any other figure, so there is none until all are here.
//!
//! Data that was here once and is being replaced goes on answering: it is what the edge said before.

use cube::query::{Compare, Query};
use kernel::DateRange;
use model::metrics::{Computed, MetricId, Part};
use protocol::{Failure, FailureKind};

use super::Session;

impl Session {
    /// Refuses a question about days that are still on their way.
    pub(super) fn require(
        &self,
        metrics: &[MetricId],
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
        // Who is new is known from the first day on.
        ranges.extend(self.extent().filter(|_| asks_history));
        self.require_days(&ranges)
    }

    /// Refuses a question whose days, comparison or metrics need what is still on its way.
    pub(super) fn require_query(&self, query: &Query) -> Result<(), Failure> {
        self.require(&query.metrics, query.range, query.compare.as_slice())
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
