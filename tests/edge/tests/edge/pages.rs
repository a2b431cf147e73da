//! Pages, static files, and the headers of every answer.

use edge_tests::Edge;

#[test]
fn pages_and_files_are_served_as_they_were_built() {
    let edge = Edge::start();
    let browser = edge.nobody().with("accept-encoding", "gzip, br");
    let page = browser.get("/explore/products?from=2026-11-01");
    assert_eq!((page.status, page.text().as_str()), (200, "packed page"));
    assert_eq!(page.header("content-encoding"), Some("br"));
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(
        page.header("content-security-policy"),
        Some("default-src 'self'")
    );
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    // The page of whoever has no company comes without figures, as it was built.
    assert_eq!(
        edge.nobody().get("/").text(),
        "<!doctype html><title>page</title><!--figures--><!--/figures--><body><!--tiles-->waiting<!--/tiles-->"
    );

    let script = browser.get("/assets/app.0123456789.js");
    assert_eq!(script.text(), "packed app");
    assert_eq!(script.header("content-encoding"), Some("br"));
    assert!(
        script
            .header("cache-control")
            .is_some_and(|it| it.contains("immutable"))
    );
    // No packed copy was built of this one.
    let worker = browser.get("/sw.js");
    assert_eq!(
        (worker.text().as_str(), worker.header("content-encoding")),
        ("// service worker", None)
    );
    let tag = worker.header("etag").expect("a tag").to_owned();
    let again = browser.send("GET", "/sw.js", &[("if-none-match", &tag)], b"");
    assert_eq!((again.status, again.bytes.len()), (304, 0));
    let head = browser.send("HEAD", "/", &[], b"");
    assert_eq!((head.status, head.bytes.len()), (200, 0));
    for missing in ["/assets/nope.js", "/_csp.txt", "/favicon.exe"] {
        let answer = browser.get(missing);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (404, "not-found"),
            "{missing}"
        );
        assert_eq!(
            answer.header("cache-control"),
            Some("no-store"),
            "{missing}"
        );
    }
}

#[test]
fn every_answer_is_guarded() {
    let edge = Edge::start();
    for path in [
        "/",
        "/api/health",
        "/api/nope",
        "/assets/nope.js",
        "/api/auth/v1/me",
    ] {
        let answer = edge.nobody().get(path);
        assert_eq!(
            answer.header("x-content-type-options"),
            Some("nosniff"),
            "{path}"
        );
        assert!(answer.header("content-security-policy").is_some(), "{path}");
        assert_eq!(
            answer.header("referrer-policy"),
            Some("same-origin"),
            "{path}"
        );
        assert!(
            answer.header("request-id").is_some_and(|id| id.len() == 16),
            "{path}"
        );
    }
    let unknown = edge.nobody().get("/api/nope");
    assert_eq!(
        (unknown.status, unknown.problem().as_str()),
        (404, "not-found")
    );
    let method = edge.nobody().send("DELETE", "/api/health", &[], b"");
    assert_eq!(
        (method.status, method.problem().as_str()),
        (405, "method-not-allowed")
    );
}

#[test]
fn what_changed_of_the_api_is_told_in_two_forms() {
    let edge = Edge::start();
    let json = edge.nobody().get(api::changes::JSON_PATH);
    assert_eq!(
        (json.status, json.header("content-type")),
        (200, Some(api::changes::JSON_TYPE))
    );
    assert_eq!(
        json.json()["items"].as_array().map(Vec::len),
        Some(api::changes::CHANGES.len())
    );
    let tag = json.header("etag").expect("a tag").to_owned();
    let known = edge.nobody().send(
        "GET",
        api::changes::JSON_PATH,
        &[("if-none-match", &tag)],
        b"",
    );
    assert_eq!(known.status, 304);
    let atom = edge.nobody().get(api::changes::ATOM_PATH);
    assert_eq!(
        (atom.status, atom.header("content-type")),
        (200, Some(api::changes::ATOM_TYPE))
    );
    assert_eq!(atom.text(), api::changes::atom_feed());
}
