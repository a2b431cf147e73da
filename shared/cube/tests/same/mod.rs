//! The same questions about the same facts, asked natively (`same_everywhere.rs`) and as WebAssembly in a
//! browser (`app/engine`): their answers, written out, have one digest.

#[path = "../answers/periods.rs"]
mod periods;
#[path = "../answers/world.rs"]
#[expect(dead_code, reason = "other tests use all of it")]
mod world;

pub mod expected;

use cube::query::{Compare, Filter, Query, Value};
use cube::{Cube, FactRow, Segment, SegmentWriter};
use kernel::{Date, DateRange, Hash256};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension};
use world::World;

const WORLDS: u64 = 25;
const QUESTIONS: u64 = 8;

/// What answers come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Fowler, Noll and Vo's, 64 bits, variant 1a, over the answers' JSON.
    pub digest: u64,
    pub answers: usize,
    /// Values that are no whole numbers.
    pub reals: usize,
}

/// Asks random questions, and in each world one about every metric there is.
pub fn told() -> Told {
    let mut told = Told {
        digest: 0xcbf2_9ce4_8422_2325,
        answers: 0,
        reals: 0,
    };
    for seed in 0..WORLDS {
        let world = World::new(seed);
        let cube = world.cube(seed);
        for question in 0..QUESTIONS {
            told.take(&cube, &world.query(seed * 1_000 + question));
        }
        let range = world.query(seed).range;
        for metrics in MetricId::ALL.chunks(Query::METRICS_MAX) {
            let every = Query {
                group_by: vec![Dimension::Channel],
                compare: Some(Compare::PreviousPeriod),
                ..Query::of_all(metrics.to_vec(), range)
            };
            told.take(&cube, &every);
        }
    }
    told
}

impl Told {
    fn take(&mut self, cube: &Cube, query: &Query) {
        let text = match cube.answer(query) {
            Ok(answer) => {
                let rows = answer.rows.iter().chain([&answer.total]);
                let values = rows.flat_map(|row| row.values.iter().chain(&row.derived));
                self.reals += values
                    .filter(|value| matches!(value, Some(Value::Real(_))))
                    .count();
                self.answers += 1;
                serde_json::to_string(&answer).expect("an answer as text")
            }
            Err(error) => error.to_string(),
        };
        for byte in text.bytes() {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
}

/// The net revenue of all products but one, where one product has the largest code that there can be: 7.
/// One past that code is no number where addresses have 32 bits.
pub fn past_the_largest_code() -> Option<Value> {
    let day = Date::from_ymd(2026, 11, 2).expect("a date");
    let mut writer = SegmentWriter::new(DataSet::Sales, day, 1);
    for product in [2, u32::MAX] {
        let code = |dimension: &Dimension| match dimension {
            Dimension::Day => day.days() as u32,
            Dimension::Product => product,
            _ => 1,
        };
        let measure = |at: usize| Some(if at == 0 { 1 } else { 7 });
        let fact = FactRow {
            codes: DataSet::Sales.dimensions().iter().map(code).collect(),
            measures: (0..DataSet::Sales.measures().len()).map(measure).collect(),
        };
        writer.push(&fact).expect("a fact");
    }
    let segment = Segment::open(writer.finish()).expect("just written");
    let mut cube = World::new(0).empty_cube();
    cube.add_segment(Hash256::from_bytes([1; 32]), segment);
    let but_one = Filter::NotIn {
        dimension: Dimension::Product,
        members: vec!["#2".into(), "#900".into()],
    };
    let named = Filter::In {
        dimension: Dimension::Product,
        members: vec!["sku-4".into()],
    };
    let asked = |filter| {
        let query = Query {
            filters: vec![filter],
            ..Query::of(MetricId::NetRevenue, DateRange::day(day))
        };
        cube.answer(&query).expect("a question").total.values[0]
    };
    // Code 2 is the SKU whose key is `sku-4`: its facts are found beside the largest code.
    match asked(named) {
        Some(Value::Whole(7)) => asked(but_one),
        other => other.map(|_| Value::Whole(-1)),
    }
}
