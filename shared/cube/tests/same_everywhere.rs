//! Answers here are those of every other target.

mod same;

use cube::query::Value;

#[test]
fn answers_are_the_same_natively_as_elsewhere() {
    let told = same::told();
    assert!(told.answers > 220 && told.reals > 1_000, "{told:?}");
    let digest = told.digest;
    assert_eq!(digest, same::expected::DIGEST, "it is {digest:#x} now");
}

#[test]
fn the_largest_code_is_filtered_as_all_others_are() {
    assert_eq!(same::past_the_largest_code(), Some(Value::Whole(7)));
}
