//! From blobs to a cube.

use api::ProblemKind;
use cube::{CalendarRules, Cube, DictionaryChunk, Segment};
use kernel::{Date, DateRange, TenantId};
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};
use policy::{Seen, Sight};
use sync::{DictionaryRef, Manifest, SegmentRef};

use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Platform, Tenants};
use crate::tenant::{Manifested, blob_name};

/// The most facts that one question reads, in bytes of segments and dictionaries: what a Worker's memory has room
/// for beside the columns that they become.
const BYTES_MAX: u64 = 24 << 20;
/// The most blobs that one question reads: each is a request of its own, of which a Worker has a thousand.
const BLOBS_MAX: usize = 900;

/// The manifest of what is seen.
pub(super) async fn manifest<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
) -> Result<Manifest, Fault> {
    let tenants = platform.tenants();
    let mut manifest = match tenants.manifest(tenant, sight.cut(), None, false).await? {
        Manifested::Changed { bytes, .. } => {
            serde_json::from_slice::<Manifest>(&bytes).context("read a manifest")?
        }
        Manifested::Unchanged { .. } => {
            return Err(Fault::internal("read a manifest", "unchanged"));
        }
    };
    manifest
        .segments
        .retain(|one| sight.segment(one.data_set, one.channel) != Seen::Nothing);
    manifest
        .dictionaries
        .retain(|one| sight.sees_names(one.dimension));
    Ok(manifest)
}

/// A cube of the segments that the range and what it is compared with touch, for tiles; refuses more than one question
/// may read.
pub(super) async fn load<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    manifest: &Manifest,
    range: DateRange,
    today: Date,
) -> Result<Cube, Fault> {
    let ranges = [Some(range), range.previous(), range.last_year()];
    let is_needed = |segment: &&SegmentRef| {
        let days = DateRange::new(segment.from, segment.to).ok();
        let mut ranges = ranges.iter().flatten();
        segment.data_set != DataSet::Stock
            && days.is_some_and(|days| ranges.any(|range| range.intersect(days).is_some()))
    };
    // Tiles name no members but channels, and those only to tell shares apart.
    let chunks = manifest.dictionaries.iter();
    let chunks = chunks.filter(|chunk| chunk.dimension == Dimension::Channel);
    let segments = manifest.segments.iter().filter(is_needed);
    let rules = rules(&manifest.profile, today);
    read(
        platform,
        tenant,
        rules,
        segments.collect(),
        chunks.collect(),
    )
    .await
}

/// A cube of some segments and all names, or none; refuses more than one question may read.
pub(super) async fn load_these<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    manifest: &Manifest,
    segments: Vec<&SegmentRef>,
    has_names: bool,
    today: Date,
) -> Result<Cube, Fault> {
    let chunks: Vec<&DictionaryRef> = match has_names {
        true => manifest.dictionaries.iter().collect(),
        false => Vec::new(),
    };
    let rules = rules(&manifest.profile, today);
    read(platform, tenant, rules, segments, chunks).await
}

async fn read<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    rules: CalendarRules,
    segments: Vec<&SegmentRef>,
    chunks: Vec<&DictionaryRef>,
) -> Result<Cube, Fault> {
    let of_segments = segments.iter().map(|it| u64::from(it.bytes));
    let bytes: u64 = of_segments
        .chain(chunks.iter().map(|it| u64::from(it.bytes)))
        .sum();
    let blobs = segments.len() + chunks.len();
    if bytes > BYTES_MAX || blobs > BLOBS_MAX {
        return Err(Fault::refused(
            ProblemKind::TooLarge,
            format!(
                "this reads {bytes} bytes of facts in {blobs} pieces, the limits are {BYTES_MAX} and {BLOBS_MAX}; \
                 name a shorter history, or ask a device, which has no such limit"
            ),
        ));
    }
    let mut cube = Cube::new(rules);
    for segment in segments {
        let bytes = fetch(platform, tenant, segment.hash).await?;
        let open = Segment::open(bytes).context("open a segment")?;
        cube.add_segment(segment.hash, open);
    }
    for chunk in chunks {
        let bytes = fetch(platform, tenant, chunk.hash).await?;
        let chunk = DictionaryChunk::decode(&bytes).context("open a dictionary")?;
        cube.extend_dictionary(&chunk)
            .context("open a dictionary")?;
    }
    Ok(cube)
}

async fn fetch<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    hash: kernel::Hash256,
) -> Result<Vec<u8>, Fault> {
    let bytes = platform.blobs().get(tenant, &blob_name(hash)).await?;
    bytes.ok_or_else(|| Fault::internal("fetch a blob", format!("{hash} is missing")))
}

const fn rules(profile: &TenantProfile, today: Date) -> CalendarRules {
    CalendarRules {
        week_start: profile.week_start,
        fiscal_first_month: profile.fiscal_year.first_month(),
        today,
    }
}
