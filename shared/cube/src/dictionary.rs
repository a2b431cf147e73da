//! Dictionaries: the append-only lists that turn the codes in facts into keys, labels and parents,
//! and the chunks in which they travel.
//!
//! A code never changes its key. A later chunk may repeat a code with a newer label or parent (a
//! product renamed, or moved to another category); the last chunk read wins.

use std::collections::BTreeMap;

use model::schema::Dimension;
use thiserror::Error;

use crate::columns::{dimension_from_id, dimension_id};
use crate::varint::{Cursor, put, put_text};

/// The key of code 0 in every dictionary: the member is not known.
pub const UNKNOWN_KEY: &str = "-";

/// Largest chunk read, in bytes.
pub const CHUNK_BYTES_MAX: usize = 64 << 20;

const MAGIC: [u8; 4] = *b"MBID";
const VERSION: u8 = 1;

/// A member of a dimension.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Stable key: a SKU, `trendyol`, `TR`, ...
    pub key: String,
    /// Text shown to people.
    pub label: String,
    /// Code in the parent dimension's dictionary; 0 where there is no parent or it is not known.
    pub parent: u32,
}

/// Why a dictionary could not be extended or a chunk not read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DictionaryError {
    /// Members of this dimension have no names.
    #[error("{0:?} has no dictionary; only dimensions with named members have one")]
    NoDictionary(Dimension),
    /// A chunk of another dimension.
    #[error("a chunk of {found:?} does not belong to the dictionary of {expected:?}")]
    OtherDimension {
        /// Dimension of the dictionary.
        expected: Dimension,
        /// Dimension of the chunk.
        found: Dimension,
    },
    /// Entries before this chunk are missing.
    #[error(
        "the chunk starts at code {first_code}, but {known} codes are known; add earlier chunks first"
    )]
    Gap {
        /// First code of the chunk.
        first_code: u32,
        /// Codes known, 0 included.
        known: u32,
    },
    /// A code would change its key, or a key have two codes.
    #[error(
        "code {code} of {dimension:?} cannot take the key {key:?}; dictionaries are append-only"
    )]
    KeyChanged {
        /// The dimension.
        dimension: Dimension,
        /// The code.
        code: u32,
        /// The key that it was to take.
        key: String,
    },
    /// Not a dictionary chunk at all.
    #[error("these bytes are no dictionary chunk")]
    Foreign,
    /// Written by a later version of the product.
    #[error("the dictionary chunk has version {found}, this program reads {VERSION}; update it")]
    Newer {
        /// The version found.
        found: u8,
    },
    /// Cut off or altered.
    #[error("the dictionary chunk is damaged ({0}); fetch it again")]
    Damaged(&'static str),
}

/// All known members of one dimension, by code and by key. Code 0 is always "not known".
///
/// ```
/// use cube::{Dictionary, Entry};
/// use model::schema::Dimension;
/// let mut channels = Dictionary::new(Dimension::Channel);
/// let entry = Entry { key: "trendyol".into(), label: "Trendyol".into(), parent: 0 };
/// assert_eq!(channels.push(entry.clone()), 1);
/// assert_eq!(channels.push(entry), 1);
/// assert_eq!(channels.code("trendyol"), Some(1));
/// assert_eq!(channels.len(), 2);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dictionary {
    dimension: Dimension,
    entries: Vec<Entry>,
    codes: BTreeMap<String, u32>,
}

impl Dictionary {
    /// A dictionary that knows only code 0.
    pub fn new(dimension: Dimension) -> Self {
        let key = UNKNOWN_KEY.to_owned();
        Dictionary {
            dimension,
            entries: vec![Entry {
                key: key.clone(),
                label: key.clone(),
                parent: 0,
            }],
            codes: BTreeMap::from([(key, 0)]),
        }
    }

    /// The dimension whose members these are.
    pub const fn dimension(&self) -> Dimension {
        self.dimension
    }

    /// The code of a key.
    pub fn code(&self, key: &str) -> Option<u32> {
        self.codes.get(key).copied()
    }

    /// The member with a code.
    pub fn get(&self, code: u32) -> Option<&Entry> {
        self.entries.get(code as usize)
    }

    /// Appends a member and gives its code; where its key is known, the known code, and the label
    /// and parent known before are kept.
    pub fn push(&mut self, entry: Entry) -> u32 {
        if let Some(code) = self.code(&entry.key) {
            return code;
        }
        let code = self.len();
        self.codes.insert(entry.key.clone(), code);
        self.entries.push(entry);
        code
    }

    /// Gives a known member a new label and parent. `false` where the code is not known; code 0
    /// stays as it is.
    pub fn revise(&mut self, code: u32, label: String, parent: u32) -> bool {
        match self.entries.get_mut(code as usize) {
            Some(entry) if code > 0 => {
                entry.label = label;
                entry.parent = parent;
                true
            }
            _ => code == 0,
        }
    }

    /// Number of codes, 0 included; so at least 1, and the next code to be given.
    #[expect(clippy::len_without_is_empty, reason = "code 0 is always there")]
    pub fn len(&self) -> u32 {
        u32::try_from(self.entries.len()).unwrap_or(u32::MAX)
    }

    /// Every member with its code, in order of code.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Entry)> {
        (0..).zip(&self.entries)
    }

    /// The members from `first_code` on as a chunk; empty where there are none.
    pub fn chunk_from(&self, first_code: u32) -> DictionaryChunk {
        let entries = self.entries.get(first_code as usize..).unwrap_or_default();
        DictionaryChunk {
            dimension: self.dimension,
            first_code,
            entries: entries.to_vec(),
        }
    }

    /// Takes over a chunk's members. Nothing changes where an error is returned.
    pub fn extend(&mut self, chunk: &DictionaryChunk) -> Result<(), DictionaryError> {
        if chunk.dimension != self.dimension {
            let (expected, found) = (self.dimension, chunk.dimension);
            return Err(DictionaryError::OtherDimension { expected, found });
        }
        if chunk.first_code > self.len() {
            let (first_code, known) = (chunk.first_code, self.len());
            return Err(DictionaryError::Gap { first_code, known });
        }
        let mut added = BTreeMap::new();
        for (code, entry) in (chunk.first_code..).zip(&chunk.entries) {
            let known = self
                .code(&entry.key)
                .or_else(|| added.get(entry.key.as_str()).copied());
            if known.is_some_and(|known| known != code) || (known.is_none() && code < self.len()) {
                let (dimension, key) = (self.dimension, entry.key.clone());
                return Err(DictionaryError::KeyChanged {
                    dimension,
                    code,
                    key,
                });
            }
            added.insert(entry.key.as_str(), code);
        }
        for (code, entry) in (chunk.first_code..).zip(&chunk.entries) {
            if code < self.len() {
                self.revise(code, entry.label.clone(), entry.parent);
            } else {
                self.push(entry.clone());
            }
        }
        Ok(())
    }
}

/// A run of members with consecutive codes, as stored and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DictionaryChunk {
    /// The dimension; one that has a dictionary.
    pub dimension: Dimension,
    /// Code of the first entry.
    pub first_code: u32,
    /// The members, by code.
    pub entries: Vec<Entry>,
}

impl DictionaryChunk {
    /// The bytes of the chunk; `docs/data-format.md` describes them.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(32 * self.entries.len() + 16);
        out.extend_from_slice(&MAGIC);
        out.push(VERSION);
        out.push(dimension_id(self.dimension));
        put(&mut out, u128::from(self.first_code));
        put(&mut out, self.entries.len() as u128);
        for entry in &self.entries {
            put_text(&mut out, &entry.key);
            put_text(
                &mut out,
                if entry.label == entry.key {
                    ""
                } else {
                    &entry.label
                },
            );
            put(&mut out, u128::from(entry.parent));
        }
        let checksum = crc32fast::hash(&out);
        out.extend_from_slice(&checksum.to_le_bytes());
        out
    }

    /// Reads a chunk and checks it.
    pub fn decode(bytes: &[u8]) -> Result<Self, DictionaryError> {
        let mut cursor = Cursor::new(bytes);
        if cursor.take(4) != Some(&MAGIC) {
            return Err(DictionaryError::Foreign);
        }
        match cursor.byte() {
            Some(VERSION) => {}
            Some(found) if found > VERSION => return Err(DictionaryError::Newer { found }),
            _ => return Err(DictionaryError::Damaged("no version")),
        }
        if bytes.len() > CHUNK_BYTES_MAX {
            return Err(DictionaryError::Damaged("larger than any chunk"));
        }
        let checked = bytes.split_last_chunk::<4>();
        match checked {
            Some((body, sum)) if crc32fast::hash(body) == u32::from_le_bytes(*sum) => {}
            _ => return Err(DictionaryError::Damaged("checksum")),
        }
        Self::read(&mut cursor)
            .filter(|_| cursor.rest().len() == 4)
            .ok_or(DictionaryError::Damaged("entries"))
    }

    fn read(cursor: &mut Cursor<'_>) -> Option<Self> {
        let dimension = dimension_from_id(cursor.byte()?).filter(|it| it.has_dictionary())?;
        let first_code = cursor.u32()?;
        let count = cursor.u32()?;
        first_code.checked_add(count)?;
        // Each entry takes three bytes at least, so a false count cannot make us allocate much.
        let mut entries = Vec::with_capacity((count as usize).min(cursor.rest().len() / 3));
        for _ in 0..count {
            let key = cursor.text()?.to_owned();
            let label = match cursor.text()? {
                "" => key.clone(),
                label => label.to_owned(),
            };
            entries.push(Entry {
                key,
                label,
                parent: cursor.u32()?,
            });
        }
        Some(DictionaryChunk {
            dimension,
            first_code,
            entries,
        })
    }
}
