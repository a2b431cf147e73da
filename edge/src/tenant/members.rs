//! Dictionaries: which member has which code, for good.
//!
//! Codes are given in the order in which members first appear. A member's name and parent may change
//! later: what a newer day says replaces what an older day said, so files that spell a product in
//! several ways do not make it flicker. A dictionary travels in pieces of [`PIECE_ENTRIES`] codes; a
//! change replaces the pieces it touches, so the pieces of a dimension always cover its codes once.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use cube::{Dictionary, DictionaryChunk, Entry};
use kernel::Hash256;
use model::schema::Dimension;
use sync::DictionaryRef;

use super::Tenant;
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

/// Codes in a piece: some 50 kB of products.
const PIECE_ENTRIES: u32 = 2_048;

/// The dimensions with dictionaries, and their names in tables.
pub(super) const DIMENSIONS: [(Dimension, &str); 8] = [
    (Dimension::Channel, "channel"),
    (Dimension::Product, "product"),
    (Dimension::Category, "category"),
    (Dimension::Country, "country"),
    (Dimension::City, "city"),
    (Dimension::Campaign, "campaign"),
    (Dimension::Endpoint, "endpoint"),
    (Dimension::Caller, "caller"),
];

/// The dimension of a name in a table.
pub(super) fn dimension_of(name: Option<&str>) -> Option<Dimension> {
    let mut named = DIMENSIONS.into_iter();
    named.find_map(|(dimension, own)| (Some(own) == name).then_some(dimension))
}

/// All dictionaries of a company. A clone is cheap: a dictionary is copied when it first changes.
#[derive(Clone, Default)]
pub(super) struct Members {
    tables: BTreeMap<Dimension, Rc<Table>>,
}

#[derive(Clone)]
struct Table {
    dictionary: Dictionary,
    /// By code, the day (since 1970) from which its name and parent are known.
    since: Vec<i32>,
    /// Codes that are stored.
    stored: u32,
    /// Stored codes that changed.
    revised: BTreeSet<u32>,
}

/// A piece of a dictionary to be stored.
pub(super) struct Piece {
    pub(super) reference: DictionaryRef,
    pub(super) bytes: Vec<u8>,
}

/// A row of the table of members.
pub(super) struct MemberRow {
    dimension: &'static str,
    code: u32,
    entry: Entry,
    since: i32,
}

impl Table {
    fn new(dimension: Dimension) -> Table {
        Table {
            dictionary: Dictionary::new(dimension),
            since: vec![i32::MIN],
            stored: 1,
            revised: BTreeSet::new(),
        }
    }

    fn changed_codes(&self) -> impl Iterator<Item = u32> + '_ {
        self.revised
            .iter()
            .copied()
            .chain(self.stored..self.dictionary.len())
    }
}

impl Members {
    /// The code of a member; a new one where it is not known. `label` and `parent` (0: not known) are
    /// what a source says of it on `day`.
    pub(super) fn code(
        &mut self,
        dimension: Dimension,
        key: &str,
        label: Option<&str>,
        parent: u32,
        day: i32,
    ) -> u32 {
        let table = self
            .tables
            .entry(dimension)
            .or_insert_with(|| Rc::new(Table::new(dimension)));
        let Some(code) = table.dictionary.code(key) else {
            let table = Rc::make_mut(table);
            table.since.push(day);
            return table.dictionary.push(Entry {
                key: key.to_owned(),
                label: label.unwrap_or(key).to_owned(),
                parent,
            });
        };
        let (Some(held), Some(since)) = (
            table.dictionary.get(code),
            table.since.get(code as usize).copied(),
        ) else {
            return code;
        };
        let is_newer = day > since;
        let label = label.filter(|label| *label != held.label && (is_newer || held.label == key));
        let parent = Some(parent).filter(|&parent| {
            parent != 0 && parent != held.parent && (is_newer || held.parent == 0)
        });
        if code == 0 || (label.is_none() && parent.is_none()) {
            return code;
        }
        let label = label.unwrap_or(&held.label).to_owned();
        let parent = parent.unwrap_or(held.parent);
        let table = Rc::make_mut(table);
        table.dictionary.revise(code, label, parent);
        if code < table.stored {
            table.revised.insert(code);
        }
        if let Some(since) = table.since.get_mut(code as usize) {
            *since = day.max(*since);
        }
        code
    }

    /// The pieces that changes touch, to be stored as blobs before the changes are.
    pub(super) fn changed_pieces(&self) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for (&dimension, table) in &self.tables {
            let codes = table.changed_codes();
            let mut numbers = BTreeSet::new();
            numbers.extend(codes.map(|code| (code - 1) / PIECE_ENTRIES));
            for number in numbers {
                let first_code = 1 + number * PIECE_ENTRIES;
                let entries = (first_code..first_code + PIECE_ENTRIES)
                    .map_while(|code| table.dictionary.get(code).cloned());
                let chunk = DictionaryChunk {
                    dimension,
                    first_code,
                    entries: entries.collect(),
                };
                let bytes = chunk.encode();
                pieces.push(Piece {
                    reference: DictionaryRef {
                        hash: sync::content_hash(&bytes),
                        dimension,
                        first_code,
                        entries: chunk.entries.len() as u32,
                        bytes: bytes.len() as u32,
                    },
                    bytes,
                });
            }
        }
        pieces
    }

    /// The rows that changes touch.
    pub(super) fn changed_rows(&self) -> Vec<MemberRow> {
        let mut rows = Vec::new();
        for (dimension, name) in DIMENSIONS {
            let Some(table) = self.tables.get(&dimension) else {
                continue;
            };
            rows.extend(table.changed_codes().filter_map(|code| {
                Some(MemberRow {
                    dimension: name,
                    code,
                    entry: table.dictionary.get(code)?.clone(),
                    since: table.since.get(code as usize).copied()?,
                })
            }));
        }
        rows
    }

    /// Takes note that all changes are stored.
    pub(super) fn mark_stored(&mut self) {
        for table in self.tables.values_mut() {
            if table.changed_codes().next().is_some() {
                let table = Rc::make_mut(table);
                table.stored = table.dictionary.len();
                table.revised.clear();
            }
        }
    }
}

impl<S: Sql> Tenant<S> {
    /// The dictionaries as they are stored.
    pub(super) fn members(&self) -> Result<Members, Fault> {
        if let Some(members) = self.members.borrow().as_ref() {
            return Ok(members.clone());
        }
        let mut members = Members::default();
        let statement = "SELECT code, key, label, parent, since FROM members \
                         WHERE dimension = ?1 ORDER BY code";
        for (dimension, name) in DIMENSIONS {
            let mut table = Table::new(dimension);
            for row in self.sql.rows(statement, vec![name.into()])? {
                let number =
                    |at: usize| row.get(at).and_then(SqlValue::integer).unwrap_or_default();
                let text = |at: usize| row.get(at).and_then(SqlValue::text).unwrap_or_default();
                let code = table.dictionary.push(Entry {
                    key: text(1).to_owned(),
                    label: text(2).to_owned(),
                    parent: u32::try_from(number(3)).context("read a member")?,
                });
                if i64::from(code) != number(0) {
                    return Err(Fault::internal(
                        "read a member",
                        format!("{name} {code} is missing"),
                    ));
                }
                table.since.push(number(4) as i32);
            }
            table.stored = table.dictionary.len();
            members.tables.insert(dimension, Rc::new(table));
        }
        self.members.replace(Some(members.clone()));
        Ok(members)
    }

    /// Remembers what a transaction has stored, or that it must be read again.
    pub(super) fn remember(&self, members: Option<Members>) {
        self.members.replace(members);
    }

    /// Writes members and the pieces that name them.
    pub(super) fn write_members(
        &self,
        rows: &[MemberRow],
        pieces: &[Piece],
        now: i64,
    ) -> Result<(), Fault> {
        for row in rows {
            let statement = "INSERT INTO members (dimension, code, key, label, parent, since) \
                             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET \
                             label = excluded.label, parent = excluded.parent, since = excluded.since";
            let values = vec![
                row.dimension.into(),
                row.code.into(),
                row.entry.key.as_str().into(),
                row.entry.label.as_str().into(),
                row.entry.parent.into(),
                row.since.into(),
            ];
            self.sql.rows(statement, values)?;
        }
        for Piece { reference, .. } in pieces {
            let named = DIMENSIONS.iter().find(|(it, _)| *it == reference.dimension);
            let (_, name) =
                named.ok_or_else(|| Fault::internal("write a piece", "no dictionary"))?;
            let place = || vec![(*name).into(), reference.first_code.into()];
            let statement = "SELECT hash FROM chunks WHERE dimension = ?1 AND first_code = ?2";
            let held = self.sql.rows(statement, place())?;
            if let Some(hash) = held.first().and_then(|row| row.first()?.text()) {
                self.retire(hash, now)?;
            }
            let hash: Hash256 = reference.hash;
            self.revive(&hash.to_string())?;
            let statement = "INSERT INTO chunks (dimension, first_code, hash, entries, bytes) \
                             VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET hash = excluded.hash, \
                             entries = excluded.entries, bytes = excluded.bytes";
            let mut values = place();
            values.extend([
                hash.to_string().into(),
                reference.entries.into(),
                reference.bytes.into(),
            ]);
            self.sql.rows(statement, values)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_newest_day_and_fill_gaps() {
        let mut members = Members::default();
        let code = |members: &mut Members, label, parent, day| {
            members.code(Dimension::Product, "sku", label, parent, day)
        };
        assert_eq!(code(&mut members, None, 0, 10), 1);
        assert_eq!(code(&mut members, Some("Mug"), 2, 10), 1);
        members.mark_stored();
        assert_eq!(code(&mut members, Some("MUG!"), 3, 10), 1);
        assert_eq!(code(&mut members, Some("Old mug"), 4, 9), 1);
        assert!(members.changed_rows().is_empty());
        assert_eq!(code(&mut members, Some("Large mug"), 0, 11), 1);
        let rows = members.changed_rows();
        assert_eq!(
            (rows[0].entry.label.as_str(), rows[0].entry.parent),
            ("Large mug", 2)
        );
        assert_eq!(members.changed_pieces().len(), 1);
    }

    #[test]
    fn pieces_cover_every_code_once() {
        let mut members = Members::default();
        for number in 0..5_000 {
            members.code(Dimension::Product, &number.to_string(), None, 0, 0);
        }
        let covered: Vec<(u32, u32)> = members
            .changed_pieces()
            .iter()
            .map(|piece| (piece.reference.first_code, piece.reference.entries))
            .collect();
        assert_eq!(covered, [(1, 2_048), (2_049, 2_048), (4_097, 904)]);
        members.mark_stored();
        members.code(Dimension::Product, "one more", None, 0, 0);
        let pieces = members.changed_pieces();
        assert_eq!(pieces.len(), 1);
        assert_eq!(pieces[0].reference.entries, 905);
        let mut dictionary = Dictionary::new(Dimension::Product);
        let mut all = Members::default();
        for number in 0..5_000 {
            all.code(Dimension::Product, &number.to_string(), None, 0, 0);
        }
        for piece in all.changed_pieces() {
            let chunk = DictionaryChunk::decode(&piece.bytes).unwrap();
            dictionary.extend(&chunk).unwrap();
        }
        dictionary
            .extend(&DictionaryChunk::decode(&pieces[0].bytes).unwrap())
            .unwrap();
        assert_eq!(dictionary.len(), 5_002);
    }
}
