//! From aggregated parts to the value of a metric.
//!
//! Sums, differences and products stay whole numbers as long as they can; a quotient of two whole
//! numbers is rounded only once, half away from zero, where the metric's unit is money or a count.

use kernel::div_round;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Formula, Metric, Part};
use crate::record::ROUNDING;

/// A number: whole where the metric's unit is money (minor units) or a count, real otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// Minor units of the base currency, or a count.
    Whole(i64),
    /// A ratio (0.25 is 25 %), a score or a number of days.
    Real(f64),
}

impl Value {
    /// The value as a real number, for drawing and for ratios of change.
    pub fn as_f64(self) -> f64 {
        match self {
            Value::Whole(whole) => whole as f64,
            Value::Real(real) => real,
        }
    }
}

/// An aggregated part.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum PartValue {
    /// A sum or count.
    Whole(i128),
    /// The result of an algorithm.
    Real(f64),
}

impl From<i64> for PartValue {
    fn from(whole: i64) -> PartValue {
        PartValue::Whole(whole.into())
    }
}

/// Why a metric has no value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Undefined {
    /// Data that the metric needs is not there.
    #[error("{0} is not known; import the data that holds it")]
    Missing(Part),
    /// Divided by nothing: a rate of no orders.
    #[error("there is nothing to divide by")]
    DivisionByZero,
    /// Without bound: the runway of a company that burns no cash.
    #[error("the value has no bound")]
    Unbounded,
    /// Beyond what numbers can hold.
    #[error("the value does not fit")]
    Overflow,
}

/// A value on its way. A fraction is a quotient of whole numbers that was not divided yet.
#[derive(Clone, Copy)]
enum Number {
    Whole(i128),
    Fraction(i128, i128),
    Real(f64),
}

impl Number {
    fn to_f64(self) -> f64 {
        match self {
            Number::Whole(whole) => whole as f64,
            Number::Fraction(numerator, denominator) => numerator as f64 / denominator as f64,
            Number::Real(real) => real,
        }
    }

    fn is_zero(self) -> bool {
        match self {
            Number::Whole(value) | Number::Fraction(value, _) => value == 0,
            Number::Real(real) => real == 0.0,
        }
    }
}

impl Metric {
    /// The value of the metric, given its parts.
    ///
    /// `part_value` answers `None` for a part that is not known. The result is `Whole` for money and
    /// counts, `Real` for all other units.
    pub fn evaluate(
        &self,
        part_value: &dyn Fn(Part) -> Option<PartValue>,
    ) -> Result<Value, Undefined> {
        let number = evaluate(&self.formula, part_value)?;
        if self.unit.is_whole() {
            let whole = match number {
                Number::Whole(whole) => whole,
                Number::Fraction(numerator, denominator) => {
                    div_round(numerator, denominator, ROUNDING)
                }
                Number::Real(real) => whole_from_real(real)?,
            };
            i64::try_from(whole)
                .map(Value::Whole)
                .map_err(|_| Undefined::Overflow)
        } else {
            let real = number.to_f64();
            if real.is_finite() {
                Ok(Value::Real(real))
            } else {
                Err(Undefined::Overflow)
            }
        }
    }
}

/// Rounds half away from zero, as [`f64::round`] does.
fn whole_from_real(real: f64) -> Result<i128, Undefined> {
    // 2^63 is exact as a real; below it every rounded real is a whole number.
    let limit = 9_223_372_036_854_775_808.0;
    if real.abs() < limit {
        Ok(real.round() as i128)
    } else {
        Err(Undefined::Overflow)
    }
}

fn evaluate(
    formula: &Formula,
    part_value: &dyn Fn(Part) -> Option<PartValue>,
) -> Result<Number, Undefined> {
    let of = |formula: &Formula| evaluate(formula, part_value);
    match formula {
        Formula::Part(part) => match part_value(*part) {
            Some(PartValue::Whole(whole)) => Ok(Number::Whole(whole)),
            Some(PartValue::Real(real)) if real.is_finite() => Ok(Number::Real(real)),
            Some(PartValue::Real(_)) => Err(Undefined::Overflow),
            None => Err(Undefined::Missing(*part)),
        },
        Formula::Metric(id) => of(&id.metric().formula),
        Formula::Constant(value) => Ok(Number::Whole((*value).into())),
        Formula::Add(left, right) => {
            combine(of(left)?, of(right)?, i128::checked_add, |a, b| a + b)
        }
        Formula::Sub(left, right) => {
            combine(of(left)?, of(right)?, i128::checked_sub, |a, b| a - b)
        }
        Formula::Mul(left, right) => {
            combine(of(left)?, of(right)?, i128::checked_mul, |a, b| a * b)
        }
        Formula::Div(left, right) => divide(of(left)?, of(right)?),
        Formula::PerPositive(left, right) => {
            let (left, right) = (of(left)?, of(right)?);
            if right.to_f64() > 0.0 {
                divide(left, right)
            } else {
                Err(Undefined::Unbounded)
            }
        }
        Formula::Abs(inner) => Ok(match of(inner)? {
            Number::Whole(whole) => Number::Whole(whole.checked_abs().ok_or(Undefined::Overflow)?),
            other => Number::Real(other.to_f64().abs()),
        }),
        Formula::AtLeastZero(inner) => {
            let number = of(inner)?;
            Ok(if number.to_f64() < 0.0 {
                Number::Whole(0)
            } else {
                number
            })
        }
    }
}

fn combine(
    left: Number,
    right: Number,
    whole: fn(i128, i128) -> Option<i128>,
    real: fn(f64, f64) -> f64,
) -> Result<Number, Undefined> {
    match (left, right) {
        (Number::Whole(left), Number::Whole(right)) => whole(left, right)
            .map(Number::Whole)
            .ok_or(Undefined::Overflow),
        _ => Ok(Number::Real(real(left.to_f64(), right.to_f64()))),
    }
}

fn divide(left: Number, right: Number) -> Result<Number, Undefined> {
    if right.is_zero() {
        return Err(Undefined::DivisionByZero);
    }
    Ok(match (left, right) {
        (Number::Whole(left), Number::Whole(right)) => Number::Fraction(left, right),
        _ => Number::Real(left.to_f64() / right.to_f64()),
    })
}
