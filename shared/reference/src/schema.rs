//! Shapes of JSON (JSON Schema 2020-12) as the document has them: by name or in place.
//!
//! In scope: what the document's writer uses: `$ref` to `#/components/schemas/`, `allOf` of one, `anyOf` with `null`,
//! `enum`, `oneOf` of constants, types, ranges and patterns. Anything else is read as "anything".

use serde_json::{Map, Value};

/// How many names lead to a shape at most; more is a circle.
const HOPS_MAX: usize = 16;

/// What kind of value a shape is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A text.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// True or false.
    Truth,
    /// A list.
    List,
    /// An object.
    Object,
    /// Anything.
    Any,
}

impl Kind {
    /// Its name in JSON Schema.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Whole => "integer",
            Kind::Number => "number",
            Kind::Truth => "boolean",
            Kind::List => "array",
            Kind::Object => "object",
            Kind::Any => "any",
        }
    }
}

/// The named shapes of a document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schemas {
    named: Map<String, Value>,
}

impl Schemas {
    /// Those of `components.schemas`.
    pub fn new(named: Map<String, Value>) -> Schemas {
        Schemas { named }
    }

    /// The name that a shape is referred to by, if it is.
    pub fn name(schema: &Value) -> Option<&str> {
        let to = schema.get("$ref")?.as_str()?;
        to.strip_prefix("#/components/schemas/")
    }

    /// The shape itself: names followed, and `null` beside it left out.
    pub fn shape<'s>(&'s self, schema: &'s Value) -> &'s Value {
        let mut shape = schema;
        for _ in 0..HOPS_MAX {
            if let Some(name) = Schemas::name(shape) {
                let Some(found) = self.named.get(name) else {
                    return shape;
                };
                shape = found;
                continue;
            }
            match only_part(shape) {
                Some(part) => shape = part,
                None => return shape,
            }
        }
        shape
    }

    /// What is said of a shape, where it stands or where it is named.
    pub fn about<'s>(&'s self, schema: &'s Value) -> &'s str {
        let said = |value: &'s Value| value.get("description").and_then(Value::as_str);
        said(schema)
            .or_else(|| said(self.shape(schema)))
            .unwrap_or_default()
    }

    /// Whether `null` will do.
    pub fn takes_null(&self, schema: &Value) -> bool {
        let is_null = |value: &Value| value.get("type").is_some_and(|it| it == "null");
        let among = |value: &Value| {
            let types = value.get("type").and_then(Value::as_array);
            types.is_some_and(|types| types.iter().any(|it| it == "null"))
        };
        let parts = schema.get("anyOf").or_else(|| schema.get("oneOf"));
        let beside = parts
            .and_then(Value::as_array)
            .is_some_and(|parts| parts.iter().any(is_null));
        is_null(schema) || among(schema) || beside || among(self.shape(schema))
    }

    /// What kind of value a shape is of.
    pub fn kind(&self, schema: &Value) -> Kind {
        let shape = self.shape(schema);
        let types = shape.get("type");
        let named = match types {
            Some(Value::String(name)) => Some(name.as_str()),
            Some(Value::Array(names)) => {
                let mut names = names.iter().filter_map(Value::as_str);
                names.find(|name| *name != "null")
            }
            _ => None,
        };
        match named {
            Some("string") => Kind::Text,
            Some("integer") => Kind::Whole,
            Some("number") => Kind::Number,
            Some("boolean") => Kind::Truth,
            Some("array") => Kind::List,
            Some("object") => Kind::Object,
            _ if shape.get("properties").is_some() => Kind::Object,
            _ => match (self.choices(schema), self.alternatives(schema)) {
                (Some(choices), _) if choices.iter().all(|one| one.is_string()) => Kind::Text,
                // Several forms of the same kind of value.
                (None, [first, rest @ ..]) if Schemas::name(first).is_none() => {
                    let kind = self.kind(first);
                    let is_same =
                        |one: &Value| Schemas::name(one).is_none() && self.kind(one) == kind;
                    if rest.iter().all(is_same) {
                        kind
                    } else {
                        Kind::Any
                    }
                }
                _ => Kind::Any,
            },
        }
    }

    /// The forms that a value may have, where it may have several.
    pub fn alternatives<'s>(&'s self, schema: &'s Value) -> &'s [Value] {
        let shape = self.shape(schema);
        let all = shape.get("anyOf").or_else(|| shape.get("oneOf"));
        all.and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    /// The values that a shape has, where these are few and known.
    pub fn choices<'s>(&'s self, schema: &'s Value) -> Option<Vec<&'s Value>> {
        let shape = self.shape(schema);
        if let Some(one) = shape.get("const") {
            return Some(vec![one]);
        }
        if let Some(all) = shape.get("enum").and_then(Value::as_array) {
            return Some(all.iter().collect());
        }
        // An enumeration whose values are explained one by one, some of them together.
        let parts = shape.get("oneOf").and_then(Value::as_array)?;
        let mut all = Vec::new();
        for part in parts {
            match (part.get("const"), part.get("enum")) {
                (Some(one), _) => all.push(one),
                (None, Some(Value::Array(some))) => all.extend(some),
                _ => return None,
            }
        }
        Some(all)
    }

    /// The members of an object: name, shape, and whether it has to be there; those that have to come first.
    pub fn members<'s>(&'s self, schema: &'s Value) -> Vec<(&'s str, &'s Value, bool)> {
        let shape = self.shape(schema);
        let required: Vec<&str> = shape
            .get("required")
            .and_then(Value::as_array)
            .map(|names| names.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default();
        let members = shape.get("properties").and_then(Value::as_object);
        let mut all = Vec::new();
        // Not sorted: that takes kilobytes of code for each type.
        for has_to_be_there in [true, false] {
            for (name, member) in members.into_iter().flatten() {
                let is_required = required.contains(&name.as_str());
                if is_required == has_to_be_there {
                    all.push((name.as_str(), member, is_required));
                }
            }
        }
        all
    }

    /// The shape of a list's entries.
    pub fn items<'s>(&'s self, schema: &'s Value) -> Option<&'s Value> {
        self.shape(schema).get("items")
    }

    /// A whole number that a shape says, such as `minimum`.
    pub fn bound(&self, schema: &Value, name: &str) -> Option<i64> {
        let value = self.shape(schema).get(name)?;
        let whole = || value.as_f64().map(|number| number as i64);
        value.as_i64().or_else(whole)
    }

    /// A text that a shape says, such as `pattern`.
    pub fn said<'s>(&'s self, schema: &'s Value, name: &str) -> Option<&'s str> {
        self.shape(schema).get(name)?.as_str()
    }
}

/// The only part of a shape that is more than `null`.
fn only_part(shape: &Value) -> Option<&Value> {
    let parts = ["allOf", "anyOf", "oneOf"]
        .into_iter()
        .find_map(|name| shape.get(name)?.as_array())?;
    let is_null = |value: &&Value| value.get("type").is_some_and(|it| it == "null");
    let mut rest = parts.iter().filter(|part| !is_null(part));
    match (rest.next(), rest.next()) {
        (Some(only), None) => Some(only),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn schemas() -> Schemas {
        let named = json!({
            "Role": { "oneOf": [
                { "const": "owner", "description": "All of it." }, { "enum": ["cfo", "cmo"], "type": "string" },
            ] },
            "Loop": { "$ref": "#/components/schemas/Loop" },
            "Thing": {
                "type": "object", "description": "A thing.", "required": ["z"],
                "properties": { "a": { "type": "integer" }, "z": { "$ref": "#/components/schemas/Role" } },
            },
        });
        match named {
            Value::Object(named) => Schemas::new(named),
            _ => Schemas::default(),
        }
    }

    #[test]
    fn names_are_followed_and_null_is_told_apart() {
        let schemas = schemas();
        let there = json!({ "$ref": "#/components/schemas/Thing" });
        let perhaps = json!({ "anyOf": [there, { "type": "null" }] });
        assert_eq!(schemas.kind(&perhaps), Kind::Object);
        assert_eq!(schemas.about(&perhaps), "A thing.");
        assert!(schemas.takes_null(&perhaps) && !schemas.takes_null(&there));
        assert!(schemas.takes_null(&json!({ "type": ["array", "null"] })));
        let members: Vec<_> = schemas
            .members(&there)
            .iter()
            .map(|it| (it.0, it.2))
            .collect();
        assert_eq!(members, [("z", true), ("a", false)]);
        // A circle ends, and what is not there is anything.
        let circle = json!({ "$ref": "#/components/schemas/Loop" });
        assert_eq!(schemas.kind(&circle), Kind::Any);
        let nowhere = json!({ "$ref": "#/components/schemas/None" });
        assert_eq!(schemas.kind(&nowhere), Kind::Any);
    }

    #[test]
    fn enumerations_are_read_in_each_of_their_forms() {
        let schemas = schemas();
        let role = json!({ "$ref": "#/components/schemas/Role" });
        assert_eq!(
            schemas.choices(&role),
            Some(vec![&json!("owner"), &json!("cfo"), &json!("cmo")])
        );
        assert_eq!(schemas.kind(&role), Kind::Text);
        assert_eq!(
            schemas.choices(&json!({ "const": 1 })),
            Some(vec![&json!(1)])
        );
        assert_eq!(
            schemas.choices(&json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] })),
            None
        );
    }
}
