//! What every request passes, stage by stage, each a file:
//!
//! 1. [`route`]: which endpoint is meant, by method and path;
//! 2. [`origin`]: a page of another site cannot make this browser act;
//! 3. [`limits`]: size and type of what is sent, and how often a client may ask;
//! 4. [`caller`]: administrator, session or nobody;
//! 5. [`access`]: from caller and company to the company's own storage, or "there is nothing here";
//! 6. the feature;
//! 7. [`headers`]: what every response says, errors as problems.
//!
//! No response allows another origin to read it: there is no CORS.

pub mod access;
pub mod caller;
pub mod cookies;
pub mod flood;
pub mod headers;
pub mod limits;
pub mod origin;
pub mod route;

use api::Problem;

use crate::digest;
use crate::fault::Fault;
use crate::features::{
    admin, auth, dashboard, health, ingest, page, passkeys, sessions, sign_in, sync,
};
use crate::http::{Request, Response};
use crate::ports::{Platform, Upload};
use access::Right;
use route::Route;

/// Answers a request.
pub async fn handle<P: Platform>(platform: &P, request: &Request, upload: impl Upload) -> Response {
    let request_id = request_id(platform);
    let response = match pass(platform, request, upload).await {
        Ok(response) => response,
        Err(fault) => {
            if matches!(fault, Fault::Internal { .. }) {
                let (method, path) = (request.method, &request.path);
                platform.log(&format!("{request_id} {method:?} {path}: {fault}"));
            }
            problem(&fault, &request_id)
        }
    };
    headers::finish(response, request, &request_id, platform.settings())
}

/// The answer where a static file turns out not to be there.
pub fn missing<P: Platform>(platform: &P, request: &Request) -> Response {
    let request_id = request_id(platform);
    let response = problem(&Fault::not_found(), &request_id);
    headers::finish(response, request, &request_id, platform.settings())
}

async fn pass<P: Platform>(
    platform: &P,
    request: &Request,
    upload: impl Upload,
) -> Result<Response, Fault> {
    let route = route::find(request.method, &request.path)?;
    origin::check(request)?;
    limits::check(platform, request, &route)?;
    match route {
        Route::Asset => return Ok(page::serve(platform, request).await),
        Route::Health => return health::answer(platform),
        _ => {}
    }
    let caller = caller::identify(platform, request).await?;
    let company = |right| access::company(&caller, request, right);
    let json = |upload| json_body(upload);
    match route {
        Route::Asset | Route::Health => Err(Fault::not_found()),
        Route::Migrate => {
            caller.require_admin()?;
            admin::migrate(platform).await
        }
        Route::PutCompany(id) => {
            caller.require_admin()?;
            admin::put_company(platform, &id, &json(upload).await?).await
        }
        Route::Invite => {
            caller.require_admin()?;
            admin::invite(platform).await
        }
        Route::Claim => auth::claim(platform, request, &caller, &json(upload).await?).await,
        Route::Me => auth::me(platform, &caller).await,
        Route::PatchCompany(id) => {
            let id = access::named(&caller, id, Right::Write)?;
            auth::change_company(platform, &id, &json(upload).await?).await
        }
        Route::PostBatch => {
            let tenant = company(Right::Write)?;
            let body = upload.read(api::ingest::BODY_BYTES_MAX).await?;
            ingest::receive(platform, &tenant, request, body).await
        }
        Route::Batches => ingest::list(platform, &company(Right::Read)?, request).await,
        Route::Batch(id) => ingest::batch(platform, &company(Right::Read)?, &id).await,
        Route::Rejected(id) => ingest::rejected(platform, &company(Right::Read)?, &id).await,
        Route::Manifest => sync::manifest(platform, &company(Right::Read)?, request).await,
        Route::Blob(hash) => sync::blob(platform, &company(Right::Read)?, hash).await,
        Route::Dashboard => dashboard::answer(platform, &access::home(&caller, request)?).await,
        Route::PasskeyOptions => passkeys::options(platform, request, &caller).await,
        Route::Passkeys => passkeys::list(platform, &caller).await,
        Route::AddPasskey => passkeys::add(platform, request, &caller, &json(upload).await?).await,
        Route::RemovePasskey(id) => passkeys::remove(platform, &caller, &id).await,
        Route::RestorePasskey(id) => passkeys::restore(platform, &caller, &id).await,
        Route::RecoveryCodes => passkeys::make_codes(platform, &caller).await,
        Route::SignInOptions => sign_in::options(platform, request).await,
        Route::SignIn => sign_in::by_passkey(platform, request, &json(upload).await?).await,
        Route::Recover => sign_in::by_code(platform, request, &json(upload).await?).await,
        Route::Sessions => sessions::list(platform, &caller).await,
        Route::EndOtherSessions => sessions::end_others(platform, &caller).await,
        Route::EndSession(id) => sessions::end_one(platform, request, &caller, &id).await,
    }
}

async fn json_body(upload: impl Upload) -> Result<Vec<u8>, Fault> {
    upload.read(limits::JSON_BYTES_MAX).await
}

/// Names a request in its answer and in the log.
fn request_id<P: Platform>(platform: &P) -> String {
    let random = platform.random().unwrap_or_default();
    digest::hex(random.get(..8).unwrap_or_default())
}

fn problem(fault: &Fault, request_id: &str) -> Response {
    let problem = fault.problem(request_id);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    Response::bytes(problem.status, Problem::CONTENT_TYPE, body).with("cache-control", "no-store")
}
