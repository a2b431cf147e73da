//! The Durable Objects: thin shells around the logic, one per company and one per company's blobs.

mod blob_do;
mod tenant_do;
