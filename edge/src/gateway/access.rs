//! Stage 7: from caller and endpoint to the one company that the request is about, or "no".
//!
//! What each role and scope may do is `policy::Subject::may`; which right an endpoint needs is in the table of
//! `api::routes`. Here both meet, once, for every endpoint.
//!
//! A company that this caller may not know of is "not found", in the same words as one that does not
//! exist. Everybody may look at the demo company; the administrator fills it.

use api::ProblemKind;
use api::routes::{Found, Needs};
use kernel::TenantId;
use policy::{Right, Subject};

use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::gateway::route;
use crate::http::Request;

/// The id of the demo company.
pub const DEMO: &str = "demo";

/// Lets a caller in, and says which company the request is about; none where it is about none.
pub fn check(
    caller: &Caller,
    request: &Request,
    found: &Found<'_>,
) -> Result<Option<TenantId>, Fault> {
    match found.route.needs {
        Needs::Nothing => Ok(None),
        Needs::Operator => caller.require_admin().map(|()| None),
        Needs::Own(right) => own(caller, right).map(Some),
        Needs::Named(right) => named(caller, parameter(request)?, right).map(Some),
        Needs::InPath(right) => named(caller, route::named(found)?, right).map(Some),
        Needs::Home => home(caller, request).map(Some),
    }
}

/// The company to look at first: the one that the request names, else the caller's own, else the demo.
pub fn home(caller: &Caller, request: &Request) -> Result<TenantId, Fault> {
    if request.parameter("company").is_some() {
        return named(caller, parameter(request)?, Right::ReadFigures);
    }
    match caller.company() {
        Some(_) => own(caller, Right::ReadFigures),
        None => DEMO.parse().map_err(|_| Fault::not_found()),
    }
}

fn parameter(request: &Request) -> Result<TenantId, Fault> {
    let name = request
        .parameter("company")
        .ok_or_else(|| Fault::bad_request("name the company: ?company=demo"))?;
    name.parse().map_err(|_| Fault::not_found())
}

/// The caller's own company, if they have the right there.
pub fn own(caller: &Caller, right: Right) -> Result<TenantId, Fault> {
    let (Some(company), Some(subject)) = (caller.company(), caller.subject()) else {
        return Err(Fault::refused(
            ProblemKind::Unauthorized,
            "sign in to see this",
        ));
    };
    if subject.may(right) {
        return Ok(company.clone());
    }
    Err(forbidden(subject, right))
}

/// A company, if the caller has the right.
fn named(caller: &Caller, company: TenantId, right: Right) -> Result<TenantId, Fault> {
    let is_demo = company.as_str() == DEMO;
    if !is_demo && caller.company() == Some(&company) {
        return own(caller, right);
    }
    if !is_demo {
        return Err(Fault::not_found());
    }
    let is_reading = matches!(right, Right::ReadFigures | Right::ReadImports);
    match caller.subject() {
        // A key can do no more than it was made for, wherever.
        Some(subject) if subject.scopes().is_some() && !subject.may(right) => {
            Err(forbidden(subject, right))
        }
        _ if is_reading || *caller == Caller::Admin => Ok(company),
        _ => Err(Fault::refused(
            ProblemKind::Forbidden,
            "the demo company can only be looked at; open your own by its link",
        )),
    }
}

fn forbidden(subject: Subject, right: Right) -> Fault {
    let detail = match (subject, right.scope()) {
        (Subject::Service(_), Some(scope)) => {
            format!("this key was made without the scope {}", scope.name())
        }
        (Subject::Delegate { scopes, .. }, Some(scope)) if !scopes.has(scope) => {
            format!("this token was granted without the scope {}", scope.name())
        }
        (Subject::Delegate { role, .. }, Some(_)) => {
            format!(
                "this token acts for somebody whose role, {}, may not do this",
                role.name()
            )
        }
        (Subject::Service(_) | Subject::Delegate { .. }, None) => {
            "a person has to do this, signed in".to_owned()
        }
        (Subject::Person(role), _) => format!("your role, {}, may not do this", role.name()),
        (Subject::Limited(_), _) => "this is about all channels, and you see some".to_owned(),
    };
    Fault::refused(ProblemKind::Forbidden, detail)
}

#[cfg(test)]
mod tests {
    use api::routes::ROUTES;
    use policy::{Role, Scope, Scopes};

    use super::*;
    use crate::http::Method;

    fn callers(company: &str) -> Vec<Caller> {
        let company: TenantId = company.parse().unwrap();
        let people = Role::ALL.into_iter().flat_map(|role| {
            [None, Some(Vec::new())].map(|channels| Caller::Session {
                company: company.clone(),
                person: String::new(),
                digest: String::new(),
                role,
                channels,
            })
        });
        let keys = (0..1_u32 << Scope::ALL.len()).map(|bits| Caller::Key {
            company: company.clone(),
            id: String::new(),
            scopes: (Scope::ALL.into_iter())
                .filter(|scope| bits >> *scope as u32 & 1 == 1)
                .collect::<Scopes>(),
        });
        let vouched = Role::ALL.into_iter().map(|role| Caller::External {
            company: company.clone(),
            issuer: String::new(),
            subject: String::new(),
            role,
            scopes: Scope::ALL.into_iter().collect(),
        });
        people.chain(keys).chain(vouched).collect()
    }

    fn ask(
        caller: &Caller,
        found: &Found<'_>,
        company: &str,
    ) -> Result<Option<TenantId>, ProblemKind> {
        let request = Request {
            method: Method::Get,
            scheme: "http".into(),
            host: "localhost".into(),
            path: "/".into(),
            query: vec![("company".into(), company.into())],
            headers: [].into(),
        };
        check(caller, &request, found).map_err(|fault| fault.kind())
    }

    /// Every endpoint, every role and set of scopes, in every company.
    #[test]
    fn a_company_is_reached_by_right_only() {
        for route in &ROUTES {
            for company in ["acme", "other", DEMO] {
                let found = Found {
                    route,
                    parameter: company,
                };
                for caller in callers("acme") {
                    let subject = caller.subject().unwrap();
                    let may = |right| subject.may(right);
                    let is_person = subject.scopes().is_none();
                    let got = ask(&caller, &found, company);
                    let expected = match route.needs {
                        Needs::Nothing => Ok(None),
                        Needs::Operator => Err(ProblemKind::Unauthorized),
                        Needs::Own(right) if may(right) => Ok(Some("acme")),
                        Needs::Own(_) => Err(ProblemKind::Forbidden),
                        Needs::Named(right) | Needs::InPath(right) => {
                            let is_reading =
                                matches!(right, Right::ReadFigures | Right::ReadImports);
                            match company {
                                "acme" if may(right) => Ok(Some("acme")),
                                DEMO if is_reading && (is_person || may(right)) => Ok(Some(DEMO)),
                                "acme" | DEMO => Err(ProblemKind::Forbidden),
                                _ => Err(ProblemKind::NotFound),
                            }
                        }
                        Needs::Home if company == "other" => Err(ProblemKind::NotFound),
                        Needs::Home if company == DEMO && is_person => Ok(Some(DEMO)),
                        Needs::Home if may(Right::ReadFigures) => Ok(Some(company)),
                        Needs::Home => Err(ProblemKind::Forbidden),
                    };
                    let expected = expected.map(|it| it.map(|name| name.parse().unwrap()));
                    assert_eq!(got, expected, "{route:?} {caller:?} {company}");
                }
                for caller in [Caller::Nobody, Caller::Admin] {
                    let got = ask(&caller, &found, company);
                    let is_admin = caller == Caller::Admin;
                    let reads = |right| matches!(right, Right::ReadFigures | Right::ReadImports);
                    let expected = match route.needs {
                        Needs::Nothing => Ok(None),
                        Needs::Operator if is_admin => Ok(None),
                        Needs::Operator | Needs::Own(_) => Err(ProblemKind::Unauthorized),
                        _ if company != DEMO => Err(ProblemKind::NotFound),
                        needs if is_admin || needs.right().is_some_and(reads) => {
                            Ok(Some(DEMO.parse().unwrap()))
                        }
                        _ => Err(ProblemKind::Forbidden),
                    };
                    assert_eq!(got, expected, "{route:?} {caller:?} {company}");
                }
            }
        }
    }
}
