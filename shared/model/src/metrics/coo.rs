//! What a chief operating officer reads: returns, cancellations, delivery, stock.

use super::formula::{Computed, External, Formula, Part, computed, external, metric, sales, stock};
use super::{Direction, Metric, MetricId, Role, Unit};
use crate::schema::{DataSet, Dimension, Measure};

use Direction::{HigherIsBetter, LowerIsBetter, Neutral};

const COO: &[Role] = &[Role::Coo];
const COO_CEO: &[Role] = &[Role::Coo, Role::Ceo];
const COO_CFO: &[Role] = &[Role::Coo, Role::Cfo];

const PLACED: Formula = sales(Measure::PlacedUnits);
/// What customers wanted and got or will get: demand.
const DEMAND: Formula = Formula::Sub(&PLACED, &sales(Measure::CancelledUnits));
const LISTED: Formula = stock(Measure::ListedDays);
const OUT: Formula = stock(Measure::StockOutDays);
const IN_STOCK: Formula = Formula::Sub(&LISTED, &OUT);
const ON_HAND: Formula = metric(MetricId::OnHand);
const DAYS: Formula = Formula::Part(Part::Days);
const PRODUCTS: Formula = Formula::Part(Part::Distinct(DataSet::Stock, Dimension::Product));

const fn define(
    id: MetricId,
    unit: Unit,
    direction: Direction,
    formula: Formula,
    roles: &'static [Role],
) -> Metric {
    Metric {
        id,
        unit,
        direction,
        formula,
        roles,
    }
}

pub(super) const METRICS: &[Metric] = &[
    define(
        MetricId::ReturnRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(
            &sales(Measure::ReturnedUnits),
            &sales(Measure::DeliveredUnits),
        ),
        COO_CEO,
    ),
    define(
        MetricId::CancellationRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&sales(Measure::CancelledUnits), &PLACED),
        COO_CEO,
    ),
    define(
        MetricId::SellerCancellationRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&external(External::SellerCancelledUnits), &PLACED),
        COO,
    ),
    define(
        MetricId::BuyerCancellationRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&external(External::BuyerCancelledUnits), &PLACED),
        COO,
    ),
    define(
        MetricId::LateShipmentRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&sales(Measure::LateLines), &sales(Measure::ShippedLines)),
        COO,
    ),
    define(
        MetricId::OrderDefectRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(
            &external(External::DefectiveOrders),
            &metric(MetricId::Orders),
        ),
        COO_CEO,
    ),
    define(
        MetricId::OnTimeInFull,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(
            &external(External::OnTimeInFullLines),
            &external(External::DueLines),
        ),
        COO,
    ),
    define(
        MetricId::OrderCycleMean,
        Unit::Days,
        LowerIsBetter,
        Formula::Div(
            &sales(Measure::DeliveryDays),
            &sales(Measure::DeliveredLines),
        ),
        COO,
    ),
    define(
        MetricId::OrderCycleMedian,
        Unit::Days,
        LowerIsBetter,
        computed(Computed::OrderCycleMedianDays),
        COO,
    ),
    define(
        MetricId::OrderCycleP90,
        Unit::Days,
        LowerIsBetter,
        computed(Computed::OrderCycleP90Days),
        COO,
    ),
    define(
        MetricId::ShipLeadMedian,
        Unit::Days,
        LowerIsBetter,
        computed(Computed::ShipLeadMedianDays),
        COO,
    ),
    define(
        MetricId::ShipLeadP90,
        Unit::Days,
        LowerIsBetter,
        computed(Computed::ShipLeadP90Days),
        COO,
    ),
    define(
        MetricId::OnHand,
        Unit::Count,
        Neutral,
        Formula::Part(Part::Closing(DataSet::Stock, Measure::OnHandUnits)),
        COO_CFO,
    ),
    // On hand / (demand per day in stock); the days in stock are days x in-stock share, so that it
    // holds for many products at once, and where stock is known for a part of the range only.
    define(
        MetricId::StockCover,
        Unit::Days,
        Neutral,
        Formula::PerPositive(
            &Formula::Mul(
                &Formula::Mul(&ON_HAND, &DAYS),
                &Formula::Div(&IN_STOCK, &LISTED),
            ),
            &DEMAND,
        ),
        COO_CEO,
    ),
    define(
        MetricId::StockOutRate,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&OUT, &LISTED),
        COO_CEO,
    ),
    define(MetricId::StockOutDays, Unit::Count, LowerIsBetter, OUT, COO),
    // Stock-out days x demand per product and day in stock.
    define(
        MetricId::LostSales,
        Unit::Count,
        LowerIsBetter,
        Formula::Div(
            &Formula::Mul(&OUT, &DEMAND),
            &Formula::Mul(
                &Formula::Mul(&DAYS, &PRODUCTS),
                &Formula::Div(&IN_STOCK, &LISTED),
            ),
        ),
        COO_CEO,
    ),
    define(
        MetricId::SellThrough,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(
            &metric(MetricId::NetUnits),
            &Formula::Add(&metric(MetricId::NetUnits), &ON_HAND),
        ),
        COO,
    ),
    define(
        MetricId::Gmroi,
        Unit::Ratio,
        HigherIsBetter,
        Formula::Div(&metric(MetricId::Cm1), &metric(MetricId::InventoryCost)),
        COO_CFO,
    ),
    define(
        MetricId::InventoryTurns,
        Unit::Ratio,
        HigherIsBetter,
        Formula::Div(
            &metric(MetricId::CostOfGoods),
            &metric(MetricId::InventoryCost),
        ),
        COO_CFO,
    ),
    define(
        MetricId::SafetyStock,
        Unit::Count,
        Neutral,
        computed(Computed::SafetyStockUnits),
        COO,
    ),
    define(
        MetricId::ReorderPoint,
        Unit::Count,
        Neutral,
        Formula::Add(
            &computed(Computed::LeadTimeDemandUnits),
            &computed(Computed::SafetyStockUnits),
        ),
        COO,
    ),
    define(
        MetricId::EconomicOrderQuantity,
        Unit::Count,
        Neutral,
        computed(Computed::EconomicOrderQuantityUnits),
        COO,
    ),
    define(
        MetricId::BuyBoxShare,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(
            &external(External::BuyBoxWon),
            &external(External::BuyBoxObservations),
        ),
        COO,
    ),
];
