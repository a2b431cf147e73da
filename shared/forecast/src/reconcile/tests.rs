//! What holds for any hierarchy, and a large one.

use super::*;
use crate::noise::noise;
use crate::{Interval, Options, PastErrors, Series, forecast_with_errors};
use proptest::prelude::*;

fn step(mean: f64, width: f64) -> Step {
    let interval = |level: f64, width: f64| Interval {
        level,
        lower: mean - width,
        upper: mean + width,
    };
    Step {
        mean,
        median: mean,
        intervals: vec![interval(0.8, width), interval(0.95, 1.5 * width)],
    }
}

/// Reconciles one step a node.
fn solved(
    tree: &Hierarchy,
    means: &[f64],
    errors: &[Vec<f64>],
    method: Reconciliation,
    non_negative: bool,
) -> Reconciled {
    let steps: Vec<Vec<Step>> = means.iter().map(|&mean| vec![step(mean, 1.0)]).collect();
    let base: Vec<Base<'_>> = steps
        .iter()
        .zip(errors)
        .map(|(steps, errors)| Base { steps, errors })
        .collect();
    reconcile(tree, &base, method, non_negative).expect("sound forecasts")
}

fn first_means(answer: &Reconciled) -> Vec<f64> {
    answer.nodes.iter().map(|steps| steps[0].mean).collect()
}

const METHODS: [Reconciliation; 5] = [
    Reconciliation::MinTrace,
    Reconciliation::Variances,
    Reconciliation::Structural,
    Reconciliation::Ordinary,
    Reconciliation::BottomUp,
];

/// A tree of any shape with a mean and 20 errors for each node.
fn any_case() -> impl Strategy<Value = (Vec<Option<usize>>, Vec<f64>, usize)> {
    (2..40_usize, 0..1_000_usize).prop_flat_map(|(nodes, seed)| {
        let parents: Vec<BoxedStrategy<Option<usize>>> = (0..nodes)
            .map(|node| match node {
                0 => Just(None).boxed(),
                node => (0..node).prop_map(Some).boxed(),
            })
            .collect();
        let means = prop::collection::vec(-100.0..1_000.0_f64, nodes);
        (parents, means, Just(seed))
    })
}

fn errors_of(nodes: usize, seed: usize) -> Vec<Vec<f64>> {
    let row = |node: usize| {
        let size = 1.0 + (node % 5) as f64;
        (0..20).map(move |t| size * (noise(seed + t) + 2.0 * noise(seed + 1_000 * (node + 1) + t)))
    };
    (0..nodes).map(|node| row(node).collect()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn parts_add_up_and_what_adds_up_stays((parents, means, seed) in any_case()) {
        let tree = Hierarchy::from_parents(&parents).expect("a tree");
        let errors = errors_of(tree.len(), seed);
        for method in METHODS {
            for non_negative in [false, true] {
                let found = first_means(&solved(&tree, &means, &errors, method, non_negative));
                let sums = tree.add_up(&found);
                for (value, sum) in found.iter().zip(&sums) {
                    prop_assert!((value - sum).abs() < 1e-9, "{method:?}: {value} {sum}");
                    prop_assert!(!non_negative || *value >= 0.0);
                }
                let again = first_means(&solved(&tree, &found, &errors, method, non_negative));
                for (value, again) in found.iter().zip(&again) {
                    prop_assert!((value - again).abs() < 1e-6, "{method:?}: {value} {again}");
                }
            }
        }
    }

    #[test]
    fn whole_units_add_up_exactly((parents, means, _) in any_case(), factor in 0.001..100.0_f64) {
        let tree = Hierarchy::from_parents(&parents).expect("a tree");
        let values: Vec<f64> = means.iter().map(|mean| mean * factor).collect();
        for values in [tree.add_up(&values), tree.add_up(&values.iter().map(|v| v.abs()).collect::<Vec<_>>())] {
            let whole = tree.in_whole_units(&values).expect("small values");
            let depth = |mut node: usize| {
                let mut depth = 1.0;
                while let Some(parent) = tree.parent(node) {
                    node = parent;
                    depth += 1.0;
                }
                depth
            };
            for node in 0..tree.len() {
                if !tree.children(node).is_empty() {
                    let sum: i64 = tree.children(node).iter().map(|&child| whole[child]).sum();
                    prop_assert_eq!(sum, whole[node]);
                }
                prop_assert!((whole[node] as f64 - values[node]).abs() < depth(node) + 1e-6);
                prop_assert!(values[node] < 0.0 || whole[node] >= 0, "{} {}", values[node], whole[node]);
            }
        }
    }

    /// The conditions of Karush, Kuhn and Tucker: no feasible direction lowers the weighted distance.
    #[test]
    fn held_at_zero_nothing_nearer_is_left((parents, means, _) in any_case()) {
        let tree = Hierarchy::from_parents(&parents).expect("a tree");
        let none = vec![vec![]; tree.len()];
        let found = first_means(&solved(&tree, &means, &none, Reconciliation::Structural, true));
        let below = tree.add_up(&vec![1.0; tree.len()]);
        for leaf in tree.leaves() {
            let way = std::iter::successors(Some(leaf), |&node| tree.parent(node));
            let slope: f64 = way.map(|node| (found[node] - means[node]) / below[node]).sum();
            if found[leaf] > 1e-9 {
                prop_assert!(slope.abs() < 1e-6, "{leaf}: {slope}");
            } else {
                prop_assert!(slope > -1e-6, "{leaf} at 0: {slope}");
            }
        }
    }
}

/// Variances of reconciled forecasts are those that simulated errors have.
#[test]
fn intervals_are_as_wide_as_the_reconciled_errors() {
    let parents = [None, Some(0), Some(0), Some(1), Some(1), Some(2), Some(2)];
    let tree = Hierarchy::from_parents(&parents).expect("a tree");
    let errors = errors_of(7, 3);
    // Scaled so that each node's own mean square is that of its interval.
    for method in METHODS {
        let zero = solved(&tree, &[0.0; 7], &errors, method, false);
        let widths: Vec<f64> = zero
            .nodes
            .iter()
            .map(|steps| steps[0].intervals[0].upper)
            .collect();
        // Reconciling every past error: as the method is linear, their spread is what is left; the shrunk
        // part is the same with each node's errors apart.
        let spread = Spread::of(&errors, &[1.0; 7], true);
        let mut expected = [0.0; 7];
        let mut add = |errors: &[f64]| {
            let found = first_means(&solved(
                &tree,
                errors,
                &self::errors_of(7, 3),
                method,
                false,
            ));
            expected
                .iter_mut()
                .zip(found)
                .for_each(|(sum, error)| *sum += error * error);
        };
        for column in 0..spread.columns {
            let at = |node: usize| spread.shared[node * spread.columns + column];
            add(&(0..7).map(at).collect::<Vec<f64>>());
        }
        for node in 0..7 {
            let mut alone = [0.0; 7];
            alone[node] = spread.own[node].sqrt();
            add(&alone);
        }
        for ((width, expected), own) in widths.iter().zip(expected).zip(spread.variances()) {
            let factor = (expected / own).sqrt();
            assert!(
                (width - factor).abs() < 1e-6,
                "{method:?}: {width} {factor}"
            );
        }
    }
}

#[test]
fn a_thousand_products_of_five_channels_add_up() {
    let channels = 5;
    let categories = 12;
    let mut parents = vec![None];
    parents.extend((0..channels).map(|_| Some(0)));
    parents.extend((0..channels * categories).map(|category| Some(1 + category / categories)));
    parents
        .extend((0..1_000).map(|product| Some(1 + channels + product % (channels * categories))));
    let tree = Hierarchy::from_parents(&parents).expect("a tree");
    let mut means: Vec<f64> = (0..tree.len())
        .map(|node| 40.0 * noise(node) + 15.0)
        .collect();
    means = tree.add_up(&means);
    let off: Vec<f64> = means
        .iter()
        .enumerate()
        .map(|(n, m)| m * (1.0 + 0.1 * noise(7 * n)))
        .collect();
    let row = |node: usize| {
        (0..180)
            .map(move |t| noise(t) + 3.0 * noise(node * 500 + t))
            .collect()
    };
    let errors: Vec<Vec<f64>> = (0..tree.len()).map(row).collect();
    let answer = solved(&tree, &off, &errors, Reconciliation::MinTrace, true);
    let found = first_means(&answer);
    assert!(found.iter().all(|value| *value >= 0.0));
    let whole = tree.in_whole_units(&found).expect("small values");
    let leaves: i64 = tree.leaves().map(|leaf| whole[leaf]).sum();
    assert_eq!(leaves, whole[0]);
    assert!(answer.shrinkage.is_some_and(|s| s > 0.0 && s < 1.0));
}

/// From series to reconciled forecasts: better on the whole than each by itself, on made-up products that
/// share what moves them.
#[test]
fn reconciled_forecasts_of_products_are_closer_to_what_comes() {
    let parents = [
        None,
        Some(0),
        Some(0),
        Some(1),
        Some(1),
        Some(1),
        Some(2),
        Some(2),
        Some(2),
    ];
    let tree = Hierarchy::from_parents(&parents).expect("a tree");
    let shared: Vec<f64> = (0..130)
        .scan(0.0, |level, t| {
            *level += noise(t);
            Some(*level)
        })
        .collect();
    let value = |node: usize, t: usize| {
        let week = [0.0, 0.0, 1.0, 1.0, 3.0, 6.0, 4.0][t % 7];
        40.0 + 3.0 * shared[t] + 2.0 * week + 25.0 * noise(10_000 * node + t)
    };
    let rows: Vec<f64> = (0..9)
        .flat_map(|node| (0..130).map(move |t| value(node, t)))
        .collect();
    let mut sums = rows;
    tree.sum_rows(&mut sums, 130);
    let options = Options {
        horizon: 10,
        non_negative: true,
        ..Options::default()
    };
    let answers: Vec<_> = sums
        .chunks_exact(130)
        .map(|row| {
            let series = Series::new(row[..120].to_vec(), vec![7]).expect("valid");
            forecast_with_errors(&series, &options).expect("valid options")
        })
        .collect();
    let (forecasts, errors): (Vec<_>, Vec<PastErrors>) = answers.into_iter().unzip();
    let errors = PastErrors::aligned(&errors);
    assert!(
        errors
            .iter()
            .all(|row| row.len() == errors[0].len() && row.len() >= 20)
    );
    let base: Vec<Base<'_>> = forecasts
        .iter()
        .zip(&errors)
        .map(|(forecast, errors)| Base {
            steps: &forecast.steps,
            errors,
        })
        .collect();
    let answer = reconcile(&tree, &base, Reconciliation::MinTrace, true).expect("sound");
    let missed = |steps: &dyn Fn(usize, usize) -> f64| -> f64 {
        let error = |node: usize, h: usize| (steps(node, h) - sums[node * 130 + 120 + h]).abs();
        (0..9)
            .map(|node| (0..10).map(|h| error(node, h)).sum::<f64>())
            .sum()
    };
    let before = missed(&|node, h| base[node].steps[h].mean);
    let after = missed(&|node, h| answer.nodes[node][h].mean);
    assert!(after < before, "{after} {before}");
}

#[test]
fn bad_input_says_what_is_wrong() {
    let tree = Hierarchy::from_parents(&[None, Some(0)]).expect("a tree");
    let (one, two) = ([step(1.0, 1.0)], [step(1.0, 1.0), step(2.0, 1.0)]);
    let base =
        |a: &'static [Step], b: &'static [Step]| [a, b].map(|steps| Base { steps, errors: &[] });
    let refused = |base: &[Base<'_>]| reconcile(&tree, base, Reconciliation::MinTrace, false).err();
    let (one, two): (&'static [Step], &'static [Step]) =
        (Vec::leak(one.to_vec()), Vec::leak(two.to_vec()));
    assert!(matches!(
        refused(&base(one, two)),
        Some(ReconcileError::Steps { node: 1, .. })
    ));
    assert!(matches!(
        refused(&base(&[], &[])),
        Some(ReconcileError::Steps { node: 0, .. })
    ));
    assert_eq!(
        refused(&[Base {
            steps: one,
            errors: &[]
        }]),
        Some(ReconcileError::Count { given: 1, nodes: 2 })
    );
    let broken: &'static [Step] = Vec::leak(vec![step(f64::NAN, 1.0)]);
    assert_eq!(
        refused(&base(one, broken)),
        Some(ReconcileError::NotFinite { node: 1, step: 0 })
    );
    assert!(tree.in_whole_units(&[1e16, 1e16]).is_err() && tree.in_whole_units(&[1.0]).is_err());
    // The ends of the range of numbers have an answer.
    for value in [1e308, 5e-324, 0.0] {
        for method in METHODS {
            let found = solved(
                &tree,
                &[value, -value],
                &[vec![0.0; 9], vec![value; 9]],
                method,
                true,
            );
            assert!(
                first_means(&found)
                    .iter()
                    .all(|v| v.is_finite() && *v >= 0.0)
            );
        }
    }
}
