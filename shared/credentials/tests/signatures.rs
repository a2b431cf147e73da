//! JSON Web Signatures and keys against Wycheproof's vectors, and against any change of a byte.

mod vectors;

use credentials::jwk::{Jwk, JwkSet};
use credentials::jws;
use proptest::prelude::*;
use serde_json::Value;

/// Where this crate and the vectors differ, and why.
///
/// No forgery is among them: the two that are accepted though the file calls them invalid are, byte for
/// byte, the token that is valid under the group's key; their title speaks of padding that they lack.
const DIFFERENT: [(u64, &str); 8] = [
    (
        346,
        "signed by PS384 under a key that says PS256: the algorithm is the key's",
    ),
    (
        347,
        "a key whose algorithm is ES521, which does not exist (RFC 7518 has ES512)",
    ),
    (350, "as 346"),
    (351, "as 347"),
    (367, "equal to a valid token"),
    (370, "equal to a valid token"),
    (
        372,
        "a question mark in the base64url of the header (RFC 7515, 2 has none)",
    ),
    (373, "a question mark in the base64url of the payload"),
];

/// The token that 367 and 370 consist of.
const VALID: &str = "eyJraWQiOiJoczI1Ni1rZXkiLCJhbGciOiJIUzI1NiJ9.VGVzdA.c1LROH7eNQwUT8KMVEO52VC3WZ9e_AnDWbZ7aMmowV8";

fn key_of(group: &Value) -> &Value {
    if group["public"].is_null() {
        &group["private"]
    } else {
        &group["public"]
    }
}

fn is_accepted(key: &Value, token: &str) -> bool {
    let json = key.to_string();
    if key["keys"].is_array() {
        return JwkSet::read(json.as_bytes())
            .is_ok_and(|set| jws::verify_with_set(token, &set).is_ok());
    }
    Jwk::read(json.as_bytes()).is_ok_and(|key| jws::verify(token, &key).is_ok())
}

fn list<'v>(value: &'v Value, member: &str) -> &'v [Value] {
    value[member].as_array().expect("a list")
}

fn text(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn signatures_are_judged_as_wycheproof_does() {
    let (file, is_whole) = vectors::read("wycheproof_json_web_signature.json");
    let (mut agreed, mut different) = (0, Vec::new());
    for group in list(&file, "testGroups") {
        for test in list(group, "tests") {
            let token = text(&test["jws"]);
            let id = test["tcId"].as_u64().expect("an id");
            let is_valid = test["result"] == "valid";
            let accepts = is_accepted(key_of(group), &token);
            assert!(!accepts || is_valid || token == VALID, "{id} is a forgery");
            if accepts == is_valid {
                agreed += 1;
            } else {
                different.push(id);
            }
        }
    }
    println!("{agreed} agree, {} do not", different.len());
    let known = DIFFERENT.map(|(id, _)| id);
    if is_whole {
        assert_eq!((different, agreed), (known.to_vec(), 393));
    } else {
        assert!(different.iter().all(|id| known.contains(id)) && agreed > 20);
    }
}

#[test]
fn keys_are_judged_as_wycheproof_does() {
    let (file, _) = vectors::read("wycheproof_json_web_key.json");
    let mut judged = 0;
    for group in list(&file, "testGroups") {
        for test in list(group, "tests") {
            let is_valid = test["result"] == "valid";
            let accepts = is_accepted(key_of(group), &text(&test["jws"]));
            assert_eq!(
                accepts, is_valid,
                "{}: {}",
                group["comment"], test["comment"]
            );
            judged += 1;
        }
    }
    assert!(judged >= 10, "{judged}");
}

/// A valid token of each key that has one, with the key.
fn valid_tokens() -> Vec<(Value, String)> {
    let (file, _) = vectors::read("wycheproof_json_web_signature.json");
    let mut found = Vec::new();
    for group in list(&file, "testGroups") {
        let tests = list(group, "tests").iter();
        let tokens = tests
            .filter(|test| test["result"] == "valid")
            .map(|test| text(&test["jws"]));
        let mut accepted = tokens.filter(|token| is_accepted(key_of(group), token));
        found.extend(accepted.next().map(|token| (key_of(group).clone(), token)));
    }
    found
}

#[test]
fn a_token_is_its_keys_only() {
    let tokens = valid_tokens();
    assert!(tokens.len() >= 4, "{}", tokens.len());
    for (key, token) in &tokens {
        for (other, _) in &tokens {
            let numbers = |key: &Value| [&key["k"], &key["n"], &key["x"]].map(Value::to_string);
            if numbers(key) != numbers(other) {
                assert!(!is_accepted(other, token), "{other} takes {token}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    /// Header, payload and signature are all signed or the signature: no other byte in any place.
    #[test]
    fn no_token_with_another_byte_is_accepted(token: prop::sample::Index, at: prop::sample::Index, byte in 0x20_u8..0x7f) {
        let tokens = valid_tokens();
        let (key, token) = token.get(&tokens);
        let mut changed = token.clone().into_bytes();
        let at = at.index(changed.len());
        prop_assume!(changed[at] != byte);
        changed[at] = byte;
        let changed = String::from_utf8(changed).expect("ASCII");
        prop_assert!(!is_accepted(key, &changed), "{changed}");
    }

    #[test]
    fn no_text_upsets_the_reader(token in "\\PC{0,200}", key in "\\PC{0,100}") {
        prop_assert!(Jwk::read(key.as_bytes()).is_err());
        let (own, _) = &valid_tokens()[0];
        prop_assert!(!is_accepted(own, &token));
    }
}
