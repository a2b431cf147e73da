//! The home screen's figures, once per state of the data and day.

use api::dashboard::Dashboard;
use kernel::{Date, TenantId};
use policy::{Rows, Sight};

use crate::fault::{Context, Fault};
use crate::figures;
use crate::http::Response;
use crate::ports::{Platform, Tenants};
use crate::tenant::{Ask, Told};

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
        .with("cache-control", "private, no-store")
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

/// The figures of what is seen, and the sequence of the data they are of.
async fn compute<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    sight: &Sight,
    today: Date,
) -> Result<(u64, String), Fault> {
    let ask = figures::Ask::Dashboard {
        tenant: tenant.clone(),
        sight: sight.clone(),
        today,
    };
    match platform.figures(&ask).await? {
        figures::Told::Dashboard { sequence, json } => Ok((sequence, json)),
        other => Err(Fault::internal("compute a dashboard", format!("{other:?}"))),
    }
}
