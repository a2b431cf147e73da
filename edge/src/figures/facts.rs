//! From blobs to a cube.

use cube::{CalendarRules, Cube, DictionaryChunk, Segment};
use kernel::{Date, DateRange, TenantId};
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};
use sync::{Manifest, SegmentRef};

use crate::fault::{Context, Fault};
use crate::ports::{BlobStore, Platform};
use crate::tenant::blob_name;

/// A cube of the segments that the range and what it is compared with touch.
pub(super) async fn load<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    manifest: &Manifest,
    range: DateRange,
    today: Date,
) -> Result<Cube, Fault> {
    let mut cube = Cube::new(rules(&manifest.profile, today));
    let ranges = [Some(range), range.previous(), range.last_year()];
    let is_needed = |segment: &&SegmentRef| {
        let days = DateRange::new(segment.from, segment.to).ok();
        let mut ranges = ranges.iter().flatten();
        segment.data_set != DataSet::Stock
            && days.is_some_and(|days| ranges.any(|range| range.intersect(days).is_some()))
    };
    for segment in manifest.segments.iter().filter(is_needed) {
        let bytes = fetch(platform, tenant, segment.hash).await?;
        cube.add_segment(
            segment.hash,
            Segment::open(bytes).context("open a segment")?,
        );
    }
    // Tiles name no members but channels, and those only to tell shares apart.
    let chunks = manifest.dictionaries.iter();
    for chunk in chunks.filter(|chunk| chunk.dimension == Dimension::Channel) {
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
