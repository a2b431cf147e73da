//! Stage 3: countries and programs that whoever runs the edge keeps out. Where somebody is, the platform in front says
//! by `CF-IPCountry`; without one, a client may write there what it likes.

use api::ProblemKind;
use api::routes::Endpoint;

use crate::fault::Fault;
use crate::gateway::route::Target;
use crate::http::Request;
use crate::ports::Platform;

/// Refuses who is kept out. Whether the edge answers, everybody may know.
pub fn check<P: Platform>(
    platform: &P,
    request: &Request,
    target: &Target<'_>,
) -> Result<(), Fault> {
    let is_health = matches!(target, Target::Endpoint(found)
        if matches!(found.route.endpoint, Endpoint::Health | Endpoint::Healthz));
    let guard = &platform.settings().guard;
    if is_health || guard.admits(request.header("cf-ipcountry"), request.header("user-agent")) {
        return Ok(());
    }
    let detail = "whoever runs this takes no requests from there, or from programs of that name";
    Err(Fault::refused(ProblemKind::Forbidden, detail))
}

#[cfg(test)]
mod tests {
    use policy::Guard;

    use super::*;
    use crate::fakes::World;
    use crate::gateway::route;
    use crate::http::Method;

    #[test]
    fn who_is_kept_out_learns_only_that_the_edge_answers() {
        let mut world = World::new();
        world.settings.guard = Guard::new("TR", "badbot");
        let is_let_in = |path: &str, country: &str, agent: &str| {
            let request = Request {
                method: Method::Get,
                scheme: "https".into(),
                host: "bi.example".into(),
                path: path.into(),
                query: Vec::new(),
                headers: [("cf-ipcountry", country), ("user-agent", agent)]
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .into(),
            };
            let target = route::find(&request).unwrap();
            check(&world, &request, &target).is_ok()
        };
        for path in ["/", "/api/auth/v1/me", "/api/x/v1/a"] {
            assert!(is_let_in(path, "TR", "curl/8"), "{path}");
            assert!(!is_let_in(path, "US", "curl/8"), "{path}");
            assert!(!is_let_in(path, "TR", "a BadBot/1"), "{path}");
        }
        assert!(is_let_in("/api/health", "US", "badbot") && is_let_in("/healthz", "US", "badbot"));
    }
}
