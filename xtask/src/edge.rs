//! The embedded edge: plain workerd on loopback with its state in a folder.
//!
//! Its configuration is written into that folder, for it names paths of this checkout and a secret of the folder.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use local_edge::Configuration;
use serde_json::Value;

use crate::build;
use crate::routes;
use crate::run::{Outcome, answers, at, command, root};
use crate::stamp::hex;
use crate::tools;

const READY_LIMIT: Duration = Duration::from_secs(30);
const ANSWER_LIMIT: Duration = Duration::from_secs(60);
const ADMIN_TOKEN_BYTES: usize = 32;

/// What of the edge is set by variables of this process named `MESCHAIN_...`: limits, policies, who signs people in.
const SETTINGS: [&str; 13] = [
    "ADDRESS_RATE",
    "SESSION_RATE",
    "KEY_RATE",
    "DAY_QUOTA",
    "MONTH_QUOTA",
    "DPOP_NONCE_SECRET",
    "COUNTRIES",
    "AGENTS_REFUSED",
    CALLS_INSIDE,
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_NAME",
];

/// Lets what companies name lead to this machine, for tries and tests.
const CALLS_INSIDE: &str = "CALLS_INSIDE";

/// A running edge.
pub struct Edge {
    child: Child,
    /// Where it answers, such as `http://localhost:8787`.
    pub origin: String,
    admin_token: String,
    log: PathBuf,
}

impl Edge {
    /// Starts workerd on a port with its state in a folder, and waits until it answers.
    pub fn start(port: u16, state: &Path) -> Outcome<Edge> {
        fs::create_dir_all(state).map_err(at(state))?;
        let admin_token = admin_token(state)?;
        let variables = variables(&admin_token)?;
        let configuration = Configuration {
            site: &build::dist(),
            variables: &variables,
            may_call_this_machine: variables
                .iter()
                .any(|(name, value)| name == CALLS_INSIDE && value == "allowed"),
        };
        configuration.write(state).map_err(at(state))?;
        let log = state.join("workerd.log");
        let said = File::create(&log).map_err(at(&log))?;
        let said_too = said.try_clone().map_err(at(&log))?;
        let mut workerd = workerd();
        local_edge::serve(&mut workerd, &root(), state, port);
        let child = workerd
            .stdout(Stdio::from(said))
            .stderr(Stdio::from(said_too))
            .spawn()
            .map_err(|error| format!("workerd did not start: {error}"))?;
        let mut edge = Edge {
            child,
            origin: format!("http://localhost:{port}"),
            admin_token,
            log,
        };
        edge.wait_until_ready()?;
        Ok(edge)
    }

    /// Whether it has ended by itself, and what it said last.
    pub fn ended(&mut self) -> Option<String> {
        let status = self.child.try_wait().ok().flatten()?;
        let said = fs::read_to_string(&self.log).unwrap_or_default();
        let last: Vec<&str> = said.lines().rev().take(12).collect();
        let last: Vec<&str> = last.into_iter().rev().collect();
        Some(format!("the edge ended ({status}):\n{}", last.join("\n")))
    }

    /// Ends it: its state is durable at any moment, so it is not asked twice.
    pub fn stop(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// A request of the administrator; answers the JSON it gets.
    pub fn admin(&self, method: &str, path: &str, body: &Value) -> Outcome<Value> {
        self.send(
            method,
            path,
            &[("content-type", "application/json")],
            body.to_string().as_bytes(),
        )
    }

    /// A request of the administrator with a body of any kind.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Outcome<Value> {
        let agent = ureq::Agent::new_with_config(
            ureq::Agent::config_builder()
                .http_status_as_error(false)
                .timeout_global(Some(ANSWER_LIMIT))
                .build(),
        );
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("http://127.0.0.1:{}{path}", self.port()))
            .header("authorization", format!("Bearer {}", self.admin_token));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request
            .body(body.to_vec())
            .map_err(|error| error.to_string())?;
        let mut response = agent
            .run(request)
            .map_err(|error| format!("{method} {path}: {error}"))?;
        let status = response.status();
        let text = response
            .body_mut()
            .read_to_string()
            .map_err(|error| error.to_string())?;
        if !status.is_success() {
            return Err(format!("{method} {path}: {status}: {text}"));
        }
        if text.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&text).map_err(|error| format!("{method} {path}: {error}: {text}"))
    }

    fn port(&self) -> &str {
        self.origin.rsplit(':').next().unwrap_or_default()
    }

    fn wait_until_ready(&mut self) -> Outcome {
        let began = Instant::now();
        loop {
            if let Some(trouble) = self.ended() {
                return Err(trouble);
            }
            match self.send("GET", "/api/health", &[], &[]) {
                Ok(_) => return Ok(()),
                Err(trouble) if began.elapsed() > READY_LIMIT => {
                    return Err(format!(
                        "the edge does not answer: {trouble}; see its log in the state folder"
                    ));
                }
                Err(_) => std::thread::sleep(Duration::from_millis(50)),
            }
        }
    }
}

/// workerd, ending with this process even where that is killed: a test that kills the product means
/// all of it, and nobody wants an edge without a terminal on their port.
fn workerd() -> Command {
    let workerd = tools::npm_bin("workerd");
    if cfg!(target_os = "linux") && answers("setpriv") {
        let mut bound = command("setpriv");
        bound.args(["--pdeathsig", "KILL", "--"]).arg(workerd);
        return bound;
    }
    command(workerd)
}

fn admin_token(state: &Path) -> Outcome<String> {
    let file = state.join("admin-token");
    if let Ok(held) = fs::read_to_string(&file) {
        return Ok(held.trim().to_owned());
    }
    let mut bytes = [0; ADMIN_TOKEN_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    let token = hex(&bytes);
    fs::write(&file, &token).map_err(at(&file))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).map_err(at(&file))?;
    }
    Ok(token)
}

/// Variables of the Workers, by name.
fn variables(admin_token: &str) -> Outcome<Vec<(String, String)>> {
    let policy = build::csp_file();
    let content_security_policy = fs::read_to_string(&policy).map_err(at(&policy))?;
    let mut variables = vec![
        ("ADMIN_TOKEN".to_owned(), admin_token.to_owned()),
        ("CSP".to_owned(), content_security_policy),
        ("VERSION".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
    ];
    variables.extend(routes::variables(&routes::read()?));
    let set = SETTINGS.iter().filter_map(|name| {
        let value = std::env::var(format!("MESCHAIN_{name}")).ok()?;
        Some(((*name).to_owned(), value))
    });
    variables.extend(set);
    Ok(variables)
}
