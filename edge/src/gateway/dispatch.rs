//! Stage 10: the feature that answers. Whoever comes here was let in.
//!
//! What carries a company's data answers here. All else, who people and programs are and what they set, is the
//! [`control`] plane's, which has a Worker of its own.

use api::routes::{Endpoint, Found, Takes};
use kernel::TenantId;

use crate::control;
use crate::fault::Fault;
use crate::features::{assets, dashboard, health, ingest, sync};
use crate::gateway::caller::Caller;
use crate::gateway::limits;
use crate::gateway::route::named;
use crate::http::{Request, Response};
use crate::ports::{Platform, Upload};

/// A request that was let in.
pub struct Admitted<'r> {
    /// The request.
    pub request: &'r Request,
    /// Its endpoint.
    pub found: Found<'r>,
    /// Who asks.
    pub caller: Caller,
    /// The company that it is about, where it is about one.
    pub company: Option<TenantId>,
}

/// Answers it.
pub async fn answer<P: Platform>(
    platform: &P,
    admitted: &Admitted<'_>,
    upload: impl Upload,
) -> Result<Response, Fault> {
    let Admitted {
        request,
        found,
        caller,
        company,
    } = admitted;
    let company = || {
        let missing = || Fault::internal("answer", "this endpoint is about no company");
        company.as_ref().ok_or_else(missing)
    };
    match found.route.endpoint {
        Endpoint::Health | Endpoint::Healthz => health::answer(platform),
        Endpoint::Metrics => Ok(health::metrics(platform)),
        Endpoint::OpenApi => Ok(assets::file(request, api::health::OPENAPI_FILE)),
        Endpoint::ChangesJson => Ok(assets::file(request, api::changes::JSON_FILE)),
        Endpoint::ChangesAtom => Ok(assets::file(request, api::changes::ATOM_FILE)),
        Endpoint::PostBatch => {
            let body = upload.read(api::ingest::BODY_BYTES_MAX).await?;
            ingest::receive(platform, company()?, request, body).await
        }
        Endpoint::Manifest => {
            let sight = caller.sight(platform, company()?).await?;
            sync::manifest(platform, company()?, &sight, request).await
        }
        Endpoint::Blob => {
            let sight = caller.sight(platform, company()?).await?;
            sync::blob(platform, company()?, &sight, named(found)?).await
        }
        Endpoint::Dashboard => {
            let sight = caller.sight(platform, company()?).await?;
            dashboard::answer(platform, company()?, &sight).await
        }
        _ => hand_over(platform, admitted, upload).await,
    }
}

/// Has the control plane answer.
async fn hand_over<P: Platform>(
    platform: &P,
    admitted: &Admitted<'_>,
    upload: impl Upload,
) -> Result<Response, Fault> {
    let body = match admitted.found.route.takes {
        Takes::Nothing => Vec::new(),
        Takes::Json => limits::read_json(upload).await?,
        Takes::Form | Takes::File => upload.read(limits::JSON_BYTES_MAX).await?,
    };
    let ask = control::Ask {
        request: admitted.request.clone(),
        caller: admitted.caller.clone(),
        company: admitted.company.clone(),
    };
    let told = platform.control(&ask, body).await?;
    // What was believed of keys and lists a moment ago may be over.
    platform.meters(|meters| {
        if told.has_changed_keys {
            meters.keys.forget();
        }
        if let (Endpoint::PutAccessLists, Some(company)) =
            (admitted.found.route.endpoint, &admitted.company)
        {
            meters.lists.forget(company);
        }
    });
    told.response
}
