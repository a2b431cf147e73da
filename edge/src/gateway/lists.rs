//! After stage 5: the networks that a company is asked from, and the origins whose pages may ask; remembered for a
//! moment, as keys are.

use std::collections::BTreeMap;
use std::rc::Rc;

use api::ProblemKind;
use kernel::TenantId;
use policy::AccessLists;

use crate::fault::{Context, Fault};
use crate::gateway::caller::Caller;
use crate::gateway::known_keys::TRUST_MILLIS;
use crate::http::Request;
use crate::ports::{Database, Platform, SqlValue};

/// Companies whose lists are remembered at once.
const COMPANIES_MAX: usize = 2_000;

/// Lists that were looked up a moment ago.
#[derive(Debug, Default)]
pub struct KnownLists {
    lists: BTreeMap<TenantId, (Rc<AccessLists>, i64)>,
}

impl KnownLists {
    fn get(&self, company: &TenantId, now: i64) -> Option<Rc<AccessLists>> {
        let (lists, looked_up) = self.lists.get(company)?;
        (0..TRUST_MILLIS)
            .contains(&(now - looked_up))
            .then(|| lists.clone())
    }

    fn remember(&mut self, company: &TenantId, lists: Rc<AccessLists>, now: i64) {
        if self.lists.len() >= COMPANIES_MAX && !self.lists.contains_key(company) {
            self.lists.clear();
        }
        self.lists.insert(company.clone(), (lists, now));
    }

    /// Forgets a company's lists: they were changed.
    pub fn forget(&mut self, company: &TenantId) {
        self.lists.remove(company);
    }
}

/// The lists of the caller's company, where the request comes from one of its networks. Who belongs to no company has
/// empty ones.
pub async fn check<P: Platform>(
    platform: &P,
    request: &Request,
    caller: &Caller,
) -> Result<Rc<AccessLists>, Fault> {
    let Some(company) = caller.company() else {
        return Ok(Rc::default());
    };
    let lists = look_up(platform, company).await?;
    if lists.admits_address(request.client_address()) {
        return Ok(lists);
    }
    Err(Fault::refused(
        ProblemKind::Forbidden,
        "the company takes requests from its own networks only, and this address is in none of them",
    ))
}

/// The lists of a company.
pub async fn look_up<P: Platform>(
    platform: &P,
    company: &TenantId,
) -> Result<Rc<AccessLists>, Fault> {
    let now = platform.now().millis();
    if let Some(known) = platform.meters(|meters| meters.lists.get(company, now)) {
        return Ok(known);
    }
    let statement = "SELECT origins, networks FROM access_lists WHERE company_id = ?1";
    let values = vec![company.as_str().into()];
    let rows = platform.database().rows((statement, values)).await?;
    let text = |at: usize| {
        let value = rows.first().and_then(|row| row.get(at)?.text());
        value.unwrap_or_default().split_ascii_whitespace()
    };
    // Half a list would let in whom it leaves out.
    let lists = Rc::new(AccessLists {
        origins: (text(0).map(str::parse).collect::<Result<_, _>>())
            .context("read a company's origins")?,
        networks: (text(1).map(str::parse).collect::<Result<_, _>>())
            .context("read a company's networks")?,
    });
    platform.meters(|meters| meters.lists.remember(company, lists.clone(), now));
    Ok(lists)
}

/// Replaces the lists of a company.
pub async fn replace<P: Platform>(
    platform: &P,
    company: &TenantId,
    lists: &AccessLists,
) -> Result<(), Fault> {
    let origins: Vec<&str> = lists.origins.iter().map(|origin| origin.as_str()).collect();
    let networks = lists.networks.iter().map(ToString::to_string);
    let networks: Vec<String> = networks.collect();
    let statement = "INSERT INTO access_lists (company_id, origins, networks) VALUES (?1, ?2, ?3) \
         ON CONFLICT (company_id) DO UPDATE SET origins = ?2, networks = ?3";
    let values: Vec<SqlValue> = vec![
        company.as_str().into(),
        origins.join(" ").into(),
        networks.join(" ").into(),
    ];
    platform.database().rows((statement, values)).await?;
    platform.meters(|meters| meters.lists.forget(company));
    Ok(())
}

#[cfg(test)]
mod tests {
    use policy::Role;

    use super::*;
    use crate::fakes::World;
    use crate::features::admin;
    use crate::http::Method;

    fn asked(address: Option<&str>) -> Request {
        let address = address.map(|address| ("cf-connecting-ip".to_owned(), address.to_owned()));
        Request {
            method: Method::Get,
            scheme: "https".into(),
            host: "bi.example".into(),
            path: "/".into(),
            query: Vec::new(),
            headers: address.into_iter().collect(),
        }
    }

    fn member(company: &str) -> Caller {
        Caller::Session {
            company: company.parse().unwrap(),
            person: String::new(),
            digest: String::new(),
            role: Role::Owner,
            channels: None,
        }
    }

    #[test]
    fn a_company_s_networks_hold_for_everybody_of_it_and_for_nobody_else() {
        let world = World::new();
        world.run(admin::migrate(&world)).unwrap();
        let acme: TenantId = "acme".parse().unwrap();
        let make = "INSERT INTO companies (id, created_at) VALUES ('acme', 0)";
        world
            .run(Database::rows(world.database(), (make, Vec::new())))
            .unwrap();
        let is_let_in = |caller: &Caller, address: Option<&str>| match world.run(check(
            &world,
            &asked(address),
            caller,
        )) {
            Ok(_) => true,
            Err(fault) => {
                assert_eq!(fault.kind(), ProblemKind::Forbidden);
                false
            }
        };
        assert!(
            is_let_in(&member("acme"), None),
            "without a list from everywhere"
        );
        let office = AccessLists {
            origins: vec!["https://shop.example".parse().unwrap()],
            networks: vec![
                "192.0.2.0/24".parse().unwrap(),
                "2001:db8::/32".parse().unwrap(),
            ],
        };
        world.run(replace(&world, &acme, &office)).unwrap();
        assert_eq!(*world.run(look_up(&world, &acme)).unwrap(), office);
        for (caller, address, expected) in [
            (member("acme"), Some("192.0.2.9"), true),
            (member("acme"), Some("2001:db8::9"), true),
            (member("acme"), Some("192.0.3.9"), false),
            (member("acme"), Some("not an address"), false),
            (member("acme"), None, false),
            (member("other"), Some("192.0.3.9"), true),
            (Caller::Nobody, None, true),
            (Caller::Admin, None, true),
        ] {
            assert_eq!(
                is_let_in(&caller, address),
                expected,
                "{caller:?} {address:?}"
            );
        }
        // A list that was changed elsewhere is believed for a moment, and no longer.
        let change = "UPDATE access_lists SET networks = '198.51.100.0/24'";
        world
            .run(Database::rows(world.database(), (change, Vec::new())))
            .unwrap();
        assert!(is_let_in(&member("acme"), Some("192.0.2.9")));
        world.now.set(world.now.get() + TRUST_MILLIS);
        assert!(!is_let_in(&member("acme"), Some("192.0.2.9")));
        // One that cannot be read lets nobody in.
        let damage = "UPDATE access_lists SET networks = '198.51.100.0/24 x'";
        world
            .run(Database::rows(world.database(), (damage, Vec::new())))
            .unwrap();
        world.now.set(world.now.get() + TRUST_MILLIS);
        let checked = world.run(check(&world, &asked(Some("198.51.100.1")), &member("acme")));
        assert_eq!(checked.unwrap_err().kind(), ProblemKind::Internal);
    }

    #[test]
    fn memory_is_bounded() {
        let mut known = KnownLists::default();
        for number in 0..2 * COMPANIES_MAX {
            let company = format!("c-{number}").parse().unwrap();
            known.remember(&company, Rc::default(), 0);
            assert!(known.lists.len() <= COMPANIES_MAX);
        }
    }
}
