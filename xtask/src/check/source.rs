//! Source files as the rules see them: without comments, without the text of strings, without tests.
//!
//! A plain scanner, not a parser: it knows Rust's comments, strings, characters and lifetimes, and finds
//! the end of a `#[cfg(test)]` item by its braces. Masked parts become spaces, so that lines stay.

use std::fs;
use std::ops::Range;

use crate::run::{Outcome, at, root};
use crate::stamp::files_below;

/// The folders that the rules look at.
const FOLDERS: [&str; 9] = [
    "shared", "app", "edge", "xtask", "tests", "bench", "sw", "style", "public",
];
const KINDS: [&str; 7] = ["rs", "css", "js", "mjs", "ts", "py", "html"];

/// One file.
#[derive(Debug)]
pub struct Source {
    /// Path from the project's folder, with `/`.
    pub path: String,
    /// As it is.
    pub text: String,
    /// Rust and CSS without comments; strings stay.
    pub without_comments: String,
    /// Rust without comments, strings and tests; empty where the whole file is a test.
    pub code: String,
}

impl Source {
    /// A file with its masked forms; `is_test` where another file declares it for tests only.
    pub fn new(path: &str, text: &str, is_test: bool) -> Source {
        let is_rust = path.ends_with(".rs");
        let without_comments = match path.rsplit('.').next() {
            Some("rs") => masked(text, &comments(text)),
            Some("css") => masked(text, &css_comments(text)),
            _ => text.to_owned(),
        };
        let code = if !is_rust || is_test || text.contains("#![cfg(test)]") {
            String::new()
        } else {
            let bare = masked(&without_comments, &strings(&without_comments));
            let tests = tests(&bare);
            masked(&bare, &tests)
        };
        Source {
            path: path.to_owned(),
            text: text.to_owned(),
            without_comments,
            code,
        }
    }

    /// The number, from 1, of the line that holds a byte.
    pub fn line_at(&self, byte: usize) -> usize {
        1 + self
            .text
            .bytes()
            .take(byte)
            .filter(|byte| *byte == b'\n')
            .count()
    }
}

/// Every source file of the project.
pub fn of_project() -> Outcome<Vec<Source>> {
    let folders: Vec<_> = FOLDERS.iter().map(|name| root().join(name)).collect();
    let mut read = Vec::new();
    for file in files_below(&folders)? {
        let extension = file
            .extension()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let below = file
            .strip_prefix(root())
            .map_err(|error| error.to_string())?;
        let path = below.to_string_lossy().replace('\\', "/");
        if KINDS.contains(&extension.as_str()) && !is_made(&path) {
            read.push((path, fs::read_to_string(&file).map_err(at(&file))?));
        }
    }
    Ok(together(&read))
}

/// Whether a file is what worker-build makes.
fn is_made(path: &str) -> bool {
    path.starts_with("edge/workers/") && path.contains("/build/")
}

/// Files of one tree, by path: those that others declare as `#[cfg(test)] mod name;` are tests.
pub fn together(files: &[(String, String)]) -> Vec<Source> {
    let tests: Vec<String> = files
        .iter()
        .flat_map(|(path, text)| test_files(path, text))
        .collect();
    files
        .iter()
        .map(|(path, text)| {
            let is_declared = tests
                .iter()
                .any(|test| path == &format!("{test}.rs") || path.starts_with(&format!("{test}/")));
            Source::new(path, text, is_declared || is_outside_of_src(path))
        })
        .collect()
}

fn is_outside_of_src(path: &str) -> bool {
    !path.contains("/src/") || path.starts_with("tests/")
}

/// Paths, without `.rs`, of the modules that a file declares for tests only.
fn test_files(path: &str, text: &str) -> Vec<String> {
    let Some(stem) = path.strip_suffix(".rs") else {
        return Vec::new();
    };
    let parent = stem.rsplit_once('/').map_or("", |(folder, _)| folder);
    let folder = match stem.rsplit('/').next() {
        Some("mod" | "lib" | "main") => parent.to_owned(),
        _ => stem.to_owned(),
    };
    let bare = masked(text, &comments(text));
    let mut found = Vec::new();
    for (start, _) in test_attributes(&bare) {
        let item = after_attributes(&bare[start..]);
        let attributes = &bare[start..bare.len() - item.len()];
        let named = attributes
            .split_once("path = \"")
            .and_then(|(_, rest)| rest.split_once(".rs\""));
        let declared = item
            .strip_prefix("pub ")
            .unwrap_or(item)
            .strip_prefix("mod ");
        if let Some((name, _)) = declared.and_then(|rest| rest.split_once(';'))
            && !name.contains('{')
        {
            found.push(match named {
                Some((file, _)) => format!("{parent}/{file}"),
                None => format!("{folder}/{}", name.trim()),
            });
        }
    }
    found
}

fn masked(text: &str, ranges: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        for byte in &mut bytes[range.clone()] {
            if *byte != b'\n' {
                *byte = b' ';
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn comments(text: &str) -> Vec<Range<usize>> {
    scan(text)
        .into_iter()
        .filter(|part| part.is_comment)
        .map(|part| part.range)
        .collect()
}

fn strings(text: &str) -> Vec<Range<usize>> {
    scan(text)
        .into_iter()
        .filter(|part| !part.is_comment)
        .map(|part| part.range)
        .collect()
}

fn css_comments(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("/*").map(|offset| from + offset) {
        let end = text[start..]
            .find("*/")
            .map_or(text.len(), |offset| start + offset + 2);
        found.push(start..end);
        from = end;
    }
    found
}

struct Part {
    is_comment: bool,
    range: Range<usize>,
}

/// Comments, and what stands inside of strings and character literals.
fn scan(text: &str) -> Vec<Part> {
    let bytes = text.as_bytes();
    let mut parts = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text.as_bytes()[at..];
        let (is_comment, from, end) = match rest {
            [b'/', b'/', ..] => (true, at, line_end(bytes, at)),
            [b'/', b'*', ..] => (true, at, block_end(bytes, at)),
            [b'"', ..] => (false, at + 1, string_end(bytes, at + 1)),
            [b'r', b'"' | b'#', ..] if !is_word(bytes, at) => match raw_end(bytes, at) {
                Some((from, end)) => (false, from, end),
                None => (false, at, at),
            },
            [b'\'', b'\\', ..] => {
                let end = bytes[at + 3..].iter().position(|byte| *byte == b'\'');
                (false, at + 1, end.map_or(bytes.len(), |end| at + 3 + end))
            }
            [b'\'', _, b'\'', ..] => (false, at + 1, at + 2),
            _ => (false, at, at),
        };
        if from < end {
            parts.push(Part {
                is_comment,
                range: from..end,
            });
        }
        // Past the closing mark of a string or character.
        let closing = usize::from(!is_comment && (from > at || end > at));
        at = (end + closing).max(at + 1);
    }
    parts
}

/// Whether the byte before is part of a word, so that an `r` here opens no raw string.
fn is_word(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| bytes.get(at));
    before.is_some_and(|byte| byte.is_ascii_alphanumeric() && *byte != b'b' || *byte == b'_')
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes[at..]
        .iter()
        .position(|byte| *byte == b'\n')
        .map_or(bytes.len(), |end| at + end)
}

fn block_end(bytes: &[u8], at: usize) -> usize {
    let mut depth = 0;
    let mut here = at;
    while here + 1 < bytes.len() {
        match &bytes[here..here + 2] {
            b"/*" => depth += 1,
            b"*/" => depth -= 1,
            _ => {
                here += 1;
                continue;
            }
        }
        here += 2;
        if depth == 0 {
            return here;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], from: usize) -> usize {
    let mut here = from;
    while here < bytes.len() && bytes[here] != b'"' {
        here += if bytes[here] == b'\\' { 2 } else { 1 };
    }
    here.min(bytes.len())
}

/// The inside of a raw string that begins at an `r`.
fn raw_end(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let hashes = bytes[at + 1..]
        .iter()
        .take_while(|byte| **byte == b'#')
        .count();
    let from = at + 2 + hashes;
    if bytes.get(from - 1) != Some(&b'"') {
        return None;
    }
    let mut close = vec![b'"'];
    close.resize(1 + hashes, b'#');
    let length = bytes[from..]
        .windows(close.len())
        .position(|window| window == close);
    Some((from, length.map_or(bytes.len(), |length| from + length)))
}

/// Where attributes begin that keep an item for tests, with the whole attribute.
fn test_attributes(code: &str) -> Vec<(usize, &str)> {
    code.match_indices("#[cfg(")
        .filter(|(start, _)| {
            let condition = &code[start + 6..];
            condition.starts_with("test)") || condition.starts_with("all(test")
        })
        .collect()
}

/// What follows any attributes.
fn after_attributes(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with("#[") {
        let mut depth = 0_u32;
        let end = rest.char_indices().find(|(_, letter)| {
            match letter {
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            *letter == ']' && depth == 0
        });
        let Some((end, _)) = end else { return "" };
        rest = rest[end + 1..].trim_start();
    }
    rest
}

/// The items that are kept for tests, to their closing brace or semicolon.
fn tests(code: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for (start, _) in test_attributes(code) {
        let item = code.len() - after_attributes(&code[start..]).len();
        let mut depth = 0_i32;
        let end = code[item..].char_indices().find(|(_, letter)| {
            match letter {
                '{' | '(' | '[' => depth += 1,
                '}' | ')' | ']' => depth -= 1,
                _ => {}
            }
            depth == 0 && matches!(letter, '}' | ';')
        });
        found.push(start..end.map_or(code.len(), |(end, _)| item + end + 1));
    }
    found
}

#[cfg(test)]
#[path = "source_tests.rs"]
mod source_tests;
