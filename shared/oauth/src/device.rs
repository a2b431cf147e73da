//! Programs on devices without a browser (RFC 8628): a code to type elsewhere, and what is answered while the device
//! asks again and again.

use crate::Refusal;

/// How long a code can be typed, in seconds.
pub const LIFE_SECONDS: i64 = 600;
/// How long a device waits before it asks again, in seconds; each time that it does not, so much longer.
pub const INTERVAL_SECONDS: i64 = 5;
/// The way of asking for a token.
pub const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// Consonants: no word comes of them, and none is taken for a digit (RFC 8628, 6.1).
const LETTERS: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// Letters of a code: 20^8 codes, of which a few are good for ten minutes.
const LENGTH: usize = 8;

/// A code of random bytes, each letter as likely as any other.
pub fn code(random: &[u8; 32]) -> String {
    // Bytes from 240 on would make some letters likelier.
    let letters = random.iter().filter(|byte| **byte < 240);
    let letters = letters.filter_map(|byte| LETTERS.get(usize::from(*byte % 20)));
    letters.take(LENGTH).copied().map(char::from).collect()
}

/// A code as it is shown: in two halves.
pub fn shown(code: &str) -> String {
    let (first, second) = code.split_at_checked(LENGTH / 2).unwrap_or((code, ""));
    format!("{first}-{second}")
}

/// What a person meant: letters alone, in capitals; none where that is no code.
pub fn typed(text: &str) -> Option<String> {
    let letters = text
        .chars()
        .filter(char::is_ascii_alphabetic)
        .take(LENGTH + 1);
    let code: String = letters.map(|letter| letter.to_ascii_uppercase()).collect();
    let is_code = code.len() == LENGTH && code.bytes().all(|letter| LETTERS.contains(&letter));
    is_code.then_some(code)
}

/// What is known of a device's request. Moments are milliseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What the person said, where they have.
    pub answer: Option<bool>,
    /// When its code ends.
    pub ends_at: i64,
    /// When it asked last.
    pub asked_at: Option<i64>,
    /// How long it has to wait before it asks again, in seconds.
    pub interval_seconds: i64,
}

/// Why a device gets no token yet, or ever; nothing where it gets one.
pub fn refusal(waiting: &Waiting, now: i64) -> Option<Refusal> {
    let next = |asked: i64| asked.saturating_add(waiting.interval_seconds.saturating_mul(1_000));
    let is_early = waiting.asked_at.is_some_and(|asked| now < next(asked));
    match waiting.answer {
        _ if waiting.ends_at <= now => Some(Refusal::ExpiredToken),
        Some(true) => None,
        Some(false) => Some(Refusal::AccessDenied),
        None if is_early => Some(Refusal::SlowDown),
        None => Some(Refusal::AuthorizationPending),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        // RFC 8628, 3.2 shows one.
        let code = include_str!("../vectors/rfc8628_3_2.txt").trim();
        let plain = typed(code).unwrap();
        assert_eq!(shown(&plain), code);
        for text in [
            code.to_ascii_lowercase(),
            format!(" {} ", plain),
            code.replace('-', " "),
        ] {
            assert_eq!(typed(&text), Some(plain.clone()), "{text}");
        }
        for text in ["", "WDJB", "AAAA-AAAA", "WDJBMJHTX", "ÇÇÇÇÇÇÇÇ"] {
            assert_eq!(typed(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_code_is_one(random: [u8; 32]) {
            let code = code(&random);
            prop_assume!(random.iter().filter(|byte| **byte < 240).count() >= LENGTH);
            prop_assert_eq!(typed(&shown(&code)), Some(code));
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,40}") {
            let _ = typed(&text).map(|code| shown(&code));
            let _ = shown(&text);
        }
    }

    #[test]
    fn a_device_waits_and_is_answered() {
        let waiting = Waiting {
            answer: None,
            ends_at: 600_000,
            asked_at: None,
            interval_seconds: 5,
        };
        let asked = |asked_at, now| {
            refusal(
                &Waiting {
                    asked_at,
                    ..waiting
                },
                now,
            )
        };
        assert_eq!(asked(None, 0), Some(Refusal::AuthorizationPending));
        assert_eq!(asked(Some(0), 4_999), Some(Refusal::SlowDown));
        assert_eq!(asked(Some(0), 5_000), Some(Refusal::AuthorizationPending));
        let answered = |answer, now| {
            refusal(
                &Waiting {
                    answer: Some(answer),
                    ..waiting
                },
                now,
            )
        };
        assert_eq!(answered(false, 1), Some(Refusal::AccessDenied));
        assert_eq!(answered(true, 1), None);
        assert_eq!(answered(true, 600_000), Some(Refusal::ExpiredToken));
        assert_eq!(asked(Some(0), 600_000), Some(Refusal::ExpiredToken));
    }
}
