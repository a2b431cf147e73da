//! Kept roll-ups in the place of segments that are not here: what they answer is what the facts answer, to the
//! last bit; what they cannot answer is said to need the facts.

use std::collections::BTreeMap;

use crate::world::{Dice, World};
use cube::{
    Cube, DictionaryChunk, Query, QueryError, RollupBuilder, RollupFile, RollupUse, Segment,
};
use kernel::{Date, Hash256};
use model::schema::{DataSet, Dimension};
use proptest::prelude::*;

type Place = (DataSet, Date, u32);

/// Segments by place, opened when asked for.
fn places(world: &World, cut: u64) -> BTreeMap<Place, Vec<(Hash256, Vec<u8>)>> {
    let mut places: BTreeMap<Place, Vec<_>> = BTreeMap::new();
    for (id, bytes) in world.segments(cut) {
        let segment = open(&bytes);
        let place = (segment.data_set(), segment.month(), segment.channel());
        places.entry(place).or_default().push((id, bytes));
    }
    places
}

fn open(bytes: &[u8]) -> Segment {
    Segment::open(bytes).expect("just written")
}

/// By product code, the code of its category.
fn categories(world: &World) -> Vec<u32> {
    let entries = world.entries[&Dimension::Product].iter();
    std::iter::once(0)
        .chain(entries.map(|entry| entry.parent))
        .collect()
}

/// A roll-up of some segments with every table that there can be.
fn rolled_up(place: Place, segments: &[(Hash256, Vec<u8>)], categories: &[u32]) -> Option<Vec<u8>> {
    let mut builder = RollupBuilder::new(place.0, place.1, place.2, categories);
    for (id, bytes) in segments {
        builder
            .add(*id, &open(bytes))
            .expect("a segment of the place");
    }
    builder.finish_all()
}

/// What became of questions: answered from roll-ups, told to need facts.
#[derive(Default)]
struct Seen {
    rolled: usize,
    refused: usize,
}

fn ask(standing: &Cube, plain: &Cube, query: &Query, seen: &mut Seen) {
    let (one, mut other) = (standing.answer(query), plain.answer(query));
    match &one {
        Err(QueryError::LinesNotHere { .. }) => seen.refused += 1,
        Err(_) => assert_eq!(one, other),
        Ok(answer) => {
            if let Ok(other) = &mut other {
                other.explain = answer.explain.clone();
            }
            assert_eq!(one, other, "{query:?}");
            seen.rolled += usize::from(!answer.explain.rollups.is_empty());
        }
    }
}

fn check(world: u64, cut: u64, first: u64, seen: &mut Seen) {
    let world = World::new(world);
    let (mut standing, mut plain) = (world.empty_cube(), world.cube(cut));
    plain.set_rollups(RollupUse::Never);
    let mut dice = Dice(first);
    let mut stand_ins = Vec::new();
    for (number, (place, segments)) in (0..).zip(places(&world, cut)) {
        // Of some places all segments are here, of some a part, of some none.
        let share = dice.pick(&[0, 1, 2, 2]);
        let (here, away) = segments.split_at(match share {
            0 => segments.len(),
            1 => segments.len() / 2,
            _ => 0,
        });
        for (id, bytes) in here {
            standing.add_segment(*id, open(bytes));
        }
        let Some(bytes) = rolled_up(place, away, &categories(&world)) else {
            for (id, bytes) in away {
                standing.add_segment(*id, open(bytes));
            }
            continue;
        };
        let file = RollupFile::open(&bytes).expect("just written");
        assert_eq!(file.sources().len(), away.len());
        assert_eq!((file.data_set(), file.month(), file.channel()), place);
        let mut id = [7; 32];
        id[..8].copy_from_slice(&u64::to_le_bytes(number));
        let id = Hash256::from_bytes(id);
        standing.add_rollup(id, file);
        stand_ins.push((id, away.to_vec()));
    }
    let all = |standing: &Cube, plain: &Cube, seen: &mut Seen| {
        for number in 0..6 {
            ask(
                standing,
                plain,
                &world.query(first.wrapping_add(number)),
                seen,
            );
            let fewer = Query {
                metrics: SUMS.to_vec(),
                derived: Vec::new(),
                sort: None,
                bounds: Vec::new(),
                ..world.query(first.wrapping_add(number))
            };
            ask(standing, plain, &fewer, seen);
        }
    };
    all(&standing, &plain, seen);
    // Products move to other categories: the sums by category are of no use any more.
    let mut entries = world.entries[&Dimension::Product].clone();
    entries
        .iter_mut()
        .for_each(|entry| entry.parent = (entry.parent + 1) % 4);
    let chunk = DictionaryChunk {
        dimension: Dimension::Product,
        first_code: 1,
        entries,
    };
    for cube in [&mut standing, &mut plain] {
        cube.extend_dictionary(&chunk).expect("known members");
    }
    all(&standing, &plain, seen);
    // The facts arrive.
    for (id, segments) in stand_ins {
        assert!(standing.remove_rollup(id));
        for (id, bytes) in segments {
            standing.add_segment(id, open(&bytes));
        }
    }
    let refused = seen.refused;
    all(&standing, &plain, seen);
    assert_eq!(seen.refused, refused);
}

/// Metrics of sums.
const SUMS: [model::metrics::MetricId; 4] = [
    model::metrics::MetricId::NetRevenue,
    model::metrics::MetricId::Gmv,
    model::metrics::MetricId::Units,
    model::metrics::MetricId::ReturnRate,
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn kept_roll_ups_answer_as_facts_do(world in any::<u64>(), cut in any::<u64>(), first in any::<u64>()) {
        check(world, cut, first, &mut Seen::default());
    }
}

#[test]
fn both_happen() {
    let mut seen = Seen::default();
    (0..20).for_each(|seed| check(seed, seed ^ 7, seed * 1_000, &mut seen));
    assert!(seen.rolled > 50, "{} rolled", seen.rolled);
    assert!(seen.refused > 50, "{} refused", seen.refused);
}
