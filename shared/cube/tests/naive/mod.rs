//! The same answers from a plain walk over all rows, written for clarity and without any of the
//! engine's parts but the values of formulas, which `model` tests.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use cube::{CalendarRules, Compare, FactRow, Filter, Query, SortBy, Value};
use kernel::{Date, DateRange};
use model::metrics::{Computed, Part, PartValue, concentration};
use model::schema::{DataSet, Dimension, Measure};

use crate::world::World;

/// A row of an answer, by the keys of its members.
#[derive(Clone, Debug, PartialEq)]
pub struct PlainRow {
    pub keys: Vec<String>,
    pub values: Vec<Option<Value>>,
    pub compared: Vec<Option<Value>>,
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
            partial: row.partial,
            others: row.others,
        }
    }
}

/// The key of the period that holds a day, found by walking back to its first day.
pub fn period(dimension: Dimension, day: Date, rules: &CalendarRules) -> String {
    let starts_fiscal =
        |month: u8, length: u8| (month + 12 - rules.fiscal_first_month) % length == 0;
    let is_start = |day: Date| match dimension {
        Dimension::Week => day.weekday() == rules.week_start.weekday(),
        Dimension::Month => day.day_of_month() == 1,
        Dimension::Quarter => day.day_of_month() == 1 && starts_fiscal(day.month_of_year(), 3),
        Dimension::Year => day.day_of_month() == 1 && starts_fiscal(day.month_of_year(), 12),
        _ => true,
    };
    if dimension == Dimension::Weekday {
        return day.weekday().number().to_string();
    }
    let mut start = day;
    while !is_start(start) {
        start = start.add_days(-1).expect("in range");
    }
    start.to_string()
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

impl<'a> Naive<'a> {
    pub fn new(world: &'a World, query: &'a Query) -> Self {
        let compared = query.compare.map(|compare| match compare {
            Compare::PreviousPeriod => query.range.previous().expect("in range"),
            Compare::LastYear => query.range.last_year().expect("in range"),
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
        naive.main = naive.side(query.range);
        naive.compared = naive.compared.take().map(|side| naive.side(side.range));
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
        naive
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
            .flat_map(|metric| metric.metric().parts())
            .filter(|part| match part {
                Part::Computed(computed) => matches!(
                    computed,
                    Computed::NetRevenueCompared
                        | Computed::NetRevenueConcentration
                        | Computed::NewCustomers
                        | Computed::RepeatCustomers
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
    fn slices(&self, length: usize, side: &Side<'a>) -> BTreeMap<Vec<String>, Slice<'a>> {
        let dimensions = &self.query.group_by[..length];
        let mut slices: BTreeMap<Vec<String>, Slice<'a>> = BTreeMap::new();
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

    fn extent(&self, data_set: DataSet) -> Option<DateRange> {
        let days = self
            .world
            .facts
            .iter()
            .filter(|fact| fact.0 == data_set)
            .map(|fact| fact.1.codes[0]);
        let (min, max) = (days.clone().min()?, days.max()?);
        let date = |days: u32| Date::from_days(days as i32).expect("in range");
        DateRange::new(date(min), date(max)).ok()
    }

    fn part(
        &self,
        part: Part,
        slice: &Slice<'_>,
        dimensions: &[Dimension],
        side: &Side<'_>,
        other: Option<&Slice<'_>>,
    ) -> Option<PartValue> {
        match part {
            Part::Days => return Some(PartValue::Whole(slice.days.into())),
            Part::External(_) => return None,
            Part::Computed(Computed::NetRevenueCompared) => {
                let sum = Part::Sum(DataSet::Sales, Measure::NetRevenueMinor);
                return self.part(sum, other?, dimensions, self.compared.as_ref()?, None);
            }
            _ => {}
        }
        let data_set = part.data_set()?;
        if !side.facts.contains_key(&data_set) || !self.has_all(data_set, dimensions) {
            return None;
        }
        self.extent(data_set)?.intersect(slice.span)?;
        let nothing = Vec::new();
        let facts = slice.sets.get(&data_set).unwrap_or(&nothing);
        let net = facts
            .iter()
            .filter_map(|fact| fact.measures[0])
            .sum::<i64>();
        let facts: &[&FactRow] = if net == 0 { &[] } else { facts };
        let count = |kept: BTreeMap<u32, i64>| {
            PartValue::from(
                kept.into_iter()
                    .filter(|&(code, rows)| code != 0 && rows > 0)
                    .count() as i64,
            )
        };
        let rows_by = |dimension: Dimension, facts: &mut dyn Iterator<Item = &&FactRow>| {
            let mut rows: BTreeMap<u32, i64> = BTreeMap::new();
            for fact in facts {
                *rows
                    .entry(self.code(fact, data_set, dimension))
                    .or_default() += fact.measures[0].expect("never null");
            }
            rows
        };
        match part {
            Part::Sum(_, measure) => {
                if facts.is_empty() {
                    return Some(PartValue::Whole(0));
                }
                sum(data_set, measure, facts.iter().copied()).map(PartValue::from)
            }
            Part::Closing(_, measure) => {
                let days = rows_by(Dimension::Day, &mut facts.iter());
                let newest = days
                    .into_iter()
                    .filter(|day| day.1 > 0)
                    .map(|day| day.0)
                    .max()?;
                let newest = facts.iter().copied().filter(|fact| fact.codes[0] == newest);
                sum(data_set, measure, newest).map(PartValue::from)
            }
            Part::Distinct(_, dimension) => Some(count(rows_by(dimension, &mut facts.iter()))),
            Part::Computed(Computed::NewCustomers) => {
                let mut on_first = facts.iter().filter(|fact| {
                    let customer = self.code(fact, data_set, Dimension::Customer);
                    self.first_days.get(&customer) == Some(&fact.codes[0])
                });
                Some(count(rows_by(Dimension::Customer, &mut on_first)))
            }
            Part::Computed(Computed::RepeatCustomers) => {
                let mut repeated = BTreeMap::new();
                for (&customer, _) in &rows_by(Dimension::Customer, &mut facts.iter()) {
                    let mut own = facts
                        .iter()
                        .filter(|fact| self.code(fact, data_set, Dimension::Customer) == customer);
                    let orders = rows_by(Dimension::Order, &mut own);
                    let orders = orders
                        .into_iter()
                        .filter(|&(order, rows)| order != 0 && rows > 0)
                        .count();
                    repeated.insert(customer, i64::from(orders >= 2));
                }
                Some(count(repeated))
            }
            Part::Computed(Computed::NetRevenueConcentration) => {
                let channels = rows_by(Dimension::Channel, &mut facts.iter());
                let present: Vec<u32> = channels
                    .into_iter()
                    .filter(|channel| channel.1 > 0)
                    .map(|channel| channel.0)
                    .collect();
                if present.is_empty() {
                    return None;
                }
                let amounts = present.into_iter().filter_map(|channel| {
                    let own = facts.iter().copied();
                    let own =
                        own.filter(|it| self.code(it, data_set, Dimension::Channel) == channel);
                    sum(data_set, Measure::NetRevenueMinor, own).map(|sum| sum as f64)
                });
                concentration(amounts.collect::<Vec<_>>()).map(PartValue::Real)
            }
            _ => None,
        }
    }

    fn values(
        &self,
        slice: &Slice<'_>,
        dimensions: &[Dimension],
        side: &Side<'_>,
        other: Option<&Slice<'_>>,
    ) -> Vec<Option<Value>> {
        let part = |part| self.part(part, slice, dimensions, side, other);
        self.query
            .metrics
            .iter()
            .map(|metric| metric.metric().evaluate(&part).ok())
            .collect()
    }

    fn row(
        &self,
        keys: Vec<String>,
        main: &Slice<'_>,
        other: Option<&Slice<'_>>,
        dimensions: &[Dimension],
    ) -> PlainRow {
        let compared = match (&self.compared, other) {
            (None, _) => Vec::new(),
            (Some(side), Some(other)) => self.values(other, dimensions, side, None),
            (Some(_), None) => vec![None; self.query.metrics.len()],
        };
        PlainRow {
            values: self.values(main, dimensions, &self.main, other),
            compared,
            partial: self.partial(&keys),
            keys,
            others: false,
        }
    }

    fn partial(&self, keys: &[String]) -> bool {
        let rules = &self.world.rules;
        let is_period =
            |dimension: Dimension| dimension.is_time() && dimension != Dimension::Weekday;
        let periods: Vec<bool> = self
            .query
            .group_by
            .iter()
            .zip(keys)
            .filter(|(dimension, _)| is_period(**dimension))
            .map(|(&dimension, key)| &period(dimension, rules.today, rules) == key)
            .collect();
        if periods.is_empty() {
            self.query.range.contains(rules.today)
        } else {
            !periods.contains(&false)
        }
    }

    /// All rows over the first `length` dimensions, in order, before the top is taken.
    fn rows(&self, length: usize) -> Vec<PlainRow> {
        let dimensions = &self.query.group_by[..length];
        let main = self.slices(length, &self.main);
        let other = self.compared.as_ref().map(|side| self.slices(length, side));
        let has_days = |keys: &Vec<String>| {
            self.empty(keys, &self.main).days > 0 || !dimensions.iter().any(|it| it.is_time())
        };
        let mut keys: BTreeSet<Vec<String>> = main.keys().cloned().collect();
        if let Some(other) = &other {
            keys.extend(other.keys().filter(|keys| has_days(keys)).cloned());
        }
        if length == 0 {
            keys.insert(Vec::new());
        }
        if self.query.fill_gaps {
            self.fill(dimensions, &mut keys);
        }
        let mut rows: Vec<PlainRow> = keys
            .into_iter()
            .map(|keys| {
                let empty = self.empty(&keys, &self.main);
                let mine = main.get(&keys).unwrap_or(&empty);
                let theirs = self.compared.as_ref().map(|side| self.empty(&keys, side));
                let theirs =
                    theirs.filter(|it| it.days > 0 || !dimensions.iter().any(|it| it.is_time()));
                let theirs = other
                    .as_ref()
                    .and_then(|other| other.get(&keys))
                    .or(theirs.as_ref());
                self.row(keys.clone(), mine, theirs, dimensions)
            })
            .collect();
        self.sort(&mut rows);
        rows
    }

    fn fill(&self, dimensions: &[Dimension], keys: &mut BTreeSet<Vec<String>>) {
        let days = self
            .query
            .range
            .iter()
            .filter(|&day| self.main.accepted[&day]);
        let times: BTreeSet<Vec<String>> = days
            .map(|day| {
                dimensions
                    .iter()
                    .map(|&it| {
                        if it.is_time() {
                            period(it, day, &self.world.rules)
                        } else {
                            String::new()
                        }
                    })
                    .collect()
            })
            .collect();
        let mut stems = keys.clone();
        if dimensions.iter().all(|dimension| dimension.is_time()) {
            stems.insert(vec![String::new(); dimensions.len()]);
        }
        for stem in stems {
            for time in &times {
                let merged = dimensions.iter().zip(stem.iter().zip(time));
                keys.insert(
                    merged
                        .map(|(it, (own, time))| if it.is_time() { time } else { own }.clone())
                        .collect(),
                );
            }
        }
    }

    fn sort(&self, rows: &mut [PlainRow]) {
        let Some(sort) = self.query.sort else {
            return rows.sort_by(|a, b| a.keys.cmp(&b.keys));
        };
        let number = |value: Value| match value {
            Value::Whole(whole) => (whole as i128 as f64, whole),
            Value::Real(real) => (real, 0),
        };
        let measure = |row: &PlainRow| -> Option<(f64, i64)> {
            match sort.by {
                SortBy::Key => None,
                SortBy::Metric(at) => row.values[at].map(number),
                SortBy::Change(at) => match (row.values[at], row.compared[at]) {
                    (Some(Value::Real(a)), Some(Value::Real(b))) => Some((a - b, 0)),
                    (Some(Value::Real(_)), None) | (None, Some(Value::Real(_))) | (None, None) => {
                        None
                    }
                    (a, b) => {
                        let whole = |value: Option<Value>| value.map_or(0, |value| number(value).1);
                        Some(((whole(a) - whole(b)) as f64, whole(a) - whole(b)))
                    }
                },
            }
        };
        let turned = |order: Ordering| {
            if sort.descending {
                order.reverse()
            } else {
                order
            }
        };
        rows.sort_by(|a, b| match (measure(a), measure(b)) {
            _ if sort.by == SortBy::Key => turned(a.keys.cmp(&b.keys)),
            (Some(one), Some(other)) => {
                turned(one.0.total_cmp(&other.0)).then_with(|| a.keys.cmp(&b.keys))
            }
            (None, None) => a.keys.cmp(&b.keys),
            (one, _) => {
                if one.is_none() {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
        });
    }

    fn fold_others(&self, dropped: &[PlainRow]) -> PlainRow {
        let dimensions = &self.query.group_by;
        let gather = |side: &Side<'a>| {
            let slices = self.slices(dimensions.len(), side);
            let mut sets: BTreeMap<DataSet, Vec<&FactRow>> = BTreeMap::new();
            let mut days: BTreeSet<Date> = BTreeSet::new();
            for row in dropped {
                for (data_set, facts) in slices
                    .get(&row.keys)
                    .map(|it| &it.sets)
                    .into_iter()
                    .flatten()
                {
                    sets.entry(*data_set).or_default().extend(facts);
                }
                days.extend(
                    side.range
                        .iter()
                        .filter(|&day| side.accepted[&day] && self.is_in(day, &row.keys, side)),
                );
            }
            let span = match (days.first(), days.last()) {
                (Some(&first), Some(&last)) => DateRange::new(first, last).expect("in order"),
                _ => side.range,
            };
            Slice {
                sets,
                span,
                days: days.len() as i64,
            }
        };
        let main = gather(&self.main);
        let other = self.compared.as_ref().map(gather);
        let mut row = self.row(Vec::new(), &main, other.as_ref(), dimensions);
        row.partial = dropped.iter().any(|row| row.partial);
        row.others = true;
        row
    }

    pub fn answer(&self) -> (Vec<PlainRow>, PlainRow, Vec<Vec<PlainRow>>) {
        let length = self.query.group_by.len();
        let mut rows = self.rows(length);
        if let Some(top) = self.query.top
            && rows.len() > top.rows
        {
            let dropped = rows.split_off(top.rows);
            if top.others {
                rows.push(self.fold_others(&dropped));
            }
        }
        let total = self.rows_of_total();
        let subtotals = if self.query.subtotals {
            (1..length).map(|length| self.rows(length)).collect()
        } else {
            Vec::new()
        };
        (rows, total, subtotals)
    }

    fn rows_of_total(&self) -> PlainRow {
        let whole = |side: &Side<'a>| {
            let mut slices = self.slices(0, side);
            slices
                .remove(&Vec::new())
                .unwrap_or_else(|| self.empty(&[], side))
        };
        let other = self.compared.as_ref().map(whole);
        self.row(Vec::new(), &whole(&self.main), other.as_ref(), &[])
    }
}

fn sum<'f>(
    data_set: DataSet,
    measure: Measure,
    facts: impl Iterator<Item = &'f FactRow>,
) -> Option<i64> {
    let at = data_set
        .measures()
        .iter()
        .position(|&it| it == measure)
        .expect("has it");
    let (mut sum, mut known) = (0, 0);
    for fact in facts {
        if let (Some(value), Some(rows)) = (fact.measures[at], fact.measures[0]) {
            sum += value;
            known += rows;
        }
    }
    (known != 0).then_some(sum)
}
