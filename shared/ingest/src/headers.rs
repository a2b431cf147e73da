//! Which header means which column: names in Turkish and English, compared without case, marks and
//! separators.

/// A header as it is compared: `Sipariş No.` and `siparis_no` are `siparisno`.
pub fn key(header: &str) -> String {
    model::member::key_from_text(header).replace('-', "")
}

/// Canonical column to the headers that mean it, best first.
pub const NAMES: [(&str, &[&str]); 31] = [
    (
        "order_date",
        &[
            "orderdate",
            "siparistarihi",
            "invoicedate",
            "dateadded",
            "createdat",
            "datecreated",
            "faturatarihi",
            "islemtarihi",
            "tarih",
            "date",
            "orderedat",
            "purchasedate",
            "olusturmatarihi",
        ],
    ),
    (
        "order_id",
        &[
            "orderid",
            "siparisno",
            "siparisnumarasi",
            "ordernumber",
            "orderno",
            "amazonorderid",
            "invoiceno",
            "invoice",
            "faturano",
            "sepetno",
            "order",
        ],
    ),
    (
        "line_id",
        &[
            "lineid",
            "orderlineid",
            "orderitemid",
            "satirno",
            "kalemno",
            "lineitemid",
            "orderproductid",
        ],
    ),
    ("version", &["version", "surum", "revision"]),
    (
        "sku",
        &[
            "sku",
            "stokkodu",
            "stockcode",
            "merchantsku",
            "urunkodu",
            "barkod",
            "barcode",
            "productid",
            "sellersku",
            "productcode",
            "modelkodu",
            "model",
            "asin",
            "ean",
        ],
    ),
    (
        "product_name",
        &[
            "productname",
            "urunadi",
            "urun",
            "description",
            "aciklama",
            "product",
            "itemname",
            "title",
            "name",
        ],
    ),
    (
        "category",
        &[
            "category",
            "kategori",
            "kategoriadi",
            "productcategory",
            "categoryname",
        ],
    ),
    (
        "quantity",
        &[
            "quantity",
            "adet",
            "miktar",
            "qty",
            "quantitypurchased",
            "units",
            "siparisadedi",
            "adedi",
        ],
    ),
    (
        "unit_price",
        &[
            "unitprice",
            "birimfiyat",
            "birimfiyati",
            "birimsatisfiyati",
            "listefiyati",
            "price",
            "fiyat",
            "itemprice",
            "satisfiyati",
            "lineunitprice",
        ],
    ),
    (
        "currency",
        &[
            "currency",
            "parabirimi",
            "currencycode",
            "doviz",
            "dovizkodu",
        ],
    ),
    (
        "vat_rate",
        &[
            "vatrate",
            "kdvorani",
            "kdv",
            "taxrate",
            "vat",
            "vatbaseamount",
        ],
    ),
    (
        "seller_discount",
        &[
            "sellerdiscount",
            "saticiindirimi",
            "indirim",
            "indirimtutari",
            "discount",
            "discountamount",
            "linesellerdiscount",
        ],
    ),
    (
        "channel_discount",
        &[
            "channeldiscount",
            "platformindirimi",
            "trendyolindirimi",
            "pazaryeriindirimi",
            "linetydiscount",
        ],
    ),
    (
        "channel",
        &[
            "channel",
            "kanal",
            "pazaryeri",
            "marketplace",
            "satiskanali",
            "saleschannel",
            "magaza",
            "platform",
        ],
    ),
    (
        "country",
        &[
            "country",
            "ulke",
            "countrycode",
            "shippingcountry",
            "shipcountry",
            "teslimatulkesi",
        ],
    ),
    (
        "city",
        &[
            "city",
            "il",
            "sehir",
            "teslimatil",
            "teslimatili",
            "shippingcity",
            "shipcity",
            "alicisehir",
        ],
    ),
    (
        "customer_id",
        &[
            "customerid",
            "musterino",
            "musteriid",
            "customer",
            "musteri",
            "buyerid",
            "customerno",
        ],
    ),
    (
        "status",
        &[
            "status",
            "durum",
            "siparisdurumu",
            "statu",
            "orderstatus",
            "siparisstatusu",
            "paketstatusu",
        ],
    ),
    (
        "cancelled_quantity",
        &[
            "cancelledquantity",
            "iptaladedi",
            "iptaladet",
            "canceledquantity",
        ],
    ),
    (
        "returned_quantity",
        &[
            "returnedquantity",
            "iadeadedi",
            "iadeadet",
            "refundedquantity",
        ],
    ),
    (
        "unit_cost",
        &[
            "unitcost",
            "birimmaliyet",
            "maliyet",
            "alisfiyati",
            "cost",
            "costprice",
        ],
    ),
    (
        "commission",
        &[
            "commission",
            "komisyon",
            "komisyontutari",
            "commissionamount",
            "referralfee",
            "komisyonorani",
            "commissionrate",
        ],
    ),
    (
        "platform_fee",
        &[
            "platformfee",
            "hizmetbedeli",
            "platformhizmetbedeli",
            "servicefee",
            "islembedeli",
        ],
    ),
    (
        "cargo",
        &[
            "cargo",
            "kargo",
            "kargoucreti",
            "kargotutari",
            "shippingcost",
            "kargobedeli",
            "freightvalue",
        ],
    ),
    (
        "return_cost",
        &["returncost", "iademaliyeti", "iadekargo", "iadekargobedeli"],
    ),
    (
        "shipped_at",
        &[
            "shippedat",
            "kargoyaverilistarihi",
            "kargolamatarihi",
            "shipdate",
            "shippeddate",
        ],
    ),
    (
        "delivered_at",
        &[
            "deliveredat",
            "teslimtarihi",
            "teslimattarihi",
            "deliverydate",
            "delivereddate",
        ],
    ),
    (
        "ship_deadline",
        &[
            "shipdeadline",
            "kargotesliminsonu",
            "termintarihi",
            "enseckargotarihi",
            "shipbydate",
        ],
    ),
    (
        "campaign",
        &["campaign", "kampanya", "campaignname", "kampanyaadi"],
    ),
    (
        "spend",
        &[
            "spend",
            "harcama",
            "adspend",
            "reklamharcamasi",
            "maliyet",
            "amountspent",
            "cost",
        ],
    ),
    (
        "on_hand",
        &[
            "onhand",
            "stok",
            "stokadedi",
            "stock",
            "eldekistok",
            "inventory",
            "available",
        ],
    ),
];

/// Names of the columns of files that are no order lines.
pub const MORE_NAMES: [(&str, &[&str]); 11] = [
    ("date", &["date", "tarih", "day", "gun"]),
    ("month", &["month", "ay", "donem"]),
    ("impressions", &["impressions", "gosterim", "goruntulenme"]),
    ("clicks", &["clicks", "tiklama", "tiklanma"]),
    (
        "orders",
        &["orders", "siparis", "siparissayisi", "siparishedefi"],
    ),
    ("sales", &["sales", "satis", "adsales", "reklamsatisi"]),
    ("listed", &["listed", "listede", "satista"]),
    (
        "net_revenue",
        &["netrevenue", "netciro", "ciro", "hedefciro", "revenue"],
    ),
    ("margin", &["margin", "kar", "katki", "marj"]),
    ("ad_spend", &["adspend", "reklambutcesi", "reklam"]),
    ("rate", &["rate", "kur", "oran"]),
];

/// How well a header means a column, 0 (not) to 100 (its own name).
pub fn likeness(column: &str, header: &str) -> u8 {
    let header = key(header);
    if header == key(column) {
        return 100;
    }
    let names = NAMES
        .iter()
        .chain(&MORE_NAMES)
        .filter(|(name, _)| *name == column);
    let place = names
        .flat_map(|(_, names)| names.iter())
        .position(|name| *name == header);
    // Each further name is a little less likely; the last still beats no name.
    place.map_or(0, |place| 90_u8.saturating_sub(4 * place as u8).max(20))
}

#[cfg(test)]
mod tests {
    use model::columns::FileKind;

    use super::*;

    #[test]
    fn turkish_and_english_headers_are_known() {
        for (column, header) in [
            ("order_id", "Sipariş Numarası"),
            ("order_id", "ORDER-ID"),
            ("quantity", "Adet"),
            ("unit_price", "Birim Fiyatı"),
            ("commission", "Komisyon Tutarı"),
            ("city", "İl"),
            ("country", "ÜLKE"),
            ("sku", "Stok Kodu"),
            ("order_date", "Sipariş Tarihi"),
        ] {
            assert!(likeness(column, header) > 0, "{column}: {header}");
        }
        assert_eq!(likeness("quantity", "Telefon"), 0);
    }

    #[test]
    fn every_column_knows_its_own_name() {
        for kind in FileKind::ALL {
            for column in kind
                .required_columns()
                .iter()
                .chain(kind.optional_columns())
            {
                assert_eq!(likeness(column, column), 100);
            }
        }
        for (column, names) in NAMES.iter().chain(&MORE_NAMES) {
            for name in *names {
                assert_eq!(key(name), *name, "{column}");
            }
        }
    }
}
