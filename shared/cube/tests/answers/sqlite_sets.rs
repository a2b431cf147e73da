//! SQLite as a judge of all data sets but targets: sums, levels, ratios, concentration, new and repeat
//! customers, in rows, subtotals, the total and the row of others, for random questions.

use std::collections::{BTreeMap, BTreeSet};

use super::sqlite::expression;
use super::world::{Dice, World};
use cube::{FactRow, Filter, Query, Row, Top, Value};
use kernel::Date;
use model::metrics::MetricId;
use model::schema::{DataSet, Dimension};
use rusqlite::{Connection, params_from_iter, types::Value as Cell};

/// How a metric is found.
enum Told {
    /// By an expression over the facts of a group.
    Sum(String),
    /// By a question of its own about the group `g`; `f` are the facts that count.
    Apart(String),
}

/// Divides whole numbers, rounding half away from zero.
fn rounded(of: &str, by: &str) -> String {
    format!(
        "case when ({of}) * ({by}) < 0 then -1 else 1 end *
            ((2 * abs({of}) + abs({by})) / nullif(2 * abs({by}), 0))"
    )
}

fn ratio(of: &str, by: &str) -> Told {
    Told::Sum(format!("1.0 * sum({of}) / nullif(sum({by}), 0)"))
}

fn metrics_of(data_set: DataSet) -> Vec<(MetricId, Told)> {
    let sum = |measure: &str| Told::Sum(format!("sum({measure})"));
    let distinct = |code: &str| format!("count(distinct case when {code} > 0 then {code} end)");
    let (orders, customers) = (distinct("OrderCode"), distinct("CustomerCode"));
    let newly = "(select count(distinct CustomerCode) from f where f.k = g.k and CustomerCode > 0
        and Day = (select min(Day) from facts own where own.CustomerCode = f.CustomerCode))";
    let repeated = "(select count(*) from (select 1 from f where f.k = g.k and CustomerCode > 0
        and OrderCode > 0 group by CustomerCode having count(distinct OrderCode) >= 2))";
    let served =
        "(select count(distinct CustomerCode) from f where f.k = g.k and CustomerCode > 0)";
    match data_set {
        DataSet::Ads => vec![
            (MetricId::AdSpend, sum("AdSpendMinor")),
            (MetricId::Impressions, sum("Impressions")),
            (MetricId::Roas, ratio("AdSalesMinor", "AdSpendMinor")),
            (MetricId::Acos, ratio("AdSpendMinor", "AdSalesMinor")),
            (MetricId::ClickThroughRate, ratio("Clicks", "Impressions")),
            (
                MetricId::CostPerClick,
                Told::Sum(rounded("sum(AdSpendMinor)", "sum(Clicks)")),
            ),
        ],
        DataSet::Stock => vec![
            (MetricId::StockOutDays, sum("StockOutDays")),
            (MetricId::StockOutRate, ratio("StockOutDays", "ListedDays")),
            (
                MetricId::OnHand,
                Told::Apart(
                    "(select sum(OnHandUnits) from f where f.k = g.k and f.Day = g.newest)".into(),
                ),
            ),
        ],
        DataSet::Requests => vec![
            (MetricId::ApiCalls, sum("ApiCalls")),
            (MetricId::ApiBytes, sum("ApiBytes")),
            (
                MetricId::ApiErrors,
                Told::Sum("sum(ApiRefusals) + sum(ApiFaults)".into()),
            ),
            (
                MetricId::ApiErrorRate,
                Told::Sum(
                    "1.0 * (sum(ApiRefusals) + sum(ApiFaults)) / nullif(sum(ApiCalls), 0)".into(),
                ),
            ),
            (MetricId::ApiFaultRate, ratio("ApiFaults", "ApiCalls")),
            (MetricId::ApiAnswerTime, ratio("ApiMillis", "ApiCalls")),
        ],
        _ => vec![
            (MetricId::NetRevenue, sum("NetRevenueMinor")),
            (MetricId::OutputVat, sum("VatMinor")),
            (
                MetricId::ReturnRate,
                ratio("ReturnedUnits", "DeliveredUnits"),
            ),
            (
                MetricId::CancellationRate,
                ratio("CancelledUnits", "PlacedUnits"),
            ),
            (
                MetricId::AverageOrderValue,
                Told::Sum(rounded("sum(NetRevenueMinor)", &orders)),
            ),
            (MetricId::Orders, Told::Sum(orders.clone())),
            (MetricId::Customers, Told::Sum(customers)),
            (MetricId::NewCustomers, Told::Apart(newly.into())),
            (
                MetricId::ReturningCustomers,
                Told::Apart(format!("{served} - {newly}")),
            ),
            (
                MetricId::RepeatRate,
                Told::Apart(format!("1.0 * {repeated} / nullif({served}, 0)")),
            ),
            (
                MetricId::ChannelConcentration,
                Told::Apart(
                    "(select case when min(n) >= 0 and sum(n) > 0
                        then sum(1.0 * n * n) / (1.0 * sum(n) * sum(n)) end
                      from (select sum(NetRevenueMinor) n from f where f.k = g.k group by Channel)
                      where n is not null)"
                        .into(),
                ),
            ),
        ],
    }
}

/// The facts of a data set that are left after all retractions.
fn left(world: &World, data_set: DataSet) -> Vec<&FactRow> {
    let own = || world.facts.iter().filter(|fact| fact.0 == data_set);
    let of = |sign| own().filter(move |fact| fact.1.measures[0] == Some(sign));
    let mut left: Vec<&FactRow> = of(1).map(|fact| &fact.1).collect();
    for (_, taken_back) in of(-1) {
        let original = taken_back.retraction();
        let at = left.iter().position(|fact| **fact == original);
        left.swap_remove(at.expect("only facts are taken back"));
    }
    left
}

fn database(world: &World, data_set: DataSet) -> Connection {
    let database = Connection::open_in_memory().expect("memory");
    let measures = data_set.measures().iter();
    let measures: Vec<String> = measures.map(|it| format!("{it:?} integer")).collect();
    let names = "Day text, Channel text, Product text, Category text, City text, Country text, \
                 Campaign text, Endpoint text, Caller text, CustomerCode integer, OrderCode integer";
    let table = format!("create table facts ({names}, {})", measures.join(", "));
    database.execute(&table, []).expect("a table");
    for fact in left(world, data_set) {
        let code = |dimension| {
            let mut dimensions = data_set.dimensions().iter();
            dimensions
                .position(|&it| it == dimension)
                .map(|at| fact.codes[at])
        };
        let named = |dimension: Dimension, code: u32| match code.checked_sub(1) {
            None => ("-".to_owned(), 0),
            Some(at) => match world.entries[&dimension].get(at as usize) {
                Some(entry) => (entry.key.clone(), entry.parent),
                None => (format!("#{code}"), 0),
            },
        };
        let name = |dimension: Dimension| {
            let stored = named(dimension.stored(), code(dimension.stored())?);
            Some(match dimension == dimension.stored() {
                true => stored.0,
                false => named(dimension, stored.1).0,
            })
        };
        let text = |text: Option<String>| text.map_or(Cell::Null, Cell::Text);
        let day = code(Dimension::Day).map(|day| Date::from_days(day as i32).expect("in range"));
        let mut cells = vec![text(day.map(|day| day.to_string()))];
        cells.extend(
            [
                Dimension::Channel,
                Dimension::Product,
                Dimension::Category,
                Dimension::City,
                Dimension::Country,
                Dimension::Campaign,
                Dimension::Endpoint,
                Dimension::Caller,
            ]
            .map(|dimension| text(name(dimension))),
        );
        let opaque = [Dimension::Customer, Dimension::Order];
        cells.extend(opaque.map(|it| code(it).map_or(Cell::Null, |it| Cell::Integer(it.into()))));
        let values = fact.measures.iter();
        cells.extend(values.map(|value| value.map_or(Cell::Null, Cell::Integer)));
        let marks = vec!["?"; cells.len()].join(", ");
        let insert = format!("insert into facts values ({marks})");
        database
            .execute(&insert, params_from_iter(cells))
            .expect("a row");
    }
    database
}

/// Rows by the keys of their members.
type Rows = BTreeMap<Vec<String>, Vec<Option<Value>>>;

/// The rows over some dimensions; of facts whose keys over these are none of `left_out`.
fn ask(
    database: &Connection,
    world: &World,
    query: &Query,
    metrics: &[(MetricId, Told)],
    group_by: &[Dimension],
    left_out: &BTreeSet<Vec<String>>,
) -> Rows {
    let expressions = |dimensions: &[Dimension]| -> Vec<String> {
        dimensions.iter().map(|&it| expression(it, world)).collect()
    };
    let joined = |keys: &[String]| match keys {
        [] => "''".to_owned(),
        keys => keys.join(" || '|' || "),
    };
    let keys = expressions(group_by);
    let mut conditions = vec![format!(
        "Day between '{}' and '{}'",
        query.range.from(),
        query.range.to()
    )];
    for filter in &query.filters {
        let Filter::In { dimension, members } = filter else {
            panic!("not generated")
        };
        let list: Vec<String> = members.iter().map(|member| format!("'{member}'")).collect();
        let own = expression(*dimension, world);
        conditions.push(format!("{own} in ({})", list.join(", ")));
    }
    if !left_out.is_empty() {
        let list: Vec<String> = left_out
            .iter()
            .map(|keys| format!("'{}'", keys.join("|")))
            .collect();
        let own = joined(&expressions(&query.group_by));
        conditions.push(format!("{own} not in ({})", list.join(", ")));
    }
    let (mut inner, mut outer) = (Vec::new(), Vec::new());
    for (at, metric) in query.metrics.iter().enumerate() {
        let told = metrics.iter().find(|it| it.0 == *metric).map(|it| &it.1);
        match told.expect("a metric of this data set") {
            Told::Sum(sql) => {
                inner.push(format!("{sql} as v{at}"));
                outer.push(format!("v{at}"));
            }
            Told::Apart(sql) => outer.push(sql.clone()),
        }
    }
    inner.push("max(Day) as newest".into());
    let sql = format!(
        "with f as (select *, {} as k from facts where {}),
            g as (select k, {} from f group by k)
         select k, {} from g",
        joined(&keys),
        conditions.join(" and "),
        inner.join(", "),
        outer.join(", ")
    );
    let mut statement = database
        .prepare(&sql)
        .unwrap_or_else(|error| panic!("{error}: {sql}"));
    let found = statement.query_map([], |row| {
        let key: String = row.get(0)?;
        let keys = match group_by {
            [] => Vec::new(),
            _ => key.split('|').map(str::to_owned).collect(),
        };
        let value = |(at, metric): (usize, &MetricId)| {
            Ok(match row.get::<_, Cell>(at + 1)? {
                Cell::Null => None,
                Cell::Integer(whole) if metric.metric().unit.is_whole() => {
                    Some(Value::Whole(whole))
                }
                Cell::Integer(whole) => Some(Value::Real(whole as f64)),
                Cell::Real(real) => Some(Value::Real(real)),
                other => panic!("{other:?} is no value"),
            })
        };
        let values = query.metrics.iter().enumerate().map(value);
        Ok((keys, values.collect::<rusqlite::Result<_>>()?))
    });
    found.and_then(Iterator::collect).expect("rows")
}

/// Equal, but for the last bits of a sum of squares, which SQL adds up in an order of its own.
fn is_same(metric: MetricId, one: Option<Value>, other: Option<Value>) -> bool {
    match (one, other) {
        (Some(Value::Real(one)), Some(Value::Real(other)))
            if metric == MetricId::ChannelConcentration =>
        {
            (one - other).abs() <= 1e-12
        }
        _ => one == other,
    }
}

fn compare(query: &Query, what: &str, rows: &[&Row], expected: &Rows) -> usize {
    let keys =
        |row: &&Row| -> Vec<String> { row.members.iter().map(|it| it.key.clone()).collect() };
    let found: Vec<Vec<String>> = rows.iter().map(keys).collect();
    let wanted: Vec<Vec<String>> = expected.keys().cloned().collect();
    let sorted: BTreeSet<Vec<String>> = found.iter().cloned().collect();
    assert_eq!(
        sorted.into_iter().collect::<Vec<_>>(),
        wanted,
        "{what}: {query:?}"
    );
    for (row, key) in rows.iter().zip(found) {
        for ((value, other), &metric) in row.values.iter().zip(&expected[&key]).zip(&query.metrics)
        {
            assert!(
                is_same(metric, *value, *other),
                "{what} {key:?}: {metric} is {value:?}, SQL says {other:?}: {query:?}"
            );
        }
    }
    rows.len()
}

fn question(
    world: &World,
    data_set: DataSet,
    metrics: &[(MetricId, Told)],
    dice: &mut Dice,
) -> Query {
    let can =
        |it: &Dimension| data_set.dimensions().contains(&it.stored()) && !it.is_of_first_orders();
    let base = world.query(dice.next());
    let mut group_by = base.group_by;
    group_by.retain(can);
    group_by.truncate(2);
    let is_in = |it: &Filter| matches!(it, Filter::In { dimension, .. } if can(dimension));
    let filters = base.filters.into_iter().filter(is_in).collect();
    let count = 1 + dice.below(4);
    let asked: Vec<MetricId> = (0..count)
        .map(|_| metrics[dice.below(metrics.len() as u64) as usize].0)
        .collect();
    let top = dice.one_in(2).then(|| Top {
        rows: 1 + dice.below(4) as usize,
        others: true,
    });
    Query {
        filters,
        top: top.filter(|_| !group_by.is_empty()),
        subtotals: group_by.len() == 2,
        group_by,
        ..Query::of_all(asked, base.range)
    }
}

#[test]
fn every_data_set_is_answered_as_sqlite_does() {
    let mut compared: BTreeMap<(DataSet, &str), usize> = BTreeMap::new();
    let mut valued: BTreeSet<MetricId> = BTreeSet::new();
    for seed in 0..90 {
        let world = World::new(seed);
        let cube = world.cube(seed);
        for data_set in [
            DataSet::Sales,
            DataSet::Ads,
            DataSet::Stock,
            DataSet::Requests,
        ] {
            let (database, metrics) = (database(&world, data_set), metrics_of(data_set));
            let mut dice = Dice(seed ^ 0x5e75);
            for _ in 0..6 {
                let query = question(&world, data_set, &metrics, &mut dice);
                let answer = cube.answer(&query).expect("a valid question");
                let nothing = BTreeSet::new();
                let ask = |group_by: &[Dimension], left_out: &BTreeSet<Vec<String>>| {
                    ask(&database, &world, &query, &metrics, group_by, left_out)
                };
                let mut count = |what, rows| *compared.entry((data_set, what)).or_default() += rows;
                let total = ask(&[], &nothing);
                if total.is_empty() {
                    continue;
                }
                count("total", compare(&query, "total", &[&answer.total], &total));
                let shown = answer.rows.iter().filter(|row| !row.others);
                let shown: Vec<&Row> = shown.collect();
                let mut rows = ask(&query.group_by, &nothing);
                if let Some(top) = query.top {
                    // By key, so the first ones of the map.
                    let kept = rows.keys().take(top.rows).cloned().collect::<BTreeSet<_>>();
                    rows.retain(|key, _| kept.contains(key));
                    let others = answer.rows.iter().find(|row| row.others);
                    let expected = ask(&[], &kept);
                    let found: Vec<&Row> = others.into_iter().collect();
                    count("others", compare(&query, "others", &found, &expected));
                }
                for row in &shown {
                    let known = row.values.iter().zip(&query.metrics);
                    valued.extend(known.filter(|it| it.0.is_some()).map(|it| *it.1));
                }
                count("rows", compare(&query, "rows", &shown, &rows));
                for level in &answer.subtotals {
                    let expected = ask(&query.group_by[..1], &nothing);
                    let level: Vec<&Row> = level.iter().collect();
                    count("subtotals", compare(&query, "subtotals", &level, &expected));
                }
            }
        }
    }
    assert_eq!(compared.len(), 16, "{compared:?}");
    assert!(compared.values().all(|rows| *rows > 30), "{compared:?}");
    assert_eq!(valued.len(), 26, "{valued:?}");
}
