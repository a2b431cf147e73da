//! Reading whole files and their chunks.

use ingest::{Context, ImportSpec, IngestError, Outcome, Reader, Reason, Report, Splitter, sniff};
use kernel::TenantId;
use model::profile::TenantProfile;
use model::record::{Record, SalesRecord};

pub(crate) const HEADER: &str = "order_date,order_id,line_id,sku,quantity,unit_price\n";
pub(crate) const LINE: &str = "2026-03-01,A-1,1,SKU-1,2,10.50\n";

pub(crate) fn profile() -> TenantProfile {
    TenantProfile::new(TenantId::new("acme").unwrap(), "Acme")
}

pub(crate) fn context() -> Context {
    Context::new(&profile(), "2026-11-23".parse().unwrap())
}

/// Guesses and reads a file in steps; gives its records and its report.
pub(crate) fn read_in(
    bytes: &[u8],
    step: usize,
) -> Result<(Vec<SalesRecord>, Report), IngestError> {
    let sniffed = sniff(
        bytes.get(..bytes.len().min(ingest::HEAD_BYTES)).unwrap(),
        &profile(),
    )?;
    read_by(bytes, step, &sniffed.spec)
}

pub(crate) fn read_by(
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

pub(crate) fn read(text: &str) -> Result<(Vec<SalesRecord>, Report), IngestError> {
    read_in(text.as_bytes(), 4096)
}

pub(crate) fn reasons(text: &str) -> Vec<(u64, Reason, String)> {
    let (_, report) = read(text).unwrap();
    report
        .examples
        .into_iter()
        .map(|row| (row.line, row.reason, row.column))
        .collect()
}

/// Chunks of a file, read back.
pub(crate) fn split(bytes: &[u8], spec: &ImportSpec) -> (Vec<SalesRecord>, Report) {
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
