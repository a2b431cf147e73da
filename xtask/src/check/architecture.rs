//! Rules of `docs/architecture.md` that a look at the sources can hold: where browser and Worker may be
//! named, what pure code must not reach for, no panics in the product, no long files.

use super::dependencies::PURE;
use super::source::Source;

const LINES_MAX: usize = 450;

/// Crates and types that only some folders may name.
struct Fence {
    names: &'static [&'static str],
    /// Where the rule looks.
    within: &'static [&'static str],
    /// Where the names are at home.
    home: &'static [&'static str],
}

const FENCES: [Fence; 3] = [
    Fence {
        names: &["web_sys", "js_sys"],
        within: &["app/", "shared/"],
        home: &[
            "app/src/platform",
            "app/engine/src/platform",
            "app/forecaster/src/platform",
        ],
    },
    Fence {
        names: &["worker::", "web_sys", "js_sys", "wasm_bindgen"],
        within: &["edge/"],
        home: &["edge/src/platform", "edge/workers"],
    },
    Fence {
        names: &[
            "D1Database",
            "KvStore",
            "Queue",
            "Bucket",
            "ObjectNamespace",
        ],
        within: &["edge/workers/companies"],
        home: &["edge/src/platform"],
    },
];

const PURE_AVOIDS: [&str; 6] = ["time", "fs", "net", "env", "process", "thread"];

/// Says each place where a rule does not hold, as `path:line: what`.
pub fn broken(sources: &[Source]) -> Vec<String> {
    let mut found = Vec::new();
    for source in sources {
        fences(source, &mut found);
        purity(source, &mut found);
        panics(source, &mut found);
        let lines = source.text.lines().count();
        if lines > LINES_MAX {
            found.push(format!(
                "{}: {lines} lines, at most {LINES_MAX}: split it by ideas",
                source.path
            ));
        }
    }
    found
}

fn fences(source: &Source, found: &mut Vec<String>) {
    for fence in &FENCES {
        let below = |folders: &[&str]| folders.iter().any(|folder| source.path.starts_with(folder));
        if !below(fence.within) || below(fence.home) {
            continue;
        }
        for name in fence.names {
            for at in words(&source.code, name) {
                let line = source.line_at(at);
                let home = fence.home.join(" and ");
                found.push(format!("{}:{line}: {name} belongs in {home}", source.path));
            }
        }
    }
}

fn purity(source: &Source, found: &mut Vec<String>) {
    let is_pure = PURE
        .iter()
        .any(|name| source.path.starts_with(&format!("shared/{name}/src/")));
    if !is_pure {
        return;
    }
    for at in words(&source.code, "std::") {
        let named = &source.code[at + 5..];
        let names: Vec<&str> = match named.strip_prefix('{') {
            Some(group) => group
                .split('}')
                .next()
                .unwrap_or_default()
                .split(',')
                .collect(),
            None => vec![named],
        };
        for name in names {
            let name: &str = name.trim_start();
            let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let name = &name[..end.unwrap_or(name.len())];
            if PURE_AVOIDS.contains(&name) {
                let line = source.line_at(at);
                found.push(format!(
                    "{}:{line}: pure code must not use std::{name}",
                    source.path
                ));
            }
        }
    }
}

fn panics(source: &Source, found: &mut Vec<String>) {
    let ships = ["shared/", "app/", "edge/"]
        .iter()
        .any(|folder| source.path.starts_with(folder));
    if !ships {
        return;
    }
    for (what, instead) in [(
        ".unwrap()",
        "handle it, or .expect(\"why it cannot happen\")",
    )] {
        for (at, _) in source.code.match_indices(what) {
            found.push(format!(
                "{}:{}: {what}: {instead}",
                source.path,
                source.line_at(at)
            ));
        }
    }
}

/// Where a word begins that is not the end of a longer one.
fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(move |at| {
            let before = at.checked_sub(1).and_then(|at| code.as_bytes().get(at));
            let after = code.as_bytes().get(at + word.len());
            let ends = word.ends_with(':') || !after.copied().is_some_and(is_letter);
            ends && !before.copied().is_some_and(is_letter)
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(path: &str, text: &str) -> Vec<String> {
        broken(&[Source::new(path, text, false)])
    }

    #[test]
    fn the_browser_is_named_in_the_platform_folders_only() {
        let text = "use web_sys::Window;\n";
        assert_eq!(
            verdict("app/src/shell.rs", text),
            [
                "app/src/shell.rs:1: web_sys belongs in app/src/platform and app/engine/src/platform and app/forecaster/src/platform"
            ]
        );
        assert_eq!(
            verdict("app/engine/src/session.rs", "fn f(x: js_sys::Array) {}").len(),
            1
        );
        assert_eq!(
            verdict("app/src/platform/page.rs", text),
            Vec::<String>::new()
        );
        assert_eq!(
            verdict(
                "app/src/shell.rs",
                "// not web_sys\nlet my_web_sys_like = 1;"
            ),
            Vec::<String>::new()
        );
    }

    #[test]
    fn bindings_of_the_worker_are_named_in_the_platform_folder_only() {
        assert_eq!(
            verdict("edge/src/features/auth.rs", "fn f(e: &worker::Env) {}").len(),
            1
        );
        assert_eq!(
            verdict("edge/src/platform/env.rs", "fn f(e: &worker::Env) {}"),
            Vec::<String>::new()
        );
        assert_eq!(
            verdict(
                "edge/workers/companies/src/tenant_object.rs",
                "use worker::State;"
            ),
            Vec::<String>::new()
        );
        assert_eq!(
            verdict(
                "edge/workers/companies/src/tenant_object.rs",
                "let q: Queue = f();"
            )
            .len(),
            1
        );
        assert_eq!(
            verdict("edge/src/features/ingest.rs", "fn queue(x: QueueState) {}"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn pure_code_knows_no_clock_and_no_files() {
        assert_eq!(
            verdict("shared/kernel/src/a.rs", "use std::time::SystemTime;"),
            ["shared/kernel/src/a.rs:1: pure code must not use std::time"]
        );
        let group = "use std::{collections::BTreeMap, fs, net::IpAddr};";
        assert_eq!(verdict("shared/cube/src/a.rs", group).len(), 2);
        assert_eq!(
            verdict(
                "shared/cube/src/a.rs",
                "use std::fmt; use std::environment;"
            ),
            Vec::<String>::new()
        );
        assert_eq!(
            verdict("xtask/src/a.rs", "use std::fs;"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn the_product_does_not_unwrap() {
        let text = "fn f() { g().unwrap(); h().unwrap_or_default(); }\n#[cfg(test)]\nmod tests { fn t() { g().unwrap() } }";
        assert_eq!(verdict("edge/src/a.rs", text).len(), 1);
        assert_eq!(verdict("app/protocol/src/a.rs", text).len(), 1);
        assert_eq!(verdict("xtask/src/a.rs", text), Vec::<String>::new());
    }

    #[test]
    fn long_files_are_refused_by_one_line() {
        assert_eq!(
            verdict("sw/a.js", &"x;\n".repeat(450)),
            Vec::<String>::new()
        );
        assert_eq!(verdict("sw/a.js", &"x;\n".repeat(451)).len(), 1);
    }
}
