//! The engine in a real browser: IndexedDB, synchronisation and imports against an edge that fails.

use std::collections::BTreeSet;
use std::rc::Rc;

use cube::query::{Query, Value};
use kernel::{DateRange, TenantId};
use model::metrics::MetricId;
use protocol::{Failure, FailureKind, ImportEnd, ImportStage};
use sync::content_hash;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

use crate::company::Company;
use crate::fake_edge::FakeEdge;
use crate::pack_tests::{all_blobs, fresh};
use crate::platform::clock;
use crate::platform::files::HandedFile;
use crate::platform::indexed_db::Database;
use crate::sample::{self, day};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

pub(crate) async fn open(id: &TenantId) -> Rc<Company> {
    Company::open(id, "").await.unwrap().0
}

pub(crate) fn company_of(id: &TenantId, sequence: u64, to: &str) -> (sync::Manifest, Vec<Vec<u8>>) {
    let (mut manifest, blobs) = sample::company(sequence, day("2026-09-01"), day(to));
    manifest.profile.id = id.clone();
    (manifest, blobs)
}

pub(crate) fn revenue(company: &Company, range: DateRange) -> Option<Value> {
    try_revenue(company, range).unwrap()
}

fn try_revenue(company: &Company, range: DateRange) -> Result<Option<Value>, Failure> {
    let query = Query::of(MetricId::NetRevenue, range);
    let answer = company.session.borrow().query(&query)?;
    Ok(answer.total.values[0])
}

pub(crate) fn expected(range: DateRange) -> Option<Value> {
    Some(Value::Whole(range.iter().map(sample::weekly_value).sum()))
}

pub(crate) fn end_of(company: &Company) -> Option<ImportEnd> {
    let end = company.imports.status()?.end?;
    Some(end.read().expect("what was written down"))
}

pub(crate) fn autumn(to: &str) -> DateRange {
    DateRange::new(day("2026-09-01"), day(to)).unwrap()
}

/// A CSV with `rows` good rows and one bad one, handed over as the page does.
pub(crate) fn csv(rows: usize) -> HandedFile {
    let mut text =
        String::from("order_date,order_id,sku,quantity,unit_price\n2026-11-01,bad,SKU,x,1\n");
    for row in 0..rows {
        text.push_str(&format!(
            "2026-11-{:02},A{row},SKU-{},1,9.90\n",
            row % 20 + 1,
            row % 50
        ));
    }
    let parts = js_sys::Array::of1(&text.into());
    let file = web_sys::File::new_with_str_sequence(&parts, "orders.csv").unwrap();
    HandedFile::from_value(&file.into()).unwrap()
}

pub(crate) async fn until(is_so: impl Fn() -> bool) {
    for _ in 0..6_000 {
        if is_so() {
            return;
        }
        clock::wait(10).await;
    }
    panic!("it did not come about in a minute");
}

pub(crate) fn stage_of(company: &Company) -> Option<ImportStage> {
    company.imports.status().map(|status| status.progress.stage)
}

#[wasm_bindgen_test]
async fn a_database_keeps_blobs_states_and_the_outbox() {
    let id = fresh("database").await;
    let database = Database::open(&id).await.unwrap();
    let (one, two) = (content_hash(b"one"), content_hash(b"two"));
    database.put_blob(one, b"one").await.unwrap();
    database.put_blob(two, b"two").await.unwrap();
    database.put_blob(two, b"two").await.unwrap();
    let names = database.blob_names().await.unwrap();
    assert_eq!(names, BTreeSet::from([one, two]));
    database.delete_blobs(&[one]).await.unwrap();
    assert_eq!(all_blobs(&database).await, [(two, b"two".to_vec())].into());
    assert_eq!(database.blob(one).await.unwrap(), None);
    database
        .put_states(&[("a", "1"), ("b", "ğ")])
        .await
        .unwrap();
    assert_eq!(database.state("b").await.unwrap().as_deref(), Some("ğ"));
    assert_eq!(database.state("c").await.unwrap(), None);
    database
        .put_job("{}", Some(("import", 3, b"chunk")))
        .await
        .unwrap();
    assert_eq!(
        database.chunk("import", 3).await.unwrap().as_deref(),
        Some(&b"chunk"[..])
    );
    database.clear().await.unwrap();
    assert_eq!(database.state("b").await.unwrap(), None);
    database.put_job_without("{1}", "import", 3).await.unwrap();
    assert_eq!(database.chunk("import", 3).await.unwrap(), None);
    assert_eq!(database.job().await.unwrap().as_deref(), Some("{1}"));
}

#[wasm_bindgen_test]
async fn what_was_synchronised_is_answered_offline_after_a_restart() {
    let id = fresh("offline").await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    edge.hold(manifest, blobs);
    let company = open(&id).await;
    assert_eq!(company.session.borrow().state().extent, None);
    company.synchronise().await.unwrap();
    assert_eq!(
        revenue(&company, autumn("2026-11-20")),
        expected(autumn("2026-11-20"))
    );
    // The same again costs one request.
    let before = edge.0.borrow().requests.len();
    company.synchronise().await.unwrap();
    assert_eq!(edge.0.borrow().requests.len(), before + 1);
    let as_of = company.session.borrow().as_of();
    company.close();

    edge.0.borrow_mut().is_offline = true;
    let company = open(&id).await;
    assert_eq!(
        revenue(&company, autumn("2026-11-20")),
        expected(autumn("2026-11-20"))
    );
    let failure = company.synchronise().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Offline);
    let state = company.session.borrow().state();
    assert!(state.offline && state.as_of == as_of && as_of.is_some());

    // Back online the month has grown: one new segment, the old one is forgotten.
    let (manifest, blobs) = company_of(&id, 2, "2026-11-22");
    let named = manifest.hashes();
    edge.hold(manifest, blobs);
    edge.0.borrow_mut().is_offline = false;
    edge.0.borrow_mut().requests.clear();
    company.synchronise().await.unwrap();
    assert_eq!(
        revenue(&company, autumn("2026-11-22")),
        expected(autumn("2026-11-22"))
    );
    assert_eq!(edge.0.borrow().requests.len(), 2);
    assert!(!company.session.borrow().state().offline);
    assert_eq!(company.database.blob_names().await.unwrap(), named);
}

#[wasm_bindgen_test]
async fn a_company_made_anew_under_its_name_replaces_the_old() {
    let id = fresh("anew").await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 9, "2026-11-20");
    edge.hold(manifest, blobs);
    let company = open(&id).await;
    company.synchronise().await.unwrap();
    // Other names under the same codes.
    let (mut manifest, mut blobs) = company_of(&id, 2, "2026-11-10");
    let mut channels = cube::Dictionary::new(model::schema::Dimension::Channel);
    channels.push(cube::Entry {
        key: "n11".into(),
        label: "N11".into(),
        parent: 0,
    });
    blobs[0] = channels.chunk_from(1).encode();
    manifest.dictionaries[0].hash = content_hash(&blobs[0]);
    edge.hold(manifest, blobs);
    company.synchronise().await.unwrap();
    let members = company
        .session
        .borrow()
        .members(model::schema::Dimension::Channel, "", 10);
    assert_eq!(
        members
            .iter()
            .map(|member| member.key.as_str())
            .collect::<Vec<_>>(),
        ["n11"]
    );
    assert_eq!(
        revenue(&company, autumn("2026-11-20")),
        expected(autumn("2026-11-10"))
    );
}

#[wasm_bindgen_test]
async fn damaged_blobs_are_fetched_again() {
    let id = fresh("damaged").await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    let november = manifest.segments[2].hash;
    edge.hold(manifest, blobs);
    let company = open(&id).await;
    company.synchronise().await.unwrap();
    company
        .database
        .put_blob(november, b"damaged")
        .await
        .unwrap();
    company.close();
    let company = open(&id).await;
    assert_eq!(company.session.borrow().state().segments, 2);
    company.synchronise().await.unwrap();
    assert_eq!(
        revenue(&company, autumn("2026-11-20")),
        expected(autumn("2026-11-20"))
    );
}

#[wasm_bindgen_test]
async fn what_does_not_bear_its_name_is_neither_shown_nor_kept() {
    let id = fresh("forged").await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    let (october, november) = (manifest.segments[1].hash, manifest.segments[2].hash);
    edge.hold(manifest, blobs);
    // A segment that opens well, but is another's.
    let right = {
        let mut state = edge.0.borrow_mut();
        let forged = state.blobs[&october].clone();
        state.blobs.insert(november, forged)
    };
    let company = open(&id).await;
    let failure = company.synchronise().await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Edge);
    assert_eq!(company.database.blob(november).await.unwrap(), None);
    let november_only = DateRange::new(day("2026-11-01"), day("2026-11-20")).unwrap();
    let withheld = try_revenue(&company, november_only).unwrap_err();
    assert_eq!(withheld.kind, FailureKind::NotHere);

    edge.0.borrow_mut().blobs.insert(november, right.unwrap());
    company.synchronise().await.unwrap();
    assert_eq!(revenue(&company, november_only), expected(november_only));
}

#[wasm_bindgen_test]
async fn every_row_of_a_file_is_accounted_for_though_answers_get_lost() {
    let id = fresh("import").await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    edge.hold(manifest, blobs);
    edge.0.borrow_mut().lost_answers = 1;
    let company = open(&id).await;
    let preview = company.sniff(csv(60_000)).await.unwrap();
    assert_eq!(preview.missing, Vec::<String>::new());
    company.import(None, preview.spec.clone()).await.unwrap();
    let busy = company.import(None, preview.spec).await.unwrap_err();
    assert_eq!(busy.kind, FailureKind::Busy);
    until(|| stage_of(&company) == Some(ImportStage::Ended)).await;
    let Some(ImportEnd::Done(report)) = end_of(&company) else {
        panic!("{:?}", company.imports.status());
    };
    assert_eq!(
        (report.rows, report.taken, report.rejected),
        (60_001, 60_000, 1)
    );
    assert_eq!(report.examples[0].line, 2);
    assert!(company.imports.rejected_csv().contains("not-a-number"));
    let edge = edge.0.borrow();
    // The chunk whose answer was lost arrived twice under one key.
    let posts = edge
        .requests
        .iter()
        .filter(|request| request.starts_with("POST"))
        .count();
    assert_eq!((edge.batches.len(), posts), (3, 4));
}

#[wasm_bindgen_test]
async fn a_killed_tab_goes_on_with_what_was_staged() {
    let id = fresh("killed").await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    edge.hold(manifest, blobs);
    let company = open(&id).await;
    edge.0.borrow_mut().is_offline = true;
    let preview = company.sniff(csv(30_000)).await.unwrap();
    company.import(None, preview.spec).await.unwrap();
    until(|| stage_of(&company) == Some(ImportStage::Sending)).await;
    until(|| {
        company
            .imports
            .status()
            .is_some_and(|status| status.progress.waiting)
    })
    .await;
    // Nothing of this company runs on: as if the tab were killed.
    company.close();
    until(|| !company.imports.is_running()).await;
    drop(company);

    let (company, opened) = Company::open(&id, "").await.unwrap();
    let interrupted = opened.interrupted.unwrap();
    assert!(interrupted.staged);
    assert_eq!(interrupted.chunks_unsent, 2);
    assert_eq!(
        company.clear_storage().await.unwrap_err().kind,
        FailureKind::Busy
    );
    edge.0.borrow_mut().is_offline = false;
    company.resume_import().await;
    let Some(ImportEnd::Done(report)) = end_of(&company) else {
        panic!("{:?}", company.imports.status());
    };
    assert_eq!(
        (report.rows, report.taken, report.rejected),
        (30_001, 30_000, 1)
    );
    assert_eq!(edge.0.borrow().batches.len(), 2);
    assert_eq!(company.imports.interrupted(), None);
    // Opened again, the report is still there and nothing is sent again.
    let posts = edge.0.borrow().requests.len();
    company.close();
    let company = open(&id).await;
    company.resume_import().await;
    assert_eq!(edge.0.borrow().requests.len(), posts);
    assert_eq!(stage_of(&company), Some(ImportStage::Ended));
}

#[wasm_bindgen_test]
async fn a_cancelled_import_ends_and_another_may_start() {
    let id = fresh("cancelled").await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    edge.hold(manifest, blobs);
    edge.0.borrow_mut().is_slow = true;
    let company = open(&id).await;
    let preview = company.sniff(csv(100)).await.unwrap();
    company.import(None, preview.spec.clone()).await.unwrap();
    until(|| stage_of(&company) == Some(ImportStage::Processing)).await;
    company.cancel_import().await.unwrap();
    until(|| stage_of(&company) == Some(ImportStage::Ended)).await;
    until(|| !company.imports.is_running()).await;
    let end = end_of(&company);
    assert!(matches!(end, Some(ImportEnd::Cancelled(_))), "{end:?}");
    edge.0.borrow_mut().is_slow = false;
    company.import(None, preview.spec).await.unwrap();
    until(|| stage_of(&company) == Some(ImportStage::Ended)).await;
    let end = end_of(&company);
    assert!(
        matches!(&end, Some(ImportEnd::Done(report)) if report.taken == 100),
        "{end:?}"
    );
}

#[wasm_bindgen_test]
async fn files_that_are_no_tables_are_refused() {
    let id = fresh("files").await;
    FakeEdge::install();
    let company = open(&id).await;
    let file = |text: &str| {
        let parts = js_sys::Array::of1(&text.into());
        HandedFile::from_value(
            &web_sys::File::new_with_str_sequence(&parts, "x")
                .unwrap()
                .into(),
        )
        .unwrap()
    };
    for (text, kind) in [
        ("", FailureKind::FileEmpty),
        ("order_id,sku\n", FailureKind::FileEmpty),
        ("PK\u{3}\u{4}................", FailureKind::FileType),
    ] {
        assert_eq!(
            company.sniff(file(text)).await.unwrap_err().kind,
            kind,
            "{text}"
        );
    }
}
