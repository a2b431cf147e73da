//! Answers that are kept, in bounded memory: the ones used longest ago go first.
//!
//! A key names the company, the path, the query and what the service was told of the caller, so that nobody gets what
//! was made for another. Under one key answers differ by the fields that they vary with (RFC 9111, 4.1).

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::cache::lifetime::Lifetime;

/// Answers at once.
const ANSWERS_MAX: usize = 500;
/// Bytes of all of them.
const BYTES_MAX: usize = 8 << 20;
/// Bytes of the largest one.
pub const ANSWER_BYTES_MAX: usize = 512 << 10;
/// Answers under one key.
const VARIANTS_MAX: usize = 8;
/// How long nobody else fetches what one is fetching, in milliseconds.
const FETCHING_MILLIS: i64 = 60_000;

/// An answer as callers get it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Status.
    pub status: u16,
    /// Header fields that go with it.
    pub headers: Vec<(String, String)>,
    /// Body.
    pub body: Rc<Vec<u8>>,
    /// Names these bytes.
    pub etag: String,
    /// The service's own `ETag`.
    pub service_etag: Option<String>,
    /// The service's `Last-Modified`.
    pub last_modified: Option<String>,
    /// Names of fields that it varies with, and what they were.
    pub vary: Vec<(String, String)>,
    /// How long it may be given.
    pub lifetime: Lifetime,
}

#[derive(Debug)]
struct Entry {
    kept: Rc<Kept>,
    used: u64,
    fetching_until: i64,
}

/// What there is for a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// An answer that is good.
    Fresh(Rc<Kept>),
    /// One that may be given while a new one is fetched.
    Stale {
        /// The answer.
        kept: Rc<Kept>,
        /// Whether nobody fetches the new one yet.
        is_first: bool,
    },
    /// One that the service has to be asked about.
    Old(Rc<Kept>),
    /// None.
    Nothing,
}

/// The answers.
#[derive(Debug, Default)]
pub struct Store {
    answers: BTreeMap<String, Vec<Entry>>,
    bytes: usize,
    count: usize,
    uses: u64,
}

impl Store {
    /// What there is under a key for a request with some fields. `is_new_wanted`: the caller wants the service asked.
    pub fn find<'h>(
        &mut self,
        key: &str,
        field: impl Fn(&str) -> &'h str,
        is_new_wanted: bool,
        now: i64,
    ) -> Found {
        self.uses += 1;
        let is_same = |entry: &&mut Entry| fits(&entry.kept, &field);
        let entries = self.answers.get_mut(key);
        let Some(entry) = entries.and_then(|entries| entries.iter_mut().find(is_same)) else {
            return Found::Nothing;
        };
        entry.used = self.uses;
        let kept = entry.kept.clone();
        let lifetime = kept.lifetime;
        if is_new_wanted || now < lifetime.born {
            return Found::Old(kept);
        }
        if now < lifetime.fresh_until {
            return Found::Fresh(kept);
        }
        if now < lifetime.revalidate_until {
            let is_first = now >= entry.fetching_until;
            if is_first {
                entry.fetching_until = now + FETCHING_MILLIS;
            }
            return Found::Stale { kept, is_first };
        }
        Found::Old(kept)
    }

    /// Keeps an answer in place of the one for the same fields.
    pub fn keep(&mut self, key: &str, kept: Rc<Kept>) {
        let size = size(key, &kept);
        if kept.body.len() > ANSWER_BYTES_MAX {
            return;
        }
        self.uses += 1;
        let entry = Entry {
            kept,
            used: self.uses,
            fetching_until: i64::MIN,
        };
        let entries = self.answers.entry(key.to_owned()).or_default();
        let field = |name: &str| {
            let own = entry.kept.vary.iter().find(|(own, _)| own == name);
            own.map_or("", |(_, value)| value.as_str())
        };
        let is_other = |old: &Entry| !fits(&old.kept, &field);
        let before: usize = entries.iter().map(|old| self::size(key, &old.kept)).sum();
        let count = entries.len();
        entries.retain(is_other);
        if entries.len() >= VARIANTS_MAX {
            entries.remove(0);
        }
        let after: usize = entries.iter().map(|old| self::size(key, &old.kept)).sum();
        self.count = self.count + entries.len() + 1 - count;
        self.bytes = self.bytes + after + size - before;
        entries.push(entry);
        while self.bytes > BYTES_MAX || self.count > ANSWERS_MAX {
            self.forget_oldest();
        }
    }

    /// Forgets what is kept for all that begins with a text: what was changed.
    pub fn forget(&mut self, beginning: &str) {
        let from = self.answers.range(beginning.to_owned()..);
        let keys = from
            .map(|(key, _)| key)
            .take_while(|key| key.starts_with(beginning));
        for key in keys.cloned().collect::<Vec<_>>() {
            self.take(&key);
        }
    }

    fn take(&mut self, key: &str) {
        for entry in self.answers.remove(key).into_iter().flatten() {
            self.bytes -= size(key, &entry.kept);
            self.count -= 1;
        }
    }

    fn forget_oldest(&mut self) {
        let last_use = |entries: &Vec<Entry>| entries.iter().map(|entry| entry.used).max();
        let oldest = self
            .answers
            .iter()
            .min_by_key(|(_, entries)| last_use(entries));
        match oldest.map(|(key, _)| key.clone()) {
            Some(key) => self.take(&key),
            None => (self.bytes, self.count) = (0, 0),
        }
    }
}

/// Whether an answer is one to a request with some fields.
fn fits<'h>(kept: &Kept, field: &impl Fn(&str) -> &'h str) -> bool {
    kept.vary.iter().all(|(name, value)| field(name) == value)
}

fn size(key: &str, kept: &Kept) -> usize {
    let headers = kept.headers.iter().chain(&kept.vary);
    let headers: usize = headers.map(|(name, value)| name.len() + value.len()).sum();
    key.len() + kept.body.len() + headers + 300
}

/// Whether `If-None-Match` names an answer: weakly, as for GET (RFC 9110, 13.1.2).
pub fn names(if_none_match: &str, etag: &str) -> bool {
    let mut tags = if_none_match.split(',').map(str::trim);
    tags.any(|tag| tag == "*" || tag.trim_start_matches("W/") == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(body: &str, vary: &[(&str, &str)], from: i64) -> Rc<Kept> {
        let vary = vary
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Rc::new(Kept {
            status: 200,
            headers: Vec::new(),
            body: Rc::new(body.as_bytes().to_vec()),
            etag: format!("\"{body}\""),
            service_etag: None,
            last_modified: None,
            vary: vary.collect(),
            lifetime: Lifetime {
                born: from,
                fresh_until: from + 10,
                revalidate_until: from + 20,
                error_until: from + 30,
            },
        })
    }

    fn none(_: &str) -> &'static str {
        ""
    }

    #[test]
    fn answers_grow_old() {
        let mut store = Store::default();
        assert_eq!(store.find("k", none, false, 0), Found::Nothing);
        let one = kept("one", &[], 100);
        store.keep("k", one.clone());
        assert_eq!(store.find("k", none, false, 109), Found::Fresh(one.clone()));
        assert_eq!(store.find("k", none, true, 109), Found::Old(one.clone()));
        let stale = |is_first| Found::Stale {
            kept: one.clone(),
            is_first,
        };
        assert_eq!(store.find("k", none, false, 110), stale(true));
        assert_eq!(store.find("k", none, false, 119), stale(false));
        assert_eq!(store.find("k", none, false, 120), Found::Old(one.clone()));
        // A clock that goes back makes nothing younger.
        assert_eq!(store.find("k", none, false, 99), Found::Old(one.clone()));
        let two = kept("two", &[], 200);
        store.keep("k", two.clone());
        assert_eq!(store.find("k", none, false, 200), Found::Fresh(two));
        assert_eq!(store.count, 1);
    }

    #[test]
    fn answers_differ_by_what_they_vary_with() {
        let mut store = Store::default();
        let (tr, en) = (
            kept("tr", &[("accept-language", "tr")], 0),
            kept("en", &[("accept-language", "en")], 0),
        );
        store.keep("k", tr.clone());
        store.keep("k", en.clone());
        let find =
            |store: &mut Store, language: &'static str| store.find("k", |_| language, false, 5);
        assert_eq!(find(&mut store, "tr"), Found::Fresh(tr));
        assert_eq!(find(&mut store, "en"), Found::Fresh(en));
        assert_eq!(find(&mut store, "de"), Found::Nothing);
        for number in 0..100_i32 {
            let language = number.to_string();
            store.keep("k", kept("x", &[("accept-language", &language)], 0));
        }
        assert_eq!(store.count, VARIANTS_MAX);
    }

    #[test]
    fn what_was_changed_is_forgotten() {
        let mut store = Store::default();
        for key in ["acme\n/a\n", "acme\n/a\nq=1", "acme\n/ab\n", "other\n/a\n"] {
            store.keep(key, kept(key, &[], 0));
        }
        store.forget("acme\n/a\n");
        let left: Vec<&String> = store.answers.keys().collect();
        assert_eq!(left, ["acme\n/ab\n", "other\n/a\n"]);
    }

    #[test]
    fn memory_is_bounded_and_what_is_used_stays() {
        let mut store = Store::default();
        let large = "x".repeat(100 << 10);
        for number in 0..200 {
            store.keep(&format!("k{number}"), kept(&large, &[], 0));
            store.find("k0", none, false, 5);
            let held = store.answers.iter();
            let held: usize = held
                .flat_map(|(key, all)| all.iter().map(|it| size(key, &it.kept)))
                .sum();
            assert_eq!(held, store.bytes);
            assert!(store.bytes <= BYTES_MAX);
        }
        assert!(matches!(store.find("k0", none, false, 5), Found::Fresh(_)));
        assert_eq!(store.find("k1", none, false, 5), Found::Nothing);
        for number in 0..2_000 {
            store.keep(&format!("s{number}"), kept("x", &[], 0));
            assert!(store.count <= ANSWERS_MAX);
        }
        let huge = "x".repeat(ANSWER_BYTES_MAX + 1);
        store.keep("huge", kept(&huge, &[], 0));
        assert_eq!(store.find("huge", none, false, 5), Found::Nothing);
    }

    #[test]
    fn tags_are_compared_weakly() {
        assert!(names("\"a\", W/\"b\"", "\"b\"") && names("*", "\"b\""));
        assert!(!names("\"a\"", "\"b\"") && !names("", "\"b\"") && !names("b", "\"b\""));
    }
}
