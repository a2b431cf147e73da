//! Questions of any content; what is done with them is in `shared/cube/tests/damage`, where a bounded run of the
//! same is part of the tests.
#![no_main]

#[path = "../../shared/cube/tests/damage/mod.rs"]
mod damage;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| damage::queries::run(input));
