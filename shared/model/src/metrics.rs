//! The KPI catalogue: every metric defined once, for every screen, API, alert and export.
//!
//! A metric is an expression over parts that a query aggregates ([`Formula`], [`Part`]). Its value is
//! computed once, from the aggregated parts ([`Metric::evaluate`]), so that a ratio is the ratio of
//! sums whatever it is grouped by. Where data is missing the metric has no value and says which part
//! it lacks ([`Undefined`]); nothing is assumed to be zero.
//!
//! Out of scope: names in the user's language (`locale`; [`english`] holds the English ones),
//! aggregation (`cube`), predictions (`forecast`).

mod api;
mod ceo;
mod cfo;
mod change;
mod cmo;
mod coo;
mod evaluate;
mod formula;
mod id;
mod quantile;
mod text;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

pub use change::{Change, concentration, growth};
pub use evaluate::{PartValue, Undefined, Value};
pub use formula::{Computed, External, Formula, Part};
pub use id::{MetricId, UnknownMetric};
pub use quantile::{quantile, quantile_of_whole};
pub use text::{English, english, english_name_and_meaning};

use crate::schema::{DataSet, Dimension};

/// What a value is measured in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Minor units of the base currency.
    Money,
    /// A whole number.
    Count,
    /// A share or rate: 0.25 is shown as 25 %.
    Percent,
    /// A quotient shown as a number: 3.2 units an order, 4.1 times the spend.
    Ratio,
    /// Days.
    Days,
    /// An index with its own scale.
    Score,
}

impl Unit {
    /// Whether values are whole numbers.
    pub const fn is_whole(self) -> bool {
        matches!(self, Unit::Money | Unit::Count)
    }
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// More is good.
    HigherIsBetter,
    /// Less is good: costs, returns, days.
    LowerIsBetter,
    /// Neither.
    Neutral,
}

/// Who reads it first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Chief executive.
    Ceo,
    /// Chief financial officer.
    Cfo,
    /// Chief marketing officer.
    Cmo,
    /// Chief operating officer.
    Coo,
}

/// The definition of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Metric {
    /// Id.
    pub id: MetricId,
    /// Unit of the value.
    pub unit: Unit,
    /// Which way is good.
    pub direction: Direction,
    /// How it is computed.
    pub formula: Formula,
    /// Whose dashboards offer it, the foremost first.
    pub roles: &'static [Role],
}

/// Definitions by the place of their id in [`MetricId::ALL`].
static CATALOGUE: LazyLock<Vec<&'static Metric>> = LazyLock::new(|| {
    let lists = [
        ceo::METRICS,
        cfo::METRICS,
        cmo::METRICS,
        coo::METRICS,
        api::METRICS,
    ];
    let found = |id: &MetricId| lists.into_iter().flatten().find(|it| it.id == *id);
    MetricId::ALL.iter().filter_map(found).collect()
});

/// Every metric, in the order of [`MetricId::ALL`].
pub fn catalogue() -> &'static [&'static Metric] {
    &CATALOGUE
}

impl MetricId {
    /// The definition.
    pub fn metric(self) -> &'static Metric {
        CATALOGUE
            .get(self as usize)
            .expect("a test holds that every id has one definition")
    }

    /// What was planned for the metric, where targets say.
    pub const fn target(self) -> Option<MetricId> {
        match self {
            MetricId::NetRevenue => Some(MetricId::NetRevenueTarget),
            MetricId::Orders => Some(MetricId::OrdersTarget),
            MetricId::Cm2 => Some(MetricId::MarginTarget),
            MetricId::AdSpend => Some(MetricId::AdSpendTarget),
            _ => None,
        }
    }
}

impl Metric {
    /// The parts to aggregate, each once, in a stable order.
    pub fn parts(&self) -> BTreeSet<Part> {
        let mut parts = BTreeSet::new();
        self.formula.for_each_part(&mut |part| {
            parts.insert(part);
        });
        parts
    }

    /// The data sets that must be there for the metric to have a value.
    pub fn data_sets(&self) -> BTreeSet<DataSet> {
        self.parts()
            .into_iter()
            .filter_map(Part::data_set)
            .collect()
    }

    /// Whether facts can be told apart by `dimension` in every data set that the metric needs: the
    /// advertising spend of a product is not known where campaigns are not booked by product.
    pub fn can_group_by(&self, dimension: Dimension) -> bool {
        self.data_sets()
            .iter()
            .all(|set| set.dimensions().contains(&dimension.stored()))
    }

    /// Whether the values of slices add up to the value of the whole. Ratios, distinct counts and
    /// levels do not: a total must be asked for, not added up.
    pub fn adds_up(&self) -> bool {
        self.formula.adds_up()
    }

    /// Whether values are amounts or numbers of things, of which a slice has a share and of which a
    /// mean over periods can be taken; the mean of quotients would be no value of the metric.
    pub fn is_amount(&self) -> bool {
        self.unit.is_whole() && !self.formula.is_quotient()
    }

    /// Whether the metric waits for data that no file brings yet.
    pub fn needs_external_data(&self) -> bool {
        self.parts()
            .iter()
            .any(|part| matches!(part, Part::External(_)))
    }
}

impl Part {
    /// The data set that the part is aggregated from, if it is one.
    pub const fn data_set(self) -> Option<DataSet> {
        match self {
            Part::Sum(set, _) | Part::Closing(set, _) | Part::Distinct(set, _) => Some(set),
            Part::Computed(computed) => computed.data_set(),
            Part::Days | Part::External(_) => None,
        }
    }
}

impl Computed {
    /// The data set whose facts the algorithm reads, if it reads facts.
    pub const fn data_set(self) -> Option<DataSet> {
        use Computed::*;
        match self {
            NetRevenueCompared
            | NetRevenueConcentration
            | NewCustomers
            | RepeatCustomers
            | OrderValueMedianMinor
            | OrderValueP90Minor
            | CustomersAtStart
            | CustomersLost
            | PredictedLifetimeValueMinor
            | RfmQuintileMean
            | OrderCycleMedianDays
            | OrderCycleP90Days
            | ShipLeadMedianDays
            | ShipLeadP90Days
            | SafetyStockUnits
            | LeadTimeDemandUnits
            | EconomicOrderQuantityUnits => Some(DataSet::Sales),
            NetPresentValueMinor | InternalRateOfReturn | PaybackPeriods => None,
        }
    }
}

#[cfg(test)]
#[path = "metrics/tests.rs"]
mod tests;
