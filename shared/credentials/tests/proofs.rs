//! Proofs of possession: the examples of RFC 9449, each change of one byte, and everything that may be wrong with one.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot build its input should fail there"
)]

use credentials::dpop::{
    AGE_SECONDS_MAX, ALGORITHMS, Expected, PROOF_BYTES_MAX, Proof, ProofError, SKEW_SECONDS_MAX,
    nonce, read,
};
use credentials::to_base64url;
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// RFC 9449, 5 and 7: figures 3 and 13 (proofs), 13 and 8 (an access token, and the thumbprint of the key).
const TOKEN_REQUEST: &str = include_str!("../vectors/rfc9449_token_request.txt");
const RESOURCE_REQUEST: &str = include_str!("../vectors/rfc9449_resource_request.txt");
const TOKEN_AND_THUMBPRINT: &str =
    include_str!("../vectors/rfc9449_access_token_and_thumbprint.txt");
/// Made by Node's `crypto.sign` under an RSA key of 2048 bits that was thrown away.
const PS256: &str = include_str!("../vectors/dpop_ps256_by_node.txt");

const ADDRESS: &str = "https://bi.example/api/health";
const NOW: i64 = 1_800_000_000;

fn expected() -> Expected<'static> {
    Expected {
        method: "GET",
        address: ADDRESS,
        now_seconds: NOW,
        token: None,
        nonce_secret: None,
    }
}

/// As the edge does it, with Rust's own cryptography in the platform's place.
fn accept(text: &str, expected: &Expected<'_>) -> Result<Proof, ProofError> {
    let proof = read(text, expected)?;
    let is_signed = (proof.key).verifies(proof.signed.as_bytes(), &proof.signature);
    proof.proven(is_signed)
}

fn examples() -> [(&'static str, Expected<'static>); 2] {
    let (token, _) = TOKEN_AND_THUMBPRINT.trim().split_once(' ').unwrap();
    let at_token = Expected {
        method: "POST",
        address: "https://server.example.com/token",
        now_seconds: 1_562_262_616,
        ..expected()
    };
    let at_resource = Expected {
        address: "https://resource.example.org/protectedresource",
        now_seconds: 1_562_262_618,
        token: Some(token),
        ..expected()
    };
    [
        (TOKEN_REQUEST.trim(), at_token),
        (RESOURCE_REQUEST.trim(), at_resource),
    ]
}

#[test]
fn the_standards_examples_are_taken() {
    let (_, thumbprint) = TOKEN_AND_THUMBPRINT.trim().split_once(' ').unwrap();
    for (text, expected) in examples() {
        let proof = accept(text, &expected).unwrap();
        assert_eq!(proof.thumbprint, thumbprint);
        assert_eq!(
            proof.ends_at_seconds,
            expected.now_seconds + AGE_SECONDS_MAX + SKEW_SECONDS_MAX + 1
        );
    }
}

/// Every byte, set to each of a few others.
#[test]
fn no_example_with_one_byte_changed_is_taken() {
    let mut changed = 0;
    for (text, expected) in examples() {
        for at in 0..text.len() {
            for other in *b"A_z9.%" {
                let mut bytes = text.as_bytes().to_vec();
                if std::mem::replace(&mut bytes[at], other) == other {
                    continue;
                }
                let text = String::from_utf8(bytes).unwrap();
                assert!(accept(&text, &expected).is_err(), "{at} {text}");
                changed += 1;
            }
        }
    }
    assert!(changed > 5_000, "{changed}");
}

fn curve_key() -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap()
}

fn curve_jwk() -> Value {
    let point = curve_key().verifying_key().to_sec1_point(false);
    json!({ "kty": "EC", "crv": "P-256", "x": to_base64url(point.x().unwrap()),
            "y": to_base64url(point.y().unwrap()) })
}

fn header() -> Value {
    json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": curve_jwk() })
}

fn claims() -> Value {
    json!({ "jti": "one", "htm": "GET", "htu": ADDRESS, "iat": NOW })
}

fn unsigned(header: &Value, claims: &Value) -> String {
    let text = |value: &Value| to_base64url(value.to_string().as_bytes());
    format!("{}.{}", text(header), text(claims))
}

fn signed(header: &Value, claims: &Value) -> String {
    let text = unsigned(header, claims);
    let signature: p256::ecdsa::Signature = curve_key().sign(text.as_bytes());
    format!("{text}.{}", to_base64url(&signature.to_bytes()))
}

/// An object with one member set, or taken away where the value is null.
fn with(mut value: Value, name: &str, member: Value) -> Value {
    match member {
        Value::Null => drop(value.as_object_mut().unwrap().remove(name)),
        member => value[name] = member,
    }
    value
}

#[test]
fn a_header_is_a_public_key_and_its_algorithm() {
    let of = |header: Value| accept(&signed(&header, &claims()), &expected()).err();
    assert_eq!(of(header()), None);
    for typ in [
        json!("JWT"),
        json!("at+jwt"),
        json!("DPOP+JWT"),
        json!(""),
        Value::Null,
    ] {
        assert_eq!(of(with(header(), "typ", typ)), Some(ProofError::Header));
    }
    assert_eq!(
        of(with(header(), "crit", json!([]))),
        Some(ProofError::Header)
    );
    assert_eq!(
        of(with(header(), "jwk", Value::Null)),
        Some(ProofError::Header)
    );
    assert_eq!(
        of(with(header(), "alg", Value::Null)),
        Some(ProofError::Header)
    );
    for alg in ["none", "HS256", "RS256", "ES512", "es256", ""] {
        assert_eq!(
            of(with(header(), "alg", json!(alg))),
            Some(ProofError::Algorithm)
        );
    }
    // Another algorithm than that of the key's type, whoever names it.
    for alg in ["ES384", "EdDSA", "PS256"] {
        assert_eq!(
            of(with(header(), "alg", json!(alg))),
            Some(ProofError::Key),
            "{alg}"
        );
        let jwk = with(curve_jwk(), "alg", json!(alg));
        assert_eq!(
            of(with(header(), "jwk", jwk)),
            Some(ProofError::Key),
            "{alg}"
        );
    }
    let named = with(curve_jwk(), "alg", json!("ES256"));
    assert_eq!(of(with(header(), "jwk", named)), None);
    // What only the owner may know.
    for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
        let jwk = with(curve_jwk(), private, json!("AQAB"));
        assert_eq!(
            of(with(header(), "jwk", jwk)),
            Some(ProofError::Key),
            "{private}"
        );
    }
    let secret = json!({ "kty": "oct", "k": to_base64url(&[7; 32]) });
    assert_eq!(of(with(header(), "jwk", secret)), Some(ProofError::Key));
    for (name, wrong) in [
        ("use", json!("enc")),
        ("x", json!("AA")),
        ("crv", json!("P-384")),
    ] {
        let jwk = with(curve_jwk(), name, wrong);
        assert_eq!(
            of(with(header(), "jwk", jwk)),
            Some(ProofError::Key),
            "{name}"
        );
    }
}

#[test]
fn a_proof_is_of_one_request_one_moment_and_one_token() {
    let of = |claims: Value, expected: Expected<'_>| {
        accept(&signed(&header(), &claims), &expected).err()
    };
    for (name, value, error) in [
        ("htm", json!("POST"), Some(ProofError::Request)),
        ("htm", json!("get"), Some(ProofError::Request)),
        ("htm", Value::Null, Some(ProofError::Claims)),
        (
            "htu",
            json!("https://bi.example/api/healthz"),
            Some(ProofError::Request),
        ),
        (
            "htu",
            json!("http://bi.example/api/health"),
            Some(ProofError::Request),
        ),
        (
            "htu",
            json!("https://evil.example/api/health"),
            Some(ProofError::Request),
        ),
        ("htu", json!("/api/health"), Some(ProofError::Request)),
        (
            "htu",
            json!("HTTPS://BI.EXAMPLE:443/api/x/../%68ealth?a#b"),
            None,
        ),
        ("jti", json!(""), Some(ProofError::Claims)),
        ("jti", json!("x".repeat(257)), Some(ProofError::Claims)),
        ("jti", json!(1), Some(ProofError::Claims)),
        ("iat", json!("1800000000"), Some(ProofError::Claims)),
        ("iat", json!(NOW as f64 + 0.5), None),
        ("iat", json!(NOW - AGE_SECONDS_MAX), None),
        (
            "iat",
            json!(NOW - AGE_SECONDS_MAX - 1),
            Some(ProofError::Time),
        ),
        ("iat", json!(NOW + SKEW_SECONDS_MAX), None),
        (
            "iat",
            json!(NOW + SKEW_SECONDS_MAX + 1),
            Some(ProofError::Time),
        ),
        ("iat", json!(1e300), Some(ProofError::Time)),
        ("iat", json!(-1e300), Some(ProofError::Time)),
    ] {
        assert_eq!(
            of(with(claims(), name, value.clone()), expected()),
            error,
            "{name} {value}"
        );
    }
    let ath = to_base64url(&Sha256::digest("token"));
    let with_token = Expected {
        token: Some("token"),
        ..expected()
    };
    let bound = with(claims(), "ath", json!(ath));
    assert_eq!(of(bound.clone(), with_token), None);
    assert_eq!(
        of(
            bound,
            Expected {
                token: Some("other"),
                ..expected()
            }
        ),
        Some(ProofError::Token)
    );
    assert_eq!(of(claims(), with_token), Some(ProofError::Token));
}

#[test]
fn where_the_server_asks_for_its_nonce_a_proof_has_it() {
    let asked = Expected {
        nonce_secret: Some("secret"),
        ..expected()
    };
    let of = |claims: Value| accept(&signed(&header(), &claims), &asked).err();
    assert_eq!(of(claims()), Some(ProofError::Nonce));
    assert_eq!(
        of(with(claims(), "nonce", json!("guess"))),
        Some(ProofError::Nonce)
    );
    assert_eq!(
        of(with(claims(), "nonce", json!(nonce("secret", NOW)))),
        None
    );
    assert_eq!(
        of(with(claims(), "nonce", json!(nonce("other", NOW)))),
        Some(ProofError::Nonce)
    );
}

#[test]
fn what_tells_proofs_apart_is_key_and_name() {
    let id = |header: &Value, claims: &Value| {
        let text = signed(header, claims);
        let proof = read(&text, &expected()).unwrap();
        proof.proven(true).unwrap().id
    };
    let one = id(&header(), &claims());
    assert_eq!(one, id(&header(), &with(claims(), "iat", json!(NOW - 1))));
    assert_ne!(one, id(&header(), &with(claims(), "jti", json!("two"))));
    let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let other = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": { "kty": "OKP", "crv": "Ed25519", "x": x } });
    assert_ne!(one, id(&other, &claims()));
}

#[test]
fn each_algorithm_that_is_offered_is_taken() {
    let mut taken = Vec::new();
    let mut check = |alg: &str, jwk: Value, sign: &dyn Fn(&[u8]) -> Vec<u8>| {
        let header = json!({ "typ": "dpop+jwt", "alg": alg, "jwk": jwk });
        let text = unsigned(&header, &claims());
        let whole = format!("{text}.{}", to_base64url(&sign(text.as_bytes())));
        assert!(accept(&whole, &expected()).is_ok(), "{alg}");
        assert!(whole.len() <= PROOF_BYTES_MAX, "{alg}");
        taken.push(alg.to_owned());
    };
    check("ES256", curve_jwk(), &|text| {
        let signature: p256::ecdsa::Signature = curve_key().sign(text);
        signature.to_bytes().to_vec()
    });
    let key = p384::ecdsa::SigningKey::from_slice(&[7; 48]).unwrap();
    let point = key.verifying_key().to_sec1_point(false);
    let jwk = json!({ "kty": "EC", "crv": "P-384", "x": to_base64url(point.x().unwrap()),
                      "y": to_base64url(point.y().unwrap()) });
    check("ES384", jwk, &|text| {
        let signature: p384::ecdsa::Signature = key.sign(text);
        signature.to_bytes().to_vec()
    });
    let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]);
    let x = to_base64url(key.verifying_key().as_bytes());
    check(
        "EdDSA",
        json!({ "kty": "OKP", "crv": "Ed25519", "x": x }),
        &|text| key.sign(text).to_bytes().to_vec(),
    );
    assert_eq!(accept(PS256.trim(), &expected()).err(), None);
    taken.push("PS256".to_owned());
    assert_eq!(taken, ALGORITHMS);
}

#[test]
fn what_is_no_proof_is_refused_whatever_it_is() {
    let long = format!(
        "{}.{}",
        signed(&header(), &claims()),
        "A".repeat(PROOF_BYTES_MAX)
    );
    let two = [signed(&header(), &claims()), signed(&header(), &claims())].join(", ");
    assert_eq!(accept("..", &expected()).err(), Some(ProofError::Header));
    for text in ["", ".", "a.b.c", "....", "\u{0}", "ä.ä.ä", &long, &two] {
        assert_eq!(
            accept(text, &expected()).err(),
            Some(ProofError::Form),
            "{text}"
        );
    }
    for header in [json!([]), json!(null), json!("dpop+jwt")] {
        let text = signed(&header, &claims());
        assert_eq!(accept(&text, &expected()).err(), Some(ProofError::Header));
    }
    let other = signed(&header(), &with(claims(), "jti", json!("two")));
    let (_, signature) = other.rsplit_once('.').unwrap();
    let swapped = format!("{}.{signature}", unsigned(&header(), &claims()));
    assert_eq!(
        accept(&swapped, &expected()).err(),
        Some(ProofError::Signature)
    );
}
