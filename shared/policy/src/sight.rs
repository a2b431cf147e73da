//! What a role sees of the figures: which columns, and which rows.
//!
//! A measure belongs to one [`ColumnGroup`]; a role sees whole groups. A figure is seen where everything that
//! it is computed of is. A segment holds all columns of its data set for one month and channel, so it is
//! seen where all its columns and its channel are: nobody gets a byte that they may not see.
//!
//! Out of scope: payroll, which no data set holds yet.

use std::collections::BTreeSet;

use model::metrics::{Computed, Metric, Part};
use model::schema::{DataSet, Measure};

use crate::role::Role;

/// Columns that are confidential together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnGroup {
    /// How many: units, orders, lines, customers, days of delivery.
    Volume,
    /// What customers pay, and what is taken off it.
    Revenue,
    /// What it costs, and so what is left.
    Margin,
    /// Advertising.
    Advertising,
    /// Stock by units.
    Stock,
    /// What is planned.
    Targets,
}

impl ColumnGroup {
    /// Every group.
    pub const ALL: [ColumnGroup; 6] = [
        ColumnGroup::Volume,
        ColumnGroup::Revenue,
        ColumnGroup::Margin,
        ColumnGroup::Advertising,
        ColumnGroup::Stock,
        ColumnGroup::Targets,
    ];

    /// The group of a measure.
    pub const fn of(measure: Measure) -> ColumnGroup {
        use Measure as M;
        match measure {
            M::Rows
            | M::PlacedUnits
            | M::CancelledUnits
            | M::ReturnedUnits
            | M::DeliveredUnits
            | M::ShippedLines
            | M::LateLines
            | M::DeliveredLines
            | M::DeliveryDays => ColumnGroup::Volume,
            M::GrossMinor
            | M::SellerDiscountMinor
            | M::ChannelDiscountMinor
            | M::CancelledMinor
            | M::ReturnedMinor
            | M::NetRevenueMinor
            | M::VatMinor => ColumnGroup::Revenue,
            M::CostOfGoodsMinor
            | M::CommissionMinor
            | M::PlatformFeeMinor
            | M::CargoMinor
            | M::ReturnCostMinor
            | M::InventoryCostMinor => ColumnGroup::Margin,
            M::AdSpendMinor | M::AdSalesMinor | M::Impressions | M::Clicks | M::AdOrders => {
                ColumnGroup::Advertising
            }
            M::OnHandUnits | M::ListedDays | M::StockOutDays => ColumnGroup::Stock,
            M::NetRevenueTargetMinor
            | M::OrdersTarget
            | M::MarginTargetMinor
            | M::AdSpendTargetMinor => ColumnGroup::Targets,
        }
    }
}

/// The rows that somebody sees, by channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rows {
    /// All of them.
    All,
    /// Those of some channels, by their codes. Facts without a channel (code 0) are the whole company's and
    /// not among them.
    Channels(BTreeSet<u32>),
}

/// What somebody sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sight {
    /// Groups of columns.
    groups: BTreeSet<ColumnGroup>,
    /// Rows.
    rows: Rows,
}

impl Sight {
    /// Everything.
    pub fn whole() -> Sight {
        Sight {
            groups: ColumnGroup::ALL.into(),
            rows: Rows::All,
        }
    }

    /// What a role sees; a program sees what it was let in for.
    pub fn of(role: Role) -> Sight {
        match role {
            Role::Owner
            | Role::Admin
            | Role::Ceo
            | Role::Cfo
            | Role::Cmo
            | Role::Coo
            | Role::Analyst
            | Role::Service => Sight::whole(),
            Role::Viewer => Sight {
                groups: [
                    ColumnGroup::Volume,
                    ColumnGroup::Revenue,
                    ColumnGroup::Stock,
                ]
                .into(),
                rows: Rows::All,
            },
        }
    }

    /// The same of some rows only.
    #[must_use]
    pub fn within(self, rows: Rows) -> Sight {
        let rows = match (self.rows, rows) {
            (Rows::All, rows) | (rows, Rows::All) => rows,
            (Rows::Channels(one), Rows::Channels(other)) => {
                Rows::Channels(one.intersection(&other).copied().collect())
            }
        };
        Sight { rows, ..self }
    }

    /// Whether nothing is hidden.
    pub fn is_whole(&self) -> bool {
        self.rows == Rows::All && self.groups.len() == ColumnGroup::ALL.len()
    }

    /// Whether a measure is seen.
    pub fn sees(&self, measure: Measure) -> bool {
        self.groups.contains(&ColumnGroup::of(measure))
    }

    /// Whether the segments of a data set and channel are seen.
    pub fn sees_segment(&self, data_set: DataSet, channel: u32) -> bool {
        let is_row = match &self.rows {
            Rows::All => true,
            Rows::Channels(channels) => channels.contains(&channel),
        };
        is_row
            && data_set
                .measures()
                .iter()
                .all(|measure| self.sees(*measure))
    }

    /// Whether a metric over the rows that are seen is: everything that it is computed of.
    pub fn sees_metric(&self, metric: &Metric) -> bool {
        metric.parts().into_iter().all(|part| match part {
            Part::Sum(_, measure) | Part::Closing(_, measure) => self.sees(measure),
            Part::Distinct(..) | Part::Days => true,
            Part::Computed(computed) => self.is_whole() || self.sees_computed(computed),
            Part::External(_) => self.is_whole(),
        })
    }

    fn sees_computed(&self, computed: Computed) -> bool {
        use Computed as C;
        let group = match computed {
            C::NewCustomers
            | C::RepeatCustomers
            | C::CustomersAtStart
            | C::CustomersLost
            | C::OrderCycleMedianDays
            | C::OrderCycleP90Days
            | C::ShipLeadMedianDays
            | C::ShipLeadP90Days => ColumnGroup::Volume,
            C::NetRevenueCompared
            | C::NetRevenueConcentration
            | C::OrderValueMedianMinor
            | C::OrderValueP90Minor
            | C::RfmQuintileMean => ColumnGroup::Revenue,
            // Of margins or plans, or of what is not known here.
            _ => return false,
        };
        self.groups.contains(&group)
    }
}

#[cfg(test)]
mod tests {
    use model::metrics::{MetricId, catalogue};
    use proptest::prelude::*;

    use super::*;

    fn sees(role: Role, metric: MetricId) -> bool {
        Sight::of(role).sees_metric(metric.metric())
    }

    #[test]
    fn a_viewer_sees_what_is_sold_and_not_what_is_earned() {
        use MetricId as M;
        for metric in [
            M::NetRevenue,
            M::Orders,
            M::Customers,
            M::Units,
            M::AverageOrderValue,
        ] {
            assert!(sees(Role::Viewer, metric), "{}", metric.name());
        }
        for metric in [
            M::Cm1,
            M::Cm2,
            M::Cm3,
            M::Cm2Percent,
            M::CostOfGoods,
            M::GrossMarginPercent,
            M::Commission,
            M::TakeRate,
            M::InventoryCost,
            M::MarginTarget,
            M::NetRevenueAttainment,
            M::Burn,
        ] {
            assert!(!sees(Role::Viewer, metric), "{}", metric.name());
        }
    }

    #[test]
    fn whoever_sees_everything_sees_every_metric_and_segment() {
        for role in Role::ALL {
            let sight = Sight::of(role);
            assert_eq!(sight.is_whole(), role != Role::Viewer);
            for metric in catalogue() {
                assert!(!sight.is_whole() || sight.sees_metric(metric));
            }
            for set in DataSet::ALL {
                assert_eq!(
                    sight.sees_segment(set, 3),
                    sight.is_whole(),
                    "{role:?} {set:?}"
                );
            }
        }
    }

    /// A metric says as much as its parts: where one hidden column is in it, it is hidden.
    #[test]
    fn no_metric_is_seen_of_which_a_column_is_not() {
        for bits in 0..1_u32 << ColumnGroup::ALL.len() {
            let groups = ColumnGroup::ALL.into_iter();
            let groups = groups
                .filter(|group| bits >> *group as u32 & 1 == 1)
                .collect();
            let rows = Rows::All;
            let sight = Sight { groups, rows };
            for metric in catalogue()
                .iter()
                .filter(|metric| sight.sees_metric(metric))
            {
                for part in metric.parts() {
                    if let Part::Sum(_, measure) | Part::Closing(_, measure) = part {
                        assert!(sight.groups.contains(&ColumnGroup::of(measure)));
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn rows_are_those_of_both(one: BTreeSet<u8>, other: BTreeSet<u8>, channel: u8) {
            let rows = |channels: &BTreeSet<u8>| Rows::Channels(channels.iter().map(|it| u32::from(*it)).collect());
            let sight = Sight::whole().within(rows(&one)).within(rows(&other));
            let is_seen = sight.sees_segment(DataSet::Sales, channel.into());
            prop_assert_eq!(is_seen, one.contains(&channel) && other.contains(&channel));
            prop_assert!(!sight.is_whole());
            let same = Sight::whole().within(rows(&one)).within(Rows::All);
            prop_assert_eq!(same, Sight::whole().within(rows(&one)));
        }
    }
}
