//! Sums of jobs, and sums that add up: the side that computes.

use forecast::{
    Base, Forecast, Hierarchy, Interval, PastErrors, Reconciliation, Step, sum_missed_as_before,
    sum_of,
};

use crate::compute::options_of;
use crate::learnt::learnt;
use crate::occasions::dated;
use crate::sums::{BLOCK_STEPS, Reconciled, Sum, SumNode};
use crate::{ComputeError, Job, Number};

/// Forecasts the sum of a job's horizon.
pub fn sum(job: &Job) -> Result<Sum, ComputeError> {
    if !job.analogs.is_empty() {
        return young_sum(job);
    }
    let (series, replaced) = learnt(job)?;
    let options = options_of(job);
    let (answer, errors) = match dated(&series, job.first_day, &options) {
        Some(it) => (it.regressed.forecast, it.regressed.errors),
        None => forecast::forecast_with_errors(&series, &options)?,
    };
    Ok(Sum {
        replaced: replaced.iter().map(|it| it.count).sum(),
        ..sum_from(&answer, &errors)
    })
}

/// The sum of a young product, from the beginnings of others.
fn young_sum(job: &Job) -> Result<Sum, ComputeError> {
    let plain = |numbers: &[Number]| -> Vec<f64> { numbers.iter().map(|it| it.0).collect() };
    let analogs: Vec<Vec<f64>> = job.analogs.iter().map(|it| plain(it)).collect();
    let told = forecast::forecast_launch(&plain(&job.values), &analogs, &options_of(job))?;
    let sum = sum_of(&told.steps);
    let interval = sum.intervals.last();
    Ok(Sum {
        mean: Number(sum.mean),
        ends: interval.map(|it| (Number(it.lower), Number(it.upper))),
        // No back-test of its own says how far it may be trusted.
        confidence: 0.0,
        missed: Vec::new(),
        replaced: 0,
        is_young: true,
    })
}

fn sum_from(answer: &Forecast, errors: &PastErrors) -> Sum {
    let sum = sum_missed_as_before(&answer.steps, errors);
    let missed = errors.windows.iter().map(|(left, errors)| {
        let blocks = errors.chunks(BLOCK_STEPS);
        // A block that is cut short or has a gap says nothing of a whole one: it is NaN.
        let whole = blocks.map(|block| match block.len() == BLOCK_STEPS {
            true => Number(block.iter().sum()),
            false => Number(f64::NAN),
        });
        (*left, whole.collect())
    });
    Sum {
        mean: Number(sum.mean),
        ends: sum
            .intervals
            .last()
            .map(|interval| (Number(interval.lower), Number(interval.upper))),
        confidence: answer.confidence,
        missed: missed.collect(),
        replaced: 0,
        is_young: false,
    }
}

/// Makes sums add up: by MinT where past errors are known of enough origins, by their variances otherwise. Nothing
/// is below 0 where nothing was.
///
/// ```
/// use prediction::{Number, Sum, SumNode, reconcile_sums};
///
/// let node = |parent, mean: f64| SumNode {
///     parent,
///     sum: Sum {
///         mean: Number(mean),
///         ends: Some((Number(0.9 * mean), Number(1.1 * mean))),
///         confidence: 0.8,
///         missed: vec![],
///         replaced: 0,
///         is_young: false,
///     },
/// };
/// let told = reconcile_sums(&[node(None, 120.0), node(Some(0), 60.0), node(Some(0), 40.0)], Number(0.8))?;
/// assert_eq!(told[0].mean, told[1].mean + told[2].mean);
/// # Ok::<(), prediction::ComputeError>(())
/// ```
pub fn reconcile_sums(
    nodes: &[SumNode],
    coverage: Number,
) -> Result<Vec<Reconciled>, ComputeError> {
    let parents: Vec<Option<usize>> = nodes.iter().map(|node| node.parent).collect();
    let tree = Hierarchy::from_parents(&parents)?;
    let steps: Vec<[Step; 1]> = nodes
        .iter()
        .map(|node| [step(&node.sum, coverage.0)])
        .collect();
    let missed: Vec<PastErrors> = nodes.iter().map(|node| past(&node.sum)).collect();
    let errors = PastErrors::aligned(&missed);
    let base: Vec<Base<'_>> = steps
        .iter()
        .zip(&errors)
        .map(|(steps, errors)| Base { steps, errors })
        .collect();
    let non_negative = nodes.iter().all(|node| node.sum.mean.0 >= 0.0);
    let told = forecast::reconcile(&tree, &base, Reconciliation::MinTrace, non_negative)?;
    let first: Vec<&Step> = told
        .nodes
        .iter()
        .filter_map(|steps| steps.first())
        .collect();
    let means: Vec<f64> = first.iter().map(|step| step.mean).collect();
    let whole = tree.in_whole_units(&means)?;
    let ends = first.iter().map(|step| {
        let interval = step.intervals.last();
        interval.map_or((step.mean, step.mean), |it| (it.lower, it.upper))
    });
    let pairs = whole.into_iter().zip(ends);
    Ok(pairs
        .map(|(mean, (lower, upper))| Reconciled {
            mean,
            lower: (lower.floor() as i64).min(mean),
            upper: (upper.ceil() as i64).max(mean),
        })
        .collect())
}

fn step(sum: &Sum, level: f64) -> Step {
    let interval = |(lower, upper): (Number, Number)| Interval {
        level,
        lower: lower.0,
        upper: upper.0,
    };
    // Without an interval of its own a sum may be anything up to twice what it is.
    let unknown = (Number(0.0), Number(2.0 * sum.mean.0.max(0.0)));
    Step {
        mean: sum.mean.0,
        median: sum.mean.0,
        intervals: vec![interval(sum.ends.unwrap_or(unknown))],
    }
}

fn past(sum: &Sum) -> PastErrors {
    let values = |numbers: &[Number]| numbers.iter().map(|number| number.0).collect();
    let windows = sum.missed.iter();
    PastErrors {
        windows: windows
            .map(|(left, errors)| (*left, values(errors)))
            .collect(),
    }
}
