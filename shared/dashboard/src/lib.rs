//! The tiles of a dashboard: which days they cover, what they are compared with, and their figures.
//!
//! Phone and edge compute them here, so that the first paint and the screen that follows it agree.
//! [`html`] draws them. Out of scope: where the cube comes from.

pub mod html;

use api::dashboard::Tile;
use cube::query::{Answer, Compare, Derived, Filter, Query, Row, Value};
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::schema::Dimension;

/// The metrics of the overview, the most asked for first.
pub const OVERVIEW: [MetricId; 8] = [
    MetricId::NetRevenue,
    MetricId::Orders,
    MetricId::AverageOrderValue,
    MetricId::Cm2,
    MetricId::Units,
    MetricId::ReturnRate,
    MetricId::Customers,
    MetricId::RepeatRate,
];

/// Complete days that a dashboard covers where nothing else was chosen.
pub const DAYS: i32 = 30;
/// Data whose last day is longer ago than this is an archive: it is looked at as a whole year.
pub const ARCHIVE_AFTER_DAYS: i32 = 31;
const ARCHIVE_DAYS: i32 = 365;
/// A sparkline of a longer range has a point per week.
const DAILY_POINTS_MAX: i32 = 120;

/// The days that are shown where nothing else was chosen: the last 30 that are over or, where the sales
/// ended long ago, the 365 up to their end. `None` before 1900 only.
pub fn default_range(sales: Option<DateRange>, today: Date) -> Option<DateRange> {
    let yesterday = today.add_days(-1).ok()?;
    let last = |to: Date, days: i32| DateRange::new(to.add_days(1 - days).ok()?, to).ok();
    let end = sales.map_or(yesterday, |sales| sales.to()).min(yesterday);
    if yesterday.days_since(end) > ARCHIVE_AFTER_DAYS {
        last(end, ARCHIVE_DAYS)
    } else {
        last(yesterday, DAYS)
    }
}

/// Whether sales reach back to the first day that a range is compared with. Where they do not, every
/// figure would seem to have grown. Targets are not measured by it.
pub fn covers(sales: Option<DateRange>, compare: Compare, range: DateRange) -> bool {
    let earlier = match compare {
        Compare::PreviousPeriod => range.previous(),
        Compare::LastYear => range.last_year(),
        Compare::Target => return true,
    };
    earlier
        .zip(sales)
        .is_some_and(|(earlier, sales)| sales.from() <= earlier.from())
}

/// The figures of metrics over a range, each with the period before, the year before, its target and its
/// course; a comparison that `sales` (the days with sales) do not cover is left out. Values are in
/// the metric's unit (`model::metrics::Metric::unit`); courses are per day, per week from 121 days on,
/// to four significant digits: they are drawn, not read. `answer` answers the questions.
pub fn tiles<E>(
    answer: &mut dyn FnMut(&Query) -> Result<Answer, E>,
    metrics: &[MetricId],
    filters: &[Filter],
    range: DateRange,
    sales: Option<DateRange>,
) -> Result<Vec<Tile>, E> {
    let of = |metrics: &[MetricId]| Query {
        filters: filters.to_vec(),
        ..Query::of_all(metrics.to_vec(), range)
    };
    let mut compared = |compare| {
        let compare = Some(compare).filter(|compare| covers(sales, *compare, range));
        answer(&Query {
            compare,
            ..of(metrics)
        })
        .map(|answer| answer.total)
    };
    let previous = compared(Compare::PreviousPeriod)?;
    let last_year = compared(Compare::LastYear)?;
    let grain = if range.days() > DAILY_POINTS_MAX {
        Dimension::Week
    } else {
        Dimension::Day
    };
    let course = answer(&Query {
        group_by: vec![grain],
        fill_gaps: true,
        ..of(metrics)
    })?
    .rows;
    let with_target = metrics.iter().filter(|metric| metric.target().is_some());
    let planned: Vec<MetricId> = with_target.copied().collect();
    let targets = match planned.is_empty() {
        true => None,
        false => {
            let shares = 0..planned.len();
            let question = Query {
                compare: Some(Compare::Target),
                derived: shares
                    .map(|metric| Derived::ShareOfCompared { metric })
                    .collect(),
                ..of(&planned)
            };
            answer(&question)?.rows.into_iter().next()
        }
    };
    let of_target = |metric: &MetricId, values: fn(&Row) -> &[Option<Value>]| {
        let at = planned.iter().position(|it| it == metric)?;
        values(targets.as_ref()?).get(at).copied().flatten()
    };
    let at = |values: &[Option<Value>], index: usize| values.get(index).copied().flatten();
    let tile = |(index, metric): (usize, &MetricId)| Tile {
        metric: *metric,
        value: at(&previous.values, index),
        previous: at(&previous.compared, index),
        last_year: at(&last_year.compared, index),
        target: of_target(metric, |row| &row.compared),
        reached: of_target(metric, |row| &row.derived),
        sparkline: course.iter().map(|row| point(row, index)).collect(),
    };
    Ok(metrics.iter().enumerate().map(tile).collect())
}

/// The tile of a metric whose facts are still on their way.
pub const fn nothing_yet(metric: MetricId) -> Tile {
    Tile {
        metric,
        value: None,
        previous: None,
        last_year: None,
        target: None,
        reached: None,
        sparkline: Vec::new(),
    }
}

/// A point of a sparkline, to four significant digits: more cannot be seen.
fn point(row: &Row, index: usize) -> Option<f64> {
    let value = row.values.get(index).copied().flatten()?.as_f64();
    value.is_finite().then(|| four_digits(value))
}

/// A number to four significant digits. By multiplication, division and rounding alone, which every target
/// does alike to the last bit; logarithms and powers of the platform need not be.
fn four_digits(value: f64) -> f64 {
    let size = value.abs();
    if !(SIZE_MIN..=SIZE_MAX).contains(&size) {
        return value;
    }
    let (mut scale, mut unit) = (1.0, 1.0);
    while size * scale < 1_000.0 {
        scale *= 10.0;
    }
    while size / unit >= 10_000.0 {
        unit *= 10.0;
    }
    match unit > 1.0 {
        true => (value / unit).round() * unit,
        false => (value * scale).round() / scale,
    }
}

/// Numbers that powers of ten up to 10^22 bring to four digits: those are whole in 64 bits, so that what is
/// rounded is the number next to its decimal text.
const SIZE_MIN: f64 = 1e-19;
const SIZE_MAX: f64 = 1e25;

#[cfg(test)]
mod tests {
    use cube::{CalendarRules, Cube, FactRow, Segment, SegmentWriter};
    use kernel::{Hash256, WeekStart};
    use model::schema::{DataSet, Measure};

    use super::*;

    fn day(text: &str) -> Date {
        text.parse().expect("a date")
    }

    fn range(from: &str, to: &str) -> DateRange {
        DateRange::new(day(from), day(to)).expect("a range")
    }

    /// One unit a day for as many minor units as the day of the month, on the days of a range.
    fn cube_of(days: DateRange) -> Cube {
        let mut cube = Cube::new(CalendarRules {
            week_start: WeekStart::Monday,
            fiscal_first_month: 1,
            today: day("2026-11-23"),
        });
        let mut month = days.from().first_of_month();
        let mut number = 0_u8;
        while month <= days.to() {
            let next = month.add_months(1).expect("a month");
            let mut writer = SegmentWriter::new(DataSet::Sales, month, 1);
            let whole = DateRange::new(month, next.add_days(-1).expect("a day")).expect("a month");
            for date in whole.intersect(days).expect("days") {
                let codes = DataSet::Sales.dimensions().iter().map(|one| match one {
                    Dimension::Day | Dimension::Order => date.days() as u32,
                    _ => 1,
                });
                let measures = DataSet::Sales.measures().iter().map(|one| match one {
                    Measure::Rows | Measure::PlacedUnits => Some(1),
                    Measure::NetRevenueMinor => Some(i64::from(date.day_of_month())),
                    _ => Some(0),
                });
                let row = FactRow {
                    codes: codes.collect(),
                    measures: measures.collect(),
                };
                writer.push(&row).expect("a fact");
            }
            number += 1;
            let segment = Segment::open(writer.finish()).expect("a segment");
            cube.add_segment(Hash256::from_bytes([number; 32]), segment);
            month = next;
        }
        cube
    }

    #[test]
    fn the_days_are_the_last_complete_ones_or_the_last_year_of_an_archive() {
        let today = day("2026-11-23");
        let last = Some(range("2026-10-24", "2026-11-22"));
        assert_eq!(default_range(None, today), last);
        let sales = |to: &str| Some(range("2024-01-01", to));
        assert_eq!(default_range(sales("2026-11-23"), today), last);
        assert_eq!(default_range(sales("2026-10-22"), today), last);
        let archive = Some(range("2025-10-22", "2026-10-21"));
        assert_eq!(default_range(sales("2026-10-21"), today), archive);
    }

    #[test]
    fn figures_are_compared_with_what_the_data_covers_only() {
        let cube = cube_of(range("2026-09-01", "2026-11-22"));
        let asked = range("2026-11-01", "2026-11-20");
        let sales = Some(range("2026-09-01", "2026-11-22"));
        let tiles = tiles(
            &mut |query| cube.answer(query),
            &[MetricId::Units, MetricId::NetRevenue],
            &[],
            asked,
            sales,
        );
        let [units, revenue] = tiles.expect("tiles").try_into().expect("two tiles");
        assert_eq!(units.value, Some(Value::Whole(20)));
        assert_eq!(units.previous, Some(Value::Whole(20)));
        assert_eq!(units.last_year, None);
        // 1 + 2 + ... + 20; before it 12 + ... + 31 of October.
        assert_eq!(revenue.value, Some(Value::Whole(210)));
        assert_eq!(revenue.previous, Some(Value::Whole((12..=31).sum())));
        assert_eq!(revenue.sparkline.len(), 20);
        assert_eq!(revenue.sparkline.first().copied().flatten(), Some(1.0));
        assert!(!covers(sales, Compare::LastYear, asked));
        let long = range("2026-10-01", "2026-11-22");
        assert!(!covers(sales, Compare::PreviousPeriod, long));
    }

    #[test]
    fn of_a_target_is_told_how_much_is_reached() {
        let asked = range("2026-11-01", "2026-11-20");
        let mut cube = cube_of(asked);
        let month = day("2026-11-01");
        let mut writer = SegmentWriter::new(DataSet::Targets, month, 1);
        let code = |dimension: &Dimension| match dimension {
            Dimension::Day => month.days() as u32,
            _ => 1,
        };
        let measure = |measure: &Measure| match measure {
            Measure::Rows => Some(1),
            Measure::NetRevenueTargetMinor => Some(840),
            _ => None,
        };
        let row = FactRow {
            codes: DataSet::Targets.dimensions().iter().map(code).collect(),
            measures: DataSet::Targets.measures().iter().map(measure).collect(),
        };
        writer.push(&row).expect("a fact");
        let segment = Segment::open(writer.finish()).expect("a segment");
        cube.add_segment(Hash256::from_bytes([99; 32]), segment);
        // Units have no target, orders have one that is not known.
        let metrics = [MetricId::Units, MetricId::Orders, MetricId::NetRevenue];
        let tiles = tiles(&mut |query| cube.answer(query), &metrics, &[], asked, None);
        let [units, orders, revenue] = tiles.expect("tiles").try_into().expect("three tiles");
        assert_eq!((units.target, units.reached), (None, None));
        assert_eq!((orders.target, orders.reached), (None, None));
        assert_eq!(revenue.target, Some(Value::Whole(840)));
        // 1 + 2 + ... + 20 of 840.
        assert_eq!(revenue.reached, Some(Value::Real(0.25)));
    }

    #[test]
    fn points_keep_four_digits() {
        let row = |value| Row {
            members: Vec::new(),
            values: vec![Some(Value::Real(value))],
            compared: Vec::new(),
            derived: vec![],
            partial: false,
            others: false,
        };
        assert_eq!(point(&row(1_234_567.0), 0), Some(1_235_000.0));
        assert_eq!(point(&row(-0.012_345_6), 0), Some(-0.012_35));
        assert_eq!(point(&row(0.0), 0), Some(0.0));
        assert_eq!(point(&row(0.0), 1), None);
        assert_eq!(point(&row(f64::NAN), 0), None);
        // Each is the number next to its decimal text.
        for (value, rounded) in [
            (1e-7 / 3.0, 3.333e-8),
            (0.000_123_456, 0.000_123_5),
            (7.0 / 1_900.0, 0.003_684),
            (999_950.0, 1_000_000.0),
            (9_999.6, 10_000.0),
            (8.123_456e22, 8.123e22),
            (-2.0 / 3.0 * 1e-5, -6.667e-6),
            (0.0, 0.0),
            (1e-30, 1e-30),
            (3e200, 3e200),
        ] {
            assert_eq!(point(&row(value), 0), Some(rounded), "{value}");
        }
    }
}
