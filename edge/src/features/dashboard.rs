//! The home screen's figures, computed by the same cube as on the phone, once per state of the data and
//! day.

use std::collections::BTreeSet;

use api::dashboard::{DAYS, Dashboard, Tile};
use cube::query::{Compare, Query, Row, Value};
use cube::{CalendarRules, Cube, DictionaryChunk, Segment};
use kernel::{Date, DateRange, TenantId};
use model::metrics::MetricId;
use model::profile::TenantProfile;
use model::schema::{DataSet, Dimension};
use sync::{Manifest, SegmentRef};

use crate::fault::{Context, Fault};
use crate::http::Response;
use crate::ports::{BlobStore, Platform, Tenants};
use crate::tenant::{Ask, Manifested, Told, blob_name};

/// The tiles, each with its target where there is one.
const TILES: [(MetricId, Option<MetricId>); 7] = [
    (MetricId::NetRevenue, Some(MetricId::NetRevenueTarget)),
    (MetricId::Orders, Some(MetricId::OrdersTarget)),
    (MetricId::AverageOrderValue, None),
    (MetricId::Units, None),
    (MetricId::Cm2, Some(MetricId::MarginTarget)),
    (MetricId::Cm3, None),
    (MetricId::ReturnRate, None),
];

/// Answers the dashboard.
pub async fn answer<P: Platform>(platform: &P, tenant: &TenantId) -> Result<Response, Fault> {
    let profile = match platform.tenants().ask(tenant, &Ask::Profile).await? {
        Told::Profile { profile } => profile,
        other => return Err(Fault::internal("read a profile", format!("{other:?}"))),
    };
    let today = profile.today(platform.now()).context("tell the day")?;
    let kept = platform
        .tenants()
        .ask(tenant, &Ask::Dashboard { today })
        .await?;
    let json = match kept {
        Told::Dashboard {
            json: Some(json), ..
        } => json,
        _ => {
            let (sequence, json) = compute(platform, tenant, today).await?;
            let keep = Ask::KeepDashboard {
                sequence,
                today,
                json: json.clone(),
            };
            platform.tenants().ask(tenant, &keep).await?;
            json
        }
    };
    let response = Response::bytes(200, "application/json", json.into_bytes());
    Ok(response
        .with("cache-control", "private, no-cache")
        .with("vary", "Cookie"))
}

async fn compute<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    today: Date,
) -> Result<(u64, String), Fault> {
    let manifest = match platform.tenants().manifest(tenant, None, false).await? {
        Manifested::Changed { bytes, .. } => {
            serde_json::from_slice::<Manifest>(&bytes).context("read a manifest")?
        }
        Manifested::Unchanged { .. } => {
            return Err(Fault::internal("read a manifest", "unchanged"));
        }
    };
    let range = range_of(&manifest, today)?;
    let cube = load(platform, tenant, &manifest, range, today).await?;
    let dashboard = Dashboard {
        company: tenant.as_str().to_owned(),
        sequence: manifest.sequence,
        currency: manifest.profile.currency,
        today,
        from: range.from(),
        to: range.to(),
        tiles: tiles(&cube, range)?,
    };
    let json = serde_json::to_string(&dashboard).context("write a dashboard")?;
    Ok((manifest.sequence, json))
}

/// The last complete days with sales.
fn range_of(manifest: &Manifest, today: Date) -> Result<DateRange, Fault> {
    let yesterday = today.add_days(-1).context("find a range")?;
    let sales = manifest.segments.iter();
    let newest = sales
        .filter(|segment| segment.data_set == DataSet::Sales)
        .map(|segment| segment.to)
        .max();
    let to = newest.map_or(yesterday, |newest| newest.min(yesterday));
    let from = to.add_days(1 - DAYS).context("find a range")?;
    DateRange::new(from, to).context("find a range")
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

fn tiles(cube: &Cube, range: DateRange) -> Result<Vec<Tile>, Fault> {
    let metrics: Vec<MetricId> = TILES.iter().map(|(metric, _)| *metric).collect();
    let targets: BTreeSet<MetricId> = TILES.iter().filter_map(|(_, target)| *target).collect();
    let targets: Vec<MetricId> = targets.into_iter().collect();
    let ask = |metrics: &[MetricId], compare, by_day: bool| {
        let query = Query {
            metrics: metrics.to_vec(),
            range,
            group_by: if by_day {
                vec![Dimension::Day]
            } else {
                Vec::new()
            },
            filters: Vec::new(),
            compare,
            sort: None,
            top: None,
            subtotals: false,
            fill_gaps: by_day,
        };
        cube.answer(&query).context("answer a dashboard")
    };
    let previous = ask(&metrics, Some(Compare::PreviousPeriod), false)?.total;
    let last_year = ask(&metrics, Some(Compare::LastYear), false)?.total;
    let by_day = ask(&metrics, None, true)?.rows;
    let planned = ask(&targets, None, false)?.total;
    let at = |values: &[Option<Value>], index: usize| values.get(index).copied().flatten();
    let tile = |(index, (metric, target)): (usize, &(MetricId, Option<MetricId>))| {
        let target = target.and_then(|target| targets.iter().position(|it| *it == target));
        Tile {
            metric: *metric,
            value: at(&previous.values, index),
            previous: at(&previous.compared, index),
            last_year: at(&last_year.compared, index),
            target: target.and_then(|index| at(&planned.values, index)),
            sparkline: by_day.iter().map(|row| point(row, index)).collect(),
        }
    };
    Ok(TILES.iter().enumerate().map(tile).collect())
}

/// A point of a sparkline, to four significant digits: more cannot be seen.
fn point(row: &Row, index: usize) -> Option<f64> {
    let value = row.values.get(index).copied().flatten()?.as_f64();
    if value == 0.0 || !value.is_finite() {
        return Some(0.0).filter(|_| value == 0.0);
    }
    let digits = 3 - value.abs().log10().floor() as i32;
    let scale = 10_f64.powi(digits);
    Some((value * scale).round() / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_keep_four_digits() {
        let row = |value| Row {
            members: Vec::new(),
            values: vec![Some(Value::Real(value))],
            compared: Vec::new(),
            partial: false,
            others: false,
        };
        assert_eq!(point(&row(1_234_567.0), 0), Some(1_235_000.0));
        assert_eq!(point(&row(-0.012_345_6), 0), Some(-0.012_35));
        assert_eq!(point(&row(0.0), 0), Some(0.0));
        assert_eq!(point(&row(0.0), 1), None);
    }
}
