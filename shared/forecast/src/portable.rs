//! Logarithm and harmonics from basic arithmetic only.
//!
//! IEEE 754 fixes `+ - * / sqrt` to the bit; `ln`, `sin` and `cos` come from the platform's
//! mathematics library and differ in the last digit between native code and wasm. An optimiser
//! turns a last digit into another forecast, so the models use these instead.

use std::f64::consts::{LN_2, PI, SQRT_2};

/// Natural logarithm of a positive, finite number; within 2 units in the last place.
///
/// x = 2^e * m with m in [1/sqrt 2, sqrt 2], ln m = 2 artanh((m - 1) / (m + 1)).
pub(crate) fn ln(x: f64) -> f64 {
    debug_assert!(x > 0.0 && x.is_finite());
    // Subnormal numbers have no implicit bit: lift them into the normal range first.
    let (x, lifted) = if x < f64::MIN_POSITIVE {
        (x * SCALE_54, 54)
    } else {
        (x, 0)
    };
    let bits = x.to_bits();
    let mut exponent = ((bits >> 52) & 0x7ff) as i64 - 1023 - lifted;
    let mut mantissa = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) | (1023 << 52));
    if mantissa > SQRT_2 {
        mantissa *= 0.5;
        exponent += 1;
    }
    let z = (mantissa - 1.0) / (mantissa + 1.0);
    let square = z * z;
    // |z| <= 0.1716, so z^24 / 25 < 2e-20: twelve terms are enough.
    let mut sum = 0.0;
    for odd in (1..=23).rev().step_by(2) {
        sum = sum * square + 1.0 / f64::from(odd);
    }
    exponent as f64 * LN_2 + 2.0 * z * sum
}

/// e to the power of a number between -700 and 700 (clamped); within 1e-14 relatively.
///
/// e^x = 2^k e^r with |r| <= ln 2 / 2, the rest by its Taylor series.
pub(crate) fn exp(x: f64) -> f64 {
    let x = x.clamp(-700.0, 700.0);
    let power = (x / LN_2).round();
    let rest = x - power * LN_2;
    // 0.3466^16 / 16! < 3e-21: fifteen terms are enough.
    let mut sum = 1.0;
    for term in (1..=15).rev() {
        sum = 1.0 + sum * rest / f64::from(term);
    }
    sum * f64::from_bits(((power as i64 + 1023) as u64) << 52)
}

const SCALE_54: f64 = (1_u64 << 54) as f64;

/// Cosine and sine of 2 pi numerator / denominator.
pub(crate) fn circle(numerator: usize, denominator: usize) -> (f64, f64) {
    let turn = (numerator % denominator) as f64 / denominator as f64;
    // The nearest quarter turn is exact; the rest is at most an eighth of a turn.
    let quarter = (turn * 4.0).round();
    let angle = 2.0 * PI * (turn - quarter * 0.25);
    let square = angle * angle;
    // |angle| <= pi / 4: the terms after x^17 are below 1e-19.
    let (mut sine, mut cosine) = (0.0, 0.0);
    for k in (0..9).rev() {
        let even = f64::from(2 * k + 1) * f64::from(2 * k + 2);
        let odd = f64::from(2 * k + 2) * f64::from(2 * k + 3);
        cosine = 1.0 - square / even * if k == 8 { 1.0 } else { cosine };
        sine = 1.0 - square / odd * if k == 8 { 1.0 } else { sine };
    }
    sine *= angle;
    match quarter as u8 {
        1 => (-sine, cosine),
        2 => (-cosine, -sine),
        3 => (sine, -cosine),
        _ => (cosine, sine),
    }
}

/// The power of two at or below the largest magnitude: dividing by it is exact, so a series and
/// its multiple by a power of two give the same bits up to that factor.
pub(crate) fn binary_scale(values: &[f64]) -> f64 {
    let largest = values
        .iter()
        .filter(|v| !v.is_nan())
        .fold(0.0_f64, |m, v| m.max(v.abs()));
    if largest < f64::MIN_POSITIVE {
        return if largest > 0.0 {
            f64::MIN_POSITIVE
        } else {
            1.0
        };
    }
    f64::from_bits(largest.to_bits() & (0x7ff << 52))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithm_agrees_with_the_platform() {
        for i in 1..2_000 {
            for x in [
                f64::from(i) * 1e-3,
                f64::from(i) * 1e300,
                f64::from(i) * 1e-310,
            ] {
                let error = (ln(x) - x.ln()).abs();
                assert!(
                    error <= 4.0 * f64::EPSILON * x.ln().abs().max(1.0),
                    "{x}: {error}"
                );
            }
        }
    }

    #[test]
    fn exponential_agrees_with_the_platform() {
        for i in -700..=700 {
            let x = f64::from(i) * 0.977;
            let error = (exp(x) / x.exp() - 1.0).abs();
            assert!(error < 2e-13, "{x}: {error}");
        }
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn circle_agrees_with_the_platform() {
        for n in 0..1_000 {
            let (cosine, sine) = circle(n, 365);
            let angle = 2.0 * PI * f64::from(u32::try_from(n % 365).expect("small")) / 365.0;
            assert!((cosine - angle.cos()).abs() < 1e-14, "{n}: {cosine}");
            assert!((sine - angle.sin()).abs() < 1e-14, "{n}: {sine}");
        }
    }

    #[test]
    fn scale_is_the_power_of_two_below() {
        assert_eq!(binary_scale(&[3.0, -5.0, f64::NAN]), 4.0);
        assert_eq!(binary_scale(&[]), 1.0);
        assert_eq!(binary_scale(&[f64::MAX]), 2.0_f64.powi(1023));
    }
}
