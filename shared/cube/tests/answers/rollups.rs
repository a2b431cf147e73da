//! Answers from roll-ups are those from facts, to the last bit, whatever came before or after the
//! roll-ups were made.

use crate::world::{Dice, World};
use cube::{Answer, Cube, DictionaryChunk, Query, RollupUse, Segment};
use model::schema::Dimension;
use proptest::prelude::*;

/// The answers of both cubes, which must be the same; says whether a roll-up took part.
fn agree(rolled: &Cube, plain: &Cube, query: &Query) -> bool {
    let (one, mut other) = (rolled.answer(query), plain.answer(query));
    let Ok(Answer { explain, .. }) = &one else {
        assert_eq!(one, other);
        return false;
    };
    if let Ok(other) = &mut other {
        assert!(other.explain.rollups.is_empty());
        other.explain = explain.clone();
    }
    assert_eq!(one, other, "{query:?}");
    !explain.rollups.is_empty()
}

fn check(world: u64, cut: u64, first: u64) -> usize {
    let world = World::new(world);
    let (mut rolled, mut plain) = (world.empty_cube(), world.empty_cube());
    rolled.set_rollups(RollupUse::Always);
    plain.set_rollups(RollupUse::Never);
    let mut used = 0;
    let mut ask = |rolled: &Cube, plain: &Cube| {
        for number in 0..6 {
            let query = world.query(first.wrapping_add(number));
            used += usize::from(agree(rolled, plain, &query));
        }
    };
    let segments = world.segments(cut);
    let mut dice = Dice(first);
    let late = |id: &kernel::Hash256| id.to_string().as_bytes()[0].is_multiple_of(3);
    for is_late in [false, true] {
        for (id, bytes) in segments.iter().filter(|(id, _)| late(id) == is_late) {
            for cube in [&mut rolled, &mut plain] {
                let segment = Segment::open(bytes.as_slice()).expect("just written");
                cube.add_segment(*id, segment);
            }
        }
        ask(&rolled, &plain);
    }
    for (id, _) in segments.iter().filter(|_| dice.one_in(4)) {
        assert_eq!(rolled.remove_segment(*id), plain.remove_segment(*id));
    }
    ask(&rolled, &plain);
    // Products move to other categories.
    let mut entries = world.entries[&Dimension::Product].clone();
    entries
        .iter_mut()
        .for_each(|entry| entry.parent = (entry.parent + 1) % 4);
    let chunk = DictionaryChunk {
        dimension: Dimension::Product,
        first_code: 1,
        entries,
    };
    for cube in [&mut rolled, &mut plain] {
        cube.extend_dictionary(&chunk).expect("known members");
    }
    ask(&rolled, &plain);
    used
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn roll_ups_answer_as_facts_do(world in any::<u64>(), cut in any::<u64>(), first in any::<u64>()) {
        check(world, cut, first);
    }
}

#[test]
fn roll_ups_take_part() {
    let used: usize = (0..20)
        .map(|seed| check(seed, seed ^ 7, seed * 1_000))
        .sum();
    assert!(used > 100, "{used}");
}
