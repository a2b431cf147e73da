//! How likely each point of the parameters is, and the trends that go with it.
//!
//! Given smoothings and powers the model is linear in the two trends. So a point does not guess these: they
//! are drawn from around their own best values (least squares, reweighted for the tails of the errors),
//! and its share is what prior and likelihood say against how often such a draw is made: importance
//! sampling, where nothing is random.

use std::f64::consts::LN_2;

use super::points::{LANES, LOOK_FREEDOM, Lanes, SPREADS, TRENDS};
use super::{PRIOR, Part, powers};
use crate::portable::{exp, ln};

/// Draws are spread wider than the values suggest.
const WIDER: f64 = 1.15;
/// Rounds of reweighted least squares.
const ROUNDS: usize = 3;
/// Size of the global trend at first: later rounds draw it towards 0 as its Cauchy prior does, which is a
/// normal one whose precision falls with the trend found.
const GLOBAL_FIRST: f64 = 0.15;
/// Spread of the local trend's share around 0 that steadies the least squares; its prior is even in -1..1.
const LOCAL_SPREAD: f64 = 0.6;
/// The power 0 among those of the level.
const NO_POWER: usize = 2;
/// Least variance of errors, of values whose largest is 1.
const LEAST: f64 = 1e-12;

/// A figure of each point of one smoothing.
type Each = [f64; LANES];

/// What one smoothing makes of the values, step by step.
struct Course {
    steps: Vec<Step>,
    /// Sum of the logarithms of the levels.
    logarithm: f64,
    level: f64,
    /// The local trends after the last value.
    trend: Each,
}

struct Step {
    /// Value less the level before.
    error: f64,
    /// The level to the power of the global trend.
    global: Each,
    /// The local trend.
    local: Each,
    /// The level to minus twice the power of the errors.
    weight: Each,
}

/// Parts of one smoothing, their shares as logarithms. Values are at most 1; `is_positive` says
/// whether powers of the level mean something.
pub(super) fn parts(values: &[f64], is_positive: bool, lanes: &Lanes) -> Vec<Part> {
    let course = follow(values, is_positive, lanes);
    let drawn = draw(&course, lanes);
    let tails = tails(&course, lanes, &drawn);
    let count = course.steps.len() as f64;
    let deviations = raised(course.level, is_positive);
    let part = |lane: usize| {
        let (trend, spread) = (lane / SPREADS, lane % SPREADS);
        let freedom = lanes.freedom[lane];
        let likelihood = count * (lanes.density[lane] - drawn.logarithm[lane])
            - spread as f64 * 0.25 * course.logarithm
            - 0.5 * (freedom + 1.0) * tails[lane];
        let cauchy = |value: f64| -ln(1.0 + (value / PRIOR) * (value / PRIOR));
        let sigma = exp(drawn.logarithm[lane]);
        let prior = cauchy(sigma) + cauchy(drawn.global[lane]);
        // The powers at the ends of their ranges stand for half as much as those within.
        let ends = [
            trend == 0 || trend == TRENDS - 1,
            spread == 0 || spread == SPREADS - 1,
        ];
        let halves = ends.iter().filter(|&&end| end).count() as f64;
        let share = likelihood + prior - drawn.chance[lane] - halves * LN_2;
        // Heavy tails have no variance below 2 degrees of freedom, and a huge one next to them.
        let wide = freedom / (freedom - 2.0).max(0.6);
        let part = Part {
            alpha: lanes.alpha,
            beta: lanes.beta[lane],
            power: if is_positive { trend } else { NO_POWER },
            global: drawn.global[lane],
            local: drawn.local[lane],
            share,
            level: course.level,
            trend: course.trend[lane],
            deviation: sigma * wide.sqrt() * deviations[NO_POWER + spread],
        };
        let is_allowed = (-1.0..=1.0).contains(&part.local) && share.is_finite();
        is_allowed.then_some(part)
    };
    (0..LANES).filter_map(part).collect()
}

fn follow(values: &[f64], is_positive: bool, lanes: &Lanes) -> Course {
    let mut course = Course {
        steps: Vec::with_capacity(values.len()),
        logarithm: 0.0,
        level: values[0],
        trend: [0.0; LANES],
    };
    for &value in &values[1..] {
        let level = course.level;
        let powers = raised(level, is_positive);
        let inverse = powers.map(|power| 1.0 / (power * power));
        course.steps.push(Step {
            error: value - level,
            global: std::array::from_fn(|lane| powers[lane / SPREADS]),
            local: course.trend,
            weight: std::array::from_fn(|lane| inverse[NO_POWER + lane % SPREADS]),
        });
        if is_positive {
            course.logarithm += ln(level);
        }
        course.level += lanes.alpha * (value - level);
        let change = course.level - level;
        for (trend, beta) in course.trend.iter_mut().zip(&lanes.beta) {
            *trend += beta * (change - *trend);
        }
    }
    course
}

/// The level to each power; all 1 where powers mean nothing.
fn raised(level: f64, is_positive: bool) -> [f64; TRENDS] {
    if is_positive {
        powers(level)
    } else {
        [1.0; TRENDS]
    }
}

/// Where the trends of a point are likely: their best values and the lower triangle of their covariance.
#[derive(Debug, Clone, Copy, Default)]
struct Valley {
    global: f64,
    local: f64,
    across: f64,
    along: f64,
    apart: f64,
}

impl Valley {
    /// Normal equations of the trends, given the precision of the global one before the values.
    fn solve([xx, xy, yy, xe, ye]: [f64; 5], precision: f64) -> Self {
        let (xx, yy) = (xx + precision, yy + 1.0 / (LOCAL_SPREAD * LOCAL_SPREAD));
        let inverse = 1.0 / (xx * yy - xy * xy);
        let across = (yy * inverse).sqrt();
        let along = -xy * inverse / across;
        Self {
            global: (xe * yy - ye * xy) * inverse,
            local: (ye * xx - xe * xy) * inverse,
            across,
            along,
            apart: (xx * inverse - along * along).max(1e-30).sqrt(),
        }
    }

    /// Trends a way off in both directions.
    fn at(&self, first: f64, second: f64) -> (f64, f64) {
        (
            self.global + WIDER * self.across * first,
            self.local + WIDER * (self.along * first + self.apart * second),
        )
    }

    /// How often these trends are drawn from here, but for a constant: Student's distribution with
    /// [`LOOK_FREEDOM`] in the plane.
    fn density(&self, global: f64, local: f64) -> f64 {
        let first = (global - self.global) / (WIDER * self.across);
        let second = ((local - self.local) / WIDER - self.along * first) / self.apart;
        let base = 1.0 + (first * first + second * second) / LOOK_FREEDOM;
        1.0 / (base * base * base * base.sqrt() * self.across * self.apart)
    }
}

/// Both valleys of each point, and the variance of what is left. The prior of the global trend is sharp
/// around 0 and has long tails, so its likely values may lie in two places: where the values want it and
/// next to 0.
fn valleys(course: &Course, lanes: &Lanes) -> ([[Valley; LANES]; 2], Each) {
    let each = [0.0; LANES];
    let mut variance = each;
    let mut found = [Valley::default(); LANES];
    let mut plain = found;
    let share = 1.0 / course.steps.len() as f64;
    for round in 0..ROUNDS {
        let [mut xx, mut xy, mut yy, mut xe, mut ye, mut squares] = [each; 6];
        // The tails say little where a value is far off: it weighs (f + 1) / (f + error^2 / variance).
        let far: Each = std::array::from_fn(|lane| lanes.freedom[lane] * variance[lane]);
        let (global, local) = (
            found.map(|valley| valley.global),
            found.map(|valley| valley.local),
        );
        for step in &course.steps {
            for lane in 0..LANES {
                let (x, y) = (step.global[lane], step.local[lane]);
                let left = step.error - global[lane] * x - local[lane] * y;
                let square = step.weight[lane] * left * left;
                let near = if round == 0 {
                    1.0
                } else {
                    far[lane] / (far[lane] + square)
                };
                let weight = step.weight[lane] * near;
                squares[lane] += square * near;
                xx[lane] += weight * x * x;
                xy[lane] += weight * x * y;
                yy[lane] += weight * y * y;
                xe[lane] += weight * x * step.error;
                ye[lane] += weight * y * step.error;
            }
        }
        for lane in 0..LANES {
            let sums = [xx[lane], xy[lane], yy[lane], xe[lane], ye[lane]];
            let (tail, global) = if round == 0 {
                squares[lane] -= explained(sums);
                (1.0, GLOBAL_FIRST)
            } else {
                (1.0 + 1.0 / lanes.freedom[lane], found[lane].global)
            };
            variance[lane] = (squares[lane] * share * tail).max(LEAST);
            let sums = sums.map(|sum| sum * tail / variance[lane]);
            found[lane] = Valley::solve(sums, 2.0 / (PRIOR * PRIOR + global * global));
            if round == ROUNDS - 1 {
                plain[lane] = Valley::solve(sums, 2.0 / (PRIOR * PRIOR));
            }
        }
    }
    ([found, plain], variance)
}

/// The part of the squares that plain least squares take away.
fn explained([xx, xy, yy, xe, ye]: [f64; 5]) -> f64 {
    let determinant = xx * yy - xy * xy;
    if determinant > 1e-9 * xx * yy {
        (xe * xe * yy - 2.0 * xe * ye * xy + ye * ye * xx) / determinant
    } else {
        xe * xe / xx
    }
}

/// Trends and size of errors of each point, and the logarithm of the chance to draw them.
struct Drawn {
    global: Each,
    local: Each,
    logarithm: Each,
    chance: Each,
}

fn draw(course: &Course, lanes: &Lanes) -> Drawn {
    let (valleys, variance) = valleys(course, lanes);
    let width = 1.0 / (2.0 * course.steps.len() as f64 + 2.0).sqrt();
    let each = [0.0; LANES];
    let mut drawn = Drawn {
        global: each,
        local: each,
        logarithm: each,
        chance: each,
    };
    for lane in 0..LANES {
        let [first, second, third] = [0, 1, 2].map(|at: usize| lanes.around[at][lane]);
        // Half of the points look in either valley; the chance is that of both.
        let (global, local) = valleys[lane % 2][lane].at(first, second);
        let density = valleys.map(|valley| valley[lane].density(global, local));
        drawn.global[lane] = global;
        drawn.local[lane] = local;
        drawn.logarithm[lane] = 0.5 * ln(variance[lane]) + width * third;
        drawn.chance[lane] =
            ln((density[0] + density[1]).max(1e-300)) + lanes.chance[lane] - drawn.logarithm[lane];
    }
    drawn
}

/// Sum of ln(1 + error^2 / (f size^2)) of each point.
fn tails(course: &Course, lanes: &Lanes, drawn: &Drawn) -> Each {
    let mut sums = [0.0; LANES];
    let inverse: Each =
        std::array::from_fn(|lane| exp(-2.0 * drawn.logarithm[lane]) / lanes.freedom[lane]);
    for steps in course.steps.chunks(4) {
        let mut products = [1.0_f64; LANES];
        for step in steps {
            for lane in 0..LANES {
                let trends =
                    drawn.global[lane] * step.global[lane] + drawn.local[lane] * step.local[lane];
                let left = step.error - trends;
                let square = step.weight[lane] * left * left * inverse[lane];
                products[lane] *= 1.0 + square.min(1e60);
            }
        }
        for (sum, product) in sums.iter_mut().zip(products) {
            *sum += ln(product);
        }
    }
    sums
}
