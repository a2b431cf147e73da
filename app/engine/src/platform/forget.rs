//! What is kept of all companies at once: whether anything of it waits to be sent, and forgetting it.

use js_sys::{Array, Promise, Reflect};
use kernel::TenantId;
use rexie::TransactionMode;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::indexed_db::{
    BLOBS, Database, JOB, OUTBOX, PREFIX, STATE, StorageError, key, open_rexie,
};
use super::locks;

/// The database that nobody needs to have forgotten: everybody may see what is in it.
const DEMO: &str = "meschain-demo";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = indexedDB)]
    fn databases() -> Result<Promise, JsValue>;
}

impl Database {
    /// Whether a file is imported now, or parts of one wait to be sent, in any company's database.
    pub async fn has_unsent(company: Option<&TenantId>) -> Result<bool, StorageError> {
        for name in names_of_all(company).await? {
            let lock = name.replacen(PREFIX, locks::IMPORT, 1);
            if locks::try_take(&lock).await.is_none() {
                return Ok(true);
            }
            let rexie = open_rexie(&name).await?;
            let keys = {
                let open = rexie.transaction(&[OUTBOX], TransactionMode::ReadOnly)?;
                open.store(OUTBOX)?.get_all_keys(None, None).await?
            };
            rexie.close();
            if keys.iter().any(|name| *name != key(JOB)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Forgets everything in the databases of all companies but the demo, locks and outboxes too; `company`
    /// is for browsers that do not tell which there are. One that fails holds up none of the others.
    pub async fn forget_all(company: Option<&TenantId>) -> Result<(), StorageError> {
        let mut outcome = Ok(());
        for name in names_of_all(company).await? {
            outcome = empty(&name).await.and(outcome);
        }
        outcome
    }
}

async fn names_of_all(company: Option<&TenantId>) -> Result<Vec<String>, StorageError> {
    let mut names: Vec<String> = company.map(Database::name).into_iter().collect();
    if let Ok(promise) = databases() {
        let listed = Array::from(&JsFuture::from(promise).await?);
        let listed = listed.iter().map(|one| Reflect::get(&one, &"name".into()));
        names.extend(listed.filter_map(|name| name.ok()?.as_string()));
    }
    names.retain(|name| name.starts_with(PREFIX) && name != DEMO);
    Ok(names)
}

async fn empty(name: &str) -> Result<(), StorageError> {
    let rexie = open_rexie(name).await?;
    let stores = [BLOBS, STATE, OUTBOX];
    let open = rexie.transaction(&stores, TransactionMode::ReadWrite)?;
    for store in stores {
        open.store(store)?.clear().await?;
    }
    open.done().await?;
    rexie.close();
    Ok(())
}
