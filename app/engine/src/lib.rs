//! The engine worker: it holds a company's segments on the device and answers every question of the
//! app from them, online or not.
//!
//! Pure parts ([`session`], [`charts`], [`envelope`], [`import_job`]) are the same natively
//! and in the browser; what talks to the browser exists for WebAssembly only. `platform` alone names
//! types of `web_sys` and `js_sys`.
//!
//! Out of scope: drawing, words in the user's language and the URL (the app), and how segments, series
//! and files work (`cube`, `forecast`, `ingest`).

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod charts;
pub mod envelope;
pub mod import_job;
pub mod session;

#[cfg(target_arch = "wasm32")]
mod company;
#[cfg(target_arch = "wasm32")]
mod dispatcher;
#[cfg(target_arch = "wasm32")]
mod edge;
#[cfg(target_arch = "wasm32")]
mod forecaster;
#[cfg(target_arch = "wasm32")]
mod forecasts;
#[cfg(target_arch = "wasm32")]
mod import_client;
#[cfg(target_arch = "wasm32")]
mod import_sender;
#[cfg(target_arch = "wasm32")]
pub mod kept;
#[cfg(target_arch = "wasm32")]
mod lock;
#[cfg(target_arch = "wasm32")]
mod platform;
#[cfg(target_arch = "wasm32")]
mod products;
#[cfg(target_arch = "wasm32")]
mod sync_client;

#[cfg(all(test, target_arch = "wasm32"))]
mod browser_tests;
#[cfg(all(test, target_arch = "wasm32"))]
mod cipher_tests;
#[cfg(all(test, target_arch = "wasm32"))]
mod fake_edge;
#[cfg(all(test, target_arch = "wasm32"))]
mod forecaster_tests;
#[cfg(all(test, target_arch = "wasm32"))]
mod lock_tests;
#[cfg(all(test, target_arch = "wasm32"))]
mod pack_tests;
#[cfg(all(test, target_arch = "wasm32"))]
mod same_tests;
#[cfg(test)]
mod sample;

#[cfg(target_arch = "wasm32")]
pub use dispatcher::start;
#[cfg(target_arch = "wasm32")]
pub use platform::indexed_db::{Database, StorageError};
