//! The list of changes as JSON Feed 1.1 and as Atom (RFC 4287).

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{ATOM_PATH, ATOM_TYPE, CHANGES, JSON_PATH, JSON_TYPE};

const TITLE: &str = "Changes of the MesChain BI API";
/// Names the feed for ever (RFC 4287, 4.2.6).
const FEED_ID: &str = "urn:meschain-bi:api:changes";

/// The list as a JSON Feed.
pub fn json_feed() -> String {
    let items = CHANGES.iter().map(|change| {
        json!({
            "id": format!("{FEED_ID}:{}", change.id),
            "title": change.title,
            "content_text": change.detail,
            "date_published": moment(change.day),
            "tags": [change.kind.name()],
        })
    });
    let items: Vec<Value> = items.collect();
    let feed = json!({
        "version": "https://jsonfeed.org/version/1.1", "title": TITLE, "language": "en",
        "authors": [{ "name": "MesChain BI" }], "items": items,
    });
    feed.to_string()
}

/// The list as Atom.
pub fn atom_feed() -> String {
    let updated = CHANGES
        .first()
        .map_or_else(String::new, |change| moment(change.day));
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
    let mut add = |line: std::fmt::Arguments<'_>| {
        writeln!(text, "{line}").expect("writing to a text cannot fail");
    };
    add(format_args!(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">"
    ));
    add(format_args!(
        "<id>{FEED_ID}</id><title>{TITLE}</title><updated>{updated}</updated>"
    ));
    add(format_args!("<author><name>MesChain BI</name></author>"));
    add(format_args!(
        "<link rel=\"self\" type=\"{ATOM_TYPE}\" href=\"{ATOM_PATH}\"/>"
    ));
    add(format_args!(
        "<link rel=\"alternate\" type=\"{JSON_TYPE}\" href=\"{JSON_PATH}\"/>"
    ));
    for change in &CHANGES {
        let (id, kind, at) = (change.id, change.kind.name(), moment(change.day));
        let (title, detail) = (escaped(change.title), escaped(change.detail));
        add(format_args!(
            "<entry><id>{FEED_ID}:{id}</id><title>{title}</title><updated>{at}</updated>"
        ));
        add(format_args!(
            "<published>{at}</published><category term=\"{kind}\"/><content>{detail}</content></entry>"
        ));
    }
    add(format_args!("</feed>"));
    text
}

fn moment(day: &str) -> String {
    format!("{day}T00:00:00Z")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_feeds_tell_the_same() {
        let feed: Value = serde_json::from_str(&json_feed()).unwrap();
        assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
        let items = feed["items"].as_array().unwrap();
        let atom = atom_feed();
        assert_eq!(
            (items.len(), atom.matches("<entry>").count()),
            (CHANGES.len(), CHANGES.len())
        );
        for (item, change) in items.iter().zip(&CHANGES) {
            assert_eq!(item["title"], change.title);
            assert_eq!(item["tags"][0], change.kind.name());
            let entry = format!(
                "<id>{}</id><title>{}</title>",
                item["id"].as_str().unwrap(),
                escaped(change.title)
            );
            assert!(atom.contains(&entry), "{entry}");
        }
    }

    #[test]
    fn the_atom_feed_has_what_the_standard_asks_for() {
        let atom = atom_feed();
        for needed in [
            "<id>urn:",
            "<updated>2026-11-29T00:00:00Z</updated>",
            "<author><name>",
            "rel=\"self\"",
        ] {
            assert!(atom.contains(needed), "{needed}");
        }
        // Each element that is opened is closed, in its order.
        let mut open = Vec::new();
        for tag in atom
            .split('<')
            .skip(2)
            .filter_map(|piece| piece.split('>').next())
        {
            let name = tag.trim_start_matches('/').split(' ').next().unwrap();
            match tag {
                _ if tag.starts_with('/') => assert_eq!(open.pop(), Some(name)),
                _ if tag.ends_with('/') => {}
                _ => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?}");
        assert_eq!(escaped("a<b>&c"), "a&lt;b&gt;&amp;c");
    }
}
