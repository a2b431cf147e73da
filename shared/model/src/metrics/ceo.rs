//! What a chief executive reads: sales, growth, margins, concentration, targets.

use super::formula::{Computed, Formula, Part, computed, metric, sales, targets};
use super::{Direction, Metric, MetricId, Role, Unit};
use crate::schema::{DataSet, Dimension, Measure};

const ALL: &[Role] = &[Role::Ceo, Role::Cfo, Role::Cmo, Role::Coo];
const CEO: &[Role] = &[Role::Ceo];
const CEO_CFO: &[Role] = &[Role::Ceo, Role::Cfo];
const CEO_CMO: &[Role] = &[Role::Ceo, Role::Cmo];

const NET_REVENUE: Formula = metric(MetricId::NetRevenue);
const PLACED: Formula = sales(Measure::PlacedUnits);
const ORDERS: Formula = metric(MetricId::Orders);
const COMPARED: Formula = computed(Computed::NetRevenueCompared);
const SALES_COSTS: Formula = Formula::Add(
    &Formula::Add(
        &sales(Measure::CommissionMinor),
        &sales(Measure::PlatformFeeMinor),
    ),
    &Formula::Add(
        &sales(Measure::CargoMinor),
        &sales(Measure::ReturnCostMinor),
    ),
);

pub(super) const METRICS: &[Metric] = &[
    Metric {
        id: MetricId::Gmv,
        unit: Unit::Money,
        direction: Direction::HigherIsBetter,
        formula: sales(Measure::GrossMinor),
        roles: ALL,
    },
    Metric {
        id: MetricId::NetRevenue,
        unit: Unit::Money,
        direction: Direction::HigherIsBetter,
        formula: sales(Measure::NetRevenueMinor),
        roles: ALL,
    },
    Metric {
        id: MetricId::NetRevenueGrowth,
        unit: Unit::Percent,
        direction: Direction::HigherIsBetter,
        formula: Formula::Div(
            &Formula::Sub(&NET_REVENUE, &COMPARED),
            &Formula::Abs(&COMPARED),
        ),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::Orders,
        unit: Unit::Count,
        direction: Direction::HigherIsBetter,
        formula: Formula::Part(Part::Distinct(DataSet::Sales, Dimension::Order)),
        roles: ALL,
    },
    Metric {
        id: MetricId::Customers,
        unit: Unit::Count,
        direction: Direction::HigherIsBetter,
        formula: Formula::Part(Part::Distinct(DataSet::Sales, Dimension::Customer)),
        roles: CEO_CMO,
    },
    Metric {
        id: MetricId::Units,
        unit: Unit::Count,
        direction: Direction::HigherIsBetter,
        formula: PLACED,
        roles: ALL,
    },
    Metric {
        id: MetricId::NetUnits,
        unit: Unit::Count,
        direction: Direction::HigherIsBetter,
        formula: Formula::Sub(
            &Formula::Sub(&PLACED, &sales(Measure::CancelledUnits)),
            &sales(Measure::ReturnedUnits),
        ),
        roles: ALL,
    },
    Metric {
        id: MetricId::AverageOrderValue,
        unit: Unit::Money,
        direction: Direction::HigherIsBetter,
        formula: Formula::Div(&NET_REVENUE, &ORDERS),
        roles: CEO_CMO,
    },
    Metric {
        id: MetricId::MedianOrderValue,
        unit: Unit::Money,
        direction: Direction::HigherIsBetter,
        formula: computed(Computed::OrderValueMedianMinor),
        roles: CEO_CMO,
    },
    Metric {
        id: MetricId::OrderValueP90,
        unit: Unit::Money,
        direction: Direction::Neutral,
        formula: computed(Computed::OrderValueP90Minor),
        roles: CEO_CMO,
    },
    Metric {
        id: MetricId::UnitsPerOrder,
        unit: Unit::Ratio,
        direction: Direction::HigherIsBetter,
        formula: Formula::Div(&PLACED, &ORDERS),
        roles: CEO_CMO,
    },
    Metric {
        id: MetricId::AverageUnitPrice,
        unit: Unit::Money,
        direction: Direction::Neutral,
        formula: Formula::Div(&NET_REVENUE, &metric(MetricId::NetUnits)),
        roles: CEO_CMO,
    },
    Metric {
        id: MetricId::Cm1,
        unit: Unit::Money,
        direction: Direction::HigherIsBetter,
        formula: Formula::Sub(&NET_REVENUE, &sales(Measure::CostOfGoodsMinor)),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::Cm2,
        unit: Unit::Money,
        direction: Direction::HigherIsBetter,
        formula: Formula::Sub(&metric(MetricId::Cm1), &SALES_COSTS),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::Cm3,
        unit: Unit::Money,
        direction: Direction::HigherIsBetter,
        formula: Formula::Sub(&metric(MetricId::Cm2), &metric(MetricId::AdSpend)),
        roles: &[Role::Ceo, Role::Cfo, Role::Cmo],
    },
    Metric {
        id: MetricId::Cm2Percent,
        unit: Unit::Percent,
        direction: Direction::HigherIsBetter,
        formula: Formula::Div(&metric(MetricId::Cm2), &NET_REVENUE),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::Cm3Percent,
        unit: Unit::Percent,
        direction: Direction::HigherIsBetter,
        formula: Formula::Div(&metric(MetricId::Cm3), &NET_REVENUE),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::ChannelConcentration,
        unit: Unit::Score,
        direction: Direction::LowerIsBetter,
        formula: computed(Computed::NetRevenueConcentration),
        roles: CEO,
    },
    Metric {
        id: MetricId::NetRevenueTarget,
        unit: Unit::Money,
        direction: Direction::Neutral,
        formula: targets(Measure::NetRevenueTargetMinor),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::NetRevenueAttainment,
        unit: Unit::Percent,
        direction: Direction::HigherIsBetter,
        formula: Formula::Div(&NET_REVENUE, &metric(MetricId::NetRevenueTarget)),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::OrdersTarget,
        unit: Unit::Count,
        direction: Direction::Neutral,
        formula: targets(Measure::OrdersTarget),
        roles: CEO,
    },
    Metric {
        id: MetricId::MarginTarget,
        unit: Unit::Money,
        direction: Direction::Neutral,
        formula: targets(Measure::MarginTargetMinor),
        roles: CEO_CFO,
    },
    Metric {
        id: MetricId::AdSpendTarget,
        unit: Unit::Money,
        direction: Direction::Neutral,
        formula: targets(Measure::AdSpendTargetMinor),
        roles: CEO_CMO,
    },
];
