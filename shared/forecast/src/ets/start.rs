//! Starting states: seasonal figures from classical decomposition, level and trend from a line
//! through the first adjusted values. Hyndman et al. (2002), section 3.1; [`super::states`]
//! improves on them.

use super::filter::{Problem, States};
use super::form::SeasonForm;
use crate::classical::{Composition, seasonal_indices};

/// Starting states of the form, in the scale of the values.
pub(super) fn starting_states(problem: &Problem<'_>) -> States {
    let seasonal = match problem.form.season {
        SeasonForm::None => Vec::new(),
        SeasonForm::Additive => figures(problem, Composition::Additive, 0.0),
        SeasonForm::Multiplicative => {
            let mut figures = figures(problem, Composition::Multiplicative, 1.0);
            figures
                .iter_mut()
                .for_each(|figure| *figure = figure.max(0.01));
            let mean = figures.iter().sum::<f64>() / figures.len() as f64;
            figures.iter_mut().for_each(|figure| *figure /= mean);
            figures
        }
    };
    let adjusted = |t: usize| match problem.form.season {
        SeasonForm::None => problem.values[t],
        SeasonForm::Additive => problem.values[t] - seasonal[t % problem.season],
        SeasonForm::Multiplicative => problem.values[t] / seasonal[t % problem.season],
    };
    let count = problem.values.len().min(10.max(2 * problem.season));
    let mean = (0..count).map(adjusted).sum::<f64>() / count as f64;
    if !problem.form.has_trend() {
        return States {
            level: mean,
            trend: 0.0,
            seasonal,
        };
    }
    let middle = (count - 1) as f64 / 2.0;
    let (mut covariance, mut variance) = (0.0, 0.0);
    for t in 0..count {
        let distance = t as f64 - middle;
        covariance += distance * (adjusted(t) - mean);
        variance += distance * distance;
    }
    let trend = if variance > 0.0 {
        covariance / variance
    } else {
        0.0
    };
    let level = mean - trend * (middle + 1.0);
    if problem.form.needs_positive() && level + trend <= 0.0 {
        // A steep start below zero: begin flat instead.
        return States {
            level: adjusted(0).max(0.01 * mean),
            trend: 0.0,
            seasonal,
        };
    }
    States {
        level,
        trend,
        seasonal,
    }
}

fn figures(problem: &Problem<'_>, composition: Composition, neutral: f64) -> Vec<f64> {
    seasonal_indices(problem.values, problem.season, composition)
        .unwrap_or_else(|| vec![neutral; problem.season])
}
