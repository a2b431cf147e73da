//! Files of any content, as people and programs send them: what the reader makes of one, apart from a panic, is
//! its own affair, but it must not depend on the pieces in which the file arrives. Used by the tests and by the
//! fuzz target.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use ingest::{Context, HEAD_BYTES, ImportSpec, IngestError, Outcome, Reader, preview, sniff};
use kernel::{Date, TenantId};
use model::profile::TenantProfile;

/// Files as they should be, in the dialects that are read.
pub const FILES: [&str; 4] = [
    "order_date,order_id,sku,quantity,unit_price,city\n2026-11-01,A1,SKU-1,2,10.50,Ankara\n\
     2026-11-02,A2,\"SKU \"\"2\"\"\",1,\"1,299.90\",\n2026-11-02,A3,SKU-3,x,5,İzmir\n",
    "Sipariş Tarihi;Sipariş No;Stok Kodu;Adet;Birim Fiyat\r\n01.11.2026 14:05;B1;K-1;3;1.299,90\r\n\
     02.11.2026;B2;K-2;1;12,5\r\n",
    "{\"order_date\":\"2026-11-01\",\"order_id\":\"C1\",\"sku\":\"S\",\"quantity\":1,\"unit_price\":9.5}\n\
     {\"order_date\":\"2026-11-02\",\"order_id\":\"C2\",\"sku\":\"S\",\"quantity\":2,\"unit_price\":\"19.99\"}\n",
    "[{\"order_date\":\"2026-11-01\",\"order_id\":\"D1\",\"lines\":[{\"sku\":\"S\",\"quantity\":1,\
     \"unit_price\":9.5}]},{\"order_id\":null}]",
];

/// What any input is put through: the rest of it as a file, or one of [`FILES`] with changes of three bytes each
/// (where, and to what), plain, packed, or packed and then changed.
pub fn run(input: &[u8]) {
    let Some((&choice, rest)) = input.split_first() else {
        return;
    };
    let own = || FILES[usize::from(choice) % FILES.len()].as_bytes().to_vec();
    let file = match choice / 64 {
        0 => rest.to_vec(),
        1 => changed(own(), rest),
        2 => packed(&changed(own(), rest)),
        _ => changed(packed(&own()), rest),
    };
    survive(&file, usize::from(choice));
}

fn changed(mut file: Vec<u8>, changes: &[u8]) -> Vec<u8> {
    for change in changes.chunks_exact(3).take(8) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % file.len();
        file[at] = change[2];
    }
    file
}

fn packed(file: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(file).expect("into memory");
    encoder.finish().expect("into memory")
}

/// How many rows of a file became records; `None` where nothing could be made of it.
pub fn survive(file: &[u8], cut: usize) -> Option<usize> {
    let profile = TenantProfile::new(TenantId::new("acme").expect("an id"), "Acme");
    let today = Date::from_ymd(2026, 11, 23).expect("a date");
    let context = Context::new(&profile, today);
    let head = file.get(..HEAD_BYTES).unwrap_or(file);
    let spec = sniff(head, &profile).ok()?.spec;
    let _: Result<ingest::Preview, IngestError> = preview(head, &spec, &context);
    let whole = read(&spec, &context, [file, &[]])?;
    let cut = cut.min(file.len());
    let in_pieces = read(&spec, &context, [&file[..cut], &file[cut..]])?;
    assert_eq!(whole, in_pieces, "in pieces of {cut} bytes and the rest");
    let is_record = |outcome: &&Outcome| matches!(outcome, Outcome::Record { .. });
    Some(whole.0.iter().filter(is_record).count())
}

/// What became of the rows, and why there are no more.
type Told = (Vec<Outcome>, Option<IngestError>);

fn read(spec: &ImportSpec, context: &Context, pieces: [&[u8]; 2]) -> Option<Told> {
    let mut reader = Reader::new(spec, context).ok()?;
    let mut outcomes = Vec::new();
    let mut sink = |outcome: Outcome| outcomes.push(outcome);
    let mut pushed = Ok(());
    for piece in pieces {
        pushed = pushed.and_then(|()| reader.push(piece, &mut sink));
    }
    let end = pushed.and_then(|()| reader.finish(&mut sink));
    Some((outcomes, end.err()))
}
