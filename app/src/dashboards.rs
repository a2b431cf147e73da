//! What the home screen's dashboards show: metrics of the catalogue, the most asked for first.

use model::metrics::MetricId;

use crate::view_state::Board;

/// The tiles of a dashboard.
pub const fn tiles(board: Board) -> &'static [MetricId] {
    use MetricId::*;
    match board {
        Board::Overview => &dashboard::OVERVIEW,
        Board::Finance => &[
            NetRevenue,
            Cm1,
            Cm2,
            Cm3,
            GrossMarginPercent,
            TakeRate,
            Commission,
            Cargo,
        ],
        Board::Marketing => &[
            AdSpend,
            Roas,
            Tacos,
            NewCustomers,
            RepeatRate,
            ClickThroughRate,
            ConversionRate,
            CostPerClick,
        ],
        Board::Operations => &[
            Orders,
            ReturnRate,
            CancellationRate,
            LateShipmentRate,
            OrderCycleMean,
            StockOutRate,
            StockCover,
            OnHand,
        ],
        Board::Api => &[
            ApiCalls,
            ApiErrors,
            ApiErrorRate,
            ApiFaultRate,
            ApiAnswerTime,
            ApiBytes,
        ],
    }
}

/// The metric that a dashboard follows over time and splits; one whose parts add up.
pub const fn main_metric(board: Board) -> MetricId {
    match board {
        Board::Overview => MetricId::NetRevenue,
        Board::Finance => MetricId::Cm2,
        Board::Marketing => MetricId::AdSpend,
        Board::Operations => MetricId::Units,
        Board::Api => MetricId::ApiCalls,
    }
}

/// What can be chosen for the forecast and the pivot table.
pub const CHOICES: [MetricId; 35] = {
    use MetricId::*;
    [
        NetRevenue,
        Gmv,
        Orders,
        Units,
        AverageOrderValue,
        MedianOrderValue,
        UnitsPerOrder,
        Customers,
        NewCustomers,
        Cm1,
        Cm2,
        Cm3,
        Cm2Percent,
        GrossMarginPercent,
        CostOfGoods,
        TakeRate,
        Commission,
        PlatformFees,
        Cargo,
        ReturnCost,
        Discounts,
        AdSpend,
        AdSales,
        Roas,
        Acos,
        Tacos,
        Clicks,
        ReturnRate,
        CancellationRate,
        LateShipmentRate,
        OrderCycleMean,
        OrderCycleMedian,
        OrderCycleP90,
        StockOutRate,
        OnHand,
    ]
};
