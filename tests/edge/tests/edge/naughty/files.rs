//! The same strings in every column of a file of order lines, and as pages.

use edge_tests::{Answer, Edge};

use super::{encoded, strings, trouble};

/// The columns of a file of order lines.
const COLUMNS: [&str; 12] = [
    "order_date",
    "channel",
    "order_id",
    "sku",
    "quantity",
    "unit_price",
    "product",
    "category",
    "city",
    "country",
    "customer_id",
    "status",
];
const GOOD: [&str; 12] = [
    "2026-11-02",
    "n11",
    "1",
    "a",
    "1",
    "10",
    "A",
    "Things",
    "Ankara",
    "TR",
    "c1",
    "delivered",
];

#[test]
fn naughty_files_and_pages_break_nothing() {
    let edge = Edge::start_with(&[("ADDRESS_RATE", "100000/1 100000")]);
    let (owner, company) = edge.company("Acme");
    let strings = strings();
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let check =
        |answer: &Answer, naughty: &str| assert_eq!(trouble(answer, naughty), None, "{naughty:?}");
    for (at, column) in COLUMNS.iter().enumerate() {
        let mut csv = COLUMNS.join(",");
        for (number, naughty) in strings.iter().enumerate() {
            let mut row: Vec<String> = GOOD.iter().map(|value| quoted(value)).collect();
            row[2] = quoted(&number.to_string());
            row[at] = quoted(naughty);
            csv.push('\n');
            csv.push_str(&row.join(","));
        }
        let batch = owner.import_and_wait(&company, "sales", &csv);
        let id = batch["batch"].as_str().expect("an id");
        let rejected = owner.get(&format!(
            "/api/ingest/v1/batches/{id}/rejected.csv?company={company}"
        ));
        assert!(rejected.status < 500, "{column}: {}", rejected.text());
        for naughty in &strings {
            check(&rejected, naughty);
        }
    }
    for naughty in &strings {
        let text = encoded(naughty);
        for path in [
            format!("/{text}"),
            format!("/?q={text}"),
            format!("/explore/{text}"),
        ] {
            check(&owner.get(&path), naughty);
        }
    }
    for path in [
        "/api/mobile/v1/dashboard",
        "/api/sync/v1/manifest",
        "/api/ingest/v1/batches",
    ] {
        check(&owner.get(&format!("{path}?company={company}")), "<");
    }
}
