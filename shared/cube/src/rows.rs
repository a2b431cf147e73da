//! From aggregated facts to the values, days and members of a row.

use std::cell::OnceCell;
use std::cmp::Ordering;

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
    table: KeyTable,
    days: Vec<RowDays>,
    range: DateRange,
}

/// Days of a range with the same key and no other accepted ones between them, by their places.
struct Run {
    key: u64,
    first: usize,
    last: usize,
    count: u32,
}

impl Run {
    fn days(&self, range: DateRange) -> RowDays {
        let day = |offset: usize| range.from().add_days(offset as i32);
        let (first, last) = (day(self.first), day(self.last));
        let span = first.and_then(|first| Ok(DateRange::new(first, last?)));
        RowDays {
            span: span.ok().and_then(Result::ok).unwrap_or(range),
            count: self.count,
        }
    }
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
        let key_of = |offset: usize| -> u64 {
            let number = |at: usize| match scope.keys.get(at).map(|key| &key.source) {
                Some(KeySource::Days(numbers)) => numbers.get(offset).copied().unwrap_or(0),
                _ => 0,
            };
            let times = times.iter();
            times
                .map(|&at| u64::from(number(at)) * radix.stride(at))
                .sum()
        };
        let (mut table, mut days) = (KeyTable::new(), Vec::<RowDays>::new());
        let mut note = |run: Run| {
            let number = table.number_or_insert(run.key) as usize;
            let own = run.days(scope.range);
            match days.get_mut(number) {
                Some(known) => *known = known.union(own),
                None => days.push(own),
            }
        };
        // Days that follow each other mostly share their key.
        let mut open: Option<Run> = None;
        let accepted = scope.conditions.days.iter().enumerate();
        for (offset, _) in accepted.filter(|(_, is_accepted)| **is_accepted) {
            let key = key_of(offset);
            match &mut open {
                Some(run) if run.key == key => (run.last, run.count) = (offset, run.count + 1),
                _ => {
                    let (first, last, count) = (offset, offset, 1);
                    let next = Run {
                        key,
                        first,
                        last,
                        count,
                    };
                    open.replace(next).into_iter().for_each(&mut note);
                }
            }
        }
        open.into_iter().for_each(note);
        DaysByKey {
            times,
            radix: radix.clone(),
            inner_space,
            table,
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
        self.table.keys().iter().map(|key| key / self.inner_space)
    }

    /// The key without its time part.
    pub(crate) fn without_time(&self, key: u64) -> u64 {
        key - self.time_key(key) / self.inner_space
    }

    /// Whether the row has days in this range at all.
    pub(crate) fn has(&self, key: u64) -> bool {
        self.times.is_empty() || self.table.number(self.time_key(key)).is_some()
    }

    fn known(&self, time_key: u64) -> Option<RowDays> {
        let number = self.table.number(time_key)?;
        self.days.get(number as usize).copied()
    }

    /// The days of a row.
    pub(crate) fn of(&self, key: u64) -> RowDays {
        let nothing = RowDays {
            span: self.range,
            count: 0,
        };
        self.known(self.time_key(key)).unwrap_or(nothing)
    }

    /// The days of several rows together.
    pub(crate) fn of_all(&self, keys: impl Iterator<Item = u64>) -> RowDays {
        let table = KeyTable::of(keys.map(|key| self.time_key(key)));
        let days = table.keys().iter().filter_map(|&key| self.known(key));
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
    /// Their keys, each made when first needed: many rows have the same.
    keys: Vec<Vec<OnceCell<String>>>,
    /// Of these but weekdays, the number of the one that contains today, where one does.
    current: Vec<Option<Option<u32>>>,
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
        let periods: Vec<Option<Periods>> = dimensions.iter().map(periods).collect();
        let current = dimensions
            .iter()
            .zip(&periods)
            .map(|(&dimension, periods)| {
                let periods = periods
                    .as_ref()
                    .filter(|_| dimension != Dimension::Weekday)?;
                let rules = cube.rules();
                Some(periods.starting(period_start(dimension, rules.today, rules)))
            });
        let slots = |periods: &Option<Periods>| periods.as_ref().map_or(0, Periods::count) as usize;
        let keys = periods.iter().map(|it| vec![OnceCell::new(); slots(it)]);
        Naming {
            cube,
            dimensions,
            radix,
            current: current.collect(),
            keys: keys.collect(),
            periods,
        }
    }

    fn member(&self, at: usize, number: u64) -> Member {
        match (self.periods.get(at), self.dimensions.get(at)) {
            (Some(Some(periods)), _) => {
                let known = self.keys.get(at).and_then(|it| it.get(number as usize));
                let made = || periods.key(number as u32);
                let key = known.map_or_else(made, |it| it.get_or_init(made).clone());
                Member::unlabelled(key)
            }
            (_, Some(&dimension)) => self.cube.member(dimension, number as u32),
            _ => Member::unlabelled(String::new()),
        }
    }

    /// The members of the row whose key has the first `length` dimensions.
    pub(crate) fn members(&self, key: u64, length: usize) -> Vec<Member> {
        let whole = key * self.radix.inner_space(length);
        (0..length)
            .map(|at| self.member(at, self.radix.digit(whole, at)))
            .collect()
    }

    /// Sorts keys of the first `length` dimensions as their members' keys do, the outermost first.
    pub(crate) fn sort(&self, keys: &mut [u64], length: usize) {
        let is_numbered = |at: usize| self.is_numbered(at);
        if (0..length).all(is_numbered) {
            if !keys.is_sorted() {
                keys.sort_unstable();
            }
            return;
        }
        let inner_space = self.radix.inner_space(length);
        let mut ranked: Vec<(u64, u64)> = keys.iter().map(|&key| (0, key)).collect();
        for at in 0..length {
            let digit_of = |key: u64| self.radix.digit(key * inner_space, at);
            let mut digits = KeyTable::of(keys.iter().map(|&key| digit_of(key))).into_keys();
            match self.dimensions.get(at) {
                Some(&dimension) if !is_numbered(at) => {
                    let name = |digit: &u64| self.cube.member_key(dimension, *digit as u32);
                    digits.sort_unstable_by(|a, b| name(a).cmp(&name(b)));
                }
                _ => digits.sort_unstable(),
            }
            let rank_of = KeyTable::of(digits);
            for (rank, key) in &mut ranked {
                // A rank is below the cardinality as the digit is: the ranks are digits again.
                let rank_at = rank_of.number(digit_of(*key)).unwrap_or(0);
                *rank += u64::from(rank_at) * self.radix.stride(at);
            }
        }
        if !ranked.is_sorted() {
            ranked.sort_unstable();
        }
        for (key, (_, sorted)) in keys.iter_mut().zip(ranked) {
            *key = sorted;
        }
    }

    /// Whether the members of a dimension are numbered in their order.
    fn is_numbered(&self, at: usize) -> bool {
        let is_age = |it: &Dimension| *it == Dimension::MonthsSinceFirstOrder;
        matches!(self.periods.get(at), Some(Some(_))) || self.dimensions.get(at).is_some_and(is_age)
    }

    /// How the members' keys of two rows compare.
    pub(crate) fn compare(&self, a: u64, b: u64, length: usize) -> Ordering {
        let inner_space = self.radix.inner_space(length);
        let digit_of = |key: u64, at| self.radix.digit(key * inner_space, at);
        let compare = |at: usize| {
            let (a, b) = (digit_of(a, at), digit_of(b, at));
            match self.dimensions.get(at) {
                Some(&dimension) if a != b && !self.is_numbered(at) => {
                    let name = |digit| self.cube.member_key(dimension, digit as u32);
                    name(a).cmp(&name(b))
                }
                _ => a.cmp(&b),
            }
        };
        (0..length)
            .map(compare)
            .find(|it| it.is_ne())
            .unwrap_or(Ordering::Equal)
    }

    /// Whether the row's period contains today, even where the range ends before; without a period
    /// among the first `length` dimensions, whether the range does.
    pub(crate) fn is_partial(&self, key: u64, length: usize, range: DateRange) -> bool {
        let whole = key * self.radix.inner_space(length);
        let mut has_period = false;
        for (at, current) in self.current.iter().enumerate().take(length) {
            if let Some(current) = current {
                has_period = true;
                if Some(self.radix.digit(whole, at) as u32) != *current {
                    return false;
                }
            }
        }
        has_period || range.contains(self.cube.rules().today)
    }
}
