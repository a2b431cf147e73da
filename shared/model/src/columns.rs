//! The canonical columns of each kind of file: what `ingest` maps every source onto, what `demo`
//! writes and what an API client may send without a mapping.
//!
//! Dates are ISO 8601 (`2026-11-23`, or a timestamp with offset); numbers use a decimal point; money
//! is in major units of the row's currency. An empty cell means "not known".

use serde::{Deserialize, Serialize};

use crate::schema::DataSet;

/// What a file holds. Rates are kept at the edge to convert money; they are not a data set of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// Order lines.
    Sales,
    /// Advertising per day, channel and campaign.
    Ads,
    /// Stock per day and product.
    Stock,
    /// Targets per month and channel.
    Targets,
    /// Exchange rates per day and currency, to the tenant's base currency.
    Fx,
}

impl FileKind {
    /// Every kind of file.
    pub const ALL: [FileKind; 5] = [
        FileKind::Sales,
        FileKind::Ads,
        FileKind::Stock,
        FileKind::Targets,
        FileKind::Fx,
    ];

    /// The data set that rows of this kind become, if any.
    pub const fn data_set(self) -> Option<DataSet> {
        match self {
            FileKind::Sales => Some(DataSet::Sales),
            FileKind::Ads => Some(DataSet::Ads),
            FileKind::Stock => Some(DataSet::Stock),
            FileKind::Targets => Some(DataSet::Targets),
            FileKind::Fx => None,
        }
    }

    /// The kebab-case name used on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            FileKind::Sales => "sales",
            FileKind::Ads => "ads",
            FileKind::Stock => "stock",
            FileKind::Targets => "targets",
            FileKind::Fx => "fx",
        }
    }

    /// Columns that a file of this kind must have.
    pub const fn required_columns(self) -> &'static [&'static str] {
        match self {
            FileKind::Sales => &["order_date", "order_id", "sku", "quantity", "unit_price"],
            FileKind::Ads => &["date", "channel", "campaign", "spend"],
            FileKind::Stock => &["date", "sku", "on_hand"],
            FileKind::Targets => &["month"],
            FileKind::Fx => &["date", "currency", "rate"],
        }
    }

    /// Columns that a file of this kind may have.
    pub const fn optional_columns(self) -> &'static [&'static str] {
        match self {
            FileKind::Sales => &[
                "channel",
                "line_id",
                "version",
                "product_name",
                "category",
                "country",
                "city",
                "customer_id",
                "currency",
                "vat_rate",
                "seller_discount",
                "channel_discount",
                "status",
                "cancelled_quantity",
                "returned_quantity",
                "unit_cost",
                "commission",
                "platform_fee",
                "cargo",
                "return_cost",
                "shipped_at",
                "delivered_at",
                "ship_deadline",
            ],
            FileKind::Ads => &["currency", "impressions", "clicks", "orders", "sales"],
            FileKind::Stock => &[
                "product_name",
                "category",
                "unit_cost",
                "currency",
                "listed",
            ],
            FileKind::Targets => &[
                "channel",
                "currency",
                "net_revenue",
                "orders",
                "margin",
                "ad_spend",
            ],
            FileKind::Fx => &[],
        }
    }
}
