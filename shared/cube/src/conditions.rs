//! Filters of a query, turned into what a scan can test: a set of days and, for each stored dimension
//! that is filtered, a set of codes.

use std::collections::{BTreeMap, BTreeSet};

use kernel::DateRange;
use model::schema::{DataSet, Dimension};

use crate::ages;
use crate::cohorts::Cohorts;
use crate::cube::Cube;
use crate::error::QueryError;
use crate::members::{Dictionaries, folded};
use crate::periods::Periods;
use crate::query::{Filter, Query};

/// A set of codes of one stored dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CodeSet {
    accepted: Vec<bool>,
    /// Whether codes past the end of `accepted` belong to the set.
    beyond: bool,
}

impl CodeSet {
    pub(crate) const fn new(accepted: Vec<bool>, beyond: bool) -> CodeSet {
        CodeSet { accepted, beyond }
    }

    #[inline]
    pub(crate) fn contains(&self, code: u32) -> bool {
        self.accepted
            .get(code as usize)
            .copied()
            .unwrap_or(self.beyond)
    }

    /// Whether any, and whether every code from `min` to `max` belongs to the set.
    pub(crate) fn any_and_all(&self, min: u32, max: u32) -> (bool, bool) {
        // One past the largest code is no number where addresses have 32 bits.
        let end = (max as usize).saturating_add(1).min(self.accepted.len());
        let known = self.accepted.get(min as usize..end).unwrap_or_default();
        let reaches_beyond = max as usize >= self.accepted.len();
        let any = known.contains(&true) || (reaches_beyond && self.beyond);
        let all = !known.contains(&false) && (!reaches_beyond || self.beyond);
        (any, all)
    }

    fn intersect(&mut self, other: &CodeSet) {
        let length = self.accepted.len().max(other.accepted.len());
        self.accepted = (0..length as u32)
            .map(|code| self.contains(code) && other.contains(code))
            .collect();
        self.beyond &= other.beyond;
    }
}

/// What facts must meet, for one range.
#[derive(Clone, Debug)]
pub(crate) struct Conditions {
    /// For each day of the range, whether its facts count.
    pub(crate) days: Vec<bool>,
    /// By stored dimension, the codes that count.
    pub(crate) codes: BTreeMap<Dimension, CodeSet>,
    /// The same by the dimensions that the filters name: categories instead of their products.
    pub(crate) named: BTreeMap<Dimension, CodeSet>,
}

impl Conditions {
    /// No condition: every fact of the range counts.
    pub(crate) fn none(range: DateRange) -> Conditions {
        Conditions {
            days: vec![true; range.days() as usize],
            codes: BTreeMap::new(),
            named: BTreeMap::new(),
        }
    }

    /// Whether facts of a data set can be tested at all: each filtered dimension is stored in it.
    pub(crate) fn apply_to(&self, data_set: DataSet) -> bool {
        self.codes
            .keys()
            .all(|dimension| data_set.dimensions().contains(dimension))
    }

    /// The conditions of a query over its range and, with the same filters, over the range compared
    /// with. Periods are matched by position there: a filter on the second month of the range
    /// accepts the second month of the compared range.
    pub(crate) fn of(
        query: &Query,
        compared: Option<DateRange>,
        cube: &Cube,
    ) -> Result<(Conditions, Option<Conditions>), QueryError> {
        check(query)?;
        let (dictionaries, rules) = (cube.dictionaries(), cube.rules());
        let mut codes = BTreeMap::new();
        let mut named = BTreeMap::new();
        let mut days = vec![true; query.range.days() as usize];
        let mut compared_days = compared.map(|range| vec![true; range.days() as usize]);
        for filter in &query.filters {
            let dimension = filter.dimension();
            if dimension.is_time() {
                let periods = Periods::new(dimension, query.range, rules);
                let accepted = accepted_periods(filter, &periods)?;
                restrict(&mut days, &periods, &accepted);
                if let (Some(range), Some(days)) = (compared, &mut compared_days) {
                    restrict(days, &Periods::new(dimension, range, rules), &accepted);
                }
            } else {
                let (own, stored) = if dimension == Dimension::MonthsSinceFirstOrder {
                    // Of customers alone nothing is known yet; `ages` tests groups.
                    (age_set(filter)?, CodeSet::new(Vec::new(), true))
                } else if dimension == Dimension::FirstOrderMonth {
                    let cohorts = cube.cohorts()?;
                    let own = cohort_set(filter, cohorts);
                    let stored = of_parents(&own, &cohorts.by_customer());
                    (own, stored)
                } else {
                    let own = code_set(filter, dictionaries);
                    let stored = stored_set(&own, dimension, dictionaries);
                    (own, stored)
                };
                let add = |sets: &mut BTreeMap<Dimension, CodeSet>, dimension, set: CodeSet| {
                    sets.entry(dimension)
                        .and_modify(|known| known.intersect(&set))
                        .or_insert(set);
                };
                add(&mut codes, dimension.stored(), stored);
                add(&mut named, dimension, own);
            }
        }
        let compared = compared_days.map(|days| Conditions {
            days,
            codes: codes.clone(),
            named: named.clone(),
        });
        Ok((Conditions { days, codes, named }, compared))
    }
}

fn check(query: &Query) -> Result<(), QueryError> {
    let count = query.filters.len();
    if count > Query::FILTERS_MAX {
        return Err(QueryError::Filters { count });
    }
    for filter in &query.filters {
        let dimension = filter.dimension();
        if dimension.is_opaque() {
            return Err(QueryError::Opaque(dimension));
        }
        match filter {
            Filter::In { members, .. } | Filter::NotIn { members, .. } => {
                let count = members.len();
                if count > Query::MEMBERS_MAX {
                    return Err(QueryError::Members { dimension, count });
                }
            }
            Filter::Search { .. } if !dimension.has_dictionary() => {
                return Err(QueryError::NoLabels(dimension));
            }
            Filter::Range { .. } if !dimension.is_ordered() => {
                return Err(QueryError::NoOrder(dimension));
            }
            Filter::Search { .. } | Filter::Range { .. } => {}
        }
    }
    Ok(())
}

/// By number, whether each period of the query's range is accepted.
fn accepted_periods(filter: &Filter, periods: &Periods) -> Result<Vec<bool>, QueryError> {
    let (members, listed) = match filter {
        Filter::In { members, .. } => (members, true),
        Filter::NotIn { members, .. } => (members, false),
        Filter::Search { dimension, .. } => return Err(QueryError::NoLabels(*dimension)),
        Filter::Range { from, to, .. } => {
            let place = |key: &Option<String>, or: i32| match key {
                Some(key) => periods.place(key).ok_or_else(|| not_time(filter, key)),
                None => Ok(or),
            };
            let (from, to) = (place(from, i32::MIN)?, place(to, i32::MAX)?);
            let of = |number| (from..=to).contains(&periods.place_of(number));
            return Ok((0..periods.count()).map(of).collect());
        }
    };
    let mut accepted = vec![!listed; periods.count() as usize];
    for key in members {
        let number = periods.number(key).ok_or_else(|| not_time(filter, key))?;
        if let Some(accepted) = number.and_then(|number| accepted.get_mut(number as usize)) {
            *accepted = listed;
        }
    }
    Ok(accepted)
}

fn not_time(filter: &Filter, key: &str) -> QueryError {
    QueryError::NotTime {
        dimension: filter.dimension(),
        key: key.chars().take(64).collect(),
    }
}

fn restrict(days: &mut [bool], periods: &Periods, accepted: &[bool]) {
    for (day, &number) in days.iter_mut().zip(periods.by_day()) {
        // A period past the last of the query's range has no counterpart.
        *day &= accepted.get(number as usize).copied().unwrap_or(false);
    }
}

/// The codes of its own dimension that meet a filter.
fn code_set(filter: &Filter, dictionaries: &Dictionaries) -> CodeSet {
    let dimension = filter.dimension();
    match filter {
        Filter::In { members, .. } => listed(members, true, dimension, dictionaries),
        Filter::NotIn { members, .. } => listed(members, false, dimension, dictionaries),
        // Time dimensions have no codes; the check refuses the others.
        Filter::Range { .. } => CodeSet {
            accepted: Vec::new(),
            beyond: true,
        },
        Filter::Search { text, .. } => {
            let text = folded(text.trim());
            let codes = 0..dictionaries.len(dimension);
            CodeSet {
                accepted: codes
                    .map(|code| dictionaries.matches(dimension, code, &text))
                    .collect(),
                // A member without a name yet is found by no text but the empty one.
                beyond: text.is_empty(),
            }
        }
    }
}

/// The codes of the stored dimension whose codes of a dimension belong to a set.
fn stored_set(own: &CodeSet, dimension: Dimension, dictionaries: &Dictionaries) -> CodeSet {
    if dimension == dimension.stored() {
        return own.clone();
    }
    of_parents(own, &dictionaries.parents(dimension))
}

/// The codes whose parents belong to a set.
fn of_parents(own: &CodeSet, parents: &[u32]) -> CodeSet {
    CodeSet {
        accepted: parents.iter().map(|&parent| own.contains(parent)).collect(),
        beyond: own.contains(0),
    }
}

/// The months of first orders that meet a filter.
fn cohort_set(filter: &Filter, cohorts: &Cohorts) -> CodeSet {
    let accepts = |number| {
        let key = cohorts.key(number);
        match filter {
            Filter::In { members, .. } => members.contains(&key),
            Filter::NotIn { members, .. } => !members.contains(&key),
            // Dates in ISO order; who never ordered lies in no range.
            Filter::Range { from, to, .. } => {
                number > 0
                    && from.as_ref().is_none_or(|from| *from <= key)
                    && to.as_ref().is_none_or(|to| key <= *to)
            }
            Filter::Search { .. } => false,
        }
    };
    CodeSet {
        accepted: (0..cohorts.cardinality()).map(accepts).collect(),
        beyond: false,
    }
}

/// The numbers of months since the first order that meet a filter.
fn age_set(filter: &Filter) -> Result<CodeSet, QueryError> {
    let number = |key: &String| ages::number_of_key(key).ok_or_else(|| not_time(filter, key));
    let end = |key: &Option<String>| key.as_ref().map(number).transpose();
    Ok(match filter {
        Filter::In { members, .. } | Filter::NotIn { members, .. } => {
            let is_listed = matches!(filter, Filter::In { .. });
            let listed = members.iter().map(number).collect::<Result<Vec<_>, _>>()?;
            ages::accepted(|number| listed.contains(&number) == is_listed)
        }
        // Who never ordered lies in no range.
        Filter::Range { from, to, .. } => {
            let (from, to) = (end(from)?.unwrap_or(0), end(to)?.unwrap_or(u32::MAX));
            ages::accepted(|number| number > 0 && (from..=to).contains(&number))
        }
        Filter::Search { dimension, .. } => return Err(QueryError::NoLabels(*dimension)),
    })
}

fn listed(
    members: &[String],
    is_accepted: bool,
    dimension: Dimension,
    dictionaries: &Dictionaries,
) -> CodeSet {
    // A key that no dictionary knows matches nothing: its chunk may not be here yet.
    let codes = members.iter();
    let codes = codes.filter_map(|key| dictionaries.code(dimension, key));
    let codes: BTreeSet<u32> = kernel::inserted(codes);
    let length = codes
        .last()
        .map_or(0, |&last| last.min(CODES_LISTED_MAX) as usize + 1);
    let mut accepted = vec![!is_accepted; length];
    for code in codes {
        if let Some(place) = accepted.get_mut(code as usize) {
            *place = is_accepted;
        }
    }
    CodeSet {
        accepted,
        beyond: !is_accepted,
    }
}

/// A key such as `#4000000000` may not make us hold a set of that size.
const CODES_LISTED_MAX: u32 = 1 << 24;

impl Filter {
    /// The dimension tested.
    pub fn dimension(&self) -> Dimension {
        match self {
            Filter::In { dimension, .. }
            | Filter::NotIn { dimension, .. }
            | Filter::Search { dimension, .. }
            | Filter::Range { dimension, .. } => *dimension,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_set_knows_whether_a_segment_can_match() {
        let set = CodeSet {
            accepted: vec![false, true, true, false],
            beyond: false,
        };
        assert_eq!(set.any_and_all(1, 2), (true, true));
        assert_eq!(set.any_and_all(0, 2), (true, false));
        assert_eq!(set.any_and_all(3, 9), (false, false));
        let others = CodeSet {
            accepted: vec![true, false],
            beyond: true,
        };
        assert_eq!(others.any_and_all(2, u32::MAX), (true, true));
        assert_eq!(others.any_and_all(1, 1), (false, false));
        let mut both = set;
        both.intersect(&others);
        assert_eq!(
            both,
            CodeSet {
                accepted: vec![false, false, true, false],
                beyond: false
            }
        );
    }
}
