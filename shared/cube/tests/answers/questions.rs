//! Every answer equals the one from a plain walk over the rows, however the facts are cut into
//! segments.

use crate::naive::{Naive, PlainRow};
use crate::world::World;
use cube::{Answer, Cube, Query};
use proptest::prelude::*;

fn plain(answer: &Answer) -> (Vec<PlainRow>, PlainRow, Vec<Vec<PlainRow>>) {
    let rows = |rows: &[cube::Row]| rows.iter().map(PlainRow::from).collect::<Vec<_>>();
    let subtotals = answer.subtotals.iter().map(|level| rows(level)).collect();
    (rows(&answer.rows), PlainRow::from(&answer.total), subtotals)
}

fn agree(world: &World, cube: &Cube, query: &Query) -> Answer {
    let answer = cube.answer(query).expect("a valid question");
    let (rows, total, subtotals) = plain(&answer);
    let expected = Naive::new(world, query).answer();
    assert_eq!(total, expected.1, "total of {query:?}");
    assert_eq!(rows, expected.0, "rows of {query:?}");
    assert_eq!(subtotals, expected.2, "subtotals of {query:?}");
    answer
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn random_questions_about_random_companies(world in any::<u64>(), cut in any::<u64>(), first in any::<u64>()) {
        let world = World::new(world);
        let (cube, other_cut) = (world.cube(cut), world.cube(cut ^ 1));
        for number in 0..4 {
            let query = world.query(first.wrapping_add(number));
            let answer = agree(&world, &cube, &query);
            let mut other = other_cut.answer(&query).expect("a valid question");
            other.explain = answer.explain.clone();
            prop_assert_eq!(other, answer, "cut otherwise");
        }
    }
}
