//! A small cube for tests, whose sums can be worked out by hand.

use cube::{Cube, Dictionary, Entry, FactRow, Segment, SegmentWriter};
use kernel::{Date, DateRange, Hash256, Month, WeekStart};
use model::schema::{DataSet, Dimension, Measure};

/// A date.
pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// Net revenue of a day in minor units: a weekly pattern that grows by 1 each day.
pub(crate) fn weekly_value(date: Date) -> i64 {
    let of_week = [5_000, 5_200, 5_100, 5_600, 7_000, 9_000, 8_500];
    let at = usize::from(date.weekday().number()) - 1;
    of_week[at] + i64::from(date.days() - 20_000)
}

fn sale(date: Date, product: u32, minor: i64) -> FactRow {
    let value = |measure: &Measure| match measure {
        Measure::Rows | Measure::PlacedUnits => Some(1),
        Measure::NetRevenueMinor | Measure::GrossMinor => Some(minor),
        _ => Some(0),
    };
    let code = |dimension: &Dimension| match dimension {
        Dimension::Day | Dimension::Order => date.days() as u32,
        Dimension::Product => product,
        _ => 1,
    };
    FactRow {
        codes: DataSet::Sales.dimensions().iter().map(code).collect(),
        measures: DataSet::Sales.measures().iter().map(value).collect(),
    }
}

/// One sale a day from `from` to `today`.
pub(crate) fn weekly_cube(from: Date, today: Date) -> Cube {
    weekly_cube_with(from, today, |_, value| value)
}

/// The same with other values on some days.
pub(crate) fn weekly_cube_with(from: Date, today: Date, value: impl Fn(Date, i64) -> i64) -> Cube {
    cube_of(from, today, |date| {
        vec![(1, value(date, weekly_value(date)))]
    })
}

/// Several products, of which each sells so many times the values of the week.
pub(crate) fn product_cube(from: Date, today: Date, products: &[(&str, i64)]) -> Cube {
    let mut cube = cube_of(from, today, |date| {
        let sold = (1..).zip(products);
        sold.map(|(code, (_, times))| (code, times * weekly_value(date)))
            .collect()
    });
    let mut dictionary = Dictionary::new(Dimension::Product);
    for (key, _) in products {
        dictionary.push(Entry {
            key: (*key).into(),
            label: key.to_uppercase(),
            parent: 0,
        });
    }
    cube.extend_dictionary(&dictionary.chunk_from(1))
        .expect("a dictionary of its own");
    cube
}

fn cube_of(from: Date, today: Date, sold: impl Fn(Date) -> Vec<(u32, i64)>) -> Cube {
    let mut cube = Cube::new(cube::CalendarRules {
        week_start: WeekStart::Monday,
        fiscal_first_month: 1,
        today,
    });
    let all = DateRange::new(from, today).expect("in order");
    for index in from.month().index()..=today.month().index() {
        let days = Month::from_index(index).expect("a month").range();
        let Some(days) = days.intersect(all) else {
            continue;
        };
        let mut writer = SegmentWriter::new(DataSet::Sales, days.from().first_of_month(), 1);
        for date in days {
            for (product, minor) in sold(date) {
                let fact = sale(date, product, minor);
                writer.push(&fact).expect("a valid fact");
            }
        }
        let mut id = [0; 32];
        id[..4].copy_from_slice(&index.to_le_bytes());
        let segment = Segment::open(writer.finish()).expect("a valid segment");
        cube.add_segment(Hash256::from_bytes(id), segment);
    }
    cube
}
