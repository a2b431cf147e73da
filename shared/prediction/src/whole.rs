//! What a period comes to that is not over, and whether its target is reached: the side that computes.

use forecast::{
    Forecast, PastErrors, Side, Step, Threshold, Watched, chances, nowcast, sum_missed_as_before,
};

use crate::compute::step_of;
use crate::{Job, Number, OutcomeRunning, Running};

/// Past periods on which the two ways to forecast a running one are compared.
const TRIED_MAX: usize = 12;
const TRIED_MIN: usize = 3;

/// Brings the first step to what is there of its period already: by how far past periods had come at this time, where
/// that was nearer to what came of them than forecasts without it.
pub(crate) fn begin_from_what_is_there(job: &Job, answer: &mut Forecast, errors: &PastErrors) {
    let (Some(running), Some(first)) = (&job.running, answer.steps.first_mut()) else {
        return;
    };
    if running.by_days {
        return;
    }
    let past: Vec<Vec<f64>> = running.past.iter().map(|days| plain(days)).collect();
    let so_far = plain(&running.so_far);
    let told = nowcast(&past, &so_far, running.days, &[job.coverage.0]);
    if let Some(told) = told.filter(|_| is_nearer(&past, so_far.len(), running.days, errors)) {
        *first = Step {
            mean: told.mean,
            median: told.mean,
            intervals: told.intervals,
        };
    }
    if job.non_negative {
        // What is there stays.
        let least: f64 = so_far.iter().sum();
        first.mean = first.mean.max(least);
        first.median = first.median.max(least);
        for interval in &mut first.intervals {
            interval.lower = interval.lower.max(least);
            interval.upper = interval.upper.max(least);
        }
    }
}

/// Whether past periods were nearer to what their first days said than to forecasts made before they began.
fn is_nearer(past: &[Vec<f64>], known: usize, days: usize, errors: &PastErrors) -> bool {
    let first_errors = errors
        .windows
        .iter()
        .filter_map(|(_, errors)| errors.first());
    let own = mean(first_errors.copied().filter(|error| error.is_finite()));
    let tried = (0..past.len()).rev().take(TRIED_MAX).filter_map(|at| {
        let (before, period) = (past.get(..at)?, past.get(at)?);
        // As much of it as of the running one, whose length may be another.
        let passed = (known * period.len() + days / 2) / days.max(1);
        let passed = passed.clamp(1, period.len().saturating_sub(1).max(1));
        let told = nowcast(before, period.get(..passed)?, period.len(), &[])?;
        Some(told.mean - period.iter().sum::<f64>())
    });
    let tried: Vec<f64> = tried.collect();
    let told = mean(tried.iter().copied());
    tried.len() >= TRIED_MIN && told.is_some_and(|told| own.is_none_or(|own| told < own))
}

/// Mean size of errors.
fn mean(errors: impl Iterator<Item = f64>) -> Option<f64> {
    let (sum, count) = errors.fold((0.0, 0.0), |(sum, count), it| (sum + it.abs(), count + 1.0));
    (count > 0.0).then(|| sum / count)
}

/// What the running period comes to, from what is there and the steps that end it.
pub(crate) fn whole(
    running: &Running,
    steps: &[Step],
    errors: &PastErrors,
) -> Option<OutcomeRunning> {
    let so_far = plain(&running.so_far);
    let (known, ahead) = match running.by_days {
        true => {
            let left = running.days.checked_sub(so_far.len())?;
            let ahead = steps.get(..left)?;
            (so_far.iter().sum(), sum_missed_as_before(ahead, errors))
        }
        false => (0.0, steps.first()?.clone()),
    };
    let mut whole = step_of(&ahead);
    for end in [
        &mut whole.mean,
        &mut whole.median,
        &mut whole.lower,
        &mut whole.upper,
    ] {
        *end = Number(end.0 + known);
    }
    let reached = running.target.and_then(|target| {
        let threshold = Threshold {
            value: target.0 - known,
            side: Side::Above,
            watched: Watched::Sum,
        };
        chances(&[ahead], threshold).ok()?.pop()
    });
    Some(OutcomeRunning {
        whole,
        chance: reached,
    })
}

fn plain(numbers: &[Number]) -> Vec<f64> {
    numbers.iter().map(|number| number.0).collect()
}
