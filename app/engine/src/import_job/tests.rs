//! Tests of the module above.

use super::*;
use kernel::TenantId;
use model::profile::TenantProfile;

const CSV: &[u8] = b"order_date,order_id,sku,quantity,unit_price\n\
    2026-11-01,A1,SKU-1,2,10.50\n2026-11-02,A2,SKU-2,x,10.50\n";

fn profile() -> TenantProfile {
    TenantProfile::new(TenantId::new("acme").unwrap(), "Acme")
}

fn context() -> Context {
    Context::new(&profile(), crate::sample::day("2026-11-23"))
}

fn job() -> ImportJob {
    let spec = ingest::sniff(CSV, &profile()).unwrap().spec;
    ImportJob::new(
        "orders.csv",
        CSV.len() as u64,
        Timestamp::from_millis(1_000),
        spec,
    )
}

fn report(taken: u64, rejected_line: u64) -> Report {
    let mut report = Report::default();
    for _ in 0..taken {
        report.take(crate::sample::day("2026-11-01"), false, false);
    }
    report.reject(Rejected {
        line: rejected_line,
        reason: ingest::Reason::NotANumber,
        column: "quantity".into(),
        value: "=1+1".into(),
    });
    report
}

#[test]
fn goes_through_its_stages_and_survives_being_saved() {
    let mut job = job();
    assert_eq!(job.stage_now(), ImportStage::Reading);
    for text in [&b"a"[..], b"b"] {
        job.stage(text, 3, 100);
    }
    job.read(CSV.len() as u64, &report(4, 3), &Report::default());
    job.staged_whole();
    assert_eq!(job.stage_now(), ImportStage::Sending);
    assert_eq!((job.unsent(), job.unsent_bytes()), (2, 200));
    // Killed while sending the first chunk.
    assert_eq!(job.outbox.take_next(), Some(0));
    let mut job: ImportJob = serde_json::from_str(&serde_json::to_string(&job).unwrap()).unwrap();
    assert_eq!(
        job.interrupted().map(|it| (it.staged, it.chunks_unsent)),
        Some((true, 2))
    );
    job.outbox.resume();
    for batch in ["b0", "b1"] {
        let index = job.outbox.take_next().unwrap();
        job.outbox.acknowledged(index, batch).unwrap();
    }
    assert_eq!(job.stage_now(), ImportStage::Processing);
    job.taken_in(0, "b0", &report(2, 9));
    job.taken_in(0, "b0", &report(2, 9));
    job.taken_in(1, "b1", &report(2, 3));
    assert_eq!(job.stage_now(), ImportStage::Syncing);
    let ImportEnd::Done(told) = job.finish(Timestamp::from_millis(3_500)).clone() else {
        panic!("{:?}", job.end);
    };
    assert_eq!(
        (told.rows, told.taken, told.rejected, told.duplicates),
        (6, 4, 2, 0)
    );
    assert_eq!(
        told.examples.iter().map(|it| it.line).collect::<Vec<_>>(),
        [3, 9]
    );
    assert_eq!(told.reasons.get("not-a-number"), Some(&2));
    assert_eq!(told.duration_millis, 2_500);
    assert_eq!(job.interrupted(), None);
}

#[test]
fn a_refused_chunk_fails_the_import() {
    let mut job = job();
    job.stage(b"a", 3, 100);
    job.staged_whole();
    job.outbox.take_next();
    job.outbox.failed(0, "status 413: too large").unwrap();
    let end = job.finish(Timestamp::from_millis(2_000));
    assert!(matches!(end, ImportEnd::Failed(failure) if failure.text.contains("413")));
}

#[test]
fn importing_a_file_again_is_new_work_but_a_chunk_is_sent_under_one_key() {
    let mut first = job();
    let again = first.clone();
    first.stage(b"a", 1, 1);
    let mut same = again;
    same.stage(b"a", 1, 1);
    assert_eq!(first.outbox.chunks[0].key, same.outbox.chunks[0].key);
    let mut later = ImportJob::new("orders.csv", 5, Timestamp::from_millis(2_000), first.spec);
    later.stage(b"a", 1, 1);
    assert_ne!(first.outbox.chunks[0].key, later.outbox.chunks[0].key);
}

#[test]
fn a_preview_says_what_is_missing_or_what_would_be_rejected() {
    let sniffed = ingest::sniff(CSV, &profile()).unwrap();
    let spec = sniffed.spec.clone();
    let told = preview_of("a.csv", 9, CSV, sniffed.clone(), spec.clone(), &context()).unwrap();
    assert_eq!(told.missing, Vec::<String>::new());
    let trial = told.trial.unwrap();
    assert_eq!((trial.rows, trial.taken, trial.rejected), (2, 1, 1));
    let reason = trial.samples[1]
        .rejected
        .as_ref()
        .map(|it| it.reason.clone());
    assert_eq!(reason.as_deref(), Some("not-a-number"));
    let mut without = spec;
    without.mapping.remove("sku");
    let told = preview_of("a.csv", 9, CSV, sniffed, without, &context()).unwrap();
    assert_eq!((told.missing, told.trial), (vec!["sku".to_owned()], None));
}

#[test]
fn a_preview_warns_of_what_is_assumed_until_it_is_corrected() {
    let rows = "order_date;order_id;sku;quantity;unit_price\n\
        02/03/2026;A;çğıöşü?;1;1.299\n11/12/2025;B;S;1;12\n";
    let mut head = rows.as_bytes().to_vec();
    let damaged = rows.find('?').unwrap();
    head[damaged] = 0xff;
    let sniffed = ingest::sniff(&head, &profile()).unwrap();
    let guessed = sniffed.spec.clone();
    let warnings = |spec: &ImportSpec| {
        let (sniffed, spec) = (sniffed.clone(), spec.clone());
        let told = preview_of("a.csv", 9, &head, sniffed, spec, &context()).unwrap();
        told.warnings
    };
    let doubt = |header: &str, example: &str| Doubt {
        header: header.to_owned(),
        example: example.to_owned(),
    };
    let number = FileWarning::DecimalMark(doubt("unit_price", "1.299"));
    let date = FileWarning::DateOrder(doubt("order_date", "02/03/2026"));
    let replaced = FileWarning::ReplacedCharacters { count: 1 };
    assert_eq!(
        warnings(&guessed),
        [number.clone(), date.clone(), replaced.clone()]
    );
    let mut spec = guessed.clone();
    spec.date_order = ingest::DateOrder::MonthFirst;
    assert_eq!(warnings(&spec), [number.clone(), replaced.clone()]);
    spec.decimal = ingest::DecimalMark::Point;
    assert_eq!(warnings(&spec), std::slice::from_ref(&replaced));
    // Without a trial the head's own count stands.
    spec.mapping.remove("sku");
    assert_eq!(warnings(&spec), [replaced]);
    let mut spec = guessed;
    spec.encoding = ingest::TextEncoding::Windows1254;
    assert_eq!(warnings(&spec), [number, date]);
}

#[test]
fn characters_that_were_replaced_are_in_the_report() {
    let mut job = job();
    let unreadable = Report {
        replaced_characters: 3,
        ..Report::default()
    };
    job.read(CSV.len() as u64, &Report::default(), &unreadable);
    job.staged_whole();
    let ImportEnd::Done(told) = job.finish(Timestamp::from_millis(2_000)).clone() else {
        panic!("{:?}", job.end);
    };
    assert_eq!(told.replaced_characters, 3);
    // A report that an earlier version kept has no such count.
    let mut kept = serde_json::to_value(&told).unwrap();
    kept.as_object_mut().unwrap().remove("replaced_characters");
    let kept: ImportReport = serde_json::from_value(kept).unwrap();
    assert_eq!(kept.replaced_characters, 0);
}

#[test]
fn headers_are_plain_ascii() {
    let mut job = job();
    job.file = "siparişler.csv".into();
    job.spec.channel = "çiçek".into();
    for header in [job.spec_header(), job.file_header()] {
        assert!(
            header
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
        );
    }
    let json = URL_SAFE_NO_PAD.decode(job.spec_header()).unwrap();
    let spec: ImportSpec = serde_json::from_slice(&json).unwrap();
    assert_eq!(spec, job.spec.normalised());
}

#[test]
fn trouble_with_a_file_has_its_kind() {
    let kind = |head: &[u8]| failure_of(ingest::sniff(head, &profile()).unwrap_err()).kind;
    assert_eq!(kind(b""), FailureKind::FileEmpty);
    assert_eq!(kind(b"order_id,sku\n"), FailureKind::FileEmpty);
    assert_eq!(
        kind(b"PK\x03\x04aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        FailureKind::FileType
    );
}
