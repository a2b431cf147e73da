//! From a crate to a WebAssembly module and its glue.

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Outcome, at, command, root, run, step, target};
use crate::stamp::{files_below, unless_unchanged};
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

/// How a module reaches the browser.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// In one file.
    One,
    /// In a main file and one for each split point (`wasm_split`), fetched when it is first called.
    Split,
}

/// Builds a binary crate for browsers; gives the folder with `NAME.js` and `NAME_bg.wasm`, and with
/// [`PARTS`] where it is split.
pub fn browser(name: &str, sources: &[&str], optimise: &str, parts: Parts) -> Outcome<PathBuf> {
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
                compile(name)?;
                let raw = target().join(format!("wasm32-unknown-unknown/wasm/{name}.wasm"));
                if folder.exists() {
                    fs::remove_dir_all(&folder).map_err(at(&folder))?;
                }
                fs::create_dir_all(&folder).map_err(at(&folder))?;
                let whole = match parts {
                    Parts::One => raw,
                    Parts::Split => split(&raw, name, &folder)?,
                };
                let mut bindgen = command(tools::cargo_bin("wasm-bindgen"));
                bindgen.args(["--target", "web", "--no-typescript"]);
                if parts == Parts::Split {
                    // What the split modules share with the main one.
                    bindgen.arg("--keep-lld-exports");
                }
                run(bindgen.arg("--out-dir").args([&folder, &whole]))?;
                shrink(&wasm, optimise)?;
                split_modules(&folder.join(PARTS))?
                    .iter()
                    .try_for_each(|module| shrink_part(module, optimise))
            })
        },
    )?;
    Ok(folder)
}

/// Leaves out of what is shipped all that only tells of a check that failed, as no such check fails
/// (`check architecture`): at which line it stands, sixteen bytes a check and the names of all files, and the words and
/// numbers that it would be told with, with the code that writes these. What fails stops at once, which whoever started it
/// hears. Nor are structures written out for whoever looks for a mistake: their names are enough in a log. The
/// compiler has this by options that it lets stable versions use only where they are told to; its version is pinned. The
/// flags of `.cargo/config.toml` are said again, because these take their place.
const WITHOUT_LAST_WORDS: [(&str, &str); 2] = [
    ("RUSTC_BOOTSTRAP", "1"),
    (
        "RUSTFLAGS",
        "-Ctarget-feature=+simd128 --cfg=erase_components -Zlocation-detail=none -Zfmt-debug=shallow \
         -Zunstable-options -Cpanic=immediate-abort",
    ),
];

/// Compiles the standard library with what is shipped, for size: its sorting, its maps and its numbers as text
/// come ready-made for speed otherwise. Its source is a component of the toolchain.
const SMALL_LIBRARY: [(&str, &str); 2] = [
    ("CARGO_UNSTABLE_BUILD_STD", "std"),
    ("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size"),
];

/// What is shipped for browsers.
const SHIPPED: [&str; 3] = ["app", "engine", "forecaster"];

/// Compiles a module; those that are shipped together, so that they are linked side by side and the
/// second call finds its work done.
fn compile(name: &str) -> Outcome {
    let mut cargo = command("cargo");
    cargo.args(["build", "--quiet", "--profile", "wasm"]);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    let packages = match SHIPPED.contains(&name) {
        true => SHIPPED.to_vec(),
        false => vec![name],
    };
    cargo.envs(WITHOUT_LAST_WORDS).envs(SMALL_LIBRARY);
    for package in packages {
        cargo.args(["--package", package]);
    }
    run(&mut cargo)
}

/// The folder of what was split off: `split_POINT.wasm`, `chunk_NUMBER.wasm` for what several points
/// share, and [`LOADER`] that names them.
pub const PARTS: &str = "parts";

/// The script that fetches split modules; the glue imports it from its own folder.
pub const LOADER: &str = "__wasm_split.js";

/// Takes a module apart; gives the main part, which wasm-bindgen still has to see.
fn split(raw: &Path, name: &str, folder: &Path) -> Outcome<PathBuf> {
    let bytes = fs::read(raw).map_err(at(raw))?;
    let parts = folder.join(PARTS);
    let main = parts.join(format!("{name}.wasm"));
    let glue = format!("./{name}.js");
    let link = format!("./{LOADER}");
    let mut options = wasm_split_cli_support::Options::new(&bytes);
    options.output_dir = &parts;
    options.main_out_path = &main;
    options.main_module = &glue;
    options.link_name = &link;
    options.target.web();
    fs::create_dir_all(&parts).map_err(at(&parts))?;
    wasm_split_cli_support::transform(options)
        .map_err(|error| format!("{}: {error:#}", raw.display()))?;
    Ok(main)
}

/// The split modules in a folder, sorted.
pub fn split_modules(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut modules: Vec<PathBuf> = files_below(&[folder.to_path_buf()])?
        .into_iter()
        .filter(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".wasm") && (name.starts_with("split_") || name.starts_with("chunk_"))
        })
        .collect();
    modules.sort();
    Ok(modules)
}

/// Builds the edge's Workers.
pub fn edge() -> Outcome {
    local_edge::WORKERS.iter().try_for_each(|name| worker(name))
}

fn worker(name: &str) -> Outcome {
    let source = format!("edge/workers/{name}");
    let folder = root().join(local_edge::modules(name));
    let inputs = inputs(&["edge", &source])?;
    let made = [folder.join("index.js")];
    unless_unchanged(&format!("worker-{name}"), "", &inputs, &made, || {
        step(&format!("build the Worker {name}"), || {
            run(command(tools::cargo_bin("worker-build"))
                .current_dir(root().join(&source))
                .args(["--profile", "edge"])
                .envs(WITHOUT_LAST_WORDS)
                .envs(SMALL_LIBRARY)
                .env("CARGO_TARGET_DIR", target())
                .env("WASM_BINDGEN_BIN", tools::cargo_bin("wasm-bindgen"))
                .env("WASM_OPT_BIN", tools::npm_bin("wasm-opt"))
                .env("ESBUILD_BIN", tools::npm_bin("esbuild")))?;
            // worker-build leaves the names of functions in: a tenth of what is uploaded.
            shrink(&folder.join("index_bg.wasm"), "-O0")
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
    let parts = crates.iter().flat_map(|one| {
        ["src", "build.rs", "zones.txt", "Cargo.toml", "migrations"].map(|part| one.join(part))
    });
    Ok(parts
        .chain(COMMON.iter().map(|name| root().join(name)))
        .collect())
}

/// Parts up to this length are not optimised once more: they are a few functions each, and starting the optimiser for a
/// hundred of them takes minutes to save some bytes.
const SMALL_BYTES: usize = 4_096;

/// Shrinks a part: what is small loses its names alone.
fn shrink_part(module: &Path, optimise: &str) -> Outcome {
    let bytes = fs::read(module).map_err(at(module))?;
    let bare = without_custom_sections(&bytes)
        .ok_or_else(|| format!("{} is no WebAssembly module", module.display()))?;
    match bare.len() <= SMALL_BYTES {
        true => fs::write(module, bare).map_err(at(module)),
        false => shrink(module, optimise),
    }
}

/// A module without its custom sections, which hold names and notes for tools.
fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    const HEADER_BYTES: usize = 8;
    let (header, mut rest) = module.split_at_checked(HEADER_BYTES)?;
    let mut bare = header.to_vec();
    while let Some((&kind, after)) = rest.split_first() {
        let (length, start) = leb128(after)?;
        let end = 1 + start + length;
        let section = rest.get(..end)?;
        if kind != 0 {
            bare.extend_from_slice(section);
        }
        rest = &rest[end..];
    }
    header.starts_with(b"\0asm").then_some(bare)
}

/// An unsigned number of LEB128, and how many bytes it takes.
fn leb128(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut value = 0_usize;
    for (at, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

fn shrink(wasm: &Path, optimise: &str) -> Outcome {
    run(command(tools::npm_bin("wasm-opt"))
        .arg(wasm)
        .args(FEATURES.map(|name| format!("--enable-{name}")))
        .args([
            optimise,
            "--quiet",
            "--strip-debug",
            "--strip-producers",
            "-o",
        ])
        .arg(wasm))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custom_sections_are_left_out_and_nothing_else() {
        let header = b"\0asm\x01\0\0\0";
        let types = [1, 2, 7, 8];
        let mut long = vec![0, 0x81, 0x01];
        long.extend([9; 129]);
        let module = [header.as_slice(), &long, &types, &[0, 1, 5]].concat();
        let bare = [header.as_slice(), &types].concat();
        assert_eq!(without_custom_sections(&module), Some(bare));
        assert_eq!(
            without_custom_sections(&module[..20]),
            None,
            "it is cut off"
        );
        assert_eq!(without_custom_sections(b"no module at all"), None);
    }
}
