//! Decoding text as it arrives, in pieces that may end anywhere.
//!
//! Written here and not taken from `encoding_rs`, whose decoder brings the tables of all encodings of
//! the Web: 130 KB of what a phone downloads, for two tables that differ in eight places. It is what
//! the tests compare with.
//!
//! Out of scope: which encoding a file is in (`encoding`).

use crate::{IngestError, TextEncoding};

const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();
const BUFFER_BYTES: usize = 32 << 10;

/// Who takes the decoded text.
type Take<'a> = &'a mut dyn FnMut(&[u8]) -> Result<(), IngestError>;

/// Decodes a stream; bytes that are no text become U+FFFD and are counted.
pub struct TextDecoder {
    encoding: TextEncoding,
    /// The beginning of a character whose end has not arrived: at most three bytes.
    carried: Vec<u8>,
    /// The first half of a pair of UTF-16.
    high: Option<u16>,
    is_start: bool,
    buffer: Vec<u8>,
    /// How many sequences of bytes had to be replaced.
    pub replaced: u64,
}

impl TextDecoder {
    /// A decoder that removes a byte order mark.
    pub fn new(encoding: TextEncoding) -> TextDecoder {
        TextDecoder {
            encoding,
            carried: Vec::new(),
            high: None,
            is_start: true,
            buffer: Vec::with_capacity(BUFFER_BYTES + 4),
            replaced: 0,
        }
    }

    /// Decodes what has arrived, `is_last` with the end of the stream, and gives UTF-8 to `take`.
    pub fn push(
        &mut self,
        bytes: &[u8],
        is_last: bool,
        take: &mut dyn FnMut(&[u8]) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        match self.encoding {
            TextEncoding::Utf8 => self.push_utf8(bytes, take)?,
            TextEncoding::Utf16Le => self.push_utf16(bytes, u16::from_le_bytes, take)?,
            TextEncoding::Utf16Be => self.push_utf16(bytes, u16::from_be_bytes, take)?,
            TextEncoding::Windows1252 | TextEncoding::Windows1254 => {
                self.push_windows(bytes, take)?;
            }
        }
        let is_cut = !self.carried.is_empty() || self.high.is_some();
        if is_last && is_cut {
            self.carried.clear();
            self.high = None;
            self.replace(take)?;
        }
        Ok(())
    }

    fn push_utf8(&mut self, bytes: &[u8], take: Take) -> Result<(), IngestError> {
        let mut rest = bytes;
        while let (false, Some((next, after))) = (self.carried.is_empty(), rest.split_first()) {
            self.carried.push(*next);
            match std::str::from_utf8(&self.carried) {
                Ok(_) => {
                    let whole = std::mem::take(&mut self.carried);
                    self.give(&whole, take)?;
                }
                Err(error) if error.error_len().is_none() => {}
                Err(_) => {
                    // What was carried is cut short; `next` begins something else.
                    self.carried.clear();
                    self.replace(take)?;
                    continue;
                }
            }
            rest = after;
        }
        for chunk in rest.utf8_chunks() {
            self.give(chunk.valid().as_bytes(), take)?;
            let invalid = chunk.invalid();
            let is_end = std::ptr::eq(invalid.as_ptr_range().end, rest.as_ptr_range().end);
            let is_cut =
                std::str::from_utf8(invalid).is_err_and(|error| error.error_len().is_none());
            if is_end && is_cut {
                self.carried.extend_from_slice(invalid);
            } else if !invalid.is_empty() {
                self.replace(take)?;
            }
        }
        Ok(())
    }

    fn push_utf16(
        &mut self,
        bytes: &[u8],
        unit_of: fn([u8; 2]) -> u16,
        take: Take,
    ) -> Result<(), IngestError> {
        for byte in bytes {
            let Some(first) = self.carried.pop() else {
                self.carried.push(*byte);
                continue;
            };
            let unit = unit_of([first, *byte]);
            let pair = self.high.take().map(|high| (high, [high, unit]));
            if let Some((_, pair)) = pair {
                if let Some(Ok(letter)) = char::decode_utf16(pair).next() {
                    self.letter(letter, take)?;
                    continue;
                }
                self.flush(take)?;
                self.replace(take)?;
            }
            match char::decode_utf16([unit]).next() {
                Some(Ok(letter)) => self.letter(letter, take)?,
                _ if unit < 0xdc00 => self.high = Some(unit),
                _ => {
                    self.flush(take)?;
                    self.replace(take)?;
                }
            }
        }
        self.flush(take)
    }

    fn push_windows(&mut self, bytes: &[u8], take: Take) -> Result<(), IngestError> {
        self.is_start = false;
        let is_turkish = self.encoding == TextEncoding::Windows1254;
        let mut rest = bytes;
        while !rest.is_empty() {
            let ascii = rest
                .iter()
                .take(BUFFER_BYTES)
                .take_while(|byte| byte.is_ascii());
            let (run, after) = rest.split_at(ascii.count());
            self.buffer.extend_from_slice(run);
            rest = after;
            if let Some((byte, after)) = rest.split_first().filter(|(byte, _)| !byte.is_ascii()) {
                self.letter(windows(*byte, is_turkish), take)?;
                rest = after;
            }
            if self.buffer.len() >= BUFFER_BYTES {
                self.flush(take)?;
            }
        }
        self.flush(take)
    }

    fn letter(&mut self, letter: char, take: Take) -> Result<(), IngestError> {
        let mut bytes = [0; 4];
        self.buffer
            .extend_from_slice(letter.encode_utf8(&mut bytes).as_bytes());
        if self.buffer.len() >= BUFFER_BYTES {
            return self.flush(take);
        }
        Ok(())
    }

    fn flush(&mut self, take: Take) -> Result<(), IngestError> {
        let mut held = std::mem::take(&mut self.buffer);
        let outcome = self.give(&held, take);
        held.clear();
        self.buffer = held;
        outcome
    }

    fn replace(&mut self, take: Take) -> Result<(), IngestError> {
        self.is_start = false;
        self.replaced += 1;
        take(REPLACEMENT)
    }

    /// Gives text on, without the byte order mark that it may begin with.
    fn give(&mut self, text: &[u8], take: Take) -> Result<(), IngestError> {
        if text.is_empty() {
            return Ok(());
        }
        let is_start = std::mem::replace(&mut self.is_start, false);
        let marked = text.strip_prefix(BYTE_ORDER_MARK).filter(|_| is_start);
        take(marked.unwrap_or(text))
    }
}

/// Windows-1252 from 0x80 to 0x9f, as the WHATWG Encoding Standard lists it; from there on it is Latin-1.
const WESTERN: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// The letter of a byte in Windows-1252, or in Windows-1254 (Turkish).
fn windows(byte: u8, is_turkish: bool) -> char {
    match byte {
        0x8e | 0x9e if is_turkish => char::from(byte),
        0xd0 if is_turkish => 'Ğ',
        0xdd if is_turkish => 'İ',
        0xde if is_turkish => 'Ş',
        0xf0 if is_turkish => 'ğ',
        0xfd if is_turkish => 'ı',
        0xfe if is_turkish => 'ş',
        0x80..0xa0 => {
            let place = usize::from(byte - 0x80);
            WESTERN.get(place).copied().unwrap_or(char::from(byte))
        }
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ours(encoding: TextEncoding, parts: &[Vec<u8>]) -> (Vec<u8>, u64) {
        let mut decoder = TextDecoder::new(encoding);
        let mut text = Vec::new();
        let mut take = |some: &[u8]| {
            text.extend_from_slice(some);
            Ok(())
        };
        for part in parts {
            decoder.push(part, false, &mut take).expect("it takes all");
        }
        decoder.push(&[], true, &mut take).expect("it takes all");
        (text, decoder.replaced)
    }

    /// The whole at once, by `encoding_rs`.
    fn oracle(encoding: TextEncoding, bytes: &[u8]) -> (Vec<u8>, u64) {
        let table = match encoding {
            TextEncoding::Utf8 => encoding_rs::UTF_8,
            TextEncoding::Utf16Le => encoding_rs::UTF_16LE,
            TextEncoding::Utf16Be => encoding_rs::UTF_16BE,
            TextEncoding::Windows1254 => encoding_rs::WINDOWS_1254,
            TextEncoding::Windows1252 => encoding_rs::WINDOWS_1252,
        };
        let mut decoder = table.new_decoder_with_bom_removal();
        let (mut text, mut replaced, mut rest) = (Vec::new(), 0, bytes);
        let mut buffer = vec![0; 64];
        loop {
            let (result, read, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut buffer, true);
            text.extend_from_slice(&buffer[..written]);
            rest = &rest[read..];
            match result {
                encoding_rs::DecoderResult::InputEmpty => return (text, replaced),
                encoding_rs::DecoderResult::OutputFull => {}
                encoding_rs::DecoderResult::Malformed(..) => {
                    replaced += 1;
                    text.extend_from_slice(REPLACEMENT);
                }
            }
        }
    }

    /// Bytes that are likely to be text, or nearly.
    fn piece() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..12),
            "[a-zğışİéñ€😀\u{feff}]{0,8}".prop_map(String::into_bytes),
            "[a-zğışİ😀\u{feff}]{0,6}"
                .prop_map(|text| text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
            "[a-zğışİ😀\u{feff}]{0,6}"
                .prop_map(|text| text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
            // Halves of pairs, and characters that are cut short.
            Just(vec![0x3d, 0xd8]),
            Just(vec![0xd8, 0x3d]),
            Just(vec![0x00, 0xdc]),
            Just(vec![0xe2, 0x82]),
            Just(vec![0xf0, 0x9f, 0x98]),
            Just(vec![0xed, 0xa0, 0x80]),
            Just(vec![0xef, 0xbb, 0xbf]),
        ]
    }

    proptest! {
        #[test]
        fn any_bytes_in_any_pieces_read_as_encoding_rs_reads_them(
            parts in prop::collection::vec(piece(), 0..8),
        ) {
            let whole: Vec<u8> = parts.concat();
            for encoding in TextEncoding::ALL {
                let expected = oracle(encoding, &whole);
                prop_assert_eq!(&ours(encoding, &parts), &expected, "{:?}", encoding);
                let single: Vec<Vec<u8>> = whole.iter().map(|byte| vec![*byte]).collect();
                prop_assert_eq!(&ours(encoding, &single), &expected, "{:?}, a byte at a time", encoding);
            }
        }
    }

    #[test]
    fn every_byte_is_what_the_tables_say() {
        let all: Vec<u8> = (0..=255).collect();
        for encoding in [TextEncoding::Windows1252, TextEncoding::Windows1254] {
            let expected = oracle(encoding, &all);
            assert_eq!(ours(encoding, std::slice::from_ref(&all)), expected);
            assert_eq!(expected.1, 0);
        }
    }

    #[test]
    fn more_than_the_buffer_holds_is_given_in_order() {
        let text = "ı,Ş;abc\n".repeat(20_000);
        let (turkish, _, _) = encoding_rs::WINDOWS_1254.encode(&text);
        let read = ours(TextEncoding::Windows1254, &[turkish.into_owned()]);
        assert_eq!(read, (text.into_bytes(), 0));
    }
}
