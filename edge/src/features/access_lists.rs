//! From where a company is asked: the lists of origins and networks, told and replaced.

use api::ProblemKind;
use api::access_lists::{Lists, NETWORKS_MAX, NewAccessLists, ORIGINS_MAX};
use kernel::TenantId;
use policy::AccessLists;

use super::from_json;
use crate::fault::Fault;
use crate::gateway::lists;
use crate::http::{Request, Response};
use crate::ports::Platform;

/// Tells the lists.
pub async fn tell<P: Platform>(
    platform: &P,
    company: &TenantId,
    request: &Request,
) -> Result<Response, Fault> {
    let lists = lists::look_up(platform, company).await?;
    told(&lists, request)
}

/// Replaces the lists.
pub async fn replace<P: Platform>(
    platform: &P,
    company: &TenantId,
    request: &Request,
    body: &[u8],
) -> Result<Response, Fault> {
    let new: NewAccessLists = from_json(body)?;
    if new.origins.len() > ORIGINS_MAX || new.networks.len() > NETWORKS_MAX {
        return Err(Fault::bad_request(format!(
            "name at most {ORIGINS_MAX} origins and {NETWORKS_MAX} networks"
        )));
    }
    let new = AccessLists {
        origins: new.origins,
        networks: new.networks,
    };
    let address = request.client_address();
    if !new.admits_address(address) {
        let detail = match address {
            Some(address) => format!(
                "these networks leave your own address out, {}: you could not undo it",
                address.to_canonical()
            ),
            None => "this edge is not told from where requests come, so these networks would shut everybody \
                     out; whoever runs it has to put a proxy in front that sets CF-Connecting-IP"
                .to_owned(),
        };
        return Err(Fault::refused(ProblemKind::Conflict, detail));
    }
    lists::replace(platform, company, &new).await?;
    told(&new, request)
}

fn told(lists: &AccessLists, request: &Request) -> Result<Response, Fault> {
    let address = request.client_address();
    let lists = Lists {
        origins: lists.origins.clone(),
        networks: lists.networks.clone(),
        address: address.map(|address| address.to_canonical().to_string()),
    };
    Response::json(200, &lists)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fakes::World;
    use crate::features::admin;
    use crate::http::Method;
    use crate::ports::Database as _;

    #[test]
    fn nobody_shuts_themselves_out() {
        let world = World::new();
        world.run(admin::migrate(&world)).unwrap();
        let acme: TenantId = "acme".parse().unwrap();
        let make = "INSERT INTO companies (id, created_at) VALUES ('acme', 0)";
        world
            .run(world.database().batch(vec![(make, Vec::new())]))
            .unwrap();
        let put = |address: Option<&str>, networks: &[&str]| {
            let address = address.map(|text| ("cf-connecting-ip".to_owned(), text.to_owned()));
            let request = Request {
                method: Method::Put,
                scheme: "https".into(),
                host: "bi.example".into(),
                path: "/".into(),
                query: Vec::new(),
                headers: address.into_iter().collect(),
            };
            let body = serde_json::json!({ "origins": [], "networks": networks }).to_string();
            let answer = world.run(replace(&world, &acme, &request, body.as_bytes()));
            answer
                .map(|answer| answer.status)
                .map_err(|fault| fault.kind())
        };
        let here = Some("203.0.113.5");
        assert_eq!(put(here, &["203.0.113.0/24"]), Ok(200));
        assert_eq!(put(here, &["198.51.100.0/24"]), Err(ProblemKind::Conflict));
        assert_eq!(put(None, &["203.0.113.0/24"]), Err(ProblemKind::Conflict));
        assert_eq!(put(here, &["203.0.113.5/24"]), Err(ProblemKind::BadRequest));
        let many: Vec<String> = (0..=NETWORKS_MAX)
            .map(|at| format!("203.0.113.{at}"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(put(here, &many), Err(ProblemKind::BadRequest));
        let held = world.run(lists::look_up(&world, &acme)).unwrap();
        assert_eq!(held.networks.len(), 1, "what was refused changes nothing");
        assert_eq!(put(None, &[]), Ok(200), "an empty list shuts nobody out");
    }
}
