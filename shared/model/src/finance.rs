//! Finance and inventory formulas that are algorithms rather than sums: investment and stock planning.
//!
//! Plans and parameters are real numbers here: they are assumptions, not booked money. Out of scope:
//! where cash flows and demand come from.

mod investment;
mod replenishment;

use thiserror::Error;

pub use investment::{irr, npv, payback_periods};
pub use replenishment::{economic_order_quantity, reorder_point, safety_stock};

/// Why a plan cannot be computed.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum FinanceError {
    /// Too few or too many periods.
    #[error("a plan has 2 to {max} cash flows, not {count}")]
    Periods {
        /// Cash flows given.
        count: usize,
        /// The most allowed.
        max: usize,
    },
    /// A number that is not finite or lies outside its domain.
    #[error("{name} is {value}, which is {reason}")]
    Parameter {
        /// The parameter.
        name: &'static str,
        /// The value given.
        value: f64,
        /// What is wrong with it.
        reason: &'static str,
    },
}

fn check(
    name: &'static str,
    value: f64,
    is_valid: bool,
    reason: &'static str,
) -> Result<f64, FinanceError> {
    if value.is_finite() && is_valid {
        Ok(value)
    } else {
        Err(FinanceError::Parameter {
            name,
            value,
            reason,
        })
    }
}

fn not_negative(name: &'static str, value: f64) -> Result<f64, FinanceError> {
    check(name, value, value >= 0.0, "below zero or not a number")
}

fn positive(name: &'static str, value: f64) -> Result<f64, FinanceError> {
    check(name, value, value > 0.0, "not above zero")
}
