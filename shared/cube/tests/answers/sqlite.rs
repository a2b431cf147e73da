//! SQLite as an independent judge: the same facts as tables, the same questions as SQL, for a set of
//! fixed seeds. Periods are computed by SQLite's own date functions.

use std::collections::BTreeMap;

use crate::world::{Dice, World};
use cube::{Derived, Filter, Query, Value};
use kernel::{Date, DateRange, WeekStart};
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension, Measure};
use rusqlite::{Connection, params_from_iter, types::Value as Cell};

/// Metrics that are one aggregate of sales, with their SQL.
fn aggregates() -> Vec<(MetricId, String)> {
    let sum = |measure: Measure| format!("sum({measure:?})");
    let distinct =
        |dimension: &str| format!("count(distinct case when {dimension} > 0 then {dimension} end)");
    vec![
        (MetricId::Gmv, sum(Measure::GrossMinor)),
        (MetricId::NetRevenue, sum(Measure::NetRevenueMinor)),
        (MetricId::Units, sum(Measure::PlacedUnits)),
        (MetricId::CostOfGoods, sum(Measure::CostOfGoodsMinor)),
        (MetricId::CancelledValue, sum(Measure::CancelledMinor)),
        (MetricId::Commission, sum(Measure::CommissionMinor)),
        (MetricId::Orders, distinct("OrderCode")),
        (MetricId::Customers, distinct("CustomerCode")),
    ]
}

/// The sales of a world after all retractions: SQLite counts what is left, the cube subtracts.
fn database(world: &World) -> Connection {
    let database = Connection::open_in_memory().expect("memory");
    let measures = DataSet::Sales.measures();
    let columns: Vec<String> = measures
        .iter()
        .map(|it| format!("{it:?} integer"))
        .collect();
    let names = "Day text, Channel text, Product text, Category text, City text, Country text, \
                 CustomerCode integer, OrderCode integer";
    database
        .execute(
            &format!("create table sales ({names}, {})", columns.join(", ")),
            [],
        )
        .expect("table");
    let mut left: Vec<&cube::FactRow> = Vec::new();
    let sales = || {
        world
            .facts
            .iter()
            .filter(|fact| fact.0 == DataSet::Sales)
            .map(|fact| &fact.1)
    };
    left.extend(sales().filter(|fact| fact.measures[0] == Some(1)));
    for taken_back in sales().filter(|fact| fact.measures[0] == Some(-1)) {
        let original = taken_back.retraction();
        let at = left
            .iter()
            .position(|fact| **fact == original)
            .expect("only facts are taken back");
        left.swap_remove(at);
    }
    let name = |dimension: Dimension, code: u32| match code.checked_sub(1) {
        None => ("-".to_owned(), 0),
        Some(at) => match world.entries[&dimension].get(at as usize) {
            Some(entry) => (entry.key.clone(), entry.parent),
            None => (format!("#{code}"), 0),
        },
    };
    for fact in left {
        let [day, channel, product, city, customer, order] = fact.codes[..] else {
            panic!("six codes")
        };
        let (product, category) = name(Dimension::Product, product);
        let (city, country) = name(Dimension::City, city);
        let day = Date::from_days(day as i32).expect("in range").to_string();
        let texts = [
            day,
            name(Dimension::Channel, channel).0,
            product,
            name(Dimension::Category, category).0,
            city,
            name(Dimension::Country, country).0,
        ];
        let mut cells: Vec<Cell> = texts.into_iter().map(Cell::Text).collect();
        cells.extend([customer, order].map(|code| Cell::Integer(code.into())));
        cells.extend(
            fact.measures
                .iter()
                .map(|value| value.map_or(Cell::Null, Cell::Integer)),
        );
        let marks = vec!["?"; cells.len()].join(", ");
        let insert = format!("insert into sales values ({marks})");
        database
            .execute(&insert, params_from_iter(cells))
            .expect("a row");
    }
    database
}

pub fn expression(dimension: Dimension, world: &World) -> String {
    let fiscal = world.rules.fiscal_first_month;
    let back = |length: u8| {
        let months = format!("((cast(strftime('%m', Day) as integer) + 12 - {fiscal}) % {length})");
        format!("date(Day, 'start of month', '-' || {months} || ' months')")
    };
    match dimension {
        Dimension::Week => {
            let start = match world.rules.week_start {
                WeekStart::Monday => 1,
                WeekStart::Sunday => 0,
                WeekStart::Saturday => 6,
            };
            let days = format!("((cast(strftime('%w', Day) as integer) + 7 - {start}) % 7)");
            format!("date(Day, '-' || {days} || ' days')")
        }
        Dimension::Month => "date(Day, 'start of month')".into(),
        Dimension::Quarter => back(3),
        Dimension::Year => back(12),
        Dimension::Weekday => "cast((strftime('%w', Day) + 6) % 7 + 1 as text)".into(),
        Dimension::FirstOrderMonth => "case CustomerCode when 0 then '-' else (select \
            date(min(own.Day), 'start of month') from sales own \
            where own.CustomerCode = sales.CustomerCode) end"
            .into(),
        Dimension::MonthsSinceFirstOrder => {
            let months = |day: &str| {
                let part = |part| format!("cast(strftime('{part}', {day}) as integer)");
                format!("{} * 12 + {}", part("%Y"), part("%m"))
            };
            format!(
                "case CustomerCode when 0 then '-' else (select \
                 cast({} - ({}) as text) from sales own \
                 where own.CustomerCode = sales.CustomerCode) end",
                months("sales.Day"),
                months("min(own.Day)")
            )
        }
        plain => format!("{plain:?}"),
    }
}

/// Rows by the keys of their members.
type Rows = BTreeMap<Vec<String>, Vec<Option<i64>>>;

fn ask(database: &Connection, world: &World, query: &Query) -> Rows {
    let aggregates: BTreeMap<MetricId, String> = aggregates().into_iter().collect();
    let keys: Vec<String> = query
        .group_by
        .iter()
        .map(|&it| expression(it, world))
        .collect();
    let values: Vec<String> = query
        .metrics
        .iter()
        .map(|metric| aggregates[metric].clone())
        .collect();
    let mut conditions = vec![format!(
        "Day between '{}' and '{}'",
        query.range.from(),
        query.range.to()
    )];
    for filter in &query.filters {
        if let Filter::Range { from, to, .. } = filter {
            let period = expression(filter.dimension(), world);
            let end = |key: &Option<String>, sign: &str| {
                key.iter()
                    .map(|key| match filter.dimension() {
                        Dimension::MonthsSinceFirstOrder => {
                            format!("cast({period} as integer) {sign} {key}")
                        }
                        _ => format!("{period} {sign} '{key}'"),
                    })
                    .collect::<Vec<_>>()
            };
            conditions.push(format!("{period} <> '-'"));
            conditions.extend(end(from, ">="));
            conditions.extend(end(to, "<="));
            continue;
        }
        let (Filter::In { dimension, members } | Filter::NotIn { dimension, members }) = filter
        else {
            panic!("not generated")
        };
        let list: Vec<String> = members.iter().map(|member| format!("'{member}'")).collect();
        let is_in = format!("{} in ({})", expression(*dimension, world), list.join(", "));
        let negated = matches!(filter, Filter::NotIn { .. });
        conditions.push(if negated {
            format!("not {is_in}")
        } else {
            is_in
        });
    }
    let columns = [keys.clone(), values].concat().join(", ");
    let sql = format!(
        "select {columns} from sales where {} group by {}",
        conditions.join(" and "),
        if keys.is_empty() {
            "1 having count(*) > 0".replace("1 having", "'' having")
        } else {
            keys.join(", ")
        },
    );
    let mut statement = database
        .prepare(&sql)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    let found = statement.query_map([], |row| {
        let keys = (0..query.group_by.len())
            .map(|at| row.get(at))
            .collect::<Result<_, _>>()?;
        let values = (0..query.metrics.len()).map(|at| row.get(query.group_by.len() + at));
        Ok((keys, values.collect::<Result<_, _>>()?))
    });
    found
        .expect("rows")
        .collect::<Result<_, _>>()
        .expect("rows")
}

fn question(world: &World, dice: &mut Dice) -> Query {
    let of_sales =
        |dimension: &Dimension| DataSet::Sales.dimensions().contains(&dimension.stored());
    let aggregates = aggregates();
    let mut query = world.query(dice.next());
    query.metrics = (0..1 + dice.below(4))
        .map(|_| aggregates[dice.below(aggregates.len() as u64) as usize].0)
        .collect();
    query.group_by.retain(of_sales);
    query
        .filters
        .retain(|filter| of_sales(&filter.dimension()) && !matches!(filter, Filter::Search { .. }));
    Query {
        compare: None,
        sort: None,
        derived: Vec::new(),
        bounds: Vec::new(),
        top: None,
        subtotals: false,
        fill_gaps: false,
        ..query
    }
}

fn rows_of(answer: &cube::Answer) -> Rows {
    let whole = |value: &Option<Value>| match value {
        Some(Value::Whole(whole)) => Some(*whole),
        Some(Value::Real(real)) => panic!("{real} is not whole"),
        None => None,
    };
    let row = |row: &cube::Row| {
        let keys = row
            .members
            .iter()
            .map(|member| member.key.clone())
            .collect();
        (keys, row.values.iter().map(whole).collect())
    };
    answer.rows.iter().map(row).collect()
}

#[test]
fn the_same_questions_to_sqlite() {
    let mut asked_rows = 0;
    for seed in 0..90 {
        let world = World::new(seed);
        let database = database(&world);
        let cube = world.cube(seed);
        let mut dice = Dice(seed ^ 0xcafe);
        for _ in 0..20 {
            let query = question(&world, &mut dice);
            let expected = ask(&database, &world, &query);
            asked_rows += expected.len();
            let answer = cube.answer(&query).expect("a valid question");
            let found = rows_of(&answer);
            if query.group_by.is_empty() && expected.is_empty() {
                // SQL has no row for nothing; the cube's one row says nothing or 0.
                assert!(
                    found
                        .values()
                        .flatten()
                        .all(|value| value.unwrap_or(0) == 0),
                    "{query:?}"
                );
            } else {
                assert_eq!(found, expected, "seed {seed}: {query:?}");
            }
        }
    }
    assert!(asked_rows > 4_000, "only {asked_rows} rows were compared");
}

/// Months add up to the one sum that SQLite finds.
#[test]
fn months_add_up_to_the_whole() {
    let world = World::calm(7_001);
    let cube = world.cube(1);
    let query = Query {
        group_by: vec![Dimension::Month],
        ..Query::of(MetricId::Gmv, cube.extent().expect("facts"))
    };
    let answer = cube.answer(&query).expect("a valid question");
    let sum: i64 = rows_of(&answer).values().flatten().flatten().sum();
    let whole: i64 = database(&world)
        .query_row("select sum(GrossMinor) from sales", [], |row| row.get(0))
        .expect("a sum");
    assert_eq!(
        (sum, answer.total.values.clone()),
        (whole, vec![Some(Value::Whole(whole))])
    );
}

/// Running sums, shares and ranks of months by channel, as SQL's window functions have them.
#[test]
fn derived_figures_are_those_of_window_functions() {
    let mut compared = 0;
    for seed in 0..60 {
        let world = World::calm(seed);
        let cube = world.cube(seed);
        let database = database(&world);
        // What was taken back altogether is in the cube's extent, not in the table.
        let ends = "select min(Day), max(Day) from sales having count(*) > 0";
        let Ok((from, to)) = database.query_row(ends, [], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
        }) else {
            continue;
        };
        let day = |text: String| text.parse::<Date>().expect("a date");
        let range = DateRange::new(day(from), day(to)).expect("in order");
        let metric = 0;
        let query = Query {
            group_by: vec![Dimension::Channel, Dimension::Month],
            derived: vec![
                Derived::Cumulative { metric },
                Derived::MovingAverage { metric, periods: 2 },
                Derived::Rank { metric },
            ],
            fill_gaps: true,
            ..Query::of(MetricId::Gmv, range)
        };
        let answer = cube.answer(&query).expect("a valid question");
        let sql = "
            with recursive months(month) as (
                select min(date(Day, 'start of month')) from sales union all
                select date(month, '+1 month') from months
                where month < (select max(date(Day, 'start of month')) from sales)
            ), cells as (
                select channel, month, coalesce((select sum(GrossMinor) from sales
                    where sales.Channel = _.channel and date(Day, 'start of month') = month), 0) as gross
                from (select distinct Channel as channel from sales) _, months
            )
            select channel, month,
                sum(gross) over so_far,
                case when row_number() over so_far >= 2 then avg(gross) over (
                    partition by channel order by month rows 1 preceding) end,
                rank() over (order by gross desc)
            from cells window so_far as (partition by channel order by month)
            order by channel, month";
        let mut statement = database.prepare(sql).expect("valid SQL");
        type Found = (Vec<String>, i64, Option<f64>, i64);
        let expected: Vec<Found> = statement
            .query_map([], |row| {
                let keys = vec![row.get(0)?, row.get(1)?];
                Ok((keys, row.get(2)?, row.get(3)?, row.get(4)?))
            })
            .and_then(Iterator::collect)
            .expect("rows");
        let row = |row: &cube::Row| {
            let keys: Vec<String> = row.members.iter().map(|it| it.key.clone()).collect();
            (keys, row.derived.clone())
        };
        let found: Vec<_> = answer.rows.iter().map(row).collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(keys, so_far, mean, rank)| {
                let mean = mean.map(|mean| Value::Whole(mean.round() as i64));
                (
                    keys,
                    vec![Some(Value::Whole(so_far)), mean, Some(Value::Whole(rank))],
                )
            })
            .collect();
        compared += found.len();
        assert_eq!(found, expected, "seed {seed}");
    }
    assert!(compared > 100, "only {compared} rows were compared");
}
