//! The first weeks of a product, from those of others.
//!
//! A young product has little past of its own, but others were young before. Each of them is brought to its size by
//! what both had sold by now, and counts the more the more alike their courses were so far (forecasting by analogy:
//! Goodwin, Meeran and Dyussekeneva, "The challenges of pre-launch forecasting of adoption time series for new
//! durable products", International Journal of Forecasting 30 (2014)). A growth curve and a forecast from the few
//! own values stand beside it. Every analog takes its turn as the young product, forecast from the others: the
//! errors made there weigh the three, and say how wide intervals are.
//!
//! Out of scope: which products are alike; prices and campaigns of a launch.

use serde::{Deserialize, Serialize};

use crate::outlook::quantile;
use crate::portable::binary_scale;
use crate::{
    Fit, ForecastError, Growth, Interval, Method, Options, Predict, Series, Step, Weight, forecast,
};

/// Most analogs; the last ones given are left out beyond.
pub const ANALOGS_MAX: usize = 50;
/// Analogs whose turn it is, and how many are needed to learn from.
const TURNS_MAX: usize = 24;
const ANALOGS_MIN: usize = 3;
/// Least share of the course's error that counts: no analog is perfect.
const ALIKE: f64 = 0.1;
/// Own values that a forecast of their own needs.
const OWN_MIN: usize = 6;

/// Why a launch cannot be forecast.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LaunchError {
    /// Options that [`forecast()`] refuses.
    #[error(transparent)]
    Forecast(#[from] ForecastError),
    /// Too few analogs that reach as far as is asked.
    #[error(
        "{long_enough} of {given} products have {needed} steps and had sold something by now: give {ANALOGS_MIN} such, or a shorter horizon"
    )]
    TooFewAnalogs {
        /// Analogs given.
        given: usize,
        /// Those that can be used.
        long_enough: usize,
        /// Steps that each needs.
        needed: usize,
    },
    /// A value that is negative or no number.
    #[error("value {index} is {value}: sales of a launch are numbers of 0 or more")]
    Value {
        /// Position of the value.
        index: usize,
        /// The value.
        value: f64,
    },
}

/// A forecast of a young product.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Launch {
    /// One per step.
    pub steps: Vec<Step>,
    /// "analogs", "growth curve" and "own values" with their weights and errors: mean absolute error over mean
    /// sales where the analogs took their turn.
    pub method: Method,
    /// Positions of the analogs in use, with the share each has among them.
    pub analogs: Vec<(usize, f64)>,
}

/// Forecasts a product from its own first values (possibly none) and the courses of others from their first step
/// on, all in steps of the same length. Without own values the analogs' own sizes are averaged.
///
/// ```
/// use forecast::{Options, forecast_launch};
///
/// let course = |size: f64| (0..20).map(|week| size * [5.0, 9.0, 12.0, 10.0][week.min(3)]).collect();
/// let others: Vec<Vec<f64>> = [3.0, 10.0, 4.0, 7.0].map(course).to_vec();
/// let options = Options { horizon: 8, non_negative: true, ..Options::default() };
/// let answer = forecast_launch(&[10.0, 18.0], &others, &options)?;
/// assert!((answer.steps[0].mean - 24.0).abs() < 0.5);
/// # Ok::<(), forecast::LaunchError>(())
/// ```
pub fn forecast_launch(
    sold: &[f64],
    analogs: &[Vec<f64>],
    options: &Options,
) -> Result<Launch, LaunchError> {
    options.check()?;
    let wrong = |value: &f64| !value.is_finite() || *value < 0.0;
    if let Some(index) = sold.iter().position(wrong) {
        return Err(LaunchError::Value {
            index,
            value: sold[index],
        });
    }
    let (known, horizon) = (sold.len(), options.horizon);
    let needed = known + horizon;
    let usable = |analog: &&Vec<f64>| {
        analog.len() >= needed
            && !analog[..needed].iter().any(wrong)
            && (known == 0 || analog[..known].iter().any(|value| *value > 0.0))
    };
    let chosen: Vec<(usize, &Vec<f64>)> = analogs
        .iter()
        .enumerate()
        .filter(|(_, analog)| usable(analog))
        .take(ANALOGS_MAX)
        .collect();
    if chosen.len() < ANALOGS_MIN {
        return Err(LaunchError::TooFewAnalogs {
            given: analogs.len(),
            long_enough: chosen.len(),
            needed,
        });
    }
    // One unit for all, so that no sum leaves the range of numbers.
    let courses = || chosen.iter().map(|(_, analog)| &analog[..needed]);
    let largest = courses()
        .map(binary_scale)
        .fold(binary_scale(sold), f64::max);
    let scaled = |values: &[f64]| -> Vec<f64> { values.iter().map(|v| v / largest).collect() };
    let (sold, courses) = (scaled(sold), courses().map(scaled).collect::<Vec<_>>());
    let turns = take_turns(&courses, known, horizon);
    let weights = turns.weights();
    let analogs = shares(&sold, &courses.iter().collect::<Vec<_>>());
    let own = predictions(&sold, &courses.iter().collect::<Vec<_>>(), horizon);
    let means = combine(&own, &weights, horizon);
    let mut levels = options.levels.clone();
    levels.sort_unstable_by(f64::total_cmp);
    levels.dedup();
    let errors = turns.errors_of(&weights, horizon);
    let size = means.iter().sum::<f64>() / horizon as f64;
    let step = |&mean: &f64| {
        let interval = |&level: &f64| {
            // Errors of one turn move together: of k turns the next is within the largest by k / (k + 1).
            let rank = level * (turns.0.len() + 1) as f64 / turns.0.len() as f64;
            let reach = quantile(&errors, rank.min(1.0)).unwrap_or(1.0) * size;
            Interval {
                level,
                lower: ((mean - reach) * largest).max(0.0),
                upper: ((mean + reach) * largest).min(f64::MAX),
            }
        };
        let mean_in_units = (mean * largest).min(f64::MAX);
        Step {
            mean: mean_in_units,
            median: mean_in_units,
            intervals: levels.iter().map(interval).collect(),
        }
    };
    let members = NAMES.iter().zip(weights.iter().zip(turns.means()));
    let members = members.filter(|(_, (weight, _))| **weight > 0.0);
    Ok(Launch {
        steps: means.iter().map(step).collect(),
        method: Method {
            members: members
                .map(|(name, (weight, error))| Weight {
                    model: (*name).into(),
                    weight: *weight,
                    error,
                })
                .collect(),
        },
        analogs: chosen
            .iter()
            .map(|(index, _)| *index)
            .zip(analogs)
            .collect(),
    })
}

const NAMES: [&str; 3] = ["analogs", "growth curve", "own values"];

/// What each of the three says; none where it cannot.
type Predictions = [Option<Vec<f64>>; 3];

fn predictions(sold: &[f64], others: &[&Vec<f64>], horizon: usize) -> Predictions {
    let finite = |means: &Vec<f64>| means.iter().all(|mean| mean.is_finite());
    let own = (sold.len() >= OWN_MIN).then(|| Series::checked(sold.to_vec(), Vec::new()));
    let curve = own
        .as_ref()
        .and_then(|series| Growth::default().fit(series).ok());
    let plain = own.as_ref().and_then(|series| {
        let options = Options {
            horizon,
            levels: Vec::new(),
            non_negative: true,
        };
        forecast(series, &options).ok()
    });
    [
        Some(by_analogs(sold, others, horizon)),
        curve.map(|curve| curve.predict(horizon)).filter(finite),
        plain
            .map(|answer| answer.steps.iter().map(|step| step.mean).collect())
            .filter(finite),
    ]
}

/// The factor that brings each analog to the product's size.
fn factor(sold: &[f64], analog: &[f64]) -> f64 {
    let sum = |values: &[f64]| values.iter().sum::<f64>();
    if sold.is_empty() {
        return 1.0;
    }
    (sum(sold) / sum(&analog[..sold.len()]).max(f64::MIN_POSITIVE)).min(1e9)
}

/// Share of each analog: the inverse of its squared distance from the product so far.
fn shares(sold: &[f64], others: &[&Vec<f64>]) -> Vec<f64> {
    let size = sold.iter().sum::<f64>() / sold.len().max(1) as f64;
    let apart = |analog: &&Vec<f64>| {
        let factor = factor(sold, analog);
        let errors = sold
            .iter()
            .zip(*analog)
            .map(|(own, other)| (own - factor * other).abs());
        let error = errors.sum::<f64>() / sold.len().max(1) as f64 / size.max(f64::MIN_POSITIVE);
        // Few values say little about who is alike.
        let error = if sold.is_empty() { 0.0 } else { error.min(1e3) };
        1.0 / (error * error + ALIKE * ALIKE * (1.0 + 10.0 / (1 + sold.len()) as f64))
    };
    let raw: Vec<f64> = others.iter().map(apart).collect();
    let total: f64 = raw.iter().sum();
    raw.iter().map(|share| share / total).collect()
}

fn by_analogs(sold: &[f64], others: &[&Vec<f64>], horizon: usize) -> Vec<f64> {
    let shares = shares(sold, others);
    let step = |ahead: usize| {
        let of = |(analog, share): (&&Vec<f64>, &f64)| {
            share * factor(sold, analog) * analog[sold.len() + ahead]
        };
        others.iter().zip(&shares).map(of).sum()
    };
    (0..horizon).map(step).collect()
}

/// The weighted mean of those that say something.
fn combine(predictions: &Predictions, weights: &[f64; 3], horizon: usize) -> Vec<f64> {
    let there = || {
        predictions
            .iter()
            .zip(weights)
            .filter_map(|(p, w)| Some((p.as_ref()?, w)))
    };
    let total: f64 = there().map(|(_, weight)| weight).sum();
    let step = |ahead: usize| {
        let sum: f64 = there().map(|(means, weight)| weight * means[ahead]).sum();
        (sum / total).max(0.0)
    };
    (0..horizon).map(step).collect()
}

/// What was predicted for each analog from the others, and what it sold.
struct Turns(Vec<(Predictions, Vec<f64>)>);

fn take_turns(courses: &[Vec<f64>], known: usize, horizon: usize) -> Turns {
    let every = courses.len().div_ceil(TURNS_MAX).max(1);
    let turn = |index: usize| {
        let others = courses
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != index);
        let others: Vec<&Vec<f64>> = others.map(|(_, course)| course).collect();
        let (sold, actual) = courses[index].split_at(known);
        (predictions(sold, &others, horizon), actual.to_vec())
    };
    Turns((0..courses.len()).step_by(every).map(turn).collect())
}

impl Turns {
    /// Mean error of each of the three over mean sales; none where it said nothing at some turn.
    fn means(&self) -> [Option<f64>; 3] {
        [0, 1, 2].map(|member| {
            let errors: Option<Vec<f64>> = self
                .0
                .iter()
                .map(|(predictions, actual)| {
                    let means = predictions[member].as_ref()?;
                    let sold = actual.iter().sum::<f64>().max(f64::MIN_POSITIVE);
                    let missed = means
                        .iter()
                        .zip(actual)
                        .map(|(mean, own)| (mean - own).abs());
                    Some((missed.sum::<f64>() / sold).min(1e6))
                })
                .collect();
            let errors = errors?;
            Some(errors.iter().sum::<f64>() / errors.len().max(1) as f64)
        })
    }

    /// The inverse squares of the errors, adding up to 1.
    fn weights(&self) -> [f64; 3] {
        let raw = self
            .means()
            .map(|error| error.map_or(0.0, |error| 1.0 / (error * error).max(1e-12)));
        let best = raw
            .iter()
            .fold(f64::MIN_POSITIVE, |most, weight| most.max(*weight));
        // What is far worse than the best is left out.
        let kept = raw.map(|weight| {
            if weight < 0.1 * best {
                0.0
            } else {
                weight / best
            }
        });
        let total: f64 = kept.iter().sum();
        kept.map(|weight| weight / total)
    }

    /// Absolute errors of the combination in units of its mean step, ascending.
    fn errors_of(&self, weights: &[f64; 3], horizon: usize) -> Vec<f64> {
        let mut errors = Vec::new();
        for (predictions, actual) in &self.0 {
            let means = combine(predictions, weights, horizon);
            let size = means.iter().sum::<f64>() / horizon as f64;
            let missed = means
                .iter()
                .zip(actual)
                .map(|(mean, own)| (mean - own).abs());
            errors.extend(missed.map(|error| error / size.max(f64::MIN_POSITIVE)));
        }
        errors.retain(|error| error.is_finite());
        errors.sort_unstable_by(f64::total_cmp);
        errors
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn noise(t: usize) -> f64 {
        let mut bits = (t as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits >> 11) as f64 / (1_u64 << 53) as f64 - 0.5
    }

    /// Products of any size and pace: a rise, a peak, a fall to a level.
    fn course(product: usize, steps: usize) -> Vec<f64> {
        let size = 20.0 * crate::portable::exp(3.0 * noise(product) + 1.5);
        let peak = 6.0 + 3.0 * noise(product + 500);
        let value = |t: usize| {
            let at = t as f64 / peak;
            let shape =
                at * crate::portable::exp(1.0 - at) + 0.35 * (1.0 - crate::portable::exp(-at));
            size * shape * (1.0 + 0.25 * noise(10_000 * product + t))
        };
        (0..steps).map(value).collect()
    }

    fn options(horizon: usize) -> Options {
        Options {
            horizon,
            non_negative: true,
            ..Options::default()
        }
    }

    #[test]
    fn launches_are_foretold_better_from_others_than_from_themselves() {
        let analogs: Vec<Vec<f64>> = (0..8).map(|product| course(product, 30)).collect();
        let (mut with, mut without) = (0.0, 0.0);
        for product in 100..104 {
            let whole = course(product, 16);
            let (sold, actual) = whole.split_at(8);
            let answer = forecast_launch(sold, &analogs, &options(8)).expect("enough analogs");
            let series = Series::new(sold.to_vec(), vec![]).expect("valid");
            let plain = forecast(&series, &options(8)).expect("sound");
            let total: f64 = actual.iter().sum();
            for (step, (own, value)) in answer.steps.iter().zip(plain.steps.iter().zip(actual)) {
                with += (step.mean - value).abs() / total;
                without += (own.mean - value).abs() / total;
            }
            let shares: f64 = answer.analogs.iter().map(|(_, share)| share).sum();
            assert!((shares - 1.0).abs() < 1e-9);
            assert!(
                answer.method.members[0]
                    .error
                    .is_some_and(|error| error < 0.5)
            );
        }
        assert!(with < 0.7 * without, "{with} {without}");
    }

    #[test]
    fn intervals_of_launches_cover_what_they_say() {
        let analogs: Vec<Vec<f64>> = (0..24).map(|product| course(product, 30)).collect();
        let (mut inside, mut count) = ([0.0; 2], 0.0);
        for product in 100..160 {
            let whole = course(product, 17);
            let (sold, actual) = whole.split_at(5);
            let answer = forecast_launch(sold, &analogs, &options(12)).expect("enough analogs");
            for (step, value) in answer.steps.iter().zip(actual) {
                count += 1.0;
                for (inside, interval) in inside.iter_mut().zip(&step.intervals) {
                    let within = interval.lower <= *value && *value <= interval.upper;
                    *inside += f64::from(u8::from(within));
                }
            }
        }
        let [eighty, ninety_five] = inside.map(|inside: f64| inside / count);
        assert!((0.72..0.92).contains(&eighty), "{eighty}");
        assert!((0.9..=1.0).contains(&ninety_five), "{ninety_five}");
    }

    #[test]
    fn a_product_of_no_sales_yet_gets_the_mean_of_the_others() {
        let analogs = vec![vec![2.0, 4.0], vec![4.0, 8.0], vec![6.0, 0.0]];
        let answer = forecast_launch(&[], &analogs, &options(2)).expect("three analogs");
        assert!(
            (answer.steps[0].mean - 4.0).abs() < 1e-9 && (answer.steps[1].mean - 4.0).abs() < 1e-9
        );
        assert!(answer.steps[0].intervals[1].upper > 4.0);
    }

    #[test]
    fn bad_input_says_what_is_wrong() {
        let analogs = vec![vec![1.0; 9]; 3];
        let short = forecast_launch(&[1.0; 4], &analogs, &options(6));
        let few = LaunchError::TooFewAnalogs {
            given: 3,
            long_enough: 0,
            needed: 10,
        };
        assert_eq!(short, Err(few));
        let negative = forecast_launch(&[1.0, -2.0], &analogs, &options(2));
        assert_eq!(
            negative,
            Err(LaunchError::Value {
                index: 1,
                value: -2.0
            })
        );
        assert!(matches!(
            forecast_launch(&[], &analogs, &options(0)),
            Err(LaunchError::Forecast(_))
        ));
        // Nothing sold, and the ends of the range of numbers.
        for (sold, size) in [
            (0.0, 1.0),
            (1e308, 1e308),
            (5e-324, 5e-324),
            (1e308, 1e-308),
        ] {
            let analogs = vec![vec![size; 30]; 4];
            let answer = forecast_launch(&[sold; 8], &analogs, &options(6)).expect("enough");
            for step in answer.steps {
                assert!(
                    step.mean.is_finite() && step.mean >= 0.0,
                    "{sold} {size}: {step:?}"
                );
                assert!(
                    step.intervals
                        .iter()
                        .all(|i| i.lower <= step.mean && step.mean <= i.upper)
                );
            }
        }
    }
}
