//! Which passes over the facts the parts of a query's metrics need, and what becomes of their groups.
//!
//! Sums come from one pass per data set. A part that does not add up (distinct counts, levels,
//! concentration) comes from a pass of its own, grouped by the query's dimensions and one or two more;
//! its groups are kept until the end, so that totals, subtotals and the row of others are computed from
//! facts and never from finished values.

use std::collections::BTreeMap;

use model::metrics::{Computed, Part, PartValue, concentration, quantile, quantile_of_whole};
use model::schema::{DataSet, Dimension, Measure};

use crate::error::QueryError;
use crate::groups::{Groups, KeyTable};
use crate::keys::Radix;

/// The extra pass that a part needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pass {
    pub(crate) data_set: DataSet,
    /// Dimensions grouped by inside of the query's.
    pub(crate) inner: Vec<Dimension>,
    pub(crate) measures: Vec<Measure>,
    /// Whether only facts on the first day of their customer count.
    pub(crate) on_first_days: bool,
    finish: Finish,
}

/// How the inner groups of a row become its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Finish {
    /// Their number, where the facts add up to more than none; `without_unknown` leaves out code 0.
    Count { without_unknown: bool },
    /// The sum of the newest day.
    Newest,
    /// Sum of squared shares.
    Concentration,
    /// The outer inner members that have two inner ones or more.
    CountRepeated,
    /// The quantile of the sums by inner member, code 0 left out; of two measures, that of their
    /// quotients where the second is above 0.
    Quantile { tenths: u8 },
}

/// The extra pass that a part needs, if it needs one.
pub(crate) fn pass_of(part: Part) -> Option<Pass> {
    let pass = |data_set, inner: &[Dimension], measures: &[Measure], finish| Pass {
        data_set,
        inner: inner.to_vec(),
        measures: measures.to_vec(),
        on_first_days: false,
        finish,
    };
    match part {
        Part::Distinct(set, dimension) => {
            let without_unknown = !dimension.is_time();
            Some(pass(
                set,
                &[dimension],
                &[],
                Finish::Count { without_unknown },
            ))
        }
        Part::Closing(set, measure) => {
            Some(pass(set, &[Dimension::Day], &[measure], Finish::Newest))
        }
        Part::Computed(Computed::NetRevenueConcentration) => Some(pass(
            DataSet::Sales,
            &[Dimension::Channel],
            &[Measure::NetRevenueMinor],
            Finish::Concentration,
        )),
        Part::Computed(Computed::RepeatCustomers) => Some(pass(
            DataSet::Sales,
            &[Dimension::Customer, Dimension::Order],
            &[],
            Finish::CountRepeated,
        )),
        Part::Computed(Computed::NewCustomers) => Some(Pass {
            on_first_days: true,
            ..pass(
                DataSet::Sales,
                &[Dimension::Customer],
                &[],
                Finish::Count {
                    without_unknown: true,
                },
            )
        }),
        Part::Computed(Computed::OrderValueMedianMinor) => Some(of_orders(ORDER_VALUE, 5)),
        Part::Computed(Computed::OrderValueP90Minor) => Some(of_orders(ORDER_VALUE, 9)),
        Part::Computed(Computed::OrderCycleMedianDays) => Some(of_orders(ORDER_CYCLE, 5)),
        Part::Computed(Computed::OrderCycleP90Days) => Some(of_orders(ORDER_CYCLE, 9)),
        Part::Sum(..) | Part::Days | Part::Computed(_) | Part::External(_) => None,
    }
}

const ORDER_VALUE: &[Measure] = &[Measure::NetRevenueMinor];
/// Days per delivered line.
const ORDER_CYCLE: &[Measure] = &[Measure::DeliveryDays, Measure::DeliveredLines];

/// A quantile over orders. An order's sums add up over segments and days as all sums do, so that it is
/// exact however the facts are cut.
fn of_orders(measures: &[Measure], tenths: u8) -> Pass {
    Pass {
        data_set: DataSet::Sales,
        inner: vec![Dimension::Order],
        measures: measures.to_vec(),
        on_first_days: false,
        finish: Finish::Quantile { tenths },
    }
}

/// The measures that are summed in the main pass of each data set. A data set without any still has
/// a main pass where another part names it: its groups are rows of the answer.
pub(crate) fn measures_of(parts: &[Part]) -> BTreeMap<DataSet, Vec<Measure>> {
    let mut measures: BTreeMap<DataSet, Vec<Measure>> = BTreeMap::new();
    for &part in parts {
        let (data_set, measure) = match part {
            Part::Sum(set, measure) => (set, Some(measure)),
            Part::Computed(Computed::NetRevenueCompared) => {
                (DataSet::Sales, Some(Measure::NetRevenueMinor))
            }
            other => match pass_of(other) {
                Some(pass) => (pass.data_set, None),
                None => continue,
            },
        };
        let known = measures.entry(data_set).or_default();
        known.extend(measure.filter(|measure| !known.contains(measure)));
    }
    measures
}

/// Values by key of a row.
#[derive(Clone, Debug)]
pub(crate) struct ValuesByKey {
    table: KeyTable,
    values: Vec<Option<PartValue>>,
}

impl ValuesByKey {
    fn new() -> Self {
        ValuesByKey {
            table: KeyTable::new(),
            values: Vec::new(),
        }
    }

    fn entry(&mut self, key: u64) -> &mut Option<PartValue> {
        let number = self.table.number_or_insert(key) as usize;
        self.values.resize(self.table.len(), None);
        self.values
            .get_mut(number)
            .expect("the table numbers its keys from 0")
    }

    fn add(&mut self, key: u64, more: i128) {
        if more == 0 {
            return;
        }
        let value = self.entry(key);
        *value = match value {
            Some(PartValue::Whole(count)) => Some(PartValue::Whole(*count + more)),
            _ => Some(PartValue::Whole(more)),
        };
    }

    pub(crate) fn get(&self, key: u64) -> Option<PartValue> {
        self.values
            .get(self.table.number(key)? as usize)
            .copied()
            .flatten()
    }
}

impl Pass {
    /// The value for a row that has no facts; `None` where it is not known then.
    pub(crate) fn value_of_nothing(&self) -> Option<PartValue> {
        match self.finish {
            Finish::Count { .. } | Finish::CountRepeated => Some(PartValue::Whole(0)),
            Finish::Newest | Finish::Concentration | Finish::Quantile { .. } => None,
        }
    }

    /// Whether a row's value is the number of its groups that hold facts.
    pub(crate) const fn is_count(&self) -> bool {
        matches!(self.finish, Finish::Count { .. })
    }

    /// Takes note that a group of a count began to hold facts (1) or ceased to (-1).
    pub(crate) fn count(&self, counts: &mut ValuesByKey, key: u64, inner_space: u64, more: i64) {
        let is_unknown = matches!(
            self.finish,
            Finish::Count {
                without_unknown: true
            }
        ) && key.is_multiple_of(inner_space);
        if !is_unknown {
            counts.add(key / inner_space, more.into());
        }
    }

    /// The values of rows. `groups` have keys of `radix`, whose inner dimensions are this pass's and
    /// whose outer ones make up the key of a row.
    pub(crate) fn values(
        &self,
        groups: &Groups,
        radix: &Radix,
        outer: usize,
    ) -> Result<ValuesByKey, QueryError> {
        let inner_space = radix.inner_space(outer);
        let present = || {
            let rows = groups.keys.iter().zip(&groups.rows).enumerate();
            rows.filter(|(_, (_, rows))| **rows > 0)
                .map(|(at, (&key, _))| (at, key))
        };
        let mut values = ValuesByKey::new();
        match self.finish {
            // One row: nothing but the number of groups with facts.
            Finish::Count { without_unknown } if outer == 0 => {
                let count = groups.rows.iter().filter(|rows| **rows > 0).count();
                let unknown = groups.keys.iter().position(|key| *key == 0);
                let unknown = unknown.and_then(|at| groups.rows.get(at));
                let is_unknown = without_unknown && unknown.is_some_and(|rows| *rows > 0);
                values.add(0, count as i128 - i128::from(is_unknown));
            }
            Finish::Count { without_unknown } => {
                // Groups of one row mostly follow each other: they are counted before the row is looked up.
                let (mut row, mut last, mut count) = (0, 0, 0);
                for (_, key) in present() {
                    if !(row..=last).contains(&key) || count == 0 {
                        values.add(row / inner_space, count);
                        row = key - key % inner_space;
                        (last, count) = (row + (inner_space - 1), 0);
                    }
                    count += i128::from(!(without_unknown && key == row));
                }
                values.add(row / inner_space, count);
            }
            Finish::CountRepeated => {
                let mut customers = KeyTable::new();
                let mut orders: Vec<u32> = Vec::new();
                for (_, key) in present() {
                    if radix.digit(key, outer) != 0 && radix.digit(key, outer + 1) != 0 {
                        let number = customers.number_or_insert(key / radix.inner_space(outer + 1));
                        orders.resize(customers.len(), 0);
                        if let Some(orders) = orders.get_mut(number as usize) {
                            *orders += 1;
                        }
                    }
                }
                let customer_space = inner_space / radix.inner_space(outer + 1).max(1);
                for (&customer, _) in customers.keys().iter().zip(orders).filter(|it| it.1 >= 2) {
                    values.add(customer / customer_space, 1);
                }
            }
            Finish::Quantile { tenths } => {
                let named = present().filter(|(_, key)| key % inner_space != 0);
                let row_of = |key: u64| key / inner_space;
                if self.measures.len() == 1 {
                    let known =
                        named.filter_map(|(at, key)| Some((row_of(key), groups.sum(0, at)?)));
                    for (row, mut own) in by_row(known) {
                        *values.entry(row) =
                            quantile_of_whole(&mut own, tenths).map(PartValue::from);
                    }
                } else {
                    let known = named.filter_map(|(at, key)| {
                        let (sum, of) = (groups.sum(0, at)?, groups.sum(1, at)?);
                        (of > 0).then(|| (row_of(key), sum as f64 / of as f64))
                    });
                    for (row, mut own) in by_row(known) {
                        *values.entry(row) = quantile(&mut own, tenths).map(PartValue::Real);
                    }
                }
            }
            Finish::Newest => {
                let mut newest: BTreeMap<u64, (u64, usize)> = BTreeMap::new();
                for (at, key) in present() {
                    let (row, day) = (key / inner_space, key % inner_space);
                    let known = newest.entry(row).or_insert((day, at));
                    if day > known.0 {
                        *known = (day, at);
                    }
                }
                for (row, (_, at)) in newest {
                    *values.entry(row) = groups.sum(0, at).map(PartValue::from);
                }
            }
            Finish::Concentration => {
                // In order of key, so that the sum of squares is the same to the last bit.
                let mut shares: Vec<(u64, i64)> = present()
                    .filter_map(|(at, key)| Some((key, groups.sum(0, at)?)))
                    .collect();
                shares.sort_unstable();
                for row in shares.chunk_by(|a, b| a.0 / inner_space == b.0 / inner_space) {
                    let amounts = row.iter().map(|&(_, amount)| amount as f64);
                    if let Some(&(key, _)) = row.first() {
                        *values.entry(key / inner_space) =
                            concentration(amounts).map(PartValue::Real);
                    }
                }
            }
        }
        Ok(values)
    }
}

/// The values of each row.
fn by_row<T>(values: impl Iterator<Item = (u64, T)>) -> impl Iterator<Item = (u64, Vec<T>)> {
    let (mut rows, mut by_row) = (KeyTable::new(), Vec::<Vec<T>>::new());
    for (row, value) in values {
        let number = rows.number_or_insert(row) as usize;
        by_row.resize_with(rows.len(), Vec::new);
        if let Some(own) = by_row.get_mut(number) {
            own.push(value);
        }
    }
    rows.into_keys().into_iter().zip(by_row)
}
