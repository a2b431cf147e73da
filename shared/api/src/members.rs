//! The people of a company; for owners and administrators:
//!
//! - `GET /api/auth/v1/members` lists them.
//! - `PATCH /api/auth/v1/members/{id}` changes what somebody is.
//! - `DELETE /api/auth/v1/members/{id}` sends somebody away: sessions, passkeys and codes end.
//! - `POST /api/auth/v1/invitations` makes a one-time link, which `claim` turns into a member and a session.
//!
//! Only owners make owners and administrators, and the last owner stays.

use policy::Role;
use serde::{Deserialize, Serialize};

/// Path of members.
pub const MEMBERS_PATH: &str = "/api/auth/v1/members";
/// Path of one member.
pub const MEMBER_PATH: &str = "/api/auth/v1/members/{id}";
/// Path of invitations.
pub const INVITATIONS_PATH: &str = "/api/auth/v1/invitations";

/// People that a company may have.
pub const MEMBERS_MAX: usize = 200;
/// Invitations of a company that may be open.
pub const INVITATIONS_MAX: usize = 50;
/// The longest name of a person, in characters.
pub const NAME_LENGTH_MAX: usize = 80;

/// Body of inviting somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewMember {
    /// Who it is, for the list of members; up to [`NAME_LENGTH_MAX`] characters.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::person_name")
    )]
    pub name: String,
    /// What they will be; not `service`.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::personal_role")
    )]
    pub role: Role,
}

/// Body of changing what somebody is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct MemberChange {
    /// What they are from now on.
    #[cfg_attr(
        feature = "openapi",
        schemars(schema_with = "crate::openapi::foreign::personal_role")
    )]
    pub role: Role,
}

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Member {
    /// Id.
    pub id: String,
    /// Name; empty for who opened the company.
    pub name: String,
    /// What they are.
    pub role: Role,
    /// Since when, in milliseconds since 1970.
    pub created_at: i64,
    /// Whether it is who asks.
    pub is_this: bool,
}

/// The people of a company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Members {
    /// People, the first one first.
    pub members: Vec<Member>,
}
