//! What people and programs did to a company's access; for owners and administrators:
//!
//! - `GET /api/auth/v1/audit?after=&limit=` lists entries, oldest first, after the one of a number.
//!
//! Entries are a chain: each carries the SHA-256 of the one before and itself, by the rule of
//! `credentials::chain`, so that an export can be checked by anybody.

use serde::{Deserialize, Serialize};

/// Path.
pub const AUDIT_PATH: &str = "/api/auth/v1/audit";
/// The most entries of one list.
pub const LIST_MAX: u32 = 1_000;
/// The longest detail of an entry, in characters.
pub const DETAIL_LENGTH_MAX: usize = 500;

/// One entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "AuditEntry"))]
pub struct Entry {
    /// Its place, from 1, without a gap.
    pub number: u64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who: `person ID`, `key ID`, `program ID`, `issuer ID SUBJECT`, `operator`, or `webhooks` for the edge itself.
    pub actor: String,
    /// What: an endpoint's name, such as `make-key`.
    pub event: String,
    /// To what: the id that the request named.
    pub about: String,
    /// With what: the body, where it holds no secret, cut to [`DETAIL_LENGTH_MAX`] characters.
    pub detail: String,
    /// Empty for what was asked with the right to; `refused NUMBER` where the entry of that number came to
    /// nothing.
    pub outcome: String,
    /// The hash of it and all before it, 64 hexadecimal digits.
    pub hash: String,
}

/// Entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Audit {
    /// Oldest first.
    pub entries: Vec<Entry>,
    /// How many there are in all.
    pub count: u64,
}
