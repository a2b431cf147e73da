//! Forecasts that add up: total, channels, categories and products agree on every screen.
//!
//! Each node of a [`Hierarchy`] is forecast by itself; [`reconcile`] then finds the forecasts nearest to all of
//! these that add up, as seen through the errors that were made before: Wickramasuriya, Athanasopoulos and
//! Hyndman, "Optimal forecast reconciliation for hierarchical and grouped time series through trace
//! minimization", Journal of the American Statistical Association 114 (2019). A product's noise is then
//! corrected by what the category knows, and the total by what moves each product.
//!
//! Out of scope: forecasting the nodes ([`crate::forecast_with_errors`]); crossed groupings, which are sums of
//! reconciled leaves.

mod round;
mod solve;
mod spread;
#[cfg(test)]
mod tests;
mod tree;

use serde::{Deserialize, Serialize};

use crate::outlook::normal_quantile;
use crate::portable::binary_scale;
use crate::{HORIZON_MAX, Step};
use solve::{Covariances, Solver};
use spread::Spread;
pub use tree::{Hierarchy, NODES_MAX};

/// Why a hierarchy cannot be reconciled.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReconcileError {
    /// No node, or more than [`NODES_MAX`].
    #[error(
        "{nodes} nodes: give 1 to {NODES_MAX}, and group the smallest products if there are more"
    )]
    Nodes {
        /// Nodes given.
        nodes: usize,
    },
    /// A parent that is not there.
    #[error(
        "node {node} is below node {parent}, which is not there: give the position of its parent"
    )]
    NoSuchParent {
        /// The node.
        node: usize,
        /// The parent given.
        parent: usize,
    },
    /// A node that is below itself.
    #[error("node {node} is below itself: each node needs a way up to a root")]
    Cycle {
        /// One of the nodes.
        node: usize,
    },
    /// Another number of forecasts or values than nodes.
    #[error("{given} given for {nodes} nodes: give one for each")]
    Count {
        /// Forecasts or values given.
        given: usize,
        /// Nodes of the hierarchy.
        nodes: usize,
    },
    /// Nodes with different horizons, or one of none or too many steps.
    #[error(
        "node {node} has {steps} steps, the first one {expected}: forecast all over the same 1 to {HORIZON_MAX}"
    )]
    Steps {
        /// The node.
        node: usize,
        /// Its steps.
        steps: usize,
        /// Steps of the first node.
        expected: usize,
    },
    /// A mean that is no number.
    #[error("step {step} of node {node} is not a number: forecast it again")]
    NotFinite {
        /// The node.
        node: usize,
        /// The step, from 0.
        step: usize,
    },
    /// A value beyond the integers that are kept apart.
    #[error("node {node} is {value}: use larger units, values must stay below 2^53")]
    TooLarge {
        /// The node.
        node: usize,
        /// Its value.
        value: f64,
    },
}

/// How forecasts are made to add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reconciliation {
    /// By the covariance of past errors, drawn towards none by Schaefer and Strimmer: the best where errors
    /// are known, and the default. Without 8 errors a node it is [`Self::Variances`].
    #[default]
    MinTrace,
    /// By the variances of past errors; where there are none, by those of the intervals.
    Variances,
    /// By the number of leaves below each node: needs no errors.
    Structural,
    /// All nodes alike.
    Ordinary,
    /// Leaves as they are, all else their sums.
    BottomUp,
}

/// One node's own forecast and what it missed before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Base<'a> {
    /// Its steps; all nodes have the same levels of intervals, or none.
    pub steps: &'a [Step],
    /// Forecast minus value or the other way round, at the same past moments for all nodes, oldest first; NaN
    /// where there is none, empty without any. The last 512 are used.
    pub errors: &'a [f64],
}

/// Forecasts that add up.
#[derive(Debug, Clone, PartialEq)]
pub struct Reconciled {
    /// Steps of each node. Means add up to rounding of floating numbers; [`Hierarchy::in_whole_units`] makes
    /// them whole and exact. Bounds do not add up: that all products sell little on the same day is unlikely.
    pub nodes: Vec<Vec<Step>>,
    /// What was used.
    pub method: Reconciliation,
    /// How far correlations were drawn towards none, 0 to 1; none where none were used.
    pub shrinkage: Option<f64>,
}

/// Makes the forecasts of all nodes add up.
///
/// With `non_negative` no mean is below 0 afterwards (leaves at 0 are held there and the others are the best
/// there is then), and no bound. Intervals become narrower or wider as the variance of the reconciled
/// forecast is smaller or larger than that of the node's own, and keep their shape.
///
/// ```
/// use forecast::{Base, Hierarchy, Reconciliation, Step, reconcile};
///
/// let tree = Hierarchy::from_parents(&[None, Some(0), Some(0)])?;
/// let step = |mean: f64| vec![Step { mean, median: mean, intervals: vec![] }];
/// let (total, a, b) = (step(12.0), step(4.0), step(2.0));
/// let base = [&total, &a, &b].map(|steps| Base { steps, errors: &[] });
/// let answer = reconcile(&tree, &base, Reconciliation::Ordinary, false)?;
/// assert_eq!(answer.nodes[0][0].mean, 10.0);
/// assert_eq!(answer.nodes[1][0].mean + answer.nodes[2][0].mean, 10.0);
/// # Ok::<(), forecast::ReconcileError>(())
/// ```
pub fn reconcile(
    tree: &Hierarchy,
    base: &[Base<'_>],
    method: Reconciliation,
    non_negative: bool,
) -> Result<Reconciled, ReconcileError> {
    let horizon = checked_horizon(tree, base)?;
    let means: Vec<f64> = base
        .iter()
        .flat_map(|node| node.steps.iter().map(|step| step.mean))
        .collect();
    let scale = binary_scale(&means);
    let deviations: Vec<f64> = base.iter().map(|node| deviation(node, scale)).collect();
    let errors: Vec<Vec<f64>> = base
        .iter()
        .map(|node| node.errors.iter().map(|error| error / scale).collect())
        .collect();
    // The errors as they are, however the weights are chosen.
    let spread = Spread::of(&errors, &deviations, true);
    let method = match method {
        Reconciliation::MinTrace if spread.columns == 0 => Reconciliation::Variances,
        method => method,
    };
    let weights = weights(tree, &spread, method);
    let solver = weights.as_ref().and_then(|w| Solver::new(tree, w));
    let method = if solver.is_none() {
        Reconciliation::BottomUp
    } else {
        method
    };
    let mut columns = Vec::with_capacity(horizon);
    let mut known = Covariances::default();
    for step in 0..horizon {
        let mut column: Vec<f64> = base.iter().map(|n| n.steps[step].mean / scale).collect();
        if let Some(solver) = &solver {
            solver.apply(&mut column);
        }
        let below = |leaf: usize| column[leaf] < 0.0;
        if non_negative && tree.leaves().any(below) {
            match &solver {
                Some(solver) => solver.hold_above_zero(&mut column, &mut known),
                None => column.iter_mut().for_each(|v| *v = v.max(0.0)),
            }
        }
        // The leaves are what was found; their sums add up to the last bit that can be had.
        tree.sum_rows(&mut column, 1);
        columns.push(column);
    }
    let factors = interval_factors(tree, &spread, solver.as_ref(), method);
    let step_of = |node: usize, step: usize| {
        let mean = columns[step][node] * scale;
        moved(&base[node].steps[step], mean, factors[node], non_negative)
    };
    Ok(Reconciled {
        nodes: (0..tree.len())
            .map(|node| (0..horizon).map(|step| step_of(node, step)).collect())
            .collect(),
        method,
        shrinkage: spread
            .shrinkage
            .filter(|_| method == Reconciliation::MinTrace),
    })
}

fn checked_horizon(tree: &Hierarchy, base: &[Base<'_>]) -> Result<usize, ReconcileError> {
    if base.len() != tree.len() {
        return Err(ReconcileError::Count {
            given: base.len(),
            nodes: tree.len(),
        });
    }
    let expected = base.first().map_or(0, |node| node.steps.len());
    for (node, own) in base.iter().enumerate() {
        let steps = own.steps.len();
        if steps != expected || !(1..=HORIZON_MAX).contains(&steps) {
            return Err(ReconcileError::Steps {
                node,
                steps,
                expected,
            });
        }
        if let Some(step) = own.steps.iter().position(|step| !step.mean.is_finite()) {
            return Err(ReconcileError::NotFinite { node, step });
        }
    }
    Ok(expected)
}

/// Standard deviation of the first step by its widest interval; of what has none, as large as the value.
fn deviation(node: &Base<'_>, scale: f64) -> f64 {
    let Some(step) = node.steps.first() else {
        return 0.0;
    };
    let width = step.intervals.last().map(|interval| {
        let reach = normal_quantile(0.5 + 0.5 * interval.level).max(1e-3);
        (interval.upper / scale / 2.0 - interval.lower / scale / 2.0) / reach
    });
    width
        .filter(|width| width.is_finite())
        .unwrap_or(step.mean / scale)
        .abs()
}

/// The covariance that a method believes in; none for what needs none.
fn weights(tree: &Hierarchy, spread: &Spread, method: Reconciliation) -> Option<Spread> {
    let diagonal = |own: Vec<f64>| Spread {
        own,
        shared: Vec::new(),
        columns: 0,
        shrinkage: None,
    };
    match method {
        Reconciliation::BottomUp => None,
        Reconciliation::MinTrace => Some(spread.clone()),
        Reconciliation::Variances => Some(diagonal(spread.variances())),
        Reconciliation::Ordinary => Some(diagonal(vec![1.0; tree.len()])),
        Reconciliation::Structural => Some(diagonal(tree.add_up(&vec![1.0; tree.len()]))),
    }
}

/// Standard deviation of each reconciled forecast relative to that of the node's own.
fn interval_factors(
    tree: &Hierarchy,
    spread: &Spread,
    solver: Option<&Solver<'_>>,
    method: Reconciliation,
) -> Vec<f64> {
    let reconciled = match (method, solver) {
        (Reconciliation::MinTrace, Some(solver)) => solver.variances(),
        (_, solver) => {
            // y = P x for any x: each node's own error reaches the others by a column of P.
            let project = |rows: &mut [f64], width: usize| match solver {
                Some(solver) => solver.project(rows, width),
                None => tree.sum_rows(rows, width),
            };
            let mut variances = vec![0.0; tree.len()];
            for (node, own) in spread.own.iter().enumerate() {
                let mut column = vec![0.0; tree.len()];
                column[node] = 1.0;
                project(&mut column, 1);
                let reached = variances.iter_mut().zip(&column);
                reached.for_each(|(sum, share)| *sum += own * share * share);
            }
            if spread.columns > 0 {
                let mut shared = spread.shared.clone();
                project(&mut shared, spread.columns);
                let rows = shared.chunks_exact(spread.columns);
                let reached = variances.iter_mut().zip(rows);
                reached.for_each(|(sum, row)| *sum += crate::sums::dot(row, row));
            }
            variances
        }
    };
    let own = spread.variances();
    let factor = |(reconciled, own): (&f64, f64)| (reconciled / own).max(0.0).sqrt();
    reconciled.iter().zip(own).map(factor).collect()
}

/// A step with another mean, its intervals scaled around it.
fn moved(step: &Step, mean: f64, factor: f64, non_negative: bool) -> Step {
    let floor = if non_negative { 0.0 } else { -f64::MAX };
    let keep = |value: f64| value.clamp(floor, f64::MAX);
    let at = |value: f64| keep(mean + factor * (value - step.mean).clamp(-f64::MAX, f64::MAX));
    let interval = |interval: &crate::Interval| crate::Interval {
        level: interval.level,
        lower: at(interval.lower),
        upper: at(interval.upper),
    };
    Step {
        mean: keep(mean),
        median: at(step.median),
        intervals: step.intervals.iter().map(interval).collect(),
    }
}
