//! Customers by the month of their first order, over all facts at hand.

use std::sync::Arc;

use kernel::Date;
use model::schema::{DataSet, Dimension};

use crate::conditions::Conditions;
use crate::cube::Cube;
use crate::dictionary::UNKNOWN_KEY;
use crate::error::QueryError;
use crate::groups::FirstDays;
use crate::keys::Radix;
use crate::query::Member;
use crate::rollup::RollupUse;
use crate::scan::Scan;

/// Customer codes are numbered from 1 on; a damaged one may not make us hold gigabytes.
const CODES_MAX: u64 = 1 << 24;

/// By customer code, the first day with an order, over all facts of a cube.
pub(crate) fn first_days(cube: &Cube, rollups: RollupUse) -> Result<FirstDays, QueryError> {
    let mut first_days = FirstDays::default();
    if let Some(range) = cube.extent_of(DataSet::Sales) {
        let keys = [
            cube.key(Dimension::Customer, range)?,
            cube.key(Dimension::Day, range)?,
        ];
        let radix = Radix::new(keys.iter().map(|key| key.cardinality).collect())?;
        let scan = Scan {
            range,
            conditions: &Conditions::none(range),
            keys: &keys.iter().collect::<Vec<_>>(),
            radix: &radix,
            measures: &[],
            first_days: None,
            summary: cube.summary(DataSet::Sales),
            rollups,
            dictionaries: cube.dictionaries(),
        };
        let (groups, _) = scan.run(cube.months_of(DataSet::Sales))?;
        for (&key, _) in groups
            .keys
            .iter()
            .zip(&groups.rows)
            .filter(|(_, rows)| **rows > 0)
        {
            let day = range.from().days() + radix.digit(key, 1) as i32;
            first_days.note(radix.digit(key, 0), day);
        }
    }
    Ok(first_days)
}

/// The months of first orders, numbered from 1 in order of time; 0 is not known.
#[derive(Clone, Debug)]
pub(crate) struct Cohorts {
    /// By customer code, the number of the month.
    by_customer: Arc<[u32]>,
    months: Vec<Date>,
}

impl Cohorts {
    pub(crate) fn of(first_days: &FirstDays) -> Result<Cohorts, QueryError> {
        let known = || first_days.iter().filter(|&(customer, _)| customer != 0);
        let Some(largest) = known().map(|(customer, _)| customer).max() else {
            return Ok(Cohorts {
                by_customer: Arc::from([0]),
                months: Vec::new(),
            });
        };
        if largest >= CODES_MAX {
            return Err(QueryError::TooManyGroups);
        }
        let month_of = |day| Date::from_days(day).ok().map(Date::first_of_month);
        let mut months: Vec<Date> = known().filter_map(|(_, day)| month_of(day)).collect();
        months.sort_unstable();
        months.dedup();
        let mut by_customer = vec![0; largest as usize + 1];
        for (customer, day) in known() {
            let number = month_of(day).and_then(|month| months.binary_search(&month).ok());
            if let (Some(place), Some(number)) = (by_customer.get_mut(customer as usize), number) {
                *place = number as u32 + 1;
            }
        }
        Ok(Cohorts {
            by_customer: by_customer.into(),
            months,
        })
    }

    pub(crate) fn by_customer(&self) -> Arc<[u32]> {
        Arc::clone(&self.by_customer)
    }

    /// Months since 1970-01 of each month, in order.
    pub(crate) fn month_indexes(&self) -> Arc<[i32]> {
        self.months.iter().map(|it| it.month().index()).collect()
    }

    /// How many numbers there are.
    pub(crate) fn cardinality(&self) -> u32 {
        self.months.len() as u32 + 1
    }

    /// The key of a month by number: the ISO date of its first day.
    pub(crate) fn key(&self, number: u32) -> String {
        let month = number.checked_sub(1);
        match month.and_then(|month| self.months.get(month as usize)) {
            Some(month) => month.to_string(),
            None => UNKNOWN_KEY.into(),
        }
    }

    pub(crate) fn member(&self, number: u32) -> Member {
        Member::unlabelled(self.key(number))
    }
}
