//! The OpenAPI 3.1 document, made of the table of routes and of the very types that both sides use.
//!
//! Built with the feature `openapi` by whatever builds the product, never in the Worker: the document is a
//! static file. What is not in a type (a summary, which statuses) is in [`operations`]; shapes of other crates
//! are in [`foreign`]. Out of scope: the app's own pages.

pub mod foreign;
mod operations;

use policy::{Role, Subject};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use serde_json::{Map, Value, json};

use crate::Problem;
use crate::routes::{Endpoint, Method, Needs, ROUTES, Route, Takes};
use operations::{Answer, Operation};

/// The document, for a version of the product.
pub fn document(version: &str) -> Value {
    let mut schemas = generator();
    let mut paths = Map::new();
    for route in &ROUTES {
        let methods = paths
            .entry(route.path)
            .or_insert_with(|| Value::Object(Map::new()));
        methods[route.method.name().to_ascii_lowercase()] = operation(route, &mut schemas);
    }
    let problem = schemas.subschema_for::<Problem>();
    let definitions = schemas.take_definitions(true);
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "MesChain BI",
            "version": version,
            "description": "Business intelligence for marketplace sellers. Errors are problems (RFC 9457) with \
                a stable type; what is left of rates and quotas is in RateLimit.",
            "license": { "name": "MIT", "identifier": "MIT" },
        },
        "servers": [{ "url": "/" }],
        "tags": operations::TAGS.map(|(name, description)| json!({ "name": name, "description": description })),
        "paths": paths,
        "components": {
            "schemas": definitions,
            "responses": { "Problem": {
                "description": "What went wrong, and what to do about it.",
                "headers": { "request-id": { "schema": { "type": "string" } } },
                "content": { Problem::CONTENT_TYPE: { "schema": problem } },
            } },
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "bearerFormat": "mbk_",
                    "description": "A key that an owner made, or an access token, with scopes." },
                "bound": { "type": "http", "scheme": "dpop",
                    "description": "An access token that is bound to a key, with a proof in the header DPoP (RFC 9449)." },
                "session": { "type": "apiKey", "in": "cookie", "name": crate::auth::SESSION_COOKIE,
                    "description": "A person's session; over https the name begins with __Host-." },
                "operator": { "type": "http", "scheme": "bearer",
                    "description": "The token of whoever runs the edge." },
            },
        },
    });
    say_widths(&mut document);
    document
}

/// Says widths of whole numbers by the formats that OpenAPI has; a program that writes clients takes what it does
/// not know for 32 bits.
fn say_widths(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::String(format)) = members.get_mut("format") {
                let known = match format.as_str() {
                    "uint" | "uint32" | "uint64" | "int" => "int64",
                    "uint8" | "uint16" | "int8" | "int16" => "int32",
                    _ => return,
                };
                *format = known.to_owned();
            }
            members.values_mut().for_each(say_widths);
        }
        Value::Array(items) => items.iter_mut().for_each(say_widths),
        _ => {}
    }
}

fn generator() -> SchemaGenerator {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    settings.into_generator()
}

fn operation(route: &Route, schemas: &mut SchemaGenerator) -> Value {
    let about = operations::of(route.endpoint);
    let mut responses = Map::new();
    for (status, answer) in &about.answers {
        responses.insert(status.to_string(), response(*answer, schemas));
    }
    for status in refusals(route, &about) {
        responses
            .entry(status.to_string())
            .or_insert_with(|| json!({ "$ref": "#/components/responses/Problem" }));
    }
    let mut operation = json!({
        "operationId": operations::name_of(route),
        "summary": about.summary,
        "tags": [about.tag],
        "security": security(route.needs),
        "parameters": parameters(route, &about),
        "responses": responses,
    });
    if let Some(body) = body(route, &about, schemas) {
        operation["requestBody"] = body;
    }
    if let Some(right) = route.needs.right() {
        let roles = Role::ALL
            .into_iter()
            .filter(|role| Subject::Person(*role).may(right));
        operation["x-roles"] = roles.map(Role::name).collect();
    }
    operation
}

/// One of these, each in full; an empty one stands for nobody known.
fn security(needs: Needs) -> Value {
    let by_key = |needs: Needs| {
        let scope = needs.right().and_then(|right| right.scope());
        let ways = ["key", "bound"];
        let ways = ways.map(|way| scope.map(|scope| json!({ way: [scope.name()] })));
        ways.into_iter().flatten()
    };
    match needs {
        Needs::Nothing => json!([]),
        Needs::Operator => json!([{ "operator": [] }]),
        Needs::Own(_) => {
            let ways = by_key(needs).chain([json!({ "session": [] })]);
            ways.collect()
        }
        Needs::Named(_) | Needs::InPath(_) | Needs::Home => {
            let ways = by_key(needs).chain([json!({ "session": [] })]);
            ways.chain([json!({})]).collect()
        }
    }
}

/// Statuses of problems that an endpoint may answer.
fn refusals(route: &Route, about: &Operation) -> Vec<u16> {
    // An address or a header may always be too long, a credential wrong, the server broken.
    let mut statuses = vec![400, 413, 500];
    if !matches!(route.endpoint, Endpoint::Health | Endpoint::Healthz) {
        // A wrong credential, somebody who is kept out, too many requests.
        statuses.extend([401, 403, 429]);
    }
    if route.method != Method::Get {
        statuses.push(403);
    }
    if route.path.contains('{') {
        statuses.push(404);
    }
    if route.takes != Takes::Nothing {
        statuses.extend([408, 415]);
    }
    match route.needs {
        Needs::Nothing | Needs::Operator => {}
        Needs::Own(_) => statuses.push(403),
        Needs::Named(_) | Needs::InPath(_) | Needs::Home => statuses.extend([403, 404]),
    }
    statuses.extend(about.refusals);
    statuses
}

fn parameters(route: &Route, about: &Operation) -> Vec<Value> {
    let mut parameters = Vec::new();
    if let Some((_, rest)) = route.path.split_once('{') {
        let name = rest.split('}').next().unwrap_or_default();
        let mut schema = foreign::named(name);
        if let Some(pattern) = about.id_pattern {
            schema = json!({ "type": "string", "pattern": pattern });
        }
        parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": schema }));
    }
    if matches!(route.needs, Needs::Named(_) | Needs::Home) {
        parameters.push(json!({
            "name": "company", "in": "query", "required": matches!(route.needs, Needs::Named(_)),
            "description": "The company; `demo` is open to everybody.",
            "schema": foreign::named("id"),
        }));
    }
    parameters.extend(about.parameters.iter().cloned());
    if !route.method.is_safe()
        && route
            .needs
            .right()
            .is_some_and(|right| right.scope().is_some())
    {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "The same request under the same key is done once and answered as before.",
            "schema": { "type": "string", "pattern": "^[!-~]{1,128}$" },
        }));
    }
    parameters
}

fn body(route: &Route, about: &Operation, schemas: &mut SchemaGenerator) -> Option<Value> {
    match route.takes {
        Takes::Nothing => None,
        Takes::Json => {
            let schema = about.body.map(|body| body(schemas));
            Some(
                json!({ "required": true, "content": { "application/json": { "schema": schema } } }),
            )
        }
        Takes::Form => {
            let schema = about.body.map(|body| body(schemas));
            let form = json!({ "application/x-www-form-urlencoded": { "schema": schema } });
            Some(json!({ "required": true, "content": form }))
        }
        Takes::File => Some(json!({
            "required": true,
            "description": "CSV, TSV, NDJSON or JSON, plain or packed by gzip.",
            "content": {
                "text/csv": { "schema": { "type": "string" } },
                "application/x-ndjson": { "schema": { "type": "string" } },
                "application/gzip": { "schema": { "type": "string", "format": "binary" } },
            },
        })),
    }
}

fn response(answer: Answer, schemas: &mut SchemaGenerator) -> Value {
    match answer {
        Answer::Json(description, schema) => json!({
            "description": description,
            "content": { "application/json": { "schema": schema(schemas) } },
        }),
        Answer::Bytes(description, media_type) => {
            // What is JSON of another standard is an object that this document says no more of.
            let schema = match media_type.ends_with("json") {
                true => json!({ "type": "object" }),
                false => json!({ "type": "string", "format": "binary" }),
            };
            json!({ "description": description, "content": { media_type: { "schema": schema } } })
        }
        Answer::Empty(description) => json!({ "description": description }),
        Answer::Refused => {
            let error = schemas.subschema_for::<crate::oauth::OAuthError>();
            let problem = schemas.subschema_for::<Problem>();
            json!({
                "description": "Why there is no token; a problem where the gateway refused the request before.",
                "content": {
                    "application/json": { "schema": error },
                    Problem::CONTENT_TYPE: { "schema": problem },
                },
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Every `$ref` in a document.
    fn references(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                for (name, member) in members {
                    if let (true, Value::String(to)) = (name == "$ref", member) {
                        found.insert(to.clone());
                    }
                    references(member, found);
                }
            }
            Value::Array(items) => items.iter().for_each(|item| references(item, found)),
            _ => {}
        }
    }

    #[test]
    fn every_endpoint_is_in_it_and_every_reference_leads_somewhere() {
        let document = document("1.2.3");
        let mut operations = BTreeSet::new();
        for methods in document["paths"].as_object().unwrap().values() {
            for operation in methods.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(operations.insert(id.to_owned()), "{id} twice");
                assert!(!operation["summary"].as_str().unwrap().is_empty());
            }
        }
        assert_eq!(operations.len(), ROUTES.len());
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 10);
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
        assert_eq!(document["info"]["version"], "1.2.3");
    }

    /// Shapes inside a shape that programs would have to make up a name for.
    fn nameless(about: &str, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(members) => {
                if members.contains_key("enum") || members.contains_key("properties") {
                    found.push(about.to_owned());
                }
                for (name, member) in members {
                    nameless(&format!("{about}/{name}"), member, found);
                }
            }
            Value::Array(items) => {
                for item in items {
                    nameless(about, item, found);
                }
            }
            _ => {}
        }
    }

    #[test]
    fn programs_that_write_clients_find_a_name_for_everything() {
        let document = document("1");
        let mut found = Vec::new();
        for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
            for (member, shape) in schema["properties"].as_object().into_iter().flatten() {
                nameless(&format!("{name}/{member}"), shape, &mut found);
            }
        }
        for (path, methods) in document["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                for parameter in operation["parameters"].as_array().unwrap() {
                    nameless(id, &parameter["schema"], &mut found);
                }
                let json = "content/application~1json/schema";
                for response in operation["responses"].as_object().unwrap().values() {
                    let schema = response
                        .pointer(&format!("/{json}"))
                        .unwrap_or(&Value::Null);
                    nameless(id, schema, &mut found);
                }
                let body = operation.pointer(&format!("/requestBody/{json}"));
                nameless(id, body.unwrap_or(&Value::Null), &mut found);
                let verbs = [
                    "get",
                    "list",
                    "send",
                    "make",
                    "put",
                    "change",
                    "invite",
                    "claim",
                    "start",
                    "add",
                    "remove",
                    "restore",
                    "rotate",
                    "revoke",
                    "end",
                    "decide",
                    "issue",
                    "introspect",
                    "sign",
                    "recover",
                    "migrate",
                ];
                assert!(
                    verbs.iter().any(|verb| id.starts_with(verb)),
                    "{id} of {path} begins with a verb"
                );
            }
        }
        assert_eq!(found, Vec::<String>::new());
        let formats = document.to_string();
        assert!(!formats.contains("\"uint"), "OpenAPI has no such format");
    }

    #[test]
    fn it_is_the_same_each_time() {
        assert_eq!(document("1").to_string(), document("1").to_string());
    }
}
