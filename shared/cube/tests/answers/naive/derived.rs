//! Derived figures and bounds, each as its definition reads.

use cube::{Derived, Value};
use model::metrics::Unit;
use model::schema::Dimension;

use super::{Naive, PlainRow};

fn share(value: Option<Value>, whole: Option<Value>) -> Option<Value> {
    let (value, whole) = (value?.as_f64(), whole?.as_f64());
    (whole > 0.0).then(|| Value::Real(value / whole))
}

impl Naive<'_> {
    pub(super) fn meets_bounds(&self, row: &PlainRow) -> bool {
        self.query.bounds.iter().all(|bound| {
            row.values[bound.metric].is_some_and(|value| {
                let value = value.as_f64();
                !bound.min.is_some_and(|min| value < min)
                    && !bound.max.is_some_and(|max| value > max)
            })
        })
    }

    pub(super) fn derive(&self, rows: &mut [PlainRow], total: &PlainRow) {
        let all = rows.to_vec();
        for row in rows {
            let figures = self.query.derived.iter();
            row.derived = figures
                .map(|&it| self.figure(it, row, &all, total))
                .collect();
        }
    }

    pub(super) fn shares_of_others(
        &self,
        others: &PlainRow,
        total: &PlainRow,
    ) -> Vec<Option<Value>> {
        let figure = |derived: &Derived| match *derived {
            Derived::ShareOfTotal { metric } => share(others.values[metric], total.values[metric]),
            Derived::ShareOfParent { metric } if self.query.group_by.len() == 1 => {
                share(others.values[metric], total.values[metric])
            }
            Derived::ShareOfCompared { metric } => {
                share(others.values[metric], others.compared[metric])
            }
            _ => None,
        };
        self.query.derived.iter().map(figure).collect()
    }

    fn figure(
        &self,
        derived: Derived,
        row: &PlainRow,
        all: &[PlainRow],
        total: &PlainRow,
    ) -> Option<Value> {
        let length = self.query.group_by.len();
        match derived {
            Derived::ShareOfTotal { metric } => share(row.values[metric], total.values[metric]),
            Derived::ShareOfParent { metric } => {
                if length == 0 {
                    return Some(Value::Real(1.0));
                }
                let dimensions = &self.query.group_by[..length - 1];
                let main = self.slices(length - 1, &self.main);
                let keys = row.keys[..length - 1].to_vec();
                let other = self.compared.as_ref();
                let other = other.map(|side| self.slices(length - 1, side));
                let parent = self.row_at(keys, dimensions, &main, other.as_ref());
                share(row.values[metric], parent.values[metric])
            }
            Derived::ShareOfFirst { metric } => {
                let first = self.window(row).into_iter().next()?;
                let main = self.slices(length, &self.main);
                let other = self.compared.as_ref().map(|side| self.slices(length, side));
                let first = self.row_at(first, &self.query.group_by, &main, other.as_ref());
                share(row.values[metric], first.values[metric])
            }
            Derived::ShareOfCompared { metric } => share(row.values[metric], row.compared[metric]),
            Derived::Rank { metric } => {
                let own = row.values[metric]?.as_f64();
                let values = all.iter().filter_map(|row| row.values[metric]);
                let larger = values.filter(|value| value.as_f64() > own).count();
                Some(Value::Whole(larger as i64 + 1))
            }
            Derived::Cumulative { metric } => {
                let window = self.window(row);
                self.together(window.iter()).values[metric]
            }
            Derived::MovingAverage { metric, periods } => {
                let window = self.window(row);
                let first = window.len().checked_sub(periods.into())?;
                let window = &window[first..];
                let definition = self.query.metrics[metric].metric();
                if !definition.is_amount() {
                    return self.together(window.iter()).values[metric];
                }
                let main = self.slices(length, &self.main);
                let other = self.compared.as_ref().map(|side| self.slices(length, side));
                let mut sum = 0_i128;
                for keys in window {
                    let row =
                        self.row_at(keys.clone(), &self.query.group_by, &main, other.as_ref());
                    match row.values[metric]? {
                        Value::Whole(value) => sum += i128::from(value),
                        Value::Real(_) => panic!("amounts are whole"),
                    }
                }
                let mean = sum as f64 / f64::from(periods);
                match definition.unit {
                    // Half away from zero, as f64::round does; test amounts are exact in f64.
                    Unit::Money => Some(Value::Whole(mean.round() as i64)),
                    _ => Some(Value::Real(mean)),
                }
            }
        }
    }

    /// The rows of all periods up to a row's that have days, in order of time.
    fn window(&self, row: &PlainRow) -> Vec<Vec<String>> {
        let group_by = &self.query.group_by;
        let place = group_by
            .iter()
            .position(|it| super::is_run_along(*it))
            .expect("a checked query");
        if group_by[place] == Dimension::MonthsSinceFirstOrder {
            let Ok(last) = row.keys[place].parse::<u32>() else {
                return vec![row.keys.clone()];
            };
            let keys = (0..=last).map(|months| {
                let mut keys = row.keys.clone();
                keys[place] = months.to_string();
                keys
            });
            return keys.collect();
        }
        let periods = self.periods(group_by[place], self.query.range);
        let keys = periods.into_iter().map(|period| {
            let mut keys = row.keys.clone();
            keys[place] = period;
            keys
        });
        keys.filter(|keys| keys[place] <= row.keys[place])
            .filter(|keys| self.empty(keys, &self.main).days > 0)
            .collect()
    }
}
