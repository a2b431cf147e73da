//! What questions read: no more than they need, whatever else they are about.

use cube::{
    Answer, CalendarRules, Cube, DictionaryChunk, Entry, FactRow, Filter, Query, Rollup,
    RollupBuilder, RollupFile, RollupUse, Segment, SegmentError, SegmentWriter, View,
};
use kernel::{Date, DateRange, Hash256, WeekStart};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension, Measure};

const CHANNELS: u32 = 10;

/// A line of an order in November 2026.
#[derive(Clone, Copy)]
struct Line {
    day: u8,
    channel: u32,
    product: u32,
    customer: u32,
    order: u32,
}

/// One of a month of many lines.
const fn line(number: u32) -> Line {
    Line {
        day: 1 + (number % 28) as u8,
        channel: 1 + number % CHANNELS,
        product: 1 + number % 12,
        customer: 1 + number % 90,
        order: 1 + number / 2,
    }
}

fn month() -> DateRange {
    let day = |day| Date::from_ymd(2026, 11, day).expect("a date");
    DateRange::new(day(1), day(30)).expect("a range")
}

fn segment(channel: u32, lines: impl Iterator<Item = Line>) -> Segment {
    let first = month().from();
    let mut writer = SegmentWriter::new(DataSet::Sales, first, channel);
    for line in lines.filter(|it| it.channel == channel) {
        let code = |dimension: &Dimension| match dimension {
            Dimension::Day => first.days() as u32 + u32::from(line.day) - 1,
            Dimension::Channel => line.channel,
            Dimension::Product => line.product,
            Dimension::Customer => line.customer,
            Dimension::Order => line.order,
            _ => 0,
        };
        let measure = |measure: &Measure| match measure {
            Measure::Rows | Measure::PlacedUnits => Some(1),
            Measure::NetRevenueMinor => Some(i64::from(line.order) * 100 + i64::from(line.product)),
            _ => Some(0),
        };
        let fact = FactRow {
            codes: DataSet::Sales.dimensions().iter().map(code).collect(),
            measures: DataSet::Sales.measures().iter().map(measure).collect(),
        };
        writer.push(&fact).expect("a fact of this segment");
    }
    Segment::open(writer.finish()).expect("just written")
}

fn id(number: u8) -> Hash256 {
    Hash256::from_bytes([number; 32])
}

fn named(dimension: Dimension, first_code: u32, parents: &[u32]) -> DictionaryChunk {
    let entry = |(number, &parent): (u32, &u32)| Entry {
        key: format!("{dimension:?}-{number}"),
        label: String::new(),
        parent,
    };
    DictionaryChunk {
        dimension,
        first_code,
        entries: (first_code..).zip(parents).map(entry).collect(),
    }
}

/// Twelve products in thirty categories, and no facts.
fn empty() -> Cube {
    let mut cube = Cube::new(CalendarRules {
        week_start: WeekStart::Monday,
        fiscal_first_month: 1,
        today: month().to(),
    });
    let parents: Vec<u32> = (0..12).map(|product| 1 + product % 4).collect();
    for chunk in [
        named(Dimension::Category, 1, &[0; 30]),
        named(Dimension::Product, 1, &parents),
    ] {
        cube.extend_dictionary(&chunk).expect("first members");
    }
    cube
}

/// The same with `lines` lines.
fn full(lines: u32) -> Cube {
    let mut cube = empty();
    for channel in 1..=CHANNELS {
        cube.add_segment(id(channel as u8), segment(channel, (0..lines).map(line)));
    }
    cube
}

fn by(metric: MetricId, group_by: &[Dimension]) -> Query {
    Query {
        group_by: group_by.to_vec(),
        ..Query::of(metric, month())
    }
}

fn same_figures(one: &Answer, other: &Answer) {
    assert_eq!((&one.rows, &one.total), (&other.rows, &other.total));
}

#[test]
fn a_delta_with_new_orders_and_customers_is_read_alone() {
    let asked = [
        (MetricId::Orders, 1),
        (MetricId::Customers, 1),
        (MetricId::AverageOrderValue, 1),
        (MetricId::MedianOrderValue, 1),
        (MetricId::RepeatRate, 2),
    ];
    let groups: [&[Dimension]; 3] = [&[], &[Dimension::Channel], &[Dimension::Day]];
    let mut cube = full(3_000);
    let questions = || asked.iter().flat_map(|&it| groups.map(|by| (it, by)));
    let mut views: Vec<(View, u64)> = questions()
        .map(|((metric, passes), group_by)| (View::new(by(metric, group_by)), passes))
        .collect();
    for (view, _) in &mut views {
        assert!(!view.answer(&cube).expect("a question").explain.kept);
    }
    // 2,000 orders more than the cube has ever seen, 100 lines at a time.
    for delta in 0..20 {
        let new = (0..100).map(|number| Line {
            customer: 1_000 + delta * 100 + number,
            order: 2_000 + delta * 100 + number,
            channel: 3,
            ..line(number)
        });
        cube.add_segment(id(100 + delta as u8), segment(3, new));
        for (view, passes) in &mut views {
            let answer = view.answer(&cube).expect("a question");
            let query = view.query();
            assert!(answer.explain.kept, "{query:?}");
            // The sums, and each pass over orders and customers.
            let most = 100 * (1 + *passes);
            assert!(
                answer.explain.rows_read <= most,
                "{query:?}: {:?}",
                answer.explain
            );
            same_figures(&answer, &cube.answer(query).expect("a question"));
        }
    }
}

#[test]
fn products_tell_their_categories() {
    let (mut rolled, mut plain) = (full(3_000), full(3_000));
    rolled.set_rollups(RollupUse::Always);
    plain.set_rollups(RollupUse::Never);
    let of_category = |members: &[&str]| Filter::In {
        dimension: Dimension::Category,
        members: members.iter().map(|it| (*it).to_owned()).collect(),
    };
    let of_product = Filter::NotIn {
        dimension: Dimension::Product,
        members: vec!["Product-3".into()],
    };
    let queries = [
        Query {
            filters: vec![of_category(&["Category-2", "Category-3"])],
            ..by(MetricId::NetRevenue, &[Dimension::Product])
        },
        Query {
            filters: vec![of_category(&["Category-3"]), of_product],
            ..by(MetricId::NetRevenue, &[Dimension::Category])
        },
        by(
            MetricId::NetRevenue,
            &[Dimension::Category, Dimension::Product],
        ),
    ];
    for query in queries {
        let answer = rolled.answer(&query).expect("a question");
        let expected = plain.answer(&query).expect("a question");
        same_figures(&answer, &expected);
        assert!(expected.total.values[0].is_some() && !expected.rows.is_empty());
        assert_eq!(answer.explain.rows_read, 0, "{query:?}");
        assert_eq!(answer.explain.cells_read, 12, "{query:?}");
        assert_eq!(answer.explain.rollups, [(Rollup::MonthProduct, 1)].into());
    }
}

#[test]
fn the_roll_up_with_the_fewest_cells_is_read() {
    let mut cube = full(3_000);
    cube.set_rollups(RollupUse::Always);
    let used = |cube: &Cube, query: &Query| {
        let explain = cube.answer(query).expect("a question").explain;
        let used: Vec<Rollup> = explain.rollups.keys().copied().collect();
        (used, explain.cells_read)
    };
    // Twelve products have fewer cells than ten channels with four categories.
    let by_category = by(MetricId::NetRevenue, &[Dimension::Category]);
    assert_eq!(used(&cube, &by_category), (vec![Rollup::MonthProduct], 12));
    let by_both = by(
        MetricId::NetRevenue,
        &[Dimension::Channel, Dimension::Category],
    );
    let (both, cells) = used(&cube, &by_both);
    assert_eq!(both, [Rollup::MonthChannelCategory]);
    assert!(cells > 12, "{cells}");
    // That one is there now, and still not the smallest.
    assert_eq!(used(&cube, &by_category), (vec![Rollup::MonthProduct], 12));
}

#[test]
fn a_product_that_is_named_later_makes_sums_by_category_usable() {
    let mut cube = empty();
    let lines = (0..400).map(|number| Line {
        channel: 1,
        product: 1 + number % 13,
        ..line(number)
    });
    let facts = segment(1, lines);
    // Product 13 has no name and no category yet.
    let categories: Vec<u32> = (0..14)
        .map(|product| match product {
            1..=12 => 1 + (product - 1) % 4,
            _ => 0,
        })
        .collect();
    let mut builder = RollupBuilder::new(DataSet::Sales, month().from(), 1, &categories);
    builder.add(id(1), &facts).expect("just written");
    let bytes = builder.finish_all().expect("a roll-up");
    cube.add_rollup(id(2), RollupFile::open(&bytes).expect("just written"));
    let by_category = by(MetricId::NetRevenue, &[Dimension::Category]);
    let used = |cube: &Cube| {
        let answer = cube.answer(&by_category).expect("a question");
        let used: Vec<Rollup> = answer.explain.rollups.keys().copied().collect();
        (used, answer.rows)
    };
    let (unnamed, before) = used(&cube);
    assert_eq!(unnamed, [Rollup::MonthProduct]);
    let chunk = named(Dimension::Product, 13, &[0]);
    cube.extend_dictionary(&chunk).expect("the next member");
    let (named, after) = used(&cube);
    assert_eq!(named, [Rollup::MonthChannelCategory]);
    assert_eq!(before, after);
}

#[test]
fn a_segment_is_added_up_once() {
    let facts = segment(1, (0..400).map(line));
    let mut builder = RollupBuilder::new(DataSet::Sales, month().from(), 1, &[]);
    builder.add(id(1), &facts).expect("just written");
    assert_eq!(
        builder.add(id(1), &facts),
        Err(SegmentError::Repeated(id(1)))
    );
}

#[test]
fn memory_counts_null_bitmaps_and_the_rows_of_days() {
    let day = Date::from_ymd(2026, 11, 1).expect("a date").days() as u32;
    let mut writer = SegmentWriter::new(DataSet::Ads, month().from(), 2);
    for number in 0..800_i64 {
        let known = (number % 2 == 0).then_some(number % 200);
        let measures = vec![Some(1), known, Some(7), Some(7), Some(7), Some(7)];
        let codes = vec![day + number as u32 / 400, 2, 1];
        writer.push(&FactRow { codes, measures }).expect("a fact");
    }
    let segment = Segment::open(writer.finish()).expect("just written");
    assert_eq!(segment.decoded_bytes(), 0);
    let mut cube = empty();
    cube.add_segment(id(1), segment);
    let spend = by(MetricId::AdSpend, &[Dimension::Day]);
    cube.answer(&spend).expect("a question");
    let (_, segment) = cube.segments().next().expect("one");
    // One byte a value, one bit for whether it is known, and two days of a number and two rows.
    assert_eq!(segment.decoded_bytes(), 800 + 100 + 2 * 12);
}
