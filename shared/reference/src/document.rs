//! The document: groups of operations, and what each takes, answers and needs.

use serde_json::{Map, Value};
use thiserror::Error;

use crate::schema::Schemas;

/// The longest document that is read, in bytes.
pub const DOCUMENT_BYTES_MAX: usize = 4 << 20;
/// The most operations that are read.
pub const OPERATIONS_MAX: usize = 2_000;

/// Why a document cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// It is no JSON.
    #[error("the document is no JSON: fetch it anew")]
    NotJson,
    /// It is of another kind.
    #[error("the document is no OpenAPI 3 document: fetch /api/openapi.json")]
    NotOpenApi,
    /// It is too long.
    #[error(
        "the document is longer than {DOCUMENT_BYTES_MAX} bytes or has more than {OPERATIONS_MAX} operations"
    )]
    TooLong,
}

/// A document.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    /// What it is called.
    pub title: String,
    /// The version of the product that it is of.
    pub version: String,
    /// What it says of itself.
    pub about: String,
    /// The groups, in its order.
    pub groups: Vec<Group>,
    /// The operations, in the order of their groups, paths and methods.
    pub operations: Vec<Operation>,
    /// Name of a session's cookie over http.
    pub session_cookie: String,
    /// The named shapes.
    pub schemas: Schemas,
}

/// A group of operations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// What it is about.
    pub about: String,
}

/// A method of a path.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its name, which no other has.
    pub id: String,
    /// Its method, such as `GET`.
    pub method: String,
    /// Its path, with parameters in braces.
    pub path: String,
    /// One line.
    pub summary: String,
    /// The name of its group.
    pub group: String,
    /// Who may ask.
    pub access: Access,
    /// What is said beside the body.
    pub parameters: Vec<Parameter>,
    /// What is sent.
    pub body: Option<Body>,
    /// What is answered, by status.
    pub answers: Vec<Answer>,
    /// Whether callers should leave it.
    pub is_deprecated: bool,
}

/// Who may ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// Whether nobody known may, or may for some companies.
    pub is_open: bool,
    /// Whether a person's session may.
    pub by_session: bool,
    /// Whether the operator's token may.
    pub by_operator: bool,
    /// The scope that a key or token needs; none where none will do.
    pub scope: Option<String>,
    /// The roles that a person may have; all where nothing is said.
    pub roles: Vec<String>,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In a header.
    Header,
    /// In the body, where that is a form.
    Form,
}

impl Place {
    /// Its name in the document.
    pub const fn name(self) -> &'static str {
        match self {
            Place::Path => "path",
            Place::Query => "query",
            Place::Header => "header",
            Place::Form => "form",
        }
    }
}

/// A parameter.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it has to be there.
    pub is_required: bool,
    /// What it means.
    pub about: String,
    /// Its shape.
    pub schema: Value,
}

/// What is sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Body {
    /// What it is.
    pub about: String,
    /// Its types, each with its shape; the one that is offered first.
    pub types: Vec<(String, Value)>,
}

/// The type of JSON.
pub const JSON_TYPE: &str = "application/json";
/// The type of forms.
pub const FORM_TYPE: &str = "application/x-www-form-urlencoded";

impl Body {
    /// The type that is sent: JSON or a form where it may be one of these, else the first text.
    pub fn chosen(&self) -> Option<&(String, Value)> {
        let named = |wanted: &str| self.types.iter().find(|(name, _)| name == wanted);
        let text = || {
            self.types
                .iter()
                .find(|(name, _)| name.starts_with("text/"))
        };
        named(JSON_TYPE)
            .or_else(|| named(FORM_TYPE))
            .or_else(text)
            .or_else(|| self.types.first())
    }
}

/// What is answered under a status.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: String,
    /// What it means.
    pub about: String,
    /// Its types, each with its shape; none where there is no body.
    pub types: Vec<(String, Value)>,
}

impl Answer {
    /// Whether it is what was hoped for.
    pub fn is_success(&self) -> bool {
        self.status.starts_with(['1', '2', '3'])
    }
}

const METHODS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

impl Document {
    /// Reads a document.
    pub fn read(text: &str) -> Result<Document, DocumentError> {
        if text.len() > DOCUMENT_BYTES_MAX {
            return Err(DocumentError::TooLong);
        }
        let value: Value = serde_json::from_str(text).map_err(|_| DocumentError::NotJson)?;
        Document::from_value(value)
    }

    /// Reads a document that is JSON already.
    pub fn from_value(mut value: Value) -> Result<Document, DocumentError> {
        let is_known = said(&value, "openapi").starts_with("3.");
        let (true, Some(Value::Object(paths))) = (is_known, value.get("paths")) else {
            return Err(DocumentError::NotOpenApi);
        };
        let mut operations = Vec::new();
        for (path, methods) in paths {
            for method in METHODS {
                if let Some(operation) = methods.get(method) {
                    operations.push(read_operation(&value, path, method, operation));
                }
            }
        }
        if operations.len() > OPERATIONS_MAX {
            return Err(DocumentError::TooLong);
        }
        let tags = value.get("tags").and_then(Value::as_array);
        let mut groups: Vec<Group> = tags
            .into_iter()
            .flatten()
            .map(|tag| Group {
                name: said(tag, "name"),
                about: said(tag, "description"),
            })
            .collect();
        // No operation is lost for a group that the document does not list.
        for operation in &operations {
            if !groups.iter().any(|group| group.name == operation.group) {
                groups.push(Group {
                    name: operation.group.clone(),
                    about: String::new(),
                });
            }
        }
        let place = |group: &str| groups.iter().position(|one| one.name == group);
        operations.sort_by_key(|operation| place(&operation.group));
        let info = value.get("info").cloned().unwrap_or_default();
        let cookie = value.pointer("/components/securitySchemes/session/name");
        Ok(Document {
            title: said(&info, "title"),
            version: said(&info, "version"),
            about: said(&info, "description"),
            session_cookie: cookie
                .and_then(Value::as_str)
                .unwrap_or("session")
                .to_owned(),
            groups,
            operations,
            schemas: Schemas::new(taken(&mut value)),
        })
    }

    /// The operation of a name.
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Operations in which each word of a search stands somewhere, whatever the case; all without one.
    pub fn found(&self, search: &str) -> Vec<&Operation> {
        let words: Vec<String> = search.split_whitespace().map(str::to_lowercase).collect();
        let is_found = |operation: &&Operation| {
            let Operation {
                id,
                method,
                path,
                summary,
                group,
                ..
            } = operation;
            let text = format!("{id} {method} {path} {summary} {group}").to_lowercase();
            words.iter().all(|word| text.contains(word))
        };
        self.operations.iter().filter(is_found).collect()
    }
}

/// The named shapes, taken out of the document.
fn taken(document: &mut Value) -> Map<String, Value> {
    match document.pointer_mut("/components/schemas").map(Value::take) {
        Some(Value::Object(named)) => named,
        _ => Map::new(),
    }
}

fn said(value: &Value, name: &str) -> String {
    let text = value.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

fn read_operation(document: &Value, path: &str, method: &str, operation: &Value) -> Operation {
    let parameters = operation.get("parameters").and_then(Value::as_array);
    let answers = operation.get("responses").and_then(Value::as_object);
    let group = operation.pointer("/tags/0").and_then(Value::as_str);
    let id = said(operation, "operationId");
    Operation {
        id: match id.is_empty() {
            true => format!("{method} {path}"),
            false => id,
        },
        method: method.to_ascii_uppercase(),
        path: path.to_owned(),
        summary: said(operation, "summary"),
        group: group.unwrap_or_default().to_owned(),
        access: read_access(operation),
        parameters: parameters
            .into_iter()
            .flatten()
            .filter_map(read_parameter)
            .collect(),
        body: operation.get("requestBody").map(|body| Body {
            about: said(body, "description"),
            types: read_types(body),
        }),
        answers: answers
            .into_iter()
            .flatten()
            .map(|(status, answer)| {
                let answer = referred(document, answer);
                Answer {
                    status: status.clone(),
                    about: said(answer, "description"),
                    types: read_types(answer),
                }
            })
            .collect(),
        is_deprecated: operation.get("deprecated") == Some(&Value::Bool(true)),
    }
}

/// What a reference leads to, if it is one.
fn referred<'d>(document: &'d Value, value: &'d Value) -> &'d Value {
    let to = value.get("$ref").and_then(Value::as_str);
    let pointer = to.and_then(|to| to.strip_prefix('#'));
    pointer
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(value)
}

fn read_access(operation: &Value) -> Access {
    let ways = operation.get("security").and_then(Value::as_array);
    let ways = ways.map_or(&[][..], Vec::as_slice);
    let scheme = |name: &str| ways.iter().find_map(|way| way.get(name));
    let scope = scheme("key")
        .and_then(|scopes| scopes.get(0))
        .and_then(Value::as_str);
    let roles = operation.get("x-roles").and_then(Value::as_array);
    Access {
        is_open: ways.is_empty()
            || ways
                .iter()
                .any(|way| way.as_object().is_some_and(Map::is_empty)),
        by_session: scheme("session").is_some(),
        by_operator: scheme("operator").is_some(),
        scope: scope.map(str::to_owned),
        roles: roles
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
    }
}

fn read_parameter(parameter: &Value) -> Option<Parameter> {
    let place = match parameter.get("in")?.as_str()? {
        "path" => Place::Path,
        "query" => Place::Query,
        "header" => Place::Header,
        _ => return None,
    };
    Some(Parameter {
        name: said(parameter, "name"),
        place,
        is_required: parameter.get("required") == Some(&Value::Bool(true)),
        about: said(parameter, "description"),
        schema: parameter.get("schema").cloned().unwrap_or_default(),
    })
}

fn read_types(holder: &Value) -> Vec<(String, Value)> {
    let types = holder.get("content").and_then(Value::as_object);
    let schema = |kind: &Value| kind.get("schema").cloned().unwrap_or_default();
    let types = types.into_iter().flatten();
    types
        .map(|(name, kind)| (name.clone(), schema(kind)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_document_is_refused() {
        assert_eq!(Document::read("{"), Err(DocumentError::NotJson));
        assert_eq!(Document::read("{}"), Err(DocumentError::NotOpenApi));
        assert_eq!(
            Document::read(r#"{"openapi":"2.0","paths":{}}"#),
            Err(DocumentError::NotOpenApi)
        );
        let long = format!(
            "{{\"openapi\":\"3.1.0\",\"paths\":{{}},\"x\":\"{}\"}}",
            "x".repeat(DOCUMENT_BYTES_MAX)
        );
        assert_eq!(Document::read(&long), Err(DocumentError::TooLong));
        let least =
            Document::read(r#"{"openapi":"3.1.0","paths":{}}"#).expect("the least that is one");
        assert!(least.operations.is_empty());
    }

    #[test]
    fn an_operation_that_says_little_is_read_too() {
        let text = r#"{"openapi":"3.1.0","paths":{"/a":{"get":{"deprecated":true,"parameters":[{"in":"cookie"}]}}}}"#;
        let document = Document::read(text).expect("a document");
        let operation = document
            .operation("get /a")
            .expect("it has a name of its own");
        assert!(operation.is_deprecated && operation.access.is_open);
        assert!(operation.parameters.is_empty());
        assert_eq!(document.groups.len(), 1);
    }

    #[test]
    fn a_search_finds_by_each_of_its_words() {
        let text = r#"{"openapi":"3.1.0","paths":{
            "/keys":{"get":{"operationId":"listKeys","summary":"List keys"},"post":{"operationId":"makeKey"}},
            "/people":{"get":{"operationId":"listPeople"}}}}"#;
        let document = Document::read(text).expect("a document");
        let found = |search: &str| {
            document
                .found(search)
                .iter()
                .map(|it| it.id.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(found("LIST get"), ["listKeys", "listPeople"]);
        assert_eq!(found("keys post"), ["makeKey"]);
        assert_eq!(found("").len(), 3);
        assert_eq!(found("nothing"), Vec::<String>::new());
    }
}
