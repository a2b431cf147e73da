//! Blobs in packs, in a real browser: what is put together is read, forgotten and mended as if it lay loose.

use std::collections::{BTreeMap, BTreeSet};

use cube::query::{Query, Value};
use kernel::{DateRange, Hash256, TenantId};
use model::metrics::MetricId;
use protocol::FailureKind;
use sync::content_hash;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::company::Company;
use crate::fake_edge::FakeEdge;
use crate::platform::indexed_db::Database;
use crate::sample::{self, day};

/// A database that no test used before: each opens its own company.
pub(crate) async fn fresh(name: &str) -> TenantId {
    let id = TenantId::new(name).unwrap();
    rexie::Rexie::delete(&Database::name(&id)).await.unwrap();
    id
}

/// Every blob that a database gives, none of them twice.
pub(crate) async fn all_blobs(database: &Database) -> BTreeMap<Hash256, Vec<u8>> {
    let mut blobs = BTreeMap::new();
    let take = |name, bytes: std::sync::Arc<[u8]>| {
        assert_eq!(blobs.insert(name, bytes.to_vec()), None);
    };
    assert_eq!(database.read_blobs(take).await.unwrap(), []);
    blobs
}

fn blob(seed: u8) -> (Hash256, Vec<u8>) {
    let bytes = vec![seed; 40_000 + usize::from(seed)];
    (content_hash(&bytes), bytes)
}

#[wasm_bindgen_test]
async fn packed_blobs_are_as_loose_ones() {
    let id = fresh("packed").await;
    let database = Database::open(&id).await.unwrap();
    let mut expected = BTreeMap::new();
    for (name, bytes) in (0..70).map(blob) {
        database.put_blob(name, &bytes).await.unwrap();
        expected.insert(name, bytes);
    }
    let records = database.record_count().await.unwrap();
    assert_eq!(records, 70);
    database
        .pack((0..70).map(|seed| blob(seed).0))
        .await
        .unwrap();
    // 70 blobs of 40 KB in packs of a mebibyte, and the list of them.
    let records = database.record_count().await.unwrap();
    assert!((4..8).contains(&records), "{records}");
    assert_eq!(all_blobs(&database).await, expected);
    let names: BTreeSet<Hash256> = expected.keys().copied().collect();
    assert_eq!(database.blob_names().await.unwrap(), names);
    let held = database.blob(blob(33).0).await.unwrap();
    assert_eq!(held.as_deref(), Some(&blob(33).1[..]));

    let gone: Vec<Hash256> = (20..45).map(|seed| blob(seed).0).collect();
    database.delete_blobs(&gone).await.unwrap();
    expected.retain(|name, _| !gone.contains(name));
    assert_eq!(all_blobs(&database).await, expected);
    // A few lie loose until there are more of them.
    for (name, bytes) in (100..104).map(blob) {
        database.put_blob(name, &bytes).await.unwrap();
        expected.insert(name, bytes);
    }
    let before = database.record_count().await.unwrap();
    database.pack(std::iter::empty()).await.unwrap();
    assert_eq!(database.record_count().await.unwrap(), before);
    assert_eq!(all_blobs(&database).await, expected);
    database.clear().await.unwrap();
    assert_eq!(all_blobs(&database).await, BTreeMap::new());
}

#[wasm_bindgen_test]
async fn a_pack_that_was_cut_is_given_up_and_fetched_again() {
    let id = fresh("cut-pack").await;
    let database = Database::open(&id).await.unwrap();
    for (name, bytes) in (0..60).map(blob) {
        database.put_blob(name, &bytes).await.unwrap();
    }
    database
        .pack((0..60).map(|seed| blob(seed).0))
        .await
        .unwrap();
    database.cut_a_pack().await.unwrap();
    let mut read = BTreeSet::new();
    let gone = database
        .read_blobs(|name, _| assert!(read.insert(name)))
        .await;
    let gone = gone.unwrap();
    assert!(!gone.is_empty() && gone.len() + read.len() == 60);
    database.delete_blobs(&gone).await.unwrap();
    assert_eq!(database.blob_names().await.unwrap(), read);
    assert_eq!(all_blobs(&database).await.len(), read.len());
}

#[wasm_bindgen_test]
async fn a_column_that_turns_out_damaged_is_fetched_again() {
    let id = fresh("bad-column").await;
    let edge = FakeEdge::install();
    let (mut manifest, blobs) = sample::company(1, day("2026-09-01"), day("2026-11-20"));
    manifest.profile.id = id.clone();
    let november = (manifest.segments[2].hash, blobs[3].clone());
    edge.hold(manifest, blobs);
    let company = Company::open(&id, "").await.unwrap().0;
    company.synchronise().await.unwrap();
    // Its head is right, so that it opens; the last byte of its columns is not.
    let (name, mut bytes) = november;
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    company.database.put_blob(name, &bytes).await.unwrap();
    company.close();

    let company = Company::open(&id, "").await.unwrap().0;
    assert_eq!(company.session.borrow().state().segments, 3);
    let days = DateRange::new(day("2026-11-01"), day("2026-11-20")).unwrap();
    let ask = |metric| {
        let group_by = vec![model::schema::Dimension::Day];
        let query = Query {
            group_by,
            ..Query::of(metric, days)
        };
        company.session.borrow().query(&query)
    };
    let is_damaged = |metric: &MetricId| {
        let refused = ask(*metric).err();
        refused.is_some_and(|failure| failure.kind == FailureKind::Storage)
    };
    assert!(MetricId::ALL.iter().any(is_damaged));
    std::rc::Rc::clone(&company).mend().await;
    assert!(!MetricId::ALL.iter().any(is_damaged));
    let expected: i64 = days.iter().map(sample::weekly_value).sum();
    let total = ask(MetricId::NetRevenue).unwrap().total.values[0];
    assert_eq!(total, Some(Value::Whole(expected)));
}
