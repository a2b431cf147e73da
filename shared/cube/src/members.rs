//! The dictionaries of a tenant: from codes to members and back, parents, and search.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use model::schema::Dimension;

use crate::dictionary::{Dictionary, DictionaryChunk, DictionaryError, Entry, UNKNOWN_KEY};
use crate::query::Member;

/// The dictionaries of all dimensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionaries {
    by_dimension: BTreeMap<Dimension, Dictionary>,
    /// By stored dimension, the parent of each code.
    parents: BTreeMap<Dimension, Arc<[u32]>>,
}

/// Text as it is compared in a search: lower case, and the four letters i of Turkish made one, so that
/// `istanbul`, `ISTANBUL` and `İstanbul` are the same.
pub(crate) fn folded(text: &str) -> String {
    let fold = |letter: char| match letter {
        'İ' | 'I' | 'ı' => 'i'.to_lowercase(),
        other => other.to_lowercase(),
    };
    // The dot above that lower-casing "İ" elsewhere may have left.
    text.chars()
        .flat_map(fold)
        .filter(|&letter| letter != '\u{307}')
        .collect()
}

impl Dictionaries {
    pub(crate) fn extend(&mut self, chunk: &DictionaryChunk) -> Result<(), DictionaryError> {
        let dimension = chunk.dimension;
        if !dimension.has_dictionary() {
            return Err(DictionaryError::NoDictionary(dimension));
        }
        let dictionary = self
            .by_dimension
            .entry(dimension)
            .or_insert_with(|| Dictionary::new(dimension));
        dictionary.extend(chunk)?;
        let parents = dictionary.iter().map(|(_, entry)| entry.parent);
        self.parents.insert(dimension, parents.collect());
        Ok(())
    }

    /// The lowest code to which a chunk gives another parent than it has, not named ones included.
    pub(crate) fn first_moved(&self, chunk: &DictionaryChunk) -> Option<u32> {
        let known = self.get(chunk.dimension);
        let parent = |code| known.and_then(|it| it.get(code)).map_or(0, |it| it.parent);
        let mut entries = (chunk.first_code..).zip(&chunk.entries);
        entries.find_map(|(code, entry)| (parent(code) != entry.parent).then_some(code))
    }

    /// Whether all members of a chunk are known as it has them.
    pub(crate) fn know(&self, chunk: &DictionaryChunk) -> bool {
        let known = self.get(chunk.dimension);
        let mut entries = (chunk.first_code..).zip(&chunk.entries);
        known.is_some_and(|known| entries.all(|(code, entry)| known.get(code) == Some(entry)))
    }

    pub(crate) fn get(&self, dimension: Dimension) -> Option<&Dictionary> {
        self.by_dimension.get(&dimension)
    }

    /// Number of codes known; at least 1.
    pub(crate) fn len(&self, dimension: Dimension) -> u32 {
        self.get(dimension).map_or(1, Dictionary::len)
    }

    /// The member with a code. One whose dictionary chunk is not here yet is named by `#` and its code.
    pub(crate) fn member(&self, dimension: Dimension, code: u32) -> Member {
        match self
            .get(dimension)
            .and_then(|dictionary| dictionary.get(code))
        {
            Some(Entry { key, label, .. }) => Member {
                key: key.clone(),
                label: label.clone(),
            },
            None if code == 0 => Member {
                key: UNKNOWN_KEY.into(),
                label: UNKNOWN_KEY.into(),
            },
            None => Member {
                key: format!("#{code}"),
                label: format!("#{code}"),
            },
        }
    }

    /// The key of the member with a code, as [`Dictionaries::member`] gives it.
    pub(crate) fn key(&self, dimension: Dimension, code: u32) -> Cow<'_, str> {
        let dictionary = self.get(dimension);
        match dictionary.and_then(|dictionary| dictionary.get(code)) {
            Some(entry) => Cow::Borrowed(&entry.key),
            None if code == 0 => Cow::Borrowed(UNKNOWN_KEY),
            None => Cow::Owned(format!("#{code}")),
        }
    }

    /// The code of a key as [`Dictionaries::member`] gives it.
    pub(crate) fn code(&self, dimension: Dimension, key: &str) -> Option<u32> {
        let known = self
            .get(dimension)
            .and_then(|dictionary| dictionary.code(key));
        let unnamed = || key.strip_prefix('#').and_then(|code| code.parse().ok());
        known
            .or_else(|| (key == UNKNOWN_KEY).then_some(0))
            .or_else(unnamed)
    }

    /// For each code of a derived dimension's stored one, the code of the derived one: category by
    /// product. Codes past the end have the unknown parent, 0.
    pub(crate) fn parents(&self, derived: Dimension) -> Arc<[u32]> {
        let known = self.parents.get(&derived.stored()).cloned();
        known.unwrap_or_else(|| Arc::from([0]))
    }

    /// Whether a code's key or label contains a text that is folded already.
    pub(crate) fn matches(&self, dimension: Dimension, code: u32, text: &str) -> bool {
        let member = self.member(dimension, code);
        folded(&member.label).contains(text) || folded(&member.key).contains(text)
    }

    /// The members that match, by label; `with_unknown` says whether code 0 is one of them.
    pub(crate) fn search(
        &self,
        dimension: Dimension,
        text: &str,
        with_unknown: bool,
        limit: usize,
    ) -> Vec<Member> {
        let text = folded(text.trim());
        let first = if with_unknown { 0 } else { 1 };
        let mut found: Vec<(String, Member)> = (first..self.len(dimension))
            .filter(|&code| self.matches(dimension, code, &text))
            .map(|code| self.member(dimension, code))
            .map(|member| (folded(&member.label), member))
            .collect();
        found.sort_unstable_by(|(a, one), (b, other)| a.cmp(b).then_with(|| one.cmp(other)));
        found.truncate(limit);
        found.into_iter().map(|(_, member)| member).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_knows_the_turkish_letters_i() {
        let mut dictionaries = Dictionaries::default();
        let labels = ["İstanbul", "Isparta", "Diyarbakır", "Çankırı"];
        let entry = |label: &&str| Entry {
            key: label.to_lowercase(),
            label: (*label).into(),
            parent: 1,
        };
        let entries = labels.iter().map(entry).collect();
        let chunk = DictionaryChunk {
            dimension: Dimension::City,
            first_code: 1,
            entries,
        };
        dictionaries.extend(&chunk).unwrap();
        let found = |text: &str| -> Vec<String> {
            let members = dictionaries.search(Dimension::City, text, true, 10);
            members.into_iter().map(|member| member.label).collect()
        };
        assert_eq!(found("istanbul"), ["İstanbul"]);
        assert_eq!(found("ISTANBUL"), ["İstanbul"]);
        assert_eq!(found("kir"), ["Diyarbakır", "Çankırı"]);
        assert_eq!(found("ÇANK"), ["Çankırı"]);
        assert_eq!(found("").len(), 5);
        assert_eq!(dictionaries.search(Dimension::City, "", false, 2).len(), 2);
        assert_eq!(dictionaries.code(Dimension::City, "#9"), Some(9));
        assert_eq!(dictionaries.member(Dimension::City, 9).key, "#9");
        assert_eq!(
            dictionaries.parents(Dimension::Country)[..],
            [0, 1, 1, 1, 1]
        );
        assert_eq!(dictionaries.parents(Dimension::Category)[..], [0]);
    }
}
