//! Months since the first order: a number that a fact has from its day and its customer together.
//!
//! Nothing that is stored tells it, and no column maps to it alone. So facts are told apart by their month
//! and by the month of their customer's first order while they are read, and those groups are folded.

use std::sync::Arc;

use kernel::DateRange;
use model::schema::Dimension;

use crate::cohorts::Cohorts;
use crate::conditions::CodeSet;
use crate::dictionary::UNKNOWN_KEY;
use crate::error::QueryError;
use crate::groups::Groups;
use crate::keys::{Key, KeySource, Radix};

/// More months than the calendar has.
const MONTHS_MAX: u32 = 12 * 400;

/// Months since the first order of the facts of a range.
#[derive(Clone, Debug)]
pub(crate) struct Ages {
    /// By day of the range, its month, counted from that of the first day.
    months: Vec<u32>,
    /// Months since 1970-01 of the first day.
    first_month: i32,
    /// By customer code, the number of the month of the first order; 0 is not known.
    by_customer: Arc<[u32]>,
    /// By that number less 1, months since 1970-01.
    cohorts: Arc<[i32]>,
}

impl Ages {
    pub(crate) fn new(cohorts: &Cohorts, range: DateRange) -> Ages {
        let first_month = range.from().month().index();
        let month = |day: kernel::Date| (day.month().index() - first_month) as u32;
        Ages {
            months: range.iter().map(month).collect(),
            first_month,
            by_customer: cohorts.by_customer(),
            cohorts: cohorts.month_indexes(),
        }
    }

    fn months(&self) -> u32 {
        self.months.last().map_or(1, |last| last + 1)
    }

    /// How many numbers there are.
    pub(crate) fn cardinality(&self) -> u64 {
        let oldest = self.cohorts.first().map(|&oldest| {
            let newest = self.first_month + self.months() as i32 - 1;
            (newest - oldest + 1).max(0) as u64
        });
        oldest.unwrap_or(0) + 1
    }

    /// The number of a month and a cohort: 0 where the first order is not known or came later, else the
    /// months between, plus 1.
    fn number(&self, month: u64, cohort: u64) -> u64 {
        let cohort = cohort.checked_sub(1);
        let first = cohort.and_then(|cohort| self.cohorts.get(cohort as usize));
        first.map_or(0, |first| {
            let between = self.first_month + month as i32 - first;
            u64::try_from(between).map_or(0, |between| between + 1)
        })
    }

    /// What tells the facts apart while they are read.
    fn keys(&self) -> [Key; 2] {
        let month = Key {
            dimension: Dimension::Month,
            stored: Dimension::Day,
            source: KeySource::Days(self.months.clone()),
            cardinality: self.months().into(),
        };
        let cohort = Key {
            dimension: Dimension::FirstOrderMonth,
            stored: Dimension::Customer,
            source: KeySource::Parent(Arc::clone(&self.by_customer)),
            cardinality: self.cohorts.len() as u64 + 1,
        };
        [month, cohort]
    }
}

/// The key of a number of months, as filters and answers have it.
pub(crate) fn key_of(number: u32) -> String {
    match number.checked_sub(1) {
        Some(months) => months.to_string(),
        None => UNKNOWN_KEY.into(),
    }
}

/// The number of a key; `None` for a text that is none.
pub(crate) fn number_of_key(key: &str) -> Option<u32> {
    if key == UNKNOWN_KEY {
        return Some(0);
    }
    let months = key.parse::<u32>().ok().filter(|it| *it < MONTHS_MAX)?;
    Some(months + 1)
}

/// The numbers that a test of them accepts.
pub(crate) fn accepted(is_accepted: impl Fn(u32) -> bool) -> CodeSet {
    CodeSet::new((0..=MONTHS_MAX).map(is_accepted).collect(), false)
}

/// How groups are read where months since the first order are grouped or filtered by.
#[derive(Debug)]
pub(crate) struct Spread<'a> {
    /// What facts are told apart by: each key, an age as month and cohort; then those of the filter.
    pub(crate) keys: Vec<Key>,
    pub(crate) radix: Radix,
    asked: Vec<&'a Key>,
    filter: Option<(Ages, &'a CodeSet)>,
}

impl<'a> Spread<'a> {
    /// `None` where no age is asked for.
    pub(crate) fn of(
        asked: &[&'a Key],
        filter: Option<(Ages, &'a CodeSet)>,
    ) -> Result<Option<Spread<'a>>, QueryError> {
        let is_age = |key: &&Key| matches!(key.source, KeySource::Ages(_));
        if filter.is_none() && !asked.iter().any(is_age) {
            return Ok(None);
        }
        let mut keys = Vec::new();
        for &key in asked {
            match &key.source {
                KeySource::Ages(ages) => keys.extend(ages.keys()),
                _ => keys.push(key.clone()),
            }
        }
        keys.extend(filter.iter().flat_map(|(ages, _)| ages.keys()));
        let radix = Radix::new(keys.iter().map(|key| key.cardinality).collect())?;
        Ok(Some(Spread {
            keys,
            radix,
            asked: asked.to_vec(),
            filter,
        }))
    }

    /// The groups by what was asked for, whose numbers are those of `radix`; those that the filter
    /// refuses are left out.
    pub(crate) fn fold(&self, groups: &Groups, radix: &Radix) -> Groups {
        groups.regroup(radix.space(), |key| self.key(key, radix))
    }

    fn key(&self, key: u64, radix: &Radix) -> Option<u64> {
        let (mut place, mut folded) = (0, 0);
        for (at, asked) in self.asked.iter().enumerate() {
            let own = self.radix.digit(key, place);
            let number = match &asked.source {
                KeySource::Ages(ages) => {
                    place += 1;
                    ages.number(own, self.radix.digit(key, place))
                }
                _ => own,
            };
            place += 1;
            folded += number * radix.stride(at);
        }
        let is_accepted = self.filter.as_ref().is_none_or(|(ages, accepted)| {
            let (month, cohort) = (
                self.radix.digit(key, place),
                self.radix.digit(key, place + 1),
            );
            accepted.contains(ages.number(month, cohort) as u32)
        });
        is_accepted.then_some(folded)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groups::FirstDays;
    use kernel::Date;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn months_are_counted_by_the_calendar() {
        let mut first_days = FirstDays::default();
        first_days.note(1, date("2026-01-31").days());
        first_days.note(2, date("2025-11-01").days());
        let cohorts = Cohorts::of(&first_days).unwrap();
        let range = DateRange::new(date("2026-01-30"), date("2026-03-01")).unwrap();
        let ages = Ages::new(&cohorts, range);
        // November 2025 is cohort 1, January 2026 cohort 2; months of the range are 0, 1 and 2.
        let numbers = |cohort| [0, 1, 2].map(|month| key_of(ages.number(month, cohort) as u32));
        assert_eq!(numbers(0), ["-", "-", "-"]);
        assert_eq!(numbers(1), ["2", "3", "4"]);
        assert_eq!(numbers(2), ["0", "1", "2"]);
        assert_eq!(ages.cardinality(), 6);
        let before = DateRange::day(date("2025-10-31"));
        let ages = Ages::new(&cohorts, before);
        assert_eq!((ages.number(0, 1), ages.cardinality()), (0, 1));
        assert_eq!(number_of_key("11"), Some(12));
        for text in ["", "-1", "x", "99999"] {
            assert_eq!(number_of_key(text), None, "{text}");
        }
    }
}
