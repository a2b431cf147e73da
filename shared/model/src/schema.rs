//! The schema of facts: which data sets exist, and the dimensions and measures of each.
//!
//! Everything that stores, ships, queries or draws facts names columns by these types. A fact row
//! holds one code per stored dimension and one optional integer per measure; what can be derived
//! (category of a product, country of a city, month of a day) is never stored in a row.
//!
//! Out of scope: how a column is encoded (`cube`), how a file is read (`ingest`), and what a metric
//! means (`metrics`).

use serde::{Deserialize, Serialize};

/// A family of facts that share dimensions and measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DataSet {
    /// Order lines: one fact per order line in its newest known state, on the order's date.
    Sales,
    /// Advertising: one fact per day, channel and campaign.
    Ads,
    /// Stock: one fact per day and product.
    Stock,
    /// Targets: one fact per day and channel, spread evenly from the month that was planned.
    Targets,
    /// Requests of the company's API: one fact per day of UTC, endpoint and caller.
    Requests,
}

/// What facts can be grouped and filtered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// Marketplace or own store.
    Channel,
    /// Product (SKU).
    Product,
    /// Category of the product; derived from `Product`.
    Category,
    /// Country of the delivery address (ISO 3166-1 alpha-2 where known); derived from `City`.
    Country,
    /// City of the delivery address.
    City,
    /// Customer: an opaque code, never a name.
    Customer,
    /// Month of the customer's first known order, keyed by its first day; derived from `Customer` and
    /// all facts at hand.
    FirstOrderMonth,
    /// Calendar months from that of the customer's first known order to that of the fact: 0, 1, 2, ...;
    /// derived from `Customer`, `Day` and all facts at hand.
    MonthsSinceFirstOrder,
    /// Order: an opaque code.
    Order,
    /// Advertising campaign.
    Campaign,
    /// Endpoint of the API: method and path.
    Endpoint,
    /// Who asked the API: a key, a program, an issuer, or people together; never which person.
    Caller,
    /// The tenant's local day.
    Day,
    /// Week, starting on the tenant's week start; derived from `Day`, keyed by its first day.
    Week,
    /// Calendar month; derived from `Day`.
    Month,
    /// Quarter of the tenant's fiscal year; derived from `Day`.
    Quarter,
    /// Fiscal year; derived from `Day`.
    Year,
    /// Day of the week, 1 = Monday to 7 = Sunday; derived from `Day`.
    Weekday,
}

/// What facts add up. Money is in minor units of the tenant's base currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Number of facts; +1 for an addition, -1 for a retraction. Never null.
    Rows,
    /// Units ordered.
    PlacedUnits,
    /// Units cancelled before delivery.
    CancelledUnits,
    /// Units returned after delivery.
    ReturnedUnits,
    /// Units delivered.
    DeliveredUnits,
    /// List unit price x quantity, VAT included, all placed lines.
    GrossMinor,
    /// Discount that the seller funds, VAT included.
    SellerDiscountMinor,
    /// Discount that the marketplace funds, VAT included.
    ChannelDiscountMinor,
    /// Value cancelled after seller discount, VAT included.
    CancelledMinor,
    /// Value returned after seller discount, VAT included.
    ReturnedMinor,
    /// Net revenue: (gross - seller discount - cancelled - returned) / (1 + VAT rate).
    NetRevenueMinor,
    /// VAT contained in the kept value: kept value - net revenue.
    VatMinor,
    /// Landed unit cost x units kept (placed - cancelled - returned).
    CostOfGoodsMinor,
    /// Marketplace commission.
    CommissionMinor,
    /// Platform, service and payment fees.
    PlatformFeeMinor,
    /// Outbound cargo charged to the seller.
    CargoMinor,
    /// Cost of returns: return cargo and write-off.
    ReturnCostMinor,
    /// Lines with a known ship date.
    ShippedLines,
    /// Lines shipped after their deadline.
    LateLines,
    /// Lines with a known delivery date.
    DeliveredLines,
    /// Sum over delivered lines of delivered - ordered, in days.
    DeliveryDays,
    /// Advertising spend.
    AdSpendMinor,
    /// Sales attributed to advertising, VAT included.
    AdSalesMinor,
    /// Advertising impressions.
    Impressions,
    /// Advertising clicks.
    Clicks,
    /// Orders attributed to advertising.
    AdOrders,
    /// Units on hand at the end of the day.
    OnHandUnits,
    /// On hand x landed unit cost.
    InventoryCostMinor,
    /// 1 where the product is listed on that day.
    ListedDays,
    /// 1 where the product is listed and has no stock on that day.
    StockOutDays,
    /// Net revenue planned.
    NetRevenueTargetMinor,
    /// Orders planned.
    OrdersTarget,
    /// Contribution margin (CM2) planned.
    MarginTargetMinor,
    /// Advertising budget.
    AdSpendTargetMinor,
    /// Requests of the API.
    ApiCalls,
    /// Requests that were refused: statuses from 400 to 499.
    ApiRefusals,
    /// Requests that failed: statuses from 500.
    ApiFaults,
    /// How long requests waited in all, in milliseconds.
    ApiMillis,
    /// Bytes of the answers' bodies.
    ApiBytes,
}

impl DataSet {
    /// Every data set, in the order in which they are stored and shown.
    pub const ALL: [DataSet; 5] = [
        DataSet::Sales,
        DataSet::Ads,
        DataSet::Stock,
        DataSet::Targets,
        DataSet::Requests,
    ];

    /// The dimensions that a fact row stores, in column order. `Day` is always first.
    pub const fn dimensions(self) -> &'static [Dimension] {
        use Dimension::*;
        match self {
            DataSet::Sales => &[Day, Channel, Product, City, Customer, Order],
            DataSet::Ads => &[Day, Channel, Campaign],
            DataSet::Stock => &[Day, Product],
            DataSet::Targets => &[Day, Channel],
            DataSet::Requests => &[Day, Endpoint, Caller],
        }
    }

    /// The measures that a fact row stores, in column order. `Rows` is always first.
    pub const fn measures(self) -> &'static [Measure] {
        use Measure::*;
        match self {
            DataSet::Sales => &[
                Rows,
                PlacedUnits,
                CancelledUnits,
                ReturnedUnits,
                DeliveredUnits,
                GrossMinor,
                SellerDiscountMinor,
                ChannelDiscountMinor,
                CancelledMinor,
                ReturnedMinor,
                NetRevenueMinor,
                VatMinor,
                CostOfGoodsMinor,
                CommissionMinor,
                PlatformFeeMinor,
                CargoMinor,
                ReturnCostMinor,
                ShippedLines,
                LateLines,
                DeliveredLines,
                DeliveryDays,
            ],
            DataSet::Ads => &[
                Rows,
                AdSpendMinor,
                AdSalesMinor,
                Impressions,
                Clicks,
                AdOrders,
            ],
            DataSet::Stock => &[
                Rows,
                OnHandUnits,
                InventoryCostMinor,
                ListedDays,
                StockOutDays,
            ],
            DataSet::Targets => &[
                Rows,
                NetRevenueTargetMinor,
                OrdersTarget,
                MarginTargetMinor,
                AdSpendTargetMinor,
            ],
            DataSet::Requests => &[Rows, ApiCalls, ApiRefusals, ApiFaults, ApiMillis, ApiBytes],
        }
    }

    /// The kebab-case name used on the wire and in file names.
    pub const fn name(self) -> &'static str {
        match self {
            DataSet::Sales => "sales",
            DataSet::Ads => "ads",
            DataSet::Stock => "stock",
            DataSet::Targets => "targets",
            DataSet::Requests => "requests",
        }
    }
}

impl Dimension {
    /// The stored dimension that this one is derived from; itself where it is stored.
    pub const fn stored(self) -> Dimension {
        use Dimension::*;
        match self {
            Category => Product,
            Country => City,
            FirstOrderMonth | MonthsSinceFirstOrder => Customer,
            Week | Month | Quarter | Year | Weekday => Day,
            other => other,
        }
    }

    /// Whether members are dates or parts of dates and so need no dictionary.
    pub const fn is_time(self) -> bool {
        matches!(self.stored(), Dimension::Day)
    }

    /// Whether only the number of distinct members may be asked for, never their names.
    pub const fn is_opaque(self) -> bool {
        matches!(self, Dimension::Customer | Dimension::Order)
    }

    /// Whether members are named in a dictionary that travels with the segments.
    pub const fn has_dictionary(self) -> bool {
        !self.is_time() && !self.is_opaque() && !self.is_of_first_orders()
    }

    /// Whether members follow one another in time.
    pub const fn is_ordered(self) -> bool {
        self.is_time() || self.is_of_first_orders()
    }

    /// Whether it tells customers apart by their first order, and so depends on the facts of all days.
    pub const fn is_of_first_orders(self) -> bool {
        matches!(
            self,
            Dimension::FirstOrderMonth | Dimension::MonthsSinceFirstOrder
        )
    }

    /// The dimension one level up, for drilling up: product to category, day to week, ...
    pub const fn parent(self) -> Option<Dimension> {
        use Dimension::*;
        match self {
            Product => Some(Category),
            City => Some(Country),
            Day => Some(Week),
            Week => Some(Month),
            Month => Some(Quarter),
            Quarter => Some(Year),
            _ => None,
        }
    }

    /// The dimension one level down, for drilling down.
    pub const fn child(self) -> Option<Dimension> {
        use Dimension::*;
        match self {
            Category => Some(Product),
            Country => Some(City),
            Year => Some(Quarter),
            Quarter => Some(Month),
            Month => Some(Week),
            Week => Some(Day),
            _ => None,
        }
    }
}
