//! Every message that the catalogue knows in one language exists in the other.
//!
//! The catalogue is `app/src/i18n/en.rs` and `app/src/i18n/tr.rs` (or folders of those names). Two
//! shapes are held: struct literals, whose fields the compiler already compares, and lists of
//! `"key" => "text"` or `("key", "text")`, whose keys are compared here.

use std::collections::BTreeSet;

use super::source::Source;

const FOLDER: &str = "app/src/i18n/";

/// Says each key that one language lacks.
pub fn broken(sources: &[Source]) -> Vec<String> {
    let keys = |language: &str| -> BTreeSet<String> {
        let file = format!("{FOLDER}{language}.rs");
        let folder = format!("{FOLDER}{language}/");
        sources
            .iter()
            .filter(|source| source.path == file || source.path.starts_with(&folder))
            .flat_map(|source| keys_of(&source.without_comments))
            .collect()
    };
    let (english, turkish) = (keys("en"), keys("tr"));
    let lacks =
        |language: &str, here: &BTreeSet<String>, there: &BTreeSet<String>| -> Vec<String> {
            there
                .difference(here)
                .map(|key| format!("{FOLDER}{language}: no text for {key}"))
                .collect()
        };
    let mut found = lacks("tr", &turkish, &english);
    found.extend(lacks("en", &english, &turkish));
    found
}

/// What stands before `=>` or first in a pair: a string or a path such as `Key::Home`.
fn keys_of(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in text.lines().map(str::trim_start) {
        let key = match (line.split_once("=>"), line.strip_prefix("(\"")) {
            (Some((pattern, _)), _) => pattern.split('{').next().unwrap_or_default(),
            (None, Some(pair)) => pair.split('"').next().unwrap_or_default(),
            (None, None) => continue,
        };
        let alternatives = key
            .split('|')
            .map(|key| key.trim().trim_matches('"').to_owned());
        found.extend(alternatives.filter(|key| !key.is_empty() && key != "_"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(english: &str, turkish: &str) -> Vec<String> {
        broken(&[
            Source::new("app/src/i18n/en.rs", english, false),
            Source::new("app/src/i18n/tr.rs", turkish, false),
        ])
    }

    #[test]
    fn a_key_that_one_language_lacks_is_named() {
        let english =
            "match key {\n  Key::Home => \"Home\",\n  Key::Import { .. } => \"Import\",\n}";
        let turkish = "match key {\n  Key::Home => \"Ana sayfa\",\n}";
        assert_eq!(
            verdict(english, turkish),
            ["app/src/i18n/tr: no text for Key::Import"]
        );
        assert_eq!(
            verdict(turkish, english),
            ["app/src/i18n/en: no text for Key::Import"]
        );
        assert_eq!(verdict(english, english), Vec::<String>::new());
    }

    #[test]
    fn pairs_and_comments_are_told_apart() {
        let english = "[\n  (\"home\", \"Home\"),\n  // (\"old\", \"Old\"),\n]";
        assert_eq!(
            verdict(english, "[]"),
            ["app/src/i18n/tr: no text for home"]
        );
    }
}
