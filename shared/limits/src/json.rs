//! How deep JSON is nested, found without reading it: what is too deep never reaches a parser.

use thiserror::Error;

/// The deepest JSON that is read: the deepest of our own is less than ten.
pub const DEPTH_MAX: usize = 32;

/// JSON that is nested too deep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("the JSON is nested deeper than {DEPTH_MAX} levels")]
pub struct TooDeep;

/// Refuses JSON that is nested deeper than [`DEPTH_MAX`]. Brackets in texts do not count; whether it is JSON at
/// all is not looked at.
pub fn check_depth(text: &[u8]) -> Result<(), TooDeep> {
    let mut depth = 0_usize;
    let mut is_text = false;
    let mut is_escaped = false;
    for byte in text {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => {
                depth += 1;
                if depth > DEPTH_MAX {
                    return Err(TooDeep);
                }
            }
            b']' | b'}' if !is_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    fn depth_of(value: &Value) -> usize {
        match value {
            Value::Array(items) => 1 + items.iter().map(depth_of).max().unwrap_or(0),
            Value::Object(items) => 1 + items.values().map(depth_of).max().unwrap_or(0),
            _ => 0,
        }
    }

    #[test]
    fn the_limit_is_where_it_says() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        assert_eq!(check_depth(nested(DEPTH_MAX).as_bytes()), Ok(()));
        assert_eq!(check_depth(nested(DEPTH_MAX + 1).as_bytes()), Err(TooDeep));
        let wide = "[],".repeat(10_000);
        assert_eq!(check_depth(wide.as_bytes()), Ok(()));
        let quoted = format!("\"{}\\\"{}\"", "[".repeat(100), "{".repeat(100));
        assert_eq!(check_depth(quoted.as_bytes()), Ok(()));
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_parser(levels in 0_usize..40, key in ".{0,6}", odd in "[\\[\\]{}\"\\\\,:a]{0,20}") {
            let mut value = Value::String(odd);
            for level in 0..levels {
                value = match level % 2 {
                    0 => Value::Array(vec![value, Value::Null]),
                    _ => serde_json::json!({ key.clone(): value }),
                };
            }
            let is_fine = depth_of(&value) <= DEPTH_MAX;
            prop_assert_eq!(check_depth(value.to_string().as_bytes()).is_ok(), is_fine);
        }
    }
}
