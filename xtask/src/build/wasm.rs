//! From a crate to a WebAssembly module and its glue.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Outcome, at, command, root, run, step, target};
use crate::stamp::unless_unchanged;
use crate::tools;

/// What both kinds of module depend on.
const COMMON: [&str; 6] = [
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "rust-toolchain.toml",
    ".cargo/config.toml",
    "xtask/src/build/wasm.rs",
];

/// What rustc emits and every browser of the last years reads; not `--all-features`, which lets
/// wasm-opt write what none reads yet.
const FEATURES: [&str; 8] = [
    "bulk-memory",
    "bulk-memory-opt",
    "multivalue",
    "mutable-globals",
    "nontrapping-float-to-int",
    "reference-types",
    "sign-ext",
    "simd",
];

/// The folder that holds the Worker's modules, `index.js` first.
pub fn edge_folder() -> PathBuf {
    root().join("edge/build")
}

/// Builds a binary crate for browsers; gives the folder with `NAME.js` and `NAME_bg.wasm`.
pub fn browser(name: &str, sources: &[&str], optimise: &str) -> Outcome<PathBuf> {
    let folder = target().join("web").join(name);
    let wasm = folder.join(format!("{name}_bg.wasm"));
    let inputs = inputs(sources)?;
    unless_unchanged(
        &format!("wasm-{name}"),
        optimise,
        &inputs,
        std::slice::from_ref(&wasm),
        || {
            step(&format!("build {name} for browsers"), || {
                run(command("cargo").args([
                    "build",
                    "--quiet",
                    "--profile",
                    "wasm",
                    "--target",
                    "wasm32-unknown-unknown",
                    "--package",
                    name,
                ]))?;
                let raw = target().join(format!("wasm32-unknown-unknown/wasm/{name}.wasm"));
                run(command(tools::cargo_bin("wasm-bindgen"))
                    .args(["--target", "web", "--no-typescript", "--out-dir"])
                    .arg(&folder)
                    .arg(&raw))?;
                shrink(&wasm, optimise)
            })
        },
    )?;
    Ok(folder)
}

/// Builds the Worker.
pub fn edge() -> Outcome {
    let folder = edge_folder();
    let inputs = inputs(&["edge"])?;
    unless_unchanged("wasm-edge", "", &inputs, &[folder.join("index.js")], || {
        step("build the edge", || {
            run(command(tools::cargo_bin("worker-build"))
                .current_dir(root().join("edge"))
                .args(["--profile", "wasm"])
                .env("CARGO_TARGET_DIR", target())
                .env("WASM_BINDGEN_BIN", tools::cargo_bin("wasm-bindgen"))
                .env("WASM_OPT_BIN", tools::npm_bin("wasm-opt"))
                .env("ESBUILD_BIN", tools::npm_bin("esbuild")))
        })
    })
    .map(drop)
}

/// What goes into a module: its own sources and those of the shared crates, not their tests.
fn inputs(sources: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut crates: Vec<PathBuf> = sources.iter().map(|source| root().join(source)).collect();
    let shared = root().join("shared");
    for entry in fs::read_dir(&shared).map_err(at(&shared))? {
        crates.push(entry.map_err(at(&shared))?.path());
    }
    let parts = crates
        .iter()
        .flat_map(|one| ["src", "Cargo.toml", "migrations"].map(|part| one.join(part)));
    Ok(parts
        .chain(COMMON.iter().map(|name| root().join(name)))
        .collect())
}

fn shrink(wasm: &Path, optimise: &str) -> Outcome {
    run(command(tools::npm_bin("wasm-opt"))
        .arg(wasm)
        .args(FEATURES.map(|name| format!("--enable-{name}")))
        .args([optimise, "--strip-debug", "--strip-producers", "-o"])
        .arg(wasm))
}
