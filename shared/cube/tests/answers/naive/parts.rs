//! The parts of metrics over the facts of a row, each as its definition reads.

use std::collections::BTreeMap;

use cube::{FactRow, Value};
use kernel::{Date, DateRange};
use model::metrics::{Computed, MetricId, Part, PartValue, concentration};
use model::schema::{DataSet, Dimension, Measure};

use super::{Naive, Side, Slice};

impl Naive<'_> {
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
                for &customer in rows_by(Dimension::Customer, &mut facts.iter()).keys() {
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
            Part::Computed(
                computed @ (Computed::OrderValueMedianMinor | Computed::OrderValueP90Minor),
            ) => {
                let is_median = computed == Computed::OrderValueMedianMinor;
                let orders = self.by_order(data_set, facts, &[Measure::NetRevenueMinor]);
                let values = orders.iter().map(|sums| sums[0] as f64);
                let (lower, upper, tenths) = around(values, if is_median { 5 } else { 9 })?;
                // Test amounts are exact in f64, and so are their tenths up to the division.
                let value = (lower * 10.0 + (upper - lower) * tenths) / 10.0;
                Some(PartValue::Whole(value.round() as i128))
            }
            Part::Computed(
                computed @ (Computed::OrderCycleMedianDays | Computed::OrderCycleP90Days),
            ) => {
                let is_median = computed == Computed::OrderCycleMedianDays;
                let measures = [Measure::DeliveryDays, Measure::DeliveredLines];
                let orders = self.by_order(data_set, facts, &measures);
                let delivered = orders.iter().filter(|sums| sums[1] > 0);
                let days = delivered.map(|sums| sums[0] as f64 / sums[1] as f64);
                let (lower, upper, tenths) = around(days, if is_median { 5 } else { 9 })?;
                Some(PartValue::Real(lower + (upper - lower) * (tenths / 10.0)))
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

    /// The sums of each known order whose facts are not all taken back and that know all measures.
    fn by_order(
        &self,
        data_set: DataSet,
        facts: &[&FactRow],
        measures: &[Measure],
    ) -> Vec<Vec<i64>> {
        let mut orders: BTreeMap<u32, Vec<&FactRow>> = BTreeMap::new();
        for &fact in facts {
            let order = self.code(fact, data_set, Dimension::Order);
            orders.entry(order).or_default().push(fact);
        }
        let is_there = |facts: &Vec<&FactRow>| {
            facts
                .iter()
                .filter_map(|fact| fact.measures[0])
                .sum::<i64>()
                > 0
        };
        let sums = |facts: &Vec<&FactRow>| -> Option<Vec<i64>> {
            let sum = |&measure: &Measure| sum(data_set, measure, facts.iter().copied());
            measures.iter().map(sum).collect()
        };
        let known = orders
            .iter()
            .filter(|(order, facts)| **order != 0 && is_there(facts));
        known.filter_map(|(_, facts)| sums(facts)).collect()
    }

    pub(super) fn values(
        &self,
        metrics: &[Option<MetricId>],
        slice: &Slice<'_>,
        dimensions: &[Dimension],
        side: &Side<'_>,
        other: Option<&Slice<'_>>,
    ) -> Vec<Option<Value>> {
        let part = |part| self.part(part, slice, dimensions, side, other);
        let value = |metric: &Option<MetricId>| metric.as_ref()?.metric().evaluate(&part).ok();
        metrics.iter().map(value).collect()
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

/// The values around the place that many tenths of the way from the least to the largest, and the tenths
/// that it lies beyond the first of them.
fn around(values: impl Iterator<Item = f64>, tenths: usize) -> Option<(f64, f64, f64)> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    let place = tenths * values.len().checked_sub(1)?;
    let lower = values[place / 10];
    let upper = values.get(place / 10 + 1).copied().unwrap_or(lower);
    Some((lower, upper, (place % 10) as f64))
}
