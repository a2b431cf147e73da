//! Signatures of messages: HMAC-SHA256 (RFC 2104) over `id.timestamp.message`, as the scheme `v1` of the
//! Standard Webhooks specification has it.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest as _, Sha256};

use crate::secret::Secret;

/// The header field of the message's id: the same whenever it is sent, so that who gets it twice can tell.
pub const ID_FIELD: &str = "webhook-id";
/// The header field of when it was sent, in seconds since 1970.
pub const TIMESTAMP_FIELD: &str = "webhook-timestamp";
/// The header field of its signatures.
pub const SIGNATURE_FIELD: &str = "webhook-signature";

/// Bytes that SHA-256 takes at once.
const BLOCK_BYTES: usize = 64;

/// The header fields of a message: one signature by each secret.
pub fn fields(
    id: &str,
    at_seconds: i64,
    message: &str,
    secrets: &[Secret],
) -> Vec<(String, String)> {
    let signatures = secrets
        .iter()
        .map(|secret| sign(secret, id, at_seconds, message));
    let signatures: Vec<String> = signatures.collect();
    vec![
        (ID_FIELD.to_owned(), id.to_owned()),
        (TIMESTAMP_FIELD.to_owned(), at_seconds.to_string()),
        (SIGNATURE_FIELD.to_owned(), signatures.join(" ")),
    ]
}

/// One signature, as it goes into the header field.
pub fn sign(secret: &Secret, id: &str, at_seconds: i64, message: &str) -> String {
    let at = at_seconds.to_string();
    let parts = [id, ".", &at, ".", message].map(str::as_bytes);
    let code = hmac(secret.bytes(), &parts);
    format!("v1,{}", BASE64_STANDARD.encode(code))
}

/// The authentication code of a message in parts.
fn hmac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut block = [0; BLOCK_BYTES];
    if key.len() > BLOCK_BYTES {
        let digest: [u8; 32] = Sha256::digest(key).into();
        block[..32].copy_from_slice(&digest);
    } else {
        let (used, _) = block.split_at_mut(key.len());
        used.copy_from_slice(key);
    }
    let mut inner = Sha256::new();
    inner.update(block.map(|byte| byte ^ 0x36));
    for part in parts {
        inner.update(part);
    }
    let mut outer = Sha256::new();
    outer.update(block.map(|byte| byte ^ 0x5c));
    outer.update(inner.finalize());
    outer.finalize().into()
}

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use proptest::prelude::*;

    use super::*;

    /// Secret, id, moment, message and signature.
    type Vector = (&'static str, &'static str, i64, &'static str, &'static str);

    /// Published examples: of the specification's libraries in ten languages, and of its reference documentation.
    const PUBLISHED: [Vector; 2] = [
        (
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
        ),
        (
            "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            1_649_367_553,
            r#"{"email":"test@example.com","username":"test_user"}"#,
            "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
        ),
    ];

    #[test]
    fn signatures_are_those_of_the_published_examples() {
        for (secret, id, at, message, expected) in PUBLISHED {
            let secret = Secret::read(secret).unwrap();
            assert_eq!(sign(&secret, id, at, message), expected);
        }
    }

    #[test]
    fn whoever_knows_either_secret_can_check_while_both_are_good() {
        let [first, second] = PUBLISHED.map(|(secret, ..)| Secret::read(secret).unwrap());
        let fields = fields("msg_1", 7, "{}", &[first.clone(), second.clone()]);
        let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, [ID_FIELD, TIMESTAMP_FIELD, SIGNATURE_FIELD]);
        assert_eq!((fields[0].1.as_str(), fields[1].1.as_str()), ("msg_1", "7"));
        let both = [first, second].map(|secret| sign(&secret, "msg_1", 7, "{}"));
        assert_eq!(fields[2].1, both.join(" "));
        assert_ne!(both[0], both[1]);
    }

    /// RFC 4231, 4.3 and 4.7: a short key, and one that is longer than a block.
    #[test]
    fn codes_are_those_of_the_rfc() {
        let hex =
            |code: [u8; 32]| -> String { code.iter().map(|byte| format!("{byte:02x}")).collect() };
        assert_eq!(
            hex(hmac(b"Jefe", &[b"what do ya want ", b"for nothing?"])),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        let text = b"Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex(hmac(&[0xaa; 131], &[text])),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    proptest! {
        #[test]
        fn codes_are_those_of_another_implementation(
            key in proptest::collection::vec(any::<u8>(), 0..150),
            message in proptest::collection::vec(any::<u8>(), 0..300),
            cut in 0..300_usize,
        ) {
            let (one, other) = message.split_at(cut.min(message.len()));
            let mut oracle = Hmac::<Sha256>::new_from_slice(&key).unwrap();
            oracle.update(&message);
            let expected: [u8; 32] = oracle.finalize().into_bytes().into();
            prop_assert_eq!(hmac(&key, &[one, other]), expected);
        }
    }
}
