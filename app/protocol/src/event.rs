//! What the engine tells unasked.

use api::dashboard::Dashboard;
use kernel::Timestamp;
use model::profile::TenantProfile;
use serde::{Deserialize, Serialize};

use crate::{DataState, Failure, ImportEnd, ImportProgress, Unread};

/// Something that happened in the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker runs and takes requests. Sent once, first.
    Ready,
    /// Segments or dictionaries came or went: what is on screen should be asked again. Sent at most a
    /// few times a second while a synchronisation runs, and once at its end if anything changed.
    Changed(DataState),
    /// Synchronisation goes on; for a progress bar.
    SyncProgress(SyncProgress),
    /// Synchronisation has ended and everything that the edge lists is here.
    Synced(DataState),
    /// The profile of the open company became known or changed.
    Profile(Box<TenantProfile>),
    /// The edge cannot be reached; what is shown is as of then.
    Offline {
        /// When the data last agreed with the edge.
        as_of: Option<Timestamp>,
    },
    /// The edge answered again after `Offline`.
    Online,
    /// The edge refuses this browser (no session, unknown company).
    Refused(Failure),
    /// The tiles of the home screen, new after a synchronisation: to be kept by the page for its next
    /// first paint.
    Home(Box<Dashboard>),
    /// An import goes on.
    ImportProgress(Box<ImportProgress>),
    /// An import ended.
    ImportEnded(Unread<ImportEnd>),
}

/// How far a synchronisation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SyncProgress {
    /// Blobs fetched and stored.
    pub blobs_done: u32,
    /// Blobs to fetch.
    pub blobs: u32,
    /// Bytes fetched.
    pub bytes_done: u64,
    /// Bytes to fetch, as the manifest says.
    pub bytes: u64,
}
