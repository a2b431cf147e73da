//! The facts of a query's range and of the one compared with, aggregated: all that its answer is made of.

use std::collections::BTreeSet;

use kernel::DateRange;
use model::metrics::Part;

use crate::conditions::Conditions;
use crate::cube::Cube;
use crate::error::QueryError;
use crate::gather::{Added, Gathered, Scope, gather};
use crate::keys::{Key, Radix};
use crate::query::{Compare, Query};

/// The aggregated facts of one range.
#[derive(Debug)]
pub(crate) struct OneRange {
    pub(crate) scope: Scope,
    pub(crate) gathered: Gathered,
}

/// The aggregated facts of a query.
#[derive(Debug)]
pub(crate) struct Ready {
    pub(crate) radix: Radix,
    pub(crate) main: OneRange,
    pub(crate) compared: Option<OneRange>,
    parts: Vec<Part>,
}

fn compared_range(query: &Query, range: DateRange) -> Result<Option<DateRange>, QueryError> {
    let compared = match query.compare {
        None | Some(Compare::Target) => return Ok(None),
        Some(Compare::PreviousPeriod) => range.previous(),
        Some(Compare::LastYear) => range.last_year(),
    };
    compared.map(Some).ok_or(QueryError::NoComparedRange)
}

impl Ready {
    /// Gathers the facts of a query.
    pub(crate) fn new(cube: &Cube, query: &Query) -> Result<Ready, QueryError> {
        let compared = compared_range(query, query.range)?;
        let (conditions, compared_conditions) = Conditions::of(query, compared, cube)?;
        let keys_of = |range| -> Result<Vec<Key>, QueryError> {
            let dimensions = query.group_by.iter();
            dimensions
                .map(|&dimension| cube.key(dimension, range))
                .collect()
        };
        let mut main = Scope {
            range: query.range,
            conditions,
            keys: keys_of(query.range)?,
        };
        let mut compared = compared
            .zip(compared_conditions)
            .map(|(range, conditions)| {
                Ok::<_, QueryError>(Scope {
                    range,
                    conditions,
                    keys: keys_of(range)?,
                })
            })
            .transpose()?;
        // Both ranges number their rows alike: the second month is row 1 in either.
        if let Some(compared) = &mut compared {
            for (one, other) in main.keys.iter_mut().zip(&mut compared.keys) {
                let largest = one.cardinality.max(other.cardinality);
                (one.cardinality, other.cardinality) = (largest, largest);
            }
        }
        let radix = Radix::new(main.keys.iter().map(|key| key.cardinality).collect())?;
        let planned = query.metrics.iter().filter_map(|it| it.target());
        let planned = planned.filter(|_| query.compare == Some(Compare::Target));
        let metrics = query.metrics.iter().copied().chain(planned);
        let parts: BTreeSet<Part> = kernel::inserted(metrics.flat_map(|it| it.metric().parts()));
        let parts: Vec<Part> = parts.into_iter().collect();
        let gathered = |scope: Scope| -> Result<OneRange, QueryError> {
            let gathered = gather(cube, &scope, &parts)?;
            Ok(OneRange { scope, gathered })
        };
        Ok(Ready {
            radix,
            main: gathered(main)?,
            compared: compared.map(gathered).transpose()?,
            parts,
        })
    }

    fn ranges(&mut self) -> impl Iterator<Item = &mut OneRange> {
        std::iter::once(&mut self.main).chain(&mut self.compared)
    }

    /// Bytes that the aggregated facts take.
    pub(crate) fn heap_bytes(&self) -> usize {
        let ranges = std::iter::once(&self.main).chain(&self.compared);
        ranges.map(|one| one.gathered.heap_bytes()).sum()
    }

    /// Makes changes possible.
    pub(crate) fn sort(&mut self) -> Result<(), QueryError> {
        self.ranges().try_for_each(|one| one.gathered.sort())
    }

    /// Takes in segments that were added; `false` where this must be made anew.
    pub(crate) fn add(&mut self, cube: &Cube, added: &Added<'_>) -> Result<bool, QueryError> {
        let parts = std::mem::take(&mut self.parts);
        let mut is_done = true;
        for one in self.ranges() {
            is_done = is_done && one.gathered.add(cube, &one.scope, &parts, added)?;
        }
        self.parts = parts;
        Ok(is_done)
    }

    /// Moves to the range of a query that is otherwise the same; `false` where this must be made anew.
    pub(crate) fn shift(&mut self, cube: &Cube, query: &Query) -> Result<bool, QueryError> {
        // Which days a filter on periods accepts depends on the range.
        if query.filters.iter().any(|it| it.dimension().is_time()) {
            return Ok(false);
        }
        let parts = std::mem::take(&mut self.parts);
        let ranges = std::iter::once(query.range).chain(compared_range(query, query.range)?);
        let mut is_done = true;
        for (one, range) in self.ranges().zip(ranges) {
            is_done = is_done && one.gathered.shift(cube, &one.scope, &parts, range)?;
            one.scope.range = range;
            one.scope.conditions.days = vec![true; range.days() as usize];
        }
        self.parts = parts;
        Ok(is_done)
    }
}
