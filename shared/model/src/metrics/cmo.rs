//! What a chief marketing officer reads: advertising, acquisition, customers, reviews.

use super::formula::{Computed, External, Formula, ads, computed, external, metric};
use super::{Direction, Metric, MetricId, Role, Unit};
use crate::schema::Measure;

use Direction::{HigherIsBetter, LowerIsBetter, Neutral};

const CMO: &[Role] = &[Role::Cmo];
const CMO_CEO: &[Role] = &[Role::Cmo, Role::Ceo];
const CMO_CFO: &[Role] = &[Role::Cmo, Role::Cfo];

const AD_SPEND: Formula = metric(MetricId::AdSpend);
const AD_SALES: Formula = metric(MetricId::AdSales);
const NET_REVENUE: Formula = metric(MetricId::NetRevenue);
const CUSTOMERS: Formula = metric(MetricId::Customers);
const NEW_CUSTOMERS: Formula = computed(Computed::NewCustomers);
/// Mean days of a Gregorian month, 365.2425 / 12 = 30.436875, as 30,437 thousandths.
const MILLIDAYS_PER_MONTH: Formula = Formula::Constant(30_437);

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
        MetricId::AdSpend,
        Unit::Money,
        Neutral,
        ads(Measure::AdSpendMinor),
        CMO_CFO,
    ),
    define(
        MetricId::AdSales,
        Unit::Money,
        HigherIsBetter,
        ads(Measure::AdSalesMinor),
        CMO,
    ),
    define(
        MetricId::AdOrders,
        Unit::Count,
        HigherIsBetter,
        ads(Measure::AdOrders),
        CMO,
    ),
    define(
        MetricId::Impressions,
        Unit::Count,
        HigherIsBetter,
        ads(Measure::Impressions),
        CMO,
    ),
    define(
        MetricId::Clicks,
        Unit::Count,
        HigherIsBetter,
        ads(Measure::Clicks),
        CMO,
    ),
    define(
        MetricId::Roas,
        Unit::Ratio,
        HigherIsBetter,
        Formula::Div(&AD_SALES, &AD_SPEND),
        CMO_CEO,
    ),
    define(
        MetricId::Acos,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&AD_SPEND, &AD_SALES),
        CMO,
    ),
    define(
        MetricId::Tacos,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(&AD_SPEND, &NET_REVENUE),
        CMO_CEO,
    ),
    define(
        MetricId::MarketingEfficiency,
        Unit::Ratio,
        HigherIsBetter,
        Formula::Div(&NET_REVENUE, &AD_SPEND),
        CMO_CEO,
    ),
    define(
        MetricId::AcquisitionCost,
        Unit::Money,
        LowerIsBetter,
        Formula::Div(&AD_SPEND, &NEW_CUSTOMERS),
        CMO_CEO,
    ),
    // CAC / (CM2 / customers / months), with months = days / 30.437.
    define(
        MetricId::AcquisitionPaybackMonths,
        Unit::Ratio,
        LowerIsBetter,
        Formula::PerPositive(
            &Formula::Mul(
                &Formula::Div(&AD_SPEND, &NEW_CUSTOMERS),
                &Formula::Div(
                    &Formula::Mul(
                        &CUSTOMERS,
                        &Formula::Mul(&Formula::Part(super::Part::Days), &Formula::Constant(1_000)),
                    ),
                    &MILLIDAYS_PER_MONTH,
                ),
            ),
            &metric(MetricId::Cm2),
        ),
        CMO_CFO,
    ),
    define(
        MetricId::LifetimeValueHistoric,
        Unit::Money,
        HigherIsBetter,
        Formula::Div(&metric(MetricId::Cm2), &CUSTOMERS),
        CMO_CEO,
    ),
    define(
        MetricId::LifetimeValuePredicted,
        Unit::Money,
        HigherIsBetter,
        computed(Computed::PredictedLifetimeValueMinor),
        CMO_CEO,
    ),
    define(
        MetricId::RepeatRate,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(&computed(Computed::RepeatCustomers), &CUSTOMERS),
        CMO_CEO,
    ),
    define(
        MetricId::NewCustomers,
        Unit::Count,
        HigherIsBetter,
        NEW_CUSTOMERS,
        CMO_CEO,
    ),
    define(
        MetricId::ReturningCustomers,
        Unit::Count,
        HigherIsBetter,
        Formula::Sub(&CUSTOMERS, &NEW_CUSTOMERS),
        CMO,
    ),
    define(
        MetricId::Churn,
        Unit::Percent,
        LowerIsBetter,
        Formula::Div(
            &computed(Computed::CustomersLost),
            &computed(Computed::CustomersAtStart),
        ),
        CMO_CEO,
    ),
    define(
        MetricId::ClickThroughRate,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(&metric(MetricId::Clicks), &metric(MetricId::Impressions)),
        CMO,
    ),
    define(
        MetricId::ConversionRate,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(&metric(MetricId::AdOrders), &metric(MetricId::Clicks)),
        CMO,
    ),
    define(
        MetricId::CostPerClick,
        Unit::Money,
        LowerIsBetter,
        Formula::Div(&AD_SPEND, &metric(MetricId::Clicks)),
        CMO,
    ),
    define(
        MetricId::CostPerOrder,
        Unit::Money,
        LowerIsBetter,
        Formula::Div(&AD_SPEND, &metric(MetricId::AdOrders)),
        CMO,
    ),
    define(
        MetricId::RfmScore,
        Unit::Score,
        HigherIsBetter,
        computed(Computed::RfmQuintileMean),
        CMO,
    ),
    define(
        MetricId::Sentiment,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(
            &Formula::Sub(
                &external(External::PositiveReviews),
                &external(External::NegativeReviews),
            ),
            &external(External::Reviews),
        ),
        CMO_CEO,
    ),
    define(
        MetricId::MarketShare,
        Unit::Percent,
        HigherIsBetter,
        Formula::Div(&NET_REVENUE, &external(External::CategorySalesMinor)),
        CMO_CEO,
    ),
];
