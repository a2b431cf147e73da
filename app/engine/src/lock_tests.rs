//! The lock in a real browser: what is sealed, what opens it, and what is left when a device is killed.

use std::rc::Rc;

use kernel::TenantId;
use protocol::{FailureKind, ImportEnd, ImportStage, Lock, LockBy, LockPhase};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::browser_tests::{
    autumn, company_of, csv, end_of, expected, open, revenue, stage_of, until,
};
use crate::company::Company;
use crate::envelope;
use crate::fake_edge::FakeEdge;
use crate::kept::state_names;
use crate::lock;
use crate::pack_tests::fresh;
use crate::platform::cipher::Secret;
use crate::platform::indexed_db::{Database, StorageError};

/// What passkeys answer; another passkey, or another salt, has another answer.
fn secret(of: u8) -> Secret {
    Secret::of(&[of; 32])
}

fn by(company: &Company, id: &str, opens: &str) -> LockBy {
    LockBy {
        id: id.to_owned(),
        name: format!("Phone of {id}"),
        salt: lock_of(company).salt,
        by: opens.to_owned(),
    }
}

fn lock_of(company: &Company) -> Lock {
    Lock::read(&company.lock().unwrap()).unwrap()
}

/// A company that holds three months and is locked by the passkey "one".
async fn locked(name: &str) -> (TenantId, Rc<Company>, FakeEdge) {
    let (id, company, edge) = held(name).await;
    let lock = company.lock_by(by(&company, "one", ""), &[secret(1)]).await;
    assert_eq!(
        Lock::read(&lock.unwrap()).unwrap().phase,
        LockPhase::Sealing
    );
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
        !company.is_renewing.get()
            && matches!(lock_of(company).phase, LockPhase::Off | LockPhase::Sealed)
    };
    until(is_settled).await;
}

/// Opens a company as after a cold start, by a passkey.
async fn unlocked(id: &TenantId, passkey: &str, answer: u8) -> Rc<Company> {
    let database = Database::open(id).await.unwrap();
    assert!(database.is_locked());
    let key = lock::open(&database, passkey, Some(&secret(answer))).await;
    database.unlock(key.unwrap());
    Company::open_kept(database, id, "").await.unwrap().0
}

/// Records and packed blobs that are in the clear, by name; the lock and the list of packs always are.
async fn clear_records(database: &Database) -> Vec<String> {
    let is_clear = |bytes: &[u8]| envelope::read(bytes, bytes.len()) == Ok(None);
    let records = database.stored().await.unwrap().into_iter();
    let sealable = records.filter(|(store, name, _)| match *store {
        "blobs" => name != "packs" && !name.starts_with("pack-"),
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
    company
        .lock_by(by(&company, "one", ""), &[secret(1)])
        .await
        .unwrap();
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
    let database = Database::open(&id).await.unwrap();
    for (passkey, answer) in [("one", 2), ("two", 1)] {
        let refused = lock::open(&database, passkey, Some(&secret(answer))).await;
        assert_eq!(refused.unwrap_err().kind, FailureKind::Locked, "{passkey}");
    }
    assert_eq!(
        lock::open(&database, "one", None).await.unwrap_err().kind,
        FailureKind::Locked
    );
    let company = unlocked(&id, "one", 1).await;
    let days = autumn("2026-11-22");
    assert_eq!(revenue(&company, days), expected(days));
    let forecasts = company
        .database
        .state(state_names::FORECASTS)
        .await
        .unwrap();
    assert_eq!(forecasts.as_deref(), Some("Acme"));
}

#[wasm_bindgen_test]
async fn a_device_that_is_killed_while_it_seals_or_opens_goes_on() {
    let (id, company, edge) = held("half-sealed").await;
    edge.0.borrow_mut().is_offline = true;
    // Killed after the lock lay there, before anything was sealed; one state was written since.
    company.is_renewing.set(true);
    company
        .lock_by(by(&company, "one", ""), &[secret(1)])
        .await
        .unwrap();
    company
        .database
        .put_states(&[(state_names::ETAG, "new")])
        .await
        .unwrap();
    company.close();
    let days = autumn("2026-11-20");
    let company = unlocked(&id, "one", 1).await;
    assert_eq!(lock_of(&company).phase, LockPhase::Sealing);
    assert_eq!(revenue(&company, days), expected(days));
    assert!(!clear_records(&company.database).await.is_empty());
    assert!(company.renew().await.unwrap());
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    let etag = company.database.state(state_names::ETAG).await.unwrap();
    assert_eq!(etag.as_deref(), Some("new"));

    // Opened again, and killed before it was.
    company.is_renewing.set(true);
    assert_eq!(
        company.lock_off().await.unwrap_err().kind,
        FailureKind::Busy
    );
    company.is_renewing.set(false);
    let mut opening = lock_of(&company);
    opening.phase = LockPhase::Opening;
    company
        .database
        .set_lock(Some(opening.to_text()), None)
        .await
        .unwrap();
    company.close();
    let company = unlocked(&id, "one", 1).await;
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
    first
        .lock_by(by(&first, "one", ""), &[secret(1)])
        .await
        .unwrap();
    until_settled(&first).await;
    let written = second.database.put_states(&[("etag", "Acme")]).await;
    assert_eq!(written, Err(StorageError::Changed));
    assert_eq!(
        second.database.state("etag").await,
        Err(StorageError::Changed)
    );
    assert_eq!(
        second.database.blob_names().await.err(),
        Some(StorageError::Changed)
    );
    assert_eq!(
        second.synchronise().await.unwrap_err().kind,
        FailureKind::Locked
    );
    let refused = second.lock_by(by(&second, "two", ""), &[secret(2)]).await;
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
        let company = unlocked(&id, "one", 1).await;
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
    let company = unlocked(&id, "one", 1).await;
    assert_eq!(company.session.borrow().state().segments_listed, 0);
    company.synchronise().await.unwrap();
    assert_eq!(revenue(&company, days), expected(days));
}

#[wasm_bindgen_test]
async fn a_lock_that_cannot_be_read_opens_nothing_and_can_be_forgotten() {
    let (id, company, _edge) = locked("bad-lock").await;
    company.close();
    for text in [
        "",
        "meschain-lock 2\nsealed\n",
        "meschain-lock 1\nsealed\nc2FsdA\n",
    ] {
        company
            .database
            .set_lock(Some(text.to_owned()), None)
            .await
            .unwrap();
        let database = Database::open(&id).await.unwrap();
        assert!(database.is_locked());
        let refused = lock::open(&database, "one", Some(&secret(1))).await;
        assert_eq!(refused.unwrap_err().kind, FailureKind::Locked, "{text:?}");
    }
    Database::forget_all(Some(&id)).await.unwrap();
    let company = open(&id).await;
    assert_eq!(company.database.lock(), None);
    company.synchronise().await.unwrap();
    let days = autumn("2026-11-20");
    assert_eq!(revenue(&company, days), expected(days));
}

#[wasm_bindgen_test]
async fn several_passkeys_open_it_and_clearing_keeps_the_lock() {
    let (id, company, _edge) = locked("two-keys").await;
    let wrong = company
        .lock_by(by(&company, "two", "one"), &[secret(2), secret(7)])
        .await;
    assert_eq!(wrong.unwrap_err().kind, FailureKind::Locked);
    let alone = company
        .lock_by(by(&company, "two", "one"), &[secret(2)])
        .await;
    assert_eq!(alone.unwrap_err().kind, FailureKind::Locked);
    company
        .lock_by(by(&company, "two", "one"), &[secret(2), secret(1)])
        .await
        .unwrap();
    until_settled(&company).await;
    company.clear_storage().await.unwrap();
    company.synchronise().await.unwrap();
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    company.close();
    let days = autumn("2026-11-20");
    for (passkey, answer) in [("one", 1), ("two", 2)] {
        let company = unlocked(&id, passkey, answer).await;
        assert_eq!(revenue(&company, days), expected(days));
        company.close();
    }
    let company = unlocked(&id, "two", 2).await;
    // A passkey that was removed opens nothing any more; the last one stays.
    for _ in 0..2 {
        company.lock_without("one").await.unwrap();
        company.lock_without("two").await.unwrap();
    }
    let left: Vec<String> = lock_of(&company)
        .keys
        .into_iter()
        .map(|key| key.id)
        .collect();
    assert_eq!(left, ["two"]);
    let refused = lock::open(&company.database, "one", Some(&secret(1))).await;
    assert_eq!(refused.unwrap_err().kind, FailureKind::Locked);
    company.lock_off().await.unwrap();
    until_settled(&company).await;
    assert_eq!(company.database.lock(), None);
    company.close();
    assert_eq!(revenue(&*open(&id).await, days), expected(days));
}

#[wasm_bindgen_test]
async fn what_waits_to_be_sent_is_sealed_and_arrives() {
    let (id, company, edge) = held("locked-outbox").await;
    edge.0.borrow_mut().is_offline = true;
    let preview = company.sniff(csv(30_000)).await.unwrap();
    company.import(None, preview.spec).await.unwrap();
    until(|| stage_of(&company) == Some(ImportStage::Sending)).await;
    company
        .lock_by(by(&company, "one", ""), &[secret(1)])
        .await
        .unwrap();
    until_settled(&company).await;
    assert_eq!(clear_records(&company.database).await, [""; 0]);
    assert!(!tells(&company.database, "orders.csv").await);
    company.close();
    until(|| !company.imports.is_running()).await;
    drop(company);

    edge.0.borrow_mut().is_offline = false;
    let company = unlocked(&id, "one", 1).await;
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
    other.database.shut();
    other.close();
    Database::forget_all(Some(&second)).await.unwrap();
    until(|| !other.imports.is_running()).await;
    let written = other.database.put_states(&[("etag", "Acme")]).await;
    assert_eq!(written, Err(StorageError::Changed));
    for id in [first, second] {
        let database = Database::open(&id).await.unwrap();
        assert_eq!(database.stored().await.unwrap(), [], "{id}");
    }
}
