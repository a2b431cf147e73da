//! `cargo xtask check`: format, lints as errors on both targets, architecture rules, spelling, size
//! budgets, licences. Every step runs, so that one call shows all that is wrong.

mod architecture;
mod catalogue;
mod colours;
mod dependencies;
mod source;

use std::path::PathBuf;
use std::process::Command;

use crate::run::{Outcome, answers, command, root, run, step, target};
use crate::stamp::unless_unchanged;
use crate::{size, tools};

const CARGO_DENY: &str = "0.20.2";
const TYPOS: &str = "1.52.0";

/// What is built for browsers and the edge, and linted for their target too.
const WASM_PACKAGES: [&str; 4] = ["app", "engine", "protocol", "edge"];

/// Those of them whose tests run there too; the others' tests are native.
const TESTED_IN_BROWSERS: [&str; 1] = ["engine"];

/// A name and what it does.
type Step = (&'static str, fn() -> Outcome);

/// The quick ones first; `licences` builds its tool for some minutes, once.
const STEPS: [Step; 7] = [
    ("format", || {
        run(command("cargo").args(["fmt", "--all", "--check"]))
    }),
    ("architecture", architecture),
    ("spelling", spelling),
    ("lints", || {
        run(command("cargo").args([
            "clippy",
            "--quiet",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]))
    }),
    ("lints-wasm", lints_wasm),
    ("sizes", size::check),
    ("licences", licences),
];

/// Runs all steps, or those whose name contains the argument.
pub fn check(arguments: &[String]) -> Outcome {
    let wanted = arguments.first().map_or("", String::as_str);
    let chosen: Vec<_> = STEPS
        .iter()
        .filter(|(name, _)| name.contains(wanted))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = STEPS.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "no check is called {wanted}: there are {}",
            names.join(", ")
        ));
    }
    let mut failed = Vec::new();
    for (name, check) in chosen {
        if let Err(trouble) = step(&format!("check {name}"), check) {
            eprintln!("  check {name} FAILED: {trouble}");
            failed.push(*name);
        }
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("failed: {}", failed.join(", ")))
    }
}

fn architecture() -> Outcome {
    let mut broken = dependencies::broken(&dependencies::of_workspace()?);
    let sources = source::of_project()?;
    broken.extend(architecture::broken(&sources));
    broken.extend(colours::broken(&sources));
    broken.extend(catalogue::broken(&sources));
    if broken.is_empty() {
        return Ok(());
    }
    Err(format!(
        "{} rules broken:\n    {}",
        broken.len(),
        broken.join("\n    ")
    ))
}

fn lints_wasm() -> Outcome {
    tools::wasm_target()?;
    let lint = |packages: &[&str], targets: &[&str]| {
        let mut cargo = command("cargo");
        cargo.args(["clippy", "--quiet", "--target", "wasm32-unknown-unknown"]);
        for package in packages {
            cargo.args(["--package", package]);
        }
        run(cargo.args(targets).args(["--", "-D", "warnings"]))
    };
    lint(&WASM_PACKAGES, &["--lib", "--bins"])?;
    lint(&TESTED_IN_BROWSERS, &["--tests"])
}

/// Spelling by typos, which comes as a Python wheel.
fn spelling() -> Outcome {
    if !answers("python3") {
        println!("    skipped: python3 is missing, which brings the spelling checker");
        return Ok(());
    }
    let folder = target().join("python");
    let typos: PathBuf = folder.join("bin/typos");
    unless_unchanged("typos", TYPOS, &[], std::slice::from_ref(&typos), || {
        run(command("python3").args(["-m", "venv"]).arg(&folder)).map_err(|trouble| {
            format!("{trouble} (Debian's package python3-venv is what usually lacks)")
        })?;
        run(Command::new(folder.join("bin/pip"))
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .arg(format!("typos=={TYPOS}")))
    })?;
    run(Command::new(typos)
        .current_dir(root())
        .args(["--config", "typos.toml"]))
}

/// Licences, bans and sources by cargo-deny; its advisory database is not fetched.
fn licences() -> Outcome {
    tools::cargo_tool("cargo-deny", "cargo-deny", CARGO_DENY)?;
    run(command(tools::cargo_bin("cargo-deny"))
        .args(["--log-level", "error", "--workspace", "--all-features"])
        .args([
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ]))
}
