//! Reconciled forecasts against hierarchicalforecast 1.5.3 (`golden/reconcile.py` says how they were made).

use forecast::{Base, Hierarchy, Reconciliation, Step, reconcile};

fn numbers(text: &str) -> Vec<f64> {
    let values = text.split(',').map(|value| value.parse());
    values.map(|value| value.expect("a number")).collect()
}

#[test]
fn means_are_those_of_another_implementation() {
    let mut checked = 0;
    for line in include_str!("golden/reconcile.txt").lines() {
        let mut parts = line.split('\t');
        let mut part = || parts.next().expect("three parts and answers");
        let parents: Vec<Option<usize>> = part().split(',').map(|p| p.parse().ok()).collect();
        let tree = Hierarchy::from_parents(&parents).expect("a tree");
        let step = |mean: &f64| {
            let (mean, median) = (*mean, *mean);
            vec![Step {
                mean,
                median,
                intervals: vec![],
            }]
        };
        let means: Vec<Vec<Step>> = numbers(part()).iter().map(step).collect();
        let errors: Vec<Vec<f64>> = part().split(';').map(numbers).collect();
        let base: Vec<Base<'_>> = means
            .iter()
            .zip(&errors)
            .map(|(steps, errors)| Base { steps, errors })
            .collect();
        for answer in parts {
            let (name, expected) = answer.split_once('=').expect("a name");
            let (kind, non_negative) = match name.strip_suffix(" non-negative") {
                Some(kind) => (kind, true),
                None => (name, false),
            };
            let kind = format!("\"{kind}\"");
            let method: Reconciliation = serde_json::from_str(&kind).expect("a method");
            let found = reconcile(&tree, &base, method, non_negative).expect("sound forecasts");
            assert_eq!(found.method, method);
            for (steps, expected) in found.nodes.iter().zip(numbers(expected)) {
                let mean = steps[0].mean;
                let apart = (mean - expected).abs() / expected.abs().max(1.0);
                assert!(apart < 1e-6, "{name}: {mean} {expected}");
                checked += 1;
            }
        }
    }
    assert_eq!(checked, 9 * (7 + 16 + 21 + 16));
}
