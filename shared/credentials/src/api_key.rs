//! API keys as they are written: `mbk_`, 256 random bits in base62, and a check sum.
//!
//! 43 digits hold the bits, 6 the CRC-32 (ISO-HDLC) of what stands before them. Scanners of leaked secrets
//! and clients recognise a key, and a mistyped one, without asking anybody; that a key *is* one only the edge
//! knows. Letters and digits alone: a double click takes all of it.
//!
//! What is kept of a key is a SHA-256. A slow hash guards what people choose, because that can be guessed;
//! 2^256 keys cannot, so there is nothing to slow down and every request would pay for it.
//!
//! Out of scope: drawing the bits, and keeping digests.

/// What every key begins with.
pub const PREFIX: &str = "mbk_";
/// The length of a key, in characters.
pub const LENGTH: usize = PREFIX.len() + SECRET_DIGITS + CHECK_DIGITS;

/// Digits that hold 256 bits: 62^43 is more than 2^256, 62^42 is not.
const SECRET_DIGITS: usize = 43;
/// Digits that hold 32 bits.
const CHECK_DIGITS: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Writes a key.
pub fn write(secret: &[u8; 32]) -> String {
    let mut key = String::with_capacity(LENGTH);
    key.push_str(PREFIX);
    push_base62(&mut key, secret, SECRET_DIGITS);
    let check = crc32fast::hash(key.as_bytes());
    push_base62(&mut key, &check.to_be_bytes(), CHECK_DIGITS);
    key
}

/// Whether a text is written as a key: prefix, length, digits and check sum. Each 256 bits are written in
/// one way only.
pub fn is_well_formed(text: &str) -> bool {
    let Some((body, check)) = text
        .len()
        .checked_sub(CHECK_DIGITS)
        .and_then(|at| text.split_at_checked(at))
    else {
        return false;
    };
    let secret = body.strip_prefix(PREFIX).unwrap_or_default();
    let is_secret = secret.len() == SECRET_DIGITS && is_number::<32>(secret);
    let mut expected = String::with_capacity(CHECK_DIGITS);
    let sum = crc32fast::hash(body.as_bytes());
    push_base62(&mut expected, &sum.to_be_bytes(), CHECK_DIGITS);
    is_secret && check == expected
}

/// Appends a number, highest byte first, in a fixed count of digits that hold it.
fn push_base62(text: &mut String, number: &[u8], digits: usize) {
    let mut number = number.to_vec();
    let mut lowest_first = Vec::with_capacity(digits);
    for _ in 0..digits {
        let mut rest = 0_u32;
        for byte in &mut number {
            let part = rest << 8 | u32::from(*byte);
            *byte = (part / 62) as u8;
            rest = part % 62;
        }
        let digit = DIGITS.get(rest as usize).copied().unwrap_or(b'0');
        lowest_first.push(char::from(digit));
    }
    text.extend(lowest_first.into_iter().rev());
}

/// Whether digits of base62 are a number of so many bytes at the most.
fn is_number<const BYTES: usize>(digits: &str) -> bool {
    let mut number = [0_u8; BYTES];
    for digit in digits.bytes() {
        let Some(value) = DIGITS.iter().position(|known| *known == digit) else {
            return false;
        };
        let mut carry = value as u32;
        for byte in number.iter_mut().rev() {
            let part = u32::from(*byte) * 62 + carry;
            *byte = part as u8;
            carry = part >> 8;
        }
        if carry != 0 {
            return false;
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Made by Python: divmod of int.from_bytes over the same digits, and zlib.crc32.
    const BY_PYTHON: [(u8, &str); 3] = [
        (0, "mbk_00000000000000000000000000000000000000000003gduqt"),
        (1, "mbk_0El6XFXwsUFD8J2vGxsaboW7rZYnQRBP5d9erwRwd2948t8Ia"),
        (255, "mbk_yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp11oKVl9"),
    ];

    #[test]
    fn keys_are_those_of_another_program() {
        for (byte, expected) in BY_PYTHON {
            assert_eq!(write(&[byte; 32]), expected);
            assert!(is_well_formed(expected));
        }
    }

    #[test]
    fn more_than_256_bits_are_no_key() {
        let body = format!("{PREFIX}{}", "z".repeat(SECRET_DIGITS));
        let mut key = body.clone();
        push_base62(
            &mut key,
            &crc32fast::hash(body.as_bytes()).to_be_bytes(),
            CHECK_DIGITS,
        );
        assert_eq!(key.len(), LENGTH);
        assert!(!is_well_formed(&key));
        for text in ["", "mbk_", "é", "mbk_éééééé", "Bearer mbk_"] {
            assert!(!is_well_formed(text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_key_is_recognised_and_no_changed_one(secret: [u8; 32], at in 0..LENGTH, digit in 0_usize..62) {
            let key = write(&secret);
            prop_assert_eq!(key.len(), LENGTH);
            prop_assert!(is_well_formed(&key));
            let mut changed = key.clone().into_bytes();
            changed[at] = DIGITS[digit];
            let changed = String::from_utf8(changed).expect("digits are text");
            prop_assert_eq!(is_well_formed(&changed), changed == key);
            prop_assert!(!is_well_formed(&key[..at]));
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,70}") {
            prop_assert!(!is_well_formed(&text));
        }
    }
}
