//! A request, made of what was filled in.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::check::{Found, Trouble};
use crate::document::{Document, FORM_TYPE, Operation, Place};
use crate::form::SECRETS;

/// The longest body, in bytes: as much as the edge takes of JSON and forms.
pub const BODY_BYTES_MAX: usize = 64 << 10;

/// What a person has filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// Values by the fields' keys; an empty one counts as none.
    pub values: BTreeMap<String, String>,
    /// The body, where it is no form.
    pub body: String,
}

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// Nobody known.
    Nobody,
    /// The person whose session the browser holds.
    Session,
    /// A key or an access token.
    Bearer(String),
}

/// What is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Its method.
    pub method: String,
    /// Path and query.
    pub address: String,
    /// Its headers, without those that say who asks.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Option<String>,
}

/// Why there is no request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A field is not filled in as it has to be: its key, and what is wrong.
    Field(String, Trouble),
    /// The body is no JSON: the line and the column where it ends to be.
    NotJson(usize, usize),
    /// The body is not of its shape.
    Body(Vec<Found>),
    /// The body is longer than [`BODY_BYTES_MAX`].
    TooLong,
}

/// What is left out of a request that others see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secrets {
    /// Nothing: it is sent.
    Shown,
    /// Each secret is its name in capitals.
    Hidden,
}

impl Document {
    /// Checks what was filled in, everything of it.
    pub fn check_draft(&self, operation: &Operation, draft: &Draft) -> Vec<Refusal> {
        let mut refusals = Vec::new();
        for field in self.fields(operation) {
            let text = value(draft, &field.key());
            if let Some(trouble) = field.check(&self.schemas, text) {
                refusals.push(Refusal::Field(field.key(), trouble));
            }
        }
        let chosen = operation.body.as_ref().and_then(|body| body.chosen());
        let Some((kind, schema)) = chosen.filter(|(kind, _)| kind != FORM_TYPE) else {
            return refusals;
        };
        if draft.body.len() > BODY_BYTES_MAX {
            refusals.push(Refusal::TooLong);
        } else if kind.ends_with("json") {
            match serde_json::from_str::<Value>(&draft.body) {
                Err(error) => refusals.push(Refusal::NotJson(error.line(), error.column())),
                Ok(value) => {
                    let found = self.schemas.check(schema, &value);
                    if !found.is_empty() {
                        refusals.push(Refusal::Body(found));
                    }
                }
            }
        }
        refusals
    }

    /// The request of what was filled in, checked or not: what is missing is left in braces.
    pub fn request(&self, operation: &Operation, draft: &Draft, secrets: Secrets) -> Request {
        let mut address = operation.path.clone();
        let mut query = Vec::new();
        let mut form = Vec::new();
        let mut headers = Vec::new();
        for field in self.fields(operation) {
            let held = value(draft, &field.key());
            if held.is_empty() {
                continue;
            }
            let text = match secrets == Secrets::Hidden && field.is_secret() {
                true => field.name.to_uppercase(),
                false => held.to_owned(),
            };
            let pair = || format!("{}={}", encoded(&field.name), encoded(&text));
            match field.place {
                Place::Path => {
                    address = address.replace(&format!("{{{}}}", field.name), &encoded(&text))
                }
                Place::Query => query.push(pair()),
                Place::Form => form.push(pair()),
                Place::Header => headers.push((field.name.clone(), text)),
            }
        }
        if !query.is_empty() {
            address = format!("{address}?{}", query.join("&"));
        }
        let chosen = operation.body.as_ref().and_then(|body| body.chosen());
        let body = chosen.map(|(kind, _)| {
            headers.push(("Content-Type".to_owned(), kind.clone()));
            match (kind == FORM_TYPE, secrets) {
                (true, _) => form.join("&"),
                (false, Secrets::Shown) => draft.body.clone(),
                (false, Secrets::Hidden) => without_secrets(&draft.body),
            }
        });
        Request {
            method: operation.method.clone(),
            address,
            headers,
            body,
        }
    }
}

fn value<'d>(draft: &'d Draft, key: &str) -> &'d str {
    draft
        .values
        .get(key)
        .map(|text| text.trim())
        .unwrap_or_default()
}

/// JSON whose secrets are their names in capitals; text of another kind as it is.
fn without_secrets(body: &str) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(body) else {
        return body.to_owned();
    };
    match hide(&mut value) {
        true => serde_json::to_string_pretty(&value).unwrap_or_default(),
        // As it was written, order and all.
        false => body.to_owned(),
    }
}

/// Hides secrets; answers whether there were any.
fn hide(value: &mut Value) -> bool {
    match value {
        Value::Object(members) => {
            let mut is_hidden = false;
            for (name, member) in members {
                if SECRETS.contains(&name.as_str()) && member.is_string() {
                    *member = Value::String(name.to_uppercase());
                    is_hidden = true;
                } else {
                    is_hidden |= hide(member);
                }
            }
            is_hidden
        }
        Value::Array(entries) => entries
            .iter_mut()
            .fold(false, |is_hidden, entry| hide(entry) | is_hidden),
        _ => false,
    }
}

/// A text as a part of an address: everything but letters, digits and `-._~` by its bytes (RFC 3986, 2.3).
pub fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte))
            }
            _ => {
                out.push('%');
                for half in [byte >> 4, byte & 15] {
                    let digit = char::from_digit(u32::from(half), 16).unwrap_or('0');
                    out.push(digit.to_ascii_uppercase());
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::schema::Kind;

    fn document() -> Document {
        Document::from_value(json!({ "openapi": "3.1.0", "paths": {
            "/keys/{id}/rotate": { "post": {
                "operationId": "rotate",
                "parameters": [
                    { "name": "id", "in": "path", "required": true, "schema": { "type": "string" } },
                    { "name": "Idempotency-Key", "in": "header", "schema": { "type": "string" } },
                    { "name": "company", "in": "query", "schema": { "type": "string" } },
                ],
                "requestBody": { "content": { "application/json": { "schema": {
                    "type": "object", "properties": { "overlap_hours": { "type": "integer" }, "token": { "type": "string" } },
                } } } },
            } },
            "/token": { "post": { "operationId": "token", "requestBody": { "content": { FORM_TYPE: { "schema": {
                "type": "object", "required": ["grant_type"],
                "properties": { "grant_type": { "type": "string" }, "client_secret": { "type": "string" } },
            } } } } } },
        } }))
        .expect("a document")
    }

    fn draft(values: &[(&str, &str)], body: &str) -> Draft {
        let values = values
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        Draft {
            values: values.collect(),
            body: body.to_owned(),
        }
    }

    #[test]
    fn a_request_has_everything_in_its_place() {
        let document = document();
        let operation = document.operation("rotate").expect("it is there");
        let values = [
            ("path.id", "a/b"),
            ("query.company", "c 1"),
            ("header.Idempotency-Key", "once"),
        ];
        let draft = draft(&values, "{\"overlap_hours\": 1}");
        assert_eq!(document.check_draft(operation, &draft), []);
        let request = document.request(operation, &draft, Secrets::Shown);
        assert_eq!(request.address, "/keys/a%2Fb/rotate?company=c%201");
        let headers = [
            ("Idempotency-Key", "once"),
            ("Content-Type", "application/json"),
        ];
        let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(request.headers, headers);
        assert_eq!(request.body.as_deref(), Some("{\"overlap_hours\": 1}"));
    }

    #[test]
    fn what_is_wrong_is_told_all_at_once() {
        let document = document();
        let operation = document.operation("rotate").expect("it is there");
        let refusals = document.check_draft(operation, &draft(&[], "{\"overlap_hours\": \"1\"}"));
        let place = Found {
            at: "/overlap_hours".into(),
            trouble: Trouble::NotOf(Kind::Whole),
        };
        assert_eq!(
            refusals,
            [
                Refusal::Field("path.id".into(), Trouble::Missing),
                Refusal::Body(vec![place])
            ]
        );
        let refusals =
            document.check_draft(operation, &draft(&[("path.id", "a")], "{\n  \"a\" 1}"));
        assert_eq!(refusals, [Refusal::NotJson(2, 7)]);
        let long = document.check_draft(
            operation,
            &draft(&[("path.id", "a")], &" ".repeat(BODY_BYTES_MAX + 1)),
        );
        assert_eq!(long, [Refusal::TooLong]);
    }

    #[test]
    fn secrets_are_shown_to_nobody() {
        let document = document();
        let operation = document.operation("token").expect("it is there");
        let draft_of_form = draft(
            &[
                ("form.grant_type", "client_credentials"),
                ("form.client_secret", "s&s"),
            ],
            "",
        );
        let sent = document.request(operation, &draft_of_form, Secrets::Shown);
        assert!(
            sent.body
                .as_deref()
                .is_some_and(|body| body.contains("client_secret=s%26s"))
        );
        let shown = document.request(operation, &draft_of_form, Secrets::Hidden);
        assert!(shown.body.as_deref().is_some_and(|body| {
            body.contains("client_secret=CLIENT_SECRET") && !body.contains("s%26s")
        }));

        let operation = document.operation("rotate").expect("it is there");
        let with_token = draft(
            &[("path.id", "a")],
            "{\"token\":\"t0k3n\",\"deep\":[{\"code\":\"1234\"}]}",
        );
        let shown = document.request(operation, &with_token, Secrets::Hidden);
        let body = shown.body.expect("a body");
        assert!(!body.contains("t0k3n") && !body.contains("1234"), "{body}");
        assert!(
            body.contains("\"TOKEN\"") && body.contains("\"CODE\""),
            "{body}"
        );
    }

    proptest! {
        #[test]
        fn an_encoded_text_reads_back(text in ".{0,40}") {
            let encoded = encoded(&text);
            prop_assert!(encoded.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%".contains(&byte)));
            let mut bytes = Vec::new();
            let mut rest = encoded.as_str();
            while let Some(first) = rest.chars().next() {
                let length = if first == '%' { 3 } else { 1 };
                match first {
                    '%' => bytes.push(u8::from_str_radix(&rest[1..3], 16).expect("two digits")),
                    _ => bytes.push(rest.as_bytes()[0]),
                }
                rest = &rest[length..];
            }
            prop_assert_eq!(String::from_utf8(bytes).expect("the text"), text);
        }
    }
}
