//! Every endpoint, asked by every role, by keys, by nobody, by the administrator and by strangers, about one's
//! own company, another's and one that does not exist. The endpoints are those of the table of routes, so that
//! a new one is asked too.

use api::routes::{Endpoint, Method, Needs, ROUTES, Route, Takes};
use edge_tests::{Answer, Client, Edge};
use policy::{Right, Role, Scope, Scopes, Subject};
use serde_json::{Value, json};

const CSV: &str = "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-02,n11,1,a,1,10\n";
/// In everything of the other company that could show.
const MARK: &str = "Gizli";

/// A company, and what exists there, to be named by those whom it is no business of.
struct Company {
    owner: Client,
    id: String,
    batch: String,
    blob: String,
    key: String,
    program: String,
    session: String,
    member: String,
    grant: String,
    webhook: String,
    delivery: String,
    issuer: String,
}

impl Company {
    fn new(edge: &Edge, name: &str) -> Company {
        let (owner, id) = edge.company(name);
        let batch = owner.import_and_wait(&id, "sales", CSV);
        let blob = edge_tests::manifest(&owner, &id).segments[0]
            .hash
            .to_string();
        let key = json!({ "name": name, "scopes": ["read:bi"] }).to_string();
        let key = owner.post_json("/api/auth/v1/keys", &key).json();
        let program = owner.post_json(
            "/api/auth/v1/clients",
            &json!({ "name": name, "scopes": ["read:bi"] }).to_string(),
        );
        let webhook =
            json!({ "name": name, "url": "https://127.0.0.1:1025", "events": ["key.revoked"] });
        let webhook = owner.post_json("/api/webhooks/v1/endpoints", &webhook.to_string());
        let webhook = text(&webhook.json()["webhook"]["id"]);
        let test = format!("/api/webhooks/v1/endpoints/{webhook}/test");
        let delivery = text(&owner.post(&test, &[], b"").json()["id"]);
        let issuer = owner.post_json("/api/auth/v1/issuers", &issuer(name).to_string());
        let issuer = text(&issuer.json()["issuers"][0]["id"]);
        edge.member(&owner, "viewer");
        edge.delegate(&owner, &owner, &["read:bi"]);
        let id_of =
            |path: &str, list: &str, at: usize| owner.get(path).json()[list][at]["id"].clone();
        Company {
            batch: text(&batch["batch"]),
            blob,
            key: text(&key["key"]["id"]),
            program: text(&program.json()["client"]["id"]),
            session: text(&id_of("/api/auth/v1/sessions", "sessions", 0)),
            grant: text(&id_of("/api/auth/v1/grants", "grants", 0)),
            member: text(&id_of("/api/auth/v1/members", "members", 1)),
            webhook,
            delivery,
            issuer,
            owner,
            id,
        }
    }

    /// What the path of a route names here.
    fn parameter(&self, route: &Route) -> &str {
        match route.endpoint {
            Endpoint::Batch | Endpoint::Rejected => &self.batch,
            Endpoint::Blob => &self.blob,
            Endpoint::RotateKey | Endpoint::RevokeKey | Endpoint::RestoreKey => &self.key,
            Endpoint::RotateClient | Endpoint::RevokeClient | Endpoint::RestoreClient => {
                &self.program
            }
            Endpoint::RevokeGrant | Endpoint::RestoreGrant => &self.grant,
            Endpoint::ChangeWebhook
            | Endpoint::RemoveWebhook
            | Endpoint::RotateWebhook
            | Endpoint::TestWebhook
            | Endpoint::Deliveries => &self.webhook,
            Endpoint::ResendDelivery => &self.delivery,
            Endpoint::ChangeIssuer | Endpoint::RemoveIssuer => &self.issuer,
            Endpoint::EndSession => &self.session,
            Endpoint::ChangeMember | Endpoint::RemoveMember | Endpoint::RestoreMember => {
                &self.member
            }
            Endpoint::RemovePasskey | Endpoint::RestorePasskey | Endpoint::RemoveIdentity => "none",
            _ => &self.id,
        }
    }
}

/// An issuer of a name.
fn issuer(name: &str) -> Value {
    let keys = format!("{{\"keys\":[{}]}}", edge_tests::POINT);
    let rule = json!({ "claim": "sub", "value": "x", "role": "viewer", "scopes": ["read:bi"] });
    json!({ "name": name, "issuer": name, "jwks": keys, "rules": [rule] })
}

fn text(value: &Value) -> String {
    value.as_str().map(str::to_owned).expect("a text")
}

/// Asks for an endpoint with what it takes.
fn knock(client: &Client, route: &Route, company: &str, parameter: &str) -> Answer {
    let path = match route.path.split_once('{') {
        Some((before, rest)) => {
            let after = rest.split_once('}').map_or("", |(_, after)| after);
            format!("{before}{parameter}{after}")
        }
        None => route.path.to_owned(),
    };
    let path = match route.needs {
        Needs::Named(_) | Needs::Home => format!("{path}?company={company}"),
        _ => path,
    };
    let body = match route.endpoint {
        Endpoint::InviteMember => json!({ "name": "x", "role": "viewer" }),
        Endpoint::ChangeMember => json!({ "role": "viewer" }),
        Endpoint::ChangeIssuer => issuer("x"),
        Endpoint::Decide => json!({ "request": "client_id=o-1", "grant": true }),
        Endpoint::MakePrediction => {
            json!({ "metric": "net-revenue", "grain": "day", "horizon": 2 })
        }
        Endpoint::MakeKey | Endpoint::MakeClient => json!({ "name": "x", "scopes": ["read:bi"] }),
        Endpoint::MakeWebhook => {
            json!({ "name": "x", "url": "https://127.0.0.1:1025", "events": ["key.revoked"] })
        }
        _ => json!({}),
    };
    let body = body.to_string();
    let (kind, body) = match route.takes {
        Takes::File => ("text/csv", CSV),
        Takes::Json => ("application/json", body.as_str()),
        Takes::Form => ("application/x-www-form-urlencoded", "token=x&client_id=o-1"),
        Takes::Nothing => ("text/plain", ""),
    };
    client.send(
        route.method.name(),
        &path,
        &[("content-type", kind)],
        body.as_bytes(),
    )
}

fn without_id(answer: &Answer) -> Value {
    let mut problem = answer.json();
    problem["request_id"] = json!(null);
    problem
}

/// Nothing of the other company shows, and it is as if it did not exist.
fn is_shut(client: &Client, route: &Route, other: &Company, who: &str) {
    let foreign = knock(client, route, &other.id, other.parameter(route));
    let about = format!("{who}: {:?} {}", route.method, route.path);
    assert!(
        !foreign.text().contains(MARK),
        "{about}: {}",
        foreign.text()
    );
    match route.needs {
        Needs::Nothing => return,
        Needs::Own(_) if !route.path.contains('{') => return,
        _ => {}
    }
    assert!(
        matches!(foreign.status, 401 | 403 | 404),
        "{about}: {}",
        foreign.text()
    );
    let missing = match route.endpoint {
        Endpoint::Blob => "0".repeat(64),
        _ => "c-0".to_owned(),
    };
    let missing = knock(client, route, "c-0", &missing);
    assert_eq!(without_id(&foreign), without_id(&missing), "{about}");
    if matches!(
        route.needs,
        Needs::Named(_) | Needs::InPath(_) | Needs::Home
    ) {
        assert_eq!(foreign.status, 404, "{about}");
    }
}

/// Asks about one's own company, and whether the answer is the one that the policy names.
fn is_as_agreed(client: &Client, subject: Subject, route: &Route, own: &Company) {
    let answer = knock(client, route, &own.id, own.parameter(route));
    let about = format!("{subject:?}: {:?} {}", route.method, route.path);
    assert!(answer.status < 500, "{about}: {}", answer.text());
    match route.needs {
        Needs::Nothing => {}
        Needs::Operator => assert_eq!(answer.problem(), "unauthorized", "{about}"),
        _ => {
            let right = route.needs.right().expect("the others need a right");
            let is_let_in = !matches!(answer.status, 401 | 403);
            let expected = subject.may(right);
            // Who may fetch blobs gets none that holds what they may not see: 404.
            assert_eq!(is_let_in, expected, "{about}: {}", answer.text());
        }
    }
    // A form of OAuth is refused in the words of OAuth.
    if answer.status >= 400 && route.takes != Takes::Form {
        answer.problem();
    }
}

#[test]
fn nobody_gets_what_is_not_theirs() {
    let edge = Edge::start_with(&[("CALLS_INSIDE", "allowed")]);
    let own = Company::new(&edge, "Acme");
    let other = Company::new(&edge, &format!("{MARK} A"));
    let mut asked = 0;
    for role in Role::ALL.into_iter().filter(|role| role.is_personal()) {
        let mut client = edge.member(&own.owner, role.name());
        for route in &ROUTES {
            is_shut(&client, route, &other, role.name());
            is_as_agreed(&client, Subject::Person(role), route, &own);
            asked += 3;
            // What may have ended the session, or changed who asks.
            let is_disturbed = matches!(
                route.endpoint,
                Endpoint::EndSession
                    | Endpoint::EndOtherSessions
                    | Endpoint::ChangeMember
                    | Endpoint::RemoveMember
                    | Endpoint::RevokeKey
                    | Endpoint::RevokeClient
            );
            if is_disturbed {
                client = edge.member(&own.owner, role.name());
            }
        }
    }
    for role in Role::ALL.into_iter().filter(|role| role.can_be_limited()) {
        let client = edge.limited(&own.owner, role.name(), &["n11"]);
        for route in &ROUTES {
            is_shut(&client, route, &other, role.name());
            // The others are about oneself, as of any role.
            if route
                .needs
                .right()
                .is_some_and(|right| right != Right::OwnAccount)
            {
                is_as_agreed(&client, Subject::Limited(role), route, &own);
            }
            asked += 3;
        }
    }
    let sets = Scope::ALL.iter().map(|scope| vec![*scope]);
    for scopes in sets.chain([Scope::ALL.to_vec()]) {
        let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let client = edge.key(&own.owner, &names);
        let subject = Subject::Service(scopes.iter().copied().collect::<Scopes>());
        for route in &ROUTES {
            is_shut(&client, route, &other, &names.join(" "));
            is_as_agreed(&client, subject, route, &own);
            asked += 3;
        }
    }
    for scopes in [&[Scope::ReadBi][..], &Scope::ALL] {
        let names: Vec<&str> = scopes.iter().map(|scope| scope.name()).collect();
        let (client, _) = edge.program(&own.owner, &names);
        let subject = Subject::Service(scopes.iter().copied().collect::<Scopes>());
        for route in &ROUTES {
            is_shut(&client, route, &other, &names.join(" "));
            is_as_agreed(&client, subject, route, &own);
            asked += 3;
        }
    }
    let everything = Scope::ALL.map(Scope::name);
    let all = Scope::ALL.iter().copied().collect::<Scopes>();
    for role in Role::ALL.into_iter().filter(|role| role.is_personal()) {
        let person = edge.member(&own.owner, role.name());
        let client = edge.delegate(&own.owner, &person, &everything);
        let subject = Subject::Delegate {
            role,
            is_limited: false,
            scopes: all,
        };
        for route in &ROUTES {
            is_shut(&client, route, &other, role.name());
            is_as_agreed(&client, subject, route, &own);
            asked += 3;
        }
    }
    let forged = edge.nobody().with("cookie", "meschain_session=guessed");
    for (who, client) in [
        ("nobody", edge.nobody()),
        ("forged", forged),
        ("admin", edge.admin()),
    ] {
        for route in &ROUTES {
            if who == "admin" && route.needs == Needs::Operator {
                continue;
            }
            is_shut(&client, route, &other, who);
            asked += 2;
            let answer = knock(&client, route, &other.id, other.parameter(route));
            match route.needs {
                Needs::Own(_) | Needs::Operator => {
                    assert_eq!(answer.status, 401, "{who} {route:?}")
                }
                _ => {}
            }
        }
    }
    assert!(asked > ROUTES.len() * 40, "{asked}");
    // The other company is as it was.
    let names =
        |path: &str, list: &str| other.owner.get(path).json()[list].as_array().map(Vec::len);
    assert_eq!(names("/api/auth/v1/keys", "keys"), Some(1));
    assert_eq!(names("/api/auth/v1/clients", "clients"), Some(2));
    assert_eq!(names("/api/auth/v1/grants", "grants"), Some(1));
    assert_eq!(names("/api/auth/v1/members", "members"), Some(2));
    assert_eq!(names("/api/auth/v1/sessions", "sessions"), Some(1));
    assert_eq!(names("/api/webhooks/v1/endpoints", "webhooks"), Some(1));
    assert_eq!(names("/api/auth/v1/issuers", "issuers"), Some(1));
}

#[test]
fn unsafe_requests_of_other_pages_are_refused_everywhere() {
    let edge = Edge::start_with(&[("CALLS_INSIDE", "allowed")]);
    let own = Company::new(&edge, "Acme");
    for route in ROUTES.iter().filter(|route| route.method != Method::Get) {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let answer = knock(
                &own.owner.with(name, value),
                route,
                &own.id,
                own.parameter(route),
            );
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (403, "forbidden"),
                "{route:?} {name}"
            );
        }
    }
    assert_eq!(own.owner.get("/api/auth/v1/me").json()["session"], true);
    assert!(
        Right::ALL
            .iter()
            .all(|right| Subject::Person(Role::Owner).may(*right))
    );
}
