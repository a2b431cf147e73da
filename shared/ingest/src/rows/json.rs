//! JSON objects, one per line or in a list, flattened into cells.
//!
//! Members of nested objects are named by their path (`billing.city`). A list of order lines inside
//! an order gives one row per line, each with the order's own members. A page of an interface, an object
//! with its orders in a list (`content` at Trendyol), is read as that list.
//!
//! A file whose first object ends on its first line has one object a line: there a damaged line is
//! rejected by itself. In a list, a text that runs over the end of its line is damage too; reading goes on
//! with the next object that begins as far to the right as the damaged one.

mod flatten;

use serde_json::Value;

use super::{COLUMNS_MAX, Cells, ROW_BYTES_MAX, RowEvent, RowSink};
use crate::{IngestError, Reason};
use flatten::flatten;

/// Names under which the page of an interface holds its orders, as they are written.
const ENVELOPES: [&[u8]; 6] = [
    b"\"content\"",
    b"\"orders\"",
    b"\"Orders\"",
    b"\"data\"",
    b"\"results\"",
    b"\"records\"",
];

/// Rows of JSON objects.
pub struct JsonRows {
    columns: Vec<String>,
    layout: Layout,
    /// What has arrived of the object or line at hand; of the file, while the layout is not known.
    object: Vec<u8>,
    is_too_long: bool,
    has_header: bool,
    line: u64,
    began_on: u64,
    cells: Cells,
    discovered: Option<Vec<String>>,
    place: Place,
}

/// How objects are laid out in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// Not known yet.
    Unknown,
    /// One or more whole objects a line.
    Lines,
    /// Objects over several lines, perhaps in a list.
    Objects,
}

/// Where reading stands in objects over several lines.
#[derive(Default)]
struct Place {
    depth: u32,
    is_in_text: bool,
    is_escaped: bool,
    /// Whether the file may be pages of an interface.
    may_be_page: bool,
    is_in_page: bool,
    /// How deep reading is in what follows the list of a page.
    after_list: u32,
    /// Blanks before the first other byte of this line, and whether there was one.
    indent: u32,
    has_begun_line: bool,
    object_indent: u32,
    is_lost: bool,
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
        let _ = rows.finish(&mut |_| Ok(()));
        rows.discovered.unwrap_or_default()
    }

    /// Rows that hold these members, in this order.
    pub fn new(columns: Vec<String>) -> JsonRows {
        JsonRows {
            columns,
            layout: Layout::Unknown,
            object: Vec::new(),
            is_too_long: false,
            has_header: false,
            line: 1,
            began_on: 1,
            cells: Cells::default(),
            discovered: None,
            place: Place::default(),
        }
    }

    /// Takes text that has arrived.
    pub fn push(&mut self, text: &[u8], sink: &mut RowSink) -> Result<(), IngestError> {
        if !self.has_header {
            self.has_header = true;
            let header: Cells = self.columns.iter().map(String::as_str).collect();
            sink(RowEvent::Header(&header))?;
        }
        if self.layout != Layout::Unknown {
            return self.take_all(text, sink);
        }
        self.object.extend_from_slice(text);
        self.begin(false, sink)
    }

    /// Says that no more text comes; an object cut in the middle is a bad row.
    pub fn finish(&mut self, sink: &mut RowSink) -> Result<(), IngestError> {
        self.begin(true, sink)?;
        if self.layout == Layout::Lines {
            return self.end_line(sink);
        }
        if self.place.depth > 0 {
            self.place.depth = 0;
            return self.bad(Reason::NotJson, sink);
        }
        Ok(())
    }

    /// Finds out the layout as soon as enough has arrived, and reads what was held back.
    fn begin(&mut self, is_end: bool, sink: &mut RowSink) -> Result<(), IngestError> {
        if self.layout == Layout::Unknown
            && let Some(layout) = layout_of(&self.object, is_end)
        {
            self.layout = layout;
            let held = std::mem::take(&mut self.object);
            self.place.may_be_page = held.trim_ascii_start().first() == Some(&b'{');
            self.take_all(&held, sink)?;
        }
        Ok(())
    }

    fn take_all(&mut self, text: &[u8], sink: &mut RowSink) -> Result<(), IngestError> {
        if self.layout == Layout::Objects {
            for byte in text {
                self.take(*byte, sink)?;
            }
            return Ok(());
        }
        let mut parts = text.split(|byte| *byte == b'\n');
        self.keep(parts.next().unwrap_or_default());
        for part in parts {
            self.end_line(sink)?;
            self.line += 1;
            self.keep(part);
        }
        Ok(())
    }

    /// Keeps a piece of the line at hand.
    fn keep(&mut self, part: &[u8]) {
        if self.object.len() + part.len() > ROW_BYTES_MAX {
            self.is_too_long = true;
        } else {
            self.object.extend_from_slice(part);
        }
    }

    /// Reads the objects of the line at hand: all of them, or none where there is damage.
    fn end_line(&mut self, sink: &mut RowSink) -> Result<(), IngestError> {
        let held = std::mem::take(&mut self.object);
        self.began_on = self.line;
        // 0x1e begins each text of a JSON sequence (RFC 7464); a list may have lost its brackets.
        let is_around = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, 0x1e | b',');
        let start = held.iter().position(|byte| !is_around(byte));
        let end = held.iter().rposition(|byte| !is_around(byte));
        if std::mem::take(&mut self.is_too_long) {
            self.bad(Reason::RowTooLong, sink)?;
        } else if let (Some(start), Some(end)) = (start, end) {
            let objects = serde_json::Deserializer::from_slice(&held[start..=end]).into_iter();
            match objects.collect::<Result<Vec<Value>, _>>() {
                Ok(objects) if objects.iter().all(Value::is_object) => {
                    for object in &objects {
                        self.give(object, sink)?;
                    }
                }
                _ => self.bad(Reason::NotJson, sink)?,
            }
        }
        self.object = held;
        self.object.clear();
        Ok(())
    }

    fn bad(&self, reason: Reason, sink: &mut RowSink) -> Result<(), IngestError> {
        sink(RowEvent::Bad {
            line: self.began_on,
            reason,
        })
    }

    fn take(&mut self, byte: u8, sink: &mut RowSink) -> Result<(), IngestError> {
        let place = &mut self.place;
        match byte {
            b'\n' => {
                self.line += 1;
                (place.indent, place.has_begun_line) = (0, false);
            }
            b' ' | b'\t' | b'\r' if !place.has_begun_line => place.indent += 1,
            _ => place.has_begun_line = true,
        }
        if place.after_list > 0 {
            place.pass(byte);
            return Ok(());
        }
        if place.depth == 0 {
            return self.take_between(byte);
        }
        if place.is_in_text && byte == b'\n' {
            (place.depth, place.is_in_text, place.is_lost) = (0, false, true);
            return self.bad(Reason::NotJson, sink);
        }
        let is_text = place.is_in_text;
        place.read_text(byte);
        if !is_text {
            match byte {
                b'[' if place.depth == 1 && place.may_be_page && is_envelope(&self.object) => {
                    (place.depth, place.is_in_page) = (0, true);
                    return Ok(());
                }
                b'{' | b'[' => place.depth += 1,
                b'}' | b']' => place.depth -= 1,
                _ => {}
            }
        }
        if self.object.len() < ROW_BYTES_MAX {
            self.object.push(byte);
        } else {
            self.is_too_long = true;
        }
        if self.place.depth > 0 {
            return Ok(());
        }
        // Once there was an order outside a page, a list in one is a list of its own.
        self.place.may_be_page &= self.place.is_in_page;
        if std::mem::take(&mut self.is_too_long) {
            return self.bad(Reason::RowTooLong, sink);
        }
        let held = std::mem::take(&mut self.object);
        let outcome = match serde_json::from_slice(&held) {
            Ok(object @ Value::Object(_)) => self.give(&object, sink),
            _ => self.bad(Reason::NotJson, sink),
        };
        self.object = held;
        outcome
    }

    /// Takes a byte between objects.
    fn take_between(&mut self, byte: u8) -> Result<(), IngestError> {
        let place = &mut self.place;
        match byte {
            b'{' if !place.is_lost || place.indent == place.object_indent => {
                (place.depth, place.object_indent, place.is_lost) = (1, place.indent, false);
                (self.began_on, self.is_too_long) = (self.line, false);
                self.object.clear();
                self.object.push(byte);
            }
            _ if place.is_lost => {}
            b']' if place.is_in_page => (place.after_list, place.is_in_page) = (1, false),
            b'[' | b']' | b',' | b' ' | b'\t' | b'\r' | b'\n' | 0x1e => {}
            _ => return Err(IngestError::NotObjects { line: self.line }),
        }
        Ok(())
    }

    fn give(&mut self, object: &Value, sink: &mut RowSink) -> Result<(), IngestError> {
        let Value::Object(object) = object else {
            return Ok(());
        };
        for row in flatten(object) {
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
                line: self.began_on,
                cells: &self.cells,
            })?;
        }
        Ok(())
    }
}

impl Place {
    /// Notes where texts begin and end.
    const fn read_text(&mut self, byte: u8) {
        match byte {
            _ if self.is_escaped => self.is_escaped = false,
            b'\\' if self.is_in_text => self.is_escaped = true,
            b'"' => self.is_in_text = !self.is_in_text,
            _ => {}
        }
    }

    /// Passes over what a page holds after its list.
    const fn pass(&mut self, byte: u8) {
        let is_text = self.is_in_text;
        self.read_text(byte);
        match byte {
            _ if is_text => {}
            b'{' | b'[' => self.after_list += 1,
            b'}' | b']' => self.after_list -= 1,
            _ => {}
        }
    }
}

/// Whether an object, up to a bracket that opens, is a page whose orders follow.
fn is_envelope(object: &[u8]) -> bool {
    let name = object.trim_ascii_end().strip_suffix(b":");
    name.is_some_and(|name| {
        ENVELOPES
            .iter()
            .any(|it| name.trim_ascii_end().ends_with(it))
    })
}

/// The layout of a file that begins so; `None` where more of it must be seen.
fn layout_of(text: &[u8], is_end: bool) -> Option<Layout> {
    let text = text.trim_ascii_start();
    let text = text.strip_prefix(b"\x1e").unwrap_or(text);
    let unless_end = |layout| is_end.then_some(layout);
    if text.first().is_some_and(|first| *first != b'{') || text.len() > ROW_BYTES_MAX {
        return Some(Layout::Objects);
    }
    let mut lines = text.splitn(2, |byte| *byte == b'\n');
    let (first, rest) = (lines.next()?, lines.next());
    if text.is_empty() || rest.is_none() && !is_end {
        return unless_end(Layout::Objects);
    }
    let objects = serde_json::Deserializer::from_slice(first).into_iter();
    if let Ok(objects) = objects.collect::<Result<Vec<Value>, _>>() {
        let is_page = objects.iter().any(has_envelope);
        return Some(if is_page {
            Layout::Objects
        } else {
            Layout::Lines
        });
    }
    // Within an object, one that begins on a new line and unindented follows only a colon or a bracket.
    let is_open = first.trim_ascii_end().ends_with(b":") || first.trim_ascii_end().ends_with(b"[");
    match rest.and_then(|rest| rest.first()) {
        Some(b'{') if !is_open => Some(Layout::Lines),
        None => unless_end(Layout::Objects),
        Some(_) => Some(Layout::Objects),
    }
}

fn has_envelope(page: &Value) -> bool {
    let Value::Object(members) = page else {
        return false;
    };
    let is_list =
        |value: &Value| matches!(value, Value::Array(items) if items.iter().all(Value::is_object));
    members.iter().any(|(name, value)| {
        is_list(value) && ENVELOPES.contains(&format!("\"{name}\"").as_bytes())
    })
}

#[cfg(test)]
mod tests;
