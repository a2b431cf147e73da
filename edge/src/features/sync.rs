//! Keeping a device up to date: the manifest, and blobs by their content's hash.

use ::sync::{Manifest, RollupRef, SegmentRef};
use kernel::{Hash256, TenantId};
use policy::{Rows, Seen, Sight};

use crate::fault::{Context, Fault};
use crate::http::{Body, Request, Response};
use crate::ports::{BlobStore, Platform, Tenants};
use crate::tenant::{Ask, Manifested, Named, Told, blob_name};

/// A company's manifest, as far as the caller sees it; 304 where the client has it.
pub async fn manifest<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    request: &Request,
) -> Result<Response, Fault> {
    let mark = mark(sight);
    let known = request
        .header("if-none-match")
        .and_then(|tag| sequence_of(tag, &mark));
    let is_all_rows = *sight.rows() == Rows::All;
    let gzip = is_all_rows && request.accepts_encoding("gzip");
    let answer = platform
        .tenants()
        .manifest(tenant, sight.cut(), known, gzip)
        .await?;
    let kept = |response: Response, sequence: u64| {
        response
            .with("etag", format!("\"{sequence}{mark}\""))
            .with("cache-control", "private, no-cache")
            .with("vary", "Accept-Encoding, Cookie, Authorization")
    };
    Ok(match answer {
        Manifested::Unchanged { sequence } => kept(Response::empty(304), sequence),
        Manifested::Changed {
            sequence, bytes, ..
        } if !is_all_rows => {
            let mut manifest: Manifest =
                serde_json::from_slice(&bytes).context("read a manifest")?;
            let is_seen = |it: &SegmentRef| sight.segment(it.data_set, it.channel) != Seen::Nothing;
            manifest.segments.retain(is_seen);
            let is_seen = |it: &RollupRef| sight.segment(it.data_set, it.channel) != Seen::Nothing;
            manifest.rollups.retain(is_seen);
            let bytes = serde_json::to_vec(&manifest).context("write a manifest")?;
            kept(Response::bytes(200, "application/json", bytes), sequence)
        }
        Manifested::Changed {
            sequence,
            bytes,
            is_gzip,
        } => {
            let response = Response::bytes(200, "application/json", bytes);
            let response = kept(response, sequence);
            match (is_gzip, response.body) {
                (true, Body::Bytes(bytes)) => Response {
                    body: Body::Encoded(bytes),
                    headers: response.headers,
                    ..Response::empty(response.status)
                }
                .with("content-encoding", "gzip"),
                (_, body) => Response {
                    body,
                    headers: response.headers,
                    ..Response::empty(response.status)
                },
            }
        }
    })
}

/// What tells the tags of different sights apart, so that somebody whose role or channels change does not keep
/// what they had: empty where everything is seen.
fn mark(sight: &Sight) -> String {
    let mut mark = String::new();
    if let Some(cut) = sight.cut() {
        mark = format!("-{}", cut.name());
    }
    if let Rows::Channels(channels) = sight.rows() {
        mark.push_str("-of");
        for channel in channels {
            mark.push_str(&format!(".{channel}"));
        }
    }
    mark
}

/// The sequence in an entity tag of a mark, weak or not.
fn sequence_of(tag: &str, mark: &str) -> Option<u64> {
    let tag = tag.trim().trim_start_matches("W/");
    let tag = tag.strip_prefix('"')?.strip_suffix('"')?;
    tag.strip_suffix(mark)?.parse().ok()
}

/// The bytes of a name, for ever the same. Names are looked up in the company's own store only, and where
/// not everything is seen, only those that the caller's manifest names.
pub async fn blob<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    hash: Hash256,
) -> Result<Response, Fault> {
    if !sight.is_whole() && !is_seen(platform, tenant, sight, hash).await? {
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

/// Whether the caller's manifest names a blob.
async fn is_seen<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    hash: Hash256,
) -> Result<bool, Fault> {
    match platform.tenants().ask(tenant, &Ask::Named { hash }).await? {
        Told::Named { named } => Ok(match named {
            None => false,
            Some(Named::Names { dimension }) => sight.sees_names(dimension),
            Some(Named::Segment {
                data_set,
                channel,
                cut,
            }) => match sight.segment(data_set, channel) {
                Seen::Nothing => false,
                Seen::Whole => cut.is_none(),
                Seen::Cut(own) => cut == Some(own),
            },
        }),
        other => Err(Fault::internal("look a blob up", format!("{other:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use policy::Role;

    use super::*;

    #[test]
    fn entity_tags_are_read() {
        assert_eq!(sequence_of("\"17\"", ""), Some(17));
        assert_eq!(sequence_of(" W/\"17\" ", ""), Some(17));
        for tag in ["17", "\"\"", "\"-1\"", "*", "\"1\", \"2\"", "\"17-open\""] {
            assert_eq!(sequence_of(tag, ""), None, "{tag}");
        }
    }

    #[test]
    fn the_tag_of_one_sight_is_no_tag_of_another() {
        let channels = |codes: &[u32]| Rows::Channels(codes.iter().copied().collect());
        let sights = [
            Sight::whole(),
            Sight::of(Role::Viewer),
            Sight::whole().within(channels(&[])),
            Sight::whole().within(channels(&[1])),
            Sight::whole().within(channels(&[1, 2])),
            Sight::whole().within(channels(&[12])),
            Sight::of(Role::Viewer).within(channels(&[1])),
        ];
        for (at, sight) in sights.iter().enumerate() {
            let tag = format!("\"17{}\"", mark(sight));
            for (other, sight) in sights.iter().enumerate() {
                let known = sequence_of(&tag, &mark(sight));
                assert_eq!(known, (at == other).then_some(17), "{tag} {sight:?}");
            }
        }
    }
}
