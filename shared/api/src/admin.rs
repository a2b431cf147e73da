//! Endpoints of whoever runs the edge, with the administrator's bearer token:
//!
//! - `POST /api/admin/v1/migrate` brings the database up to date.
//! - `PUT /api/admin/v1/companies/{id}` creates a company or changes its profile.
//! - `PUT /api/admin/v1/companies/{id}/quota` sets how many requests its keys may make.
//! - `POST /api/admin/v1/invites` makes a one-time link.

pub use limits::lease::Quota;
use serde::{Deserialize, Serialize};

/// Path of migrations.
pub const MIGRATE_PATH: &str = "/api/admin/v1/migrate";
/// Path of one company.
pub const COMPANY_PATH: &str = "/api/admin/v1/companies/{id}";
/// Path of a company's quota.
pub const QUOTA_PATH: &str = "/api/admin/v1/companies/{id}/quota";
/// Path of invites.
pub const INVITES_PATH: &str = "/api/admin/v1/invites";
/// How long an invite can be used, in days.
pub const INVITE_DAYS: i64 = 7;

/// Migrations that were applied now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Migrated {
    /// Their names.
    pub applied: Vec<String>,
}

/// A one-time link's token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Invite {
    /// To be given to `claim`, once.
    pub token: String,
    /// When it ends, in milliseconds since 1970.
    pub expires_at: i64,
}
