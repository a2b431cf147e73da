//! Recovery codes as people write them: 16 letters and digits in four groups, 80 bits.

/// Crockford's letters: none that is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH: usize = 16;

/// A code from random bytes.
pub(super) fn code(random: [u8; 32]) -> String {
    let mut code = String::with_capacity(LENGTH + 3);
    for (at, byte) in random.iter().take(LENGTH).enumerate() {
        if at > 0 && at % 4 == 0 {
            code.push('-');
        }
        let letter = LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        code.push(char::from(letter));
    }
    code
}

/// What a person meant: without hyphens and spaces, in capitals, I and L as 1, O as 0.
pub(super) fn plain(typed: &str) -> String {
    let letters = typed
        .chars()
        .filter(|letter| letter.is_ascii_alphanumeric());
    letters
        .take(2 * LENGTH)
        .map(|letter| match letter.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            letter => letter,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        let random = std::array::from_fn(|at| (at as u8).wrapping_mul(9));
        let code = code(random);
        assert_eq!(code.len(), 19);
        assert_eq!(code.split('-').count(), 4);
        assert_eq!(plain(&code).len(), LENGTH);
        assert_eq!(plain(&code.to_lowercase().replace('-', " ")), plain(&code));
        assert_eq!(plain("o0iL"), "0011");
    }
}
