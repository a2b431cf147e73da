//! UCI Online Retail (CC BY 4.0) against `tests/conformance/uci_online_retail.py`, which shares no code
//! with this project: an excerpt that lies beside it, and the whole file where it is at hand. The
//! script's figures are kept as JSON; where Python is at hand they are computed again.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its data should fail there"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use ingest::{Context, HEAD_BYTES, Outcome, Preset, Reader, Reason, Report, sniff};
use kernel::TenantId;
use model::fx::FxRate;
use model::profile::TenantProfile;
use model::record::Record;
use model::schema::{DataSet, Measure};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

#[test]
fn an_excerpt_reads_as_python_reads_it() {
    let folder = root().join("tests/conformance");
    let report = conforms(
        &folder.join("uci_online_retail_excerpt.csv"),
        "uci_online_retail_excerpt.json",
    );
    let of = |reason| report.reasons.get(&reason).copied();
    assert_eq!(of(Reason::Adjustment), Some(3));
    assert_eq!(of(Reason::StockAdjustment), Some(2));
    assert!(report.duplicates > 0 && report.returns > 0);
}

#[test]
fn the_whole_file_reads_as_python_reads_it() {
    let file = root().join("../shared/data/orders/online_retail.csv.gz");
    if file.exists() {
        conforms(&file, "uci_online_retail.json");
    } else {
        println!("{} is not here; the excerpt is tested", file.display());
    }
}

/// Reads a file and compares it with what Python finds there; gives what became of its rows.
fn conforms(file: &Path, kept: &str) -> Report {
    let bytes = std::fs::read(file).unwrap();
    let expected = oracle(file, kept);

    let mut profile = TenantProfile::new(TenantId::new("uci").unwrap(), "UCI");
    profile.currency = "GBP".parse().unwrap();
    let spec = sniff(bytes.get(..HEAD_BYTES.min(bytes.len())).unwrap(), &profile)
        .unwrap()
        .spec;
    assert_eq!(spec.preset, Some(Preset::UciOnlineRetail));
    let context = Context::new(&profile, "2026-11-23".parse().unwrap());
    let mut reader = Reader::new(&spec, &context).unwrap();

    let rate = FxRate::identity(profile.currency);
    let net = DataSet::Sales
        .measures()
        .iter()
        .position(|measure| *measure == Measure::NetRevenueMinor)
        .unwrap();
    let mut lines = BTreeSet::new();
    let mut months: BTreeMap<String, i64> = BTreeMap::new();
    let mut report = Report::default();
    let mut sink = |outcome: Outcome| match outcome {
        Outcome::Rejected(rejected) => report.reject(rejected),
        Outcome::Record { record, .. } => {
            let Record::Sales(line) = *record else {
                unreachable!("the file holds order lines")
            };
            if !lines.insert(line.key.clone()) {
                return report.duplicate();
            }
            report.take(line.order_date, false, line.is_credit_note());
            let month = line.order_date.to_string()[..7].to_owned();
            *months.entry(month).or_default() += line.measures(&rate).unwrap()[net].unwrap();
        }
    };
    for part in bytes.chunks(1 << 16) {
        reader.push(part, &mut sink).unwrap();
    }
    reader.finish(&mut sink).unwrap();

    let count = |name: &str| expected[name].as_u64().unwrap();
    assert_eq!(report.rows, count("rows"));
    assert_eq!(report.taken, count("taken"));
    assert_eq!(report.duplicates, count("duplicates"));
    assert_eq!(report.rejected, count("rejected"));
    assert_eq!(report.returns, count("returns"));
    let found = serde_json::to_value(&months).unwrap();
    assert_eq!(found, expected["net_revenue_minor_by_month"]);
    report
}

fn oracle(file: &Path, kept_as: &str) -> serde_json::Value {
    let folder = root().join("tests/conformance");
    let kept = std::fs::read_to_string(folder.join(kept_as)).unwrap();
    let kept: serde_json::Value = serde_json::from_str(&kept).unwrap();
    let live = Command::new("python3")
        .arg(folder.join("uci_online_retail.py"))
        .arg(file)
        .output();
    match live {
        Ok(output) if output.status.success() => {
            let live: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!(live, kept, "tests/conformance/{kept_as} is out of date");
            live
        }
        _ => kept,
    }
}
