//! The real Worker on the real workerd: what tests across the edge share.
//!
//! Each [`Edge`] is a process of its own on a free loopback port with a state folder of its own, both
//! gone when it is dropped. The Worker must have been built (`cargo xtask build`).

mod authenticator;
mod client;
mod document;
mod figures;
mod holder;
mod server;
mod service;

pub use authenticator::Authenticator;
pub use client::{Answer, Client};
pub use document::Document;
pub use figures::{cube, figures, manifest};
pub use holder::Holder;
pub use server::{ADMIN_TOKEN, CHALLENGE, Edge, REDIRECT, VERIFIER, free_port};
pub use service::{Asked, Service, answer};

use std::time::{Duration, Instant};

/// A public key of P-256 as a JSON Web Key: that of RFC 7515, A.3.
pub const POINT: &str = include_str!("../vectors/point.txt");

/// How long anything may take before a test gives up.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Leaves the processor to the edge between two questions.
const PAUSE: Duration = Duration::from_millis(4);

/// Asks again until there is an answer; panics when patience ends.
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(began.elapsed() < PATIENCE, "waited in vain until {what}");
        std::thread::park_timeout(PAUSE);
    }
}
