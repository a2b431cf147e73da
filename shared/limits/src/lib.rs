//! How much is too much.
//!
//! - [`gcra`] smooths: a short burst passes, a flood does not. It needs one number per caller.
//! - [`lease`] counts exactly: a company's quota of a day and a month is given out in leases, and never more of
//!   it than there is, however many isolates answer requests.
//! - [`histogram`] counts durations so that counts add up and quantiles can be read.
//! - [`json`] says how deep a text of JSON is nested before anybody reads it.
//! - [`fields`] writes what is left as the header fields `RateLimit` and `RateLimit-Policy`.
//!
//! Time is a parameter, in milliseconds or microseconds since 1970. Out of scope: where the numbers are kept.

pub mod fields;
pub mod gcra;
pub mod histogram;
pub mod json;
pub mod lease;
