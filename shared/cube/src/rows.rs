//! From aggregated facts to the values, days and members of a row.

use std::collections::BTreeMap;

use kernel::DateRange;
use model::metrics::{MetricId, Part, PartValue, Value};
use model::schema::Dimension;

use crate::cube::Cube;
use crate::gather::{Folded, Scope, is_compared};
use crate::groups::KeyTable;
use crate::keys::{KeySource, Radix};
use crate::periods::{Periods, period_start};
use crate::query::Member;

/// The days of a range that a row stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RowDays {
    /// From the first to the last.
    pub(crate) span: DateRange,
    /// How many of them count; others lie between them or are filtered out.
    pub(crate) count: u32,
}

impl RowDays {
    fn union(self, other: RowDays) -> RowDays {
        let (from, to) = (
            self.span.from().min(other.span.from()),
            self.span.to().max(other.span.to()),
        );
        RowDays {
            span: DateRange::new(from, to).unwrap_or(self.span),
            count: self.count + other.count,
        }
    }
}

/// The days of every row whose key has the first `length` dimensions, by the time part of its key.
#[derive(Clone, Debug)]
pub(crate) struct DaysByKey {
    /// Places of the time dimensions.
    times: Vec<usize>,
    radix: Radix,
    /// The whole key divides by it to leave the first dimensions'.
    inner_space: u64,
    days: BTreeMap<u64, RowDays>,
    range: DateRange,
}

impl DaysByKey {
    pub(crate) fn new(scope: &Scope, radix: &Radix, length: usize) -> DaysByKey {
        let is_time = |at: &usize| {
            scope
                .keys
                .get(*at)
                .is_some_and(|key| matches!(key.source, KeySource::Days(_)))
        };
        let times: Vec<usize> = (0..length).filter(is_time).collect();
        let inner_space = radix.inner_space(length);
        let mut days: BTreeMap<u64, RowDays> = BTreeMap::new();
        for (offset, date) in scope.range.iter().enumerate() {
            if !scope.conditions.days.get(offset).copied().unwrap_or(false) {
                continue;
            }
            let mut key = 0;
            for &at in &times {
                if let Some(KeySource::Days(numbers)) = scope.keys.get(at).map(|key| &key.source) {
                    let number = numbers.get(offset).copied().unwrap_or(0);
                    key += u64::from(number) * radix.stride(at);
                }
            }
            let day = RowDays {
                span: DateRange::day(date),
                count: 1,
            };
            days.entry(key)
                .and_modify(|known| *known = known.union(day))
                .or_insert(day);
        }
        DaysByKey {
            times,
            radix: radix.clone(),
            inner_space,
            days,
            range: scope.range,
        }
    }

    fn time_key(&self, key: u64) -> u64 {
        let whole = key * self.inner_space;
        self.times
            .iter()
            .map(|&at| self.radix.digit(whole, at) * self.radix.stride(at))
            .sum()
    }

    /// The time parts of keys that have days.
    pub(crate) fn time_keys(&self) -> impl Iterator<Item = u64> {
        self.days.keys().map(|key| key / self.inner_space)
    }

    /// The key without its time part.
    pub(crate) fn without_time(&self, key: u64) -> u64 {
        key - self.time_key(key) / self.inner_space
    }

    /// Whether the row has days in this range at all.
    pub(crate) fn has(&self, key: u64) -> bool {
        self.times.is_empty() || self.days.contains_key(&self.time_key(key))
    }

    /// The days of a row.
    pub(crate) fn of(&self, key: u64) -> RowDays {
        let nothing = RowDays {
            span: self.range,
            count: 0,
        };
        self.days
            .get(&self.time_key(key))
            .copied()
            .unwrap_or(nothing)
    }

    /// The days of several rows together.
    pub(crate) fn of_all(&self, keys: impl Iterator<Item = u64>) -> RowDays {
        let table = KeyTable::of(keys.map(|key| self.time_key(key)));
        let days = table
            .keys()
            .iter()
            .filter_map(|key| self.days.get(key).copied());
        days.reduce(RowDays::union).unwrap_or(RowDays {
            span: self.range,
            count: 0,
        })
    }
}

/// The value of a metric in a row. `compared` is the other range's rows, where there is one.
pub(crate) fn value(
    metric: MetricId,
    folded: &Folded,
    days: RowDays,
    compared: Option<(&Folded, RowDays)>,
    key: u64,
) -> Option<Value> {
    let part = |part: Part| -> Option<PartValue> {
        match part {
            Part::Days => Some(PartValue::Whole(days.count.into())),
            part if is_compared(part) => {
                let (folded, days) = compared?;
                folded.net_revenue(key, days.span)
            }
            part => folded.part(part, key, days.span),
        }
    };
    metric.metric().evaluate(&part).ok()
}

/// Names the members of keys, and ranks them by key.
#[derive(Debug)]
pub(crate) struct Naming<'a> {
    cube: &'a Cube,
    dimensions: &'a [Dimension],
    radix: Radix,
    /// The periods of time dimensions over the query's range.
    periods: Vec<Option<Periods>>,
}

impl<'a> Naming<'a> {
    pub(crate) fn new(
        cube: &'a Cube,
        dimensions: &'a [Dimension],
        radix: Radix,
        range: DateRange,
    ) -> Self {
        let periods = |&dimension: &Dimension| {
            dimension
                .is_time()
                .then(|| Periods::new(dimension, range, cube.rules()))
        };
        Naming {
            cube,
            dimensions,
            radix,
            periods: dimensions.iter().map(periods).collect(),
        }
    }

    fn member(&self, at: usize, number: u64) -> Member {
        match (self.periods.get(at), self.dimensions.get(at)) {
            (Some(Some(periods)), _) => {
                let key = periods.key(number as u32);
                Member {
                    label: key.clone(),
                    key,
                }
            }
            (_, Some(&dimension)) => self.cube.dictionaries().member(dimension, number as u32),
            _ => Member {
                key: String::new(),
                label: String::new(),
            },
        }
    }

    /// The members of the row whose key has the first `length` dimensions.
    pub(crate) fn members(&self, key: u64, length: usize) -> Vec<Member> {
        let whole = key * self.radix.inner_space(length);
        (0..length)
            .map(|at| self.member(at, self.radix.digit(whole, at)))
            .collect()
    }

    /// For each key, a number per dimension that orders as the members' keys do.
    pub(crate) fn ranks(&self, keys: &[u64], length: usize) -> Vec<Vec<u32>> {
        let inner_space = self.radix.inner_space(length);
        let mut ranks = vec![Vec::with_capacity(length); keys.len()];
        for at in 0..length {
            let digits = keys
                .iter()
                .map(|key| self.radix.digit(key * inner_space, at));
            let is_time = matches!(self.periods.get(at), Some(Some(_)));
            let mut distinct: Vec<u64> = KeyTable::of(digits.clone()).keys().to_vec();
            if is_time {
                distinct.sort_unstable();
            } else {
                let mut named: Vec<(String, u64)> = distinct
                    .iter()
                    .map(|&digit| (self.member(at, digit).key, digit))
                    .collect();
                named.sort_unstable();
                distinct = named.into_iter().map(|(_, digit)| digit).collect();
            }
            let rank_of = KeyTable::of(distinct);
            for (ranks, digit) in ranks.iter_mut().zip(digits) {
                ranks.push(rank_of.number(digit).unwrap_or(u32::MAX));
            }
        }
        ranks
    }

    /// Whether the row's period contains today, even where the range ends before; without a period
    /// among the first `length` dimensions, whether the range does.
    pub(crate) fn is_partial(&self, key: u64, length: usize, range: DateRange) -> bool {
        let rules = self.cube.rules();
        let whole = key * self.radix.inner_space(length);
        let mut has_period = false;
        for (at, &dimension) in self.dimensions.iter().enumerate().take(length) {
            let number = self.radix.digit(whole, at) as u32;
            let start = self
                .periods
                .get(at)
                .and_then(|periods| periods.as_ref()?.start(number));
            if let Some(start) = start {
                has_period = true;
                if period_start(dimension, rules.today, rules) != start {
                    return false;
                }
            }
        }
        has_period || range.contains(rules.today)
    }
}
