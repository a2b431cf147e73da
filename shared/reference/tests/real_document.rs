//! Everything over the project's own document, as the product serves it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use reference::document::{FORM_TYPE, JSON_TYPE};
use reference::example::Fill;
use reference::request::Secrets;
use reference::samples::{Language, sample, secret_header};
use reference::{Credential, Document, Draft, Operation};
use serde_json::{Value, json};

fn served() -> Value {
    api::openapi::document("tested")
}

fn document() -> Document {
    Document::read(&served().to_string()).expect("the product's own document is read")
}

/// A draft with every field filled in by its example.
fn filled(document: &Document, operation: &Operation, fill: Fill) -> Draft {
    let fields = document.fields(operation).into_iter();
    let wanted = fields.filter(|field| field.is_required || fill == Fill::All);
    Draft {
        values: wanted
            .map(|field| (field.key(), field.example.clone()))
            .collect(),
        body: document.example_body(operation, fill),
    }
}

#[test]
fn every_route_is_an_operation_of_a_group_that_is_told_of() {
    let document = document();
    assert_eq!(document.operations.len(), api::routes::ROUTES.len());
    for route in &api::routes::ROUTES {
        let is_it = |operation: &&Operation| {
            operation.method == route.method.name() && operation.path == route.path
        };
        let operation = document
            .operations
            .iter()
            .find(is_it)
            .expect("each route is there");
        let scope = route.needs.right().and_then(|right| right.scope());
        assert_eq!(
            operation.access.scope.as_deref(),
            scope.map(|scope| scope.name()),
            "{route:?}"
        );
        assert_eq!(
            operation.body.is_some(),
            route.takes != api::routes::Takes::Nothing,
            "{route:?}"
        );
        assert!(
            operation.answers.iter().any(|answer| answer.is_success()),
            "{route:?}"
        );
        assert!(!operation.summary.is_empty());
        let group = document
            .groups
            .iter()
            .find(|group| group.name == operation.group);
        assert!(
            group.is_some_and(|group| !group.about.is_empty()),
            "{route:?}"
        );
        assert_eq!(document.operation(&operation.id), Some(operation));
        let has_roles = !operation.access.roles.is_empty();
        assert_eq!(
            has_roles,
            route.needs.right().is_some(),
            "{route:?} says which roles may"
        );
    }
    let keys = document.operation("listKeys").expect("an operation");
    assert_eq!(keys.access.roles, ["owner"]);
}

#[test]
fn every_operation_yields_a_request_that_is_as_the_document_says() {
    let document = document();
    for operation in &document.operations {
        for fill in [Fill::Required, Fill::All] {
            let draft = filled(&document, operation, fill);
            assert_eq!(
                document.check_draft(operation, &draft),
                [],
                "{}",
                operation.id
            );
            let request = document.request(operation, &draft, Secrets::Shown);
            assert_eq!(request.method, operation.method);
            assert!(!request.address.contains(['{', ' ']), "{}", request.address);
            let path = request.address.split('?').next().unwrap_or_default();
            let found = api::routes::find(&request.method, path).expect("it is found");
            assert_eq!(found.route.path, operation.path);
            let query = request
                .address
                .split_once('?')
                .map_or("", |(_, query)| query);
            for pair in query.split('&').filter(|pair| !pair.is_empty()) {
                let name = pair.split('=').next().unwrap_or_default();
                assert!(found.route.query().any(|known| known == name), "{pair}");
            }
            assert_eq!(
                request.body.is_some(),
                operation.body.is_some(),
                "{}",
                operation.id
            );
        }
    }
}

/// The document's own shapes say what an example is worth: by a validator that is not ours.
#[test]
fn every_example_is_of_its_shape() {
    let served = served();
    let document = document();
    let mut examined = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut examine = |about: &str, schema: &Value| {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": served["components"],
            "allOf": [schema],
        });
        let validator = jsonschema::validator_for(&whole).expect("a shape");
        for fill in [Fill::Required, Fill::All] {
            let example = document.schemas.example(schema, fill);
            for error in validator.iter_errors(&example) {
                wrong.push(format!("{about}: {error} in {example}"));
            }
            let own = document.schemas.check(schema, &example);
            assert_eq!(own, [], "{about}: {example}");
        }
        examined.insert(about.to_owned());
    };
    for operation in &document.operations {
        for (kind, schema) in operation.body.iter().flat_map(|body| &body.types) {
            if [JSON_TYPE, FORM_TYPE].contains(&kind.as_str()) {
                examine(&operation.id, schema);
            }
        }
        for answer in &operation.answers {
            for (kind, schema) in &answer.types {
                if kind == JSON_TYPE {
                    examine(&format!("{} {}", operation.id, answer.status), schema);
                }
            }
        }
        for parameter in &operation.parameters {
            examine(
                &format!("{} {}", operation.id, parameter.name),
                &parameter.schema,
            );
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(examined.len() > 100, "{}", examined.len());
}

/// Every pattern of a parameter or a body is understood, so that a mistake is told before it is sent.
#[test]
fn every_pattern_is_understood() {
    fn patterns(value: &Value, found: &mut BTreeSet<String>) {
        match value {
            Value::Object(members) => {
                if let Some(Value::String(pattern)) = members.get("pattern") {
                    found.insert(pattern.clone());
                }
                members.values().for_each(|member| patterns(member, found));
            }
            Value::Array(entries) => entries.iter().for_each(|entry| patterns(entry, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    patterns(&served(), &mut found);
    assert!(found.len() > 5, "{found:?}");
    for pattern in found {
        let read = reference::pattern::Pattern::read(&pattern);
        let read = read.unwrap_or_else(|| panic!("{pattern} is not understood"));
        let example = read.example().expect("an example");
        assert!(read.fits(&example), "{pattern}: {example:?}");
    }
}

#[test]
fn what_is_answered_can_be_read_line_by_line() {
    let document = document();
    for operation in &document.operations {
        for answer in &operation.answers {
            for (kind, schema) in answer.types.iter().filter(|(kind, _)| kind == JSON_TYPE) {
                let lines = document.schemas.outline(schema);
                let is_any = document.schemas.members(schema).is_empty();
                assert_eq!(lines.is_empty(), is_any, "{} {kind}", operation.id);
                assert!(lines.iter().all(|line| !line.kind.is_empty()));
            }
        }
    }
    let listed = document.operation("listKeys").expect("an operation");
    let answer = listed
        .answers
        .iter()
        .find(|answer| answer.status == "200")
        .expect("an answer");
    let (_, schema) = answer.types.first().expect("a shape");
    let lines = document.schemas.outline(schema);
    let scopes = lines
        .iter()
        .find(|line| line.name == "scopes")
        .expect("keys have scopes");
    assert!(scopes.kind.contains("read:bi"), "{scopes:?}");
}

const SUFFIXES: [(Language, &str); 4] = [
    (Language::Curl, "sh"),
    (Language::TypeScript, "mjs"),
    (Language::Python, "py"),
    (Language::Rust, "rs"),
];

/// Bodies and values that are hard to write down, beside those of the examples.
const ODD: &str =
    "{\"name\": \"O'Neil \\\"$HOME\\\" `id` \\\\ ${x} %s ş\\u0001 \u{202e}\u{2028}\"}";

/// Writes the samples of every operation into a folder; gives their files.
fn written(folder: &Path, language: Language, suffix: &str) -> Vec<PathBuf> {
    let document = document();
    let mut files = Vec::new();
    for operation in &document.operations {
        let mut drafts = vec![filled(&document, operation, Fill::All)];
        if drafts[0].body.starts_with('{') {
            drafts.push(Draft {
                body: ODD.to_owned(),
                ..drafts[0].clone()
            });
            drafts.push(Draft {
                body: "{'no': JSON}".to_owned(),
                ..drafts[0].clone()
            });
        }
        for (number, draft) in drafts.iter().enumerate() {
            let request = document.request(operation, draft, Secrets::Hidden);
            for credential in [
                Credential::Nobody,
                Credential::Session,
                Credential::Bearer("mbk_secret".to_owned()),
            ] {
                let secret = secret_header(&document, operation, &credential);
                let text = sample(language, "https://bi.example", &request, secret.as_ref());
                assert!(!text.contains("mbk_secret"), "{text}");
                let kind = match &credential {
                    Credential::Nobody => "nobody",
                    Credential::Session => "session",
                    Credential::Bearer(_) => "key",
                };
                let file = folder.join(format!("{}_{number}_{kind}.{suffix}", operation.id));
                fs::write(&file, text).expect("a file");
                files.push(file);
            }
        }
    }
    files
}

/// Runs a tool on files; says so where it is not here.
fn held_to(mut tool: Command, files: &[PathBuf]) {
    match tool.args(files).output() {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{tool:?}: {said}");
        }
        Err(error) => eprintln!(
            "not held to {:?}, which is not here: {error}",
            tool.get_program()
        ),
    }
}

#[test]
fn every_sample_is_what_its_language_takes() {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("samples");
    for (language, suffix) in SUFFIXES {
        let folder = root.join(suffix);
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        let files = written(&folder, language, suffix);
        assert!(files.len() > 150, "{}", files.len());
        match language {
            Language::Curl => {
                let mut tool = Command::new("bash");
                tool.args([
                    "-c",
                    "for file; do bash -n \"$file\" || exit 1; done",
                    "each",
                ]);
                held_to(tool, &files);
            }
            Language::TypeScript => {
                // Each in a block of its own, so that one start of the tool reads them all.
                let blocks = files
                    .iter()
                    .map(|file| format!("{{\n{}}}\n", fs::read_to_string(file).expect("a sample")));
                let all = folder.join("all.mjs");
                fs::write(&all, blocks.collect::<String>()).expect("a file");
                let mut tool = Command::new("node");
                tool.arg("--check");
                held_to(tool, &[all]);
            }
            Language::Python => {
                let mut tool = Command::new("python3");
                tool.args(["-c", "import ast, sys\nfor name in sys.argv[1:]: ast.parse(open(name, encoding='utf-8').read(), name)"]);
                held_to(tool, &files);
            }
            Language::Rust => {
                let mut tool = Command::new("rustfmt");
                tool.args(["--edition", "2024", "--emit", "files"]);
                held_to(tool, &files);
            }
        }
    }
}

/// What a shell hands on is what was filled in, to the last character.
#[test]
fn a_shell_hands_the_body_on_as_it_is() {
    let document = document();
    let operation = document.operation("makeKey").expect("an operation");
    let body = ODD.replace("\"name\"", "\"label\"");
    let draft = Draft {
        body: body.clone(),
        ..filled(&document, operation, Fill::All)
    };
    let request = document.request(operation, &draft, Secrets::Hidden);
    let text = sample(Language::Curl, "https://bi.example", &request, None);
    let script = format!("curl() {{ for last; do :; done; printf %s \"$last\"; }}\n{text}");
    match Command::new("bash").args(["-c", &script]).output() {
        Ok(output) => assert_eq!(String::from_utf8_lossy(&output.stdout), body),
        Err(error) => eprintln!("not held to bash, which is not here: {error}"),
    }
}
