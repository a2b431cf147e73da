//! Writes the rules of the zones in `zones.txt` as a table of bytes, from the IANA database that `jiff` carries.
//!
//! Of each zone: its offset in 1900 in seconds, then each change until the end of 2200, as the time since the one before
//! (the first: since 1900) and how much the offset grows. Numbers are zigzag varints (LEB128). Most times are whole
//! quarters of an hour: doubled they are quarters, doubled and one more seconds. `src/time_zone/rules.rs` reads it.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

/// 1900-01-01T00:00:00Z, in seconds since 1970.
const FROM: i64 = -2_208_988_800;
const QUARTER: i64 = 900;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=zones.txt");
    let names = std::fs::read_to_string("zones.txt")?;
    let end = "2201-01-01T00:00:00Z".parse::<jiff::Timestamp>()?;
    let mut written = String::from("&[\n");
    for name in names.lines() {
        let zone = jiff::tz::TimeZone::get(name)?;
        let mut before = jiff::Timestamp::from_second(FROM)?;
        let mut offset = i64::from(zone.to_offset(before).seconds());
        let mut bytes = Vec::new();
        put(&mut bytes, offset);
        for change in zone.following(before).take_while(|it| it.timestamp() < end) {
            let after = i64::from(change.offset().seconds());
            if after == offset {
                continue;
            }
            let seconds = change.timestamp().as_second() - before.as_second();
            match seconds % QUARTER {
                0 => put(&mut bytes, seconds / QUARTER * 2),
                _ => put(&mut bytes, seconds * 2 + 1),
            }
            put(&mut bytes, after - offset);
            (before, offset) = (change.timestamp(), after);
        }
        writeln!(written, "    (\"{name}\", &{bytes:?}),")?;
    }
    written.push_str("]\n");
    let folder = std::env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
    std::fs::write(PathBuf::from(folder).join("zones.rs"), written)?;
    Ok(())
}

fn put(bytes: &mut Vec<u8>, value: i64) {
    let mut rest = (value << 1 ^ value >> 63) as u64;
    while rest >= 0x80 {
        bytes.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    bytes.push(rest as u8);
}
