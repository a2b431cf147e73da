//! From a JSON object to rows of named cells.

use kernel::{Rounding, parse_scaled};
use serde_json::{Map, Value};

use crate::rows::COLUMNS_MAX;

/// Names under which orders hold their lines.
const LINE_LISTS: [&str; 7] = [
    "line_items",
    "lineItems",
    "lines",
    "items",
    "orderLines",
    "orderItems",
    "OrderItems",
];

/// Lists of parts of a line whose amounts are summed: Trendyol tells the discount of each unit.
const SUMMED_LISTS: [&str; 1] = ["discountDetails"];
const SUM_DIGITS: u32 = 6;

/// The rows of one object, each a list of path and text.
pub(super) fn flatten(object: &Map<String, Value>) -> Vec<Vec<(String, String)>> {
    let lines = LINE_LISTS.iter().find_map(|name| match object.get(*name) {
        Some(Value::Array(items)) if items.iter().any(Value::is_object) => Some((*name, items)),
        _ => None,
    });
    let mut order = Vec::new();
    for (name, value) in object {
        if lines.is_none_or(|(list, _)| list != name) {
            flatten_into(name, value, &mut order);
        }
    }
    match lines {
        None => vec![order],
        Some((name, items)) => items
            .iter()
            .map(|item| {
                let mut row = order.clone();
                flatten_into(name, item, &mut row);
                row
            })
            .collect(),
    }
}

fn flatten_into(path: &str, value: &Value, row: &mut Vec<(String, String)>) {
    if row.len() >= COLUMNS_MAX {
        return;
    }
    match value {
        Value::Null => {}
        Value::Array(items) => {
            if SUMMED_LISTS.iter().any(|name| path.ends_with(name)) {
                sum_into(path, items, row);
            }
        }
        Value::Bool(truth) => row.push((path.to_owned(), truth.to_string())),
        Value::Number(number) => row.push((path.to_owned(), number.to_string())),
        Value::String(text) => row.push((path.to_owned(), text.clone())),
        Value::Object(members) => {
            for (name, member) in members {
                flatten_into(&format!("{path}.{name}"), member, row);
            }
        }
    }
}

/// The sum of each number that all items have, as decimals and exactly.
fn sum_into(path: &str, items: &[Value], row: &mut Vec<(String, String)>) {
    let Some(Value::Object(first)) = items.first() else {
        return;
    };
    let amount = |item: &Value, name: &str| match item.get(name)? {
        Value::Number(number) => {
            parse_scaled(&number.to_string(), SUM_DIGITS, Rounding::HalfEven).ok()
        }
        _ => None,
    };
    for name in first.keys() {
        let sum = items
            .iter()
            .try_fold(0_i64, |sum, item| sum.checked_add(amount(item, name)?));
        if let Some(sum) = sum {
            let (scale, sign) = (10_u64.pow(SUM_DIGITS), if sum < 0 { "-" } else { "" });
            let (whole, fraction) = (sum.unsigned_abs() / scale, sum.unsigned_abs() % scale);
            row.push((
                format!("{path}.{name}"),
                format!("{sign}{whole}.{fraction:06}"),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let object: Map<String, Value> = serde_json::from_str(text).unwrap();
        let cell = |(name, text): &(String, String)| format!("{name}={text}");
        let row = |row: &Vec<_>| row.iter().map(cell).collect::<Vec<_>>().join(" ");
        flatten(&object).iter().map(row).collect()
    }

    #[test]
    fn lines_repeat_what_their_order_says() {
        assert_eq!(
            rows(r#"{"id":7,"to":{"city":"X"},"lines":[{"sku":"A"},{"sku":"B","n":null}]}"#),
            ["id=7 to.city=X lines.sku=A", "id=7 to.city=X lines.sku=B"]
        );
    }

    #[test]
    fn discounts_of_units_add_up_to_that_of_the_line() {
        let text = r#"{"lines":[{"discountDetails":[{"d":13.00,"id":"1"},{"d":12.99,"id":"2"}]}]}"#;
        assert_eq!(rows(text), ["lines.discountDetails.d=25.990000"]);
        assert_eq!(rows(r#"{"lines":[{"discountDetails":[]}]}"#), [""]);
    }
}
