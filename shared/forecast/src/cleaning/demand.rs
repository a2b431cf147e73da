//! What would have been sold where the shelf was empty.
//!
//! Sales of a day that ran out are a lower bound of that day's demand: the demand is then expected at its mean
//! given that it is no less (Tobin, "Estimation of relationships for limited dependent variables", Econometrica
//! 26, 1958; the normal distribution cut off below).

use crate::portable::exp;

/// Mean of a normal demand that is known to be `sold` or more.
pub(super) fn demand_at_least(sold: f64, expected: f64, deviation: f64) -> f64 {
    if deviation <= 0.0 {
        return expected.max(sold);
    }
    let apart = (sold - expected) / deviation;
    (expected + deviation * hazard(apart)).max(sold)
}

/// Density over the upper tail of the standard normal distribution: Abramowitz and Stegun, "Handbook of
/// Mathematical Functions", 26.2.17 up to 3, the continued fraction 26.2.14 beyond.
fn hazard(at: f64) -> f64 {
    if at > 3.0 {
        return at + 1.0 / (at + 2.0 / (at + 3.0 / (at + 4.0 / (at + 5.0 / at))));
    }
    let density = 0.398_942_280_401_432_7 * exp(-0.5 * at * at);
    let t = 1.0 / (1.0 + 0.231_641_9 * at.abs());
    let sum = 1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429);
    let tail = density * t * (0.319_381_530 + t * (-0.356_563_782 + t * sum));
    density / if at < 0.0 { 1.0 - tail } else { tail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazards_of_the_tables() {
        // Density and tail of the standard normal distribution to seven digits.
        for (at, density, tail) in [
            (-1.0, 0.241_970_7, 0.841_344_7),
            (0.0, 0.398_942_3, 0.5),
            (1.0, 0.241_970_7, 0.158_655_3),
            (2.0, 0.053_991_0, 0.022_750_13),
            (4.0, 0.000_133_830, 0.000_031_671_2),
        ] {
            let found = hazard(at);
            assert!(
                (found / (density / tail) - 1.0).abs() < 1e-4,
                "{at}: {found}"
            );
        }
    }

    #[test]
    fn demand_is_the_expected_one_unless_more_was_sold() {
        assert!((demand_at_least(0.0, 50.0, 5.0) - 50.0).abs() < 1e-9);
        let close = demand_at_least(50.0, 50.0, 5.0);
        assert!((close - 53.989_4).abs() < 1e-3, "{close}");
        assert!(demand_at_least(80.0, 50.0, 5.0) > 80.0);
        assert_eq!(demand_at_least(80.0, 50.0, 0.0), 80.0);
    }
}
