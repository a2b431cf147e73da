//! Whole minor units that still add up: largest remainders, from the total down.
//!
//! Balinski and Young, "Fair representation" (1982), Hamilton's method: each part is rounded down, and the
//! units that are then missing go to the largest remainders, the first of equal ones.

use super::{Hierarchy, ReconcileError};

/// Largest magnitude that is rounded: every smaller integer is a number of its own.
const LARGEST: f64 = (1_u64 << 53) as f64;

/// Values that add up, rounded to integers that add up exactly: each root to its nearest, each other node by
/// less than one unit for each level below it. What is 0 or more stays so.
///
/// ```
/// let tree = forecast::Hierarchy::from_parents(&[None, Some(0), Some(0), Some(0)])?;
/// let whole = tree.in_whole_units(&[10.0, 10.0 / 3.0, 10.0 / 3.0, 10.0 / 3.0])?;
/// assert_eq!(whole, [10, 4, 3, 3]);
/// # Ok::<(), forecast::ReconcileError>(())
/// ```
impl Hierarchy {
    /// See the module; refuses another number of values than nodes, and values of 2^53 units or more.
    pub fn in_whole_units(&self, values: &[f64]) -> Result<Vec<i64>, ReconcileError> {
        if values.len() != self.len() {
            return Err(ReconcileError::Count {
                given: values.len(),
                nodes: self.len(),
            });
        }
        if let Some(node) = values.iter().position(|v| v.is_nan() || v.abs() >= LARGEST) {
            return Err(ReconcileError::TooLarge {
                node,
                value: values[node],
            });
        }
        let mut whole = vec![0_i64; values.len()];
        for &node in self.parents_first() {
            if self.parent(node).is_none() {
                whole[node] = values[node].round() as i64;
            }
            share_out(whole[node], self.children(node), values, &mut whole);
        }
        Ok(whole)
    }
}

/// Gives the parts of a whole their units.
fn share_out(total: i64, parts: &[usize], values: &[f64], whole: &mut [i64]) {
    let mut missing = total;
    for &part in parts {
        whole[part] = values[part].floor() as i64;
        missing -= whole[part];
    }
    if parts.is_empty() || missing == 0 {
        return;
    }
    let mut order = parts.to_vec();
    let rest = |part: usize| values[part] - values[part].floor();
    if missing > 0 {
        order.sort_by(|&a, &b| rest(b).total_cmp(&rest(a)));
    } else {
        // One too many, where the whole was rounded down: it is taken where least was left out.
        order.sort_by(|&a, &b| rest(a).total_cmp(&rest(b)));
        if total >= 0 {
            order.retain(|&part| whole[part] > 0);
        }
    }
    let unit = missing.signum();
    let mut left = missing.unsigned_abs();
    while left > 0 && !order.is_empty() {
        // Values that do not add up may lack more than a unit each.
        let each = (left / order.len() as u64) as i64;
        let each = if unit < 0 && total >= 0 {
            let least = order.iter().map(|&part| whole[part]).min();
            each.min(least.unwrap_or(0))
        } else {
            each
        };
        if each > 0 {
            order.iter().for_each(|&part| whole[part] += unit * each);
            left -= each.unsigned_abs() * order.len() as u64;
        }
        let ones = usize::try_from(left).unwrap_or(usize::MAX);
        let ones = ones.min(order.len());
        order
            .iter()
            .take(ones)
            .for_each(|&part| whole[part] += unit);
        left -= ones as u64;
        if unit < 0 && total >= 0 {
            order.retain(|&part| whole[part] > 0);
        }
    }
}
