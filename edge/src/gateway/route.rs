//! Stage 1: which endpoint is meant, by the one table of `api::routes`.

use api::routes::{self, Found, Missed};

use crate::fault::Fault;
use crate::http::Request;

/// Where a request leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'p> {
    /// A page or a file: everything that is not the API's.
    Asset,
    /// An endpoint.
    Endpoint(Found<'p>),
    /// A service behind the gateway.
    Service,
}

/// Finds the endpoint.
pub fn find(request: &Request) -> Result<Target<'_>, Fault> {
    let path = request.path.as_str();
    if path.starts_with(::upstream::PREFIX) {
        return Ok(Target::Service);
    }
    if routes::is_api(path) {
        let found = routes::find(request.method.name(), path);
        return found.map(Target::Endpoint).map_err(missed);
    }
    if request.method.is_safe() {
        return Ok(Target::Asset);
    }
    Err(missed(Missed::Method(vec!["GET", "HEAD"])))
}

/// Refuses parameters of the query that the endpoint does not have, and any that comes twice: what was meant by
/// a mistyped one, the sender finds out here and not from figures.
pub fn check_query(request: &Request, found: &Found<'_>) -> Result<(), Fault> {
    for (at, (name, _)) in request.query.iter().enumerate() {
        let mut before = request.query.iter().take(at);
        if before.any(|(other, _)| other == name) || found.route.query().all(|known| known != name)
        {
            let known: Vec<&str> = found.route.query().collect();
            let detail = match known.as_slice() {
                [] => "this endpoint has no parameters".to_owned(),
                known => format!("parameters are {}, each once", known.join(" and ")),
            };
            return Err(Fault::bad_request(detail));
        }
    }
    Ok(())
}

fn missed(missed: Missed) -> Fault {
    match missed {
        Missed::Path => Fault::not_found(),
        Missed::Method(methods) => Fault::NotAllowed {
            methods: methods.into_iter().map(str::to_owned).collect(),
        },
    }
}

/// What a path names, where it can be that; else there is nothing.
pub fn named<T: std::str::FromStr>(found: &Found<'_>) -> Result<T, Fault> {
    found.parameter.parse().map_err(|_| Fault::not_found())
}

/// The id that a path names: letters, digits, `-` and `_`.
pub fn identifier<'p>(found: &Found<'p>) -> Result<&'p str, Fault> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    if !found.parameter.bytes().all(is_part) {
        return Err(Fault::not_found());
    }
    Ok(found.parameter)
}

#[cfg(test)]
mod tests {
    use api::ProblemKind;
    use api::routes::Endpoint;

    use super::*;
    use crate::http::Method;

    fn request(method: Method, path: &str) -> Request {
        Request {
            method,
            scheme: "http".into(),
            host: "localhost".into(),
            path: path.into(),
            query: Vec::new(),
            headers: [].into(),
        }
    }

    #[test]
    fn what_is_not_the_apis_is_a_file() {
        for (method, path) in [
            (Method::Get, "/"),
            (Method::Head, "/assets/x.js"),
            (Method::Get, "/apical"),
        ] {
            assert_eq!(find(&request(method, path)), Ok(Target::Asset), "{path}");
        }
    }

    #[test]
    fn what_is_not_there_is_not_found_and_what_is_not_allowed_says_so() {
        let kind = |method, path: &str| match find(&request(method, path)) {
            Err(fault) => fault.kind(),
            other => panic!("{path}: {other:?}"),
        };
        for path in [
            "/api",
            "/api/",
            "/api/nope",
            "/api/ingest/v1/batches/b/else",
        ] {
            assert_eq!(kind(Method::Get, path), ProblemKind::NotFound, "{path}");
        }
        for (method, path) in [
            (Method::Post, "/"),
            (Method::Other, "/api/health"),
            (Method::Get, "/api/auth/v1/claim"),
            (Method::Put, "/api/sync/v1/manifest"),
        ] {
            assert_eq!(kind(method, path), ProblemKind::MethodNotAllowed, "{path}");
        }
    }

    #[test]
    fn a_path_names_what_can_be_named() {
        let path = "/api/auth/v1/sessions/s-%C3%A9";
        let request = request(Method::Delete, path);
        let Ok(Target::Endpoint(found)) = find(&request) else {
            panic!("{path} leads somewhere");
        };
        assert_eq!(found.route.endpoint, Endpoint::EndSession);
        assert!(identifier(&found).is_err());
        assert!(named::<kernel::Hash256>(&found).is_err());
    }
}
