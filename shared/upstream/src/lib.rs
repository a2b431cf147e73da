//! Services behind the gateway: which are declared, which host is asked, when again, what is kept of the answers, and
//! what is made of them.
//!
//! - [`rules`] are what is declared; [`read()`] reads and checks it, [`table`] finds a route by its [`path`];
//! - [`exchange`] is one request, attempt by attempt; [`pool`] what an isolate knows of a service, by its [`hosts`],
//!   its [`breaker`] and its [`budget`]; [`canary`] who tries another one out;
//! - [`cache`] keeps answers; [`headers`] says which fields pass; [`mapping`] and [`gather`] what becomes of JSON;
//! - [`compose`] writes the call to a service, [`deprecation`] tells callers to go elsewhere.
//!
//! Pure: time and randomness are arguments. Out of scope: sending anything, and who may ask.

#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that cannot build its input should fail there"
    )
)]

pub mod breaker;
pub mod budget;
pub mod cache;
pub mod canary;
pub mod compose;
pub mod deprecation;
pub mod exchange;
mod fields;
pub mod gather;
pub mod headers;
pub mod hosts;
pub mod http_date;
pub mod mapping;
pub mod path;
pub mod pool;
mod read;
mod read_route;
pub mod rules;
pub mod table;

pub use fields::Refusal;
pub use read::{PREFIX, SECRET_PREFIX, read};
