//! Exports and interfaces of known sources, in the shapes of their published samples.

use ingest::{Preset, sniff};
use model::record::{LineStatus, SalesRecord};

use crate::reading::{profile, read_by, split};

/// The lines of a file, which its chunks give too; none may be rejected.
fn known(text: &str, preset: Preset) -> Vec<SalesRecord> {
    let spec = sniff(text.as_bytes(), &profile()).unwrap().spec;
    assert_eq!(spec.preset, Some(preset));
    let (records, report) = read_by(text.as_bytes(), 99, &spec).unwrap();
    assert_eq!(report.rejected, 0, "{:?}", report.examples);
    assert_eq!(split(text.as_bytes(), &spec), (records.clone(), report));
    records
}

/// A page of `getShipmentPackages`, as of 2026: two units of a line with unequal discounts.
const TRENDYOL: &str = r#"{"totalElements":2,"totalPages":1,"page":0,"size":2,"content":[
 {"orderNumber":"10654411111","orderCountryCode":"TR","packageGrossAmount":100.0,"customerId":888888888,
  "shipmentPackageId":3330111111,
  "shipmentAddress":{"city":"İstanbul","cityCode":34,"countryCode":"TR"},
  "lines":[{"quantity":2,"stockCode":"TEPSI-1","productName":"Tepsi","lineGrossAmount":50.0,
    "lineTotalDiscount":13.0,"lineSellerDiscount":13.0,"lineTyDiscount":0.0,
    "discountDetails":[
     {"lineItemId":"1","lineItemPrice":37.0,"lineItemSellerDiscount":13.0,"lineItemTyDiscount":0.0},
     {"lineItemId":"2","lineItemPrice":37.01,"lineItemSellerDiscount":12.99,"lineItemTyDiscount":0.0}],
    "currencyCode":"TRY","lineId":4765111111,"vatRate":20.0,"barcode":"8683772071724",
    "orderLineItemStatusName":"Delivered","lineUnitPrice":37.0,"commission":13}],
  "orderDate":1762295400000,"currencyCode":"TRY","packageHistories":[{"createdDate":1762284600000,"status":"Created"}],
  "shipmentPackageStatus":"Delivered","status":"Delivered","lastModifiedDate":1762865408581},
 {"orderNumber":"10654411112","orderCountryCode":"TR","customerId":888888889,"shipmentPackageId":3330111112,
  "shipmentAddress":{"city":"Ankara","countryCode":"TR"},
  "lines":[{"quantity":1,"stockCode":"TEPSI-2","productName":"Tepsi","lineGrossAmount":449.99,"discountDetails":[],
    "currencyCode":"TRY","lineId":4765111112,"vatRate":1.0,"barcode":"8683772071725",
    "orderLineItemStatusName":"ReturnAccepted","lineUnitPrice":449.99,"commission":15}],
  "orderDate":1762295400000,"currencyCode":"TRY","status":"Delivered","lastModifiedDate":1762865408582}
 ]}"#;

#[test]
fn a_page_of_trendyol_imports() {
    let lines = known(TRENDYOL, Preset::Trendyol);
    let [first, second] = &lines[..] else {
        panic!("two lines")
    };
    assert_eq!(
        (first.key.channel.as_str(), first.key.order.as_str()),
        ("trendyol", "10654411111")
    );
    assert_eq!(
        (first.key.line.as_str(), first.product.sku.as_str()),
        ("4765111111", "TEPSI-1")
    );
    // 22:30 of the 4th on Istanbul's clock, which their number counts as if it were UTC.
    assert_eq!(first.order_date.to_string(), "2025-11-04");
    assert_eq!(
        (first.units.placed, first.unit_price_micros),
        (2, 50_000_000)
    );
    assert_eq!(first.seller_discount_minor, 2_599);
    // 13 % of 2 x 50.00 - 25.99.
    assert_eq!(first.commission_minor, Some(962));
    assert_eq!(
        (first.vat_basis_points, first.prices_include_vat),
        (2_000, true)
    );
    assert_eq!(first.version, 1_762_865_408_581);
    assert_eq!(first.place.city.as_deref(), Some("İstanbul"));
    assert_eq!(first.status, Some(LineStatus::Delivered));
    // Their own statement of account: 449.99 x 15 % = 67.4985.
    assert_eq!(second.commission_minor, Some(6_750));
    assert_eq!((second.units.returned, second.vat_basis_points), (1, 100));
}

#[test]
fn the_older_names_of_trendyol_import() {
    let text = r#"{"page":0,"content":[{"orderNumber":"80869231","customerId":99,"id":3330,
        "lines":[{"quantity":1,"merchantSku":"M-1","productName":"Cup","amount":25.99,"discount":13.0,"tyDiscount":0,
          "discountDetails":[{"lineItemPrice":12.99,"lineItemDiscount":13.0,"lineItemTyDiscount":0}],
          "currencyCode":"TRY","id":56040534,"vatBaseAmount":8,"barcode":"8682","orderLineItemStatusName":"UnSupplied","price":12.99}],
        "orderDate":1762253333685,"status":"Cancelled"}]}"#;
    let lines = known(text, Preset::Trendyol);
    assert_eq!(
        (lines[0].key.line.as_str(), lines[0].product.sku.as_str()),
        ("56040534", "M-1")
    );
    assert_eq!(
        (lines[0].unit_price_micros, lines[0].seller_discount_minor),
        (25_990_000, 1_300)
    );
    assert_eq!(
        (lines[0].units.cancelled, lines[0].vat_basis_points),
        (1, 800)
    );
}

#[test]
fn a_rate_of_commission_is_no_amount() {
    let read_commission = |header: &str, cell: &str| {
        let text = format!(
            "Sipariş Numarası;Paket No;Sipariş Tarihi;Stok Kodu;Adet;Birim Fiyatı;{header}\n\
             1;2;03.11.2026;A;2;100,00;{cell}\n"
        );
        known(&text, Preset::Trendyol)[0].commission_minor
    };
    assert_eq!(read_commission("Komisyon Oranı", "21,5"), Some(4_300));
    assert_eq!(read_commission("Komisyon Oranı", "%21,5"), Some(4_300));
    assert_eq!(read_commission("Komisyon Tutarı", "21,5"), Some(2_150));
    assert_eq!(read_commission("Komisyon", "%10"), Some(2_000));
}

#[test]
fn an_order_of_woocommerce_imports() {
    let text = r#"{
 "id": 727, "number": "727", "version": "3.0.0", "status": "processing", "currency": "USD",
 "date_created": "2017-03-22T16:28:02", "date_created_gmt": "2017-03-22T19:28:02",
 "discount_total": "0.00", "total": "29.35", "prices_include_tax": false, "customer_id": 0,
 "billing": { "city": "San Francisco", "country": "US", "email": "john.doe@example.com" },
 "shipping": { "city": "San Francisco", "country": "US" },
 "meta_data": [ { "id": 13106, "key": "_x", "value": "yes" } ],
 "line_items": [
  { "id": 315, "name": "Woo Single #1", "product_id": 93, "variation_id": 0, "quantity": 2,
    "subtotal": "6.00", "total": "6.00", "taxes": [ { "id": 75, "total": "0.45" } ], "sku": "", "price": 3 },
  { "id": 316, "name": "Ship Your Idea", "product_id": 22, "variation_id": 23, "quantity": 1,
    "subtotal": "12.00", "total": "12.00", "taxes": [], "sku": "Bar3", "price": 12 }
 ],
 "tax_lines": [ { "id": 318, "tax_total": "1.35" } ], "refunds": []
}"#;
    let lines = known(text, Preset::WooCommerce);
    assert!(
        !sniff(text.as_bytes(), &profile())
            .unwrap()
            .spec
            .mapping
            .contains_key("version")
    );
    let skus: Vec<_> = lines.iter().map(|line| line.product.sku.as_str()).collect();
    assert_eq!(skus, ["93", "Bar3"]);
    assert_eq!((lines[0].customer.as_deref(), lines[0].version), (None, 0));
    assert_eq!(
        (lines[0].unit_price_micros, lines[0].prices_include_vat),
        (3_000_000, false)
    );
    assert_eq!(
        (lines[0].currency.code(), lines[0].order_date.to_string()),
        ("USD", "2017-03-22".to_owned())
    );
}

#[test]
fn items_of_olist_are_of_one_unit_each() {
    let text = "\"order_id\",\"order_item_id\",\"product_id\",\"seller_id\",\"shipping_limit_date\",\"price\",\"freight_value\"\n\
                \"00010242fe8c\",1,\"4244733e06e7\",\"48436dade18a\",2017-09-19 09:45:35,58.90,13.29\n\
                \"00010242fe8c\",2,\"4244733e06e7\",\"48436dade18a\",2017-09-19 09:45:35,58.90,13.29\n";
    let lines = known(text, Preset::Olist);
    assert_eq!(
        sniff(text.as_bytes(), &profile())
            .unwrap()
            .spec
            .missing_columns(),
        [""; 0]
    );
    assert_eq!(lines.len(), 2);
    assert_ne!(lines[0].key, lines[1].key);
    assert_eq!(
        (lines[0].units.placed, lines[0].currency.code()),
        (1, "BRL")
    );
    assert_eq!(
        (lines[0].unit_price_micros, lines[0].cargo_minor),
        (58_900_000, Some(1_329))
    );
}

#[test]
fn a_day_of_cancellation_cancels_all_lines_of_an_order_of_shopify() {
    let text = "Name,Created at,Lineitem quantity,Lineitem price,Lineitem sku,Lineitem name,Financial Status,Currency,Cancelled at\n\
                #1001,2026-03-01 10:00:00 +0300,1,10.00,A,Cup,refunded,USD,2026-03-02 10:00:00 +0300\n\
                #1001,,2,5.00,B,Spoon,,,\n\
                #1002,2026-03-01 10:00:00 +0300,1,10.00,A,Cup,paid,USD,\n";
    let lines = known(text, Preset::Shopify);
    let cancelled: Vec<_> = lines.iter().map(|line| line.units.cancelled).collect();
    assert_eq!(cancelled, [1, 2, 0]);
    assert_eq!(lines[1].status, Some(LineStatus::Cancelled));
    assert_ne!(lines[2].status, Some(LineStatus::Cancelled));
}
