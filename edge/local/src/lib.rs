//! What plain workerd is told to run the edge's Workers on one machine, with the database, the queue, the clock's
//! events and the static files that Cloudflare's network would give them.
//!
//! The configuration is Cap'n Proto text: a `wrangler.json` holds one Worker. Files of the Workers are named from
//! the project's root, which [`serve`] tells workerd. A change of the names of services, keys or
//! folders here is a change of where state is found.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The configuration's file in the state folder.
const FILE: &str = "edge.capnp";
/// What the platform may do; for all Workers alike.
const COMPATIBILITY_DATE: &str = "2026-11-01";
/// The same for workerd's own Workers: those of this version say so.
const EMULATORS_DATE: &str = "2026-01-01";

/// The Workers, as the folders below `edge/workers`.
pub const WORKERS: [&str; 4] = ["gateway", "control", "companies", "figures"];

/// Where a Worker's modules are, below the project's root.
pub fn modules(worker: &str) -> PathBuf {
    Path::new("edge/workers").join(worker).join("build")
}

/// An edge on this machine.
pub struct Configuration<'a> {
    /// The folder of static files, absolute.
    pub site: &'a Path,
    /// Variables of the Workers: those of `docs/operations.md`.
    pub variables: &'a [(String, String)],
    /// Whether services on this machine may be called, as tests do; else those of the public network only.
    pub may_call_this_machine: bool,
}

impl Configuration<'_> {
    /// Writes the configuration into a folder, which becomes the state's.
    pub fn write(&self, folder: &Path) -> io::Result<()> {
        for store in ["", "cron", "queues", "d1"] {
            std::fs::create_dir_all(folder.join(STATE).join(store))?;
        }
        std::fs::write(folder.join(FILE), self.text())
    }

    fn text(&self) -> String {
        let mut text = String::from(
            "using Workerd = import \"/workerd/workerd.capnp\";\n\nconst config :Workerd.Config = (\n",
        );
        let services = [
            self.gateway(),
            self.control(),
            self.companies(),
            figures(),
            disk("companies-disk", ""),
            emulator("cron", "Schedule", &cron()),
            disk("cron-disk", "cron"),
            emulator("queues", "QueueShard", &queues()),
            disk("queues-disk", "queues"),
            emulator(
                "d1",
                "D1Database",
                "(name = \"DATABASE\", durableObjectNamespace = (className = \"D1Database\"))",
            ),
            disk("d1-disk", "d1"),
            self.assets(),
            self.internet(),
        ];
        let _ = writeln!(text, "  services = [\n{}\n  ],", services.join(",\n"));
        // The address is given when it is started. As the gateway runs first, nothing needs to lead to it.
        text.push_str(
            "  sockets = [(name = \"http\", http = (style = host), service = \"gateway\")],\n);\n",
        );
        text
    }

    fn gateway(&self) -> String {
        let mut bindings = self.told(|_| true);
        bindings.extend(DATA.map(str::to_owned));
        bindings.extend(
            [
                "(name = \"BATCHES\", queue = (name = \"queues\", props = (json = \"{\\\"queue\\\":\\\"batches\\\"}\")))",
                "(name = \"ASSETS\", service = (name = \"assets\", entrypoint = \"AssetWorker\"))",
                "(name = \"FIGURES\", service = \"figures\")",
                "(name = \"CONTROL\", service = \"control\")",
            ]
            .map(str::to_owned),
        );
        worker("gateway", &bindings, "")
    }

    /// The Worker of the control plane: what people and programs are and may do.
    fn control(&self) -> String {
        let is_own = |name: &str| !CONTROL_UNTOLD.iter().any(|untold| name.starts_with(untold));
        let mut bindings = self.told(is_own);
        bindings.extend(DATA.map(str::to_owned));
        bindings.push("(name = \"FIGURES\", service = \"figures\")".to_owned());
        worker("control", &bindings, "")
    }

    /// Variables of some names, as bindings.
    fn told(&self, is_chosen: impl Fn(&str) -> bool) -> Vec<String> {
        let chosen = self.variables.iter().filter(|(name, _)| is_chosen(name));
        chosen
            .map(|(name, value)| format!("(name = {}, text = {})", quoted(name), quoted(value)))
            .collect()
    }

    /// The Worker of the companies' objects, which calls its own objects, and the servers that companies name for
    /// webhooks.
    fn companies(&self) -> String {
        let mut bindings = self.told(|name| COMPANIES_VARIABLES.contains(&name));
        bindings.push(
            "(name = \"BLOBS\", durableObjectNamespace = (className = \"BlobObject\"))".to_owned(),
        );
        let objects = "\n      durableObjectNamespaces = [\n        (className = \"TenantObject\", uniqueKey = \
                       \"meschain-bi-TenantObject\", enableSql = true),\n        (className = \"BlobObject\", \
                       uniqueKey = \"meschain-bi-BlobObject\", enableSql = true),\n      ],\n      \
                       durableObjectStorage = (localDisk = \"companies-disk\"),";
        worker("companies", &bindings, objects)
    }

    fn assets(&self) -> String {
        let rules = r#"{"base_path":null,"headers":null,"html_handling":"none","ignore":null,"not_found_handling":"none","redirects":null,"run_worker_first":true}"#;
        format!(
            "    (name = \"assets\", assets = (path = {}, config = {}, userWorker = \"gateway\"))",
            quoted(&self.site.to_string_lossy()),
            quoted(rules),
        )
    }

    fn internet(&self) -> String {
        let allowed = match self.may_call_this_machine {
            true => "[\"public\", \"local\"]",
            false => "[\"public\"]",
        };
        format!(
            "    (name = \"internet\", network = (allow = {allowed}, tlsOptions = (trustBrowserCas = true)))"
        )
    }
}

/// Has a workerd serve the configuration of a folder on a port of this machine; `root` is the project's, absolute.
pub fn serve(workerd: &mut Command, root: &Path, folder: &Path, port: u16) {
    workerd
        .current_dir(folder)
        .args(["serve", "--experimental", "--socket-addr"])
        .arg(format!("http=127.0.0.1:{port}"))
        .arg("--import-path")
        .arg(root)
        .arg(FILE);
}

/// What every Worker but the companies' own is bound to.
const DATA: [&str; 3] = [
    "(name = \"TENANT\", durableObjectNamespace = (className = \"TenantObject\", serviceName = \"companies\"))",
    "(name = \"BLOBS\", durableObjectNamespace = (className = \"BlobObject\", serviceName = \"companies\"))",
    "(name = \"DB\", wrapped = (moduleName = \"cloudflare-internal:d1-api\", innerBindings = [(name = \"fetcher\", \
     service = (name = \"d1\", props = (json = \"{\\\"database\\\":\\\"meschain\\\"}\")))]))",
];

/// How variables begin that the control plane's Worker is not told: they are of services behind the gateway.
const CONTROL_UNTOLD: [&str; 2] = ["ROUTES", "UPSTREAM_"];

/// Variables that the companies' Worker is told too.
const COMPANIES_VARIABLES: [&str; 1] = ["CALLS_INSIDE"];

/// State below the folder that workerd is started in.
const STATE: &str = ".wrangler/state/workerd";

fn worker(name: &str, bindings: &[String], more: &str) -> String {
    let folder = modules(name);
    let folder = folder.to_string_lossy();
    let bindings = bindings.join(",\n        ");
    format!(
        "    (name = \"{name}\", worker = (\n      modules = [\n        (name = \"index.js\", esModule = embed \
         \"/{folder}/index.js\"),\n        (name = \"index_bg.wasm\", wasm = embed \"/{folder}/index_bg.wasm\"),\n      ],\n      \
         compatibilityDate = \"{COMPATIBILITY_DATE}\",\n      bindings = [\n        {bindings},\n      ],{more}\n    ))"
    )
}

/// The Worker of what takes the cube.
fn figures() -> String {
    worker("figures", &DATA.map(str::to_owned), "")
}

/// One of workerd's own Workers that stand in for Cloudflare's services, with its store.
fn emulator(name: &str, object: &str, bindings: &str) -> String {
    format!(
        "    (name = \"{name}\", worker = (\n      modules = [(name = \"{name}.js\", bundled = \"/workerd/{name}.js\")],\n      \
         compatibilityDate = \"{EMULATORS_DATE}\",\n      compatibilityFlags = [\"service_binding_extra_handlers\"],\n      \
         bindings = [{bindings}],\n      durableObjectNamespaces = [(className = \"{object}\", uniqueKey = \"{object}\", \
         enableSql = true)],\n      durableObjectStorage = (localDisk = \"{name}-disk\"),\n    ))"
    )
}

/// The clock's events: gateway and control plane are woken each minute.
fn cron() -> String {
    let times = quoted(r#"{"gateway":["* * * * *"],"control":["* * * * *"]}"#);
    format!(
        "(name = \"SCHEDULE\", durableObjectNamespace = (className = \"Schedule\")), (name = \"CRONS\", json = {times}), \
         (name = \"gateway\", service = \"gateway\"), (name = \"control\", service = \"control\")"
    )
}

/// The queue of batches, which the gateway reads.
fn queues() -> String {
    let consumers = quoted(
        r#"{"batches":{"consumer":"worker","maxBatchSize":5,"maxBatchTimeout":1,"maxRetries":10}}"#,
    );
    format!(
        "(name = \"SHARD\", durableObjectNamespace = (className = \"QueueShard\")), (name = \"CONSUMERS\", json = \
         {consumers}), (name = \"worker\", service = \"gateway\")"
    )
}

fn disk(name: &str, folder: &str) -> String {
    let path = Path::new(STATE).join(folder);
    let path = path.to_string_lossy();
    let path = path.trim_end_matches('/');
    format!("    (name = \"{name}\", disk = (path = \"{path}\", writable = true))")
}

/// A text as Cap'n Proto writes one.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Configuration, quoted};

    fn text(variables: &[(String, String)], may_call_this_machine: bool) -> String {
        let configuration = Configuration {
            site: Path::new("/project/dist"),
            variables,
            may_call_this_machine,
        };
        configuration.text()
    }

    #[test]
    fn what_a_variable_holds_ends_no_text() {
        assert_eq!(quoted("a\"b\\c\nd"), "\"a\\\"b\\\\c\\nd\"");
        let hostile = [("X".to_owned(), "\"), (name = \"Y".to_owned())];
        assert!(text(&hostile, false).contains("(name = \"X\", text = \"\\\"), (name = \\\"Y\")"));
    }

    #[test]
    fn each_worker_is_told_what_is_its_own() {
        let variables = ["ADMIN_TOKEN", "CALLS_INSIDE", "ROUTES_2", "UPSTREAM_TOKEN"]
            .map(|name| (name.to_owned(), "x".to_owned()));
        let text = text(&variables, false);
        let count = |name: &str| text.matches(&format!("(name = \"{name}\", text")).count();
        assert_eq!((count("ADMIN_TOKEN"), count("CALLS_INSIDE")), (2, 3));
        assert_eq!((count("ROUTES_2"), count("UPSTREAM_TOKEN")), (1, 1));
    }

    #[test]
    fn this_machine_is_called_only_where_it_may_be() {
        assert!(text(&[], false).contains("allow = [\"public\"],"));
        assert!(text(&[], true).contains("allow = [\"public\", \"local\"],"));
    }
}
