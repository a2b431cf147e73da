//! A view says what a new question would, whatever has happened since it was last asked.

use crate::world::{Dice, World};
use cube::{Answer, Cube, DictionaryChunk, Explain, Segment, View};
use kernel::DateRange;
use model::schema::Dimension;
use proptest::prelude::*;

fn without_explain(mut answer: Answer) -> Answer {
    answer.explain = Explain::default();
    answer
}

/// Asks all views and as many new questions; says how many views were brought up to date.
fn agree(cube: &Cube, views: &mut [View]) -> usize {
    let mut kept = 0;
    for view in views {
        let (one, other) = (view.answer(cube), cube.answer(view.query()));
        kept += usize::from(one.as_ref().is_ok_and(|answer| answer.explain.kept));
        let query = view.query();
        assert_eq!(
            one.map(without_explain),
            other.map(without_explain),
            "{query:?}"
        );
    }
    kept
}

fn moved(range: DateRange, dice: &mut Dice) -> DateRange {
    let mut days = |date: kernel::Date| date.add_days(dice.below(7) as i32 - 3).expect("in range");
    let (from, to) = (days(range.from()), days(range.to()));
    DateRange::new(from.min(to), to.max(from)).expect("in order")
}

fn check(world: u64, cut: u64, first: u64) -> usize {
    let world = World::new(world);
    let mut dice = Dice(first);
    let mut cube = world.empty_cube();
    let question = |number| View::new(world.query(first.wrapping_add(number)));
    let mut views: Vec<View> = (0..6).map(question).collect();
    let mut segments = world.segments(cut);
    let mut kept = agree(&cube, &mut views);
    for _ in 0..6 {
        for _ in 0..dice.below(1 + segments.len() as u64) {
            let at = dice.below(segments.len() as u64) as usize;
            let (id, bytes) = segments.swap_remove(at);
            cube.add_segment(id, Segment::open(bytes).expect("just written"));
        }
        kept += agree(&cube, &mut views);
        for view in &mut views {
            view.move_to(moved(view.query().range, &mut dice));
        }
        kept += agree(&cube, &mut views);
    }
    let ids: Vec<_> = cube.segment_ids().filter(|_| dice.one_in(4)).collect();
    for id in ids {
        assert!(cube.remove_segment(id));
    }
    kept += agree(&cube, &mut views);
    let mut entries = world.entries[&Dimension::Product].clone();
    entries
        .iter_mut()
        .for_each(|entry| entry.parent = (entry.parent + 1) % 4);
    let chunk = DictionaryChunk {
        dimension: Dimension::Product,
        first_code: 1,
        entries,
    };
    cube.extend_dictionary(&chunk).expect("known members");
    let answered = agree(&cube, &mut views);
    cube.extend_dictionary(&chunk).expect("the same members");
    // What is known already turns nothing over.
    assert!(agree(&cube, &mut views) >= answered);
    let other = world.cube(cut);
    assert_eq!(agree(&other, &mut views), 0, "another cube is asked anew");
    kept
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn views_answer_as_new_questions_do(world in any::<u64>(), cut in any::<u64>(), first in any::<u64>()) {
        check(world, cut, first);
    }
}

#[test]
fn views_are_brought_up_to_date() {
    let kept: usize = (0..20)
        .map(|seed| check(seed, seed ^ 7, seed * 1_000))
        .sum();
    assert!(kept > 400, "{kept}");
}
