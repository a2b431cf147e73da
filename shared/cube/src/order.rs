//! How rows are ordered by a value: changes, missing values, ties, and the first ones of many.

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

/// Puts the first `count` values to the front, in order; those behind are in no order. A few of many cost little more
/// than one comparison a value, with the last of the first ones so far.
pub(crate) fn first_to_front<T>(
    values: &mut [T],
    count: usize,
    compare: impl Fn(&T, &T) -> Ordering,
) {
    let Some((first, rest)) = values.split_at_mut_checked(count) else {
        values.sort_unstable_by(compare);
        return;
    };
    for at in (0..count / 2).rev() {
        sink(first, at, &compare);
    }
    for value in rest {
        if let Some(last) = first.first_mut()
            && compare(value, last).is_lt()
        {
            std::mem::swap(value, last);
            sink(first, 0, &compare);
        }
    }
    first.sort_unstable_by(compare);
}

/// Moves a value of a heap, whose last one is on top, below those that come after it.
fn sink<T>(heap: &mut [T], mut at: usize, compare: impl Fn(&T, &T) -> Ordering) {
    while let Some(value) = heap.get(at) {
        let below = (2 * at + 1..=2 * at + 2).filter_map(|child| Some((child, heap.get(child)?)));
        let last = below.max_by(|(_, one), (_, other)| compare(one, other));
        match last {
            Some((child, last)) if compare(last, value).is_gt() => {
                heap.swap(at, child);
                at = child;
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn the_first_ones_are_those_of_all_in_order(
            values in prop::collection::vec(0_u32..50, 0..200),
            count in 0_usize..220,
        ) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let mut moved = values;
            first_to_front(&mut moved, count, u32::cmp);
            let count = count.min(moved.len());
            prop_assert_eq!(&moved[..count], &sorted[..count]);
            moved.sort_unstable();
            prop_assert_eq!(moved, sorted);
        }
    }
}
