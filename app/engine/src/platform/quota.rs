//! How much the browser lets this origin store.

use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, WorkerGlobalScope};

/// What the browser says about the origin's storage; each part may be unknown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quota {
    /// Bytes used.
    pub usage_bytes: Option<u64>,
    /// Bytes allowed.
    pub quota_bytes: Option<u64>,
    /// Whether the data is safe from eviction.
    pub is_persisted: Option<bool>,
}

/// Asks the browser.
pub async fn quota() -> Quota {
    let Ok(scope) = js_sys::global().dyn_into::<WorkerGlobalScope>() else {
        return Quota::default();
    };
    // Not there where the page is not served securely.
    let navigator = scope.navigator();
    let has_storage = js_sys::Reflect::has(&navigator, &"storage".into()).unwrap_or(false);
    if !has_storage {
        return Quota::default();
    }
    let storage = navigator.storage();
    let mut quota = Quota::default();
    if let Ok(promise) = storage.estimate()
        && let Ok(estimate) = JsFuture::from(promise).await
    {
        let estimate: StorageEstimate = estimate.unchecked_into();
        quota.usage_bytes = estimate.get_usage().map(|bytes| bytes as u64);
        quota.quota_bytes = estimate.get_quota().map(|bytes| bytes as u64);
    }
    if let Ok(promise) = storage.persisted()
        && let Ok(persisted) = JsFuture::from(promise).await
    {
        quota.is_persisted = persisted.as_bool();
    }
    quota
}
