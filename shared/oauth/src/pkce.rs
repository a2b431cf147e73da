//! Proof that who redeems a code is who asked for it (RFC 7636), by S256 alone.

use credentials::{from_base64url, to_base64url};
use sha2::{Digest, Sha256};

/// Whether a text is a challenge: 256 bits of base64url.
pub fn is_challenge(text: &str) -> bool {
    from_base64url(text).is_some_and(|bytes| bytes.len() == 32)
}

/// Whether a verifier is the one of a challenge; it is written as RFC 7636, 4.1 says.
pub fn is_proven(verifier: &str, challenge: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let is_written = (43..=128).contains(&verifier.len()) && verifier.bytes().all(is_letter);
    is_written && to_base64url(&Sha256::digest(verifier)) == challenge
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn the_standards_example_is_proven() {
        let example = include_str!("../vectors/rfc7636_b.txt");
        let (verifier, challenge) = example.trim().split_once(' ').unwrap();
        assert!(is_challenge(challenge) && is_proven(verifier, challenge));
        assert!(!is_proven(challenge, challenge) && !is_proven(&verifier[1..], challenge));
        assert!(!is_challenge("") && !is_challenge(verifier.get(1..).unwrap()));
        // A plain challenge proves nothing, and neither does what is no verifier.
        let short = to_base64url(&Sha256::digest("short"));
        assert!(!is_proven("short", &short));
    }
}
