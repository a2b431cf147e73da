//! The loader of split modules, made small: what is said of each of a hundred modules alike is said once.
//!
//! `wasm_split_cli_support` writes a loader in which every module has a function of its own, and every split point the
//! list of those that it needs. Both are in the page as well (`app/start/head.js` preloads by them), so that the loader,
//! which is part of the glue, need not have them. Its beginning, which knows how modules are put together, stays.

use crate::run::Outcome;

/// What a split point's function is called before its name.
const EXPORT: &str = "export const __wasm_split_load_";
/// Where what is shared between split points begins.
const SHARED: &str = "const __chunk_";

/// Loads modules by their number, each once; of a split point the last is its own, which comes after the others.
const BY_NUMBER: &str = "\
const held = [];
const load = (at, before) => held[at] ??= makeLoad(() => {
    const fetched = fetch(route(at));
    fetched.catch(() => {});
    return (imports) => WebAssembly.instantiateStreaming(fetched, imports);
}, before);
const point = (name) => {
    const all = [...needs(name)];
    const own = all.pop();
    return wrapAsyncCb(load(own, all.map((at) => load(at, []))));
};
";

/// The same loader by numbers; the split points that it knows must be those that the page lists.
pub fn by_number<'p>(loader: &str, points: impl Iterator<Item = &'p str>) -> Outcome<String> {
    let begin = [EXPORT, SHARED]
        .into_iter()
        .filter_map(|mark| loader.find(mark))
        .min();
    let begin = begin.ok_or("the loader of split modules loads nothing")?;
    let (head, rest) = loader.split_at(begin);
    // A comment above the first of them is about it alone.
    let head = head.trim_end();
    let head = match head.ends_with("*/") {
        true => head.rfind("/*").map_or(head, |at| &head[..at]),
        false => head,
    };
    if !["function makeLoad(", "function wrapAsyncCb("]
        .iter()
        .all(|known| head.contains(known))
    {
        return Err(
            "the loader of split modules is not written as it was: read loader.rs".to_owned(),
        );
    }
    // A shared module that needed others would have to wait for them.
    let shared = rest.matches(SHARED).count();
    let waiting_for_none = rest.split(SHARED).skip(1).filter(|one| {
        let end = one
            .find(";\n/*")
            .or_else(|| one.find(";\nexport"))
            .or_else(|| one.find(";\nconst"));
        end.is_some_and(|end| one[..end].trim_end().ends_with("[])"))
    });
    if waiting_for_none.count() != shared {
        return Err("a shared module needs others: read loader.rs".to_owned());
    }
    let known: Vec<&str> = rest
        .split(EXPORT)
        .skip(1)
        .filter_map(|one| one.split(' ').next())
        .collect();
    let points: Vec<&str> = points.collect();
    if points.is_empty()
        || known.len() != points.len()
        || !known.iter().all(|name| points.contains(name))
    {
        return Err(format!("the loader knows {known:?}, the page {points:?}"));
    }
    let exports = points
        .iter()
        .map(|name| format!("{EXPORT}{name} = point(\"{name}\");\n"));
    Ok(format!(
        "{head}\n{BY_NUMBER}{}",
        exports.collect::<String>()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "import { initSync } from \"./app.js\";\nfunction wrapAsyncCb(callee) {}\nfunction makeLoad(fetcher, deps) {}\n";
    const CHUNK: &str = "/* a, b */\nconst __chunk_9 = makeLoad(() => {\n    const src = fetch(new URL(\"./chunk_9.wasm\", import.meta.url));\n}\n, []);\n";

    fn export(name: &str, needs: &str) -> String {
        format!(
            "export const __wasm_split_load_{name} = wrapAsyncCb(makeLoad(() => {{\n}}\n, [{needs}]));\n"
        )
    }

    #[test]
    fn what_is_said_of_each_is_said_once() {
        let loader = format!(
            "{HEAD}{CHUNK}{CHUNK}{}{}",
            export("a", "__chunk_9"),
            export("b", "__chunk_9")
        );
        let small = by_number(&loader, ["a", "b"].into_iter()).expect("it is as it was");
        assert!(small.starts_with(HEAD.trim_end()));
        assert!(!small.contains("__chunk_") && !small.contains("/* a, b */"));
        assert!(small.ends_with(
            "export const __wasm_split_load_a = point(\"a\");\nexport const __wasm_split_load_b = point(\"b\");\n"
        ));
    }

    #[test]
    fn a_loader_that_is_written_in_another_way_is_told() {
        let names = || ["a"].into_iter();
        let good = format!("{HEAD}{CHUNK}{}", export("a", "__chunk_9"));
        assert!(by_number(&good, names()).is_ok());
        assert!(by_number(HEAD, names()).is_err(), "nothing is loaded");
        assert!(
            by_number(&good, ["a", "c"].into_iter()).is_err(),
            "a point is unknown"
        );
        let deep = good.replacen("[]", "[__chunk_8]", 1);
        assert!(
            by_number(&deep, names()).is_err(),
            "a shared module needs another"
        );
        assert!(by_number(&good.replace("makeLoad", "load"), names()).is_err());
    }
}
