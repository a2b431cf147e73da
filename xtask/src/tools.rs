//! The tools that builds and tests need, pinned, fetched into the project's own folders.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::run::{Outcome, answers, command, output, root, run, step, target};
use crate::stamp::unless_unchanged;

/// Must equal the `wasm-bindgen` of the workspace, to the letter.
const WASM_BINDGEN: &str = "0.2.129";
const WORKER_BUILD: &str = "0.8.7";
const NODE_MAJOR_MIN: u32 = 18;

/// A release profile for tools that are built more often than they are waited for.
const QUICK_TO_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
];

/// Fetches what a build needs: npm packages, wasm-bindgen and worker-build.
pub fn for_build() -> Outcome {
    for_browsers()?;
    cargo_tool("worker-build", "worker-build", WORKER_BUILD)
}

/// Fetches what a module for browsers needs: npm packages and wasm-bindgen.
pub fn for_browsers() -> Outcome {
    wasm_target()?;
    node_packages()?;
    cargo_tool("wasm-bindgen-cli", "wasm-bindgen", WASM_BINDGEN)
}

/// Path of a tool that cargo installed.
pub fn cargo_bin(name: &str) -> PathBuf {
    target().join("tools/bin").join(name)
}

/// Path of a tool that npm installed.
pub fn npm_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// Installs a tool from crates.io into `target/tools`, once per version.
pub fn cargo_tool(package: &str, binary: &str, version: &str) -> Outcome {
    let binary = cargo_bin(binary);
    let salt = format!("{package}@{version}");
    unless_unchanged(&format!("tool-{package}"), &salt, &[], &[binary], || {
        step(&format!("install {salt} (once, some minutes)"), || {
            run(command("cargo")
                .args(["install", "--quiet", "--locked", "--root"])
                .arg(target().join("tools"))
                .arg("--target-dir")
                .arg(target().join("tools/build"))
                .arg(&salt)
                // Each runs for seconds; what takes long is building it.
                .envs(QUICK_TO_BUILD))
        })
    })
    .map(drop)
}

/// Installs a tool from PyPI into `target/python`, once per version, and gives its path; nothing where
/// there is no Python.
pub fn python_tool(package: &str, binary: &str, version: &str) -> Outcome<Option<PathBuf>> {
    if !answers("python3") {
        return Ok(None);
    }
    let folder = target().join("python");
    let (pip, tool) = (folder.join("bin/pip"), folder.join("bin").join(binary));
    let outputs = std::slice::from_ref(&tool);
    unless_unchanged(&format!("python-{package}"), version, &[], outputs, || {
        if !pip.exists() {
            run(command("python3").args(["-m", "venv"]).arg(&folder)).map_err(|trouble| {
                format!("{trouble} (Debian's package python3-venv is what usually lacks)")
            })?;
        }
        run(Command::new(&pip)
            .args(["install", "--quiet", "--disable-pip-version-check"])
            .arg(format!("{package}=={version}")))
    })?;
    Ok(Some(tool))
}

/// The standard library for WebAssembly, ready-made for tests and lints and as source for what is shipped; rustup
/// adds both by itself where it installs the toolchain, and is asked to where that was installed before.
pub fn wasm_target() -> Outcome {
    let target = "wasm32-unknown-unknown";
    let folder = output(command("rustc").args(["--print", "target-libdir", "--target", target]))?;
    if !Path::new(folder.trim()).is_dir() {
        step("add the WebAssembly target", || {
            run(command("rustup").args(["target", "add", target]))
        })
        .map_err(|_| {
            format!("the Rust target {target} is missing: install rustup and call again")
        })?;
    }
    let folder = output(command("rustc").args(["--print", "sysroot"]))?;
    let source = Path::new(folder.trim()).join("lib/rustlib/src/rust/library/Cargo.lock");
    if source.is_file() {
        return Ok(());
    }
    step("add the source of the standard library", || {
        run(command("rustup").args(["component", "add", "rust-src"]))
    })
    .map_err(|_| "the Rust component rust-src is missing: install rustup and call again".to_owned())
}

/// Installs the npm packages of the project, once per lock file.
pub fn node_packages() -> Outcome {
    let version = output(command("node").arg("--version"))
        .map_err(|_| format!("Node is missing: install Node {NODE_MAJOR_MIN} or newer with npm"))?;
    let major = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .unwrap_or_default();
    if major.parse::<u32>().unwrap_or_default() < NODE_MAJOR_MIN {
        let found = version.trim();
        return Err(format!(
            "Node {found} is too old: install Node {NODE_MAJOR_MIN} or newer"
        ));
    }
    let inputs = [
        root().join("package.json"),
        root().join("package-lock.json"),
    ];
    let outputs = [npm_bin("workerd"), npm_bin("esbuild")];
    unless_unchanged("npm", "", &inputs, &outputs, || {
        // Not with the packages' own Node, which this replaces.
        step("install npm packages", || {
            run(Command::new("npm")
                .current_dir(root())
                .args(["ci", "--silent"])
                .stdin(Stdio::null()))
        })
    })
    .map(drop)
}

/// Installs the npm packages that a folder asks for, if it asks for any, as its lock file says.
pub fn own_packages(folder: &Path) -> Outcome {
    let inputs = ["package.json", "package-lock.json"].map(|name| folder.join(name));
    if !inputs.iter().all(|input| input.is_file()) {
        return Ok(());
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let outputs = [folder.join("node_modules")];
    unless_unchanged(&format!("npm-{name}"), "", &inputs, &outputs, || {
        step("install npm packages of the measurement", || {
            run(Command::new("npm")
                .current_dir(folder)
                .args(["ci", "--silent", "--ignore-scripts"])
                .stdin(Stdio::null()))
        })
    })
    .map(drop)
}

/// The path of ChromeDriver.
pub fn chromedriver() -> PathBuf {
    std::env::var_os("CHROMEDRIVER")
        .map_or_else(|| PathBuf::from("/usr/bin/chromedriver"), PathBuf::from)
}

/// The path of Chromium; installs Debian's where this user may.
pub fn chromium() -> Outcome<PathBuf> {
    let named = std::env::var_os("CHROME_PATH").map(PathBuf::from);
    let path = named.unwrap_or_else(|| PathBuf::from("/usr/bin/chromium"));
    if path.exists() && answers(chromedriver()) {
        return Ok(path);
    }
    let advice = "Chromium and ChromeDriver are missing: install the packages chromium and \
                  chromium-driver, or set CHROME_PATH and CHROMEDRIVER";
    step("install Chromium", || {
        run(command("apt-get").args(["update", "-qq"]))?;
        run(command("apt-get").args(["install", "-y", "-qq", "chromium", "chromium-driver"]))
    })
    .map_err(|_| advice.to_owned())?;
    if path.exists() {
        Ok(path)
    } else {
        Err(advice.to_owned())
    }
}

/// What a client in Java needs beside Jackson; installs Debian's where this user may.
pub fn java_libraries() -> Outcome<[PathBuf; 2]> {
    let jars = ["httpmime.jar", "geronimo-annotation-1.3-spec.jar"];
    let jars = jars.map(|name| Path::new("/usr/share/java").join(name));
    if jars.iter().all(|jar| jar.exists()) {
        return Ok(jars);
    }
    let packages = ["libhttpmime-java", "libgeronimo-annotation-1.3-spec-java"];
    step("install libraries of Java", || {
        run(command("apt-get").args(["update", "-qq"]))?;
        run(command("apt-get")
            .args(["install", "-y", "-qq"])
            .args(packages))
    })
    .map_err(|_| {
        format!(
            "libraries of Java are missing: install the packages {}",
            packages.join(" and ")
        )
    })?;
    Ok(jars)
}
