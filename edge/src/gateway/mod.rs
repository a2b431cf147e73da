//! What every request passes, stage by stage, each a file:
//!
//! 1. [`route`]: which endpoint is meant, by method and path;
//! 2. [`origin`]: a page of another site cannot make this browser act; preflights are answered ([`cors`]);
//! 3. [`guard`]: countries and programs that are kept out;
//! 4. [`limits`]: size and type of what is sent, and how often a client may ask;
//! 5. [`caller`]: administrator, key, session or nobody, and the [`proof`] of a token that is bound to a key;
//!    Then [`lists`]: the networks of the caller's company, and [`cors`]: the origins whose pages may ask;
//! 6. [`usage`]: how much this caller has asked already;
//! 7. [`access`]: what this caller may do, and the company that it is about, or "there is nothing here";
//! 8. [`audit`]: who changes access is written down;
//! 9. [`idempotency`]: the same answer to the same request, where it says that it is one;
//! 10. [`dispatch`]: the feature;
//! 11. [`problems`]: errors as problems;
//! 12. [`trace`]: how long it took, counted and told, and by [`record`] written down;
//! 13. [`headers`]: what every response says.
//!
//! What lies below `/api/x/` is answered by services behind the gateway: [`upstream`], after the same stages.
//!
//! A response allows another origin to read it where the company of the key or token lists that origin; never with cookies.

pub mod access;
pub mod access_token;
pub mod audit;
pub mod caller;
pub mod cookies;
pub mod cors;
pub mod dispatch;
pub mod guard;
pub mod headers;
pub mod idempotency;
pub mod issuers;
pub mod known_keys;
pub mod limits;
pub mod lists;
pub mod meters;
pub mod names;
pub mod origin;
pub mod problems;
pub mod proof;
pub mod record;
pub mod route;
pub mod trace;
pub mod upstream;
pub mod usage;

use api::routes::Endpoint;

use crate::digest;
use crate::fault::Fault;
use crate::features::page;
use crate::http::{Request, Response};
use crate::ports::{Platform, Upload};
use dispatch::Admitted;
use record::Asked;
use route::Target;
use trace::{Timing, Trace};
use usage::Usage;

/// Answers a request.
pub async fn handle<P: Platform>(platform: &P, request: &Request, upload: impl Upload) -> Response {
    let trace = Trace::begin(request, &platform.random().unwrap_or_default());
    let mut seen = Seen::begin(platform.now().millis());
    let response = match pass(platform, request, upload, &trace, &mut seen).await {
        Ok(response) => response,
        Err(fault) => {
            if matches!(fault, Fault::Internal { .. }) {
                let (id, of) = (&trace.span_id, &trace.trace_id);
                let (method, path) = (request.method, &request.path);
                platform.log(&format!("{id} of {of} {method:?} {path}: {fault}"));
            }
            problems::response(&fault, &trace.span_id)
        }
    };
    let response = match proof::next_nonce(platform, request) {
        Some(nonce) => response.with("dpop-nonce", nonce),
        None => response,
    };
    seen.timing.end("answer", platform.now().millis());
    let (endpoint, millis) = (seen.endpoint, seen.timing.whole());
    platform.meters(|meters| meters.tally.count(endpoint, response.status, millis));
    if let Some(asked) = seen.asked.take() {
        record::note(
            platform,
            asked,
            &trace.span_id,
            request,
            &response,
            &seen.timing,
        );
    }
    let response = cors::allowed(response, seen.origin.take());
    let response = trace.told(seen.usage.told(response), &seen.timing);
    headers::finish(response, request, &trace.span_id, platform.settings())
}

/// What is told of a request, whatever comes of it.
struct Seen {
    endpoint: Option<Endpoint>,
    /// Whose request it is, once that is known.
    asked: Option<Asked>,
    /// The other origin that may read the answer.
    origin: Option<String>,
    usage: Usage,
    timing: Timing,
}

impl Seen {
    fn begin(now: i64) -> Seen {
        Seen {
            endpoint: None,
            asked: None,
            origin: None,
            usage: Usage::default(),
            timing: Timing::begin(now),
        }
    }
}

/// The answer where a static file turns out not to be there.
pub fn missing<P: Platform>(platform: &P, request: &Request) -> Response {
    let request_id = request_id(platform);
    let response = problems::response(&Fault::not_found(), &request_id);
    headers::finish(response, request, &request_id, platform.settings())
}

async fn pass<P: Platform>(
    platform: &P,
    request: &Request,
    upload: impl Upload,
    trace: &Trace,
    seen: &mut Seen,
) -> Result<Response, Fault> {
    if let Some(answer) = cors::preflight(request) {
        return match limits::admits(platform, request) {
            true => Ok(answer),
            false => Err(limits::too_often()),
        };
    }
    let target = route::find(request)?;
    origin::check(request)?;
    guard::check(platform, request, &target)?;
    limits::check(platform, request, &target)?;
    let found = match target {
        Target::Asset => return Ok(page::serve(platform, request).await),
        Target::Service => return upstream::pass(platform, request, upload, trace, seen).await,
        Target::Endpoint(found) => found,
    };
    seen.endpoint = Some(found.route.endpoint);
    route::check_query(request, &found)?;
    let caller = match found.route.endpoint {
        // Whether the edge answers must not depend on anything else.
        // Clients name themselves in words of their own.
        Endpoint::Health
        | Endpoint::Healthz
        | Endpoint::Device
        | Endpoint::Token
        | Endpoint::Introspect
        | Endpoint::RevokeToken => caller::Caller::Nobody,
        _ => caller::identify(platform, request).await?,
    };
    seen.asked = Asked::by(&caller, found.route);
    let lists = lists::check(platform, request, &caller).await?;
    seen.origin = cors::check(request, &caller, &lists)?;
    seen.timing.end("caller", platform.now().millis());
    usage::count(platform, &caller, &mut seen.usage).await?;
    seen.timing.end("usage", platform.now().millis());
    let company = access::check(&caller, request, &found)?;
    let admitted = Admitted {
        request,
        found,
        caller,
        company,
    };
    audit::answer(platform, &admitted, upload).await
}

/// Names a request in its answer and in the log.
fn request_id<P: Platform>(platform: &P) -> String {
    let random = platform.random().unwrap_or_default();
    digest::hex(random.get(..8).unwrap_or_default())
}
