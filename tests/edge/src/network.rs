//! Lets a workerd of the tests call services of the tests.
//!
//! From a `wrangler.json` workerd allows addresses of the public network only, and there is no member to say
//! otherwise. So its configuration is compiled first, and the service `internet` is added to it with this machine
//! allowed: a message of Cap'n Proto, whose list of services is written anew in a segment of its own.

use std::path::Path;
use std::process::Command;

/// Compiles the configuration in a folder into `config.bin` with this machine allowed.
pub fn allow_loopback(workerd: &Path, folder: &Path) {
    let mut compile = Command::new(workerd);
    compile
        .args(["compile", "--config-only", "wrangler.json"])
        .current_dir(folder);
    let compiled = compile.output().expect("workerd compiles a configuration");
    let said = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{said}");
    std::fs::write(folder.join("config.bin"), with_internet(&compiled.stdout))
        .expect("the configuration");
}

const WORD: usize = 8;

/// The message with one more service, in a segment of its own: workerd puts what is large into segments of their own.
fn with_internet(message: &[u8]) -> Vec<u8> {
    let mut segments = read(message);
    let own_segment = segments.len() as u64;
    // The root is a struct; its first pointer is the list of services.
    let (root_segment, root, root_kind) = followed(&segments, 0, 0);
    let pointer = root + (root_kind >> 32 & 0xffff) as usize;
    let (list_segment, list, list_kind) = followed(&segments, root_segment, pointer);
    assert_eq!(list_kind & 3, 1, "a list");
    assert_eq!(list_kind >> 32 & 7, 7, "a list of structs");
    let tag = segments[list_segment][list];
    let count = (tag >> 2 & 0x3fff_ffff) as usize;
    let (data, pointers) = ((tag >> 32 & 0xffff) as usize, (tag >> 48) as usize);
    let size = data + pointers;
    // The elements move; what their pointers point at stays where it is, and is found by far pointers.
    let mut words = vec![0, (tag & !0xffff_fffc) | ((count as u64 + 1) << 2)];
    words[0] = list_pointer(0, 1, 7, ((count + 1) * size) as u64);
    words.extend(std::iter::repeat_n(0, (count + 1) * size));
    for at in 0..count {
        for part in 0..size {
            let from = list + 1 + at * size + part;
            let word = segments[list_segment][from];
            words[2 + at * size + part] = if part < data || word == 0 {
                word
            } else {
                let (segment, place, kind) = followed(&segments, list_segment, from);
                let pad = words.len();
                words.extend([far(segment as u64, place, false), kind]);
                far(own_segment, pad, true)
            };
        }
    }
    // A service: its kind in the first 16 bits, of unspecified, worker and network the third; its name the first
    // pointer, what is of its kind the second.
    let own = 2 + count * size;
    words[own] = 2;
    let name = text(&mut words, "internet");
    words[own + data] = list_pointer(own + data, name, 2, 9);
    let network = words.len();
    words.extend([0, 0]);
    words[own + data + 1] = struct_pointer(own + data + 1, network, 0, 2);
    let allow = words.len();
    words.extend([0, 0]);
    words[network] = list_pointer(network, allow, 6, 2);
    for (at, block) in ["public", "local"].into_iter().enumerate() {
        let place = text(&mut words, block);
        words[allow + at] = list_pointer(allow + at, place, 2, block.len() as u64 + 1);
    }
    segments[root_segment][pointer] = far(own_segment, 0, false);
    segments.push(words);
    written(&segments)
}

/// The segments of a message.
fn read(message: &[u8]) -> Vec<Vec<u64>> {
    let number = |at: usize| {
        let bytes = message[4 * at..4 * at + 4].try_into().expect("four bytes");
        u32::from_le_bytes(bytes) as usize
    };
    let count = number(0) + 1;
    let mut from = (4 * (count + 1)).next_multiple_of(WORD);
    let mut segments = Vec::new();
    for segment in 0..count {
        let end = from + WORD * number(segment + 1);
        let words = message[from..end].chunks_exact(WORD);
        let words = words.map(|word| u64::from_le_bytes(word.try_into().expect("a word")));
        segments.push(words.collect());
        from = end;
    }
    segments
}

fn written(segments: &[Vec<u64>]) -> Vec<u8> {
    let mut numbers = vec![segments.len() - 1];
    numbers.extend(segments.iter().map(Vec::len));
    let mut bytes: Vec<u8> = Vec::new();
    for number in numbers {
        let number = u32::try_from(number).expect("a small message");
        bytes.extend(number.to_le_bytes());
    }
    bytes.resize(bytes.len().next_multiple_of(WORD), 0);
    bytes.extend(
        segments
            .iter()
            .flatten()
            .flat_map(|word| word.to_le_bytes()),
    );
    bytes
}

/// Where a pointer leads, near or far: segment, place, and the pointer's kind without its offset.
fn followed(segments: &[Vec<u64>], segment: usize, at: usize) -> (usize, usize, u64) {
    let word = segments[segment][at];
    if word & 3 != 2 {
        let kind = word & 0xffff_ffff_0000_0003;
        return (segment, target(&segments[segment], at), kind);
    }
    let (pad_segment, pad) = ((word >> 32) as usize, (word as u32 >> 3) as usize);
    if word & 4 == 0 {
        return followed(segments, pad_segment, pad);
    }
    let place = segments[pad_segment][pad];
    let kind = segments[pad_segment][pad + 1];
    ((place >> 32) as usize, (place as u32 >> 3) as usize, kind)
}

/// A pointer to a place of another segment; a double one to two words there, of which the first is such a pointer and
/// the second says what it leads to.
fn far(segment: u64, place: usize, is_double: bool) -> u64 {
    2 | u64::from(is_double) << 2 | (place as u64) << 3 | segment << 32
}

/// Where a near pointer points to.
fn target(words: &[u64], at: usize) -> usize {
    let offset = (words[at] as u32 as i32) >> 2;
    (at as i64 + 1 + i64::from(offset)) as usize
}

fn offset(at: usize, target: usize) -> u64 {
    let offset = target as i64 - at as i64 - 1;
    u64::from(((offset as i32) << 2) as u32)
}

fn struct_pointer(at: usize, target: usize, data: u64, pointers: u64) -> u64 {
    offset(at, target) | data << 32 | pointers << 48
}

fn list_pointer(at: usize, target: usize, kind: u64, count: u64) -> u64 {
    offset(at, target) | 1 | kind << 32 | count << 35
}

/// Writes a text with its end, and gives its place.
fn text(words: &mut Vec<u64>, text: &str) -> usize {
    let place = words.len();
    let mut bytes = text.as_bytes().to_vec();
    bytes.push(0);
    bytes.resize(bytes.len().next_multiple_of(WORD), 0);
    let chunks = bytes.chunks_exact(WORD);
    words.extend(chunks.map(|word| u64::from_le_bytes(word.try_into().expect("a word"))));
    place
}
