//! The sum of a forecast's steps, as of the next quarter's sales, with an interval of its own.
//!
//! Bounds of steps do not add up: that every day of ninety sells little is unlikely. As in [`crate::chances`], the
//! widths of the steps' intervals tell how far the errors of neighbours go together; variance and covariance of such
//! errors are then added up step by step. The interval is that of the normal distribution, which sums of many steps
//! come near to, cut off at 0 where the steps' were.
//!
//! Out of scope: the chance of a target ([`crate::chances`]); sums over parts ([`crate::reconcile()`]).

use crate::PastErrors;
use crate::outlook::{Interval, Step, normal_quantile};

/// Past origins that the steps' own widths count as, and the fewest that are believed.
const OWN_ORIGINS: f64 = 2.0;
const ORIGINS_MIN: f64 = 3.0;

/// The sum of steps: its median is its mean, its interval of the widest level that the steps have; without one where
/// any step has none.
///
/// ```
/// use forecast::{Options, Series, forecast, sum_of};
///
/// let sales: Vec<f64> = (0..84).map(|day| 100.0 + (day * 5 % 7) as f64 + (day * day % 11) as f64).collect();
/// let told = forecast(&Series::new(sales, vec![7])?, &Options::default())?;
/// let month = sum_of(&told.steps);
/// let own: f64 = told.steps.iter().map(|step| step.mean).sum();
/// assert_eq!(month.mean, own);
/// let lowest: f64 = told.steps.iter().map(|step| step.intervals[1].lower).sum();
/// assert!(month.intervals[0].lower > lowest);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sum_of(steps: &[Step]) -> Step {
    let mean: f64 = steps.iter().map(|step| step.mean).sum();
    let mean = mean.clamp(-f64::MAX, f64::MAX);
    Step {
        mean,
        median: mean,
        intervals: interval_of(steps, mean).into_iter().collect(),
    }
}

/// The same with an interval as wide as sums of as many steps were missed at past origins. Widths of steps may grow
/// although errors do not go together, and the other way round: what was missed knows. The steps' own widths count as
/// two origins; fewer than three of them leave the interval as it is.
///
/// ```
/// use forecast::{Options, Series, forecast_with_errors, sum_missed_as_before};
///
/// let sales = (0..400).map(|day| 100.0 + (day * 5 % 7) as f64 + (day * day % 11) as f64).collect();
/// let options = Options { horizon: 30, ..Options::default() };
/// let (told, errors) = forecast_with_errors(&Series::new(sales, vec![7])?, &options)?;
/// let month = sum_missed_as_before(&told.steps, &errors);
/// assert!(month.intervals[0].lower < month.mean);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn sum_missed_as_before(steps: &[Step], errors: &PastErrors) -> Step {
    let mut sum = sum_of(steps);
    let tested = errors.windows.iter().map(|(_, missed)| missed.len());
    let tested = tested.max().unwrap_or(0).min(steps.len());
    let missed = errors.windows.iter().filter_map(|(_, missed)| {
        let sum: f64 = missed.get(..tested)?.iter().sum();
        sum.is_finite().then_some(sum)
    });
    let (squares, count) = missed.fold((0.0, 0.0), |(s, c), sum| (s + sum * sum, c + 1.0));
    let own = interval_of(&steps[..tested], 0.0).map_or(0.0, |interval| {
        let reach = normal_quantile(0.5 + 0.5 * interval.level);
        interval.upper / reach
    });
    if count < ORIGINS_MIN || own <= 0.0 || !own.is_finite() {
        return sum;
    }
    let variance = (OWN_ORIGINS + squares / (own * own)) / (OWN_ORIGINS + count);
    for interval in &mut sum.intervals {
        let floor = if interval.lower >= 0.0 {
            0.0
        } else {
            -f64::MAX
        };
        // The upper end: the lower one may have been cut off.
        let way = variance.sqrt() * (interval.upper - sum.mean);
        if way.is_finite() {
            interval.lower = (sum.mean - way).clamp(floor, f64::MAX);
            interval.upper = (sum.mean + way).min(f64::MAX);
        }
    }
    sum
}

fn interval_of(steps: &[Step], mean: f64) -> Option<Interval> {
    let level = steps.first()?.intervals.last()?.level;
    let reach = normal_quantile(0.5 + 0.5 * level);
    let (mut variance, mut with_last, mut first) = (0.0, 0.0, None);
    let mut is_cut = true;
    for step in steps {
        let outer = step.intervals.last()?;
        is_cut &= outer.lower >= 0.0;
        // Halves, so that no difference leaves the range of numbers; what was cut off at 0 has its whole width above.
        let half = 0.5 * outer.upper - 0.5 * outer.lower;
        let above = if outer.lower == 0.0 {
            outer.upper - step.mean
        } else {
            0.0
        };
        let deviation = half.max(above) / reach;
        let first = *first.get_or_insert(deviation);
        let share = match deviation > first {
            true => (1.0 - (first / deviation) * (first / deviation))
                .max(0.0)
                .sqrt(),
            false => 0.0,
        };
        // Covariance of the sum so far with this step's error, in deviations of the latter.
        with_last *= share;
        variance += deviation * (deviation + 2.0 * with_last);
        with_last += deviation;
    }
    let floor = if is_cut { 0.0 } else { -f64::MAX };
    let way = reach * variance.max(0.0).sqrt();
    let bound = |value: f64| match value.is_nan() {
        true => mean,
        false => value.clamp(floor, f64::MAX),
    };
    Some(Interval {
        level,
        lower: bound(mean - way),
        upper: bound(mean + way),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Side, Threshold, Watched, chances};

    fn step(mean: f64, deviation: f64) -> Step {
        let reach = normal_quantile(0.9) * deviation;
        Step {
            mean,
            median: mean,
            intervals: vec![Interval {
                level: 0.8,
                lower: mean - reach,
                upper: mean + reach,
            }],
        }
    }

    /// The share of drawn paths whose sum is beyond either end.
    fn beyond(steps: &[Step]) -> [f64; 2] {
        let sum = sum_of(steps);
        let chance = |value, side| {
            let threshold = Threshold {
                value,
                side,
                watched: Watched::Sum,
            };
            let chances = chances(steps, threshold).expect("steps with intervals");
            *chances.last().expect("a step")
        };
        let interval = sum.intervals[0];
        [
            chance(interval.lower, Side::Below),
            chance(interval.upper, Side::Above),
        ]
    }

    #[test]
    fn independent_steps_add_their_variances() {
        let steps = vec![step(10.0, 2.0); 25];
        let sum = sum_of(&steps);
        assert_eq!(sum.mean, 250.0);
        let reach = normal_quantile(0.9) * 2.0 * 5.0;
        assert!((sum.intervals[0].upper - 250.0 - reach).abs() < 1e-9);
    }

    #[test]
    fn the_interval_holds_as_many_drawn_sums_as_it_says() {
        let walk = (1..=90).map(|at| step(100.0, 3.0 * f64::from(at).sqrt()));
        let damped = (1..=90).map(|at| step(100.0, 3.0 + 4.0 * f64::from(at) / 90.0));
        for steps in [walk.collect::<Vec<_>>(), damped.collect()] {
            for share in beyond(&steps) {
                assert!((share - 0.1).abs() < 0.02, "{share}");
            }
        }
    }

    #[test]
    fn sums_without_intervals_or_of_any_size_are_numbers() {
        assert_eq!(sum_of(&[]).mean, 0.0);
        let bare = Step {
            intervals: vec![],
            ..step(5.0, 1.0)
        };
        assert!(sum_of(&[step(5.0, 1.0), bare]).intervals.is_empty());
        let huge = sum_of(&vec![step(1e308, 1e307); 30]);
        let interval = huge.intervals[0];
        assert!(huge.mean.is_finite() && interval.lower.is_finite() && interval.upper.is_finite());
        let rare = Step {
            mean: 0.2,
            median: 0.0,
            intervals: vec![Interval {
                level: 0.8,
                lower: 0.0,
                upper: 1.0,
            }],
        };
        let sum = sum_of(&vec![rare; 90]);
        let interval = sum.intervals[0];
        assert!(0.0 < interval.lower && interval.lower < 18.0 && interval.upper < 30.0);
    }

    #[test]
    fn a_sum_is_as_uncertain_as_sums_were_before() {
        // Widths that grow as those of errors that go together.
        let steps: Vec<Step> = (1..=20)
            .map(|ahead| step(50.0, f64::from(ahead).sqrt()))
            .collect();
        let width = |sum: &Step| sum.intervals[0].upper - sum.intervals[0].lower;
        let plain = sum_of(&steps);
        let missed = |size: f64, origins: usize| PastErrors {
            windows: (0..origins).map(|at| (20 + at, vec![size; 20])).collect(),
        };
        let told = |size, origins| sum_missed_as_before(&steps, &missed(size, origins));
        assert_eq!(told(0.1, 2), plain, "two origins are none");
        assert_eq!(sum_missed_as_before(&steps, &PastErrors::default()), plain);
        let (calm, wild) = (told(0.1, 6), told(30.0, 6));
        assert_eq!((calm.mean, wild.mean), (plain.mean, plain.mean));
        assert!(width(&calm) < 0.55 * width(&plain), "{calm:?}");
        assert!(width(&wild) > 2.0 * width(&plain), "{wild:?}");
        // Sales are never below zero, and a window with a gap says nothing.
        assert!(wild.intervals[0].lower >= 0.0);
        let gap = PastErrors {
            windows: vec![(20, vec![f64::NAN; 20]); 6],
        };
        assert_eq!(sum_missed_as_before(&steps, &gap), plain);
    }
}
