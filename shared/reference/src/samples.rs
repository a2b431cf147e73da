//! A request as programs write it: for a shell, in TypeScript, Python and Rust.
//!
//! Each sample runs as it stands, once the secret is in the environment; no secret is ever in it. Requests come with
//! their own secrets hidden ([`crate::request::Secrets::Hidden`]).

use std::fmt::Write as _;

use serde_json::Value;

use crate::document::{Document, JSON_TYPE, Operation};
use crate::request::{Credential, Request};

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// A shell, with curl.
    Curl,
    /// TypeScript: the platform's own `fetch`.
    TypeScript,
    /// Python: its standard library.
    Python,
    /// Rust, with the crate `ureq`.
    Rust,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 4] = [
        Language::Curl,
        Language::TypeScript,
        Language::Python,
        Language::Rust,
    ];

    /// What it is called.
    pub const fn name(self) -> &'static str {
        match self {
            Language::Curl => "curl",
            Language::TypeScript => "TypeScript",
            Language::Python => "Python",
            Language::Rust => "Rust",
        }
    }
}

/// A header whose value ends in a secret of the environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretHeader {
    /// Its name.
    pub name: &'static str,
    /// What stands before the secret.
    pub before: String,
    /// The variable that holds the secret.
    pub variable: &'static str,
}

/// How a program that does the same shows who asks; nothing where nobody has to.
pub fn secret_header(
    document: &Document,
    operation: &Operation,
    credential: &Credential,
) -> Option<SecretHeader> {
    let bearer = |variable| SecretHeader {
        name: "Authorization",
        before: "Bearer ".to_owned(),
        variable,
    };
    let access = &operation.access;
    match credential {
        Credential::Nobody => None,
        Credential::Bearer(_) if access.by_operator => Some(bearer("MESCHAIN_OPERATOR_TOKEN")),
        Credential::Bearer(_) => Some(bearer("MESCHAIN_KEY")),
        Credential::Session if access.by_operator => Some(bearer("MESCHAIN_OPERATOR_TOKEN")),
        Credential::Session if access.scope.is_some() => Some(bearer("MESCHAIN_KEY")),
        Credential::Session if access.by_session => Some(SecretHeader {
            name: "Cookie",
            before: format!("{}=", document.session_cookie),
            variable: "MESCHAIN_SESSION",
        }),
        Credential::Session => None,
    }
}

/// A request in a language, to an origin such as `https://bi.example`.
pub fn sample(
    language: Language,
    origin: &str,
    request: &Request,
    secret: Option<&SecretHeader>,
) -> String {
    let mut request = request.clone();
    // What a session changes is taken from the edge's own pages only.
    if secret.is_some_and(|secret| secret.name == "Cookie") && request.method != "GET" {
        request
            .headers
            .push(("Origin".to_owned(), origin.to_owned()));
    }
    let address = format!("{origin}{}", request.address);
    match language {
        Language::Curl => curl(&address, &request, secret),
        Language::TypeScript => typescript(&address, &request, secret),
        Language::Python => python(&address, &request, secret),
        Language::Rust => rust(&address, &request, secret),
    }
}

/// Writes into a text, which cannot fail.
macro_rules! put {
    ($text:expr, $($part:tt)*) => {
        write!($text, $($part)*).expect("writing to a text cannot fail")
    };
}

/// The body as JSON, where it is that.
fn json_of(request: &Request) -> Option<Value> {
    let is_json = request
        .headers
        .iter()
        .any(|(name, value)| name == "Content-Type" && value == JSON_TYPE);
    let body = request.body.as_ref().filter(|_| is_json)?;
    serde_json::from_str(body).ok()
}

fn curl(address: &str, request: &Request, secret: Option<&SecretHeader>) -> String {
    let mut text = String::from("curl");
    if request.method != "GET" {
        put!(text, " --request {}", request.method);
    }
    put!(text, " {}", shell(address));
    if let Some(SecretHeader {
        name,
        before,
        variable,
    }) = secret
    {
        put!(text, " \\\n  --header \"{name}: {before}${variable}\"");
    }
    for (name, value) in &request.headers {
        put!(
            text,
            " \\\n  --header {}",
            shell(&format!("{name}: {value}"))
        );
    }
    if let Some(body) = &request.body {
        put!(text, " \\\n  --data-binary {}", shell(body));
    }
    text.push('\n');
    text
}

/// A word of a shell (POSIX, 2.2.2): between quotes, in which only the quote itself is special.
fn shell(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn typescript(address: &str, request: &Request, secret: Option<&SecretHeader>) -> String {
    let mut text = format!(
        "const answer = await fetch({}, {{\n  method: \"{}\",\n",
        quoted(address),
        request.method
    );
    if secret.is_some() || !request.headers.is_empty() {
        text.push_str("  headers: {\n");
        if let Some(SecretHeader {
            name,
            before,
            variable,
        }) = secret
        {
            put!(
                text,
                "    \"{name}\": `{before}${{process.env.{variable}}}`,\n"
            );
        }
        for (name, value) in &request.headers {
            put!(text, "    {}: {},\n", quoted(name), quoted(value));
        }
        text.push_str("  },\n");
    }
    match (json_of(request), &request.body) {
        (Some(value), _) => {
            let literal = serde_json::to_string_pretty(&value).unwrap_or_default();
            put!(
                text,
                "  body: JSON.stringify({}),\n",
                literal.replace('\n', "\n  ")
            );
        }
        (None, Some(body)) => put!(text, "  body: {},\n", quoted(body)),
        (None, None) => {}
    }
    text.push_str("});\nconsole.log(answer.status, await answer.text());\n");
    text
}

/// A text as JSON, TypeScript and Python write it.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn python(address: &str, request: &Request, secret: Option<&SecretHeader>) -> String {
    let json = json_of(request);
    let mut text = String::new();
    if json.is_some() {
        text.push_str("import json\n");
    }
    if secret.is_some() {
        text.push_str("import os\n");
    }
    put!(
        text,
        "from urllib.request import Request, urlopen\n\nrequest = Request(\n    {},\n",
        quoted(address)
    );
    put!(text, "    method=\"{}\",\n", request.method);
    if secret.is_some() || !request.headers.is_empty() {
        text.push_str("    headers={\n");
        if let Some(SecretHeader {
            name,
            before,
            variable,
        }) = secret
        {
            put!(
                text,
                "        \"{name}\": f\"{before}{{os.environ['{variable}']}}\",\n"
            );
        }
        for (name, value) in &request.headers {
            put!(text, "        {}: {},\n", quoted(name), quoted(value));
        }
        text.push_str("    },\n");
    }
    match (json, &request.body) {
        (Some(value), _) => {
            text.push_str("    data=json.dumps(");
            python_value(&value, 1, &mut text);
            text.push_str(").encode(),\n");
        }
        (None, Some(body)) => put!(text, "    data={}.encode(),\n", quoted(body)),
        (None, None) => {}
    }
    text.push_str(
        ")\nwith urlopen(request) as answer:\n    print(answer.status, answer.read().decode())\n",
    );
    text
}

fn python_value(value: &Value, depth: usize, text: &mut String) {
    let line = |text: &mut String, depth: usize| {
        text.push('\n');
        text.push_str(&"    ".repeat(depth));
    };
    match value {
        Value::Null => text.push_str("None"),
        Value::Bool(true) => text.push_str("True"),
        Value::Bool(false) => text.push_str("False"),
        Value::Array(entries) if !entries.is_empty() => {
            text.push('[');
            for entry in entries {
                line(text, depth + 1);
                python_value(entry, depth + 1, text);
                text.push(',');
            }
            line(text, depth);
            text.push(']');
        }
        Value::Object(members) if !members.is_empty() => {
            text.push('{');
            for (name, member) in members {
                line(text, depth + 1);
                text.push_str(&quoted(name));
                text.push_str(": ");
                python_value(member, depth + 1, text);
                text.push(',');
            }
            line(text, depth);
            text.push('}');
        }
        other => text.push_str(&other.to_string()),
    }
}

fn rust(address: &str, request: &Request, secret: Option<&SecretHeader>) -> String {
    let mut text = String::from(
        "// Cargo.toml: ureq = \"3\"\nfn main() -> Result<(), Box<dyn std::error::Error>> {\n",
    );
    if let Some(SecretHeader { variable, .. }) = secret {
        put!(text, "    let secret = std::env::var(\"{variable}\")?;\n");
    }
    put!(
        text,
        "    let mut answer = ureq::{}({})\n",
        request.method.to_ascii_lowercase(),
        literal(address)
    );
    if let Some(SecretHeader { name, before, .. }) = secret {
        put!(
            text,
            "        .header(\"{name}\", format!(\"{before}{{secret}}\"))\n"
        );
    }
    for (name, value) in &request.headers {
        put!(
            text,
            "        .header({}, {})\n",
            literal(name),
            literal(value)
        );
    }
    let takes_body = matches!(request.method.as_str(), "POST" | "PUT" | "PATCH");
    match (&request.body, takes_body) {
        (Some(body), true) => put!(text, "        .send({})?;\n", literal(body)),
        (None, true) => text.push_str("        .send_empty()?;\n"),
        _ => text.push_str("        .call()?;\n"),
    }
    text.push_str("    println!(\"{} {}\", answer.status(), answer.body_mut().read_to_string()?);\n    Ok(())\n}\n");
    text
}

/// A text as Rust writes it.
fn literal(text: &str) -> String {
    let mut out = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            // Signs that turn the direction of text have no place in code either.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                put!(out, "\\u{{{:x}}}", u32::from(letter))
            }
            letter if letter.is_control() => put!(out, "\\u{{{:x}}}", u32::from(letter)),
            letter => out.push(letter),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> Request {
        Request {
            method: "POST".to_owned(),
            address: "/api/a?x=1".to_owned(),
            headers: vec![("Content-Type".to_owned(), JSON_TYPE.to_owned())],
            body: Some("{\"name\": \"it's \\\"so\\\"\", \"on\": true, \"no\": null}".to_owned()),
        }
    }

    fn key() -> SecretHeader {
        SecretHeader {
            name: "Authorization",
            before: "Bearer ".to_owned(),
            variable: "MESCHAIN_KEY",
        }
    }

    #[test]
    fn a_request_reads_the_same_in_each_language() {
        let of = |language| sample(language, "https://bi.example", &request(), Some(&key()));
        assert_eq!(
            of(Language::Curl),
            "curl --request POST 'https://bi.example/api/a?x=1' \\\n  --header \"Authorization: Bearer $MESCHAIN_KEY\" \\\n  \
             --header 'Content-Type: application/json' \\\n  \
             --data-binary '{\"name\": \"it'\\''s \\\"so\\\"\", \"on\": true, \"no\": null}'\n"
        );
        let python = of(Language::Python);
        assert!(
            python.contains("\"on\": True,") && python.contains("\"no\": None,"),
            "{python}"
        );
        let rust = of(Language::Rust);
        assert!(
            rust.contains(".send(\"{\\\"name\\\": \\\"it's \\\\\\\"so"),
            "{rust}"
        );
        let typescript = of(Language::TypeScript);
        assert!(
            typescript.contains("`Bearer ${process.env.MESCHAIN_KEY}`"),
            "{typescript}"
        );
    }

    #[test]
    fn a_session_comes_with_the_origin_that_it_is_of() {
        let cookie = SecretHeader {
            name: "Cookie",
            before: "session=".to_owned(),
            variable: "MESCHAIN_SESSION",
        };
        let text = sample(
            Language::Curl,
            "https://bi.example",
            &request(),
            Some(&cookie),
        );
        assert!(
            text.contains("--header 'Origin: https://bi.example'"),
            "{text}"
        );
        assert!(
            text.contains("\"Cookie: session=$MESCHAIN_SESSION\""),
            "{text}"
        );
    }

    #[test]
    fn a_text_in_rust_has_no_signs_that_nobody_sees() {
        assert_eq!(
            literal("a\"\\\n\u{7}\u{202e}ş"),
            "\"a\\\"\\\\\\n\\u{7}\\u{202e}ş\""
        );
    }
}
