//! The edge: gateway, tenants, ingestion, segments.
//!
//! A request passes the [`gateway`]'s stages, reaches a feature, and the feature asks a company's own
//! object ([`tenant`]) or its blobs. What a batch becomes is decided in [`tenant`] over two ports, SQL
//! and blobs, so that all of it runs natively against SQLite in tests, with faults injected.
//!
//! Out of scope: what a file means (`ingest`), how facts are encoded and queried (`cube`). Bindings of
//! the Workers are used in `platform` and in the thin Workers of `edge/workers` only.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod address;
pub mod control;
pub mod digest;
pub mod fault;
pub mod features;
pub mod figures;
pub mod gateway;
pub mod http;
pub mod ports;
pub mod tenant;

#[cfg(target_arch = "wasm32")]
pub mod platform;

#[cfg(test)]
mod fakes;
#[cfg(test)]
mod samples;
