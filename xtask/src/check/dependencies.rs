//! Which crate may see which: dependencies point inward, and what is pure stays pure.

use serde_json::Value;

use crate::run::{Outcome, command, output};

/// Our crates and those of ours that each may depend on, from the inside out. Tests may look further.
const MAY_SEE: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("forecast", &["kernel"]),
    ("model", &["kernel"]),
    ("locale", &["kernel", "model"]),
    ("cube", &["kernel", "model"]),
    ("prediction", &["kernel", "model", "cube", "forecast"]),
    ("ingest", &["kernel", "model"]),
    ("demo", &["kernel", "model"]),
    ("policy", &["kernel", "model"]),
    ("sync", &["kernel", "model", "cube", "policy"]),
    ("limits", &["kernel"]),
    ("webhooks", &["kernel"]),
    (
        "api",
        &[
            "kernel", "model", "cube", "ingest", "sync", "policy", "limits", "webhooks",
        ],
    ),
    ("credentials", &[]),
    ("oauth", &["credentials", "policy"]),
    ("upstream", &["kernel", "policy"]),
    ("reference", &[]),
    ("dashboard", &["kernel", "model", "locale", "cube", "api"]),
    (
        "protocol",
        &[
            "kernel",
            "model",
            "locale",
            "cube",
            "prediction",
            "ingest",
            "sync",
            "api",
        ],
    ),
    ("forecaster", &["prediction"]),
    (
        "engine",
        &[
            "kernel",
            "model",
            "locale",
            "cube",
            "prediction",
            "ingest",
            "sync",
            "policy",
            "api",
            "dashboard",
            "protocol",
        ],
    ),
    (
        "app",
        &[
            "kernel",
            "model",
            "locale",
            "cube",
            "prediction",
            "ingest",
            "sync",
            "api",
            "dashboard",
            "credentials",
            "policy",
            "protocol",
            "reference",
            "webhooks",
        ],
    ),
    (
        "edge",
        &[
            "kernel",
            "model",
            "locale",
            "cube",
            "forecast",
            "prediction",
            "ingest",
            "sync",
            "api",
            "dashboard",
            "credentials",
            "oauth",
            "policy",
            "limits",
            "upstream",
            "webhooks",
        ],
    ),
    ("local-edge", &[]),
    ("gateway-worker", &["kernel", "policy", "edge"]),
    ("control-worker", &["edge"]),
    ("companies-worker", &["kernel", "policy", "edge"]),
    ("figures-worker", &["edge"]),
    (
        "edge-tests",
        &[
            "kernel",
            "model",
            "cube",
            "forecast",
            "prediction",
            "ingest",
            "sync",
            "api",
            "policy",
            "demo",
            "credentials",
            "local-edge",
        ],
    ),
    (
        "xtask",
        &[
            "kernel",
            "model",
            "cube",
            "ingest",
            "sync",
            "policy",
            "limits",
            "upstream",
            "api",
            "demo",
            "local-edge",
        ],
    ),
    ("bench-anomalies", &["kernel", "forecast"]),
    ("bench-forecast", &["forecast"]),
    ("bench-cube", &["kernel", "model", "cube", "sync", "engine"]),
];

/// The crates that know no clock, no randomness, no I/O and no browser.
pub const PURE: &[&str] = &[
    "kernel",
    "model",
    "locale",
    "cube",
    "forecast",
    "prediction",
    "ingest",
    "sync",
    "api",
    "dashboard",
    "demo",
    "credentials",
    "oauth",
    "policy",
    "limits",
    "upstream",
    "webhooks",
    "reference",
];

const IMPURE: [&str; 13] = [
    "wasm-bindgen",
    "wasm-bindgen-futures",
    "web-sys",
    "js-sys",
    "gloo",
    "rexie",
    "worker",
    "rand",
    "getrandom",
    "fastrand",
    "tokio",
    "ureq",
    "uuid",
];

/// A crate of the workspace and what it depends on outside of its tests.
#[derive(Debug)]
pub struct Crate {
    pub name: String,
    pub dependencies: Vec<String>,
}

/// Reads the workspace by `cargo metadata`.
pub fn of_workspace() -> Outcome<Vec<Crate>> {
    let text = output(command("cargo").args(["metadata", "--no-deps", "--format-version=1"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let packages = metadata["packages"]
        .as_array()
        .ok_or("cargo metadata names no packages")?;
    Ok(packages.iter().map(crate_from).collect())
}

fn crate_from(package: &Value) -> Crate {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all = package["dependencies"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let shipped = all
        .iter()
        .filter(|dependency| dependency["kind"].as_str() != Some("dev"));
    Crate {
        name: text(&package["name"]),
        dependencies: shipped
            .map(|dependency| text(&dependency["name"]))
            .collect(),
    }
}

/// Says each edge that must not be.
pub fn broken(crates: &[Crate]) -> Vec<String> {
    let mut found = Vec::new();
    let ours = |name: &str| MAY_SEE.iter().find(|(known, _)| *known == name);
    for one in crates {
        let Some((name, allowed)) = ours(&one.name) else {
            found.push(format!(
                "{} has no place in the order: give it one in xtask/src/check/dependencies.rs",
                one.name
            ));
            continue;
        };
        for dependency in &one.dependencies {
            let is_ours = ours(dependency).is_some();
            if is_ours && !allowed.contains(&dependency.as_str()) {
                found.push(format!("{name} must not depend on {dependency}"));
            }
            if PURE.contains(name) && IMPURE.contains(&dependency.as_str()) {
                found.push(format!(
                    "{name} is pure and must not depend on {dependency}"
                ));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(name: &str, dependencies: &[&str]) -> Vec<String> {
        let dependencies = dependencies.iter().map(|&name| name.to_owned()).collect();
        broken(&[Crate {
            name: name.to_owned(),
            dependencies,
        }])
    }

    #[test]
    fn inward_is_allowed_and_outward_is_not() {
        assert_eq!(
            verdict("cube", &["kernel", "model", "thiserror"]),
            Vec::<String>::new()
        );
        assert_eq!(
            verdict("kernel", &["model"]),
            ["kernel must not depend on model"]
        );
        assert_eq!(
            verdict("forecast", &["model"]),
            ["forecast must not depend on model"]
        );
    }

    #[test]
    fn app_and_edge_never_see_each_other() {
        assert_eq!(verdict("app", &["edge"]), ["app must not depend on edge"]);
        assert_eq!(
            verdict("edge", &["protocol"]),
            ["edge must not depend on protocol"]
        );
        assert_eq!(
            verdict("engine", &["app"]),
            ["engine must not depend on app"]
        );
    }

    #[test]
    fn what_is_pure_has_no_clock_dice_or_browser() {
        assert_eq!(
            verdict("sync", &["getrandom"]),
            ["sync is pure and must not depend on getrandom"]
        );
        assert_eq!(verdict("model", &["web-sys"]).len(), 1);
        assert_eq!(
            verdict("engine", &["kernel", "web-sys"]),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_new_crate_needs_a_place() {
        assert!(verdict("insight", &[])[0].contains("no place in the order"));
    }

    #[test]
    fn dependencies_of_tests_do_not_count() {
        let package = serde_json::json!({ "name": "cube", "dependencies": [
            { "name": "kernel", "kind": null }, { "name": "demo", "kind": "dev" },
            { "name": "cc", "kind": "build" },
        ] });
        assert_eq!(crate_from(&package).dependencies, ["kernel", "cc"]);
    }

    #[test]
    fn the_order_itself_has_no_circle() {
        for (at, (name, allowed)) in MAY_SEE.iter().enumerate() {
            for inner in *allowed {
                let place = MAY_SEE.iter().position(|(known, _)| known == inner);
                assert!(place.is_some_and(|place| place < at), "{name} sees {inner}");
            }
        }
    }
}
