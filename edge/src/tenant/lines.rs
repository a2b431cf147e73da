//! Lines: the newest state of everything that has a natural key.
//!
//! Many rows travel in one statement, as a JSON list of texts of fixed columns: SQLite takes them apart
//! faster than rows could be bound one by one.

use std::collections::HashMap;
use std::fmt::Write as _;

use super::Tenant;
use super::reading::Row;
use crate::digest::{Key128, push_hex, unhex};
use crate::fault::{Context, Fault};
use crate::ports::{Sql, SqlValue};

/// Rows in one statement.
const SLICE_ROWS: usize = 5_000;

/// A line that is stored.
pub(super) struct Held {
    /// Its id.
    pub(super) line: i64,
    /// Its version.
    pub(super) version: i64,
    /// Its fact; nothing where the row asked about has the same content.
    pub(super) fact: Option<Vec<u8>>,
}

/// A line to be stored.
pub(super) struct Write {
    pub(super) key: Key128,
    pub(super) content: [u8; 8],
    pub(super) version: i64,
    pub(super) line: i64,
    pub(super) fact: Vec<u8>,
}

impl<S: Sql> Tenant<S> {
    /// The stored lines of rows, by the rows' positions.
    pub(super) fn held_lines(&self, rows: &[Row]) -> Result<HashMap<usize, Held>, Fault> {
        // The list comes first: a few thousand look-ups, never a scan of the table.
        let statement = "SELECT json_group_array(json_array(j.key, k.line, l.version, \
                         CASE WHEN l.content = unhex(substr(j.value, 33, 16)) THEN NULL ELSE hex(l.fact) END)) \
                         FROM json_each(?1) AS j \
                         CROSS JOIN keys AS k ON k.key = unhex(substr(j.value, 1, 32)) \
                         CROSS JOIN lines AS l ON l.id = k.line";
        let mut held = HashMap::new();
        for (number, slice) in rows.chunks(SLICE_ROWS).enumerate() {
            let list = list_of(slice, |text, row| {
                push_hex(text, &row.key.0);
                push_hex(text, &row.content);
            });
            let answer = self.sql.rows(statement, vec![list.into()])?;
            let text = answer.first().and_then(|row| row.first()?.text());
            let found: Vec<(usize, i64, i64, Option<String>)> =
                serde_json::from_str(text.unwrap_or("[]")).context("read lines")?;
            for (index, line, version, fact) in found {
                let fact = match fact {
                    None => None,
                    Some(digits) => {
                        let bytes = unhex(&digits);
                        Some(bytes.ok_or_else(|| Fault::internal("read lines", "no bytes"))?)
                    }
                };
                let held_line = Held {
                    line,
                    version,
                    fact,
                };
                held.insert(number * SLICE_ROWS + index, held_line);
            }
        }
        Ok(held)
    }

    /// Stores lines, new ones and new states of known ones.
    pub(super) fn write_lines(&self, writes: &mut [Write]) -> Result<(), Fault> {
        let lines = "INSERT INTO lines (id, version, content, fact) \
                     SELECT CAST(substr(value, 49, 16) AS INTEGER), CAST(substr(value, 65, 19) AS INTEGER), \
                     unhex(substr(value, 33, 16)), unhex(substr(value, 84)) FROM json_each(?1) WHERE true \
                     ON CONFLICT DO UPDATE SET version = excluded.version, content = excluded.content, \
                     fact = excluded.fact";
        let keys = "INSERT INTO keys (key, line) \
                    SELECT unhex(substr(value, 1, 32)), CAST(substr(value, 49, 16) AS INTEGER) \
                    FROM json_each(?1) WHERE true ON CONFLICT DO UPDATE SET line = excluded.line";
        let element = |text: &mut String, write: &Write| {
            push_hex(text, &write.key.0);
            push_hex(text, &write.content);
            // Writing to a text cannot fail.
            let _ = write!(text, "{:016}{:019}", write.line, write.version);
            push_hex(text, &write.fact);
        };
        // Each table in its own order, so that its pages are touched one after the other.
        writes.sort_unstable_by_key(|write| write.line);
        for slice in writes.chunks(SLICE_ROWS) {
            let list = list_of(slice, element);
            self.sql.rows(lines, vec![list.into()])?;
        }
        writes.sort_unstable_by_key(|write| write.key);
        for slice in writes.chunks(SLICE_ROWS) {
            let list = list_of(slice, |text, write| {
                push_hex(text, &write.key.0);
                push_hex(text, &write.content);
                let _ = write!(text, "{:016}", write.line);
            });
            self.sql.rows(keys, vec![list.into()])?;
        }
        Ok(())
    }

    /// Forgets lines that have moved to another bucket.
    pub(super) fn delete_lines(&self, lines: &[i64]) -> Result<(), Fault> {
        let statement = "DELETE FROM lines WHERE id IN (SELECT value FROM json_each(?1))";
        for slice in lines.chunks(SLICE_ROWS) {
            let list = serde_json::to_string(slice).context("list lines")?;
            self.sql.rows(statement, vec![SqlValue::Text(list)])?;
        }
        Ok(())
    }
}

/// A JSON list of texts without characters that JSON escapes.
pub(super) fn list_of<T>(items: &[T], element: impl Fn(&mut String, &T)) -> String {
    let mut list = String::with_capacity(items.len() * 64 + 2);
    list.push('[');
    for (at, item) in items.iter().enumerate() {
        list.push_str(if at == 0 { "\"" } else { ",\"" });
        element(&mut list, item);
        list.push('"');
    }
    list.push(']');
    list
}
