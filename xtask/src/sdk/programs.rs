//! The programs of `tests/sdk`: each compiled with the client of its language, to be called by the tests.
//!
//! What runs them, or why they cannot be run, is written down for the tests as JSON: `{ "java": { "command": [..],
//! "env": {..} } }` or `{ "java": { "trouble": "..." } }`. One language's trouble is no other's.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Map, Value, json};

use super::{folder, generate, generator, named, write_json};
use crate::run::{Outcome, answers, command, output, root, run, step};
use crate::stamp::{files_below, unless_unchanged};
use crate::tools;

/// A name, and what makes its program.
type Maker = (&'static str, fn(&Path) -> Outcome<Value>);

const MAKERS: [Maker; 4] = [
    ("typescript", typescript),
    ("python", python),
    ("rust", rust),
    ("java", java),
];

/// Makes all programs and gives the file that says how they are run.
pub fn programs() -> Outcome<PathBuf> {
    let mut made = Map::new();
    for (name, maker) in MAKERS {
        let program = named(name)
            .and_then(generate)
            .and_then(|client| maker(&client));
        let program = program.unwrap_or_else(|trouble| {
            eprintln!("  {name}: {trouble}");
            json!({ "trouble": trouble })
        });
        made.insert(name.to_owned(), program);
    }
    let file = folder().join("programs.json");
    write_json(&file, &Value::Object(made))?;
    Ok(file)
}

fn sources(name: &str) -> PathBuf {
    root().join("tests/sdk").join(name)
}

/// Compiles unless neither the program nor its client have changed.
fn compile(name: &str, client: &Path, made: &Path, work: impl FnOnce() -> Outcome) -> Outcome {
    let inputs = [sources(name), client.to_path_buf()];
    let outputs = [made.to_path_buf()];
    unless_unchanged(
        &format!("sdk-program-{name}"),
        "",
        &inputs,
        &outputs,
        || step(&format!("compile the client for {name}"), work),
    )
    .map(drop)
}

/// Checks the types, then makes one file of it.
fn typescript(client: &Path) -> Outcome<Value> {
    tools::node_packages()?;
    let sources = sources("typescript");
    tools::own_packages(&sources)?;
    let made = folder().join("programs/typescript.cjs");
    compile("typescript", client, &made, || {
        output(
            command(sources.join("node_modules/.bin/tsc"))
                .arg("--project")
                .arg(&sources),
        )?;
        run(command(tools::npm_bin("esbuild"))
            .arg(sources.join("call.ts"))
            .args([
                "--bundle",
                "--platform=node",
                "--format=cjs",
                "--log-level=warning",
            ])
            .arg(format!("--outfile={}", made.display())))
    })?;
    Ok(json!({ "command": [tools::npm_bin("node"), made], "env": {} }))
}

fn python(client: &Path) -> Outcome<Value> {
    // As it runs the generator, it is there.
    generator()?;
    let folder = folder().join("programs/python");
    let python = folder.join("bin/python");
    compile("python", client, &python, || {
        run(command("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--requirement",
            ])
            .arg(sources("python").join("requirements.txt")))?;
        run(Command::new(&python)
            .args(["-m", "compileall", "-q"])
            .arg(client))
    })?;
    Ok(
        json!({ "command": [python, sources("python").join("call.py")], "env": { "PYTHONPATH": client } }),
    )
}

fn rust(client: &Path) -> Outcome<Value> {
    let folder = folder().join("programs/rust");
    let made = folder.join("debug/sdk-call");
    compile("rust", client, &made, || {
        run(command("cargo")
            .args(["build", "--quiet", "--locked", "--manifest-path"])
            .arg(sources("rust").join("Cargo.toml"))
            .arg("--target-dir")
            .arg(&folder)
            .env("CARGO_PROFILE_DEV_DEBUG", "0"))
    })?;
    Ok(json!({ "command": [made], "env": {} }))
}

/// With the Jackson that the generator carries: Debian lacks its module for dates, and Maven's registry is no
/// registry of this project.
fn java(client: &Path) -> Outcome<Value> {
    if !answers("javac") {
        return Err(
            "javac is missing: install the package default-jdk-headless and call again".to_owned(),
        );
    }
    let [mime, annotations] = tools::java_libraries()?;
    let library = generator()?.with_file_name("..").join("lib");
    let jars = files_below(&[library])?;
    let jar = jars
        .into_iter()
        .find(|file| file.ends_with("openapi_generator_cli/openapi-generator.jar"));
    let jar = jar.ok_or("the generator's jar is not where its package had it")?;
    let folder = folder().join("programs/java");
    let path = |parts: &[&Path]| {
        let joined = std::env::join_paths(parts).map_err(|error| error.to_string())?;
        Ok::<String, String>(joined.to_string_lossy().into_owned())
    };
    let libraries = [jar.as_path(), &mime, &annotations];
    compile("java", client, &folder.join("Call.class"), || {
        let is_java = |file: &PathBuf| {
            file.extension()
                .is_some_and(|extension| extension == "java")
        };
        let files = files_below(&[client.join("src/main"), sources("java")])?;
        output(
            command("javac")
                .args(["-nowarn", "-encoding", "UTF-8", "-d"])
                .arg(&folder)
                .args(["-classpath", &path(&libraries)?])
                .args(files.into_iter().filter(is_java)),
        )
        .map(drop)
    })?;
    let [jar, mime, annotations] = libraries;
    let all = path(&[&folder, jar, mime, annotations])?;
    Ok(json!({ "command": ["java", "-classpath", all, "Call"], "env": {} }))
}
