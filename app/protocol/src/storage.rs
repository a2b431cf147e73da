//! What a device stores.

use kernel::{DateRange, Timestamp};
use serde::{Deserialize, Serialize};

/// What is stored of the open company, and what the browser allows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageStats {
    /// Segments and dictionary chunks stored.
    pub blobs: u32,
    /// Their bytes.
    pub blob_bytes: u64,
    /// Bytes staged by imports and not acknowledged yet.
    pub outbox_bytes: u64,
    /// Days that have facts, the oldest and the newest.
    pub extent: Option<DateRange>,
    /// When the data last agreed with the edge.
    pub as_of: Option<Timestamp>,
    /// Bytes that this origin uses in all, as the browser estimates.
    pub origin_usage_bytes: Option<u64>,
    /// Bytes that this origin may use, as the browser estimates.
    pub origin_quota_bytes: Option<u64>,
    /// Whether the browser promised not to evict the data.
    pub persisted: Option<bool>,
}
