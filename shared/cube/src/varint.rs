//! Variable-length integers (LEB128, zigzag for signed ones) and a reader that can only fail by
//! returning `None`: what the segment directory, dictionary chunks and stored facts are made of.

/// Appends an unsigned integer, seven bits a byte, lowest first.
pub(crate) fn put(out: &mut Vec<u8>, value: u128) {
    let mut rest = value;
    while rest >= 0x80 {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
}

/// Appends a signed integer: 0, -1, 1, -2, ... become 0, 1, 2, 3, ...
pub(crate) fn put_signed(out: &mut Vec<u8>, value: i128) {
    put(out, zigzag(value));
}

/// Appends a text: its length in bytes, then its UTF-8.
pub(crate) fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u128);
    out.extend_from_slice(text.as_bytes());
}

/// Maps signed to unsigned integers so that small magnitudes stay small.
pub(crate) const fn zigzag(value: i128) -> u128 {
    ((value << 1) ^ (value >> 127)) as u128
}

const fn from_zigzag(value: u128) -> i128 {
    (value >> 1) as i128 ^ -((value & 1) as i128)
}

/// Reads what the functions above wrote. Every method gives `None` past the end.
#[derive(Clone, Copy)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Cursor { rest: bytes }
    }

    /// Bytes not read yet.
    pub(crate) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(taken)
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (&byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(byte)
    }

    /// A fixed-width little-endian `u32`.
    pub(crate) fn fixed_u32(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }

    pub(crate) fn unsigned(&mut self) -> Option<u128> {
        let mut value = 0_u128;
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            let bits = u128::from(byte & 0x7f);
            if shift >= 128 || bits.leading_zeros() < shift {
                return None;
            }
            value |= bits << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn signed(&mut self) -> Option<i128> {
        self.unsigned().map(from_zigzag)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.unsigned()?.try_into().ok()
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.unsigned()?.try_into().ok()
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.signed()?.try_into().ok()
    }

    pub(crate) fn length(&mut self) -> Option<usize> {
        self.unsigned()?.try_into().ok()
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let length = self.length()?;
        std::str::from_utf8(self.take(length)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_values_fit() {
        for value in [i128::MIN, i128::MAX, 0, -1, i128::from(i64::MIN)] {
            let mut bytes = Vec::new();
            put_signed(&mut bytes, value);
            assert_eq!(Cursor::new(&bytes).signed(), Some(value));
        }
        let mut endless = vec![0xff; 18];
        endless.push(0x7f);
        assert_eq!(Cursor::new(&endless).unsigned(), None);
        assert_eq!(Cursor::new(&[0x80]).unsigned(), None);
        assert_eq!(Cursor::new(&[5, b'a']).text(), None);
    }

    proptest! {
        #[test]
        fn what_is_put_is_read(signed: i128, small in -300_i64..300, unsigned: u64, text: String) {
            let mut bytes = Vec::new();
            put_signed(&mut bytes, signed);
            put_signed(&mut bytes, i128::from(small));
            put(&mut bytes, u128::from(unsigned));
            put_text(&mut bytes, &text);
            let mut cursor = Cursor::new(&bytes);
            prop_assert_eq!(cursor.signed(), Some(signed));
            prop_assert_eq!(cursor.i64(), Some(small));
            prop_assert_eq!(cursor.u64(), Some(unsigned));
            prop_assert_eq!(cursor.text(), Some(text.as_str()));
            prop_assert!(cursor.is_at_end());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes: Vec<u8>) {
            let mut cursor = Cursor::new(&bytes);
            while cursor.signed().is_some() && cursor.text().is_some() {}
        }
    }
}
