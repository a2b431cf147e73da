//! From a crate to a WebAssembly module and its glue.

use std::path::{Path, PathBuf};

use crate::run::{Outcome, command, root, run, step, target};
use crate::stamp::unless_unchanged;
use crate::tools;

/// What both kinds of module depend on.
const COMMON: [&str; 3] = ["shared", "Cargo.toml", "Cargo.lock"];

/// The folder that holds the Worker's modules, `index.js` first.
pub fn edge_folder() -> PathBuf {
    root().join("edge/build")
}

/// Builds a binary crate for browsers; gives the folder with `NAME.js` and `NAME_bg.wasm`.
pub fn browser(name: &str, sources: &[&str], optimise: &str) -> Outcome<PathBuf> {
    let folder = target().join("web").join(name);
    let wasm = folder.join(format!("{name}_bg.wasm"));
    let inputs = inputs(sources);
    unless_unchanged(
        &format!("wasm-{name}"),
        optimise,
        &inputs,
        &[wasm.clone()],
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
    let inputs = inputs(&["edge"]);
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

fn inputs(sources: &[&str]) -> Vec<PathBuf> {
    let own = sources.iter().flat_map(|source| {
        [
            root().join(source).join("src"),
            root().join(source).join("Cargo.toml"),
            root().join(source).join("migrations"),
        ]
    });
    own.chain(COMMON.iter().map(|name| root().join(name)))
        .chain((sources == ["app"]).then(|| root().join("app/protocol")))
        .collect()
}

fn shrink(wasm: &Path, optimise: &str) -> Outcome {
    run(command(tools::npm_bin("wasm-opt"))
        .arg(wasm)
        .args([
            optimise,
            "--all-features",
            // Browsers do not read it yet.
            "--disable-compact-imports",
            "--strip-debug",
            "--strip-producers",
            "-o",
        ])
        .arg(wasm))
}
