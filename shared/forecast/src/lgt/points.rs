//! Where the average over all parameters looks: points spread evenly over what the priors allow.
//!
//! Each smoothing of the level has a point for every pair of powers, so that powers are taken once for all
//! and from square roots alone. The rest of a point comes from the additive recurrence whose steps are
//! powers of the root of x^6 = x + 1: points that fill a space of five dimensions evenly at any number of
//! them (a generalised golden ratio).

use std::sync::OnceLock;

use crate::portable::{circle, exp, ln};

/// Smoothings of the level.
pub(super) const ALPHAS: usize = 128;
/// Powers of the level in the global trend: -1/2 to 1 by quarters, the range of the published prior.
pub(super) const TRENDS: usize = 7;
/// Powers of the level in the size of errors: 0 to 1 by quarters.
pub(super) const SPREADS: usize = 5;
/// Points of one smoothing.
pub(super) const LANES: usize = TRENDS * SPREADS;
/// Range of the degrees of freedom of errors.
const FREEDOM: (f64, f64) = (2.0, 20.0);
/// Degrees of freedom of where to look for trends, and parts of a turn.
pub(super) const LOOK_FREEDOM: f64 = 5.0;
const TURN: usize = 1 << 20;

/// The points of one smoothing, an entry per pair of powers: `spread + SPREADS * trend`.
#[derive(Debug, Clone)]
pub(super) struct Lanes {
    /// Smoothing of the level.
    pub alpha: f64,
    /// Smoothing of the local trend.
    pub beta: [f64; LANES],
    /// Degrees of freedom of the errors, and the logarithm of what makes their density add up to 1.
    pub freedom: [f64; LANES],
    pub density: [f64; LANES],
    /// Where to look around what the values suggest: two trends, of Student's distribution in the plane, and
    /// the logarithm of the size of errors, of the logistic one. Both have tails, so that none that matters
    /// is rare.
    pub around: [[f64; LANES]; 3],
    /// Logarithm of the chance of the third.
    pub chance: [f64; LANES],
}

/// All points; the same at every call.
pub(super) fn points() -> &'static [Lanes] {
    static POINTS: OnceLock<Vec<Lanes>> = OnceLock::new();
    POINTS.get_or_init(|| (0..ALPHAS).map(lanes).collect())
}

fn lanes(index: usize) -> Lanes {
    let mut lanes = Lanes {
        alpha: (index as f64 + 0.5) / ALPHAS as f64,
        beta: [0.0; LANES],
        freedom: [0.0; LANES],
        density: [0.0; LANES],
        around: [[0.0; LANES]; 3],
        chance: [0.0; LANES],
    };
    let steps = steps();
    for lane in 0..LANES {
        let number = (index * LANES + lane + 1) as f64;
        let at = |dimension: usize| (0.5 + number * steps[dimension]).fract();
        lanes.beta[lane] = at(0);
        let freedom = FREEDOM.0 + (FREEDOM.1 - FREEDOM.0) * at(1);
        lanes.freedom[lane] = freedom;
        lanes.density[lane] =
            ln_gamma((freedom + 1.0) / 2.0) - ln_gamma(freedom / 2.0) - 0.5 * ln(freedom);
        let square = LOOK_FREEDOM * (exp(-2.0 / LOOK_FREEDOM * ln(at(2))) - 1.0);
        let (cosine, sine) = circle((at(3) * TURN as f64) as usize, TURN);
        let logistic = ln(at(4) / (1.0 - at(4)));
        lanes.around[0][lane] = square.sqrt() * cosine;
        lanes.around[1][lane] = square.sqrt() * sine;
        lanes.around[2][lane] = logistic;
        lanes.chance[lane] = -logistic - 2.0 * ln(1.0 + exp(-logistic));
    }
    lanes
}

/// Steps of the recurrence: the first five powers of 1 / g with g^6 = g + 1.
fn steps() -> [f64; 5] {
    let mut root = 1.1_f64;
    for _ in 0..60 {
        let fifth = root * root * root * root * root;
        root -= (fifth * root - root - 1.0) / (6.0 * fifth - 1.0);
    }
    let mut power = 1.0;
    [0; 5].map(|_| {
        power /= root;
        power
    })
}

/// Logarithm of the gamma function above 0, within 1e-10: Stirling's series from 8 on, below by
/// gamma(x + 1) = x gamma(x).
fn ln_gamma(x: f64) -> f64 {
    let (mut x, mut product) = (x, 1.0);
    while x < 8.0 {
        product *= x;
        x += 1.0;
    }
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let series =
        inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square / 1680.0)));
    (x - 0.5) * ln(x) - x + 0.5 * ln(2.0 * std::f64::consts::PI) + series - ln(product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_fill_the_ranges_evenly() {
        let all = points();
        assert_eq!(all.len(), ALPHAS);
        let betas: Vec<f64> = all.iter().flat_map(|lanes| lanes.beta).collect();
        let count = betas.len() as f64;
        for tenth in 0..10 {
            let within = |beta: &&f64| (**beta * 10.0) as usize == tenth;
            let share = betas.iter().filter(within).count() as f64 / count;
            assert!((share - 0.1).abs() < 0.01, "{tenth}: {share}");
        }
        for around in 0..3 {
            let is_above = |lanes: &Lanes| lanes.around[around].map(|at| f64::from(at > 0.0));
            let above: f64 = all.iter().flat_map(is_above).sum();
            assert!((above / count - 0.5).abs() < 0.02, "{around}");
        }
        // Student's distribution in the plane: the median of the square is f (2^(2/f) - 1).
        let near = |lanes: &Lanes| {
            let [x, y, _] = &lanes.around;
            let squares = x.iter().zip(y).map(|(x, y)| x * x + y * y);
            squares
                .filter(|square| *square < 5.0 * (2_f64.powf(0.4) - 1.0))
                .count()
        };
        let near = all.iter().map(near).sum::<usize>() as f64;
        assert!((near / count - 0.5).abs() < 0.02, "{near}");
    }

    #[test]
    fn gamma_of_known_numbers() {
        let root_pi = std::f64::consts::PI.sqrt();
        for (x, expected) in [
            (1.0, 1.0),
            (0.5, root_pi),
            (5.0, 24.0),
            (1.5, root_pi / 2.0),
        ] {
            assert!((ln_gamma(x) - f64::ln(expected)).abs() < 1e-9, "{x}");
        }
    }
}
