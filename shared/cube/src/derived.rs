//! Figures that a row gets from its place among the rows: running values, shares, ranks; and the bounds
//! that rows must meet.
//!
//! A running value is computed from the facts of its periods, as a row is: the ratio of the sums so far,
//! never a sum of ratios.

use std::collections::BTreeMap;

use kernel::div_round;
use model::metrics::{MetricId, Part, Unit, Value};
use model::record::ROUNDING;
use model::schema::Dimension;

use crate::answer::{Asked, Level, Rows};
use crate::error::QueryError;
use crate::query::{Answer, Bound, Derived, Query, Row};

/// Steps of running values in one question; some tenths of a second's work.
const WORK_MAX: u64 = 20_000_000;

/// Refuses derived figures and bounds that no rows can have.
pub(crate) fn check(query: &Query) -> Result<(), QueryError> {
    let count = query.metrics.len();
    if query.derived.len() > Query::DERIVED_MAX || query.bounds.len() > Query::BOUNDS_MAX {
        return Err(QueryError::TooManyDerived);
    }
    let bounded = query.bounds.iter().map(|bound| bound.metric);
    let derived = query.derived.iter().map(|derived| derived.metric());
    if let Some(index) = bounded.chain(derived).find(|&index| index >= count) {
        return Err(QueryError::DerivedMetric { index, count });
    }
    for &derived in &query.derived {
        match derived {
            Derived::MovingAverage { periods, .. }
                if !(2..=Query::PERIODS_MAX).contains(&periods) =>
            {
                return Err(QueryError::MovingPeriods { periods });
            }
            Derived::Cumulative { .. } | Derived::MovingAverage { .. } => {
                time_place(query)?;
            }
            Derived::ShareOfTotal { metric }
            | Derived::ShareOfParent { metric }
            | Derived::ShareOfFirst { metric }
            | Derived::ShareOfCompared { metric } => {
                match derived {
                    Derived::ShareOfFirst { .. } => drop(time_place(query)?),
                    Derived::ShareOfCompared { .. } if query.compare.is_none() => {
                        return Err(QueryError::ShareWithoutComparison);
                    }
                    _ => {}
                }
                match query.metrics.get(metric) {
                    Some(id) if !id.metric().is_amount() => return Err(QueryError::NoShare(*id)),
                    _ => {}
                }
            }
            Derived::Rank { .. } => {}
        }
    }
    Ok(())
}

/// The place of the one dimension that running figures run along.
fn time_place(query: &Query) -> Result<usize, QueryError> {
    query.runs_along().ok_or(QueryError::NoTimeToRun)
}

impl Bound {
    /// Whether a row with a value is kept.
    pub(crate) fn is_met(&self, value: Option<Value>) -> bool {
        let Some(value) = value.map(Value::as_f64) else {
            return false;
        };
        self.min.is_none_or(|min| value >= min) && self.max.is_none_or(|max| value <= max)
    }
}

fn share(value: Option<Value>, whole: Option<Value>) -> Option<Value> {
    let (value, whole) = (value?.as_f64(), whole?.as_f64());
    (whole > 0.0).then(|| Value::Real(value / whole))
}

/// The mean of whole values: money to the minor unit, counts as a real number.
fn mean(sum: i128, count: i64, unit: Unit) -> Option<Value> {
    match unit {
        Unit::Money => i64::try_from(div_round(sum, count.into(), ROUNDING))
            .ok()
            .map(Value::Whole),
        _ => Some(Value::Real(sum as f64 / count as f64)),
    }
}

impl Asked<'_> {
    /// Adds the derived figures to the rows of an answer.
    pub(crate) fn derive(
        &self,
        rows: &Rows,
        answer: &mut Answer,
        others: Option<&mut Row>,
    ) -> Result<(), QueryError> {
        let total = answer.total.values.clone();
        let total = |metric: usize| total.get(metric).copied().flatten();
        for &derived in &self.query.derived {
            let metric = derived.metric();
            let values = match derived {
                Derived::ShareOfTotal { .. } => {
                    let whole = total(metric);
                    let of = |&key| share(rows.level.value(self, metric, key), whole);
                    rows.kept.iter().map(of).collect()
                }
                Derived::ShareOfParent { .. } => self.shares_of_parents(rows, metric)?,
                Derived::ShareOfFirst { .. } => self.shares_of_first(rows, metric)?,
                Derived::ShareOfCompared { .. } => {
                    let of = |&key: &u64| {
                        let compared = rows.level.compared_value(self, metric, key);
                        share(rows.level.value(self, metric, key), compared)
                    };
                    rows.kept.iter().map(of).collect()
                }
                Derived::Rank { .. } => self.ranks(rows, metric),
                Derived::Cumulative { .. } => self.running(rows, metric, None)?,
                Derived::MovingAverage { periods, .. } => {
                    self.running(rows, metric, Some(periods))?
                }
            };
            for (row, value) in answer.rows.iter_mut().zip(values) {
                row.derived.push(value);
            }
        }
        if let Some(others) = others {
            let of = |derived: &Derived| {
                let metric = derived.metric();
                let whole = match derived {
                    Derived::ShareOfTotal { .. } => total(metric),
                    // The others of one parent's rows, where all rows have the same.
                    Derived::ShareOfParent { .. } if self.query.group_by.len() == 1 => {
                        total(metric)
                    }
                    Derived::ShareOfCompared { .. } => {
                        others.compared.get(metric).copied().flatten()
                    }
                    _ => None,
                };
                share(others.values.get(metric).copied().flatten(), whole)
            };
            others.derived = self.query.derived.iter().map(of).collect();
        }
        Ok(())
    }

    fn shares_of_parents(
        &self,
        rows: &Rows,
        metric: usize,
    ) -> Result<Vec<Option<Value>>, QueryError> {
        let Some(length) = rows.level.length.checked_sub(1) else {
            return Ok(vec![Some(Value::Real(1.0)); rows.kept.len()]);
        };
        let parents = self.level(length)?;
        let inner = self.ready.radix.inner_space(length) / self.ready.radix.inner_space(length + 1);
        let of = |&key: &u64| {
            let whole = parents.value(self, metric, key / inner.max(1));
            share(rows.level.value(self, metric, key), whole)
        };
        Ok(rows.kept.iter().map(of).collect())
    }

    fn shares_of_first(
        &self,
        rows: &Rows,
        metric: usize,
    ) -> Result<Vec<Option<Value>>, QueryError> {
        let place = time_place(self.query)?;
        self.require_work(rows, self.ready.radix.cardinality(place))?;
        let of = |&key: &u64| {
            let first = *self.window(&rows.level, key, place, None)?.last()?;
            let value = |key| rows.level.value(self, metric, key);
            share(value(key), value(first))
        };
        Ok(rows.kept.iter().map(of).collect())
    }

    /// Refuses what would take too many steps for each row.
    fn require_work(&self, rows: &Rows, steps: u64) -> Result<(), QueryError> {
        match (rows.kept.len() as u64).saturating_mul(steps) > WORK_MAX {
            true => Err(QueryError::TooManyPeriods),
            false => Ok(()),
        }
    }

    fn ranks(&self, rows: &Rows, metric: usize) -> Vec<Option<Value>> {
        let all: Vec<u64> = rows.kept.iter().chain(&rows.dropped).copied().collect();
        let values = rows.level.values(self, metric, &all);
        let numbers: Vec<Option<f64>> = values.iter().map(|it| it.map(Value::as_f64)).collect();
        let mut sorted: Vec<f64> = numbers.iter().flatten().copied().collect();
        sorted.sort_unstable_by(|a, b| b.total_cmp(a));
        let rank = |number: &Option<f64>| {
            let own = (*number)?;
            let larger = sorted.partition_point(|other| *other > own);
            Some(Value::Whole(larger as i64 + 1))
        };
        numbers.iter().take(rows.kept.len()).map(rank).collect()
    }

    /// The values over each row's periods: all so far, or the last `periods`.
    fn running(
        &self,
        rows: &Rows,
        metric: usize,
        periods: Option<u16>,
    ) -> Result<Vec<Option<Value>>, QueryError> {
        let (Some(&id), place) = (self.query.metrics.get(metric), time_place(self.query)?) else {
            return Ok(Vec::new());
        };
        let length = periods.map_or(self.ready.radix.cardinality(place), u64::from);
        self.require_work(rows, length)?;
        let windows = rows.kept.iter().map(|&key| {
            let keys = self.window(&rows.level, key, place, periods);
            keys.filter(|keys| periods.is_none_or(|periods| keys.len() == usize::from(periods)))
        });
        if periods.is_some() && id.metric().is_amount() {
            // A value counts in as many windows as there are periods in one.
            let mut known: BTreeMap<u64, Option<i64>> = BTreeMap::new();
            let mut whole = |key: u64| {
                *known
                    .entry(key)
                    .or_insert_with(|| match rows.level.value(self, metric, key) {
                        Some(Value::Whole(whole)) => Some(whole),
                        _ => None,
                    })
            };
            let unit = id.metric().unit;
            return Ok(windows
                .map(|window| {
                    let keys = window?;
                    let sum: Option<i128> =
                        keys.iter().map(|&key| whole(key).map(i128::from)).sum();
                    mean(sum?, keys.len() as i64, unit)
                })
                .collect());
        }
        let is_of_sums = |part: &Part| matches!(part, Part::Sum(..) | Part::Days);
        if id.metric().parts().iter().all(is_of_sums) {
            let of = |window: Option<Vec<u64>>| rows.level.over(id, &window?);
            return Ok(windows.map(of).collect());
        }
        // The passes of such a metric are folded again for every row.
        let groups = self.ready.main.gathered.groups() as u64;
        self.require_work(rows, groups)?;
        windows
            .map(|window| match window {
                Some(keys) => Ok(self.together(rows.level.length, &keys)?.value(id)),
                None => Ok(None),
            })
            .collect()
    }

    /// The rows, whether there are facts in them or not, that agree with one in all dimensions but
    /// the time that is run along: from the newest back, the last `periods` that the filters let
    /// through, or all.
    fn window(
        &self,
        level: &Level,
        key: u64,
        place: usize,
        periods: Option<u16>,
    ) -> Option<Vec<u64>> {
        let radix = &self.ready.radix;
        let (last, stride) = (radix.digit(key, place), radix.stride(place));
        let start = key.checked_sub(last * stride)?;
        // Orders of nobody known come before no others.
        let is_age = self.query.group_by.get(place) == Some(&Dimension::MonthsSinceFirstOrder);
        let first = if is_age { last.min(1) } else { 0 };
        let keys = (first..=last).rev().map(|number| start + number * stride);
        let keys = keys.filter(|&key| level.main.1.has(key));
        let length = periods.map_or(usize::MAX, usize::from);
        Some(keys.take(length).collect())
    }
}

impl Level {
    /// The value of a metric that is an expression over sums, in the rows of a window together.
    fn over(&self, metric: MetricId, keys: &[u64]) -> Option<Value> {
        let (folded, days) = &self.main;
        let days = days.of_all(keys.iter().copied());
        let part = |part: Part| match part {
            Part::Days => Some(i64::from(days.count).into()),
            part => folded.sum_over(part, keys.iter().copied(), days.span),
        };
        metric.metric().evaluate(&part).ok()
    }
}
