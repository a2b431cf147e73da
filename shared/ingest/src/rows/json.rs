//! JSON objects, one per line or in a list, flattened into cells.
//!
//! Members of nested objects are named by their path (`billing.city`). A list of order lines inside
//! an order gives one row per line, each with the order's own members.

use serde_json::{Map, Value};

use super::{COLUMNS_MAX, Cells, ROW_BYTES_MAX, RowEvent, RowSink};
use crate::{IngestError, Reason};

/// Names under which orders hold their lines.
const LINE_LISTS: [&str; 7] = [
    "line_items",
    "lineItems",
    "lines",
    "items",
    "orderLines",
    "orderItems",
    "OrderItems",
];

/// Rows of JSON objects.
pub struct JsonRows {
    columns: Vec<String>,
    object: Vec<u8>,
    depth: u32,
    is_in_text: bool,
    is_escaped: bool,
    is_too_long: bool,
    has_header: bool,
    line: u64,
    began_on: u64,
    cells: Cells,
    discovered: Option<Vec<String>>,
}

impl JsonRows {
    /// The names of the members that objects of this text have, in the order of their appearance.
    pub fn columns_of(text: &str) -> Vec<String> {
        let mut rows = JsonRows {
            discovered: Some(Vec::new()),
            ..JsonRows::new(Vec::new())
        };
        // What is no object is said when the rows are read.
        let _ = rows.push(text.as_bytes(), &mut |_| Ok(()));
        rows.discovered.unwrap_or_default()
    }

    /// Rows that hold these members, in this order.
    pub fn new(columns: Vec<String>) -> JsonRows {
        JsonRows {
            columns,
            object: Vec::new(),
            depth: 0,
            is_in_text: false,
            is_escaped: false,
            is_too_long: false,
            has_header: false,
            line: 1,
            began_on: 1,
            cells: Cells::default(),
            discovered: None,
        }
    }

    /// Takes text that has arrived.
    pub fn push(&mut self, text: &[u8], sink: &mut RowSink) -> Result<(), IngestError> {
        if !self.has_header {
            self.has_header = true;
            let header: Cells = self.columns.iter().map(String::as_str).collect();
            sink(RowEvent::Header(&header))?;
        }
        for byte in text {
            self.take(*byte, sink)?;
        }
        Ok(())
    }

    /// Says that no more text comes; an object cut in the middle is a bad row.
    pub fn finish(&mut self, sink: &mut RowSink) -> Result<(), IngestError> {
        if self.depth > 0 {
            self.depth = 0;
            return sink(RowEvent::Bad {
                line: self.began_on,
                reason: Reason::NotJson,
            });
        }
        Ok(())
    }

    fn take(&mut self, byte: u8, sink: &mut RowSink) -> Result<(), IngestError> {
        if byte == b'\n' {
            self.line += 1;
        }
        if self.depth == 0 {
            return match byte {
                b'{' => {
                    self.object.clear();
                    self.object.push(byte);
                    (self.depth, self.began_on, self.is_too_long) = (1, self.line, false);
                    Ok(())
                }
                b'[' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' | 0x1e => Ok(()),
                _ => Err(IngestError::NotObjects { line: self.line }),
            };
        }
        if self.object.len() < ROW_BYTES_MAX {
            self.object.push(byte);
        } else {
            self.is_too_long = true;
        }
        if self.is_in_text {
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.is_in_text = false,
                _ => {}
            }
            return Ok(());
        }
        match byte {
            b'"' => self.is_in_text = true,
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth -= 1;
                if self.depth == 0 {
                    return self.give(sink);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn give(&mut self, sink: &mut RowSink) -> Result<(), IngestError> {
        let line = self.began_on;
        if self.is_too_long {
            return sink(RowEvent::Bad {
                line,
                reason: Reason::RowTooLong,
            });
        }
        let Ok(Value::Object(object)) = serde_json::from_slice::<Value>(&self.object) else {
            return sink(RowEvent::Bad {
                line,
                reason: Reason::NotJson,
            });
        };
        for row in flatten(&object) {
            if let Some(discovered) = &mut self.discovered {
                for (name, _) in &row {
                    if !discovered.contains(name) && discovered.len() < COLUMNS_MAX {
                        discovered.push(name.clone());
                    }
                }
            }
            self.cells.clear();
            for column in &self.columns {
                let cell = row.iter().find(|(name, _)| name == column);
                self.cells.push(cell.map_or("", |(_, text)| text));
            }
            sink(RowEvent::Row {
                line,
                cells: &self.cells,
            })?;
        }
        Ok(())
    }
}

/// The rows of one object, each a list of path and text.
pub fn flatten(object: &Map<String, Value>) -> Vec<Vec<(String, String)>> {
    let lines = LINE_LISTS.iter().find_map(|name| match object.get(*name) {
        Some(Value::Array(items)) if items.iter().any(Value::is_object) => Some((*name, items)),
        _ => None,
    });
    let mut order = Vec::new();
    for (name, value) in object {
        if lines.is_none_or(|(list, _)| list != name) {
            flatten_into(name, value, &mut order);
        }
    }
    match lines {
        None => vec![order],
        Some((name, items)) => items
            .iter()
            .map(|item| {
                let mut row = order.clone();
                flatten_into(name, item, &mut row);
                row
            })
            .collect(),
    }
}

fn flatten_into(path: &str, value: &Value, row: &mut Vec<(String, String)>) {
    if row.len() >= COLUMNS_MAX {
        return;
    }
    match value {
        Value::Null | Value::Array(_) => {}
        Value::Bool(truth) => row.push((path.to_owned(), truth.to_string())),
        Value::Number(number) => row.push((path.to_owned(), number.to_string())),
        Value::String(text) => row.push((path.to_owned(), text.clone())),
        Value::Object(members) => {
            for (name, member) in members {
                flatten_into(&format!("{path}.{name}"), member, row);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(
        text: &str,
        columns: &[&str],
        step: usize,
    ) -> Result<Vec<(u64, Vec<String>)>, IngestError> {
        let mut found = Vec::new();
        let mut source = JsonRows::new(columns.iter().map(|column| (*column).to_owned()).collect());
        let mut sink = |event: RowEvent<'_>| {
            match event {
                RowEvent::Header(_) => {}
                RowEvent::Row { line, cells } => {
                    found.push((line, cells.iter().map(str::to_owned).collect()));
                }
                RowEvent::Bad { line, .. } => found.push((line, vec!["BAD".to_owned()])),
            }
            Ok(())
        };
        for part in text.as_bytes().chunks(step) {
            source.push(part, &mut sink)?;
        }
        source.finish(&mut sink)?;
        Ok(found)
    }

    #[test]
    fn lists_and_lines_read_alike() {
        let list = "[{\"a\":1,\"b\":{\"c\":\"x}\\\"\"}},\n {\"a\":2}]";
        let lines = "{\"a\":1,\"b\":{\"c\":\"x}\\\"\"}}\n{\"a\":2}\n";
        let expected = vec![
            (1, vec!["1".to_owned(), "x}\"".to_owned()]),
            (2, vec!["2".to_owned(), String::new()]),
        ];
        for step in [1, 5, 1000] {
            assert_eq!(rows(list, &["a", "b.c"], step).unwrap(), expected);
            assert_eq!(rows(lines, &["a", "b.c"], step).unwrap(), expected);
        }
    }

    #[test]
    fn lines_of_an_order_become_rows() {
        let text = r#"{"id":7,"line_items":[{"sku":"A"},{"sku":"B"}]}"#;
        let found = rows(text, &["id", "line_items.sku"], 9).unwrap();
        let cells: Vec<_> = found
            .into_iter()
            .map(|(_, cells)| cells.join("/"))
            .collect();
        assert_eq!(cells, ["7/A", "7/B"]);
    }

    #[test]
    fn what_is_no_object_is_refused_and_a_cut_one_is_bad() {
        assert_eq!(
            rows("\n12", &["a"], 1),
            Err(IngestError::NotObjects { line: 2 })
        );
        assert_eq!(
            rows("{\"a\":1}\n{\"a\":", &["a"], 3).unwrap()[1],
            (2, vec!["BAD".to_owned()])
        );
    }
}
