//! `cargo xtask test`: every suite, then one line with the sum.
//!
//! The suites: `native` (unit, property and doc tests), `wasm` (in headless Chromium), `edge` (the real
//! Worker on workerd), `e2e` (the product in Chromium as a phone). Those on workerd and in Chromium use
//! what `build` made, so that what is tested is what is shipped. Out of scope: what is tested.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::build;
use crate::run::{Outcome, at, command, root, step, target};
use crate::sdk;
use crate::stamp::files_below;
use crate::tools;

/// What a suite came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
}

/// A name, and what runs it with the words that narrow it down.
type Suite = (&'static str, fn(&[String]) -> Outcome<Count>);

const SUITES: [Suite; 4] = [
    ("native", native),
    ("wasm", wasm),
    ("edge", edge),
    ("e2e", e2e),
];

/// Runs the suites whose name contains the first argument, all without one; what follows it narrows a
/// suite down (a part of test names; for `e2e` a part of the file's name).
pub fn test(arguments: &[String]) -> Outcome {
    let wanted = arguments.first().map_or("", String::as_str);
    let narrowed = arguments.get(1..).unwrap_or_default();
    let chosen: Vec<&Suite> = SUITES
        .iter()
        .filter(|(name, _)| name.contains(wanted))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = SUITES.iter().map(|(name, _)| *name).collect();
        return Err(format!(
            "no suite is called {wanted}: there are {}",
            names.join(", ")
        ));
    }
    let mut sum = Count::default();
    let mut broken = Vec::new();
    for (name, suite) in chosen {
        match step(&format!("test {name}"), || suite(narrowed)) {
            Ok(count) => {
                println!("  {name}: {} passed, {} failed", count.passed, count.failed);
                sum.passed += count.passed;
                sum.failed += count.failed;
            }
            Err(trouble) => {
                eprintln!("  {name}: {trouble}");
                broken.push(*name);
                sum.failed += 1;
            }
        }
    }
    if !broken.is_empty() {
        println!("  not run to their end: {}", broken.join(", "));
    }
    println!("{} passed, {} failed", sum.passed, sum.failed);
    match sum {
        Count {
            failed: 0,
            passed: 0,
        } => Err(format!("no test matches {}", arguments.join(" "))),
        Count { failed: 0, .. } => Ok(()),
        _ => Err("tests failed; their output above says which".to_owned()),
    }
}

fn native(narrowed: &[String]) -> Outcome<Count> {
    let mut cargo = command("cargo");
    cargo.args([
        "test",
        "--quiet",
        "--workspace",
        "--exclude",
        "edge-tests",
        "--no-fail-fast",
    ]);
    counted(cargo.args(narrowed))
}

fn wasm(narrowed: &[String]) -> Outcome<Count> {
    tools::for_build()?;
    tools::chromium()?;
    let mut sum = Count::default();
    for (package, folder) in [("engine", "app/engine"), ("app", "app")] {
        if !has_browser_tests(folder)? {
            continue;
        }
        let mut cargo = command("cargo");
        // Not `--quiet`: cargo would hand it on to the runner, which does not know it.
        cargo
            .args([
                "test",
                "--target",
                "wasm32-unknown-unknown",
                "--package",
                package,
            ])
            .args(["--no-fail-fast", "--lib", "--bins", "--tests"])
            .args(narrowed)
            .env("CHROMEDRIVER", tools::chromedriver())
            .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
        let count = counted(&mut cargo)?;
        sum.passed += count.passed;
        sum.failed += count.failed;
    }
    Ok(sum)
}

/// Whether a crate's sources hold tests for the browser.
fn has_browser_tests(folder: &str) -> Outcome<bool> {
    let sources = [
        root().join(folder).join("src"),
        root().join(folder).join("tests"),
    ];
    for file in files_below(&sources)? {
        if fs::read_to_string(&file)
            .map_err(at(&file))?
            .contains("wasm_bindgen_test")
        {
            return Ok(true);
        }
    }
    Ok(false)
}

fn edge(narrowed: &[String]) -> Outcome<Count> {
    build::build()?;
    let mut cargo = on_product(command("cargo"))?;
    // Only where they may be asked for: compiling clients takes longer than most tests.
    if narrowed.is_empty() || narrowed.iter().any(|word| word.contains("sdk")) {
        cargo.env("MESCHAIN_SDK_PROGRAMS", sdk::programs()?);
    }
    cargo.args([
        "test",
        "--quiet",
        "--package",
        "edge-tests",
        "--no-fail-fast",
    ]);
    counted(cargo.args(narrowed))
}

fn e2e(narrowed: &[String]) -> Outcome<Count> {
    let chromium = tools::chromium()?;
    build::build()?;
    let wanted = narrowed.first().map_or("", String::as_str);
    let files: Vec<PathBuf> = files_below(&[root().join("tests/e2e")])?
        .into_iter()
        .filter(|file| {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".test.mjs") && name.contains(wanted)
        })
        .collect();
    if files.is_empty() {
        return Ok(Count::default());
    }
    let report = target().join("e2e.tap");
    let mut node = on_product(command(tools::npm_bin("node")))?;
    // One file at a time: each runs a product and a browser of its own on what may be two cores.
    node.args(["--test", "--test-concurrency=1"])
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", report.display()))
        .args(&files)
        .env("CHROME_PATH", chromium);
    let status = node
        .status()
        .map_err(|error| format!("node did not start: {error}"))?;
    let said = fs::read_to_string(&report).map_err(at(&report))?;
    settled(tap_count(&said), status.success())
}

/// Tells a suite where the program is that starts the product: this one, from a copy, for cargo may
/// build over it while the suite runs.
fn on_product(mut command: Command) -> Outcome<Command> {
    let own = std::env::current_exe().map_err(|error| error.to_string())?;
    let copy = target().join("xtask-under-test");
    let _ = fs::remove_file(&copy);
    fs::copy(&own, &copy).map_err(at(&copy))?;
    command.env("MESCHAIN_XTASK", copy);
    Ok(command)
}

/// Runs a command that speaks as `cargo test` does, shows what it says and counts its results.
fn counted(command: &mut Command) -> Outcome<Count> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("cargo did not start: {error}"))?;
    let mut count = Count::default();
    if let Some(said) = child.stdout.take() {
        let mut out = std::io::stdout().lock();
        for line in BufReader::new(said).split(b'\n') {
            let line = line.map_err(|error| error.to_string())?;
            let line = String::from_utf8_lossy(&line);
            let _ = writeln!(out, "{line}");
            if let Some(found) = cargo_count(&line) {
                count.passed += found.passed;
                count.failed += found.failed;
            }
        }
    }
    let status = child.wait().map_err(|error| error.to_string())?;
    settled(count, status.success())
}

/// A command that failed without a failed test did not build or was cut short.
fn settled(count: Count, is_success: bool) -> Outcome<Count> {
    match (is_success, count.failed) {
        (false, 0) => Err(format!("failed after {} tests that passed", count.passed)),
        _ => Ok(count),
    }
}

/// Reads `test result: ok. 12 passed; 0 failed; ...`.
fn cargo_count(line: &str) -> Option<Count> {
    let (_, rest) = line.split_once("test result: ")?.1.split_once(". ")?;
    let number = |label: &str| {
        let part = rest.split(';').find(|part| part.trim().ends_with(label))?;
        part.trim().split(' ').next()?.parse().ok()
    };
    Some(Count {
        passed: number(" passed")?,
        failed: number(" failed")?,
    })
}

/// Reads the last lines of a TAP report: `# pass 3`, `# fail 0`, `# cancelled 0`.
fn tap_count(report: &str) -> Count {
    let number = |label: &str| {
        let line = report
            .lines()
            .rev()
            .find_map(|line| line.strip_prefix(label));
        line.and_then(|text| text.trim().parse::<u64>().ok())
            .unwrap_or_default()
    };
    Count {
        passed: number("# pass "),
        failed: number("# fail ") + number("# cancelled "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_cargo_are_read() {
        let line = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.10s";
        assert_eq!(
            cargo_count(line),
            Some(Count {
                passed: 12,
                failed: 0
            })
        );
        let line = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out";
        assert_eq!(
            cargo_count(line),
            Some(Count {
                passed: 3,
                failed: 2
            })
        );
        assert_eq!(cargo_count("test model::tests::adds ... ok"), None);
    }

    #[test]
    fn results_of_node_are_read() {
        let report =
            "TAP version 13\nok 1 - a\n# tests 5\n# pass 3\n# fail 1\n# cancelled 1\n# skipped 0\n";
        assert_eq!(
            tap_count(report),
            Count {
                passed: 3,
                failed: 2
            }
        );
    }

    #[test]
    fn a_suite_that_ends_badly_without_a_failed_test_is_trouble() {
        let count = Count {
            passed: 7,
            failed: 0,
        };
        assert!(settled(count, false).is_err());
        assert_eq!(settled(count, true), Ok(count));
        let failed = Count {
            passed: 1,
            failed: 1,
        };
        assert_eq!(settled(failed, false), Ok(failed));
    }
}
