//! The reader of segments on hostile bytes, with all checksums made right so that they hide nothing.
//!
//! The first byte chooses: the rest is a file as it is, or facts and then changes to the file that the
//! writer makes of them, three bytes each (where, and to what).
#![no_main]

#[path = "../../shared/cube/tests/damage/mod.rs"]
mod damage;

use cube::{FactRow, SegmentWriter};
use kernel::Date;
use libfuzzer_sys::fuzz_target;
use model::schema::{DataSet, Dimension};

fuzz_target!(|input: &[u8]| {
    let Some((&choice, rest)) = input.split_first() else {
        return;
    };
    let mut bytes = match choice.checked_sub(128) {
        None => rest.to_vec(),
        Some(choice) => changed(choice, rest),
    };
    damage::repair(&mut bytes);
    damage::survive(&bytes);
});

fn changed(choice: u8, input: &[u8]) -> Vec<u8> {
    let data_set = DataSet::ALL[usize::from(choice) % DataSet::ALL.len()];
    let (seeds, changes) = input.split_at(input.len().min(usize::from(choice / 4) * 2));
    let month = Date::from_ymd(2026, 2, 1).expect("a day of the calendar");
    let has_channel = data_set.dimensions().contains(&Dimension::Channel);
    let mut writer = SegmentWriter::new(data_set, month, u32::from(has_channel));
    for seed in seeds.chunks_exact(2) {
        let (one, other) = (u32::from(seed[0]), i64::from(seed[1]));
        let code = |dimension: &Dimension| match dimension {
            Dimension::Day => month.days() as u32 + one % 28,
            Dimension::Channel => 1,
            _ => one * 7,
        };
        let measure = |at: usize| match at {
            0 => Some(1),
            at if (one as usize + at).is_multiple_of(11) => None,
            at => Some(other << (at % 24)),
        };
        let fact = FactRow {
            codes: data_set.dimensions().iter().map(code).collect(),
            measures: (0..data_set.measures().len()).map(measure).collect(),
        };
        writer
            .push(&fact)
            .expect("a fact of this month and channel");
    }
    let mut bytes = writer.finish();
    for change in changes.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[at] = change[2];
    }
    bytes
}
