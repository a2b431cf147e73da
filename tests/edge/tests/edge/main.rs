//! The real Worker on the real workerd.

mod access;
mod accounts;
mod audit;
mod consent;
mod crypto;
mod dashboard;
mod devices;
mod grants;
mod imports;
mod isolation;
mod keys;
mod kills;
mod limits;
mod members;
mod naughty;
mod oauth;
mod openapi;
mod pages;
mod predictions;
mod proofs;
mod sdk;
mod sight;
mod sign_in;
mod traffic;
mod upstreams;
