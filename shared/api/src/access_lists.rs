//! From where a company is asked: pages of other origins, and networks; for owners and administrators, by their
//! session:
//!
//! - `GET /api/auth/v1/access-lists` tells the lists, and the caller's own address.
//! - `PUT /api/auth/v1/access-lists` replaces them. Networks that leave the caller's own address out are refused.
//!
//! Origins are those whose pages may ask with a key or a token (CORS); a session is good on the edge's own pages alone.
//! Networks hold for everybody of the company; a key may be bound to narrower ones ([`crate::keys`]).

use policy::{Network, WebOrigin};
use serde::{Deserialize, Serialize};

/// Path of the lists.
pub const ACCESS_LISTS_PATH: &str = "/api/auth/v1/access-lists";
/// Origins of a company, at most.
pub const ORIGINS_MAX: usize = 20;
/// Networks of a company, at most.
pub const NETWORKS_MAX: usize = 50;

/// Body of replacing the lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct NewAccessLists {
    /// Origins, at most [`ORIGINS_MAX`]; with an empty list no page of another origin reads anything.
    #[cfg_attr(feature = "openapi", schemars(length(max = 20)))]
    pub origins: Vec<WebOrigin>,
    /// Networks, at most [`NETWORKS_MAX`]; with an empty list requests come from everywhere.
    #[cfg_attr(feature = "openapi", schemars(length(max = 50)))]
    pub networks: Vec<Network>,
}

/// The lists.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "openapi", schemars(rename = "AccessLists"))]
pub struct Lists {
    /// Origins whose pages may ask with a key or a token.
    pub origins: Vec<WebOrigin>,
    /// Networks that requests may come from; everywhere where the list is empty.
    pub networks: Vec<Network>,
    /// The address that this request came from, where the platform tells.
    pub address: Option<String>,
}
