//! Whole files, good and bad, through guessing, reading and splitting.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot build its input should fail there"
)]

use std::collections::BTreeSet;
use std::io::Write;

use ingest::{
    Context, DateOrder, DecimalMark, Doubt, Format, ImportSpec, IngestError, Outcome, Preset,
    Reader, Reason, Report, Splitter, TextEncoding, Warning, preview, sniff,
};
use kernel::TenantId;
use model::profile::TenantProfile;
use model::record::{Record, SalesRecord};
use proptest::prelude::*;

const HEADER: &str = "order_date,order_id,line_id,sku,quantity,unit_price\n";
const LINE: &str = "2026-03-01,A-1,1,SKU-1,2,10.50\n";

fn profile() -> TenantProfile {
    TenantProfile::new(TenantId::new("acme").unwrap(), "Acme")
}

fn context() -> Context {
    Context::new(&profile(), "2026-11-23".parse().unwrap())
}

/// Guesses and reads a file in steps; gives its records and its report.
fn read_in(bytes: &[u8], step: usize) -> Result<(Vec<SalesRecord>, Report), IngestError> {
    let sniffed = sniff(
        bytes.get(..bytes.len().min(ingest::HEAD_BYTES)).unwrap(),
        &profile(),
    )?;
    read_by(bytes, step, &sniffed.spec)
}

fn read_by(
    bytes: &[u8],
    step: usize,
    spec: &ImportSpec,
) -> Result<(Vec<SalesRecord>, Report), IngestError> {
    let mut reader = Reader::new(spec, &context())?;
    let mut records = Vec::new();
    let mut report = Report::default();
    let mut sink = |outcome: Outcome| match outcome {
        Outcome::Record { record, .. } => {
            report.take(record.date(), false, false);
            if let Record::Sales(line) = *record {
                records.push(line);
            }
        }
        Outcome::Rejected(rejected) => report.reject(rejected),
    };
    for part in bytes.chunks(step) {
        reader.push(part, &mut sink)?;
    }
    reader.finish(&mut sink)?;
    Ok((records, report))
}

fn read(text: &str) -> Result<(Vec<SalesRecord>, Report), IngestError> {
    read_in(text.as_bytes(), 4096)
}

fn reasons(text: &str) -> Vec<(u64, Reason, String)> {
    let (_, report) = read(text).unwrap();
    report
        .examples
        .into_iter()
        .map(|row| (row.line, row.reason, row.column))
        .collect()
}

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
fn a_packed_file_cut_in_the_middle_is_said_to_be_damaged() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let rows: String = (0..20_000)
        .map(|row| format!("2026-03-01,A-{row},1,SKU-{},2,10.50\n", row % 97))
        .collect();
    encoder
        .write_all([HEADER, &rows].concat().as_bytes())
        .unwrap();
    let whole = encoder.finish().unwrap();
    assert_eq!(read_in(&whole, 999).unwrap().1.rows, 20_000);
    let cut = whole.get(..whole.len() / 2).unwrap();
    assert!(matches!(
        read_in(cut, 999),
        Err(IngestError::DamagedGzip { .. })
    ));
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
fn bytes_that_are_no_text_are_counted() {
    let mut bytes = [HEADER, LINE].concat().into_bytes();
    bytes.extend_from_slice(b"2026-03-01,A-2,1,SK\xffU,2,10.50\n2026-03-01,A-3,1,S\xc3,2,10.50\n");
    let mut spec = sniff([HEADER, LINE].concat().as_bytes(), &profile())
        .unwrap()
        .spec;
    let mut reader = Reader::new(&spec, &context()).unwrap();
    reader.push(&bytes, &mut |_| ()).unwrap();
    reader.finish(&mut |_| ()).unwrap();
    assert_eq!(reader.replaced_characters(), 2);
    // The chunks are whole text: what was lost is told by who cut them.
    let (records, report) = split(&bytes, &spec);
    assert_eq!((records.len(), report.replaced_characters), (3, 2));
    let shown = preview(&bytes, &spec, &context()).unwrap();
    assert_eq!(shown.report.replaced_characters, 2);
    spec.encoding = TextEncoding::Windows1254;
    assert_eq!(split(&bytes, &spec).1.replaced_characters, 0);
}

#[test]
fn a_later_state_of_a_line_without_id_is_the_same_line() {
    let head = "order_date,order_id,sku,quantity,unit_price,status\n";
    let (first, _) = read(&format!("{head}2026-03-01,A,S,1,9.99,created\n")).unwrap();
    let (second, _) = read(&format!("{head}2026-03-01,A,S,1,9.99,cancelled\n")).unwrap();
    assert_eq!(first[0].key, second[0].key);
    assert_ne!(first[0], second[0]);
}

#[test]
fn a_corrected_mapping_of_another_column_names_the_same_lines() {
    let text = "order_date,order_id,sku,title,region,quantity,unit_price,fee\n\
                02/03/2026 08:26,A,S,Cup,TR,1,9.99,1.00\n\
                2/3/2026 8:26,A,T,Spoon,TR,2,5.00,\n";
    let guessed = sniff(text.as_bytes(), &profile()).unwrap().spec;
    let mut corrected = guessed.clone();
    let map = |spec: &mut ImportSpec, column: &str, header: &str| {
        spec.mapping.insert(column.to_owned(), header.to_owned());
    };
    map(&mut corrected, "country", "region");
    map(&mut corrected, "platform_fee", "fee");
    map(&mut corrected, "product_name", "sku");
    corrected.date_order = DateOrder::MonthFirst;
    assert_ne!(guessed.date_order, corrected.date_order);
    let keys = |spec: &ImportSpec| -> Vec<_> {
        let (records, report) = read_by(text.as_bytes(), 99, spec).unwrap();
        assert_eq!(report.rejected, 0, "{:?}", report.examples);
        records.into_iter().map(|line| line.key).collect()
    };
    assert_eq!(keys(&guessed), keys(&corrected));
    assert_ne!(keys(&guessed)[0].line, keys(&guessed)[1].line);
}

#[test]
fn line_numbers_tell_equal_lines_apart() {
    let row = "2026-03-01,A,S,1,9.99";
    let keys = |text: &str| -> BTreeSet<_> {
        let (records, _) = read(text).unwrap();
        records.into_iter().map(|line| line.key).collect()
    };
    let head = "order_date,order_id,sku,quantity,unit_price";
    assert_eq!(keys(&format!("{head}\n{row}\n{row}\n")).len(), 1);
    let numbered = format!("{head},line_id\n{row},1\n{row},2\n{row},2\n");
    assert_eq!(keys(&numbered).len(), 2);
}

#[test]
fn lines_of_an_order_stay_in_one_chunk() {
    let head = "order_date,order_id,sku,product_name,quantity,unit_price\n";
    // Two names of one product in an order, on both sides of where a chunk would be full.
    let rows: String = (0..60_000)
        .map(|row| format!("2026-03-01,A-{},S,Name {},1,5\n", row / 3, row % 3))
        .collect();
    let text = [head, &rows].concat();
    let spec = sniff(
        text.get(..ingest::HEAD_BYTES).unwrap().as_bytes(),
        &profile(),
    )
    .unwrap()
    .spec;
    let whole = read_by(text.as_bytes(), 4096, &spec).unwrap();
    let keys: BTreeSet<_> = whole.0.iter().map(|line| line.key.clone()).collect();
    assert_eq!(keys.len(), 60_000);
    assert_eq!(split(text.as_bytes(), &spec), whole);
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

/// Chunks of a file, read back.
fn split(bytes: &[u8], spec: &ImportSpec) -> (Vec<SalesRecord>, Report) {
    let mut splitter = Splitter::new(spec, &context()).unwrap();
    let mut chunks = Vec::new();
    for part in bytes.chunks(777) {
        splitter
            .push(part, &mut |chunk| chunks.push(chunk))
            .unwrap();
    }
    splitter.finish(&mut |chunk| chunks.push(chunk)).unwrap();
    let mut records = Vec::new();
    let mut report = splitter.unreadable.clone();
    for chunk in chunks {
        let (some, part) = read_by(&chunk.text, 1 << 16, &spec.normalised()).unwrap();
        assert_eq!(part.rows, chunk.rows);
        records.extend(some);
        report.merge(&part);
    }
    (records, report)
}

#[test]
fn chunks_hold_the_file_with_its_lines() {
    let rows: String = (0..30_000)
        .map(|row| {
            if row % 1_000 == 7 {
                format!("bad,\"A,{row}\",1,S,1,1\n")
            } else {
                format!("2026-03-01,\"A,\"\"{row}\"\"\",1,S,1,{row}.5\n")
            }
        })
        .collect();
    let text = [HEADER, &rows].concat();
    let spec = sniff(
        text.get(..ingest::HEAD_BYTES).unwrap().as_bytes(),
        &profile(),
    )
    .unwrap()
    .spec;
    let whole = read_by(text.as_bytes(), 4096, &spec).unwrap();
    assert_eq!(split(text.as_bytes(), &spec), whole);
    assert_eq!(whole.1.rejected, 30);
    assert_eq!(whole.1.examples[1].line, 1_009);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_in(&bytes, 50);
        let text = [HEADER.as_bytes(), &bytes].concat();
        let _ = read_in(&text, 50);
        let json = [b"[{\"order_id\":1,\"sku\":2},", &bytes[..]].concat();
        let _ = read_in(&json, 50);
    }

    #[test]
    fn it_does_not_matter_how_bytes_arrive(
        rows in proptest::collection::vec("[0-9]{1,2}/1/2026,[A-C\"]{0,3},1,S[çğ]?,[-0-9.]{0,3},[0-9,.₺]{0,5}\n", 1..20),
        step in 1_usize..40,
    ) {
        let text = [HEADER, &rows.concat()].concat();
        prop_assert_eq!(read_in(text.as_bytes(), step), read_in(text.as_bytes(), 1 << 20));
    }
}
