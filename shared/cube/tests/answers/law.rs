//! One law for every metric of the catalogue, so for every aggregate that any of them is made of: facts
//! in two halves taken in either order, one after the other into open views, from roll-ups, all at once
//! from segments cut otherwise, and a plain walk over the rows give the same.

use crate::naive::{Naive, PlainRow};
use crate::world::{GROUPABLE, World};
use cube::{Answer, Cube, Query, RollupUse, Segment, View};
use model::metrics::MetricId;
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

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn all_ways_to_every_metric_are_one(world in any::<u64>(), cut in any::<u64>(), seed in any::<u64>()) {
        let world = World::new(world);
        let queries = questions(&world, seed);
        let naive: Vec<Told> = queries
            .iter()
            .map(|query| {
                let (rows, total, _) = Naive::new(&world, query).answer();
                (rows, total)
            })
            .collect();
        prop_assert_eq!(&in_halves(&world, cut, &queries, 0), &naive);
        prop_assert_eq!(&in_halves(&world, cut, &queries, 1), &naive);
        for rollups in [RollupUse::Always, RollupUse::Never] {
            let mut whole = world.cube(cut ^ 3);
            whole.set_rollups(rollups);
            let answers = queries.iter().map(|query| whole.answer(query).expect("a valid question"));
            let answers: Vec<Told> = answers.map(|answer| told(&answer)).collect();
            prop_assert_eq!(&answers, &naive);
        }
    }
}
