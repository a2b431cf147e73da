//! Files in chunks, and files that break off.

use std::collections::BTreeSet;
use std::io::Write;

use ingest::{IngestError, Reader, Splitter, TextEncoding, preview, sniff};

use crate::reading::{HEADER, LINE, context, profile, read_by, split};

#[test]
fn a_packed_file_cut_or_damaged_gives_its_rows_and_says_so() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let rows: String = (0..20_000)
        .map(|row| format!("2026-03-01,A-{row},1,SKU-{},2,10.50\n", row % 97))
        .collect();
    encoder
        .write_all([HEADER, &rows].concat().as_bytes())
        .unwrap();
    let whole = encoder.finish().unwrap();
    let spec = sniff(&whole, &profile()).unwrap().spec;
    let read = |bytes: &[u8]| {
        let mut splitter = Splitter::new(&spec, &context()).unwrap();
        let mut rows = 0;
        for part in bytes.chunks(999) {
            splitter
                .push(part, &mut |chunk| rows += chunk.rows)
                .unwrap();
        }
        let outcome = splitter.finish(&mut |chunk| rows += chunk.rows);
        (rows, outcome)
    };
    assert_eq!(read(&whole), (20_000, Ok(())));
    let (rows, outcome) = read(whole.get(..whole.len() / 2).unwrap());
    assert!((5_000..15_000).contains(&rows), "{rows}");
    assert!(matches!(outcome, Err(IngestError::TruncatedGzip { .. })));
    // All text, without the check sum's last byte.
    let (rows, outcome) = read(whole.get(..whole.len() - 1).unwrap());
    assert_eq!(rows, 20_000);
    assert!(matches!(outcome, Err(IngestError::TruncatedGzip { .. })));
    let mut wrong = whole.clone();
    *wrong.iter_mut().rev().nth(5).unwrap() ^= 1;
    let (rows, outcome) = read(&wrong);
    assert_eq!(rows, 20_000);
    assert!(matches!(outcome, Err(IngestError::DamagedGzip { .. })));
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
