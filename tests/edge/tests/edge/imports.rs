//! From a file to figures, and what is refused on the way.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use edge_tests::{Client, Edge, figures, manifest};
use model::schema::Dimension;
use serde_json::Value;

/// Prices hold no VAT in these files, so that sums can be told by hand.
const HEADER: &str = "order_date,channel,order_id,line_id,version,sku,country,city,customer_id,currency,\
                      vat_rate,quantity,unit_price,status,returned_quantity\n";

/// One line: day, channel, order, line, version, units, price in major units, returned.
#[expect(
    clippy::too_many_arguments,
    reason = "a table of lines reads best as rows of plain values"
)]
pub fn line(
    day: &str,
    channel: &str,
    order: u32,
    line: u32,
    version: u32,
    units: i64,
    price: i64,
    returned: i64,
) -> String {
    format!(
        "{day},{channel},{order},{line},{version},sku-{},TR,İzmir,c-{},TRY,0,{units},{price}.00,delivered,{returned}\n",
        order % 40,
        order % 300
    )
}

pub fn csv(lines: &[String]) -> String {
    format!("{HEADER}{}", lines.concat())
}

fn counts(batch: &Value) -> Vec<u64> {
    [
        "rows",
        "taken",
        "duplicates",
        "corrected",
        "returns",
        "rejected",
    ]
    .iter()
    .map(|name| batch["report"][*name].as_u64().unwrap_or(u64::MAX))
    .collect()
}

/// Lines over three months and channels, and their sums by channel: net revenue and kept units.
fn lines(count: u32) -> (Vec<String>, BTreeMap<String, (i64, i64)>) {
    let mut lines = Vec::new();
    let mut sums: BTreeMap<String, (i64, i64)> = BTreeMap::new();
    for number in 0..count {
        let channel = ["trendyol", "n11", "own-store"][number as usize % 3];
        let (month, day) = (8 + number % 3, 1 + number % 28);
        let units = i64::from(1 + number % 5);
        let (price, returned) = (i64::from(5 + number % 97), i64::from(number % 11 == 0));
        let day = format!("2026-{month:02}-{day:02}");
        lines.push(line(
            &day,
            channel,
            number / 2,
            number % 2,
            0,
            units,
            price,
            returned,
        ));
        let sum = sums.entry(channel.to_owned()).or_default();
        *sum = (
            sum.0 + (units - returned) * price * 100,
            sum.1 + units - returned,
        );
    }
    (lines, sums)
}

fn sums(client: &Client, company: &str) -> BTreeMap<String, (i64, i64)> {
    let figures = figures(client, company, Dimension::Channel).into_iter();
    figures
        .map(|(channel, (net, _, units))| (channel, (net, units)))
        .collect()
}

#[test]
fn a_file_becomes_the_figures_of_a_plain_sum() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let (lines, expected) = lines(2_000);
    let batch = client.import_and_wait(&company, "sales", &csv(&lines));
    assert_eq!(counts(&batch), [2_000, 2_000, 0, 0, 182, 0]);
    assert_eq!(sums(&client, &company), expected);
    let sequence = manifest(&client, &company).sequence;

    // The same file again, under its own key and under another.
    let again = client.import(&company, "sales", &csv(&lines), None);
    assert_eq!(
        (again.status, &again.json()["batch"]),
        (200, &batch["batch"])
    );
    let again = client.import(&company, "sales", &csv(&lines), Some("another key"));
    assert_eq!(again.problem(), "bad-request", "a key has no spaces");
    let again = client
        .import(&company, "sales", &csv(&lines), Some("another-key"))
        .json();
    let again = client.settled(&company, again["batch"].as_str().unwrap_or_default());
    assert_eq!(counts(&again), [2_000, 0, 2_000, 0, 0, 0]);
    assert_eq!(manifest(&client, &company).sequence, sequence);
    assert_eq!(sums(&client, &company), expected);

    // The same key for something else.
    let other = csv(&lines[..10]);
    let refused = client.import(&company, "sales", &other, Some("another-key"));
    assert_eq!(
        (refused.status, refused.problem().as_str()),
        (409, "conflict")
    );
    let list = client
        .get(&format!("/api/ingest/v1/batches?company={company}&limit=1"))
        .json();
    assert_eq!(list["counts"]["done"], 2);
    assert_eq!(list["batches"][0]["batch"], again["batch"]);
}

#[test]
fn fifty_thousand_rows_are_worked_in_as_one_batch() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let (lines, expected) = lines(50_000);
    let batch = client.import_and_wait(&company, "sales", &csv(&lines));
    assert_eq!(counts(&batch), [50_000, 50_000, 0, 0, 4_546, 0]);
    assert_eq!(sums(&client, &company), expected);
}

#[test]
fn a_correction_changes_its_line_and_nothing_else() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let first = csv(&[
        line("2026-11-02", "n11", 1, 1, 0, 3, 10, 0),
        line("2026-11-02", "n11", 2, 1, 0, 1, 7, 0),
    ]);
    client.import_and_wait(&company, "sales", &first);
    let second = csv(&[line("2026-11-02", "n11", 1, 1, 1, 3, 10, 2)]);
    let batch = client.import_and_wait(&company, "sales", &second);
    assert_eq!(counts(&batch), [1, 1, 0, 1, 1, 0]);
    let expected = BTreeMap::from([("n11".to_owned(), (1_700, 2, 2))]);
    assert_eq!(figures(&client, &company, Dimension::Channel), expected);
    let country = BTreeMap::from([("TR".to_owned(), (1_700, 2, 2))]);
    assert_eq!(figures(&client, &company, Dimension::Country), country);
}

#[test]
fn money_is_converted_or_the_row_is_named() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    client.import_and_wait(&company, "fx", "date,currency,rate\n2026-11-02,EUR,48.5\n");
    let euros = csv(&[
        line("2026-11-02", "amazon", 1, 1, 0, 2, 10, 0),
        line("2026-08-02", "amazon", 2, 1, 0, 2, 10, 0),
    ])
    .replace(",TRY,", ",EUR,");
    let batch = client.import_and_wait(&company, "sales", &euros);
    assert_eq!(counts(&batch), [2, 1, 0, 0, 0, 1]);
    assert_eq!(batch["report"]["reasons"]["no-rate"], 1);
    let expected = BTreeMap::from([("amazon".to_owned(), (97_000, 1, 2))]);
    assert_eq!(figures(&client, &company, Dimension::Channel), expected);
    let id = batch["batch"].as_str().unwrap_or_default();
    let path = format!("/api/ingest/v1/batches/{id}/rejected.csv?company={company}");
    let rejected = client.get(&path);
    assert_eq!(
        rejected.text(),
        "line,reason,column,value\r\n3,no-rate,\"currency\",\"EUR\"\r\n"
    );
}

#[test]
fn packed_files_are_unpacked_and_bombs_are_not() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let (lines, expected) = lines(2_000);
    let path = format!("/api/ingest/v1/batches?company={company}&kind=sales");
    let packed = gzip(csv(&lines).as_bytes());
    let headers = [("content-type", "text/csv"), ("content-encoding", "gzip")];
    let batch = client.post(&path, &headers, &packed).json();
    let batch = client.settled(&company, batch["batch"].as_str().unwrap_or_default());
    assert_eq!(batch["status"], "done");
    assert_eq!(sums(&client, &company), expected);

    let bomb = [csv(&lines).into_bytes(), vec![b'x'; 70 << 20]].concat();
    let batch = client.post(&path, &headers, &gzip(&bomb)).json();
    let batch = client.settled(&company, batch["batch"].as_str().unwrap_or_default());
    assert_eq!(batch["status"], "failed");
    assert!(
        batch["error"]
            .as_str()
            .is_some_and(|error| error.contains("split it"))
    );
    assert_eq!(sums(&client, &company), expected);
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).expect("memory takes bytes");
    encoder.finish().expect("memory takes bytes")
}

#[test]
fn what_is_no_table_is_refused_in_words() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let path = format!("/api/ingest/v1/batches?company={company}&kind=sales");
    let csv_type = [("content-type", "text/csv")];
    let headers_only = csv(&[]);
    for (body, status, kind, word) in [
        (&b""[..], 422, "unreadable-file", "empty"),
        (headers_only.as_bytes(), 422, "unreadable-file", "no rows"),
        (b"PK\x03\x04orders.csv", 422, "unreadable-file", "zip"),
        (b"\x89PNG\r\n\x1a\n0000", 422, "unreadable-file", "image"),
        (b"no columns here", 422, "unreadable-file", "columns"),
        (b"a,b\n1,2\n", 422, "unreadable-file", "order_date"),
    ] {
        let answer = client.post(&path, &csv_type, body);
        assert_eq!((answer.status, answer.problem().as_str()), (status, kind));
        assert!(answer.text().contains(word), "{}", answer.text());
    }
    let good = csv(&[line("2026-11-02", "n11", 1, 1, 0, 1, 1, 0)]);
    for (path, headers, status) in [
        (path.as_str(), &[("content-type", "image/png")][..], 415),
        (
            path.as_str(),
            &[("content-type", "text/csv"), ("content-encoding", "br")],
            415,
        ),
        (path.as_str(), &[("meschain-import-spec", "%%%")], 400),
        (path.as_str(), &[("meschain-import-spec", "e30")], 400),
        (&path.replace("sales", "songs"), &[], 400),
        ("/api/ingest/v1/batches", &[], 400),
    ] {
        let answer = client.post(path, headers, good.as_bytes());
        assert_eq!(answer.status, status, "{headers:?}");
        answer.problem();
    }
    let answer = announced(&edge, &client, &company, (16 << 20) + 1);
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    assert!(answer.contains("\"too-large\""), "{answer}");
    let list = client.get(&format!("/api/ingest/v1/batches?company={company}&limit=0"));
    assert_eq!(list.problem(), "bad-request");
    let list = client
        .get(&format!("/api/ingest/v1/batches?company={company}"))
        .json();
    assert_eq!(list["batches"], serde_json::json!([]));
}

/// Opens a connection and sends the head of an upload.
fn announce(edge: &Edge, client: &Client, company: &str, length: usize) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", edge.port)).expect("a connection");
    let head = format!(
        "POST /api/ingest/v1/batches?company={company}&kind=sales HTTP/1.1\r\nhost: localhost\r\n\
         content-type: text/csv\r\ncookie: {}\r\ncontent-length: {length}\r\n\r\n",
        client.header("cookie").unwrap_or_default(),
    );
    stream.write_all(head.as_bytes()).expect("the head is sent");
    stream
}

/// What is answered to the head alone, before any of the body is sent.
fn announced(edge: &Edge, client: &Client, company: &str, length: usize) -> String {
    let mut stream = announce(edge, client, company, length);
    let patience = stream.set_read_timeout(Some(edge_tests::PATIENCE));
    patience.expect("a connection takes a time limit");
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let mut part = [0; 4_096];
        let count = stream.read(&mut part).expect("an answer");
        assert!(count > 0, "{}", String::from_utf8_lossy(&answer));
        answer.extend_from_slice(&part[..count]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn an_upload_that_is_cut_leaves_nothing() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let file = csv(&lines(2_000).0);
    let mut stream = announce(&edge, &client, &company, file.len());
    let half = file.as_bytes().split_at(file.len() / 2).0;
    stream.write_all(half).expect("half of the body is sent");
    drop(stream);
    let path = format!("/api/ingest/v1/batches?company={company}");
    assert_eq!(client.get(&path).json()["batches"], serde_json::json!([]));
    let batch = client.import_and_wait(&company, "sales", &file);
    assert_eq!(counts(&batch), [2_000, 2_000, 0, 0, 182, 0]);
}

#[test]
fn a_manifest_is_sent_once() {
    let edge = Edge::start();
    let (client, company) = edge.company("Acme");
    let (lines, _) = lines(2_000);
    client.import_and_wait(&company, "sales", &csv(&lines));
    let path = format!("/api/sync/v1/manifest?company={company}");
    let first = client.get(&path);
    let tag = first.header("etag").expect("a tag").to_owned();
    let again = client.send("GET", &path, &[("if-none-match", &tag)], b"");
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    assert_eq!(again.header("etag"), Some(tag.as_str()));
    let old = client.send("GET", &path, &[("if-none-match", "\"0\"")], b"");
    assert_eq!((old.status, &old.bytes), (200, &first.bytes));
    let packed = client.send("GET", &path, &[("accept-encoding", "gzip")], b"");
    assert_eq!(packed.header("content-encoding"), Some("gzip"));
    assert!(packed.bytes.len() < first.bytes.len() / 2);

    let blob = manifest(&client, &company)
        .segments
        .first()
        .expect("a segment")
        .hash;
    let blob = client.get(&format!("/api/sync/v1/blobs/{blob}?company={company}"));
    assert!(
        blob.header("cache-control")
            .is_some_and(|it| it.contains("immutable"))
    );
}
