//! What the edge does, one file per family of endpoints. Each gets a request that the gateway has let
//! pass, and the company that it is about.

pub mod admin;
pub mod assets;
pub mod auth;
mod challenges;
pub mod dashboard;
mod device;
pub mod health;
pub mod ingest;
pub mod page;
pub mod passkeys;
mod recovery;
pub mod sessions;
pub mod sign_in;
pub mod sync;

use serde::de::DeserializeOwned;

use crate::fault::Fault;

/// Reads a JSON body.
fn from_json<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| Fault::bad_request(format!("the JSON cannot be read: {error}")))
}
