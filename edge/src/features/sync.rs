//! Keeping a device up to date: the manifest, and blobs by their content's hash.

use ::sync::Manifest;
use kernel::{Hash256, TenantId};
use policy::Sight;

use crate::fault::{Context, Fault};
use crate::http::{Body, Request, Response};
use crate::ports::{BlobStore, Platform, Tenants};
use crate::tenant::{Manifested, blob_name};

/// A company's manifest, as far as the caller sees it; 304 where the client has it.
pub async fn manifest<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    request: &Request,
) -> Result<Response, Fault> {
    if !sight.is_whole() {
        return partial(platform, tenant, sight, request).await;
    }
    let known = request.header("if-none-match").and_then(sequence_of);
    let gzip = request.accepts_encoding("gzip");
    let answer = platform.tenants().manifest(tenant, known, gzip).await?;
    let kept = |response: Response, sequence: u64| {
        response
            .with("etag", format!("\"{sequence}\""))
            .with("cache-control", "private, no-cache")
            .with("vary", "Accept-Encoding, Cookie, Authorization")
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

/// A manifest of what is seen. Its tag is another than that of the whole, so that somebody whose role
/// changes does not keep what they had.
async fn partial<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    request: &Request,
) -> Result<Response, Fault> {
    let seen = seen(platform, tenant, sight).await?;
    let tag = format!("\"{}-part\"", seen.sequence);
    let kept = |response: Response| {
        response
            .with("etag", tag.as_str())
            .with("cache-control", "private, no-cache")
            .with("vary", "Accept-Encoding, Cookie, Authorization")
    };
    if request.header("if-none-match") == Some(tag.as_str()) {
        return Ok(kept(Response::empty(304)));
    }
    let bytes = serde_json::to_vec(&seen).context("write a manifest")?;
    Ok(kept(Response::bytes(200, "application/json", bytes)))
}

async fn seen<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
) -> Result<Manifest, Fault> {
    let Manifested::Changed { bytes, .. } =
        platform.tenants().manifest(tenant, None, false).await?
    else {
        return Err(Fault::internal("read a manifest", "unchanged"));
    };
    let mut manifest: Manifest = serde_json::from_slice(&bytes).context("read a manifest")?;
    manifest
        .segments
        .retain(|segment| sight.sees_segment(segment.data_set, segment.channel));
    Ok(manifest)
}

/// The bytes of a name, for ever the same. Names are looked up in the company's own store only, and where
/// not everything is seen, only those that the caller's manifest names.
pub async fn blob<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    hash: Hash256,
) -> Result<Response, Fault> {
    if !sight.is_whole()
        && !seen(platform, tenant, sight)
            .await?
            .hashes()
            .contains(&hash)
    {
        return Err(Fault::not_found());
    }
    let bytes = platform
        .blobs()
        .get(tenant, &blob_name(hash))
        .await?
        .ok_or_else(Fault::not_found)?;
    Ok(Response::bytes(200, "application/octet-stream", bytes)
        .with("cache-control", "private, max-age=31536000, immutable")
        .with("vary", "Cookie, Authorization")
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
