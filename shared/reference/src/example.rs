//! What a value of a shape may look like: written from the shape alone, and taken by the edge.

use serde_json::{Map, Value};

use crate::pattern::Pattern;
use crate::schema::{Kind, Schemas};

/// How deep an example goes.
const DEPTH_MAX: usize = 8;

/// How much of an object an example has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// What has to be there.
    Required,
    /// Everything.
    All,
}

impl Schemas {
    /// A value of a shape.
    pub fn example(&self, schema: &Value, fill: Fill) -> Value {
        self.example_of("", schema, fill, 0)
    }

    /// What a parameter of a name may be.
    pub(crate) fn example_named(&self, name: &str, schema: &Value) -> Value {
        self.example_of(name, schema, Fill::Required, 0)
    }

    fn example_of(&self, name: &str, schema: &Value, fill: Fill, depth: usize) -> Value {
        let shape = self.shape(schema);
        let given = shape
            .get("default")
            .or_else(|| shape.pointer("/examples/0"));
        if let Some(given) = given.filter(|given| !given.is_null()) {
            return given.clone();
        }
        if let Some(first) = self.choices(schema).and_then(|all| all.first().copied()) {
            return first.clone();
        }
        if let (Some(first), true) = (self.alternatives(schema).first(), depth < DEPTH_MAX) {
            return self.example_of(name, first, fill, depth + 1);
        }
        match self.kind(schema) {
            Kind::Text => Value::String(self.text(name, schema)),
            Kind::Whole | Kind::Number => {
                let least = self.bound(schema, "minimum").unwrap_or(0).max(1);
                let most = self.bound(schema, "maximum").unwrap_or(i64::MAX);
                Value::from(least.min(most))
            }
            Kind::Truth => Value::Bool(true),
            Kind::List => Value::Array(self.entries(name, schema, fill, depth)),
            Kind::Object if depth < DEPTH_MAX => self.object(schema, fill, depth),
            Kind::Object => Value::Object(Map::new()),
            Kind::Any => Value::Null,
        }
    }

    fn object(&self, schema: &Value, fill: Fill, depth: usize) -> Value {
        let members = self.members(schema).into_iter();
        let members = members.filter(|(_, _, is_required)| *is_required || fill == Fill::All);
        members
            .map(|(name, member, _)| {
                (
                    name.to_owned(),
                    self.example_of(name, member, fill, depth + 1),
                )
            })
            .collect::<Map<String, Value>>()
            .into()
    }

    fn entries(&self, name: &str, schema: &Value, fill: Fill, depth: usize) -> Vec<Value> {
        let least = self.bound(schema, "minItems").unwrap_or(0);
        let wanted = least.max(i64::from(fill == Fill::All));
        match self.items(schema) {
            // More than one would have to differ.
            Some(items) if wanted > 0 && depth < DEPTH_MAX => {
                vec![self.example_of(name, items, fill, depth + 1)]
            }
            _ => Vec::new(),
        }
    }

    /// A text that fits.
    fn text(&self, name: &str, schema: &Value) -> String {
        match self.said(schema, "format") {
            Some("date") => return "2026-11-29".to_owned(),
            Some("date-time") => return "2026-11-29T12:00:00Z".to_owned(),
            _ => {}
        }
        let hint = hint(name);
        let pattern = self.said(schema, "pattern").and_then(Pattern::read);
        match pattern {
            Some(pattern) if !pattern.fits(hint) => pattern.example().unwrap_or_default(),
            _ => hint.to_owned(),
        }
    }
}

/// What a text of a name may be.
const fn hint(name: &str) -> &str {
    match name.as_bytes() {
        b"name" => "Example",
        b"company" | b"id" => "demo",
        b"channels" => "trendyol",
        b"networks" => "192.0.2.0/24",
        b"redirects" | b"redirect_uri" => "https://app.example/done",
        b"grant_type" => "client_credentials",
        b"scope" => "read:bi",
        b"route" => "GET /api/auth/v1/me",
        b"status" => "4xx",
        _ => "text",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_example_has_what_has_to_be_there_or_everything() {
        let schemas = Schemas::default();
        let schema = json!({
            "type": "object", "required": ["name", "scopes"],
            "properties": {
                "name": { "type": "string", "pattern": "^[A-Z][a-z]+$" },
                "scopes": { "type": "array", "minItems": 1, "items": { "enum": ["read:bi"] } },
                "days": { "type": ["integer", "null"], "minimum": 7 },
                "from": { "type": "string", "format": "date" },
                "code": { "type": "string", "pattern": "^[0-9]{4}$" },
            },
        });
        let least = json!({ "name": "Example", "scopes": ["read:bi"] });
        assert_eq!(schemas.example(&schema, Fill::Required), least);
        let all = json!({ "name": "Example", "scopes": ["read:bi"], "days": 7, "from": "2026-11-29", "code": "0000" });
        assert_eq!(schemas.example(&schema, Fill::All), all);
    }

    #[test]
    fn a_shape_that_holds_itself_ends() {
        let named = json!({ "Tree": { "type": "object", "properties": { "next": { "$ref": "#/components/schemas/Tree" } } } });
        let schemas = Schemas::new(named.as_object().cloned().unwrap_or_default());
        let mut example =
            schemas.example(&json!({ "$ref": "#/components/schemas/Tree" }), Fill::All);
        let mut depth = 0;
        while let Some(next) = example.get("next") {
            depth += 1;
            example = next.clone();
        }
        assert_eq!(depth, DEPTH_MAX);
    }
}
