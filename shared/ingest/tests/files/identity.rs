//! Which rows are the same order line.

use std::collections::BTreeSet;

use ingest::{DateOrder, ImportSpec, sniff};

use crate::reading::{profile, read, read_by};

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
