//! A workerd with fresh state.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use local_edge::Configuration;
use serde_json::json;

use crate::{Client, eventually};

/// The administrator's token of every test edge.
pub const ADMIN_TOKEN: &str = "token-of-the-tests";

/// A running edge.
pub struct Edge {
    child: Child,
    folder: PathBuf,
    /// Its port on loopback.
    pub port: u16,
}

/// A page with the marks of `app/index.html`.
const PAGE: &str = "<!doctype html><title>page</title><!--figures--><!--/figures-->\
     <body><!--tiles-->waiting<!--/tiles-->";

/// Where answers to programs of the tests go.
pub const REDIRECT: &str = "http://127.0.0.1/done";
/// The verifier of RFC 7636, appendix B, and its challenge.
pub const VERIFIER: &str = include_str!("../vectors/verifier.txt");
/// See [`VERIFIER`].
pub const CHALLENGE: &str = include_str!("../vectors/challenge.txt");

/// Where a script of the test's own is configured.
const SCRIPT: &str = "wrangler.json";

static NUMBER: AtomicU32 = AtomicU32::new(0);

impl Edge {
    /// Starts an edge with an up-to-date database and without companies.
    pub fn start() -> Edge {
        Edge::start_with(&[])
    }

    /// The same with some variables set.
    pub fn start_with(variables: &[(&str, &str)]) -> Edge {
        Edge::start_at(free_port(), variables)
    }

    /// The same on a port that is free.
    pub fn start_at(port: u16, variables: &[(&str, &str)]) -> Edge {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("meschain-edge-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let dist = folder.join("dist");
        fs::create_dir_all(dist.join("assets")).expect("a folder for the test's state");
        for (path, text) in [
            ("index.html", PAGE),
            ("index.html.br", "packed page"),
            ("sw.js", "// service worker"),
            ("assets/app.0123456789.js", "// app"),
            ("assets/app.0123456789.js.br", "packed app"),
            ("_csp.txt", "default-src 'self'"),
            (
                "openapi.json",
                &api::openapi::document("tested").to_string(),
            ),
            ("changes.feed", &api::changes::json_feed()),
            ("changes.atom", &api::changes::atom_feed()),
        ] {
            fs::write(dist.join(path), text).expect("a file of the test's site");
        }
        configuration(&dist, &folder, variables);
        let child = spawn(&folder, port);
        let edge = Edge {
            child,
            folder,
            port,
        };
        edge.wait_until_ready();
        let migrated = edge.admin().post("/api/admin/v1/migrate", &[], b"");
        assert_eq!(migrated.status, 200, "{}", migrated.text());
        edge
    }

    /// Starts a workerd that runs a script of the test's own instead of the Worker.
    pub fn start_script(text: &str) -> Edge {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("meschain-script-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).expect("a folder for the test's state");
        let main = folder.join("script.js");
        fs::write(&main, text).expect("the test's script");
        let config = json!({
            "name": "script", "main": main, "no_bundle": true, "compatibility_date": "2026-11-01",
        });
        fs::write(folder.join(SCRIPT), config.to_string()).expect("its configuration");
        let port = free_port();
        let child = spawn(&folder, port);
        let edge = Edge {
            child,
            folder,
            port,
        };
        edge.wait_until_ready();
        edge
    }

    /// Ends the process as a power cut would, and starts another on the same state.
    pub fn kill_and_restart(&mut self) {
        self.child.kill().expect("the edge's process can be killed");
        self.child.wait().expect("a killed process ends");
        self.child = spawn(&self.folder, self.port);
        self.wait_until_ready();
    }

    /// A client without a session.
    pub fn nobody(&self) -> Client {
        Client::new(self.port)
    }

    /// The administrator.
    pub fn admin(&self) -> Client {
        self.nobody()
            .with("authorization", &format!("Bearer {ADMIN_TOKEN}"))
    }

    /// A new company in lira without VAT: its client and its id.
    pub fn company(&self, name: &str) -> (Client, String) {
        let invite = self.admin().post("/api/admin/v1/invites", &[], b"").json();
        let token = invite["token"].as_str().expect("an invite has a token");
        let claim = json!({ "token": token, "name": name }).to_string();
        let claimed = self.nobody().post_json("/api/auth/v1/claim", &claim);
        assert_eq!(claimed.status, 201, "{}", claimed.text());
        let cookie = claimed
            .header("set-cookie")
            .expect("a claim gives a session");
        let cookie = cookie.split(';').next().unwrap_or_default();
        let id = claimed.json()["profile"]["id"].as_str().map(str::to_owned);
        (
            self.nobody().with("cookie", cookie),
            id.expect("a company has an id"),
        )
    }

    /// Somebody of a role whom a company's owner invites: their client.
    pub fn member(&self, owner: &Client, role: &str) -> Client {
        self.join(owner, &json!({ "name": role, "role": role }))
    }

    /// The same who sees the rows of some channels only.
    pub fn limited(&self, owner: &Client, role: &str, channels: &[&str]) -> Client {
        let wish = json!({ "name": role, "role": role, "channels": channels });
        self.join(owner, &wish)
    }

    fn join(&self, owner: &Client, invitation: &serde_json::Value) -> Client {
        let invitation = invitation.to_string();
        let invited = owner.post_json("/api/auth/v1/invitations", &invitation);
        assert_eq!(invited.status, 201, "{}", invited.text());
        let claim = json!({ "token": invited.json()["token"] }).to_string();
        let claimed = self.nobody().post_json("/api/auth/v1/claim", &claim);
        assert_eq!(claimed.status, 201, "{}", claimed.text());
        let cookie = claimed
            .header("set-cookie")
            .expect("a claim gives a session");
        let cookie = cookie.split(';').next().unwrap_or_default();
        self.nobody().with("cookie", cookie)
    }

    /// A client with a new key of some scopes.
    pub fn key(&self, owner: &Client, scopes: &[&str]) -> Client {
        let wish = json!({ "name": "key", "scopes": scopes }).to_string();
        let made = owner.post_json("/api/auth/v1/keys", &wish);
        assert_eq!(made.status, 201, "{}", made.text());
        let secret = made.json()["secret"].as_str().map(str::to_owned);
        let credential = format!("Bearer {}", secret.expect("a secret"));
        self.nobody().with("authorization", &credential)
    }

    /// A client with an access token of a new program of some scopes, and the program's id and secret as a form.
    pub fn program(&self, owner: &Client, scopes: &[&str]) -> (Client, String) {
        let wish = json!({ "name": "program", "scopes": scopes }).to_string();
        let made = owner.post_json("/api/auth/v1/clients", &wish);
        assert_eq!(made.status, 201, "{}", made.text());
        let made = made.json();
        let text = |value: &serde_json::Value| value.as_str().map(str::to_owned).expect("a text");
        let (id, secret) = (text(&made["client"]["id"]), text(&made["secret"]));
        let form = format!("client_id={id}&client_secret={secret}");
        let asked = format!("{form}&grant_type=client_credentials");
        let token = self.nobody().post_form("/api/oauth/v1/token", &asked);
        assert_eq!(token.status, 200, "{}", token.text());
        let credential = format!("Bearer {}", text(&token.json()["access_token"]));
        (self.nobody().with("authorization", &credential), form)
    }

    /// A new program that acts for people: its id.
    pub fn native(&self, owner: &Client, scopes: &[&str]) -> String {
        let wish =
            json!({ "name": "app", "kind": "native", "scopes": scopes, "redirects": [REDIRECT] });
        let made = owner.post_json("/api/auth/v1/clients", &wish.to_string());
        assert_eq!(made.status, 201, "{}", made.text());
        let id = made.json()["client"]["id"].as_str().map(str::to_owned);
        id.expect("a client has an id")
    }

    /// A code that a person gives to a program.
    pub fn code(&self, person: &Client, program: &str) -> String {
        let request = format!(
            "?response_type=code&client_id={program}&redirect_uri={REDIRECT}&state=s&code_challenge={CHALLENGE}\
             &code_challenge_method=S256"
        );
        let decision = json!({ "request": request, "grant": true }).to_string();
        let decided = person.post_json("/api/auth/v1/consents", &decision);
        assert_eq!(decided.status, 200, "{}", decided.text());
        let decided = decided.json();
        let address = decided["redirect"].as_str().expect("an address");
        let query = address.strip_prefix(&format!("{REDIRECT}?code="));
        let query = query.unwrap_or_else(|| panic!("{address} has a code"));
        query.split('&').next().unwrap_or_default().to_owned()
    }

    /// What a program gets for a code.
    pub fn redeem(&self, program: &str, code: &str) -> crate::Answer {
        let form = format!(
            "grant_type=authorization_code&client_id={program}&code={code}&redirect_uri={REDIRECT}\
             &code_verifier={VERIFIER}"
        );
        self.nobody().post_form("/api/oauth/v1/token", &form)
    }

    /// A client with an access token of a new program that acts for a person.
    pub fn delegate(&self, owner: &Client, person: &Client, scopes: &[&str]) -> Client {
        let program = self.native(owner, scopes);
        let token = self.redeem(&program, &self.code(person, &program));
        assert_eq!(token.status, 200, "{}", token.text());
        let token = token.json()["access_token"].as_str().map(str::to_owned);
        let credential = format!("Bearer {}", token.expect("a token"));
        self.nobody().with("authorization", &credential)
    }

    /// What workerd said.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    fn wait_until_ready(&self) {
        let client = self.nobody();
        eventually("the edge answers", || {
            client.try_send("GET", "/api/health", &[], b"").ok()
        });
    }
}

impl Drop for Edge {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the edge said:\n{}", self.log());
        }
        // The folder is a temporary one; what cannot be removed is the system's to clean.
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A port of this machine that nobody uses.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound address").port()
}

fn spawn(folder: &Path, port: u16) -> Child {
    let log = || {
        let mut options = fs::OpenOptions::new();
        let log = options.create(true).append(true).open(folder.join("log"));
        Stdio::from(log.expect("the test's log"))
    };
    let mut command = Command::new(workerd());
    match folder.join(SCRIPT).exists() {
        true => {
            command
                .current_dir(folder)
                .args(["serve", "--experimental", "--socket-addr"])
                .arg(format!("http=127.0.0.1:{port}"))
                .arg(SCRIPT);
        }
        false => local_edge::serve(&mut command, &root(), folder, port),
    }
    command
        .stdin(Stdio::null())
        .stdout(log())
        .stderr(log())
        .spawn()
        .expect("workerd is there after `npm ci`")
}

fn workerd() -> PathBuf {
    root().join("node_modules/.bin/workerd")
}

fn configuration(dist: &Path, folder: &Path, set: &[(&str, &str)]) {
    for worker in local_edge::WORKERS {
        let main = root().join(local_edge::modules(worker)).join("index.js");
        assert!(
            main.exists(),
            "{} is missing: run `cargo xtask build`",
            main.display()
        );
    }
    let own = [
        ("ADMIN_TOKEN", ADMIN_TOKEN),
        ("CSP", "default-src 'self'"),
        ("VERSION", "tested"),
    ];
    let variables: Vec<(String, String)> = own
        .iter()
        .chain(set)
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    let configuration = Configuration {
        site: dist,
        variables: &variables,
        may_call_this_machine: set
            .iter()
            .any(|(name, _)| matches!(*name, "ROUTES" | "CALLS_INSIDE")),
    };
    configuration
        .write(folder)
        .expect("the test's configuration");
}
