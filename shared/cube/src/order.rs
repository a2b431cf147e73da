//! How rows are ordered by a value: changes, missing values, ties.

use std::cmp::Ordering;

use model::metrics::Value;

/// Current - compared. Where one side of a whole number is missing, it counts as 0: what is new, or
/// gone, has changed by all of itself.
pub(crate) fn change(current: Option<Value>, compared: Option<Value>) -> Option<Value> {
    match (current, compared) {
        (Some(Value::Whole(current)), Some(Value::Whole(compared))) => {
            Some(Value::Whole(current.saturating_sub(compared)))
        }
        (Some(Value::Whole(current)), None) => Some(Value::Whole(current)),
        (None, Some(Value::Whole(compared))) => Some(Value::Whole(compared.saturating_neg())),
        (Some(current), Some(compared)) => Some(Value::Real(current.as_f64() - compared.as_f64())),
        _ => None,
    }
}

/// Rows without a value come last in either direction; equal ones in the order of `then`.
pub(crate) fn by_value_then(
    a: Option<Value>,
    b: Option<Value>,
    descending: bool,
    then: impl Fn() -> Ordering,
) -> Ordering {
    let (a, b) = match (a, b) {
        (Some(a), Some(b)) => (a, b),
        (a, b) => return b.is_some().cmp(&a.is_some()).then_with(then),
    };
    let order = match (a, b) {
        (Value::Whole(a), Value::Whole(b)) => a.cmp(&b),
        (a, b) => a.as_f64().total_cmp(&b.as_f64()),
    };
    let order = if descending { order.reverse() } else { order };
    order.then_with(then)
}
