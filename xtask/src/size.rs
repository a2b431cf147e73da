//! `cargo xtask size`: what a phone downloads, brotli-compressed, against a budget for each part.
//!
//! And each Worker, compressed by gzip as it is counted where it is uploaded: its module and its script, whole.
//!
//! One KB is 1,000 bytes. The edge sends the compressed copies as they lie in `dist/`, so that their
//! lengths are what goes over the wire. A file below `/assets/` that no part claims fails too.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::build;
use crate::run::{Outcome, at, root};
use crate::stamp::files_below;

const KB: u64 = 1_000;

/// A part of the app and how large it may be.
struct Budget {
    part: &'static str,
    limit_bytes: u64,
    /// Whether each file of the part may be that large, not all together.
    is_each: bool,
    /// Whether a file, by the path under which it is served, belongs to it.
    owns: fn(&str) -> bool,
}

const BUDGETS: [Budget; 8] = [
    budget("HTML + CSS", 10, false, |path| path == "index.html"),
    budget("glue", 8, false, |path| is(path, "app", "js")),
    budget("main wasm", 200, false, |path| is(path, "app", "wasm")),
    budget("lazy route", 40, true, |path| {
        path.starts_with("assets/route-")
    }),
    budget("charts", 215, false, |path| is(path, "charts", "js")),
    budget("service worker", 7, false, |path| path == "sw.js"),
    budget("engine", 556, false, |path| {
        is(path, "engine", "js") || is(path, "engine", "wasm")
    }),
    budget("forecaster", 134, false, |path| {
        is(path, "forecaster", "js") || is(path, "forecaster", "wasm")
    }),
];

/// How large each Worker may be, in KB packed by gzip.
const WORKERS: [(&str, u64); 4] = [
    ("gateway", 400),
    ("control", 400),
    ("companies", 400),
    ("figures", 362),
];

const fn budget(
    part: &'static str,
    limit_kb: u64,
    is_each: bool,
    owns: fn(&str) -> bool,
) -> Budget {
    Budget {
        part,
        limit_bytes: limit_kb * KB,
        is_each,
        owns,
    }
}

/// Whether a path is `assets/NAME.HASH.EXTENSION`.
fn is(path: &str, name: &str, extension: &str) -> bool {
    let Some(file) = path.strip_prefix("assets/") else {
        return false;
    };
    let parts: Vec<&str> = file.split('.').collect();
    matches!(parts.as_slice(), [first, _, last] if *first == name && *last == extension)
}

/// One line of the table.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    part: String,
    bytes: u64,
    limit_bytes: u64,
}

impl Row {
    fn is_over(&self) -> bool {
        self.bytes > self.limit_bytes
    }
}

/// Builds, prints the table (or JSON with `--json`) and fails where a part is over its budget.
pub fn size(arguments: &[String]) -> Outcome {
    let is_json = match arguments {
        [] => false,
        [word] if word == "--json" => true,
        _ => return Err("size knows --json and nothing else".to_owned()),
    };
    let dist = if is_json {
        build::dist()
    } else {
        build::build()?
    };
    if !dist.join("index.html").exists() {
        return Err("nothing is built yet: run cargo xtask build first".to_owned());
    }
    let rows = all_rows(&dist)?;
    if is_json {
        println!("{}", as_json(&rows));
    } else {
        print!("{}", as_table(&rows));
    }
    over_budget(&rows)
}

/// Measures what is built; fails where a part is over its budget.
pub fn check() -> Outcome {
    let rows = all_rows(&build::build()?)?;
    print!("{}", as_table(&rows));
    over_budget(&rows)
}

fn all_rows(dist: &Path) -> Outcome<Vec<Row>> {
    let mut rows = rows(&compressed_sizes(dist)?)?;
    for (name, limit_kb) in WORKERS {
        rows.push(Row {
            part: format!("worker {name} (gzip)"),
            bytes: worker_bytes(&root().join(local_edge::modules(name)))?,
            limit_bytes: limit_kb * KB,
        });
    }
    Ok(rows)
}

/// The module and the script of a Worker, each packed by gzip.
fn worker_bytes(folder: &Path) -> Outcome<u64> {
    let mut sum = 0;
    for name in ["index.js", "index_bg.wasm"] {
        let file = folder.join(name);
        let bytes = fs::read(&file).map_err(at(&file))?;
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&bytes).map_err(at(&file))?;
        sum += packed.finish().map_err(at(&file))?.len() as u64;
    }
    Ok(sum)
}

/// Every served file with its length as it is sent.
fn compressed_sizes(dist: &Path) -> Outcome<Vec<(String, u64)>> {
    let mut sizes = Vec::new();
    for file in files_below(&[dist.to_path_buf()])? {
        let below = file.strip_prefix(dist).map_err(|error| error.to_string())?;
        let path = below.to_string_lossy().into_owned();
        if path.ends_with(".br") {
            continue;
        }
        let packed = dist.join(format!("{path}.br"));
        let sent = if packed.exists() { packed } else { file };
        sizes.push((path, fs::metadata(&sent).map_err(at(&sent))?.len()));
    }
    Ok(sizes)
}

fn rows(files: &[(String, u64)]) -> Outcome<Vec<Row>> {
    if let Some((path, _)) = files.iter().find(|(path, _)| {
        path.starts_with("assets/") && !BUDGETS.iter().any(|budget| (budget.owns)(path))
    }) {
        return Err(format!(
            "{path} has no budget: give it one in xtask/src/size.rs"
        ));
    }
    let mut rows = Vec::new();
    for budget in &BUDGETS {
        let own = files.iter().filter(|(path, _)| (budget.owns)(path));
        if budget.is_each {
            rows.extend(own.map(|(path, bytes)| Row {
                part: format!("{} {path}", budget.part),
                bytes: *bytes,
                limit_bytes: budget.limit_bytes,
            }));
        } else {
            rows.push(Row {
                part: budget.part.to_owned(),
                bytes: own.map(|(_, bytes)| bytes).sum(),
                limit_bytes: budget.limit_bytes,
            });
        }
    }
    match rows.iter().find(|row| row.bytes == 0) {
        Some(row) => Err(format!("{} is missing from dist/", row.part)),
        None => Ok(rows),
    }
}

fn over_budget(rows: &[Row]) -> Outcome {
    let over: Vec<String> = rows
        .iter()
        .filter(|row| row.is_over())
        .map(|row| format!("{} by {} bytes", row.part, row.bytes - row.limit_bytes))
        .collect();
    if over.is_empty() {
        Ok(())
    } else {
        Err(format!("over budget: {}", over.join(", ")))
    }
}

fn as_table(rows: &[Row]) -> String {
    let mut text = String::from("  packed bytes    budget  part\n");
    for row in rows {
        let verdict = if row.is_over() { "  OVER" } else { "" };
        text.push_str(&format!(
            "  {:>12} {:>9}  {}{verdict}\n",
            row.bytes, row.limit_bytes, row.part
        ));
    }
    text
}

fn as_json(rows: &[Row]) -> Value {
    let parts: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({ "part": row.part, "packed_bytes": row.bytes, "budget_bytes": row.limit_bytes,
                    "ok": !row.is_over() })
        })
        .collect();
    json!({ "parts": parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(app_wasm: u64) -> Vec<(String, u64)> {
        [
            ("index.html", 8_000),
            ("assets/app.0b.js", 7_000),
            ("assets/app.0c.wasm", app_wasm),
            ("assets/charts.0d.js", 190_000),
            ("sw.js", 2_000),
            ("assets/engine.0e.js", 9_000),
            ("assets/engine.0f.wasm", 300_000),
            ("assets/forecaster.10.js", 2_000),
            ("assets/forecaster.11.wasm", 120_000),
            ("icons/icon.svg", 400),
        ]
        .map(|(path, bytes)| (path.to_owned(), bytes))
        .to_vec()
    }

    #[test]
    fn parts_are_summed_and_held_to_their_budget() {
        let rows = rows(&whole(200_000)).expect("every part is there");
        assert_eq!(
            rows[0],
            Row {
                part: "HTML + CSS".into(),
                bytes: 8_000,
                limit_bytes: 10_000
            }
        );
        assert_eq!(over_budget(&rows), Ok(()));
        let engine = rows
            .iter()
            .find(|row| row.part == "engine")
            .map(|row| row.bytes);
        assert_eq!(engine, Some(309_000));
    }

    #[test]
    fn one_byte_over_fails_and_says_by_how_much() {
        let rows = rows(&whole(200_001)).expect("every part is there");
        assert_eq!(
            over_budget(&rows),
            Err("over budget: main wasm by 1 bytes".to_owned())
        );
        assert!(as_table(&rows).contains("main wasm  OVER"));
        assert_eq!(as_json(&rows)["parts"][2]["ok"], false);
    }

    #[test]
    fn each_lazy_route_has_a_budget_of_its_own() {
        let mut files = whole(1);
        files.push(("assets/route-import.1.wasm".into(), 39_000));
        files.push(("assets/route-explore.2.wasm".into(), 41_000));
        let rows = rows(&files).expect("every part is there");
        let trouble = over_budget(&rows).expect_err("one route is too large");
        assert_eq!(
            trouble,
            "over budget: lazy route assets/route-explore.2.wasm by 1000 bytes"
        );
    }

    #[test]
    fn a_part_that_is_missing_or_unknown_is_an_error() {
        let without: Vec<_> = whole(1)
            .into_iter()
            .filter(|(path, _)| path != "sw.js")
            .collect();
        assert!(rows(&without).is_err_and(|trouble| trouble.contains("service worker")));
        let mut more = whole(1);
        more.push(("assets/analytics.1.js".into(), 5));
        assert!(rows(&more).is_err_and(|trouble| trouble.contains("analytics")));
    }
}
