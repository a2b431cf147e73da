//! Signed webhooks after the Standard Webhooks specification: a company's own server is told what happens.
//!
//! - [`event`]: what is told, as small messages of ids.
//! - [`secret`]: the secrets that messages are signed with.
//! - [`signature`]: how they are signed, with two secrets while one takes the other's place.
//! - [`target`]: which addresses may be told.
//! - [`attempt`]: what an answer means, and when the next attempt is.
//!
//! Time and chance are parameters. Out of scope: sending, and where messages wait.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod attempt;
pub mod event;
pub mod secret;
pub mod signature;
pub mod target;

pub use event::EventKind;
pub use secret::Secret;
