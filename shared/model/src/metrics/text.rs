//! English names and explanations of the metrics, for documents and as the English of `locale`.

use super::MetricId;

/// What a metric is called and what it means, in English.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct English {
    /// Name, as on a tile.
    pub name: &'static str,
    /// One sentence of explanation.
    pub meaning: &'static str,
    /// The formula in terms of parts and other metrics.
    pub formula: String,
}

/// Name, meaning and formula of a metric.
///
/// ```
/// use model::metrics::{MetricId, english};
/// let text = english(MetricId::GrossMarginPercent);
/// assert_eq!((text.name, text.formula.as_str()), ("Gross margin", "cm1 / net-revenue"));
/// ```
pub fn english(id: MetricId) -> English {
    let (name, meaning) = english_name_and_meaning(id);
    English {
        name,
        meaning,
        formula: id.metric().formula.to_string(),
    }
}

/// Name and meaning alone, for tables of the one or the other.
pub const fn english_name_and_meaning(id: MetricId) -> (&'static str, &'static str) {
    use MetricId::*;
    match id {
        Gmv => (
            "GMV",
            "List price of everything ordered, VAT included, before discounts, cancellations and returns.",
        ),
        NetRevenue => (
            "Net revenue",
            "What customers keep, after the seller's discounts, cancellations and returns, without VAT.",
        ),
        NetRevenueGrowth => (
            "Net revenue growth",
            "Change of net revenue against the compared range; undefined where that was zero.",
        ),
        Orders => ("Orders", "Distinct orders placed, cancelled ones included."),
        Customers => (
            "Customers",
            "Distinct customers who ordered; those without an id are not counted.",
        ),
        Units => (
            "Units ordered",
            "Units ordered, cancelled and returned ones included.",
        ),
        NetUnits => (
            "Units kept",
            "Units ordered less cancelled and returned ones.",
        ),
        AverageOrderValue => ("Average order value", "Net revenue of an order."),
        MedianOrderValue => (
            "Median order value",
            "Net revenue that half of the orders stay below.",
        ),
        OrderValueP90 => (
            "Order value, 90th percentile",
            "Net revenue that nine of ten orders stay below.",
        ),
        UnitsPerOrder => ("Units per order", "Units ordered in an order."),
        AverageUnitPrice => ("Average unit price", "Net revenue of a unit kept."),
        Cm1 => ("Contribution margin 1", "Net revenue less cost of goods."),
        Cm2 => (
            "Contribution margin 2",
            "Margin 1 less commission, platform fees, cargo and cost of returns.",
        ),
        Cm3 => ("Contribution margin 3", "Margin 2 less advertising."),
        Cm2Percent => (
            "Contribution margin 2, %",
            "Margin 2 as a share of net revenue.",
        ),
        Cm3Percent => (
            "Contribution margin 3, %",
            "Margin 3 as a share of net revenue.",
        ),
        ChannelConcentration => (
            "Channel concentration",
            "Sum of squared shares of net revenue per channel: 1 where one channel holds all.",
        ),
        NetRevenueTarget => (
            "Net revenue target",
            "Net revenue planned, spread evenly over the days of each month.",
        ),
        NetRevenueAttainment => ("Target attainment", "Net revenue as a share of its target."),
        OrdersTarget => ("Orders target", "Orders planned."),
        MarginTarget => ("Margin target", "Contribution margin 2 planned."),
        AdSpendTarget => ("Advertising budget", "Advertising spend planned."),
        CostOfGoods => ("Cost of goods", "Landed cost of the units kept."),
        GrossMarginPercent => (
            "Gross margin",
            "Net revenue less cost of goods, as a share of net revenue.",
        ),
        TakeRate => (
            "Take rate",
            "Commission, fees and cargo as a share of net revenue.",
        ),
        Commission => ("Commission", "Commission charged by the marketplaces."),
        CommissionRate => ("Commission rate", "Commission as a share of net revenue."),
        PlatformFees => ("Platform fees", "Platform, service and payment fees."),
        Cargo => ("Cargo", "Outbound cargo charged to the seller."),
        CargoPerOrder => ("Cargo per order", "Outbound cargo of an order."),
        ReturnCost => ("Cost of returns", "Return cargo and goods written off."),
        SellerRevenue => ("Seller revenue", "Net revenue less commission."),
        Discounts => (
            "Seller discounts",
            "Discounts that the seller funds, VAT included.",
        ),
        DiscountRate => ("Discount rate", "The seller's discounts as a share of GMV."),
        ChannelDiscounts => (
            "Marketplace discounts",
            "Discounts that marketplaces fund, VAT included; not deducted from revenue.",
        ),
        CancelledValue => (
            "Cancelled value",
            "Value of cancelled units after the seller's discount, VAT included.",
        ),
        ReturnedValue => (
            "Returned value",
            "Value of returned units after the seller's discount, VAT included.",
        ),
        OutputVat => ("Output VAT", "VAT in the value that customers keep."),
        VatPayable => ("VAT payable", "Output VAT less input VAT."),
        Receivable => (
            "Receivable",
            "Seller revenue that marketplaces have not paid out.",
        ),
        SettlementGap => ("Settlement gap", "Payouts expected less payouts received."),
        InventoryCost => (
            "Average inventory",
            "Landed cost of stock, mean over the days for which stock is known.",
        ),
        DaysInventory => (
            "Days inventory outstanding",
            "Days for which the average inventory covers the cost of goods sold.",
        ),
        DaysSales => (
            "Days sales outstanding",
            "Days of revenue that are still to be paid.",
        ),
        DaysPayable => (
            "Days payable outstanding",
            "Days of cost of goods that are owed to suppliers.",
        ),
        CashConversionCycle => (
            "Cash conversion cycle",
            "Days from paying for goods to being paid for them.",
        ),
        Burn => ("Cash burn", "Net cash outflow of a month."),
        RunwayMonths => (
            "Runway",
            "Months until cash runs out; without bound where no cash is burnt.",
        ),
        BudgetVariance => ("Net revenue variance", "Net revenue less its target."),
        BudgetVariancePercent => (
            "Net revenue variance, %",
            "Variance as a share of the target.",
        ),
        MarginVariance => ("Margin variance", "Contribution margin 2 less its target."),
        MarginVariancePercent => ("Margin variance, %", "Variance as a share of the target."),
        AdSpendVariance => (
            "Advertising variance",
            "Advertising spend less its budget; below is favourable.",
        ),
        AdSpendVariancePercent => (
            "Advertising variance, %",
            "Variance as a share of the budget; below is favourable.",
        ),
        OrdersVariance => ("Orders variance", "Orders less their target."),
        ReturnOnInvestment => (
            "Return on investment",
            "Gain less cost of an investment, as a share of its cost.",
        ),
        NetPresentValue => (
            "Net present value",
            "Cash flows of a plan, discounted to today.",
        ),
        InternalRateOfReturn => (
            "Internal rate of return",
            "The rate at which a plan's net present value is zero.",
        ),
        PaybackPeriods => (
            "Payback",
            "Periods until a plan's cumulative cash flow turns positive.",
        ),
        BreakEvenUnits => (
            "Break-even units",
            "Units at which margin 2 pays the fixed cost.",
        ),
        MarginOfSafety => (
            "Margin of safety",
            "How far units kept may fall before the break-even.",
        ),
        AdSpend => ("Advertising spend", "Spend on advertising, net of VAT."),
        AdSales => (
            "Advertising sales",
            "Sales that channels attribute to advertising, VAT included.",
        ),
        AdOrders => (
            "Advertising orders",
            "Orders that channels attribute to advertising.",
        ),
        Impressions => ("Impressions", "Times that advertisements were shown."),
        Clicks => ("Clicks", "Times that advertisements were clicked."),
        Roas => ("ROAS", "Advertising sales for one of spend."),
        Acos => ("ACOS", "Advertising spend as a share of advertising sales."),
        Tacos => ("TACOS", "Advertising spend as a share of net revenue."),
        MarketingEfficiency => (
            "Marketing efficiency ratio",
            "Net revenue for one of advertising spend.",
        ),
        AcquisitionCost => (
            "Customer acquisition cost",
            "Advertising spend for a new customer.",
        ),
        AcquisitionPaybackMonths => (
            "Acquisition payback",
            "Months of a customer's margin 2 that pay for acquiring one.",
        ),
        LifetimeValueHistoric => (
            "Lifetime value so far",
            "Margin 2 of a customer in the range.",
        ),
        LifetimeValuePredicted => (
            "Lifetime value predicted",
            "Margin expected of a customer, discounted.",
        ),
        RepeatRate => (
            "Repeat rate",
            "Customers with two orders or more, as a share of customers.",
        ),
        NewCustomers => (
            "New customers",
            "Customers whose first known order falls in the range.",
        ),
        ReturningCustomers => (
            "Returning customers",
            "Customers who had ordered before the range.",
        ),
        Churn => (
            "Churn",
            "Customers active at the start who stayed away, as a share of them.",
        ),
        ClickThroughRate => ("Click-through rate", "Clicks as a share of impressions."),
        ConversionRate => (
            "Conversion rate",
            "Advertising orders as a share of clicks.",
        ),
        CostPerClick => ("Cost per click", "Advertising spend for a click."),
        CostPerOrder => (
            "Cost per order",
            "Advertising spend for an advertising order.",
        ),
        RfmScore => (
            "RFM score",
            "Mean of the recency, frequency and monetary quintiles, 1 to 5.",
        ),
        Sentiment => (
            "Sentiment",
            "Share of positive less share of negative reviews.",
        ),
        MarketShare => (
            "Market share",
            "Net revenue as a share of the sales of its categories.",
        ),
        ReturnRate => (
            "Return rate",
            "Units returned as a share of units delivered, by order date.",
        ),
        CancellationRate => (
            "Cancellation rate",
            "Units cancelled as a share of units ordered.",
        ),
        SellerCancellationRate => (
            "Cancelled by the seller",
            "Units that the seller cancelled, as a share of units ordered.",
        ),
        BuyerCancellationRate => (
            "Cancelled by customers",
            "Units that customers cancelled, as a share of units ordered.",
        ),
        LateShipmentRate => (
            "Late shipment rate",
            "Lines shipped after their deadline, as a share of lines shipped.",
        ),
        OrderDefectRate => (
            "Order defect rate",
            "Orders with negative feedback, claims or chargebacks, as a share of orders.",
        ),
        OnTimeInFull => (
            "On time, in full",
            "Lines delivered on time and in full, as a share of lines due.",
        ),
        OrderCycleMean => (
            "Order cycle, mean",
            "Days from order to delivery, mean over lines.",
        ),
        OrderCycleMedian => (
            "Order cycle, median",
            "Days from order to delivery within which half of the orders arrive.",
        ),
        OrderCycleP90 => (
            "Order cycle, 90th percentile",
            "Days from order to delivery within which nine of ten orders arrive.",
        ),
        ShipLeadMedian => (
            "Ship lead, median",
            "Days from order to hand-over within which half of the lines leave.",
        ),
        ShipLeadP90 => (
            "Ship lead, 90th percentile",
            "Days from order to hand-over within which nine of ten lines leave.",
        ),
        OnHand => (
            "Units on hand",
            "Units in stock at the end of the newest day known.",
        ),
        StockCover => (
            "Stock cover",
            "Days for which the stock lasts at the pace of the days in stock.",
        ),
        StockOutRate => (
            "Stock-out rate",
            "Product-days without stock, as a share of product-days listed.",
        ),
        StockOutDays => (
            "Stock-out days",
            "Product-days that were listed without stock.",
        ),
        LostSales => (
            "Lost sales",
            "Units that would have sold on the days without stock.",
        ),
        SellThrough => (
            "Sell-through",
            "Units kept by customers, as a share of them and the ending stock.",
        ),
        Gmroi => ("GMROI", "Margin 1 for one of average inventory cost."),
        InventoryTurns => (
            "Inventory turns",
            "Cost of goods over average inventory cost, in the range.",
        ),
        SafetyStock => (
            "Safety stock",
            "Units kept against uncertain demand and lead time.",
        ),
        ReorderPoint => ("Reorder point", "Stock at which to order again."),
        EconomicOrderQuantity => (
            "Economic order quantity",
            "Order size with the least cost of ordering and holding.",
        ),
        BuyBoxShare => (
            "Buy-box share",
            "Observations in which the offer held the buy box.",
        ),
        ApiCalls => ("API requests", "Requests of the company's API."),
        ApiErrors => (
            "API errors",
            "Requests of the API that were refused or failed.",
        ),
        ApiErrorRate => (
            "API error rate",
            "Requests of the API that were refused or failed, as a share of all.",
        ),
        ApiFaultRate => (
            "API fault rate",
            "Requests of the API that failed without the caller's fault, as a share of all.",
        ),
        ApiAnswerTime => (
            "API answer time, ms",
            "Mean time that a request of the API waits for its answer, in milliseconds.",
        ),
        ApiBytes => ("API bytes sent", "Bytes of the answers of the API."),
    }
}
