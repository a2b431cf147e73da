//! Rows, good and bad.

use ingest::{Preset, Reason, sniff};

use crate::reading::{HEADER, LINE, profile, read, read_by, reasons, split};

#[test]
fn bad_rows_are_rejected_one_by_one_with_line_and_column() {
    let text = [
        HEADER,
        "0001-01-01,A-1,1,S,1,1.00\n",
        "2199-01-01,A-2,1,S,1,1.00\n",
        "2026-03-01,A-3,1,S,1,NaN\n",
        "2026-03-01,A-4,1,S,1,1e308\n",
        "2026-03-01,A-5,1,S,1.5,1.00\n",
        "2026-03-01,A-6,1,,1,1.00\n",
        "2026-03-01,A\0-7,1,S,1,1.00\n",
        "2026-03-01,A-8,1,S,1,-4\n",
        "2026-03-01,A-9,1,S,-1,0\n",
        "2026-03-02,A-10,1,SK",
    ]
    .concat();
    let expected = [
        (2, Reason::NotADate, "order_date"),
        (3, Reason::DateOutOfRange, "order_date"),
        (4, Reason::NotANumber, "unit_price"),
        (5, Reason::NotANumber, "unit_price"),
        (6, Reason::FractionalQuantity, "quantity"),
        (7, Reason::Missing, "sku"),
        (8, Reason::BadText, "order_id"),
        (9, Reason::NegativePrice, "unit_price"),
        (10, Reason::StockAdjustment, "quantity"),
        (11, Reason::CellCount, ""),
    ];
    let expected: Vec<_> = expected
        .map(|(line, reason, column)| (line, reason, column.to_owned()))
        .into();
    assert_eq!(reasons(&text), expected);
}

#[test]
fn rows_of_another_width_are_rejected_except_for_empty_cells_at_their_end() {
    let text = [
        "order_date,order_id,sku,product_name,quantity,unit_price,,\n",
        "2026-03-01,A,S,Cup,1,1.00,,\n",
        "2026-03-01,B,S,Cup,1,1.00\n",
        "2026-03-01,C,S,Cup,1,1.00,,,,\n",
        "2026-03-01,D,S,Cup, blue,1,1.00,,,\n",
        "2026-03-01,D,S,Cup, blue,1,1.00,,x\n",
        "2026-03-01,E,S,Cup,1\n",
    ]
    .concat();
    let (records, report) = read(&text).unwrap();
    let orders: Vec<_> = records.iter().map(|line| line.key.order.as_str()).collect();
    assert_eq!(orders, ["A", "B", "C"]);
    let reasons: Vec<_> = report
        .examples
        .iter()
        .map(|row| (row.line, row.reason, row.value.as_str()))
        .collect();
    assert_eq!(
        reasons,
        [
            // One cell too many, and none to tell it by: what stands in its place is no number.
            (5, Reason::NotANumber, "blue"),
            (6, Reason::CellCount, "9 / 8"),
            (7, Reason::CellCount, "5 / 8"),
        ]
    );
    let spec = sniff(text.as_bytes(), &profile()).unwrap().spec;
    assert_eq!(split(text.as_bytes(), &spec), (records, report));
}

#[test]
fn a_line_of_ten_megabytes_costs_one_row() {
    let text = format!(
        "{HEADER}2026-03-01,A-1,1,{},2,10.50\n{LINE}",
        "x".repeat(10 << 20)
    );
    let spec = sniff([HEADER, LINE].concat().as_bytes(), &profile())
        .unwrap()
        .spec;
    let (records, report) = read_by(text.as_bytes(), 1 << 16, &spec).unwrap();
    assert_eq!((records.len(), report.rejected), (1, 1));
    assert_eq!(report.examples[0].reason, Reason::RowTooLong);
}

#[test]
fn shopify_lines_inherit_what_their_order_says_once() {
    let text = "Name,Created at,Lineitem quantity,Lineitem price,Lineitem sku,Lineitem name,Financial Status,Currency,Shipping Country\n\
                #1001,2026-03-01 10:00:00 +0300,1,10.00,A,Cup,paid,USD,DE\n\
                #1001,,2,5.00,B,Spoon,,,\n";
    let sniffed = sniff(text.as_bytes(), &profile()).unwrap();
    assert_eq!(sniffed.spec.preset, Some(Preset::Shopify));
    let (records, report) = read(text).unwrap();
    assert_eq!(report.rejected, 0, "{:?}", report.examples);
    assert_eq!(records[1].order_date, records[0].order_date);
    assert_eq!(records[1].currency.code(), "USD");
    assert_eq!(records[1].key.channel, "shopify");
}

#[test]
fn order_objects_give_a_row_a_line() {
    let text = r#"[{"id":727,"date_created":"2026-03-22T16:28:02","currency":"USD","status":"processing",
        "shipping":{"city":"Berlin","country":"DE"},
        "line_items":[{"id":315,"sku":"A","name":"Cup","quantity":2,"price":3.00},
                      {"id":316,"sku":"B","name":"Spoon","quantity":1,"price":12.5}]}]"#;
    let sniffed = sniff(text.as_bytes(), &profile()).unwrap();
    assert_eq!(sniffed.spec.preset, Some(Preset::WooCommerce));
    let (records, report) = read(text).unwrap();
    assert_eq!(report.rejected, 0, "{:?}", report.examples);
    let lines: Vec<_> = records
        .iter()
        .map(|line| (line.key.line.as_str(), line.units.placed))
        .collect();
    assert_eq!(lines, [("315", 2), ("316", 1)]);
    assert_eq!(records[1].unit_price_micros, 12_500_000);
}

#[test]
fn a_damaged_line_of_json_costs_that_line() {
    let line = |order: u32| {
        format!(
            "{{\"order_date\":\"2026-03-01\",\"order_id\":{order},\"sku\":\"S\",\"quantity\":1,\"unit_price\":2.5}}\n"
        )
    };
    let text = [line(1), line(2).replace("2.5}", "\"2.5}"), line(3)].concat();
    let (records, report) = read(&text).unwrap();
    let orders: Vec<_> = records.iter().map(|line| line.key.order.as_str()).collect();
    assert_eq!(orders, ["1", "3"]);
    assert_eq!((report.rows, report.examples[0].line), (3, 2));
    assert_eq!(report.examples[0].reason, Reason::NotJson);
}

#[test]
fn a_currency_beside_an_amount_is_honoured() {
    let row = |price: &str, fee: &str| format!("2026-03-01;A;S;1;{price};{fee}\n");
    let head = "order_date;order_id;sku;quantity;unit_price;commission\n";
    let rows = [
        row("12,50 TL", "1"),
        row("₺12", "TRY 1"),
        row("$12,50", ""),
        row("EUR 3", "0,5"),
        row("€3", "1 TL"),
        row("12", "$1"),
    ];
    let text = [head, &rows.concat()].concat();
    let (records, report) = read(&text).unwrap();
    let read_as: Vec<_> = records
        .iter()
        .map(|line| (line.currency.code(), line.unit_price_micros))
        .collect();
    let expected = [
        ("TRY", 12_500_000),
        ("TRY", 12_000_000),
        ("USD", 12_500_000),
        ("EUR", 3_000_000),
        ("USD", 12_000_000),
    ];
    assert_eq!(read_as, expected);
    assert_eq!(report.examples.len(), 1);
    let rejected = &report.examples[0];
    assert_eq!(
        (rejected.line, rejected.reason),
        (6, Reason::CurrencyMismatch)
    );
    assert_eq!(
        (rejected.column.as_str(), rejected.value.as_str()),
        ("commission", "1 TL")
    );

    // A file that states its currency is not overruled by a sign in it.
    let mut spec = sniff(text.as_bytes(), &profile()).unwrap().spec;
    spec.currency = Some("TRY".parse().unwrap());
    let (records, report) = read_by(text.as_bytes(), 64, &spec).unwrap();
    assert_eq!((records.len(), report.rejected), (2, 4));
    assert_eq!(report.reasons[&Reason::CurrencyMismatch], 4);
}
