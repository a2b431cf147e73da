//! One module per family of endpoints: paths, requests, responses, limits.
//!
//! Both sides use these types, so that neither can misspell a path or a member. Errors of every
//! endpoint are [`Problem`]s. Out of scope: sending and answering.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod access_lists;
pub mod admin;
pub mod audit;
pub mod auth;
pub mod changes;
pub mod dashboard;
pub mod health;
pub mod ingest;
pub mod issuers;
pub mod keys;
pub mod members;
pub mod oauth;
#[cfg(feature = "openapi")]
pub mod openapi;
pub mod predictions;
mod problem;
pub mod provider;
pub mod routes;
pub mod sign_in;
pub mod sync;
pub mod timeline;
pub mod traffic;
pub mod webhooks;

pub use problem::{Problem, ProblemKind};
