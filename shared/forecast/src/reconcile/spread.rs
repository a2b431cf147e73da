//! How the errors of many series vary together, from few past errors of each.
//!
//! Schaefer and Strimmer, "A shrinkage approach to large-scale covariance matrix estimation", Statistical
//! Applications in Genetics and Molecular Biology 4 (2005): correlations are drawn towards none as far as
//! they are noise. The covariance is kept as a diagonal and a few columns, D + U U', never as a matrix of
//! all pairs of nodes: U are the errors, one column per past moment. Their mean is not taken out: a forecast that
//! is always too high errs as well.

use crate::sums::dot;

/// Most past errors of a node that are looked at: the most recent ones.
pub(super) const ERRORS_MAX: usize = 512;
/// Errors needed to speak of correlations.
const ERRORS_MIN: usize = 8;
/// Least deviation, as a share of the largest: what never erred is trusted, not believed blindly.
const FLOOR_SHARE: f64 = 1e-6;
/// Least shrinkage: as the columns are fewer than the nodes, some of it is always needed.
const SHRINKAGE_MIN: f64 = 1e-4;

/// D + U U'.
#[derive(Debug, Clone)]
pub(super) struct Spread {
    /// D, above 0, one per node.
    pub own: Vec<f64>,
    /// U, a row per node; empty without correlations.
    pub shared: Vec<f64>,
    /// Columns of U.
    pub columns: usize,
    /// What correlations were multiplied with is 1 minus this; none without correlations.
    pub shrinkage: Option<f64>,
}

impl Spread {
    /// From errors, a row per node (NaN where there is none), and the deviations that stand for nodes without
    /// errors. `correlated` asks for more than the diagonal.
    pub fn of(errors: &[Vec<f64>], deviations: &[f64], correlated: bool) -> Self {
        let length = errors.iter().map(Vec::len).max().unwrap_or(0);
        let rows = errors.iter().map(|row| recent(row, length));
        let rows: Vec<(Vec<f64>, Option<f64>)> = rows.collect();
        let variances: Vec<f64> = rows
            .iter()
            .zip(deviations)
            .map(|((_, variance), deviation)| variance.unwrap_or(deviation * deviation))
            .collect();
        let largest = variances.iter().fold(0.0, |most: f64, v| most.max(*v));
        // Where nothing ever erred all nodes count the same.
        let floor = if largest > 0.0 {
            FLOOR_SHARE * FLOOR_SHARE * largest
        } else {
            1.0
        };
        let variances: Vec<f64> = variances.iter().map(|v| v.max(floor)).collect();
        let width = length.min(ERRORS_MAX);
        if !correlated || width < ERRORS_MIN {
            return Self {
                own: variances,
                shared: Vec::new(),
                columns: 0,
                shrinkage: None,
            };
        }
        let errors: Vec<Vec<f64>> = rows.into_iter().map(|(row, _)| row).collect();
        let shrinkage = shrinkage(&errors, width).max(SHRINKAGE_MIN);
        let factor = ((1.0 - shrinkage) / width as f64).sqrt();
        let shared: Vec<f64> = errors
            .iter()
            .flatten()
            .map(|error| factor * error)
            .collect();
        let own = variances.iter().zip(shared.chunks_exact(width));
        let own = own.map(|(&variance, row)| {
            let rest = variance - dot(row, row);
            rest.max(SHRINKAGE_MIN * variance)
        });
        Self {
            own: own.collect(),
            shared,
            columns: width,
            shrinkage: Some(shrinkage),
        }
    }

    /// Variance of each node.
    pub fn variances(&self) -> Vec<f64> {
        let whole = |(node, own): (usize, &f64)| own + self.shared_variance(node);
        self.own.iter().enumerate().map(whole).collect()
    }

    fn shared_variance(&self, node: usize) -> f64 {
        let row = &self.shared[node * self.columns..][..self.columns];
        dot(row, row)
    }
}

/// The last errors (0 where missing), and their mean square; none of fewer than two.
fn recent(errors: &[f64], length: usize) -> (Vec<f64>, Option<f64>) {
    let width = length.min(ERRORS_MAX);
    let last = &errors[errors.len().saturating_sub(width)..];
    let count = last.iter().filter(|error| error.is_finite()).count();
    let mut row = vec![0.0; width - last.len()];
    let known = |&error: &f64| if error.is_finite() { error } else { 0.0 };
    row.extend(last.iter().map(known));
    let square = (count >= 2).then(|| dot(&row, &row) / count as f64);
    (row, square)
}

/// Sum of the variances of all correlations over the sum of their squares, 0 to 1.
///
/// Both sums run over all pairs of nodes. With standardised errors x, the first needs the sum over t of
/// (sum over i of x_ti^2)^2 and both the squared length of X'X, which is that of X X': the smaller is taken.
fn shrinkage(errors: &[Vec<f64>], width: usize) -> f64 {
    let standardised: Vec<Vec<f64>> = errors
        .iter()
        .filter_map(|row| {
            let deviation = (dot(row, row) / width as f64).sqrt();
            (deviation > 0.0).then(|| row.iter().map(|error| error / deviation).collect())
        })
        .collect();
    let count = width as f64;
    let (mut fourth, mut own_fourth) = (0.0, 0.0);
    for t in 0..width {
        let squares = standardised.iter().map(|row| row[t] * row[t]);
        let (sum, squared) = squares.fold((0.0, 0.0), |(s, q), x| (s + x, q + x * x));
        fourth += sum * sum;
        own_fourth += squared;
    }
    // Without each node's correlation with itself, which is 1.
    let nodes = standardised.len() as f64;
    let squares = squared_length(&standardised, width) / (count * count) - nodes;
    let deviating = (fourth - own_fourth) - count * squares;
    if squares <= 0.0 {
        return 1.0;
    }
    (deviating / (count * (count - 1.0)) / squares).clamp(0.0, 1.0)
}

/// Sum of the squares of all products of two rows, or of two columns.
fn squared_length(rows: &[Vec<f64>], width: usize) -> f64 {
    let columns: Vec<Vec<f64>>;
    let vectors = if rows.len() <= width {
        rows
    } else {
        let column = |t: usize| rows.iter().map(|row| row[t]).collect();
        columns = (0..width).map(column).collect();
        &columns
    };
    let mut sum = 0.0;
    for (index, a) in vectors.iter().enumerate() {
        let own = dot(a, a);
        sum += own * own;
        for b in &vectors[..index] {
            let product = dot(a, b);
            sum += 2.0 * product * product;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::noise::noise;

    /// The definition, pair by pair.
    #[test]
    fn shrinkage_is_that_of_all_pairs() {
        for nodes in [3, 40] {
            let row = |i: usize| -> Vec<f64> {
                (0..20)
                    .map(|t| noise(t) + noise(1_000 * (i + 1) + t))
                    .collect()
            };
            let rows: Vec<Vec<f64>> = (0..nodes).map(|i| recent(&row(i), 20).0).collect();
            let scaled: Vec<Vec<f64>> = rows
                .iter()
                .map(|row| {
                    let deviation = (dot(row, row) / 20.0).sqrt();
                    row.iter().map(|value| value / deviation).collect()
                })
                .collect();
            let (mut deviating, mut squares) = (0.0, 0.0);
            for i in 0..nodes {
                for j in (0..nodes).filter(|&j| j != i) {
                    let products: Vec<f64> = (0..20).map(|t| scaled[i][t] * scaled[j][t]).collect();
                    let mean = products.iter().sum::<f64>() / 20.0;
                    let apart = products.iter().map(|p| (p - mean) * (p - mean));
                    deviating += apart.sum::<f64>() / (20.0 * 19.0);
                    squares += mean * mean;
                }
            }
            let expected = (deviating / squares).clamp(0.0, 1.0);
            let found = shrinkage(&rows, 20);
            assert!((found - expected).abs() < 1e-10, "{found} {expected}");
            assert!(found > 0.05 && found < 0.9, "{found}");
        }
    }

    #[test]
    fn few_errors_have_variances_and_none_have_deviations() {
        let errors = vec![vec![-1.0, 1.0, f64::NAN], vec![], vec![0.0; 3]];
        let spread = Spread::of(&errors, &[9.0, 2.0, 0.0], true);
        assert_eq!(spread.columns, 0);
        assert_eq!(spread.own[..2], [1.0, 4.0]);
        assert!(spread.own[2] > 0.0 && spread.own[2] < 1e-9);
    }
}
