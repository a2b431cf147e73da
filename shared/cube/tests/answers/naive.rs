//! The same answers from a plain walk over all rows, written for clarity and without any of the
//! engine's parts but the values of formulas, which `model` tests.

mod derived;
mod parts;
mod rows;

use std::collections::{BTreeMap, BTreeSet};

use cube::{Compare, FactRow, Filter, Query, Value};
use kernel::{Date, DateRange};
use model::metrics::{Computed, MetricId, Part};
use model::schema::{DataSet, Dimension};

use super::periods::{is_run_along, period};
use super::world::World;

/// A row of an answer, by the keys of its members.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainRow {
    pub keys: Vec<String>,
    pub values: Vec<Option<Value>>,
    pub compared: Vec<Option<Value>>,
    pub derived: Vec<Option<Value>>,
    pub partial: bool,
    pub others: bool,
}

impl From<&cube::Row> for PlainRow {
    fn from(row: &cube::Row) -> PlainRow {
        PlainRow {
            keys: row
                .members
                .iter()
                .map(|member| member.key.clone())
                .collect(),
            values: row.values.clone(),
            compared: row.compared.clone(),
            derived: row.derived.clone(),
            partial: row.partial,
            others: row.others,
        }
    }
}

/// A key as it sorts among the others of its dimension.
fn sortable(dimension: Dimension, key: &str) -> String {
    match dimension {
        Dimension::MonthsSinceFirstOrder if key != "-" => format!("{key:0>5}"),
        _ => key.into(),
    }
}

pub struct Naive<'a> {
    world: &'a World,
    query: &'a Query,
    main: Side<'a>,
    compared: Option<Side<'a>>,
    first_days: BTreeMap<u32, u32>,
}

/// A range with what is looked up often.
struct Side<'a> {
    range: DateRange,
    /// By day, whether the time filters accept it.
    accepted: BTreeMap<Date, bool>,
    /// By time dimension and day, the key of the query's period that the day is counted to.
    aligned: BTreeMap<Dimension, BTreeMap<Date, Option<String>>>,
    /// The facts that count, of the data sets that are needed and can be filtered.
    facts: BTreeMap<DataSet, Vec<&'a FactRow>>,
}

/// The facts of one side that a row stands for, by data set, and the days it covers.
struct Slice<'a> {
    sets: BTreeMap<DataSet, Vec<&'a FactRow>>,
    span: DateRange,
    days: i64,
}

/// Slices by the keys of their rows.
type Slices<'a> = BTreeMap<Vec<String>, Slice<'a>>;

impl<'a> Naive<'a> {
    pub fn new(world: &'a World, query: &'a Query) -> Self {
        let compared = query.compare.and_then(|compare| match compare {
            Compare::PreviousPeriod => Some(query.range.previous().expect("in range")),
            Compare::LastYear => Some(query.range.last_year().expect("in range")),
            Compare::Target => None,
        });
        let side = |range| Side {
            range,
            accepted: BTreeMap::new(),
            aligned: BTreeMap::new(),
            facts: BTreeMap::new(),
        };
        let (main, compared) = (side(query.range), compared.map(side));
        let mut naive = Naive {
            world,
            query,
            main,
            compared,
            first_days: BTreeMap::new(),
        };
        let mut net: BTreeMap<(u32, u32), i64> = BTreeMap::new();
        for (data_set, fact) in &world.facts {
            if *data_set == DataSet::Sales {
                let customer = naive.code(fact, *data_set, Dimension::Customer);
                *net.entry((customer, fact.codes[0])).or_default() +=
                    fact.measures[0].expect("never null");
            }
        }
        for ((customer, day), rows) in net {
            if rows > 0 {
                naive.first_days.entry(customer).or_insert(day);
            }
        }
        naive.main = naive.side(query.range);
        naive.compared = naive.compared.take().map(|side| naive.side(side.range));
        naive
    }

    /// What the metrics are compared with, where targets are.
    fn targets(&self) -> Vec<Option<MetricId>> {
        match self.query.compare {
            Some(Compare::Target) => self.query.metrics.iter().map(|it| it.target()).collect(),
            _ => Vec::new(),
        }
    }

    fn side(&self, range: DateRange) -> Side<'a> {
        let mut side = Side {
            range,
            accepted: BTreeMap::new(),
            aligned: BTreeMap::new(),
            facts: BTreeMap::new(),
        };
        let filtered = self.query.filters.iter().map(Filter::dimension);
        for dimension in filtered
            .chain(self.query.group_by.iter().copied())
            .filter(|it| it.is_time())
        {
            let theirs = self.periods(dimension, self.query.range);
            let own = self.periods(dimension, range);
            let keys = range.iter().map(|day| {
                let key = period(dimension, day, &self.world.rules);
                let aligned = match dimension {
                    Dimension::Weekday => Some(key),
                    _ => {
                        let at = own
                            .iter()
                            .position(|it| *it == key)
                            .expect("a period of the range");
                        theirs.get(at).cloned()
                    }
                };
                (day, aligned)
            });
            side.aligned.insert(dimension, keys.collect());
        }
        side.accepted = range
            .iter()
            .map(|day| (day, self.accepts_day(day, &side)))
            .collect();
        side.facts = self.facts(&side);
        side
    }

    fn code(&self, fact: &FactRow, data_set: DataSet, stored: Dimension) -> u32 {
        let at = data_set
            .dimensions()
            .iter()
            .position(|&it| it == stored)
            .expect("has it");
        fact.codes[at]
    }

    fn name(&self, dimension: Dimension, code: u32) -> (String, String) {
        match code.checked_sub(1) {
            None => ("-".into(), "-".into()),
            Some(at) => match self.world.entries[&dimension].get(at as usize) {
                Some(entry) => (entry.key.clone(), entry.label.clone()),
                None => (format!("#{code}"), format!("#{code}")),
            },
        }
    }

    /// Key and label of a fact's member in a dimension, as far as the fact itself tells.
    fn member(&self, fact: &FactRow, data_set: DataSet, dimension: Dimension) -> (String, String) {
        if dimension.is_time() {
            let day = Date::from_days(fact.codes[0] as i32).expect("in range");
            let key = period(dimension, day, &self.world.rules);
            return (key.clone(), key);
        }
        let stored = dimension.stored();
        let code = self.code(fact, data_set, stored);
        if dimension.is_of_first_orders() {
            let first = self.first_days.get(&code).filter(|_| code > 0);
            let first = first.map(|&day| Date::from_days(day as i32).expect("in range"));
            if dimension == Dimension::MonthsSinceFirstOrder {
                let day = Date::from_days(fact.codes[0] as i32).expect("in range");
                let count = |day: Date| day.year() * 12 + i32::from(day.month_of_year());
                let since = first.map(|first| count(day) - count(first));
                let key = since.filter(|since| *since >= 0);
                let key = key.map_or_else(|| "-".into(), |since| since.to_string());
                return (key.clone(), key);
            }
            let month = first.map(|day| period(Dimension::Month, day, &self.world.rules));
            let key = month.unwrap_or_else(|| "-".into());
            return (key.clone(), key);
        }
        if stored == dimension {
            return self.name(dimension, code);
        }
        let entries = &self.world.entries[&stored];
        let parent = code
            .checked_sub(1)
            .and_then(|at| entries.get(at as usize))
            .map_or(0, |it| it.parent);
        self.name(dimension, parent)
    }

    fn periods(&self, dimension: Dimension, range: DateRange) -> Vec<String> {
        let keys: BTreeSet<String> = range
            .iter()
            .map(|day| period(dimension, day, &self.world.rules))
            .collect();
        keys.into_iter().collect()
    }

    fn accepts_day(&self, day: Date, side: &Side<'_>) -> bool {
        self.query
            .filters
            .iter()
            .filter(|filter| filter.dimension().is_time())
            .all(|filter| {
                side.aligned[&filter.dimension()][&day]
                    .as_ref()
                    .is_some_and(|key| match filter {
                        Filter::In { members, .. } => members.contains(key),
                        Filter::NotIn { members, .. } => !members.contains(key),
                        // Dates and weekdays sort as their texts do.
                        Filter::Range { from, to, .. } => {
                            from.as_ref().is_none_or(|from| from <= key)
                                && to.as_ref().is_none_or(|to| key <= to)
                        }
                        Filter::Search { .. } => unreachable!("not generated"),
                    })
            })
    }

    fn accepts(&self, fact: &FactRow, data_set: DataSet, side: &Side<'_>) -> bool {
        let day = Date::from_days(fact.codes[0] as i32).expect("in range");
        let named = |filter: &&Filter| !filter.dimension().is_time();
        side.accepted.get(&day) == Some(&true)
            && self.query.filters.iter().filter(named).all(|filter| {
                let (key, label) = self.member(fact, data_set, filter.dimension());
                match filter {
                    Filter::In { members, .. } => members.contains(&key),
                    Filter::NotIn { members, .. } => !members.contains(&key),
                    Filter::Range { from, to, .. } => {
                        let place = |key: &String| sortable(filter.dimension(), key);
                        let own = place(&key);
                        key != "-"
                            && from.as_ref().is_none_or(|from| place(from) <= own)
                            && to.as_ref().is_none_or(|to| own <= place(to))
                    }
                    Filter::Search { text, .. } => {
                        let text = text.to_lowercase();
                        let is_found = |of: &str| of.to_lowercase().contains(&text);
                        // A member without an entry has no name to search.
                        if key.starts_with('#') {
                            text.is_empty()
                        } else {
                            is_found(&key) || is_found(&label)
                        }
                    }
                }
            })
    }

    fn has_all(&self, data_set: DataSet, dimensions: &[Dimension]) -> bool {
        dimensions
            .iter()
            .all(|dimension| data_set.dimensions().contains(&dimension.stored()))
    }

    /// The data sets that the metrics need and that can be filtered, with the facts that count.
    fn facts(&self, side: &Side<'_>) -> BTreeMap<DataSet, Vec<&'a FactRow>> {
        let filtered: Vec<Dimension> = self.query.filters.iter().map(Filter::dimension).collect();
        let filtered: Vec<Dimension> = filtered.into_iter().filter(|it| !it.is_time()).collect();
        let needed: BTreeSet<DataSet> = self
            .query
            .metrics
            .iter()
            .copied()
            .chain(self.targets().into_iter().flatten())
            .flat_map(|metric| metric.metric().parts())
            .filter(|part| match part {
                Part::Computed(computed) => matches!(
                    computed,
                    Computed::NetRevenueCompared
                        | Computed::NetRevenueConcentration
                        | Computed::NewCustomers
                        | Computed::RepeatCustomers
                        | Computed::OrderValueMedianMinor
                        | Computed::OrderValueP90Minor
                        | Computed::OrderCycleMedianDays
                        | Computed::OrderCycleP90Days
                ),
                _ => true,
            })
            .filter_map(Part::data_set)
            .collect();
        let mut facts = BTreeMap::new();
        for data_set in needed {
            if self.has_all(data_set, &filtered) {
                let own = self.world.facts.iter().filter(|fact| fact.0 == data_set);
                let own = own
                    .map(|fact| &fact.1)
                    .filter(|fact| self.accepts(fact, data_set, side));
                facts.insert(data_set, own.collect());
            }
        }
        facts
    }

    /// The rows of one side over the first `length` dimensions: keys as the query's range has them.
    fn slices(&self, length: usize, side: &Side<'a>) -> Slices<'a> {
        let dimensions = &self.query.group_by[..length];
        let mut slices: Slices<'a> = BTreeMap::new();
        for (&data_set, facts) in &side.facts {
            if !self.has_all(data_set, dimensions) {
                continue;
            }
            for fact in facts {
                let day = Date::from_days(fact.codes[0] as i32).expect("in range");
                let key = |&dimension: &Dimension| match dimension.is_time() {
                    true => side.aligned[&dimension][&day].clone(),
                    false => Some(self.member(fact, data_set, dimension).0),
                };
                if let Some(keys) = dimensions.iter().map(key).collect::<Option<Vec<_>>>() {
                    let slice = slices
                        .entry(keys.clone())
                        .or_insert_with(|| self.empty(&keys, side));
                    slice.sets.entry(data_set).or_default().push(fact);
                }
            }
        }
        let net = |slice: &Slice<'_>| {
            slice.sets.values().any(|facts| {
                facts
                    .iter()
                    .filter_map(|fact| fact.measures[0])
                    .sum::<i64>()
                    != 0
            })
        };
        slices.retain(|_, slice| net(slice));
        slices
    }

    /// A row without facts, with its days.
    fn empty(&self, keys: &[String], side: &Side<'_>) -> Slice<'a> {
        let days: Vec<Date> = side
            .range
            .iter()
            .filter(|&day| side.accepted[&day] && self.is_in(day, keys, side))
            .collect();
        let span = match (days.first(), days.last()) {
            (Some(&first), Some(&last)) => DateRange::new(first, last).expect("in order"),
            _ => side.range,
        };
        Slice {
            sets: BTreeMap::new(),
            span,
            days: days.len() as i64,
        }
    }

    fn is_in(&self, day: Date, keys: &[String], side: &Side<'_>) -> bool {
        self.query
            .group_by
            .iter()
            .zip(keys)
            .filter(|(dimension, _)| dimension.is_time())
            .all(|(dimension, key)| side.aligned[dimension][&day].as_ref() == Some(key))
    }
}
