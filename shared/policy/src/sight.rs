//! What a role sees of the figures: which columns, and which rows.
//!
//! A measure belongs to one [`ColumnGroup`]; a role sees whole groups. A figure is seen where everything that
//! it is computed of is. Segments are written once with all columns and once for each [`Cut`], without those
//! that it leaves out, for one month and channel: nobody gets a byte that they may not see.
//!
//! Out of scope: payroll, which no data set holds yet.

use std::collections::BTreeSet;

use model::metrics::{Computed, Metric, Part};
use model::schema::{DataSet, Dimension, Measure};
use serde::{Deserialize, Serialize};

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
    /// How the company's API is used.
    Api,
}

impl ColumnGroup {
    /// Every group.
    pub const ALL: [ColumnGroup; 7] = [
        ColumnGroup::Volume,
        ColumnGroup::Revenue,
        ColumnGroup::Margin,
        ColumnGroup::Advertising,
        ColumnGroup::Stock,
        ColumnGroup::Targets,
        ColumnGroup::Api,
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
            M::ApiCalls | M::ApiRefusals | M::ApiFaults | M::ApiMillis | M::ApiBytes => {
                ColumnGroup::Api
            }
        }
    }
}

/// A choice of column groups that segments are written for, besides the one of all groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// What is sold and what is in stock, and nothing of costs, advertising, plans and the API.
    Open,
}

/// What there is for somebody of the segments of a data set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// They are seen as they are.
    Whole,
    /// They are seen as they were written for this cut.
    Cut(Cut),
    /// Nothing of them is seen.
    Nothing,
}

impl Cut {
    /// Every cut.
    pub const ALL: [Cut; 1] = [Cut::Open];

    /// The name in storage and in tags.
    pub const fn name(self) -> &'static str {
        match self {
            Cut::Open => "open",
        }
    }

    /// Its groups.
    pub const fn groups(self) -> &'static [ColumnGroup] {
        match self {
            Cut::Open => &[
                ColumnGroup::Volume,
                ColumnGroup::Revenue,
                ColumnGroup::Stock,
            ],
        }
    }

    /// The measures of a data set that it leaves out.
    pub fn hidden(self, data_set: DataSet) -> impl Iterator<Item = Measure> {
        let measures = data_set.measures().iter().copied();
        measures.filter(move |measure| !self.groups().contains(&ColumnGroup::of(*measure)))
    }

    /// What there is of the segments of a data set. Where only their number of rows would be left, nothing is.
    pub fn of(self, data_set: DataSet) -> Seen {
        let hidden = self.hidden(data_set).count();
        if hidden == 0 {
            Seen::Whole
        } else if hidden + 1 == data_set.measures().len() {
            Seen::Nothing
        } else {
            Seen::Cut(self)
        }
    }
}

/// The rows that somebody sees, by channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rows {
    /// All of them.
    All,
    /// Those of some channels, by their codes. Facts without a channel (code 0) are the whole company's and
    /// not among them.
    Channels(BTreeSet<u32>),
}

impl Rows {
    /// Whether somebody who sees `others` sees all of these. All rows are within all rows only: there are facts
    /// without a channel, and channels to come.
    pub fn are_within(&self, others: &Rows) -> bool {
        match (self, others) {
            (_, Rows::All) => true,
            (Rows::All, Rows::Channels(_)) => false,
            (Rows::Channels(own), Rows::Channels(others)) => own.is_subset(others),
        }
    }
}

/// What somebody sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sight {
    /// Columns; all of them where there is no cut.
    cut: Option<Cut>,
    /// Rows.
    rows: Rows,
}

impl Sight {
    /// Everything.
    pub const fn whole() -> Sight {
        Sight {
            cut: None,
            rows: Rows::All,
        }
    }

    /// All rows of some columns.
    pub const fn of_cut(cut: Option<Cut>) -> Sight {
        Sight {
            cut,
            rows: Rows::All,
        }
    }

    /// What a role sees; a program sees what it was let in for.
    pub const fn of(role: Role) -> Sight {
        match role {
            Role::Owner
            | Role::Admin
            | Role::Ceo
            | Role::Cfo
            | Role::Cmo
            | Role::Coo
            | Role::Analyst
            | Role::Service => Sight::whole(),
            Role::Viewer => Sight::of_cut(Some(Cut::Open)),
        }
    }

    /// The same of some rows only.
    #[must_use]
    pub fn within(self, rows: Rows) -> Sight {
        let rows = match (self.rows, rows) {
            (Rows::All, rows) | (rows, Rows::All) => rows,
            (Rows::Channels(one), Rows::Channels(other)) => {
                let mut both = BTreeSet::new();
                both.extend(one.intersection(&other).copied());
                Rows::Channels(both)
            }
        };
        Sight { rows, ..self }
    }

    /// The cut, where not all columns are seen.
    pub const fn cut(&self) -> Option<Cut> {
        self.cut
    }

    /// The rows.
    pub const fn rows(&self) -> &Rows {
        &self.rows
    }

    /// Whether nothing is hidden.
    pub fn is_whole(&self) -> bool {
        self.rows == Rows::All && self.cut.is_none()
    }

    /// Whether a measure is seen.
    pub fn sees(&self, measure: Measure) -> bool {
        self.sees_group(ColumnGroup::of(measure))
    }

    fn sees_group(&self, group: ColumnGroup) -> bool {
        self.cut.is_none_or(|cut| cut.groups().contains(&group))
    }

    /// What is seen of the segments of a data set and channel.
    pub fn segment(&self, data_set: DataSet, channel: u32) -> Seen {
        let is_row = match &self.rows {
            Rows::All => true,
            Rows::Channels(channels) => channels.contains(&channel),
        };
        match self.cut {
            _ if !is_row => Seen::Nothing,
            None => Seen::Whole,
            Some(cut) => cut.of(data_set),
        }
    }

    /// Whether the names of a dimension are seen. Names belong to the company, whatever channel they were met
    /// in; those of campaigns go with advertising, those of endpoints and callers with the API's use.
    pub fn sees_names(&self, dimension: Dimension) -> bool {
        match dimension {
            Dimension::Campaign => self.sees_group(ColumnGroup::Advertising),
            Dimension::Endpoint | Dimension::Caller => self.sees_group(ColumnGroup::Api),
            _ => true,
        }
    }

    /// Whether a metric over the rows that are seen is: everything that it is computed of.
    pub fn sees_metric(&self, metric: &Metric) -> bool {
        metric.parts().into_iter().all(|part| match part {
            Part::Sum(_, measure) | Part::Closing(_, measure) => self.sees(measure),
            Part::Distinct(..) | Part::Days => true,
            Part::Computed(computed) => self.cut.is_none() || self.sees_computed(computed),
            Part::External(_) => self.cut.is_none(),
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
        self.sees_group(group)
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
                let is_seen = sight.segment(set, 3) == Seen::Whole;
                assert_eq!(is_seen, sight.is_whole(), "{role:?} {set:?}");
            }
        }
    }

    #[test]
    fn of_each_data_set_a_viewer_gets_what_is_not_confidential() {
        let seen = |set| Sight::of(Role::Viewer).segment(set, 3);
        assert_eq!(seen(DataSet::Sales), Seen::Cut(Cut::Open));
        assert_eq!(seen(DataSet::Stock), Seen::Cut(Cut::Open));
        assert_eq!(seen(DataSet::Ads), Seen::Nothing);
        assert_eq!(seen(DataSet::Targets), Seen::Nothing);
        let hidden: Vec<Measure> = Cut::Open.hidden(DataSet::Stock).collect();
        assert_eq!(hidden, [Measure::InventoryCostMinor]);
        for dimension in [Dimension::Product, Dimension::Campaign] {
            let is_seen = Sight::of(Role::Viewer).sees_names(dimension);
            assert_eq!(is_seen, dimension == Dimension::Product);
            assert!(Sight::whole().sees_names(dimension));
        }
    }

    /// A metric says as much as its parts: where one hidden column is in it, it is hidden.
    #[test]
    fn no_metric_is_seen_of_which_a_column_is_not() {
        for cut in Cut::ALL {
            let sight = Sight::of_cut(Some(cut));
            let seen = || catalogue().iter().filter(|it| sight.sees_metric(it));
            assert!(seen().count() > 10, "{cut:?}");
            for part in seen().flat_map(|metric| metric.parts()) {
                if let Part::Sum(_, measure) | Part::Closing(_, measure) = part {
                    assert!(cut.groups().contains(&ColumnGroup::of(measure)));
                }
            }
            let name = serde_json::to_value(cut).unwrap();
            assert_eq!(name, cut.name());
        }
    }

    proptest! {
        #[test]
        fn rows_are_those_of_both(one: BTreeSet<u8>, other: BTreeSet<u8>, channel: u8) {
            let rows = |channels: &BTreeSet<u8>| Rows::Channels(channels.iter().map(|it| u32::from(*it)).collect());
            let sight = Sight::whole().within(rows(&one)).within(rows(&other));
            let is_seen = sight.segment(DataSet::Sales, channel.into()) == Seen::Whole;
            prop_assert_eq!(is_seen, one.contains(&channel) && other.contains(&channel));
            prop_assert!(!sight.is_whole());
            prop_assert!(sight.rows().are_within(&rows(&one)) && sight.rows().are_within(&rows(&other)));
            prop_assert!(!Rows::All.are_within(&rows(&one)) && rows(&one).are_within(&Rows::All));
            prop_assert_eq!(rows(&one).are_within(&rows(&other)), one.is_subset(&other));
            let same = Sight::whole().within(rows(&one)).within(Rows::All);
            prop_assert_eq!(same, Sight::whole().within(rows(&one)));
        }
    }
}
