//! The same for kept roll-ups, which stand for segments that are not here.

use cube::{Cube, RollupBuilder, RollupError, RollupFile, Segment};
use kernel::Hash256;

use super::{altered, ask_everything, rules, written};

/// What any input is put through: the rest of it as it is, or a roll-up of facts that come from it with some
/// bytes changed, cut short, and with a right check sum.
pub fn run(input: &[u8]) {
    let Some((&choice, rest)) = input.split_first() else {
        return;
    };
    let mut bytes = match choice.checked_sub(128) {
        None if choice % 2 == 0 => rest.to_vec(),
        None => named(choice, rest),
        Some(choice) => {
            let (whole, changes) = rolled_up(choice, rest);
            let Some(whole) = whole else { return };
            let cut = changes
                .first()
                .map_or(0, |&at| whole.len() * usize::from(at) / 256);
            assert!(RollupFile::open(&whole).is_ok());
            assert!(RollupFile::open(&whole[..cut]).is_err(), "cut to {cut}");
            altered(whole, changes)
        }
    };
    survive(&bytes);
    if let Some((checked, sum)) = bytes.split_last_chunk_mut::<4>() {
        *sum = crc32fast::hash(checked).to_le_bytes();
    }
    survive(&bytes);
}

/// Bytes behind the head of a roll-up of one segment of 60 facts, which they go on from.
fn named(choice: u8, bytes: &[u8]) -> Vec<u8> {
    let facts: Vec<u8> = (0..=60).collect();
    // The first four data sets have roll-ups.
    let (whole, _) = rolled_up(120 + choice % 4, &facts);
    let mut file = whole.expect("facts that can be rolled up");
    file.truncate(file.len() * usize::from(choice) / 128);
    file.extend_from_slice(bytes);
    // In the place of the check sum.
    file.extend_from_slice(&[0; 4]);
    file
}

fn rolled_up(choice: u8, input: &[u8]) -> (Option<Vec<u8>>, &[u8]) {
    let (writer, changes) = written(choice, input);
    let segment = Segment::open(writer.finish()).expect("just written");
    let categories: Vec<u32> = (0..2_000).map(|product| product % 5).collect();
    let place = (segment.data_set(), segment.month(), segment.channel());
    let mut builder = RollupBuilder::new(place.0, place.1, place.2, &categories);
    builder
        .add(Hash256::from_bytes([1; 32]), &segment)
        .expect("just written");
    (builder.finish_all(), changes)
}

/// Opens bytes and asks for every metric. Answers and errors are both fine.
pub fn survive(bytes: &[u8]) {
    let file = match RollupFile::open(bytes) {
        Ok(file) => file,
        Err(error) => {
            let is_foreign = !bytes.starts_with(b"MBIR");
            assert_eq!(error == RollupError::Foreign, is_foreign);
            return;
        }
    };
    let range = file.days();
    let mut cube = Cube::new(rules(range.to()));
    cube.add_rollup(Hash256::from_bytes([2; 32]), file);
    ask_everything(&cube, range);
}
