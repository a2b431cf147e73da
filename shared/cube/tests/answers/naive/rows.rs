//! From slices of facts to ordered rows, with gaps filled, the top taken and the rest folded.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use cube::{FactRow, SortBy, Value};
use kernel::{Date, DateRange};
use model::schema::{DataSet, Dimension};

use super::{Naive, PlainRow, Side, Slice, Slices, period};

impl<'a> Naive<'a> {
    fn row(
        &self,
        keys: Vec<String>,
        main: &Slice<'_>,
        other: Option<&Slice<'_>>,
        dimensions: &[Dimension],
    ) -> PlainRow {
        let metrics: Vec<_> = self.query.metrics.iter().copied().map(Some).collect();
        let compared = match (&self.compared, other) {
            (None, _) => self.values(&self.targets(), main, dimensions, &self.main, None),
            (Some(side), Some(other)) => self.values(&metrics, other, dimensions, side, None),
            (Some(_), None) => vec![None; metrics.len()],
        };
        PlainRow {
            values: self.values(&metrics, main, dimensions, &self.main, other),
            compared,
            derived: Vec::new(),
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
        let row = |keys: Vec<String>| self.row_at(keys, dimensions, &main, other.as_ref());
        let mut rows: Vec<PlainRow> = keys.into_iter().map(row).collect();
        self.sort(&mut rows);
        rows
    }

    /// One row, whether it has facts or not.
    pub(super) fn row_at(
        &self,
        keys: Vec<String>,
        dimensions: &[Dimension],
        main: &Slices<'a>,
        other: Option<&Slices<'a>>,
    ) -> PlainRow {
        let empty = self.empty(&keys, &self.main);
        let mine = main.get(&keys).unwrap_or(&empty);
        let theirs = self.compared.as_ref().map(|side| self.empty(&keys, side));
        let theirs = theirs.filter(|it| it.days > 0 || !dimensions.iter().any(|it| it.is_time()));
        let theirs = other.and_then(|other| other.get(&keys)).or(theirs.as_ref());
        self.row(keys.clone(), mine, theirs, dimensions)
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

    fn by_keys(&self, a: &PlainRow, b: &PlainRow) -> Ordering {
        let key = |row: &PlainRow| -> Vec<String> {
            let named = self.query.group_by.iter().zip(&row.keys);
            named.map(|(&it, key)| super::sortable(it, key)).collect()
        };
        key(a).cmp(&key(b))
    }

    fn sort(&self, rows: &mut [PlainRow]) {
        let Some(sort) = self.query.sort else {
            return rows.sort_by(|a, b| self.by_keys(a, b));
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
            _ if sort.by == SortBy::Key => turned(self.by_keys(a, b)),
            (Some(one), Some(other)) => {
                turned(one.0.total_cmp(&other.0)).then_with(|| self.by_keys(a, b))
            }
            (None, None) => self.by_keys(a, b),
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
        let mut row = self.together(dropped.iter().map(|row| &row.keys));
        row.partial = dropped.iter().any(|row| row.partial);
        row.others = true;
        row
    }

    /// Several rows as one.
    pub(super) fn together<'k>(
        &self,
        keys: impl Iterator<Item = &'k Vec<String>> + Clone,
    ) -> PlainRow {
        let dimensions = &self.query.group_by;
        let gather = |side: &Side<'a>| {
            let slices = self.slices(dimensions.len(), side);
            let mut sets: BTreeMap<DataSet, Vec<&FactRow>> = BTreeMap::new();
            let mut days: BTreeSet<Date> = BTreeSet::new();
            for keys in keys.clone() {
                for (data_set, facts) in slices.get(keys).map(|it| &it.sets).into_iter().flatten() {
                    sets.entry(*data_set).or_default().extend(facts);
                }
                days.extend(
                    side.range
                        .iter()
                        .filter(|&day| side.accepted[&day] && self.is_in(day, keys, side)),
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
        self.row(Vec::new(), &main, other.as_ref(), dimensions)
    }

    pub fn answer(&self) -> (Vec<PlainRow>, PlainRow, Vec<Vec<PlainRow>>) {
        let length = self.query.group_by.len();
        let mut rows = self.rows(length);
        let total = self.rows_of_total();
        rows.retain(|row| self.meets_bounds(row));
        self.derive(&mut rows, &total);
        if let Some(top) = self.query.top
            && rows.len() > top.rows
        {
            let dropped = rows.split_off(top.rows);
            if top.others {
                let mut others = self.fold_others(&dropped);
                others.derived = self.shares_of_others(&others, &total);
                rows.push(others);
            }
        }
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
