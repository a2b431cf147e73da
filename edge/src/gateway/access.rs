//! Stage 5: from caller and company to the company's own storage.
//!
//! A company that this caller may not know of is "not found", in the same words as one that does not
//! exist. Everybody may read the demo company; the administrator fills it.

use api::ProblemKind;
use kernel::TenantId;

use crate::fault::Fault;
use crate::gateway::caller::Caller;
use crate::http::Request;

/// The id of the demo company.
pub const DEMO: &str = "demo";

/// What is to be done to a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Look.
    Read,
    /// Change.
    Write,
}

/// The company that a request's parameter names, if the caller has the right.
pub fn company(caller: &Caller, request: &Request, right: Right) -> Result<TenantId, Fault> {
    let name = request
        .parameter("company")
        .ok_or_else(|| Fault::bad_request("name the company: ?company=demo"))?;
    let company = name.parse().map_err(|_| Fault::not_found())?;
    named(caller, company, right)
}

/// The company to look at first: the one that the request names, else the caller's own, else the demo.
pub fn home(caller: &Caller, request: &Request) -> Result<TenantId, Fault> {
    if request.parameter("company").is_some() {
        return company(caller, request, Right::Read);
    }
    match caller {
        Caller::Session { company, .. } => Ok(company.clone()),
        _ => DEMO.parse().map_err(|_| Fault::not_found()),
    }
}

/// A company, if the caller has the right.
pub fn named(caller: &Caller, company: TenantId, right: Right) -> Result<TenantId, Fault> {
    let is_demo = company.as_str() == DEMO;
    let is_own = matches!(caller, Caller::Session { company: own, .. } if *own == company);
    match right {
        _ if is_own && !is_demo => Ok(company),
        Right::Read if is_demo => Ok(company),
        Right::Write if is_demo && *caller == Caller::Admin => Ok(company),
        Right::Write if is_demo => Err(Fault::refused(
            ProblemKind::Forbidden,
            "the demo company can only be looked at; open your own by its link",
        )),
        _ => Err(Fault::not_found()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_learns_of_other_companies() {
        let own = Caller::Session {
            company: "acme".parse().unwrap(),
            person: String::new(),
            digest: String::new(),
        };
        let may = |caller: &Caller, company: &str, right| {
            named(caller, company.parse().unwrap(), right).map_err(|fault| match fault {
                Fault::Refused { kind, .. } => kind,
                Fault::Internal { .. } => ProblemKind::Internal,
            })
        };
        for right in [Right::Read, Right::Write] {
            assert!(may(&own, "acme", right).is_ok());
            for caller in [&own, &Caller::Nobody, &Caller::Admin] {
                assert_eq!(may(caller, "other", right), Err(ProblemKind::NotFound));
            }
        }
        for caller in [&own, &Caller::Nobody, &Caller::Admin] {
            assert!(may(caller, DEMO, Right::Read).is_ok());
        }
        assert_eq!(may(&own, DEMO, Right::Write), Err(ProblemKind::Forbidden));
        assert!(may(&Caller::Admin, DEMO, Right::Write).is_ok());
    }
}
