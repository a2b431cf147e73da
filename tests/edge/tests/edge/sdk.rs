//! Clients that are written from the document: compiled, and called against the running edge.
//!
//! `cargo xtask test edge` makes the programs of `tests/sdk`; what they see must be what a plain client sees.

use std::path::Path;
use std::process::Command;

use edge_tests::Edge;
use serde_json::{Value, json};

const SCOPES: [&str; 3] = ["read:bi", "read:ingest", "write:ingest"];
const HEADER: &str = "order_date,channel,order_id,sku,quantity,unit_price\n";

/// The program of a language, ready to be called.
fn program(language: &str) -> Command {
    let file = std::env::var("MESCHAIN_SDK_PROGRAMS").unwrap_or_else(|_| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        root.join("target/sdk/programs.json")
            .to_string_lossy()
            .into_owned()
    });
    let text = std::fs::read_to_string(&file);
    let text =
        text.unwrap_or_else(|error| panic!("{file}: {error}: run `cargo xtask sdk --programs`"));
    let programs: Value = serde_json::from_str(&text).expect("programs are told as JSON");
    let program = &programs[language];
    if let Some(trouble) = program["trouble"].as_str() {
        panic!("the client for {language} cannot be tried: {trouble}");
    }
    let words = program["command"]
        .as_array()
        .expect("a program has a command");
    let mut words = words.iter().filter_map(Value::as_str);
    let mut command = Command::new(words.next().expect("a command has a name"));
    command.args(words);
    for (name, value) in program["env"].as_object().into_iter().flatten() {
        command.env(name, value.as_str().expect("a variable is a text"));
    }
    command
}

fn call(language: &str) {
    let mut program = program(language);
    let edge = Edge::start();
    let (owner, company) = edge.company("Acme");
    let (_, other) = edge.company("Other");
    // Days without an order between two with one: not every point of a line has a value.
    let first = format!("{HEADER}2026-11-02,n11,1,a,1,10\n2026-11-20,n11,2,b,2,20.50\n");
    owner.import_and_wait(&company, "sales", &first);
    let key = edge.key(&owner, &SCOPES);
    let key = key
        .header("authorization")
        .and_then(|it| it.strip_prefix("Bearer "));
    let path = format!("/api/mobile/v1/dashboard?company={company}");
    let dashboard = owner.get(&path).json();
    let tiles = dashboard["tiles"].as_array().expect("tiles");
    let revenue = tiles
        .iter()
        .find(|tile| tile["metric"] == "net-revenue")
        .expect("revenue");
    let points = revenue["sparkline"].as_array().expect("points");

    let name = format!("meschain-sdk-{}-{language}.csv", std::process::id());
    let file = std::env::temp_dir().join(name);
    let second = format!("{HEADER}2026-11-21,n11,3,ç,1,5\n2026-11-21,n11,4,a,1,x\n");
    std::fs::write(&file, second).expect("the temporary folder takes a file");
    let address = format!("http://127.0.0.1:{}", edge.port);
    let called = program
        .args([&address, key.expect("a key"), &company, &other])
        .arg(&file)
        .output();
    let called = called.unwrap_or_else(|error| panic!("{program:?} did not start: {error}"));
    let said = String::from_utf8_lossy(&called.stdout).into_owned();
    let complaint = String::from_utf8_lossy(&called.stderr);
    assert!(called.status.success(), "{said}{complaint}");
    std::fs::remove_file(&file).expect("the file was just written");

    let seen: Value =
        serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}{complaint}"));
    let expected = json!({
        "company": company,
        "currency": dashboard["currency"],
        "tiles": tiles.len(),
        "gaps": points.iter().filter(|point| point.is_null()).count(),
        "points": points.len(),
        "status": "done",
        "taken": 1,
        "reason": "not-a-number",
        "is_same": true,
        "refusal": { "status": 404, "type": "not-found", "named": true },
    });
    for (name, value) in expected.as_object().into_iter().flatten() {
        assert_eq!(&seen[name], value, "{name} of {seen}");
    }
    assert_eq!(seen["net_revenue"].as_f64(), revenue["value"].as_f64());
    assert!(
        revenue["value"].as_f64().is_some_and(|value| value > 0.0),
        "{revenue}"
    );
    assert!(points.len() > 1, "{revenue}");
}

#[test]
fn the_client_for_typescript_works() {
    call("typescript");
}

#[test]
fn the_client_for_python_works() {
    call("python");
}

#[test]
fn the_client_for_rust_works() {
    call("rust");
}

#[test]
fn the_client_for_java_works() {
    call("java");
}
