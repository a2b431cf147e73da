//! A look at the head of a file: guesses, doubts and previews.

use ingest::{DateOrder, DecimalMark, Doubt, Format, IngestError, Reason, Warning, preview, sniff};

use crate::reading::{HEADER, LINE, context, profile, read, read_by, read_in};

#[test]
fn files_that_hold_nothing_say_so() {
    assert_eq!(read("").unwrap_err(), IngestError::Empty);
    assert_eq!(read("  \n \n").unwrap_err(), IngestError::Empty);
    assert_eq!(read(HEADER).unwrap_err(), IngestError::NoRows);
    assert_eq!(
        read("just some prose\nand more of it\n").unwrap_err(),
        IngestError::NoColumns
    );
    assert!(matches!(
        read("a,b\n1,2\n").unwrap_err(),
        IngestError::MissingColumn { .. }
    ));
}

#[test]
fn a_wrong_delimiter_is_refused_by_name() {
    let mut spec = sniff([HEADER, LINE].concat().as_bytes(), &profile())
        .unwrap()
        .spec;
    spec.format = Format::Delimited { delimiter: b';' };
    let error = read_by([HEADER, LINE].concat().as_bytes(), 64, &spec).unwrap_err();
    assert!(matches!(error, IngestError::NoSuchColumn { .. }));
}

#[test]
fn mixed_orders_of_dates_are_told_apart_by_the_majority() {
    let text =
        format!("{HEADER}13/02/2026,A,1,S,1,1\n14/02/2026,B,1,S,1,1\n02/15/2026,C,1,S,1,1\n");
    let (records, report) = read(&text).unwrap();
    assert_eq!(records[0].order_date.to_string(), "2026-02-13");
    assert_eq!((records.len(), report.rejected), (2, 1));
}

#[test]
fn turkish_exports_read_as_they_are() {
    let text = "Sipariş No;Sipariş Tarihi;Stok Kodu;Ürün Adı;Adet;Birim Fiyatı;Komisyon Tutarı;İl;Durum\n\
                123;03.11.2026 14:05;AB-1;Çaydanlık;2;1.299,90 TL;389,97;İstanbul;İade Edildi\n";
    let sniffed = sniff(text.as_bytes(), &profile()).unwrap();
    assert_eq!(sniffed.spec.decimal, DecimalMark::Comma);
    assert_eq!(sniffed.spec.date_order, DateOrder::DayFirst);
    let (records, _) = read(text).unwrap();
    let line = &records[0];
    assert_eq!(line.unit_price_micros, 1_299_900_000);
    assert_eq!(line.commission_minor, Some(38_997));
    assert_eq!((line.units.placed, line.units.returned), (2, 2));
    assert_eq!(line.product.name.as_deref(), Some("Çaydanlık"));
    let (utf16, _) = read_in(
        &text
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>(),
        7,
    )
    .unwrap();
    assert_eq!(utf16, records);
}

#[test]
fn repeated_headers_are_numbered() {
    let text = "order_date,order_id,sku,sku,quantity,unit_price\n2026-03-01,A-1,S,T,1,1.00\n";
    let sniffed = sniff(text.as_bytes(), &profile()).unwrap();
    let headers: Vec<_> = sniffed
        .columns
        .iter()
        .map(|column| column.header.as_str())
        .collect();
    assert_eq!(
        headers,
        [
            "order_date",
            "order_id",
            "sku",
            "sku (2)",
            "quantity",
            "unit_price"
        ]
    );
    assert_eq!(read(text).unwrap().0[0].product.sku, "S");
}

#[test]
fn what_the_head_leaves_open_is_said() {
    let warnings = |rows: &str| {
        let head = "order_date;order_id;sku;quantity;unit_price\n";
        sniff([head, rows].concat().as_bytes(), &profile())
            .unwrap()
            .warnings
    };
    let doubt = |header: &str, example: &str| Doubt {
        header: header.to_owned(),
        example: example.to_owned(),
    };
    let date = Warning::DateOrder(doubt("order_date", "02/03/2026 10:00"));
    let number = Warning::DecimalMark(doubt("unit_price", "1.299"));
    let open = "02/03/2026 10:00;A;S;1;1.299\n11/12/2025;B;S;1;12\n";
    assert_eq!(warnings(open), [number.clone(), date.clone()]);
    let by_day = "13/03/2026;C;S;1;1.299\n";
    assert_eq!(warnings(&[open, by_day].concat()), [number]);
    let by_price = "02/03/2026;C;S;1;1,5\n";
    assert_eq!(warnings(&[open, by_price].concat()), [date]);
    let mixed = "13/03/2026;C;S;1;1,5\n03/13/2026;C;S;1;1.5\n";
    assert_eq!(warnings(&[open, mixed].concat()).len(), 2);
    assert_eq!(warnings("2026-02-03;A;S;1;12\n"), []);
}

#[test]
fn a_preview_shows_what_will_be_read() {
    let text = [HEADER, LINE, "x,A-2,1,SKU,1,1\n"].concat();
    let spec = sniff(text.as_bytes(), &profile()).unwrap().spec;
    let preview = preview(text.as_bytes(), &spec, &context()).unwrap();
    assert_eq!(preview.rows.len(), 2);
    assert!(preview.rows[0].record.is_some());
    assert_eq!(
        preview.rows[1].rejected.as_ref().unwrap().reason,
        Reason::NotADate
    );
    assert_eq!((preview.report.taken, preview.report.rejected), (1, 1));
}
