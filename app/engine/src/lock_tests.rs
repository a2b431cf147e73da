//! The lock in a real browser: what is sealed, what opens it, and what is left when a device is killed.

use std::rc::Rc;

use kernel::TenantId;
use protocol::{FailureKind, ImportEnd, ImportStage, Lock, LockKey, LockPhase, SetLock};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::browser_tests::{
    autumn, company_of, csv, end_of, expected, open, revenue, stage_of, until,
};
use crate::company::Company;
use crate::envelope;
use crate::fake_edge::FakeEdge;
use crate::kept::state_names;
use crate::pack_tests::fresh;
use crate::platform::cipher::Key;
use crate::platform::indexed_db::{Database, StorageError};

async fn key() -> Key {
    Key::of(&[9; 32]).await
}

/// A lock as the page makes it, for passkeys of these ids.
fn lock_text(phase: LockPhase, ids: &[&str]) -> String {
    let passkey = |id: &&str| LockKey {
        id: (*id).to_owned(),
        name: format!("Phone of {id}"),
        salt: "c2FsdA".to_owned(),
        wrapped: "d3JhcHBlZA".to_owned(),
    };
    let lock = Lock {
        phase,
        salt: "c2FsdA".to_owned(),
        keys: ids.iter().map(passkey).collect(),
    };
    lock.to_text()
}

/// The lock of now with another phase.
fn change(company: &Company, phase: LockPhase, ids: &[&str]) -> SetLock {
    SetLock {
        company: company.session.borrow().company().clone(),
        from: company.database.lock().unwrap_or_default(),
        to: lock_text(phase, ids),
    }
}

async fn lock_it(company: &Rc<Company>) {
    let set = change(company, LockPhase::Sealing, &["one"]);
    company.set_lock(set, Some(key().await)).await.unwrap();
}

fn lock_of(company: &Company) -> Lock {
    Lock::read(&company.database.lock().unwrap()).unwrap()
}

/// A company that holds three months and is locked by the passkey "one".
async fn locked(name: &str) -> (TenantId, Rc<Company>, FakeEdge) {
    let (id, company, edge) = held(name).await;
    lock_it(&company).await;
    assert_eq!(lock_of(&company).phase, LockPhase::Sealing);
    until_settled(&company).await;
    assert_eq!(lock_of(&company).phase, LockPhase::Sealed);
    (id, company, edge)
}

async fn held(name: &str) -> (TenantId, Rc<Company>, FakeEdge) {
    let id = fresh(name).await;
    let edge = FakeEdge::install();
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    edge.hold(manifest, blobs);
    let company = open(&id).await;
    company.synchronise().await.unwrap();
    (id, company, edge)
}

async fn until_settled(company: &Company) {
    let is_settled = || {
        let lock = company.database.lock();
        let is_sealed = |lock: String| Lock::read(&lock).unwrap().phase == LockPhase::Sealed;
        !company.is_renewing.get() && lock.is_none_or(is_sealed)
    };
    until(is_settled).await;
}

/// Opens a company as after a cold start.
async fn unlocked(id: &TenantId) -> Rc<Company> {
    let database = Database::open(id).await.unwrap();
    assert!(database.is_locked());
    database.unlock(key().await);
    Company::open_kept(database, id, "").await.unwrap().0
}

/// Records and packed blobs that are in the clear, by name; the lock and the list of packs always are. A pack begins
/// with its first blob.
async fn clear_records(database: &Database) -> Vec<String> {
    let is_clear = |bytes: &[u8]| envelope::read(bytes, bytes.len()) == Ok(None);
    let records = database.stored().await.unwrap().into_iter();
    let sealable = records.filter(|(store, name, _)| match *store {
        "blobs" => name != "packs",
        "state" => name != "lock",
        _ => true,
    });
    let single = sealable.map(|(store, name, bytes)| (format!("{store} {name}"), bytes));
    let packed = database.packed().await.unwrap().into_iter();
    let packed = packed.map(|(name, bytes)| (format!("packed {name}"), bytes));
    let clear = single.chain(packed).filter(|(_, bytes)| is_clear(bytes));
    clear.map(|(name, _)| name).collect()
}

async fn tells(database: &Database, word: &str) -> bool {
    let records = database.stored().await.unwrap();
    let is_in = |bytes: &[u8]| {
        bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    };
    records.iter().any(|(_, _, bytes)| is_in(bytes))
}

#[wasm_bindgen_test]
async fn nothing_of_a_locked_company_is_in_the_clear_and_its_passkey_opens_it_offline() {
    let (id, company, edge) = held("locked").await;
    assert!(tells(&company.database, "Acme").await);
    assert!(!clear_records(&company.database).await.is_empty());
    company
        .database
        .put_states(&[(state_names::FORECASTS, "Acme")])
        .await
        .unwrap();
    // A pack of a list that was lost.
    let stray = company.database.put_as_is("blobs", "pack-99", b"Acme");
    stray.await.unwrap();
    lock_it(&company).await;
    until_settled(&company).await;
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    for word in ["Acme", "Trendyol", "trendyol"] {
        assert!(!tells(&company.database, word).await, "{word}");
    }
    // What comes later is sealed too.
    let (manifest, blobs) = company_of(&id, 2, "2026-11-22");
    edge.hold(manifest, blobs);
    company.synchronise().await.unwrap();
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    company.close();

    edge.0.borrow_mut().is_offline = true;
    let refused = Company::open(&id, "").await.err().unwrap();
    assert_eq!(refused.kind, FailureKind::Locked);
    let company = unlocked(&id).await;
    let days = autumn("2026-11-22");
    assert_eq!(revenue(&company, days), expected(days));
    let forecasts = company.database.state(state_names::FORECASTS).await;
    assert_eq!(forecasts.unwrap().as_deref(), Some("Acme"));
}

#[wasm_bindgen_test]
async fn a_device_that_is_killed_while_it_seals_or_opens_goes_on() {
    let (id, company, edge) = held("half-sealed").await;
    edge.0.borrow_mut().is_offline = true;
    // Killed after the lock lay there, before anything was sealed; one state was written since.
    let lock = lock_text(LockPhase::Sealing, &["one"]);
    let (database, key) = (&company.database, key().await);
    database.set_lock(Some(lock), Some(key)).await.unwrap();
    company
        .database
        .put_states(&[(state_names::ETAG, "new")])
        .await
        .unwrap();
    company.close();
    let days = autumn("2026-11-20");
    let company = unlocked(&id).await;
    assert_eq!(lock_of(&company).phase, LockPhase::Sealing);
    assert_eq!(revenue(&company, days), expected(days));
    assert!(!clear_records(&company.database).await.is_empty());
    assert!(company.renew().await.unwrap());
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    let etag = company.database.state(state_names::ETAG).await.unwrap();
    assert_eq!(etag.as_deref(), Some("new"));

    // Opened again, and killed before it was.
    company.is_renewing.set(true);
    let off = change(&company, LockPhase::Opening, &["one"]);
    let refused = company.set_lock(off.clone(), None).await;
    assert_eq!(refused.unwrap_err().kind, FailureKind::Busy);
    company.is_renewing.set(false);
    company.database.set_lock(Some(off.to), None).await.unwrap();
    company.close();
    let company = unlocked(&id).await;
    assert_eq!(revenue(&company, days), expected(days));
    assert!(company.renew().await.unwrap());
    assert_eq!(company.database.lock(), None);
    assert!(tells(&company.database, "Acme").await);
    company.close();
    let company = open(&id).await;
    assert_eq!(revenue(&company, days), expected(days));
}

#[wasm_bindgen_test]
async fn another_tab_neither_reads_nor_writes_past_a_new_lock() {
    let (id, first, _edge) = held("two-tabs").await;
    let second = open(&id).await;
    lock_it(&first).await;
    until_settled(&first).await;
    let written = second.database.put_states(&[("etag", "Acme")]).await;
    assert_eq!(written, Err(StorageError::Changed));
    let read = second.database.state("etag").await;
    assert_eq!(read, Err(StorageError::Changed));
    let named = second.database.blob_names().await;
    assert_eq!(named.err(), Some(StorageError::Changed));
    let refused = second.synchronise().await;
    assert_eq!(refused.unwrap_err().kind, FailureKind::Locked);
    let set = change(&second, LockPhase::Sealing, &["two"]);
    let refused = second.set_lock(set, Some(key().await)).await;
    assert_eq!(refused.unwrap_err().kind, FailureKind::Locked);
    assert_eq!(clear_records(&first.database).await, [""; 0]);
    assert_eq!(lock_of(&first).keys.len(), 1);
}

#[wasm_bindgen_test]
async fn damaged_moved_and_planted_records_are_fetched_again() {
    let (id, company, edge) = locked("tampered").await;
    let (manifest, blobs) = company_of(&id, 1, "2026-11-20");
    let (october, november) = (manifest.segments[1].hash, manifest.segments[2].hash);
    let sealed = |company: &Rc<Company>, name: String| {
        let company = Rc::clone(company);
        async move {
            let (database, blob) = (&company.database, name.parse().unwrap());
            let bytes = database.blob(blob).await.unwrap().unwrap();
            // From the pack it was in, so that it lies loose only.
            database.delete_blobs(&[blob]).await.unwrap();
            database.put_blob(blob, &bytes).await.unwrap();
            let mut stored = database.stored().await.unwrap().into_iter();
            stored.find(|(_, own, _)| *own == name).unwrap().2
        }
    };
    let right = sealed(&company, november.to_string()).await;
    let other = sealed(&company, october.to_string()).await;
    let mut damaged = right.clone();
    let last = damaged.len() - 1;
    damaged[last] ^= 1;
    let mut newer = right.clone();
    newer[4] = 2;
    // The clear bytes are those of November, so that nothing but their being clear tells against them.
    let planted = blobs[3].clone();
    company.close();
    let days = autumn("2026-11-20");
    for bytes in [damaged, other, newer, planted] {
        let database = &company.database;
        database
            .put_as_is("blobs", &november.to_string(), &bytes)
            .await
            .unwrap();
        let company = unlocked(&id).await;
        assert_eq!(company.session.borrow().state().segments, 2);
        edge.0.borrow_mut().requests.clear();
        company.synchronise().await.unwrap();
        assert_eq!(revenue(&company, days), expected(days));
        let asked = edge
            .0
            .borrow()
            .requests
            .iter()
            .filter(|it| it.contains(&november.to_string()))
            .count();
        assert_eq!(asked, 1);
        assert_eq!(clear_records(&company.database).await, [""; 0]);
        company.close();
    }
    // A state that was put there by somebody else is as if it were not there.
    company
        .database
        .put_as_is("state", state_names::MANIFEST, b"{}")
        .await
        .unwrap();
    let company = unlocked(&id).await;
    assert_eq!(company.session.borrow().state().segments_listed, 0);
    company.synchronise().await.unwrap();
    assert_eq!(revenue(&company, days), expected(days));
}

#[wasm_bindgen_test]
async fn a_lock_that_cannot_be_read_stays_shut_and_can_be_forgotten() {
    let (id, company, _edge) = locked("bad-lock").await;
    company.close();
    for text in ["", "meschain-lock 2\nsealed\n", "damaged"] {
        let database = &company.database;
        database
            .set_lock(Some(text.to_owned()), None)
            .await
            .unwrap();
        let database = Database::open(&id).await.unwrap();
        assert!(database.is_locked());
        let refused = Company::open_kept(database, &id, "").await.err().unwrap();
        assert_eq!(refused.kind, FailureKind::Locked, "{text:?}");
    }
    Database::forget_all(Some(&id)).await.unwrap();
    let company = open(&id).await;
    assert_eq!(company.database.lock(), None);
    company.synchronise().await.unwrap();
    let days = autumn("2026-11-20");
    assert_eq!(revenue(&company, days), expected(days));
}

#[wasm_bindgen_test]
async fn a_lock_changes_only_from_what_it_is_and_to_what_opens_again() {
    let (id, company, _edge) = held("changed-lock").await;
    let sealing = change(&company, LockPhase::Sealing, &["one"]);
    let refused = company.set_lock(sealing.clone(), None).await;
    assert_eq!(refused.unwrap_err().kind, FailureKind::BadQuestion);
    lock_it(&company).await;
    until_settled(&company).await;
    let sealed = |ids| change(&company, LockPhase::Sealed, ids);
    let busy = company.set_lock(sealing, Some(key().await)).await;
    assert_eq!(busy.unwrap_err().kind, FailureKind::Busy);
    let other_key = Key::of(&[1; 32]).await;
    let damaged = SetLock {
        to: "damaged".to_owned(),
        ..sealed(&["one"])
    };
    let misdirected = SetLock {
        company: TenantId::new("demo").unwrap(),
        ..sealed(&["one"])
    };
    for (set, key) in [
        (misdirected, None),
        (sealed(&[]), None),
        (sealed(&["one"]), Some(other_key)),
        (damaged, None),
    ] {
        let refused = company.set_lock(set, key).await;
        assert_eq!(refused.unwrap_err().kind, FailureKind::BadQuestion);
    }
    let both = sealed(&["one", "two"]);
    company.set_lock(both, None).await.unwrap();
    until_settled(&company).await;
    assert_eq!(lock_of(&company).keys.len(), 2);
    // Clearing keeps the lock.
    company.clear_storage().await.unwrap();
    company.synchronise().await.unwrap();
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    company.close();
    let days = autumn("2026-11-20");
    let company = unlocked(&id).await;
    assert_eq!(revenue(&company, days), expected(days));
    let off = change(&company, LockPhase::Opening, &["one", "two"]);
    company.set_lock(off, None).await.unwrap();
    until_settled(&company).await;
    assert_eq!(company.database.lock(), None);
    company.close();
    assert_eq!(revenue(&*open(&id).await, days), expected(days));
}

#[wasm_bindgen_test]
async fn another_key_shows_nothing_and_leaves_what_waits_to_be_sent() {
    let (id, company, edge) = locked("other-key").await;
    edge.0.borrow_mut().is_offline = true;
    let spec = company.sniff(csv(100)).await.unwrap().spec;
    company.import(None, spec.clone()).await.unwrap();
    until(|| stage_of(&company) == Some(ImportStage::Sending)).await;
    company.close();
    until(|| !company.imports.is_running()).await;
    drop(company);
    // Nobody sends it now, but it waits.
    assert!(Database::has_unsent(None).await.unwrap());
    let database = Database::open(&id).await.unwrap();
    database.unlock(Key::of(&[8; 32]).await);
    let company = Company::open_kept(database, &id, "").await.unwrap().0;
    assert_eq!(company.session.borrow().state().rows, 0);
    assert_eq!(company.imports.interrupted(), None);
    let refused = company.import(Some(csv(100)), spec.clone()).await;
    assert_eq!(refused.unwrap_err().kind, FailureKind::Busy);
    company.close();

    // A chunk that does not open stays, and so does the import; mended, it arrives.
    edge.0.borrow_mut().is_offline = false;
    let company = unlocked(&id).await;
    let stored = company.database.stored().await.unwrap();
    let is_chunk = |it: &&(&str, String, Vec<u8>)| it.0 == "outbox" && it.1 != "job";
    let (_, name, chunk) = stored.iter().find(is_chunk).unwrap();
    let mut damaged = chunk.clone();
    damaged[20] ^= 1;
    let put = |bytes| company.database.put_as_is("outbox", name, bytes);
    put(&damaged).await.unwrap();
    company.resume_import().await;
    assert_eq!(company.imports.interrupted().unwrap().chunks_unsent, 1);
    let refused = company.import(Some(csv(100)), spec).await;
    assert_eq!(refused.unwrap_err().kind, FailureKind::Busy);
    put(chunk).await.unwrap();
    company.resume_import().await;
    assert!(matches!(end_of(&company), Some(ImportEnd::Done(_))));
}

#[wasm_bindgen_test]
async fn what_waits_to_be_sent_is_sealed_and_arrives() {
    let (id, company, edge) = held("locked-outbox").await;
    edge.0.borrow_mut().is_offline = true;
    let preview = company.sniff(csv(30_000)).await.unwrap();
    company.import(None, preview.spec).await.unwrap();
    until(|| stage_of(&company) == Some(ImportStage::Sending)).await;
    lock_it(&company).await;
    until_settled(&company).await;
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    assert!(!tells(&company.database, "orders.csv").await);
    company.close();
    until(|| !company.imports.is_running()).await;
    drop(company);

    edge.0.borrow_mut().is_offline = false;
    let company = unlocked(&id).await;
    assert_eq!(company.imports.interrupted().unwrap().chunks_unsent, 2);
    company.resume_import().await;
    let Some(ImportEnd::Done(report)) = end_of(&company) else {
        panic!("{:?}", company.imports.status());
    };
    assert_eq!((report.taken, report.rejected), (30_000, 1));
    assert_eq!(clear_records(&company.database).await, [""; 0]);
}

#[wasm_bindgen_test]
async fn forgetting_leaves_nothing_of_any_company() {
    let (first, company, _edge) = locked("forgotten").await;
    company.close();
    let (second, other, edge) = held("forgotten-too").await;
    edge.0.borrow_mut().is_offline = true;
    let preview = other.sniff(csv(100)).await.unwrap();
    other.import(None, preview.spec).await.unwrap();
    until(|| stage_of(&other) == Some(ImportStage::Sending)).await;
    assert!(Database::has_unsent(None).await.unwrap());
    other.database.shut();
    other.close();
    Database::forget_all(Some(&second)).await.unwrap();
    until(|| !other.imports.is_running()).await;
    assert!(!Database::has_unsent(None).await.unwrap());
    let written = other.database.put_states(&[("etag", "Acme")]).await;
    assert_eq!(written, Err(StorageError::Changed));
    for id in [first, second] {
        let database = Database::open(&id).await.unwrap();
        assert_eq!(database.stored().await.unwrap(), [], "{id}");
    }
}
