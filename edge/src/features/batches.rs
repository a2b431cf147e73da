//! What became of files.

use api::ProblemKind;
use api::ingest::{Batch, LIST_MAX};
use kernel::{BatchId, TenantId};

use crate::fault::Fault;
use crate::http::{Request, Response};
use crate::ports::{Platform, Tenants};
use crate::tenant::{Ask, Told};

/// What became of one batch.
pub async fn batch<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    id: &BatchId,
) -> Result<Response, Fault> {
    Response::json(200, &find(platform, tenant, id).await?)
}

/// The rows of a batch that were not taken, as CSV.
pub async fn rejected<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    id: &BatchId,
) -> Result<Response, Fault> {
    let batch = find(platform, tenant, id).await?;
    let report = batch.report.ok_or_else(|| {
        Fault::refused(
            ProblemKind::Conflict,
            "this batch has not been worked in; ask again when it is done",
        )
    })?;
    let csv = report.rejected_csv().into_bytes();
    Ok(Response::bytes(200, "text/csv; charset=utf-8", csv)
        .with("cache-control", "no-store")
        .with(
            "content-disposition",
            format!("attachment; filename=\"rejected-{id}.csv\""),
        ))
}

/// Batches, newest first.
pub async fn list<P: Platform>(
    platform: &P,
    tenant: &TenantId,
    request: &Request,
) -> Result<Response, Fault> {
    let limit = match request.parameter("limit") {
        None => LIST_MAX.min(50),
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=LIST_MAX).contains(limit))
            .ok_or_else(|| Fault::bad_request(format!("limit is 1 to {LIST_MAX}")))?,
    };
    match platform
        .tenants()
        .ask(tenant, &Ask::Batches { limit })
        .await?
    {
        Told::Batches { batches } => Response::json(200, &batches),
        other => Err(Fault::internal("list batches", format!("{other:?}"))),
    }
}

async fn find<P: Platform>(platform: &P, tenant: &TenantId, id: &BatchId) -> Result<Batch, Fault> {
    match platform
        .tenants()
        .ask(tenant, &Ask::Batch { id: id.clone() })
        .await?
    {
        Told::Batch { batch } => Ok(batch),
        other => Err(Fault::internal("read a batch", format!("{other:?}"))),
    }
}
