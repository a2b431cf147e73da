//! Nonces that the server hands out (RFC 9449, 8): a proof with one was made after the server said it, whatever the
//! clock of the device. A nonce is told by a secret and the time alone, so that no isolate has to keep any.

use sha2::{Digest, Sha256};

use crate::to_base64url;

/// How long a nonce is handed out, in seconds; it is taken for as long again.
const TERM_SECONDS: i64 = 300;

/// The nonce of a moment, in seconds since 1970.
pub fn nonce(secret: &str, now_seconds: i64) -> String {
    of_term(secret, now_seconds.div_euclid(TERM_SECONDS))
}

/// Whether a text is the nonce of this moment or the one before.
pub(super) fn is_good(secret: &str, text: &str, now_seconds: i64) -> bool {
    use subtle::ConstantTimeEq as _;
    let term = now_seconds.div_euclid(TERM_SECONDS);
    [term, term - 1].iter().any(|term| {
        let expected = of_term(secret, *term);
        expected.as_bytes().ct_eq(text.as_bytes()).into()
    })
}

/// A digest of a key and a number, both as long as always: nothing can be added to either.
fn of_term(secret: &str, term: i64) -> String {
    let key = Sha256::digest(format!("dpop nonce {secret}"));
    let mut hash = Sha256::new();
    hash.update(key);
    hash.update(term.to_be_bytes());
    to_base64url(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_good_for_a_while_and_of_one_secret() {
        let at = 1_000 * TERM_SECONDS;
        let text = nonce("s", at);
        assert_eq!(text, nonce("s", at + TERM_SECONDS - 1));
        for later in [0, 1, TERM_SECONDS, 2 * TERM_SECONDS - 1] {
            assert!(is_good("s", &text, at + later), "{later}");
        }
        assert!(!is_good("s", &text, at + 2 * TERM_SECONDS));
        assert!(!is_good("s", &text, at - 1), "it was not handed out yet");
        assert!(!is_good("t", &text, at) && !is_good("s", "", at));
    }
}
