//! Questions that have no answer, each with the error that says what to do instead; and sums at the edge of
//! what 64 bits hold, which are exact or refused.

use cube::{
    Bound, CalendarRules, Compare, Cube, Derived, FactRow, Filter, Query, QueryError, Segment,
    SegmentWriter, Value, View,
};
use kernel::{Date, DateRange, Hash256, WeekStart};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension, Measure};

/// The largest magnitude of a measure.
const LARGEST: i64 = 1 << 53;

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn id(number: u8) -> Hash256 {
    Hash256::from_bytes([number; 32])
}

fn month() -> DateRange {
    DateRange::new(date("2026-11-01"), date("2026-11-30")).expect("in order")
}

fn empty() -> Cube {
    Cube::new(CalendarRules {
        week_start: WeekStart::Monday,
        fiscal_first_month: 1,
        today: date("2026-11-23"),
    })
}

/// Facts of one day, each with as much advertising spend as given.
fn spending(day: &str, spend: impl IntoIterator<Item = i64>) -> Segment {
    let day = date(day);
    let mut writer = SegmentWriter::new(DataSet::Ads, day, 1);
    for spend in spend {
        let measures = [1, spend, 0, 0, 0, 0].map(Some).to_vec();
        let codes = vec![day.days() as u32, 1, 1];
        writer.push(&FactRow { codes, measures }).expect("a fact");
    }
    Segment::open(writer.finish()).expect("just written")
}

/// One sale of a product in a city.
fn sale(product: u32, city: u32) -> Segment {
    let day = date("2026-11-02");
    let code = |dimension: &Dimension| match dimension {
        Dimension::Day => day.days() as u32,
        Dimension::Product => product,
        Dimension::City => city,
        _ => 1,
    };
    let fact = FactRow {
        codes: DataSet::Sales.dimensions().iter().map(code).collect(),
        measures: DataSet::Sales.measures().iter().map(|_| Some(1)).collect(),
    };
    let mut writer = SegmentWriter::new(DataSet::Sales, day, 1);
    writer.push(&fact).expect("a fact");
    Segment::open(writer.finish()).expect("just written")
}

fn refused(change: impl FnOnce(&mut Query)) -> QueryError {
    let mut cube = empty();
    cube.add_segment(id(1), spending("2026-11-02", [5]));
    let mut query = Query::of_all(vec![MetricId::AdSpend, MetricId::Roas], month());
    change(&mut query);
    cube.answer(&query).expect_err("refused")
}

#[test]
fn figures_that_no_rows_can_have_are_refused() {
    let metric = 0;
    let derived = |figure: Derived, group_by: &[Dimension]| {
        refused(|query| {
            query.derived = vec![figure];
            query.group_by = group_by.to_vec();
        })
    };
    let by_day = [Dimension::Day];
    assert_eq!(
        derived(Derived::ShareOfTotal { metric: 1 }, &by_day),
        QueryError::NoShare(MetricId::Roas)
    );
    assert_eq!(
        derived(Derived::Rank { metric: 2 }, &by_day),
        QueryError::DerivedMetric { index: 2, count: 2 }
    );
    let bound = Bound {
        metric: 7,
        min: Some(0.0),
        max: None,
    };
    assert_eq!(
        refused(|query| query.bounds = vec![bound]),
        QueryError::DerivedMetric { index: 7, count: 2 }
    );
    for group_by in [
        &[][..],
        &[Dimension::Channel],
        &[Dimension::Weekday],
        &[Dimension::Day, Dimension::Month],
    ] {
        for figure in [
            Derived::Cumulative { metric },
            Derived::MovingAverage { metric, periods: 3 },
            Derived::ShareOfFirst { metric },
        ] {
            assert_eq!(derived(figure, group_by), QueryError::NoTimeToRun);
        }
    }
    for periods in [0, 1, Query::PERIODS_MAX + 1] {
        assert_eq!(
            derived(Derived::MovingAverage { metric, periods }, &by_day),
            QueryError::MovingPeriods { periods }
        );
    }
    assert_eq!(
        derived(Derived::ShareOfCompared { metric }, &by_day),
        QueryError::ShareWithoutComparison
    );
    let too_early = refused(|query| {
        let first = Date::MIN;
        query.range = DateRange::new(first, first.add_days(30).expect("a date")).expect("in order");
        query.compare = Some(Compare::PreviousPeriod);
    });
    assert_eq!(too_early, QueryError::NoComparedRange);
    let range = Filter::Range {
        dimension: Dimension::Channel,
        from: Some("a".into()),
        to: None,
    };
    assert_eq!(
        refused(|query| query.filters = vec![range]),
        QueryError::NoOrder(Dimension::Channel)
    );
}

#[test]
fn running_figures_over_thousands_of_days_are_refused_and_over_fewer_are_not() {
    let mut cube = empty();
    cube.add_segment(id(1), spending("2026-11-02", [5]));
    let running = |days: i32| {
        let to = month().to();
        let range = DateRange::new(to.add_days(1 - days).expect("a date"), to).expect("in order");
        let query = Query {
            group_by: vec![Dimension::Day],
            fill_gaps: true,
            derived: vec![Derived::Cumulative { metric: 0 }],
            ..Query::of(MetricId::AdSpend, range)
        };
        cube.answer(&query).map(|answer| answer.rows.len())
    };
    assert_eq!(running(4_400), Ok(4_400));
    assert_eq!(running(4_500), Err(QueryError::TooManyPeriods));
}

#[test]
fn members_whose_combinations_have_no_number_are_refused() {
    let mut cube = empty();
    cube.add_segment(id(1), sale(u32::MAX, 3));
    let by = |dimensions: &[Dimension]| Query {
        group_by: dimensions.to_vec(),
        ..Query::of(MetricId::NetRevenue, month())
    };
    let both = by(&[Dimension::Product, Dimension::City]);
    let keys = |cube: &Cube, query: &Query| {
        let answer = cube.answer(query)?;
        let members = answer.rows.into_iter().flat_map(|row| row.members);
        Ok::<Vec<String>, QueryError>(members.map(|member| member.key).collect())
    };
    assert_eq!(
        keys(&cube, &both),
        Ok(vec!["#4294967295".into(), "#3".into()])
    );
    cube.add_segment(id(2), sale(3, u32::MAX));
    assert_eq!(keys(&cube, &both), Err(QueryError::TooManyGroups));
    // What is counted apart needs numbers too.
    let orders = Query {
        group_by: vec![Dimension::Product, Dimension::Day],
        ..Query::of(MetricId::RepeatRate, month())
    };
    assert_eq!(keys(&cube, &orders).map(|keys| keys.len()), Ok(4));
    let city = by(&[Dimension::City]);
    assert_eq!(
        keys(&cube, &city),
        Ok(vec!["#3".into(), "#4294967295".into()])
    );
}

#[test]
fn sums_that_may_not_fit_are_refused_and_the_largest_that_fit_are_exact() {
    let spend = |cube: &Cube, range| {
        let query = Query::of(MetricId::AdSpend, range);
        cube.answer(&query).map(|answer| answer.total.values[0])
    };
    let too_large = Err(QueryError::TooLarge(Measure::AdSpendMinor));
    let mut cube = empty();
    // 1,023 times 2^53 is the most that fits; once more is 2^63.
    cube.add_segment(id(1), spending("2026-11-02", vec![LARGEST; 1_000]));
    cube.add_segment(id(2), spending("2026-11-03", vec![LARGEST; 23]));
    let most = Some(Value::Whole(1_023 * LARGEST));
    assert_eq!(spend(&cube, month()), Ok(most));
    let mut view = View::new(Query::of(MetricId::AdSpend, month()));
    assert_eq!(view.answer(&cube).map(|it| it.total.values[0]), Ok(most));
    cube.add_segment(id(3), spending("2026-11-04", [LARGEST]));
    assert_eq!(spend(&cube, month()), too_large);
    assert_eq!(view.answer(&cube).map(|it| it.total.values[0]), too_large);
    // Other days and other measures are answered.
    let day = DateRange::day(date("2026-11-03"));
    assert_eq!(spend(&cube, day), Ok(Some(Value::Whole(23 * LARGEST))));
    let clicks = Query::of(MetricId::Clicks, month());
    assert!(cube.answer(&clicks).is_ok());
    // Retractions make partial sums larger than the whole: the guard looks at each amount.
    let mut signed = empty();
    let both = (0..1_024).map(|at| if at % 2 == 0 { LARGEST } else { -LARGEST });
    signed.add_segment(id(1), spending("2026-11-02", both));
    assert_eq!(spend(&signed, month()), too_large);
}
