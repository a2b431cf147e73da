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

/// The same of two categories and two channels: products at odd places are of the first ones, the others of the second.
pub(crate) fn shop_cube(from: Date, today: Date, products: &[(&str, i64)]) -> Cube {
    let mut cube = product_cube(from, today, products);
    let entry = |key: &str| Entry {
        key: key.into(),
        label: key.to_uppercase(),
        parent: 0,
    };
    for (dimension, keys) in [
        (Dimension::Category, ["odd", "even"]),
        (Dimension::Channel, ["trendyol", "n11"]),
    ] {
        let mut dictionary = Dictionary::new(dimension);
        for key in keys {
            dictionary.push(entry(key));
        }
        cube.extend_dictionary(&dictionary.chunk_from(1))
            .expect("a dictionary of its own");
    }
    cube
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
        Dimension::Channel => channel_of(product),
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
    product_cube_with(from, today, products, |_, _| true)
}

/// The same with days on which a product, by its place from 1, sells nothing.
pub(crate) fn product_cube_with(
    from: Date,
    today: Date,
    products: &[(&str, i64)],
    is_sold: impl Fn(Date, u32) -> bool,
) -> Cube {
    changed_product_cube(from, today, products, |date, code, usual| {
        match is_sold(date, code) {
            true => usual,
            false => 0,
        }
    })
}

/// The same with other values: no sale where that is 0.
pub(crate) fn changed_product_cube(
    from: Date,
    today: Date,
    products: &[(&str, i64)],
    value: impl Fn(Date, u32, i64) -> i64,
) -> Cube {
    let mut cube = cube_of(from, today, |date| {
        let sold = (1..).zip(products).map(|(code, (_, times))| {
            let usual = times * weekly_value(date);
            (code, value(date, code, usual))
        });
        sold.filter(|(_, minor)| *minor != 0).collect()
    });
    let mut dictionary = Dictionary::new(Dimension::Product);
    for (code, (key, _)) in (1..).zip(products) {
        dictionary.push(Entry {
            key: (*key).into(),
            label: key.to_uppercase(),
            parent: channel_of(code),
        });
    }
    cube.extend_dictionary(&dictionary.chunk_from(1))
        .expect("a dictionary of its own");
    cube
}

/// Adds the stock of some products on each day: listed, with something left unless it was sold out.
pub(crate) fn add_stock(
    cube: &mut Cube,
    all: DateRange,
    products: &[u32],
    is_sold_out: impl Fn(Date, u32) -> bool,
) {
    for index in all.from().month().index()..=all.to().month().index() {
        let month = Month::from_index(index).expect("a month").range();
        let mut writer = SegmentWriter::new(DataSet::Stock, month.from(), 0);
        let days = month.intersect(all).into_iter().flat_map(DateRange::iter);
        for (date, product) in days.flat_map(|date| products.iter().map(move |it| (date, *it))) {
            let is_out = is_sold_out(date, product);
            let fact = FactRow {
                codes: vec![date.days() as u32, product],
                measures: [1, 9 * i64::from(!is_out), 0, 1, i64::from(is_out)]
                    .map(Some)
                    .to_vec(),
            };
            writer.push(&fact).expect("a valid fact");
        }
        let mut id = [7; 32];
        id[..4].copy_from_slice(&index.to_le_bytes());
        let segment = Segment::open(writer.finish()).expect("a valid segment");
        cube.add_segment(Hash256::from_bytes(id), segment);
    }
}

/// Plans net revenue for days, in place of what was planned before: of the whole company.
pub(crate) fn set_target(cube: &mut Cube, days: DateRange, minor: i64) {
    let id = Hash256::from_bytes([9; 32]);
    cube.remove_segment(id);
    let mut writer = SegmentWriter::new(DataSet::Targets, days.from().first_of_month(), 0);
    for (date, place) in days.into_iter().zip(0..) {
        let count = i64::from(days.days());
        let share = minor * (place + 1) / count - minor * place / count;
        let fact = FactRow {
            codes: vec![date.days() as u32, 0],
            measures: vec![Some(1), Some(share), None, None, None],
        };
        writer.push(&fact).expect("a valid fact");
    }
    let segment = Segment::open(writer.finish()).expect("a valid segment");
    cube.add_segment(id, segment);
}

/// The first channel and category for odd products, the second for the others.
const fn channel_of(product: u32) -> u32 {
    2 - product % 2
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
        for channel in 1..=2 {
            let month = days.from().first_of_month();
            let mut writer = SegmentWriter::new(DataSet::Sales, month, channel);
            for date in days {
                let sold = sold(date).into_iter();
                for (product, minor) in sold.filter(|(product, _)| channel_of(*product) == channel)
                {
                    let fact = sale(date, product, minor);
                    writer.push(&fact).expect("a valid fact");
                }
            }
            let mut id = [0; 32];
            id[..4].copy_from_slice(&(2 * index + channel as i32).to_le_bytes());
            let segment = Segment::open(writer.finish()).expect("a valid segment");
            cube.add_segment(Hash256::from_bytes(id), segment);
        }
    }
    cube
}
