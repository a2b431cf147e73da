//! The OpenAPI document as the generator of clients reads it best: in the terms of OpenAPI 3.0.
//!
//! The generator's own reading of 3.1 loses that members of lists may be `null`. What is said stays the same:
//! `null` among types becomes `nullable`, a reference with words beside it becomes `allOf`, one of some constants
//! becomes one `enum`, and a file has one type. Out of scope: the document itself (`api::openapi`).

use serde_json::{Map, Value, json};

/// How a client takes a file that it sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileBody {
    /// As a file or bytes, whatever the language has for it.
    Bytes,
    /// As text, where the language's client would write bytes down as JSON.
    Text,
}

/// What a generator has to be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// How its clients take a file.
    pub file: FileBody,
    /// Whether it overlooks that members of a list may be `null`: these get a format of their own,
    /// [`NULLABLE_NUMBER`], for which a type can be named.
    pub marks_nullable_items: bool,
}

/// The format of numbers that may be `null`, for generators that have to be told.
pub const NULLABLE_NUMBER: &str = "nullable-double";

/// The document for a generator.
pub fn for_clients(mut document: Value, reader: Reader) -> Value {
    downgrade(&mut document);
    if reader.marks_nullable_items {
        mark_items(&mut document);
    }
    document["openapi"] = json!("3.0.3");
    if let Some(license) = document
        .pointer_mut("/info/license")
        .and_then(Value::as_object_mut)
    {
        license.remove("identifier");
    }
    let paths = document["paths"].as_object_mut();
    let operations = paths.into_iter().flat_map(Map::values_mut);
    for operation in operations
        .filter_map(Value::as_object_mut)
        .flat_map(Map::values_mut)
    {
        let Some(content) = operation.pointer_mut("/requestBody/content") else {
            continue;
        };
        if content.get("text/csv").is_some() {
            // The edge looks at the bytes, not at the type, to tell what they are.
            let schema = match reader.file {
                FileBody::Bytes => json!({ "type": "string", "format": "binary" }),
                FileBody::Text => json!({ "type": "string" }),
            };
            *content = json!({ "text/csv": { "schema": schema } });
        }
    }
    document
}

fn mark_items(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(items) = members.get_mut("items")
                && items["type"] == "number"
                && items["nullable"] == true
            {
                // Only of texts does the generator look at the format.
                *items = json!({ "type": "string", "format": NULLABLE_NUMBER });
            }
            members.values_mut().for_each(mark_items);
        }
        Value::Array(items) => items.iter_mut().for_each(mark_items),
        _ => {}
    }
}

fn downgrade(value: &mut Value) {
    match value {
        Value::Object(members) => {
            downgrade_schema(members);
            members.values_mut().for_each(downgrade);
        }
        Value::Array(items) => items.iter_mut().for_each(downgrade),
        _ => {}
    }
}

fn downgrade_schema(members: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = members.get("type") {
        let kept: Vec<Value> = types.iter().filter(|it| *it != "null").cloned().collect();
        let is_nullable = kept.len() < types.len();
        if let [only] = kept.as_slice() {
            members.insert("type".to_owned(), only.clone());
            if is_nullable {
                members.insert("nullable".to_owned(), json!(true));
            }
        }
    }
    if let Some(Value::Array(choices)) = members.get("anyOf") {
        let is_null = |choice: &Value| choice["type"] == "null";
        let kept: Vec<Value> = choices.iter().filter(|it| !is_null(it)).cloned().collect();
        if kept.len() < choices.len() {
            members.remove("anyOf");
            let name = if kept.len() == 1 { "allOf" } else { "anyOf" };
            members.insert(name.to_owned(), Value::Array(kept));
            members.insert("nullable".to_owned(), json!(true));
        }
    }
    if let Some(Value::Array(choices)) = members.get("oneOf") {
        let words: Vec<Value> = choices.iter().flat_map(words_of).collect();
        if !words.is_empty()
            && choices
                .iter()
                .all(|choice| words_of(choice).next().is_some())
        {
            members.remove("oneOf");
            members.insert("type".to_owned(), json!("string"));
            members.insert("enum".to_owned(), Value::Array(words));
        }
    }
    let has_words = members.contains_key("description") || members.contains_key("nullable");
    if has_words && let Some(reference @ Value::String(_)) = members.remove("$ref") {
        members.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
    }
}

/// The words that a choice stands for, each of which may have a description.
fn words_of(choice: &Value) -> impl Iterator<Item = Value> {
    let list = choice["enum"].as_array().into_iter().flatten();
    choice.get("const").into_iter().chain(list).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_null_is_nullable() {
        let mut schema = json!({
            "list": { "type": "array", "items": { "type": ["number", "null"] } },
            "one": { "anyOf": [{ "$ref": "#/a" }, { "type": "null" }], "description": "d" },
            "two": { "anyOf": [{ "$ref": "#/a" }, { "type": "string" }] },
            "said": { "$ref": "#/b", "description": "d" },
            "plain": { "$ref": "#/b" },
            "words": { "oneOf": [{ "const": "a", "type": "string" }, { "enum": ["b", "c"] }] },
        });
        downgrade(&mut schema);
        let expected = json!({
            "list": { "type": "array", "items": { "type": "number", "nullable": true } },
            "one": { "allOf": [{ "$ref": "#/a" }], "nullable": true, "description": "d" },
            "two": { "anyOf": [{ "$ref": "#/a" }, { "type": "string" }] },
            "said": { "allOf": [{ "$ref": "#/b" }], "description": "d" },
            "plain": { "$ref": "#/b" },
            "words": { "type": "string", "enum": ["a", "b", "c"] },
        });
        assert_eq!(schema, expected);
    }

    #[test]
    fn the_whole_document_is_in_the_terms_of_3_0() {
        let document = api::openapi::document("1");
        let mut reader = Reader {
            file: FileBody::Text,
            marks_nullable_items: false,
        };
        let made = for_clients(document.clone(), reader);
        let text = made.to_string();
        assert!(!text.contains("\"null\"") && !text.contains("\"type\":["));
        assert!(!text.contains("\"const\":"));
        assert!(!text.contains("application/gzip") && text.contains("\"text/csv\""));
        assert_eq!(
            made["paths"].as_object().map(Map::len),
            document["paths"].as_object().map(Map::len)
        );
        let items = "/components/schemas/Tile/properties/sparkline/items";
        let nullable = json!({ "type": "number", "format": "double", "nullable": true });
        assert_eq!(made.pointer(items), Some(&nullable));
        reader.marks_nullable_items = true;
        let made = for_clients(document, reader);
        let marked = json!({ "type": "string", "format": NULLABLE_NUMBER });
        assert_eq!(made.pointer(items), Some(&marked));
    }
}
