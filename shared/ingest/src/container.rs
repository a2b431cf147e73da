//! What the bytes of a file are before they are text: plain, gzip, or something to refuse by name.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use crate::IngestError;

/// The most bytes that one file may unpack to.
pub const UNPACKED_BYTES_MAX: u64 = 4 << 30;

const UNPACK_BUFFER_BYTES: usize = 64 << 10;
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// Kinds of file that are recognised by their first bytes and refused.
const REFUSED: [(&[u8], &str, &str); 12] = [
    (b"%PDF", "a PDF document", "export the table as CSV"),
    (b"\x89PNG", "an image", "choose the file of order lines"),
    (
        b"\xff\xd8\xff",
        "an image",
        "choose the file of order lines",
    ),
    (b"GIF8", "an image", "choose the file of order lines"),
    (
        b"RIFF",
        "an image or a sound",
        "choose the file of order lines",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel workbook",
        "open it and save it as CSV",
    ),
    (b"PAR1", "a Parquet file", "export it as CSV"),
    (
        b"SQLite format 3",
        "a SQLite database",
        "export the table as CSV",
    ),
    (
        b"7z\xbc\xaf",
        "a 7z archive",
        "unpack it and choose the file inside",
    ),
    (
        b"Rar!",
        "a RAR archive",
        "unpack it and choose the file inside",
    ),
    (
        b"BZh",
        "a bzip2 archive",
        "unpack it and choose the file inside",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        "a zstd archive",
        "unpack it and choose the file inside",
    ),
];

/// Whether a file begins as gzip does; refuses what is no table of text.
pub fn is_gzip(head: &[u8]) -> Result<bool, IngestError> {
    if head.is_empty() {
        return Err(IngestError::Empty);
    }
    if head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06") {
        let is_workbook = [&b"xl/"[..], b"[Content_Types].xml"]
            .iter()
            .any(|mark| head.windows(mark.len()).any(|window| window == *mark));
        return Err(if is_workbook {
            IngestError::NotATable {
                what: "an Excel workbook",
                advice: "open it and save it as CSV (UTF-8)",
            }
        } else {
            IngestError::NotATable {
                what: "a zip archive",
                advice: "unpack it and choose the file inside",
            }
        });
    }
    for (magic, what, advice) in REFUSED {
        if head.starts_with(magic) {
            return Err(IngestError::NotATable { what, advice });
        }
    }
    Ok(head.starts_with(&GZIP_MAGIC))
}

/// Unpacks gzip as it arrives; several members in a row are one stream, as RFC 1952 says. The check sum
/// and length of each member are compared with what was unpacked.
pub struct Unpacker {
    state: State,
    /// Bytes of a header or trailer that has not arrived whole.
    held: Vec<u8>,
    inflate: Decompress,
    /// Of the member at hand.
    check: Crc,
    unpacked_bytes: u64,
    limit_bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Body,
    Trailer,
}

const TRAILER_BYTES: usize = 8;
const HEADER_BYTES_MAX: usize = 64 << 10;

impl Unpacker {
    /// An unpacker that gives at most so many bytes.
    pub fn new(limit_bytes: u64) -> Unpacker {
        Unpacker {
            state: State::Header,
            held: Vec::new(),
            inflate: Decompress::new(false),
            check: Crc::new(),
            unpacked_bytes: 0,
            limit_bytes,
        }
    }

    /// Unpacks what has arrived and gives it to `take` piece by piece.
    pub fn push(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let mut rest = bytes;
        while !rest.is_empty() {
            match self.state {
                State::Header => {
                    self.held.extend_from_slice(rest);
                    match header_length(&self.held) {
                        Some(Ok(length)) => {
                            let over = self.held.len() - length;
                            rest = &rest[rest.len() - over..];
                            self.held.clear();
                            self.inflate.reset(false);
                            self.check.reset();
                            self.state = State::Body;
                        }
                        Some(Err(())) => return Err(self.damaged()),
                        None if self.held.len() > HEADER_BYTES_MAX => return Err(self.damaged()),
                        None => return Ok(()),
                    }
                }
                State::Body => {
                    let used = self.inflate_some(rest, take)?;
                    rest = &rest[used..];
                }
                State::Trailer => {
                    let wanted = TRAILER_BYTES - self.held.len();
                    let (now, later) = rest.split_at(wanted.min(rest.len()));
                    self.held.extend_from_slice(now);
                    rest = later;
                    if self.held.len() == TRAILER_BYTES {
                        if !self.is_whole() {
                            return Err(self.damaged());
                        }
                        self.held.clear();
                        self.state = State::Header;
                    }
                }
            }
        }
        Ok(())
    }

    /// Says that no more bytes come; a stream that does not end where a member ends was cut.
    pub const fn finish(&self) -> Result<(), IngestError> {
        if matches!(self.state, State::Header) && self.held.is_empty() {
            return Ok(());
        }
        Err(IngestError::TruncatedGzip {
            bytes: self.unpacked_bytes,
        })
    }

    /// Whether a member unpacked to what its trailer says.
    fn is_whole(&self) -> bool {
        let mut trailer = self.check.sum().to_le_bytes().to_vec();
        trailer.extend_from_slice(&self.check.amount().to_le_bytes());
        self.held == trailer
    }

    fn inflate_some(
        &mut self,
        bytes: &[u8],
        take: &mut dyn FnMut(&[u8]) -> Result<(), IngestError>,
    ) -> Result<usize, IngestError> {
        let mut buffer = vec![0; UNPACK_BUFFER_BYTES];
        let mut used = 0;
        loop {
            let (read, written) = (self.inflate.total_in(), self.inflate.total_out());
            let input = bytes.get(used..).unwrap_or_default();
            let status = self
                .inflate
                .decompress(input, &mut buffer, FlushDecompress::None)
                .map_err(|_| self.damaged())?;
            let now_read = (self.inflate.total_in() - read) as usize;
            let now_written = (self.inflate.total_out() - written) as usize;
            used += now_read;
            self.unpacked_bytes += now_written as u64;
            if self.unpacked_bytes > self.limit_bytes {
                return Err(IngestError::TooLarge {
                    limit_bytes: self.limit_bytes,
                });
            }
            let unpacked = buffer.get(..now_written).unwrap_or_default();
            self.check.update(unpacked);
            take(unpacked)?;
            if status == Status::StreamEnd {
                self.state = State::Trailer;
                return Ok(used);
            }
            if now_read == 0 && now_written == 0
                || used == bytes.len() && now_written < buffer.len()
            {
                return Ok(bytes.len());
            }
        }
    }

    const fn damaged(&self) -> IngestError {
        IngestError::DamagedGzip {
            bytes: self.unpacked_bytes,
        }
    }
}

/// Checks that a small packed file, whole in memory, ends as packed files do.
pub fn check_end(file: &[u8]) -> Result<(), IngestError> {
    let mut unpacker = Unpacker::new(UNPACKED_BYTES_MAX);
    unpacker.push(file, &mut |_| Ok(()))?;
    unpacker.finish()
}

/// Length of a gzip header: `None` while it has not arrived whole.
fn header_length(bytes: &[u8]) -> Option<Result<usize, ()>> {
    let fixed: &[u8; 10] = bytes.first_chunk()?;
    if fixed[..2] != GZIP_MAGIC || fixed[2] != 8 {
        return Some(Err(()));
    }
    let flags = fixed[3];
    let mut at = 10;
    if flags & 4 != 0 {
        let [low, high] = *bytes.get(at..)?.first_chunk()?;
        at += 2 + usize::from(u16::from_le_bytes([low, high]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += bytes.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (bytes.len() >= at).then_some(Ok(at))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, GzBuilder};
    use proptest::prelude::*;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzBuilder::new()
            .filename("orders.csv")
            .write(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(bytes: &[u8], step: usize) -> Result<Vec<u8>, IngestError> {
        let mut unpacker = Unpacker::new(1 << 20);
        let mut text = Vec::new();
        for part in bytes.chunks(step) {
            unpacker.push(part, &mut |some| {
                text.extend_from_slice(some);
                Ok(())
            })?;
        }
        unpacker.finish().map(|()| text)
    }

    #[test]
    fn refuses_by_name_what_is_no_table() {
        let what = |bytes: &[u8]| is_gzip(bytes).unwrap_err().to_string();
        assert!(what(b"PK\x03\x04....xl/workbook.xml").contains("Excel"));
        assert!(what(b"PK\x03\x04orders.csv").contains("zip archive"));
        assert!(what(b"\x89PNG\r\n\x1a\n").contains("image"));
        assert_eq!(is_gzip(b""), Err(IngestError::Empty));
        assert_eq!(is_gzip(b"a,b\n"), Ok(false));
    }

    #[test]
    fn a_bomb_stops_at_the_limit() {
        let bomb = gzip(&vec![0; 2 << 20]);
        assert_eq!(
            unpack(&bomb, 4096),
            Err(IngestError::TooLarge {
                limit_bytes: 1 << 20
            })
        );
    }

    proptest! {
        #[test]
        fn members_unpack_however_they_arrive(
            first in proptest::collection::vec(any::<u8>(), 0..5000),
            second in proptest::collection::vec(0_u8..4, 0..5000),
            step in 1_usize..700,
        ) {
            let bytes = [gzip(&first), gzip(&second)].concat();
            prop_assert_eq!(unpack(&bytes, step).unwrap(), [first, second].concat());
        }

        #[test]
        fn a_cut_stream_is_told_from_a_whole_one(text in proptest::collection::vec(any::<u8>(), 1..2000), cut in 0.0_f64..1.0) {
            let bytes = gzip(&text);
            let kept = (bytes.len() as f64 * cut) as usize;
            if kept > 0 {
                let outcome = unpack(&bytes[..kept], 97);
                let is_cut = matches!(outcome, Err(IngestError::TruncatedGzip { .. }));
                prop_assert!(is_cut, "{:?}", outcome);
            }
        }

        #[test]
        fn a_flipped_bit_never_changes_the_text_unsaid(text in proptest::collection::vec(0_u8..9, 1..2000), at in 0.0_f64..1.0, bit in 0_u32..8) {
            let mut bytes = gzip(&text);
            // The header holds a name and a time, which no check sum covers.
            let header = header_length(&bytes).unwrap().unwrap();
            let place = header + ((bytes.len() - header) as f64 * at) as usize;
            bytes[place] ^= 1 << bit;
            // The bits that fill the last byte of the compressed text mean nothing.
            prop_assert_eq!(unpack(&bytes, 97).unwrap_or_else(|_| text.clone()), text);
        }

        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _ = unpack(&[&[0x1f, 0x8b, 8][..], &bytes].concat(), 13);
        }
    }
}
