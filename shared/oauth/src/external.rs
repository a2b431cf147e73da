//! Tokens of other issuers: JWTs that a company lets in, such as those of its own identity provider (RFC 7519).
//!
//! A token is for one company: its audience names it, so that a token that was meant for another service, or for
//! another company, opens nothing. Out of scope: the signature, which is checked before anything here is believed, and
//! which claims a company asks for ([`says`] compares one).

use credentials::{from_base64url, jws};
use serde_json::{Map, Value};

/// What begins the audience of tokens for a company; its id follows.
pub const AUDIENCE_PREFIX: &str = "meschain-bi:";
/// The longest token that is read, in bytes.
pub const TOKEN_BYTES_MAX: usize = 16 << 10;
/// How far another clock may be from ours, in seconds.
pub const SKEW_SECONDS: i64 = 60;
/// How much longer a token may be good, in seconds: whoever finds an old one finds nothing.
pub const LIFE_SECONDS_MAX: i64 = 86_400;
/// Audiences of one token, at most.
const AUDIENCES_MAX: usize = 20;
/// The longest name of whom a token is about, in bytes.
const SUBJECT_BYTES_MAX: usize = 255;
/// Types of tokens that are for something else (RFC 8725, 3.11).
const OTHER_KINDS: [&str; 4] = [
    "dpop+jwt",
    "logout+jwt",
    "secevent+jwt",
    "oauth-authz-req+jwt",
];

/// The audience of tokens for a company.
pub fn audience(company: &str) -> String {
    format!("{AUDIENCE_PREFIX}{company}")
}

/// What a token says of itself before anything of it is believed, to look up by what it can be checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unproven {
    /// Who says that they signed it.
    pub issuer: String,
    /// The company that it is for.
    pub company: String,
    /// The name of its key.
    pub kid: Option<String>,
}

/// Looks at a token; nothing where it cannot be one for a company.
pub fn unproven(token: &str) -> Option<Unproven> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let mut parts = token.split('.').map(from_base64url);
    let (header, claims) = (parts.next()??, parts.next()??);
    let header: Map<String, Value> = serde_json::from_slice(&header).ok()?;
    let claims: Map<String, Value> = serde_json::from_slice(&claims).ok()?;
    let mut companies = audiences(&claims)?
        .into_iter()
        .filter_map(|audience| audience.strip_prefix(AUDIENCE_PREFIX));
    let company = companies.next()?;
    // One that is for two companies is for neither.
    if companies.next().is_some() {
        return None;
    }
    Some(Unproven {
        issuer: claims.get("iss")?.as_str()?.to_owned(),
        company: company.to_owned(),
        kid: header.get("kid").and_then(Value::as_str).map(str::to_owned),
    })
}

/// The name of the key that a token names, if any; the outer nothing where it is no token.
pub fn kid(token: &str) -> Option<Option<String>> {
    if token.len() > TOKEN_BYTES_MAX {
        return None;
    }
    let header = from_base64url(token.split('.').next()?)?;
    let header: Map<String, Value> = serde_json::from_slice(&header).ok()?;
    Some(header.get("kid").and_then(Value::as_str).map(str::to_owned))
}

/// What a token whose signature is good says.
#[derive(Clone, Debug, PartialEq)]
pub struct External {
    /// Whom it is about.
    pub subject: String,
    /// When it ends, in seconds since 1970.
    pub ends_at: i64,
    /// All that it says.
    pub claims: Map<String, Value>,
}

/// Reads a token whose signature is good, where all else is too: of this issuer, for this audience, and of this time.
pub fn read(
    kind: Option<&str>,
    payload: &[u8],
    issuer: &str,
    audience: &str,
    now_seconds: i64,
) -> Option<External> {
    let kind = kind.unwrap_or("JWT").to_ascii_lowercase();
    let kind = kind.strip_prefix("application/").unwrap_or(&kind);
    if OTHER_KINDS.contains(&kind) {
        return None;
    }
    let claims: Map<String, Value> = serde_json::from_slice(payload).ok()?;
    let is_for_us =
        claims.get("iss")?.as_str()? == issuer && audiences(&claims)?.contains(&audience);
    let ends_at = moment(&claims, "exp")??;
    let latest = now_seconds + SKEW_SECONDS;
    let is_now = now_seconds - SKEW_SECONDS < ends_at
        && ends_at <= latest + LIFE_SECONDS_MAX
        && moment(&claims, "nbf")?.is_none_or(|from| from <= latest)
        && moment(&claims, "iat")?.is_none_or(|signed| signed <= latest);
    let subject = claims.get("sub")?.as_str()?;
    let is_name =
        (1..=SUBJECT_BYTES_MAX).contains(&subject.len()) && !subject.chars().any(char::is_control);
    (is_for_us && is_now && is_name).then(|| External {
        subject: subject.to_owned(),
        ends_at,
        claims: claims.clone(),
    })
}

/// Whether a claim is a text, or holds it in a list.
pub fn says(claims: &Map<String, Value>, claim: &str, text: &str) -> bool {
    match claims.get(claim) {
        Some(Value::String(value)) => value == text,
        Some(Value::Array(values)) => values.iter().any(|value| value.as_str() == Some(text)),
        _ => false,
    }
}

/// Whether an algorithm of a signature is one that issuers may use: of public keys alone.
pub fn is_allowed(key: &credentials::Key) -> bool {
    key.algorithm().web_crypto().is_some()
}

/// A token that names a key of a set, to be proven.
pub fn of_set<'t>(token: &'t str, keys: &'t credentials::jwk::JwkSet) -> Option<jws::Unproven<'t>> {
    let token = jws::read_with_set(token, keys).ok()?;
    is_allowed(token.key).then_some(token)
}

/// The audiences of a token: one text, or a list of some.
fn audiences(claims: &Map<String, Value>) -> Option<Vec<&str>> {
    match claims.get("aud")? {
        Value::String(audience) => Some(vec![audience]),
        Value::Array(list) if list.len() <= AUDIENCES_MAX => {
            list.iter().map(Value::as_str).collect()
        }
        _ => None,
    }
}

/// A moment in seconds, parts of one cut off; the outer nothing where it is no number.
fn moment(claims: &Map<String, Value>, name: &str) -> Option<Option<i64>> {
    let Some(value) = claims.get(name) else {
        return Some(None);
    };
    let seconds = value
        .as_i64()
        .or_else(|| value.as_f64().map(|real| real as i64))?;
    // What is added to it below must not overflow.
    (seconds.unsigned_abs() < 1 << 53).then_some(Some(seconds))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://login.example/tenant";
    const NOW: i64 = 1_795_424_400;

    fn claims() -> Value {
        json!({
            "iss": ISSUER, "aud": "meschain-bi:acme", "sub": "robot", "exp": NOW + 300, "iat": NOW, "nbf": NOW,
            "groups": ["finance", "sales"],
        })
    }

    fn token(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| credentials::to_base64url(value.to_string().as_bytes());
        format!("{}.{}.c2ln", part(header), part(claims))
    }

    fn is_read(kind: Option<&str>, claims: &Value, now: i64) -> bool {
        let payload = claims.to_string();
        read(kind, payload.as_bytes(), ISSUER, &audience("acme"), now).is_some()
    }

    #[test]
    fn a_token_names_one_company_issuer_and_key() {
        let header = json!({ "alg": "RS256", "kid": "k" });
        let seen = unproven(&token(&header, &claims())).unwrap();
        assert_eq!(
            (
                seen.issuer.as_str(),
                seen.company.as_str(),
                seen.kid.as_deref()
            ),
            (ISSUER, "acme", Some("k"))
        );
        let with = |aud: Value| {
            let mut claims = claims();
            claims["aud"] = aud;
            unproven(&token(&header, &claims)).map(|seen| seen.company)
        };
        assert_eq!(
            with(json!(["api://x", "meschain-bi:acme"])).as_deref(),
            Some("acme")
        );
        for aud in [
            json!("acme"),
            json!(["meschain-bi:acme", "meschain-bi:other"]),
            json!([]),
            json!([7]),
            json!(vec!["meschain-bi:acme"; 21]),
            json!(null),
            json!({ "meschain-bi:acme": 1 }),
        ] {
            assert_eq!(with(aud.clone()), None, "{aud}");
        }
        for text in [
            "",
            ".",
            "a.b.c",
            "e30.e30.",
            &"a".repeat(TOKEN_BYTES_MAX + 1),
        ] {
            assert_eq!(unproven(text), None, "{text}");
        }
    }

    #[test]
    fn a_token_is_believed_for_us_and_now() {
        assert!(is_read(Some("JWT"), &claims(), NOW));
        assert!(is_read(None, &claims(), NOW) && is_read(Some("at+jwt"), &claims(), NOW));
        for kind in OTHER_KINDS {
            assert!(!is_read(Some(kind), &claims(), NOW), "{kind}");
            assert!(
                !is_read(Some(&format!("application/{kind}")), &claims(), NOW),
                "{kind}"
            );
        }
        // A minute of difference between clocks, and no more.
        assert!(is_read(None, &claims(), NOW + 359) && !is_read(None, &claims(), NOW + 360));
        assert!(is_read(None, &claims(), NOW - 60) && !is_read(None, &claims(), NOW - 61));
        for (name, value) in [
            ("iss", json!("https://evil.example")),
            ("iss", json!(null)),
            ("aud", json!("meschain-bi:other")),
            ("aud", json!([])),
            ("exp", json!(null)),
            ("exp", json!("2027")),
            ("exp", json!(NOW + LIFE_SECONDS_MAX + SKEW_SECONDS + 1)),
            ("exp", json!(1e300)),
            ("exp", json!(i64::MIN)),
            ("nbf", json!(NOW + 61)),
            ("nbf", json!("x")),
            ("iat", json!(NOW + 61)),
            ("sub", json!("")),
            ("sub", json!("a\nb")),
            ("sub", json!("s".repeat(256))),
            ("sub", json!(7)),
        ] {
            let mut changed = claims();
            changed[name] = value;
            assert!(!is_read(None, &changed, NOW), "{name}: {changed}");
        }
        for name in ["iss", "aud", "exp", "sub"] {
            let mut without = claims();
            without.as_object_mut().unwrap().remove(name);
            assert!(!is_read(None, &without, NOW), "{name}");
        }
    }

    #[test]
    fn a_claim_is_a_text_or_holds_it() {
        let claims = claims();
        let claims = claims.as_object().unwrap();
        assert!(says(claims, "sub", "robot") && says(claims, "groups", "finance"));
        for (claim, text) in [
            ("sub", "rob"),
            ("groups", "fin"),
            ("groups", ""),
            ("exp", "1795424700"),
            ("nothing", ""),
        ] {
            assert!(!says(claims, claim, text), "{claim} {text}");
        }
    }

    #[test]
    fn neither_none_nor_secrets_nor_another_algorithm_open_anything() {
        use credentials::jwk::JwkSet;
        let point = r#"{"kty":"EC","crv":"P-256","kid":"k","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}"#;
        let set = JwkSet::published(format!(r#"{{"keys":[{point}]}}"#).as_bytes()).unwrap();
        let of = |alg: &str| {
            let token = token(&json!({ "alg": alg, "kid": "k" }), &claims());
            of_set(&token, &set).is_some()
        };
        assert!(of("ES256"));
        for alg in ["none", "None", "", "HS256", "RS256", "ES384", "EdDSA"] {
            assert!(!of(alg), "{alg}");
        }
    }
}
