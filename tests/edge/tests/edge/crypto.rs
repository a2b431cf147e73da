//! The platform's cryptography judges signatures as Rust's own does, which is held to the vectors of Wycheproof and
//! W3C in `shared/credentials`: those same vectors, and every passkey's signature with each byte changed.

use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD as BASE64;
use credentials::jwk::{Jwk, JwkSet};
use credentials::jws::{self, Unproven};
use credentials::webauthn::{Expected, Known, claim, register};
use credentials::{Key, from_base64url};
use edge_tests::Edge;
use serde_json::{Value, json};

/// What `edge/src/platform/crypto.rs` asks of WebCrypto, for a list of signatures.
const SCRIPT: &str = r#"
const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
async function check({ name, jwk, message, signature }) {
  try {
    const algorithm = JSON.parse(name);
    const key = await crypto.subtle.importKey("jwk", JSON.parse(jwk), algorithm, false, ["verify"]);
    return await crypto.subtle.verify(algorithm, key, bytes(signature), bytes(message));
  } catch {
    return false;
  }
}
export default {
  async fetch(request) {
    if (request.method === "GET") return new Response("ready");
    return Response.json(await Promise.all((await request.json()).map(check)));
  },
};
"#;

#[derive(Default)]
struct Asked {
    questions: Vec<Value>,
    expected: Vec<bool>,
}

impl Asked {
    fn ask(&mut self, key: &Key, message: &[u8], signature: &[u8]) {
        let (Some(name), Some(jwk)) = (key.algorithm().web_crypto(), key.to_jwk()) else {
            return;
        };
        let (written, signed) = (BASE64.encode(signature), BASE64.encode(message));
        self.questions
            .push(json!({ "name": name, "jwk": jwk, "message": signed, "signature": written }));
        self.expected.push(key.verifies(message, signature));
    }

    fn ask_token(&mut self, token: &Unproven<'_>) {
        self.ask(token.key, token.signed.as_bytes(), &token.signature);
    }
}

fn vectors(name: &str) -> Value {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let whole = std::env::var_os("MESCHAIN_VECTORS")
        .map_or_else(|| here.join("../shared/vectors"), PathBuf::from)
        .join(name);
    let excerpt = here.join("shared/credentials/tests/excerpts").join(name);
    let path = if whole.exists() { whole } else { excerpt };
    serde_json::from_slice(&std::fs::read(path).expect("vectors")).expect("vectors are JSON")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn ask_tokens(asked: &mut Asked, name: &str) {
    let file = vectors(name);
    for group in list(&file["testGroups"]) {
        let key = match &group["public"] {
            Value::Null => &group["private"],
            key => key,
        };
        let json = key.to_string();
        for test in list(&group["tests"]) {
            let token = test["jws"].as_str().unwrap_or_default();
            if let Ok(set) = JwkSet::read(json.as_bytes()) {
                let read = jws::read_with_set(token, &set);
                read.iter().for_each(|token| asked.ask_token(token));
            } else if let Ok(key) = Jwk::read(json.as_bytes()) {
                let read = jws::read(token, &key);
                read.iter().for_each(|token| asked.ask_token(token));
            }
        }
    }
}

fn ask_passkeys(asked: &mut Asked) {
    let bytes = |value: &Value| {
        let pairs = value.as_str().unwrap_or_default().as_bytes().chunks(2);
        let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
        pairs.filter_map(byte).collect::<Vec<u8>>()
    };
    for vector in list(&vectors("w3c_webauthn_l3.json")) {
        let part = |ceremony: &str, name: &str| bytes(&vector[ceremony][name]);
        let made = part("reg", "challenge");
        let used = part("auth", "challenge");
        let expected = |challenge| Expected {
            challenge,
            origin: "https://example.org",
            rp_id: "example.org",
            is_recognition_needed: false,
            framed_by: &["https://example.com"],
        };
        let object = part("reg", "attestationObject");
        let made = register(&expected(&made), &part("reg", "clientDataJSON"), &object);
        let Ok(made) = made else { continue };
        let known = Known {
            cose_key: &made.cose_key,
            sign_count: made.sign_count,
            is_backup_eligible: made.is_backup_eligible,
        };
        let data = part("auth", "authenticatorData");
        let signature = part("auth", "signature");
        let client_data = part("auth", "clientDataJSON");
        for at in 0..=signature.len() {
            let mut signature = signature.clone();
            if let Some(byte) = signature.get_mut(at) {
                *byte ^= 1 << (at % 8);
            }
            let claim = claim(&expected(&used), &known, &client_data, &data, &signature);
            let claim = claim.expect("all but the signature is right");
            if let Some(signature) = &claim.signature {
                asked.ask(&claim.key, &claim.signed, signature);
            }
        }
    }
}

/// Keys that Rust's own cryptography refuses, of which the platform must not take a signature either: a point beside
/// the curve, one at infinity.
fn ask_no_keys() -> Vec<Value> {
    let off = |x: &str, y: &str| format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
    let zeros = "A".repeat(43);
    let one = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE";
    assert_eq!(from_base64url(one).map(|bytes| bytes.len()), Some(32));
    let name = credentials::Algorithm::Es256.web_crypto();
    let keys = [off(&zeros, &zeros), off(one, one), off("", "")];
    let question = |jwk| json!({ "name": name, "jwk": jwk, "message": "", "signature": BASE64.encode([1; 64]) });
    keys.iter().map(question).collect()
}

#[test]
fn the_platform_judges_signatures_as_the_oracle_does() {
    let mut asked = Asked::default();
    ask_tokens(&mut asked, "wycheproof_json_web_signature.json");
    ask_tokens(&mut asked, "wycheproof_json_web_key.json");
    ask_passkeys(&mut asked);
    let good = asked.expected.iter().filter(|is_good| **is_good).count();
    println!("{} signatures, {good} of them good", asked.expected.len());
    assert!(asked.expected.len() > 300 && good >= 15, "{good}");
    let nothing = ask_no_keys();
    asked.expected.extend(nothing.iter().map(|_| false));
    asked.questions.extend(nothing);
    let platform = Edge::start_script(SCRIPT);
    let body = Value::from(asked.questions.clone()).to_string();
    let answer = platform.nobody().post_json("/", &body).json();
    for (at, expected) in asked.expected.iter().enumerate() {
        assert_eq!(answer[at], *expected, "{}", asked.questions[at]);
    }
}
