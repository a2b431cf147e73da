//! Requests that services behind the gateway answer, by the routes that whoever runs the edge declares:
//!
//! 1. [`routing`]: the route, by method and path;
//! 2. caller, usage and access as for every endpoint: what the route needs, in the caller's own company;
//! 3. [`plan`]: the call, without any credential of the caller;
//! 4. [`cached`]: an answer that is kept;
//! 5. [`drive`]: attempts, by the machine of `upstream::exchange`;
//! 6. [`answer`]: what of the answer passes, and what is made of it.
//!
//! Only origins of the declaration are asked, redirections are not followed, and nothing of a service that fails is
//! told but that it does.

pub mod answer;
pub mod cached;
pub mod drive;
pub mod plan;
pub mod routing;

#[cfg(test)]
mod tests;

use std::rc::Rc;

use api::ProblemKind;
use kernel::TenantId;
use policy::{Right, Scope};
use upstream::compose::{self, Asked};
use upstream::rules::{Answer, Mock, Needs, Part, Route, Service};
use upstream::table::{Match, Missed, Table};
use upstream::{canary, deprecation, gather, headers};

use super::Seen;
use crate::fault::Fault;
use crate::gateway::caller::{self, Caller};
use crate::gateway::trace::Trace;
use crate::gateway::{access, cors, limits, lists, record, usage};
use crate::http::{Method, Request, Response};
use crate::ports::{Later, Platform, Upload};
use plan::Plan;

/// Answers a request below `/api/x/`.
pub(super) async fn pass<P: Platform>(
    platform: &P,
    request: &Request,
    upload: impl Upload,
    trace: &Trace,
    seen: &mut Seen,
) -> Result<Response, Fault> {
    let table = routing::table(platform)?;
    let found = find(&table, request)?;
    let route = table.routes.get(found.route).ok_or_else(Fault::not_found)?;
    if request.header("via").is_some_and(headers::has_passed) {
        return Err(Fault::bad_request(
            "this request has come through here before: its route leads back",
        ));
    }
    let caller = match route.needs {
        Needs::Nothing => Caller::Nobody,
        Needs::Scope(_) => caller::identify(platform, request).await?,
    };
    seen.asked = record::Asked::of_service(&caller, request.method, &route.name);
    let lists = lists::check(platform, request, &caller).await?;
    seen.origin = cors::check(request, &caller, &lists)?;
    seen.timing.end("caller", platform.now().millis());
    usage::count(platform, &caller, &mut seen.usage).await?;
    seen.timing.end("usage", platform.now().millis());
    let company = match route.needs {
        Needs::Nothing => None,
        Needs::Scope(scope) => Some(access::own(&caller, right(scope)?)?),
    };
    let body = body(route, request, upload).await?;
    let fields = request.headers.iter();
    let fields: Vec<(&str, &str)> = fields
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let place = trace.place();
    let who = who(&caller);
    let asked = Asked {
        values: &found.values,
        query: &request.query,
        fields: &fields,
        scheme: &request.scheme,
        host: &request.host,
        address: request.client_address(),
        company: company.as_ref().map_or("", TenantId::as_str),
        role: caller.subject().map_or("", |subject| subject.role().name()),
        caller: &who,
        trace: &place,
    };
    let told = Told {
        table: &table,
        route,
        at: found.route,
        asked: &asked,
        request,
    };
    if let Some(asked) = &mut seen.asked {
        asked.leads_to(told.services());
    }
    let answered = match &route.answer {
        Answer::Mock(mock) => Ok(mocked(mock)),
        Answer::Service(service) => told.service(platform, service, body).await,
        Answer::Parts(parts) => told.parts(platform, parts).await,
    };
    seen.timing.end("upstream", platform.now().millis());
    let mut response = answered?;
    for (name, value) in route.deprecated.iter().flat_map(deprecation::fields) {
        response = response.with(name, value);
    }
    Ok(response)
}

fn find<'p>(table: &Table, request: &'p Request) -> Result<Match<'p>, Fault> {
    table
        .find(request.method.name(), &request.path)
        .map_err(|missed| match missed {
            Missed::Path => Fault::not_found(),
            Missed::Method(methods) => Fault::NotAllowed {
                methods: methods.names().into_iter().map(str::to_owned).collect(),
            },
        })
}

/// The right that a scope stands for.
fn right(scope: Scope) -> Result<Right, Fault> {
    let found = Right::ALL
        .into_iter()
        .find(|right| right.scope() == Some(scope));
    found.ok_or_else(|| Fault::internal("find a right", scope.name()))
}

/// An id that is always this caller's, and the same for nobody else.
fn who(caller: &Caller) -> String {
    match caller {
        Caller::Session { person, .. } => person.clone(),
        Caller::Key { id, .. } => id.clone(),
        Caller::Program {
            client, grantor, ..
        } => match grantor {
            Some(grantor) => format!("{client}/{}", grantor.person),
            None => client.clone(),
        },
        Caller::External {
            issuer, subject, ..
        } => format!("{issuer}/{subject}"),
        Caller::Nobody | Caller::Admin => String::new(),
    }
}

/// Reads the body, within the route's limit.
async fn body(route: &Route, request: &Request, upload: impl Upload) -> Result<Rc<Vec<u8>>, Fault> {
    if request.method.is_safe() {
        return Ok(Rc::default());
    }
    let limit = route.body_bytes_max as usize;
    let announced = request
        .header("content-length")
        .and_then(|text| text.parse::<usize>().ok());
    if announced.is_some_and(|bytes| bytes > limit) {
        return Err(limits::too_large(limit));
    }
    if !matches!(request.header("content-encoding"), None | Some("identity")) {
        return Err(Fault::refused(
            ProblemKind::UnsupportedType,
            "send the body as it is, not packed",
        ));
    }
    let body = upload.read(limit).await?;
    answer::changed(&route.request.json, body).map(Rc::new)
}

fn mocked(mock: &Mock) -> Response {
    let body = mock.body.as_bytes().to_vec();
    Response::bytes(mock.status, "application/json", body).with("cache-control", "no-store")
}

/// A request with its route.
struct Told<'r> {
    table: &'r Table,
    route: &'r Route,
    at: usize,
    asked: &'r Asked<'r>,
    request: &'r Request,
}

impl Told<'_> {
    /// The service that answers: the route's own, or its canary.
    fn chosen(&self, service: &Service) -> usize {
        let canary = service.canary.as_ref().filter(|canary| {
            let chosen = canary
                .header
                .as_deref()
                .and_then(|name| self.request.header(name));
            let who = format!("{}/{}", self.asked.company, self.asked.caller);
            canary::takes(canary, &self.route.name, &who, chosen)
        });
        canary.map_or(service.upstream, |canary| canary.upstream)
    }

    /// The names of the services that answer, each once.
    fn services(&self) -> Vec<&str> {
        let places = match &self.route.answer {
            Answer::Mock(_) => Vec::new(),
            Answer::Service(service) => vec![self.chosen(service)],
            Answer::Parts(parts) => parts.iter().map(|part| part.upstream).collect(),
        };
        let mut names = Vec::new();
        for upstream in places.iter().filter_map(|at| self.table.upstreams.get(*at)) {
            if !names.contains(&upstream.name.as_str()) {
                names.push(upstream.name.as_str());
            }
        }
        names
    }

    fn plan(&self, upstream: usize, to: &upstream::path::Template, body: Rc<Vec<u8>>) -> Plan {
        let address = compose::address(to, self.asked);
        let path = address.split('?').next().unwrap_or_default();
        Plan {
            route: self.at,
            upstream,
            method: match self.request.method {
                // The answer is the same, and what is kept of one is good for the other.
                Method::Head => Method::Get.name(),
                method => method.name(),
            },
            fields: compose::fields(self.route, self.asked),
            body,
            key: compose::key(self.route, (self.at, upstream), &address, self.asked),
            beginning: compose::beginning(self.asked.company, upstream, path),
            address,
        }
    }

    async fn service<P: Platform>(
        &self,
        platform: &P,
        service: &Service,
        body: Rc<Vec<u8>>,
    ) -> Result<Response, Fault> {
        let upstream = self.chosen(service);
        self.look_after(platform, upstream);
        let plan = self.plan(upstream, &service.to, body);
        if let Some(rules) = self
            .route
            .cache
            .as_ref()
            .filter(|_| self.request.method.is_safe())
        {
            return cached::answer(platform, self.table, self.route, rules, plan, self.request)
                .await;
        }
        let reply = drive::ask(platform, self.table, self.route, &plan, &[]).await;
        let reply = reply.map_err(|failed| failed.fault())?;
        if !self.request.method.is_safe() && reply.status < 400 {
            platform.meters(|meters| meters.routing.store.forget(&plan.beginning));
        }
        Ok(answer::unkept(answer::ready(self.route, &reply)?))
    }

    async fn parts<P: Platform>(&self, platform: &P, parts: &[Part]) -> Result<Response, Fault> {
        let asked = parts.iter().map(|part| {
            self.look_after(platform, part.upstream);
            let plan = self.plan(part.upstream, &part.to, Rc::default());
            let future = async move {
                let reply = drive::ask(platform, self.table, self.route, &plan, &[]).await;
                reply
                    .ok()
                    .filter(|reply| (200..300).contains(&reply.status))
            };
            Box::pin(future) as drive::Work<'_, _>
        });
        let replies = drive::all(asked.collect()).await;
        let values = replies
            .into_iter()
            .map(|reply| answer::value(&reply?))
            .collect();
        let gathered = gather::gather(parts, values).map_err(|name| {
            let detail = format!("the part {name} cannot be had from the service behind it");
            Fault::refused(ProblemKind::UpstreamFailed, detail)
        })?;
        let whole = self.route.response.json.apply(gathered);
        Response::json(200, &whole)
    }

    /// Leaves it for after the answer to look at the hosts of a service whose time it is.
    fn look_after<P: Platform>(&self, platform: &P, upstream: usize) {
        let now = platform.now().millis();
        let due = platform.meters(|meters| meters.routing.looks_due(self.table, upstream, now));
        for host in due {
            platform.later(Later::Look(upstream, host));
        }
    }
}

/// Looks at a host of a service.
pub async fn look<P: Platform>(platform: &P, upstream: usize, host: usize) -> Result<(), Fault> {
    let table = routing::table(platform)?;
    let rules = table.upstreams.get(upstream);
    let Some((rules, health)) = rules.and_then(|rules| Some((rules, rules.health.as_ref()?)))
    else {
        return Ok(());
    };
    let Some(place) = rules.hosts.get(host) else {
        return Ok(());
    };
    let call = crate::ports::Call {
        url: format!("{}{}", place.origin, health.path),
        method: "GET",
        fields: vec![("via".to_owned(), headers::via())],
        body: Rc::default(),
        answer_bytes_max: 64 << 10,
    };
    let limit = platform.sleep(health.timeout_millis.into());
    let said = drive::within(platform.call(call), limit).await;
    let is_good = matches!(said, Some(Ok(reply)) if (200..300).contains(&reply.status));
    platform.meters(|meters| meters.routing.looked(&table, upstream, host, is_good));
    Ok(())
}
