//! Whole files, good and bad, through guessing, reading and splitting.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot build its input should fail there"
)]

mod chunks;
mod identity;
mod looking;
mod presets;
mod reading;
mod rows;

use proptest::prelude::*;

use crate::reading::{HEADER, read_in};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
        let _ = read_in(&bytes, 50);
        let text = [HEADER.as_bytes(), &bytes].concat();
        let _ = read_in(&text, 50);
        let json = [b"[{\"order_id\":1,\"sku\":2},", &bytes[..]].concat();
        let _ = read_in(&json, 50);
    }

    #[test]
    fn it_does_not_matter_how_bytes_arrive(
        rows in proptest::collection::vec("[0-9]{1,2}/1/2026,[A-C\"]{0,3},1,S[çğ]?,[-0-9.]{0,3},[0-9,.₺]{0,5}\n", 1..20),
        step in 1_usize..40,
    ) {
        let text = [HEADER, &rows.concat()].concat();
        prop_assert_eq!(read_in(text.as_bytes(), step), read_in(text.as_bytes(), 1 << 20));
    }
}
