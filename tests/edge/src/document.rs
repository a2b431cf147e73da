//! The OpenAPI document as a judge: whether an answer is one that it declares.

use std::collections::BTreeMap;

use api::routes::Route;
use jsonschema::Validator;
use serde_json::{Value, json};

use crate::Answer;

/// The document, with what was compiled of it.
pub struct Document {
    document: Value,
    validators: BTreeMap<String, Validator>,
}

impl Document {
    /// The document that an edge serves.
    pub fn new(document: Value) -> Document {
        Document {
            document,
            validators: BTreeMap::new(),
        }
    }

    /// Checks an answer: its status is declared, its type too, and its body has the declared shape. Says what
    /// is wrong.
    pub fn check(&mut self, route: &Route, answer: &Answer) -> Result<(), String> {
        let method = route.method.name().to_ascii_lowercase();
        let about = format!("{method} {} {}", route.path, answer.status);
        let responses = &self.document["paths"][route.path][&method]["responses"];
        let mut response = &responses[answer.status.to_string()];
        if let Some(reference) = response["$ref"].as_str() {
            let pointer = reference.trim_start_matches('#');
            response = self.document.pointer(pointer).unwrap_or(&Value::Null);
        }
        if response.is_null() {
            return Err(format!("{about} is not declared: {}", answer.text()));
        }
        let Some(content) = response["content"].as_object() else {
            let is_empty = answer.bytes.is_empty();
            return is_empty.then_some(()).ok_or(format!("{about} has a body"));
        };
        let media_type = answer.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default();
        let Some(declared) = content.get(media_type) else {
            return Err(format!("{about}: {media_type} is not declared"));
        };
        if !media_type.ends_with("json") {
            return Ok(());
        }
        let schema = declared["schema"].clone();
        let compiled = match self.validators.entry(schema.to_string()) {
            std::collections::btree_map::Entry::Occupied(held) => held.into_mut(),
            std::collections::btree_map::Entry::Vacant(place) => {
                // References in it lead into the document's components.
                let mut whole = json!({ "components": self.document["components"] });
                whole["allOf"] = json!([schema]);
                let compiled = jsonschema::draft202012::options().build(&whole);
                place.insert(compiled.map_err(|error| format!("{about}: {error}"))?)
            }
        };
        let body = answer.json();
        let mut wrong = compiled.iter_errors(&body);
        match wrong.next() {
            Some(error) => Err(format!(
                "{about}: {error} at {}: {body}",
                error.instance_path()
            )),
            None => Ok(()),
        }
    }
}
