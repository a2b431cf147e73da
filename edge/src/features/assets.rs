//! Pages and static files.
//!
//! The build puts a brotli copy `NAME.br` beside each file that gets smaller by it; it is sent as it is
//! to clients that take it. Files below `/assets/` carry their content's hash in their name and never
//! change; everything else is asked for again each time and answered by 304 where it is the same. Any
//! path without a file name is a deep link into the app and gets its page.

use crate::http::{AssetFile, Body, Request, Response};

const TYPES: [(&str, &str); 16] = [
    ("atom", api::changes::ATOM_TYPE),
    ("css", "text/css; charset=utf-8"),
    ("feed", api::changes::JSON_TYPE),
    ("html", "text/html; charset=utf-8"),
    ("ico", "image/x-icon"),
    ("js", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("webmanifest", "application/manifest+json"),
    ("webp", "image/webp"),
    ("woff2", "font/woff2"),
];

/// Says which file answers a path.
pub fn serve(request: &Request) -> Response {
    let last = request.path.rsplit('/').next().unwrap_or_default();
    if last.contains('.') {
        file(request, &request.path)
    } else {
        file(request, "/index.html")
    }
}

/// A file, packed for those who take it so.
pub fn file(request: &Request, path: &str) -> Response {
    let extension = path.rsplit('.').next().unwrap_or_default();
    let found = TYPES.iter().find(|(known, _)| *known == extension);
    // What has no type here is not part of the app.
    let Some((_, media_type)) = found.filter(|_| !path.contains("/_") && !path.contains(".."))
    else {
        return Response {
            body: Body::Asset(Vec::new()),
            ..Response::empty(200)
        };
    };
    let caching = if path.starts_with("/assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let plain = AssetFile {
        path: path.to_owned(),
        headers: Vec::new(),
        is_encoded: false,
    };
    let packed = AssetFile {
        path: format!("{path}.br"),
        headers: vec![("content-encoding", "br".to_owned())],
        is_encoded: true,
    };
    let files = if request.accepts_encoding("br") {
        vec![packed, plain]
    } else {
        vec![plain]
    };
    Response {
        headers: vec![
            ("content-type", (*media_type).to_owned()),
            ("cache-control", caching.to_owned()),
            ("vary", "Accept-Encoding".to_owned()),
        ],
        body: Body::Asset(files),
        ..Response::empty(200)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Method;

    fn files(path: &str, encodings: &str) -> (Vec<String>, Response) {
        let response = serve(&Request {
            method: Method::Get,
            scheme: "http".into(),
            host: "localhost".into(),
            path: path.into(),
            query: Vec::new(),
            headers: [("accept-encoding".to_owned(), encodings.to_owned())].into(),
        });
        let Body::Asset(files) = &response.body else {
            panic!("{response:?}");
        };
        (
            files.iter().map(|file| file.path.clone()).collect(),
            response,
        )
    }

    #[test]
    fn packed_files_go_to_those_who_take_them() {
        let (paths, response) = files("/assets/app.0123.wasm", "gzip, br");
        assert_eq!(paths, ["/assets/app.0123.wasm.br", "/assets/app.0123.wasm"]);
        assert_eq!(response.header("content-type"), Some("application/wasm"));
        assert!(
            response
                .header("cache-control")
                .is_some_and(|it| it.contains("immutable"))
        );
        assert_eq!(files("/sw.js", "gzip").0, ["/sw.js"]);
        assert_eq!(
            files("/sw.js", "gzip").1.header("cache-control"),
            Some("no-cache")
        );
    }

    #[test]
    fn deep_links_get_the_page_and_internals_nothing() {
        assert_eq!(files("/", "").0, ["/index.html"]);
        assert_eq!(files("/explore/products", "").0, ["/index.html"]);
        for path in ["/_csp.txt", "/a/../b.js", "/x.exe", "/assets/_hidden/x.js"] {
            assert_eq!(files(path, "br").0, Vec::<String>::new(), "{path}");
        }
    }
}
