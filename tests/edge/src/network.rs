//! Lets a workerd of the tests call services of the tests.
//!
//! From a `wrangler.json` workerd allows addresses of the public network only, and there is no member to say
//! otherwise. So its configuration is compiled first, and the service `internet` is added to it with this machine
//! allowed: a message of Cap'n Proto, whose list of services is written anew at its end.

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

/// The message with one more service.
fn with_internet(message: &[u8]) -> Vec<u8> {
    let header = u32::from_le_bytes(message[..4].try_into().expect("four bytes"));
    assert_eq!(header, 0, "the message has one segment");
    let words = message[WORD..].chunks_exact(WORD);
    let mut words: Vec<u64> = words
        .map(|word| u64::from_le_bytes(word.try_into().expect("a word")))
        .collect();
    // The root is a struct; its first pointer is the list of services.
    let root = target(&words, 0);
    let data = (words[0] >> 32 & 0xffff) as usize;
    let pointer = root + data;
    let list = target(&words, pointer);
    assert_eq!(words[pointer] & 3, 1, "a list");
    assert_eq!(words[pointer] >> 32 & 7, 7, "a list of structs");
    let tag = words[list];
    let count = (tag >> 2 & 0x3fff_ffff) as usize;
    let (data, pointers) = ((tag >> 32 & 0xffff) as usize, (tag >> 48) as usize);
    let size = data + pointers;
    let moved = words.len();
    // The elements go to the end; what their pointers point at stays where it is.
    words.push((tag & !0xffff_fffc) | ((count as u64 + 1) << 2));
    for at in 0..count {
        for part in 0..size {
            let from = list + 1 + at * size + part;
            let to = words.len();
            let word = words[from];
            let is_near = part >= data && word != 0 && word & 2 == 0;
            words.push(if is_near {
                pointing(word, to, target(&words, from))
            } else {
                word
            });
        }
    }
    // A service: its kind in the first 16 bits, of unspecified, worker and network the third; its name the first
    // pointer, what is of its kind the second.
    let own = words.len();
    words.extend(std::iter::repeat_n(0, size));
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
    let body = ((count + 1) * size) as u64;
    words[pointer] = list_pointer(pointer, moved, 7, body);
    let mut bytes = Vec::with_capacity(WORD * (words.len() + 1));
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend(
        u32::try_from(words.len())
            .expect("a small message")
            .to_le_bytes(),
    );
    bytes.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    bytes
}

/// Where a near pointer points to.
fn target(words: &[u64], at: usize) -> usize {
    let offset = (words[at] as u32 as i32) >> 2;
    (at as i64 + 1 + i64::from(offset)) as usize
}

/// The same pointer at another place.
fn pointing(word: u64, to: usize, target: usize) -> u64 {
    (word & 0xffff_ffff_0000_0003) | offset(to, target)
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
