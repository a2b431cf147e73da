//! A tree of series: every value is the sum of those below it.
//!
//! The projection onto values that add up is found by passing messages, up from the leaves and down
//! again: each node is seen once, so it costs time in proportion to the nodes and no matrix is formed
//! (Pearl, "Probabilistic reasoning in intelligent systems", 1988, chapter 4, for Gaussian variables).

use super::ReconcileError;

/// Most nodes of a hierarchy.
pub const NODES_MAX: usize = 10_000;

/// Who adds up to whom: a tree, or several. Levels may be of any depth, as total > channel > category >
/// product; any other cut of the leaves is the sum of what the reconciled leaves give.
///
/// ```
/// // A total of two channels, the first of which has two products.
/// let tree = forecast::Hierarchy::from_parents(&[None, Some(0), Some(0), Some(1), Some(1)])?;
/// assert_eq!(tree.leaves().collect::<Vec<_>>(), [2, 3, 4]);
/// assert_eq!(tree.add_up(&[0.0, 0.0, 5.0, 1.0, 2.0]), [8.0, 3.0, 5.0, 1.0, 2.0]);
/// # Ok::<(), forecast::ReconcileError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Hierarchy {
    parents: Vec<Option<usize>>,
    /// All nodes, each after its parent.
    order: Vec<usize>,
    children: Vec<Vec<usize>>,
}

impl Hierarchy {
    /// From the parent of each node, by position; `None` for a root. Parents may come after children.
    pub fn from_parents(parents: &[Option<usize>]) -> Result<Self, ReconcileError> {
        let nodes = parents.len();
        if nodes == 0 || nodes > NODES_MAX {
            return Err(ReconcileError::Nodes { nodes });
        }
        let mut children = vec![Vec::new(); nodes];
        let mut order = Vec::with_capacity(nodes);
        for (node, parent) in parents.iter().enumerate() {
            match *parent {
                None => order.push(node),
                Some(parent) => children
                    .get_mut(parent)
                    .ok_or(ReconcileError::NoSuchParent { node, parent })?
                    .push(node),
            }
        }
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            order.extend_from_slice(&children[node]);
            next += 1;
        }
        if order.len() < nodes {
            let mut reached = vec![false; nodes];
            order.iter().for_each(|&node| reached[node] = true);
            let node = reached.iter().position(|there| !there).unwrap_or(0);
            return Err(ReconcileError::Cycle { node });
        }
        Ok(Self {
            parents: parents.to_vec(),
            order,
            children,
        })
    }

    /// Number of nodes, leaves included.
    pub fn len(&self) -> usize {
        self.parents.len()
    }

    /// Never true: a hierarchy has a node.
    pub fn is_empty(&self) -> bool {
        self.parents.is_empty()
    }

    /// The parent of a node; none for a root and beyond the end.
    pub fn parent(&self, node: usize) -> Option<usize> {
        self.parents.get(node).copied().flatten()
    }

    /// The nodes below a node; none below a leaf and beyond the end.
    pub fn children(&self, node: usize) -> &[usize] {
        self.children.get(node).map_or(&[], Vec::as_slice)
    }

    /// The nodes that nothing is below, ascending.
    pub fn leaves(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len()).filter(|&node| self.children[node].is_empty())
    }

    /// The values of the leaves with all others replaced by their sums; one value per node, what is
    /// missing counts 0.
    pub fn add_up(&self, values: &[f64]) -> Vec<f64> {
        let mut sums: Vec<f64> = values.iter().copied().take(self.len()).collect();
        sums.resize(self.len(), 0.0);
        self.sum_rows(&mut sums, 1);
        sums
    }

    /// All nodes, each after its parent.
    pub(super) fn parents_first(&self) -> &[usize] {
        &self.order
    }

    /// Replaces the rows of inner nodes by the sums of those below, `width` values a row.
    pub(super) fn sum_rows(&self, rows: &mut [f64], width: usize) {
        let mut sum = vec![0.0; width];
        for &node in self.order.iter().rev() {
            if self.children[node].is_empty() {
                continue;
            }
            self.sum_of_children(node, rows, &mut sum);
            rows[node * width..][..width].copy_from_slice(&sum);
        }
    }

    fn sum_of_children(&self, node: usize, rows: &[f64], sum: &mut [f64]) {
        let width = sum.len();
        sum.fill(0.0);
        for &child in &self.children[node] {
            let row = &rows[child * width..][..width];
            sum.iter_mut().zip(row).for_each(|(sum, part)| *sum += part);
        }
    }
}

/// The projection for given variances of the nodes, errors being independent: the weighted least squares
/// of Hyndman, Lee and Wang, "Fast computation of reconciled forecasts for hierarchical and grouped time
/// series", Computational Statistics and Data Analysis 97 (2016).
#[derive(Debug, Clone)]
pub(super) struct Projection<'a> {
    tree: &'a Hierarchy,
    /// How much a node trusts the sum of those below it, 0 to 1; 0 for leaves.
    trust: Vec<f64>,
    /// The share of a parent's correction that falls on a node.
    share: Vec<f64>,
    /// Variance of each node's reconciled value.
    pub variance: Vec<f64>,
}

impl<'a> Projection<'a> {
    /// `variances` are above 0, one per node.
    pub fn new(tree: &'a Hierarchy, variances: &[f64]) -> Self {
        let nodes = tree.len();
        let (mut trust, mut share) = (vec![0.0; nodes], vec![1.0; nodes]);
        // Of a node given what is below it; later given all.
        let mut variance = variances.to_vec();
        let mut below = vec![0.0; nodes];
        for &node in tree.order.iter().rev() {
            let children = &tree.children[node];
            if children.is_empty() {
                continue;
            }
            let sum: f64 = children.iter().map(|&child| variance[child]).sum();
            for &child in children {
                share[child] = variance[child] / sum;
            }
            below[node] = sum;
            trust[node] = variances[node] / (sum + variances[node]);
            variance[node] = sum * trust[node];
        }
        for &node in &tree.order {
            let (own, sum) = (variance[node], below[node]);
            for &child in &tree.children[node] {
                let known = share[child] * share[child] * (own - sum);
                variance[child] = (variance[child] + known).max(0.0);
            }
        }
        Self {
            tree,
            trust,
            share,
            variance,
        }
    }

    /// Replaces values by the nearest ones that add up, `width` columns at once.
    pub fn apply(&self, rows: &mut [f64], width: usize) {
        let tree = self.tree;
        let mut sum = vec![0.0; width];
        for &node in tree.order.iter().rev() {
            if tree.children[node].is_empty() {
                continue;
            }
            tree.sum_of_children(node, rows, &mut sum);
            let own = &mut rows[node * width..][..width];
            for (own, sum) in own.iter_mut().zip(&sum) {
                *own = sum + (1.0 - self.trust[node]) * (*own - sum);
            }
        }
        for &node in &tree.order {
            if tree.children[node].is_empty() {
                continue;
            }
            tree.sum_of_children(node, rows, &mut sum);
            let own = &rows[node * width..][..width];
            sum.iter_mut()
                .zip(own)
                .for_each(|(sum, own)| *sum = own - *sum);
            for &child in &tree.children[node] {
                let row = &mut rows[child * width..][..width];
                row.iter_mut()
                    .zip(&sum)
                    .for_each(|(value, rest)| *value += self.share[child] * rest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_is_no_tree() {
        let refused = |parents: &[Option<usize>]| Hierarchy::from_parents(parents).err();
        assert_eq!(refused(&[]), Some(ReconcileError::Nodes { nodes: 0 }));
        let parent = ReconcileError::NoSuchParent { node: 1, parent: 9 };
        assert_eq!(refused(&[None, Some(9)]), Some(parent));
        let cycle = refused(&[None, Some(2), Some(1)]);
        assert_eq!(cycle, Some(ReconcileError::Cycle { node: 1 }));
        assert_eq!(
            refused(&[Some(0)]),
            Some(ReconcileError::Cycle { node: 0 }),
            "its own parent"
        );
        let many = vec![None; NODES_MAX + 1];
        assert!(refused(&many).is_some());
    }

    /// By hand: y = x - W C' (C W C')^-1 C x with C = (1, -1, -1) and W = diag(1, 2, 3).
    #[test]
    fn a_total_of_two_is_corrected_by_their_variances() {
        let tree = Hierarchy::from_parents(&[None, Some(0), Some(0)]).expect("a tree");
        let projection = Projection::new(&tree, &[1.0, 2.0, 3.0]);
        let mut values = vec![12.0, 4.0, 2.0];
        projection.apply(&mut values, 1);
        // The gap of 6 is spread as 1 : 2 : 3.
        for (found, expected) in values.iter().zip([11.0, 6.0, 5.0]) {
            assert!((found - expected).abs() < 1e-12, "{values:?}");
        }
        for (found, expected) in
            projection
                .variance
                .iter()
                .zip([1.0 - 1.0 / 6.0, 2.0 - 4.0 / 6.0, 3.0 - 9.0 / 6.0])
        {
            assert!((found - expected).abs() < 1e-12, "{projection:?}");
        }
    }
}
