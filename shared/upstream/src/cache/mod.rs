//! Keeping answers, after RFC 9111 and RFC 5861.
//!
//! - [`directives`] reads `Cache-Control`;
//! - [`lifetime`] says whether an answer may be kept, and for how long;
//! - [`store`] keeps answers, by company and by what they vary with.

pub mod directives;
pub mod lifetime;
pub mod store;
