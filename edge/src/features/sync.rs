//! Keeping a device up to date: the manifest, and blobs by their content's hash.

use kernel::{Hash256, TenantId};

use crate::fault::Fault;
use crate::http::{Body, Request, Response};
use crate::ports::{BlobStore, Platform, Tenants};
use crate::tenant::{Manifested, blob_name};

/// A company's manifest; 304 where the client has it.
pub async fn manifest<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    request: &Request,
) -> Result<Response, Fault> {
    let known = request.header("if-none-match").and_then(sequence_of);
    let gzip = request.accepts_encoding("gzip");
    let answer = platform.tenants().manifest(tenant, known, gzip).await?;
    let kept = |response: Response, sequence: u64| {
        response
            .with("etag", format!("\"{sequence}\""))
            .with("cache-control", "private, no-cache")
            .with("vary", "Accept-Encoding, Cookie")
    };
    Ok(match answer {
        Manifested::Unchanged { sequence } => kept(Response::empty(304), sequence),
        Manifested::Changed {
            sequence,
            bytes,
            is_gzip,
        } => {
            let response = Response::bytes(200, "application/json", bytes);
            let response = kept(response, sequence);
            match (is_gzip, response.body) {
                (true, Body::Bytes(bytes)) => Response {
                    status: response.status,
                    headers: response.headers,
                    body: Body::Encoded(bytes),
                }
                .with("content-encoding", "gzip"),
                (_, body) => Response {
                    status: response.status,
                    headers: response.headers,
                    body,
                },
            }
        }
    })
}

/// The sequence in an entity tag, weak or not.
fn sequence_of(tag: &str) -> Option<u64> {
    let tag = tag.trim().trim_start_matches("W/");
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}

/// The bytes of a name, for ever the same. Names are looked up in the company's own store only.
pub async fn blob<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    hash: Hash256,
) -> Result<Response, Fault> {
    let bytes = platform
        .blobs()
        .get(tenant, &blob_name(hash))
        .await?
        .ok_or_else(Fault::not_found)?;
    Ok(Response::bytes(200, "application/octet-stream", bytes)
        .with("cache-control", "private, max-age=31536000, immutable")
        .with("vary", "Cookie")
        .with("etag", format!("\"{hash}\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_are_read() {
        assert_eq!(sequence_of("\"17\""), Some(17));
        assert_eq!(sequence_of(" W/\"17\" "), Some(17));
        for tag in ["17", "\"\"", "\"-1\"", "*", "\"1\", \"2\""] {
            assert_eq!(sequence_of(tag), None, "{tag}");
        }
    }
}
