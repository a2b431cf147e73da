//! Least squares for the starting states, given the smoothing parameters.
//!
//! The errors of an additive form are linear in its starting states, so one Gauss-Newton step
//! finds the optimum exactly; the other forms take a few. That spares the simplex search up to 25
//! of its dimensions. The Jacobian comes from running the filter once per state.

use super::filter::{Problem, Smoothing, States};
use super::form::{ErrorForm, SeasonForm};
use crate::sums::dot;

/// Buffers that one fit reuses.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    residuals: Vec<f64>,
    jacobian: Vec<f64>,
    normal: Vec<f64>,
    step: Vec<f64>,
}

/// One damped Gauss-Newton step; returns the new objective (never above `objective`).
pub(super) fn improve(
    problem: &Problem<'_>,
    smoothing: Smoothing,
    states: &mut States,
    scratch: &mut States,
    objective: f64,
    workspace: &mut Workspace,
) -> f64 {
    let count = problem.values.len();
    let free = problem.form.free_states(problem.season);
    workspace.residuals.resize(count, 0.0);
    workspace.jacobian.resize(count * free, 0.0);
    scratch.copy_from(states);
    let run = problem.run_recording(smoothing, scratch, &mut workspace.residuals);
    let Some(base) = run else { return objective };
    let scale = states.level.abs() + states.trend.abs();
    let scale = if scale > 0.0 { scale } else { 1.0 };
    for index in 0..free {
        let delta = 1e-6
            * if is_factor(problem, index) {
                1.0
            } else {
                scale
            };
        scratch.copy_from(states);
        shift(problem, scratch, index, delta);
        let column = &mut workspace.jacobian[index * count..(index + 1) * count];
        let run = problem.run_recording(smoothing, scratch, column);
        let Some(sums) = run else { return objective };
        // With a multiplicative error the likelihood is least squares of the relative errors times
        // the geometric mean of the forecasts; that factor moves with the states as well.
        let factor = 1.0 + (sums.log_forecasts - base.log_forecasts) / count as f64;
        for (entry, residual) in column.iter_mut().zip(&workspace.residuals) {
            *entry = (*entry * factor - residual) / delta;
        }
    }
    if !solve(workspace, count, free) {
        return objective;
    }
    for fraction in [1.0, 0.5, 0.2] {
        scratch.copy_from(states);
        for index in 0..free {
            shift(problem, scratch, index, -fraction * workspace.step[index]);
        }
        let mut candidate = scratch.clone();
        let positive = candidate.seasonal.iter().all(|&factor| factor > 0.0);
        if problem.form.season == SeasonForm::Multiplicative && !positive {
            continue;
        }
        let sums = problem.run(smoothing, scratch);
        let value = sums.map_or(f64::INFINITY, |sums| problem.objective(sums));
        if value < objective {
            std::mem::swap(states, &mut candidate);
            return value;
        }
        if problem.form.error == ErrorForm::Additive {
            break;
        }
    }
    objective
}

/// True for a multiplicative seasonal state, whose scale is 1.
fn is_factor(problem: &Problem<'_>, index: usize) -> bool {
    let first_seasonal = 1 + usize::from(problem.form.has_trend());
    index >= first_seasonal && problem.form.season == SeasonForm::Multiplicative
}

/// Adds to a free state; the last seasonal state gives way, so that their sum stays.
fn shift(problem: &Problem<'_>, states: &mut States, index: usize, delta: f64) {
    match (index, problem.form.has_trend()) {
        (0, _) => states.level += delta,
        (1, true) => states.trend += delta,
        (_, has_trend) => {
            let position = index - 1 - usize::from(has_trend);
            let last = states.seasonal.len() - 1;
            states.seasonal[position] += delta;
            states.seasonal[last] -= delta;
        }
    }
}

/// Solves the normal equations by Cholesky with a slight ridge: where gamma and alpha leave a
/// combination of states nearly undetermined, it stays where it is.
fn solve(workspace: &mut Workspace, count: usize, free: usize) -> bool {
    let Workspace {
        residuals,
        jacobian,
        normal,
        step,
    } = workspace;
    normal.resize(free * free, 0.0);
    step.resize(free, 0.0);
    for i in 0..free {
        let left = &jacobian[i * count..(i + 1) * count];
        step[i] = dot(left, residuals);
        for j in 0..=i {
            normal[i * free + j] = dot(left, &jacobian[j * count..(j + 1) * count]);
        }
    }
    for i in 0..free {
        for j in 0..=i {
            let known: f64 = (0..j)
                .map(|k| normal[i * free + k] * normal[j * free + k])
                .sum();
            if i == j {
                let diagonal = normal[i * free + i] * (1.0 + 1e-9) - known;
                if !(diagonal > 0.0 && diagonal.is_finite()) {
                    return false;
                }
                normal[i * free + i] = diagonal.sqrt();
            } else {
                normal[i * free + j] = (normal[i * free + j] - known) / normal[j * free + j];
            }
        }
    }
    for i in 0..free {
        let known: f64 = (0..i).map(|k| normal[i * free + k] * step[k]).sum();
        step[i] = (step[i] - known) / normal[i * free + i];
    }
    for i in (0..free).rev() {
        let known: f64 = (i + 1..free).map(|k| normal[k * free + i] * step[k]).sum();
        step[i] = (step[i] - known) / normal[i * free + i];
    }
    step.iter().all(|s| s.is_finite())
}
