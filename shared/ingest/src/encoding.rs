//! Which encoding a file is in. Decoding it: `decoder`.

use serde::{Deserialize, Serialize};

use crate::IngestError;

/// The encodings that files of orders come in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TextEncoding {
    /// UTF-8, with or without a byte order mark.
    #[default]
    Utf8,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// Windows-1254, Turkish.
    Windows1254,
    /// Windows-1252, Western European.
    Windows1252,
}

impl TextEncoding {
    /// Every encoding, for choosing by hand.
    pub const ALL: [TextEncoding; 5] = [
        TextEncoding::Utf8,
        TextEncoding::Utf16Le,
        TextEncoding::Utf16Be,
        TextEncoding::Windows1254,
        TextEncoding::Windows1252,
    ];
}

/// Guesses the encoding from the head of a file.
///
/// A byte order mark decides. Zero bytes on one side of most pairs mean UTF-16. What is valid UTF-8 is
/// UTF-8. Else it is one of the two Windows tables, which differ in six letters: they are told apart by
/// whether those bytes stand where Turkish puts ğ, ı and ş (inside words) rather than where Icelandic
/// puts its letters; Turkish is by far the likelier here and wins without evidence.
pub fn guess(head: &[u8]) -> Result<TextEncoding, IngestError> {
    if head.is_empty() {
        return Err(IngestError::Empty);
    }
    if head.starts_with(&[0xff, 0xfe]) {
        return Ok(TextEncoding::Utf16Le);
    }
    if head.starts_with(&[0xfe, 0xff]) {
        return Ok(TextEncoding::Utf16Be);
    }
    let pairs = (head.len() / 2).max(1);
    let zeros = |side: usize| {
        head.iter()
            .skip(side)
            .step_by(2)
            .filter(|byte| **byte == 0)
            .count()
    };
    if zeros(1) * 10 > pairs * 4 && zeros(0) * 20 < pairs {
        return Ok(TextEncoding::Utf16Le);
    }
    if zeros(0) * 10 > pairs * 4 && zeros(1) * 20 < pairs {
        return Ok(TextEncoding::Utf16Be);
    }
    let is_utf8 = match std::str::from_utf8(head) {
        Ok(_) => true,
        // A character that the end of the head cuts in two.
        Err(error) => error.error_len().is_none() && error.valid_up_to() + 4 > head.len(),
    };
    if is_utf8 {
        return Ok(TextEncoding::Utf8);
    }
    if is_damaged_utf8(head) {
        return Ok(TextEncoding::Utf8);
    }
    let unprintable = head
        .iter()
        .filter(|byte| **byte < 9 || (14..32).contains(*byte))
        .count();
    if unprintable * 20 > head.len() {
        return Err(IngestError::UnknownEncoding);
    }
    // Bytes of accented letters that Turkish does not use but French, Spanish and Portuguese do.
    let western = head
        .iter()
        .filter(|byte| matches!(byte, 0xe0 | 0xe1 | 0xe3 | 0xe8..=0xed | 0xf1..=0xf5 | 0xf9 | 0xfa | 0xc0..=0xc6 | 0xc8..=0xcd | 0xdf))
        .count();
    let turkish = head
        .iter()
        .filter(|byte| matches!(byte, 0xf0 | 0xfd | 0xfe | 0xd0 | 0xdd | 0xde))
        .count();
    Ok(if western > 0 && turkish == 0 {
        TextEncoding::Windows1252
    } else {
        TextEncoding::Windows1254
    })
}

/// Whether most of what is not ASCII is whole UTF-8: text of one byte a letter hardly ever is by chance.
fn is_damaged_utf8(head: &[u8]) -> bool {
    let (mut letters, mut damaged) = (0, 0);
    for chunk in head.utf8_chunks() {
        letters += chunk
            .valid()
            .chars()
            .filter(|letter| !letter.is_ascii())
            .count();
        damaged += usize::from(!chunk.invalid().is_empty());
    }
    letters > 4 * damaged
}

#[cfg(test)]
mod tests {
    use encoding_rs::{WINDOWS_1252, WINDOWS_1254};

    use super::*;
    use crate::decoder::TextDecoder;

    fn decode(encoding: TextEncoding, bytes: &[u8], step: usize) -> String {
        let mut decoder = TextDecoder::new(encoding);
        let mut text = Vec::new();
        let mut take = |some: &[u8]| {
            text.extend_from_slice(some);
            Ok(())
        };
        for part in bytes.chunks(step) {
            decoder.push(part, false, &mut take).unwrap();
        }
        decoder.push(&[], true, &mut take).unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn every_encoding_reads_the_same_text() {
        let text = "Sipariş;Şehir\n1;İstanbul ığüşöç\n";
        let utf16: Vec<u16> = text.encode_utf16().collect();
        let little: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_le_bytes()).collect();
        let big: Vec<u8> = utf16.iter().flat_map(|unit| unit.to_be_bytes()).collect();
        let (turkish, _, _) = WINDOWS_1254.encode(text);
        let with_mark = [b"\xef\xbb\xbf", text.as_bytes()].concat();
        for (bytes, encoding) in [
            (text.as_bytes(), TextEncoding::Utf8),
            (&with_mark, TextEncoding::Utf8),
            (&little, TextEncoding::Utf16Le),
            (
                &[&[0xff, 0xfe][..], &little].concat(),
                TextEncoding::Utf16Le,
            ),
            (&[&[0xfe, 0xff][..], &big].concat(), TextEncoding::Utf16Be),
            (&turkish, TextEncoding::Windows1254),
        ] {
            assert_eq!(guess(bytes).unwrap(), encoding);
            for step in [1, 3, 4096] {
                assert_eq!(decode(encoding, bytes, step), text);
            }
        }
        let (western, _, _) = WINDOWS_1252.encode("Café, señor, Málaga");
        assert_eq!(guess(&western).unwrap(), TextEncoding::Windows1252);
    }

    #[test]
    fn utf8_with_a_few_damaged_bytes_is_still_utf8() {
        let text = [&b"sku,\xff\n"[..], "çğışöü".repeat(3).as_bytes()].concat();
        assert_eq!(guess(&text), Ok(TextEncoding::Utf8));
    }

    #[test]
    fn what_cannot_be_decoded_is_counted() {
        // A literal U+FFFD is what the file says, not a failure of ours.
        let text = b"a\xffb\xe2\x82,\xef\xbf\xbd\n\xc3";
        for step in [1, 2, 100] {
            let mut decoder = TextDecoder::new(TextEncoding::Utf8);
            let mut text_out = Vec::new();
            let mut take = |some: &[u8]| {
                text_out.extend_from_slice(some);
                Ok(())
            };
            for part in text.chunks(step) {
                decoder.push(part, false, &mut take).unwrap();
            }
            decoder.push(&[], true, &mut take).unwrap();
            assert_eq!(text_out, "a\u{fffd}b\u{fffd},\u{fffd}\n\u{fffd}".as_bytes());
            assert_eq!(decoder.replaced, 3, "step {step}");
        }
    }

    #[test]
    fn noise_is_no_text() {
        let noise: Vec<u8> = (0..2000_u32)
            .map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8)
            .collect();
        assert_eq!(guess(&noise), Err(IngestError::UnknownEncoding));
        assert_eq!(guess(b""), Err(IngestError::Empty));
    }
}
