//! SQLite as a judge of quantiles, comparisons, targets and searches, of amounts that are known.

use std::collections::{BTreeMap, BTreeSet};

use crate::world::World;
use cube::{Compare, Filter, Query, Value};
use kernel::{Date, DateRange};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension, Measure};
use rusqlite::{Connection, params};

/// All facts that have a channel, retractions as they are: amount and lines are negative there.
fn database(world: &World) -> Connection {
    let database = Connection::open_in_memory().expect("memory");
    let table = "create table facts (DataSet text, Day text, Channel text, OrderCode integer, \
        ProductKey text, ProductLabel text, Lines integer, Amount integer, Days integer, \
        Delivered integer)";
    database.execute(table, []).expect("a table");
    let amounts = [
        (DataSet::Sales, Measure::NetRevenueMinor),
        (DataSet::Targets, Measure::NetRevenueTargetMinor),
    ];
    for (data_set, amount) in amounts {
        let measure = |measure| data_set.measures().iter().position(|&it| it == measure);
        let dimension = |dimension| data_set.dimensions().iter().position(|&it| it == dimension);
        for (_, fact) in world.facts.iter().filter(|fact| fact.0 == data_set) {
            let code = |of| dimension(of).map(|at| fact.codes[at]);
            let name = |of| {
                let at = code(of)?.checked_sub(1)?;
                world.entries[&of].get(at as usize)
            };
            let value = |of| measure(of).and_then(|at| fact.measures[at]);
            let key = |of| match (name(of), code(of)) {
                (Some(entry), _) => entry.key.clone(),
                (None, Some(code)) if code > 0 => format!("#{code}"),
                _ => "-".into(),
            };
            let label = match code(Dimension::Product) {
                Some(0) => Some("-".to_owned()),
                _ => name(Dimension::Product).map(|entry| entry.label.clone()),
            };
            let row = params![
                data_set.name(),
                Date::from_days(fact.codes[0] as i32)
                    .expect("in range")
                    .to_string(),
                key(Dimension::Channel),
                code(Dimension::Order),
                key(Dimension::Product),
                label,
                value(Measure::Rows),
                value(amount),
                value(Measure::DeliveryDays),
                value(Measure::DeliveredLines),
            ];
            let insert = "insert into facts values (?,?,?,?,?,?,?,?,?,?)";
            database.execute(insert, row).expect("a row");
        }
    }
    database
}

fn days_of(database: &Connection, data_set: DataSet) -> Option<DateRange> {
    let sql = "select min(Day), max(Day) from facts where DataSet = ?";
    let ends = database.query_row(sql, [data_set.name()], |row| {
        Ok((
            row.get::<_, Option<String>>(0)?,
            row.get::<_, Option<String>>(1)?,
        ))
    });
    let (from, to) = ends.expect("one row");
    let date = |text: Option<String>| text?.parse::<Date>().ok();
    DateRange::new(date(from)?, date(to)?).ok()
}

/// The amount by channel, where lines are left.
fn amounts(database: &Connection, data_set: DataSet, range: DateRange) -> BTreeMap<String, i64> {
    let sql = "select Channel, sum(Amount) from facts where DataSet = ? and Day between ? and ? \
        group by Channel having sum(Lines) <> 0";
    let mut statement = database.prepare(sql).expect("valid SQL");
    let ends = [range.from(), range.to()].map(|day| day.to_string());
    let rows = statement.query_map([data_set.name(), &ends[0], &ends[1]], |row| {
        Ok((row.get(0)?, row.get(1)?))
    });
    rows.and_then(Iterator::collect).expect("rows")
}

fn key_of(row: &cube::Row) -> String {
    row.members[0].key.clone()
}

#[test]
fn quantiles_over_orders_are_those_of_ranked_rows() {
    // An order's value, and its days per delivered line.
    let sql = |value: &str, having: &str, tenths: u8| {
        format!(
            "with orders as (
                select Channel, {value} as value from facts
                where DataSet = 'sales' and OrderCode > 0
                group by Channel, OrderCode having sum(Lines) > 0 and {having}
            ), ranked as (
                select Channel, value, count(*) over own as orders,
                    row_number() over (partition by Channel order by value) - 1 as place
                from orders window own as (partition by Channel)
            ), around as (
                select Channel, (orders - 1) * {tenths} % 10 as rest,
                    max(value) filter (where place = (orders - 1) * {tenths} / 10) as lower,
                    max(value) filter (
                        where place = min(orders - 1, (orders - 1) * {tenths} / 10 + 1)) as upper
                from ranked group by Channel
            )
            select Channel, lower, upper, rest from around"
        )
    };
    let (days, is_delivered) = ("1.0 * sum(Days) / sum(Delivered)", "sum(Delivered) > 0");
    let asked = [
        (MetricId::MedianOrderValue, sql("sum(Amount)", "true", 5)),
        (MetricId::OrderValueP90, sql("sum(Amount)", "true", 9)),
        (MetricId::OrderCycleMedian, sql(days, is_delivered, 5)),
        (MetricId::OrderCycleP90, sql(days, is_delivered, 9)),
    ];
    let mut compared = 0;
    for seed in 0..80 {
        let world = World::calm(seed);
        let (cube, database) = (world.cube(seed), database(&world));
        let Some(range) = days_of(&database, DataSet::Sales) else {
            continue;
        };
        let query = Query {
            group_by: vec![Dimension::Channel],
            ..Query::of_all(asked.iter().map(|it| it.0).collect(), range)
        };
        let answer = cube.answer(&query).expect("a valid question");
        for (at, (metric, sql)) in asked.iter().enumerate() {
            let mut statement = database.prepare(sql).expect("valid SQL");
            let rows =
                statement.query_map([], |row| {
                    let (lower, upper, rest) = (
                        row.get::<_, f64>(1)?,
                        row.get::<_, f64>(2)?,
                        row.get::<_, f64>(3)?,
                    );
                    let value = match metric.metric().unit.is_whole() {
                        // Whole up to the division, so that half is half.
                        true => Value::Whole(
                            ((lower * 10.0 + (upper - lower) * rest) / 10.0).round() as i64,
                        ),
                        false => Value::Real(lower + (upper - lower) * (rest / 10.0)),
                    };
                    Ok((row.get::<_, String>(0)?, value))
                });
            let expected: BTreeMap<String, Value> = rows.and_then(Iterator::collect).expect("rows");
            for row in &answer.rows {
                compared += usize::from(row.values[at].is_some());
                let own = expected.get(&key_of(row)).copied();
                assert_eq!(
                    row.values[at],
                    own,
                    "seed {seed}: {metric} of {}",
                    key_of(row)
                );
            }
        }
    }
    assert!(compared > 400, "only {compared} values were compared");
}

#[test]
fn comparisons_are_the_same_sums_of_other_days() {
    let mut compared = [0; 3];
    for seed in 0..120 {
        let world = World::calm(seed);
        let (cube, database) = (world.cube(seed), database(&world));
        let Some(extent) = days_of(&database, DataSet::Sales) else {
            continue;
        };
        let targets = days_of(&database, DataSet::Targets);
        let last = |days: i32| {
            let from = extent.to().add_days(1 - days).ok()?;
            DateRange::new(from, extent.to()).ok()
        };
        let half = last((extent.days() / 2).max(1)).expect("in order");
        let month = last(30).expect("in order");
        let cases = [
            (
                Compare::PreviousPeriod,
                half,
                half.previous(),
                DataSet::Sales,
            ),
            (Compare::LastYear, month, month.last_year(), DataSet::Sales),
            (Compare::Target, half, Some(half), DataSet::Targets),
        ];
        for (number, (compare, range, other, data_set)) in cases.into_iter().enumerate() {
            let known = if data_set == DataSet::Targets {
                targets
            } else {
                Some(extent)
            };
            let Some(other) =
                other.filter(|it| known.is_some_and(|own| own.intersect(*it).is_some()))
            else {
                continue;
            };
            let query = Query {
                group_by: vec![Dimension::Channel],
                compare: Some(compare),
                ..Query::of(MetricId::NetRevenue, range)
            };
            let answer = cube.answer(&query).expect("a valid question");
            let (own, theirs) = (
                amounts(&database, DataSet::Sales, range),
                amounts(&database, data_set, other),
            );
            let keys: BTreeSet<&String> = own.keys().chain(theirs.keys()).collect();
            let of = |amounts: &BTreeMap<String, i64>, key| {
                vec![Some(Value::Whole(amounts.get(key).copied().unwrap_or(0)))]
            };
            let expected: Vec<_> = keys
                .into_iter()
                .map(|key| (key.clone(), of(&own, key), of(&theirs, key)))
                .collect();
            let found = answer.rows.iter();
            let found: Vec<_> = found
                .map(|row| (key_of(row), row.values.clone(), row.compared.clone()))
                .collect();
            assert_eq!(found, expected, "seed {seed}: {compare:?}");
            compared[number] += found.len();
        }
    }
    assert!(compared.iter().all(|rows| *rows > 40), "{compared:?}");
}

#[test]
fn a_search_finds_what_like_finds() {
    let mut compared = 0;
    for seed in 0..60 {
        let world = World::calm(seed);
        let (cube, database) = (world.cube(seed), database(&world));
        let Some(range) = days_of(&database, DataSet::Sales) else {
            continue;
        };
        for text in ["sku", "-3", "U 5", "1", "#", "nothing"] {
            let query = Query {
                group_by: vec![Dimension::Product],
                filters: vec![Filter::Search {
                    dimension: Dimension::Product,
                    text: text.into(),
                }],
                ..Query::of(MetricId::NetRevenue, range)
            };
            let sql = "select ProductKey, sum(Amount) from facts
                where DataSet = 'sales' and ProductLabel is not null
                    and (ProductKey like '%' || ?1 || '%' or ProductLabel like '%' || ?1 || '%')
                group by ProductKey having sum(Lines) <> 0 order by ProductKey";
            let mut statement = database.prepare(sql).expect("valid SQL");
            let rows = statement.query_map([text], |row| {
                Ok((row.get::<_, String>(0)?, Some(Value::Whole(row.get(1)?))))
            });
            let expected: Vec<_> = rows.and_then(Iterator::collect).expect("rows");
            let answer = cube.answer(&query).expect("a valid question");
            let found: Vec<_> = answer
                .rows
                .iter()
                .map(|row| (key_of(row), row.values[0]))
                .collect();
            assert_eq!(found, expected, "seed {seed}: {text}");
            compared += found.len();
        }
    }
    assert!(compared > 200, "only {compared} rows were compared");
}
