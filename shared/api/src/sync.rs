//! Keeping a device up to date:
//!
//! - `GET /api/sync/v1/manifest?company=` answers a [`Manifest`], with its sequence as ETag.
//! - `GET /api/sync/v1/blobs/{hash}?company=` answers the bytes of that name, for ever the same.

pub use sync::Manifest;

/// Path of the manifest.
pub const MANIFEST_PATH: &str = "/api/sync/v1/manifest";
/// Path of one blob.
pub const BLOB_PATH: &str = "/api/sync/v1/blobs/{hash}";
/// Path of blobs; the hash follows.
pub const BLOBS_PATH: &str = "/api/sync/v1/blobs/";
