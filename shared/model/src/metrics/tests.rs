//! Tests of the catalogue: its completeness, its laws, and the rules of the KPI page.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::schema::Measure;

type Parts = BTreeMap<Part, i64>;

fn evaluate(id: MetricId, parts: &Parts) -> Result<Value, Undefined> {
    id.metric()
        .evaluate(&|part| parts.get(&part).copied().map(PartValue::from))
}

/// The sum of a measure that only one data set has.
fn sum(measure: Measure) -> Part {
    let set = DataSet::ALL
        .into_iter()
        .find(|set| set.measures().contains(&measure))
        .unwrap();
    Part::Sum(set, measure)
}

const ORDERS: Part = Part::Distinct(DataSet::Sales, Dimension::Order);

#[test]
fn every_id_is_defined_once() {
    assert_eq!(catalogue().len(), MetricId::ALL.len());
    for (id, metric) in MetricId::ALL.iter().zip(catalogue()) {
        assert_eq!(*id, metric.id);
        assert_eq!(id.metric().id, *id);
        assert_eq!(id.name().parse(), Ok(*id));
        assert!(!metric.roles.is_empty(), "{id}");
        assert!(!metric.parts().is_empty(), "{id}");
    }
    assert!("no-such-metric".parse::<MetricId>().is_err());
}

#[test]
fn every_id_has_its_own_name_and_meaning() {
    let names: BTreeSet<_> = MetricId::ALL.iter().map(|id| english(*id).name).collect();
    assert_eq!(names.len(), MetricId::ALL.len());
    for id in MetricId::ALL {
        let text = english(*id);
        assert!(
            text.meaning.ends_with('.') && !text.formula.is_empty(),
            "{id}"
        );
    }
}

/// The rows of the KPI page, by role; those of one row apart by a space.
#[test]
fn the_catalogue_covers_the_kpi_page() {
    let page = "gmv net-revenue net-revenue-growth average-order-value units-per-order cm1 cm2 cm3 \
        channel-concentration \
        cost-of-goods gross-margin-percent take-rate commission seller-revenue receivable \
        settlement-gap days-inventory days-sales days-payable cash-conversion-cycle burn \
        runway-months budget-variance budget-variance-percent return-on-investment \
        net-present-value internal-rate-of-return payback-periods break-even-units \
        margin-of-safety vat-payable \
        roas acos tacos marketing-efficiency acquisition-cost acquisition-payback-months \
        lifetime-value-historic lifetime-value-predicted repeat-rate new-customers \
        returning-customers churn click-through-rate conversion-rate cost-per-click \
        cost-per-order rfm-score sentiment market-share \
        return-rate cancellation-rate seller-cancellation-rate buyer-cancellation-rate \
        late-shipment-rate order-defect-rate on-time-in-full order-cycle-median order-cycle-p90 \
        ship-lead-median stock-cover stock-out-rate lost-sales sell-through gmroi \
        inventory-turns safety-stock reorder-point economic-order-quantity buy-box-share";
    for name in page.split_whitespace() {
        assert!(name.parse::<MetricId>().is_ok(), "{name}");
    }
}

#[test]
fn parts_name_measures_and_dimensions_of_their_data_set() {
    for metric in catalogue() {
        for part in metric.parts() {
            match part {
                Part::Sum(set, measure) | Part::Closing(set, measure) => {
                    assert!(set.measures().contains(&measure), "{}: {part}", metric.id);
                }
                Part::Distinct(set, dimension) => {
                    assert!(
                        set.dimensions().contains(&dimension),
                        "{}: {part}",
                        metric.id
                    );
                }
                Part::Days | Part::Computed(_) | Part::External(_) => {}
            }
        }
    }
}

#[test]
fn margins_follow_the_page() {
    let parts = Parts::from([
        (sum(Measure::NetRevenueMinor), 100_000),
        (sum(Measure::CostOfGoodsMinor), 60_000),
        (sum(Measure::CommissionMinor), 15_000),
        (sum(Measure::PlatformFeeMinor), 1_000),
        (sum(Measure::CargoMinor), 6_000),
        (sum(Measure::ReturnCostMinor), 500),
        (sum(Measure::AdSpendMinor), 4_000),
        (sum(Measure::AdSalesMinor), 30_000),
        (ORDERS, 7),
    ]);
    for (id, expected) in [
        (MetricId::Cm1, Value::Whole(40_000)),
        (MetricId::Cm2, Value::Whole(17_500)),
        (MetricId::Cm3, Value::Whole(13_500)),
        (MetricId::GrossMarginPercent, Value::Real(0.4)),
        (MetricId::TakeRate, Value::Real(0.22)),
        // 1,000.00 / 7 = 142.857...
        (MetricId::AverageOrderValue, Value::Whole(14_286)),
        (MetricId::Roas, Value::Real(7.5)),
        (MetricId::Tacos, Value::Real(0.04)),
        (MetricId::MarketingEfficiency, Value::Real(25.0)),
    ] {
        assert_eq!(evaluate(id, &parts), Ok(expected), "{id}");
    }
}

#[test]
fn stock_metrics_follow_the_page() {
    // One product: 90 units sold in 30 days, out of stock on 5 of them: 3.6 a day in stock.
    let parts = Parts::from([
        (sum(Measure::PlacedUnits), 95),
        (sum(Measure::CancelledUnits), 5),
        (sum(Measure::ReturnedUnits), 0),
        (sum(Measure::ListedDays), 30),
        (sum(Measure::StockOutDays), 5),
        (sum(Measure::InventoryCostMinor), 30 * 50_000),
        (sum(Measure::CostOfGoodsMinor), 75_000),
        (sum(Measure::NetRevenueMinor), 125_000),
        (Part::Closing(DataSet::Stock, Measure::OnHandUnits), 36),
        (Part::Distinct(DataSet::Stock, Dimension::Product), 1),
        (Part::Distinct(DataSet::Stock, Dimension::Day), 30),
        (Part::Days, 30),
    ]);
    for (id, expected) in [
        (MetricId::StockCover, 10.0),
        (MetricId::StockOutRate, 5.0 / 30.0),
        (MetricId::LostSales, 18.0),
        (MetricId::SellThrough, 90.0 / 126.0),
        (MetricId::InventoryCost, 50_000.0),
        (MetricId::InventoryTurns, 1.5),
        (MetricId::Gmroi, 1.0),
        (MetricId::DaysInventory, 20.0),
    ] {
        let value = evaluate(id, &parts).map(Value::as_f64).unwrap();
        assert!(
            (value - expected).abs() < 1e-12,
            "{id}: {value} is not {expected}"
        );
    }
}

#[test]
fn finance_metrics_wait_for_their_data() {
    for id in [
        MetricId::VatPayable,
        MetricId::Receivable,
        MetricId::CashConversionCycle,
        MetricId::Sentiment,
    ] {
        assert!(id.metric().needs_external_data(), "{id}");
        assert!(
            matches!(evaluate(id, &Parts::new()), Err(Undefined::Missing(_))),
            "{id}"
        );
    }
    assert_eq!(
        evaluate(MetricId::Receivable, &Parts::new()),
        Err(Undefined::Missing(Part::External(
            External::ReceivableMinor
        )))
    );
}

#[test]
fn a_company_that_burns_no_cash_has_no_bounded_runway() {
    let cash = |flow| {
        Parts::from([
            (Part::External(External::CashMinor), 600_000),
            (Part::External(External::NetCashFlowPerMonthMinor), flow),
        ])
    };
    assert_eq!(
        evaluate(MetricId::RunwayMonths, &cash(-50_000)),
        Ok(Value::Real(12.0))
    );
    for flow in [0, 50_000] {
        assert_eq!(
            evaluate(MetricId::RunwayMonths, &cash(flow)),
            Err(Undefined::Unbounded)
        );
    }
}

#[test]
fn nothing_to_divide_by_is_undefined_not_zero() {
    let parts = Parts::from([(sum(Measure::NetRevenueMinor), 0), (ORDERS, 0)]);
    assert_eq!(
        evaluate(MetricId::AverageOrderValue, &parts),
        Err(Undefined::DivisionByZero)
    );
    let unknown_cost = Parts::from([(sum(Measure::NetRevenueMinor), 100)]);
    assert_eq!(
        evaluate(MetricId::Cm1, &unknown_cost),
        Err(Undefined::Missing(sum(Measure::CostOfGoodsMinor)))
    );
}

#[test]
fn growth_is_undefined_where_the_previous_is_zero() {
    let at = |current, previous| {
        let parts = Parts::from([
            (sum(Measure::NetRevenueMinor), current),
            (Part::Computed(Computed::NetRevenueCompared), previous),
        ]);
        evaluate(MetricId::NetRevenueGrowth, &parts)
    };
    assert_eq!(at(150, 100), Ok(Value::Real(0.5)));
    assert_eq!(at(-50, -100), Ok(Value::Real(0.5)));
    assert_eq!(at(150, 0), Err(Undefined::DivisionByZero));
}

/// Rule 1, by construction: no formula adds or averages quotients of slices, since a quotient may only
/// be built from parts; and the only sums of quotients are sums of days of the same row.
#[test]
fn rule_1_ratios_are_divided_once() {
    fn sums_quotients(formula: &Formula) -> bool {
        let is_quotient = |inner: &Formula| match inner {
            Formula::Metric(id) => matches!(id.metric().formula, Formula::Div(..)),
            other => matches!(other, Formula::Div(..)),
        };
        match formula {
            Formula::Add(left, right) => is_quotient(left) || is_quotient(right),
            _ => false,
        }
    }
    for metric in catalogue()
        .iter()
        .filter(|metric| metric.unit != Unit::Days)
    {
        assert!(!sums_quotients(&metric.formula), "{}", metric.id);
    }
}

/// Rule 2: what holds a distinct count, a level or a quotient says that it does not add up.
#[test]
fn rule_2_distinct_counts_do_not_add_up() {
    for metric in catalogue() {
        let only_sums = metric
            .parts()
            .iter()
            .all(|part| matches!(part, Part::Sum(..)));
        assert!(only_sums || !metric.adds_up(), "{}", metric.id);
    }
    for id in [
        MetricId::Orders,
        MetricId::Customers,
        MetricId::OnHand,
        MetricId::GrossMarginPercent,
    ] {
        assert!(!id.metric().adds_up(), "{id}");
    }
    for id in [
        MetricId::NetRevenue,
        MetricId::Cm2,
        MetricId::BudgetVariance,
        MetricId::NetUnits,
    ] {
        assert!(id.metric().adds_up(), "{id}");
    }
}

#[test]
fn knows_what_it_can_be_grouped_by() {
    let can = |id: MetricId, dimension| id.metric().can_group_by(dimension);
    assert!(can(MetricId::NetRevenue, Dimension::Category));
    assert!(can(MetricId::Cm3, Dimension::Channel));
    assert!(!can(MetricId::Cm3, Dimension::Product));
    assert!(!can(MetricId::OnHand, Dimension::Channel));
    assert!(can(MetricId::OnHand, Dimension::Month));
}

#[test]
fn formulas_read_as_on_the_page() {
    for (id, expected) in [
        (
            MetricId::Cm1,
            "net-revenue - sum(sales.cost-of-goods-minor)",
        ),
        (
            MetricId::NetRevenueGrowth,
            "(net-revenue - computed(net-revenue-compared)) / abs(computed(net-revenue-compared))",
        ),
        (MetricId::OnHand, "closing(stock.on-hand-units)"),
        (MetricId::Orders, "distinct(sales.order)"),
    ] {
        assert_eq!(english(id).formula, expected);
    }
}

#[test]
fn travels_as_kebab_case() {
    assert_eq!(
        serde_json::to_string(&MetricId::NetRevenue).unwrap(),
        "\"net-revenue\""
    );
    assert_eq!(
        serde_json::from_str::<MetricId>("\"cm1\"").unwrap(),
        MetricId::Cm1
    );
    assert!(serde_json::from_str::<MetricId>("\"Cm1\"").is_err());
    assert_eq!(serde_json::to_string(&Value::Whole(5)).unwrap(), "5");
}

/// All parts that any metric needs.
fn all_parts() -> Vec<Part> {
    let parts: BTreeSet<Part> = catalogue()
        .iter()
        .flat_map(|metric| metric.parts())
        .collect();
    parts.into_iter().collect()
}

fn some_parts() -> impl Strategy<Value = Parts> {
    let parts = all_parts();
    prop::collection::vec(1_i64..1_000_000_000_000, parts.len())
        .prop_map(move |values| parts.iter().copied().zip(values).collect())
}

fn merge(left: &Parts, right: &Parts) -> Parts {
    left.iter()
        .map(|(part, value)| (*part, value + right.get(part).copied().unwrap_or(0)))
        .collect()
}

/// Numerator and denominator of a metric that is one division of sums.
fn quotient(metric: &Metric) -> Option<(&'static Formula, &'static Formula)> {
    match metric.formula {
        Formula::Div(above, below) if above.adds_up() && below.adds_up() => Some((above, below)),
        _ => None,
    }
}

proptest! {
    /// Rule 1: the ratio of a whole is the sum of the numerators over the sum of the denominators.
    #[test]
    fn rule_1_a_ratio_of_merged_parts_is_the_ratio_of_sums(left in some_parts(), right in some_parts()) {
        let merged = merge(&left, &right);
        let mut ratios = 0;
        for metric in catalogue().iter().filter(|metric| !metric.unit.is_whole()) {
            let Some((above, below)) = quotient(metric) else { continue };
            ratios += 1;
            let whole = |formula: &Formula, parts: &Parts| {
                let sum = Metric { formula: *formula, unit: Unit::Count, ..**metric };
                match sum.evaluate(&|part| parts.get(&part).copied().map(PartValue::from)) {
                    Ok(Value::Whole(whole)) => whole,
                    other => panic!("{}: {other:?}", metric.id),
                }
            };
            let numerator = whole(above, &left) + whole(above, &right);
            let denominator = whole(below, &left) + whole(below, &right);
            let expected = match denominator {
                0 => Err(Undefined::DivisionByZero),
                _ => Ok(Value::Real(numerator as f64 / denominator as f64)),
            };
            prop_assert_eq!(evaluate(metric.id, &merged), expected, "{}", metric.id);
        }
        prop_assert!(ratios >= 15, "only {} ratios were tried", ratios);
    }

    /// What says that it adds up does.
    #[test]
    fn additive_metrics_add_up(left in some_parts(), right in some_parts()) {
        let merged = merge(&left, &right);
        for metric in catalogue().iter().filter(|metric| metric.adds_up()) {
            let [l, r, both] = [&left, &right, &merged].map(|parts| evaluate(metric.id, parts));
            match (l, r, both) {
                (Ok(Value::Whole(l)), Ok(Value::Whole(r)), Ok(Value::Whole(both))) => {
                    prop_assert_eq!(l + r, both, "{}", metric.id);
                }
                other => prop_assert!(false, "{}: {:?}", metric.id, other),
            }
        }
    }

    /// Every metric has a value once all its parts are there, of the kind that its unit promises.
    #[test]
    fn every_metric_evaluates_once_its_data_is_there(parts in some_parts()) {
        for metric in catalogue() {
            match evaluate(metric.id, &parts) {
                Ok(Value::Whole(_)) => prop_assert!(metric.unit.is_whole()),
                Ok(Value::Real(real)) => prop_assert!(!metric.unit.is_whole() && real.is_finite()),
                Err(Undefined::Missing(part)) => prop_assert!(false, "{} lacks {}", metric.id, part),
                Err(_) => {}
            }
        }
    }
}
