//! What has to be filled in before an operation can be asked: a field a parameter, of the kind that its shape says.

use serde_json::Value;

use crate::check::{Trouble, is_day, plain};
use crate::document::{Document, FORM_TYPE, Operation, Parameter, Place};
use crate::example::Fill;
use crate::schema::{Kind, Schemas};

/// The header under which a request is done once.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// Names of what is shown to nobody: as members of bodies and as fields.
pub const SECRETS: [&str; 8] = [
    "client_secret",
    "code",
    "code_verifier",
    "device_code",
    "refresh_token",
    "secret",
    "token",
    "DPoP",
];

/// How a field is filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A line of text, of at most so many characters.
    Text(Option<i64>),
    /// A whole number between these.
    Whole(Option<i64>, Option<i64>),
    /// A day.
    Day,
    /// One of these.
    Choice(Vec<String>),
}

/// A field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// Where it goes.
    pub place: Place,
    /// Whether it has to be filled in.
    pub is_required: bool,
    /// What it means.
    pub about: String,
    /// How it is filled in.
    pub input: Input,
    /// What it may look like.
    pub example: String,
    schema: Value,
}

impl Field {
    /// The name that no other field of the operation has.
    pub fn key(&self) -> String {
        format!("{}.{}", self.place.name(), self.name)
    }

    /// Whether what is filled in is shown to nobody.
    pub fn is_secret(&self) -> bool {
        SECRETS.contains(&self.name.as_str())
    }

    /// What is wrong with what was filled in.
    pub fn check(&self, schemas: &Schemas, text: &str) -> Option<Trouble> {
        if text.is_empty() {
            return self.is_required.then_some(Trouble::Missing);
        }
        match &self.input {
            Input::Choice(all) => {
                let is_one = all.iter().any(|one| one == text);
                (!is_one).then(|| Trouble::NoneOf(all.clone()))
            }
            Input::Whole(..) => match text.parse::<i64>() {
                Ok(number) => schemas.check_number(&self.schema, number as f64),
                Err(_) => Some(Trouble::NotOf(Kind::Whole)),
            },
            Input::Day => (!is_day(text)).then_some(Trouble::NoDay),
            Input::Text(_) => schemas.check_text(&self.schema, text),
        }
    }
}

impl Document {
    /// What an operation asks for: parameters, and the fields of its body where that is a form.
    pub fn fields(&self, operation: &Operation) -> Vec<Field> {
        let fields = operation.parameters.iter().map(|one| self.field(one));
        let mut fields: Vec<Field> = fields.collect();
        let body = operation.body.as_ref().and_then(|body| body.chosen());
        if let Some((_, schema)) = body.filter(|(kind, _)| kind == FORM_TYPE) {
            for (name, member, is_required) in self.schemas.members(schema) {
                fields.push(self.field(&Parameter {
                    name: name.to_owned(),
                    place: Place::Form,
                    is_required,
                    about: self.schemas.about(member).to_owned(),
                    schema: member.clone(),
                }));
            }
        }
        fields
    }

    fn field(&self, parameter: &Parameter) -> Field {
        let schema = &parameter.schema;
        let bound = |name| self.schemas.bound(schema, name);
        let choices = self.schemas.choices(schema);
        let input = match (choices, self.schemas.kind(schema)) {
            (Some(choices), _) => Input::Choice(choices.into_iter().map(plain).collect()),
            (None, Kind::Whole) => Input::Whole(bound("minimum"), bound("maximum")),
            (None, Kind::Truth) => Input::Choice(vec!["true".to_owned(), "false".to_owned()]),
            (None, _) if self.schemas.said(schema, "format") == Some("date") => Input::Day,
            (None, _) => Input::Text(bound("maxLength")),
        };
        Field {
            name: parameter.name.clone(),
            place: parameter.place,
            is_required: parameter.is_required,
            about: parameter.about.clone(),
            input,
            example: plain(&self.schemas.example_named(&parameter.name, schema)),
            schema: schema.clone(),
        }
    }

    /// A body to begin with: JSON that has what has to be there, or everything; empty where the body is no JSON.
    pub fn example_body(&self, operation: &Operation, fill: Fill) -> String {
        let chosen = operation.body.as_ref().and_then(|body| body.chosen());
        match chosen {
            Some((kind, schema)) if kind.ends_with("json") => {
                let example = self.schemas.example(schema, fill);
                serde_json::to_string_pretty(&example).unwrap_or_default()
            }
            Some((kind, _)) if kind == "text/csv" => CSV.to_owned(),
            _ => String::new(),
        }
    }
}

/// A file of order lines, as short as one can be.
const CSV: &str =
    "order_date,channel,order_id,sku,quantity,unit_price\n2026-11-29,trendyol,T-1,SKU-1,2,149.90\n";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Document {
        Document::from_value(json!({ "openapi": "3.1.0", "paths": { "/a/{id}": { "post": {
            "operationId": "a",
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string", "pattern": "^[a-z]+$" } },
                { "name": "limit", "in": "query", "schema": { "type": "integer", "minimum": 1, "maximum": 9 } },
                { "name": "from", "in": "query", "schema": { "type": "string", "format": "date" } },
                { "name": "by", "in": "query", "schema": { "enum": ["hour", "day"] } },
            ],
            "requestBody": { "content": { FORM_TYPE: { "schema": {
                "type": "object", "required": ["token"], "properties": {
                    "token": { "type": "string" }, "hint": { "type": "string" },
                },
            } } } },
        } } } }))
        .expect("a document")
    }

    #[test]
    fn a_field_is_of_the_kind_that_its_shape_says() {
        let document = document();
        let operation = document.operation("a").expect("it is there");
        let fields = document.fields(operation);
        let of = |key: &str| {
            fields
                .iter()
                .find(|field| field.key() == key)
                .expect("a field")
        };
        assert_eq!(of("query.limit").input, Input::Whole(Some(1), Some(9)));
        assert_eq!(of("query.from").input, Input::Day);
        assert_eq!(
            of("query.by").input,
            Input::Choice(vec!["hour".into(), "day".into()])
        );
        assert!(
            of("form.token").is_secret()
                && of("form.token").is_required
                && !of("form.hint").is_secret()
        );

        let wrong = |key: &str, text: &str| of(key).check(&document.schemas, text);
        assert_eq!(wrong("path.id", ""), Some(Trouble::Missing));
        assert_eq!(wrong("path.id", "A"), Some(Trouble::Unlike("a".into())));
        assert_eq!(wrong("path.id", "ab"), None);
        assert_eq!(wrong("query.limit", ""), None);
        assert_eq!(wrong("query.limit", "x"), Some(Trouble::NotOf(Kind::Whole)));
        assert_eq!(wrong("query.limit", "10"), Some(Trouble::Above(9)));
        assert_eq!(wrong("query.from", "2026-13-01"), Some(Trouble::NoDay));
        assert_eq!(
            wrong("query.by", "week"),
            Some(Trouble::NoneOf(vec!["hour".into(), "day".into()]))
        );
    }
}
