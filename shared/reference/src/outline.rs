//! A shape as lines that a person reads: a member a line, those of its parts further in.

use serde_json::Value;

use crate::check::plain;
use crate::schema::{Kind, Schemas};

/// The most lines of one shape.
pub const LINES_MAX: usize = 120;
/// How far in lines go.
const DEPTH_MAX: usize = 4;
/// The most values of an enumeration that are written out.
const CHOICES_MAX: usize = 16;

/// A member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// How far in it stands.
    pub depth: usize,
    /// Its name.
    pub name: String,
    /// What it is, such as `array of string`.
    pub kind: String,
    /// Whether it has to be there.
    pub is_required: bool,
    /// What it means.
    pub about: String,
}

impl Schemas {
    /// The members of a shape, and of their parts.
    pub fn outline(&self, schema: &Value) -> Vec<Line> {
        let mut lines = Vec::new();
        self.walk(self.inner(schema), 0, &mut Vec::new(), &mut lines);
        lines
    }

    /// What a shape is, in the words of JSON Schema.
    pub fn kind_text(&self, schema: &Value) -> String {
        let kind = match (self.kind(schema), Schemas::name(self.unwrapped(schema))) {
            (Kind::List, _) => match self.items(schema) {
                Some(items) => format!("array of {}", self.kind_text(items)),
                None => "array".to_owned(),
            },
            (Kind::Object, Some(name)) => name.to_owned(),
            (kind, _) => self.scalar_text(schema, kind),
        };
        match self.takes_null(schema) {
            true => format!("{kind} or null"),
            false => kind,
        }
    }

    fn scalar_text(&self, schema: &Value, kind: Kind) -> String {
        if let Some(choices) = self.choices(schema) {
            let more = choices.len().saturating_sub(CHOICES_MAX);
            let named = choices.into_iter().take(CHOICES_MAX).map(plain);
            let named = named.collect::<Vec<_>>().join(" | ");
            return match more {
                0 => named,
                more => format!("{named} | {more} more"),
            };
        }
        let mut text = kind.name().to_owned();
        if let Some(format) = self
            .said(schema, "format")
            .filter(|format| !format.starts_with("int"))
        {
            text.push_str(&format!(" ({format})"));
        }
        let bound = |name| self.bound(schema, name);
        match (bound("minimum"), bound("maximum")) {
            (Some(least), Some(most)) => text.push_str(&format!(", {least} to {most}")),
            (Some(least), None) => text.push_str(&format!(", at least {least}")),
            (None, Some(most)) => text.push_str(&format!(", at most {most}")),
            (None, None) => {}
        }
        if let Some(most) = bound("maxLength") {
            text.push_str(&format!(", at most {most} characters"));
        }
        text
    }

    /// The shape as it stands, without what only allows `null` beside it.
    fn unwrapped<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let parts = schema.get("anyOf").and_then(Value::as_array);
        let named = parts.and_then(|parts| parts.iter().find(|part| Schemas::name(part).is_some()));
        named.unwrap_or(schema)
    }

    /// What lists are of, at last.
    fn inner<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut inner = self.unwrapped(schema);
        for _ in 0..DEPTH_MAX {
            match self.kind(inner) {
                Kind::List => match self.items(inner) {
                    Some(items) => inner = self.unwrapped(items),
                    None => return inner,
                },
                _ => return inner,
            }
        }
        inner
    }

    fn walk<'s>(
        &'s self,
        schema: &'s Value,
        depth: usize,
        above: &mut Vec<&'s str>,
        lines: &mut Vec<Line>,
    ) {
        let name = Schemas::name(schema).unwrap_or_default();
        if depth >= DEPTH_MAX || (!name.is_empty() && above.contains(&name)) {
            return;
        }
        above.push(name);
        for (name, member, is_required) in self.members(schema) {
            if lines.len() >= LINES_MAX {
                break;
            }
            lines.push(Line {
                depth,
                name: name.to_owned(),
                kind: self.kind_text(member),
                is_required,
                about: self.about(member).to_owned(),
            });
            self.walk(self.inner(member), depth + 1, above, lines);
        }
        above.pop();
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn members_and_those_of_their_parts_are_lines() {
        let named = json!({
            "Part": {
                "type": "object", "required": ["id"], "description": "A part.",
                "properties": {
                    "id": { "type": "string", "maxLength": 9 },
                    "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } },
                },
            },
        });
        let schemas = Schemas::new(named.as_object().cloned().unwrap_or_default());
        let schema = json!({
            "type": "object", "required": ["parts"],
            "properties": {
                "parts": { "type": "array", "items": { "$ref": "#/components/schemas/Part" } },
                "best": { "anyOf": [{ "$ref": "#/components/schemas/Part" }, { "type": "null" }] },
                "count": { "type": "integer", "format": "int64", "minimum": 1, "maximum": 9 },
                "day": { "type": "string", "format": "date" },
            },
        });
        let lines = schemas.outline(&schema);
        let read: Vec<String> = lines
            .iter()
            .map(|line| {
                format!(
                    "{}{}{}: {}",
                    " ".repeat(line.depth),
                    line.name,
                    if line.is_required { "*" } else { "" },
                    line.kind
                )
            })
            .collect();
        assert_eq!(
            read,
            [
                "parts*: array of Part",
                " id*: string, at most 9 characters",
                " parts: array of Part",
                "best: Part or null",
                " id*: string, at most 9 characters",
                " parts: array of Part",
                "count: integer, 1 to 9",
                "day: string (date)",
            ]
        );
        assert_eq!(lines.first().map(|line| line.about.as_str()), Some(""));
        assert_eq!(
            schemas.kind_text(&json!({ "enum": (0..20).collect::<Vec<i32>>() })),
            format!(
                "{} | 4 more",
                (0..16)
                    .map(|it| it.to_string())
                    .collect::<Vec<_>>()
                    .join(" | ")
            )
        );
    }

    #[test]
    fn a_long_shape_is_cut() {
        let members: serde_json::Map<String, Value> = (0..500)
            .map(|at| (format!("m{at}"), json!({ "type": "string" })))
            .collect();
        let lines = Schemas::default().outline(&json!({ "type": "object", "properties": members }));
        assert_eq!(lines.len(), LINES_MAX);
    }
}
