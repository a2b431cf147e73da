//! The form of a sealed record: a head that says what it is, and what AES-GCM made of the record.
//!
//! Bytes 0 to 4 are `MBIE`, byte 4 is the version, bytes 5 to 17 the nonce; the ciphertext with its tag
//! follows. What a record is, and where it lies, is authenticated with it ([`context`]): moved to another place
//! it does not open. So each record tells by itself whether it is sealed, and by which version.
//!
//! Out of scope: keys and the cipher itself, which is the browser's (`platform::cipher`).

use thiserror::Error;

/// Bytes of a nonce: 96 random bits, so that one key may seal some thousand million records.
pub const NONCE_BYTES: usize = 12;
/// Bytes before the ciphertext.
pub const HEAD_BYTES: usize = MAGIC.len() + 1 + NONCE_BYTES;
/// The version that is written.
pub const VERSION: u8 = 1;

/// Bytes of the tag, which is the end of the ciphertext.
const TAG_BYTES: usize = 16;
// Segments, dictionaries and roll-ups begin with other letters, staged chunks with those of gzip.
const MAGIC: [u8; 4] = *b"MBIE";
/// What everything sealed here is told apart by from whatever else a key might ever seal.
const PURPOSE: &str = "meschain cache";

/// Why a sealed record cannot be opened, whatever the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EnvelopeError {
    /// A newer version of the product sealed it.
    #[error("a record is sealed in version {0}, this version reads version {VERSION}")]
    Newer(u8),
    /// It is too short to hold anything.
    #[error("a sealed record of {0} bytes is cut off")]
    CutOff(usize),
}

/// Looks at the first bytes of a record of `length` bytes: its nonce where it is sealed, `None` where it is not.
///
/// ```
/// use engine::envelope::{head, read};
/// assert_eq!(read(&head([7; 12]), 40), Ok(Some([7; 12])));
/// assert_eq!(read(b"MBIS and more", 40), Ok(None));
/// ```
pub fn read(start: &[u8], length: usize) -> Result<Option<[u8; NONCE_BYTES]>, EnvelopeError> {
    let Some(rest) = start.strip_prefix(&MAGIC) else {
        return Ok(None);
    };
    let cut_off = EnvelopeError::CutOff(length);
    let (&version, rest) = rest.split_first().ok_or(cut_off)?;
    if version != VERSION {
        return Err(EnvelopeError::Newer(version));
    }
    let (nonce, _) = rest.split_first_chunk().ok_or(cut_off)?;
    match length >= HEAD_BYTES + TAG_BYTES {
        true => Ok(Some(*nonce)),
        false => Err(cut_off),
    }
}

/// The head of a record that is sealed with a nonce.
pub fn head(nonce: [u8; NONCE_BYTES]) -> Vec<u8> {
    [&MAGIC[..], &[VERSION], &nonce].concat()
}

/// What is authenticated with a record of a name in a place. No two places and names give the same: places are
/// ours and hold no NUL.
pub fn context(place: &str, name: &str) -> Vec<u8> {
    format!("{PURPOSE}\0{VERSION}\0{place}\0{name}").into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONCE: [u8; NONCE_BYTES] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    fn sealed(text: usize) -> Vec<u8> {
        [head(NONCE), vec![0; text]].concat()
    }

    #[test]
    fn a_record_tells_whether_it_is_sealed() {
        assert_eq!(head(NONCE).len(), HEAD_BYTES);
        let whole = sealed(TAG_BYTES);
        assert_eq!(read(&whole, whole.len()), Ok(Some(NONCE)));
        // The head alone is enough to tell.
        assert_eq!(read(&whole[..HEAD_BYTES], 1_000_000), Ok(Some(NONCE)));
        let clear: [&[u8]; 7] = [
            b"",
            b"M",
            b"MBI",
            b"MBIS\x01",
            b"MBID",
            b"\x1f\x8b\x08",
            b"{}",
        ];
        for start in clear {
            assert_eq!(read(start, start.len()), Ok(None), "{start:?}");
        }
    }

    #[test]
    fn what_is_cut_off_or_newer_is_refused() {
        let whole = sealed(TAG_BYTES);
        for length in MAGIC.len()..whole.len() {
            let refused = read(&whole[..length], length);
            assert_eq!(refused, Err(EnvelopeError::CutOff(length)), "{length}");
        }
        for version in (0..=u8::MAX).filter(|version| *version != VERSION) {
            let mut newer = whole.clone();
            newer[MAGIC.len()] = version;
            let refused = read(&newer, newer.len());
            assert_eq!(refused, Err(EnvelopeError::Newer(version)));
        }
        let said = EnvelopeError::Newer(2).to_string();
        assert!(said.contains("version 2"), "{said}");
    }

    #[test]
    fn places_and_names_are_told_apart() {
        let all = [
            context("blobs", "ab"),
            context("blobs", "a"),
            context("state", "ab"),
            context("blob", "sab"),
            context("lock", "ab"),
        ];
        for (at, one) in all.iter().enumerate() {
            assert!(all.iter().skip(at + 1).all(|other| other != one), "{at}");
        }
        assert!(context("a", "b").windows(3).any(|part| part == b"\x001\0"));
    }
}
