//! Answers as WebAssembly are those of a native build, to the last bit.

use cube::query::Value;
use wasm_bindgen_test::wasm_bindgen_test;

#[path = "../../../shared/cube/tests/same/mod.rs"]
mod same;

#[wasm_bindgen_test]
fn answers_in_a_browser_are_those_of_a_native_build() {
    assert_eq!(same::told().digest, same::expected::DIGEST);
}

#[wasm_bindgen_test]
fn where_addresses_have_32_bits_the_largest_code_is_filtered_as_all_others_are() {
    assert_eq!(same::past_the_largest_code(), Some(Value::Whole(7)));
}
