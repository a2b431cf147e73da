//! A small company worked out by hand, what members and days a cube offers, and questions that are
//! refused with what to do instead.

use cube::{
    CalendarRules, Compare, Cube, DictionaryChunk, Entry, FactRow, Filter, Query, QueryError,
    Segment, SegmentWriter, Sort, SortBy, Top, Value,
};
use kernel::{Date, DateRange, Hash256, WeekStart};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension};

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn november() -> Query {
    Query::of_all(
        vec![MetricId::AdSpend, MetricId::Roas, MetricId::NetRevenue],
        DateRange::new(date("2026-11-01"), date("2026-11-30")).expect("in order"),
    )
}

fn rules() -> CalendarRules {
    CalendarRules {
        week_start: WeekStart::Monday,
        fiscal_first_month: 1,
        today: date("2026-11-23"),
    }
}

/// Spend and attributed sales by day and channel: (day, channel, spend, sales, rows).
fn ads_segment(channel: u32, facts: &[(&str, i64, i64, i64)]) -> Vec<u8> {
    let mut writer = SegmentWriter::new(DataSet::Ads, date(facts[0].0), channel);
    for &(day, spend, sales, rows) in facts {
        let measures = [rows, spend, sales, 0, 0, 0].map(Some).to_vec();
        let codes = vec![date(day).days() as u32, channel, 1];
        writer
            .push(&FactRow { codes, measures })
            .expect("of this segment");
    }
    writer.finish()
}

fn id(number: u8) -> Hash256 {
    Hash256::from_bytes([number; 32])
}

fn small() -> Cube {
    let mut cube = Cube::new(rules());
    let entry = |key: &str, label: &str| Entry {
        key: key.into(),
        label: label.into(),
        parent: 0,
    };
    let entries = vec![
        entry("hepsiburada", "Hepsiburada"),
        entry("amazon", "Amazon"),
    ];
    let chunk = DictionaryChunk {
        dimension: Dimension::Channel,
        first_code: 1,
        entries,
    };
    cube.extend_dictionary(&chunk).expect("the first chunk");
    let first = ads_segment(
        1,
        &[("2026-11-02", 100, 300, 1), ("2026-11-09", 50, 400, 1)],
    );
    let second = ads_segment(2, &[("2026-11-02", 25, 25, 1)]);
    cube.add_segment(id(1), Segment::open(first).expect("just written"));
    cube.add_segment(id(2), Segment::open(second).expect("just written"));
    cube
}

fn refused(change: impl FnOnce(&mut Query)) -> QueryError {
    let mut query = november();
    change(&mut query);
    small().answer(&query).expect_err("refused")
}

fn among(dimension: Dimension, members: &[&str]) -> Filter {
    Filter::In {
        dimension,
        members: members.iter().map(|key| (*key).to_owned()).collect(),
    }
}

#[test]
fn questions_beyond_the_limits_are_refused() {
    use Dimension::{Channel, City, Customer, Day, Order, Product, Week, Weekday};
    assert_eq!(
        refused(|query| query.metrics.clear()),
        QueryError::Metrics { count: 0 }
    );
    assert_eq!(
        refused(|query| query.metrics = vec![MetricId::Gmv; 65]),
        QueryError::Metrics { count: 65 }
    );
    assert_eq!(
        refused(|query| query.group_by = vec![Channel, City, Day, Product, Week]),
        QueryError::GroupBy { count: 5 }
    );
    assert_eq!(
        refused(|query| query.group_by = vec![Day, Day]),
        QueryError::GroupedTwice(Day)
    );
    assert_eq!(
        refused(|query| query.group_by = vec![Customer]),
        QueryError::Opaque(Customer)
    );
    assert_eq!(
        refused(|query| query.filters = vec![among(Order, &["7"])]),
        QueryError::Opaque(Order)
    );
    assert_eq!(
        refused(|query| query.filters = vec![among(Channel, &[]); 33]),
        QueryError::Filters { count: 33 }
    );
    assert_eq!(
        refused(|query| query.filters = vec![among(Channel, &["x"; 1_001])]),
        QueryError::Members {
            dimension: Channel,
            count: 1_001
        }
    );
    assert_eq!(
        refused(|query| query.filters = vec![Filter::Search {
            dimension: Day,
            text: "1".into()
        }]),
        QueryError::NoLabels(Day)
    );
    for (dimension, key) in [(Day, "yesterday"), (Weekday, "0"), (Week, "2026-13-01")] {
        assert_eq!(
            refused(|query| query.filters = vec![among(dimension, &[key])]),
            QueryError::NotTime {
                dimension,
                key: key.into()
            }
        );
    }
    let sort = |by| {
        Some(Sort {
            by,
            descending: true,
        })
    };
    assert_eq!(
        refused(|query| query.sort = sort(SortBy::Metric(3))),
        QueryError::SortMetric { index: 3, count: 3 }
    );
    assert_eq!(
        refused(|query| query.sort = sort(SortBy::Change(0))),
        QueryError::SortWithoutComparison
    );
    assert_eq!(
        refused(|query| query.top = Some(Top {
            rows: 0,
            others: true
        })),
        QueryError::Top { rows: 0 }
    );
    assert_eq!(
        refused(|query| {
            query.group_by = vec![Channel];
            query.fill_gaps = true;
        }),
        QueryError::NoTimeToFill
    );
    assert_eq!(
        refused(|query| {
            query.range = DateRange::day(Date::MIN);
            query.compare = Some(Compare::LastYear);
        }),
        QueryError::NoComparedRange
    );
    assert_eq!(
        refused(|query| {
            query.range = DateRange::new(Date::MIN, Date::MAX).expect("in order");
            query.group_by = vec![Day, Channel];
            query.fill_gaps = true;
        }),
        QueryError::TooManyRows { rows: 2 * 109_938 }
    );
    let mut cube = small();
    cube.set_rules(CalendarRules {
        fiscal_first_month: 13,
        ..rules()
    });
    assert_eq!(cube.answer(&november()), Err(QueryError::FiscalMonth(13)));
}

#[test]
fn a_damaged_column_is_an_error_and_not_a_number() {
    let mut bytes = ads_segment(1, &[("2026-11-02", 7, 300, 1), ("2026-11-03", 50, 400, 1)]);
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let mut cube = small();
    cube.add_segment(id(3), Segment::open(bytes).expect("the head is whole"));
    let query = Query {
        group_by: vec![Dimension::Day],
        ..november()
    };
    assert!(matches!(cube.answer(&query), Err(QueryError::Segment(_))));
    assert!(cube.remove_segment(id(3)));
    assert!(!cube.remove_segment(id(3)));
    assert!(cube.answer(&query).is_ok());
}

#[test]
fn ratios_come_from_sums_and_missing_data_has_no_value() {
    let query = Query {
        group_by: vec![Dimension::Channel],
        top: Some(Top {
            rows: 1,
            others: true,
        }),
        sort: Some(Sort {
            by: SortBy::Metric(0),
            descending: true,
        }),
        ..november()
    };
    let answer = small().answer(&query).expect("a valid question");
    let [first, others] = &answer.rows[..] else {
        panic!("two rows")
    };
    assert_eq!(first.members[0].label, "Hepsiburada");
    // 700 / 150, not the mean of 3 and 8.
    assert_eq!(
        first.values,
        [
            Some(Value::Whole(150)),
            Some(Value::Real(700.0 / 150.0)),
            None
        ]
    );
    assert!(others.others && others.members.is_empty());
    assert_eq!(
        others.values,
        [Some(Value::Whole(25)), Some(Value::Real(1.0)), None]
    );
    assert_eq!(answer.total.values[1], Some(Value::Real(725.0 / 175.0)));
    assert!(answer.total.partial);
}

#[test]
fn a_retraction_takes_a_fact_back_and_removal_takes_that_back() {
    let mut cube = small();
    let delta = ads_segment(
        1,
        &[("2026-11-09", -50, -400, -1), ("2026-11-09", 60, 400, 1)],
    );
    cube.add_segment(id(9), Segment::open(delta).expect("just written"));
    let spend = |cube: &Cube| cube.answer(&november()).expect("valid").total.values[0];
    assert_eq!(spend(&cube), Some(Value::Whole(185)));
    cube.remove_segment(id(9));
    assert_eq!(spend(&cube), Some(Value::Whole(175)));
}

#[test]
fn whole_segments_are_answered_from_their_directory() {
    let query = Query {
        group_by: vec![Dimension::Month, Dimension::Channel],
        ..november()
    };
    let explain = small().answer(&query).expect("a valid question").explain;
    assert_eq!((explain.rows_read, explain.segments[&DataSet::Ads]), (0, 2));
    let second_week = DateRange::new(date("2026-11-09"), date("2026-11-15")).expect("in order");
    let explain = small()
        .answer(&Query {
            range: second_week,
            ..query
        })
        .expect("valid")
        .explain;
    assert_eq!((explain.rows_read, explain.segments_skipped), (1, 1));
}

#[test]
fn gaps_are_filled_and_days_without_data_are_not_zero() {
    let query = Query {
        group_by: vec![Dimension::Week],
        fill_gaps: true,
        ..november()
    };
    let answer = small().answer(&query).expect("a valid question");
    let rows: Vec<_> = answer
        .rows
        .iter()
        .map(|row| (row.members[0].key.as_str(), row.values[0], row.partial))
        .collect();
    let spend = |minor| Some(Value::Whole(minor));
    assert_eq!(
        rows,
        [
            ("2026-10-26", None, false),
            ("2026-11-02", spend(125), false),
            ("2026-11-09", spend(50), false),
            ("2026-11-16", None, false),
            ("2026-11-23", None, true),
            ("2026-11-30", None, false),
        ]
    );
    let days = Query {
        group_by: vec![Dimension::Day],
        ..query
    };
    let answer = small().answer(&days).expect("a valid question");
    assert_eq!(answer.rows.len(), 30);
    assert_eq!(
        answer.rows[2].values[0],
        spend(0),
        "a quiet day between others is zero"
    );
}

#[test]
fn a_comparison_aligns_rows_by_position() {
    let range = DateRange::new(date("2026-11-08"), date("2026-11-14")).expect("in order");
    let query = Query {
        range,
        group_by: vec![Dimension::Day],
        compare: Some(Compare::PreviousPeriod),
        sort: Some(Sort {
            by: SortBy::Change(0),
            descending: false,
        }),
        ..november()
    };
    let answer = small().answer(&query).expect("a valid question");
    assert_eq!(
        answer.compared_range.map(|it| it.to_string()).as_deref(),
        Some("2026-11-01..2026-11-07")
    );
    // 9 November is the second day, as 2 November was.
    let rows: Vec<_> = answer
        .rows
        .iter()
        .map(|row| (row.members[0].key.as_str(), row.values[0], row.compared[0]))
        .collect();
    assert_eq!(
        rows,
        [(
            "2026-11-09",
            Some(Value::Whole(50)),
            Some(Value::Whole(125))
        )]
    );
}

#[test]
fn members_and_extent_say_what_is_there() {
    let cube = small();
    let labels = |dimension, search: &str, limit| -> Vec<String> {
        cube.members(dimension, search, limit)
            .into_iter()
            .map(|member| member.label)
            .collect()
    };
    assert_eq!(labels(Dimension::Channel, "", 9), ["Amazon", "Hepsiburada"]);
    assert_eq!(labels(Dimension::Channel, "BURADA", 9), ["Hepsiburada"]);
    assert_eq!(labels(Dimension::Channel, "", 1), ["Amazon"]);
    assert_eq!(labels(Dimension::Week, "", 9), ["2026-11-02", "2026-11-09"]);
    assert_eq!(labels(Dimension::Order, "", 9), [""; 0]);
    assert_eq!(
        cube.extent().map(|it| it.to_string()).as_deref(),
        Some("2026-11-02..2026-11-09")
    );
    assert_eq!(cube.extent_of(DataSet::Sales), None);
    assert_eq!(Cube::new(rules()).extent(), None);
}

#[test]
fn a_cube_without_facts_answers_with_nothing() {
    let answer = Cube::new(rules())
        .answer(&november())
        .expect("a valid question");
    assert_eq!(answer.total.values, [None, None, None]);
    let query = Query {
        group_by: vec![Dimension::Month],
        fill_gaps: true,
        ..november()
    };
    let answer = Cube::new(rules()).answer(&query).expect("a valid question");
    assert_eq!(answer.rows.len(), 1);
}

#[test]
fn questions_and_answers_travel_as_json() {
    let query = Query {
        group_by: vec![Dimension::Channel],
        filters: vec![among(Dimension::Channel, &["amazon"])],
        compare: Some(Compare::LastYear),
        sort: Some(Sort {
            by: SortBy::Metric(1),
            descending: true,
        }),
        ..november()
    };
    let json = serde_json::to_string(&query).expect("plain values");
    assert_eq!(
        serde_json::from_str::<Query>(&json).expect("just written"),
        query
    );
    let answer = small().answer(&query).expect("a valid question");
    let json = serde_json::to_string(&answer).expect("plain values");
    assert_eq!(
        serde_json::from_str::<cube::Answer>(&json).expect("just written"),
        answer
    );
}
