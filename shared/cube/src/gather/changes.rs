//! Bringing gathered facts up to date by what changed alone: segments that were added, days that came
//! into the range or left it.
//!
//! Sums add up in any order, so this gives what gathering anew would. Where it would not (who is new
//! depends on all facts, periods are numbered from the range's first day), the answer is that it cannot
//! be done, and the caller gathers anew.

use std::collections::BTreeMap;

use kernel::DateRange;
use model::metrics::Part;
use model::schema::{DataSet, Dimension};

use super::{Facts, Gathered, GatheredSet, Scope};
use crate::absorb::Sign;
use crate::conditions::Conditions;
use crate::cube::Cube;
use crate::error::QueryError;
use crate::keys::{Key, KeySource};
use crate::month::Month;
use crate::parts::measures_of;
use crate::scan::{Effort, require_sums};
use crate::segment::Segment;

/// Segments that were added, by data set.
pub(crate) type Added<'a> = BTreeMap<DataSet, Vec<&'a Segment>>;

impl Gathered {
    /// Puts all groups in the order in which changes are taken in, and counts what is counted from then on.
    pub(crate) fn sort(&mut self) -> Result<(), QueryError> {
        for set in self.sets.values_mut() {
            set.groups.sort();
            for pass in &mut set.passes {
                pass.groups.sort();
                if pass.pass.is_count() {
                    let counts = pass.pass.values(&pass.groups, &pass.radix, set.depth)?;
                    pass.counts = Some(counts);
                }
            }
        }
        Ok(())
    }

    /// Bytes that the groups take.
    pub(crate) fn heap_bytes(&self) -> usize {
        let of = |set: &GatheredSet| {
            let passes = set.passes.iter().map(|pass| pass.groups.heap_bytes());
            set.groups.heap_bytes() + passes.sum::<usize>()
        };
        self.sets.values().map(of).sum()
    }

    /// Takes in segments that were added; `false` where the facts must be gathered anew.
    pub(crate) fn add(
        &mut self,
        cube: &Cube,
        scope: &Scope,
        parts: &[Part],
        added: &Added<'_>,
    ) -> Result<bool, QueryError> {
        self.effort.clear();
        // New facts may move anybody's first order.
        if scope.dimensions().any(Dimension::is_of_first_orders) {
            return Ok(false);
        }
        for (data_set, _) in measures_of(parts) {
            let Some(segments) = added.get(&data_set) else {
                continue;
            };
            if !scope.conditions.apply_to(data_set) {
                continue;
            }
            let Some(set) = self.sets.get_mut(&data_set) else {
                return Ok(false);
            };
            if set.is_of_all_days() || !segments.iter().all(|it| set.has_room(scope, it)) {
                return Ok(false);
            }
            set.extent = match cube.extent_of(data_set) {
                Some(extent) => extent,
                None => return Ok(false),
            };
            set.require_sums(cube, data_set, scope.range)?;
            let effort = set.take(cube, scope, Facts::These(segments), Sign::Came)?;
            self.effort.insert(data_set, effort);
        }
        Ok(true)
    }

    /// Moves to another range, where no filter tests periods; `false` where the facts must be gathered
    /// anew. `scope` is left as it is.
    pub(crate) fn shift(
        &mut self,
        cube: &Cube,
        scope: &Scope,
        parts: &[Part],
        range: DateRange,
    ) -> Result<bool, QueryError> {
        self.effort.clear();
        let (came, went) = (outside(range, scope.range), outside(scope.range, range));
        let changed: i32 = came.iter().chain(&went).map(|days| days.days()).sum();
        let is_age = |it| it == Dimension::MonthsSinceFirstOrder;
        let is_by_days = scope.keys.iter().any(is_time) || scope.dimensions().any(is_age);
        if is_by_days || changed >= range.days() {
            return Ok(false);
        }
        for (data_set, _) in measures_of(parts) {
            if !scope.conditions.apply_to(data_set) {
                continue;
            }
            let extent = cube.extent_of(data_set);
            let is_asked = extent.is_some_and(|extent| extent.intersect(range).is_some());
            let set = match (is_asked, self.sets.get_mut(&data_set)) {
                (false, None) => continue,
                (true, Some(set)) if !set.is_of_all_days() && !set.has_time() => set,
                _ => return Ok(false),
            };
            set.require_sums(cube, data_set, range)?;
            let mut effort = Effort::default();
            for (days, sign) in [(&came, Sign::Came), (&went, Sign::Went)] {
                for &days in days {
                    let part = Scope {
                        range: days,
                        conditions: Conditions {
                            days: vec![true; days.days() as usize],
                            ..scope.conditions.clone()
                        },
                        keys: scope.keys.clone(),
                    };
                    effort.join(set.take(cube, &part, Facts::All(data_set), sign)?);
                }
            }
            self.effort.insert(data_set, effort);
        }
        Ok(true)
    }
}

impl GatheredSet {
    /// Whether a part depends on facts of all days.
    fn is_of_all_days(&self) -> bool {
        self.passes.iter().any(|pass| pass.pass.on_first_days)
    }

    fn has_time(&self) -> bool {
        self.passes.iter().flat_map(|pass| &pass.inner).any(is_time)
    }

    /// Whether all codes of a segment have places among the keys.
    fn has_room(&self, scope: &Scope, segment: &Segment) -> bool {
        let outer = scope.keys.get(..self.depth).unwrap_or_default();
        let mut keys = outer
            .iter()
            .chain(self.passes.iter().flat_map(|pass| &pass.inner));
        keys.all(|key| match key.source {
            KeySource::Code => {
                let max = segment
                    .dimension_bounds(key.stored)
                    .map_or(0, |bounds| bounds.max);
                u64::try_from(max).is_ok_and(|max| max < key.cardinality)
            }
            KeySource::Days(_) | KeySource::Parent(_) | KeySource::Ages(_) => true,
        })
    }

    fn require_sums(
        &self,
        cube: &Cube,
        data_set: DataSet,
        range: DateRange,
    ) -> Result<(), QueryError> {
        let measures = self.passes.iter().flat_map(|pass| &pass.pass.measures);
        for &measure in self.measures.iter().chain(measures) {
            let summary = cube.summary(data_set);
            let stand_ins = cube.months_of(data_set).flat_map(Month::standing_in);
            let stand_ins = stand_ins.map(|it| it.file.bound(measure));
            let segments = cube.segments_of(data_set);
            require_sums(measure, range, summary, segments, stand_ins)?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        cube: &Cube,
        scope: &Scope,
        facts: Facts<'_>,
        sign: Sign,
    ) -> Result<Effort, QueryError> {
        let (found, effort) = self.read(cube, scope, facts)?;
        let mut found = found.into_iter().map(|mut groups| {
            groups.sort();
            groups
        });
        if let Some(found) = found.next() {
            self.groups.absorb(&found, sign);
        }
        for (pass, found) in self.passes.iter_mut().zip(found) {
            if let Some(counts) = &mut pass.counts {
                let inner_space = pass.radix.inner_space(self.depth);
                for (key, more) in pass.groups.begun(&found, sign) {
                    pass.pass.count(counts, key, inner_space, more);
                }
            }
            pass.groups.absorb(&found, sign);
        }
        Ok(effort)
    }
}

fn is_time(key: &Key) -> bool {
    matches!(key.source, KeySource::Days(_))
}

/// The days of a range that are not in another.
fn outside(range: DateRange, other: DateRange) -> Vec<DateRange> {
    let Some(both) = range.intersect(other) else {
        return vec![range];
    };
    let last_before = both.from().add_days(-1).ok();
    let first_after = both.to().add_days(1).ok();
    let before = last_before.and_then(|last| DateRange::new(range.from(), last).ok());
    let after = first_after.and_then(|first| DateRange::new(first, range.to()).ok());
    before.into_iter().chain(after).collect()
}
