//! A program asks a person to let it act for them, by a page that they open (OAuth 2.1, 4.1): what is asked, where the
//! answer goes, and what it says.
//!
//! An answer goes to an address that was registered, or nowhere: whoever writes a link chooses neither where a code
//! goes nor where the person ends up.

use credentials::dpop::is_thumbprint;
use policy::Scopes;

use crate::{Refusal, pkce, scopes};

/// The longest address of an answer, in bytes.
pub const REDIRECT_BYTES_MAX: usize = 500;
/// The longest state that is given back, in bytes.
pub const STATE_BYTES_MAX: usize = 1_000;

/// Whether an address may be registered: encrypted, on the person's own machine, or a scheme that a program owns
/// (RFC 8252, 7); with no fragment (RFC 6749, 3.1.2).
pub fn is_redirect(address: &str) -> bool {
    let is_written = address.len() <= REDIRECT_BYTES_MAX
        && address.bytes().all(|byte| byte.is_ascii_graphic())
        && !address.contains(['#', '\\', '"', '<', '>']);
    let Some((scheme, rest)) = address.split_once(':').filter(|_| is_written) else {
        return false;
    };
    match (scheme, rest.strip_prefix("//")) {
        ("https", Some(rest)) => host(rest).is_some_and(|host| !host.is_empty()),
        ("http", Some(rest)) => host(rest).is_some_and(is_loopback),
        // `com.example.app:/done`: the name of a domain turned around, which no browser reads as code.
        (scheme, _) => {
            let is_letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            let mut parts = scheme.split('.');
            let are_words = parts
                .all(|part| !part.is_empty() && part.bytes().all(|it| is_letter(it) || it == b'-'));
            are_words && scheme.contains('.')
        }
    }
}

/// The host of what stands behind `//`, without its port; none where a user is named before it.
fn host(rest: &str) -> Option<&str> {
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, _) = rest.split_at(end);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if is_port(port) => host,
        _ => authority,
    };
    (!authority.contains('@')).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    ["127.0.0.1", "[::1]", "localhost"].contains(&host)
}

/// Whether an address is one that was registered, letter by letter; on the person's own machine the port may differ
/// (RFC 8252, 7.3).
fn is_registered(registered: &[String], address: &str) -> bool {
    let without_port = |address: &str| {
        let rest = address.strip_prefix("http://")?;
        let host = host(rest).filter(|host| is_loopback(host))?;
        let after = rest.get(host.len()..)?.trim_start_matches(':');
        let after = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
        Some(format!("{host}{after}"))
    };
    is_redirect(address)
        && registered.iter().any(|known| {
            let (known_plain, plain) = (without_port(known), without_port(address));
            known == address || (plain.is_some() && known_plain == plain)
        })
}

/// What the address of the page asks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// `code`.
    pub response_type: &'a str,
    /// Where the answer goes.
    pub redirect_uri: &'a str,
    /// What for, names between spaces.
    pub scope: Option<&'a str>,
    /// Given back as it is.
    pub state: Option<&'a str>,
    /// What the code is bound to.
    pub code_challenge: &'a str,
    /// `S256`.
    pub code_challenge_method: &'a str,
    /// The thumbprint of the key that the code is bound to (RFC 9449, 10).
    pub dpop_jkt: Option<&'a str>,
}

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The person is told, and sent nowhere.
    Told(&'static str),
    /// The program is told: this address.
    Sent(String),
    /// The person is asked whether the program may do this for them.
    Ask(Scopes),
}

/// Whether a program may ask what it asks.
pub fn check(asked: &Asked<'_>, redirects: &[String], allowed: Scopes, issuer: &str) -> Outcome {
    if !is_registered(redirects, asked.redirect_uri) {
        return Outcome::Told("the address that the answer would go to is not registered");
    }
    if asked
        .state
        .is_some_and(|state| state.len() > STATE_BYTES_MAX)
    {
        return Outcome::Told("the state is too long");
    }
    let refuse = |name: &str| Outcome::Sent(answer(asked, issuer, "error", name));
    if asked.response_type != "code" {
        return refuse("unsupported_response_type");
    }
    if asked.code_challenge_method != "S256" || !pkce::is_challenge(asked.code_challenge) {
        return refuse(Refusal::InvalidRequest.name());
    }
    if asked.dpop_jkt.is_some_and(|jkt| !is_thumbprint(jkt)) {
        return refuse(Refusal::InvalidRequest.name());
    }
    match scopes(asked.scope, allowed) {
        Ok(scopes) => Outcome::Ask(scopes),
        Err(refused) => refuse(refused.refusal.name()),
    }
}

/// Where the person goes with the answer: a code or an error, the state, and who answers (RFC 9207).
pub fn answer(asked: &Asked<'_>, issuer: &str, name: &str, value: &str) -> String {
    let mark = if asked.redirect_uri.contains('?') {
        '&'
    } else {
        '?'
    };
    let mut address = format!("{}{mark}{name}={}", asked.redirect_uri, encoded(value));
    if let Some(state) = asked.state {
        address.push_str(&format!("&state={}", encoded(state)));
    }
    address.push_str(&format!("&iss={}", encoded(issuer)));
    address
}

pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_safe_or_not_registered() {
        for good in [
            "https://app.example/done",
            "https://app.example:8443/done?x=1",
            "http://127.0.0.1/done",
            "http://[::1]:9/done",
            "http://localhost:8080/",
            "com.example.app:/done",
            "com.example.app://done",
        ] {
            assert!(is_redirect(good), "{good}");
        }
        for bad in [
            "",
            "https:",
            "https://",
            "https:///x",
            "http://app.example/done",
            "http://localhost.evil.example/",
            "http://127.0.0.1@evil.example/",
            "https://app.example/#x",
            "javascript:alert(1)",
            "data:text/html,x",
            "app:/done",
            "com..app:/x",
            "https://app.example/a b",
            "https://app.example\\@evil.example/",
            "https://ä.example/",
        ] {
            assert!(!is_redirect(bad), "{bad}");
        }
    }

    fn asked<'a>(redirect_uri: &'a str) -> Asked<'a> {
        Asked {
            response_type: "code",
            redirect_uri,
            scope: Some("read:bi"),
            state: Some("a&b=c"),
            code_challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            code_challenge_method: "S256",
            dpop_jkt: None,
        }
    }

    #[test]
    fn an_answer_goes_where_it_was_registered_or_nowhere() {
        let redirects = [
            "https://app.example/done".to_owned(),
            "http://127.0.0.1/done".to_owned(),
        ];
        let of = |redirect: &str| {
            check(
                &asked(redirect),
                &redirects,
                Scopes::from_iter([policy::Scope::ReadBi]),
                "https://bi",
            )
        };
        let is_asked = |redirect: &str| matches!(of(redirect), Outcome::Ask(_));
        assert!(is_asked("https://app.example/done") && is_asked("http://127.0.0.1/done"));
        assert!(is_asked("http://127.0.0.1:49152/done"));
        for elsewhere in [
            "https://app.example/done/",
            "https://app.example/done?x",
            "https://app.example:444/done",
            "https://app.example.evil.example/done",
            "https://evil.example/https://app.example/done",
            "http://127.0.0.1:49152/other",
            "http://localhost:49152/done",
            "http://127.0.0.1:1@evil.example/done",
            "",
        ] {
            assert!(matches!(of(elsewhere), Outcome::Told(_)), "{elsewhere}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_to_the_program() {
        let redirects = ["https://app.example/done?x=1".to_owned()];
        let allowed = Scopes::from_iter([policy::Scope::ReadBi]);
        let error_of =
            |asked: Asked<'_>| match check(&asked, &redirects, allowed, "https://bi.example") {
                Outcome::Sent(address) => address,
                other => format!("{other:?}"),
            };
        let right = asked("https://app.example/done?x=1");
        let expect = |name: &str| {
            format!(
                "https://app.example/done?x=1&error={name}&state=a%26b%3Dc&iss=https%3A%2F%2Fbi.example"
            )
        };
        let cases = [
            (
                Asked {
                    response_type: "token",
                    ..right
                },
                "unsupported_response_type",
            ),
            (
                Asked {
                    code_challenge_method: "plain",
                    ..right
                },
                "invalid_request",
            ),
            (
                Asked {
                    code_challenge_method: "",
                    ..right
                },
                "invalid_request",
            ),
            (
                Asked {
                    code_challenge: "",
                    ..right
                },
                "invalid_request",
            ),
            (
                Asked {
                    dpop_jkt: Some("thumbprint"),
                    ..right
                },
                "invalid_request",
            ),
            (
                Asked {
                    scope: Some("write:company"),
                    ..right
                },
                "invalid_scope",
            ),
        ];
        for (asked, name) in cases {
            assert_eq!(error_of(asked), expect(name));
        }
    }
}
