//! What a chief financial officer reads: costs, fees, tax, working capital, budget, investment.

use super::formula::{
    Computed, External, Formula, Part, computed, external, metric, sales, stock, targets,
};
use super::{Direction, Metric, MetricId, Role, Unit};
use crate::schema::{DataSet, Dimension, Measure};

const CFO: &[Role] = &[Role::Cfo];
const CFO_CEO: &[Role] = &[Role::Cfo, Role::Ceo];
const CFO_COO: &[Role] = &[Role::Cfo, Role::Coo];
const CFO_CMO: &[Role] = &[Role::Cfo, Role::Cmo];

const NET_REVENUE: Formula = metric(MetricId::NetRevenue);
const COST_OF_GOODS: Formula = metric(MetricId::CostOfGoods);
const COMMISSION: Formula = metric(MetricId::Commission);
const DAYS: Formula = Formula::Part(Part::Days);
/// Mean over the days for which stock is known.
const INVENTORY_MEAN: Formula = metric(MetricId::InventoryCost);
const NET_REVENUE_TARGET: Formula = targets(Measure::NetRevenueTargetMinor);
const MARGIN_TARGET: Formula = targets(Measure::MarginTargetMinor);
const AD_SPEND_TARGET: Formula = targets(Measure::AdSpendTargetMinor);

const fn money(
    id: MetricId,
    direction: Direction,
    formula: Formula,
    roles: &'static [Role],
) -> Metric {
    Metric {
        id,
        unit: Unit::Money,
        direction,
        formula,
        roles,
    }
}

const fn percent(
    id: MetricId,
    direction: Direction,
    formula: Formula,
    roles: &'static [Role],
) -> Metric {
    Metric {
        id,
        unit: Unit::Percent,
        direction,
        formula,
        roles,
    }
}

const fn days(id: MetricId, direction: Direction, formula: Formula) -> Metric {
    Metric {
        id,
        unit: Unit::Days,
        direction,
        formula,
        roles: CFO_COO,
    }
}

use Direction::{HigherIsBetter, LowerIsBetter, Neutral};

pub(super) const METRICS: &[Metric] = &[
    money(
        MetricId::CostOfGoods,
        LowerIsBetter,
        sales(Measure::CostOfGoodsMinor),
        CFO_COO,
    ),
    percent(
        MetricId::GrossMarginPercent,
        HigherIsBetter,
        Formula::Div(&metric(MetricId::Cm1), &NET_REVENUE),
        CFO_CEO,
    ),
    percent(
        MetricId::TakeRate,
        LowerIsBetter,
        Formula::Div(
            &Formula::Add(
                &Formula::Add(&COMMISSION, &metric(MetricId::PlatformFees)),
                &metric(MetricId::Cargo),
            ),
            &NET_REVENUE,
        ),
        CFO_CEO,
    ),
    money(
        MetricId::Commission,
        LowerIsBetter,
        sales(Measure::CommissionMinor),
        CFO_CEO,
    ),
    percent(
        MetricId::CommissionRate,
        LowerIsBetter,
        Formula::Div(&COMMISSION, &NET_REVENUE),
        CFO_CEO,
    ),
    money(
        MetricId::PlatformFees,
        LowerIsBetter,
        sales(Measure::PlatformFeeMinor),
        CFO,
    ),
    money(
        MetricId::Cargo,
        LowerIsBetter,
        sales(Measure::CargoMinor),
        CFO_COO,
    ),
    money(
        MetricId::CargoPerOrder,
        LowerIsBetter,
        Formula::Div(&metric(MetricId::Cargo), &metric(MetricId::Orders)),
        CFO_COO,
    ),
    money(
        MetricId::ReturnCost,
        LowerIsBetter,
        sales(Measure::ReturnCostMinor),
        CFO_COO,
    ),
    money(
        MetricId::SellerRevenue,
        HigherIsBetter,
        Formula::Sub(&NET_REVENUE, &COMMISSION),
        CFO,
    ),
    money(
        MetricId::Discounts,
        LowerIsBetter,
        sales(Measure::SellerDiscountMinor),
        CFO_CMO,
    ),
    percent(
        MetricId::DiscountRate,
        LowerIsBetter,
        Formula::Div(&metric(MetricId::Discounts), &metric(MetricId::Gmv)),
        CFO_CMO,
    ),
    money(
        MetricId::ChannelDiscounts,
        Neutral,
        sales(Measure::ChannelDiscountMinor),
        CFO_CMO,
    ),
    money(
        MetricId::CancelledValue,
        LowerIsBetter,
        sales(Measure::CancelledMinor),
        CFO_COO,
    ),
    money(
        MetricId::ReturnedValue,
        LowerIsBetter,
        sales(Measure::ReturnedMinor),
        CFO_COO,
    ),
    money(MetricId::OutputVat, Neutral, sales(Measure::VatMinor), CFO),
    money(
        MetricId::VatPayable,
        Neutral,
        Formula::Sub(
            &metric(MetricId::OutputVat),
            &external(External::InputVatMinor),
        ),
        CFO,
    ),
    money(
        MetricId::Receivable,
        Neutral,
        external(External::ReceivableMinor),
        CFO,
    ),
    money(
        MetricId::SettlementGap,
        LowerIsBetter,
        Formula::Sub(
            &external(External::SettlementExpectedMinor),
            &external(External::SettlementPaidMinor),
        ),
        CFO,
    ),
    money(
        MetricId::InventoryCost,
        Neutral,
        Formula::Div(
            &stock(Measure::InventoryCostMinor),
            &Formula::Part(Part::Distinct(DataSet::Stock, Dimension::Day)),
        ),
        CFO_COO,
    ),
    days(
        MetricId::DaysInventory,
        LowerIsBetter,
        Formula::Mul(&Formula::Div(&INVENTORY_MEAN, &COST_OF_GOODS), &DAYS),
    ),
    days(
        MetricId::DaysSales,
        LowerIsBetter,
        Formula::Mul(
            &Formula::Div(&metric(MetricId::Receivable), &NET_REVENUE),
            &DAYS,
        ),
    ),
    days(
        MetricId::DaysPayable,
        HigherIsBetter,
        Formula::Mul(
            &Formula::Div(&external(External::PayableMinor), &COST_OF_GOODS),
            &DAYS,
        ),
    ),
    days(
        MetricId::CashConversionCycle,
        LowerIsBetter,
        Formula::Sub(
            &Formula::Add(
                &metric(MetricId::DaysInventory),
                &metric(MetricId::DaysSales),
            ),
            &metric(MetricId::DaysPayable),
        ),
    ),
    money(
        MetricId::Burn,
        LowerIsBetter,
        Formula::Sub(
            &Formula::Constant(0),
            &external(External::NetCashFlowPerMonthMinor),
        ),
        CFO_CEO,
    ),
    Metric {
        id: MetricId::RunwayMonths,
        unit: Unit::Ratio,
        direction: HigherIsBetter,
        formula: Formula::PerPositive(&external(External::CashMinor), &metric(MetricId::Burn)),
        roles: CFO_CEO,
    },
    money(
        MetricId::BudgetVariance,
        HigherIsBetter,
        Formula::Sub(&NET_REVENUE, &NET_REVENUE_TARGET),
        CFO_CEO,
    ),
    percent(
        MetricId::BudgetVariancePercent,
        HigherIsBetter,
        Formula::Div(
            &metric(MetricId::BudgetVariance),
            &Formula::Abs(&NET_REVENUE_TARGET),
        ),
        CFO_CEO,
    ),
    money(
        MetricId::MarginVariance,
        HigherIsBetter,
        Formula::Sub(&metric(MetricId::Cm2), &MARGIN_TARGET),
        CFO_CEO,
    ),
    percent(
        MetricId::MarginVariancePercent,
        HigherIsBetter,
        Formula::Div(
            &metric(MetricId::MarginVariance),
            &Formula::Abs(&MARGIN_TARGET),
        ),
        CFO_CEO,
    ),
    money(
        MetricId::AdSpendVariance,
        LowerIsBetter,
        Formula::Sub(&metric(MetricId::AdSpend), &AD_SPEND_TARGET),
        CFO_CMO,
    ),
    percent(
        MetricId::AdSpendVariancePercent,
        LowerIsBetter,
        Formula::Div(
            &metric(MetricId::AdSpendVariance),
            &Formula::Abs(&AD_SPEND_TARGET),
        ),
        CFO_CMO,
    ),
    Metric {
        id: MetricId::OrdersVariance,
        unit: Unit::Count,
        direction: HigherIsBetter,
        formula: Formula::Sub(&metric(MetricId::Orders), &targets(Measure::OrdersTarget)),
        roles: CFO_CEO,
    },
    percent(
        MetricId::ReturnOnInvestment,
        HigherIsBetter,
        Formula::Div(
            &Formula::Sub(
                &external(External::InvestmentGainMinor),
                &external(External::InvestmentCostMinor),
            ),
            &external(External::InvestmentCostMinor),
        ),
        CFO,
    ),
    money(
        MetricId::NetPresentValue,
        HigherIsBetter,
        computed(Computed::NetPresentValueMinor),
        CFO,
    ),
    percent(
        MetricId::InternalRateOfReturn,
        HigherIsBetter,
        computed(Computed::InternalRateOfReturn),
        CFO,
    ),
    Metric {
        id: MetricId::PaybackPeriods,
        unit: Unit::Ratio,
        direction: LowerIsBetter,
        formula: computed(Computed::PaybackPeriods),
        roles: CFO,
    },
    // Price - variable cost of a unit is CM2 / net units, so fixed / (CM2 / units) is this.
    Metric {
        id: MetricId::BreakEvenUnits,
        unit: Unit::Count,
        direction: LowerIsBetter,
        formula: Formula::PerPositive(
            &Formula::Mul(
                &external(External::FixedCostMinor),
                &metric(MetricId::NetUnits),
            ),
            &metric(MetricId::Cm2),
        ),
        roles: CFO_CEO,
    },
    percent(
        MetricId::MarginOfSafety,
        HigherIsBetter,
        Formula::Div(
            &Formula::Sub(
                &metric(MetricId::NetUnits),
                &metric(MetricId::BreakEvenUnits),
            ),
            &metric(MetricId::NetUnits),
        ),
        CFO_CEO,
    ),
];
