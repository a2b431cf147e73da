//! Stage 2: a page of another site cannot make this browser act here.
//!
//! Browsers say where an unsafe request comes from by `Sec-Fetch-Site` and `Origin`. A request with
//! neither comes from no browser and carries no cookie that a page could borrow.

use api::ProblemKind;

use crate::fault::Fault;
use crate::http::Request;

/// What a page of another origin is told.
pub const DETAIL: &str = "requests that change something are taken from the app's own pages only";

/// Refuses unsafe requests of other origins. With a credential that no browser sends by itself, [`super::cors`] decides
/// once it is known whose it is.
pub fn check(request: &Request) -> Result<(), Fault> {
    let is_named = request.header("authorization").is_some();
    if request.method.is_safe() || is_named || is_own(request) {
        return Ok(());
    }
    Err(Fault::refused(ProblemKind::Forbidden, DETAIL))
}

/// Whether a request comes from a page of this origin, or from no page at all.
pub fn is_own(request: &Request) -> bool {
    let is_same_site = request
        .header("sec-fetch-site")
        .is_none_or(|site| site == "same-origin");
    let is_same_origin = request.header("origin").is_none_or(|origin| {
        origin
            .split_once("://")
            .is_some_and(|(_, host)| host.eq_ignore_ascii_case(&request.host))
    });
    is_same_site && is_same_origin
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
            let named = [headers, &[("authorization", "Bearer x")]].concat();
            assert!(
                is_allowed(Method::Post, &named),
                "{headers:?} is decided later"
            );
            assert!(is_allowed(Method::Get, headers), "{headers:?}");
        }
    }
}
