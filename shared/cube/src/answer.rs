//! Answering a query: check it, gather the facts of its range and of the one compared with (`ready`),
//! fold them into rows, order and cut the rows, and compute every metric from the aggregated parts.

use std::collections::BTreeSet;

use model::metrics::{Formula, MetricId, Value};

use crate::cube::Cube;
use crate::derived;
use crate::error::QueryError;
use crate::gather::{Fold, Folded};
use crate::groups::KeyTable;
use crate::order::{by_value_then, change, first_to_front};
use crate::query::{Answer, Compare, Explain, Query, Row, Sort, SortBy};
use crate::ready::{OneRange, Ready};
use crate::rows::{DaysByKey, Naming, RowDays, value};

/// Answers a query.
pub(crate) fn answer(cube: &Cube, query: &Query) -> Result<Answer, QueryError> {
    check(cube, query)?;
    answer_from(cube, query, &Ready::new(cube, query)?)
}

/// Answers a query that was checked, from its gathered facts.
pub(crate) fn answer_from(cube: &Cube, query: &Query, ready: &Ready) -> Result<Answer, QueryError> {
    let asked = Asked {
        query,
        naming: Naming::new(cube, &query.group_by, ready.radix.clone(), query.range),
        ready,
    };
    let length = query.group_by.len();
    let rows = asked.rows(length)?;
    let mut others = match (query.top, rows.dropped.is_empty()) {
        (Some(top), false) if top.others => Some(asked.others(&rows)?),
        _ => None,
    };
    let total = match length {
        0 => rows.level.row(&asked, 0),
        _ => asked.level(0)?.row(&asked, 0),
    };
    let mut subtotals = Vec::new();
    if query.subtotals {
        for length in 1..length {
            subtotals.push(asked.subtotals(length)?);
        }
    }
    let mut answer = Answer {
        rows: rows
            .kept
            .iter()
            .map(|&key| rows.level.row(&asked, key))
            .collect(),
        total,
        subtotals,
        compared_range: ready.compared.as_ref().map(|it| it.scope.range),
        explain: asked.explain(),
    };
    asked.derive(&rows, &mut answer, others.as_mut())?;
    answer.rows.extend(others);
    Ok(answer)
}

/// Refuses a query that no cube can answer.
pub(crate) fn check(cube: &Cube, query: &Query) -> Result<(), QueryError> {
    let count = query.metrics.len();
    if count == 0 || count > Query::METRICS_MAX {
        return Err(QueryError::Metrics { count });
    }
    if query.group_by.len() > Query::GROUP_BY_MAX {
        return Err(QueryError::GroupBy {
            count: query.group_by.len(),
        });
    }
    for (at, &dimension) in query.group_by.iter().enumerate() {
        if dimension.is_opaque() {
            return Err(QueryError::Opaque(dimension));
        }
        if query
            .group_by
            .iter()
            .take(at)
            .any(|&other| other == dimension)
        {
            return Err(QueryError::GroupedTwice(dimension));
        }
    }
    match query.sort.map(|sort| sort.by) {
        Some(SortBy::Metric(index) | SortBy::Change(index)) if index >= count => {
            return Err(QueryError::SortMetric { index, count });
        }
        Some(SortBy::Change(_)) if query.compare.is_none() => {
            return Err(QueryError::SortWithoutComparison);
        }
        _ => {}
    }
    if let Some(top) = query.top
        && (top.rows == 0 || top.rows > Query::ROWS_MAX)
    {
        return Err(QueryError::Top { rows: top.rows });
    }
    derived::check(query)?;
    if query.fill_gaps && !query.group_by.iter().any(|dimension| dimension.is_time()) {
        return Err(QueryError::NoTimeToFill);
    }
    let month = cube.rules().fiscal_first_month;
    if !(1..=12).contains(&month) {
        Err(QueryError::FiscalMonth(month))
    } else {
        Ok(())
    }
}

/// A query with all facts that it needs, aggregated.
pub(crate) struct Asked<'a> {
    pub(crate) query: &'a Query,
    pub(crate) naming: Naming<'a>,
    pub(crate) ready: &'a Ready,
}

/// The rows of one length of key, in both ranges.
pub(crate) struct Level {
    pub(crate) length: usize,
    pub(crate) main: (Folded, DaysByKey),
    pub(crate) compared: Option<(Folded, DaysByKey)>,
}

/// The keys of an answer's rows, in order, and those that the top left out.
pub(crate) struct Rows {
    pub(crate) level: Level,
    pub(crate) kept: Vec<u64>,
    pub(crate) dropped: Vec<u64>,
}

impl Asked<'_> {
    pub(crate) fn level(&self, length: usize) -> Result<Level, QueryError> {
        self.folded(Fold::Prefix(length), length)
    }

    fn folded(&self, fold: Fold<'_>, length: usize) -> Result<Level, QueryError> {
        let of = |one: &OneRange| {
            let folded = one.gathered.fold(fold, self.query.group_by.len())?;
            let days = DaysByKey::new(&one.scope, &self.ready.radix, length);
            Ok::<_, QueryError>((folded, days))
        };
        let compared = self.ready.compared.as_ref().map(of).transpose()?;
        Ok(Level {
            length,
            main: of(&self.ready.main)?,
            compared,
        })
    }

    /// The rows over the first `length` dimensions: those with facts in either range and, where
    /// asked for, those without.
    fn keys(&self, level: &Level) -> Result<Vec<u64>, QueryError> {
        if level.length == 0 {
            return Ok(vec![0]);
        }
        let (folded, days) = &level.main;
        let mut keys: Vec<u64> = folded.keys().collect();
        if let Some((compared, _)) = &level.compared {
            // A period of the compared range without a counterpart is no row.
            keys.extend(compared.keys().filter(|&key| days.has(key)));
        }
        if self.query.fill_gaps {
            let is_only_time = self
                .query
                .group_by
                .iter()
                .take(level.length)
                .all(|it| it.is_time());
            let mut stems: BTreeSet<u64> =
                kernel::inserted(keys.iter().map(|&key| days.without_time(key)));
            if is_only_time {
                stems.insert(0);
            }
            let times: Vec<u64> = days.time_keys().collect();
            let rows = times.len().saturating_mul(stems.len());
            if rows > Query::ROWS_MAX {
                return Err(QueryError::TooManyRows { rows });
            }
            keys.extend(
                stems
                    .iter()
                    .flat_map(|key| times.iter().map(move |time| key + time)),
            );
        }
        // Groups of a small key space ascend, and so do those of a view.
        if !keys.is_sorted() {
            keys.sort_unstable();
        }
        keys.dedup();
        Ok(keys)
    }

    /// The keys of a level in the order asked for. Where `top` is less than their number, those past
    /// it are in no order.
    fn sorted_keys(&self, level: &Level, top: usize) -> Result<Vec<u64>, QueryError> {
        let mut keys = self.keys(level)?;
        if level.length == self.query.group_by.len() {
            for bound in &self.query.bounds {
                let values = level.values(self, bound.metric, &keys);
                let mut is_in = values.iter().map(|value| bound.is_met(*value));
                keys.retain(|_| is_in.next().unwrap_or(false));
            }
        }
        let by_value = |sort: Sort| match sort.by {
            SortBy::Key => None,
            SortBy::Metric(metric) => Some(level.values(self, metric, &keys)),
            SortBy::Change(metric) => {
                let change = |&key: &u64| {
                    change(
                        level.value(self, metric, key),
                        level.compared_value(self, metric, key),
                    )
                };
                Some(keys.iter().map(change).collect())
            }
        };
        let descending = self.query.sort.is_some_and(|sort| sort.descending);
        let Some(values) = self.query.sort.and_then(by_value) else {
            self.naming.sort(&mut keys, level.length);
            if descending {
                keys.reverse();
            }
            return Ok(keys);
        };
        let mut order: Vec<(Option<Value>, u64)> = values.into_iter().zip(keys).collect();
        // Names are compared for equal values only.
        let compare = |&(a, a_key): &(Option<Value>, u64), &(b, b_key): &(Option<Value>, u64)| {
            by_value_then(a, b, descending, || {
                self.naming.compare(a_key, b_key, level.length)
            })
        };
        match top {
            top if 0 < top && top < order.len() => {
                first_to_front(&mut order, top, compare);
            }
            _ => order.sort_unstable_by(compare),
        }
        Ok(order.into_iter().map(|(_, key)| key).collect())
    }

    fn rows(&self, length: usize) -> Result<Rows, QueryError> {
        let level = self.level(length)?;
        let top = self.query.top.map_or(usize::MAX, |top| top.rows);
        let mut kept = self.sorted_keys(&level, top)?;
        let dropped = match self.query.top {
            Some(top) if top.rows < kept.len() => kept.split_off(top.rows),
            _ => Vec::new(),
        };
        if kept.len() > Query::ROWS_MAX {
            return Err(QueryError::TooManyRows { rows: kept.len() });
        }
        Ok(Rows {
            level,
            kept,
            dropped,
        })
    }

    fn subtotals(&self, length: usize) -> Result<Vec<Row>, QueryError> {
        let level = self.level(length)?;
        let keys = self.sorted_keys(&level, usize::MAX)?;
        if keys.len() > Query::ROWS_MAX {
            return Err(QueryError::TooManyRows { rows: keys.len() });
        }
        Ok(keys.into_iter().map(|key| level.row(self, key)).collect())
    }

    /// The row of all that the top left out, computed from its facts.
    fn others(&self, rows: &Rows) -> Result<Row, QueryError> {
        let together = self.together(rows.level.length, &rows.dropped)?;
        let metrics = || self.query.metrics.iter();
        let values = metrics().map(|&it| together.value(it)).collect();
        let compared = match self.query.compare {
            None => Vec::new(),
            Some(_) => metrics()
                .map(|&it| together.compared_value(self, it))
                .collect(),
        };
        let length = rows.level.length;
        let is_partial = |&key: &u64| self.naming.is_partial(key, length, self.query.range);
        let partial = rows.dropped.iter().any(is_partial);
        Ok(Row {
            members: Vec::new(),
            values,
            compared,
            derived: Vec::new(),
            partial,
            others: true,
        })
    }

    /// Several rows as one, computed from their facts.
    pub(crate) fn together(&self, length: usize, keys: &[u64]) -> Result<Together, QueryError> {
        let only = KeyTable::of(keys.iter().copied());
        let level = self.folded(Fold::Only(&only), length)?;
        let days = level.main.1.of_all(keys.iter().copied());
        let of_compared =
            |by_key: &DaysByKey| by_key.of_all(keys.iter().copied().filter(|&key| by_key.has(key)));
        let compared_days = level.compared.as_ref().map(|(_, days)| of_compared(days));
        Ok(Together {
            days,
            compared_days,
            level,
        })
    }

    fn explain(&self) -> Explain {
        let mut explain = Explain::default();
        for one in std::iter::once(&self.ready.main).chain(&self.ready.compared) {
            for (&data_set, effort) in &one.gathered.effort {
                *explain.segments.entry(data_set).or_insert(0) += effort.segments;
                explain.segments_skipped += effort.skipped;
                explain.rows_read += effort.rows;
                explain.cells_read += effort.cells;
                for (&rollup, &months) in &effort.rollups {
                    *explain.rollups.entry(rollup).or_insert(0) += months;
                }
            }
        }
        explain
    }
}

/// Several rows as one.
pub(crate) struct Together {
    level: Level,
    days: RowDays,
    compared_days: Option<RowDays>,
}

impl Together {
    fn compared(&self) -> Option<(&Folded, RowDays)> {
        let folded = self.level.compared.as_ref().map(|(folded, _)| folded);
        folded.zip(self.compared_days)
    }

    pub(crate) fn value(&self, metric: MetricId) -> Option<Value> {
        value(metric, &self.level.main.0, self.days, self.compared(), 0)
    }

    fn compared_value(&self, asked: &Asked<'_>, metric: MetricId) -> Option<Value> {
        if asked.query.compare == Some(Compare::Target) {
            return self.value(metric.target()?);
        }
        let (folded, days) = self.compared()?;
        value(metric, folded, days, None, 0)
    }
}

impl Level {
    fn compared_days(&self, key: u64) -> Option<(&Folded, RowDays)> {
        let (folded, days) = self.compared.as_ref()?;
        days.has(key).then(|| (folded, days.of(key)))
    }

    pub(crate) fn value(&self, asked: &Asked<'_>, metric: usize, key: u64) -> Option<Value> {
        self.value_of(*asked.query.metrics.get(metric)?, key)
    }

    fn value_of(&self, metric: MetricId, key: u64) -> Option<Value> {
        let (folded, days) = &self.main;
        value(metric, folded, days.of(key), self.compared_days(key), key)
    }

    /// The values of a metric in rows.
    pub(crate) fn values(
        &self,
        asked: &Asked<'_>,
        metric: usize,
        keys: &[u64],
    ) -> Vec<Option<Value>> {
        let plain = asked.query.metrics.get(metric).and_then(|metric| {
            let metric = metric.metric();
            match metric.formula {
                Formula::Part(part) if metric.unit.is_whole() => self.main.0.sums(part, keys),
                _ => None,
            }
        });
        match plain {
            Some(sums) => sums.into_iter().map(|sum| sum.map(Value::Whole)).collect(),
            None => {
                let value = |&key: &u64| self.value(asked, metric, key);
                keys.iter().map(value).collect()
            }
        }
    }

    pub(crate) fn compared_value(
        &self,
        asked: &Asked<'_>,
        metric: usize,
        key: u64,
    ) -> Option<Value> {
        let metric = *asked.query.metrics.get(metric)?;
        if asked.query.compare == Some(Compare::Target) {
            return self.value_of(metric.target()?, key);
        }
        let (folded, days) = self.compared_days(key)?;
        value(metric, folded, days, None, key)
    }

    fn row(&self, asked: &Asked<'_>, key: u64) -> Row {
        let metrics = 0..asked.query.metrics.len();
        let compared = if asked.query.compare.is_some() {
            metrics.clone()
        } else {
            0..0
        };
        Row {
            members: asked.naming.members(key, self.length),
            values: metrics
                .map(|metric| self.value(asked, metric, key))
                .collect(),
            compared: compared
                .map(|metric| self.compared_value(asked, metric, key))
                .collect(),
            derived: Vec::new(),
            partial: asked.naming.is_partial(key, self.length, asked.query.range),
            others: false,
        }
    }
}
