//! A chain of entries of which none can be changed, left out or moved without its hashes telling.
//!
//! The hash of an entry is the SHA-256 of the hash before it (64 hexadecimal digits), a line feed and the entry as
//! JSON without spaces: `[number,at,actor,event,about,detail,outcome]`. `JSON.stringify` and Python's `json.dumps` with
//! `ensure_ascii=False, separators=(",", ":")` write the same bytes. Numbers count from 1 without a gap.
//!
//! Whoever can write the whole chain anew can make another one: who keeps a hash that they were told can show
//! it. Out of scope: keeping the entries, and what they mean.

use sha2::{Digest, Sha256};

/// The hash before the first entry.
pub const BEGINNING: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// An entry, in the order in which it is hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link<'l> {
    /// Its place, from 1.
    pub number: u64,
    /// When, in milliseconds since 1970.
    pub at: i64,
    /// Who.
    pub actor: &'l str,
    /// What.
    pub event: &'l str,
    /// To what.
    pub about: &'l str,
    /// With what.
    pub detail: &'l str,
    /// What came of it.
    pub outcome: &'l str,
}

impl Link<'_> {
    /// Its hash, after the hash of the entry before.
    pub fn hash(&self, before: &str) -> String {
        let Link {
            number,
            at,
            actor,
            event,
            about,
            detail,
            outcome,
        } = self;
        let entry = serde_json::json!([number, at, actor, event, about, detail, outcome]);
        let mut digest = Sha256::new();
        digest.update(before.as_bytes());
        digest.update(b"\n");
        digest.update(entry.to_string().as_bytes());
        let bytes: [u8; 32] = digest.finalize().into();
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Checks entries that follow `before`, each with its hash; gives the hash of the last.
///
/// # Errors
/// The number of the first entry that is not what was written.
pub fn verify<'l>(
    mut number: u64,
    before: &str,
    entries: impl IntoIterator<Item = (Link<'l>, &'l str)>,
) -> Result<String, u64> {
    let mut last = before.to_owned();
    for (link, hash) in entries {
        number += 1;
        if link.number != number || link.hash(&last) != hash {
            return Err(number);
        }
        hash.clone_into(&mut last);
    }
    Ok(last)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// By Python: hashlib.sha256((before + "\n" + json.dumps([...], ensure_ascii=False,
    /// separators=(",", ":"))).encode()).hexdigest()
    const BY_PYTHON: [&str; 2] = [
        "aaa46b8a6d50f40dd612ecc4f17244af2e5d6996fa229003af481d492bcac23b",
        "e8896b87e0043c4e49c378b8dbb799e1bcc5253098dc054b9c74e115e69465f3",
    ];

    fn links<'l>(texts: &'l [[String; 5]]) -> Vec<Link<'l>> {
        let links = texts.iter().enumerate().map(|(at, texts)| Link {
            number: at as u64 + 1,
            at: 1_795_424_400_000 + at as i64,
            actor: &texts[0],
            event: &texts[1],
            about: &texts[2],
            detail: &texts[3],
            outcome: &texts[4],
        });
        links.collect()
    }

    fn hashes(links: &[Link<'_>]) -> Vec<String> {
        let mut last = BEGINNING.to_owned();
        let hashes = links.iter().map(|link| {
            last = link.hash(&last);
            last.clone()
        });
        hashes.collect()
    }

    fn check(links: &[Link<'_>], hashes: &[String]) -> Result<String, u64> {
        let hashes = hashes.iter().map(String::as_str);
        verify(0, BEGINNING, links.iter().copied().zip(hashes))
    }

    #[test]
    fn hashes_are_those_of_another_program() {
        let texts = [
            [
                "person p-1",
                "make-key",
                "",
                "{\"name\":\"Ü\\n\u{1}\u{7f}\u{2028}\"}",
                "",
            ]
            .map(String::from),
            ["key k-1", "patch-company", "acme", "", "refused"].map(String::from),
        ];
        assert_eq!(hashes(&links(&texts)), BY_PYTHON);
    }

    proptest! {
        #[test]
        fn nothing_is_changed_left_out_or_moved(
            texts in prop::collection::vec(prop::array::uniform5(".{0,6}"), 2..12),
            at: prop::sample::Index,
            part in 0_usize..7,
        ) {
            let links = links(&texts);
            let hashes = hashes(&links);
            prop_assert_eq!(check(&links, &hashes), Ok(hashes[hashes.len() - 1].clone()));
            let at = at.index(links.len());
            let expected = || Err(at as u64 + 1);
            let mut changed = links.clone();
            let longer = format!("{}x", match part {
                0 | 1 => "", 2 => links[at].actor, 3 => links[at].event, 4 => links[at].about, 5 => links[at].detail,
                _ => links[at].outcome,
            });
            match part {
                0 => changed[at].number += 1,
                1 => changed[at].at += 1,
                2 => changed[at].actor = &longer,
                3 => changed[at].event = &longer,
                4 => changed[at].about = &longer,
                5 => changed[at].detail = &longer,
                _ => changed[at].outcome = &longer,
            }
            prop_assert_eq!(check(&changed, &hashes), expected());
            let (mut fewer, mut fewer_hashes) = (links.clone(), hashes.clone());
            fewer.remove(at);
            fewer_hashes.remove(at);
            if at + 1 < links.len() {
                prop_assert_eq!(check(&fewer, &fewer_hashes), expected());
                let (mut moved, mut moved_hashes) = (links.clone(), hashes.clone());
                moved.swap(at, at + 1);
                moved_hashes.swap(at, at + 1);
                prop_assert_eq!(check(&moved, &moved_hashes), expected());
            }
        }
    }
}
