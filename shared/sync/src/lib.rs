//! What a device holds of a company and what it still has to fetch or send: as pure values and state
//! machines, so that loss, repetition and reordering can be tried out without a network.
//!
//! In scope: the [`Manifest`] of a company, the [`Plan`] that brings a device up to it, the [`Packs`] in
//! which blobs lie on it, the [`Outbox`] of an import that survives a kill at any point. Out of scope:
//! fetching, storing and the clock (`app/engine`), and making segments (`cube`, `edge`).

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

mod manifest;
mod outbox;
mod packs;
mod plan;

pub use manifest::{
    DictionaryRef, MANIFEST_FORMAT, Manifest, ROLLUP_FORMAT, RollupRef, SegmentRef,
};
pub use outbox::{Chunk, ChunkState, IN_FLIGHT_MAX, Outbox, OutboxError};
pub use packs::{PACK_BYTES, Packs, Part, Rewrite};
pub use plan::{Plan, content_hash, plan};
