//! Signing in by an OpenID provider (OpenID Connect Core 1.0 and Discovery 1.0), as its client: what it publishes, where
//! a person is sent, how a code is redeemed, and when an ID token says who somebody is. By authorization code with PKCE
//! (S256) alone. Out of scope: calling the provider, and signatures.

use credentials::to_base64url;
use serde::Deserialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::authorize::encoded;

/// Where a provider publishes what clients need to know, below its issuer.
pub const METADATA_PATH: &str = "/.well-known/openid-configuration";
/// How far the provider's clock may be from ours, in seconds.
const SKEW_SECONDS: i64 = 60;
/// How old an ID token may be, in seconds: it is redeemed at once.
const AGE_SECONDS_MAX: i64 = 600;
/// The longest name of a person at a provider, in bytes (OpenID Connect Core, 2).
const SUBJECT_BYTES_MAX: usize = 255;

/// What a provider publishes, as far as it is needed.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Provider {
    /// Its name.
    pub issuer: String,
    /// Where people are sent.
    pub authorization_endpoint: String,
    /// Where codes are redeemed.
    pub token_endpoint: String,
    /// Where its keys are.
    pub jwks_uri: String,
    /// Whether its answers name it (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

impl Provider {
    /// Reads what an issuer publishes; nothing where it is another's (Discovery, 4.3).
    pub fn read(json: &[u8], issuer: &str) -> Option<Provider> {
        let provider: Provider = serde_json::from_slice(json).ok()?;
        (provider.issuer == issuer).then_some(provider)
    }

    /// Where a person is sent. `challenge` is that of the verifier.
    pub fn location(&self, asked: &Asked<'_>) -> String {
        let mark = if self.authorization_endpoint.contains('?') {
            '&'
        } else {
            '?'
        };
        let parameters = [
            ("response_type", "code"),
            ("scope", "openid"),
            ("client_id", asked.client_id),
            ("redirect_uri", asked.redirect_uri),
            ("state", asked.state),
            ("nonce", asked.nonce),
            ("code_challenge", asked.challenge),
            ("code_challenge_method", "S256"),
            ("prompt", asked.prompt),
        ];
        let parameters = parameters
            .into_iter()
            .filter(|(_, value)| !value.is_empty());
        let parameters: Vec<String> = parameters
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        format!(
            "{}{mark}{}",
            self.authorization_endpoint,
            parameters.join("&")
        )
    }

    /// Whether an answer may be of this provider, by the issuer that it names (RFC 9207, 2.4).
    pub fn is_named(&self, iss: Option<&str>) -> bool {
        match iss {
            Some(iss) => iss == self.issuer,
            None => !self.authorization_response_iss_parameter_supported,
        }
    }
}

/// What a person is sent with.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The client's id.
    pub client_id: &'a str,
    /// Where the answer goes.
    pub redirect_uri: &'a str,
    /// What binds the answer to the browser.
    pub state: &'a str,
    /// What binds the ID token to the question.
    pub nonce: &'a str,
    /// What binds the code to whoever asked.
    pub challenge: &'a str,
    /// What the provider asks the person whatever it knows of them, such as `select_account`; empty leaves it to the
    /// provider.
    pub prompt: &'a str,
}

/// The challenge of a verifier (RFC 7636, 4.2, S256).
pub fn challenge(verifier: &str) -> String {
    to_base64url(&Sha256::digest(verifier))
}

/// The form that redeems a code. A client with a secret shows it in a header ([`basic`]).
pub fn redemption(asked: &Asked<'_>, code: &str, verifier: &str) -> String {
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", asked.redirect_uri),
        ("client_id", asked.client_id),
        ("code_verifier", verifier),
    ];
    let parameters = parameters.map(|(name, value)| format!("{name}={}", encoded(value)));
    parameters.join("&")
}

/// Id and secret as `Basic` shows them, each written as in a form (RFC 6749, 2.3.1), before base64.
pub fn basic(client_id: &str, secret: &str) -> String {
    format!("{}:{}", encoded(client_id), encoded(secret))
}

/// The ID token of a provider's answer.
pub fn id_token(json: &[u8]) -> Option<String> {
    let answer: Map<String, Value> = serde_json::from_slice(json).ok()?;
    answer.get("id_token")?.as_str().map(str::to_owned)
}

/// Who an ID token is about, where its signature is good and all else is too (Core, 3.1.3.7): of this issuer, for this
/// client, for this question, and of this time.
pub fn subject(
    payload: &[u8],
    issuer: &str,
    client_id: &str,
    nonce: &str,
    now_seconds: i64,
) -> Option<String> {
    let claims: Map<String, Value> = serde_json::from_slice(payload).ok()?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let moment = |name: &str| {
        let value = claims.get(name)?;
        let seconds = value
            .as_i64()
            .or_else(|| value.as_f64().map(|real| real as i64))?;
        (seconds.unsigned_abs() < 1 << 53).then_some(seconds)
    };
    let is_for_us = match claims.get("aud")? {
        Value::String(audience) => audience == client_id,
        // One that is for others too says that it was given to us.
        Value::Array(list) => {
            list.iter()
                .any(|audience| audience.as_str() == Some(client_id))
                && (list.len() == 1 || text("azp") == Some(client_id))
        }
        _ => false,
    };
    let is_given_to_us = claims
        .get("azp")
        .is_none_or(|azp| azp.as_str() == Some(client_id));
    let (ends, signed) = (moment("exp")?, moment("iat")?);
    let is_now = now_seconds - SKEW_SECONDS < ends
        && signed <= now_seconds + SKEW_SECONDS
        && now_seconds - signed <= AGE_SECONDS_MAX;
    let is_asked = text("iss") == Some(issuer) && text("nonce") == Some(nonce);
    let subject = text("sub")?;
    let is_name =
        (1..=SUBJECT_BYTES_MAX).contains(&subject.len()) && !subject.chars().any(char::is_control);
    let is_good = is_for_us && is_given_to_us && is_now && is_asked && is_name;
    is_good.then(|| subject.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://login.example";
    const NOW: i64 = 1_795_424_400;

    fn metadata() -> Value {
        json!({
            "issuer": ISSUER, "authorization_endpoint": "https://login.example/auth?tenant=1",
            "token_endpoint": "https://login.example/token", "jwks_uri": "https://login.example/keys",
            "scopes_supported": ["openid"],
        })
    }

    fn provider(metadata: &Value) -> Option<Provider> {
        Provider::read(metadata.to_string().as_bytes(), ISSUER)
    }

    #[test]
    fn a_provider_is_who_it_says_and_a_person_is_sent_with_everything_that_binds_the_answer() {
        let asked = Asked {
            client_id: "bi",
            redirect_uri: "https://bi.example/settings",
            state: "s",
            nonce: "n",
            challenge: &challenge("v"),
            prompt: "",
        };
        let location = provider(&metadata()).unwrap().location(&asked);
        assert_eq!(
            location,
            format!(
                "https://login.example/auth?tenant=1&response_type=code&scope=openid&client_id=bi&redirect_uri=\
                 https%3A%2F%2Fbi.example%2Fsettings&state=s&nonce=n&code_challenge={}&code_challenge_method=S256",
                challenge("v")
            )
        );
        let choosing = Asked {
            prompt: "select_account",
            ..asked
        };
        assert_eq!(
            provider(&metadata()).unwrap().location(&choosing),
            format!("{location}&prompt=select_account")
        );
        assert_eq!(
            redemption(&asked, "c&d", "v"),
            "grant_type=authorization_code&code=c%26d&redirect_uri=https%3A%2F%2Fbi.example%2Fsettings&client_id=bi&\
             code_verifier=v"
        );
        assert_eq!(basic("b:i", "ä"), "b%3Ai:%C3%A4");
        let mut other = metadata();
        other["issuer"] = json!("https://login.example/");
        assert_eq!(provider(&other), None);
        for name in [
            "issuer",
            "authorization_endpoint",
            "token_endpoint",
            "jwks_uri",
        ] {
            let mut without = metadata();
            without.as_object_mut().unwrap().remove(name);
            assert_eq!(provider(&without), None, "{name}");
        }
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_that_of_the_standard() {
        let example = include_str!("../vectors/rfc7636_b.txt");
        let (verifier, expected) = example.trim().split_once(' ').unwrap();
        assert_eq!(challenge(verifier), expected);
    }

    #[test]
    fn an_answer_of_another_provider_is_told_apart() {
        let mut metadata = metadata();
        let silent = provider(&metadata).unwrap();
        assert!(silent.is_named(None) && silent.is_named(Some(ISSUER)));
        assert!(!silent.is_named(Some("https://evil.example")));
        metadata["authorization_response_iss_parameter_supported"] = json!(true);
        let naming = provider(&metadata).unwrap();
        assert!(!naming.is_named(None) && naming.is_named(Some(ISSUER)));
    }

    #[test]
    fn an_id_token_is_believed_for_us_now_and_for_what_was_asked() {
        let claims = || {
            json!({
                "iss": ISSUER, "aud": "bi", "sub": "alice", "nonce": "n", "iat": NOW, "exp": NOW + 300,
            })
        };
        let of =
            |claims: &Value, now| subject(claims.to_string().as_bytes(), ISSUER, "bi", "n", now);
        assert_eq!(of(&claims(), NOW).as_deref(), Some("alice"));
        assert!(of(&claims(), NOW + 359).is_some() && of(&claims(), NOW + 360).is_none());
        assert!(of(&claims(), NOW - 60).is_some() && of(&claims(), NOW - 61).is_none());
        for (name, value, is_good) in [
            ("aud", json!(["bi"]), true),
            ("aud", json!(["bi", "other"]), false),
            ("aud", json!("other"), false),
            ("aud", json!([]), false),
            ("aud", json!(null), false),
            ("azp", json!("bi"), true),
            ("azp", json!("other"), false),
            ("iss", json!("https://evil.example"), false),
            ("nonce", json!("m"), false),
            ("nonce", json!(null), false),
            ("sub", json!(""), false),
            ("sub", json!("a\u{0}"), false),
            ("sub", json!("s".repeat(256)), false),
            ("iat", json!(NOW - AGE_SECONDS_MAX - 1), false),
            ("iat", json!("x"), false),
            ("exp", json!(1e300), false),
        ] {
            let mut changed = claims();
            changed[name] = value;
            assert_eq!(of(&changed, NOW).is_some(), is_good, "{name}: {changed}");
        }
        for name in ["iss", "aud", "sub", "nonce", "iat", "exp"] {
            let mut without = claims();
            without.as_object_mut().unwrap().remove(name);
            assert_eq!(of(&without, NOW), None, "{name}");
        }
        let mut both = claims();
        (both["aud"], both["azp"]) = (json!(["other", "bi"]), json!("bi"));
        assert!(of(&both, NOW).is_some());
        assert_eq!(id_token(br#"{"id_token":"x"}"#).as_deref(), Some("x"));
        assert_eq!(id_token(br#"{"id_token":7}"#), None);
    }
}
