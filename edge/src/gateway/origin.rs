//! Stage 2: a page of another site cannot make this browser act here.
//!
//! Browsers say where an unsafe request comes from by `Sec-Fetch-Site` and `Origin`. A request with
//! neither comes from no browser and carries no cookie that a page could borrow.

use api::ProblemKind;

use crate::fault::Fault;
use crate::http::Request;

/// Refuses unsafe requests of other origins.
pub fn check(request: &Request) -> Result<(), Fault> {
    if request.method.is_safe() {
        return Ok(());
    }
    let is_same_site = request
        .header("sec-fetch-site")
        .is_none_or(|site| site == "same-origin");
    let is_same_origin = request.header("origin").is_none_or(|origin| {
        origin
            .split_once("://")
            .is_some_and(|(_, host)| host.eq_ignore_ascii_case(&request.host))
    });
    if is_same_site && is_same_origin {
        return Ok(());
    }
    Err(Fault::refused(
        ProblemKind::Forbidden,
        "requests that change something are taken from the app's own pages only",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn is_allowed(method: Method, headers: &[(&str, &str)]) -> bool {
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        check(&Request {
            method,
            scheme: "https".into(),
            host: "bi.example:8443".into(),
            path: "/api/auth/v1/claim".into(),
            query: Vec::new(),
            headers: headers.collect(),
        })
        .is_ok()
    }

    #[test]
    fn only_the_own_origin_acts() {
        let own = ("origin", "https://bi.example:8443");
        assert!(is_allowed(Method::Post, &[]));
        assert!(is_allowed(Method::Post, &[own]));
        assert!(is_allowed(
            Method::Post,
            &[own, ("sec-fetch-site", "same-origin")]
        ));
        for headers in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "https://bi.example")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site"), own],
            &[("sec-fetch-site", "none"), own],
        ] {
            assert!(!is_allowed(Method::Post, headers), "{headers:?}");
            assert!(is_allowed(Method::Get, headers), "{headers:?}");
        }
    }
}
