//! People of a company: invited once, given a role, sent away; the last owner stays.

use edge_tests::{Client, Edge};
use serde_json::{Value, json};

const MEMBERS: &str = "/api/auth/v1/members";

fn role(client: &Client) -> Value {
    client.get("/api/auth/v1/me").json()["role"].clone()
}

fn id_of(client: &Client, owner: &Client) -> String {
    let own = client.get("/api/auth/v1/me").json()["role"].clone();
    let members = owner.get(MEMBERS).json()["members"].clone();
    let members = members.as_array().cloned().unwrap_or_default();
    let found = members
        .iter()
        .find(|member| member["role"] == own && member["is_this"] == false);
    found
        .and_then(|member| member["id"].as_str())
        .map(str::to_owned)
        .expect("a member")
}

fn patch(client: &Client, id: &str, role: &str) -> edge_tests::Answer {
    let body = json!({ "role": role }).to_string();
    let headers = [("content-type", "application/json")];
    client.send(
        "PATCH",
        &format!("{MEMBERS}/{id}"),
        &headers,
        body.as_bytes(),
    )
}

#[test]
fn an_invitation_is_good_once_and_for_its_company_and_role() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let invitation = json!({ "name": "Ayşe", "role": "cfo" }).to_string();
    let invited = owner
        .post_json("/api/auth/v1/invitations", &invitation)
        .json();
    let claim = json!({ "token": invited["token"], "name": "Another" }).to_string();
    let first = edge.nobody().post_json("/api/auth/v1/claim", &claim);
    assert_eq!(first.status, 201);
    // A member does not rename the company by joining it.
    assert_eq!(first.json()["profile"]["id"], company.as_str());
    assert_eq!(first.json()["profile"]["name"], "Acme");
    assert_eq!(
        edge.nobody().post_json("/api/auth/v1/claim", &claim).status,
        404
    );
    let members = owner.get(MEMBERS).json();
    let members = members["members"].as_array().expect("members");
    assert_eq!(members.len(), 2);
    assert_eq!(
        (&members[0]["role"], &members[0]["is_this"]),
        (&json!("owner"), &json!(true))
    );
    assert_eq!(
        (&members[1]["role"], &members[1]["name"]),
        (&json!("cfo"), &json!("Ayşe"))
    );
    for (client, wish, expected) in [
        (&owner, json!({ "name": "a", "role": "service" }), 403),
        (&owner, json!({ "name": "a", "role": "root" }), 400),
        (&owner, json!({ "name": "a\u{1}", "role": "cfo" }), 400),
        (
            &edge.member(&owner, "admin"),
            json!({ "name": "a", "role": "owner" }),
            403,
        ),
        (
            &edge.member(&owner, "admin"),
            json!({ "name": "a", "role": "coo" }),
            201,
        ),
    ] {
        let answer = client.post_json("/api/auth/v1/invitations", &wish.to_string());
        assert_eq!(answer.status, expected, "{wish}: {}", answer.text());
    }
}

#[test]
fn of_many_who_join_by_one_invitation_one_does() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let invitation = json!({ "name": "", "role": "viewer" }).to_string();
    let invited = owner
        .post_json("/api/auth/v1/invitations", &invitation)
        .json();
    let claim = json!({ "token": invited["token"] }).to_string();
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| edge.nobody().post_json("/api/auth/v1/claim", &claim).status))
            .collect();
        threads
            .into_iter()
            .map(|it| it.join().expect("a claim"))
            .collect()
    });
    assert_eq!(
        statuses.iter().filter(|it| **it == 201).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        owner.get(MEMBERS).json()["members"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
}

#[test]
fn a_role_changes_at_once_and_who_is_sent_away_is_out() {
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let member = edge.member(&owner, "analyst");
    let id = id_of(&member, &owner);
    let path = format!("/api/ingest/v1/batches?company={company}");
    assert_eq!(member.get(&path).status, 200);
    assert_eq!(patch(&owner, &id, "viewer").status, 200);
    assert_eq!(
        (role(&member), member.get(&path).status),
        (json!("viewer"), 403)
    );

    let codes = member.post("/api/auth/v1/recovery-codes", &[], b"").json();
    let code = json!({ "code": codes["codes"][0] }).to_string();
    let gone = owner.send("DELETE", &format!("{MEMBERS}/{id}"), &[], b"");
    assert_eq!(gone.json()["members"].as_array().map(Vec::len), Some(1));
    assert_eq!(member.get("/api/auth/v1/me").json()["session"], false);
    assert_eq!(member.get(&path).status, 404);
    assert_eq!(
        edge.nobody()
            .post_json("/api/auth/v1/recover", &code)
            .status,
        401
    );
    assert_eq!(
        owner
            .send("DELETE", &format!("{MEMBERS}/{id}"), &[], b"")
            .status,
        404
    );
    assert_eq!(patch(&owner, &id, "cfo").status, 404);

    // It can be taken back: they are what they were, session and all, less the code that was tried.
    let admin = edge.member(&owner, "admin");
    let restore = |client: &Client| client.post(&format!("{MEMBERS}/{id}/restore"), &[], b"");
    let back = restore(&admin).json();
    assert_eq!(back["members"].as_array().map(Vec::len), Some(3));
    assert_eq!(role(&member), json!("viewer"));
    assert_eq!(restore(&admin).status, 404);
    let code = json!({ "code": codes["codes"][1] }).to_string();
    let again = edge.nobody().post_json("/api/auth/v1/recover", &code);
    assert_eq!(again.status, 200);
    // Only an owner brings an administrator back.
    let admin_id = id_of(&admin, &owner);
    let path = format!("{MEMBERS}/{admin_id}");
    assert_eq!(owner.send("DELETE", &path, &[], b"").status, 200);
    let second = edge.member(&owner, "admin");
    let path = format!("{path}/restore");
    assert_eq!(second.post(&path, &[], b"").problem(), "forbidden");
    assert_eq!(owner.post(&path, &[], b"").status, 200);
}

#[test]
fn the_last_owner_stays_even_when_two_step_down_at_once() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    let own = owner.get(MEMBERS).json()["members"][0]["id"].clone();
    let own = own.as_str().expect("an id");
    assert_eq!(patch(&owner, own, "viewer").problem(), "conflict");
    let answer = owner.send("DELETE", &format!("{MEMBERS}/{own}"), &[], b"");
    assert_eq!(answer.problem(), "conflict");

    let second = edge.member(&owner, "owner");
    let other = id_of(&second, &owner);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let one = scope.spawn(|| patch(&owner, own, "ceo").status);
        let two = scope.spawn(|| patch(&second, &other, "ceo").status);
        [one, two].map(|it| it.join().expect("an answer")).into()
    });
    let owners = [&owner, &second]
        .iter()
        .filter(|it| role(it) == "owner")
        .count();
    assert_eq!(owners, 1, "{statuses:?}");
    // An administrator takes nothing from an owner.
    let owner = if role(&owner) == "owner" {
        &owner
    } else {
        &second
    };
    let admin = edge.member(owner, "admin");
    let members = admin.get(MEMBERS).json()["members"].clone();
    let members = members.as_array().cloned().unwrap_or_default();
    let last = members.iter().find(|member| member["role"] == "owner");
    let last = last
        .and_then(|member| member["id"].as_str())
        .expect("an owner");
    assert_eq!(patch(&admin, last, "viewer").problem(), "forbidden");
    let answer = admin.send("DELETE", &format!("{MEMBERS}/{last}"), &[], b"");
    assert_eq!(answer.problem(), "forbidden");
}
