//! The readers of files of order lines on hostile bytes; what is done with them is in
//! `shared/ingest/tests/hostile`, where a bounded run of the same is part of the tests.
#![no_main]

#[path = "../../shared/ingest/tests/hostile/mod.rs"]
mod hostile;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| hostile::run(input));
