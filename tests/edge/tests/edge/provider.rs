//! Signing in by an OpenID provider: that of the npm package `oidc-provider`, on loopback.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use edge_tests::{Answer, Client, Edge, free_port};
use serde_json::{Value, json};

const OPTIONS: &str = "/api/auth/v1/provider/options";
const SIGN_IN: &str = "/api/auth/v1/provider/sign-in";
const IDENTITIES: &str = "/api/auth/v1/identities";

fn script(name: &str) -> Command {
    let root: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut node = Command::new(root.join("node_modules/.bin/node"));
    node.arg(root.join("tests/edge/scripts").join(name));
    node
}

/// The provider, ending with its value.
struct Provider {
    child: Child,
    origin: String,
    /// Held: to write where nobody reads any more would end the provider.
    _said: BufReader<ChildStdout>,
}

impl Provider {
    fn start(redirect: &str) -> Provider {
        let mut node = script("oidc-provider.mjs");
        let mut child = node
            .arg(redirect)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is there after `npm ci`");
        let said = child.stdout.take().expect("an output");
        let mut said = BufReader::new(said);
        let port = said
            .by_ref()
            .lines()
            .map_while(Result::ok)
            .find(|line| line.parse::<u16>().is_ok());
        let origin = format!(
            "http://127.0.0.1:{}",
            port.expect("the provider says its port")
        );
        Provider {
            child,
            origin,
            _said: said,
        }
    }

    /// Who comes next is somebody of this name.
    fn be(&self, name: &str) {
        let agent = ureq::Agent::new_with_defaults();
        let answer = agent.get(format!("{}/be/{name}", self.origin)).call();
        assert_eq!(answer.expect("the provider answers").status(), 200);
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the provider sends a browser back with.
fn browse(location: &str, redirect: &str) -> Value {
    let went = script("browse.mjs").args([location, redirect]).output();
    let went = went.expect("node is there after `npm ci`");
    let said = String::from_utf8_lossy(&went.stdout).into_owned();
    assert!(
        went.status.success(),
        "{}",
        String::from_utf8_lossy(&went.stderr)
    );
    let query = said.trim().split_once('?').map_or("", |(_, query)| query);
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(key, _)| *key == name);
        found.map(|(_, value)| value.replace("%3A", ":").replace("%2F", "/"))
    };
    json!({ "code": value("code"), "state": value("state"), "iss": value("iss") })
}

struct Place {
    edge: Edge,
    provider: Provider,
    redirect: String,
}

impl Place {
    fn new() -> Place {
        // The provider has to know the edge's address, and the edge the provider's.
        let port = free_port();
        let redirect = format!("http://127.0.0.1:{port}/settings");
        let provider = Provider::start(&redirect);
        let edge = Edge::start_at(
            port,
            &[
                ("CALLS_INSIDE", "allowed"),
                ("OIDC_ISSUER", &provider.origin),
                ("OIDC_CLIENT_ID", "bi"),
                ("OIDC_CLIENT_SECRET", "secret of the tests & more"),
                ("OIDC_NAME", "Login"),
            ],
        );
        Place {
            edge,
            provider,
            redirect,
        }
    }

    fn page(&self, client: &Client) -> Client {
        let origin = self.redirect.trim_end_matches("/settings");
        client.with("origin", origin)
    }

    fn send(&self, client: &Client, path: &str, body: &Value) -> Answer {
        self.page(client).post_json(path, &body.to_string())
    }

    /// What the provider answers who begins somewhere, and the cookie of the attempt.
    fn go(&self, client: &Client, path: &str) -> (Value, String) {
        let options = self.page(client).post(path, &[], b"");
        assert_eq!(options.status, 200, "{}", options.text());
        let cookie = options.header("set-cookie").unwrap_or_default();
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let options = options.json();
        assert_eq!(options["name"], "Login");
        let location = options["location"].as_str().expect("an address");
        (browse(location, &self.redirect), cookie)
    }

    fn sign_in(&self) -> Answer {
        let nobody = self.edge.nobody();
        let (answer, cookie) = self.go(&nobody, OPTIONS);
        self.send(&nobody.with("cookie", &cookie), SIGN_IN, &answer)
    }
}

#[test]
fn an_account_at_the_provider_signs_in_whom_it_was_connected_with() {
    let place = Place::new();
    let (owner, company) = place.edge.company("Acme");
    assert_eq!(
        place.sign_in().problem(),
        "unauthorized",
        "nobody has connected it"
    );
    let (answer, _) = place.go(&owner, "/api/auth/v1/identities/options");
    let connected = place.send(&owner, IDENTITIES, &answer);
    assert_eq!(connected.status, 201, "{}", connected.text());
    // An answer is good once, and in the browser that asked alone.
    assert_eq!(
        place.send(&owner, IDENTITIES, &answer).problem(),
        "conflict"
    );
    let signed_in = place.sign_in();
    assert_eq!(signed_in.status, 200, "{}", signed_in.text());
    assert_eq!(
        signed_in.json()["companies"][0]["profile"]["id"],
        company.as_str()
    );
    let cookie = signed_in.all("set-cookie");
    let cookie = cookie
        .iter()
        .find(|cookie| cookie.starts_with("meschain_session="));
    let cookie = cookie
        .and_then(|cookie| cookie.split(';').next())
        .expect("a session");
    let session = place.edge.nobody().with("cookie", cookie);
    let me = session.get("/api/auth/v1/me").json();
    assert_eq!(
        (&me["session"], &me["provider"]),
        (&json!(true), &json!("Login"))
    );
    let (answer, _) = place.go(&place.edge.nobody(), OPTIONS);
    assert_eq!(
        place.send(&place.edge.nobody(), SIGN_IN, &answer).problem(),
        "conflict"
    );
    // Somebody else of the same provider is nobody here.
    place.provider.be("mallory");
    assert_eq!(place.sign_in().problem(), "unauthorized");
    place.provider.be("alice");
    // A code of another attempt, and an answer that names another provider.
    let nobody = place.edge.nobody();
    let (mine, cookie) = place.go(&nobody, OPTIONS);
    let (other, _) = place.go(&nobody, OPTIONS);
    let mixed = json!({ "code": other["code"], "state": mine["state"], "iss": mine["iss"] });
    assert_eq!(
        place
            .send(&nobody.with("cookie", &cookie), SIGN_IN, &mixed)
            .problem(),
        "unauthorized"
    );
    let (mut answer, cookie) = place.go(&nobody, OPTIONS);
    answer["iss"] = json!("https://evil.example");
    assert_eq!(
        place
            .send(&nobody.with("cookie", &cookie), SIGN_IN, &answer)
            .problem(),
        "unauthorized"
    );
    let id = connected.json()["identities"][0]["id"]
        .as_str()
        .map(str::to_owned)
        .expect("an id");
    let left = owner
        .send("DELETE", &format!("{IDENTITIES}/{id}"), &[], b"")
        .json();
    assert_eq!(left, json!({ "identities": [] }));
    assert_eq!(place.sign_in().problem(), "unauthorized");
    let audit = owner.get("/api/auth/v1/audit?limit=1000").text();
    for event in ["add-identity", "sign-in-by-provider", "remove-identity"] {
        assert!(audit.contains(event), "{event}");
    }
    assert!(!place.edge.log().contains("secret of the tests"));
}

#[test]
fn without_a_provider_there_is_nothing_to_sign_in_by() {
    let edge = Edge::start();
    let (owner, _) = edge.company("Acme");
    assert_eq!(edge.nobody().post(OPTIONS, &[], b"").problem(), "not-found");
    let options = owner.post("/api/auth/v1/identities/options", &[], b"");
    assert_eq!(options.problem(), "not-found");
    assert_eq!(owner.get(IDENTITIES).json(), json!({ "identities": [] }));
    assert_eq!(owner.get("/api/auth/v1/me").json().get("provider"), None);
}
