//! The tiles of the home screen, computed from the cube.

use cube::Cube;
use cube::query::{Compare, Query, Value};
use kernel::{DateRange, TenantId, Timestamp};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension};
use protocol::{HomeSnapshot, HomeTile};

/// Metrics on tiles in the order shown, each with the metric that was planned for it.
const TILES: [(MetricId, Option<MetricId>); 8] = [
    (MetricId::NetRevenue, Some(MetricId::NetRevenueTarget)),
    (MetricId::Orders, Some(MetricId::OrdersTarget)),
    (MetricId::Cm2, Some(MetricId::MarginTarget)),
    (MetricId::AverageOrderValue, None),
    (MetricId::Units, None),
    (MetricId::ReturnRate, None),
    (MetricId::Roas, None),
    (MetricId::StockOutRate, None),
];

/// Days that the tiles cover.
const DAYS: i32 = 30;

/// The days that tiles cover: the last 30 that are over. Where the newest sales are older than that
/// (an imported archive), the 30 days up to the newest.
pub fn home_range(cube: &Cube) -> Option<DateRange> {
    let extent = cube.extent_of(DataSet::Sales).or_else(|| cube.extent())?;
    let yesterday = cube.rules().today.add_days(-1).ok()?;
    let last = if extent.to() < yesterday.add_days(1 - DAYS).ok()? {
        extent.to()
    } else {
        yesterday
    };
    DateRange::new(last.add_days(1 - DAYS).ok()?, last).ok()
}

/// Computes the tiles. Metrics whose data is missing keep their place without a value.
pub fn home_snapshot(
    cube: &Cube,
    company: &TenantId,
    sequence: u64,
    as_of: Option<Timestamp>,
) -> HomeSnapshot {
    let range = home_range(cube);
    HomeSnapshot {
        company: company.clone(),
        sequence,
        as_of,
        today: cube.rules().today,
        range,
        tiles: range.map_or_else(Vec::new, |range| tiles(cube, range)),
    }
}

fn tiles(cube: &Cube, range: DateRange) -> Vec<HomeTile> {
    let shown: Vec<MetricId> = TILES.iter().map(|(metric, _)| *metric).collect();
    let planned: Vec<MetricId> = TILES.iter().filter_map(|(_, target)| *target).collect();
    let question = |metrics: &[MetricId], compare| Query {
        metrics: metrics.to_vec(),
        range,
        group_by: vec![],
        filters: vec![],
        compare,
        sort: None,
        top: None,
        subtotals: false,
        fill_gaps: false,
    };
    let totals = |compare| {
        cube.answer(&question(&shown, Some(compare)))
            .map(|answer| answer.total)
    };
    let previous = totals(Compare::PreviousPeriod).ok();
    let last_year = totals(Compare::LastYear).ok();
    let targets = cube.answer(&question(&planned, None)).ok();
    let by_day = cube
        .answer(&Query {
            group_by: vec![Dimension::Day],
            fill_gaps: true,
            ..question(&shown, None)
        })
        .ok();
    let target_of = |target: MetricId| -> Option<Value> {
        let at = planned.iter().position(|metric| *metric == target)?;
        targets.as_ref()?.total.values.get(at).copied().flatten()
    };
    let tile = |(at, (metric, target)): (usize, &(MetricId, Option<MetricId>))| HomeTile {
        metric: *metric,
        value: previous
            .as_ref()
            .and_then(|row| row.values.get(at).copied().flatten()),
        previous: previous
            .as_ref()
            .and_then(|row| row.compared.get(at).copied().flatten()),
        last_year: last_year
            .as_ref()
            .and_then(|row| row.compared.get(at).copied().flatten()),
        target: target.and_then(target_of),
        sparkline: by_day.as_ref().map_or_else(Vec::new, |answer| {
            let value = |row: &cube::query::Row| row.values.get(at).copied().flatten();
            answer
                .rows
                .iter()
                .map(|row| value(row).map(Value::as_f64))
                .collect()
        }),
    };
    TILES.iter().enumerate().map(tile).collect()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use super::*;
    use crate::sample::{self, day};

    fn snapshot(cube: &Cube) -> HomeSnapshot {
        home_snapshot(cube, &TenantId::new("acme").unwrap(), 7, None)
    }

    #[test]
    fn tiles_cover_thirty_complete_days() {
        let cube = sample::weekly_cube(day("2026-06-01"), day("2026-11-23"));
        let home = snapshot(&cube);
        let range = home.range.unwrap();
        assert_eq!(
            (range.from(), range.to()),
            (day("2026-10-24"), day("2026-11-22"))
        );
        let revenue = &home.tiles[0];
        let sum = |range: DateRange| range.iter().map(sample::weekly_value).sum::<i64>();
        assert_eq!(revenue.value, Some(Value::Whole(sum(range))));
        assert_eq!(
            revenue.previous,
            Some(Value::Whole(sum(range.previous().unwrap())))
        );
        assert_eq!(revenue.sparkline.len(), 30);
        let drawn: f64 = revenue.sparkline.iter().flatten().sum();
        assert_eq!(drawn, sum(range) as f64);
        // No stock was imported: not zero, but not known.
        assert_eq!(home.tiles[7].value, None);
    }

    #[test]
    fn an_archive_is_shown_by_its_last_days() {
        let mut cube = sample::weekly_cube(day("2024-01-01"), day("2024-03-31"));
        cube.set_today(day("2026-11-23"));
        let range = home_range(&cube).unwrap();
        assert_eq!(
            (range.from(), range.to()),
            (day("2024-03-02"), day("2024-03-31"))
        );
    }

    #[test]
    fn without_facts_there_are_no_tiles() {
        let home = snapshot(&sample::empty_cube(day("2026-11-23")));
        assert_eq!((home.range, home.tiles.len()), (None, 0));
    }
}
