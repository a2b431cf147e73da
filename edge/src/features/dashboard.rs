//! The home screen's figures, computed by the same cube as on the phone, once per state of the data and
//! day.

use api::dashboard::Dashboard;
use cube::{CalendarRules, Cube, DictionaryChunk, Query, Segment};
use kernel::{Date, DateRange, TenantId};
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};
use policy::{Rows, Seen, Sight};
use sync::{Manifest, SegmentRef};

use crate::fault::{Context, Fault};
use crate::http::Response;
use crate::ports::{BlobStore, Platform, Tenants};
use crate::tenant::{Ask, Manifested, Told, blob_name};

/// Answers the dashboard, as far as the caller sees it.
pub async fn answer<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
) -> Result<Response, Fault> {
    let (today, kept) = kept(platform, tenant).await?;
    // What is kept is of all channels.
    if *sight.rows() != Rows::All {
        let (_, json) = compute(platform, tenant, sight, today).await?;
        return Ok(told(json));
    }
    let json = match kept {
        Some(json) => json,
        None => {
            let (sequence, json) = compute(platform, tenant, &Sight::whole(), today).await?;
            let keep = Ask::KeepDashboard {
                sequence,
                today,
                json: json.clone(),
            };
            platform.tenants().ask(tenant, &keep).await?;
            json
        }
    };
    let json = if sight.is_whole() {
        json
    } else {
        let mut figures: Dashboard = serde_json::from_str(&json).context("read a dashboard")?;
        hide(&mut figures, sight);
        serde_json::to_string(&figures).context("write a dashboard")?
    };
    Ok(told(json))
}

fn told(json: String) -> Response {
    Response::bytes(200, "application/json", json.into_bytes())
        .with("cache-control", "private, no-cache")
        .with("vary", "Cookie, Authorization")
}

/// Takes out what is not seen.
pub fn hide(figures: &mut Dashboard, sight: &Sight) {
    let is_seen = |tile: &api::dashboard::Tile| sight.sees_metric(tile.metric.metric());
    figures.tiles.retain(is_seen);
}

/// The company's day, and its dashboard where one of that day and of the current data is kept.
pub async fn kept<P: Platform>(
    platform: &P,
    tenant: &TenantId,
) -> Result<(Date, Option<String>), Fault> {
    let now = platform.now();
    match platform
        .tenants()
        .ask(tenant, &Ask::Dashboard { now })
        .await?
    {
        Told::Dashboard { today, json } => Ok((today, json)),
        other => Err(Fault::internal("read a dashboard", format!("{other:?}"))),
    }
}

/// The figures of what is seen.
async fn compute<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    today: Date,
) -> Result<(u64, String), Fault> {
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
    let sales = sales_of(&manifest);
    let range = sales.and_then(|_| dashboard::default_range(sales, today));
    let tiles = match range {
        Some(range) => {
            let cube = load(platform, tenant, &manifest, range, today).await?;
            let mut answer = |query: &Query| cube.answer(query);
            dashboard::tiles(&mut answer, &dashboard::OVERVIEW, &[], range, sales)
                .context("answer a dashboard")?
        }
        None => Vec::new(),
    };
    let mut dashboard = Dashboard {
        company: tenant.clone(),
        sequence: manifest.sequence,
        currency: manifest.profile.currency,
        as_of: Some(platform.now()),
        today,
        range,
        tiles,
    };
    hide(&mut dashboard, sight);
    let json = serde_json::to_string(&dashboard).context("write a dashboard")?;
    Ok((manifest.sequence, json))
}

/// The days with sales.
fn sales_of(manifest: &Manifest) -> Option<DateRange> {
    let sales = || {
        manifest
            .segments
            .iter()
            .filter(|one| one.data_set == DataSet::Sales)
    };
    let from = sales().map(|segment| segment.from).min()?;
    let to = sales().map(|segment| segment.to).max()?;
    DateRange::new(from, to).ok()
}

/// A cube of the segments that the range and what it is compared with touch.
async fn load<P: Platform>(
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
