//! Whole units of a product.
//!
//! Out of scope: fractions of a unit (goods sold by weight are counted in their smallest unit).

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A number of units; negative in a correction. Serialised as the bare integer.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Quantity(i64);

/// Why a quantity could not be made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum QuantityError {
    /// More than 2^63 - 1 units.
    #[error("the quantity does not fit: more than {} units", i64::MAX)]
    Overflow,
}

impl Quantity {
    /// No units.
    pub const ZERO: Quantity = Quantity(0);

    /// `units` units.
    pub const fn new(units: i64) -> Quantity {
        Quantity(units)
    }

    /// The number of units.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// The sum.
    pub fn checked_add(self, other: Quantity) -> Result<Quantity, QuantityError> {
        self.0
            .checked_add(other.0)
            .map(Quantity)
            .ok_or(QuantityError::Overflow)
    }

    /// The difference.
    pub fn checked_sub(self, other: Quantity) -> Result<Quantity, QuantityError> {
        self.0
            .checked_sub(other.0)
            .map(Quantity)
            .ok_or(QuantityError::Overflow)
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_to_overflow() {
        let most = Quantity::new(i64::MAX);
        assert_eq!(
            most.checked_add(Quantity::new(1)),
            Err(QuantityError::Overflow)
        );
        assert_eq!(
            Quantity::new(i64::MIN).checked_sub(Quantity::new(1)),
            Err(QuantityError::Overflow)
        );
        assert_eq!(
            Quantity::new(5).checked_sub(Quantity::new(7)),
            Ok(Quantity::new(-2))
        );
    }

    #[test]
    fn travels_as_a_bare_integer() {
        assert_eq!(serde_json::to_string(&Quantity::new(-3)).unwrap(), "-3");
    }
}
