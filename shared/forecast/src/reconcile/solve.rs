//! The nearest values that add up, as seen through the errors' covariance W = D + U U'.
//!
//! y = x - W C' (C W C')^-1 C x, where C y = 0 says that y adds up (Wickramasuriya, Athanasopoulos and Hyndman
//! 2019). Given what the errors share, z of U z, the rest is independent and the tree projects it in one pass
//! (P below). So z = -(I + U' D^-1 (U - P U))^-1 U' D^-1 (x - P x) is found first: a system of as many
//! unknowns as there are columns in U, and then y = P (x + U z).

use super::Hierarchy;
use super::spread::Spread;
use super::tree::Projection;
use crate::cholesky::{backward, cholesky, forward};
use crate::sums::dot;

/// Leaves that are held at 0 at the most, and looks for which they are; beyond that negative leaves are
/// set to 0 and added up.
const HELD_MAX: usize = 300;
const ROUNDS_MAX: usize = 40;

/// A projection onto values that add up.
#[derive(Debug, Clone)]
pub(super) struct Solver<'a> {
    tree: &'a Hierarchy,
    projection: Projection<'a>,
    own: Vec<f64>,
    /// U and P U, a row per node.
    shared: Vec<f64>,
    projected: Vec<f64>,
    columns: usize,
    /// Lower triangle of the Cholesky factor of I + U' D^-1 (U - P U).
    factor: Vec<Vec<f64>>,
}

impl<'a> Solver<'a> {
    /// Prepares the projection; `None` where the numbers do not stay finite.
    pub fn new(tree: &'a Hierarchy, spread: &Spread) -> Option<Self> {
        let projection = Projection::new(tree, &spread.own);
        let columns = spread.columns;
        let mut projected = spread.shared.clone();
        let mut system = vec![vec![0.0; columns]; columns];
        if columns > 0 {
            projection.apply(&mut projected, columns);
            let rows = spread.shared.chunks_exact(columns);
            let rows = rows.zip(projected.chunks_exact(columns)).zip(&spread.own);
            for ((row, fitted), own) in rows {
                for (i, line) in system.iter_mut().enumerate() {
                    let left = row[i] / own;
                    let right = row.iter().zip(fitted).take(i + 1);
                    line.iter_mut()
                        .zip(right)
                        .for_each(|(sum, (u, p))| *sum += left * (u - p));
                }
            }
        }
        for (i, line) in system.iter_mut().enumerate() {
            line[i] += 1.0;
        }
        Some(Self {
            tree,
            projection,
            own: spread.own.clone(),
            shared: spread.shared.clone(),
            projected,
            columns,
            factor: cholesky(system)?,
        })
    }

    /// Replaces one column of values by the nearest ones that add up.
    pub fn apply(&self, values: &mut [f64]) {
        let before = values.to_vec();
        self.projection.apply(values, 1);
        if self.columns == 0 {
            return;
        }
        let mut right = vec![0.0; self.columns];
        let rows = self.shared.chunks_exact(self.columns).zip(&self.own);
        for ((row, own), (x, p)) in rows.zip(before.iter().zip(&*values)) {
            let left = (p - x) / own;
            right
                .iter_mut()
                .zip(row)
                .for_each(|(sum, u)| *sum += left * u);
        }
        let shared = backward(&self.factor, forward(&self.factor, &right));
        let rows = self.projected.chunks_exact(self.columns);
        values
            .iter_mut()
            .zip(rows)
            .for_each(|(value, row)| *value += dot(row, &shared));
    }

    /// The projection of independent errors alone, several columns at once.
    pub fn project(&self, rows: &mut [f64], width: usize) {
        self.projection.apply(rows, width);
    }

    /// Variance of each reconciled value.
    pub fn variances(&self) -> Vec<f64> {
        let own = self.projection.variance.iter().enumerate();
        own.map(|(node, own)| {
            let half = forward(&self.factor, self.projected_row(node));
            own + dot(&half, &half)
        })
        .collect()
    }

    fn projected_row(&self, node: usize) -> &[f64] {
        &self.projected[node * self.columns..][..self.columns]
    }

    /// Covariance of all reconciled values with that of a node.
    fn covariance(&self, node: usize) -> Vec<f64> {
        let mut column = vec![0.0; self.own.len()];
        column[node] = self.own[node];
        self.projection.apply(&mut column, 1);
        if self.columns > 0 {
            let row = self.projected_row(node);
            let half = backward(&self.factor, forward(&self.factor, row));
            let rows = self.projected.chunks_exact(self.columns);
            column
                .iter_mut()
                .zip(rows)
                .for_each(|(value, row)| *value += dot(row, &half));
        }
        column
    }

    /// Brings negative leaves of reconciled values to 0, and the others to the best there is then: Wickramasuriya,
    /// Turlach and Hyndman, "Optimal non-negative forecast reconciliation", Statistics and Computing 30 (2020).
    /// Which leaves are held at 0 is found as by Judice and Pires (1994), all changes at once.
    pub fn hold_above_zero(&self, values: &mut [f64], known: &mut Covariances) {
        let leaves: Vec<usize> = self.tree.leaves().collect();
        let free = values.to_vec();
        let size = free.iter().fold(0.0, |most: f64, v| most.max(v.abs()));
        let tolerance = 1e-12 * size;
        let mut held: Vec<usize> = Vec::new();
        for _ in 0..ROUNDS_MAX {
            // A column is as long as there are nodes: so many are kept and no more.
            known.forget_beyond(2 * HELD_MAX);
            let before = held.len();
            held.extend(leaves.iter().filter(|&&leaf| values[leaf] < -tolerance));
            held.sort_unstable();
            held.dedup();
            if held.len() == before || held.len() > HELD_MAX {
                break;
            }
            // Those that would have to be pushed down to stay at 0 are let go.
            while let Some(push) = self.pushes(&free, &held, known) {
                let kept = held.iter().zip(&push).filter(|(_, push)| **push >= 0.0);
                let kept: Vec<usize> = kept.map(|(&leaf, _)| leaf).collect();
                if kept.len() == held.len() {
                    values.copy_from_slice(&free);
                    for (leaf, push) in held.iter().zip(&push) {
                        let column = known.of(self, *leaf);
                        values
                            .iter_mut()
                            .zip(column)
                            .for_each(|(value, along)| *value += push * along);
                    }
                    break;
                }
                held = kept;
            }
        }
        leaves
            .iter()
            .for_each(|&leaf| values[leaf] = values[leaf].max(0.0));
        self.tree.sum_rows(values, 1);
    }

    /// How strongly each held leaf is pushed to be 0.
    fn pushes(&self, free: &[f64], held: &[usize], known: &mut Covariances) -> Option<Vec<f64>> {
        let mut system = Vec::with_capacity(held.len());
        for (row, &leaf) in held.iter().enumerate() {
            let column = known.of(self, leaf);
            let line = held.iter().take(row + 1).map(|&other| column[other]);
            system.push(line.collect::<Vec<f64>>());
        }
        let factor = cholesky(system)?;
        let right: Vec<f64> = held.iter().map(|&leaf| -free[leaf]).collect();
        Some(backward(&factor, forward(&factor, &right)))
    }
}

/// Columns of the covariance of reconciled values that were needed so far.
#[derive(Debug, Default)]
pub(super) struct Covariances(std::collections::BTreeMap<usize, Vec<f64>>);

impl Covariances {
    fn forget_beyond(&mut self, count: usize) {
        if self.0.len() > count {
            self.0.clear();
        }
    }

    fn of(&mut self, solver: &Solver<'_>, node: usize) -> &[f64] {
        self.0
            .entry(node)
            .or_insert_with(|| solver.covariance(node))
    }
}
