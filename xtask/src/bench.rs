//! `cargo xtask bench [name]`: side-by-side measurements, each a program in `bench/` that prints JSON.
//!
//! A measurement is `bench/NAME.mjs` (Node) or `bench/NAME.py` (Python 3). What follows the name is
//! given to it. A folder of the same name holds what it needs: packages of its own (`package.json`), and
//! a crate (`engine`) that is built for the browser and stands in for the product, or one (`native`) that
//! the program runs itself. Out of scope: what is measured.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::run::{Outcome, at, command, root, run};
use crate::{build, tools};

/// Runs one measurement, or lists them.
pub fn bench(arguments: &[String]) -> Outcome {
    let known = programs(&root().join("bench"))?;
    let list = || match known.is_empty() {
        true => "bench/ holds no measurement yet".to_owned(),
        false => {
            let names: Vec<&str> = known.keys().map(String::as_str).collect();
            format!("there are: {}", names.join(", "))
        }
    };
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", list());
        return Ok(());
    };
    let program = known
        .get(name)
        .ok_or_else(|| format!("no measurement is called {name}: {}", list()))?;
    let folder = root().join("bench").join(name);
    let engine = if folder.join("engine/Cargo.toml").is_file() {
        Some(build::bench_engine(name)?)
    } else {
        if folder.join("native/Cargo.toml").is_file() {
            tools::node_packages()?;
        } else {
            build::build()?;
        }
        None
    };
    tools::own_packages(&folder)?;
    let is_python = program
        .extension()
        .is_some_and(|extension| extension == "py");
    let interpreter = if is_python {
        PathBuf::from("python3")
    } else {
        tools::npm_bin("node")
    };
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut measurement = command(interpreter);
    measurement
        .arg(program)
        .args(rest)
        .env("MESCHAIN_XTASK", own);
    if let Some(engine) = engine {
        measurement.env("MESCHAIN_BENCH_ENGINE", engine);
    }
    let text = fs::read_to_string(program).map_err(at(program))?;
    if text.contains("support/browser.mjs") {
        measurement.env("CHROME_PATH", tools::chromium()?);
    }
    run(&mut measurement)
}

/// The programs of a folder by their names.
fn programs(folder: &Path) -> Outcome<BTreeMap<String, PathBuf>> {
    let mut found = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        let extension = path
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if matches!(extension.as_str(), "mjs" | "py") {
            let name = path
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            found.insert(name, path);
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name_and_other_files_are_not() {
        let folder = std::env::temp_dir().join(format!("xtask-bench-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("the temporary folder can be written");
        for name in ["import.mjs", "cube.py", "README.md"] {
            fs::write(folder.join(name), "").expect("the temporary folder can be written");
        }
        let found = programs(&folder).map(|found| found.into_keys().collect::<Vec<_>>());
        fs::remove_dir_all(&folder).expect("the folder was just made");
        assert_eq!(found, Ok(vec!["cube".to_owned(), "import".to_owned()]));
        assert_eq!(programs(Path::new("/nowhere")), Ok(BTreeMap::new()));
    }
}
