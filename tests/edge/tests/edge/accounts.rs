//! Health, migrations, links and sessions.

use edge_tests::Edge;
use serde_json::json;

#[test]
fn it_answers_and_migrates_once() {
    let edge = Edge::start();
    let health = edge.nobody().get("/api/health");
    assert_eq!(
        health.json(),
        json!({ "status": "ok", "version": "tested" })
    );
    // `start` has migrated already: nothing is left, however often it is asked.
    for _ in 0..2 {
        let again = edge.admin().post("/api/admin/v1/migrate", &[], b"");
        assert_eq!(again.json(), json!({ "applied": [] }));
    }
}

#[test]
fn the_administrators_doors_open_to_the_administrator_only() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let wrong = edge.nobody().with("authorization", "Bearer wrong");
    let bare = edge.nobody().with("authorization", "Bearer ");
    for client in [edge.nobody(), owner, wrong, bare] {
        for path in ["/api/admin/v1/migrate", "/api/admin/v1/invites"] {
            let answer = client.post(path, &[], b"");
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (401, "unauthorized")
            );
        }
        let headers = [("content-type", "application/json")];
        let answer = client.send("PUT", "/api/admin/v1/companies/demo", &headers, b"{}");
        assert_eq!(answer.status, 401);
    }
}

#[test]
fn a_link_works_once_and_for_its_browser_again() {
    let edge = Edge::start();
    let invite = edge.admin().post("/api/admin/v1/invites", &[], b"").json();
    let claim = json!({ "token": invite["token"], "name": "Acme", "currency": "EUR" }).to_string();
    let first = edge.nobody().post_json("/api/auth/v1/claim", &claim);
    assert_eq!(first.status, 201);
    let company = first.json();
    assert_eq!(company["profile"]["name"], "Acme");
    assert_eq!(company["profile"]["currency"], "EUR");
    let cookie = first.header("set-cookie").expect("a session").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(
        !cookie.contains("Secure"),
        "this machine is reached over plain HTTP: {cookie}"
    );
    let owner = edge
        .nobody()
        .with("cookie", cookie.split(';').next().unwrap_or_default());

    let second = edge.nobody().post_json("/api/auth/v1/claim", &claim);
    assert_eq!(
        (second.status, second.problem().as_str()),
        (404, "not-found")
    );
    assert_eq!(second.header("set-cookie"), None);
    let again = owner.post_json("/api/auth/v1/claim", &claim);
    assert_eq!((again.status, again.json()), (200, company.clone()));
    let unknown = edge
        .nobody()
        .post_json("/api/auth/v1/claim", r#"{"token":"guessed"}"#);
    assert_eq!(unknown.status, 404);

    let me = owner.get("/api/auth/v1/me").json();
    assert_eq!(
        me,
        json!({ "session": true, "role": "owner", "companies": [company] })
    );
    let nobody = edge.nobody().with("cookie", "meschain_session=guessed");
    assert_eq!(
        nobody.get("/api/auth/v1/me").json(),
        json!({ "session": false, "companies": [] })
    );
}

#[test]
fn of_many_claims_at_once_one_wins() {
    let edge = Edge::start();
    let invite = edge.admin().post("/api/admin/v1/invites", &[], b"").json();
    let claim = json!({ "token": invite["token"] }).to_string();
    let claims: Vec<u16> = std::thread::scope(|scope| {
        let claims: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| edge.nobody().post_json("/api/auth/v1/claim", &claim).status))
            .collect();
        claims
            .into_iter()
            .map(|it| it.join().expect("a claim"))
            .collect()
    });
    assert_eq!(
        claims.iter().filter(|status| **status == 201).count(),
        1,
        "{claims:?}"
    );
    assert_eq!(
        claims.iter().filter(|status| **status == 404).count(),
        7,
        "{claims:?}"
    );
}

#[test]
fn a_company_says_what_it_is() {
    let edge = Edge::start();
    let (owner, id) = edge.company("Acme");
    let path = format!("/api/auth/v1/companies/{id}");
    let headers = [("content-type", "application/json")];
    let patch = |body: &str| owner.send("PATCH", &path, &headers, body.as_bytes());
    let changed = patch(r#"{"name":"Örnek Ev","week_start":"sunday"}"#);
    assert_eq!(changed.json()["profile"]["name"], "Örnek Ev");
    assert_eq!(patch(r#"{"name":"  "}"#).problem(), "bad-request");
    assert_eq!(patch(r#"{"currency":"XXX?"}"#).problem(), "bad-request");
    assert_eq!(patch(r#"{"currency":"EUR"}"#).status, 200);
    let csv = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";
    owner.import_and_wait(&id, "sales", csv);
    assert_eq!(patch(r#"{"currency":"TRY"}"#).problem(), "conflict");
}

#[test]
fn other_sites_cannot_act() {
    let edge = Edge::start();
    let (owner, id) = edge.company("Acme");
    for header in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let answer = owner
            .with(header.0, header.1)
            .import(&id, "sales", "a,b\n1,2\n", None);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (403, "forbidden")
        );
    }
    let health = edge
        .nobody()
        .with("origin", "https://evil.example")
        .get("/api/health");
    assert_eq!(health.header("access-control-allow-origin"), None);
}
