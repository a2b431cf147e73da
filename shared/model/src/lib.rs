//! Business nouns and the KPI catalogue: each metric defined once.
//!
//! In scope: the schema of facts ([`schema`]) and the canonical columns of files ([`columns`]), the
//! records that a file is read into and the arithmetic that turns them into facts ([`record`],
//! [`fx`]), the tenant's profile ([`profile`]), periods and what they are compared with ([`period`]),
//! keys of members named in words ([`member`]), the metrics ([`metrics`]) and the finance functions
//! behind some of them ([`finance`]).
//!
//! Out of scope: reading files (`ingest`), storing and querying facts (`cube`), names of metrics in the
//! user's language (`app`).

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod columns;
pub mod finance;
pub mod fx;
pub mod member;
pub mod metrics;
pub mod period;
pub mod profile;
pub mod record;
pub mod schema;
