//! The ids of all metrics: kebab-case on the wire, an enum in the program.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use thiserror::Error;

macro_rules! metric_ids {
    ($($variant:ident => $name:literal),+ $(,)?) => {
        /// The id of a metric. What it means says [`MetricId::metric`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "each is documented where it is defined")]
        pub enum MetricId { $($variant),+ }

        impl MetricId {
            /// Every id, in the order of the catalogue.
            pub const ALL: &[MetricId] = &[$(MetricId::$variant),+];

            /// The kebab-case name used on the wire and in URLs.
            pub const fn name(self) -> &'static str {
                match self { $(MetricId::$variant => $name),+ }
            }
        }
    };
}

metric_ids! {
    Gmv => "gmv",
    NetRevenue => "net-revenue",
    NetRevenueGrowth => "net-revenue-growth",
    Orders => "orders",
    Customers => "customers",
    Units => "units",
    NetUnits => "net-units",
    AverageOrderValue => "average-order-value",
    MedianOrderValue => "median-order-value",
    OrderValueP90 => "order-value-p90",
    UnitsPerOrder => "units-per-order",
    AverageUnitPrice => "average-unit-price",
    Cm1 => "cm1",
    Cm2 => "cm2",
    Cm3 => "cm3",
    Cm2Percent => "cm2-percent",
    Cm3Percent => "cm3-percent",
    ChannelConcentration => "channel-concentration",
    NetRevenueTarget => "net-revenue-target",
    NetRevenueAttainment => "net-revenue-attainment",
    OrdersTarget => "orders-target",
    MarginTarget => "margin-target",
    AdSpendTarget => "ad-spend-target",
    CostOfGoods => "cost-of-goods",
    GrossMarginPercent => "gross-margin-percent",
    TakeRate => "take-rate",
    Commission => "commission",
    CommissionRate => "commission-rate",
    PlatformFees => "platform-fees",
    Cargo => "cargo",
    CargoPerOrder => "cargo-per-order",
    ReturnCost => "return-cost",
    SellerRevenue => "seller-revenue",
    Discounts => "discounts",
    DiscountRate => "discount-rate",
    ChannelDiscounts => "channel-discounts",
    CancelledValue => "cancelled-value",
    ReturnedValue => "returned-value",
    OutputVat => "output-vat",
    VatPayable => "vat-payable",
    Receivable => "receivable",
    SettlementGap => "settlement-gap",
    InventoryCost => "inventory-cost",
    DaysInventory => "days-inventory",
    DaysSales => "days-sales",
    DaysPayable => "days-payable",
    CashConversionCycle => "cash-conversion-cycle",
    Burn => "burn",
    RunwayMonths => "runway-months",
    BudgetVariance => "budget-variance",
    BudgetVariancePercent => "budget-variance-percent",
    MarginVariance => "margin-variance",
    MarginVariancePercent => "margin-variance-percent",
    AdSpendVariance => "ad-spend-variance",
    AdSpendVariancePercent => "ad-spend-variance-percent",
    OrdersVariance => "orders-variance",
    ReturnOnInvestment => "return-on-investment",
    NetPresentValue => "net-present-value",
    InternalRateOfReturn => "internal-rate-of-return",
    PaybackPeriods => "payback-periods",
    BreakEvenUnits => "break-even-units",
    MarginOfSafety => "margin-of-safety",
    AdSpend => "ad-spend",
    AdSales => "ad-sales",
    AdOrders => "ad-orders",
    Impressions => "impressions",
    Clicks => "clicks",
    Roas => "roas",
    Acos => "acos",
    Tacos => "tacos",
    MarketingEfficiency => "marketing-efficiency",
    AcquisitionCost => "acquisition-cost",
    AcquisitionPaybackMonths => "acquisition-payback-months",
    LifetimeValueHistoric => "lifetime-value-historic",
    LifetimeValuePredicted => "lifetime-value-predicted",
    RepeatRate => "repeat-rate",
    NewCustomers => "new-customers",
    ReturningCustomers => "returning-customers",
    Churn => "churn",
    ClickThroughRate => "click-through-rate",
    ConversionRate => "conversion-rate",
    CostPerClick => "cost-per-click",
    CostPerOrder => "cost-per-order",
    RfmScore => "rfm-score",
    Sentiment => "sentiment",
    MarketShare => "market-share",
    ReturnRate => "return-rate",
    CancellationRate => "cancellation-rate",
    SellerCancellationRate => "seller-cancellation-rate",
    BuyerCancellationRate => "buyer-cancellation-rate",
    LateShipmentRate => "late-shipment-rate",
    OrderDefectRate => "order-defect-rate",
    OnTimeInFull => "on-time-in-full",
    OrderCycleMean => "order-cycle-mean",
    OrderCycleMedian => "order-cycle-median",
    OrderCycleP90 => "order-cycle-p90",
    ShipLeadMedian => "ship-lead-median",
    ShipLeadP90 => "ship-lead-p90",
    OnHand => "on-hand",
    StockCover => "stock-cover",
    StockOutRate => "stock-out-rate",
    StockOutDays => "stock-out-days",
    LostSales => "lost-sales",
    SellThrough => "sell-through",
    Gmroi => "gmroi",
    InventoryTurns => "inventory-turns",
    SafetyStock => "safety-stock",
    ReorderPoint => "reorder-point",
    EconomicOrderQuantity => "economic-order-quantity",
    BuyBoxShare => "buy-box-share",
    ApiCalls => "api-calls",
    ApiErrors => "api-errors",
    ApiErrorRate => "api-error-rate",
    ApiFaultRate => "api-fault-rate",
    ApiAnswerTime => "api-answer-time",
    ApiBytes => "api-bytes",
}

/// Why a text is no metric.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"{0}\" is no metric; see the catalogue for the names, such as net-revenue")]
pub struct UnknownMetric(pub String);

impl FromStr for MetricId {
    type Err = UnknownMetric;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        MetricId::ALL
            .iter()
            .find(|id| id.name() == text)
            .copied()
            .ok_or_else(|| UnknownMetric(text.chars().take(64).collect()))
    }
}

impl fmt::Display for MetricId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl Serialize for MetricId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for MetricId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
