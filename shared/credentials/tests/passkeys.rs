//! Passkeys against the vectors of WebAuthn Level 3, and against any change of a byte.

mod vectors;

use credentials::webauthn::{
    Asserted, Expected, Known, Registered, WebauthnError, assert, register,
};
use proptest::prelude::*;
use serde_json::Value;

/// One vector: a registration and an assertion by the credential that it made.
struct Vector {
    id: String,
    registration: Answer,
    assertion: Answer,
}

struct Answer {
    challenge: Vec<u8>,
    client_data: Vec<u8>,
    /// The attestation object, or the authenticator data.
    object: Vec<u8>,
    signature: Vec<u8>,
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap_or_default();
    let pairs = text.as_bytes().chunks(2);
    pairs
        .map(|pair| {
            let pair = std::str::from_utf8(pair).expect("digits");
            u8::from_str_radix(pair, 16).expect("hexadecimal digits")
        })
        .collect()
}

fn answer(value: &Value, object: &str) -> Answer {
    Answer {
        challenge: bytes(&value["challenge"]),
        client_data: bytes(&value["clientDataJSON"]),
        object: bytes(&value[object]),
        signature: bytes(&value["signature"]),
    }
}

fn all() -> (Vec<Vector>, bool) {
    let (file, is_whole) = vectors::read("w3c_webauthn_l3.json");
    let vectors = file
        .as_array()
        .expect("a list")
        .iter()
        .map(|vector| Vector {
            id: vector["id"].as_str().expect("an id").to_owned(),
            registration: answer(&vector["reg"], "attestationObject"),
            assertion: answer(&vector["auth"], "authenticatorData"),
        });
    (vectors.collect(), is_whole)
}

fn expected<'e>(vector: &Vector, challenge: &'e [u8]) -> Expected<'e> {
    let framed_by: &[&str] = match vector.id.as_str() {
        "none-es256-crossOrigin" | "none-es256-topOrigin" => &["https://example.com"],
        _ => &[],
    };
    Expected {
        challenge,
        origin: "https://example.org",
        rp_id: "example.org",
        is_recognition_needed: false,
        framed_by,
    }
}

fn registered(vector: &Vector) -> Result<Registered, WebauthnError> {
    let answer = &vector.registration;
    let expected = expected(vector, &answer.challenge);
    register(&expected, &answer.client_data, &answer.object)
}

fn asserted(vector: &Vector, registered: &Registered) -> Result<Asserted, WebauthnError> {
    let answer = &vector.assertion;
    let known = Known {
        cose_key: &registered.cose_key,
        sign_count: registered.sign_count,
        is_backup_eligible: registered.is_backup_eligible,
    };
    let expected = expected(vector, &answer.challenge);
    assert(
        &expected,
        &known,
        &answer.client_data,
        &answer.object,
        &answer.signature,
    )
}

#[test]
fn the_standards_vectors_are_accepted() {
    let (vectors, is_whole) = all();
    let outcomes = vectors.iter().map(|vector| {
        let outcome = registered(vector).and_then(|credential| asserted(vector, &credential));
        (vector.id.as_str(), outcome)
    });
    let refused: Vec<_> = outcomes.filter(|(_, outcome)| outcome.is_err()).collect();
    println!(
        "{} of {} accepted",
        vectors.len() - refused.len(),
        vectors.len()
    );
    let ids: Vec<_> = refused.iter().map(|(id, _)| *id).collect();
    // Ed448 has no verifier in the crates that this project stands on, and no passkey uses it.
    let expected: &[&str] = if is_whole { &["packed-ed448"] } else { &[] };
    assert_eq!(ids, expected, "{refused:?}");
}

/// Every single byte of each signed part, changed in every bit and to its neighbours.
#[test]
fn no_assertion_with_another_byte_is_accepted() {
    let (vectors, _) = all();
    let (mut tried, mut accepted) = (0, Vec::new());
    for vector in &vectors {
        let Ok(credential) = registered(vector) else {
            continue;
        };
        // Every change of a signature costs a verification; one of the other parts mostly does not.
        for part in 0..3 {
            let length = [
                &vector.assertion.client_data,
                &vector.assertion.object,
                &vector.assertion.signature,
            ][part]
                .len();
            for at in 0..length {
                let mask = 1_u8 << (at % 8);
                let own = &vector.assertion;
                let mut changed = Vector {
                    id: vector.id.clone(),
                    registration: Answer {
                        challenge: vec![],
                        client_data: vec![],
                        object: vec![],
                        signature: vec![],
                    },
                    assertion: Answer {
                        challenge: own.challenge.clone(),
                        client_data: own.client_data.clone(),
                        object: own.object.clone(),
                        signature: own.signature.clone(),
                    },
                };
                let bytes = [
                    &mut changed.assertion.client_data,
                    &mut changed.assertion.object,
                    &mut changed.assertion.signature,
                ];
                bytes.into_iter().nth(part).expect("a part")[at] ^= mask;
                tried += 1;
                if asserted(&changed, &credential).is_ok() {
                    accepted.push((vector.id.clone(), part, at));
                }
            }
        }
    }
    println!("{tried} changed answers, {} accepted", accepted.len());
    assert!(tried > 1_000 && accepted.is_empty(), "{accepted:?}");
}

#[test]
fn what_is_not_expected_is_refused() {
    let (vectors, _) = all();
    let vector = vectors
        .iter()
        .find(|vector| vector.id == "none-es256")
        .expect("the first vector");
    let credential = registered(vector).expect("a credential");
    let (made, used) = (&vector.registration, &vector.assertion);
    let right = expected(vector, &used.challenge);
    let known = Known {
        cose_key: &credential.cose_key,
        sign_count: 0,
        is_backup_eligible: credential.is_backup_eligible,
    };
    let ask = |expected: &Expected<'_>, known: &Known<'_>| {
        assert(
            expected,
            known,
            &used.client_data,
            &used.object,
            &used.signature,
        )
    };
    assert!(ask(&right, &known).is_ok());
    let cases = [
        (
            Expected {
                challenge: b"another",
                ..right
            },
            known,
            WebauthnError::Challenge,
        ),
        (
            Expected {
                challenge: b"",
                ..right
            },
            known,
            WebauthnError::Challenge,
        ),
        (
            Expected {
                origin: "https://example.org:8443",
                ..right
            },
            known,
            WebauthnError::Origin,
        ),
        (
            Expected {
                origin: "http://example.org",
                ..right
            },
            known,
            WebauthnError::Origin,
        ),
        (
            Expected {
                rp_id: "org",
                ..right
            },
            known,
            WebauthnError::RelyingParty,
        ),
        (
            Expected {
                is_recognition_needed: true,
                ..right
            },
            known,
            WebauthnError::Person,
        ),
        (
            right,
            Known {
                sign_count: 5,
                ..known
            },
            WebauthnError::Counter,
        ),
        (
            right,
            Known {
                is_backup_eligible: !known.is_backup_eligible,
                ..known
            },
            WebauthnError::Backup,
        ),
        (
            right,
            Known {
                cose_key: &[0xa0],
                ..known
            },
            credentials::KeyError::Algorithm.into(),
        ),
    ];
    for (expected, known, error) in cases {
        assert_eq!(ask(&expected, &known), Err(error));
    }
    let mixed = register(&right, &used.client_data, &made.object);
    assert_eq!(mixed, Err(WebauthnError::Ceremony));
    let mixed = assert(
        &expected(vector, &made.challenge),
        &known,
        &made.client_data,
        &used.object,
        &used.signature,
    );
    assert_eq!(mixed, Err(WebauthnError::Ceremony));
    // A page in a frame of another site, though signed by the right key, is not ours.
    if let Some(framed) = vectors
        .iter()
        .find(|vector| vector.id == "none-es256-topOrigin")
    {
        let answer = &framed.registration;
        let alone = Expected {
            framed_by: &[],
            ..expected(framed, &answer.challenge)
        };
        assert_eq!(
            register(&alone, &answer.client_data, &answer.object),
            Err(WebauthnError::Origin)
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// A changed registration is refused or makes a credential that its holder cannot use, except where the
    /// change is in what is ignored or kept as it is said: nothing of a registration is signed.
    #[test]
    fn no_bytes_upset_the_reader(at: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
        let (vectors, _) = all();
        let vector = &vectors[0];
        let mut object = vector.registration.object.clone();
        let place = at.index(object.len());
        object[place] = byte;
        let expected = expected(vector, &vector.registration.challenge);
        if let Ok(made) = register(&expected, &vector.registration.client_data, &object) {
            prop_assert!(!made.credential_id.is_empty());
        }
        let short = &vector.registration.object[..cut.index(vector.registration.object.len())];
        prop_assert!(register(&expected, &vector.registration.client_data, short).is_err());
        let long = [&vector.registration.object[..], &[byte]].concat();
        prop_assert!(register(&expected, &vector.registration.client_data, &long).is_err());
    }
}
