//! Sources whose exports are known: how their files are recognised and what is special about them.
//!
//! | preset | recognised by | special |
//! | --- | --- | --- |
//! | UCI Online Retail (I, II) | `InvoiceNo`/`Invoice`, `StockCode`, `Quantity` | month first, GBP, no VAT; `C...` invoices and negative quantities are returns, `A...` invoices are rejected |
//! | Olist | `order_item_id`, `shipping_limit_date`, `freight_value` | BRL; one unit a row; the shipping limit stands for the order date, which is in another file |
//! | Shopify | `Lineitem quantity`, `Financial Status` | further lines of an order leave its own columns empty; a day in `Cancelled at` cancels |
//! | WooCommerce | `line_items.sku` or `Item Cost` with `Order Number` | lines inside orders; prices without VAT; the product id stands for an empty code, customer 0 is a guest |
//! | OpenCart | `order_product_id` or `order_status_id` | |
//! | Trendyol | `lines.barcode` with `orderDate`, or `Sipariş Numarası` with `Paket No` | prices with VAT; the commission of the interface is a rate; its `orderDate` is Istanbul's clock counted as if it were UTC |

use kernel::Currency;
use serde::{Deserialize, Serialize};

use crate::headers::key;

/// A source whose exports are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Preset {
    /// The canonical columns of `model::columns`.
    Canonical,
    /// UCI Online Retail, first and second data set.
    UciOnlineRetail,
    /// Olist's order items.
    Olist,
    /// Shopify's order export.
    Shopify,
    /// WooCommerce, REST or export plug-ins.
    WooCommerce,
    /// OpenCart's order products.
    OpenCart,
    /// Trendyol's orders.
    Trendyol,
}

impl Preset {
    /// Recognises a file by its headers.
    pub fn recognise(headers: &[String]) -> Option<Preset> {
        let keys: Vec<String> = headers.iter().map(|header| key(header)).collect();
        let has = |wanted: &[&str]| wanted.iter().all(|name| keys.iter().any(|key| key == name));
        let rules: [(Preset, &[&[&str]]); 7] = [
            (
                Preset::Canonical,
                &[&["orderdate", "orderid", "sku", "unitprice", "quantity"]],
            ),
            (
                Preset::UciOnlineRetail,
                &[
                    &["invoiceno", "stockcode", "quantity"],
                    &["invoice", "stockcode", "quantity"],
                ],
            ),
            (
                Preset::Olist,
                &[&["orderitemid", "shippinglimitdate", "freightvalue"]],
            ),
            (
                Preset::Shopify,
                &[&["lineitemquantity", "lineitemprice", "financialstatus"]],
            ),
            (
                Preset::WooCommerce,
                &[
                    &["lineitemssku", "datecreated"],
                    &["ordernumber", "itemcost"],
                    &["lineitemsquantity", "datecreatedgmt"],
                ],
            ),
            (Preset::OpenCart, &[&["orderproductid"], &["orderstatusid"]]),
            (
                Preset::Trendyol,
                &[
                    &["linesmerchantsku", "orderdate"],
                    &["linesstockcode", "orderdate"],
                    &["linesbarcode", "orderdate"],
                    &["siparisnumarasi", "paketno"],
                ],
            ),
        ];
        rules
            .into_iter()
            .find(|(_, ways)| ways.iter().any(|wanted| has(wanted)))
            .map(|(preset, _)| preset)
    }

    /// Headers of this source that the general list of names does not know, as canonical column and
    /// header key, of several for a column the best first. They win over it.
    pub(crate) const fn columns(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Preset::Canonical => &[],
            Preset::UciOnlineRetail => &[
                ("order_id", "invoiceno"),
                ("order_id", "invoice"),
                ("sku", "stockcode"),
                ("product_name", "description"),
                ("order_date", "invoicedate"),
                ("unit_price", "unitprice"),
                ("unit_price", "price"),
                ("customer_id", "customerid"),
            ],
            Preset::Olist => &[
                ("order_date", "shippinglimitdate"),
                ("line_id", "orderitemid"),
                ("sku", "productid"),
                ("unit_price", "price"),
                ("cargo", "freightvalue"),
            ],
            Preset::Shopify => &[
                ("order_id", "name"),
                ("order_date", "createdat"),
                ("quantity", "lineitemquantity"),
                ("unit_price", "lineitemprice"),
                ("sku", "lineitemsku"),
                ("product_name", "lineitemname"),
                ("country", "shippingcountry"),
                ("city", "shippingcity"),
                ("customer_id", "email"),
                ("seller_discount", "lineitemdiscount"),
                ("status", "financialstatus"),
            ],
            Preset::WooCommerce => &[
                ("order_id", "id"),
                ("order_id", "ordernumber"),
                ("order_date", "datecreated"),
                ("line_id", "lineitemsid"),
                ("sku", "lineitemssku"),
                ("product_name", "lineitemsname"),
                ("quantity", "lineitemsquantity"),
                ("unit_price", "lineitemsprice"),
                ("unit_price", "itemcost"),
                ("country", "shippingcountry"),
                ("city", "shippingcity"),
                ("customer_id", "customerid"),
                ("currency", "currency"),
                ("status", "status"),
            ],
            Preset::OpenCart => &[
                ("line_id", "orderproductid"),
                ("sku", "model"),
                ("product_name", "name"),
                ("order_date", "dateadded"),
                ("unit_price", "price"),
                ("currency", "currencycode"),
            ],
            // The names of today, then those of before 2026.
            Preset::Trendyol => &[
                ("order_id", "ordernumber"),
                ("order_date", "orderdate"),
                ("line_id", "lineslineid"),
                ("line_id", "linesid"),
                ("version", "lastmodifieddate"),
                ("sku", "linesstockcode"),
                ("sku", "linesmerchantsku"),
                ("sku", "linesbarcode"),
                ("quantity", "linesquantity"),
                // Of a unit, before discounts; the unit price of the interface is after them.
                ("unit_price", "lineslinegrossamount"),
                ("unit_price", "linesamount"),
                ("product_name", "linesproductname"),
                ("vat_rate", "linesvatrate"),
                ("vat_rate", "linesvatbaseamount"),
                // Exact sums over the units; the line's own are averages of a unit.
                (
                    "seller_discount",
                    "linesdiscountdetailslineitemsellerdiscount",
                ),
                ("seller_discount", "linesdiscountdetailslineitemdiscount"),
                ("channel_discount", "linesdiscountdetailslineitemtydiscount"),
                ("commission", "linescommission"),
                ("city", "shipmentaddresscity"),
                ("country", "shipmentaddresscountrycode"),
                ("country", "ordercountrycode"),
                ("currency", "linescurrencycode"),
                ("currency", "currencycode"),
                ("status", "linesorderlineitemstatusname"),
                ("status", "shipmentpackagestatus"),
                ("status", "status"),
                ("customer_id", "customerid"),
            ],
        }
    }

    /// Canonical columns that a row inherits from the one above where it leaves them empty.
    pub(crate) const fn inherited(self) -> &'static [&'static str] {
        match self {
            Preset::Shopify => &[
                "order_date",
                "status",
                "country",
                "city",
                "customer_id",
                "currency",
            ],
            _ => &[],
        }
    }

    /// The channel that its rows are of.
    pub(crate) const fn channel(self) -> Option<&'static str> {
        match self {
            Preset::Shopify => Some("shopify"),
            Preset::WooCommerce => Some("woocommerce"),
            Preset::OpenCart => Some("opencart"),
            Preset::Trendyol => Some("trendyol"),
            Preset::UciOnlineRetail | Preset::Olist => Some("own-store"),
            Preset::Canonical => None,
        }
    }

    /// A header whose cell stands for that of a canonical column where that is empty.
    pub(crate) const fn fallback(self) -> Option<(&'static str, &'static str)> {
        match self {
            Preset::WooCommerce => Some(("sku", "line_items.product_id")),
            _ => None,
        }
    }

    /// Key of the header whose cell, where it is not empty, says that the order was cancelled.
    pub(crate) const fn cancelled_at(self) -> Option<&'static str> {
        match self {
            Preset::Shopify => Some("cancelledat"),
            _ => None,
        }
    }

    /// Whether each row is of one unit where the file has no column of quantities.
    pub(crate) const fn is_one_unit_a_row(self) -> bool {
        matches!(self, Preset::Olist)
    }

    /// The currency that its rows are in where they do not say.
    pub(crate) const fn currency(self) -> Option<Currency> {
        match self {
            Preset::UciOnlineRetail => Some(Currency::GBP),
            Preset::Olist => Some(Currency::BRL),
            _ => None,
        }
    }

    /// Whether its prices contain VAT, where that is known.
    pub(crate) const fn prices_include_vat(self) -> Option<bool> {
        match self {
            Preset::UciOnlineRetail | Preset::Olist | Preset::WooCommerce => Some(false),
            Preset::Trendyol => Some(true),
            _ => None,
        }
    }

    /// Whether its rows are free of VAT where they name none.
    pub(crate) const fn is_without_vat(self) -> bool {
        matches!(self, Preset::UciOnlineRetail | Preset::Olist)
    }
}
