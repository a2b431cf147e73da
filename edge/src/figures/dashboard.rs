//! The home screen's figures, computed by the same cube as on the phone.

use api::dashboard::Dashboard;
use cube::Query;
use kernel::{Date, DateRange, TenantId};
use model::schema::DataSet;
use policy::Sight;
use sync::Manifest;

use super::facts::{load, manifest};
use crate::fault::{Context, Fault};
use crate::features::dashboard::hide;
use crate::ports::Platform;

/// The home screen's figures of what is seen, and the sequence of the data they are of.
pub(super) async fn compute<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    today: Date,
) -> Result<(u64, String), Fault> {
    let manifest = manifest(platform, tenant, sight).await?;
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
