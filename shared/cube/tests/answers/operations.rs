//! Roll-up, drill-down, slice and dice: what a member holds is what its row said, all the way up and down.

use crate::world::{Dice, World};
use cube::{Cube, Derived, Filter, Query};
use kernel::DateRange;
use model::metrics::MetricId;
use model::schema::Dimension;

const LADDERS: [&[Dimension]; 3] = [
    &[Dimension::Product, Dimension::Category],
    &[Dimension::City, Dimension::Country],
    &[
        Dimension::Day,
        Dimension::Week,
        Dimension::Month,
        Dimension::Quarter,
        Dimension::Year,
    ],
];

/// Every row's figure is the total of the question about its member.
fn check_rows(cube: &Cube, query: &Query, dimension: Dimension, is_nested: bool) -> usize {
    let answer = cube.answer(query).expect("a valid question");
    let at = query
        .group_by
        .iter()
        .position(|it| *it == dimension)
        .expect("grouped by");
    for row in answer.rows.iter().filter(|_| query.group_by.len() == 1) {
        let key = &row.members[at].key;
        let slice = cube
            .answer(&query.sliced(dimension, key))
            .expect("a valid question");
        assert_eq!(slice.total.values, row.values, "{key}: {query:?}");
        let down = query.drilled_down(dimension, key);
        assert_eq!(down.group_by.first().copied(), dimension.child());
        let down = cube.answer(&down).expect("a valid question");
        // A week may lie in two months: the rows of a month are the parts of its weeks in it.
        assert_eq!(down.total.values, row.values, "{key}: {query:?}");
    }
    let keys: Vec<String> = answer
        .rows
        .iter()
        .map(|row| row.members[at].key.clone())
        .collect();
    if is_nested && !keys.is_empty() {
        let whole = cube
            .answer(&query.diced(dimension, keys))
            .expect("a valid question");
        assert_eq!(whole.total.values, answer.total.values);
    }
    answer.rows.len()
}

#[test]
fn members_hold_what_their_rows_say() {
    let metrics = [
        MetricId::Gmv,
        MetricId::Orders,
        MetricId::GrossMarginPercent,
    ];
    let mut rows = 0;
    for seed in 0..40 {
        let world = World::new(seed);
        let cube = world.cube(seed);
        let range = world.range(&mut Dice(seed));
        for ladder in LADDERS {
            let mut query = Query {
                group_by: vec![ladder[0]],
                ..Query::of_all(metrics.to_vec(), range)
            };
            for (&dimension, above) in ladder.iter().zip(1..) {
                assert_eq!(query.group_by, [dimension]);
                rows += check_rows(&cube, &query, dimension, true);
                query = query.rolled_up(dimension);
                assert_eq!(query.group_by.first(), ladder.get(above));
            }
        }
    }
    assert!(rows > 500, "{rows}");
}

#[test]
fn what_no_longer_fits_is_left_out() {
    let world = World::new(3);
    let cube = world.cube(3);
    let metric = 0;
    let query = Query {
        group_by: vec![Dimension::Channel, Dimension::Month],
        derived: vec![Derived::Cumulative { metric }, Derived::Rank { metric }],
        fill_gaps: true,
        ..Query::of(MetricId::Gmv, world.range(&mut Dice(3)))
    };
    let slice = query.sliced(Dimension::Month, "2025-06-01");
    assert_eq!(slice.group_by, [Dimension::Channel]);
    assert_eq!((slice.derived.len(), slice.fill_gaps), (1, false));
    cube.answer(&slice).expect("a valid question");
    let other = slice.sliced(Dimension::Month, "2025-07-01");
    assert_eq!(
        other.filters.len(),
        1,
        "one month takes the place of the other"
    );
    let both = other.diced(Dimension::Channel, vec!["a".into(), "b".into()]);
    assert!(matches!(&both.filters[1], Filter::In { members, .. } if members.len() == 2));
    assert_eq!(
        query.rolled_up(Dimension::Channel).group_by,
        [Dimension::Month]
    );
    assert_eq!(query.rolled_up(Dimension::Product), query);
    let two = Query {
        group_by: vec![Dimension::Day, Dimension::Week],
        fill_gaps: false,
        derived: Vec::new(),
        ..query
    };
    assert_eq!(two.rolled_up(Dimension::Day).group_by, [Dimension::Week]);
}

/// A month zoomed into has the rows of the month drilled into, and its range besides.
#[test]
fn zooming_into_a_period_is_drilling_into_it() {
    let mut rows = 0;
    for seed in 0..120 {
        let world = World::new(seed);
        let cube = world.cube(seed);
        let range = world.range(&mut Dice(seed));
        let query = Query {
            group_by: vec![Dimension::Month],
            ..Query::of(MetricId::Gmv, range)
        };
        for row in cube.answer(&query).expect("a valid question").rows {
            let month = row.members[0].key.parse::<kernel::Date>().expect("a date");
            let days = DateRange::new(month, month.last_of_month()).expect("in order");
            let zoomed = query.zoomed_in(Dimension::Month, days);
            let drilled = query.drilled_down(Dimension::Month, &row.members[0].key);
            assert_eq!(zoomed.group_by, [Dimension::Week]);
            let (zoomed, drilled) = (cube.answer(&zoomed), cube.answer(&drilled));
            let (zoomed, drilled) = (zoomed.expect("an answer"), drilled.expect("an answer"));
            assert_eq!(zoomed.total.values, drilled.total.values);
            let values = |answer: &cube::Answer| -> Vec<_> {
                answer.rows.iter().map(|row| row.values.clone()).collect()
            };
            assert_eq!(values(&zoomed), values(&drilled));
            rows += zoomed.rows.len();
        }
    }
    assert!(rows > 100, "{rows}");
}

#[test]
fn drilling_up_takes_a_drill_back() {
    let world = World::new(5);
    let query = Query {
        group_by: vec![Dimension::Category, Dimension::Month],
        ..Query::of(MetricId::Gmv, world.range(&mut Dice(5)))
    };
    let down = query.drilled_down(Dimension::Category, "toys");
    assert_eq!(down.group_by, [Dimension::Product, Dimension::Month]);
    assert_eq!(down.drilled_up(Dimension::Category), query);
    let some = query.diced(Dimension::Channel, vec!["a".into()]);
    assert_eq!(some.drilled_up(Dimension::Channel), query);
    assert_eq!(query.drilled_up(Dimension::Country), query);
}
