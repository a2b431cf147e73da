//! Sources whose exports are known: how their files are recognised and what is special about them.
//!
//! | preset | recognised by | special |
//! | --- | --- | --- |
//! | UCI Online Retail (I, II) | `InvoiceNo`/`Invoice`, `StockCode`, `Quantity` | month first, GBP, no VAT; `C...` invoices and negative quantities are returns, `A...` invoices are rejected |
//! | Olist | `order_item_id`, `shipping_limit_date`, `freight_value` | BRL; the shipping limit stands for the order date, which is in another file |
//! | Shopify | `Lineitem quantity`, `Financial Status` | further lines of an order leave its own columns empty |
//! | WooCommerce | `line_items.sku` or `Item Cost` with `Order Number` | lines inside orders |
//! | OpenCart | `order_product_id` or `order_status_id` | |
//! | Trendyol | `lines.merchantSku` or `Sipariş Numarası` with `Paket No` | one quantity and price per package line |

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
    /// header key. They win over it.
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
            Preset::Trendyol => &[
                ("order_id", "ordernumber"),
                ("order_date", "orderdate"),
                ("line_id", "lineslineid"),
                ("sku", "linesmerchantsku"),
                ("quantity", "linesquantity"),
                ("unit_price", "lineslineunitprice"),
                ("product_name", "linesproductname"),
                ("vat_rate", "linesvatrate"),
                ("seller_discount", "lineslinesellerdiscount"),
                ("channel_discount", "lineslinetydiscount"),
                ("city", "shipmentaddresscity"),
                ("country", "shipmentaddresscountrycode"),
                ("currency", "currencycode"),
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

    /// The currency that its rows are in where they do not say, and whether prices contain VAT.
    pub(crate) fn money(self) -> Option<(&'static str, bool)> {
        match self {
            Preset::UciOnlineRetail => Some(("GBP", false)),
            Preset::Olist => Some(("BRL", false)),
            _ => None,
        }
    }
}
