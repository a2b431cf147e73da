//! Early warnings: how likely it is that a forecast crosses a threshold, or that its sum reaches a target.
//!
//! The steps' intervals say how far each step may err, not whether the errors go together; and that decides: of
//! thirty independent days one is far out sooner than of thirty that err alike. If each error is a share of the
//! one before plus something new of the first step's size, as those of smoothing and of autoregressions are, then
//! the widths alone tell the shares: with deviations `s(1), s(2), ...` the correlation of neighbours is
//! `sqrt(1 - s(1)^2 / s(h)^2)`: none where the intervals keep their width, that of a random walk where they
//! widen with the root of the step. Paths of such errors are drawn from a fixed sequence, so that the same
//! forecast has the same chance on every device. Within a percentage point or two of the exact one.
//!
//! Out of scope: the forecast, and whether its intervals hold.

use serde::{Deserialize, Serialize};

use crate::outlook::{Step, normal_quantile};

/// Paths, and as many mirrored ones.
const PATHS: usize = 2_000;
/// Most steps that are looked at.
const STEPS_MAX: usize = 1_000;

/// On which side of a value it gets interesting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// At the value or above.
    Above,
    /// At the value or below.
    Below,
}

/// What is held against the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Watched {
    /// Each step: it is enough that one of them is beyond.
    AnyStep,
    /// The sum of the steps so far, as of a month's sales.
    Sum,
}

/// A threshold or a target.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The value, in the unit of the series.
    pub value: f64,
    /// Where it gets interesting.
    pub side: Side,
    /// What is held against it.
    pub watched: Watched,
}

/// Why there is no chance to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChanceError {
    /// No steps, or steps without intervals.
    #[error("the forecast has no intervals: ask for a level at least, on a longer history")]
    NoIntervals,
    /// More steps than are looked at.
    #[error("{steps} steps are more than {STEPS_MAX}: ask for fewer, or for longer ones")]
    TooManySteps {
        /// Steps given.
        steps: usize,
    },
    /// A threshold that is no number.
    #[error("the threshold is no finite number: give one in the unit of the series")]
    NoNumber,
}

/// The chance of being beyond the threshold by each step, 0 to 1: for [`Watched::AnyStep`] that this step or one
/// before it is, which never falls; for [`Watched::Sum`] that the sum up to this step is. The last one is of
/// the whole horizon.
///
/// ```
/// use forecast::{Options, Series, Side, Threshold, Watched, chances, forecast};
///
/// let sales: Vec<f64> = (0..84).map(|day| 100.0 + (day * 5 % 7) as f64 + (day * day % 11) as f64).collect();
/// let told = forecast(&Series::new(sales, vec![7])?, &Options::default())?;
/// let month = |value| Threshold { value, side: Side::Above, watched: Watched::Sum };
/// let steps = &told.steps[..7];
/// assert!(chances(steps, month(500.0))?[6] > 0.99);
/// assert!(chances(steps, month(2_000.0))?[6] < 0.01);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn chances(steps: &[Step], threshold: Threshold) -> Result<Vec<f64>, ChanceError> {
    if !threshold.value.is_finite() {
        return Err(ChanceError::NoNumber);
    }
    if steps.len() > STEPS_MAX {
        return Err(ChanceError::TooManySteps { steps: steps.len() });
    }
    let shapes: Vec<Shape> = steps
        .iter()
        .map(Shape::of)
        .collect::<Option<_>>()
        .ok_or(ChanceError::NoIntervals)?;
    let first = shapes.first().ok_or(ChanceError::NoIntervals)?.deviation;
    let shares: Vec<f64> = shapes
        .iter()
        .map(|shape| share(first, shape.deviation))
        .collect();
    let mut beyond = vec![0_u32; steps.len()];
    let mut draws = Draws(0);
    for _ in 0..PATHS {
        // Each path has a mirrored one: what is symmetric stays so.
        let errors: Vec<f64> = steps.iter().map(|_| draws.normal()).collect();
        for sign in [1.0, -1.0] {
            let (mut error, mut sum, mut crossed) = (0.0, 0.0, false);
            let walk = errors.iter().zip(&shares).zip(&shapes).zip(&mut beyond);
            for (((new, share), shape), beyond) in walk {
                error = share * error + (1.0 - share * share).sqrt() * sign * new;
                let value = shape.value(error);
                sum = f64::clamp(sum + value, -f64::MAX, f64::MAX);
                crossed = match threshold.watched {
                    Watched::AnyStep => crossed || is_beyond(value, threshold),
                    Watched::Sum => is_beyond(sum, threshold),
                };
                *beyond += u32::from(crossed);
            }
        }
    }
    let paths = 2.0 * PATHS as f64;
    Ok(beyond
        .into_iter()
        .map(|count| f64::from(count) / paths)
        .collect())
}

fn is_beyond(value: f64, threshold: Threshold) -> bool {
    match threshold.side {
        Side::Above => value >= threshold.value,
        Side::Below => value <= threshold.value,
    }
}

/// Correlation of a step's error with the one before.
fn share(first: f64, deviation: f64) -> f64 {
    if deviation <= first {
        return 0.0;
    }
    let new = first / deviation;
    (1.0 - new * new).max(0.0).sqrt()
}

/// A step's distribution: what it is at so many deviations.
#[derive(Debug)]
struct Shape {
    /// Deviations and values, ascending.
    knots: Vec<(f64, f64)>,
    deviation: f64,
    floor: f64,
}

impl Shape {
    fn of(step: &Step) -> Option<Self> {
        let outer = step.intervals.last()?;
        let deviations = |level: f64| normal_quantile(0.5 + 0.5 * level);
        let lower = step
            .intervals
            .iter()
            .rev()
            .map(|i| (-deviations(i.level), i.lower));
        let upper = step
            .intervals
            .iter()
            .map(|i| (deviations(i.level), i.upper));
        let knots = lower.chain([(0.0, step.median)]).chain(upper).collect();
        // Halves, so that no difference leaves the range of numbers.
        let deviation = (0.5 * outer.upper - 0.5 * outer.lower) / deviations(outer.level);
        // A bound of exactly 0 was cut off there.
        let floor = if outer.lower == 0.0 { 0.0 } else { -f64::MAX };
        Some(Self {
            knots,
            deviation,
            floor,
        })
    }

    /// The value at so many deviations: straight between what is known, and on beyond it.
    fn value(&self, at: f64) -> f64 {
        let ends = (self.knots.len() / 2, self.knots.len().saturating_sub(1));
        let middle = self.knots.get(ends.0).copied().unwrap_or_default();
        let outside = match at < 0.0 {
            true => self.knots.first(),
            false => self.knots.get(ends.1),
        };
        let outside = outside.copied().unwrap_or_default();
        let (from, to) = if at.abs() >= outside.0.abs() {
            (middle, outside)
        } else {
            let pair = self.knots.windows(2).find_map(|pair| match *pair {
                [from, to] if from.0 <= at && at <= to.0 => Some((from, to)),
                _ => None,
            });
            pair.unwrap_or((middle, outside))
        };
        let part = (at - from.0) / (to.0 - from.0);
        let way = (to.1 - from.1).clamp(-f64::MAX, f64::MAX);
        (from.1 + part * way).clamp(self.floor, f64::MAX)
    }
}

/// A fixed sequence of normal numbers: Steele, Lea and Flood, "Fast splittable pseudorandom number generators"
/// (OOPSLA 2014), by the inverse of the distribution.
struct Draws(u64);

impl Draws {
    fn normal(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^= bits >> 31;
        normal_quantile(((bits >> 12) as f64 + 0.5) / (1_u64 << 52) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Interval;

    /// A normal step.
    fn step(mean: f64, deviation: f64) -> Step {
        let interval = |level: f64| {
            let reach = normal_quantile(0.5 + 0.5 * level) * deviation;
            Interval {
                level,
                lower: mean - reach,
                upper: mean + reach,
            }
        };
        Step {
            mean,
            median: mean,
            intervals: vec![interval(0.8), interval(0.95)],
        }
    }

    fn chance(steps: &[Step], value: f64, side: Side, watched: Watched) -> f64 {
        let threshold = Threshold {
            value,
            side,
            watched,
        };
        let told = chances(steps, threshold).expect("intervals");
        *told.last().expect("steps")
    }

    #[test]
    fn independent_days_cross_as_the_formula_says() {
        // 1 - F(b)^n with F(2) = 0.97725.
        let steps = vec![step(10.0, 1.0); 30];
        let exact = 1.0 - 0.977_249_87_f64.powi(30);
        for (value, side) in [(12.0, Side::Above), (8.0, Side::Below)] {
            let told = chance(&steps, value, side, Watched::AnyStep);
            assert!((told - exact).abs() < 0.02, "{told} {exact}");
        }
        // Their sum has the deviation 30^0.5: a tenth of a deviation and one above the mean.
        let root = 30_f64.sqrt();
        let told = chance(&steps, 300.0 + root, Side::Above, Watched::Sum);
        assert!((told - 0.158_66).abs() < 0.02, "{told}");
    }

    /// The highest point of 100 steps of a random walk: reflection, with the barrier 0.5826 of a step's
    /// deviation further out as the walk is not watched between its steps (Broadie, Glasserman and Kou 1997).
    #[test]
    fn a_random_walk_crosses_as_published() {
        let steps: Vec<Step> = (1..=100).map(|h| step(0.0, f64::from(h).sqrt())).collect();
        // 2 (1 - F((10 + 0.5826) / 10)), F(1.05826) = 0.85502.
        let exact = 2.0 * (1.0 - 0.855_02);
        let told = chance(&steps, 10.0, Side::Above, Watched::AnyStep);
        assert!((told - exact).abs() < 0.02, "{told} {exact}");
        // The sum's variance is n (n + 1) (2 n + 1) / 6.
        let deviation = (100.0 * 101.0 * 201.0 / 6.0_f64).sqrt();
        let told = chance(&steps, -deviation, Side::Below, Watched::Sum);
        assert!((told - 0.158_66).abs() < 0.02, "{told}");
    }

    #[test]
    fn chances_of_any_step_never_fall_and_what_is_sure_is_sure() {
        let steps: Vec<Step> = (1..=20)
            .map(|h| step(50.0, 3.0 + f64::from(h % 7)))
            .collect();
        let threshold = Threshold {
            value: 60.0,
            side: Side::Above,
            watched: Watched::AnyStep,
        };
        let told = chances(&steps, threshold).expect("intervals");
        assert!(told.is_sorted() && told[0] > 0.0 && told[19] < 1.0);
        assert_eq!(chance(&steps, -1e9, Side::Above, Watched::AnyStep), 1.0);
        assert_eq!(chance(&steps, -1e9, Side::Below, Watched::Sum), 0.0);
        // Sales do not fall below 0, however wide the interval.
        let mut sales = step(1.0, 2.0);
        sales.intervals.iter_mut().for_each(|i| i.lower = 0.0);
        assert_eq!(chance(&[sales], -0.1, Side::Below, Watched::AnyStep), 0.0);
    }

    #[test]
    fn bad_input_has_an_answer() {
        let threshold = |value: f64| Threshold {
            value,
            side: Side::Above,
            watched: Watched::Sum,
        };
        let bare = Step {
            mean: 1.0,
            median: 1.0,
            intervals: vec![],
        };
        assert_eq!(chances(&[], threshold(1.0)), Err(ChanceError::NoIntervals));
        assert_eq!(
            chances(&[bare], threshold(1.0)),
            Err(ChanceError::NoIntervals)
        );
        assert_eq!(
            chances(&[step(0.0, 1.0)], threshold(f64::NAN)),
            Err(ChanceError::NoNumber)
        );
        let many = vec![step(0.0, 1.0); 1_001];
        assert_eq!(
            chances(&many, threshold(0.0)),
            Err(ChanceError::TooManySteps { steps: 1_001 })
        );
        // A step that is known exactly, and the ends of the range of numbers.
        assert_eq!(chances(&[step(5.0, 0.0)], threshold(5.0)), Ok(vec![1.0]));
        let huge = vec![step(f64::MAX, 0.0); 3];
        assert_eq!(chances(&huge, threshold(1.0)), Ok(vec![1.0; 3]));
    }
}
