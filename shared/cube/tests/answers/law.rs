//! One law for every metric of the catalogue, so for every aggregate that any of them is made of: facts
//! in two halves taken in either order, one after the other into open views, from roll-ups, all at once
//! from segments cut otherwise, and a plain walk over the rows give the same.

use std::collections::BTreeSet;

use crate::naive::{Naive, PlainRow};
use crate::world::{GROUPABLE, World};
use cube::{Answer, Cube, Query, RollupUse, Segment, View};
use model::metrics::{Computed, MetricId, Part};
use proptest::prelude::*;

type Told = (Vec<PlainRow>, PlainRow);

fn told(answer: &Answer) -> Told {
    let rows = answer.rows.iter().map(PlainRow::from).collect();
    (rows, PlainRow::from(&answer.total))
}

/// A question about all metrics of a part of the catalogue, grouped in some way.
fn questions(world: &World, seed: u64) -> Vec<Query> {
    let number = seed as usize;
    let dimension = GROUPABLE[number % GROUPABLE.len()];
    let group_by = if number.is_multiple_of(5) {
        vec![]
    } else {
        vec![dimension]
    };
    let of = |metrics: &[MetricId]| Query {
        metrics: metrics.to_vec(),
        group_by: group_by.clone(),
        sort: None,
        derived: Vec::new(),
        bounds: Vec::new(),
        top: None,
        subtotals: false,
        fill_gaps: false,
        ..world.query(seed)
    };
    MetricId::ALL.chunks(Query::METRICS_MAX).map(of).collect()
}

/// The answers of views that see one half of the segments after the other.
fn in_halves(world: &World, cut: u64, queries: &[Query], first: usize) -> Vec<Told> {
    let mut cube: Cube = world.empty_cube();
    let mut views: Vec<View> = queries.iter().cloned().map(View::new).collect();
    let segments = world.segments(cut);
    for half in [first, 1 - first] {
        let own = segments.iter().enumerate().filter(|(at, _)| at % 2 == half);
        for (_, (id, bytes)) in own {
            cube.add_segment(*id, Segment::open(bytes.as_slice()).expect("just written"));
        }
        for view in &mut views {
            view.answer(&cube).expect("a valid question");
        }
    }
    let answers = views
        .iter_mut()
        .map(|view| view.answer(&cube).expect("a valid question"));
    answers.map(|answer| told(&answer)).collect()
}

/// Whether the cube has what a metric is made of.
fn is_computable(metric: MetricId) -> bool {
    let is_known = |part: &Part| match part {
        Part::Sum(..) | Part::Closing(..) | Part::Distinct(..) | Part::Days => true,
        Part::Computed(computed) => matches!(
            computed,
            Computed::NetRevenueCompared
                | Computed::NetRevenueConcentration
                | Computed::NewCustomers
                | Computed::RepeatCustomers
                | Computed::OrderValueMedianMinor
                | Computed::OrderValueP90Minor
                | Computed::OrderCycleMedianDays
                | Computed::OrderCycleP90Days
        ),
        Part::External(_) => false,
    };
    metric.metric().parts().iter().all(is_known)
}

/// Holds the law over one world; gives the metrics that had a value.
fn check(world: u64, cut: u64, seed: u64) -> BTreeSet<MetricId> {
    let world = World::new(world);
    let queries = questions(&world, seed);
    let naive: Vec<Told> = queries
        .iter()
        .map(|query| {
            let (rows, total, _) = Naive::new(&world, query).answer();
            (rows, total)
        })
        .collect();
    assert_eq!(&in_halves(&world, cut, &queries, 0), &naive);
    assert_eq!(&in_halves(&world, cut, &queries, 1), &naive);
    for rollups in [RollupUse::Always, RollupUse::Never] {
        let mut whole = world.cube(cut ^ 3);
        whole.set_rollups(rollups);
        let answers = queries
            .iter()
            .map(|query| whole.answer(query).expect("a valid question"));
        let answers: Vec<Told> = answers.map(|answer| told(&answer)).collect();
        assert_eq!(&answers, &naive);
    }
    let with_value = |(query, (rows, total)): (&Query, &Told)| {
        let values = |row: &PlainRow| row.values.clone().into_iter().zip(query.metrics.clone());
        let all = rows.iter().chain([total]).flat_map(values);
        all.filter_map(|(value, metric)| value.map(|_| metric))
            .collect::<BTreeSet<_>>()
    };
    queries.iter().zip(&naive).flat_map(with_value).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn all_ways_to_every_metric_are_one(world in any::<u64>(), cut in any::<u64>(), seed in any::<u64>()) {
        check(world, cut, seed);
    }
}

#[test]
fn no_metric_is_without_a_value_everywhere() {
    let expected: BTreeSet<MetricId> = MetricId::ALL
        .iter()
        .copied()
        .filter(|metric| is_computable(*metric))
        .collect();
    assert!(expected.len() > 60, "{}", expected.len());
    let mut found = BTreeSet::new();
    for seed in 0..200 {
        found.extend(check(seed, seed ^ 5, seed * 31));
        if found == expected {
            return;
        }
    }
    let without: BTreeSet<_> = expected.difference(&found).collect();
    panic!("no value of {without:?}, or values of too many: {found:?}");
}
