//! Who may do and see what.
//!
//! - [`Role`] is what a person is in a company, [`Scope`] what a key was made for; [`Right`] is one thing
//!   that can be done. [`Subject::may`] is the one table of who may do which.
//! - [`Sight`] is what a role sees of the figures, by columns and rows.
//! - [`network`]: the addresses that a key may be used from; [`AccessLists`]: from where a company is asked;
//!   [`Guard`]: the countries and programs that are kept out.
//!
//! Everything is decided from what is given: no storage, no clock. Out of scope: who is asking (the edge
//! finds out) and which company is meant (a right holds in one's own company only).

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

mod guard;
mod lists;
pub mod network;
mod right;
mod role;
mod scope;
mod sight;

pub use guard::Guard;
pub use lists::{AccessLists, OriginError, WebOrigin, is_from};
pub use network::{Network, NetworkError};
pub use right::{Right, Subject};
pub use role::{Role, RoleError};
pub use scope::{Scope, ScopeError, Scopes};
pub use sight::{ColumnGroup, Cut, Rows, Seen, Sight};
