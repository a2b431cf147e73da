//! Opening what is kept of a company on the device, without asking the network.
//!
//! Nothing is decoded and nothing hashed: a segment's head has a checksum, which is checked here, and each
//! column one of its own, which is checked when a question first reads it. A segment that turns out to be
//! damaged then is fetched again (`Company::mend`). Whose bytes they are was checked when they arrived.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Hash256, TenantId, Timestamp};
use protocol::Failure;
use sync::Manifest;

use crate::platform::indexed_db::Database;
use crate::platform::{clock, messages};
use crate::session::Session;

/// Names of small states in the database.
pub mod state_names {
    /// The last manifest that was here as a whole.
    pub const MANIFEST: &str = "manifest";
    /// Its ETag.
    pub const ETAG: &str = "etag";
    /// When it last agreed with the edge, in milliseconds since 1970.
    pub const AS_OF: &str = "as-of";
    /// Forecasts that were computed.
    pub const FORECASTS: &str = "forecasts";
    /// What was computed of products.
    pub const PRODUCTS: &str = "products";
}

/// The session of what is kept; a new one where nothing usable is. Also the forecasts kept, as text.
pub async fn open(
    database: &Database,
    id: &TenantId,
) -> Result<(Session, Option<String>), Failure> {
    use state_names::{AS_OF, FORECASTS, MANIFEST};
    let [manifest, as_of, forecasts] = database.states([MANIFEST, AS_OF, FORECASTS]).await?;
    let manifest: Option<Manifest> = manifest.and_then(|text| serde_json::from_str(&text).ok());
    let Some(manifest) = manifest else {
        return Ok((Session::new(id.clone(), clock::now()), None));
    };
    let as_of = as_of
        .and_then(|text| text.parse().ok())
        .map(Timestamp::from_millis);
    let session = open_manifest(database, id, manifest, as_of).await?;
    Ok((session, forecasts))
}

/// The session of a manifest, with what is kept of it.
pub async fn open_manifest(
    database: &Database,
    id: &TenantId,
    manifest: Manifest,
    as_of: Option<Timestamp>,
) -> Result<Session, Failure> {
    let mut session = Session::new(id.clone(), clock::now());
    let names: BTreeSet<Hash256> = manifest.dictionaries.iter().map(|it| it.hash).collect();
    if let Err(error) = session.take_manifest(manifest, clock::now()) {
        messages::log(&error.to_string());
        return Ok(session);
    }
    session.set_reached(as_of, false);
    let mut chunks = BTreeMap::new();
    let mut damaged = Vec::new();
    let gone = database
        .read_blobs(|hash, bytes| {
            if names.contains(&hash) {
                chunks.insert(hash, bytes.to_vec());
            } else if session.names(hash)
                && let Err(error) = session.take_segment(hash, bytes)
            {
                messages::log(&error.to_string());
                damaged.push(hash);
            }
        })
        .await?;
    if let Err(error) = session.take_dictionaries(&chunks) {
        messages::log(&error.to_string());
        damaged.extend(names);
    }
    damaged.extend(gone);
    // What is damaged is fetched again by the next synchronisation.
    database.delete_blobs(&damaged).await?;
    Ok(session)
}
