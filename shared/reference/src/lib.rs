//! The API's document made ready to be read and tried.
//!
//! [`Document::read`] takes an OpenAPI 3.1 document as this product writes it and gives its groups and operations.
//! Of an operation, [`form`] says what has to be filled in, [`example`] what a body may look like, [`request`] makes
//! what is sent of what was filled in, [`samples`] the same as programs write it, and [`answer`] takes apart what an
//! answer says of itself.
//!
//! Out of scope: sending anything, and words of a language. What comes of a document is text, never markup.

pub mod answer;
pub mod check;
pub mod document;
pub mod example;
pub mod form;
pub mod outline;
pub mod pattern;
pub mod request;
pub mod samples;
pub mod schema;

pub use document::{Document, DocumentError, Operation};
pub use form::{Field, Input};
pub use request::{Credential, Draft, Refusal, Request};
pub use schema::Schemas;
